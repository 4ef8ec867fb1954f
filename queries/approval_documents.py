"""What the documents that people approve are of: the one join from steps to orders and invoices.

A step names its document by one id. It is an order (all its lines), one line of an order (the
order's id, a separator, and the line's number, with zeros before it or without), or an invoice. A
type that speaks of an invoice is looked for among invoices first, any other among orders first.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from queries import rules, schema
from queries.balances import labelled, order_lines, placed
from queries.contract import AMOUNT
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows

LINE_OF_ORDER = "^(.*)[^A-Za-z0-9]0*([0-9]+)$"
PLACE = ("supplier_id", "category_id", "cost_centre_id", "item_id")


def documents(settings: Settings, rows: Rows) -> FromClause:
    """Every document that has a step, once for each line it is of: ``document_id``, ``po_id`` and
    ``line_no`` or ``invoice_id`` and ``line_no``, what the line is of, and its ``amount``.

    The amount is what an order line orders, or an invoice line's net spend, in the reporting
    currency, to the cent. A document that no order or invoice is known for has one row without
    them: '' for what it is of, and 0.
    """
    named, line = _named(rows), _lines(settings, rows)
    source = named.outerjoin(line, and_(line.c.kind == named.c.kind, line.c.name == named.c.name))
    columns = {
        "document_id": named.c.document_id,
        **{name: line.c[name] for name in ("po_id", "line_no", "invoice_id")},
        **{name: func.coalesce(line.c[name], "") for name in PLACE},
        "amount": func.coalesce(line.c.amount, literal(0, AMOUNT)),
    }
    return select(*labelled(columns)).select_from(source).subquery("document")


def _named(rows: Rows) -> FromClause:
    """Each document with the ``kind`` of thing its id names, and the ``name`` of that."""
    step = rows(schema.approval_step)
    name, kind = step.c.document_id, func.min(func.lower(step.c.document_type))
    asked = (
        select(name, kind.like("%invoice%").label("billed"), line_name(name).label("line"))
        .group_by(name)
        .subquery("asked")
    )
    order, invoice = rows(schema.purchase_order_line), rows(schema.invoice_line)
    is_order = exists().where(order.c.po_id == asked.c.document_id)
    is_invoice = exists().where(invoice.c.invoice_id == asked.c.document_id)
    named = select(asked, is_order.label("is_order"), is_invoice.label("is_invoice")).subquery(
        "known"
    )
    found = case(
        (and_(named.c.is_invoice, or_(named.c.billed, ~named.c.is_order)), "invoice"),
        (named.c.is_order, "order"),
        else_="line",
    )
    spelt = case((found == "line", named.c.line), else_=named.c.document_id)
    return select(named.c.document_id, found.label("kind"), spelt.label("name")).subquery("named")


def line_name(document: ColumnElement[Any]) -> ColumnElement[Any]:
    """The name of an order's line, spelt one way: the order's id, a blank, and the number."""
    return func.regexp_replace(document, LINE_OF_ORDER, r"\1 \2", type_=String())


def _lines(settings: Settings, rows: Rows) -> FromClause:
    """The lines of orders, twice: by their order and each by itself; and those of invoices."""
    order, invoice = order_lines(rows), spend_lines(settings, rows)
    source, places = placed(order, rows)
    worth = rules.worth(order.c.quantity, order.c.unit_price, order.c.reporting_rate)
    of_order: dict[str, ColumnElement[Any]] = {
        "po_id": order.c.po_id,
        "line_no": order.c.line_no,
        "invoice_id": cast(null(), String),
        **places,
        "amount": worth,
    }
    alone = order.c.po_id + " " + cast(order.c.line_no, String)
    of_invoice: dict[str, ColumnElement[Any]] = {
        "po_id": cast(null(), String),
        "line_no": cast(invoice.c.line_no, Integer),
        **{name: invoice.c[name] for name in ("invoice_id", *PLACE, "amount")},
    }
    parts = (
        select(*_called("order", order.c.po_id), *labelled(of_order)).select_from(source),
        select(*_called("line", alone), *labelled(of_order)).select_from(source),
        select(*_called("invoice", invoice.c.invoice_id), *labelled(of_invoice)),
    )
    return union_all(*parts).subquery("line")


def _called(kind: str, name: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [literal(kind).label("kind"), name.label("name")]
