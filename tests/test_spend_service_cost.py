"""Service against cost: by hand, against the policies one by one, and against simulation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spend.backtest import back_test, order_rule
from spend.demand import choose_distribution, demand_statistics
from spend.expected_demand import ExpectedDemand, expected_demand
from spend.service_cost import ServiceCost, ServiceCurve, StockCosts, cost_of_stock, service_curve
from spend.stock_policy import stock_policy
from tests.conftest import ALL

LEVELS = np.array([0.8, 0.9, 0.95, 0.99])


def items(seed: int = 2, count: int = 6) -> tuple[ExpectedDemand, Any]:
    """A few items of several classes, the last without demand."""
    rng = np.random.default_rng(seed)
    series = rng.poisson(np.linspace(0.2, 6, count)[:, None], (count, 60)) * 2.0
    series[-1] = 0
    past = demand_statistics(series)
    return expected_demand(past), choose_distribution(past, 4)[0]


def test_by_hand() -> None:
    """Certain demand of 10 a period, ordered in 50s one period ahead, at 10: never short.

    Average stock 10 + 25 - 10 = 25 at 4 × 0.25 a year: 25. At 5: the last 5 of each 50 wait, so
    a tenth of 520 a year at 3 each is short: 156; stock 25 - 5, plus 5²/(2·50) that waits.
    """
    even = expected_demand(demand_statistics([[10.0, 10.0, 10.0]]))
    costs = StockCosts(unit_cost=4, holding_rate=0.25, stockout_cost=3, periods_per_year=52)
    names = np.array(["normal"])
    full = cost_of_stock(even, names, 10, 1, 50, costs)
    assert (full.carrying.tolist(), full.stock_out.tolist()) == ([25], [0])
    low = cost_of_stock(even, names, 5, 1, 50, costs)
    assert low.stock_out.tolist() == pytest.approx([156])
    assert low.carrying.tolist() == pytest.approx([20 + 25 / 100])
    assert low.total.tolist() == pytest.approx([176.25])


def test_the_curve_is_its_policies_one_by_one() -> None:
    demand, names = items()
    unit, short = np.linspace(1, 6, 6), np.linspace(9, 4, 6)
    costs = StockCosts(unit, 0.2, short, 52)
    curve = service_curve(demand, names, 3, 25, costs, LEVELS, "fill_rate", review_period=1)
    assert curve.items.total.shape == (6, 4)
    for place, level in enumerate(LEVELS):
        alone = stock_policy(demand, names, 3, 25, fill_rate=level, review_period=1)
        carrying = 0.2 * unit * np.nan_to_num(alone.expected_stock)
        missing = 1 - np.nan_to_num(alone.expected_fill_rate, nan=1)
        assert curve.items.carrying[:, place] == pytest.approx(carrying)
        assert curve.items.stock_out[:, place] == pytest.approx(short * missing * demand.mean * 52)
        assert curve.total[place] == pytest.approx(
            float((carrying + short * missing * demand.mean * 52).sum())
        )


def test_items_without_demand_cost_nothing() -> None:
    demand, names = items()
    curve = service_curve(demand, names, 3, 25, StockCosts(5, 0.2, 9, 52), LEVELS)
    assert (curve.items.total[-1] == 0).all()
    assert np.isnan(curve.items.fill_rate[-1]).all()
    assert np.isnan(curve.cheapest_of_each).tolist() == [False] * 5 + [True]


@settings(max_examples=1000 if ALL else 40)  # each example solves 24 fill rates
@given(st.floats(0.01, 50), st.floats(0.01, 200), st.sampled_from(["service_level", "fill_rate"]))
def test_more_service_carries_more_and_lacks_less(unit: float, short: float, kind: Any) -> None:
    demand, names = items()
    curve = service_curve(demand, names, 3, 25, StockCosts(unit, 0.2, short, 52), LEVELS, kind)
    assert (np.diff(curve.items.carrying, axis=1) >= -1e-9).all()
    assert (np.diff(curve.items.stock_out, axis=1) <= 1e-9 * short).all()
    assert curve.total[curve.cheapest] == curve.total.min()
    each = curve.items.total.min(axis=1).sum()
    assert each <= curve.total.min() + 1e-9
    assert np.allclose(curve.total, curve.carrying + curve.stock_out)


def test_dearer_shortages_ask_for_more_service() -> None:
    demand, names = items()
    levels = np.linspace(0.5, 0.999, 25)
    chosen = [
        service_curve(demand, names, 3, 25, StockCosts(5, 0.2, short, 52), levels).cheapest
        for short in (0.0, 0.5, 5, 500)
    ]
    assert chosen == sorted(chosen)
    assert chosen[0] == 0
    assert chosen[-1] == len(levels) - 1
    assert 0 < chosen[1] <= chosen[2]


def test_the_curve_meets_today() -> None:
    """Today's stock, put where a level's policy would be, costs what the curve says there."""
    demand, names = items()
    costs = StockCosts(5, 0.2, 9, 52)
    curve = service_curve(demand, names, 3, 25, costs, LEVELS, review_period=1)
    today = cost_of_stock(demand, names, curve.items.stock[:, 2], 3, 25, costs, review_period=1)
    assert today.total.tolist() == pytest.approx(curve.items.total[:, 2].tolist())


def test_simulated_costs_are_what_the_curve_says() -> None:
    rng = np.random.default_rng(6)
    series = rng.poisson(3.0, (300, 1100)).astype(float)
    one = demand_statistics(series.reshape(1, -1))
    demand = expected_demand(one)
    names = np.array(["poisson"])
    costs = StockCosts(unit_cost=10, holding_rate=0.25, stockout_cost=4, periods_per_year=50)
    curve = service_curve(demand, names, 4, 12, costs, [0.9, 0.97], review_period=1)
    for place in (0, 1):
        rule = order_rule(np.full(300, curve.items.stock[0, place]), 12, 4, 1)
        outcome = back_test(series, rule, warm_up=100)
        held = float(outcome.average_stock.mean())
        short = float((outcome.demand - outcome.served).mean()) / outcome.periods * 50
        assert curve.carrying[place] == pytest.approx(10 * 0.25 * held, rel=0.01)
        assert curve.stock_out[place] == pytest.approx(4 * short, rel=0.05)


def test_bad_arguments_say_the_rule() -> None:
    demand, names = items()
    with pytest.raises(ValueError, match="at least one level"):
        service_curve(demand, names, 3, 25, StockCosts(5, 0.2, 9, 52), [])
    with pytest.raises(ValueError, match="above 0 and below 1"):
        service_curve(demand, names, 3, 25, StockCosts(5, 0.2, 9, 52), [0.9, 1])
    for bad in (StockCosts(-5, 0.2, 9, 52), StockCosts(5, -0.2, 9, 52), StockCosts(5, 0.2, -9, 52)):
        with pytest.raises(ValueError, match="zero or more"):
            service_curve(demand, names, 3, 25, bad, [0.9])


def test_no_items() -> None:
    empty = np.zeros((0, 3))
    curve = ServiceCurve(np.array([0.8, 0.9, 0.95]), ServiceCost(empty, empty, empty, empty))
    assert curve.total.tolist() == [0, 0, 0]
    assert curve.cheapest == 0
