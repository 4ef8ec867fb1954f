"""Savings period by period: the values that the figures have when one period is selected."""

from collections.abc import Sequence

from queries.window import PeriodDays
from spend.result import Value
from spend.savings_book import SavingsBook
from spend.savings_figures import values


def trends(book: SavingsBook, periods: Sequence[PeriodDays]) -> dict[str, tuple[Value, ...]]:
    """For every figure of savings its value in each period; ``None`` where that has not begun.

    Periods that end with the selection's last: no more is read than the book has.
    """
    found = [
        values(book.between(one.elapsed, one.period.end_date)) if one.elapsed.days else {}
        for one in periods
    ]
    names = values(book.found)
    return {name: tuple(each.get(name) for each in found) for name in names}
