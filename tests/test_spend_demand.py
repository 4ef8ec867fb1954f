"""Classes and statistics of demand: by hand, against the statistics module, and their rules."""

import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend import demand
from spend.demand import CLASSES, classify, demand_statistics, statistics_of_sums
from tests.oracles import oracle

quantities = st.one_of(st.just(0.0), st.integers(1, 10_000).map(lambda micro: micro / 100))
series = st.lists(quantities, min_size=1, max_size=40)


def test_the_forecasts_are_found_here() -> None:
    assert demand.croston([0, 2, 0, 0, 5, 0], 0.5) == 1.4
    assert {"croston", "sba", "tsb", "classify"} <= set(demand.__all__)


def test_the_published_series_is_lumpy() -> None:
    """36 periods, 11 demands of mean 38/11; sum of squares 236: variance (236 - 38²/11)/10."""
    adi, cv2, kind = classify(oracle("croston_productC")["inputs"]["series"])
    assert adi == pytest.approx(36 / 11)
    assert cv2 == pytest.approx((236 - 38**2 / 11) / 10 / (38 / 11) ** 2)
    assert kind == "lumpy"


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [
        ([4, 5, 6], (1.0, 1 / 25, "smooth")),
        ([1, 1, 10], (1.0, 27 / 16, "erratic")),
        ([0, 4, 0, 6], (2.0, 2 / 25, "intermittent")),
        ([0, 1, 0, 9], (2.0, 32 / 25, "lumpy")),
    ],
)
def test_each_class_by_hand(quantities: list[int], expected: tuple[float, float, str]) -> None:
    adi, cv2, kind = classify(quantities)
    assert (adi, kind) == (expected[0], expected[2])
    assert cv2 == pytest.approx(expected[1])


def test_a_tie_falls_to_the_harder_class() -> None:
    assert classify([5.0] * 25 + [0.0] * 8)[0] == 1.32
    assert classify([5.0] * 25 + [0.0] * 8)[2] == "intermittent"
    assert classify([1, 3])[1:] == (0.5, "erratic")  # mean 2, sample variance 2
    # Sizes 1 ∓ 0.7 ÷ √2 have mean 1 and sample variance 0.49.
    close = 0.7 / 2**0.5
    assert classify([1 - close * (1 - 1e-12), 1 + close * (1 - 1e-12)])[2] == "smooth"
    assert classify([1 - close * (1 + 1e-12), 1 + close * (1 + 1e-12)])[2] == "erratic"


def test_none_and_one_demand() -> None:
    adi, cv2, kind = classify([0, 0])
    assert np.isnan([adi, cv2]).all()
    assert kind == "none"
    adi, cv2, kind = classify([0, 7, 0])
    assert (adi, kind) == (3.0, "intermittent")
    assert np.isnan(cv2)
    assert classify([7])[2] == "smooth"


def test_a_matrix_gives_arrays() -> None:
    adi, cv2, kind = classify([[0, 4, 0, 6], [0, 0, 0, 0]])
    assert adi[0] == 2
    assert np.isnan(adi[1])
    assert cv2.shape == (2,)
    assert kind.tolist() == ["intermittent", "none"]
    none = classify(np.zeros((0, 4)))
    assert [part.shape for part in none] == [(0,), (0,), (0,)]


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ([], "at least one period"),
        ([1, -1], "zero or more"),
        ([1, float("nan")], "finite"),
        ([1, None], "finite|number"),
        ("some", "number"),
        (3, "one series, or a matrix"),
        (np.zeros((2, 2, 2)), "one series, or a matrix"),
    ],
)
def test_bad_series_say_the_rule(bad: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        classify(bad)


@given(st.lists(st.tuples(quantities, st.booleans()), min_size=1, max_size=40))
def test_statistics_are_those_of_the_statistics_module(pairs: list[tuple[float, bool]]) -> None:
    found = demand_statistics([q for q, _ in pairs], stocked_out=[out for _, out in pairs])
    seen = [q for q, out in pairs if not out]
    sizes = [q for q in seen if q > 0]
    assert found.periods[0] == len(seen)
    assert found.demands[0] == len(sizes)
    assert found.censored[0] == len(pairs) - len(seen)
    same(found.mean, statistics.fmean(seen) if seen else None)
    same(found.variance, statistics.variance(seen) if len(seen) > 1 else None)
    same(found.size_mean, statistics.fmean(sizes) if sizes else None)
    same(found.size_variance, statistics.variance(sizes) if len(sizes) > 1 else None)
    same(found.adi, len(seen) / len(sizes) if sizes else None)
    same(found.zero_share, 1 - len(sizes) / len(seen) if seen else None)
    assert found.whole[0] == all(q.is_integer() for q in sizes)


def same(found: Any, expected: float | None) -> None:
    if expected is None:
        assert np.isnan(found[0])
    else:
        assert found[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.lists(series, min_size=1, max_size=5), st.floats(0.5, 100))
def test_rows_are_independent_and_classes_have_no_unit(
    rows: list[list[float]], factor: float
) -> None:
    length = min(len(row) for row in rows)
    matrix = np.array([row[:length] for row in rows])
    adi, cv2, kind = classify(matrix)
    assert set(kind) <= set(CLASSES)
    for number, row in enumerate(matrix):
        one = classify(row)
        assert np.array_equal([adi[number], cv2[number]], one[:2], equal_nan=True)
        assert kind[number] == one[2]
    scaled = classify(matrix * factor)
    assert np.allclose(scaled[1], cv2, equal_nan=True)
    assert np.array_equal(scaled[0], adi, equal_nan=True)


def test_what_a_stock_out_hides_is_left_out() -> None:
    """Sales of 10, 10, then nothing for want of stock: the mean is 10, not 5."""
    found = demand_statistics([10, 10, 0, 0], stocked_out=[False, False, True, True])
    assert (found.mean[0], found.variance[0], found.censored[0]) == (10, 0, 2)
    nothing = demand_statistics([10, 10], stocked_out=[True, True])
    assert np.isnan(nothing.mean[0])
    assert nothing.demand_class[0] == "none"
    with pytest.raises(ValueError, match="true or false for each"):
        demand_statistics([10, 10], stocked_out=[1, 0])
    with pytest.raises(ValueError, match="true or false for each"):
        demand_statistics([10, 10], stocked_out=[True])


# --- From sums ------------------------------------------------------------------------------------


def of_sums(matrix: Any) -> demand.DemandStatistics:
    whole = (matrix == np.floor(matrix)).all(axis=1)
    periods = np.full(len(matrix), float(matrix.shape[1]))
    some, total, squares = (matrix > 0).sum(axis=1), matrix.sum(axis=1), (matrix**2).sum(axis=1)
    return statistics_of_sums(periods, some, total, squares, whole)


@given(st.lists(series, min_size=1, max_size=6))
def test_sums_say_the_same_as_the_matrix(rows: list[list[float]]) -> None:
    length = min(len(row) for row in rows)
    matrix = np.array([row[:length] for row in rows])
    found, expected = of_sums(matrix), demand_statistics(matrix)
    for name, values in vars(expected).items():
        if values.dtype == np.float64:
            # A variance of a millionth of the mean's square is a difference of like numbers.
            room = 1e-12 * np.nan_to_num(expected.size_mean.max(), nan=1) ** 2
            np.testing.assert_allclose(vars(found)[name], values, rtol=1e-9, atol=room)
    assert found.whole.tolist() == expected.whole.tolist()
    tie = np.abs(expected.cv2 - demand.CV2_CUT) < 1e-9
    assert (tie | (found.demand_class == expected.demand_class)).all()


@pytest.mark.parametrize("even", [0.1, 1 / 3, 1e6 + 0.1, 7.0])
def test_even_demand_has_no_variance_from_sums(even: float) -> None:
    found = of_sums(np.full((1, 1000), even))
    assert (found.variance[0], found.size_variance[0], found.cv2[0]) == (0, 0, 0)
    assert found.demand_class[0] == "smooth"


def test_sums_over_nothing() -> None:
    """No period; no demand, with what rounding left of its sum; one period; no items."""
    found = statistics_of_sums([0, 9, 1], [0, 0, 1], [0, -1e-17, 4], [0, 1e-17, 16], True)
    assert np.isnan(found.mean).tolist() == [True, False, False]
    assert found.mean[1:].tolist() == [0, 4]
    assert np.isnan(found.variance).tolist() == [True, False, True]
    assert found.demand_class.tolist() == ["none", "none", "smooth"]
    assert found.censored.tolist() == [0, 0, 0]
    assert statistics_of_sums([], [], [], [], []).mean.shape == (0,)


@pytest.mark.parametrize(
    ("sums", "rule"),
    [
        (([2], [3], [1], [1]), "demands must not be more than periods"),
        (([2], [1], [-1], [1]), "quantity must be zero or more"),
        (([2], [-1], [0], [0]), "demands must be zero or more"),
        (([2], [1], [1], [float("nan")]), "squares must be finite"),
    ],
)
def test_bad_sums_say_the_rule(sums: tuple[Any, Any, Any, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        statistics_of_sums(*sums, True)
