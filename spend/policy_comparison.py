r"""Ways to set reorder points, side by side: what each would have given on recorded demand.

Policies are set on the first periods alone and replayed on the rest. All ways share the order
quantities (the larger of economic quantity and minimum order), so that reorder points are what
differs; but where a way's forecast for one review is above the order quantity, it orders the item
up to a level instead, and that item's results differ by more than a reorder point.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import special

from spend.arguments import Flags, Floats, finite
from spend.backtest import (
    BackTest,
    GroupService,
    OrderRule,
    back_test,
    order_rule,
    service_by_group,
)
from spend.demand import (
    DemandStatistics,
    Words,
    choose_distribution,
    demand_statistics,
    forecast_rate,
    sba,
    seldom,
)
from spend.demand_forecast import demand_matrix
from spend.expected_demand import ExpectedDemand, expected_demand, with_estimation_error
from spend.order_quantity import economic_order_quantity
from spend.stock_policy import StockPolicy, stock_policy
from spend.stock_split import order_quantity

ALPHA_SBA = 0.1
NAIVE = 1.5
DECIMALS = 6  # of levels and quantities: fewer than processors agree on


@dataclass(frozen=True)
class ItemTerms:
    """What ordering and holding each item costs, and how long it takes; numbers or arrays.

    Times in periods of demand; ``holding_cost`` per unit and year, ``order_cost`` per order.
    """

    unit_cost: Any
    order_cost: Any
    holding_cost: Any
    lead_time: Any
    minimum_order: Any
    review_period: float
    periods_per_year: float


@dataclass(frozen=True)
class Past:
    """What is known when policies are set: items with demand, in the first periods."""

    series: Floats
    statistics: DemandStatistics
    unit_cost: Floats
    order_cost: Floats
    holding_cost: Floats
    lead_time: Floats
    order_quantity: Floats
    review_period: float

    @property
    def protection(self) -> Floats:
        """Periods from one review until an order of the next has come."""
        return np.asarray(self.lead_time + self.review_period)


@dataclass(frozen=True)
class MethodResult:
    """One way's rule, what it gave, summed by demand class, and its yearly costs."""

    method: str
    rule: OrderRule
    outcome: BackTest
    groups: tuple[GroupService, ...]
    order_cost: float
    holding_cost: float

    @property
    def overall(self) -> GroupService:
        """All items together."""
        return self.groups[-1]


@dataclass(frozen=True)
class Comparison:
    """All ways on the same items and periods. ``known``: items with demand in the first periods;
    the other items' demand later (``new_demand``) no policy could know of."""

    statistics: DemandStatistics
    known: Flags
    new_items: int
    new_demand_value: float
    known_demand_value: float
    distribution: Words
    results: Mapping[str, MethodResult]


def past_of(series: Any, set_on: int, terms: ItemTerms) -> tuple[Past, Flags]:
    """The first ``set_on`` periods of the items that had demand in them, and which those are.

    Whole demand is ordered in whole units. Raises ``ValueError`` for a series not longer than
    ``set_on``, and for negative costs or times.

    >>> terms = ItemTerms(10, 5, 2, lead_time=1, minimum_order=3, review_period=1,
    ...                   periods_per_year=52)
    >>> past, known = past_of([[0, 4, 0, 4, 9], [0, 0, 0, 0, 7]], 4, terms)
    >>> past.order_quantity, known
    (array([23.]), array([ True, False]))
    """
    matrix, _, _ = demand_matrix(series)
    if not 0 < set_on < matrix.shape[1]:
        raise ValueError("set_on must leave periods to set policies on, and periods to replay")
    whole = demand_statistics(matrix[:, :set_on])
    known = whole.demands > 0
    costs = finite(
        mean=whole.mean,
        unit_cost=terms.unit_cost,
        order_cost=terms.order_cost,
        holding_cost=terms.holding_cost,
        lead_time=terms.lead_time,
        minimum_order=terms.minimum_order,
    )
    mean, unit, order, holding, lead, minimum = (values[known] for values in costs)
    statistics = demand_statistics(matrix[known, :set_on])
    economic = economic_order_quantity(order, holding, mean * terms.periods_per_year)
    quantity = np.asarray(order_quantity(economic, minimum))
    quantity = np.where(statistics.whole, np.ceil(quantity), np.round(quantity, DECIMALS))
    first = matrix[known, :set_on]
    return Past(first, statistics, unit, order, holding, lead, quantity, terms.review_period), known


def compare(
    series: Any, set_on: int, terms: ItemTerms, target: float, methods: tuple[str, ...] = ()
) -> Comparison:
    """Each way of setting reorder points (all of ``METHODS``, or those named), replayed.

    Policies are set on the first ``set_on`` periods for a fill rate of ``target``; the rule runs
    from the first period on, and only the periods after ``set_on`` are counted, so that stock and
    orders under way are what the rule itself made of them. Demand not met waits. Raises
    ``ValueError`` as ``past_of`` and ``spend.stock_policy`` do.

    >>> terms = ItemTerms(10, 5, 2, lead_time=1, minimum_order=3, review_period=1,
    ...                   periods_per_year=52)
    >>> found = compare([[0, 4, 0, 4, 0, 4, 0, 4]], 4, terms, 0.95, ("chosen",))
    >>> found.results["chosen"].overall.fill_rate
    1.0
    """
    matrix, _, _ = demand_matrix(series)
    past, known = past_of(matrix, set_on, terms)
    every = np.broadcast_to(np.asarray(terms.unit_cost, dtype=np.float64), len(matrix))
    later = matrix[:, set_on:].sum(axis=1)
    named = methods or tuple(METHODS)
    return Comparison(
        statistics=past.statistics,
        known=known,
        new_items=int((~known & (later > 0)).sum()),
        new_demand_value=float((later * every)[~known].sum()),
        known_demand_value=float((later * every)[known].sum()),
        distribution=choose_distribution(past.statistics, past.protection)[0],
        results={
            name: replay(
                name, matrix[known], METHODS[name](past, target), past, target, terms, set_on
            )
            for name in named
        },
    )


def replay(
    name: str,
    series: Floats,
    rule: OrderRule,
    past: Past,
    target: float,
    terms: ItemTerms,
    warm_up: int,
) -> MethodResult:
    """A rule replayed, summed by class; ``series`` are of the items in ``past``."""
    outcome = back_test(series, rule, warm_up=warm_up)
    years = outcome.periods / terms.periods_per_year
    return MethodResult(
        method=name,
        rule=rule,
        outcome=outcome,
        groups=service_by_group(outcome, past.statistics.demand_class, past.unit_cost, target),
        order_cost=float((outcome.orders * past.order_cost).sum()) / years,
        holding_cost=float((outcome.average_stock * past.holding_cost).sum()),
    )


def policy_rule(policy: StockPolicy, past: Past) -> OrderRule:
    """A policy as the back-test takes it, its levels rounded to six decimals."""
    return _rule(policy.reorder_point, policy.order_up_to, past)


def _rule(reorder_point: Floats, order_up_to: Floats | float, past: Past) -> OrderRule:
    """Levels are rounded: where stock stands at the reorder point, last digits decide otherwise."""
    return order_rule(
        np.round(reorder_point, DECIMALS),
        past.order_quantity,
        past.lead_time,
        past.review_period,
        np.round(order_up_to, DECIMALS),
    )


def chosen_policy(
    past: Past, target: float, rate: Floats | None = None, with_error: bool = False
) -> StockPolicy:
    """For a fill rate, by the distribution that each item's class calls for."""
    demand = expected_demand(past.statistics, rate)
    if with_error:
        demand = with_estimation_error(demand, past.statistics, past.series, past.protection)
    names, _ = choose_distribution(past.statistics, past.protection)
    return _policy(demand, names, past, target)


def _policy(demand: ExpectedDemand, names: Words, past: Past, target: float) -> StockPolicy:
    return stock_policy(
        demand,
        names,
        past.lead_time,
        past.order_quantity,
        fill_rate=target,
        review_period=past.review_period,
        whole=past.statistics.whole,
    )


def _chosen(past: Past, target: float, rate: Floats | None, with_error: bool) -> OrderRule:
    return policy_rule(chosen_policy(past, target, rate, with_error), past)


def _all(name: str, past: Past, target: float) -> OrderRule:
    names = np.full(past.statistics.mean.shape, name)
    return policy_rule(_policy(expected_demand(past.statistics), names, past, target), past)


def _naive(past: Past, target: float) -> OrderRule:
    point = NAIVE * past.statistics.mean * past.protection
    return _rule(point, np.nan, past)


def _textbook(past: Past, target: float) -> OrderRule:
    """The target read as a service level, whatever was meant."""
    spread = np.sqrt(past.protection * np.nan_to_num(past.statistics.variance))
    point = past.statistics.mean * past.protection + special.ndtri(target) * spread
    return _rule(point, np.nan, past)


def sba_rate(past: Past) -> Floats:
    """Demand per period by SBA where it comes seldom, the mean elsewhere."""
    rate = np.asarray(sba(past.series, ALPHA_SBA))
    return np.where(seldom(past.statistics), rate, past.statistics.mean)


def tsb_rate(past: Past) -> Floats:
    """Demand per period by TSB where it comes seldom, the mean elsewhere."""
    return forecast_rate(past.series, past.statistics)


Method = Callable[[Past, float], OrderRule]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "naive": _naive,
        "textbook": _textbook,
        "normal": lambda past, target: _all("normal", past, target),
        "chosen": lambda past, target: _chosen(past, target, None, False),
        "chosen_sba": lambda past, target: _chosen(past, target, sba_rate(past), False),
        "chosen_tsb": lambda past, target: _chosen(past, target, tsb_rate(past), False),
        "chosen_error": lambda past, target: _chosen(past, target, None, True),
        "chosen_sba_error": lambda past, target: _chosen(past, target, sba_rate(past), True),
        "chosen_tsb_error": lambda past, target: _chosen(past, target, tsb_rate(past), True),
    }
)
