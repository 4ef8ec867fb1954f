"""Numbers in: what is taken as a number, what is refused, and the rules that functions share."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.arguments import (
    above_zero,
    finite,
    inside,
    or_one,
    positive_share,
    share,
    unwrapped,
    zero_or_more,
)

NOT_A_NUMBER = "^price must be a number or an array of numbers$"
NOT_FINITE = "^price must be finite: no NaN, no infinity$"

NO_NUMBERS = [
    "2", b"2", ["1", "2"], [1, "2"], np.array(["1"]), np.array([b"1"]), pd.Series(["1", "2"]),
    np.array(["1"], dtype=object), pd.Series(["1"], dtype="string"),
    date(2026, 1, 1), [date(2026, 1, 1)], np.datetime64("2026-01-01"), pd.Timestamp("2026-01-01"),
    pd.Series(pd.to_datetime(["2026-01-01"])), pd.NaT,
    timedelta(1), np.timedelta64(1, "D"), np.array([np.timedelta64(1, "D")], dtype=object),
    pd.Series(pd.to_timedelta([1], unit="D")), np.array([1], dtype="m8[s]"),
    1j, [1, 2j], np.array([1j], dtype=object), np.array([1 + 0j]),
    None, [1, None], pd.NA, {"a": 1}, {1, 2}, [[1, 2], [3]], object(),
    np.array([(1, 2)], dtype=[("a", int), ("b", int)]),
    np.ma.masked, np.ma.array([1.0, 2.0], mask=[False, True]),
    [np.ma.array([1.0, 2.0], mask=[False, True])],
    (np.ma.array([1], mask=True), [0]),
]  # fmt: skip

NOT_FINITES = [
    np.nan, np.inf, -np.inf, [1.0, np.nan], Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"),
    10**400, -(10**400), [1, 10**400], Fraction(10**400), Decimal("1e400"),
    np.array([10**400], dtype=object), np.longdouble("1e400"), pd.Series([1.0, None]),
]  # fmt: skip

NUMBERS: list[tuple[Any, list[float]]] = [
    ([1, 2.5, True], [1, 2.5, 1]),
    ([Decimal("0.1"), Fraction(1, 4), 3, 0.5], [0.1, 0.25, 3, 0.5]),
    (np.array([1, np.float32(0.5), np.int8(-3), np.bool_(True)], dtype=object), [1, 0.5, -3, 1]),
    (np.array([1, 2], dtype=np.uint8), [1, 2]),
    (np.array([True, False]), [1, 0]),
    (pd.Series([1, 2]), [1, 2]),
    (pd.Series([1, 2], dtype="Int64"), [1, 2]),
    (pd.Series([1.5, 2], dtype="Float64"), [1.5, 2]),
    (pd.Series([Decimal("1.5")]), [1.5]),
    (pd.Index([3, 4]), [3, 4]),
    (np.ma.array([1.0, 2.0], mask=[False, False]), [1, 2]),
    ([np.float64(2), np.array(3)], [2, 3]),
    (range(3), [0, 1, 2]),
    ([10**20], [1e20]),
]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=NOT_A_NUMBER):
        finite(price=value)


@pytest.mark.parametrize("value", NOT_FINITES, ids=range(len(NOT_FINITES)))
def test_what_is_not_finite_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=NOT_FINITE):
        finite(price=value)


@pytest.mark.parametrize("dtype", ["Int64", "Float64"])
def test_a_missing_entry_of_a_nullable_column_is_refused(dtype: str) -> None:
    with pytest.raises(ValueError, match=r"^price must be"):
        finite(price=pd.Series([1, None], dtype=dtype))


@pytest.mark.parametrize(("value", "floats"), NUMBERS, ids=range(len(NUMBERS)))
def test_numbers_become_floats(value: Any, floats: list[float]) -> None:
    (array,) = finite(price=value)
    assert type(array) is np.ndarray
    assert array.dtype == np.float64
    assert array.tolist() == floats


@pytest.mark.parametrize("value", [[], np.array([]), pd.Series([]), np.empty((0, 3), dtype=object)])
def test_nothing_is_legal(value: Any) -> None:
    (array,) = finite(price=value)
    assert array.dtype == np.float64
    assert array.size == 0


def test_arrays_that_do_not_fit_are_named_with_their_shapes() -> None:
    with pytest.raises(ValueError, match=r"got price \(2,\), quantity \(3,\)"):
        finite(price=[1, 2], quantity=[1, 2, 3])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5), st.integers(-9, 9))
def test_the_result_is_broadcast_and_owned(values: list[float], other: int) -> None:
    before = np.array(values)
    mine, spread = finite(price=before, quantity=other)
    assert mine.tolist() == values
    assert spread.tolist() == [other] * len(values)
    mine += 1
    spread += 1
    assert before.tolist() == values


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_single_numbers_come_out_plain(value: float) -> None:
    (single,), (several,) = finite(price=value), finite(price=[value])
    assert type(unwrapped(single)) is float
    assert unwrapped(single) == value
    assert unwrapped(several) is several


RULES: list[tuple[Callable[..., None], str, Callable[[float], bool]]] = [
    (zero_or_more, "must be zero or more", lambda value: value >= 0),
    (above_zero, "must be above zero", lambda value: value > 0),
    (inside, "must be above 0 and below 1", lambda value: 0 < value < 1),
    (share, "must be 0 to 1", lambda value: 0 <= value <= 1),
    (positive_share, "must be above 0 and at most 1", lambda value: 0 < value <= 1),
]


@pytest.mark.parametrize(("rule", "words", "holds"), RULES, ids=[each[1] for each in RULES])
@given(
    values=st.lists(
        st.sampled_from([-1.0, -0.0, 0.0, 5e-324, 0.5, 1 - 2**-53, 1.0, 1 + 2**-52, 3.0])
        | st.floats(-2, 2),
        max_size=4,
    )
)
def test_a_rule_speaks_up_exactly_where_one_number_breaks_it(
    rule: Callable[..., None], words: str, holds: Callable[[float], bool], values: list[float]
) -> None:
    fine = np.array([0.5])
    if all(map(holds, values)):
        rule(first=fine, second=np.array(values))
        return
    with pytest.raises(ValueError, match=f"^second {words}$"):
        rule(first=fine, second=np.array(values))


@pytest.mark.parametrize(("rule", "words", "holds"), RULES, ids=[each[1] for each in RULES])
def test_a_rule_names_the_first_that_breaks_it(
    rule: Callable[..., None], words: str, holds: Callable[[float], bool]
) -> None:
    assert not holds(-1)
    with pytest.raises(ValueError, match=f"^first {words}$"):
        rule(first=np.array(-1.0), second=np.array(-2.0))


@given(st.lists(st.floats(allow_nan=False), max_size=5))
def test_divisors_are_kept_where_they_can_divide(values: list[float]) -> None:
    assert or_one(np.array(values)).tolist() == [v if v > 0 else 1 for v in values]
