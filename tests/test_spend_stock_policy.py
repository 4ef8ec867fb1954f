"""Policies: by hand, against scipy's distributions, against simulation, and their limits."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spend.backtest import back_test, order_rule
from spend.demand import choose_distribution, demand_statistics
from spend.expected_demand import ExpectedDemand, expected_demand, with_estimation_error
from spend.safety_stock import safety_stock
from spend.stock_policy import stock_level, stock_outcome, stock_policy


def demand_of(mean: Any, variance: Any, adi: Any = np.nan) -> ExpectedDemand:
    """Items with these moments, known for certain; sizes are what the moments leave."""
    means, variances, adis = (
        np.atleast_1d(np.asarray(a, float)) for a in np.broadcast_arrays(mean, variance, adi)
    )
    sizes = means * adis
    return ExpectedDemand(
        means, variances, adis, sizes, 0.25 * sizes**2, np.zeros_like(means), np.ones_like(means)
    )


def test_normal_by_hand() -> None:
    """z(0.95)·√(4·25) = 16.45 on 80."""
    found = stock_policy(demand_of(20, 25), np.array(["normal"]), 4, 100, service_level=0.95)
    assert found.reorder_point[0] == pytest.approx(80 + 1.6448536 * 10)
    assert found.safety_stock[0] == pytest.approx(16.448536)
    assert found.method.tolist() == ["reorder point"]
    assert np.isnan(found.order_up_to[0])


@given(st.floats(1, 500), st.floats(0.1, 300), st.floats(0, 20), st.floats(0, 3), st.floats(0, 4))
def test_normal_service_is_the_formula(
    mean: float, sd: float, lead: float, lead_sd: float, review: float
) -> None:
    found = stock_policy(
        demand_of(mean, sd**2), np.array(["normal"]), lead, 1e6, service_level=0.9,
        lead_time_sd=lead_sd, review_period=review,
    )  # fmt: skip
    expected = safety_stock(mean, sd, lead, lead_sd, 0.9, review)
    assert found.safety_stock[0] == pytest.approx(expected, rel=1e-9, abs=1e-6 * mean)


def test_each_distribution_against_scipy() -> None:
    """One call for all; mean 8, variance 24 over two periods each."""
    names = np.array(["normal", "gamma", "negative_binomial", "poisson"])
    demand = demand_of([4, 4, 4, 4], [12, 12, 12, 4])
    found = stock_policy(demand, names, 2, 1000, service_level=0.9)
    expected = [
        stats.norm(8, 24**0.5).ppf(0.9),
        stats.gamma(64 / 24, scale=3).ppf(0.9),
        stats.nbinom(4, 1 / 3).ppf(0.9),
        stats.poisson(8).ppf(0.9),
    ]
    assert found.reorder_point.tolist() == pytest.approx(expected)
    assert found.distribution.tolist() == names.tolist()


def test_items_are_independent_of_their_company() -> None:
    series = np.random.default_rng(3).poisson(0.4, (40, 60)) * np.arange(1, 41)[:, None]
    past = demand_statistics(series)
    demand = expected_demand(past)
    names, _ = choose_distribution(past, 5)
    together = stock_policy(demand, names, 4, 60, fill_rate=0.9, review_period=1)
    for place in range(0, 40, 7):
        alone = stock_policy(
            demand.of(np.arange(40) == place), names[[place]], 4, 60, fill_rate=0.9, review_period=1
        )
        assert alone.reorder_point[0] == pytest.approx(together.reorder_point[place], rel=1e-9)


@pytest.mark.parametrize("target", ["service_level", "fill_rate"])
@pytest.mark.parametrize("review", [0, 1, 4])
def test_the_level_alone_is_that_of_the_policy(target: str, review: float) -> None:
    series = np.random.default_rng(5).poisson(0.4, (30, 60)) * np.arange(1, 31)[:, None]
    series[7] = 0
    past = demand_statistics(series)
    demand, (names, _) = expected_demand(past), choose_distribution(past, 5)
    arguments: dict[str, Any] = {
        target: np.linspace(0.6, 0.99, 30), "lead_time_sd": 0.5, "review_period": review,
        "whole": np.arange(30) % 2 == 0,
    }  # fmt: skip
    level = stock_level(demand, names, 4, 12, **arguments)
    found = stock_policy(demand, names, 4, 12, **arguments)
    up_to = ~np.isnan(found.order_up_to)
    assert up_to.any()
    assert level.tolist() == np.where(up_to, found.order_up_to, found.reorder_point).tolist()
    assert level[7] == 0
    outcome = stock_outcome(demand, names, level, 4, 12, 0.5, review)
    assert np.array_equal(outcome.fill_rate, found.expected_fill_rate, equal_nan=True)


def test_no_demand_is_made_to_order() -> None:
    found = stock_policy(
        demand_of([0, 5], [0, 2]), np.array(["none", "none"]), 4, [0, 10], fill_rate=0.9
    )
    assert found.method.tolist() == ["to order", "to order"]
    assert found.order_up_to.tolist() == [0, 0]
    assert found.safety_stock.tolist() == [0, 0]
    assert np.isnan(found.expected_fill_rate).all()
    rule = order_rule(found.reorder_point, found.order_quantity, 4, 0, found.order_up_to)
    idle = back_test([[0, 0, 0], [0, 0, 0]], rule)
    assert idle.orders.tolist() == [0, 0]


def test_a_small_order_quantity_is_ordered_up_to() -> None:
    found = stock_policy(
        demand_of(20, 25), np.array(["normal"]), 4, 30, fill_rate=0.95, review_period=2
    )
    assert found.method.tolist() == ["order up to"]
    assert found.order_up_to[0] > 120
    assert found.reorder_point[0] == 0
    assert found.safety_stock[0] == pytest.approx(found.order_up_to[0] - 120)


@pytest.mark.parametrize(
    ("mean", "review", "quantity"), [(0.7, 3, 2.1), (1.1, 3, 3.3), (0.1, 6, 0.6), (33.3, 7, 233.1)]
)
def test_an_order_quantity_of_one_review_is_ordered_up_to(
    mean: float, review: int, quantity: float
) -> None:
    """0.7·3 is 2.1 but not in floats; method, level and expected service keep together."""
    demand, names = demand_of(mean, (0.3 * mean) ** 2), np.array(["normal"])
    found, less, more = (
        stock_policy(demand, names, 2, share * quantity, fill_rate=0.95, review_period=review)
        for share in (1, 0.9, 1.0001)
    )
    assert found.method.tolist() == less.method.tolist() == ["order up to"]
    assert more.method.tolist() == ["reorder point"]
    assert found.order_up_to[0] == pytest.approx(less.order_up_to[0])
    assert found.order_up_to[0] > more.reorder_point[0]
    assert found.expected_fill_rate[0] == pytest.approx(0.95)
    assert found.expected_stock[0] == pytest.approx(less.expected_stock[0])


def test_a_large_order_quantity_needs_no_safety_stock() -> None:
    """A year's order: even with nothing on the shelf when the order is placed, 95 % is served."""
    found = stock_policy(demand_of(20, 25), np.array(["normal"]), 1, 1040, fill_rate=0.95)
    assert found.safety_stock.tolist() == [0]
    assert found.reorder_point.tolist() == [0]
    assert found.expected_fill_rate[0] > 0.95


@given(
    st.floats(0.05, 50), st.floats(1.01, 30), st.integers(0, 12), st.integers(1, 200),
    st.floats(0.5, 0.99), st.sampled_from(["gamma", "negative_binomial", "compound_poisson"]),
)  # fmt: skip
def test_targets_are_met_and_levels_never_negative(
    mean: float, ratio: float, lead: int, quantity: int, target: float, name: str
) -> None:
    demand = demand_of(mean, mean * ratio, adi=3.0)
    names = np.array([name])
    found = stock_policy(
        demand, names, lead, quantity, fill_rate=target, review_period=1, whole=True
    )
    level = np.where(np.isnan(found.order_up_to), found.reorder_point, found.order_up_to)
    assert level[0] >= 0
    assert level[0] == np.ceil(level[0])
    assert found.safety_stock[0] >= 0
    assert found.expected_fill_rate[0] >= target - 1e-9
    higher = stock_outcome(demand, names, level + 5, lead, quantity, review_period=1)
    assert higher.fill_rate[0] >= found.expected_fill_rate[0] - 1e-12
    assert higher.average_stock[0] > found.expected_stock[0]


def test_simulated_demand_gives_what_the_model_expects() -> None:
    """Poisson demands of gamma size, as the compound says: fill rate and average stock."""
    rng = np.random.default_rng(8)
    adi, size = 4.0, 10.0
    counts = rng.poisson(1 / adi, (500, 1100))
    series = np.where(counts > 0, rng.gamma(np.maximum(4 * counts, 1e-9), size / 4), 0)
    demand = demand_of(np.full(500, size / adi), 0, adi)  # sizes: CV² ¼, shape 4
    names = np.full(500, "compound_poisson")
    found = stock_policy(demand, names, 6, 25.5, fill_rate=0.9, review_period=1)
    rule = order_rule(found.reorder_point, found.order_quantity, 6, 1, found.order_up_to)
    outcome = back_test(series, rule, warm_up=100)
    assert found.expected_fill_rate[0] == pytest.approx(0.9)
    assert outcome.served.sum() / outcome.demand.sum() == pytest.approx(0.9, abs=0.005)
    assert outcome.average_stock.mean() == pytest.approx(found.expected_stock[0], rel=0.01)


def test_simulated_whole_demand_gives_what_the_model_expects() -> None:
    """Negative binomial in pieces, and one under order up to."""
    rng = np.random.default_rng(9)
    series = rng.negative_binomial(2, 0.5, (600, 1060)).astype(float)  # mean 2, variance 4
    demand = demand_of(np.full(600, 2.0), 4.0)
    names = np.full(600, "negative_binomial")
    quantity = np.where(np.arange(600) < 300, 9, 1)
    found = stock_policy(demand, names, 3, quantity, fill_rate=0.93, review_period=1, whole=True)
    rule = order_rule(found.reorder_point, quantity, 3, 1, found.order_up_to)
    outcome = back_test(series, rule, warm_up=60)
    for part in (slice(0, 300), slice(300, 600)):
        achieved = outcome.served[part].sum() / outcome.demand[part].sum()
        assert achieved == pytest.approx(found.expected_fill_rate[part][0], abs=0.003)
        assert outcome.average_stock[part].mean() == pytest.approx(
            found.expected_stock[part][0], rel=0.01
        )


def test_estimation_error_raises_stock() -> None:
    series = np.random.default_rng(4).poisson(0.3, (20, 50)) * 7.0
    past = demand_statistics(series)
    plain = expected_demand(past)
    wide = with_estimation_error(plain, past, series, 6)
    names, _ = choose_distribution(past, 6)
    levels = [
        stock_policy(demand, names, 5, 30, fill_rate=0.95, review_period=1).reorder_point
        for demand in (plain, wide)
    ]
    assert (levels[1] >= levels[0] - 1e-6).all()
    assert levels[1].sum() > levels[0].sum()


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({}, "exactly one of service_level and fill_rate"),
        ({"service_level": 0.9, "fill_rate": 0.9}, "exactly one"),
        ({"service_level": 1}, "above 0 and below 1"),
        ({"fill_rate": 0}, "above 0 and below 1"),
        ({"fill_rate": "0.9"}, "fill_rate must be a number"),
        ({"fill_rate": 0.9, "review_period": -1}, "zero or more"),
        ({"fill_rate": 0.9, "lead_time_sd": float("nan")}, "finite"),
    ],
)
def test_bad_arguments_say_the_rule(arguments: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        stock_policy(demand_of(5, 5), np.array(["gamma"]), 2, 10, **arguments)
    with pytest.raises(ValueError, match=rule):
        stock_level(demand_of(5, 5), np.array(["gamma"]), 2, 10, **arguments)
    with pytest.raises(ValueError, match="order_quantity must be above zero"):
        stock_policy(demand_of(5, 5), np.array(["gamma"]), 2, 0, fill_rate=0.9)


# --- Which distribution -------------------------------------------------------------------------

CHOICES = {
    "smooth and narrow": ([20, 21, 19, 20], "normal"),
    "smooth and wide": ([20, 33, 8, 20], "gamma"),
    "erratic": ([1, 1, 10, 1], "gamma"),
    "pieces, as Poisson": ([0, 1, 0, 0, 0, 1, 0, 0], "poisson"),
    "pieces, in clumps": ([0, 0, 0, 0, 0, 0, 3, 1, 1, 0, 0, 0], "negative_binomial"),
    "lots": ([0, 30, 0, 0, 40, 0, 0, 0], "compound_poisson"),
    "fractions": ([0, 0.5, 0, 0, 0.7, 0, 0, 0], "compound_poisson"),
    "none": ([0, 0, 0], "none"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_choices(name: str) -> None:
    series, expected = CHOICES[name]
    names, reasons = choose_distribution(demand_statistics(series), 0.9)
    assert names.tolist() == [expected]
    words = expected.replace("_", " ").replace("poisson", "Poisson")
    assert words in reasons[0] or expected == "none"


def test_a_longer_interval_makes_smooth_demand_normal() -> None:
    past = demand_statistics([20, 33, 8, 20])
    assert choose_distribution(past, 0.5)[0].tolist() == ["gamma"]
    assert choose_distribution(past, 12)[0].tolist() == ["normal"]
    assert choose_distribution(past, 12, interval_sd=7)[0].tolist() == ["gamma"]
