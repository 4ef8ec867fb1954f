"""The forecast: three methods by hand, what each lacks, and what must always hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.forecast import EarlierYear, Forecast, YearToDate, forecast, forecast_at_completion

YEAR = YearToDate(
    elapsed_days=73,
    days=365,
    actual=90_00,
    accrued=10_00,
    committed=150_00,
    budget_left=320_00,
    earlier=(EarlierYear("2024", 10_00, 100_00), EarlierYear("2025", 80_00, 200_00)),
)


def values(result: Forecast) -> dict[str, int | None]:
    return {method.name: method.value for method in result.methods}


def test_three_methods_by_hand() -> None:
    result = forecast(YEAR)
    # 100 in a fifth of the year; 90 of 300 reached by this day; 100 and the budget's 320.
    assert values(result) == {"run rate": 500_00, "season": 333_33, "order book": 420_00}
    assert (result.low, result.value, result.high) == (333_33, 420_00, 500_00)
    assert result.reasons == ()


def test_open_orders_count_where_they_exceed_the_budget() -> None:
    assert values(forecast(replace(YEAR, committed=400_00)))["order book"] == 500_00


def test_on_the_last_day_the_year_is_what_was_spent() -> None:
    result = forecast(replace(YEAR, elapsed_days=365))
    assert set(values(result).values()) == {100_00}
    assert (result.low, result.value, result.high, result.reasons) == (100_00,) * 3 + ((),)


def test_what_is_missing_is_said() -> None:
    result = forecast(replace(YEAR, earlier=(), committed=None, budget_left=None))
    assert values(result) == {"run rate": 500_00, "season": None, "order book": None}
    assert result.value == 500_00
    assert result.reasons == (
        "Season: no earlier year is loaded.",
        "Order book: neither orders nor a budget are loaded.",
    )
    assert forecast(replace(YEAR, budget_left=None)).reasons == (
        "Order book: there is no budget to compare with, only open orders count.",
    )
    assert forecast(replace(YEAR, committed=None)).reasons == (
        "Order book: no orders are loaded, only the budget of the days left counts.",
    )


def test_of_two_methods_it_is_the_middle() -> None:
    assert forecast(replace(YEAR, earlier=())).value == 460_00
    assert forecast_at_completion(1, None, 4) == 2  # half to even
    assert forecast_at_completion(None, None, None) is None


@pytest.mark.parametrize("earlier", [EarlierYear("2025", 0, 100), EarlierYear("2025", 5, -1)])
def test_an_earlier_year_without_spend_is_no_base(earlier: EarlierYear) -> None:
    result = forecast(replace(YEAR, earlier=(earlier,)))
    assert values(result)["season"] is None
    assert "2025" in result.reasons[0]


def test_without_spend_there_is_no_forecast() -> None:
    result = forecast(replace(YEAR, actual=None))
    assert (result.value, result.low, result.high) == (None, None, None)
    assert len(result.reasons) == 3


def test_the_first_morning_has_no_pace() -> None:
    result = forecast(replace(YEAR, elapsed_days=0, actual=0, accrued=0))
    assert values(result)["run rate"] is None


def test_days_must_be_of_the_year() -> None:
    with pytest.raises(ValueError, match="elapsed_days"):
        replace(YEAR, elapsed_days=366)


money = st.integers(-(10**12), 10**15)
years = st.builds(
    YearToDate,
    elapsed_days=st.integers(0, 365),
    days=st.sampled_from([365, 366, 371]),
    actual=st.none() | money,
    accrued=st.none() | money,
    committed=st.none() | money,
    budget_left=st.none() | money,
    earlier=st.lists(st.builds(EarlierYear, st.just("y"), money, money), max_size=2).map(tuple),
)


@given(years)
def test_the_forecast_is_within_its_range_and_every_gap_has_a_reason(year: YearToDate) -> None:
    result = forecast(year)
    known = [method.value for method in result.methods if method.value is not None]
    assert all(method.reason for method in result.methods if method.value is None)
    assert all(method.meaning for method in result.methods)
    if not known:
        assert result.value is None
        return
    assert result.low is not None
    assert result.value is not None
    assert result.high is not None
    assert result.low == min(known) <= result.value <= max(known) == result.high
    if len(known) == 3:
        assert result.value == sorted(known)[1]


@given(years, st.integers(1, 50))
def test_twice_the_money_is_twice_the_forecast(year: YearToDate, factor: int) -> None:
    def scaled(value: int | None) -> int | None:
        return None if value is None else value * factor

    larger = replace(
        year,
        actual=scaled(year.actual),
        accrued=scaled(year.accrued),
        committed=scaled(year.committed),
        budget_left=scaled(year.budget_left),
    )
    one, many = forecast(year).value, forecast(larger).value
    assert (one is None) == (many is None)
    if one is not None and many is not None:
        assert abs(many - factor * one) <= factor
