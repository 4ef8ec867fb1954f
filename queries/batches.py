"""The books about loads: what came with each, what was rejected, and what moved between two."""

from typing import Any

import pandas as pd
from sqlalchemy import CompoundSelect, Select, Table, exists, func, select

from queries import schema
from queries.errors import ConcordError
from queries.store import Reader
from queries.versions import at

TABLE_COUNTS = (
    "read", "loaded", "unchanged", "superseded", "rejected", "closed", "reconverted",
)  # fmt: skip


def batches(reader: Reader) -> pd.DataFrame:
    """Every load up to the reader's, the last first, with its counts over all tables."""
    batch, table = schema.batch, schema.batch_table
    sums = [func.coalesce(func.sum(table.c[name]), 0).label(name) for name in TABLE_COUNTS]
    names = ("batch", "source", "loaded_at", "loaded_by", "data_through", "seconds")
    columns = [batch.c[name] for name in names]
    frame = reader.frame(
        select(*columns, *sums)
        .select_from(batch.outerjoin(table, table.c.batch == batch.c.batch))
        .where(batch.c.batch <= reader.batch)
        .group_by(*columns)
        .order_by(batch.c.batch.desc())
    )
    return frame.astype(dict.fromkeys(TABLE_COUNTS, "int64"))


def batch_tables(reader: Reader, number: int) -> pd.DataFrame:
    """What became of each table's records in one load."""
    _known(reader, number)
    table = schema.batch_table
    columns = [table.c[name] for name in ("table_name", *TABLE_COUNTS)]
    rows = select(*columns).where(table.c.batch == number).order_by(table.c.table_name)
    return reader.frame(rows)


def rejects(reader: Reader, number: int) -> pd.DataFrame:
    """The bad records of one load: table, file, record, column, value, reason."""
    _known(reader, number)
    table = schema.reject
    names = ("table_name", "file", "record", "column_name", "value", "reason")
    return reader.frame(
        select(*(table.c[name] for name in names))
        .where(table.c.batch == number)
        .order_by(table.c.table_name, table.c.record, table.c.column_name)
    )


def loaded_tables(reader: Reader) -> frozenset[str]:
    """The names of the contract's tables that hold any row as at the reader's load."""
    tables = schema.contract_tables.items()
    holds = [exists().where(at(table, reader.batch)).label(name) for name, table in tables]
    (found,) = reader.rows(select(*holds))
    return frozenset(name for name, _ in tables if found._mapping[name])


def changes(reader: Reader, first: int, last: int) -> pd.DataFrame:
    """Rows that came, changed and went between two loads, by table; others are left out."""
    _known(reader, first)
    _known(reader, last)
    if first > last:
        raise ConcordError(f"from {first} is after to {last}: swap them")
    rows = []
    for name, table in schema.contract_tables.items():
        new, old = moved_keys(table, first, last)
        both = _count(reader, new.intersect(old))
        came, went = _count(reader, new) - both, _count(reader, old) - both
        if came or both or went:
            rows.append((name, came, both, went))
    return pd.DataFrame(rows, columns=["table_name", "new", "changed", "gone"])


def moved_keys(table: Table, first: int, last: int) -> tuple[Select[Any], Select[Any]]:
    """The keys that came between two loads and those that went; a changed row is in both.

    What went and came back as it was is in neither.
    """
    columns = [table.c[name] for name in (*schema.keys(table), *schema.contents(table))]
    start, end = table.c.batch_from, table.c.batch_to
    came = select(*columns).where(start > first, start <= last, end > last)
    went = select(*columns).where(end > first, end <= last, start <= first)
    return _keys(table, came.except_(went)), _keys(table, went.except_(came))


def _keys(table: Table, rows: CompoundSelect[Any]) -> Select[Any]:
    held = rows.subquery()
    return select(*(held.c[key] for key in schema.keys(table)))


def _count(reader: Reader, rows: Select[Any] | CompoundSelect[Any]) -> int:
    return int(reader.rows(select(func.count()).select_from(rows.subquery()))[0][0])


def _known(reader: Reader, number: int) -> None:
    if not 1 <= number <= reader.batch:
        last = f"the last is {reader.batch}" if reader.batch else "nothing was loaded yet"
        raise ConcordError(f"there is no load {number}: {last}")
