"""Price indices: histories with gaps, prices by their index, and covariances that fit together."""

import math
from datetime import date
from itertools import combinations
from statistics import mean
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spend.arguments import Floats
from spend.price_index import (
    LEAST_COMMON,
    change_covariance,
    expected_price,
    explained_price_change,
    fitting_correlation,
    index_changes,
    index_history,
)

positive = st.floats(0.01, 1e6)
NAN = math.nan


def history(*columns: list[float]) -> pd.DataFrame:
    names = [f"I{i}" for i in range(len(columns))]
    months = pd.period_range("2020-01", periods=len(columns[0]), freq="M")
    return pd.DataFrame(dict(zip(names, columns, strict=True)), index=months)


# --- History --------------------------------------------------------------------------------------


def test_months_without_holes_and_values_where_they_are() -> None:
    months = [date(2025, 4, 1), date(2025, 1, 1), date(2025, 4, 1)]
    table = index_history(["A", "A", "B"], months, [4, 1, 9])
    assert [str(month) for month in table.index] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert table["A"].dropna().tolist() == [1, 4]
    assert table["B"].dropna().tolist() == [9]


def test_no_rows_make_an_empty_history() -> None:
    assert index_history([], [], []).empty


@pytest.mark.parametrize(
    ("values", "codes", "rule"),
    [
        ([1, 0], ["A", "B"], "above zero"),
        ([1, -1], ["A", "B"], "above zero"),
        ([1, NAN], ["A", "B"], "finite"),
        ([1, 2], ["A", "A"], "one value for a month"),
        ([1], ["A", "B"], "equally long"),
    ],
)
def test_bad_histories_say_the_rule(values: list[float], codes: list[str], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        index_history(codes, ["2025-01", "2025-01"], values)


# --- Changes --------------------------------------------------------------------------------------


def test_changes_by_hand() -> None:
    levels = history([100.0, 110.0, 121.0, 100.0])
    relative = index_changes(levels, 2, kind="relative")["I0"]
    assert relative.tolist() == pytest.approx([0.21, 100 / 110 - 1])
    assert [str(month) for month in relative.index] == ["2020-03", "2020-04"]
    # To the average: (110 + 121) / 2 over 100, (121 + 100) / 2 over 110.
    average = index_changes(levels, 2, to="average", kind="relative")["I0"]
    assert average.tolist() == pytest.approx([0.155, 110.5 / 110 - 1])


def test_a_window_needs_the_values_it_is_made_of() -> None:
    levels = history([NAN, 100.0, NAN, 121.0, 100.0])
    assert index_changes(levels, 2)["I0"].isna().tolist() == [True, False, True]
    assert index_changes(levels, 2, to="average")["I0"].isna().tolist() == [True, True, True]


def test_windows_side_by_side_are_counted_from_the_last() -> None:
    levels = history([float(n) for n in range(1, 9)])
    apart = index_changes(levels, 3, overlapping=False)
    assert [str(month) for month in apart.index] == ["2020-05", "2020-08"]
    assert apart["I0"].tolist() == pytest.approx([math.log(5 / 2), math.log(8 / 5)])


def test_a_short_history_has_no_windows() -> None:
    assert index_changes(history([1.0, 2.0]), 12).shape == (0, 1)
    with pytest.raises(ValueError, match="1 or more"):
        index_changes(history([1.0, 2.0]), 0)


@given(st.lists(positive, min_size=4, max_size=20))
def test_log_changes_add_up(levels: list[float]) -> None:
    monthly = index_changes(history(levels), 1)["I0"]
    assert index_changes(history(levels), 3)["I0"].to_numpy() == pytest.approx(
        monthly.rolling(3).sum().dropna().to_numpy(), abs=1e-9
    )


@given(st.lists(positive, min_size=2, max_size=20), positive)
def test_an_index_on_another_base_changes_alike(levels: list[float], base: float) -> None:
    for to in ("end", "average"):
        one = index_changes(history(levels), 1, to=to)
        other = index_changes(history([level * base for level in levels]), 1, to=to)
        assert one.to_numpy() == pytest.approx(other.to_numpy(), abs=1e-9)


# --- Prices by their index ------------------------------------------------------------------------


def test_expected_price_by_hand() -> None:
    # The index is up 20 %, half of which passes through: 250 + 25.
    assert expected_price(250, 120, 100, 0.5) == 275
    change = explained_price_change(250, 270, 120, 100, 0.5)
    assert (change.explained, change.beyond) == (25, -5)


def test_prices_broadcast() -> None:
    found = np.asarray(expected_price([100, 200], 110, 100, [[0], [1]]))
    assert found.tolist() == [[100, 200], [pytest.approx(110), pytest.approx(220)]]


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((100, 0, 100, 0.5), "above zero"),
        ((100, 110, -1, 0.5), "above zero"),
        ((100, 110, 100, 1.1), "from 0 to 1"),
        ((100, 110, 100, -0.1), "from 0 to 1"),
        ((100, NAN, 100, 0.5), "index must be finite"),
        ((None, 110, 100, 0.5), "base_price must be"),
    ],
)
def test_bad_prices_say_the_rule(arguments: tuple[Any, ...], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        expected_price(*arguments)


@given(st.floats(0, 1e6), st.floats(0, 1e6), positive, positive, st.floats(0, 1))
def test_explained_and_beyond_sum_to_the_change(
    base: float, price: float, index: float, base_index: float, share: float
) -> None:
    change = explained_price_change(base, price, index, base_index, share)
    explained, beyond = float(np.asarray(change.explained)), float(np.asarray(change.beyond))
    assert explained + beyond == pytest.approx(
        price - base, rel=1e-9, abs=1e-6 + abs(explained) * 1e-9
    )
    assert explained_price_change(base, price, index, base_index, 0).explained == 0
    assert explained_price_change(base, price, index, index, share).explained == 0


@given(st.floats(0, 1e6), positive, positive, st.floats(0, 1))
def test_an_expected_price_is_a_mix_of_staying_and_following(
    base: float, index: float, base_index: float, share: float
) -> None:
    found = expected_price(base, index, base_index, share)
    mix = (1 - share) * base + share * base * index / base_index
    assert found == pytest.approx(mix, rel=1e-9, abs=1e-9)


# --- Covariance -----------------------------------------------------------------------------------


def test_covariance_by_hand() -> None:
    # Twelve and more windows in common: mean squares 0.01 and 0.04, mean product 0.02.
    changes = pd.DataFrame({"A": [0.1, -0.1] * 10, "B": [0.2, -0.2] * 10})
    assert change_covariance(changes) == pytest.approx(np.array([[0.01, 0.02], [0.02, 0.04]]))


def test_mean_zero_or_of_the_sample() -> None:
    changes = pd.DataFrame({"A": [0.1, 0.2, 0.3]})
    assert change_covariance(changes)[0, 0] == pytest.approx(0.14 / 3)
    assert change_covariance(changes, "sample")[0, 0] == pytest.approx(0.01)


def test_weights_that_decay() -> None:
    # Weights ¼, ½, 1: (0.01 / 4 + 0.04 / 2 + 0.09) / 1.75.
    changes = pd.DataFrame({"A": [0.1, 0.2, 0.3]})
    assert change_covariance(changes, decay=0.5)[0, 0] == pytest.approx(0.1125 / 1.75)


def test_an_index_that_never_moved_has_no_variance() -> None:
    changes = pd.DataFrame({"A": [0.0] * 20, "B": [0.1, -0.1] * 10})
    assert change_covariance(changes) == pytest.approx(np.diag([0, 0.01]))
    assert change_covariance(changes, "sample")[0].tolist() == [0, 0]


def test_too_few_months_in_common_say_nothing() -> None:
    apart = [0.1, -0.1] * 10
    few = [NAN] * (20 - LEAST_COMMON + 1) + apart[: LEAST_COMMON - 1]
    assert change_covariance(pd.DataFrame({"A": apart, "B": few}))[0, 1] == 0
    enough = [NAN] * (20 - LEAST_COMMON) + apart[:LEAST_COMMON]
    assert change_covariance(pd.DataFrame({"A": apart, "B": enough}))[0, 1] != 0


def test_bad_changes_say_the_rule() -> None:
    with pytest.raises(ValueError, match="two changes or more; B has not"):
        change_covariance(pd.DataFrame({"A": [0.1, 0.2], "B": [NAN, 0.2]}))
    for decay in (0, 1.1, NAN):
        with pytest.raises(ValueError, match="above 0 and at most 1"):
            change_covariance(pd.DataFrame({"A": [0.1, 0.2]}), decay=decay)


def test_no_index_has_an_empty_covariance() -> None:
    assert change_covariance(pd.DataFrame(index=range(3))).shape == (0, 0)


def test_complete_series_have_the_usual_covariance() -> None:
    """Independently: NumPy's, and plain sums of products."""
    values = np.random.default_rng(5).normal(0.01, 0.1, (60, 4))
    found = change_covariance(pd.DataFrame(values, columns=list("ABCD")), "sample")
    assert found == pytest.approx(np.cov(values, rowvar=False))
    zero = change_covariance(pd.DataFrame(values, columns=list("ABCD")))
    for i, j in combinations(range(4), 2):
        pairs = zip(values[:, i].tolist(), values[:, j].tolist(), strict=True)
        assert zero[i, j] == pytest.approx(mean(a * b for a, b in pairs))


def test_weighted_covariance_is_that_of_repeated_rows() -> None:
    """Weights 1, 2, 4, … are rows counted so often."""
    values = np.random.default_rng(6).normal(0, 0.1, (14, 2))
    repeated = np.repeat(values, [2**k for k in range(14)], axis=0)
    found = change_covariance(pd.DataFrame(values), decay=0.5)
    assert found == pytest.approx(repeated.T @ repeated / len(repeated))


@st.composite
def ragged(draw: st.DrawFn) -> pd.DataFrame:
    """Changes of indices with different spans and holes, moved by a few common causes."""
    count, rows = draw(st.integers(1, 6)), draw(st.integers(15, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    causes = random.normal(0, 0.1, (rows, 2)) @ random.normal(0, 1, (2, count))
    values = causes + random.normal(0, draw(st.sampled_from([0.0, 1e-3, 0.1])), (rows, count))
    for column in range(count):
        start, end = sorted(random.integers(0, rows + 1, 2).tolist())
        known = slice(min(start, rows - 2), max(end, min(start, rows - 2) + 2))
        kept = np.full(rows, NAN)
        kept[known] = values[known, column]
        values[:, column] = kept
    return pd.DataFrame(values, columns=[f"I{i}" for i in range(count)])


@given(ragged(), st.sampled_from(["zero", "sample"]), st.sampled_from([1.0, 0.97]))
def test_a_covariance_fits_whatever_the_spans(
    changes: pd.DataFrame, how: Any, decay: float
) -> None:
    found = change_covariance(changes, how, decay)
    assert np.array_equal(found, found.T)
    assert np.linalg.eigvalsh(found).min() >= -1e-9 * max(found.max(), 1e-12)
    for place, code in enumerate(changes):
        own = change_covariance(changes[[code]], how, decay)
        assert found[place, place] == pytest.approx(own[0, 0], rel=1e-9, abs=1e-15)


def test_correlations_that_cannot_be_are_made_to_fit() -> None:
    """By hand: 1, 0.9 and -0.9 leave the eigenvalue -0.8; without it the two others make ±½."""
    bad = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    fitting = fitting_correlation(bad)
    assert fitting == pytest.approx(np.array([[1, 0.5, -0.5], [0.5, 1, 0.5], [-0.5, 0.5, 1]]))
    assert fitting_correlation(fitting) == pytest.approx(fitting)


@given(arrays(np.float64, (4, 4), elements=st.floats(-1, 1)))
def test_correlations_that_can_be_are_left_alone(factor: Floats) -> None:
    covariance = factor @ factor.T + np.eye(4) * 1e-3
    scale = np.sqrt(covariance.diagonal())
    correlation = covariance / np.outer(scale, scale)
    assert fitting_correlation(correlation) is correlation
