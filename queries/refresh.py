"""Bringing the marts to their definitions: after every load, and where a new version adds some."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, select
from sqlalchemy.sql.visitors import HasTraverseInternals

from queries import mart_tables, marts, minutes, schema, upsert
from queries.engine import expect_many_rows
from queries.schema import OPEN
from queries.settings import SHAPING, Settings, settings_at
from queries.store import Writer
from queries.versions import rows_at


def refresh_marts(
    writer: Writer, settings: Settings, data_through: date, changed: Iterable[str]
) -> None:
    """Bring every mart to its definition over the lines as they now are.

    ``changed`` are the tables that this load moved: a mart that reads none of them stays as it is,
    unless a setting that shapes the marts is new. A load that moved nothing makes every mart again,
    which mends one that was damaged.
    """
    expect_many_rows(writer.connection)
    moved = set(changed)
    shaped = any(getattr(settings, n) != getattr(writer.previous, n) for n in SHAPING) or not moved
    for name in marts.DEFINITIONS:
        of = [marts.OF[name], marts.ALSO_OF.get(name, marts.OF[name])]
        if _is_empty(writer.connection, *of, schema.marts[name]):
            continue
        if (shaped or moved & sources(name, settings)) and upsert.replace_by_select(
            writer, schema.marts[name], _definition(name, settings)
        ):
            moved.add(name)
    periods = marts.calendar_rows(writer.connection, settings, data_through)
    upsert.replace_by_rows(writer, mart_tables.fiscal_calendar, [p._asdict() for p in periods])


@cache
def _definition(mart: str, settings: Settings) -> Select[Any]:
    """A mart as one select: putting its parts together takes longer than a small load's rows."""
    return marts.DEFINITIONS[mart](settings)


@cache
def sources(mart: str, settings: Settings) -> frozenset[str]:
    """The tables that a mart is made from."""
    return tables_of(_definition(mart, settings))


def tables_of(statement: HasTraverseInternals) -> frozenset[str]:
    """The tables that a statement reads, however deep; what is read twice is looked at once."""
    seen: dict[int, HasTraverseInternals] = {}
    waiting = [statement]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            waiting += part.get_children()
    return frozenset(str(part.name) for part in seen.values() if isinstance(part, Table))


def fill_new_marts(connection: Connection, book: Connection) -> None:
    """Make the marts that an older store lacks, load by load: pinned views have them too."""
    expect_many_rows(connection)
    new = [name for name in marts.DEFINITIONS if _is_empty(connection, schema.marts[name])]
    columns = (schema.batch.c.batch, schema.batch.c.settings)
    found = connection.execute(select(*columns).order_by(columns[0])).all()
    loads = [(int(number), str(given)) for number, given in found]
    entries = minutes.setting_entries(book, OPEN)
    for number, _ in loads:
        settings = settings_at(loads, entries, number)
        writer = Writer(connection, number, settings, settings)
        for name in new:
            definition = marts.DEFINITIONS[name](settings, rows_at(number))
            upsert.replace_by_select(writer, schema.marts[name], definition)


def _is_empty(connection: Connection, *tables: Table) -> bool:
    """Whether none of some tables has ever held a row."""
    return all(connection.execute(select(t).limit(1)).first() is None for t in tables)
