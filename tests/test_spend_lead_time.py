"""Lead times: by hand, and against the statistics module."""

import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.lead_time import LeadTime, lead_time


def of_days(planned: float, days: list[int]) -> LeadTime:
    return lead_time([planned], [len(days)], [sum(days)], [sum(d * d for d in days)])


@given(
    st.one_of(st.just(float("nan")), st.floats(0, 400)),
    st.lists(st.integers(0, 1000), max_size=12),
)
def test_the_plan_where_there_is_one_and_what_orders_say(planned: float, days: list[int]) -> None:
    found = of_days(planned, days)
    unplanned, measured = np.isnan(planned), len(days) >= 5
    assert found.orders.tolist() == [len(days)]
    if days:
        assert found.actual_days[0] == pytest.approx(statistics.fmean(days))
    else:
        assert np.isnan(found.actual_days[0])
    spread = statistics.stdev(days) if measured else 0
    assert found.spread_days[0] == pytest.approx(spread, rel=1e-6, abs=1e-4)
    if not unplanned:
        assert found.days[0] == planned
    elif measured:
        assert found.days[0] == pytest.approx(statistics.fmean(days))
    else:
        assert np.isnan(found.days[0])
    words = {
        (False, False): "planned", (False, True): "planned, spread from orders",
        (True, True): "orders", (True, False): "unknown",
    }  # fmt: skip
    assert found.source[0] == words[bool(unplanned), measured]
    assert not found.late[0] or found.differs[0]
    assert not found.differs[0] or (measured and not unplanned)


@pytest.mark.parametrize(
    ("planned", "days", "differs", "late"),
    [
        (10, [13] * 5, True, True),  # three days, and 30 %
        (10, [12] * 5, False, False),  # two days
        (100, [120] * 5, False, False),  # a fifth, not more
        (100, [121] * 5, True, True),
        (100, [79] * 5, True, False),  # sooner
        (10, [30] * 4, False, False),  # four orders say nothing
        (0, [3] * 5, True, True),
    ],
)
def test_what_is_off_the_plan(planned: float, days: list[int], differs: bool, late: bool) -> None:
    found = of_days(planned, days)
    assert (found.differs.tolist(), found.late.tolist()) == ([differs], [late])


def test_equal_lead_times_have_no_spread() -> None:
    assert of_days(10, [17] * 3000).spread_days.tolist() == [0]


def test_goods_that_came_before_their_order() -> None:
    found = of_days(float("nan"), [-4, -4, -2, -4, -6])
    assert (found.days.tolist(), found.actual_days.tolist()) == ([0], [-4])


def test_fewer_orders_can_be_asked_for() -> None:
    assert lead_time(np.nan, 2, 10, 58, least_orders=2).days == 5
    assert lead_time(np.zeros(0), [], [], []).days.shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (([-1], 0, 0, 0), "planned_days must be zero or more"),
        (([1], -1, 0, 0), "orders must be zero or more"),
        (([1], 5, 10, -1), "sum_squares must be zero or more"),
        (([1], 5, np.nan, 1), "sum_days must be finite"),
        (([1], 5, 1, 1, 1), "least_orders must be two or more"),
        (([1, 2], [1, 2, 3], 1, 1), "broadcast"),
    ],
)
def test_bad_arguments_say_the_rule(arguments: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        lead_time(*arguments)
