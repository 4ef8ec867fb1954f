"""The cash conversion cycle: by hand, and what happens where there is nothing."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.cash_conversion import cash_conversion_cycle, days_inventory, days_payable, days_sales
from spend.metric import declared

balances = st.integers(0, 10**12)
flows = st.integers(1, 10**12)


def test_by_hand() -> None:
    # 73 of 365 a year is a fifth of it; 20 of 400 a twentieth.
    assert days_payable(73, 365) == 73
    assert days_inventory(20, 400) == pytest.approx(18.25)
    assert days_sales(10, 100, days=90) == 9
    assert cash_conversion_cycle(18.25, 9, 73) == -45.75


def test_without_a_ledger_there_is_nothing() -> None:
    for of in (days_payable, days_inventory, days_sales):
        assert of(None, 10) is None
        assert of(10, None) is None
        assert of(0, 10) == 0
        assert of(10, 100, days=90) == 9
    for parts in ((None, 1, 1), (1, None, 1), (1, 1, None)):
        assert cash_conversion_cycle(*parts) is None
    assert cash_conversion_cycle(10, 5, 40) == -25


def test_arrays() -> None:
    waits, cycles = days_payable([10, 20], 365), cash_conversion_cycle([1, 2], 1, [3, 3])
    assert np.asarray(waits).tolist() == [10, 20]
    assert np.asarray(cycles).tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: days_payable(-1, 10), "payables must be zero or more"),
        (lambda: days_payable(1, 0), "cost_of_sales must be above zero"),
        (lambda: days_inventory(1, -5), "cost_of_sales must be above zero"),
        (lambda: days_sales(1, 0), "revenue must be above zero"),
        (lambda: days_sales(1, 1, 0), "days must be above zero"),
        (lambda: days_sales(float("inf"), 1), "receivables must be finite"),
        (lambda: cash_conversion_cycle(float("nan"), 1, 1), "dio must be finite"),
    ],
)
def test_bad_arguments_state_the_rule(call: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()


@given(balances, flows, st.integers(1, 400))
def test_a_steady_flow_fills_the_balance_in_that_time(held: int, moved: int, days: int) -> None:
    """A flow of ``moved`` in ``days`` days brings up the balance in just the days computed."""
    wait = days_payable(held, moved, days)
    assert wait is not None
    assert float(wait) * moved / days == pytest.approx(held)


def test_days_inventory_is_declared() -> None:
    metric = declared()["days_inventory"]
    assert (metric.unit, metric.additive, metric.function) == ("days", False, days_inventory)
