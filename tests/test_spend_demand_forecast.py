"""Croston, SBA and TSB: published figures, by hand, and against a plain loop over one series."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.arguments import Numbers
from spend.demand_forecast import croston, croston_parts, sba, tsb
from tests.oracles import oracle

FORECASTS: list[Callable[[Any, Any], Numbers]] = [
    croston,
    sba,
    lambda series, alpha: tsb(series, alpha, 0.1),
    lambda series, alpha: tsb(series, 0.1, alpha),
]
quantities = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
series = st.lists(quantities, min_size=1, max_size=40)
alphas = st.floats(0.01, 1)


def test_published_croston() -> None:
    example = oracle("croston_productC")
    found = croston_parts(example["inputs"]["series"], example["inputs"]["alpha"])
    for part, expected in example["expected"].items():
        assert getattr(found, part) == pytest.approx(expected, abs=example["tolerance"])


def test_published_tsb() -> None:
    example, inputs = oracle("tsb_productC"), oracle("croston_productC")["inputs"]
    alpha_d, alpha_p = example["inputs"]["alpha_d"], example["inputs"]["alpha_p"]
    rate = tsb(inputs["series"], alpha_d, alpha_p)
    assert rate == pytest.approx(example["expected"]["rate"], abs=example["tolerance"])


def test_by_hand() -> None:
    """Sizes 4, 8: 4 + ¼·4 = 5; intervals 1, 3: 1 + ¼·2 = 1.5; chance 1, ¾, 9/16, 43/64."""
    quantities = [4, 0, 0, 8]
    assert croston(quantities, 0.25) == pytest.approx(5 / 1.5)
    assert sba(quantities, 0.25) == pytest.approx(5 / 1.5 * 0.875)
    assert tsb(quantities, 0.25, 0.25) == pytest.approx(5 * 43 / 64)


def slow_croston(values: list[float], alpha: float) -> float:
    sizes, intervals, last = [], [], -1
    for period, value in enumerate(values):
        if value > 0:
            sizes.append(value)
            intervals.append(period - last)
            last = period
    return smoothed(sizes, alpha) / smoothed(intervals, alpha) if sizes else 0.0


def slow_tsb(values: list[float], by_size: float, by_chance: float) -> float:
    sizes = [value for value in values if value > 0]
    return smoothed([float(v > 0) for v in values], by_chance) * smoothed(sizes or [0], by_size)


def smoothed(values: Any, alpha: float) -> float:
    """Exponential smoothing written out: weights alpha, alpha(1 - alpha) … back to the first."""
    weights = [alpha * (1 - alpha) ** age for age in range(len(values) - 1)]
    weights.append((1 - alpha) ** (len(values) - 1))
    return float(sum(w * v for w, v in zip(weights, reversed(values), strict=True)))


@given(series, alphas, alphas)
def test_against_smoothing_written_out(values: list[float], alpha: float, other: float) -> None:
    expected = slow_croston(values, alpha)
    assert croston(values, alpha) == pytest.approx(expected, rel=1e-9)
    assert sba(values, alpha) == pytest.approx((1 - alpha / 2) * expected, rel=1e-9)
    assert tsb(values, alpha, other) == pytest.approx(
        slow_tsb(values, alpha, other), rel=1e-9, abs=1e-9
    )


@given(st.lists(st.lists(quantities, min_size=7, max_size=7), min_size=1, max_size=6), alphas)
def test_a_matrix_is_its_rows(rows: list[list[float]], alpha: float) -> None:
    each = np.linspace(alpha, 1, len(rows))
    for forecast in FORECASTS:
        found = np.asarray(forecast(rows, each))
        alone = [forecast(row, one) for row, one in zip(rows, each, strict=True)]
        assert found.tolist() == pytest.approx(alone)


@given(series, alphas)
def test_the_rate_lies_within_what_was_seen(values: list[float], alpha: float) -> None:
    for rate in (croston(values, alpha), tsb(values, alpha, alpha)):
        assert 0 <= rate <= max(values) * (1 + 1e-9)


@given(st.lists(st.tuples(quantities, st.booleans()), min_size=1, max_size=30), alphas)
def test_periods_without_stock_are_as_if_they_had_not_been(
    pairs: list[tuple[float, bool]], alpha: float
) -> None:
    out = [flag for _, flag in pairs]
    if all(out):
        out[0] = False
    values = [value for value, _ in pairs]
    seen = [value for value, flag in zip(values, out, strict=True) if not flag]
    assert croston(values, alpha, out) == croston(seen, alpha)
    assert sba(values, alpha, out) == sba(seen, alpha)
    assert tsb(values, alpha, alpha, out) == tsb(seen, alpha, alpha)


def test_nothing_demanded() -> None:
    assert croston([0, 0], 0.1) == sba([0, 0], 0.1) == tsb([0, 0], 0.1, 0.1) == 0
    assert np.asarray(croston(np.zeros((0, 5)), 0.1)).shape == (0,)
    assert np.asarray(tsb([[0, 0], [0, 1]], 0.1, 0.1)).tolist() == [0, 0.1]
    assert tsb([1, 1], 0.1, 0.1, [True, True]) == 0


def test_croston_is_too_high_and_the_approximation_mends_it() -> None:
    """Size 1 with a chance of ¼ a period: over many series SBA is near ¼ and Croston above."""
    draws = (np.random.default_rng(7).random((4000, 120)) < 0.25).astype(float)
    high, fair = np.asarray(croston(draws, 0.1)).mean(), np.asarray(sba(draws, 0.1)).mean()
    assert high > 0.256
    assert fair == pytest.approx(0.25, abs=0.004)


@pytest.mark.parametrize("alpha", [0, -0.1, 1.1, float("nan"), [0.1, 0.2], "some"])
def test_bad_constants(alpha: Any) -> None:
    for forecast in FORECASTS:
        with pytest.raises(ValueError, match="alpha"):
            forecast([1, 0, 2], alpha)
