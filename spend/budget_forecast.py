"""The fiscal year of the position date: how it stands, and what it will have cost at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from queries.calendar import DAY, Period, Span
from spend.budget_book import BudgetBook, single
from spend.closing import apportioned
from spend.forecast import EarlierYear, Forecast, YearToDate, forecast


@dataclass(frozen=True)
class Outlook:
    """How the year stands, and where it is going."""

    year: YearToDate
    forecast: Forecast


def read_outlook(book: BudgetBook) -> Outlook:
    """How the fiscal year of the position date stands, and what it will have cost."""
    year = year_to_date(book)
    return Outlook(year, forecast(year))


def year_to_date(book: BudgetBook) -> YearToDate:
    """How the fiscal year stands on the position date."""
    year, position = book.window.year, book.window.position
    first, last = year[0].start_date, year[-1].end_date
    orders = book.orders_by(first, last, ())
    return YearToDate(
        elapsed_days=max(0, (position - first).days + 1),
        days=(last - first).days + 1,
        actual=book.spent([Span(first, position)]),
        accrued=single(orders, "accrued"),
        committed=single(orders, "committed"),
        budget_left=_budget_left(book),
        earlier=tuple(earlier for back in (1, 2) if (earlier := _earlier(book, back))),
    )


def _budget_left(book: BudgetBook) -> int | None:
    """The phased budget of the days after the position date, to the cent by line."""
    year, position = book.window.year, book.window.position
    passed = book.budget(
        tuple((p, Span(p.start_date, min(p.end_date, position)).days) for p in year), ()
    )
    gone = single(passed, "budget")
    whole = sum(book.budget_periods.get(p.period, 0) for p in year)
    return None if gone is None else whole - gone


def _earlier(book: BudgetBook, back: int) -> EarlierYear | None:
    """An earlier fiscal year, by the same day and whole; ``None`` where it was not loaded whole."""
    position = book.window.position
    home = book.choices.calendar.of(position)
    periods = book.choices.calendar.year(book.window.year[0].fiscal_year - back)
    if not periods or home is None or book.first_spend_day > periods[0].end_date:
        return None
    same = next((p for p in periods if p.number == home.number), periods[-1])
    day = min(same.end_date, same.start_date + (position - home.start_date).days * DAY)
    day = same.end_date if position == home.end_date else day
    whole = book.spent([Span(periods[0].start_date, periods[-1].end_date)])
    reached = book.spent([Span(periods[0].start_date, day)])
    return EarlierYear(str(periods[0].fiscal_year), reached or 0, whole or 0)


def expected(book: BudgetBook, outlook: Outlook, periods: Sequence[Period]) -> list[int | None]:
    """The forecast's money still to come, spread over the year's days to come, by period.

    The parts of the whole year sum to what is left of the forecast; ``None`` where no day is left.
    """
    year, position = book.window.year, book.window.position
    days = {p: Span(max(p.start_date, position + DAY), p.end_date).days for p in year}
    whole, so_far = outlook.forecast.value, outlook.year.so_far
    if whole is None or so_far is None or not any(days.values()):
        return [None] * len(periods)
    left = whole - so_far
    shares = np.array([*days.values()]) * (left / sum(days.values()))
    parts = dict(zip(year, apportioned(shares, left).tolist(), strict=True))
    return [parts[p] if days.get(p) else None for p in periods]
