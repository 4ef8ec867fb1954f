"""The frozen market: its factor, its paths, and what it takes from history."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spend.arguments import Floats
from spend.market_model import MarketModel, index_paths, market_from_history, semidefinite_factor


def rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in np.asarray(matrix, dtype=np.float64).tolist())


def market(covariance: Any, drift: tuple[float, ...] | None = None) -> MarketModel:
    size = len(covariance)
    names = tuple("ABCDEFGH"[:size])
    return MarketModel(names, drift or (0.0,) * size, rows(covariance))


# --- The factor -----------------------------------------------------------------------------------


def test_the_factor_by_hand() -> None:
    assert semidefinite_factor([[4, 2], [2, 10]]) == pytest.approx(np.array([[2, 0], [1, 3]]))
    assert semidefinite_factor([[0, 0], [0, 9]]).tolist() == [[0, 0], [0, 3]]
    assert semidefinite_factor([]).shape == (0, 0)


def test_the_factor_is_that_of_linear_algebra() -> None:
    random = np.random.default_rng(1)
    for size in (1, 5, 60):
        some = random.normal(size=(size, size + 2))
        covariance = some @ some.T
        found = semidefinite_factor(rows(covariance))
        assert found == pytest.approx(np.linalg.cholesky(covariance), abs=1e-9)


@given(st.integers(1, 6), st.integers(0, 6), st.integers(0, 2**32), st.floats(1e-6, 1e3))
def test_any_rank_has_a_factor(size: int, rank: int, seed: int, scale: float) -> None:
    some = np.random.default_rng(seed).normal(size=(size, min(rank, size))) * scale
    covariance = some @ some.T
    factor = semidefinite_factor(rows(covariance))
    assert np.array_equal(factor, np.tril(factor))
    assert factor @ factor.T == pytest.approx(covariance, abs=1e-7 * covariance.max() + 1e-300)


@given(arrays(np.float64, (4, 4), elements=st.floats(-1, 1)))
def test_a_row_depends_on_those_before_it_only(some: Floats) -> None:
    covariance = some @ some.T + np.eye(4) * 0.01
    smaller = semidefinite_factor(rows(covariance[:3, :3]))
    assert np.array_equal(semidefinite_factor(rows(covariance))[:3, :3], smaller)


@pytest.mark.parametrize(
    ("covariance", "rule"),
    [
        ([[-1]], "no variance below zero"),
        ([[1, 2], [2, 1]], "no mix"),
        ([[1, 1, 0], [1, 1, 1], [0, 1, 2]], "no mix"),
        ([[0, 1], [1, 1]], "no mix"),
        ([[1, 0.5], [0.4, 1]], "symmetric"),
    ],
)
def test_what_is_no_covariance_says_the_rule(covariance: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        market(covariance)


def test_bad_markets_say_the_rule() -> None:
    with pytest.raises(ValueError, match="different from each other"):
        MarketModel(("A", "A"), (0.0, 0.0), rows(np.eye(2)))
    with pytest.raises(ValueError, match="one number for each code"):
        MarketModel(("A",), (), rows(np.eye(1)))
    with pytest.raises(ValueError, match="one number for each code"):
        MarketModel(("A", "B"), (0.0, 0.0), ((1.0, 0.0), (0.0,)))
    with pytest.raises(ValueError, match="finite"):
        MarketModel(("A",), (math.nan,), rows(np.eye(1)))
    with pytest.raises(ValueError, match="has no B"):
        market([[1]]).variance("B")


# --- Paths ----------------------------------------------------------------------------------------


def test_without_volatility_paths_follow_the_drift() -> None:
    paths = index_paths(market([[0]], (0.02,)), ["A"], (3, 1, 2), seed=1, draws=2)["A"]
    assert paths == pytest.approx(np.exp(0.02 * np.array([[3, 3], [4, 4], [6, 6]])))


def test_paths_have_the_market_s_drift_and_covariance() -> None:
    """Their logs: means (μ - σ²/2)·m, covariances growing with the months; their mean: exp(μ m)."""
    covariance = np.array([[0.0016, 0.0006], [0.0006, 0.0009]])
    paths = index_paths(market(covariance, (0.01, -0.005)), "AB", (3, 1), seed=2, draws=100_000)
    logs = np.array([np.log(paths[code][point]) for point in (0, 1) for code in "AB"])
    months = np.array([[3, 3], [3, 4]])
    expected = np.kron(months, covariance)
    assert np.cov(logs) == pytest.approx(expected, abs=1.2e-4)
    assert paths["A"].mean(axis=1) == pytest.approx(np.exp([0.03, 0.04]), abs=0.001)
    assert paths["B"].mean(axis=1) == pytest.approx(np.exp([-0.015, -0.02]), abs=0.001)


def test_copies_move_as_one() -> None:
    paths = index_paths(market([[0.01, 0.01], [0.01, 0.01]]), "AB", (1,) * 12, seed=1, draws=10)
    assert paths["A"] == pytest.approx(paths["B"], rel=1e-12)


@given(st.integers(0, 1000), st.integers(1, 30))
def test_a_new_index_at_the_end_moves_no_other(seed: int, draws: int) -> None:
    three = np.array([[0.04, 0.01, 0.02], [0.01, 0.09, 0.0], [0.02, 0.0, 0.05]])
    small = index_paths(market(three[:2, :2]), "AB", (1, 1), seed, draws)
    large = index_paths(market(three), "CBA", (1, 1), seed, draws + 5)
    for code in "AB":
        assert np.array_equal(small[code], large[code][:, :draws])


# --- From history ---------------------------------------------------------------------------------


def walk(months: int, seed: int, spread: Floats, drift: Floats) -> pd.DataFrame:
    """A long random walk with known monthly drift and covariance."""
    steps = np.random.default_rng(seed).multivariate_normal(drift, spread, months)
    levels = 100 * np.exp(np.cumsum(steps, axis=0))
    return pd.DataFrame(levels, pd.period_range("1000-01", periods=months), ["A", "B"])


def test_history_gives_back_the_walk_it_was_made_from() -> None:
    spread, drift = np.array([[0.0025, 0.001], [0.001, 0.0016]]), np.array([0.004, 0.0])
    history = walk(60_000, 4, spread, drift)
    for months in (1, 12):
        model = market_from_history(history, months=months)
        assert np.array(model.covariance) == pytest.approx(spread, rel=0.06)
        assert model.drift == pytest.approx(drift + spread.diagonal() / 2, abs=0.0006)
    still = market_from_history(walk(60_000, 4, spread, drift * 0), drift="none")
    assert still.drift == (0, 0)
    assert np.array(still.covariance) == pytest.approx(spread, rel=0.06)


def test_history_by_hand() -> None:
    """Two windows of two months: ln of ((121 + 100) / 2 / 110) and of ((110 + 121) / 2 / 100).

    Weights 1 and ½ on the two monthly changes: the variance is that of a month times 1.25; the
    mean comes 1.5 months after the start.
    """
    levels = pd.DataFrame({"A": [100.0, 110, 121, 100]}, pd.period_range("2020-01", periods=4))
    first, second = math.log(1.155), math.log(110.5 / 110)
    none = market_from_history(levels, months=2, drift="none")
    assert none.variance("A") == pytest.approx((first**2 + second**2) / 2 / 1.25)
    grown = market_from_history(levels, months=2)
    assert grown.variance("A") == pytest.approx((first - second) ** 2 / 2 / 1.25)
    mean = (first + second) / 2 / 1.5
    assert grown.drift[0] == pytest.approx(mean + grown.variance("A") / 2)


def test_an_index_without_windows_says_the_rule() -> None:
    levels = pd.DataFrame({"A": [100.0] * 13}, pd.period_range("2020-01", periods=13))
    with pytest.raises(ValueError, match="two changes or more; A has not"):
        market_from_history(levels)
