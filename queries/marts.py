"""The marts: what each is, as one select over the current lines. ``load`` keeps them up to date.

A mart always equals its definition here. Where a reference finds nothing, '' stands for "not
assigned", so that every total still holds every line.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from queries import calendar, rules, schema
from queries.minutes import Settings
from queries.schema import AMOUNT, OPEN

NO_PROMISE = date(1900, 1, 1)  # a line without a promised date is due at once

LATEST = date(2199, 12, 31)  # where the calendar ends: a date beyond it cannot be meant

BALANCES = ("accrued", "committed", "requested")

Rows = Callable[[Table], FromClause]  # the rows of a table at some moment, to select from


def current(table: Table) -> FromClause:
    """The rows of a table that hold now, as a source for a select."""
    return select(table).where(table.c.batch_to == OPEN).subquery(f"current_{table.name}")


def rows_at(batch: int) -> Rows:
    """As ``current``, for the rows that held after a load."""

    def rows(table: Table) -> FromClause:
        held = and_(table.c.batch_from <= batch, table.c.batch_to > batch)
        return select(table).where(held).subquery(f"{table.name}_at_{batch}")

    return rows


def spend_lines(settings: Settings, rows: Rows) -> FromClause:
    """Every invoice line with its accounting day, and what it inherits from its order and item."""
    line, order = rows(schema.invoice_line), rows(schema.purchase_order_line)
    supplier, category = rows(schema.supplier), rows(schema.category)
    centre, item = rows(schema.cost_centre), rows(schema.item)
    ordered = and_(order.c.po_id == line.c.po_id, order.c.line_no == line.c.po_line_no)
    item_id = func.coalesce(line.c.item_id, order.c.item_id)
    category_id = func.coalesce(line.c.category_id, order.c.category_id, item.c.category_id)
    centre_id = func.coalesce(line.c.cost_centre_id, order.c.cost_centre_id)
    source = (
        line.outerjoin(order, ordered)
        .outerjoin(item, item.c.item_id == item_id)
        .outerjoin(category, category.c.category_id == category_id)
        .outerjoin(centre, centre.c.cost_centre_id == centre_id)
        .outerjoin(supplier, supplier.c.supplier_id == line.c.supplier_id)
    )
    tax, reporting_tax = (
        func.coalesce(line.c[name], 0) if settings.irrecoverable_tax else literal(0)
        for name in ("tax_amount", "reporting_tax_amount")
    )
    columns = {
        "day": func.coalesce(line.c.posted_on, line.c.invoice_date),
        "supplier_id": func.coalesce(supplier.c.supplier_id, ""),
        "category_id": func.coalesce(category.c.category_id, ""),
        "cost_centre_id": func.coalesce(centre.c.cost_centre_id, ""),
        "item_id": func.coalesce(item.c.item_id, ""),
        "unit": func.coalesce(line.c.unit, order.c.unit, item.c.unit, ""),
        "currency": func.coalesce(line.c.currency, settings.currency),
        "has_quantity": line.c.quantity.is_not(None),
        "amount": line.c.reporting_amount + reporting_tax,
        "document_amount": line.c.amount + tax,
        "quantity": rules.invoiced_quantity(line.c.quantity, line.c.amount),
        "invoice_id": line.c.invoice_id,
        "line_no": line.c.line_no,
        "description": line.c.description,
        "batch_from": line.c.batch_from,
    }
    return select(*_labelled(columns)).select_from(source).subquery("spend_line")


def _labelled(columns: dict[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [column.label(name) for name, column in columns.items()]


def spend_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoiced money by accounting day and by everything a selection narrows."""
    line = spend_lines(settings, rows)
    measures = {
        "amount": cast(func.sum(line.c.amount), AMOUNT),
        "document_amount": cast(func.sum(line.c.document_amount), AMOUNT),
        "quantity": rules.quantity_of(func.sum(line.c.quantity)),
        "line_count": func.count(),
    }
    return _grouped(line, schema.spend_flow, measures)


def _grouped(
    source: FromClause, mart: Table, measures: dict[str, ColumnElement[Any]]
) -> Select[Any]:
    """Sums of some rows by the keys of a mart."""
    keys = [source.c[name] for name in schema.keys(mart)]
    return select(*keys, *_labelled(measures)).group_by(*keys)


def _order_lines(rows: Rows) -> FromClause:
    """Every order line with its item's category where it has none, and the day it is first seen."""
    line, item = rows(schema.purchase_order_line), rows(schema.item)
    seen = case(
        (line.c.requested_on < line.c.order_date, line.c.requested_on), else_=line.c.order_date
    )
    return (
        select(
            line,
            func.coalesce(line.c.category_id, item.c.category_id).label("own_category_id"),
            item.c.item_id.label("known_item_id"),
            seen.label("seen_on"),
            rules.is_value_matched(line.c.matching, line.c.quantity).label("by_value"),
        )
        .select_from(line.outerjoin(item, item.c.item_id == line.c.item_id))
        .subquery("order_line")
    )


def _events(line: FromClause, rows: Rows) -> FromClause:
    """What happened to order lines, day by day: received, invoiced, or a date that changes them.

    Whatever came before the line itself is seen on the line's first day.
    """
    receipt, invoice = rows(schema.goods_receipt), rows(schema.invoice_line)

    def event(day: ColumnElement[Any], source: FromClause, *amounts: Any) -> Select[Any]:
        first = case((day < line.c.seen_on, line.c.seen_on), else_=day)
        received, invoiced, invoiced_value = amounts or (literal(0), literal(0), literal(0))
        return select(
            line.c.po_id,
            line.c.line_no,
            first.label("day"),
            received.label("received"),
            invoiced.label("invoiced"),
            invoiced_value.label("invoiced_value"),
        ).select_from(source)

    received = line.join(
        receipt, and_(receipt.c.po_id == line.c.po_id, receipt.c.line_no == line.c.line_no)
    )
    invoiced = line.join(
        invoice, and_(invoice.c.po_id == line.c.po_id, invoice.c.po_line_no == line.c.line_no)
    )
    same_currency = invoice.c.currency.is_not_distinct_from(line.c.currency)
    rate = case((same_currency, line.c.reporting_rate), else_=invoice.c.reporting_rate)
    zero = literal(0)
    parts = [
        event(receipt.c.received_on, received, receipt.c.quantity, zero, zero),
        event(
            func.coalesce(invoice.c.posted_on, invoice.c.invoice_date),
            invoiced,
            zero,
            rules.invoiced_quantity(invoice.c.quantity, invoice.c.amount),
            rules.unrounded(invoice.c.amount, rate),
        ),
    ]
    parts += [
        event(line.c[name], line).where(line.c[name].is_not(None))
        for name in ("seen_on", "approved_on", "status_date")
    ]
    return union_all(*parts).subquery("event")


def _standing(line: FromClause, rows: Rows) -> FromClause:
    """How much of each order line had come and been invoiced at the end of each eventful day."""
    event = _events(line, rows)
    daily = (
        select(
            event.c.po_id,
            event.c.line_no,
            event.c.day,
            func.sum(event.c.received).label("received"),
            func.sum(event.c.invoiced).label("invoiced"),
            func.sum(event.c.invoiced_value).label("invoiced_value"),
        )
        .group_by(event.c.po_id, event.c.line_no, event.c.day)
        .subquery("daily")
    )

    def so_far(name: str) -> ColumnElement[Any]:
        line = (daily.c.po_id, daily.c.line_no)
        return func.sum(daily.c[name]).over(partition_by=line, order_by=daily.c.day)

    return select(
        daily.c.po_id,
        daily.c.line_no,
        daily.c.day,
        rules.quantity_of(so_far("received")).label("received"),
        rules.quantity_of(so_far("invoiced")).label("invoiced"),
        so_far("invoiced_value").label("invoiced_value"),
    ).subquery("standing")


def order_balances(rows: Rows) -> FromClause:
    """Accrued, committed and requested money of each order line after each eventful day."""
    line = _order_lines(rows)
    standing = _standing(line, rows)
    source = line.join(
        standing, and_(standing.c.po_id == line.c.po_id, standing.c.line_no == line.c.line_no)
    )
    status = rules.status_at(line.c.status, line.c.status_date, standing.c.day)

    def money(quantity: ColumnElement[Any]) -> ColumnElement[Any]:
        return rules.reporting_value(
            rules.quantity_of(quantity), line.c.unit_price, line.c.reporting_rate
        )

    ordered, received = money(line.c.quantity), money(standing.c.received)
    by_value = line.c.by_value
    invoiced_value = standing.c.invoiced_value
    accrued = case(
        (by_value, rules.accrued_balance(received, invoiced_value, status)),
        else_=money(rules.accrued_balance(standing.c.received, standing.c.invoiced, status)),
    )
    undelivered = case(
        (by_value, rules.undelivered(ordered, received, invoiced_value, status)),
        else_=money(
            rules.undelivered(line.c.quantity, standing.c.received, standing.c.invoiced, status)
        ),
    )
    approved = rules.is_approved(line.c.requested_on, line.c.approved_on, standing.c.day)
    return (
        select(
            line,
            standing.c.day,
            rules.to_cents(accrued).label("accrued"),
            rules.to_cents(case((approved, undelivered), else_=literal(0))).label("committed"),
            rules.to_cents(case((approved, literal(0)), else_=undelivered)).label("requested"),
        )
        .select_from(source)
        .subquery("balance")
    )


def order_changes(rows: Rows) -> FromClause:
    """What each eventful day changed of each order line's balances, with its dimensions."""
    balance = order_balances(rows)
    supplier, category = rows(schema.supplier), rows(schema.category)
    centre = rows(schema.cost_centre)
    source = (
        balance.outerjoin(supplier, supplier.c.supplier_id == balance.c.supplier_id)
        .outerjoin(category, category.c.category_id == balance.c.own_category_id)
        .outerjoin(centre, centre.c.cost_centre_id == balance.c.cost_centre_id)
    )
    promised = func.coalesce(balance.c.promised_date, literal(NO_PROMISE, Date()))
    columns = {
        "day": balance.c.day,
        "promised_date": promised,
        "supplier_id": func.coalesce(supplier.c.supplier_id, ""),
        "category_id": func.coalesce(category.c.category_id, ""),
        "cost_centre_id": func.coalesce(centre.c.cost_centre_id, ""),
        "item_id": func.coalesce(balance.c.known_item_id, ""),
        "po_id": balance.c.po_id,
        "line_no": balance.c.line_no,
        "description": balance.c.description,
        "batch_from": balance.c.batch_from,
    }
    for name in BALANCES:
        before = func.lag(balance.c[name], 1, 0).over(
            partition_by=(balance.c.po_id, balance.c.line_no), order_by=balance.c.day
        )
        columns[name] = balance.c[name] - before
    return select(*_labelled(columns)).select_from(source).subquery("order_change")


def order_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """What each day changed of what is accrued, committed and requested."""
    change = order_changes(rows)
    measures = {name: cast(func.sum(change.c[name]), AMOUNT) for name in BALANCES}
    moved = or_(*(total != 0 for total in measures.values()))
    return _grouped(change, schema.order_flow, {**measures, "line_count": func.count()}).having(
        moved
    )


DEFINITIONS: dict[str, Callable[..., Select[Any]]] = {
    "spend_flow": spend_flow,
    "order_flow": order_flow,
}


def calendar_rows(
    connection: Connection, settings: Settings, data_through: date
) -> list[calendar.Period]:
    """The fiscal calendar over every day that a flow or a budget has."""
    spans = [
        select(func.min(column).label("first"), func.max(column).label("last")).where(
            table.c.batch_to == OPEN
        )
        for table, column in (
            (schema.spend_flow, schema.spend_flow.c.day),
            (schema.order_flow, schema.order_flow.c.day),
            (schema.budget_line, schema.budget_line.c.period_start),
        )
    ]
    known = union_all(*spans).subquery()
    first, last = connection.execute(select(func.min(known.c.first), func.max(known.c.last))).one()
    table = schema.fiscal_period
    columns = ("period", "start_date", "end_date", "fiscal_year", "quarter", "closed")
    rows = connection.execute(
        select(*(table.c[name] for name in columns)).where(table.c.batch_to == OPEN)
    )
    loaded = [tuple(row) for row in rows]
    first = min(first or data_through, data_through, LATEST)
    last = min(max(last or data_through, data_through), LATEST)
    year_start = calendar.fiscal_year_start(first, settings.fiscal_year_start)
    year_end = calendar.month_start(
        calendar.fiscal_year_start(last, settings.fiscal_year_start), 11
    )
    return calendar.build(loaded, year_start, year_end, settings.fiscal_year_start, data_through)
