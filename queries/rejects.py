"""Bad records: kept with the load, and written where people look for them.

``rejects/<load>/<table>.csv`` has the record number, column, value and reason of each.
"""

import csv
import shutil
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Double,
    FromClause,
    MetaData,
    String,
    Table,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    select,
)

from queries import rules, schema
from queries.contract import CONVERSIONS
from queries.engine import copy_parquet, create_temporary
from queries.extract import Extract
from queries.store import Writer

COLUMNS = ("file", "record", "column_name", "value", "reason")
LARGEST_ORDER = 10**12

Fault = tuple[ColumnElement[bool], str, str]  # what is wrong, in which column, in words

_staged = Table(
    "staged_reject",
    MetaData(),
    *(Column(name, BigInteger if name == "record" else String()) for name in COLUMNS),
    prefixes=["TEMPORARY"],
)


def keep(writer: Writer, extracted: Extract) -> None:
    """Write down the records of one table that validation rejected."""
    create_temporary(writer.connection, _staged)
    copy_parquet(writer.connection, _staged, COLUMNS, extracted.rejects)
    rows = select(literal(writer.batch), literal(extracted.table), *_staged.c)
    names = ["batch", "table_name", *COLUMNS]
    writer.connection.execute(insert(schema.reject).from_select(names, rows))


def conversion_faults(table: Table, ready: FromClause) -> list[Fault]:
    """What can be wrong with the money of a row once its rate is known."""
    no_rate = ready.c.reporting_rate.is_(None)
    faults: list[Fault] = [
        (no_rate, "currency", "no exchange rate on or before the document's date: load one")
    ]
    for document, reporting in CONVERSIONS[table.name].amounts:
        lost = and_(~no_rate, ready.c[document].is_not(None), ready.c[reporting].is_(None))
        faults.append((lost, document, "too large in the reporting currency"))
    if table.name == "purchase_order_line":
        value = func.abs(rules.value(ready.c.quantity, ready.c.unit_price))
        large = and_(~no_rate, cast(value, Double) * ready.c.reporting_rate >= LARGEST_ORDER)
        faults.append((large, "unit_price", "quantity × unit price is too large"))
    return faults


def _overlaps(ready: Table) -> Fault:
    """A fiscal period on days that a held one has, unless that one moves in the same load."""
    held, moved = schema.fiscal_period.alias("held"), ready.alias("moved")
    shared = exists().where(
        held.c.batch_to == schema.OPEN,
        held.c.period != ready.c.period,
        held.c.start_date <= ready.c.end_date,
        held.c.end_date >= ready.c.start_date,
        ~exists().where(moved.c.period == held.c.period),
    )
    return shared, "start_date", "overlaps a period that the store has: load both, or --replace"


def faults(table: Table, ready: Table) -> list[Fault]:
    """What only the store can find wrong with staged rows."""
    if table.name in CONVERSIONS:
        return conversion_faults(table, ready)
    return [_overlaps(ready)] if table.name == "fiscal_period" else []


def keep_faulty(writer: Writer, table: Table, ready: Table, found: Sequence[Fault]) -> None:
    """Write down the rows that the store found wrong, each with its reasons."""
    names = ["batch", "table_name", *COLUMNS]
    for condition, column, reason in found:
        values: list[Any] = [writer.batch, table.name, null(), ready.c.record]
        values += [column, cast(ready.c[column], String), reason]
        columns = [v if hasattr(v, "label") else literal(v) for v in values]
        statement = insert(schema.reject).from_select(names, select(*columns).where(condition))
        writer.connection.execute(statement)


def first(connection: Connection, batch: int) -> str:
    """The first reject of a load in words."""
    row = connection.execute(
        select(schema.reject)
        .where(schema.reject.c.batch == batch)
        .order_by(schema.reject.c.table_name, schema.reject.c.record)
        .limit(1)
    ).one()
    place = f"{row.file or row.table_name}, record {row.record}, {row.column_name}"
    return f"{place} {row.value!r}: {row.reason}"


def export(home: Path, connection: Connection, batch: int) -> None:
    """Write a load's rejects as one CSV a table, in ``rejects/<load>``."""
    table = schema.reject
    folder = home / "rejects" / str(batch)
    shutil.rmtree(folder, ignore_errors=True)  # of a load that was killed
    columns = [table.c[name] for name in ("table_name", *COLUMNS)]
    rows = connection.execute(
        select(*columns).where(table.c.batch == batch).order_by(table.c.table_name, table.c.record)
    )
    for name, group in groupby(rows, key=lambda row: row.table_name):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("file", "record", "column", "value", "reason"))
            writer.writerows([_plain(cell) for cell in row[1:]] for row in group)


def _plain(cell: object) -> object:
    """A cell that a spreadsheet will not run as a formula."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell
