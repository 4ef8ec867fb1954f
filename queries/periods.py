"""Many periods in one select: sums by stretches of days, and the periods as rows to join them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Table,
    case,
    column,
    func,
    literal,
    select,
    values,
)

from queries.balances import labelled
from queries.calendar import DAY
from queries.window import PeriodDays

FAR = date(9999, 12, 31)  # the last stretch has no end


def as_rows(periods: Sequence[PeriodDays]) -> FromClause:
    """Periods as rows: ``place`` (from 0), ``first``, ``last`` and ``position``, the last day gone.

    There must be one, and each must have begun.
    """
    days = [column(name, Date()) for name in ("first", "last", "position")]
    rows = [
        (place, p.period.start_date, p.period.end_date, p.elapsed.last)
        for place, p in enumerate(periods)
    ]
    return values(column("place", Integer()), *days, name="period").data(rows)


def edges(periods: Sequence[PeriodDays]) -> set[date]:
    """The days after which some period begins, and those up to which some period has come."""
    return {day for p in periods for day in (p.period.start_date - DAY, p.elapsed.last)}


def by_stretches(
    mart: Table,
    rows: Sequence[ColumnElement[bool]],
    ends: Mapping[str, Iterable[date]],
    sums: Sequence[str],
) -> FromClause:
    """Some rows of a mart, summed by stretches of days, each of which goes by its last day.

    ``ends`` says by column on which days stretches end. Whether a day is up to one of these is as
    true of its stretch: what asks no more of the days is told the same by far fewer rows.
    """
    days = labelled({name: _stretch(mart.c[name], known) for name, known in ends.items()})
    totals = labelled({name: func.sum(mart.c[name]) for name in sums})
    return select(*days, *totals).where(*rows).group_by(*days).subquery("stretch")


def _stretch(day: ColumnElement[Any], ends: Iterable[date]) -> ColumnElement[Any]:
    """The first of some days that a day is up to."""
    reached = [(day <= end, literal(end, Date())) for end in sorted(set(ends))]
    return case(*reached, else_=literal(FAR, Date()))
