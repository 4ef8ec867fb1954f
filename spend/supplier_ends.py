"""When contracts end, and the money of several of them, each cent once.

Several contracts may be for the same supplier and category, or one for a group and another for a
part of it: their money is not simply summed. Amounts are whole cents.
"""

from datetime import date
from typing import Any

import pandas as pd

from spend.supplier_book import WHERE, SupplierBook


def ending_days(contracts: pd.DataFrame, on: date) -> str:
    """The day on which most contracts end, and in how many days that is.

    >>> days = ["2026-12-31", "2026-12-31", "2027-03-31"]
    >>> ends = pd.DataFrame({"end_date": pd.to_datetime(days)})
    >>> ending_days(ends, date(2026, 12, 1)), ending_days(ends[2:], date(2026, 12, 1))
    ('2 of them on 31 December 2026, in 30 days', 'on 31 March 2027, in 120 days')
    """
    days = contracts["end_date"].value_counts()
    last = pd.Timestamp(str(days[days == days.max()].index.min())).date()
    which = "" if len(contracts) == 1 else "all " if len(days) == 1 else f"{days.max():,} of them "
    left = (last - on).days
    return f"{which}on {last:%-d %B %Y}, in {left:,} {'day' if left == 1 else 'days'}"


def bought_once(book: SupplierBook, contracts: pd.DataFrame) -> int:
    """What a year bought of the suppliers and categories of some contracts."""
    if contracts.empty:
        return 0
    covered: dict[str, frozenset[str] | None] = {}  # by supplier; no categories: every one
    for one in contracts.to_dict("records"):
        theirs, own = _reach(book, one)
        for supplier in theirs:
            known = covered.get(supplier, frozenset())
            covered[supplier] = None if own is None or known is None else known | own
    bought = book.sourced([book.year]).groupby(list(WHERE))["amount"].sum().reset_index()
    return sum(
        cents
        for supplier, category, cents in bought.itertuples(index=False)
        if supplier in covered and ((own := covered[supplier]) is None or category in own)
    )


def uncovered_once(book: SupplierBook, contracts: pd.DataFrame) -> int | None:
    """What was bought since some contracts ended, without one; ``None`` where two of them overlap
    so that it cannot be told apart."""
    left: dict[str, list[Reach]] = {}  # what is counted, by each supplier that it is for
    cents = 0
    for one in sorted(contracts.to_dict("records"), key=lambda row: row["end_date"]):
        reach = _reach(book, one)
        near = [other for supplier in reach[0] for other in left.get(supplier, ())]
        over = [other for other in near if _overlap(reach, other)]
        if any(_within(reach, other) for other in over):
            continue  # the other ended no later: its money has all of this one's
        if over:
            return None
        for supplier in reach[0]:
            left.setdefault(supplier, []).append(reach)
        cents += int(one["uncovered"])
    return cents


Reach = tuple[frozenset[str], frozenset[str] | None]  # no categories: every one


def _reach(book: SupplierBook, one: Any) -> Reach:
    """A contract's suppliers and categories."""
    category = one["category_id"]
    own = frozenset(book.categories.subtree(category)) if category else None
    return frozenset(book.suppliers.subtree(one["supplier_id"])), own


def _within(one: Reach, other: Reach) -> bool:
    """Whether all that a contract is for is another's too."""
    (theirs, own), (all_theirs, all_own) = one, other
    return theirs <= all_theirs and (all_own is None or (own is not None and own <= all_own))


def _overlap(one: Reach, other: Reach) -> bool:
    """Whether anything that a contract is for is another's too."""
    (theirs, own), (all_theirs, all_own) = one, other
    return bool(theirs & all_theirs) and (own is None or all_own is None or bool(own & all_own))
