"""The books about loads: what came with each, what was rejected, and what moved between two."""

import pandas as pd
from sqlalchemy import and_, func, select

from queries import schema
from queries.errors import ConcordError
from queries.store import Reader

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


def changes(reader: Reader, first: int, last: int) -> pd.DataFrame:
    """Rows that came, changed and went between two loads, by table; others are left out."""
    _known(reader, first)
    _known(reader, last)
    if first > last:
        raise ConcordError(f"from {first} is after to {last}: swap them")
    rows = []
    for name, table in schema.contract_tables.items():
        keys = [table.c[key] for key in schema.keys(table)]
        came = and_(table.c.batch_from > first, table.c.batch_from <= last, table.c.batch_to > last)
        went = and_(table.c.batch_to > first, table.c.batch_to <= last, table.c.batch_from <= first)
        new, old = select(*keys).where(came), select(*keys).where(went)
        both = reader.rows(select(func.count()).select_from(new.intersect(old).subquery()))[0][0]
        added, removed = (
            reader.rows(select(func.count()).select_from(one.subquery()))[0][0]
            for one in (new, old)
        )
        if added or removed:
            rows.append((name, int(added - both), int(both), int(removed - both)))
    return pd.DataFrame(rows, columns=["table_name", "new", "changed", "gone"])


def _known(reader: Reader, number: int) -> None:
    if not 1 <= number <= reader.batch:
        last = f"the last is {reader.batch}" if reader.batch else "nothing was loaded yet"
        raise ConcordError(f"there is no load {number}: {last}")
