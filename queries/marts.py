"""The marts: what each is, as one select over the current lines. ``load`` keeps them up to date.

A mart always equals its definition here. Where a reference finds nothing, '' stands for "not
assigned", so that every total still holds every line.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    cast,
    func,
    or_,
    select,
    union_all,
)

from queries import (
    approval_marts,
    calendar,
    duplicate_marts,
    fiscal,
    mart_tables,
    match_exception_marts,
    match_marts,
    path_marts,
    payables,
    payments,
    price_marts,
    promise_marts,
    rollups,
    rules,
    schema,
    shared_invoices,
    sourcing_marts,
    stock_marts,
    supplier_marts,
    twin_marts,
    unnumbered_marts,
)
from queries.balances import BALANCES, order_changes
from queries.contract import AMOUNT
from queries.mart_sums import summed
from queries.rollup_tables import ROLLUPS
from queries.schema import OPEN
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows, current

LATEST = date(2199, 12, 31)  # where the calendar ends: a date beyond it cannot be meant


def spend_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoiced money by accounting day and by everything a selection narrows."""
    line = spend_lines(settings, rows)
    measures = {
        "amount": cast(func.sum(line.c.amount), AMOUNT),
        "document_amount": cast(func.sum(line.c.document_amount), AMOUNT),
        "quantity": rules.quantity_of(func.sum(line.c.quantity)),
        "line_count": func.count(),
    }
    return summed(line, mart_tables.spend_flow, measures)


def order_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """What each day changed of what is accrued, committed and requested; where anything did."""
    change = order_changes(rows)
    measures: dict[str, ColumnElement[Any]] = {
        name: cast(func.sum(change.c[name]), AMOUNT) for name in BALANCES
    }
    measures["line_count"] = cast(func.sum(change.c.first_seen), BigInteger)
    moved = or_(*(measure != 0 for measure in measures.values()))
    return summed(change, mart_tables.order_flow, measures).having(moved)


DEFINITIONS: dict[str, Callable[..., Select[Any]]] = {
    "spend_flow": spend_flow,
    "order_flow": order_flow,
    # The invoice first: the marts of what is owed, paid and booked twice read it.
    "invoice": payables.invoices,
    "payable_flow": payables.payable_flow,
    "payment_flow": payments.payment_flow,
    "term_flow": payments.term_flow,
    "discount_flow": payments.discount_flow,
    "stock_position": stock_marts.stock_position,
    "receipt_flow": stock_marts.receipt_flow,
    "lead_time_flow": stock_marts.lead_time_flow,
    "sourcing_flow": sourcing_marts.sourcing_flow,
    "promise_flow": promise_marts.promise_flow,
    "final_promise_flow": supplier_marts.final_promise_flow,
    "ordering_flow": promise_marts.ordering_flow,
    "match_flow": match_marts.match_flow,
    "match_exception": match_exception_marts.match_exception,
    "duplicate_invoice": duplicate_marts.duplicate_invoice,
    "unnumbered_twin": unnumbered_marts.unnumbered_twin,
    "invoice_twin": twin_marts.invoice_twin,
    "approval_flow": approval_marts.approval_flow,
    "stage_flow": approval_marts.stage_flow,
    "path_step_flow": path_marts.path_step_flow,
    "path_flow": path_marts.path_flow,
    "contract_price_flow": price_marts.contract_price_flow,
    "shared_invoice": shared_invoices.shared_invoice,
    **rollups.DEFINITIONS,
}

# What each mart is of: without a row of it, the mart is empty, whatever else is loaded.
OF: dict[str, Table] = {
    "spend_flow": schema.invoice_line,
    "order_flow": schema.purchase_order_line,
    "invoice": schema.invoice_line,
    "payable_flow": schema.invoice_line,
    "payment_flow": schema.payment,
    "term_flow": schema.invoice_line,
    "discount_flow": schema.payment_term,
    "stock_position": schema.stock_level,
    "receipt_flow": schema.goods_receipt,
    "lead_time_flow": schema.goods_receipt,
    "sourcing_flow": schema.invoice_line,
    "promise_flow": schema.purchase_order_line,
    "final_promise_flow": schema.purchase_order_line,
    "ordering_flow": schema.purchase_order_line,
    "match_flow": schema.purchase_order_line,
    "match_exception": schema.purchase_order_line,
    "duplicate_invoice": schema.invoice_line,
    "unnumbered_twin": schema.invoice_line,
    "invoice_twin": schema.invoice_line,
    "approval_flow": schema.contract_tables["approval_step"],
    "stage_flow": schema.purchase_order_line,
    "path_step_flow": schema.purchase_order_line,
    "path_flow": schema.purchase_order_line,
    "contract_price_flow": schema.contract_tables["contract_price"],
    "shared_invoice": schema.invoice_line,
}
OF |= {one.table.name: OF[one.base.name] for one in ROLLUPS}


# What some are of as well: steps on invoices tell a path without any order.
ALSO_OF: dict[str, Table] = {
    "path_step_flow": schema.approval_step,
    "path_flow": schema.approval_step,
    "path_step_month": schema.approval_step,
    "path_month": schema.approval_step,
}


def calendar_rows(
    connection: Connection, settings: Settings, data_through: date
) -> list[calendar.Period]:
    """The fiscal calendar over every day that a flow, a budget, demand or a count has."""
    spans = [
        select(func.min(column).label("first"), func.max(column).label("last")).where(
            table.c.batch_to == OPEN
        )
        for table, column in (
            (mart_tables.spend_flow, mart_tables.spend_flow.c.day),
            (mart_tables.order_flow, mart_tables.order_flow.c.day),
            (schema.budget_line, schema.budget_line.c.period_start),
            (schema.demand, schema.demand.c.period_start),
            (schema.stock_level, schema.stock_level.c.counted_on),
        )
    ]
    known = union_all(*spans).subquery()
    first, last = connection.execute(select(func.min(known.c.first), func.max(known.c.last))).one()
    first = min(first or data_through, data_through, LATEST)
    last = min(max(last or data_through, data_through), LATEST)
    return fiscal.whole_years(connection, first, last, settings, data_through)
