"""Safety stock: published examples, closed forms, simulation of cycles, and how it must move."""

import math
from collections.abc import Callable
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import spend.stock
from spend.backtest import back_test, order_rule
from spend.distributions import NegativeBinomial, Normal
from spend.lead_time_demand import PeriodDemand, over
from spend.loss import normal_loss
from spend.safety_stock import (
    fill_rate_achieved,
    reorder_point,
    safety_stock,
    safety_stock_for_fill_rate,
    stock_for_fill_rate,
    stock_for_service,
)

means = st.floats(1, 1000)
variations = st.floats(0.02, 1.5)
times = st.floats(0.1, 20)
levels = st.floats(0.5, 0.999)
reviews = st.sampled_from([0.0, 0.5, 1.0, 4.0])


# --- Published ------------------------------------------------------------------------------------


def test_office_supplies() -> None:
    """Chopra and Meindl: 2,500 ± 500 a week, two weeks, reorder at 6,000, order 10,000."""
    demand = Normal(5000, 500 * math.sqrt(2))
    assert 6000 - reorder_point(2500, 2, 0) == 1000
    assert 1 - demand.survival(6000) == pytest.approx(0.9214, abs=5e-5)
    assert normal_loss(6000, 5000, demand.sd) == pytest.approx(25.13, abs=0.01)
    fill = fill_rate_achieved(6000, demand, demand, 10_000, 2500)
    assert fill == pytest.approx(0.9975, abs=5e-5)
    assert safety_stock(2500, 500, 2, service_level=0.9214) == pytest.approx(1000, abs=1)


def test_toy_shop_and_others() -> None:
    assert safety_stock(2500, 500, 2, service_level=0.9) == pytest.approx(906, abs=0.5)
    # Nahmias: lead time demand 100 ± 25, 98 % of cycles.
    assert stock_for_service(Normal(100, 25), 0.98) == pytest.approx(151, abs=0.5)
    # Heizer and Render: only the lead time varies, 6 ± 2 weeks of 60.
    level = NormalDist().cdf(1.28)
    safety = safety_stock(60, 0, 6, lead_time_sd=2, service_level=level)
    assert reorder_point(60, 6, safety) == pytest.approx(513.6, abs=1e-6)


def test_the_fill_rate_that_the_office_has() -> None:
    """The inverse of the first: what one order cannot clear is nothing here."""
    safety = safety_stock_for_fill_rate(2500, 500, 2, 10_000, 1 - 25.13 / 10_000)
    assert safety == pytest.approx(1000, abs=0.5)


def test_by_hand() -> None:
    # √(4·20² + 100²·1²) = √11,600, and z of one half is nothing.
    assert safety_stock(100, 20, 3, 1, NormalDist().cdf(2), 1) == pytest.approx(2 * 11_600**0.5)
    assert safety_stock(100, 20, 3, service_level=0.5) == 0
    assert reorder_point([10, 20], 3, -5).tolist() == [25, 55]  # type: ignore[union-attr]


# --- Simulated ------------------------------------------------------------------------------------


@pytest.mark.parametrize("review", [0, 2])
def test_cycles_that_run_out(review: int) -> None:
    """A million cycles: lead times differ, demand differs, and one in twenty runs out."""
    rng = np.random.default_rng(5)
    lead = np.maximum(rng.normal(9, 1.5, 1_000_000), 0.0) + review
    demand = rng.normal(100 * lead, 10 * np.sqrt(lead))
    level = 100 * (9 + review) + float(safety_stock(100, 10, 9, 1.5, 0.95, review))
    assert (demand <= level).mean() == pytest.approx(0.95, abs=0.002)


@pytest.mark.parametrize(("review", "served"), [(0, 0.861), (1, 0.950)])
def test_what_is_looked_at_once_a_period_needs_a_review_period(review: int, served: float) -> None:
    """The sizes that the docstring states, replayed in whole periods on 800,000 of them."""
    rng = np.random.default_rng(15)
    safety = float(safety_stock_for_fill_rate(100, 20, 4, 500, 0.95, review_period=review))
    rule = order_rule(100 * (4 + review) + safety, 500, 4, review)
    found = back_test(np.maximum(rng.normal(100, 20, (400, 2100)), 0), rule, warm_up=100)
    assert found.served.sum() / found.demand.sum() == pytest.approx(served, abs=0.001)


# --- How it moves ---------------------------------------------------------------------------------


@given(means, variations, times, st.floats(0, 3), levels, reviews, st.floats(1.01, 3))
def test_cycle_safety_stock_rises_with_service_and_with_variability(
    mean: float,
    variation: float,
    lead: float,
    lead_sd: float,
    level: float,
    review: float,
    more: float,
) -> None:
    sd = variation * mean
    safety = float(safety_stock(mean, sd, lead, lead_sd, level, review))
    assume(safety > 1e-9)
    assert safety_stock(mean, sd * more, lead, lead_sd, level, review) > safety
    assert safety_stock(mean, sd, lead * more, lead_sd, level, review) > safety
    assert safety_stock(mean, sd, lead, lead_sd + more, level, review) > safety
    assert safety_stock(mean, sd, lead, lead_sd, level, review + more) > safety
    assert safety_stock(mean, sd, lead, lead_sd, 1 - (1 - level) / more, review) > safety


@given(means, variations, times, st.floats(0.1, 50), levels, reviews, st.floats(1.01, 3))
def test_fill_rate_safety_stock_rises_with_the_rate_and_meets_it(
    mean: float,
    variation: float,
    lead: float,
    share: float,
    rate: float,
    review: float,
    more: float,
) -> None:
    sd, quantity = variation * mean, share * mean
    safety = float(safety_stock_for_fill_rate(mean, sd, lead, quantity, rate, 0, review))
    higher = safety_stock_for_fill_rate(mean, sd, lead, quantity, 1 - (1 - rate) / more, 0, review)
    assert higher > safety
    during = Normal(mean * lead, sd * math.sqrt(lead))
    protection = Normal(mean * (lead + review), sd * math.sqrt(lead + review))
    stock = safety + protection.mean
    served = fill_rate_achieved(stock, during, protection, quantity, mean, review)
    assert served == pytest.approx(rate, abs=1e-9)


@given(
    means, st.floats(0.01, 0.2), st.floats(1, 20), st.floats(0.1, 50), st.floats(0.9, 0.999),
    reviews, st.floats(1.01, 1.25),
)  # fmt: skip
def test_fill_rate_safety_stock_rises_with_variability(
    mean: float,
    variation: float,
    lead: float,
    share: float,
    rate: float,
    review: float,
    more: float,
) -> None:
    """Of demand that is hardly ever negative: a quarter of its mean from one lead time to another.

    (Where normal demand is often negative, returns that nobody sent are counted on.)
    """
    sd, quantity = variation * mean, share * mean
    arguments = (lead, quantity, rate, 0, review)
    safety = float(safety_stock_for_fill_rate(mean, sd, *arguments))
    assert safety_stock_for_fill_rate(mean, sd * more, *arguments) >= safety - 1e-9 * mean
    lead_sd = 0.1 * lead
    varied = safety_stock_for_fill_rate(mean, sd, lead, quantity, rate, lead_sd, review)
    assert varied >= safety - 1e-9 * mean


PRODUCTS = [
    (mean, review, float(Fraction(mean) * review))
    for mean in ("0.7", "0.1", "1.1", "2.3", "33.3", "1234.567")
    for review in (3, 6, 7, 12)
]


def test_some_products_are_rounded_either_way() -> None:
    """The cases below tell: mean times review is not always the order quantity in floats."""
    rounded = [np.sign(float(mean) * review - quantity) for mean, review, quantity in PRODUCTS]
    assert {-1, 0, 1} <= set(rounded)


@pytest.mark.parametrize(("mean", "review", "quantity"), PRODUCTS)
def test_an_order_quantity_of_one_review_is_ordered_up_to(
    mean: str, review: int, quantity: float
) -> None:
    """However the product of mean and review is rounded; ordering up to asks nothing of Q."""
    demand = (float(mean), 0.3 * float(mean), 2)
    found = safety_stock_for_fill_rate(*demand, quantity, 0.95, review_period=review)
    less = safety_stock_for_fill_rate(*demand, 0.9 * quantity, 0.95, review_period=review)
    more = safety_stock_for_fill_rate(*demand, 1.0001 * quantity, 0.95, review_period=review)
    assert found == pytest.approx(float(less), abs=1e-12 * quantity)
    assert float(more) < float(found) - 0.1 * quantity


def test_seven_tenths_three_times() -> None:
    """μR = 2.1 = Q: up to S. In multiples it would be -0.486, a whole different level."""
    found = safety_stock_for_fill_rate(0.7, 0.21, 2, 2.1, 0.95, review_period=3)
    assert found == pytest.approx(0.197, abs=0.0005)
    more = safety_stock_for_fill_rate(0.7, 0.21, 2, 2.1 + 1e-6, 0.95, review_period=3)
    assert more == pytest.approx(-0.486, abs=0.0005)


def test_certain_demand_is_the_limit() -> None:
    # Continuous review: of an order of 50, two per cent may wait. Reviewed: of a period's 100.
    assert safety_stock_for_fill_rate(100, 0, 2, 50, 0.98) == pytest.approx(-1)
    assert safety_stock_for_fill_rate(100, 0, 2, 50, 0.98, 0, 1) == pytest.approx(-2)
    # In multiples of 400 reviewed each period: a position of y above the 200 of the lead time
    # leaves 300 - y short; over r to r + 400 that is (300 - r)² / 2 = 0.02·100·400.
    expected = 300 - math.sqrt(2 * 0.02 * 100 * 400) - 300
    assert safety_stock_for_fill_rate(100, 0, 2, 400, 0.98, 0, 1) == pytest.approx(expected)
    for review, quantity in ((0, 50), (1, 50), (1, 400)):
        near = safety_stock_for_fill_rate(100, 1e-7, 2, quantity, 0.98, 0, review)
        limit = safety_stock_for_fill_rate(100, 0, 2, quantity, 0.98, 0, review)
        assert near == pytest.approx(float(limit), abs=1e-5)


def test_no_demand_needs_nothing() -> None:
    assert safety_stock(0, 0, 5, 2, 0.99, 1) == 0
    for review in (0, 1):
        assert safety_stock_for_fill_rate(0, 0, 5, 10, 0.99, 2, review) == 0
        assert stock_for_fill_rate(Normal(0, 0), Normal(0, 0), 10, 0.99, 0, review) == 0
        assert fill_rate_achieved(0, Normal(0, 0), Normal(0, 0), 10, 0, review) == 1
    mixed = safety_stock_for_fill_rate([0, 100], [0, 20], 2, 50, 0.95)
    assert np.asarray(mixed).tolist() == [0, safety_stock_for_fill_rate(100, 20, 2, 50, 0.95)]


def test_no_lead_time() -> None:
    # What comes at once never runs out under continuous review: the whole shortfall is allowed.
    assert safety_stock(100, 20, 0, service_level=0.95) == 0
    assert safety_stock_for_fill_rate(100, 20, 0, 50, 0.9) == pytest.approx(-5)


def test_other_distributions() -> None:
    period = PeriodDemand(np.array([2.0, 5.0]), np.array([6.0, 30.0]))
    demand = over("negative_binomial", period, 4)
    stock = np.asarray(stock_for_service(demand, [0.9, 0.99]))
    assert (demand.survival(stock) <= [0.1, 0.01]).all()
    assert (demand.survival(stock - 1) > [0.1, 0.01]).all()
    assert stock_for_service(NegativeBinomial(4, 0.2), 0.95) == 33


def test_twenty_thousand_items_equal_one_by_one() -> None:
    rng = np.random.default_rng(6)
    mean, lead = rng.uniform(1, 100, 20_000), rng.uniform(0.5, 8, 20_000)
    sd, quantity = mean * rng.uniform(0.05, 1, 20_000), mean * rng.uniform(0.1, 10, 20_000)
    rate, review = rng.uniform(0.8, 0.999, 20_000), rng.integers(0, 3, 20_000)
    many = np.asarray(safety_stock_for_fill_rate(mean, sd, lead, quantity, rate, 0.5, review))
    for item in range(0, 20_000, 997):
        one = safety_stock_for_fill_rate(
            mean[item], sd[item], lead[item], quantity[item], rate[item], 0.5, review[item]
        )
        assert many[item] == pytest.approx(one, abs=1e-9 * mean[item])


def test_the_stock_names_are_in_one_place() -> None:
    assert spend.stock.safety_stock is safety_stock
    assert all(callable(getattr(spend.stock, name)) for name in spend.stock.__all__)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: safety_stock(1, 1, 1, service_level=0), "service_level must be above 0 and below"),
        (lambda: safety_stock(1, 1, 1, service_level=1), "service_level must be above 0 and below"),
        (lambda: safety_stock(1, -1, 1), "demand_sd must be zero or more"),
        (lambda: safety_stock(-1, 1, 1), "demand_mean must be zero or more"),
        (lambda: safety_stock(1, 1, -1), "lead_time must be zero or more"),
        (lambda: safety_stock(1, 1, 1, -1), "lead_time_sd must be zero or more"),
        (lambda: safety_stock(1, 1, 1, review_period=-1), "review_period must be zero or more"),
        (lambda: safety_stock(math.nan, 1, 1), "demand_mean must be finite"),
        (lambda: safety_stock([1, 2], [1, 2, 3], 1), "broadcast"),
        (lambda: safety_stock_for_fill_rate(1, 1, 1, 0, 0.9), "order_quantity must be above zero"),
        (lambda: safety_stock_for_fill_rate(1, 1, 1, 5, 1), "fill_rate must be above 0 and below"),
        (lambda: safety_stock_for_fill_rate(1, 1, 1, 5, 0), "fill_rate must be above 0 and below"),
        (lambda: safety_stock_for_fill_rate(1, -1, 1, 5, 0.9), "demand_sd must be zero or more"),
        (lambda: safety_stock_for_fill_rate(0, 1, 1, 5, 0.9), "demand_mean must be above zero"),
        (lambda: reorder_point(-1, 1, 1), "demand_mean must be zero or more"),
        (lambda: reorder_point(1, 1, math.inf), "safety_stock must be finite"),
        (lambda: stock_for_service(Normal(1, 1), 1.5), "service_level must be above 0 and below"),
    ],
)
def test_bad_arguments(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()
