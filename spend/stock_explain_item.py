"""One item at one site, out of a reading: its demand bucket by bucket, its counts, its orders.

What the page's explanation of an item is told from. Buckets are those of the whole company, so that
the statistics of ``series`` are those of the plan.
"""

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Flags, Floats
from spend.demand_bucket import bucket_end, periods_between
from spend.distributions import Distribution
from spend.lead_time_demand import Name, over
from spend.stock_book import StockBook
from spend.stock_items import StockItems, pick, with_kinds
from spend.stock_plan import StockPlan
from spend.stock_reading import StockReading

Days = NDArray[np.datetime64]
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False)
class ItemRecord:
    """An item and site of a reading, by its ``place`` in the arrays.

    ``starts``, ``series``, ``empty``: of every bucket that is over: its first day, what was wanted
    in it, and whether a count in it found nothing. ``order_days``: how long each order took.
    """

    reading: StockReading
    place: int
    starts: Days
    series: Floats
    empty: Flags
    order_days: Floats

    @property
    def plan(self) -> StockPlan:
        """The plan of all items of the reading."""
        return self.reading.plan

    @property
    def items(self) -> StockItems:
        """All items of the reading."""
        return self.reading.items

    @property
    def alone(self) -> StockItems:
        """This item and site only."""
        return pick(self.items, [self.place])

    @property
    def kind(self) -> str:
        """Its bucket: "month", "week" or "day"; "" without demand."""
        return str(self.items.kind[self.place])

    @property
    def protection(self) -> float:
        """Buckets from one review until an order of the next has come."""
        return self.planned("protection")

    @property
    def lot(self) -> float:
        """What is ordered at once, as the plan reckons where no order quantity is known."""
        return self.planned("order_size")

    @property
    def up_to(self) -> bool:
        """Whether it is ordered up to a level, not at a reorder point."""
        return bool(self.plan.up_to[self.place])

    @property
    def distribution(self) -> str:
        """The one that its demand calls for."""
        return str(self.plan.distribution[self.place])

    def planned(self, name: str) -> float:
        """A number of the plan; NaN where it is not known."""
        return float(getattr(self.plan, name)[self.place])

    def number(self, name: str) -> float:
        """A number of the items, such as ``on_hand`` or ``statistics.mean``; NaN: not known."""
        return float(attrgetter(name)(self.items)[self.place])

    def word(self, name: str) -> str:
        """A word of the items."""
        return str(attrgetter(name)(self.items)[self.place])

    def during(self, interval: float) -> Distribution:
        """Demand over so many buckets, with the spread of the lead time in it."""
        demand = self.plan.demand.of(np.array([self.place]))
        buckets = np.array([interval])
        spread = demand.interval_sd(buckets, np.array([self.planned("lead_time_sd")]))
        return over(cast(Name, self.distribution), demand, buckets, spread)


def item_record(
    reading: StockReading,
    place: int,
    demand_rows: pd.DataFrame,
    counts: pd.DataFrame,
    lead_time_rows: pd.DataFrame,
) -> ItemRecord:
    """The item at ``place``, from its rows (of all sites) as ``queries`` gives them."""
    site = reading.items.site[place]
    demand = demand_rows[demand_rows["site"] == site]
    found = counts[counts["site"] == site]
    starts = _starts(reading, place, demand)
    series, empty = np.zeros(len(starts)), np.zeros(len(starts), bool)
    if len(starts):
        kind = str(reading.items.kind[place])
        at = _places(kind, starts, demand["period_start"])
        np.add.at(series, at[at >= 0], demand["quantity"].clip(lower=0).to_numpy(float)[at >= 0])
        bare = _places(kind, starts, found.loc[found["on_hand"] <= 0, "counted_on"])
        empty[bare[bare >= 0]] = True
    days = lead_time_rows["days"].to_numpy(float)
    orders = lead_time_rows["orders"].to_numpy(np.int64)
    return ItemRecord(reading, place, starts, series, empty, np.repeat(days, orders))


def _starts(reading: StockReading, place: int, demand: pd.DataFrame) -> Days:
    """The first days of the buckets that are over; weeks begin as the item's own do."""
    kind, many = str(reading.items.kind[place]), reading.items.statistics.periods[place]
    first = _span_start(reading.book, kind)
    if not many > 0 or np.isnat(first):
        return np.array([], "datetime64[D]")
    count = np.arange(int(many))
    if kind == "month":
        return np.asarray((first.astype("datetime64[M]") + count).astype("datetime64[D]"))
    if kind == "day":
        return np.asarray(first + count)
    own = demand["period_start"].to_numpy("datetime64[D]")
    shift = int((own.min() - first).astype(int) % 7) if len(own) else 0
    return np.asarray(first + shift + 7 * count)


def _places(kind: str, starts: Days, days: "pd.Series[Any]") -> NDArray[np.int64]:
    """The bucket that each day falls into; -1 where it falls into none."""
    found = days.to_numpy("datetime64[D]")
    places = (periods_between(kind, starts[0], found) - 1).astype(np.int64)
    inside = (found >= starts[0]) & (found <= bucket_end(kind, starts[-1]))
    return np.where(inside, places, -1)


def _span_start(book: StockBook, kind: str) -> np.datetime64:
    """The first bucket of any of the company's items with this kind; NaT where there is none."""
    demand = with_kinds(book.demand)
    starts = demand.loc[demand["kind"] == kind, "first_start"].to_numpy("datetime64[D]")
    return starts.min() if kind and len(starts) else NO_DAY


def on_other_demand(record: ItemRecord, statistics: Any) -> StockItems:
    """This item and site alone, as if its demand had been another."""
    return replace(record.alone, statistics=statistics)


def places(size: float) -> int:
    """How many decimals three significant digits take."""
    return int(np.clip(2 - np.floor(np.log10(abs(size))), 0, 9)) if size else 0


def quantity(value: float, decimals: int | None = None) -> str:
    """Units as people say them: three significant digits at least, and no decimals from 100 on.

    >>> quantity(1234.5), quantity(86.63), quantity(0.12345), quantity(20.0), quantity(-3)
    ('1,234', '86.6', '0.123', '20', '−3')
    """
    shown = f"{abs(value):,.{places(value) if decimals is None else decimals}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"−{shown}" if value < 0 and shown != "0" else shown


def many(number: float, kind: str) -> str:
    """A number of buckets or the like.

    >>> many(1, "week"), many(1200, "month")
    ('1 week', '1,200 months')
    """
    return f"{quantity(number)} {kind if number == 1 else kind + 's'}"
