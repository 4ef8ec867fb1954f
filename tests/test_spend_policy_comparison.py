"""Ways side by side: the simple ones by hand, what they share, and what they may not see."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from spend.backtest import back_test
from spend.demand import sba, seldom, tsb
from spend.policy_comparison import (
    METHODS,
    Comparison,
    ItemTerms,
    chosen_policy,
    compare,
    past_of,
    policy_rule,
    sba_rate,
    tsb_rate,
)

TERMS = ItemTerms(
    unit_cost=[4.0, 10.0, 1.0, 2.0],
    order_cost=5,
    holding_cost=[0.8, 2.0, 0.2, 0.4],
    lead_time=[2, 3, 2, 1],
    minimum_order=[1, 50, 1, 1],
    review_period=1,
    periods_per_year=52,
)


def series() -> Any:
    rng = np.random.default_rng(1)
    found = rng.poisson([[3.0], [0.3], [0.0], [1.0]], (4, 60)) * [[1], [8], [1], [1]]
    found[2, 50] = 6  # wanted only later
    return found.astype(float)


@cache
def compared() -> Comparison:
    """All ways, side by side."""
    return compare(series(), 40, TERMS, 0.95)


def test_order_quantities_by_hand() -> None:
    """√(2·5·52·mean ÷ holding), at least the minimum, whole."""
    past, known = past_of(series(), 40, TERMS)
    assert known.tolist() == [True, True, False, True]
    mean = series()[:, :40].mean(axis=1)
    economic = [float(np.sqrt(2 * 5 * 52 * mean[i] / [0.8, 2, 0.2, 0.4][i])) for i in (0, 1, 3)]
    assert economic[1] < 50
    assert past.order_quantity.tolist() == [np.ceil(economic[0]), 50, np.ceil(economic[2])]
    assert past.protection.tolist() == [3, 4, 2]


def test_the_simple_ways_by_hand() -> None:
    past, _ = past_of(series(), 40, TERMS)
    first = series()[[0, 1, 3], :40]
    mean, sd = first.mean(axis=1), first.std(axis=1, ddof=1)
    naive = METHODS["naive"](past, 0.95)
    assert naive.reorder_point.tolist() == pytest.approx((1.5 * mean * [3, 4, 2]).tolist())
    textbook = METHODS["textbook"](past, 0.95)
    z = float(stats.norm.ppf(0.95))
    expected = mean * [3, 4, 2] + z * sd * np.sqrt([3, 4, 2])
    assert textbook.reorder_point.tolist() == pytest.approx(expected.tolist())


def test_every_way_is_replayed_alike() -> None:
    found = compared()
    assert set(found.results) == set(METHODS)
    assert found.new_items == 1
    assert found.new_demand_value == 6
    later = series()[[0, 1, 3], 40:]
    assert found.known_demand_value == pytest.approx(float((later.sum(axis=1) * [4, 10, 2]).sum()))
    for result in found.results.values():
        again = back_test(series()[[0, 1, 3]], result.rule, warm_up=40)
        assert np.array_equal(again.served, result.outcome.served)
        assert result.outcome.demand.tolist() == later.sum(axis=1).tolist()
        assert result.order_cost == pytest.approx(float(again.orders.sum()) * 5 * 52 / 20)
        holding = float((again.average_stock * [0.8, 2.0, 0.4]).sum())
        assert result.holding_cost == pytest.approx(holding)
        assert result.overall.demand_value == pytest.approx(found.known_demand_value)


def test_later_demand_changes_no_rule() -> None:
    changed = series()
    changed[:, 40:] = 99
    other = compare(changed, 40, TERMS, 0.95)
    for name in METHODS:
        before, after = compared().results[name].rule, other.results[name].rule
        for field in vars(before):
            assert np.array_equal(getattr(before, field), getattr(after, field), equal_nan=True), (
                name,
                field,
            )


def test_a_forecast_above_the_order_quantity_orders_up_to_a_level() -> None:
    """Demand that came late: TSB expects more of it than the order quantity, the mean does not."""
    late = np.zeros((1, 60))
    late[0, 25:40] = 10
    terms = replace(TERMS, unit_cost=4, holding_cost=5000, lead_time=2, minimum_order=5)
    past, _ = past_of(late, 40, terms)
    mean, forecast = float(past.statistics.mean[0]), float(tsb_rate(past)[0])
    assert mean < past.order_quantity[0] < forecast
    found = compare(late, 40, terms, 0.95, ("chosen", "chosen_tsb"))
    assert np.isnan(found.results["chosen"].rule.order_up_to).all()
    assert (found.results["chosen_tsb"].rule.order_up_to > forecast).all()


def test_a_higher_target_holds_and_serves_more() -> None:
    for name in ("textbook", "normal", "chosen", "chosen_tsb_error"):
        low = compare(series(), 40, TERMS, 0.8, (name,)).results[name].overall
        high = compare(series(), 40, TERMS, 0.99, (name,)).results[name].overall
        assert high.average_stock_value > low.average_stock_value
        assert high.fill_rate >= low.fill_rate


def test_bad_arguments_say_the_rule() -> None:
    for set_on in (0, 60):
        with pytest.raises(ValueError, match="set_on must leave"):
            compare(series(), set_on, TERMS, 0.95)
    with pytest.raises(ValueError, match="above 0 and below 1"):
        compare(series(), 40, TERMS, 1, ("chosen",))
    with pytest.raises(ValueError, match="holding_cost"):
        compare(series(), 40, replace(TERMS, holding_cost=0), 0.95)


def test_rates_are_the_mean_where_demand_is_steady() -> None:
    past, _ = past_of(series(), 40, TERMS)
    steady = ~seldom(past.statistics)
    assert steady.tolist() == [True, False, False]
    for rate in (sba_rate(past), tsb_rate(past)):
        assert (rate == past.statistics.mean).tolist() == [True, False, False]
    assert sba_rate(past)[1] == sba(past.series[1], 0.1)
    assert tsb_rate(past)[1] == tsb(past.series[1], 0.1, 0.05)


def test_nobody_wanted_anything() -> None:
    found = compare(np.zeros((4, 60)), 40, TERMS, 0.95)
    assert not found.known.any()
    assert np.isnan(found.results["chosen"].overall.fill_rate)
    assert found.new_demand_value == 0


def test_the_rule_carries_the_policy() -> None:
    past, _ = past_of(series(), 40, TERMS)
    policy = chosen_policy(past, 0.9)
    rule = policy_rule(policy, past)
    assert rule.reorder_point.tolist() == pytest.approx(policy.reorder_point.tolist(), abs=1e-6)
    assert np.array_equal(rule.order_up_to, policy.order_up_to, equal_nan=True)
    assert np.array_equal(rule.order_quantity, past.order_quantity)
    assert rule.lead_time.tolist() == [2, 3, 1]
    assert (policy.expected_fill_rate >= 0.9 - 1e-9).all()
