"""From periods to days: what "in the selection" and "as at" mean for one reader and selection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from sqlalchemy import func, select

from queries import mart_tables, schema
from queries.calendar import Calendar, Period, Span, elapsed, same_days
from queries.errors import ConcordError
from queries.selection import FILTERS, Choices, Option, Selection
from queries.store import Reader
from queries.versions import at


@dataclass(frozen=True)
class PeriodDays:
    """One period of the selection, the days of it that have passed, and the same a year before."""

    period: Period
    elapsed: Span
    earlier: Period | None
    earlier_elapsed: Span | None

    @property
    def share(self) -> tuple[int, int]:
        """Elapsed days and all days."""
        return self.elapsed.days, self.period.days


@dataclass(frozen=True)
class Window:
    """The selection in days; ``position`` is the earlier of its end and the data's."""

    first: date
    last: date
    position: date
    periods: tuple[PeriodDays, ...]
    year: tuple[Period, ...]  # the fiscal year of the position date
    data_through: date

    @property
    def has_begun(self) -> bool:
        """Whether any day of it has passed."""
        return self.first <= self.position

    @property
    def budgeted(self) -> tuple[tuple[Period, int], ...]:
        """Each period with how many of its days a budget counts: those that have passed; all,
        while none of the selection has, since nothing is there to hold against a part."""
        return tuple((p.period, self._budgeted(p)) for p in self.periods)

    def _budgeted(self, one: PeriodDays) -> int:
        return one.elapsed.days if self.has_begun else one.period.days

    @property
    def is_open(self) -> bool:
        """Whether it has begun, and its last period is not closed or has not wholly passed."""
        return self.has_begun and self._is_unfinished

    @property
    def _is_unfinished(self) -> bool:
        return not self.periods[-1].period.closed or self.position < self.last

    def named(self, selection: Selection) -> Selection:
        """A selection with its periods written out, for whoever reads it at another moment."""
        first, last = (self.periods[place].period.period for place in (0, -1))
        return replace(selection, from_period=first, to_period=last)

    def earlier(self) -> "Window | None":
        """The same days one fiscal year before; ``None`` where a period has no counterpart."""
        pairs = [(p.earlier, p.earlier_elapsed) for p in self.periods]
        days = tuple(PeriodDays(p, span, None, None) for p, span in pairs if p and span)
        passed = [d for d in days if d.elapsed.days]
        if len(days) < len(pairs) or not passed:
            return None
        first, last = days[0].period.start_date, days[-1].period.end_date
        position = passed[-1].elapsed.last
        return Window(first, last, position, days, (), self.data_through)


def read_calendar(reader: Reader) -> Calendar:
    """The fiscal calendar as at the reader's load."""
    table = mart_tables.fiscal_calendar
    columns = [table.c[name] for name in Period._fields]
    rows = reader.rows(select(*columns).where(at(table, reader.batch)).order_by("start_date"))
    return Calendar(tuple(Period._make(row) for row in rows))


def data_through(reader: Reader) -> date:
    """The last day that the reader's load knows of."""
    return reader.once("data_through", _data_through)


def _data_through(reader: Reader) -> date:
    table = schema.batch
    found = reader.rows(select(table.c.data_through).where(table.c.batch == reader.batch))
    if not found:
        raise ConcordError("the store is empty: run `spend load PATH`, or `spend demo`")
    return cast(date, found[0][0])


def last_active_day(reader: Reader) -> date:
    """The last day that anything was invoiced, so that old extracts open on their own last year."""
    through, flow = data_through(reader), mart_tables.spend_flow
    latest = select(func.max(flow.c.day)).where(at(flow, reader.batch), flow.c.day <= through)
    return reader.rows(latest)[0][0] or through


def default_periods(
    calendar: Calendar, active: date, through: date
) -> tuple[str | None, str | None]:
    """The fiscal year to date: from its first period to its last closed one."""
    now = calendar.of(active) or (calendar.periods[-1] if calendar.periods else None)
    if now is None:
        return None, None
    year = calendar.year(now.fiscal_year)
    started = [p for p in year if p.start_date <= active]
    closed = [p for p in started if p.closed and p.end_date <= through]
    return year[0].period, (closed[-1] if closed else now).period


def read_choices(reader: Reader) -> Choices:
    """Everything that can be chosen as at the reader's load."""
    return reader.once_for_all("choices", _choices)


def _choices(reader: Reader) -> Choices:
    calendar = read_calendar(reader)
    start, end = default_periods(calendar, last_active_day(reader), data_through(reader))
    versions = budget_versions(reader)
    version = reader.settings.budget_version
    if version not in versions:
        now = calendar.of(data_through(reader)) or (calendar.get(start) if start else None)
        version = _last_begun(reader, versions, now, calendar)
    options = {one.key: _options(reader, one.key) for one in FILTERS}
    return Choices(calendar, options, versions, reader.latest, start, end, version)


def _options(reader: Reader, key: str) -> dict[str, Option]:
    one = next(f for f in FILTERS if f.key == key)
    table = one.table
    columns = [table.c[name] for name in (one.id_column, "name", one.parent) if name]
    found = reader.rows(select(*columns).where(at(table, reader.batch)).order_by(columns[0]))
    rows: list[tuple[Any, ...]] = [tuple(row) for row in found]
    parents = {row[0]: row[-1] for row in rows} if one.parent else {}
    return {row[0]: Option(row[0], row[1], parents.get(row[0])) for row in rows}


def budget_versions(reader: Reader) -> tuple[str, ...]:
    """Budget versions, the last loaded last; those of one load by name."""
    table = schema.budget_line
    first = func.min(table.c.batch_from)
    held = select(table.c.version).where(at(table, reader.batch))
    # Over all history: a corrected or reconverted line does not make its version a new one.
    ever = select(table.c.version).where(table.c.version.in_(held))
    ever = ever.where(table.c.batch_from <= reader.batch).group_by(table.c.version)
    return tuple(row[0] for row in reader.rows(ever.order_by(first, table.c.version)))


def _last_begun(
    reader: Reader, versions: Sequence[str], now: Period | None, calendar: Calendar
) -> str | None:
    """The last loaded version; one of nothing but years to come waits for them, if others don't."""
    if len(versions) < 2 or now is None:
        return versions[-1] if versions else None
    table, end = schema.budget_line, calendar.year(now.fiscal_year)[-1].end_date
    begun = select(table.c.version).distinct()
    begun = begun.where(at(table, reader.batch), table.c.period_start <= end)
    known = {row[0] for row in reader.rows(begun)}
    return next((one for one in reversed(versions) if one in known), versions[-1])


def read_window(reader: Reader, selection: Selection, choices: Choices) -> Window:
    """The selection's periods as days."""
    calendar = choices.calendar
    first = _period(calendar, selection.from_period or choices.default_from, "from")
    last = _period(calendar, selection.to_period or choices.default_to, "to")
    if first.start_date > last.start_date:
        raise ConcordError(f"from {first.period} is after to {last.period}: swap them")
    through = data_through(reader)
    position = min(last.end_date, through)
    periods = tuple(_days(calendar, p, position) for p in calendar.between(first, last))
    home = calendar.of(position) or first
    return Window(
        first.start_date, last.end_date, position, periods, calendar.year(home.fiscal_year), through
    )


def trailing(calendar: Calendar, window: Window, count: int = 12) -> tuple[PeriodDays, ...]:
    """The periods that end with the selection's last, fewer where the calendar begins.

    Each with its days up to the end of the data; those of a period to come are empty.
    """
    last = window.periods[-1].period
    known = [p for p in calendar.periods if p.start_date <= last.start_date]
    return tuple(_days(calendar, p, window.data_through) for p in known[-count:])


def _period(calendar: Calendar, name: str | None, key: str) -> Period:
    found = calendar.get(name) if name else None
    if found is None:
        known = [p.period for p in calendar.periods]
        span = f"periods run from {known[0]} to {known[-1]}" if known else "no period is loaded"
        raise ConcordError(f"{key} {name}: there is no such period; {span}")
    return found


def _days(calendar: Calendar, period: Period, position: date) -> PeriodDays:
    passed = elapsed(period, position)
    earlier = calendar.a_year_earlier(period)
    if earlier is None:
        return PeriodDays(period, passed, None, None)
    whole = passed.last == period.end_date
    days = Span(earlier.start_date, earlier.end_date) if whole else same_days(earlier, passed.days)
    return PeriodDays(period, passed, earlier, days)
