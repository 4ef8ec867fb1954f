"""What one item's levels would have given on the demand that was recorded."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.backtest import BackTest, back_test, order_rule
from spend.demand_forecast import demand_matrix
from spend.stock_replay import first_part, too_short, whole_periods


@dataclass(frozen=True)
class ItemReplay:
    """What one item's levels would have given over the last ``periods``, in units.

    ``fill_rate``: served from the shelf at once ÷ wanted; ``None`` where nothing was wanted.
    ``reason``: why something is missing; without any replay ``periods`` is 0.
    """

    periods: int = 0
    demand: float = 0.0
    served: float = 0.0
    fill_rate: float | None = None
    periods_short: int = 0
    average_stock: float | None = None
    orders: int = 0
    reason: str = ""


def item_replay(
    series: Any,
    reorder_point: float,
    order_quantity: float,
    lead_time: float,
    review_period: float = 0,
    order_up_to: float = np.nan,
    set_on: int | None = None,
    period: str = "week",
) -> ItemReplay:
    """What one item's levels would have given over the periods of its demand after ``set_on``.

    Where not given, ``set_on`` is two thirds of them (``first_part``). The rule runs through those
    uncounted, so that stock and orders under way are its own; levels set on those alone make it a
    fair test. Times are rounded up to whole periods; the levels (NaN: none, or unknown) are as in
    ``spend.stock_policy``. Raises ``ValueError`` for negative demand, levels or times.

    >>> item_replay([0, 4, 0, 4] * 9, reorder_point=4, order_quantity=8, lead_time=1).fill_rate
    1.0
    >>> item_replay([0, 4, 0, 4], reorder_point=4, order_quantity=8, lead_time=1).reason
    'Too little history: 4 weeks of demand loaded, and a back-test needs 24.'
    """
    matrix, _, _ = demand_matrix(series)
    first = first_part(matrix.shape[1]) if set_on is None else set_on
    lead, review = whole_periods([lead_time, np.nan_to_num(review_period)]).tolist()
    if why := too_short(matrix.shape[1], period):
        return ItemReplay(reason=why)
    if np.isnan(order_up_to) and not (reorder_point >= 0 and order_quantity > 0):
        return ItemReplay(reason="Nothing to test: no reorder point or no order quantity is known.")
    if not lead < first:  # unknown, too
        why = f"Nothing to test: the lead time is not known, or not below {first} {period}s."
        return ItemReplay(reason=why)
    point, quantity = np.nan_to_num([reorder_point, order_quantity])
    rule = order_rule(point, quantity, lead, review, order_up_to)
    return _counted(back_test(matrix, rule, warm_up=first), period)


def _counted(found: BackTest, period: str) -> ItemReplay:
    wanted = float(found.demand[0])
    return ItemReplay(
        periods=found.periods,
        demand=wanted,
        served=float(found.served[0]),
        fill_rate=float(found.fill_rate[0]) if wanted else None,
        periods_short=round(found.periods_short[0]),
        average_stock=float(found.average_stock[0]),
        orders=round(found.orders[0]),
        reason="" if wanted else f"Not wanted in the last {found.periods} {period}s.",
    )
