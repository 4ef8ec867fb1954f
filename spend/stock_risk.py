r"""The chance that an item runs out before a new order can arrive, and what that would cost.

What is on hand and on order meets the demand of the lead time and one review; what is ordered today
arrives too late to help. Source: Silver, Pyke and Thomas, Inventory and Production Management in
Supply Chains, chapter 6.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from spend.arguments import Flags, Floats
from spend.lead_time_demand import Name, over
from spend.stock_plan import StockPlan


@dataclass(frozen=True)
class Risk:
    """An entry an item; NaN of items that were not asked for, or whose cost is not known.

    ``chance``: that demand until an order of today arrives is above the position. ``short``: units
    of it expected to go unserved. ``cost``: of those, in whole cents.
    """

    chance: Floats
    short: Floats
    cost: Floats


def risk(plan: StockPlan, chosen: Flags, position: Any) -> Risk:
    """The risk of the chosen items at a stock position (on hand and on order), in units.

    ``chosen`` are items whose lead time is known. The interval is the lead time and one review.
    """
    chance, short = np.full((2, len(plan.items)), np.nan)
    names = plan.distribution
    for name in np.unique(names[chosen & (names != "none")]):
        some = chosen & (names == name)
        demand, interval = plan.demand.of(some), plan.protection[some]
        spread = demand.interval_sd(interval, plan.lead_time_sd[some])
        during = over(cast(Name, str(name)), demand, interval, spread)
        level = np.asarray(position, np.float64)[some]
        chance[some], short[some] = during.survival(level), during.loss(level)
    cost = np.rint(short * plan.items.stockout_cost * 100)
    return Risk(chance, short, cost)
