"""The sums behind demand: of every item and site, and of what a selection holds.

As in ``queries.stock``: quantities are floats, days ``datetime64``, '' is not known. Sums over all
demand are of the whole company: how its buckets are cut is no matter of what somebody looks at.
"""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    extract,
    func,
    select,
)

from queries import schema
from queries.balances import labelled
from queries.frames import NOTHING, in_order, number_of, typed_frame
from queries.selection import Selection, narrowed
from queries.stock import COUNT, in_force
from queries.stock_marts import item_categories
from queries.store import Reader
from queries.versions import at, rows_at

DEMAND = schema.demand
COLUMNS = ("item_id", "site", "period_start", "quantity")

# --- In sums -------------------------------------------------------------------------------------


def demand_sums(
    reader: Reader, position: date, year_start: date, recent_start: date
) -> pd.DataFrame:
    """The demand of every item and site up to a day, in sums; no selection narrows it.

    ``item_id, site, category_id``; ``bucket_rows``; ``demands`` (rows above zero), their
    ``quantity`` and ``squares``; ``returns`` (rows below zero); ``whole`` (each of them is);
    ``first_start, last_start``; ``last_wanted`` (of those above zero); ``year_quantity`` (net,
    after ``year_start``); ``recent_rows`` (above zero, after ``recent_start``); and how
    buckets start: ``all_first`` (each on the first of a month), ``least_weekday, most_weekday``
    (Monday is 1).
    """
    sums = (
        select(DEMAND.c.item_id, DEMAND.c.site, *labelled(_demanded(year_start, recent_start)))
        .where(at(DEMAND, reader.batch), DEMAND.c.period_start <= position)
        .group_by(DEMAND.c.item_id, DEMAND.c.site)
        .subquery("demanded")
    )
    item = item_categories(rows_at(reader.batch))
    statement = (
        select(sums, func.coalesce(item.c.category_id, "").label("category_id"))
        .select_from(sums.outerjoin(item, item.c.item_id == sums.c.item_id))
        .order_by(*in_order(sums.c.item_id, sums.c.site))
    )
    return typed_frame(reader, statement)


def _demanded(year_start: date, recent_start: date) -> dict[str, ColumnElement[Any]]:
    """The sums of ``demand_sums``."""
    start, quantity = DEMAND.c.period_start, DEMAND.c.quantity
    taken = case((quantity > 0, quantity), else_=NOTHING)
    weekday = cast(extract("isodow", start), Integer)
    return {
        "bucket_rows": number_of(),
        "demands": number_of(quantity > 0),
        "quantity": func.sum(taken),
        "squares": func.sum(cast(taken, Double) * cast(taken, Double)),
        "whole": func.bool_and(taken % 1 == 0, type_=Boolean()),
        "returns": number_of(quantity < 0),
        "first_start": func.min(start),
        "last_start": func.max(start),
        "last_wanted": func.max(case((quantity > 0, start))),
        "year_quantity": func.sum(case((start > year_start, quantity), else_=NOTHING)),
        "recent_rows": number_of(and_(quantity > 0, start > recent_start)),
        "all_first": func.bool_and(extract("day", start) == 1, type_=Boolean()),
        "least_weekday": func.min(weekday),
        "most_weekday": func.max(weekday),
    }


def used_between(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """Net demand between the last two counts of each item and site: ``item_id, site, used``.

    After the earlier count, up to the later one; counts as in ``positions``. Pairs without any
    demand between have no row.
    """
    between = and_(
        DEMAND.c.item_id == COUNT.c.item_id,
        DEMAND.c.site == COUNT.c.site,
        DEMAND.c.period_start > COUNT.c.previous_count,
        DEMAND.c.period_start <= COUNT.c.counted_on,
    )
    statement = (
        select(COUNT.c.item_id, COUNT.c.site, func.sum(DEMAND.c.quantity).label("used"))
        .select_from(COUNT.join(DEMAND, between))
        .where(*in_force(reader, selection, position), at(DEMAND, reader.batch))
        .group_by(COUNT.c.item_id, COUNT.c.site)
        .order_by(*in_order(COUNT.c.item_id, COUNT.c.site))
    )
    return typed_frame(reader, statement)


# --- Row by row ----------------------------------------------------------------------------------


def last_demand(reader: Reader, position: date, after: date) -> pd.DataFrame:
    """All demand up to a day whose bucket starts after another: ``item_id, site, period_start,
    quantity``.
    """
    columns = [DEMAND.c[name] for name in COLUMNS]
    statement = (
        select(*columns)
        .where(at(DEMAND, reader.batch))
        .where(DEMAND.c.period_start > after, DEMAND.c.period_start <= position)
    )
    return typed_frame(reader, statement.order_by(*in_order(*columns[:3])))


def placed_demand(reader: Reader) -> FromClause:
    """Every bucket of demand with its item's category, to be narrowed."""
    rows, item = rows_at(reader.batch)(DEMAND), item_categories(rows_at(reader.batch))
    category = func.coalesce(item.c.category_id, "").label("category_id")
    source = rows.outerjoin(item, item.c.item_id == rows.c.item_id)
    return select(rows, category).select_from(source).subquery("placed_demand")


def demand_rows(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """Demand up to a day, in order: ``item_id, site, period_start, quantity``."""
    rows = placed_demand(reader)
    columns = [rows.c[name] for name in COLUMNS]
    statement = (
        select(*columns)
        .where(*narrowed(selection, rows, reader.batch), rows.c.period_start <= position)
        .order_by(*in_order(*columns[:3]))
    )
    return typed_frame(reader, statement)


def item_demand(reader: Reader, item_id: str, position: date) -> pd.DataFrame:
    """One item's demand up to a day, in order: ``site, period_start, quantity``."""
    columns = [DEMAND.c[name] for name in COLUMNS[1:]]
    statement = select(*columns).where(at(DEMAND, reader.batch), DEMAND.c.item_id == item_id)
    statement = statement.where(DEMAND.c.period_start <= position)
    return typed_frame(reader, statement.order_by(*in_order(*columns[:2])))
