"""This year's running budget against the market: what it was made at, and what prices say now."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from queries.calendar import main_month, month_start
from spend.goal_book import GoalBook
from spend.goal_market import Market
from spend.price_index import expected_price

YEARS = 24  # months before the year in which a budget may have been made


@dataclass(frozen=True)
class Assumption:
    """What the budget of one category takes for granted, and what the market makes of it.

    ``budget`` is of the whole year, in cents. ``so_far`` is what the index's rise since the budget
    was made costs in the months begun, ``to_come`` in the others at today's index: plus is dearer.
    """

    category_id: str
    name: str
    index_code: str
    pass_through: float
    budget: int
    then: float
    now: float
    so_far: int
    to_come: int

    @property
    def cost(self) -> int:
        """What the year costs beyond what the budget knew."""
        return self.so_far + self.to_come


def months(book: GoalBook) -> tuple[str, ...]:
    """The months at whose prices the running budget may have been made, the usual one first: the
    last before the year begins."""
    first = main_month(book.year[0].start_date)
    return tuple(f"{month_start(first, -back):%Y-%m}" for back in range(1, YEARS + 1))


def month_words(month: str) -> str:
    """A month as people say it.

    >>> month_words("2025-12")
    'December 2025'
    """
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def against_market(book: GoalBook, market: Market, made: str) -> tuple[Assumption, ...]:
    """Every budgeted category that follows an index, the one that costs most first.

    Each month's budget × pass-through × (its index ÷ the index when the budget was made − 1).
    """
    found = [
        _assumption(book, market, str(category), rows, made)
        for category, rows in book.budget.groupby("category_id", sort=True)
        if str(category) in book.followed
    ]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: (-one.cost, one.category_id)))


def _assumption(
    book: GoalBook, market: Market, category: str, rows: pd.DataFrame, made: str
) -> Assumption | None:
    code, share = book.followed[category]
    (then,) = market.at(code, [pd.Period(made, "M")])
    now = market.last.get(code)
    if then is None or now is None:
        return None
    begun: list[bool] = [day.date() <= book.position for day in rows["period_start"]]
    values = market.at(code, [_month(day.date()) for day in rows["period_start"]])
    cents = [int(amount) for amount in rows["budget"]]
    rises = [
        float(expected_price(amount, value if past and value else now, then, share)) - amount
        for amount, value, past in zip(cents, values, begun, strict=True)
    ]
    return Assumption(
        category_id=category,
        name=book.category_name(category),
        index_code=code,
        pass_through=share,
        budget=sum(cents),
        then=then,
        now=now,
        so_far=round(sum(rise for rise, past in zip(rises, begun, strict=True) if past)),
        to_come=round(sum(rise for rise, past in zip(rises, begun, strict=True) if not past)),
    )


def _month(day: date) -> pd.Period:
    """The calendar month that most of a period lies in, by its first day."""
    return pd.Period(main_month(day), "M")
