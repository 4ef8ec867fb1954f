"""What to expect of demand: by hand, and against plain loops."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.demand import demand_statistics, forecast_rate, tsb
from spend.expected_demand import expected_demand, persistence, with_estimation_error

rows = st.lists(
    st.lists(st.one_of(st.just(0.0), st.integers(1, 500).map(float)), min_size=9, max_size=9),
    min_size=1,
    max_size=5,
)


def test_the_past_at_its_word() -> None:
    past = demand_statistics([[0, 4, 0, 6], [5, 7, 5, 7]])
    found = expected_demand(past)
    assert found.mean.tolist() == [2.5, 6]
    assert found.variance.tolist() == pytest.approx([9, 4 / 3])
    assert found.adi.tolist() == [2, 1]
    assert found.size_mean.tolist() == [5, 6]
    assert found.mean_error.tolist() == [0, 0]
    assert found.persistence.tolist() == [1, 1]


def test_a_rate_changes_how_often_not_how_much() -> None:
    """Half the rate: demands half as often; double: as often as can be, and the rest in size."""
    past = demand_statistics([[0, 4, 0, 6], [0, 4, 0, 6], [0, 4, 0, 6]])
    found = expected_demand(past, [1.25, 5, 10])
    assert found.adi.tolist() == [4, 1, 1]
    assert found.size_mean.tolist() == [5, 5, 10]
    assert found.variance.tolist() == pytest.approx([4.5, 18, 36])


def test_no_demand_and_one_demand() -> None:
    past = demand_statistics([[0, 0], [0, 3]])
    found = expected_demand(past, [9, 1.5])
    assert found.mean.tolist() == [0, 1.5]
    assert np.isnan(found.adi).tolist() == [True, False]
    assert found.size_variance.tolist() == [0, 0]
    sunk = expected_demand(past, [0, 0])
    assert sunk.mean.tolist() == [0, 0]
    with pytest.raises(ValueError, match="rate must be zero or more"):
        expected_demand(past, [-1, 0])
    assert expected_demand(demand_statistics([[3]])).variance.tolist() == [0]


@given(rows)
def test_the_mean_is_rate_of_demands_times_their_size(series: list[list[float]]) -> None:
    past = demand_statistics(series)
    for rate in (None, forecast_rate(series, past)):
        found = expected_demand(past, rate)
        wanted = found.mean > 0
        assert (found.size_mean / found.adi)[wanted] == pytest.approx(found.mean[wanted])
        assert (found.adi[wanted] >= 1).all()


@given(rows)
def test_forecast_by_class(series: list[list[float]]) -> None:
    past = demand_statistics(series)
    rate = forecast_rate(series, past)
    for place, row in enumerate(series):
        if past.demand_class[place] in ("intermittent", "lumpy"):
            assert rate[place] == tsb(row, 0.1, 0.05)
        else:
            assert rate[place] == pytest.approx(statistics.fmean(row))


@given(rows, st.integers(1, 6))
def test_persistence_against_sums_written_out(series: list[list[float]], interval: int) -> None:
    found = persistence(series, interval)
    for place, row in enumerate(series):
        single = statistics.variance(row)
        runs = [sum(row[start : start + interval]) for start in range(len(row) - interval + 1)]
        expected = 1.0
        if single > 0 and interval > 1 and 2 * interval <= len(row):
            expected = max(1.0, statistics.variance(runs) / (interval * single))
        assert found[place] == pytest.approx(expected)


def test_estimation_error_by_hand() -> None:
    """Sizes 4, 4, 16: mean 8, variance 48, CV² 0.75, the only item with three: the median.

    Its own: (2·0.75 + 2·0.75)/4 = 0.75, so error √(1.75/3). One demand: (2·0.75 + 0)/2 = 0.75,
    error √1.75. The steady item: variance 1, mean 5, eight periods: √(1/(8·25))… of 4, 6, …
    """
    series = [[0, 4, 0, 4, 0, 16, 0, 0], [0, 0, 0, 9, 0, 0, 0, 0]]
    past = demand_statistics(series)
    found = with_estimation_error(expected_demand(past), past, series, interval=1)
    assert found.mean_error.tolist() == pytest.approx([(1.75 / 3) ** 0.5, 1.75**0.5])
    assert found.size_variance.tolist() == pytest.approx([48, 0.75 * 81])
    even = [[4, 6, 4, 6, 4, 6, 4, 6]]
    steady = demand_statistics(even)
    known = with_estimation_error(expected_demand(steady), steady, even, interval=1)
    assert known.mean_error[0] == pytest.approx((8 / 7 / (8 * 25)) ** 0.5)
    assert known.size_variance[0] == pytest.approx(8 / 7)


@given(rows)
def test_allowing_for_error_never_narrows(series: list[list[float]]) -> None:
    past = demand_statistics(series)
    plain = expected_demand(past)
    wide = with_estimation_error(plain, past, series, interval=3)
    three, none = np.full(len(series), 3.0), np.zeros(len(series))
    assert (plain.interval_sd(three, none) == 0).all()
    assert (wide.interval_sd(three, none) >= 0).all()
    assert np.isfinite(wide.interval_sd(three, none)).all()
    assert (wide.mean_error[past.demands > 0] >= 0).all()
    assert np.array_equal(wide.mean, plain.mean)


def test_the_spread_of_the_interval_carries_each_part() -> None:
    """σ²T + μ²s² with s² = 0.5² + (4·0.1)² + (1.5 - 1)·4·9/10²."""
    past = demand_statistics([[7, 13, 7, 13, 7, 13, 7, 13, 7, 13]])
    found = expected_demand(past)
    changed = type(found)(**(vars(found) | {
        "variance": np.array([9.0]), "mean_error": np.array([0.1]), "persistence": np.array([1.5]),
    }))  # fmt: skip
    spread = changed.interval_sd(np.array([4.0]), np.array([0.5]))
    assert spread[0] ** 2 == pytest.approx(0.25 + 0.16 + 0.5 * 4 * 9 / 100)
    assert found.of(np.array([True])).mean.tolist() == [10]
