"""The sums behind the cash to come: from the marts, narrowed by a selection.

Every function gives a frame with whole cents. Suppliers of the own group are left out. What is said
of a supplier (how late it is paid, what tax it charges) is said of all its invoices, whatever else
the selection narrows by.
"""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, Integer, Select, and_, cast, func, or_, select

from queries import mart_tables, schema
from queries.budget import intercompany
from queries.calendar import Span
from queries.contract import AMOUNT, QUANTITY
from queries.payables import NO_DATE, payable_changes
from queries.selection import Selection, conditions, narrowed
from queries.store import Reader
from queries.terms import days_late
from queries.versions import Rows, at, rows_at

OWED, ORDERED, PAID = mart_tables.payable_flow, mart_tables.order_flow, mart_tables.payment_flow
INVOICE, SPENT, LEDGER = mart_tables.invoice, mart_tables.spend_flow, schema.ledger_balance


def open_by_due_date(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """What is owed as at a day, by supplier and due date; pairs without anything open left out."""
    keys = (OWED.c.supplier_id, OWED.c.due_date)
    open_ = cast(func.sum(OWED.c.open), AMOUNT)
    count = cast(func.sum(OWED.c.line_count), BigInteger)
    statement = (
        select(*keys, open_.label("open"), count.label("line_count"))
        .where(*conditions(selection, OWED, reader.batch), OWED.c.day <= position)
        .where(~intercompany(reader, OWED))
        .group_by(*keys)
        .having(func.sum(OWED.c.open) != 0)
    )
    return reader.frame(statement)


def has_invoices(reader: Reader, selection: Selection, position: date) -> bool:
    """Whether anything was ever owed in a selection, paid by now or not."""
    rows = select(OWED.c.day).where(*conditions(selection, OWED, reader.batch))
    rows = rows.where(OWED.c.day <= position, ~intercompany(reader, OWED)).limit(1)
    return bool(reader.rows(rows))


def intercompany_open(reader: Reader, selection: Selection, position: date) -> int:
    """What is owed to the own group as at a day, in cents: outside every figure, shown once."""
    statement = select(func.coalesce(func.sum(OWED.c.open), 0)).where(
        *conditions(selection, OWED, reader.batch),
        OWED.c.day <= position,
        intercompany(reader, OWED),
    )
    return int(reader.rows(statement)[0][0] * 100)


def orders_by_promise(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """What is received or ordered and not invoiced as at a day, by supplier and promised date."""
    keys = (ORDERED.c.supplier_id, ORDERED.c.promised_date)
    sums = {name: func.sum(ORDERED.c[name]) for name in ("accrued", "committed")}
    statement = (
        select(*keys, *(cast(total, AMOUNT).label(name) for name, total in sums.items()))
        .where(*conditions(selection, ORDERED, reader.batch), ORDERED.c.day <= position)
        .where(~intercompany(reader, ORDERED))
        .group_by(*keys)
        .having(or_(*(total != 0 for total in sums.values())))
    )
    return reader.frame(statement)


def payments_by_lateness(reader: Reader, span: Span) -> pd.DataFrame:
    """What was paid in some days, by supplier and days from due to paid; ``settled`` invoices."""
    keys = (PAID.c.supplier_id, cast(days_late(PAID), Integer).label("late_days"))
    statement = (
        select(
            *keys,
            cast(func.sum(PAID.c.paid), AMOUNT).label("paid"),
            cast(func.sum(PAID.c.settled), QUANTITY).label("settled"),
        )
        .where(at(PAID, reader.batch), PAID.c.day.between(span.first, span.last))
        .where(PAID.c.due_date != NO_DATE, ~intercompany(reader, PAID))
        .group_by(*keys)
        .having(func.sum(PAID.c.paid) > 0)
    )
    return reader.frame(statement)


def gross_and_net(reader: Reader, span: Span) -> pd.DataFrame:
    """What each supplier invoiced in some days with tax, and as spend; credit notes included."""

    def by_supplier(mart: Any, column: str, name: str) -> Any:
        return (
            select(mart.c.supplier_id, cast(func.sum(mart.c[column]), AMOUNT).label(name))
            .where(at(mart, reader.batch), mart.c.day.between(span.first, span.last))
            .where(~intercompany(reader, mart))
            .group_by(mart.c.supplier_id)
            .subquery(name)
        )

    gross, net = by_supplier(INVOICE, "gross", "gross"), by_supplier(SPENT, "amount", "net")
    both = gross.join(net, net.c.supplier_id == gross.c.supplier_id)
    return reader.frame(select(gross, net.c.net).select_from(both))


def ledger_balances(reader: Reader, last: date) -> pd.DataFrame:
    """The general ledger's own totals of the whole company, by kind and period, up to a day."""
    keys = (LEDGER.c.kind, LEDGER.c.period_start)
    statement = (
        select(*keys, cast(func.sum(LEDGER.c.amount), AMOUNT).label("amount"))
        .where(at(LEDGER, reader.batch), LEDGER.c.period_start <= last)
        .group_by(*keys)
    )
    return reader.frame(statement)


def are_loaded(reader: Reader, mart: str) -> bool:
    """Whether a mart has any row as at the reader's load."""
    table = schema.marts[mart]
    return bool(reader.rows(select(table.c.batch_from).where(at(table, reader.batch)).limit(1)))


# --- The invoices behind -------------------------------------------------------------------------

OPEN_COLUMNS = ("invoice_id", "supplier_id", "category_id", "cost_centre_id")


def open_invoices(
    reader: Reader, selection: Selection, position: date, overdue: bool
) -> Select[Any]:
    """The invoices that are open as at a day, or only those past their due date."""
    rows: Rows = rows_at(reader.batch)
    change, head = payable_changes(reader.settings, rows), rows(INVOICE)
    open_ = cast(func.sum(change.c.open), AMOUNT).label("open_amount")
    keys = [change.c[name] for name in OPEN_COLUMNS]
    due = func.nullif(change.c.due_date, NO_DATE).label("due_date")
    statement = (
        select(*keys, head.c.invoice_date, due, head.c.gross.label("gross_amount"), open_,
               head.c.batch_from)
        .select_from(change.join(head, head.c.invoice_id == change.c.invoice_id))
        .where(*narrowed(selection, change, reader.batch), change.c.day <= position)
        .where(~intercompany(reader, change))
        .group_by(*keys, head.c.invoice_date, due, head.c.gross, head.c.batch_from)
        .having(func.sum(change.c.open) != 0)
        .order_by(func.abs(open_).desc(), *keys)
    )  # fmt: skip
    past = and_(change.c.due_date != NO_DATE, change.c.due_date < position)
    return statement.where(past) if overdue else statement
