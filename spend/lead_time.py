r"""How long an item takes to come, and how surely: what is planned, and what its orders took.

The plan is used where there is one, the orders where there is none; how much lead times vary only
orders can say. Times are in days.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.arguments import Flags, Floats, finite, zero_or_more
from spend.demand import Words, moments_of_sums

LEAST_ORDERS = 5
OFF_SHARE, OFF_DAYS = 0.2, 3.0  # how far from the plan real lead times may be before it is said


@dataclass(frozen=True)
class LeadTime:
    """Lead times in days; arrays of one entry an item.

    ``days``: what to reckon with, NaN where unknown. ``spread_days``: the sample standard deviation
    of what orders took, 0 where there are too few. ``orders``: how many were wholly received.
    ``actual_days``: what they took on average, NaN without any. ``source``: where ``days`` is from:
    "planned", "planned, spread from orders", "orders", or "unknown". ``differs``: enough orders
    took more than a fifth, and at least three days, more or less than planned; ``late``: more.
    """

    days: Floats
    spread_days: Floats
    orders: Floats
    actual_days: Floats
    source: Words
    differs: Flags
    late: Flags


def lead_time(
    planned_days: Any,
    orders: Any,
    sum_days: Any,
    sum_squares: Any,
    least_orders: int = LEAST_ORDERS,
) -> LeadTime:
    """The lead time of each item, from its plan and the sums of what its orders took.

    ``planned_days``: NaN where there is no plan. ``orders``: how many order lines were wholly
    received; ``sum_days`` and ``sum_squares``: the days from order to last receipt, and their
    squares, summed. Fewer orders than ``least_orders`` (two or more) say nothing. Goods that came
    before their order count below zero, but the lead time does not. Numbers or arrays of one entry
    an item. Raises ``ValueError`` for a plan, a count or a sum of squares below zero.

    >>> found = lead_time([10, 10, np.nan, np.nan], [0, 5, 5, 4], [0, 70, 70, 40],
    ...                   [0, 1000, 1000, 400])
    >>> found.days, found.spread_days.round(2)
    (array([10., 10., 14., nan]), array([0.  , 2.24, 2.24, 0.  ]))
    >>> found.source.tolist()
    ['planned', 'planned, spread from orders', 'orders', 'unknown']
    >>> found.late
    array([False,  True, False, False])
    """
    if least_orders < 2:
        raise ValueError("least_orders must be two or more: one order has no spread")
    unplanned = np.isnan(np.asarray(planned_days, dtype=np.float64))
    plan, number, total, squares = finite(
        planned_days=np.where(unplanned, 0, planned_days),
        orders=orders,
        sum_days=sum_days,
        sum_squares=sum_squares,
    )
    zero_or_more(planned_days=plan, orders=number, sum_squares=squares)
    planned = np.broadcast_to(~unplanned, plan.shape)
    actual, variance = moments_of_sums(number, total, squares)
    measured = number >= least_orders
    off = np.where(planned & measured, actual - plan, 0)
    differs = (np.abs(off) > OFF_SHARE * plan) & (np.abs(off) >= OFF_DAYS)
    return LeadTime(
        days=np.where(planned, plan, np.where(measured, np.maximum(actual, 0), np.nan)),
        spread_days=np.where(measured, np.sqrt(variance), 0),
        orders=number,
        actual_days=actual,
        source=np.select(
            [planned & measured, planned, measured],
            ["planned, spread from orders", "planned", "orders"],
            "unknown",
        ),
        differs=differs,
        late=differs & (off > 0),
    )
