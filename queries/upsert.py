"""Rows into a versioned table: what is the same stays, what changed is closed and followed.

One algorithm serves facts, dimensions and marts. ``ready`` holds the rows as they should be; rows
that the table already holds leave it, the rest close the versions they follow and are inserted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)

from queries import conversion, rejects, schema
from queries.contract import CONVERSIONS
from queries.distribution import has_key_of, joined_by, under_key_of
from queries.engine import (
    copy_parquet,
    create_temporary,
    drop_temporary,
    expecting_few_rows,
    filling,
    refresh_statistics,
)
from queries.errors import ConcordError
from queries.extract import Extract
from queries.schema import OPEN, contents, keys
from queries.settings import Settings
from queries.sides import COMES, differing, same_content, same_key, sided
from queries.store import Writer


@dataclass(frozen=True)
class Counts:
    """What became of staged rows, and what else moved."""

    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0
    closed: int = 0
    reconverted: int = 0


@cache
def _working(name: str, table: Table, columns: tuple[str, ...]) -> Table:
    """A temporary table with some columns of another, and each row's record number."""
    copies = [Column(c, table.c[c].type) for c in columns]
    return Table(
        f"{name}_{table.name}",
        MetaData(),
        *copies,
        Column("record", BigInteger),
        prefixes=["TEMPORARY"],
    )


def _ready(connection: Connection, table: Table) -> Table:
    ready = _working("ready", table, (*keys(table), *contents(table)))
    create_temporary(connection, ready)
    return ready


def apply_extract(writer: Writer, extracted: Extract, settings: Settings, replace: bool) -> Counts:
    """Stage one table's validated rows and bring the store to them."""
    table = schema.contract_tables[extracted.table]
    connection = writer.connection
    stage = _working("stage", table, tuple(extracted.columns))
    create_temporary(connection, stage)
    copy_parquet(connection, stage, (*extracted.columns, "record"), extracted.valid)
    ready = _ready(connection, table)
    filled = _filled(table, stage)
    if table.name in CONVERSIONS:
        conversion.look_up_rates(connection, table.name, [filled, _open(table)], settings)
        filled = conversion.converted(table.name, filled, settings).subquery("converted")
    _insert_from(connection, ready, select(*(filled.c[c.name] for c in ready.c)))
    # First, so that what the source no longer has is neither brought back nor in the way.
    closed = _close_missing(writer, table, stage, extracted) if replace else 0
    rejected = _reject_faulty(writer, table, ready)
    if table.name in CONVERSIONS:
        _add_reconverted(connection, table, ready, settings)
    counts = _apply(writer, table, ready)
    drop_temporary(connection, stage, ready)
    return Counts(
        counts.loaded, counts.unchanged, counts.superseded, rejected, closed, counts.reconverted
    )


def _open(table: Table) -> FromClause:
    return select(table).where(table.c.batch_to == OPEN).subquery(f"open_{table.name}")


def _filled(table: Table, stage: Table) -> FromClause:
    """Staged rows with every column: what the source leaves out keeps its old value."""
    held = _open(table)
    columns: list[ColumnElement[Any]] = []
    for name in (*keys(table), *contents(table)):
        if name in stage.c:
            columns.append(stage.c[name].label(name))
        elif name == "match_key":
            columns.append(_match_key(stage, held).label(name))
        else:
            columns.append(held.c[name].label(name))
    source = stage.outerjoin(held, same_key(stage, held, keys(table)))
    return select(*columns, stage.c.record).select_from(source).subquery("filled")


def _match_key(stage: Table, held: FromClause) -> ColumnElement[Any]:
    """The order's number, else the invoice's: what keeps a purchase together when spread."""
    parts: list[ColumnElement[Any]] = []
    for name in ("po_id", "invoice_id"):
        if name in stage.c:
            parts.append(stage.c[name])
        elif name in held.c:
            parts.append(held.c[name])
    return func.coalesce(*parts)


def _insert_from(connection: Connection, table: Table, rows: Select[Any]) -> None:
    connection.execute(insert(table).from_select([c.name for c in table.c], rows))


def _reject_faulty(writer: Writer, table: Table, ready: Table) -> int:
    """Reject rows that only the store can judge: no rate for them, or periods that overlap."""
    faults = rejects.faults(table, ready)
    if not faults:
        return 0
    rejects.keep_faulty(writer, table, ready, faults)
    bad = or_(*(condition for condition, _, _ in faults))
    return writer.connection.execute(delete(ready).where(bad)).rowcount


def _add_reconverted(
    connection: Connection, table: Table, ready: Table, settings: Settings
) -> None:
    """Add the held rows that keep their content and whose reporting money a new rate changes."""
    held = _open(table)
    renewed = conversion.converted(table.name, held, settings).subquery("renewed")
    names = ["reporting_rate", *(reporting for _, reporting in CONVERSIONS[table.name].amounts)]
    key = same_key(held, renewed, joined_by(connection, table))
    moved = and_(renewed.c.reporting_rate.is_not(None), not_(same_content(held, renewed, names)))
    columns = [renewed.c[c.name] if c.name != "record" else literal(None) for c in ready.c]
    brought = has_key_of(connection, table, renewed, ready)
    rows = select(*columns).select_from(renewed.join(held, key)).where(moved, ~brought)
    _insert_from(connection, ready, rows)
    _refuse_unconverted(connection, table, ready)


def _refuse_unconverted(connection: Connection, table: Table, ready: Table) -> None:
    """A held row has no record to reject: a rate that makes it too large stops the load."""
    for condition, column, reason in rejects.conversion_faults(table, ready):
        key = select(*(ready.c[name] for name in keys(table))).where(condition).limit(1)
        if row := connection.execute(key).first():
            named = " ".join(str(part) for part in row)
            raise ConcordError(
                f"{table.name} {named}, {column}: {reason}; check the exchange rates of this load"
            )


def reconvert(writer: Writer, name: str, settings: Settings) -> int:
    """Convert again every row of a table whose rate has changed; how many did."""
    table = schema.contract_tables[name]
    ready = _ready(writer.connection, table)
    conversion.look_up_rates(writer.connection, name, [_open(table)], settings)
    _add_reconverted(writer.connection, table, ready, settings)
    return _apply(writer, table, ready).reconverted


def _apply(writer: Writer, table: Table, ready: Table) -> Counts:
    """Close what ``ready`` changes and insert it; rows without a record number were reconverted."""
    connection = writer.connection
    held = table.alias("held")
    key = same_key(held, ready, joined_by(connection, table))
    is_open = and_(key, held.c.batch_to == OPEN)
    # Tables side by side: DuckDB takes several times as long for what asks whether a row exists.
    same = and_(is_open, same_content(held, ready, contents(table)))
    unchanged = connection.execute(delete(ready).where(same)).rowcount
    again = func.count().filter(ready.c.record.is_(None))
    total, reconverted = connection.execute(select(func.count(), again).select_from(ready)).one()
    if not total:
        return Counts(unchanged=unchanged)
    followed = _close(writer, table, under_key_of(connection, table, ready))
    columns = [c for c in ready.c if c.name != "record"]
    _insert_rows(writer, table, select(*columns), [c.name for c in columns], total)
    return Counts(total - followed, unchanged, followed - reconverted, reconverted=reconverted)


def _insert_rows(
    writer: Writer,
    table: Table,
    rows: Select[Any],
    names: Sequence[str],
    count: int | None = None,
) -> None:
    """Put rows into a table that hold from this load on."""
    held = rows.add_columns(literal(writer.batch), literal(OPEN))
    statement = insert(table).from_select([*names, "batch_from", "batch_to"], held)
    with filling(writer.connection, table, writer.batch == 1, count):
        writer.connection.execute(statement)
    refresh_statistics(writer.connection, table, count)


def _close(writer: Writer, table: Table, condition: ColumnElement[bool]) -> int:
    """End the open rows that meet a condition with this load."""
    condition = and_(table.c.batch_to == OPEN, table.c.batch_from < writer.batch, condition)
    statement = update(table).where(condition).values(batch_to=writer.batch)
    return writer.connection.execute(statement).rowcount


def _close_missing(writer: Writer, table: Table, stage: Table, extracted: Extract) -> int:
    """Close rows that the source no longer has, except under the key of a rejected record."""
    barred = _working("barred", table, keys(table))
    create_temporary(writer.connection, barred)
    copy_parquet(writer.connection, barred, keys(table), extracted.rejected_keys)
    brought = has_key_of(writer.connection, table, table, stage)
    rejected = has_key_of(writer.connection, table, table, barred)
    return _close(writer, table, and_(not_(brought), not_(rejected)))


def replace_by_select(writer: Writer, table: Table, definition: Select[Any]) -> bool:
    """Bring a mart to its definition: new and changed rows in, rows it no longer has closed.

    Gives whether anything of it moved.
    """
    names = (*keys(table), *contents(table))
    given = definition.subquery("definition")
    rows = select(*(given.c[name] for name in names))
    if not _has_rows(writer, _open(table)):
        days = [given.c[name] for name in keys(table) if isinstance(table.c[name].type, Date)]
        # In the order of their days, which most readers want some of: they lie together then.
        _insert_rows(writer, table, rows.order_by(*days[:1]), names)
        return _has_rows(writer, _open(table))
    ready = _ready(writer.connection, table)
    _insert_from(writer.connection, ready, rows.add_columns(literal(0)))
    return replace_changed(writer, table, differing(_open(table), ready, table))


def replace_by_rows(writer: Writer, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """As ``replace_by_select``, for a small mart that is computed outside the engine."""
    ready = _ready(writer.connection, table)
    if rows:
        writer.connection.execute(insert(ready), [{**row, "record": 0} for row in rows])
    replace_changed(writer, table, differing(_open(table), ready, table))


def _has_rows(writer: Writer, rows: FromClause) -> bool:
    return writer.connection.execute(select(rows).limit(1)).first() is not None


def replace_changed(writer: Writer, table: Table, changes: Select[Any]) -> bool:
    """Close the rows of a mart under the keys of some rows, and put those in that come.

    Gives whether there are any.
    """
    connection, change = writer.connection, sided("change", table)
    names = (*keys(table), *contents(table))
    create_temporary(connection, change)
    with expecting_few_rows(connection):
        _insert_from(connection, change, changes)
        number = connection.execute(select(func.count()).select_from(change)).scalar_one()
        if number:
            refresh_statistics(connection, change)
            _close(writer, table, same_key(change, table, keys(table)))
            coming = select(*(change.c[name] for name in names)).where(change.c.side == COMES)
            _insert_rows(writer, table, coming, names, number)
    return bool(number)
