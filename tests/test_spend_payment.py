"""How suppliers are paid: worked by hand, the same on lines and on sums, against plain Python."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.metric import declared
from spend.payment import (
    agreed_days,
    days_to_pay,
    late_interest_exposure,
    open_payables,
    overdue_payables,
    paid_early_share,
    paid_late_share,
)

RATIOS = (agreed_days, days_to_pay, paid_late_share, paid_early_share)

lines = st.lists(
    st.tuples(st.integers(-(10**9), 10**11), st.integers(-(10**7), 10**9), st.integers(0, 3)),
    max_size=30,
)


def test_by_hand() -> None:
    # 100 at 30 days and 300 at 60: (3,000 + 18,000) / 400.
    assert agreed_days([3_000_00, 18_000_00], [100_00, 300_00]) == 52.5
    assert days_to_pay([100_00 * -2, 100_00 * 40], [100_00, 100_00]) == 19
    assert paid_late_share([10_00, 20_00], [10_00, 20_00, 30_00]) == 0.5
    assert paid_early_share([0, 0], [10_00]) == 0
    assert open_payables([5, -2]) == 3
    assert overdue_payables([]) is None
    assert late_interest_exposure([1, 2], [40_00]) == 40_03
    assert late_interest_exposure([], [40_00]) == 40_00
    assert late_interest_exposure(np.array([7]), []) == 7


def test_no_rows_and_no_base_are_no_figure() -> None:
    for share in RATIOS:
        assert share([], []) is None
        assert share([1], []) is None
        assert share([1], [0]) is None
        assert share([1], [-5]) is None
        assert share([], [5]) is None


@given(lines)
def test_the_same_on_lines_and_on_sums(rows: list[tuple[int, int, int]]) -> None:
    """Ratios of sums: any grouping of the lines gives exactly the same number."""
    above, below = [row[0] for row in rows], [row[1] for row in rows]
    keys = sorted({row[2] for row in rows})
    grouped = [
        [sum(row[place] for row in rows if row[2] == key) for key in keys] for place in (0, 1)
    ]
    for share in RATIOS:
        assert share(above, below) == share(*grouped)
    assert open_payables(below) == open_payables(grouped[1])
    assert late_interest_exposure(above, below) == late_interest_exposure(*grouped)


@given(lines)
def test_against_exact_fractions(rows: list[tuple[int, int, int]]) -> None:
    above, below = sum(row[0] for row in rows), sum(row[1] for row in rows)
    found = agreed_days([row[0] for row in rows], [row[1] for row in rows])
    if below <= 0:
        assert found is None
    else:
        assert found == pytest.approx(float(Fraction(above, below)), rel=1e-15)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 120)), min_size=1, max_size=20))
def test_an_average_lies_within(invoices: list[tuple[int, int]]) -> None:
    found = agreed_days(
        [gross * days for gross, days in invoices], [gross for gross, _ in invoices]
    )
    assert found is not None
    days = [each for _, each in invoices]
    assert min(days) <= found <= max(days)


def test_declarations() -> None:
    metrics = declared()
    for name in ("agreed_days", "days_to_pay"):
        assert (metrics[name].unit, metrics[name].additive) == ("days", False)
    for name in ("paid_late_share", "paid_early_share"):
        assert (metrics[name].unit, metrics[name].additive) == ("share", False)
    for name in ("open_payables", "overdue_payables", "late_interest_exposure"):
        assert (metrics[name].unit, metrics[name].additive) == ("money", True)
