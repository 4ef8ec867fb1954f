"""The fiscal calendar: loaded periods, calendar months around them, and the year before."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.calendar import (
    Calendar,
    Period,
    Span,
    build,
    elapsed,
    fiscal_year,
    fiscal_year_start,
    same_days,
)
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from queries.window import Window, read_choices, read_window, trailing
from tests.contract_files import Books, Tables

DAY = timedelta(days=1)
Loaded = list[tuple[str, date, date, int, str | None, bool | None]]


def weeks(year: int, start: date, lengths: tuple[int, ...]) -> Loaded:
    """One fiscal year of periods of whole weeks."""
    loaded: Loaded = []
    for number, length in enumerate(lengths, 1):
        end = start + timedelta(weeks=length) - DAY
        quarter = f"{year}-Q{(number + 2) // 3}"
        loaded.append((f"{year}-P{number:02d}", start, end, year, quarter, None))
        start = end + DAY
    return loaded


# 52 weeks from 30 December 2024, then 53 weeks from 29 December 2025 to 3 January 2027.
FOUR_FOUR_FIVE = (4, 4, 5) * 4
RETAIL = [
    *weeks(2025, date(2024, 12, 30), FOUR_FOUR_FIVE),
    *weeks(2026, date(2025, 12, 29), (*FOUR_FOUR_FIVE[:-1], 6)),
]


def calendar(
    loaded: Loaded, first: date, last: date, first_month: int = 1, through: date = date(2026, 6, 30)
) -> Calendar:
    return Calendar(tuple(build(loaded, first, last, first_month, through)))


def test_four_four_five_with_a_53rd_week() -> None:
    year = calendar(RETAIL, date(2025, 2, 1), date(2026, 11, 1)).year(2026)
    assert len(year) == 12
    assert (year[0].start_date, year[-1].end_date) == (date(2025, 12, 29), date(2027, 1, 3))
    assert sum(period.days for period in year) == 53 * 7
    assert [period.days // 7 for period in year] == [*FOUR_FOUR_FIVE[:-1], 6]


def test_a_day_lies_in_the_loaded_period_and_not_in_its_month() -> None:
    periods = calendar(RETAIL, date(2025, 1, 1), date(2026, 12, 1))
    found = [periods.of(day) for day in (date(2025, 12, 28), date(2025, 12, 29), date(2027, 1, 3))]
    assert [p.period if p else None for p in found] == ["2025-P12", "2026-P01", "2026-P12"]


def test_months_fill_the_days_around_loaded_periods() -> None:
    periods = calendar(RETAIL, date(2024, 1, 1), date(2027, 12, 1)).periods
    names = [p.period for p in periods]
    assert names[:2] == ["2024-01", "2024-02"]
    around = {p.period: (p.start_date, p.end_date) for p in periods if "P" not in p.period}
    assert around["2024-12"] == (date(2024, 12, 1), date(2024, 12, 29))
    assert around["2027-01"] == (date(2027, 1, 4), date(2027, 1, 31))
    assert names[-1] == "2027-12"


def test_months_never_take_a_loaded_periods_name_or_number() -> None:
    loaded: Loaded = [
        ("2025-01", date(2025, 1, 5), date(2025, 2, 1), 2025, None, None),
        ("2025-02", date(2025, 2, 2), date(2025, 2, 20), 2025, None, None),
        *weeks(2026, date(2026, 1, 4), (4, 4)),
    ]
    periods = calendar(loaded, date(2024, 1, 1), date(2026, 12, 1))
    names = [p.period for p in periods.periods]
    assert len(set(names)) == len(names)
    numbers = [(p.fiscal_year, p.number) for p in periods.periods]
    assert len(set(numbers)) == len(numbers)
    first = periods.get("2026-P01")
    assert first is not None
    earlier = periods.a_year_earlier(first)
    assert earlier is not None
    assert (earlier.period, earlier.start_date) == ("2025-01", date(2025, 1, 5))


def test_a_fiscal_year_from_april_is_named_after_the_year_it_ends_in() -> None:
    periods = calendar([], date(2024, 4, 1), date(2026, 3, 1), 4)
    year = periods.year(2026)
    assert (year[0].period, year[-1].period) == ("2025-04", "2026-03")
    assert [p.number for p in year] == list(range(1, 13))
    assert [p.quarter for p in year][::3] == [f"2026-Q{n}" for n in (1, 2, 3, 4)]
    earlier = periods.a_year_earlier(year[10])
    assert earlier is not None
    assert (year[10].period, earlier.period) == ("2026-02", "2025-02")
    assert periods.a_year_earlier(periods.periods[0]) is None


def test_the_year_before_is_the_period_of_the_same_number() -> None:
    periods = calendar(RETAIL, date(2025, 1, 1), date(2026, 12, 1))
    last = periods.get("2026-P12")
    assert last is not None
    earlier = periods.a_year_earlier(last)
    assert earlier is not None
    assert (earlier.period, earlier.days, last.days) == ("2025-P12", 35, 42)


def test_a_period_is_closed_once_it_lies_before_the_end_of_the_data() -> None:
    loaded: Loaded = [
        ("A", date(2026, 1, 1), date(2026, 1, 31), 2026, None, False),
        ("B", date(2026, 2, 1), date(2026, 2, 28), 2026, None, None),
        ("C", date(2026, 3, 1), date(2026, 3, 31), 2026, None, True),
    ]
    through = date(2026, 2, 28)
    periods = calendar(loaded, date(2026, 1, 1), date(2026, 4, 1), through=through).periods
    assert [(p.period, p.closed) for p in periods] == [
        ("A", False), ("B", True), ("C", True), ("2026-04", False),
    ]  # fmt: skip


def test_same_days_of_a_shorter_earlier_period_end_with_it() -> None:
    march = Period("2026-03", date(2026, 3, 1), date(2026, 3, 31), 2026, None, 3, False)
    february = Period("2025-02", date(2025, 2, 1), date(2025, 2, 28), 2025, None, 2, True)
    assert elapsed(march, date(2026, 3, 10)) == Span(date(2026, 3, 1), date(2026, 3, 10))
    assert elapsed(march, date(2026, 2, 10)).days == 0
    assert elapsed(march, date(2026, 5, 10)).days == 31
    assert same_days(february, 10) == Span(date(2025, 2, 1), date(2025, 2, 10))
    assert same_days(february, 30).days == 28
    assert same_days(february, 0).days == 0


@given(
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    st.integers(0, 1500),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), max_size=8),
)
def test_every_day_lies_in_exactly_one_period(
    first: date, days: int, first_month: int, lengths: list[tuple[int, int]]
) -> None:
    """Whatever is loaded, gaps included: every day between two dates has one period."""
    start, loaded = first, list[tuple[str, date, date, int, str | None, bool | None]]()
    for number, (gap, length) in enumerate(lengths):
        start += timedelta(days=gap)
        end = start + timedelta(days=length - 1)
        loaded.append((f"{start:%Y-%m}/{number}", start, end, start.year, None, None))
        start = end + DAY
    last = first + timedelta(days=days)
    periods = build(loaded, first, last, first_month, last)
    assert periods[0].start_date <= first
    assert periods[-1].end_date >= last
    for one, other in pairwise(periods):
        assert one.end_date < other.start_date
        held = one.end_date + DAY == other.start_date
        assert held or other.start_date <= first or one.end_date >= last
    assert set(loaded) <= {(*p[:4], p.quarter, None) for p in periods}
    numbers = [(p.fiscal_year, p.number) for p in periods]
    assert len(set(numbers)) == len(numbers)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(1, 12))
def test_a_fiscal_year_has_twelve_months_and_one_name(day: date, first_month: int) -> None:
    start = fiscal_year_start(day, first_month)
    assert start <= day < date(start.year + 1, start.month, 1)
    end = date(start.year + 1, start.month, 1) - DAY
    assert fiscal_year(day, first_month) == fiscal_year(start, first_month) == end.year


# --- In a store ----------------------------------------------------------------------------------

INVOICE = {"invoice_id": "I1", "line_no": 1, "supplier_id": "S1", "amount": 1}
YEARS: Tables = {
    "invoice_line": [{**INVOICE, "invoice_id": day, "invoice_date": day}
                     for day in ("2025-01-05", "2026-03-10")]
}  # fmt: skip


def window(store: Store, tmp_path: Path, selection: Selection, through: str) -> Window:
    Books(store, tmp_path).load(YEARS, settings={"data_through": through})
    with store.reader() as reader:
        return read_window(reader, selection, read_choices(reader))


def test_an_open_period_is_held_against_the_same_days(store: Store, tmp_path: Path) -> None:
    both = Selection(from_period="2026-02", to_period="2026-03")
    found = window(store, tmp_path, both, "2026-03-10")
    assert (found.position, found.is_open) == (date(2026, 3, 10), True)
    assert [p.share for p in found.periods] == [(28, 28), (10, 31)]
    assert [p.earlier_elapsed for p in found.periods] == [
        Span(date(2025, 2, 1), date(2025, 2, 28)),
        Span(date(2025, 3, 1), date(2025, 3, 10)),
    ]


def test_the_default_is_the_year_to_its_last_closed_period(store: Store, tmp_path: Path) -> None:
    found = window(store, tmp_path, Selection(), "2026-03-10")
    assert (found.first, found.last) == (date(2026, 1, 1), date(2026, 2, 28))
    assert (found.is_open, found.position) == (False, date(2026, 2, 28))


def test_the_periods_of_a_trend_end_with_the_last_selected(store: Store, tmp_path: Path) -> None:
    chosen = Selection(from_period="2026-02", to_period="2026-04")
    Books(store, tmp_path).load(YEARS, settings={"data_through": "2026-03-10"})
    with store.reader() as reader:
        choices = read_choices(reader)
        periods = trailing(choices.calendar, read_window(reader, chosen, choices), 3)
        everything = trailing(choices.calendar, read_window(reader, chosen, choices), 99)
    assert [(p.period.period, p.elapsed.days) for p in periods] == [
        ("2026-02", 28), ("2026-03", 10), ("2026-04", 0),
    ]  # fmt: skip
    assert [p.earlier_elapsed.days for p in periods if p.earlier_elapsed] == [28, 10, 0]
    assert (len(everything), everything[0].period.period) == (16, "2025-01")


def test_periods_that_are_not_there_are_one_line(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConcordError, match=r"from 1999-01: there is no such period"):
        window(store, tmp_path, Selection(from_period="1999-01"), "2026-03-10")
