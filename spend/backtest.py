r"""What a policy would have given: orders, stock and service, replayed on recorded demand.

Each period: what was ordered arrives, then demand takes from the shelf, then (at reviews) an order
is placed. An order placed at the end of period t with a lead time of L periods serves demand from
period t + L + 1 on, so that it protects L periods of lead time and the one reviewed.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats, finite, or_one, zero_or_more
from spend.demand_forecast import demand_matrix

Words = NDArray[np.str_]


@dataclass(frozen=True)
class OrderRule:
    """When and how much is ordered, item by item (``order_rule`` checks and completes it).

    At or below ``reorder_point``: as many ``order_quantity`` as bring the position above it. Where
    ``order_up_to`` is known (not NaN): below it, what brings the position up to it. Either is
    raised to ``minimum_order``, then to a ``multiple`` (0: none).
    """

    reorder_point: Floats
    order_quantity: Floats
    order_up_to: Floats
    lead_time: Floats
    review_period: Floats
    minimum_order: Floats
    multiple: Floats

    @property
    def usual_position(self) -> Floats:
        """Stock and orders mid-range after a review; whole where point and quantity are."""
        half = self.order_quantity / 2
        whole = (self.reorder_point % 1 == 0) & (self.order_quantity % 1 == 0)
        middle = self.reorder_point + np.where(whole, np.ceil(half), half)
        return np.where(np.isnan(self.order_up_to), middle, self.order_up_to)


@dataclass(frozen=True)
class BackTest:
    """What happened to each item in the periods counted; arrays of one entry an item, in units.

    ``served``: demand met from the shelf in its own period. ``average_stock``: mean of the stock
    before and after demand, over the periods. ``periods_short``: with demand not met at once.
    ``cycles``: replenishments that arrived; ``cycles_short``: those before whose arrival some
    demand since the arrival before was not met at once. ``start_stock`` and ``end_stock`` are net
    of ``backorders``; ``lost`` is demand turned away. Conservation: start + received + lost =
    demand + end.
    """

    periods: int
    demand: Floats
    served: Floats
    lost: Floats
    average_stock: Floats
    orders: Floats
    received: Floats
    periods_short: Floats
    cycles: Floats
    cycles_short: Floats
    start_stock: Floats
    end_stock: Floats
    end_on_order: Floats

    @property
    def fill_rate(self) -> Floats:
        """Share of demand served from the shelf at once; NaN without demand."""
        return _share(self.served, self.demand)

    @property
    def cycle_service(self) -> Floats:
        """Share of replenishment cycles without a shortage; NaN without a cycle."""
        return _share(self.cycles - self.cycles_short, self.cycles)

    @property
    def period_service(self) -> Floats:
        """Share of periods without a shortage."""
        return 1 - self.periods_short / self.periods


@dataclass(frozen=True)
class GroupService:
    """The same over a group of items: ratios of sums, in units and weighted by unit cost.

    ``reached``: the share of the items with demand whose own fill rate is at least the target.
    """

    group: str
    items: int
    items_with_demand: int
    fill_rate: float
    fill_rate_by_value: float
    cycle_service: float
    period_service: float
    reached: float
    demand_value: float
    average_stock_value: float
    orders: float


def order_rule(
    reorder_point: Any,
    order_quantity: Any,
    lead_time: Any,
    review_period: Any = 0,
    order_up_to: Any = np.nan,
    minimum_order: Any = 0,
    multiple: Any = 0,
) -> OrderRule:
    """An order rule for each item, from numbers or arrays of one entry an item.

    Times are in periods of the demand, rounded up to whole ones; a ``review_period`` of 0 is
    every period, since demand is known by period only. Raises ``ValueError`` for a negative time,
    quantity or level, and for an ``order_quantity`` of 0 where no ``order_up_to`` is given.

    >>> order_rule([10, 12], 20, lead_time=1.5).lead_time
    array([2., 2.])
    """
    up_to = np.asarray(order_up_to, dtype=np.float64)
    named = {
        "reorder_point": reorder_point,
        "order_quantity": order_quantity,
        "order_up_to": np.nan_to_num(up_to),
        "lead_time": lead_time,
        "review_period": review_period,
        "minimum_order": minimum_order,
        "multiple": multiple,
    }
    known = finite(**named)
    zero_or_more(**dict(zip(named, known, strict=True)))
    point, quantity, level, lead, review, minimum, step = (np.atleast_1d(v) for v in known)
    level = np.where(np.isnan(up_to), np.nan, level)
    if ((quantity == 0) & np.isnan(level)).any():
        raise ValueError("order_quantity must be above zero where there is no order_up_to")
    whole_review = np.maximum(np.ceil(review), 1)
    return OrderRule(point, quantity, level, np.ceil(lead), whole_review, minimum, step)


def back_test(
    demand: Any,
    rule: OrderRule,
    start_stock: Any = None,
    warm_up: int = 0,
    lost_sales: bool = False,
) -> BackTest:
    """A rule replayed on recorded demand: a series, or a matrix of items by periods.

    Begins with ``start_stock`` on hand (the rule's ``usual_position`` where not given) and nothing
    on order. That flatters the first lead time, in which all of the position is on the shelf
    already: the first ``warm_up`` periods run but are not counted. Demand that is not met waits
    and is served first (backorders), or is lost where ``lost_sales``. Raises ``ValueError`` for
    negative or missing demand, and where no period is left to count.

    >>> found = back_test([4, 4, 4, 4], order_rule(5, 8, lead_time=1), start_stock=7)
    >>> found.served, found.orders, found.end_stock, found.fill_rate
    (array([14.]), array([2.]), array([-1.]), array([0.875]))
    """
    matrix, _, _ = demand_matrix(demand)
    periods = matrix.shape[1]
    if not 0 <= warm_up < periods:
        raise ValueError("warm_up must be zero or more and leave at least one period to count")
    begin = rule.usual_position if start_stock is None else start_stock
    shelf = _Shelf(rule, len(matrix), periods, begin, lost_sales)
    counted = np.zeros((9, len(matrix)))
    start = shelf.net.copy()
    for period in range(periods):
        if period == warm_up:
            start = shelf.net.copy()
        happened = shelf.step(period, matrix[:, period])
        if period >= warm_up:
            counted += happened
    counted[3] /= periods - warm_up
    return BackTest(
        periods - warm_up,
        *(counted[0], counted[1], counted[2], counted[3], counted[4]),
        *(counted[5], counted[6], counted[7], counted[8]),
        start_stock=start,
        end_stock=shelf.net,
        end_on_order=shelf.on_order,
    )


class _Shelf:
    """Stock of all items at one moment, and what is under way."""

    def __init__(
        self, rule: OrderRule, items: int, periods: int, start_stock: Any, lost_sales: bool
    ) -> None:
        self.rule = rule
        self.lost_sales = lost_sales
        (start,) = finite(start_stock=start_stock)
        self.net = np.array(np.broadcast_to(start, items))  # on hand less backorders
        self.on_order = np.zeros(items)
        self.short = np.zeros(items, bool)  # since the last arrival
        self.lead = np.broadcast_to(rule.lead_time, items).astype(np.int64)
        self.arriving = np.zeros((items, periods + int(self.lead.max(initial=0)) + 1))

    def step(self, period: int, demand: Floats) -> Floats:
        """One period; gives what happened, in the order of ``BackTest``'s fields."""
        received = self.arriving[:, period]
        self.net += received
        self.on_order -= received
        cycle, cycle_short = received > 0, (received > 0) & self.short
        before = np.maximum(self.net, 0)
        served = np.minimum(before, demand)
        lost = demand - served if self.lost_sales else np.zeros_like(demand)
        self.net -= demand - lost
        missed = served < demand
        self.short = (self.short & ~cycle) | missed
        stock = (before + np.maximum(self.net, 0)) / 2
        ordered = self._order(period)
        return np.array(
            [demand, served, lost, stock, ordered > 0, received, missed, cycle, cycle_short],
            dtype=np.float64,
        )

    def _order(self, period: int) -> Floats:
        rule = self.rule
        position = self.net + self.on_order
        many = np.floor((rule.reorder_point - position) / or_one(rule.order_quantity)) + 1
        wanted = np.where(
            np.isnan(rule.order_up_to),
            np.maximum(many, 0) * rule.order_quantity,
            np.maximum(rule.order_up_to - position, 0),
        )
        wanted *= (period + 1) % rule.review_period == 0
        least = np.where(wanted > 0, np.maximum(wanted, rule.minimum_order), 0)
        rounded = np.ceil(least / or_one(rule.multiple)) * rule.multiple
        ordered: Floats = np.where(rule.multiple > 0, rounded, least)
        self.arriving[np.arange(len(ordered)), period + self.lead + 1] += ordered
        self.on_order += ordered
        return ordered


def service_by_group(
    result: BackTest, groups: Any, unit_cost: Any, target: float
) -> tuple[GroupService, ...]:
    """The result summed by group (sorted by name), with "all" as the last.

    ``groups``: a word for each item; ``unit_cost``: a number for each item. Ratios of sums: NaN
    where nothing was demanded, or nothing arrived.

    >>> found = back_test([[4, 4], [2, 0]], order_rule([5, 1], [8, 2], lead_time=1))
    >>> [(g.group, g.items, g.fill_rate) for g in service_by_group(found, ["A", "B"], 1.0, 0.95)]
    [('A', 1, 1.0), ('B', 1, 1.0), ('all', 2, 1.0)]
    """
    names = np.asarray(groups, dtype=str)
    cost = np.broadcast_to(np.asarray(unit_cost, dtype=np.float64), names.shape)
    chosen = [(str(name), names == name) for name in np.unique(names)]
    chosen.append(("all", np.ones(len(names), bool)))
    return tuple(_summed(name, result, inside, cost, target) for name, inside in chosen)


def _summed(
    name: str, result: BackTest, inside: Flags, cost: Floats, target: float
) -> GroupService:
    sums = {
        f.name: float(getattr(result, f.name)[inside].sum())
        for f in fields(result)
        if f.name != "periods"
    }
    value = float((result.demand * cost)[inside].sum())
    wanted = int((inside & (result.demand > 0)).sum())
    count = int(inside.sum())
    reached = float((result.fill_rate[inside] >= target).sum())  # NaN compares false
    return GroupService(
        group=name,
        items=count,
        items_with_demand=wanted,
        fill_rate=_ratio(sums["served"], sums["demand"]),
        fill_rate_by_value=_ratio(float((result.served * cost)[inside].sum()), value),
        cycle_service=_ratio(sums["cycles"] - sums["cycles_short"], sums["cycles"]),
        period_service=1 - _ratio(sums["periods_short"], count * result.periods),
        reached=_ratio(reached, wanted),
        demand_value=value,
        average_stock_value=float((result.average_stock * cost)[inside].sum()),
        orders=sums["orders"],
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
