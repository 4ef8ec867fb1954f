"""Order quantities: published examples, brute force over quantities, and independent optimisers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from spend.loss import normal_loss
from spend.order_quantity import (
    all_units_discount,
    base_stock_optimum,
    continuous_review_optimum,
    economic_order_quantity,
    order_quantity_cost,
    order_quantity_with_limits,
)
from tests.conftest import HEAVY

money = st.floats(0.01, 1e4)
demands = st.floats(0.1, 1e6)


def test_published_values() -> None:
    quantity = economic_order_quantity(8, 0.225, 1300)
    assert quantity == pytest.approx(304.0467800264368, abs=1e-6)
    assert order_quantity_cost(quantity, 8, 0.225, 1300) == pytest.approx(68.41052550594827)
    assert order_quantity_cost(250, 8, 0.225, 1300) == pytest.approx(69.725, abs=1e-9)
    best_buy = economic_order_quantity(4000, 100, 12_000)
    assert best_buy == pytest.approx(980, abs=1)
    assert order_quantity_cost(best_buy, 4000, 100, 12_000) == pytest.approx(97_980, abs=1)


def test_by_hand() -> None:
    # 2·50·100 / 4 = 2,500 = 50²; ordering 50·100/50 and holding 4·50/2 cost 100 each.
    assert economic_order_quantity(50, 4, 100) == 50
    assert order_quantity_cost(50, 50, 4, 100) == 200
    assert economic_order_quantity([0, 50], 4, [100, 0]).tolist() == [0, 0]  # type: ignore[union-attr]


@given(money, money, demands, st.floats(0.01, 100))
def test_no_quantity_is_cheaper(fixed: float, holding: float, demand: float, factor: float) -> None:
    best = economic_order_quantity(fixed, holding, demand)
    least = order_quantity_cost(best, fixed, holding, demand)
    assert least == pytest.approx(math.sqrt(2 * fixed * holding * demand))
    assert order_quantity_cost(best * factor, fixed, holding, demand) >= least * (1 - 1e-12)


# --- Limits ---------------------------------------------------------------------------------------


@given(
    st.integers(1, 200), st.integers(1, 50), st.integers(0, 500), st.integers(0, 60),
    st.integers(0, 40),
)  # fmt: skip
def test_limits_against_every_quantity(
    fixed: int, holding: int, demand: int, minimum: int, multiple: int
) -> None:
    chosen = order_quantity_with_limits(fixed, holding, demand, minimum, multiple)
    if multiple:
        every = np.arange(multiple, 500 * multiple, multiple, dtype=float)
    else:
        every = np.linspace(0.01, 700, 70_000)
    allowed = every[every >= minimum]
    costs = order_quantity_cost(allowed, fixed, holding, demand)
    assert chosen >= minimum
    if multiple:
        assert chosen == allowed[np.argmin(costs)]
    elif demand:
        assert order_quantity_cost(chosen, fixed, holding, demand) <= np.min(costs) + 1e-9
    else:
        assert chosen == minimum


def test_limits_settled_cases() -> None:
    # 20 and 30 cost the same beside √600: the smaller. Three packs of 0.1 are 0.3.
    assert order_quantity_with_limits(3, 1, 100, multiple=10) == 20
    assert order_quantity_with_limits(1, 1, 0, minimum=0.3, multiple=0.1) == pytest.approx(0.3)
    assert order_quantity_with_limits(1, 1, 0) == 0
    assert order_quantity_with_limits(8, 0.225, 1300) == economic_order_quantity(8, 0.225, 1300)
    many = order_quantity_with_limits(8, 0.225, 1300, minimum=[0, 310], multiple=[50, 50])
    assert many.tolist() == [300, 350]  # type: ignore[union-attr]


# --- Discounts ------------------------------------------------------------------------------------


def test_published_discount() -> None:
    order = all_units_discount(8, 0.3, 1300, [0, 400, 800], [0.75, 0.72, 0.68])
    assert order.quantity == 800
    assert order.cost == pytest.approx(978.6, abs=1e-6)


@given(
    st.integers(1, 100), st.floats(0.05, 1), st.integers(1, 2000),
    st.lists(st.integers(1, 300), min_size=0, max_size=3, unique=True),
    st.lists(st.floats(0.5, 20), min_size=4, max_size=4),
)  # fmt: skip
def test_discount_against_every_quantity(
    fixed: int, rate: float, demand: int, breaks: list[int], prices: list[float]
) -> None:
    starts = [0, *sorted(breaks)]
    falling = sorted(prices, reverse=True)[: len(starts)]
    order = all_units_discount(fixed, rate, demand, starts, falling)

    def cost(lots: Any) -> Any:
        price = np.array(falling)[np.searchsorted(starts, lots, side="right") - 1]
        return price * demand + fixed * demand / lots + rate * price * lots / 2

    every = np.concatenate([np.linspace(0.05, 400, 8000), np.geomspace(400, 1e6, 4000), breaks])
    assert order.cost == pytest.approx(cost(order.quantity))
    assert order.cost <= cost(every).min() * (1 + 1e-12)


def test_discounts_of_many_items() -> None:
    breaks, prices = [[0, 400], [10, 20]], [[0.75, 0.72], [5, 5]]
    many = all_units_discount([8, 1], 0.3, [1300, 0], breaks, prices)
    one = all_units_discount(8, 0.3, 1300, breaks[0], prices[0])
    assert np.asarray(many.quantity).tolist() == [one.quantity, 0]
    assert np.asarray(many.cost).tolist() == [one.cost, 0]


# --- Optima under uncertainty ---------------------------------------------------------------------


def test_published_reorder_point_and_quantity() -> None:
    best = continuous_review_optimum(8, 0.225, 7.5, 1300, 150, 1 / 12)
    assert best.reorder_point == pytest.approx(213.97044213580244, abs=1e-4)
    assert best.order_quantity == pytest.approx(318.5901810768729, abs=1e-4)
    assert best.cost == pytest.approx(95.45114022285196, abs=1e-4)


@given(
    st.floats(1, 500), st.floats(0.5, 20), st.floats(0.05, 0.4), st.floats(0.02, 0.5)
)  # fmt: skip
def test_reorder_point_and_quantity_against_an_optimiser(
    fixed: float, holding: float, variation: float, lead: float
) -> None:
    demand, penalty = 1000.0, 5 * holding
    mean, sd = demand * lead, variation * demand * math.sqrt(lead)

    def cost(point: float, lot: float) -> float:
        short = fixed + penalty * float(normal_loss(point, mean, sd))
        return holding * (point - mean + lot / 2) + demand * short / lot

    best = continuous_review_optimum(fixed, holding, penalty, demand, variation * demand, lead)
    point, lot = float(best.reorder_point), float(best.order_quantity)
    assert best.cost == pytest.approx(cost(point, lot))
    found = optimize.minimize(
        lambda v: cost(mean + sd * v[0], lot * math.exp(v[1])), [1.0, 0.1], method="Nelder-Mead"
    )
    assert best.cost <= found.fun * (1 + 1e-9)


def test_without_uncertainty_it_is_the_economic_order_quantity() -> None:
    best = continuous_review_optimum(8, 0.225, 7.5, 1300, [0, 150], [1 / 12, 0])
    assert np.asarray(best.order_quantity) == pytest.approx(
        [economic_order_quantity(8, 0.225, 1300)] * 2
    )
    assert np.asarray(best.reorder_point) == pytest.approx([1300 / 12, 0])


def test_published_base_stock() -> None:
    best = base_stock_optimum(0.18, 0.70, 50, 8, 4, 1)
    assert best.level == pytest.approx(264.7668943741548, abs=1e-6)
    assert best.cost == pytest.approx(4.466781004149578, abs=1e-6)


@HEAVY
@given(st.floats(0.1, 10), st.floats(0.1, 50), st.floats(1, 500), st.floats(0, 5))
def test_base_stock_costs_what_integration_says(
    holding: float, penalty: float, mean: float, wait: float
) -> None:
    sd = mean / 4
    best = base_stock_optimum(holding, penalty, mean, sd, wait, 1)
    demand = stats.norm(mean * (wait + 1), sd * math.sqrt(wait + 1))
    level = float(best.level)
    centre, spread = demand.mean(), demand.std()

    def cost(x: float) -> float:
        held = integrate.quad(demand.cdf, centre - 12 * spread, x)[0]
        short = integrate.quad(demand.sf, x, centre + 12 * spread)[0]
        return float(holding * held + penalty * short)

    assert best.cost == pytest.approx(cost(level), rel=1e-6)
    assert min(cost(level - 0.1 * spread), cost(level + 0.1 * spread)) >= float(best.cost) - 1e-9


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: economic_order_quantity(8, 0, 1300), "holding_cost must be above zero"),
        (lambda: economic_order_quantity(-8, 1, 1300), "order_cost must be zero or more"),
        (lambda: economic_order_quantity(8, 1, math.nan), "annual_demand must be finite"),
        (lambda: order_quantity_cost(0, 8, 1, 1300), "quantity must be above zero"),
        (lambda: order_quantity_with_limits(8, 1, 9, minimum=-1), "minimum must be zero or more"),
        (lambda: order_quantity_with_limits(8, 1, 9, multiple=-1), "multiple must be zero"),
        (lambda: all_units_discount(8, 0.3, 9, [0, 0], [2, 1]), "breaks must be"),
        (lambda: all_units_discount(8, 0.3, 9, [0, 5], [1, 2]), "prices must be"),
        (lambda: all_units_discount(8, 0.3, 9, [], []), "breaks and prices must have"),
        (lambda: all_units_discount(8, 0.3, 9, [0, 5], [3, 2, 1]), "broadcast"),
        (lambda: continuous_review_optimum(0, 1, 9, 9, 1, 1), "order_cost must be above zero"),
        (lambda: continuous_review_optimum(9, 9, 0.01, 9, 1, 1), "stockout_cost must be high"),
        (lambda: base_stock_optimum(1, 0, 9, 1, 1), "stockout_cost must be above zero"),
        (lambda: base_stock_optimum(1, 1, 9, -1, 1), "demand_sd must be zero or more"),
    ],
)
def test_bad_arguments(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()
