"""How invoices agree with their orders and receipts when they are posted: the mart of matching."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT, QUANTITY
from queries.mart_sums import summed
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows, current

NONE = literal(0, QUANTITY)


def matched_lines(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines with an order: when it was ordered, and how the line agreed at posting.

    Only ``judged`` lines are asked whether they match: credit notes, lines without quantity and
    those matched by value are not.
    """
    line, verdict = spend_lines(settings, rows), _verdicts(settings, rows)
    same = and_(verdict.c.invoice_id == line.c.invoice_id, verdict.c.line_no == line.c.line_no)
    columns = {
        "after_the_fact": line.c.order_date > line.c.invoice_date,
        **{name: verdict.c[name] for name in VERDICT},
    }
    return select(line, *labelled(columns)).select_from(line.join(verdict, same)).subquery("match")


VERDICT = (
    "po_id", "po_line_no", "judged", "in_quantity", "price_steps", "billed", "received",
    "invoiced", "price", "order_price",
)  # fmt: skip


def _verdicts(settings: Settings, rows: Rows) -> FromClause:
    """How each invoice line with an order agreed with it, and with what had come by then."""
    line, order = rows(schema.invoice_line), rows(schema.purchase_order_line)
    standing = _standing(rows)
    of_order = and_(order.c.po_id == line.c.po_id, order.c.line_no == line.c.po_line_no)
    same = and_(standing.c.invoice_id == line.c.invoice_id, standing.c.line_no == line.c.line_no)
    billed = rules.invoiced_quantity(line.c.quantity, line.c.amount)
    by_value = rules.is_value_matched(order.c.matching, order.c.quantity)
    judged = and_(line.c.amount >= 0, func.coalesce(line.c.quantity, 0) != 0, ~by_value)
    price, order_price = _prices(line, order, settings.currency)
    in_quantity = standing.c.invoiced <= standing.c.received
    columns = {
        "invoice_id": line.c.invoice_id,
        "line_no": line.c.line_no,
        "po_id": line.c.po_id,
        "po_line_no": line.c.po_line_no,
        "judged": judged,
        "in_quantity": case((judged, in_quantity), else_=literal(False)),
        "price_steps": case((judged, rules.price_steps(price, order_price)), else_=literal(0)),
        "billed": billed,
        "received": standing.c.received,
        "invoiced": rules.quantity_of(standing.c.invoiced - billed),
        "price": price,
        "order_price": order_price,
    }
    source = line.join(order, of_order).join(standing, same)
    verdict = select(*labelled(columns)).select_from(source).subquery("verdict")
    return rows.once(verdict, "verdict")


def _prices(
    line: FromClause, order: FromClause, home: str
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """What an invoice line asks for a unit (as it says, else amount ÷ quantity), and its order.

    In their currency where it is one, else both in the reporting currency.
    """
    quantity = func.nullif(func.abs(line.c.quantity), 0)
    worked_out = cast(line.c.amount, Double) / cast(quantity, Double)
    asked = func.coalesce(cast(line.c.unit_price, Double), worked_out)
    agreed = cast(order.c.unit_price, Double)
    own, theirs = (func.coalesce(source.c.currency, home) for source in (line, order))
    rates = [cast(source.c.reporting_rate, Double) for source in (line, order)]
    return (
        case((own == theirs, asked), else_=asked * rates[0]),
        case((own == theirs, agreed), else_=agreed * rates[1]),
    )


def _standing(rows: Rows) -> FromClause:
    """What had been received and invoiced of an order line with each of its invoice lines.

    Receipts of the posting date count. Invoices follow each other by that date, then by their id;
    ``invoiced`` includes the line itself.
    """
    receipt, line = rows(schema.goods_receipt), rows(schema.invoice_line)
    nothing = literal("", String())
    receipts = select(
        receipt.c.po_id, receipt.c.line_no.label("po_line_no"), receipt.c.received_on.label("day"),
        literal(0).label("turn"), nothing.label("invoice_id"), literal(0).label("line_no"),
        receipt.c.quantity.label("received"), NONE.label("invoiced"),
    )  # fmt: skip
    invoices = select(
        line.c.po_id, line.c.po_line_no, func.coalesce(line.c.posted_on, line.c.invoice_date),
        literal(1), line.c.invoice_id, line.c.line_no, NONE,
        rules.invoiced_quantity(line.c.quantity, line.c.amount),
    ).where(line.c.po_id.is_not(None))  # fmt: skip
    event = union_all(receipts, invoices).subquery("event")
    order = (event.c.day, event.c.turn, event.c.invoice_id.collate("C"), event.c.line_no)

    def so_far(name: str) -> ColumnElement[Any]:
        of_order = (event.c.po_id, event.c.po_line_no)
        total = func.sum(event.c[name]).over(partition_by=of_order, order_by=order)
        return rules.quantity_of(total).label(name)

    keys = (event.c.invoice_id, event.c.line_no, event.c.turn)
    whole = select(*keys, so_far("received"), so_far("invoiced")).subquery("so_far")
    return select(whole).where(whole.c.turn == 1).subquery("standing")


def match_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoiced money with an order, by accounting day and by how it agreed."""
    line = matched_lines(settings, rows)
    columns: dict[str, ColumnElement[Any]] = {
        "amount": cast(func.sum(line.c.amount), AMOUNT),
        "line_count": cast(func.count(), BigInteger),
    }
    return summed(line, mart_tables.match_flow, columns)
