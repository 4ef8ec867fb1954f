"""The lines behind a figure: what a select over the marts summed, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Select, func, or_, select

from queries.balances import NO_PROMISE, order_changes
from queries.budget import budget_rows, intercompany, position_sums, shared
from queries.calendar import Period, Span
from queries.selection import Selection, narrowed
from queries.spend_lines import spend_lines as invoiced_lines
from queries.store import Reader
from queries.versions import rows_at
from queries.window import Window

SPEND_COLUMNS = (
    "invoice_id", "line_no", "day", "supplier_id", "category_id", "cost_centre_id", "item_id",
    "quantity", "unit", "document_amount", "currency", "amount", "description", "batch_from",
)  # fmt: skip
ORDER_COLUMNS = (
    "po_id", "line_no", "supplier_id", "category_id", "cost_centre_id", "item_id",
    "promised_date", "description", "batch_from",
)  # fmt: skip
BUDGET_COLUMNS = (
    "period_start", "cost_centre_id", "category_id", "line_no", "item_id", "quantity",
    "document_amount", "currency", "amount", "batch_from",
)  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """One page of the rows behind a figure, how many there are, and the loads they came with."""

    sql: str
    row_count: int
    batches: tuple[int, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def spend_lines(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """The invoice lines of some days."""
    line = invoiced_lines(reader.settings, rows_at(reader.batch))
    return (
        select(*(line.c[name] for name in SPEND_COLUMNS))
        .where(*narrowed(selection, line, reader.batch), line.c.day.between(span.first, span.last))
        .where(~intercompany(reader, line))
        .order_by(func.abs(line.c.amount).desc(), line.c.invoice_id, line.c.line_no)
    )


def order_lines(reader: Reader, selection: Selection, window: Window, name: str) -> Select[Any]:
    """The order lines that hold a balance: accrued, committed, committed_later or requested."""
    change = order_changes(rows_at(reader.batch))
    amount = position_sums(change, window.first, window.last)[name]
    promised = func.nullif(change.c.promised_date, NO_PROMISE).label("promised_date")
    keys = [promised if n == "promised_date" else change.c[n] for n in ORDER_COLUMNS]
    return (
        select(*keys[:-1], amount.label(name), keys[-1])
        .where(*narrowed(selection, change, reader.batch), change.c.day <= window.position)
        .where(~intercompany(reader, change))
        .group_by(*keys)
        .having(amount != 0)
        .order_by(func.abs(amount).desc(), change.c.po_id, change.c.line_no)
    )


def budget_lines(
    reader: Reader, selection: Selection, version: str, shares: Sequence[tuple[Period, int]]
) -> Select[Any]:
    """The budget lines of some periods; ``counted`` is what the days that have passed count."""
    rows: FromClause = budget_rows(reader, version)
    within = [rows.c.period_start.between(p.start_date, p.end_date) for p, _ in shares]
    counted = shared(rows, rows.c.amount, shares).label("counted")
    columns = [rows.c[name] for name in BUDGET_COLUMNS]
    return (
        select(*columns[:-1], counted, columns[-1])
        .where(*narrowed(selection, rows, reader.batch), or_(*within))
        .order_by(func.abs(rows.c.amount).desc(), rows.c.period_start, rows.c.line_no)
    )


def read_lines(reader: Reader, statement: Select[Any], page: int, size: int) -> Lines:
    """One page of some lines; ``batch_from`` says which load each row came with."""
    whole = statement.order_by(None).subquery("line")
    count = reader.rows(select(func.count()).select_from(whole))[0][0]
    batches = reader.rows(select(whole.c.batch_from).distinct().order_by(whole.c.batch_from))
    rows = reader.rows(statement.limit(size).offset(page * size))
    names = tuple("load" if c.name == "batch_from" else c.name for c in statement.selected_columns)
    return Lines(
        reader.sql(statement),
        int(count),
        tuple(int(row[0]) for row in batches),
        names,
        tuple(tuple(row) for row in rows),
    )
