"""What the supplier master says of each supplier, and invoices that two suppliers seem to share."""

import pandas as pd
from sqlalchemy import case, select, union_all

from queries import mart_tables, schema
from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import typed_frame
from queries.selection import Selection, narrowed
from queries.store import Reader
from queries.versions import at

SUPPLIER, SHARED = schema.supplier, mart_tables.shared_invoice
FACTS = ("supplier_id", "name", "parent_supplier_id", "country", "payment_term_code")
SENDERS = ("supplier_id", "other_supplier_id")
SHOWN = (
    *SENDERS, "invoice_id", "other_invoice_id", "number", "day", "other_day", "gross",
)  # fmt: skip


def master(reader: Reader) -> pd.DataFrame:
    """What the master says of every supplier outside the own group; ``ranked`` says whether it
    knows if they are preferred."""
    return reader.once("supplier_master", _master)


def _master(reader: Reader) -> pd.DataFrame:
    statement = (
        select(
            *(SUPPLIER.c[name] for name in FACTS),
            case((SUPPLIER.c.preferred.is_not(None), True), else_=False).label("ranked"),
        )
        .where(at(SUPPLIER, reader.batch), ~intercompany(reader, SUPPLIER))
        .order_by(SUPPLIER.c.supplier_id.collate("C"))
    )
    return typed_frame(reader, statement)


def known_terms(reader: Reader) -> frozenset[str]:
    """The codes of payment terms that are loaded."""
    return reader.once("known_terms", _known_terms)


def _known_terms(reader: Reader) -> frozenset[str]:
    code = schema.payment_term.c.payment_term_code
    found = reader.rows(select(code).where(at(schema.payment_term, reader.batch)))
    return frozenset(row[0] for row in found)


def shared(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """Invoices of some days whose number and amount an earlier one of another group has too.

    Of a chosen supplier, whichever of the two it sent. They are not told apart by category, cost
    centre or item: a selection by one of those finds none.
    """
    found = select(SHARED).where(at(SHARED, reader.batch)).subquery("shared_invoices")
    senders = union_all(
        *(select(found.c.invoice_id, found.c[name].label("supplier_id")) for name in SENDERS)
    ).subquery("sender")
    sister = select(senders.c.invoice_id).where(intercompany(reader, senders))
    chosen = select(senders.c.invoice_id).where(*narrowed(selection, senders, reader.batch))
    statement = (
        select(*(found.c[name] for name in SHOWN))
        .where(found.c.day.between(span.first, span.last), found.c.other_day <= span.last)
        .where(found.c.invoice_id.in_(chosen), found.c.invoice_id.not_in(sister))
        .order_by(found.c.gross.desc(), found.c.invoice_id.collate("C"))
    )
    return typed_frame(reader, statement)
