"""Compound Poisson demand against Skellam's distribution, brute force, and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, stats

from spend import compound
from spend.compound import compound_quantile, compound_tail
from spend.distributions import CompoundPoisson
from spend.root_finding import decreasing_root


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
    together = CompoundPoisson(rate, 2, 3)
    loss, quantile = together.loss(20), together.quantile(0.9)
    monkeypatch.setattr(compound, "PAIRS_AT_ONCE", 100)
    in_parts = CompoundPoisson(rate, 2, 3)
    assert_allclose(in_parts.loss(20), loss, rtol=1e-14)
    assert_allclose(in_parts.quantile(0.9), quantile, rtol=1e-12)
    assert in_parts.loss(np.zeros((0, 50))).shape == (0, 50)
    assert in_parts.quantile(np.full((0, 50), 0.9)).shape == (0, 50)


def test_no_demand() -> None:
    for demand in (CompoundPoisson(0, 2, 3), CompoundPoisson(2, 0, 3), CompoundPoisson(2, 2, 0)):
        assert demand.mean.item() == 0
        assert demand.loss([-1.0, 0, 5]).tolist() == [1, 0, 0]
        assert demand.second_loss([-2.0, 0, 5]).tolist() == [2, 0, 0]
        assert demand.quantile(0.99).item() == 0


# --- Quantiles ------------------------------------------------------------------------------------

items = st.tuples(st.floats(0.001, 400), st.floats(0.3, 2000), st.floats(1e-6, 0.9999))


@given(st.lists(items, min_size=1, max_size=8))
def test_a_quantile_leaves_beyond_it_what_was_asked(cases: list[tuple[float, ...]]) -> None:
    """Whatever the start: survival there is 1 - level, or demand is rarer than that."""
    rate, shape, beyond = (np.array(column) for column in zip(*cases, strict=True))
    demand = CompoundPoisson(rate, shape, 7.0)
    found, any_demand = demand.quantile(1 - beyond), demand.survival(0)
    assert (found[any_demand <= beyond - 1e-12] == 0).all()
    likely = any_demand > beyond + 1e-12
    assert (found[likely] > 0).all()
    assert_allclose(demand.survival(found)[likely], beyond[likely], rtol=1e-8, atol=1e-13)


@given(st.lists(items, min_size=1, max_size=8))
def test_quantiles_are_those_of_a_plain_bracketed_search(cases: list[tuple[float, ...]]) -> None:
    rate, shape, beyond = (np.array(column) for column in zip(*cases, strict=True))
    demand = CompoundPoisson(rate, shape, 1.0)
    rows = np.flatnonzero(demand.survival(0) > beyond + 1e-12)
    plain = decreasing_root(
        lambda x, some: CompoundPoisson(rate[rows[some]], shape[rows[some]], 1.0).survival(x),
        beyond[rows],
        np.zeros(rows.size),
        (demand.mean + 4 * demand.sd)[rows],
        1e-13 * demand.sd[rows],
    )
    found = demand.quantile(1 - beyond)[rows]
    # Where hardly anything lies between two humps, many levels leave the same beyond them.
    room = 1e-12 * demand.sd[rows] + 1e-9 * plain
    lower, higher = (
        CompoundPoisson(rate[rows], shape[rows], 1.0).survival(x)
        for x in (np.maximum(plain, found) + room, np.minimum(plain, found) - room)
    )
    flat = np.abs(higher - lower) <= 1e-8 * beyond[rows] + 1e-12
    assert ((np.abs(found - plain) <= room) | flat).all()


def test_quantiles_of_sizes_all_but_equal_are_stairs() -> None:
    """Sizes 1 ± 0.0001: more than 5 demands come 1.7 times in 100, more than 4 5.3 times."""
    demand = CompoundPoisson(2.0, 1e8, 1e-8)
    more_than_five, more_than_four = stats.poisson.sf([5, 4], 2)
    at = demand.quantile(1 - 0.05).item()
    assert more_than_five < 0.05 < more_than_four
    assert at == pytest.approx(5, abs=1e-3)
    assert demand.survival(at).item() == pytest.approx(0.05, rel=1e-9)


def test_quantiles_next_to_nothing() -> None:
    """Demand hardly likelier than the level allows, and sizes that are mostly next to nothing."""
    rate = -np.log1p(-np.array([0.05, 0.05 * (1 + 1e-9), 0.06]))
    found = compound_quantile(np.full(3, 0.05), rate, np.array([2.0, 2.0, 1e-3]))
    assert found[0] <= found[1]
    assert 0 <= found[1] < 1e-3
    assert 0 <= found[2] < 1e-9


def test_quantiles_rise_with_the_level_and_with_demand() -> None:
    level = np.concatenate([np.linspace(0.01, 0.99, 99), 1 - np.logspace(-3, -9, 7)])
    for shape in (0.4, 3.0, 300.0):
        found = CompoundPoisson(np.geomspace(0.01, 300, 40)[:, None], shape, 1).quantile(level)
        assert (np.diff(found, axis=1) >= 0).all()
        assert (np.diff(found, axis=0) >= 0).all()
