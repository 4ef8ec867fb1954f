"""The sums behind stock: counts, demand, receipts and lead times, narrowed by a selection.

Stock has neither supplier nor cost centre: a selection that filters by them finds none. Amounts are
whole cents, quantities and costs floats, days ``datetime64``; '' is a category or unit that is not
known. Demand is in ``queries.stock_demand``.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
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

from queries import mart_tables, schema
from queries.balances import labelled
from queries.contract import AMOUNT, QUANTITY
from queries.frames import NOTHING, in_order, number_of, typed_frame
from queries.selection import Selection, conditions, narrowed
from queries.stock_marts import item_categories
from queries.store import Reader
from queries.versions import at, rows_at

COUNT, RECEIVED, TAKEN = (
    mart_tables.stock_position,
    mart_tables.receipt_flow,
    mart_tables.lead_time_flow,
)
ITEM = schema.item
LARGEST_COUNT = 10**12  # units: more does not fit a column
LARGEST_SUM = 10**16  # of money, in a column of the store

# --- Items ---------------------------------------------------------------------------------------

PLANNED = (
    "unit_cost", "lead_time_days", "review_period_days", "service_level", "holding_rate",
    "stockout_cost", "order_cost", "minimum_order",
)  # fmt: skip


def items(reader: Reader, selection: Selection) -> pd.DataFrame:
    """What the master data say of each item: numbers and days are missing where they do not.

    ``item_id, name, category_id, unit``, numbers (``PLANNED``, floats), ``critical, known_since``.
    """
    categories = item_categories(rows_at(reader.batch))
    numbers = [cast(ITEM.c[name], QUANTITY).label(name) for name in PLANNED]
    rows = (
        select(
            ITEM.c.item_id,
            ITEM.c.name,
            categories.c.category_id,
            func.coalesce(ITEM.c.unit, "").label("unit"),
            *numbers,
            func.coalesce(ITEM.c.critical, literal(False)).label("critical"),
            ITEM.c.known_since,
        )
        .select_from(ITEM.join(categories, categories.c.item_id == ITEM.c.item_id))
        .where(at(ITEM, reader.batch))
        .subquery("known_item")
    )
    statement = select(rows).where(*narrowed(selection, rows, reader.batch))
    return typed_frame(reader, statement.order_by(*in_order(rows.c.item_id)))


# --- Counts --------------------------------------------------------------------------------------


def in_force(reader: Reader, selection: Selection, position: date) -> list[ColumnElement[bool]]:
    """The last count of each item and site on or before a day."""
    holds = (COUNT.c.counted_on <= position, COUNT.c.next_count > position)
    return [*conditions(selection, COUNT, reader.batch), *holds]


def positions(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """The counts in force on a day, with what was counted the time before.

    ``item_id, site, category_id, counted_on, next_count, on_hand, on_order, unit_cost, value`` and
    ``previous_count, previous_on_hand, previous_unit_cost, previous_value``.
    """
    names = (
        "item_id", "site", "category_id", "counted_on", "next_count", "on_hand", "on_order",
        "unit_cost", "value", "previous_count", "previous_on_hand", "previous_unit_cost",
        "previous_value",
    )  # fmt: skip
    statement = select(*(COUNT.c[name] for name in names))
    statement = statement.where(*in_force(reader, selection, position))
    return typed_frame(reader, statement.order_by(*in_order(COUNT.c.item_id, COUNT.c.site)))


def stock_outs(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """How often each item and site was counted up to a day, and how often nothing was there.

    ``item_id, site, counts, empty_counts, first_count``.
    """
    statement = (
        select(
            COUNT.c.item_id,
            COUNT.c.site,
            number_of().label("counts"),
            number_of(COUNT.c.on_hand <= 0).label("empty_counts"),
            func.min(COUNT.c.counted_on).label("first_count"),
        )
        .where(*conditions(selection, COUNT, reader.batch), COUNT.c.counted_on <= position)
        .group_by(COUNT.c.item_id, COUNT.c.site)
        .order_by(*in_order(COUNT.c.item_id, COUNT.c.site))
    )
    return typed_frame(reader, statement)


def value_by_day(
    reader: Reader, selection: Selection, days: Sequence[date], largest: int = LARGEST_COUNT
) -> pd.DataFrame:
    """What was on the shelf on some days, each once: its value, and how many counts that is.

    ``day, value, item_sites, unknown_values``. The value is missing where no count has one, and
    where the sum is more than the store can carry. Counts of more than ``largest`` are left out.
    """
    chosen = sorted(set(days)) or [date.min]
    day = union_all(*(select(literal(d, Date()).label("day")) for d in chosen)).subquery("day")
    held = _held(reader, selection, largest)
    holds = and_(held.c.counted_on <= day.c.day, held.c.next_count > day.c.day)
    value = func.sum(held.c.value)
    numbers: dict[str, Any] = {
        name: cast(func.coalesce(func.sum(held.c[name]), 0), BigInteger) for name in _HELD
    }
    statement = (
        select(
            day.c.day,
            case((func.abs(value) < LARGEST_SUM, cast(value, AMOUNT))).label("value"),
            *labelled(numbers),
        )
        .select_from(day.outerjoin(held, holds))
        .group_by(day.c.day)
        .order_by(day.c.day)
    )
    frame = typed_frame(reader, statement)
    return frame if days else frame.iloc[:0]


_HELD = ("item_sites", "unknown_values")


def _held(reader: Reader, selection: Selection, largest: int) -> FromClause:
    """Counts summed by the days they hold: few, where all is counted on the same days."""
    until = (COUNT.c.counted_on, COUNT.c.next_count)
    numbers = (number_of(), number_of(COUNT.c.value.is_(None)))
    return (
        select(
            *until,
            func.sum(COUNT.c.value).label("value"),
            *(n.label(name) for name, n in zip(_HELD, numbers, strict=True)),
        )
        .where(*conditions(selection, COUNT, reader.batch), func.abs(COUNT.c.on_hand) <= largest)
        .group_by(*until)
        .subquery("held")
    )


def has_counts(reader: Reader) -> bool:
    """Whether any stock was ever counted."""
    return _any(reader, schema.stock_level)


def has_demand(reader: Reader) -> bool:
    """Whether any demand is loaded: without it, nobody knows what stock is for."""
    return _any(reader, schema.demand)


def _any(reader: Reader, table: Table) -> bool:
    return bool(reader.rows(select(table.c.item_id).where(at(table, reader.batch)).limit(1)))


# --- Receipts and lead times ---------------------------------------------------------------------


def received_between(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """What came of each item between its last counts: ``item_id, received, other_unit_lines``.

    After the earliest of its sites' counts before the last, up to the latest of their last counts:
    an order does not say for which site it is. Receipts in another unit than the item's are not
    added up but counted; where either unit is not known, they are taken as one. Items without any
    receipt between have no row.
    """
    span = _counted_spans(reader, selection, position)
    same = or_(span.c.unit == "", RECEIVED.c.unit == "", span.c.unit == RECEIVED.c.unit)
    between = and_(
        RECEIVED.c.item_id == span.c.item_id,
        RECEIVED.c.day > span.c.first,
        RECEIVED.c.day <= span.c.last,
    )
    columns = {
        "received": func.sum(case((same, RECEIVED.c.quantity), else_=NOTHING)),
        "other_unit_lines": cast(
            func.sum(case((same, literal(0)), else_=RECEIVED.c.line_count)), BigInteger
        ),
    }
    statement = (
        select(span.c.item_id, *labelled(columns))
        .select_from(span.join(RECEIVED, between))
        .where(at(RECEIVED, reader.batch))
        .group_by(span.c.item_id)
        .order_by(*in_order(span.c.item_id))
    )
    return typed_frame(reader, statement)


def _counted_spans(reader: Reader, selection: Selection, position: date) -> FromClause:
    """From the earliest count before the last to the latest last one, of each item."""
    span = (
        select(
            COUNT.c.item_id,
            func.min(COUNT.c.previous_count).label("first"),
            func.max(COUNT.c.counted_on).label("last"),
        )
        .where(*in_force(reader, selection, position))
        .group_by(COUNT.c.item_id)
        .subquery("span")
    )
    item = rows_at(reader.batch)(ITEM)
    unit = func.coalesce(item.c.unit, "").label("unit")
    source = span.outerjoin(item, item.c.item_id == span.c.item_id)
    return select(span, unit).select_from(source).subquery("counted_span")


def lead_times(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """Order lines wholly received up to a day, by item: ``item_id, orders, days, squares``.

    ``days`` and ``squares`` are whole sums of the days each took, and of their squares.
    """
    orders, days = TAKEN.c.order_count, cast(TAKEN.c.days, BigInteger)
    sums = {"orders": orders, "days": orders * days, "squares": orders * days * days}
    statement = (
        select(
            TAKEN.c.item_id,
            *(cast(func.sum(value), BigInteger).label(name) for name, value in sums.items()),
        )
        .where(*conditions(selection, TAKEN, reader.batch), TAKEN.c.day <= position)
        .group_by(TAKEN.c.item_id)
        .order_by(*in_order(TAKEN.c.item_id))
    )
    return typed_frame(reader, statement)


# --- One item ------------------------------------------------------------------------------------


def item_counts(reader: Reader, item_id: str, position: date) -> pd.DataFrame:
    """One item's counts up to a day, in order.

    ``site, counted_on, on_hand, on_order, unit_cost, value``.
    """
    names = ("site", "counted_on", "on_hand", "on_order", "unit_cost", "value")
    columns = [COUNT.c[name] for name in names]
    statement = select(*columns).where(at(COUNT, reader.batch), COUNT.c.item_id == item_id)
    statement = statement.where(COUNT.c.counted_on <= position)
    return typed_frame(reader, statement.order_by(*in_order(*columns[:2])))


def item_lead_times(reader: Reader, item_id: str, position: date) -> pd.DataFrame:
    """How long one item's orders took, up to a day: ``days, orders``, shortest first."""
    orders = cast(func.sum(TAKEN.c.order_count), BigInteger).label("orders")
    statement = (
        select(TAKEN.c.days, orders)
        .where(at(TAKEN, reader.batch), TAKEN.c.item_id == item_id, TAKEN.c.day <= position)
        .group_by(TAKEN.c.days)
        .order_by(TAKEN.c.days)
    )
    return typed_frame(reader, statement)
