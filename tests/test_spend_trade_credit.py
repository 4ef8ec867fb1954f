"""Terms in money: worked by hand, and a second way to compute each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.terms import (
    average_days,
    breakeven_uplift,
    cash_released,
    discount_apr,
    discount_ear,
    joint_gain,
    late_interest,
)

amounts = st.floats(0, 1e9)
rates = st.floats(0, 0.5)
days = st.integers(-365, 365)

# --- Worked examples -----------------------------------------------------------------------------


def test_by_hand() -> None:
    # 2 in 98 for 20 days, 18.25 times a year; and compounded as often.
    assert discount_apr(0.02, 10, 30) == pytest.approx(2 / 98 * 18.25)
    assert discount_ear(0.02, 10, 30) == pytest.approx((1 + 2 / 98) ** 18.25 - 1)
    assert discount_apr(0, 10, 30) == discount_ear(0, 10, 30) == 0
    assert cash_released(365_000, -10) == -10_000
    assert breakeven_uplift(0.073, 10) == pytest.approx(0.002)
    assert joint_gain(365_000, 10, 0.05, 0.08) == pytest.approx(-300)
    assert late_interest(365, 0.1, 10) == pytest.approx(1)
    assert average_days(30) == 30
    assert average_days(0, True, 31) == 15


def test_arrays_keep_their_shape() -> None:
    found = cash_released(np.array([[365.0], [730.0]]), np.array([10, -10]))
    assert np.array_equal(found, [[10, -10], [20, -20]])
    assert isinstance(cash_released(365, 10), float)
    for empty in (discount_apr([], 10, 30), cash_released([], 10), late_interest([], 0.1, 1)):
        assert np.size(empty) == 0


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: discount_apr(1, 10, 30), "discount_rate must be 0 or more and below 1"),
        (lambda: discount_ear(-0.01, 10, 30), "discount_rate must be 0 or more and below 1"),
        (lambda: discount_apr(0.02, 30, 30), "net_days must be above discount_days"),
        (lambda: discount_apr(0.02, -1, 30), "discount_days must be zero or more"),
        (lambda: discount_apr(0.02, 10, 30, 0), "basis must be above zero"),
        (lambda: discount_ear(0.9, 0, 1), "its yearly rate is no number"),
        (lambda: cash_released(-1, 10), "annual_spend must be zero or more"),
        (lambda: cash_released(float("nan"), 10), "annual_spend must be finite"),
        (lambda: cash_released([1, 2], [1, 2, 3]), "broadcast"),
        (lambda: breakeven_uplift(-0.1, 10), "financing_rate must be zero or more"),
        (lambda: joint_gain(1, 1, -0.1, 0.1), "buyer_rate must be zero or more"),
        (lambda: joint_gain(1, 1, 0.1, 0.1, -360), "basis must be above zero"),
        (lambda: late_interest(100, 0.08, -1), "days must be zero or more"),
        (lambda: late_interest("much", 0.08, 1), "principal must be a number"),
        (lambda: average_days(-1), "net_days must be zero or more"),
        (lambda: average_days(30, True, 0), "month_days must be 1 or more"),
    ],
)
def test_bad_arguments_state_the_rule(call: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()


# --- Properties, and second computations ---------------------------------------------------------


@given(st.floats(0.0001, 0.2), st.integers(0, 60), st.integers(1, 300), st.sampled_from([360, 365]))
def test_discount_rates_are_what_an_investor_earns(
    rate: float, early: int, gap: int, basis: int
) -> None:
    """Paying 1 − d now instead of 1 later is an investment: grown at the rate, it gives 1 again."""
    nominal, effective = (
        float(of(rate, early, early + gap, basis)) for of in (discount_apr, discount_ear)
    )
    assert (1 - rate) * (1 + nominal * gap / basis) == pytest.approx(1)
    assert (1 - rate) * (1 + effective) ** (gap / basis) == pytest.approx(1)
    assert gap > basis or effective >= nominal * (1 - 1e-9)


@given(amounts, days, rates, rates)
def test_gain_is_value_less_cost(spend: float, change: int, buyer: float, supplier: float) -> None:
    """In exact fractions: the buyer's value of the cash less what the supplier's costs."""
    exact = Fraction(spend) * change / 365
    assert cash_released(spend, change) == pytest.approx(float(exact), rel=1e-12)
    gain = exact * (Fraction(buyer) - Fraction(supplier))
    assert joint_gain(spend, change, buyer, supplier) == pytest.approx(float(gain), rel=1e-9)
    made_whole = Fraction(float(breakeven_uplift(supplier, change))) * Fraction(spend)
    assert float(made_whole) == pytest.approx(float(exact * Fraction(supplier)), rel=1e-9)


@given(amounts, days, rates)
def test_equal_rates_leave_nothing(spend: float, change: int, rate: float) -> None:
    gain = joint_gain(spend, change, rate, rate)
    assert gain == 0
    assert not np.signbit(gain)


@given(st.integers(0, 120), st.integers(1, 31))
def test_average_days_by_counting(net: int, month: int) -> None:
    """One invoice on each day of the month: the mean of days from invoice to due date."""
    counted = [(month - day) + net for day in range(1, month + 1)]
    assert average_days(net, True, month) == pytest.approx(float(np.mean(counted)))


@given(st.integers(0, 10**7), st.integers(0, 20), st.integers(0, 1000))
def test_interest_day_by_day(cents: int, percent: int, late: int) -> None:
    daily = Fraction(cents, 100) * Fraction(percent, 100) / 365
    summed = sum((daily for _ in range(late)), Fraction(0))
    assert late_interest(cents / 100, percent / 100, late) == pytest.approx(float(summed))
