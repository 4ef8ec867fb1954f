"""The bracketed search: smooth, flat and stepped functions, alone and side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import optimize, stats

from spend.arguments import Floats
from spend.root_finding import Rows, decreasing_root, falling_root, least_whole

ONE = np.ones(1)


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(-50, 50)), min_size=1, max_size=8))
def test_agrees_with_brent_item_by_item(items: list[tuple[float, float]]) -> None:
    slope, place = (np.array(column) for column in zip(*items, strict=True))

    def function(x: Floats, rows: Rows) -> Floats:
        return np.asarray(np.arctan(-slope[rows] * (x - place[rows])) - 0.01 * x)

    zeros = np.zeros(slope.size)
    found = decreasing_root(function, zeros, zeros - 1, zeros + 1, zeros + 1e-10)
    for row, x in enumerate(found):
        rows = np.array([row])
        brent = optimize.brentq(lambda v, r=rows: function(np.array([v]), r)[0], -1e4, 1e4)
        assert x == pytest.approx(brent, abs=1e-8)


@given(
    st.lists(
        st.tuples(st.floats(1.5, 30), st.floats(1e-6, 0.999), st.floats(-20, 200)),
        min_size=1,
        max_size=8,
    )
)
def test_tails_by_their_slopes_are_quantiles(items: list[tuple[float, float, float]]) -> None:
    """Of the gamma, whose density is the slope; from starts on either side, however far."""
    shape, beyond, start = (np.array(column) for column in zip(*items, strict=True))

    def tail(x: Floats, rows: Rows) -> tuple[Floats, Floats]:
        value, slope = stats.gamma.sf(x, shape[rows]), -stats.gamma.pdf(x, shape[rows])
        return np.asarray(value, np.float64), np.asarray(slope, np.float64)

    found = falling_root(tail, beyond, start, np.sqrt(shape))
    assert_allclose(found, stats.gamma.isf(beyond, shape), rtol=1e-9, atol=1e-12)


def test_slopes_that_lead_nowhere() -> None:
    """At a step, by halves; a function that is never as low as its target has no root."""
    step = falling_root(
        lambda x, rows: (np.where(x < 7.25, 2.0, 1.0), 0 * x), 1.5 * ONE, -900 * ONE, 0.1 * ONE
    )
    assert_allclose(step, 7.25, rtol=1e-12)
    with pytest.raises(ArithmeticError, match="no root"):
        falling_root(lambda x, rows: (0 * x + 1, 0 * x), 0.5 * ONE, ONE, ONE)


def test_slopes_that_mislead() -> None:
    """Half of the true slope steps from side to side of the root, never nearer."""
    found = falling_root(
        lambda x, rows: (np.exp(-x), -0.5 * np.exp(-x)), 0.5 * ONE, 3 * ONE, 10 * ONE
    )
    assert_allclose(found, np.log(2), rtol=1e-12)


def test_by_hand() -> None:
    found = decreasing_root(lambda x, rows: -(x**3), -27 * ONE, 0 * ONE, ONE, 1e-12 * ONE)
    assert_allclose(found, 3, atol=1e-11)


def test_a_step_is_found_at_its_edge() -> None:
    found = decreasing_root(
        lambda x, rows: (x < 7.25).astype(float), 0.5 * ONE, 0 * ONE, 100 * ONE, 1e-9 * ONE
    )
    assert_allclose(found, 7.25, atol=1e-8)


def test_the_bracket_moves_to_the_root_from_either_side() -> None:
    for low in (-1e6, 1e6):
        found = decreasing_root(lambda x, rows: -x, ONE, low * ONE, (low + 1) * ONE, 1e-9 * ONE)
        assert_allclose(found, -1, atol=1e-8)


def test_each_item_is_asked_only_while_it_is_open() -> None:
    asked = np.zeros(2)

    def function(x: Floats, rows: Rows) -> Floats:
        asked[rows] += 1
        return np.where(rows == 0, -x, -np.sign(x - 0.3) * np.abs(x - 0.3) ** 5)

    zeros = np.zeros(2)
    decreasing_root(function, zeros, zeros - 1, zeros + 1, zeros + 1e-12)
    assert asked[0] < asked[1] < 100


def test_nothing_to_find() -> None:
    none = np.zeros(0)
    assert decreasing_root(lambda x, rows: -x, none, none, none, none).size == 0
    with pytest.raises(ArithmeticError, match="no bracket"):
        decreasing_root(lambda x, rows: 0 * x, ONE, 0 * ONE, ONE, 1e-9 * ONE)


@given(st.lists(st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)), max_size=8))
def test_the_least_whole_number_from_any_guess(items: list[tuple[int, int]]) -> None:
    edges = np.array([edge for edge, _ in items], dtype=float)
    guess = np.array([guess for _, guess in items], dtype=float)
    found = least_whole(lambda x, rows: x >= edges[rows] - 0.5, guess)
    assert found.tolist() == edges.tolist()


def test_a_good_guess_is_asked_about_twice() -> None:
    asked: list[float] = []

    def enough(x: Floats, rows: Rows) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        asked.extend(x)
        return np.asarray(x >= 5)

    assert least_whole(enough, 5 * ONE).tolist() == [5]
    assert asked == [4, 5]


def test_numbers_too_large_to_be_whole() -> None:
    found = least_whole(lambda x, rows: x >= 3e17, 2e17 * ONE)
    assert_allclose(found, 3e17, rtol=1e-15)
