"""What the rollups hold: the rows of a mart, summed by fewer keys (see ``rollup_tables``)."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from queries import schema
from queries.balances import labelled
from queries.rollup_tables import MONTH, OWN, ROLLUPS, Rollup
from queries.settings import Settings
from queries.versions import Rows, current

PLACEHOLDERS_END = date(1900, 2, 1)  # days before it stand for "no day", and stay as they are
NOBODY = literal("", String())


@cache
def rollups_of(base: Table) -> tuple[Rollup, ...]:
    """The rollups of a mart, those that hold the least first."""
    return tuple(one for one in ROLLUPS if one.base is base)


def month_of(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of a day's month; a day that stands for none stays."""
    return case((day < PLACEHOLDERS_END, day), else_=cast(func.date_trunc("month", day), Date))


def rolled(rollup: Rollup, settings: Settings, rows: Rows = current) -> Select[Any]:
    """The measures of a rollup's base by the keys that it keeps."""
    base, own = rows(rollup.base), rows(schema.supplier)
    keys = {name: _kept(base, own, name, rollup.kept[name]) for name in schema.keys(rollup.table)}
    measures = {
        name: cast(func.sum(base.c[name]), rollup.table.c[name].type)
        for name in schema.contents(rollup.table)
    }
    is_own = and_(own.c.supplier_id == base.c.supplier_id, own.c.intercompany.is_(True))
    source = base.outerjoin(own, is_own) if OWN in rollup.kept.values() else base
    return (
        select(*labelled(keys), *labelled(measures))
        .select_from(source)
        .group_by(*keys.values())
        .having(or_(*(measure != 0 for measure in measures.values())))
    )


def _kept(base: FromClause, own: FromClause, name: str, kept: str) -> ColumnElement[Any]:
    if kept == MONTH:
        return month_of(base.c[name])
    return func.coalesce(own.c.supplier_id, NOBODY) if kept == OWN else base.c[name]


DEFINITIONS: dict[str, Callable[..., Select[Any]]] = {
    one.table.name: partial(rolled, one) for one in ROLLUPS
}
