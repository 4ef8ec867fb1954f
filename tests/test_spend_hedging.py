"""Hedging with futures: Hull's jet fuel, and against searches and regressions."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.hedging import hedge_contracts, hedged_sd, minimum_variance_hedge_ratio
from tests.oracles import oracle

correlations = st.floats(-1, 1)
deviations = st.floats(0.001, 10)


def test_published_hedge_of_jet_fuel() -> None:
    example = oracle("hedge_hull_jetfuel")
    fuel, expected, tolerance = example["inputs"], example["expected"], example["tolerance"]
    ratio = minimum_variance_hedge_ratio(fuel["rho"], fuel["sd_s"], fuel["sd_f"])
    assert ratio == pytest.approx(expected["h"], abs=tolerance["h"])
    rounded = round(float(np.asarray(ratio)), 2)
    contracts = hedge_contracts(rounded, fuel["exposure"], fuel["contract"])
    assert contracts == pytest.approx(expected["n"], abs=tolerance["n"])
    # Newer editions: 0.7777, from data that the three printed figures round.
    newer = hedge_contracts(0.7777, fuel["exposure"], fuel["contract"])
    assert newer == pytest.approx(37.03, abs=0.005)


def test_by_hand_with_signs() -> None:
    # ½ · 0.04 / 0.02 = 1; a price that moves against the futures is hedged by selling them.
    assert minimum_variance_hedge_ratio(0.5, 0.04, 0.02) == 1
    assert minimum_variance_hedge_ratio(-0.5, 0.04, 0.02) == -1
    assert hedge_contracts(1, -500, 100) == -5
    assert hedge_contracts(0, 500, 100) == 0
    # Hedged one for one: 0.05² - 2·0.8·0.05·0.04 + 0.04² = 0.0009.
    assert hedged_sd(0.8, 0.05, 0.04, 1) == pytest.approx(0.03)


def test_arrays_broadcast() -> None:
    assert np.asarray(minimum_variance_hedge_ratio([0.5, 1], 2, 1)).tolist() == [1, 2]
    assert np.asarray(hedge_contracts([1, 2], [[100], [200]], 10)).shape == (2, 2)


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((1.1, 1, 1), "from -1 to 1"),
        ((0.5, -1, 1), "zero or more"),
        ((0.5, 1, 0), "above zero"),
        ((math.nan, 1, 1), "correlation must be finite"),
        ((None, 1, 1), "correlation must be"),
    ],
)
def test_bad_hedges_say_the_rule(arguments: tuple[Any, ...], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        minimum_variance_hedge_ratio(*arguments)


def test_bad_contracts_and_deviations_say_the_rule() -> None:
    with pytest.raises(ValueError, match="contract_size must be above zero"):
        hedge_contracts(1, 100, 0)
    with pytest.raises(ValueError, match="from -1 to 1"):
        hedged_sd(2, 1, 1, 1)
    with pytest.raises(ValueError, match="zero or more"):
        hedged_sd(0, 1, -1, 1)


@given(correlations, deviations, deviations, st.floats(-3, 3))
def test_no_other_ratio_varies_less(rho: float, spot: float, futures: float, other: float) -> None:
    best = minimum_variance_hedge_ratio(rho, spot, futures)
    least = float(np.asarray(hedged_sd(rho, spot, futures, best)))
    assert least <= float(np.asarray(hedged_sd(rho, spot, futures, other))) + 1e-12
    assert least == pytest.approx(spot * math.sqrt(1 - rho**2), abs=1e-7)
    assert hedged_sd(rho, spot, futures, 0) == pytest.approx(spot)


def test_it_is_the_slope_of_a_regression() -> None:
    """Independently: least squares of spot changes on futures changes."""
    random = np.random.default_rng(3)
    futures = random.normal(0, 0.03, 200)
    spot = 0.7 * futures + random.normal(0, 0.01, 200)
    slope = float(np.polyfit(futures, spot, 1)[0])
    rho = float(np.corrcoef(spot, futures)[0, 1])
    found = minimum_variance_hedge_ratio(rho, spot.std(ddof=1), futures.std(ddof=1))
    assert found == pytest.approx(slope)
    hedged = hedged_sd(rho, spot.std(ddof=1), futures.std(ddof=1), slope)
    assert hedged == pytest.approx((spot - slope * futures).std(ddof=1))
