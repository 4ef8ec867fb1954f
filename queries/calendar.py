"""The fiscal calendar: which period a day belongs to, and the same period a year earlier.

Periods come from ``fiscal_period`` where it is loaded; elsewhere they are calendar months counted
from the fiscal year's first month. A fiscal year is named after the year it ends in.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, groupby
from typing import NamedTuple

DAY = timedelta(days=1)
FULL_YEAR = 356  # days: a loaded year of 52 weeks leaves no room for a month beside it


class Period(NamedTuple):
    """One fiscal period; ``number`` counts from 1 within its fiscal year."""

    period: str
    start_date: date
    end_date: date
    fiscal_year: int
    quarter: str | None
    number: int
    closed: bool

    @property
    def days(self) -> int:
        return (self.end_date - self.start_date).days + 1

    @property
    def words(self) -> str:
        """Its name as people say it: ``October 2026``, or what it is called."""
        return f"{self.start_date:%B %Y}" if self.is_month else self.period

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month."""
        first = self.start_date.day == 1
        return first and self.end_date + DAY == month_start(self.start_date, 1)


def month_start(day: date, months: int = 0) -> date:
    """The first day of the month some months after a day's own.

    >>> month_start(date(2025, 11, 20), 3)
    datetime.date(2026, 2, 1)
    """
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def main_month(first: date) -> date:
    """The calendar month that most of a fiscal month lies in, by their first days.

    >>> main_month(date(2026, 12, 28)), main_month(date(2027, 1, 4))
    (datetime.date(2027, 1, 1), datetime.date(2027, 1, 1))
    """
    return month_start(first, int(first.day > 15))


def fiscal_year(day: date, first_month: int) -> int:
    """The fiscal year of a day by calendar months, named after the year it ends in.

    >>> fiscal_year(date(2025, 4, 1), 4), fiscal_year(date(2025, 3, 31), 4)
    (2026, 2025)
    """
    return day.year + (first_month > 1 and day.month >= first_month)


def fiscal_year_start(day: date, first_month: int) -> date:
    """The first day of the fiscal year of a day, by calendar months.

    >>> fiscal_year_start(date(2025, 3, 31), 4)
    datetime.date(2024, 4, 1)
    """
    return date(day.year - (day.month < first_month), first_month, 1)


def _months(first: date, last: date, first_month: int, data_through: date) -> list[Period]:
    """Calendar months from one day to another, cut to those days."""
    periods = []
    start = first
    while start <= last:
        end = min(month_start(start, 1) - DAY, last)
        number = (start.month - first_month) % 12 + 1
        year = fiscal_year(start, first_month)
        quarter = f"{year}-Q{(number + 2) // 3}"
        name = f"{start:%Y-%m}"
        periods.append(Period(name, start, end, year, quarter, number, end <= data_through))
        start = end + DAY
    return periods


def build(
    loaded: Sequence[tuple[str, date, date, int, str | None, bool | None]],
    first: date,
    last: date,
    first_month: int,
    data_through: date,
) -> list[Period]:
    """Every period from ``first`` to ``last``: the loaded ones, and calendar months around them.

    ``loaded`` are (period, start, end, fiscal year, quarter, closed) without overlaps. A month is
    taken for closed once it lies wholly before ``data_through``.

    >>> [p.period for p in build([], date(2025, 11, 5), date(2026, 1, 9), 1, date(2026, 1, 9))]
    ['2025-11', '2025-12', '2026-01']
    """
    periods = _numbered(loaded, data_through)
    taken = _Taken(periods)
    cursor = month_start(first)
    bounds = sorted((p.start_date, p.end_date) for p in periods)
    last = month_start(last, 1) - DAY
    for start, end in [*bounds, (last + DAY, last + DAY)]:
        gap_end = min(start - DAY, last)
        if cursor <= gap_end:
            gap = _months(cursor, gap_end, first_month, data_through)
            periods += [taken.beside(p) for p in gap]
        cursor = max(cursor, end + DAY)
    return sorted(periods, key=lambda p: p.start_date)


class _Taken:
    """The names and numbers that loaded periods have, and the years that they fill."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.names = {p.period for p in periods}
        self.numbers = {(p.fiscal_year, p.number) for p in periods}
        self.years = {
            year: (min(p.start_date for p in held), max(p.end_date for p in held))
            for year, held in _by_year(periods)
        }

    def beside(self, period: Period) -> Period:
        """A month, or what loaded periods leave of it, under a name and number of its own."""
        names = (period.period, f"{period.start_date}", f"{period.start_date}/{period.end_date}")
        name = next((n for n in names if n not in self.names), f"{names[-1]}/{len(self.names)}")
        year, number = self._year(period), period.number
        if (year, number) in self.numbers:
            number = next(n for n in count(13) if (year, n) not in self.numbers)
        self.names.add(name)
        self.numbers.add((year, number))
        return period._replace(period=name, number=number, fiscal_year=year)

    def _year(self, period: Period) -> int:
        """Its own fiscal year, or the one beside it where loaded periods fill that already."""
        first, last = self.years.get(period.fiscal_year, (period.start_date, period.start_date))
        if (last - first).days < FULL_YEAR:
            return period.fiscal_year
        return period.fiscal_year + (1 if period.start_date > last else -1)


def _by_year(periods: Iterable[Period]) -> list[tuple[int, list[Period]]]:
    held: dict[int, list[Period]] = {}
    for period in periods:
        held.setdefault(period.fiscal_year, []).append(period)
    return list(held.items())


def _numbered(
    loaded: Iterable[tuple[str, date, date, int, str | None, bool | None]], data_through: date
) -> list[Period]:
    periods = []
    rows = sorted(loaded, key=lambda row: (row[3], row[1]))
    for _, year in groupby(rows, key=lambda row: row[3]):
        for number, (name, start, end, fiscal, quarter, closed) in enumerate(year, 1):
            done = end <= data_through if closed is None else closed
            periods.append(Period(name, start, end, fiscal, quarter, number, done))
    return periods


@dataclass(frozen=True)
class Span:
    """Some days, from one to another, both included; empty where ``last`` is before ``first``."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return max(0, (self.last - self.first).days + 1)


@dataclass(frozen=True)
class Calendar:
    """The periods of a store, in order."""

    periods: tuple[Period, ...]

    def get(self, name: str) -> Period | None:
        return next((p for p in self.periods if p.period == name), None)

    def of(self, day: date) -> Period | None:
        """The period that a day lies in."""
        index = bisect_right([p.start_date for p in self.periods], day) - 1
        found = self.periods[index] if index >= 0 else None
        return found if found and day <= found.end_date else None

    def between(self, first: Period, last: Period) -> tuple[Period, ...]:
        return tuple(p for p in self.periods if first.start_date <= p.start_date <= last.start_date)

    def year(self, fiscal_year: int) -> tuple[Period, ...]:
        return tuple(p for p in self.periods if p.fiscal_year == fiscal_year)

    def a_year_earlier(self, period: Period) -> Period | None:
        """The same period one fiscal year before; ``None`` where there is none."""
        return next(
            (
                p
                for p in self.periods
                if p.fiscal_year == period.fiscal_year - 1 and p.number == period.number
            ),
            None,
        )


def elapsed(period: Period, position: date) -> Span:
    """The days of a period that had passed on the position date."""
    return Span(period.start_date, min(period.end_date, position))


def same_days(earlier: Period, days: int) -> Span:
    """As many days of an earlier period, from its start, as had passed in this one."""
    return Span(earlier.start_date, min(earlier.end_date, earlier.start_date + (days - 1) * DAY))
