"""Discounts offered, taken and lost: by hand, on lines and sums, and closing to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.discounts import (
    EXPIRED,
    FATES,
    IN_TIME,
    TOO_LATE,
    USED,
    discount_capture,
    discount_offered,
    discount_taken,
    discounts_lost,
)
from spend.metric import declared

invoices = st.lists(
    st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), st.sampled_from(FATES)), max_size=30
)


def test_by_hand() -> None:
    offered, taken = [2_00, 3_00, 5_00, 1_00], [2_00, 0, 0, 0]
    assert discount_offered(offered) == 11_00
    assert discount_taken(taken) == 2_00
    assert discount_capture(taken, offered) == pytest.approx(2 / 11)
    split = discounts_lost(offered, taken, [USED, IN_TIME, TOO_LATE, EXPIRED])
    assert split is not None
    assert (split.in_time, split.too_late, split.expired, split.short) == (3_00, 5_00, 1_00, 0)
    assert split.lost == 9_00


def test_nothing_offered() -> None:
    assert discount_offered([]) is None
    assert discount_taken([]) is None
    assert discount_capture([], []) is None
    assert discount_capture([1_00], [0]) is None
    assert discount_capture([], [5_00]) == 0
    assert discounts_lost([], [], []) is None


def test_a_discount_taken_short_still_closes() -> None:
    split = discounts_lost([2_00], [1_99], [USED])
    assert split is not None
    assert (split.short, split.lost) == (1, 1)


def test_bad_columns_state_the_rule() -> None:
    with pytest.raises(ValueError, match="one entry for each invoice"):
        discounts_lost([1], [1, 2], [USED])
    with pytest.raises(ValueError, match=r"fates must be .* not forgotten"):
        discounts_lost([1], [0], ["forgotten"])


@given(invoices)
def test_the_same_on_lines_and_on_sums(rows: list[tuple[int, int, str]]) -> None:
    offered, taken, fates = ([row[place] for row in rows] for place in range(3))
    present = [fate for fate in FATES if fate in fates]
    sums = [
        [sum(int(row[p]) for row in rows if row[2] == fate) for fate in present] for p in (0, 1)
    ]
    whole = [int(amount) for amount in offered]
    part = [int(amount) for amount in taken]
    assert discounts_lost(whole, part, fates) == discounts_lost(sums[0], sums[1], present)
    assert discount_capture(part, whole) == discount_capture(sums[1], sums[0])
    split = discounts_lost(whole, part, fates)
    assert (split.lost if split else 0) == sum(whole) - sum(part)


def test_declarations() -> None:
    assert declared()["discount_capture"].additive is False
    assert declared()["discount_offered"].additive
    assert declared()["discount_taken"].better == "higher"
