r"""What each item should have on the shelf, and what the shelf holds it for.

The policy follows from what is known of an item: the distribution that its demand calls for, its
lead time and review period in the demand's own buckets, its target. Where something is missing,
nothing is computed for the item and ``unknown`` says what.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats
from spend.demand import Words, choose_distribution
from spend.demand_bucket import BUCKET_DAYS, PERIODS_PER_YEAR
from spend.expected_demand import ExpectedDemand, expected_demand
from spend.fill_rate import ordered_up_to
from spend.order_quantity import economic_order_quantity
from spend.stock_items import StockItems
from spend.stock_policy import stock_level
from spend.stock_split import (
    LARGEST,
    StockSplit,
    is_obsolete,
    micro_units,
    order_quantity,
    stock_split,
)

PART, WORKERS = 5_000, 2  # items that are solved together, and how many parts at once
Places = NDArray[np.int64]

NO_DEMAND = "no demand is loaded"
NO_HISTORY = "no bucket of its demand is over yet"
NO_LEAD_TIME = "its lead time is not known"
NO_QUANTITY = "neither its order cost and holding cost nor a minimum order are known"


@dataclass(frozen=True, eq=False)
class StockPlan:
    """What to hold of each item and site, in units; NaN where it is not known.

    Times are in the demand's buckets. ``level``: the reorder point, or the level to order up to
    where ``up_to`` says so. ``safety_stock``: the level less expected demand over lead time and
    review period, zero or more. ``unknown``: why nothing is said, "" where something is.
    """

    items: StockItems
    demand: ExpectedDemand
    distribution: Words
    reason: Words
    lead_time: Floats
    lead_time_sd: Floats
    review_period: Floats
    economic_quantity: Floats
    order_quantity: Floats
    level: Floats
    safety_stock: Floats
    unknown: Words

    @property
    def known(self) -> Flags:
        """Where a required safety stock could be worked out."""
        return ~np.isnan(self.safety_stock)

    @property
    def protection(self) -> Floats:
        """Buckets from one review until an order of the next has come."""
        return np.asarray(self.lead_time + self.review_period)

    @property
    def order_size(self) -> Floats:
        """Order quantities that a formula can take: above zero."""
        return order_sizes(self.order_quantity, self.demand)

    @property
    def up_to(self) -> Flags:
        """Which items are ordered up to their level, rather than at it: an order is less than the
        demand of one review."""
        return ordered_up_to(self.order_size, self.demand.mean, np.nan_to_num(self.review_period))

    @property
    def periods_per_year(self) -> Floats:
        """Buckets a year."""
        return by_kind(PERIODS_PER_YEAR, self.items.kind)


def stock_plan(items: StockItems) -> StockPlan:
    """What to hold of each item, by its own target and the distribution its demand calls for."""
    days = by_kind(BUCKET_DAYS, items.kind)
    lead, spread = items.lead_time.days / days, items.lead_time.spread_days / days
    review = items.review_days / days
    economic, quantity = _quantities(items)
    unknown = _unknown(items)
    known = unknown == ""
    names, reasons = choose_distribution(
        items.statistics, *(np.where(known, t, 0) for t in (lead + review, spread))
    )
    demand = expected_demand(items.statistics)
    size = order_sizes(quantity, demand)
    level = np.full(len(items), np.nan)

    def solve(places: Places, of_kind: str) -> Floats:
        return stock_level(
            demand.of(places), names[places], lead[places], size[places],
            **{of_kind: getattr(items, of_kind)[places]},
            lead_time_sd=spread[places], review_period=review[places],
        )  # fmt: skip

    for of_kind in ("service_level", "fill_rate"):
        chosen = np.flatnonzero(known & ~np.isnan(getattr(items, of_kind)))
        level[chosen] = _in_parts(chosen, partial(solve, of_kind=of_kind))
    safety = np.maximum(level - demand.mean * (lead + review), 0)
    return StockPlan(
        items, demand, names, reasons, lead, spread, review, economic, quantity, level, safety,
        unknown,
    )  # fmt: skip


def _in_parts(places: Places, solve: Callable[[Places], Floats]) -> Floats:
    """What ``solve`` finds of each place; many are solved in parts, on two processors at once."""
    if len(places) <= PART:
        return solve(places) if len(places) else np.zeros(0)
    parts = np.array_split(places, -(-len(places) // PART))
    with ThreadPoolExecutor(WORKERS) as pool:
        return np.concatenate(list(pool.map(solve, parts)))


def order_sizes(quantity: Floats, demand: ExpectedDemand) -> Floats:
    """Order quantities above zero: one bucket's demand, or one unit, in place of nothing."""
    usable = np.where(quantity > 0, quantity, demand.mean)
    return np.where(usable > 0, usable, 1.0)


def split_of(plan: StockPlan) -> StockSplit:
    """The stock on hand of each item that was counted, by its reasons; nothing of the others.

    Quantities that are too large to split by count as not known.
    """
    items = plan.items
    limits = (plan.safety_stock, plan.order_quantity, items.year_demand)
    required, order, demand = (np.where(np.abs(v) < LARGEST, v, np.nan) for v in limits)
    return stock_split(
        np.nan_to_num(micro_units(items.on_hand)),
        micro_units(required),
        micro_units(order),
        micro_units(demand),
        obsolete_of(items),
    )


def obsolete_of(items: StockItems) -> Flags:
    """Which items nobody wants any more."""
    recent = np.where(items.unwanted, 0.0, 1.0)
    return is_obsolete(items.demand_loaded, items.known_throughout, recent, items.critical)


def by_kind(of_kind: Any, kind: Words) -> Floats:
    """A number for each item by its kind of bucket; NaN where no demand is loaded."""
    found = np.full(kind.shape, np.nan)
    for name, number in of_kind.items():
        found[kind == name] = number
    return found


def _quantities(items: StockItems) -> tuple[Floats, Floats]:
    """What is ordered at once: the economic quantity, and the larger of it and the minimum."""
    holding = items.holding_rate * items.unit_cost
    usable = (holding > 0) & ~np.isnan(items.order_cost) & (items.statistics.periods > 0)
    annual = items.statistics.mean * by_kind(PERIODS_PER_YEAR, items.kind)
    economic = np.full(len(items), np.nan)
    economic[usable] = economic_order_quantity(
        items.order_cost[usable], holding[usable], annual[usable]
    )
    return economic, cast(Floats, np.asarray(order_quantity(economic, items.minimum_order)))


def _unknown(items: StockItems) -> Words:
    cases = [
        ~items.demand_loaded,
        ~(items.statistics.periods > 0),
        np.isnan(items.lead_time.days),
    ]
    return np.select(cases, [NO_DEMAND, NO_HISTORY, NO_LEAD_TIME], "")
