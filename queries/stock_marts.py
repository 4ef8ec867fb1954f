"""What is on the shelf, what was received, and how long orders took: the marts of stock.

Stock is of an item at a site, whoever supplied it: deliveries of the own group count like any
other. The category is the item's own, so that counts, receipts and lead times of an item always
fall into the same selection; '' where it is not known.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.sql.functions import FunctionElement

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.mart_sums import summed
from queries.settings import Settings
from queries.versions import Rows, current

NO_NEXT_COUNT = date(9999, 12, 31)  # the last count holds for good
LARGEST_VALUE = 10**13  # of one count: more cannot be meant, and would not sum in a machine word


def item_categories(rows: Rows) -> FromClause:
    """Every item's category; '' where the master data do not know it."""
    item, category = rows(schema.item), rows(schema.category)
    known = category.c.category_id == item.c.category_id
    return (
        select(
            item.c.item_id,
            func.coalesce(category.c.category_id, "").label("category_id"),
            item.c.unit_cost,
        )
        .select_from(item.outerjoin(category, known))
        .subquery("item_category")
    )


# --- What is on the shelf ------------------------------------------------------------------------


def counts(rows: Rows) -> FromClause:
    """Every stock count with its value, and the counts before and after it.

    Value is on hand × unit cost (the count's own, else the item's), to the cent. It is unknown
    where the cost is, and where it is more than the store can carry.
    """
    count = _valued(rows)

    def in_turn(value: FunctionElement[Any]) -> ColumnElement[Any]:
        place = (count.c.item_id, count.c.site)
        return value.over(partition_by=place, order_by=count.c.counted_on)

    def before(name: str) -> ColumnElement[Any]:
        return in_turn(func.lag(count.c[name]))

    following = in_turn(func.lead(count.c.counted_on))
    columns = {
        "next_count": func.coalesce(following, literal(NO_NEXT_COUNT, Date())),
        "previous_count": before("counted_on"),
        "previous_on_hand": before("on_hand"),
        "previous_unit_cost": before("unit_cost"),
        "previous_value": before("value"),
    }
    return select(count, *labelled(columns)).subquery("stock_count")


def _valued(rows: Rows) -> FromClause:
    level, item = rows(schema.stock_level), item_categories(rows)
    unit_cost = func.coalesce(level.c.unit_cost, item.c.unit_cost)
    value = rules.value(level.c.on_hand, unit_cost)
    names = ("counted_on", "item_id", "site", "on_hand", "on_order", "batch_from")
    return (
        select(
            *(level.c[name] for name in names),
            func.coalesce(item.c.category_id, "").label("category_id"),
            unit_cost.label("unit_cost"),
            case((func.abs(value) < LARGEST_VALUE, rules.to_cents(value))).label("value"),
        )
        .select_from(level.outerjoin(item, item.c.item_id == level.c.item_id))
        .subquery("valued_count")
    )


def stock_position(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Stock counts, each until the next one."""
    count = counts(rows)
    table = mart_tables.stock_position
    return select(*(count.c[name] for name in (*schema.keys(table), *schema.contents(table))))


# --- What was received ---------------------------------------------------------------------------


def _received(rows: Rows) -> FromClause:
    """Receipts of order lines that name an item and count it: not those matched by value.

    One unit ordered is still a quantity of its item, so that it counts here.
    """
    line, receipt = rows(schema.purchase_order_line), rows(schema.goods_receipt)
    item = item_categories(rows)
    of_line = and_(line.c.po_id == receipt.c.po_id, line.c.line_no == receipt.c.line_no)
    columns = {
        "day": receipt.c.received_on,
        "category_id": func.coalesce(item.c.category_id, ""),
        "unit": func.coalesce(line.c.unit, ""),
        "quantity": receipt.c.quantity,
        "ordered": line.c.quantity,
    }
    keys = [line.c[name] for name in ("po_id", "line_no", "order_date", "item_id")]
    return (
        select(*keys, *labelled(columns))
        .select_from(receipt.join(line, of_line).outerjoin(item, item.c.item_id == line.c.item_id))
        .where(line.c.item_id.is_not(None))
        .where(func.coalesce(line.c.matching, "quantity") != "value")
        .subquery("received")
    )


def receipt_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Received quantities by day and item, in the unit of their orders; returns are negative."""
    received = _received(rows)
    quantity = rules.quantity_of(func.sum(received.c.quantity))
    sums = {"quantity": quantity, "line_count": func.count()}
    return summed(received, mart_tables.receipt_flow, sums)


def lead_time_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Order lines by the first day on which all was there, and the days since they were ordered.

    A line that was there before it was ordered is left out: it was ordered after the fact, and
    its dates say nothing about how long the item takes.
    """
    done = _wholly_received(rows)
    days = cast(done.c.day - done.c.order_date, Integer)
    counted = (
        select(done.c.day, done.c.item_id, done.c.category_id, days.label("days"))
        .where(done.c.day >= done.c.order_date)
        .subquery("lead_time")
    )
    return summed(
        counted, mart_tables.lead_time_flow, {"order_count": cast(func.count(), BigInteger)}
    )


def _wholly_received(rows: Rows) -> FromClause:
    """Order lines that received all they ordered, with the first day at whose end they had."""
    received = _received(rows)
    line = ("po_id", "line_no", "order_date", "item_id", "category_id", "ordered")
    keys = [received.c[name] for name in line]
    daily = (
        select(*keys, received.c.day, func.sum(received.c.quantity).label("quantity"))
        .group_by(*keys, received.c.day)
        .subquery("daily")
    )
    so_far = func.sum(daily.c.quantity).over(
        partition_by=(daily.c.po_id, daily.c.line_no), order_by=daily.c.day
    )
    standing = select(daily, so_far.label("so_far")).subquery("standing")
    keys = [standing.c[name] for name in line]
    return (
        select(*keys, func.min(standing.c.day).label("day"))
        .where(standing.c.ordered > 0, standing.c.so_far >= standing.c.ordered)
        .group_by(*keys)
        .subquery("wholly_received")
    )
