"""The bracketed search: smooth, flat and stepped functions, alone and side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import optimize

from spend.arguments import Floats
from spend.root_finding import Rows, decreasing_root, least_whole

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
