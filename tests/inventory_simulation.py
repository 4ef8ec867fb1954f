"""Inventories run through time, many at once, to see what share of demand is served from stock.

Written from the rules of ordering alone: no formula of the model is used here.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Draw = Callable[[int], Floats]


def reviewed(
    draw: Draw,
    stock: float,
    quantity: float | None,
    lead_time: int,
    review_period: int,
    start: Floats,
    periods: int,
) -> float:
    """The share served under review every few periods.

    Without a ``quantity`` each review orders up to ``stock``; with one, the least multiple of it
    that brings the position above ``stock``. In a period the review comes first, then what was
    ordered ``lead_time`` periods ago, then demand, which waits if it must. ``start`` holds one
    inventory position for each of the inventories; ``draw`` gives their demand of one period.
    """
    position, net = start.copy(), start.copy()
    coming = np.zeros((lead_time + 1, start.size))
    demanded = short = 0.0
    warm_up = 4 * (lead_time + review_period)
    for period in range(warm_up + periods):
        if period % review_period == 0:
            if quantity is None:
                ordered = np.maximum(stock - position, 0.0)
            else:
                ordered = quantity * np.maximum(np.floor((stock - position) / quantity) + 1, 0.0)
            position += ordered
            coming[(period + lead_time) % (lead_time + 1)] += ordered
        net += coming[period % (lead_time + 1)]
        coming[period % (lead_time + 1)] = 0.0
        demand = draw(start.size)
        if period >= warm_up:
            demanded += demand.sum()
            short += (np.maximum(demand - net, 0.0) - np.maximum(-net, 0.0)).sum()
        net -= demand
        position -= demand
    return 1 - short / demanded


def unit_by_unit(gaps: Floats, point: int, quantity: int, lead_times: Floats) -> float:
    """The share served at once under continuous review, of units asked for one by one.

    ``gaps`` are the times between units, inventories by rows; each has a lead time of its own. The
    order placed at the j·Q-th unit brings all that was ever supplied to j·Q + r + Q: it is what
    units j·Q + r + 1 to j·Q + r + Q are served from, at once if it has arrived by then.
    """
    times = np.cumsum(gaps, axis=1)
    numbers = np.arange(point + 1, times.shape[1])
    order = (numbers - point - 1) // quantity * quantity
    return float((times[:, numbers] - times[:, order] >= lead_times[:, None]).mean())
