"""The rows behind a figure of stock: counts and demand, one by one."""

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select

from queries import schema
from queries.frames import in_order
from queries.selection import Selection, narrowed
from queries.stock import COUNT, in_force
from queries.stock_demand import placed_demand
from queries.store import Reader
from queries.versions import at

COUNTED = (
    "item_id", "site", "counted_on", "on_hand", "on_order", "unit_cost", "value",
)  # fmt: skip
DEMANDED = ("item_id", "site", "period_start", "quantity", "batch_from")


def counts(reader: Reader, selection: Selection, position: date) -> Select[Any]:
    """The count in force on a day of each item and site, the most valuable first."""
    line = schema.stock_level
    of = and_(*(line.c[key] == COUNT.c[key] for key in schema.keys(line)), at(line, reader.batch))
    columns = [COUNT.c[name] for name in COUNTED]
    return (
        select(*columns, line.c.batch_from)
        .select_from(COUNT.join(line, of))
        .where(*in_force(reader, selection, position))
        .order_by(func.abs(COUNT.c.value).desc().nulls_last())
        .order_by(*in_order(*columns[:2]))
    )


def demand(reader: Reader, selection: Selection, position: date, year_start: date) -> Select[Any]:
    """Demand that starts after one day, up to another, the largest first."""
    rows = placed_demand(reader)
    within = (rows.c.period_start > year_start, rows.c.period_start <= position)
    return (
        select(*(rows.c[name] for name in DEMANDED))
        .where(*narrowed(selection, rows, reader.batch), *within)
        .order_by(func.abs(rows.c.quantity).desc())
        .order_by(*in_order(rows.c.item_id, rows.c.site, rows.c.period_start))
    )
