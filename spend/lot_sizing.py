"""When to order, and how much, where demand is known but differs from period to period."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Floats, Numbers, finite, unwrapped, zero_or_more


class LotSizes(NamedTuple):
    """The order of each period, and what all of them cost to place and to hold."""

    orders: Floats
    cost: Numbers


def wagner_whitin(demand: Any, order_cost: Any, holding_cost: Any) -> LotSizes:
    """The cheapest plan that meets every period's demand on time.

    ``demand`` in units: periods along the last axis, items along those before it. ``order_cost`` is
    per order, ``holding_cost`` per unit carried into the next period; numbers, or one an item. An
    order covers whole periods, and the best plan up to a period follows from those before it.
    Periods without demand need no order. The first period of an order is as late as is cheapest.
    Raises ``ValueError`` for negative arguments, no periods, and what is not finite. Source: Wagner
    and Whitin, Dynamic version of the economic lot size model, 1958.

    >>> plan = wagner_whitin([90, 120, 80, 70], order_cost=500, holding_cost=2)
    >>> plan.orders.tolist(), plan.cost
    ([210.0, 0.0, 150.0, 0.0], 1380.0)
    """
    (needed,) = finite(demand=demand)
    if needed.ndim == 0 or needed.shape[-1] == 0:
        raise ValueError("demand must have at least one period")
    _, fixed, carrying = finite(
        demand=needed[..., 0], order_cost=order_cost, holding_cost=holding_cost
    )
    zero_or_more(demand=needed, order_cost=fixed, holding_cost=carrying)
    needed = np.broadcast_to(needed, (*fixed.shape, needed.shape[-1]))
    periods = np.moveaxis(needed, -1, 0)
    cost, starts = _cheapest(periods, fixed, carrying)
    return LotSizes(np.moveaxis(_orders(periods, starts), 0, -1), unwrapped(cost))


def _cheapest(demand: Floats, fixed: Floats, carrying: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """The least cost, and for each period where the order begins that meets its demand.

    A period without demand may be met by no order: then its order begins after it.
    """
    periods = len(demand)
    best = np.zeros((periods + 1, *fixed.shape))
    starts = np.zeros(demand.shape, dtype=np.int64)
    held = np.zeros(demand.shape)
    for last in range(periods):
        age = last - np.arange(last + 1).reshape(-1, *[1] * fixed.ndim)
        held[: last + 1] += carrying * age * demand[last]
        options = best[: last + 1] + fixed + held[: last + 1]
        # Of equally cheap plans the latest order: less is held for the same money.
        starts[last] = last - np.argmin(options[::-1], axis=0)
        best[last + 1] = options.min(axis=0)
        idle = (demand[last] == 0) & (best[last] <= best[last + 1])
        starts[last] = np.where(idle, last + 1, starts[last])
        best[last + 1] = np.where(idle, best[last], best[last + 1])
    return best[periods], starts


def _orders(demand: Floats, starts: NDArray[np.int64]) -> Floats:
    """Walk back from the last period: what each order covers is ordered where it begins."""
    orders = np.zeros(demand.shape)
    begin = np.full(demand.shape[1:], len(demand))
    for period in range(len(demand) - 1, -1, -1):
        begin = np.where(begin > period, starts[period], begin)
        for start in range(period + 1):
            orders[start] += np.where(begin == start, demand[period], 0.0)
    return orders
