"""The path from request to payment: deliveries as promised, waits, matches, and what went wrong.

Everything here is a function of sums that the store's rules judged row by row: order lines that
came in full, invoice lines that agreed with their order. A ratio is one of sums, never a mean of
ratios.
"""

from typing import Any

import numpy as np

from spend.arguments import finite, zero_or_more
from spend.metric import metric
from spend.position import Rows, ratio, total

SOURCE = "DEFINITIONS, Suppliers and process"


@metric(
    label="On time in full",
    unit="share",
    owner="procurement",
    better="higher",
    formula=r"\frac{\text{order lines in full by their first promise}}"
    r"{\text{order lines promised and due}}",
    finance="Late deliveries cost stock held against them, and work that waits.",
    procurement="Whether suppliers keep their word; a date moved later does not mend it.",
    source=SOURCE,
    rows=("purchase_order_line", "goods_receipt"),
    additive=False,
    settings=("otif_days",),
)
def on_time_in_full(kept: Any, due: Any) -> float | None:
    """The share of order lines that had wholly arrived by the date first promised.

    Takes counts of lines, or any sums of them: those received in full by the promise plus
    ``otif_days``, and all that were due by the position date. Cancelled, rejected and requested
    lines are left out by the caller, as are those without a promise. ``None`` where none was due.

    >>> on_time_in_full([40, 45], [50, 50])
    0.85
    """
    return ratio(kept, due, no_part=0.0)


@metric(
    label="Request to order",
    unit="days",
    owner="procurement",
    better="lower",
    formula=r"\operatorname{median} \left( \text{order date} - \text{requested on} \right)",
    finance="Controls take their time; this is how much.",
    procurement="How long people wait before a supplier hears of their need.",
    source=SOURCE,
    rows=("purchase_order_line",),
    additive=False,
)
def order_cycle_days(days: Any, order_lines: Any) -> float | None:
    """The median days from request to order.

    Takes the days that occur and how many order lines took each, in any order; a day may be named
    twice. Exact: of an even count, the mean of the two in the middle. ``None`` for no lines. Raises
    ``ValueError`` for a count below zero.

    >>> order_cycle_days([3, 5, 20], [1, 2, 1]), order_cycle_days([3, 8], [1, 1])
    (5.0, 5.5)
    """
    taken, lines = finite(days=days, order_lines=order_lines)
    zero_or_more(order_lines=lines)
    order = np.argsort(taken, axis=None)
    taken, so_far = taken.ravel()[order], lines.ravel()[order].cumsum()
    if not so_far.size or not so_far[-1]:
        return None
    # The places of the two in the middle, counted from 1: of an odd count they are one.
    middle = [(so_far[-1] + 1) // 2, so_far[-1] // 2 + 1]
    return float(taken[np.searchsorted(so_far, middle)].mean())


@metric(
    label="First match",
    unit="share",
    owner="joint",
    better="higher",
    formula=r"\frac{\text{invoice lines that match}}{\text{invoice lines judged}}",
    finance="Invoices that can be paid without anybody asking.",
    procurement="Orders and receipts kept well enough for suppliers to be paid on time.",
    source=SOURCE,
    rows=("invoice_line", "purchase_order_line", "goods_receipt"),
    additive=False,
    settings=("match_tolerance",),
)
def first_match_share(matched: Any, judged: Any) -> float | None:
    """The share of invoice lines with an order that agreed with it when they were posted.

    Takes counts of lines, or any sums of them: those for no more than had been received and not
    invoiced before, at the order's price within ``match_tolerance`` either way, and all. Credits,
    lines without quantity and lines matched by value are left out by the caller. ``None`` where
    there are none.

    >>> first_match_share([70, 20], [80, 20])
    0.9
    """
    return ratio(matched, judged, no_part=0.0)


@metric(
    label="After the fact",
    unit="share",
    owner="joint",
    better="lower",
    formula=r"\frac{\text{spend whose order is dated after its invoice}}"
    r"{\text{invoiced spend with an order}}",
    finance="Money that was spent before anybody was asked for it.",
    procurement="Orders written to get an invoice paid: nothing was left to negotiate.",
    source=SOURCE,
    rows=("invoice_line", "purchase_order_line"),
    additive=False,
    settings=("irrecoverable_tax",),
)
def after_the_fact_share(after: Any, with_an_order: Any) -> float | None:
    """The share of ordered spend, by value, whose order is dated after its invoice.

    Takes the amounts of lines, or any sums of them: those whose order came later, and all with an
    order. ``None`` on a base of zero or less. Credits count as negative.

    >>> after_the_fact_share([50_00], [450_00, 50_00])
    0.1
    """
    return ratio(after, with_an_order, no_part=0.0)


@metric(
    label="Likely duplicates",
    unit="count",
    owner="finance",
    better="lower",
    formula=r"\text{invoices that repeat an earlier one and are not undone}",
    finance="Invoices to look at before they are paid a second time.",
    procurement="Suppliers to ask, before the money has to be asked back.",
    source=SOURCE,
    rows=("invoice_line", "supplier"),
    additive=False,
    accumulates=True,
)
def duplicate_candidates(invoices: Rows[int]) -> int | None:
    """Invoices that look booked twice: group, number and nearly the amount of an earlier one.

    Takes counts of such invoices by what does not divide an invoice, such as its day or supplier:
    one whose lines fall to two categories counts in both, and once in all. ``None`` where no
    invoice could be compared.

    >>> duplicate_candidates([2, 1]), duplicate_candidates([])
    (3, None)
    """
    return total(invoices)
