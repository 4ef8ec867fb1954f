"""Invoices that look booked twice beside the earlier one: as both were spelt, dated and summed."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, cast, func, select

from queries import mart_tables, schema
from queries.balances import labelled
from queries.settings import Settings
from queries.versions import Rows, current


def invoice_twin(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Each invoice that looks like an earlier one, with or without a number, and that one."""
    pair = _pairs(rows)
    own, earlier = rows(mart_tables.invoice), rows(mart_tables.invoice).alias("earlier_invoice")
    said, before = _said(pair, rows), _said(pair, rows).alias("said_before")
    columns = {
        "supplier_id": own.c.supplier_id,
        "invoice_id": pair.c.invoice_id,
        "twin_id": pair.c.twin_id,
        "twin_supplier_id": earlier.c.supplier_id,
        "number": said.c.number,
        "twin_number": before.c.number,
        "description": said.c.description,
        "currency": func.coalesce(said.c.currency, settings.currency),
        "invoice_date": own.c.invoice_date,
        "twin_date": earlier.c.invoice_date,
        "document_gross": own.c.document_gross,
        "twin_gross": earlier.c.document_gross,
        "line_count": said.c.line_count,
    }
    source = (
        pair.join(own, own.c.invoice_id == pair.c.invoice_id)
        .join(earlier, earlier.c.invoice_id == pair.c.twin_id)
        .join(said, said.c.invoice_id == pair.c.invoice_id)
        .join(before, before.c.invoice_id == pair.c.twin_id)
    )
    return select(*labelled(columns)).select_from(source)


def _pairs(rows: Rows) -> FromClause:
    numbered, bare = rows(mart_tables.duplicate_invoice), rows(mart_tables.unnumbered_twin)
    one, other = (select(mart.c.invoice_id, mart.c.twin_id) for mart in (numbered, bare))
    return one.union(other).cte("pair")


def _said(pair: FromClause, rows: Rows) -> FromClause:
    """What the lines of the invoices of some pairs say: number, description, currency."""
    line = rows(schema.invoice_line)
    ids = select(pair.c.invoice_id).union(select(pair.c.twin_id))
    columns: dict[str, ColumnElement[Any]] = {
        **{
            name: func.coalesce(func.min(line.c[of].collate("C")), "")
            for name, of in (("number", "invoice_number"), ("description", "description"))
        },
        "currency": func.min(line.c.currency.collate("C")),
        "line_count": cast(func.count(), BigInteger),
    }
    return (
        select(line.c.invoice_id, *labelled(columns))
        .where(line.c.invoice_id.in_(ids))
        .group_by(line.c.invoice_id)
        .subquery("said")
    )
