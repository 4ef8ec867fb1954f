"""The distributions against scipy's and against their own integrals, and how they are matched."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from spend.distributions import (
    CompoundPoisson,
    Distribution,
    Gamma,
    NegativeBinomial,
    Normal,
    Poisson,
)
from spend.lead_time_demand import Either, PeriodDemand, over

shapes = st.floats(0.05, 200)
levels = st.floats(0.001, 0.999)

pairs = st.one_of(
    st.builds(lambda m, s: (Normal(m, s), stats.norm(m, s)), st.floats(-50, 900), st.floats(1, 99)),
    st.builds(lambda a, t: (Gamma(a, t), stats.gamma(a, scale=t)), shapes, st.floats(0.1, 9)),
    st.builds(lambda m: (Poisson(m), stats.poisson(m)), st.floats(0.01, 2000)),
    st.builds(
        lambda r, p: (NegativeBinomial(r, p), stats.nbinom(r, p)), shapes, st.floats(0.05, 0.95)
    ),
)
distributions = st.one_of(
    pairs.map(lambda pair: pair[0]),
    st.builds(CompoundPoisson, st.floats(0.05, 40), shapes, st.floats(0.1, 9)),
    st.builds(Poisson, st.floats(0.1, 200), st.sampled_from([0.1, 5.0, 12.0])),
)


@given(pairs, st.floats(-4, 8))
def test_agrees_with_scipy(pair: tuple[Distribution, Any], z: float) -> None:
    ours, theirs = pair
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert ours.sd == pytest.approx(theirs.std(), rel=1e-12)
    x = theirs.mean() + z * theirs.std()
    assert ours.survival(x) == pytest.approx(theirs.sf(x), rel=1e-9, abs=1e-300)
    assert ours.survival(np.floor(x)) == pytest.approx(theirs.sf(np.floor(x)), rel=1e-9, abs=1e-300)


@given(pairs, levels)
def test_quantiles_agree_with_scipy(pair: tuple[Distribution, Any], level: float) -> None:
    ours, theirs = pair
    assert ours.quantile(level) == pytest.approx(theirs.ppf(level), rel=1e-9, abs=1e-12)


@given(distributions, levels)
def test_a_quantile_is_the_least_that_covers(demand: Distribution, level: float) -> None:
    least = demand.quantile(level)
    hair = 1e-9 * (float(demand.sd) + abs(float(least)))
    assert demand.survival(least + hair) <= 1 - level + 1e-12
    # Normal demand may be negative; all other demand is covered from zero on.
    if isinstance(demand, Normal) or least > 0:
        assert demand.survival(least - 2 * hair) >= 1 - level - 1e-12


@given(distributions, st.floats(-3, 6))
def test_losses_are_the_integrals_of_what_is_beyond(demand: Distribution, z: float) -> None:
    """Gauss and Legendre on pieces between the kinks: loss' = -survival, second loss' = -loss."""
    mean, sd, step = float(demand.mean), float(demand.sd), float(demand.step)
    x = mean + z * sd
    width = step or 0.2 * sd
    ends = (math.floor(x / width) + np.arange(4)) * width + (0 if step else 0.1 * sd)
    node, weight = np.polynomial.legendre.leggauss(20)
    for low, high in pairwise(ends):
        points = (low + high) / 2 + (high - low) / 2 * node
        half = (high - low) / 2
        scale = sd + abs(low - mean)
        fall = demand.loss(low) - demand.loss(high)
        if not _kinked(demand, low, high):
            assert_allclose(fall, half * (weight @ demand.survival(points)), atol=1e-8 * scale)
        fall = demand.second_loss(low) - demand.second_loss(high)
        assert_allclose(fall, half * (weight @ demand.loss(points)), rtol=2e-5, atol=1e-5 * sd**2)


def _kinked(demand: Distribution, low: float, high: float) -> bool:
    """Whether the survival is rough here: a jump or a root at zero, or lumps that hardly vary."""
    if isinstance(demand, CompoundPoisson):
        return True
    return isinstance(demand, Gamma) and low <= 0.5 * float(demand.sd)


@given(distributions, st.floats(-3, 6))
def test_both_losses_at_once(demand: Distribution, z: float) -> None:
    x = demand.mean + z * demand.sd
    loss, second = demand.losses(x)
    assert loss == demand.loss(x)
    assert second == demand.second_loss(x)
    assert second >= 0.5 * max(float(demand.mean - x), 0) ** 2


def test_second_loss_by_hand() -> None:
    # Exponential demand of mean 2: the loss is 2·exp(-x/2), its integral 4·exp(-x/2).
    assert Gamma(1, 2).second_loss(3) == pytest.approx(4 * math.exp(-1.5))
    # A standard normal, at its mean: half its variance lies above.
    assert Normal(0, 1).second_loss(0) == pytest.approx(0.25)
    # Poisson of mean 1 from 0: ½ E[D²] = ½ (1 + 1).
    assert Poisson(1).second_loss(0) == pytest.approx(1)
    # Even chances, one success: ½ E[D²] = ½ (2 + 1).
    assert NegativeBinomial(1, 0.5).second_loss(0) == pytest.approx(1.5)


@pytest.mark.parametrize("demand", [Normal(5, 0), Gamma(0, 1), Gamma(1, 0), Poisson(0)])
def test_point_masses(demand: Distribution) -> None:
    mean = float(demand.mean)
    assert demand.sd == 0
    assert demand.quantile(0.99) == mean
    assert demand.survival([mean - 1, mean, mean + 1]).tolist() == [1, 0, 0]
    assert demand.loss([mean - 2, mean, mean + 1]).tolist() == [2, 0, 0]
    assert demand.second_loss([mean - 2, mean, mean + 1]).tolist() == [2, 0, 0]


def test_packs_that_are_no_binary_fractions() -> None:
    packs, pieces = Poisson(0.7, 0.1), Poisson(7)
    for k in range(20):
        assert_allclose(packs.survival(0.1 * k), pieces.survival(k), rtol=1e-12)
        assert_allclose(packs.loss(k / 10), 0.1 * pieces.loss(k), rtol=1e-12)


def test_quantiles_of_millions() -> None:
    for mean in (1e6, 1e9, 1e12):
        demand = NegativeBinomial(mean / 3, 0.25)
        for level in (0.05, 0.5, 0.9999):
            least = demand.quantile(level)
            assert demand.survival(least) <= 1 - level < demand.survival(least - 1)


# --- Over an interval -------------------------------------------------------------------------

NAMES = ["normal", "gamma", "poisson", "negative_binomial"]


@pytest.mark.parametrize("name", NAMES)
@given(
    st.floats(0.01, 500), st.floats(1.01, 50), st.floats(0.1, 20), st.floats(0, 5)
)  # fmt: skip
def test_mean_and_variance_are_those_of_the_interval(
    name: Any, mean: float, ratio: float, time: float, time_sd: float
) -> None:
    demand = over(name, PeriodDemand(mean, ratio * mean), time, time_sd)
    assert demand.mean == pytest.approx(mean * time)
    assert demand.sd**2 == pytest.approx(ratio * mean * time + (mean * time_sd) ** 2)


def test_whole_demand_is_poisson_or_more_variable() -> None:
    period = PeriodDemand(np.array([4.0, 4.0, 4.0, 0.0]), np.array([8.0, 4.0, 1.0, 0.0]))
    for name in ("poisson", "negative_binomial"):
        demand = over(name, period, 2)
        assert isinstance(demand, Either)
        assert_allclose(demand.sd**2, [16, 8, 8, 0])
        assert_allclose(demand.survival(9)[0], stats.nbinom(8, 0.5).sf(9))
        assert_allclose(demand.survival(9)[1:3], stats.poisson(8).sf(9))
        assert demand.quantile(0.95)[3] == 0
        assert demand.step.tolist() == [1, 1, 1, 1]


def test_gamma_without_variance_is_certain() -> None:
    demand = over("gamma", PeriodDemand(np.array([5.0, 5.0, 0.0]), np.array([4.0, 0.0, 0.0])), 2)
    assert demand.mean.tolist() == [10, 10, 0]
    assert demand.quantile(0.9)[1:].tolist() == [10, 0]
    assert demand.loss(8)[1:].tolist() == [2, 0]


def test_intermittent_demand() -> None:
    # Two in five periods, sizes 10 ± 4: over 5 periods a rate of 2, mean 20, variance 2·(16 + 100).
    period = PeriodDemand(4, 50, adi=2.5, size_mean=10, size_variance=16)
    demand = over("compound_poisson", period, 5)
    assert demand.mean == pytest.approx(20)
    assert demand.sd**2 == pytest.approx(232)
    assert demand.survival(0) == pytest.approx(1 - math.exp(-2))
    # A lead time that varies by one period adds 4²: the chance of no demand stays.
    varied = over("compound_poisson", period, 5, 1)
    assert varied.sd**2 == pytest.approx(232 + 16)
    assert varied.survival(0) == pytest.approx(1 - math.exp(-2))


def test_intermittent_items_that_are_hardly_known() -> None:
    nan = math.nan
    period = PeriodDemand(
        np.array([0, 1, 1.0]), np.array([0, 9, 9.0]), np.array([nan, 12, 2]),
        np.array([nan, 12, 2]), np.array([nan, nan, 0]),
    )  # fmt: skip
    demand = over("compound_poisson", period, 6)
    assert_allclose(demand.mean, [0, 6, 6])
    # One size only: packs of twelve, and of two.
    assert demand.step.tolist()[1:] == [12, 2]
    assert demand.quantile(0.9).tolist() == [0, 12, 10]
    assert np.isfinite(demand.loss(3)).all()


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: Normal(1, -1), "sd must be zero or more"),
        (lambda: Gamma(-1, 1), "shape must be zero or more"),
        (lambda: Poisson(1, 0), "step must be above zero"),
        (lambda: NegativeBinomial(1, 0), "p must be above 0"),
        (lambda: CompoundPoisson(math.nan, 1, 1), "rate must be finite"),
        (lambda: Gamma(1, 1).quantile(1), "level must be above 0 and below 1"),
        (lambda: Gamma(1, 1).loss(math.nan), "x must be finite"),
        (lambda: over("lognormal", PeriodDemand(1, 1), 1), "the distribution must be one of"),  # type: ignore[arg-type]
        (lambda: over("normal", PeriodDemand(-1, 1), 1), "mean must be zero or more"),
        (lambda: over("normal", PeriodDemand(1, 1), -1), "interval must be zero or more"),
        (lambda: over("compound_poisson", PeriodDemand(1, 1, 0.5, 2, 1), 1), "adi must be 1"),
    ],
)
def test_bad_arguments(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()
