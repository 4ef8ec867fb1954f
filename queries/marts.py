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
    FromClause,
    Select,
    Table,
    and_,
    cast,
    func,
    literal,
    select,
    union_all,
)

from queries import calendar, fiscal, rules, schema
from queries.balances import BALANCES, labelled, order_changes
from queries.contract import AMOUNT
from queries.minutes import Settings
from queries.schema import OPEN
from queries.versions import Rows, current

LATEST = date(2199, 12, 31)  # where the calendar ends: a date beyond it cannot be meant


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
    return select(*labelled(columns)).select_from(source).subquery("spend_line")


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
    return select(*keys, *labelled(measures)).group_by(*keys)


def order_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """What each day changed of what is accrued, committed and requested."""
    change = order_changes(rows)
    measures: dict[str, ColumnElement[Any]] = {
        name: cast(func.sum(change.c[name]), AMOUNT) for name in BALANCES
    }
    measures["line_count"] = cast(func.sum(change.c.first_seen), BigInteger)
    return _grouped(change, schema.order_flow, measures)


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
    first = min(first or data_through, data_through, LATEST)
    last = min(max(last or data_through, data_through), LATEST)
    return fiscal.whole_years(connection, first, last, settings, data_through)
