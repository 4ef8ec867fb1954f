"""Savings: the three figures, the kinds of saving, and a year's saving by fiscal year."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.metric import declared
from spend.savings_formulas import (
    annualise,
    cost_avoidance,
    demand_reduction,
    month_numbers,
    months_between,
    price_reduction,
    savings_claimed,
    savings_gap,
    savings_realisation,
    savings_recognised,
)

cents = st.integers(-(10**13), 10**13)

# --- The three figures --------------------------------------------------------------------------


def test_claims_add_up_and_no_rows_are_no_claim() -> None:
    assert savings_claimed([100, 250]) == 350
    assert savings_claimed([Decimal("1.10")]) == Decimal("1.10")
    assert savings_claimed([0]) == 0
    assert savings_claimed([]) is None


def test_recognised_is_the_claim_and_its_items() -> None:
    assert savings_recognised(100, [-10, 0, -25, 5]) == 70
    assert savings_recognised(None, [1]) is None
    assert savings_recognised(100, [1, None]) is None
    found: Any = savings_recognised(np.array([5, 7]), [np.array([-1, 1])])
    assert found.tolist() == [4, 8]


def test_realisation_has_no_base_of_zero_or_less() -> None:
    assert savings_realisation(50, 200) == 0.25
    assert savings_realisation(-50, 200) == -0.25
    assert savings_realisation(Decimal(1), Decimal(4)) == 0.25
    assert savings_realisation(50, 0) is None
    assert savings_realisation(50, -1) is None
    assert savings_realisation(None, 200) is None
    assert savings_realisation(50, None) is None


def test_the_gap_is_what_is_not_recognised() -> None:
    assert savings_gap(300, 100) == 200
    assert savings_gap(None, 100) is None
    assert savings_gap(300, None) is None


@given(st.lists(st.lists(cents, min_size=1), min_size=1), st.lists(cents, max_size=7))
def test_claims_and_items_add_up_however_they_are_grouped(
    groups: list[list[int]], items: list[int]
) -> None:
    claims = [claim for group in groups for claim in group]
    whole = savings_claimed(claims)
    assert whole == savings_claimed([savings_claimed(group) or 0 for group in groups])
    recognised = savings_recognised(whole, items)
    assert savings_gap(whole, recognised) == -sum(items)


def test_the_declarations() -> None:
    metrics = declared()
    assert [metrics[name].owner for name in ("savings_claimed", "savings_recognised")] == [
        "procurement",
        "finance",
    ]
    assert metrics["savings_realisation"].terms == ("recognised", "claimed")
    assert not metrics["savings_claimed"].additive  # months each claim the full year
    assert metrics["savings_recognised"].additive


# --- Kinds of saving ----------------------------------------------------------------------------


def test_kinds_of_saving_by_hand() -> None:
    # 20 a unit less on 50; 10 % asked and 4 % paid on 200 × 5; 7 fewer at 3.
    assert price_reduction(120, 100, 50) == 1000
    assert cost_avoidance(200, 0.10, 5, increase_paid=0.04) == pytest.approx(60)
    assert demand_reduction(10, 3, 3) == 21


def test_kinds_of_saving_broadcast_and_may_be_losses() -> None:
    assert np.array_equal(np.asarray(price_reduction([10, 10], [8, 12], 5)), [10, -10])
    assert np.array_equal(np.asarray(demand_reduction(5, [4, 6], [1, 2])), [1, -2])
    assert cost_avoidance(100, 0.0, 10, increase_paid=0.05) == -50


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (price_reduction, (1, 1, -1)),
        (price_reduction, (float("nan"), 1, 1)),
        (cost_avoidance, (1, 0.1, -1)),
        (demand_reduction, (-1, 1, 1)),
        (demand_reduction, (1, -1, 1)),
        (demand_reduction, (1, 1, "many")),
    ],
)
def test_kinds_of_saving_refuse_what_is_no_quantity(function: Any, arguments: Any) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        function(*arguments)


amounts = st.decimals(0, 10**6, places=4)


@given(amounts, amounts, amounts, amounts)
def test_a_saving_on_price_and_demand_is_the_spend_that_went(
    old: Decimal, new: Decimal, before: Decimal, after: Decimal
) -> None:
    """Fewer at the old price and cheaper on the rest: exactly the change of spend."""
    saved = float(demand_reduction(before, after, old)) + float(price_reduction(old, new, after))
    exact = Fraction(old) * Fraction(before) - Fraction(new) * Fraction(after)
    assert saved == pytest.approx(float(exact), rel=1e-9, abs=1e-2)


# --- Into fiscal years --------------------------------------------------------------------------

DECEMBER = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 1), DECEMBER, 12),
        (date(2026, 1, 31), DECEMBER, 12),  # the start month counts whole
        (date(2026, 4, 15), DECEMBER, 9),
        (date(2026, 12, 31), DECEMBER, 1),
        (date(2027, 1, 1), DECEMBER, 0),
        (date(2030, 1, 1), DECEMBER, 0),
        (date(2025, 7, 1), DECEMBER, 6),  # six of the twelve were in 2025
        (date(2025, 2, 1), DECEMBER, 1),
        (date(2025, 1, 1), DECEMBER, 0),  # its twelve months were over
        (date(2020, 1, 1), DECEMBER, 0),
        (date(2026, 4, 1), date(2027, 3, 31), 12),
        (date(2026, 3, 1), date(2027, 3, 31), 11),
        (date(2026, 2, 1), date(2026, 12, 27), 11),  # years of weeks end near a month's end
        (date(2026, 2, 1), date(2027, 1, 3), 11),
        (date(2024, 2, 29), date(2024, 2, 29), 1),
    ],
)
def test_months_of_the_fiscal_year(start: date, end: date, months: int) -> None:
    assert annualise(12, start, end) == (months, 12 - months)


def test_a_year_is_split_by_hand() -> None:
    # Nine of twelve months at 10,000 each.
    assert annualise(120_000, date(2026, 4, 1), DECEMBER) == (90_000, 30_000)
    assert annualise(-1200, date(2026, 10, 1), DECEMBER) == (-300, -900)
    assert annualise(0, date(2026, 10, 1), DECEMBER) == (0, 0)


def test_dates_of_every_kind() -> None:
    for start in (
        date(2026, 4, 15),
        datetime(2026, 4, 15, 12),
        "2026-04-15",
        "2026-04",
        np.datetime64("2026-04-15"),
        np.datetime64("2026-04"),
        pd.Timestamp("2026-04-15"),
    ):
        for end in (DECEMBER, "2026-12-31", "2026-12", np.datetime64("2026-12")):
            assert annualise(1200, start, end) == (900, 300)


def test_arrays_broadcast() -> None:
    starts = np.array(["2026-01-01", "2026-07-01", "2027-01-01"], dtype="datetime64[D]")
    in_year, carry_over = annualise(1200, starts, DECEMBER)
    assert np.array_equal(np.asarray(in_year), [1200, 600, 0])
    assert np.array_equal(np.asarray(carry_over), [0, 600, 1200])
    series = pd.Series(pd.to_datetime(["2026-01-01", "2026-07-01"]))
    ends = [date(2026, 6, 30), date(2027, 6, 30)]
    in_year, carry_over = annualise([[12], [24]], series, ends)
    assert np.array_equal(np.asarray(in_year), [[6, 12], [12, 24]])
    assert np.array_equal(np.asarray(carry_over), [[6, 0], [12, 0]])
    empty: list[float] = []
    none, nothing = annualise(empty, np.array(empty, dtype="datetime64[D]"), DECEMBER)
    assert np.shape(none) == np.shape(nothing) == (0,)


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((float("nan"), DECEMBER, DECEMBER), "annual must be finite"),
        ((1.7e308, date(2026, 2, 1), DECEMBER), "small enough"),
        ((1, None, DECEMBER), "start must be known"),
        ((1, "soon", DECEMBER), "start must be a date"),
        ((1, 20260101, DECEMBER), "start must be a date"),
        ((1, DECEMBER, np.datetime64("NaT")), "fiscal_year_end must be known"),
        ((1, DECEMBER, "2026"), "fiscal_year_end must be a date"),
        ((1, [DECEMBER] * 2, [DECEMBER] * 3), "broadcast together"),
        (([1] * 2, [DECEMBER] * 3, DECEMBER), "broadcast together"),
    ],
)
def test_bad_arguments_are_refused(arguments: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        annualise(*arguments)


days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def month_ends(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def counted(start: date, end: date) -> int:
    """Months of the twelve inside the year, one by one on the calendar."""
    months = [(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1)
              for n in range(12)]  # fmt: skip
    year = [(end.year - (end.month <= n), (end.month - 1 - n) % 12 + 1) for n in range(12)]
    return len(set(months) & set(year))


@given(st.floats(-1e15, 1e15), days, days.map(month_ends))
def test_the_parts_are_the_months_and_sum_exactly(annual: float, start: date, end: date) -> None:
    in_year, carry_over = annualise(annual, start, end)
    assert in_year + carry_over == annual
    expected = Fraction(annual) * counted(start, end) / 12
    assert in_year == pytest.approx(float(expected), rel=1e-12, abs=1e-300)


@given(st.floats(-1e15, 1e15), days, st.integers(1, 12))
def test_the_fiscal_years_together_hold_the_whole_saving_once(
    annual: float, start: date, last_month: int
) -> None:
    ends = [month_ends(date(year, last_month, 1)) for year in range(start.year, start.year + 3)]
    in_year, _ = annualise(annual, start, ends)
    assert np.sum(in_year) == pytest.approx(annual)
    shares = np.asarray(in_year) * np.sign(annual)
    assert (shares >= 0).all()


@given(days)
def test_a_year_of_weeks_ends_with_the_nearest_month(end: date) -> None:
    this, before = month_ends(end), end.replace(day=1) - timedelta(days=1)
    nearest = this if (this - end) < (end - before) or end.day >= 16 else before
    assert annualise(12, date(2026, 3, 1), end) == annualise(12, date(2026, 3, 1), nearest)


def test_months_by_hand() -> None:
    assert month_numbers([date(1970, 1, 31), date(1971, 3, 1)]).tolist() == [0, 14]
    assert months_between(np.array([0, 10, 40, -40]), 3, 15).tolist() == [9, 5, 0, 0]
