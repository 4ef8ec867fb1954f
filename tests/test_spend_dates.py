"""Dates in every form they come in, and what is none."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.dates import dates

DAY = date(2024, 2, 29)


@pytest.mark.parametrize(
    "value",
    [
        DAY, datetime(2024, 2, 29, 23, 59), "2024-02-29", np.datetime64("2024-02-29"),
        np.datetime64("2024-02-29T12", "ns"), pd.Timestamp("2024-02-29"), [DAY], np.array([DAY]),
        pd.Series([pd.Timestamp("2024-02-29")]), pd.Series(["2024-02-29"], dtype="string"),
    ],
)  # fmt: skip
def test_a_day_in_every_form(value: Any) -> None:
    found = dates("day", value).astype("datetime64[D]")
    assert found.reshape(-1).tolist() == [DAY]
    assert found.shape == np.shape(value)


@pytest.mark.parametrize(
    "value",
    [
        20240131, 19_754.0, True, [1, 2], [DAY, 20240131], [DAY, 1.5], [DAY, True], float("nan"),
        np.timedelta64(3, "D"), [DAY, np.int64(3)], "soon", "2024", np.datetime64("2024"), 3j,
        [[DAY], [DAY, DAY]],
    ],
)  # fmt: skip
def test_what_is_no_date(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^paid_on must be a date or an array of dates$"):
        dates("paid_on", value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [None],
        [DAY, None],
        np.datetime64("NaT"),
        pd.to_datetime(pd.Series(["2024-01-01", None])),
    ],
)
def test_a_missing_date(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^paid_on must be known: no date is missing$"):
        dates("paid_on", value)


def test_months_stay_months_and_nothing_is_nothing() -> None:
    assert dates("month", "2024-02").dtype == "datetime64[M]"
    empty: tuple[Any, ...] = ([], np.array([], dtype=object), pd.Series([], dtype="datetime64[us]"))
    for nothing in empty:
        found = dates("day", nothing)
        assert (found.size, found.dtype.kind) == (0, "M")


@given(st.lists(st.dates(), min_size=1, max_size=5))
def test_dates_and_their_text_are_the_same(days: list[date]) -> None:
    assert dates("day", days).tolist() == days
    assert dates("day", [day.isoformat() for day in days]).tolist() == days
