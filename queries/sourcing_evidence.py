"""The documents behind the figures of suppliers: invoice lines and order lines, row by row."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, func, or_, select

from queries.budget import intercompany
from queries.calendar import Span
from queries.evidence import SPEND_COLUMNS
from queries.frames import in_order
from queries.promise_marts import promised_lines
from queries.selection import Selection, narrowed
from queries.sourcing import parts
from queries.sourcing_marts import contracts, offered, sourced_lines
from queries.store import Reader
from queries.versions import Rows, rows_at

COVERED = "under contract"


def sourced(reader: Reader, selection: Selection, span: Span, part: str) -> Select[Any]:
    """The invoice lines of some days that make up one of the ``parts`` of spend, with its contract.

    ``why`` says what covers a line, or why nothing does; ``preferred`` whether its supplier is.
    """
    rows = rows_at(reader.batch)
    line = sourced_lines(reader.settings, rows)
    found = parts(reader, line)
    columns = [line.c[name] for name in SPEND_COLUMNS]
    return (
        select(
            *columns[:-1], line.c.ordered_on, line.c.contract_id,
            _why(line, rows).label("why"), found["preferred"].label("preferred"), columns[-1],
        )
        .where(*narrowed(selection, line, reader.batch), line.c.day.between(span.first, span.last))
        .where(~intercompany(reader, line), found[part])
        .order_by(func.abs(line.c.amount).desc(), *in_order(line.c.invoice_id, line.c.line_no))
    )  # fmt: skip


def _why(line: FromClause, rows: Rows) -> ColumnElement[Any]:
    """What covers a line, or why no contract does."""
    contract, offer = contracts(rows), offered(rows)
    own = exists().where(contract.c.contract_id == line.c.contract_id)
    theirs = exists().where(
        and_(offer.c.supplier_id == line.c.supplier_id, offer.c.category_id == line.c.category_id)
    )
    return case(
        (line.c.covered.is_(True), COVERED),
        (or_(own, theirs), "its contract was not in force"),
        else_="its supplier has no contract for it",
    )


def promised(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """The order lines first promised in some days, due by their end, and whether that was kept."""
    grace = reader.settings.otif_days
    line = promised_lines(rows_at(reader.batch))
    kept = and_(line.c.full_from <= grace, line.c.full_until > grace)
    names = ("po_id", "line_no", "supplier_id", "category_id", "cost_centre_id", "item_id",
             "order_date", "quantity", "promised_on")  # fmt: skip
    keys = [line.c[name] for name in (*names, "description", "batch_from")]
    whole = func.max(case((kept, 1), else_=0)) == 1
    arrived = case((line.c.full_on <= span.last, line.c.full_on))
    return (
        select(
            *keys[:-2], func.min(arrived).label("received_in_full_on"),
            whole.label("kept"), *keys[-2:],
        )
        .where(*narrowed(selection, line, reader.batch), ~intercompany(reader, line))
        .where(line.c.promised_on.between(span.first, span.last - timedelta(days=grace)))
        .where(line.c.counts_from <= span.last, line.c.counts_until > span.last)
        .group_by(*keys)
        .order_by(whole, line.c.promised_on.desc(), *in_order(line.c.po_id, line.c.line_no))
    )  # fmt: skip
