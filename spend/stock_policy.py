r"""Stock policies: from what is known of each item's demand to its reorder point, and why.

All items at once: they are grouped by distribution, never visited one by one. Times are in the
demand's own periods.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from spend.arguments import Flags, Floats, finite
from spend.demand import Words
from spend.distributions import Distribution
from spend.expected_demand import ExpectedDemand
from spend.fill_rate import ordered_up_to
from spend.lead_time_demand import Name, over
from spend.safety_stock import fill_rate_achieved, stock_for_fill_rate, stock_for_service


@dataclass(frozen=True)
class StockPolicy:
    """When to order each item, how much, and on what ground; arrays of one entry an item.

    ``safety_stock``: what is held beyond expected demand over lead time and review period, zero or
    more. ``reorder_point``: order at or below; ``order_up_to``: the level to reach at each review,
    NaN where a reorder point is used. ``expected_fill_rate`` and ``expected_stock`` (on the shelf,
    on average): by the model; NaN without demand.
    """

    distribution: Words
    method: Words
    safety_stock: Floats
    reorder_point: Floats
    order_up_to: Floats
    order_quantity: Floats
    expected_fill_rate: Floats
    expected_stock: Floats


@dataclass(frozen=True)
class StockOutcome:
    """What the model expects of a level of stock: NaN without demand."""

    fill_rate: Floats
    average_stock: Floats


def stock_policy(
    demand: ExpectedDemand,
    distribution: Words,
    lead_time: Any,
    order_quantity: Any,
    *,
    service_level: Any = None,
    fill_rate: Any = None,
    lead_time_sd: Any = 0,
    review_period: Any = 0,
    whole: Any = False,
) -> StockPolicy:
    """The reorder point, or order-up-to level, of each item that meets the target given.

    One target: ``service_level`` (chance that nothing runs out before the order arrives) or
    ``fill_rate`` (share of demand served from the shelf). ``distribution`` names that of each item
    ("none": no stock, ordered when asked for). With a ``review_period`` and an ``order_quantity``
    not above the demand of one, stock is ordered up to a level; else at a reorder point, in
    multiples of the order quantity. Levels are zero or more, rounded up to whole units where
    ``whole``. The safety stock is the level less expected demand over lead time and review period,
    floored at zero: a large order quantity may need none, and the reorder point is then below
    expected demand. Numbers or arrays of one entry an item. Raises ``ValueError`` unless exactly
    one target is given, and as ``spend.safety_stock`` does.

    >>> from spend.demand import demand_statistics
    >>> from spend.expected_demand import expected_demand
    >>> past = expected_demand(demand_statistics([[20, 24, 16, 20], [0, 0, 0, 0]]))
    >>> found = stock_policy(past, np.array(["normal", "none"]), 3, 40, service_level=0.95)
    >>> found.reorder_point.round(2), found.safety_stock.round(2)
    (array([69.3,  0. ]), array([9.3, 0. ]))
    """
    stock = stock_level(
        demand,
        distribution,
        lead_time,
        order_quantity,
        service_level=service_level,
        fill_rate=fill_rate,
        lead_time_sd=lead_time_sd,
        review_period=review_period,
        whole=whole,
    )
    terms = _terms(demand, lead_time, order_quantity, lead_time_sd, review_period)
    idle, up_to = _idle(demand, distribution), terms.up_to(demand)
    outcome = stock_outcome(
        demand, distribution, stock, lead_time, order_quantity, lead_time_sd, review_period
    )
    return StockPolicy(
        distribution=np.where(idle, "none", distribution),
        method=np.select([idle, up_to], ["to order", "order up to"], "reorder point"),
        safety_stock=np.maximum(stock - demand.mean * terms.protection, 0),
        reorder_point=np.where(up_to, 0, stock),
        order_up_to=np.where(up_to | idle, stock, np.nan),
        order_quantity=terms.order_quantity,
        expected_fill_rate=outcome.fill_rate,
        expected_stock=outcome.average_stock,
    )


def stock_level(
    demand: ExpectedDemand,
    distribution: Words,
    lead_time: Any,
    order_quantity: Any,
    *,
    service_level: Any = None,
    fill_rate: Any = None,
    lead_time_sd: Any = 0,
    review_period: Any = 0,
    whole: Any = False,
) -> Floats:
    """The reorder point, or order-up-to level, alone: not what it gives, which costs as much again.

    Which of the two, arguments and errors as there; zero for items without demand.

    >>> from spend.demand import demand_statistics
    >>> from spend.expected_demand import expected_demand
    >>> past = expected_demand(demand_statistics([[20, 24, 16, 20], [0, 0, 0, 0]]))
    >>> stock_level(past, np.array(["normal", "none"]), 3, 40, service_level=0.95).round(2)
    array([69.3,  0. ])
    """
    if (service_level is None) == (fill_rate is None):
        raise ValueError("exactly one of service_level and fill_rate must be given")
    terms = _terms(demand, lead_time, order_quantity, lead_time_sd, review_period)
    (target,) = (
        finite(service_level=service_level) if fill_rate is None else finite(fill_rate=fill_rate)
    )
    wanted = np.broadcast_to(target, demand.mean.shape)
    pieces = np.broadcast_to(np.asarray(whole, bool), demand.mean.shape)
    stock = np.zeros_like(demand.mean)
    for items, group in _groups(demand, distribution, terms):
        find = group.for_service if fill_rate is None else group.for_fill_rate
        level = np.maximum(find(wanted[items]), 0)
        stock[items] = np.where(pieces[items], np.ceil(level - 1e-9), level)
    return stock


def stock_outcome(
    demand: ExpectedDemand,
    distribution: Words,
    stock: Any,
    lead_time: Any,
    order_quantity: Any,
    lead_time_sd: Any = 0,
    review_period: Any = 0,
) -> StockOutcome:
    r"""What a reorder point, or order-up-to level, ``stock`` gives: fill rate and average stock.

    Average stock is what the position holds beyond demand still to be met before an order could
    arrive, plus what waits:

    .. math:: r + \frac{Q}{2} - \mu \left(L + \frac{R}{2}\right) + \bar B, \quad
        \bar B = \tfrac12 (B_L + B_{L+R}), \quad B_T = \frac{1}{Q} \int_r^{r+Q} E[(D_T - y)^+] dy

    (order up to S: y = S, and S in place of r + Q/2). Arguments and errors as for
    ``stock_policy``; items without demand have neither.

    >>> from spend.demand import demand_statistics
    >>> from spend.expected_demand import expected_demand
    >>> even = expected_demand(demand_statistics([[10.0, 10.0, 10.0]]))
    >>> found = stock_outcome(even, np.array(["normal"]), 20, lead_time=2, order_quantity=50)
    >>> found.fill_rate, found.average_stock
    (array([1.]), array([25.]))
    """
    terms = _terms(demand, lead_time, order_quantity, lead_time_sd, review_period)
    (levels,) = finite(stock=stock)
    levels = np.broadcast_to(levels, demand.mean.shape)
    rate, average = np.full((2, *demand.mean.shape), np.nan)
    for items, group in _groups(demand, distribution, terms):
        rate[items], average[items] = group.outcome(levels[items])
    return StockOutcome(rate, average)


@dataclass(frozen=True)
class _Terms:
    """How items are replenished."""

    lead_time: Floats
    order_quantity: Floats
    lead_time_sd: Floats
    review_period: Floats

    @property
    def protection(self) -> Floats:
        return self.lead_time + self.review_period

    def up_to(self, demand: ExpectedDemand) -> Flags:
        return ordered_up_to(self.order_quantity, demand.mean, self.review_period)


def _terms(demand: ExpectedDemand, *values: Any) -> _Terms:
    names = ("lead_time", "order_quantity", "lead_time_sd", "review_period")
    _, *known = finite(mean=demand.mean, **dict(zip(names, values, strict=True)))
    return _Terms(*known)


def _idle(demand: ExpectedDemand, distribution: Words) -> Flags:
    return np.asarray((distribution == "none") | (demand.mean == 0))


def _groups(
    demand: ExpectedDemand, distribution: Words, terms: _Terms
) -> Iterator[tuple[Flags, "_Group"]]:
    """The items of each distribution, with what is known of them."""
    idle = _idle(demand, distribution)
    for name in np.unique(distribution[~idle]):
        items = ~idle & (distribution == name)
        of_these = _Terms(*(values[items] for values in vars(terms).values()))
        yield items, _Group(cast(Name, str(name)), demand.of(items), of_these)


@dataclass(frozen=True)
class _Group:
    """Items that share a distribution."""

    name: Name
    demand: ExpectedDemand
    terms: _Terms

    def during(self, interval: Floats) -> Distribution:
        spread = self.demand.interval_sd(interval, self.terms.lead_time_sd)
        return over(self.name, self.demand, interval, spread)

    def for_service(self, level: Floats) -> Floats:
        return np.asarray(stock_for_service(self.during(self.terms.protection), level))

    def for_fill_rate(self, rate: Floats) -> Floats:
        lead, protection = self._both()
        quantity, review = self.terms.order_quantity, self.terms.review_period
        return np.asarray(
            stock_for_fill_rate(lead, protection, quantity, rate, self.demand.mean, review)
        )

    def outcome(self, stock: Floats) -> tuple[Floats, Floats]:
        """Fill rate and average stock, from the same distributions."""
        lead, protection = self._both()
        quantity, review = self.terms.order_quantity, self.terms.review_period
        rate = fill_rate_achieved(stock, lead, protection, quantity, self.demand.mean, review)
        return np.asarray(rate), self._average_stock(stock, lead, protection)

    def _average_stock(self, stock: Floats, lead: Distribution, protection: Distribution) -> Floats:
        """About: what waits is taken to grow evenly over a review (within 2 % of simulation)."""
        quantity, up_to = self.terms.order_quantity, self.terms.up_to(self.demand)
        step = np.where(up_to, 0, protection.step)
        middle = np.where(up_to, stock, stock + (quantity + step) / 2)
        top = stock + quantity
        waiting = np.zeros_like(stock)
        for during in (lead, protection):
            (loss, second), (beyond, rest) = during.losses(stock), during.losses(top)
            area = second - rest - step / 2 * (loss - beyond)
            waiting += np.where(up_to, loss, area / quantity) / 2
        half_way = self.terms.lead_time + self.terms.review_period / 2
        return middle - self.demand.mean * half_way + waiting

    def _both(self) -> tuple[Distribution, Distribution]:
        """Demand over the lead time, and over the protection interval: one, without reviews."""
        lead = self.during(self.terms.lead_time)
        reviewed = self.terms.review_period.any()
        return lead, self.during(self.terms.protection) if reviewed else lead
