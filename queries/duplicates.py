"""What looks booked twice, invoice by invoice: those with a number, and those without one."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Table, func, select

from queries import mart_tables
from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import typed_frame
from queries.selection import Selection, conditions
from queries.sourcing import amount_of
from queries.store import Reader
from queries.versions import at

NUMBERED, BARE, TWIN = (
    mart_tables.duplicate_invoice,
    mart_tables.unnumbered_twin,
    mart_tables.invoice_twin,
)


def repeated(reader: Reader, selection: Selection, span: Span, mart: Table) -> pd.DataFrame:
    """The invoices of some days that look like an earlier one that is seen by their end.

    ``gross`` is what of them is in the selection, in cents; ``undone_on`` is empty where no credit
    note has undone it by the end. Takes the mart of those with a number, or without.
    """
    undone = func.max(mart.c.undone_on).filter(mart.c.undone_on <= span.last)
    keys = [mart.c[name] for name in ("invoice_id", "day", "twin_id", "twin_day")]
    gross = amount_of(mart.c.gross).label("gross")
    statement: Any = (
        select(*keys, undone.label("undone_on"), gross)
        .where(*conditions(selection, mart, reader.batch), ~intercompany(reader, mart))
        .where(mart.c.day.between(span.first, span.last), mart.c.twin_day <= span.last)
        .group_by(*keys)
    )
    found = typed_frame(reader, statement)
    said = _said(reader, found["invoice_id"].tolist())
    return found.join(said, on="invoice_id").sort_values(
        ["gross", "invoice_id"], ascending=[False, True], ignore_index=True
    )


def _said(reader: Reader, invoices: Sequence[str]) -> pd.DataFrame:
    """How each of some invoices and the earlier one are spelt, dated and summed up."""
    names = ("invoice_id", "supplier_id", "twin_supplier_id", "number", "twin_number",
             "description", "currency", "invoice_date", "twin_date", "document_gross",
             "twin_gross")  # fmt: skip
    statement = select(*(TWIN.c[name] for name in names)).where(
        at(TWIN, reader.batch), TWIN.c.invoice_id.in_(invoices)
    )
    return typed_frame(reader, statement).set_index("invoice_id")
