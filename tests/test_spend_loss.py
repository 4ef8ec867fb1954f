"""Loss functions against published values, sums, integrals, and their own properties."""

import math
from collections.abc import Callable
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, stats

from spend.loss import gamma_loss, negative_binomial_loss, normal_loss, poisson_loss
from tests.conftest import HEAVY

means = st.floats(0.01, 500)
shapes = st.floats(0.05, 300)
reals = st.floats(-300, 1500)
chances = st.floats(0.02, 0.98)


def cases() -> st.SearchStrategy[tuple[Callable[[Any], Any], float, Any]]:
    """A loss as a function of x alone, its mean, and the same distribution of scipy."""
    normal = st.builds(
        lambda m, s: (lambda x: normal_loss(x, m, s), m, stats.norm(m, s)), reals, means
    )
    gamma = st.builds(
        lambda a, t: (lambda x: gamma_loss(x, a, t), a * t, stats.gamma(a, scale=t)),
        shapes,
        st.floats(0.1, 5),
    )
    poisson = st.builds(lambda m: (lambda x: poisson_loss(x, m), m, stats.poisson(m)), means)
    negative = st.builds(
        lambda r, p: (
            lambda x: negative_binomial_loss(x, r, p),
            r * (1 - p) / p,
            stats.nbinom(r, p),
        ),
        st.floats(0.05, 60),
        chances,
    )
    return st.one_of(normal, gamma, poisson, negative)


def test_published_values() -> None:
    assert_allclose(normal_loss(1.3, 0, 1), 0.04552796208651397, rtol=0, atol=1e-12)
    assert_allclose(normal_loss(18.6, 15, 3), 0.1683073521514889, rtol=0, atol=1e-12)
    assert_allclose(negative_binomial_loss(14, 4, 0.2), 4.447304632028364, rtol=0, atol=1e-12)


def test_by_hand() -> None:
    assert normal_loss(7, 7, 2) == pytest.approx(2 / math.sqrt(2 * math.pi))
    assert gamma_loss(6, 1, 3) == pytest.approx(3 * math.exp(-2))  # exponential demand
    # E[(D - 1)+] = E[D] - 1 + P(D = 0)
    assert poisson_loss(1, 2) == pytest.approx(1 + math.exp(-2))
    # One success wanted at even chances: P(D > k) = 2^-(k + 1), whose sum from k = 2 on is 1/4.
    assert negative_binomial_loss(2, 1, 0.5) == pytest.approx(0.25)
    assert negative_binomial_loss(2.5, 1, 0.5) == pytest.approx((0.25 + 0.125) / 2)


@given(cases(), reals, st.floats(0, 100))
def test_falls_is_convex_and_never_below_what_is_missing_on_average(
    case: tuple[Callable[[Any], Any], float, Any], x: float, step: float
) -> None:
    loss, mean, _ = case
    first, middle, last = loss([x, x + step, x + 2 * step])
    slack = 1e-12 * (1 + abs(mean) + abs(x) + step)
    last_digits = 1 + 1e-12
    assert first * last_digits >= middle
    assert middle * last_digits >= last >= 0
    assert first + last >= 2 * middle - slack
    assert first >= max(mean - x, 0) - slack
    assert first - middle <= step + slack


@given(cases(), reals)
def test_the_slope_is_minus_the_survival(
    case: tuple[Callable[[Any], Any], float, Any], x: float
) -> None:
    loss, mean, scipy = case
    sd = float(scipy.std())
    x = math.floor(x) + 0.5  # away from the kinks of whole demand
    step = min(1e-3 * sd, 0.25)
    slope = (loss(x + step) - loss(x - step)) / (2 * step)
    between = scipy.sf(np.array([x - step, x + step]))
    noise = 1e-12 * (1 + abs(mean) + abs(x)) / step
    assert between[1] - noise <= -slope <= between[0] + noise


@HEAVY
@given(cases(), st.floats(-4, 8))
def test_equals_the_integral_or_sum_of_the_survival(
    case: tuple[Callable[[Any], Any], float, Any], z: float
) -> None:
    loss, mean, scipy = case
    sd = float(scipy.std())
    x = mean + z * sd
    if isinstance(scipy.dist, stats.rv_discrete):
        # Beyond this the tail holds less than e^-45: it falls no slower than mean over variance.
        k = np.arange(math.floor(x), math.ceil(mean + 45 * (sd + sd**2 / mean)) + 50)
        expected = float(scipy.sf(k).sum() - (x - k[0]) * scipy.sf(k[0]))
    else:
        ends = [x, *(mean + s * sd for s in (-3, -1, 0, 1, 3, 6, 12) if s > z), mean + 80 * sd]
        pieces = (
            integrate.quad(scipy.sf, a, b, epsabs=0, epsrel=1e-11, limit=200)[0]
            for a, b in pairwise(ends)
        )
        expected = math.fsum(pieces)
    assert loss(x) == pytest.approx(expected, rel=1e-8, abs=1e-12 * sd)


def test_far_in_the_normal_tail() -> None:
    getcontext().prec = 60
    for z in (0.5, 3, 8, 20, 37):
        assert normal_loss(z, 0, 1) == pytest.approx(float(_normal_by_fractions(z)), rel=1e-11)
    # Below the smallest number there is nothing, and never less.
    assert normal_loss([40, 1e6, 1e200], 0, 1).tolist() == [0, 0, 0]  # type: ignore[union-attr]
    assert normal_loss(-1e6, 0, 1) == 1e6


def _normal_by_fractions(z: float) -> Decimal:
    """φ(z) - z·Q(z) with Q from Laplace's continued fraction, in 60 digits."""
    level, fraction = Decimal(z), Decimal(0)
    for k in range(4000, 0, -1):
        fraction = Decimal(k) / (level + fraction)
    pi = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
    density = (-level * level / 2).exp() / (2 * pi).sqrt()
    return density * (1 - level / (level + fraction))


def test_far_in_the_gamma_tail() -> None:
    getcontext().prec = 60
    # Whole shapes have finite sums: Q(a, u) = e^-u · Σ u^k / k! for k below a.
    for shape in (1, 4, 25):
        for level in (0.5, 30, 120, 400):
            u = Decimal(level)
            terms = [Decimal(1)]
            for k in range(1, shape + 1):
                terms.append(terms[-1] * u / k)
            exact = (-u).exp() * (shape * sum(terms) - u * sum(terms[:-1]))
            assert gamma_loss(level, shape, 1) == pytest.approx(float(exact), rel=1e-10)


@pytest.mark.parametrize("k", [0, 3, 20, 60, 100])
def test_far_in_the_discrete_tails(k: int) -> None:
    half = Fraction(1, 2)
    terms = [(Fraction(math.comb(j + 2, 2)) * half ** (j + 3), j) for j in range(k + 1, k + 400)]
    exact = float(sum(weight * (j - k) for weight, j in terms))
    assert negative_binomial_loss(k, 3, 0.5) == pytest.approx(exact, rel=1e-11)
    counts = [(Fraction(2) ** j / math.factorial(j), j) for j in range(k + 1, k + 200)]
    exact = float(sum(weight * (j - k) for weight, j in counts)) * math.exp(-2)
    assert poisson_loss(k, 2) == pytest.approx(exact, rel=1e-10)


def test_large_counts_are_normal() -> None:
    # At a mean of 1e12 the skewness is 1e-6: nothing else tells the four apart.
    for z in (-3.0, 0.0, 2.0):
        x = np.floor(1e12 + z * 1e6)
        expected = normal_loss(x, 1e12, 1e6)
        assert gamma_loss(x, 1e12, 1) == pytest.approx(expected, rel=1e-5)
        assert poisson_loss(x, 1e12) == pytest.approx(expected, rel=1e-5)
        assert negative_binomial_loss(x, 1e15, 1 / 1.001) == pytest.approx(
            normal_loss(x, 1e12, 1e6 * math.sqrt(1.001)), rel=1e-5
        )


def test_nothing_varies_or_nothing_is_demanded() -> None:
    assert normal_loss([-1, 5, 9], 5, 0).tolist() == [6, 0, 0]  # type: ignore[union-attr]
    assert gamma_loss([-1, 0, 1], 0, 2).tolist() == [1, 0, 0]  # type: ignore[union-attr]
    assert gamma_loss([-1, 0, 1], 2, 0).tolist() == [1, 0, 0]  # type: ignore[union-attr]
    assert poisson_loss([-1.5, 0, 1], 0).tolist() == [1.5, 0, 0]  # type: ignore[union-attr]
    for r, p in ((0, 0.3), (4, 1)):
        losses = negative_binomial_loss([-1.5, 0, 1], r, p)
        assert losses.tolist() == [1.5, 0, 0]  # type: ignore[union-attr]


def test_numbers_and_arrays() -> None:
    assert isinstance(poisson_loss(1, 2), float)
    table = normal_loss(np.zeros((3, 1)), [1.0, 2.0], 1)
    assert isinstance(table, np.ndarray)
    assert table.shape == (3, 2)
    assert normal_loss([], 0, 1).size == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: normal_loss(1, 2, -1), "sd must be zero or more"),
        (lambda: normal_loss(math.nan, 2, 1), "x must be finite"),
        (lambda: gamma_loss(1, -2, 1), "shape must be zero or more"),
        (lambda: gamma_loss(1, 2, -1), "scale must be zero or more"),
        (lambda: poisson_loss(1, -1), "mean must be zero or more"),
        (lambda: poisson_loss(1, math.inf), "mean must be finite"),
        (lambda: negative_binomial_loss(1, -1, 0.5), "r must be zero or more"),
        (lambda: negative_binomial_loss(1, 1, 0), "p must be above 0 and at most 1"),
        (lambda: negative_binomial_loss(1, 1, [0.5, 1.1]), "p must be above 0 and at most 1"),
    ],
)
def test_bad_arguments(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()
