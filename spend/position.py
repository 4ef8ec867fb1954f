r"""The budget position: what is planned, spent, owed, promised and asked for, and what is left.

Nothing is counted twice: each order line is in exactly one of requested, committed, accrued and
actual with each part of its quantity. The rows are judged in the engine (``queries.rules``); what
adds up arrives here as amounts or balances, in one unit throughout: whole cents, or decimals.
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Numbers, finite, unwrapped
from spend.metric import metric


class Amount(Protocol):
    """What adds and subtracts: whole cents, a Decimal, a float, or an array of them."""

    def __add__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...


A = TypeVar("A", bound=Amount)
Rows = Sequence[A] | NDArray[Any]

ORDER_ROWS = ("purchase_order_line", "goods_receipt", "invoice_line")
SOURCE = "DEFINITIONS, Budget position"


@metric(
    label="Budget",
    unit="money",
    owner="finance",
    better="neither",
    formula=r"\sum \text{budget lines}",
    finance="The plan the year was approved with; the yardstick for everything spent.",
    procurement="What may be bought, at the prices and rates somebody assumed when planning.",
    source=SOURCE,
    rows=("budget_line",),
    settings=("budget_version",),
    accumulates=True,
)
def budget_amount(amounts: Rows[A]) -> A | None:
    """The plan: budget lines of one version, at the version's own frozen rates.

    Takes the amounts of the lines, or any sums of them; over no rows there is no budget (``None``).

    >>> budget_amount([100_00, 50_00]), budget_amount([])
    (15000, None)
    """
    return total(amounts)


@metric(
    label="Actual",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\sum \text{invoiced net of tax}",
    finance="What the ledger shows: invoices by accounting date, credits taken off.",
    procurement="What suppliers have billed, with or without an order; receipts come earlier.",
    source=SOURCE,
    rows=("invoice_line",),
    settings=("irrecoverable_tax",),
    accumulates=True,
)
def actual_spend(amounts: Rows[A]) -> A | None:
    """What was invoiced, net of tax, by accounting date; credits negative; orders not needed.

    Takes the amounts of invoice lines, or any sums of them; ``None`` over no rows.

    >>> actual_spend([120_00, -20_00])
    10000
    """
    return total(amounts)


@metric(
    label="Accrued",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\sum \text{balance at position} - \sum \text{balance before}",
    finance="Received, not invoiced: an expense of this year already, whatever the post brings.",
    procurement="Deliveries that are in; the supplier's invoice is on its way.",
    source=SOURCE,
    rows=ORDER_ROWS,
    accumulates=True,
)
def accrued_spend(balances: Rows[A], before: Rows[A] = ()) -> A | None:
    """Received and not invoiced at the position date, less what was so before the selection.

    Takes the accrued balances of order lines (``max(0, received - invoiced)``), or any sums of
    them, on the two days: a receipt of last year that is invoiced this year is not charged twice.

    >>> accrued_spend([30_00, 0], [10_00])
    2000
    """
    at_position, at_start = total(balances), total(before)
    return at_position if at_position is None or at_start is None else at_position - at_start


@metric(
    label="Committed",
    unit="money",
    owner="procurement",
    better="lower",
    formula=r"\sum \text{ordered and not yet received or invoiced}",
    finance="Not an expense yet, but no longer free: the order has gone out.",
    procurement="Orders given, approved, and promised within the selection or without a date.",
    source=SOURCE,
    rows=ORDER_ROWS,
)
def committed_spend(balances: Rows[A]) -> A | None:
    """Approved orders still to come, promised by the end of the selection or without a date.

    Takes the open balances of order lines (``max(0, ordered - max(received, invoiced))``), or any
    sums of them.

    >>> committed_spend([200_00, 0, 50_00])
    25000
    """
    return total(balances)


@metric(
    label="Committed later",
    unit="money",
    owner="procurement",
    better="neither",
    formula=r"\sum \text{ordered and promised after the selection}",
    finance="Next periods' money: shown, and left out of what is available now.",
    procurement="Orders given early for later delivery.",
    source=SOURCE,
    rows=ORDER_ROWS,
)
def committed_later(balances: Rows[A]) -> A | None:
    """Approved orders still to come that are promised after the selection; outside available.

    Takes the open balances of those order lines, or any sums of them.

    >>> committed_later([75_00])
    7500
    """
    return total(balances)


@metric(
    label="Requested",
    unit="money",
    owner="procurement",
    better="lower",
    formula=r"\sum \text{requested and not yet approved}",
    finance="Nobody has agreed to it yet, but it is kept aside so that it can be.",
    procurement="Needs that are waiting for an approval.",
    source=SOURCE,
    rows=ORDER_ROWS,
)
def requested_spend(balances: Rows[A]) -> A | None:
    """Requests that have no approval at the position date.

    Takes the open balances of those order lines, or any sums of them.

    >>> requested_spend([300_00])
    30000
    """
    return total(balances)


@metric(
    label="Available",
    unit="money",
    owner="joint",
    better="higher",
    formula=r"\text{budget} - \text{actual} - \text{accrued} - \text{committed} - \text{requested}",
    finance="What can still be agreed to without breaking the budget.",
    procurement="What can still be ordered; requests that wait are already taken off.",
    source=SOURCE,
    rows=("budget_line", *ORDER_ROWS),
    settings=("budget_version", "irrecoverable_tax"),
)
def available_budget(
    budget: A | None, actual: A | None, accrued: A | None, committed: A | None, requested: A | None
) -> A | None:
    """What is left of the budget when all that is spent, owed, ordered or asked for is taken off.

    Numbers or arrays of one unit; ``None`` where any of them is.

    >>> available_budget(1000, 200, 0, 0, 150)
    650
    """
    if budget is None or actual is None or accrued is None or committed is None:
        return None
    return None if requested is None else budget - actual - accrued - committed - requested


@metric(
    label="Variance",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\text{actual} - \text{budget}",
    finance="Plus means that more was spent than planned.",
    procurement="Part of it is price, part is what was needed: the bridge tells them apart.",
    source=SOURCE,
    rows=("budget_line", "invoice_line"),
    settings=("budget_version", "irrecoverable_tax"),
    accumulates=True,
)
def budget_variance(actual: A | None, budget: A | None) -> A | None:
    """Actual less budget: plus is overspent.

    Numbers or arrays; ``None`` where either is.

    >>> budget_variance(1200, 1000)
    200
    """
    return None if actual is None or budget is None else actual - budget


def total(rows: Rows[A]) -> A | None:
    """The sum over rows that exist; over no rows there is none.

    >>> total([0, 0]), total([])
    (0, None)
    """
    array = np.asarray(rows)
    if array.size == 0:
        return None
    result = array.sum()
    return cast(A, result.item() if isinstance(result, np.generic) else result)


def ratio(parts: Any, whole: Any, no_part: float | None = None) -> float | None:
    """A ratio of sums: the same on lines and on any sums of them, which may be single numbers.

    ``None`` on a base of zero or less, or without rows to sum. Where there are no parts of a base,
    the ratio is ``no_part``: ``None`` where nothing is known of them, 0 where nothing is what they
    come to.

    >>> ratio([1, 2], [4, 8]), ratio([], [4]), ratio([], [4], no_part=0.0), ratio(1, -6)
    (0.25, None, 0.0, None)
    """
    if isinstance(parts, int) and isinstance(whole, int):
        return parts / whole if whole > 0 else None
    above, below = total(np.atleast_1d(parts)), total(np.atleast_1d(whole))
    if below is None or not below > 0:
        return None
    return no_part if above is None else float(above / below)


def purchase_price_variance(actual_price: Any, standard_price: Any, quantity: Any) -> Numbers:
    """What a price away from the standard cost: plus means dearer.

    Prices for one unit, and the quantity bought (all of it, used or not); numbers or arrays that
    broadcast. Raises ``ValueError`` for what is not a finite number.

    >>> purchase_price_variance(0.75, 0.72, 4500)
    135.0
    """
    actual, standard, bought = finite(
        actual_price=actual_price, standard_price=standard_price, quantity=quantity
    )
    return unwrapped(actual * bought - standard * bought)


def estimate_at_completion(
    budget: Any, earned: Any, actual: Any, method: Literal["typical", "atypical"] = "typical"
) -> Numbers:
    """What a job will have cost when done, from its budget, the value earned, and the cost so far.

    ``typical``: the rest costs in proportion to what was done (budget ÷ (earned ÷ actual));
    ``atypical``: the rest costs what was budgeted. Numbers or arrays that broadcast. Raises
    ``ValueError`` for negative budget or earned value, and, for ``typical``, where nothing is
    earned. Source: PMI, Practice Standard for Earned Value Management.

    >>> estimate_at_completion(100_000, 50_000, 45_000)
    90000.0
    >>> estimate_at_completion(500_000, 100_000, 127_000, method="atypical")
    527000.0
    """
    whole, done, cost = finite(budget=budget, earned=earned, actual=actual)
    if (whole < 0).any() or (done < 0).any():
        raise ValueError("budget and earned must be zero or more")
    if method == "atypical":
        return unwrapped(cost + whole - done)
    if method != "typical":
        raise ValueError('method must be "typical" or "atypical"')
    if (done == 0).any():
        raise ValueError('earned must be above zero for the "typical" method')
    return unwrapped(whole * cost / done)
