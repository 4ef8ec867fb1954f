"""The documents behind the figures of the process: order lines and invoice lines, row by row."""

from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func, select

from queries import mart_tables
from queries.budget import intercompany
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.duplicate_marts import twins
from queries.frames import in_order
from queries.match_marts import matched_lines
from queries.process import matches, repeats_at
from queries.promise_marts import dated_orders
from queries.selection import Selection, narrowed
from queries.spend_lines import spend_lines
from queries.store import Reader
from queries.versions import rows_at

PLACE = ("supplier_id", "category_id", "cost_centre_id", "item_id")


def ordered(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """The order lines of some days that say when they were requested, the longest wait first."""
    line = dated_orders(rows_at(reader.batch))
    days = cast(line.c.order_date - line.c.requested_on, Integer).label("days")
    names = ("po_id", "line_no", *PLACE, "requested_on", "order_date")
    return (
        select(*(line.c[name] for name in names), days, line.c.description, line.c.batch_from)
        .where(*narrowed(selection, line, reader.batch), ~intercompany(reader, line))
        .where(line.c.order_date.between(span.first, span.last), line.c.refused_on > span.last)
        .where(line.c.requested_on.is_not(None))
        .order_by(days.desc(), *in_order(line.c.po_id, line.c.line_no))
    )


def matched(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """The judged invoice lines of some days, what did not match first, and why."""
    line = matched_lines(reader.settings, rows_at(reader.batch))
    matched = matches(reader, line)
    why = case(
        (matched, "matches"),
        (and_(line.c.in_quantity.is_(False), line.c.price_steps > 0), "quantity, and price"),
        (line.c.in_quantity.is_(False), "more than had come"),
        else_="price",
    )
    names = ("invoice_id", "line_no", "po_id", "po_line_no", "day", *PLACE, "billed", "received",
             "invoiced", "price", "order_price")  # fmt: skip
    return (
        select(
            *(line.c[name] for name in names), why.label("why"), line.c.amount, line.c.batch_from
        )
        .where(*narrowed(selection, line, reader.batch), ~intercompany(reader, line))
        .where(line.c.day.between(span.first, span.last), line.c.judged.is_(True))
        .order_by(case((matched, 1), else_=0), func.abs(line.c.amount).desc())
        .order_by(*in_order(line.c.invoice_id, line.c.line_no))
    )


def after_the_fact(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """The invoice lines of some days whose order is dated after them, and by how many days."""
    line = matched_lines(reader.settings, rows_at(reader.batch))
    days = cast(line.c.order_date - line.c.invoice_date, Integer).label("days_after")
    names = ("invoice_id", "line_no", "po_id", "po_line_no", "day", *PLACE, "invoice_date",
             "order_date")  # fmt: skip
    return (
        select(*(line.c[name] for name in names), days, line.c.amount, line.c.batch_from)
        .where(*narrowed(selection, line, reader.batch), ~intercompany(reader, line))
        .where(line.c.day.between(span.first, span.last), line.c.after_the_fact.is_(True))
        .order_by(func.abs(line.c.amount).desc(), *in_order(line.c.invoice_id, line.c.line_no))
    )


def repeated(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """The invoices of some days that look booked twice, each beside the earlier one.

    ``gross`` is what of an invoice is in the selection.
    """
    rows = rows_at(reader.batch)
    line, twin = spend_lines(reader.settings, rows), twins(reader.settings, rows)
    earlier = rows(mart_tables.invoice).alias("earlier_invoice")
    source = line.join(twin, twin.c.invoice_id == line.c.invoice_id)
    source = source.join(earlier, earlier.c.invoice_id == twin.c.twin_id)
    keys = [
        twin.c.invoice_id, twin.c.number, line.c.supplier_id, twin.c.day, twin.c.invoice_date,
        twin.c.document_gross, twin.c.currency, twin.c.twin_id,
        earlier.c.invoice_date.label("twin_invoice_date"),
        earlier.c.document_gross.label("twin_document_gross"),
    ]  # fmt: skip
    gross = cast(func.sum(line.c.gross), AMOUNT).label("gross")
    return (
        select(*keys, gross, func.max(line.c.batch_from).label("batch_from"))
        .select_from(source)
        .where(*narrowed(selection, line, reader.batch), ~intercompany(reader, line))
        .where(twin.c.day.between(span.first, span.last), repeats_at(span, twin))
        .group_by(*keys)
        .order_by(twin.c.document_gross.desc(), *in_order(twin.c.invoice_id))
    )
