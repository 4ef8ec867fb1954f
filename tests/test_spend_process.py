"""The path from request to payment: medians from counts, and ratios of sums."""

from collections import Counter
from collections.abc import Callable
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend import process
from spend.registry import all_metrics

RATIOS = (process.on_time_in_full, process.first_match_share, process.after_the_fact_share)


@given(st.lists(st.integers(-30, 400), min_size=1))
def test_a_median_from_counts_is_the_median(waits: list[int]) -> None:
    counts = Counter(waits)
    assert process.order_cycle_days(list(counts), list(counts.values())) == median(waits)
    assert process.order_cycle_days(waits, [1] * len(waits)) == median(waits)


def test_counts_of_nothing_change_no_median() -> None:
    assert process.order_cycle_days([1, 5, 9], [0, 1, 0]) == 5
    assert process.order_cycle_days([1, 5], [0, 0]) is None
    assert process.order_cycle_days([], []) is None
    with pytest.raises(ValueError, match="order_lines must be zero or more"):
        process.order_cycle_days([1], [-1])


@pytest.mark.parametrize("ratio", RATIOS)
@given(lines=st.lists(st.tuples(st.integers(0, 10**9), st.booleans()), min_size=1))
def test_a_share_on_lines_is_the_share_on_their_sums(
    ratio: Callable[[object, object], float | None], lines: list[tuple[int, bool]]
) -> None:
    part, whole = [value for value, counts in lines if counts], [value for value, _ in lines]
    assert ratio(part, whole) == ratio([sum(part)], [sum(whole)])
    assert (ratio(part, whole) is None) == (sum(whole) == 0)


def test_what_moves_a_figure_is_declared() -> None:
    metrics = all_metrics()
    assert metrics["on_time_in_full"].settings == ("otif_days",)
    assert metrics["first_match_share"].settings == ("match_tolerance",)
    assert not any(metrics[name].additive for name in ("order_cycle_days", "duplicate_candidates"))
