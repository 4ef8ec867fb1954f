"""Lot sizes against the published example and every possible pattern of orders."""

import math
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.lot_sizing import wagner_whitin


def cost_of(
    orders: Sequence[float], demand: Sequence[float], fixed: float, holding: float
) -> float:
    """What a plan costs, period by period; infinite where a period runs short."""
    stock = total = 0.0
    for ordered, needed in zip(orders, demand, strict=True):
        stock += ordered - needed
        if stock < -1e-9:
            return math.inf
        total += (fixed if ordered > 0 else 0.0) + holding * stock
    return total


def cheapest(demand: Sequence[int], fixed: int, holding: int) -> float:
    """The least cost over every set of periods to order in, each order lasting to the next."""
    best = math.inf
    for pattern in product((False, True), repeat=len(demand)):
        orders, current = [0.0] * len(demand), None
        for period, places in enumerate(pattern):
            current = period if places else current
            if current is not None:
                orders[current] += demand[period]
        best = min(best, cost_of(orders, demand, fixed, holding))
    return best


def test_published_plan() -> None:
    plan = wagner_whitin([90, 120, 80, 70], 500, 2)
    assert plan.cost == 1380
    assert plan.orders.tolist() == [210, 0, 150, 0]


def test_by_hand() -> None:
    # Holding 10 for one period costs 10, an order 15: one order. At 5 a piece: two.
    assert wagner_whitin([20, 10], 15, 1).orders.tolist() == [30, 0]
    assert wagner_whitin([20, 10], 15, 5).orders.tolist() == [20, 10]
    # Equally cheap: the later order holds less.
    assert wagner_whitin([20, 10], 10, 1).orders.tolist() == [20, 10]


@given(
    st.lists(st.one_of(st.just(0), st.integers(0, 60)), min_size=1, max_size=8),
    st.integers(0, 150),
    st.integers(0, 5),
)
def test_against_every_pattern(demand: list[int], fixed: int, holding: int) -> None:
    plan = wagner_whitin(demand, fixed, holding)
    assert plan.cost == cheapest(demand, fixed, holding)
    assert cost_of(plan.orders.tolist(), demand, fixed, holding) == plan.cost
    assert plan.orders.sum() == sum(demand)


def test_nothing_demanded_is_nothing_ordered() -> None:
    for demand in ([0], [0, 0, 0]):
        plan = wagner_whitin(demand, 10, 1)
        assert plan.cost == 0
        assert not plan.orders.any()
    assert wagner_whitin([0, 0, 5, 0], 10, 1).orders.tolist() == [0, 0, 5, 0]


def test_many_items_are_each_their_own() -> None:
    demand = np.random.default_rng(7).integers(0, 50, (40, 12))
    fixed, holding = np.linspace(5, 200, 40), np.linspace(3, 0.5, 40)
    plan = wagner_whitin(demand, fixed, holding)
    for item in range(40):
        alone = wagner_whitin(demand[item], fixed[item], holding[item])
        assert plan.orders[item].tolist() == alone.orders.tolist()
        assert np.asarray(plan.cost)[item] == alone.cost
    same = wagner_whitin(demand[0], fixed, holding)
    assert same.orders.shape == (40, 12)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: wagner_whitin([], 1, 1), "at least one period"),
        (lambda: wagner_whitin(5, 1, 1), "at least one period"),
        (lambda: wagner_whitin([1, -1], 1, 1), "demand must be zero or more"),
        (lambda: wagner_whitin([1], -1, 1), "order_cost must be zero or more"),
        (lambda: wagner_whitin([1], 1, -1), "holding_cost must be zero or more"),
        (lambda: wagner_whitin([math.nan], 1, 1), "demand must be finite"),
    ],
)
def test_bad_arguments(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()
