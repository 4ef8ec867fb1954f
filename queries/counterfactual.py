"""The store as it never was: the documents of one load under other days, settings or corrections.

What a figure would have been is read by the very code that reads what it is: from a reader whose
moment is put together from two, or whose connection has temporary tables and views under the names
of the stored ones, which they hide. They are that connection's own, and gone with it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    MetaData,
    SelectBase,
    Table,
    and_,
    event,
    exists,
    literal,
    or_,
    select,
)

from queries import marts, rollup_tables, schema
from queries.engine import hide, keep, stored_schema
from queries.refresh import sources, tables_of
from queries.schema import OPEN
from queries.settings import SHAPING
from queries.sides import same_key
from queries.store import Reader, Store
from queries.versions import at, rows_at
from queries.window import data_through, read_choices

# What makes rows one document, where that is not the whole key of their table.
DOCUMENT_KEYS: Mapping[str, tuple[str, ...]] = {
    "invoice_line": ("invoice_id",),
    "purchase_order_line": ("po_id",),
    "approval_step": ("document_id",),
}
# A made-up reader is answered by the marts themselves: their rollups need no making.
READ = tuple(name for name in marts.DEFINITIONS if name not in rollup_tables.tables)
# Periods are no documents: the calendar is the days that figures are of.
TABLES = {name: t for name, t in schema.contract_tables.items() if name != "fiscal_period"}


@dataclass(frozen=True)
class Moves:
    """The tables with documents that were corrected, and those with new ones."""

    corrected: frozenset[str]
    new: frozenset[str]


def moves(reader: Reader, first: int) -> Moves:
    """What moved between an earlier load and the reader's, by table."""
    last = reader.batch
    corrected = [name for name, t in TABLES.items() if _any(reader, t, _corrected(t, first, last))]
    new = [name for name, t in TABLES.items() if _any(reader, t, _new(t, first, last))]
    return Moves(frozenset(corrected), frozenset(new))


def _any(reader: Reader, table: Table, condition: ColumnElement[bool]) -> bool:
    found = select(literal(1)).select_from(table).where(condition).limit(1)
    return bool(reader.rows(found))


def _came(table: Table, first: int, last: int) -> ColumnElement[bool]:
    return and_(at(table, last), table.c.batch_from > first)


def _new(table: Table, first: int, last: int) -> ColumnElement[bool]:
    return and_(_came(table, first, last), ~_known(table, table, first))


def _corrected(table: Table, first: int, last: int) -> ColumnElement[bool]:
    """Rows that went, and rows that came to a document that was known."""
    went = and_(at(table, first), table.c.batch_to <= last)
    return or_(went, and_(_came(table, first, last), _known(table, table, first)))


def _known(rows: FromClause, table: Table, first: int) -> ColumnElement[bool]:
    """Whether a row's document was known at an earlier load."""
    then = table.alias("then")
    keys = DOCUMENT_KEYS.get(table.name, schema.keys(table))
    return exists().where(at(then, first), same_key(then, rows, keys))


# --- Readers of what never was -------------------------------------------------------------------


def agreed_as(reader: Reader, later: Reader) -> Reader:
    """A reader's documents and days, under the settings and the minutes of another moment."""
    return reader.apart(minute=later.minute, settings=later.settings)


def on_days_of(reader: Reader, later: Reader) -> Reader:
    """A reader's documents, with the calendar and the last day of another moment."""
    own, other = read_choices(reader), read_choices(later)
    choices = replace(
        own,
        calendar=other.calendar,
        default_from=other.default_from,
        default_to=other.default_to,
    )
    return replace(
        reader.apart(), kept={"data_through": data_through(later)}, shared={"choices": choices}
    )


def reshaped(one: Reader, other: Reader) -> bool:
    """Whether two moments have marts of different shapes: a setting that shapes them moved."""
    return any(getattr(one.settings, n) != getattr(other.settings, n) for n in SHAPING)


@contextmanager
def with_own_marts(store: Store, reader: Reader) -> Iterator[Reader]:
    """The reader with marts made under its own settings, where the stored ones were not."""
    with store.facts.supposing() as connection:
        _MartsToMake(connection, reader, set(marts.DEFINITIONS)).watch()
        yield reader.apart(connection=connection, navigates=False)


@contextmanager
def of_known_documents(
    store: Store, reader: Reader, earlier: Reader, moved: Moves
) -> Iterator[Reader]:
    """The reader's load with those documents alone that an earlier load knew, as they now are."""
    with store.facts.supposing() as connection:
        stored = _stored(connection)
        for name in moved.new:
            table = stored[name]
            hide(connection, table, select(table).where(_known(table, table, earlier.batch)))
        _hide_marts(connection, stored, reader, earlier, moved)
        yield reader.apart(connection=connection, navigates=False)


def _hide_marts(
    connection: Connection,
    stored: Mapping[str, Table],
    reader: Reader,
    earlier: Reader,
    moved: Moves,
) -> None:
    """Marts of what is new are made again, or, where nothing was corrected, as they were before."""
    corrected, new = set(moved.corrected), set(moved.new)
    made = _MartsToMake(connection, reader, set())
    other = reshaped(earlier, reader)
    for name in READ:
        read = sources(name, reader.settings)
        if not read & new:
            continue
        new.add(name)
        if other or read & corrected:
            corrected.add(name)
            made.waiting.add(name)
        else:
            _hide_by_earlier(connection, stored[name], reader.batch, earlier.batch)
    made.watch()


@dataclass(frozen=True)
class _MartsToMake:
    """Marts that take the place of the stored ones, each made when it is first read."""

    connection: Connection
    reader: Reader
    waiting: set[str]

    def watch(self) -> None:
        """Make what a statement reads before it is executed, from here on."""
        event.listen(self.connection, "before_execute", self._before)

    def _before(self, _: Connection, statement: object, *rest: object) -> None:
        if self.waiting and isinstance(statement, SelectBase):
            self._make(tables_of(statement))

    def _make(self, names: frozenset[str]) -> None:
        for name in [known for known in marts.DEFINITIONS if known in names & self.waiting]:
            self.waiting.remove(name)
            self._make(sources(name, self.reader.settings))
            _make(self.connection, self.reader, name)


def _stored(connection: Connection) -> dict[str, Table]:
    """The stored tables, by names that nothing temporary hides."""
    everything = MetaData()
    home = stored_schema(connection)
    return {t.name: t.to_metadata(everything, schema=home) for t in schema.facts.sorted_tables}


def _hide_by_earlier(connection: Connection, stored: Table, batch: int, earlier: int) -> None:
    """A mart as it was at an earlier load, in place of the stored one."""
    names = (*schema.keys(stored), *schema.contents(stored))
    rows = select(*(stored.c[n] for n in names), *_held(batch)).where(at(stored, earlier))
    hide(connection, stored, rows)


def _make(connection: Connection, reader: Reader, name: str) -> None:
    """A temporary mart in place of the stored one, by its definition over what is to be seen."""
    rows = marts.DEFINITIONS[name](reader.settings, rows_at(reader.batch)).subquery("definition")
    table = schema.marts[name]
    names = (*schema.keys(table), *schema.contents(table))
    keep(connection, table, select(*(rows.c[n] for n in names), *_held(reader.batch)))


def _held(batch: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return literal(batch).label("batch_from"), literal(OPEN).label("batch_to")
