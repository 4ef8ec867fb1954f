"""What does not match: invoice lines that disagree with their order, and the money that is off.

Money that is off falls in two: what is billed and has not come, as the invoice prices it; and, on
the rest, what its price is above the order's (below zero where it is cheaper). Together they are
the line's amount less what had come, at the order's price.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    select,
)

from queries import rules, schema
from queries.balances import labelled
from queries.contract import PRICE
from queries.match_marts import matched_lines
from queries.promise_marts import FOR_GOOD
from queries.settings import Settings
from queries.versions import Rows, current

MOST = 9e17  # cents: what an amount can hold
DEAREST = 999_999_999_999.0  # what a price can hold, in whole units
ORDER = ("po_id", "po_line_no")


def match_exception(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Judged invoice lines for more than had come, or at another price than their order's.

    ``come_on`` is the day from which as much had come as was billed: it may be long after.
    """
    line = matched_lines(settings, rows)
    off = case((line.c.in_quantity, line.c.price_steps > 0), else_=True)
    wrong = select(line).where(line.c.judged, off).cte("wrong")
    come = _come(wrong, rows)
    same = and_(come.c.invoice_id == wrong.c.invoice_id, come.c.line_no == wrong.c.line_no)
    unreceived = _cents(wrong.c.amount) * _short(wrong)
    rest = _cents(wrong.c.amount) - func.floor(unreceived + 0.5)
    dearer = rest * (1 - wrong.c.order_price / func.nullif(wrong.c.price, 0))
    came = case((wrong.c.in_quantity, wrong.c.day), else_=func.coalesce(come.c.day, FOR_GOOD))
    columns = {
        "price": _price(wrong.c.price),
        "order_price": _price(wrong.c.order_price),
        "dearer": _amount(func.coalesce(dearer, 0)),
        "unreceived": _amount(unreceived),
        "come_on": came,
    }
    return select(*(wrong.c[n] for n in AS_JUDGED), *labelled(columns)).select_from(
        wrong.outerjoin(come, same)
    )


AS_JUDGED = (
    "supplier_id", "invoice_id", "line_no", "day", "category_id", "cost_centre_id", "item_id",
    *ORDER, "in_quantity", "price_steps", "billed", "received", "invoiced", "amount",
)  # fmt: skip


def _short(line: FromClause) -> ColumnElement[Any]:
    """The part of a line's quantity that had not come: between none and all of it."""
    billed = cast(line.c.billed, Double)
    missing = cast(line.c.invoiced, Double) + billed - cast(line.c.received, Double)
    part = func.least(missing, billed) / func.nullif(billed, 0)
    return case((and_(missing > 0, billed > 0), part), else_=0.0)


def _come(line: FromClause, rows: Rows) -> FromClause:
    """The first day on which as much had come of a line's order as had been billed with it."""
    receipt = rows(schema.goods_receipt)
    so_far = func.sum(receipt.c.quantity).over(
        partition_by=(receipt.c.po_id, receipt.c.line_no),
        order_by=receipt.c.received_on,
    )
    standing = select(
        receipt.c.po_id, receipt.c.line_no, receipt.c.received_on, so_far.label("received")
    ).subquery("standing")
    of_order = and_(standing.c.po_id == line.c.po_id, standing.c.line_no == line.c.po_line_no)
    enough = standing.c.received >= line.c.invoiced + line.c.billed
    keys = (line.c.invoice_id, line.c.line_no)
    return (
        select(*keys, func.min(standing.c.received_on).label("day"))
        .join(standing, of_order)
        .where(enough, ~line.c.in_quantity, standing.c.received_on > line.c.day)
        .group_by(*keys)
        .subquery("come")
    )


def _cents(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(amount, Double) * 100


def _amount(cents: ColumnElement[Any]) -> ColumnElement[Any]:
    """Cents as an amount, rounded half up; what no amount can hold is the most that one can."""
    whole = func.floor(func.least(func.greatest(cents + 0.5, -MOST), MOST))
    return rules.amount_of(cast(whole, BigInteger))


def _price(price: ColumnElement[Any]) -> ColumnElement[Any]:
    """A price as it is kept, as near as it can be."""
    return cast(func.least(func.greatest(price, -DEAREST), DEAREST), PRICE)
