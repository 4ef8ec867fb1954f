r"""Savings: what a lower price is worth, in which fiscal year, and how much of it the books show.

Procurement claims a full year of every contract it wins; finance recognises what the invoices of
the selection bear out. ``spend.savings_reconciliation`` names the items between the two; here are
the three figures themselves, the kinds of saving, and how a year's saving falls into fiscal years.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Numbers, finite, unwrapped, zero_or_more
from spend.dates import dates
from spend.metric import metric
from spend.position import A, Rows, ratio, total

Months = NDArray[np.int64]

WINDOW = 12  # months of an initiative, from the first of its start month
LATE_IN_MONTH = 16  # the first day of the nearer half to the month's own end
SOURCE = "DEFINITIONS, Savings"
TABLES = ("savings_initiative", "invoice_line")
AGREED = ("savings_recognition",)


@metric(
    label="Savings claimed",
    unit="money",
    owner="procurement",
    better="higher",
    formula=r"\sum \text{full twelve-month claims}",
    finance="What was signed, for a whole year, whatever was bought since and at which price.",
    procurement="The worth of the deals in force: contracted or later, each over its own year.",
    source=SOURCE,
    rows=("savings_initiative",),
    additive=False,
)
def savings_claimed(claims: Rows[A]) -> A | None:
    """Twelve-month claims of the initiatives whose twelve months overlap the selection.

    Takes the claims of initiatives that are contracted or later, cash from working capital left
    out, or any sums of them; ``None`` over no rows. Parts by category, owner or stage sum to the
    whole; months do not, because every month that an initiative touches claims its full year.

    >>> savings_claimed([120_000_00, 80_000_00]), savings_claimed([])
    (20000000, None)
    """
    return total(claims)


@metric(
    label="Savings recognised",
    short="Recognised",
    unit="money",
    owner="finance",
    better="higher",
    formula=r"\text{claimed} + \text{unsupported} + \text{type not recognised} + \text{timing}"
    r" + \text{volume} + \text{off contract} + \text{price} + \text{currency}"
    r" + \text{in the budget already}",
    finance="What the invoices of the selection show: cheaper than before, and bought.",
    procurement="The claim, less what buyers did with it: other volumes, suppliers and prices.",
    source=SOURCE,
    rows=TABLES,
    settings=("irrecoverable_tax",),
    policies=AGREED,
    accumulates=True,
)
def savings_recognised(claimed: A | None, items: Sequence[A | None]) -> A | None:
    """What is left of the claim after the reconciling items, in their order.

    ``items`` are signed as they are added: unsupported, type not recognised, timing, volume, off
    contract, price, currency, and what is in the budget already, which is 0 unless both teams
    agreed to leave that out. Numbers or arrays of one unit; ``None`` where any of them is.

    >>> savings_recognised(10_000_00, [0, 0, -2_500_00, 300_00, -400_00, -900_00, -50_00, 0])
    645000
    """
    left = claimed
    for item in items:
        left = None if left is None or item is None else left + item
    return left


@metric(
    label="Savings realisation",
    short="Realisation",
    unit="share",
    owner="joint",
    better="higher",
    formula=r"\frac{\text{recognised}}{\text{claimed}}",
    finance="How much of a claimed euro arrives in the ledger.",
    procurement="Months still to come count against it: early in a deal it is low by nature.",
    source=SOURCE,
    rows=TABLES,
    additive=False,
    settings=("irrecoverable_tax",),
    policies=AGREED,
    accumulates=True,
)
def savings_realisation(recognised: Any, claimed: Any) -> float | None:
    """Recognised savings as a share of those claimed; ``None`` on a base of zero or less.

    A ratio of sums: give the sums of all initiatives in question, in one unit.

    >>> round(savings_realisation(1_400_000, 3_100_000), 4), savings_realisation(1, 0)
    (0.4516, None)
    """
    return None if recognised is None or claimed is None else ratio(recognised, claimed)


def savings_gap(claimed: A | None, recognised: A | None) -> A | None:
    """What is claimed and not recognised: minus the sum of the reconciling items.

    Numbers or arrays of one unit; ``None`` where either is.

    >>> savings_gap(3_100_000, 1_400_000)
    1700000
    """
    return None if claimed is None or recognised is None else claimed - recognised


# --- Kinds of saving -----------------------------------------------------------------------------


def price_reduction(old_price: Any, new_price: Any, quantity: Any) -> Numbers:
    r"""A hard saving: the same goods at a lower price, :math:`(p_0 - p_1)\,q`.

    Prices for one unit, and what is bought of it; plus is a saving. Numbers or arrays that
    broadcast; ``ValueError`` for what is not finite, or a quantity below zero.

    >>> price_reduction(100, 90, 1000)
    10000.0
    """
    old, new, bought = finite(old_price=old_price, new_price=new_price, quantity=quantity)
    zero_or_more(quantity=bought)
    return unwrapped(old * bought - new * bought)


def cost_avoidance(
    price: Any, increase_asked: Any, quantity: Any, increase_paid: Any = 0
) -> Numbers:
    r"""An increase that was asked for and not paid: :math:`p\,(a - b)\,q`.

    ``increase_asked`` and ``increase_paid`` are shares of ``price`` (0.08 is 8 %); nothing paid is
    a price that was held. Spend does not fall by it, which is why finance does not recognise it by
    default. Numbers or arrays that broadcast; ``ValueError`` for what is not finite, or a quantity
    below zero.

    >>> cost_avoidance(100, 0.08, 1000), cost_avoidance(100, 0.08, 1000, increase_paid=0.03)
    (8000.0, 5000.0)
    """
    now, asked, bought, paid = finite(
        price=price, increase_asked=increase_asked, quantity=quantity, increase_paid=increase_paid
    )
    zero_or_more(quantity=bought)
    return unwrapped(now * (asked - paid) * bought)


def demand_reduction(quantity_before: Any, quantity_after: Any, price: Any) -> Numbers:
    r"""Less bought at the same price: :math:`(q_0 - q_1)\,p`.

    Plus is a saving. Numbers or arrays that broadcast; ``ValueError`` for what is not finite, or a
    quantity below zero.

    >>> demand_reduction(1000, 900, 100)
    10000.0
    """
    before, after, each = finite(
        quantity_before=quantity_before, quantity_after=quantity_after, price=price
    )
    zero_or_more(quantity_before=before, quantity_after=after)
    return unwrapped((before - after) * each)


# --- Into fiscal years ---------------------------------------------------------------------------


def annualise(annual: Any, start: Any, fiscal_year_end: Any) -> tuple[Numbers, Numbers]:
    r"""A year's saving, split into the fiscal year in question and the rest of its twelve months.

    The saving runs for 12 whole months from the start month, which counts whole whatever the day:

    .. math:: \text{in year} = \text{annual} \cdot m / 12, \quad
              \text{carry over} = \text{annual} - \text{in year}

    where m counts those of the 12 months that lie in the fiscal year (12 months) that ends at
    ``fiscal_year_end``. A start after that gives (0, annual). A start in an earlier fiscal year
    leaves in this year what is left of its 12 months; the rest, which is then behind, is in
    ``carry_over`` too, so that the two always sum to ``annual`` exactly: it is what falls
    outside the year. A fiscal year of weeks that ends in the first half of a month, such as on 3
    January, ends with the month before; 27 December ends December.

    Money in any unit, minus for a dearer deal; dates as ``datetime.date``, ``datetime64``, ISO text
    or arrays of them, broadcast against the amounts. Raises ``ValueError`` for what is not a finite
    number, no date, or does not broadcast. Source: DEFINITIONS, Savings.

    >>> from datetime import date
    >>> annualise(120_000, date(2026, 4, 15), date(2026, 12, 31))
    (90000.0, 30000.0)
    >>> annualise(120_000, date(2025, 7, 1), date(2026, 12, 31))  # six of its months were in 2025
    (60000.0, 60000.0)
    """
    begins, after = _start_month(start), month_after(fiscal_year_end)
    try:
        months = months_between(begins, after - WINDOW, after)
    except ValueError:
        raise ValueError("start and fiscal_year_end must broadcast together") from None
    whole, inside = finite(annual=annual, months=months)
    more = np.maximum(inside, WINDOW - inside)
    with np.errstate(over="ignore"):
        larger = np.where(more == WINDOW, whole, whole * more / WINDOW)
    if np.isinf(larger).any():
        raise ValueError("annual must be small enough to multiply by 12")
    # Half of it or more, taken from the whole, leaves a difference that floats hold exactly.
    smaller = whole - larger
    most = 2 * inside >= WINDOW
    return unwrapped(np.where(most, larger, smaller)), unwrapped(np.where(most, smaller, larger))


def months_between(start: Months, first: Any, after: Any) -> Months:
    """How many of the 12 months from ``start`` lie from month ``first`` to before ``after``.

    Months are whole numbers from any common origin, as ``month_numbers`` gives them.

    >>> months_between(np.array([0, 10]), 3, 15)
    array([9, 5])
    """
    inside = np.minimum(start + WINDOW, after) - np.maximum(start, first)
    return np.asarray(np.maximum(inside, 0), dtype=np.int64)


def month_numbers(days: Any, name: str = "dates") -> Months:
    """The calendar month of each date, as months since January 1970.

    >>> month_numbers(["1970-01-31", "1971-03-01"])
    array([ 0, 14])
    """
    return np.asarray(dates(name, days).astype("datetime64[M]").astype(np.int64))


def _start_month(start: Any) -> Months:
    return month_numbers(start, "start")


def month_after(fiscal_year_end: Any) -> Months:
    """The month after a fiscal year; a month without a day is the year's last.

    >>> month_after(["1970-12-31", "1971-01-03"])
    array([12, 12])
    """
    ends = dates("fiscal_year_end", fiscal_year_end)
    month = ends.astype("datetime64[M]")
    if np.datetime_data(ends.dtype)[0] == "M":
        return np.asarray(month.astype(np.int64) + 1)
    day = (ends.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(month.astype(np.int64) + (day >= LATE_IN_MONTH))
