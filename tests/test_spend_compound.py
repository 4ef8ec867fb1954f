"""Compound Poisson demand against Skellam's distribution, brute force, and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, stats

from spend import compound
from spend.compound import compound_tail
from spend.distributions import CompoundPoisson


def test_by_hand() -> None:
    # One or no demand of exponential size is nearly all there is at a rate of 0.001.
    demand = CompoundPoisson(0.001, 1, 10)
    assert demand.survival(20).item() == pytest.approx(0.001 * math.exp(-2), rel=2e-3)
    assert demand.loss(20).item() == pytest.approx(0.001 * 10 * math.exp(-2), rel=2e-3)
    assert demand.quantile(0.99).item() == 0


@given(st.floats(0.05, 60), st.floats(0.5, 20), st.floats(0, 3))
def test_exponential_sizes_by_skellam(rate: float, scale: float, share: float) -> None:
    """Erlang and Poisson: D > x is N > M with M Poisson of mean x / scale."""
    x = share * rate * scale
    demand = CompoundPoisson(rate, 1, scale)

    def survival(y: float) -> float:
        return float(stats.skellam.sf(0, rate, max(y / scale, 1e-12)))

    assert demand.survival(x).item() == pytest.approx(survival(x), rel=1e-6, abs=1e-10)
    top = x + (10 * math.sqrt(2 * rate) + 40) * scale
    loss = integrate.quad(survival, x, top, limit=200, points=[x + scale])[0]
    assert demand.loss(x).item() == pytest.approx(loss, rel=1e-5, abs=1e-8 * scale)


@pytest.mark.parametrize(("rate", "shape", "scale"), [(0.3, 0.6, 5), (4, 2.5, 2), (900, 0.4, 3)])
def test_moments_by_simulation(rate: float, shape: float, scale: float) -> None:
    rng = np.random.default_rng(3)
    drawn = rng.gamma(shape * rng.poisson(rate, 1_000_000), scale)
    demand = CompoundPoisson(rate, shape, scale)
    assert demand.mean.item() == pytest.approx(drawn.mean(), rel=0.01)
    assert demand.sd.item() == pytest.approx(drawn.std(), rel=0.01)
    for level in (0.8, 0.95, 0.99):
        x = demand.quantile(level).item()
        assert (drawn <= x).mean() == pytest.approx(
            max(level, 1 - demand.survival(0).item()), abs=2e-3
        )
        short = np.maximum(drawn - x, 0)
        for exact, seen in ((demand.loss(x), short), (demand.second_loss(x), short**2 / 2)):
            # Five standard errors of what was drawn.
            assert exact.item() == pytest.approx(seen.mean(), abs=5 * seen.std() / 1000)


@pytest.mark.parametrize("shape", [0.2, 1.0, 3.0, 1e4])
def test_every_kth_count_gives_the_same_sum(shape: float, monkeypatch: pytest.MonkeyPatch) -> None:
    rate, scale = np.array([160.0, 1000.0, 40_000.0]), np.ones(3)
    x = rate * shape + np.array([[-2.0], [0.0], [3.0]]) * np.sqrt(rate * shape * (1 + shape))
    given_ = np.broadcast_arrays(x, rate, shape * scale, scale)
    some = compound_tail(*given_)
    monkeypatch.setattr(compound, "SMOOTH_FROM", np.inf)
    monkeypatch.setattr(compound, "REACH", 9.0)
    every = compound_tail(*given_)
    sd = np.sqrt(given_[1] * shape * (1 + shape))
    assert_allclose(some.survival, every.survival, atol=3e-12)
    assert_allclose(some.loss / sd, every.loss / sd, atol=3e-12)
    assert_allclose(some.second_loss / sd**2, every.second_loss / sd**2, atol=1e-11)


def test_many_items_are_summed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = np.linspace(0, 30, 50)
    demand = CompoundPoisson(rate, 2, 3)
    together = demand.loss(20)
    monkeypatch.setattr(compound, "PAIRS_AT_ONCE", 100)
    assert_allclose(demand.loss(20), together, rtol=1e-14)
    assert demand.loss(np.zeros((0, 50))).shape == (0, 50)


def test_no_demand() -> None:
    for demand in (CompoundPoisson(0, 2, 3), CompoundPoisson(2, 0, 3), CompoundPoisson(2, 2, 0)):
        assert demand.mean.item() == 0
        assert demand.loss([-1.0, 0, 5]).tolist() == [1, 0, 0]
        assert demand.second_loss([-2.0, 0, 5]).tolist() == [2, 0, 0]
        assert demand.quantile(0.99).item() == 0
