"""How each order line stands: what is accrued, committed and requested after every eventful day.

A position is the sum of what the days up to it changed, so any day can be asked for exactly.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
)

from queries import rules, schema
from queries.contract import AMOUNT
from queries.versions import Rows

NO_PROMISE = date(1900, 1, 1)  # a line without a promised date is due at once
BALANCES = ("accrued", "committed", "requested")
LINE = ("po_id", "line_no")


def labelled(columns: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Columns under their names."""
    return [column.label(name) for name, column in columns.items()]


def order_lines(rows: Rows) -> FromClause:
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
    owed = _owed(rows)
    priced = (owed.c.unit_price, owed.c.reporting_rate)
    accrued, undelivered = (
        case((owed.c.by_value, rules.to_cents(value)), else_=rules.worth(quantity, *priced))
        for value, quantity in (
            (owed.c.accrued_value, owed.c.accrued_quantity),
            (owed.c.undelivered_value, owed.c.undelivered_quantity),
        )
    )
    stands = select(
        owed, accrued.label("accrued"), undelivered.label("undelivered")
    ).subquery("stands")  # fmt: skip
    nothing = literal(0, AMOUNT)
    columns = {
        "committed": case((stands.c.approved, stands.c.undelivered), else_=nothing),
        "requested": case((stands.c.approved, nothing), else_=stands.c.undelivered),
    }
    return select(stands, *labelled(columns)).subquery("balance")


def _owed(rows: Rows) -> FromClause:
    """What was to come of each order line, and to be invoiced, after each eventful day: quantities,
    and money of the lines that are matched by value."""
    line = order_lines(rows)
    standing = _standing(line, rows)
    source = line.join(
        standing, and_(standing.c.po_id == line.c.po_id, standing.c.line_no == line.c.line_no)
    )
    status = rules.status_at(line.c.status, line.c.status_date, standing.c.day)

    def money(quantity: ColumnElement[Any]) -> ColumnElement[Any]:
        return rules.reporting_value(quantity, line.c.unit_price, line.c.reporting_rate)

    def if_by_value(money: ColumnElement[Any]) -> ColumnElement[Any]:
        return case((line.c.by_value, money))

    ordered, received = money(line.c.quantity), money(standing.c.received)
    units = (standing.c.received, standing.c.invoiced, status)
    values = (received, standing.c.invoiced_value, status)
    columns = {
        "day": standing.c.day,
        "approved": rules.is_approved(line.c.requested_on, line.c.approved_on, standing.c.day),
        "accrued_quantity": rules.quantity_of(rules.accrued_balance(*units)),
        "accrued_value": if_by_value(rules.accrued_balance(*values)),
        "undelivered_quantity": rules.quantity_of(rules.undelivered(line.c.quantity, *units)),
        "undelivered_value": if_by_value(rules.undelivered(ordered, *values)),
    }
    return select(line, *labelled(columns)).select_from(source).subquery("owed")


def placed(line: FromClause, rows: Rows) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    """Order lines with what they are of; '' where a reference finds nothing."""
    supplier, category = rows(schema.supplier), rows(schema.category)
    centre = rows(schema.cost_centre)
    source = (
        line.outerjoin(supplier, supplier.c.supplier_id == line.c.supplier_id)
        .outerjoin(category, category.c.category_id == line.c.own_category_id)
        .outerjoin(centre, centre.c.cost_centre_id == line.c.cost_centre_id)
    )
    return source, {
        "supplier_id": func.coalesce(supplier.c.supplier_id, ""),
        "category_id": func.coalesce(category.c.category_id, ""),
        "cost_centre_id": func.coalesce(centre.c.cost_centre_id, ""),
        "item_id": func.coalesce(line.c.known_item_id, ""),
    }


def order_changes(rows: Rows) -> FromClause:
    """What each eventful day changed of each order line's balances, with its dimensions."""
    line, change = order_lines(rows), _changes(rows)
    source, places = placed(line, rows)
    same = and_(*(change.c[name] == line.c[name] for name in LINE))
    columns = {
        "day": change.c.day,
        "promised_date": func.coalesce(line.c.promised_date, literal(NO_PROMISE, Date())),
        **places,
        **{name: line.c[name] for name in (*LINE, "description", "batch_from")},
        "first_seen": case((change.c.day == line.c.seen_on, 1), else_=0),
        **{name: change.c[name] for name in BALANCES},
    }
    return (
        select(*labelled(columns)).select_from(source.join(change, same)).subquery("order_change")
    )


def _changes(rows: Rows) -> FromClause:
    """As ``order_changes``, of the lines' numbers alone: what is sorted by them is to be narrow."""
    balance = order_balances(rows)

    def change(name: str) -> ColumnElement[Any]:
        line = [balance.c[key] for key in LINE]
        before = func.lag(balance.c[name], 1, 0).over(partition_by=line, order_by=balance.c.day)
        return (balance.c[name] - before).label(name)

    keys = [balance.c[name] for name in (*LINE, "day")]
    return select(*keys, *(change(name) for name in BALANCES)).subquery("change")
