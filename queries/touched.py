"""The documents that a load touched, apart: their rows as they were before it, and as they now are.

What a load changes in a mart is what the mart's definition gives of these rows now, less what it
gave of them before. Documents that nothing of a mart has changed for count on both sides alike, so
that it matters only that every document that is counted otherwise has all its rows here: an order
with its receipts, its invoices, their payments and what was decided on it; an invoice with all its
lines and their orders.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from queries import mart_tables, schema
from queries.approval_documents import line_name
from queries.engine import create_temporary, refresh_statistics
from queries.schema import OPEN
from queries.sides import COMES, GOES
from queries.store import Writer
from queries.versions import Rows, current

FEW = 5  # one line of so many: where more are touched, whole marts are made sooner

# The side of a load that rows are read on; a row of a copy is of both, of one, or over before.
BEFORE, AFTER = GOES, COMES  # what a row of one side alone does
ON_SIDE = "on_side"
SIDE: ColumnElement[int] = bindparam(ON_SIDE, type_=Integer())
OVER, WENT, STAYED, CAME = 0, BEFORE, AFTER, AFTER + 1


def _ids(name: str) -> Table:
    """Numbers of documents, each with how many steps away from what was touched it was found."""
    columns = (Column("id", String(), nullable=False), Column("hop", Integer, nullable=False))
    return Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])


ORDERS, INVOICES, NAMED = _ids("touched_orders"), _ids("touched_invoices"), _ids("touched_names")

# The tables of documents, and which of their rows belong to one: all with its number.
DOCUMENTS: Mapping[str, tuple[Table, str]] = {
    "purchase_order_line": (ORDERS, "po_id"),
    "goods_receipt": (ORDERS, "po_id"),
    "invoice_line": (INVOICES, "invoice_id"),
    "payment": (INVOICES, "invoice_id"),
    "approval_step": (NAMED, "document_id"),
}

# Master data, and the column by which lines name them: what is named so is touched as well.
MASTERS: Mapping[str, str] = {
    "supplier": "supplier_id",
    "category": "category_id",
    "cost_centre": "cost_centre_id",
    "item": "item_id",
    "contract": "contract_id",
}


@cache
def _copy(table: Table) -> Table:
    columns = [Column(c.name, c.type) for c in table.columns]
    state = Column("state", Integer, nullable=False)
    return Table(
        f"touched_{table.name}", MetaData(), *columns, state, prefixes=["TEMPORARY"]
    )  # fmt: skip


@dataclass(frozen=True)
class TouchedRows(Rows):
    """As ``current``, of touched documents alone, and as they were on one side of a load.

    Of a mart that is no document's, the rows that the load moved.
    """

    def __call__(self, table: Table) -> FromClause:
        if not is_copied(table.name):
            return current(table)
        copy = _copy(table)
        return self._rows(copy, copy.c.state.between(SIDE, SIDE + 1), table.name)

    def ended(self, table: Table) -> FromClause:
        copy = _copy(table)
        return self._rows(copy, copy.c.state < SIDE, f"ended_{table.name}")

    def _rows(self, copy: Table, held: ColumnElement[bool], name: str) -> FromClause:
        columns = [c for c in copy.c if c.name != "state"]
        return select(*columns).where(held).subquery(self._named(name))


touched = TouchedRows()


def is_copied(name: str) -> bool:
    """Whether a table's rows are read from a copy; others are the same on both sides."""
    known = {**DOCUMENTS, **MASTERS, **schema.marts}
    return name in known and name != mart_tables.fiscal_calendar.name


def gather(writer: Writer, moved: Iterable[str]) -> bool:
    """Copy the rows of all documents that a load touched, and the master data, of which it moved
    some tables; not where the documents are not few."""
    tables = [schema.contract_tables[name] for name in DOCUMENTS]
    whole = _count(writer, tables, _is_known)
    if not _are_few(_count(writer, tables, _has_moved), whole):
        return False
    for ids in (ORDERS, INVOICES, NAMED):
        create_temporary(writer.connection, ids)
    _add_touched(writer)
    for name in set(MASTERS).intersection(moved):
        _add_naming(writer, name)
    _add_neighbours(writer, 1)
    _add_namesakes(writer)
    _add_neighbours(writer, 2)
    copied = 0
    for table in tables:
        ids, key = DOCUMENTS[table.name]
        copied += _fill(writer, table, table.c[key].in_(select(ids.c.id)))
    for name in MASTERS:
        table = schema.contract_tables[name]
        _fill(writer, table, _is_known(writer, table))
    return _are_few(copied, whole)


def copy_mart(writer: Writer, name: str) -> None:
    """Copy what a load touched of a mart that others read, once it is brought to its definition."""
    table = schema.marts[name]
    if table is mart_tables.invoice:
        _fill(writer, table, table.c.invoice_id.in_(select(INVOICES.c.id)))
    else:
        _fill(writer, table, _has_moved(writer, table))


def _are_few(part: int, whole: int) -> bool:
    return part * FEW <= whole


def _has_moved(writer: Writer, table: Table) -> ColumnElement[bool]:
    return or_(table.c.batch_from == writer.batch, table.c.batch_to == writer.batch)


def _is_known(writer: Writer, table: Table) -> ColumnElement[bool]:
    """Rows that hold on one side of the load, or on both."""
    return table.c.batch_to >= writer.batch


def _count(
    writer: Writer,
    tables: Sequence[Table],
    which: Callable[[Writer, Table], ColumnElement[bool]],
) -> int:
    counts = (select(func.count()).where(which(writer, table)) for table in tables)
    return sum(int(writer.connection.execute(count).scalar_one()) for count in counts)


def _fill(writer: Writer, table: Table, condition: ColumnElement[bool]) -> int:
    """Copy some rows of a table, with what became of each; how many."""
    copy = _copy(table)
    create_temporary(writer.connection, copy)
    state = case(
        (table.c.batch_to < writer.batch, OVER),
        (table.c.batch_to < OPEN, WENT),
        (table.c.batch_from < writer.batch, STAYED),
        else_=CAME,
    )
    rows = select(*table.c, state).where(condition)
    writer.connection.execute(insert(copy).from_select([c.name for c in copy.c], rows))
    refresh_statistics(writer.connection, copy)
    return int(writer.connection.execute(select(func.count()).select_from(copy)).scalar_one())


# --- Which documents -----------------------------------------------------------------------------


def _add(connection: Connection, ids: Table, found: Select[Any], hop: int) -> int:
    """Add the numbers that some rows have and that are not there yet; how many there are then."""
    given = found.subquery("found")
    number = given.c[0]
    new = select(number, literal(hop)).where(
        number.is_not(None), ~exists().where(ids.c.id == number)
    )
    connection.execute(insert(ids).from_select(["id", "hop"], new.distinct()))
    return int(connection.execute(select(func.count()).select_from(ids)).scalar_one())


def _add_touched(writer: Writer) -> None:
    """What the moved rows are of; an invoice's line is of its order, too."""
    parts = [(*DOCUMENTS[name], name) for name in DOCUMENTS]
    for ids, key, name in (*parts, (ORDERS, "po_id", "invoice_line")):
        table = schema.contract_tables[name]
        moved = select(table.c[key]).where(_has_moved(writer, table))
        _add(writer.connection, ids, moved, 0)


def _add_naming(writer: Writer, name: str) -> None:
    """What names the moved rows of a master table; an item's lines are of its category, too."""
    table, item, column = schema.contract_tables[name], schema.item, MASTERS[name]
    moved = select(table.c[column]).where(_has_moved(writer, table))
    pairs = [(column, moved)]
    if table is schema.category:
        known = and_(_is_known(writer, item), item.c.category_id.in_(moved))
        pairs.append(("item_id", select(item.c.item_id).where(known)))
    for of in ("purchase_order_line", "invoice_line"):
        ids, key = DOCUMENTS[of]
        line = schema.contract_tables[of]
        for column, named in pairs:
            naming = and_(_is_known(writer, line), line.c[column].in_(named))
            _add(writer.connection, ids, select(line.c[key]).where(naming), 0)


def _add_neighbours(writer: Writer, hop: int) -> None:
    """One step further: the orders of the invoices, and the invoices of the orders."""
    line = schema.invoice_line
    known = _is_known(writer, line)
    order, invoice = (ORDERS, line.c.po_id), (INVOICES, line.c.invoice_id)
    for (ids, own), (others, other) in ((order, invoice), (invoice, order)):
        nearer = select(others.c.id).where(others.c.hop < hop)
        _add(writer.connection, ids, select(own).where(known, other.in_(nearer)), hop)


def _add_namesakes(writer: Writer) -> None:
    """Documents that were decided on under the number of an order, of its line, or of an invoice;
    and whatever else those numbers may name: until nothing is added."""
    step, count = schema.approval_step, -1
    of_line = func.regexp_replace(line_name(step.c.document_id), " [0-9]+$", "", type_=String())
    known = _is_known(writer, step)
    numbers = [select(ids.c.id) for ids in (ORDERS, INVOICES)]
    names = [step.c.document_id.in_(number) for number in numbers] + [of_line.in_(numbers[0])]
    named = step.c.document_id.in_(select(NAMED.c.id))
    found = select(step.c.document_id).where(known, or_(*names))
    while count != (count := _add(writer.connection, NAMED, found, 1)):
        for ids, number in _nameable(step.c.document_id, of_line):
            _add(writer.connection, ids, select(number).where(known, named), 1)


def _nameable(
    document: ColumnElement[Any], order: ColumnElement[Any]
) -> Iterator[tuple[Table, ColumnElement[Any]]]:
    yield ORDERS, document
    yield ORDERS, order
    yield INVOICES, document
