r"""Service against yearly cost: finance's carrying cost, procurement's stock-out cost, one curve.

For each level of service the policy that gives it, the stock that it takes, and what goes short.
Items run along the first axis, levels along the second; costs sum over items.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from spend.arguments import Floats, finite, zero_or_more
from spend.demand import Words
from spend.expected_demand import ExpectedDemand
from spend.stock_policy import stock_outcome, stock_policy


@dataclass(frozen=True)
class ServiceCost:
    """Yearly cost of stock, items by levels (or items alone); 0 for items without demand.

    ``carrying``: holding rate × unit cost × average stock. ``stock_out``: cost per unit short ×
    units expected short in a year. ``fill_rate``: expected; NaN without demand. ``stock``: the
    reorder point or order-up-to level.
    """

    carrying: Floats
    stock_out: Floats
    fill_rate: Floats
    stock: Floats

    @property
    def total(self) -> Floats:
        """Both costs together."""
        return self.carrying + self.stock_out


@dataclass(frozen=True)
class ServiceCurve:
    """One curve: the cost of all items together at each level, and where it is least."""

    level: Floats
    items: ServiceCost

    @property
    def carrying(self) -> Floats:
        """Finance's side, summed over items, at each level."""
        return np.asarray(self.items.carrying.sum(axis=0))

    @property
    def stock_out(self) -> Floats:
        """Procurement's side, summed over items, at each level."""
        return np.asarray(self.items.stock_out.sum(axis=0))

    @property
    def total(self) -> Floats:
        """Both sides, at each level."""
        return self.carrying + self.stock_out

    @property
    def cheapest(self) -> int:
        """The place of the level at which all items together cost least (the lower of two)."""
        return int(np.argmin(self.total))

    @property
    def cheapest_of_each(self) -> Floats:
        """The level at which each item costs least, had each its own; NaN without demand."""
        known = ~np.isnan(self.items.fill_rate).all(axis=1)
        return np.where(known, self.level[np.argmin(self.items.total, axis=1)], np.nan)


@dataclass(frozen=True)
class StockCosts:
    """What an item costs: per unit, per unit and year on the shelf (a rate), per unit short."""

    unit_cost: Any
    holding_rate: Any
    stockout_cost: Any
    periods_per_year: float


def service_curve(
    demand: ExpectedDemand,
    distribution: Words,
    lead_time: Any,
    order_quantity: Any,
    costs: StockCosts,
    levels: Any,
    kind: Literal["service_level", "fill_rate"] = "fill_rate",
    lead_time_sd: Any = 0,
    review_period: Any = 0,
) -> ServiceCurve:
    """Service level, or fill rate, against yearly cost, item by item and together.

    ``levels``: shares above 0 and below 1, one or more. Other arguments as for
    ``spend.stock_policy``. Raises ``ValueError`` for no level, for a negative cost, and as
    ``stock_policy`` does.

    >>> import numpy as np
    >>> from spend.demand import demand_statistics
    >>> from spend.expected_demand import expected_demand
    >>> past = expected_demand(demand_statistics([[20, 24, 16, 20]]))
    >>> costs = StockCosts(unit_cost=10, holding_rate=0.2, stockout_cost=2, periods_per_year=52)
    >>> curve = service_curve(past, np.array(["normal"]), 3, 40, costs, [0.9, 0.95, 0.99, 0.999])
    >>> curve.total.round(1).tolist(), float(curve.level[curve.cheapest])
    ([243.0, 145.4, 73.1, 65.5], 0.999)
    """
    (level,) = finite(levels=levels)
    level = np.atleast_1d(level)
    if level.size == 0:
        raise ValueError("levels must have at least one level")
    shape = (len(demand.mean), level.size)
    every = np.repeat(np.arange(shape[0]), shape[1])
    times = {"lead_time_sd": lead_time_sd, "review_period": review_period}
    found = stock_policy(
        demand.of(every),
        distribution[every],
        _of_each(lead_time, demand)[every],
        _of_each(order_quantity, demand)[every],
        **{kind: np.tile(level, shape[0])},
        **{name: _of_each(values, demand)[every] for name, values in times.items()},
    )
    stock = np.where(np.isnan(found.order_up_to), found.reorder_point, found.order_up_to)
    rate, average, stock = (
        values.reshape(shape) for values in (found.expected_fill_rate, found.expected_stock, stock)
    )
    return ServiceCurve(level, _cost(demand, costs, rate, average, stock))


def cost_of_stock(
    demand: ExpectedDemand,
    distribution: Words,
    stock: Any,
    lead_time: Any,
    order_quantity: Any,
    costs: StockCosts,
    lead_time_sd: Any = 0,
    review_period: Any = 0,
) -> ServiceCost:
    """Today's point: what the reorder points that are kept now cost in a year, by item.

    ``stock``: the reorder point, or order-up-to level, of each item. Other arguments and errors as
    for ``service_curve``.

    >>> import numpy as np
    >>> from spend.demand import demand_statistics
    >>> from spend.expected_demand import expected_demand
    >>> past = expected_demand(demand_statistics([[20, 24, 16, 20]]))
    >>> costs = StockCosts(unit_cost=10, holding_rate=0.2, stockout_cost=2, periods_per_year=52)
    >>> today = cost_of_stock(past, np.array(["normal"]), 80, 3, 40, costs)
    >>> today.carrying.round(1), today.fill_rate.round(6)
    (array([80.]), array([0.999993]))
    """
    found = stock_outcome(
        demand, distribution, stock, lead_time, order_quantity, lead_time_sd, review_period
    )
    return _cost(demand, costs, found.fill_rate, found.average_stock, _of_each(stock, demand))


def _cost(
    demand: ExpectedDemand, costs: StockCosts, rate: Floats, average: Floats, stock: Floats
) -> ServiceCost:
    unit, holding, short, periods, mean = finite(
        unit_cost=costs.unit_cost,
        holding_rate=costs.holding_rate,
        stockout_cost=costs.stockout_cost,
        periods_per_year=costs.periods_per_year,
        mean=demand.mean,
    )
    zero_or_more(
        unit_cost=unit, holding_rate=holding, stockout_cost=short, periods_per_year=periods
    )
    by_item = [unit * holding, short * periods * mean]
    if rate.ndim == 2:
        by_item = [values[:, None] for values in by_item]
    carrying, stock_out = by_item
    return ServiceCost(
        carrying=carrying * np.nan_to_num(average),
        stock_out=stock_out * (1 - np.nan_to_num(rate, nan=1.0)),
        fill_rate=rate,
        stock=stock,
    )


def _of_each(values: Any, demand: ExpectedDemand) -> Floats:
    """A number, or one for each item, as one for each item."""
    return np.broadcast_to(np.asarray(values, dtype=np.float64), demand.mean.shape)
