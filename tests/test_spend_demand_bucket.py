"""Kinds of bucket: by hand, against the rule item by item, and calendars against pandas."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.demand_bucket import (
    BUCKET_DAYS,
    ENOUGH_ROWS,
    KINDS,
    PERIODS_PER_YEAR,
    bucket_end,
    bucket_kinds,
    periods_between,
)

dates = st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp("2100-12-31").date())


@pytest.mark.parametrize(
    ("all_first", "one_weekday", "expected"),
    [(True, True, "month"), (True, False, "month"), (False, True, "week"), (False, False, "day")],
)
def test_many_rows_are_the_coarsest_that_they_can_be(
    all_first: bool, one_weekday: bool, expected: str
) -> None:
    assert bucket_kinds([8], [all_first], [one_weekday], ["A"]).tolist() == [expected]


def test_few_rows_go_by_their_group_then_by_all() -> None:
    """Group A is weekly but for one item of days; of all, most are days; B has no item that is."""
    rows = [9, 9, 9, 9, 9, 9, 1, 1, 7, 1]
    first = [False] * 6 + [True, True, True, True]
    weekday = [True, True, False, False, False, False, True, True, False, True]
    group = ["A", "A", "A", "C", "C", "C", "A", "B", "A", "A"]
    found = bucket_kinds(rows, first, weekday, group)
    assert found[:6].tolist() == ["week", "week", "day", "day", "day", "day"]
    # One row on a Monday the first; the same in a group without witness; and seven firsts.
    assert found[6:].tolist() == ["week", "day", "day", "week"]


def test_without_any_witness_it_is_the_coarsest() -> None:
    found = bucket_kinds([1, 2, 3], [True, False, False], [True, True, False], ["A", "B", "C"])
    assert found.tolist() == ["month", "week", "day"]


def test_of_two_as_frequent_it_is_the_coarser() -> None:
    found = bucket_kinds([8, 8, 1], [True, False, True], [False, True, True], ["A", "A", "A"])
    assert found.tolist() == ["month", "week", "month"]


def test_a_group_that_is_not_known_is_a_group() -> None:
    found = bucket_kinds(
        [8, 8, 8, 1], [True, True, False, True], [False] * 4, ["A", "B", None, None]
    )
    assert found.tolist() == ["month", "month", "day", "day"]


def plainly(rows: Any, first: Any, weekday: Any, group: Any) -> list[str]:
    """The rule, item by item."""
    of = [
        [kind for kind, can in zip(KINDS, (f, w, True), strict=True) if can]
        for f, w in zip(first, weekday, strict=True)
    ]
    strong = [place for place, number in enumerate(rows) if number >= ENOUGH_ROWS]
    found = []
    for place, possible in enumerate(of):
        chosen = possible[0]
        if place not in strong:
            for near in ([s for s in strong if group[s] == group[place]], strong):
                votes = [sum(of[s][0] == kind for s in near) for kind in possible]
                if max(votes) > 0:
                    chosen = possible[votes.index(max(votes))]
                    break
        found.append(chosen)
    return found


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.booleans(), st.booleans(), st.sampled_from("ABC")),
        max_size=30,
    )
)
def test_agrees_with_the_rule_item_by_item(items: list[tuple[int, bool, bool, str]]) -> None:
    columns: Any = [list(column) for column in zip(*items, strict=True)] or [[], [], [], []]
    assert bucket_kinds(*columns).tolist() == plainly(*columns)


@given(dates, st.integers(0, 400))
def test_periods_are_counted_from_start_to_start(day: Any, steps: int) -> None:
    first = pd.Timestamp(day).replace(day=1)
    for kind, one in (
        ("month", pd.DateOffset(months=1)),
        ("week", pd.DateOffset(weeks=1)),
        ("day", pd.DateOffset(days=1)),
    ):
        last, following = (first + one * n for n in (steps, steps + 1))
        start, end = first.to_datetime64(), last.to_datetime64()
        assert periods_between(kind, start, end) == steps + 1
        assert bucket_end(kind, end) == (following - pd.Timedelta(1, "D")).to_datetime64()


def test_periods_that_are_none_or_not_known() -> None:
    found = periods_between("month", ["2026-03-01", "NaT", "2026-01-01"], "2026-02-01")
    assert found[[0, 2]].tolist() == [0, 2]
    assert np.isnan(found[1])
    assert np.isnat(bucket_end("month", np.datetime64("NaT")))
    assert bucket_end("month", np.datetime64("2024-02-01")) == np.datetime64("2024-02-29")


def test_kinds_in_arrays() -> None:
    starts = np.array(["2026-01-05", "2026-01-05"], dtype="datetime64[us]")
    assert bucket_end(np.array(["week", "day"]), starts).dtype == np.dtype("datetime64[D]")
    assert bucket_end(np.zeros(0, "<U5"), np.zeros(0, "datetime64[D]")).size == 0
    with pytest.raises(ValueError, match="must be one of month, week, day"):
        bucket_end("quarter", starts)
    with pytest.raises(ValueError, match="must be one of month, week, day"):
        periods_between(["week", ""], starts, starts)


def test_every_kind_has_its_days_and_its_year() -> None:
    for kind in KINDS:
        assert BUCKET_DAYS[kind] * PERIODS_PER_YEAR[kind] == pytest.approx(365, abs=1)
