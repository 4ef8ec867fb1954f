"""What stock cost and what was wanted, item by item, on many days in one select.

One row an item and site, in no order; a column a day, ``day_0``, ``day_1``, … in the order given.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, case, func, or_, select

from queries.balances import labelled
from queries.frames import NOTHING, typed_frame
from queries.selection import Selection, conditions
from queries.stock import COUNT
from queries.stock_demand import DEMAND
from queries.stock_marts import item_categories
from queries.store import Reader
from queries.versions import at, rows_at


def costs_by_day(
    reader: Reader, selection: Selection, days: Sequence[date], largest: int
) -> pd.DataFrame:
    """The unit cost of the counts in force: ``item_id, site``, and ``day_…``, missing where none.

    Counts of more than ``largest`` are left out.
    """
    holds = [and_(COUNT.c.counted_on <= day, COUNT.c.next_count > day) for day in days]
    costs = _by_day(func.max(case((held, COUNT.c.unit_cost))) for held in holds)
    statement = (
        select(COUNT.c.item_id, COUNT.c.site, *costs)
        .where(*conditions(selection, COUNT, reader.batch), or_(*holds))
        .where(func.abs(COUNT.c.on_hand) <= largest)
        .group_by(COUNT.c.item_id, COUNT.c.site)
    )
    return typed_frame(reader, statement)


def wanted_by_day(reader: Reader, spans: Sequence[tuple[date, date]]) -> pd.DataFrame:
    """Net demand of buckets that start after a day, up to another, of every item and site.

    ``item_id, site, category_id``, and ``day_…`` for each of the ``spans``; no selection narrows
    it.
    """
    start = DEMAND.c.period_start
    within = [and_(start > after, start <= last) for after, last in spans]
    wanted = _by_day(func.sum(case((w, DEMAND.c.quantity), else_=NOTHING)) for w in within)
    sums = (
        select(DEMAND.c.item_id, DEMAND.c.site, *wanted)
        .where(at(DEMAND, reader.batch), or_(*within))
        .group_by(DEMAND.c.item_id, DEMAND.c.site)
        .subquery("wanted")
    )
    item = item_categories(rows_at(reader.batch))
    category = func.coalesce(item.c.category_id, "").label("category_id")
    source = sums.outerjoin(item, item.c.item_id == sums.c.item_id)
    return typed_frame(reader, select(sums, category).select_from(source))


def _by_day(columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return labelled({f"day_{place}": column for place, column in enumerate(columns)})
