r"""How much to order, and when: the classical trade-offs of ordering, holding and running out.

Costs are money per year unless a function says otherwise: ``order_cost`` per order,
``holding_cost`` per unit and year, ``annual_demand`` in units a year. Numbers or arrays that
broadcast.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy import special

from spend.arguments import Floats, Numbers, above_zero, finite, or_one, unwrapped, zero_or_more
from spend.tail import normal_tail

MOST_ROUNDS = 1000


class PricedOrder(NamedTuple):
    """An order quantity and what a year of it costs, purchases included."""

    quantity: Numbers
    cost: Numbers


class ContinuousReview(NamedTuple):
    """Reorder point and order quantity, and what a year of them costs, purchases left out."""

    reorder_point: Numbers
    order_quantity: Numbers
    cost: Numbers


class BaseStock(NamedTuple):
    """The level to order up to, and what it costs per period to hold and to run out."""

    level: Numbers
    cost: Numbers


def economic_order_quantity(order_cost: Any, holding_cost: Any, annual_demand: Any) -> Numbers:
    r"""The order quantity that is cheapest to order and hold: √(2·order cost·demand ÷ holding).

    In units; 0 where nothing is demanded or ordering costs nothing. Raises ``ValueError`` for a
    negative order cost or demand, and a holding cost not above zero. Source: Harris, How many
    parts to make at once, 1913; Chopra and Meindl, Supply Chain Management, chapter 11.

    >>> round(economic_order_quantity(order_cost=4000, holding_cost=100, annual_demand=12_000))
    980
    """
    fixed, holding, demand = _costs(order_cost, holding_cost, annual_demand)
    return unwrapped(np.asarray(np.sqrt(2 * fixed / holding * demand)))


def order_quantity_cost(
    quantity: Any, order_cost: Any, holding_cost: Any, annual_demand: Any
) -> Numbers:
    r"""What a year of ordering ``quantity`` costs: order cost·demand ÷ Q + holding cost·Q ÷ 2.

    Money a year, purchases left out. Raises ``ValueError`` for a quantity not above zero, and as
    ``economic_order_quantity`` does.

    >>> order_quantity_cost(250, order_cost=8, holding_cost=0.225, annual_demand=1300)
    69.725
    """
    (lot,) = finite(quantity=quantity)
    above_zero(quantity=lot)
    return unwrapped(_cost(lot, *_costs(order_cost, holding_cost, annual_demand)))


def order_quantity_with_limits(
    order_cost: Any,
    holding_cost: Any,
    annual_demand: Any,
    minimum: Any = 0,
    multiple: Any = 0,
) -> Numbers:
    r"""The cheapest quantity that is at least ``minimum`` and a whole multiple of ``multiple``.

    A multiple of 0 allows any quantity. Because the cost is convex, the cheapest multiple is one of
    the two beside the economic order quantity, or the first that is allowed (of two equally cheap,
    the smaller). Without demand it is the smallest allowed. Raises ``ValueError`` for a negative
    minimum or multiple, and as ``economic_order_quantity`` does.

    >>> order_quantity_with_limits(8, 0.225, 1300, minimum=100, multiple=50)
    300.0
    >>> order_quantity_with_limits(8, 0.225, 1300, minimum=310, multiple=50)
    350.0
    """
    limits = finite(minimum=minimum, multiple=multiple)
    zero_or_more(minimum=limits[0], multiple=limits[1])
    least, pack, fixed, holding, demand = np.broadcast_arrays(
        *limits, *_costs(order_cost, holding_cost, annual_demand)
    )
    free = np.maximum(np.sqrt(2 * fixed / holding * demand), least)
    size = or_one(pack)
    # 0.3 is three times 0.1, whatever the last digit of the quotient.
    first = np.maximum(np.ceil(least / size * (1 - 4 * np.finfo(float).eps)), 1.0)
    below = np.maximum(np.floor(free / size), first) * size
    above = below + size
    costs = (_cost(lot, fixed, holding, demand) for lot in (below, above))
    nearest = np.where(np.less_equal(*costs), below, above)
    return unwrapped(np.where(pack > 0, nearest, free))


def all_units_discount(
    order_cost: Any, holding_rate: Any, annual_demand: Any, breaks: Any, prices: Any
) -> PricedOrder:
    r"""The cheapest order quantity where a larger order lowers the price of all its units.

    ``breaks`` are the quantities, rising, from which each of ``prices``, not rising, holds: along
    the last axis, the other arguments along the axes before it. The first break is the least that
    may be ordered (0: anything). ``holding_rate`` is the cost of holding a year, as a share of the
    price. Cost a year: price·demand + order cost·demand ÷ Q + rate·price·Q ÷ 2. Without demand
    nothing is ordered. Raises ``ValueError`` where these rules are broken. Source: Snyder and
    Shen, Fundamentals of Supply Chain Theory, section 3.4.1.

    >>> order = all_units_discount(8, 0.3, 1300, breaks=[0, 400, 800], prices=[0.75, 0.72, 0.68])
    >>> order.quantity, round(order.cost, 2)
    (800.0, 978.6)
    """
    starts, price = finite(breaks=breaks, prices=prices)
    _check_breaks(starts, price)
    fixed, rate, demand = finite(
        order_cost=order_cost, holding_rate=holding_rate, annual_demand=annual_demand
    )
    fixed, holding, demand = _costs(fixed[..., None], rate[..., None] * price, demand[..., None])
    lots = np.maximum(np.sqrt(2 * fixed / holding * demand), starts)
    ends = np.concatenate([starts[..., 1:], np.full((*starts.shape[:-1], 1), np.inf)], axis=-1)
    costs = np.where(lots < ends, price * demand + _cost(lots, fixed, holding, demand), np.inf)
    best = np.argmin(costs, axis=-1)[..., None]
    idle = demand[..., 0] == 0
    chosen = (np.take_along_axis(array, best, axis=-1)[..., 0] for array in (lots, costs))
    quantity, cost = (unwrapped(np.where(idle, 0.0, array)) for array in chosen)
    return PricedOrder(quantity, cost)


def continuous_review_optimum(
    order_cost: Any,
    holding_cost: Any,
    stockout_cost: Any,
    annual_demand: Any,
    demand_sd: Any,
    lead_time: Any,
) -> ContinuousReview:
    r"""Reorder point r and order quantity Q that cost least together, for normal demand.

    ``stockout_cost`` p is per unit that must wait, ``demand_sd`` of a year's demand, ``lead_time``
    L in years. With the expected inventory level approximated by r - D·L + Q/2:
    cost = h(r - D·L + Q/2) + K·D/Q + p·D·n(r)/Q, so that Q = √(2D(K + p·n(r))/h) and
    P(demand in lead time > r) = h·Q/(p·D), solved in turn from the economic order quantity. Raises
    ``ValueError`` for negative arguments, for a cost or demand of zero, and where running out is
    so cheap that no stock pays. Source: Hadley and Whitin, Analysis of Inventory Systems, 1963,
    section 4-2; Snyder and Shen, section 5.2.

    >>> best = continuous_review_optimum(8, 0.225, 7.5, 1300, 150, 1 / 12)
    >>> round(best.reorder_point, 2), round(best.order_quantity, 2), round(best.cost, 2)
    (213.97, 318.59, 95.45)
    """
    fixed, holding, penalty, demand, sd, lead = finite(
        order_cost=order_cost,
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        annual_demand=annual_demand,
        demand_sd=demand_sd,
        lead_time=lead_time,
    )
    zero_or_more(demand_sd=sd, lead_time=lead)
    above_zero(order_cost=fixed, holding_cost=holding, stockout_cost=penalty, annual_demand=demand)
    mean, spread = demand * lead, sd * np.sqrt(lead)
    lot, point = np.sqrt(2 * fixed / holding * demand), mean
    for _ in range(MOST_ROUNDS):
        chance = holding * lot / (penalty * demand)
        if (chance >= 1).any():
            raise ValueError("stockout_cost must be high enough that holding stock pays")
        point = mean - spread * special.ndtri(chance)
        waiting = normal_tail(point, mean, spread).loss
        before, lot = lot, np.sqrt(2 * demand * (fixed + penalty * waiting) / holding)
        if (np.abs(lot - before) <= 1e-14 * lot).all():
            break
    per_cycle = (fixed + penalty * waiting) * demand / lot
    cost = holding * (point - mean + lot / 2) + per_cycle
    return ContinuousReview(
        unwrapped(np.asarray(point)), unwrapped(np.asarray(lot)), unwrapped(np.asarray(cost))
    )


def base_stock_optimum(
    holding_cost: Any,
    stockout_cost: Any,
    demand_mean: Any,
    demand_sd: Any,
    lead_time: Any,
    review_period: Any = 0,
) -> BaseStock:
    r"""The cheapest level to order up to where orders cost nothing, for normal demand.

    Costs per unit and period, demand per period, times in periods. Over lead time plus review
    period demand has mean m and standard deviation s; the level is m + z·s where
    Φ(z) = stockout ÷ (stockout + holding cost), and costs (holding + stockout)·φ(z)·s per period.
    Raises ``ValueError`` for negative arguments and for costs not above zero. Source: Snyder and
    Shen, section 4.3.

    >>> best = base_stock_optimum(0.18, 0.70, 50, 8, lead_time=4, review_period=1)
    >>> round(best.level, 2), round(best.cost, 4)
    (264.77, 4.4668)
    """
    holding, penalty, mean, sd, lead, review = finite(
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        lead_time=lead_time,
        review_period=review_period,
    )
    above_zero(holding_cost=holding, stockout_cost=penalty)
    zero_or_more(demand_mean=mean, demand_sd=sd, lead_time=lead, review_period=review)
    spread = sd * np.sqrt(lead + review)
    z = special.ndtri(penalty / (penalty + holding))
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return BaseStock(
        unwrapped(np.asarray(mean * (lead + review) + z * spread)),
        unwrapped(np.asarray((holding + penalty) * density * spread)),
    )


def _costs(order_cost: Any, holding_cost: Any, annual_demand: Any) -> tuple[Floats, ...]:
    fixed, holding, demand = finite(
        order_cost=order_cost, holding_cost=holding_cost, annual_demand=annual_demand
    )
    zero_or_more(order_cost=fixed, annual_demand=demand)
    above_zero(holding_cost=holding)
    return fixed, holding, demand


def _cost(lot: Floats, order_cost: Floats, holding_cost: Floats, demand: Floats) -> Floats:
    ordering = np.where(lot > 0, order_cost * demand / or_one(lot), 0.0)
    return np.asarray(ordering + holding_cost * lot / 2)


def _check_breaks(breaks: Floats, prices: Floats) -> None:
    if breaks.ndim == 0 or breaks.shape[-1] == 0:
        raise ValueError("breaks and prices must have one element for each price")
    if (breaks < 0).any() or (np.diff(breaks) <= 0).any():
        raise ValueError("breaks must be zero or more, and rise")
    if (prices <= 0).any() or (np.diff(prices) > 0).any():
        raise ValueError("prices must be above zero, and not rise with the quantity")
