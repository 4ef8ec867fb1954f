"""Bringing the marts to their definitions: after every load, and where a new version adds some.

A mart that is declared so in ``queries.mart_kinds`` follows what a load touched; every other, and
every one where that is much or may be anything, is made again as a whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, select
from sqlalchemy.sql.visitors import HasTraverseInternals

from queries import deltas, mart_tables, marts, minutes, schema, touched, upsert
from queries.engine import expect_many_rows
from queries.mart_kinds import FAR, KINDS, WHOLE
from queries.schema import OPEN
from queries.settings import SHAPING, Settings, settings_at
from queries.shared_rows import Kept, tables_in
from queries.store import Writer
from queries.versions import Rows, current, rows_at

# Marts whose definition is another than that of older stores: an upgrade makes them again.
REDEFINED: Mapping[int, tuple[str, ...]] = {7: ("order_flow",)}  # by the first version with it


def refresh_marts(
    writer: Writer, settings: Settings, data_through: date, changed: Iterable[str]
) -> None:
    """Bring every mart to its definition over the lines as they now are.

    ``changed`` are the tables that this load moved: a mart that reads none of them stays as it is,
    unless a setting that shapes the marts is new. A load that moved nothing makes every mart again,
    which mends one that was damaged.
    """
    expect_many_rows(writer.connection)
    moved = frozenset(changed)
    shaped = any(getattr(settings, n) != getattr(writer.previous, n) for n in SHAPING)
    anywhere = moved - set(touched.DOCUMENTS) - set(touched.MASTERS)
    load = _Load(writer, settings, set(moved), set(anywhere))
    for name in marts.DEFINITIONS:
        of = [marts.OF[name], marts.ALSO_OF.get(name, marts.OF[name])]
        if not _is_empty(writer.connection, *of, schema.marts[name]):
            load.bring(name, every=shaped or not moved)
    periods = marts.calendar_rows(writer.connection, settings, data_through)
    upsert.replace_by_rows(writer, mart_tables.fiscal_calendar, [p._asdict() for p in periods])
    load.kept.drop()


@dataclass
class _Load:
    """What a load moved so far: ``moved`` tables, and ``anywhere`` those of them that may have
    moved beside the documents it touched, such as marts made again as a whole."""

    writer: Writer
    settings: Settings
    moved: set[str]
    anywhere: set[str]
    copied: set[str] = field(default_factory=set)
    few: bool | None = None  # whether it touched few documents, once that is known
    kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        self.kept = Kept(self.writer.connection)

    def bring(self, name: str, every: bool) -> None:
        """Bring a mart to its definition, where anything that it reads has moved."""
        read = sources(name, self.settings)
        if not every and not read & self.moved:
            return
        far = self.anywhere | (FAR.get(name, frozenset()) & self.moved)
        if every or KINDS[name] == WHOLE or read & far or not self._is_few():
            definition, *later = self._whole(name)
            self.kept.prepare(definition, later)
            if upsert.replace_by_select(self.writer, schema.marts[name], definition):
                self.moved.add(name)
                self.anywhere.add(name)
        elif self._follow(name, read):
            self.moved.add(name)

    def _whole(self, name: str) -> list[Select[Any]]:
        """The definition of a mart, and of those that come after it."""
        names = list(marts.DEFINITIONS)
        rows = self.kept.rows
        return [definition_of(n, self.settings, rows) for n in names[names.index(name) :]]

    def _is_few(self) -> bool:
        if self.few is None:
            self.few = touched.gather(self.writer, self.moved)
        return self.few

    def _follow(self, name: str, read: frozenset[str]) -> bool:
        for mart in read & set(marts.DEFINITIONS) - self.copied:
            touched.copy_mart(self.writer, mart)
            self.copied.add(mart)
        definition = definition_of(name, self.settings, touched.touched)
        return deltas.follow(self.writer, schema.marts[name], definition)


@cache
def definition_of(mart: str, settings: Settings, rows: Rows = current) -> Select[Any]:
    """A mart as one select: putting its parts together takes longer than a small load's rows."""
    return marts.DEFINITIONS[mart](settings, rows)


@cache
def sources(mart: str, settings: Settings) -> frozenset[str]:
    """The tables that a mart is made from."""
    return tables_of(definition_of(mart, settings))


def tables_of(statement: HasTraverseInternals) -> frozenset[str]:
    """The names of the tables that a statement reads, however deep."""
    return frozenset(str(table.name) for table in tables_in(statement))


def fill_new_marts(connection: Connection, book: Connection, version: int) -> None:
    """Make the marts that an older store lacks, or has as they were defined then, load by load:
    pinned views have them too."""
    expect_many_rows(connection)
    for name in (name for since, names in REDEFINED.items() if since > version for name in names):
        connection.execute(delete(schema.marts[name]))
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
