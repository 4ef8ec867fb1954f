"""How long things waited: quantiles from counts are those of the waits one by one."""

from collections import Counter
from statistics import mean, median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.waiting_time import risen_since, waited, within

WAITS = st.lists(st.integers(0, 400), min_size=1, max_size=60)


@given(WAITS)
def test_what_waits_come_to_is_the_same_from_counts(days: list[int]) -> None:
    counts = Counter(days)
    wait = waited(list(counts), list(counts.values()))
    assert wait is not None
    assert wait.count == len(days)
    assert wait.median == median(days)
    assert wait.mean == pytest.approx(mean(days))
    assert wait.most == np.quantile(days, 0.9, method="inverted_cdf")


@given(WAITS, st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.8, 0.9, 0.95, 1.0]))
def test_a_share_of_waits_is_over_within_the_fewest_days(days: list[int], share: float) -> None:
    most = within(days, [1] * len(days), share)
    over = sum(day <= most for day in days)
    fewer = sum(day < most for day in days)
    assert over >= share * len(days) - 1e-9
    assert fewer < share * len(days)


def test_nothing_waited() -> None:
    assert waited([], []) is None
    assert waited([3], [0]) is None
    assert np.isnan(within([], [], 0.9))
    for share in (0.0, -1.0, 1.5, float("nan")):
        with pytest.raises(ValueError, match="share must be above 0 and at most 1"):
            within([1], [1], share)
    with pytest.raises(ValueError, match="zero or more"):
        within([1], [-1], 0.9)


def test_a_rise_is_told_from_the_month_that_it_came_with() -> None:
    assert risen_since([1, 1, 1, 6, 9, 7, 11, 9, 7, 8, 9, 9]) == 3
    assert risen_since([2, 5]) == 1
    assert risen_since([5, 5, 5]) is None
    assert risen_since([9, 9, 1, 1]) is None  # a fall is none
    assert risen_since([1, 2, 2, 2]) is None  # twice as long, but a day
    assert risen_since([10, 13, 13]) is None  # three days, but not twice
    assert risen_since([None, 1, None, 4, None]) == 3
    assert risen_since([]) is None
    assert risen_since([None, 3.0]) is None


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=14))
def test_a_rise_names_a_month_with_waits_and_never_the_first(
    medians: list[float | None],
) -> None:
    since = risen_since(medians)
    if since is not None:
        assert medians[since] is not None
        assert any(value is not None for value in medians[:since])
