"""Budget-at-risk in closed form: Hull's example, by hand, and against simulated normal changes."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spend.arguments import Floats
from spend.goals import budget_at_risk, budget_at_risk_contributions
from tests.oracles import oracle

Z95 = NormalDist().inv_cdf(0.95)


def covariances(size: int) -> st.SearchStrategy[Floats]:
    """Any positive semi-definite matrix: some factor times itself."""
    return arrays(np.float64, (size, size), elements=st.floats(-0.5, 0.5)).map(lambda a: a @ a.T)


def money(size: int) -> st.SearchStrategy[Floats]:
    return arrays(np.float64, size, elements=st.floats(-1e6, 1e6))


# --- Published, and by hand ---------------------------------------------------------------------


def test_published_value_at_risk() -> None:
    example = oracle("var_hull_single")
    given_, expected = example["inputs"], example["expected"]["var"]
    variance = given_["days"] * given_["daily_vol"] ** 2
    confidence = NormalDist().cdf(given_["z"])
    found = budget_at_risk(given_["position"], variance, confidence)
    assert found == pytest.approx(expected, abs=example["tolerance"])


def test_two_exposures_by_hand() -> None:
    # Deviations 10 and 20 % and correlation ½ on 100 and 200: 10² + 40² + 2·½·10·40 = 2,100.
    covariance = [[0.01, 0.01], [0.01, 0.04]]
    assert budget_at_risk([100, 200], covariance, 0.95) == pytest.approx(Z95 * math.sqrt(2100))
    # Sold rather than bought, the second hedges the first: 10² + 40² - 400 = 1,300.
    assert budget_at_risk([100, -200], covariance, 0.95) == pytest.approx(Z95 * math.sqrt(1300))


def test_contributions_by_hand() -> None:
    # Uncorrelated 3 and 4 make 5: 9/5 and 16/5 of it.
    parts = budget_at_risk_contributions([300, 400], np.eye(2) * 1e-4, 0.95)
    assert parts == pytest.approx([Z95 * 1.8, Z95 * 3.2])


def test_a_perfect_hedge_leaves_nothing() -> None:
    same = [[0.04, 0.04], [0.04, 0.04]]
    assert budget_at_risk([70, -70], same, 0.99) == 0
    assert budget_at_risk_contributions([70, -70], same, 0.99).tolist() == [0, 0]


def test_nothing_at_stake() -> None:
    assert budget_at_risk(0, 0.04, 0.95) == 0
    assert budget_at_risk(100, 0, 0.95) == 0
    assert budget_at_risk([], np.empty((0, 0)), 0.95) == 0


def test_one_exposure_may_be_a_row_of_one() -> None:
    plain = budget_at_risk(100, 0.04, 0.9)
    assert isinstance(plain, float)
    assert budget_at_risk([100], 0.04, 0.9) == budget_at_risk(100, [[0.04]], 0.9) == plain


def test_many_plans_at_once() -> None:
    plans = np.array([[100.0, 200.0], [300.0, -100.0], [0.0, 0.0]])
    covariance = np.array([[0.01, 0.01], [0.01, 0.04]])
    found = np.asarray(budget_at_risk(plans, covariance, 0.95))
    assert found == pytest.approx([budget_at_risk(p, covariance, 0.95) for p in plans])
    levels = np.asarray(budget_at_risk(100, 0.01, [0.5, 0.9, 0.99]))
    assert levels.tolist() == [budget_at_risk(100, 0.01, c) for c in (0.5, 0.9, 0.99)]
    several = budget_at_risk_contributions(plans, covariance, 0.95)
    assert several.sum(axis=1) == pytest.approx(found)


@pytest.mark.parametrize(
    ("exposures", "covariance", "confidence", "rule"),
    [
        (100, 0.04, 0, "above 0 and below 1"),
        (100, 0.04, 1, "above 0 and below 1"),
        (100, 0.04, math.nan, "confidence must be finite"),
        (100, -0.04, 0.95, "positive semi-definite"),
        ([100, 100], 0.04, 0.95, "n by n"),
        ([100, 100], [0.04, 0.04], 0.95, "n by n"),
        ([100, 100], [[0.04]], 0.95, "n by n"),
        (100, [[0.04, 0], [0, 0.04]], 0.95, "n by n"),
        ([100, 100], [[0.04, 0.01], [0.02, 0.04]], 0.95, "symmetric"),
        ([100, 100], [[0.04, 0.05], [0.05, 0.04]], 0.95, "positive semi-definite"),
        ([100, None], np.eye(2), 0.95, "exposures must be"),
        ([100, math.inf], np.eye(2), 0.95, "exposures must be finite"),
        (100, math.nan, 0.95, "covariance must be finite"),
    ],
)
def test_bad_arguments_say_the_rule(
    exposures: Any, covariance: Any, confidence: Any, rule: str
) -> None:
    with pytest.raises(ValueError, match=rule):
        budget_at_risk(exposures, covariance, confidence)


# --- Properties -----------------------------------------------------------------------------------


@given(money(4), covariances(4), st.floats(0.01, 0.99))
def test_contributions_sum_to_the_whole(
    exposures: Floats, covariance: Floats, confidence: float
) -> None:
    whole = float(np.asarray(budget_at_risk(exposures, covariance, confidence)))
    parts = budget_at_risk_contributions(exposures, covariance, confidence)
    assert math.fsum(parts) == pytest.approx(whole, rel=1e-9, abs=1e-6)


@given(money(3), covariances(3), st.floats(0.5, 0.99), st.floats(0, 100))
def test_it_scales_and_has_no_side(
    exposures: Floats, covariance: Floats, confidence: float, times: float
) -> None:
    once = float(np.asarray(budget_at_risk(exposures, covariance, confidence)))
    scaled = budget_at_risk(exposures * times, covariance, confidence)
    assert scaled == pytest.approx(once * times, rel=1e-9, abs=1e-6)
    assert budget_at_risk(-exposures, covariance, confidence) == pytest.approx(once)
    mirrored = budget_at_risk(exposures, covariance, 1 - confidence)
    assert mirrored == pytest.approx(-once, rel=1e-6, abs=1e-6)


@given(money(3), money(3), covariances(3))
def test_two_plans_together_risk_no_more_than_apart(a: Floats, b: Floats, cov: Floats) -> None:
    together, first, second = (
        float(np.asarray(budget_at_risk(e, cov, 0.95))) for e in (a + b, a, b)
    )
    assert together <= first + second + 1e-6 * (1 + first + second)


@given(arrays(np.float64, 5, elements=st.floats(0, 1e6)), arrays(
    np.float64, 5, elements=st.floats(0.01, 1)
))  # fmt: skip
def test_prices_that_move_as_one_just_add_up(exposures: Floats, deviations: Floats) -> None:
    found = budget_at_risk(exposures, np.outer(deviations, deviations), 0.95)
    assert found == pytest.approx(Z95 * float(exposures @ deviations), rel=1e-9)


# --- Independently: the quantile of simulated changes ---------------------------------------------


def test_simulated_changes_have_that_quantile() -> None:
    covariance = np.array([[0.04, 0.015, 0.0], [0.015, 0.09, -0.02], [0.0, -0.02, 0.01]])
    exposures = np.array([500.0, 300.0, -200.0])
    changes = np.random.default_rng(7).multivariate_normal(np.zeros(3), covariance, 400_000)
    cost = changes @ exposures
    for confidence in (0.3, 0.9, 0.95):
        simulated = float(np.quantile(cost, confidence))
        assert budget_at_risk(exposures, covariance, confidence) == pytest.approx(
            simulated, abs=cost.std() * 0.01
        )


def test_contributions_are_marginal_effects() -> None:
    """Euler's parts by finite differences: what a little more of each exposure adds."""
    covariance = np.array([[0.04, 0.015, 0.0], [0.015, 0.09, -0.02], [0.0, -0.02, 0.01]])
    exposures = np.array([500.0, 300.0, -200.0])
    parts = budget_at_risk_contributions(exposures, covariance, 0.95)
    for i in range(3):
        step = np.eye(3)[i] * 1e-4
        up, down = (
            float(np.asarray(budget_at_risk(exposures + s, covariance, 0.95)))
            for s in (step, -step)
        )
        assert parts[i] == pytest.approx((up - down) / 2e-4 * exposures[i], rel=1e-6)
