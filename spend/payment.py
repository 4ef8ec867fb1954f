r"""How suppliers are paid: agreed and actual days, late and early, what is open, what it may cost.

Invoices and payments are judged in the engine (late, early, open at the position date); what adds
up arrives here, on lines or as any sums of them. Money is in whole cents of the reporting currency,
gross; credit notes and intercompany suppliers are left out throughout. "Money-days" are an amount
times its days, so that averages are ratios of sums.
"""

from spend.metric import metric
from spend.position import A, Rows, ratio, total

INVOICES = ("invoice_line", "payment_term", "contract", "supplier")
PAYMENTS = ("payment", *INVOICES)
SOURCE = "DEFINITIONS, Days, terms, discounts"


@metric(
    label="Agreed days",
    unit="days",
    owner="procurement",
    better="higher",
    formula=r"\frac{\sum \text{gross} \times \text{agreed days}}{\sum \text{gross}}",
    finance="The days suppliers have granted: cash that need not leave earlier.",
    procurement="What was negotiated, and is paid for in the price; the contract, not the habit.",
    source=SOURCE,
    rows=INVOICES,
    additive=False,
)
def agreed_days(money_days: Rows[A], gross: Rows[A]) -> float | None:
    """Net days of the agreed terms, weighted by the invoices' gross amounts.

    Takes gross × agreed days and gross of the selection's invoices that have a term (their own,
    else the contract's, else the supplier's), or any sums of them. ``None`` over no rows, or where
    the amounts sum to zero or less.

    >>> agreed_days([100_00 * 30, 300_00 * 60], [100_00, 300_00])
    52.5
    """
    return ratio(money_days, gross)


@metric(
    label="Days to pay",
    unit="days",
    owner="finance",
    better="higher",
    formula=r"\frac{\sum \text{paid} \times \text{days from invoice to payment}}"
    r"{\sum \text{paid}}",
    finance="How long cash really stays after the invoice date.",
    procurement="What suppliers live through, whatever the contract says.",
    source=SOURCE,
    rows=PAYMENTS,
    additive=False,
)
def days_to_pay(money_days: Rows[A], paid: Rows[A]) -> float | None:
    """Days from invoice to payment, weighted by what was paid, of payments in the selection.

    Takes paid × (paid_on − invoice_date) and paid, or any sums of them. ``None`` over no rows, or
    where the payments sum to zero or less.

    >>> days_to_pay([100_00 * 20, 100_00 * 40], [100_00, 100_00])
    30.0
    """
    return ratio(money_days, paid)


@metric(
    label="Paid late",
    unit="share",
    owner="finance",
    better="lower",
    formula=r"\frac{\sum \text{paid or open after its due date}}"
    r"{\sum \text{paid, or fell due and open}}",
    finance="Cash kept beyond the terms, at the risk of interest and fixed sums by law.",
    procurement="Broken promises: they cost goodwill, delivery priority, and the next price.",
    source=SOURCE,
    rows=PAYMENTS,
    additive=False,
)
def paid_late_share(late: Rows[A], judged: Rows[A]) -> float | None:
    """The part of payments, by value, that came after the due date or is still to come.

    ``judged`` is what was paid in the selection plus what fell due in it and is open at the
    position date; ``late`` is the part of it that passed its due date. Lines or any sums of them;
    ``None`` over no rows, or where they sum to zero or less.

    >>> paid_late_share([25_00, 0], [25_00, 75_00])
    0.25
    """
    return ratio(late, judged)


@metric(
    label="Paid early",
    unit="share",
    owner="joint",
    better="lower",
    formula=r"\frac{\sum \text{paid early without a discount}}"
    r"{\sum \text{paid, or fell due and open}}",
    finance="Cash given away before it was owed, for nothing.",
    procurement="Goodwill that nobody negotiated; some suppliers need it, most don't notice.",
    source=SOURCE,
    rows=PAYMENTS,
    additive=False,
    settings=("early_days",),
)
def paid_early_share(early: Rows[A], judged: Rows[A]) -> float | None:
    """The part of payments, by value, made some days before they were due, and for no discount.

    ``early`` is what was paid ``early_days`` (policy, 5) or more before its due date without a
    discount; ``judged`` as in ``paid_late_share``.

    >>> paid_early_share([10_00, 0], [10_00, 30_00])
    0.25
    """
    return ratio(early, judged)


@metric(
    label="Open payables",
    unit="money",
    owner="finance",
    better="neither",
    formula=r"\sum \left( \text{gross} - \text{paid} - \text{discount taken} \right)",
    finance="What is owed to suppliers, gross: the credit they give.",
    procurement="Invoices that suppliers wait for, due or not.",
    source=SOURCE,
    rows=PAYMENTS,
)
def open_payables(balances: Rows[A]) -> A | None:
    """What is invoiced and not yet paid at the position date, gross, at the invoices' rates.

    Takes the open balances of invoices (amount + tax − paid − discount taken), or any sums of them.

    >>> open_payables([119_00, 0, 50_00])
    16900
    """
    return total(balances)


@metric(
    label="Overdue payables",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\sum \text{open balances past their due date}",
    finance="What should have left already: it will, and may bring interest with it.",
    procurement="Suppliers with a right to complain, or to stop delivering.",
    source=SOURCE,
    rows=PAYMENTS,
)
def overdue_payables(balances: Rows[A]) -> A | None:
    """The part of open payables whose due date is before the position date.

    Takes the open balances of those invoices, or any sums of them.

    >>> overdue_payables([50_00])
    5000
    """
    return total(balances)


@metric(
    label="Late interest exposure",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\sum \text{interest by law} + \sum \text{fixed sums}",
    finance="What suppliers could ask for by law: a cost that is in no budget.",
    procurement="What they rarely ask for, and rarely forget in the next round.",
    source="DEFINITIONS, Days, terms, discounts; the dated rules of each country",
    rows=PAYMENTS,
    settings=("public_body",),
)
def late_interest_exposure(interest: Rows[A], fixed_sums: Rows[A]) -> A | None:
    """Interest and fixed sums due by law on what was paid late in the selection or is overdue.

    Takes both in the reporting currency, of the invoices whose rule and rate are known (the others
    are counted beside it), or any sums of them; ``None`` where there are none of either.

    >>> late_interest_exposure([12_34], [40_00]), late_interest_exposure([], [])
    (5234, None)
    """
    known = [part for part in (total(interest), total(fixed_sums)) if part is not None]
    return total(known) if known else None
