"""What a load changed in a mart: its definition over the touched documents, before and after."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Insert,
    Select,
    Table,
    case,
    cast,
    func,
    insert,
    or_,
    select,
)

from queries import upsert
from queries.engine import create_temporary, refresh_statistics
from queries.mart_kinds import KINDS, ROWS
from queries.schema import OPEN, contents, keys
from queries.sides import COMES, GOES, same_key, sided
from queries.store import Writer
from queries.touched import AFTER, BEFORE, ON_SIDE, SIDE


def follow(writer: Writer, mart: Table, definition: Select[Any]) -> bool:
    """Bring a mart to its definition, which is over the touched documents, ``touched.touched``.

    Gives whether anything of it moved.
    """
    both = sided("both", mart)
    create_temporary(writer.connection, both)
    statement = _filled(both, definition)
    for side in (BEFORE, AFTER):
        writer.connection.execute(statement, {ON_SIDE: side})
    refresh_statistics(writer.connection, both)
    changed = _changed_rows if KINDS[mart.name] == ROWS else _changed_sums
    return upsert.replace_changed(writer, mart, changed(both, mart))


@cache
def _filled(both: Table, definition: Select[Any]) -> Insert:
    """The statement that puts what a definition gives on one side into a table."""
    rows = definition.subquery("definition")
    names = [c.name for c in both.c if c.name != "side"]
    return insert(both).from_select([*names, "side"], select(*(rows.c[n] for n in names), SIDE))


def _changed_rows(both: Table, mart: Table) -> Select[Any]:
    """The rows that are on one side alone."""
    # One of before goes, one of after comes.
    row = [both.c[name] for name in (*keys(mart), *contents(mart))]
    return select(*row, func.min(both.c.side)).group_by(*row).having(func.count() == 1)


def _changed_sums(both: Table, mart: Table) -> Select[Any]:
    """The held sums with what is new of them and without what was, where that makes a difference.

    A row of zeros alone is over: no definition gives one.
    """
    by = [both.c[name] for name in keys(mart)]
    difference = {
        name: func.sum(case((both.c.side == AFTER, both.c[name]), else_=-both.c[name]))
        for name in contents(mart)
    }
    moved = or_(*(value != 0 for value in difference.values()))
    columns = [value.label(name) for name, value in difference.items()]
    change = select(*by, *columns).group_by(*by).having(moved).subquery("difference")
    held = select(mart).where(mart.c.batch_to == OPEN).subquery("held")
    sums = [
        cast(func.coalesce(held.c[name], 0) + change.c[name], mart.c[name].type)
        for name in contents(mart)
    ]
    left = case((or_(*(value != 0 for value in sums)), COMES), else_=GOES)
    source = change.outerjoin(held, same_key(held, change, keys(mart)))
    return select(*(change.c[name] for name in keys(mart)), *sums, left).select_from(source)
