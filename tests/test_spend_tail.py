"""The building blocks of the tails against exact fractions and factorials."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from spend.tail import (
    binomial_mass,
    deviance,
    gamma_tail,
    negative_binomial_tail,
    normal_tail,
    poisson_mass,
    poisson_tail,
    stirling_error,
)


@given(st.integers(0, 400), st.integers(1, 400))
def test_poisson_mass(count: int, mean: int) -> None:
    exact = float(Fraction(mean) ** count / math.factorial(count) * Fraction(math.exp(-mean)))
    mass = poisson_mass(np.array(float(count)), np.array(float(mean)))
    assert mass == pytest.approx(exact, rel=1e-12, abs=1e-300)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(1, 99))
def test_binomial_mass(failures: int, successes: int, percent: int) -> None:
    p = Fraction(percent, 100)
    exact = math.comb(failures + successes, failures) * p**successes * (1 - p) ** failures
    mass = binomial_mass(np.array(float(failures)), np.array(float(successes)), np.array(float(p)))
    assert mass == pytest.approx(float(exact), rel=2e-12, abs=1e-300)


def test_real_counts() -> None:
    # Γ(3/2) = √π / 2.
    mass = poisson_mass(np.array(0.5), np.array(2.0))
    assert mass == pytest.approx(math.sqrt(2) * math.exp(-2) / (math.sqrt(math.pi) / 2))
    assert poisson_mass(np.array([0.0, 3.0]), np.zeros(2)).tolist() == [1, 0]


def test_stirling_error_where_its_two_forms_meet() -> None:
    low, high = stirling_error(np.array([16 - 1e-9, 16.0]))
    assert low == pytest.approx(high, abs=1e-11)
    exact = math.lgamma(21) - (20.5 * math.log(20) - 20 + math.log(2 * math.pi) / 2)
    assert stirling_error(np.array(20.0)) == pytest.approx(exact, rel=1e-9)


def test_deviance_by_hand() -> None:
    assert deviance(np.array(2.0), np.array(6.0)) == pytest.approx(2 * math.log(1 / 3) + 4)
    # Close by it is half the square of the distance: nothing is lost to cancellation.
    assert deviance(np.array(1e12), np.array(1e12 + 1e6)) == pytest.approx(0.5, rel=1e-5)
    # Far off it is count·(ln(count / mean) - 1), all but.
    far = deviance(np.array([0.005, 3.0]), np.array([1e-30, 1e-20]))
    assert_allclose(far, [0.005 * (math.log(5e27) - 1), 3 * (math.log(3e20) - 1)], rtol=1e-12)


@pytest.mark.parametrize("z", [2.0, 8.0, 20.0, 30.0])
def test_second_loss_keeps_its_digits(z: float) -> None:
    """Below it by the loss at the mean excess, above it by twice that: Jensen, and a falling tail.

    ½ E[Y²; Y > 0] is at least ½ E[Y]² / P, and, the excess of a log-concave demand being less
    variable than an exponential, at most E[Y]² / P.
    """
    x, one = np.array(z), np.array(1.0)
    for tail in (
        normal_tail(x, 0 * one, one),
        gamma_tail(4 + 2 * x, 4 * one, one),
        poisson_tail(np.floor(9 + 3 * x), 9 * one),
        negative_binomial_tail(np.floor(8 + 4 * x), 8 * one, 0.5 * one),
    ):
        bound = tail.loss * (tail.loss / tail.survival)
        assert 0.5 * bound * (1 - 1e-9) <= tail.second_loss
        assert tail.second_loss <= bound * (1 + 1e-9)
    assert_allclose(normal_tail(x, 0 * one, one).survival, 0.5 * math.erfc(z / math.sqrt(2)))
