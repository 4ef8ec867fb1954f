"""When money leaves: the projection by itself, on made-up flows and habits."""

import doctest
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend import cash_book, cash_outlook, cash_range, cash_sources
from spend.cash_outlook import (
    BUDGET,
    SOURCES,
    UNDATED,
    Buckets,
    Flow,
    Habits,
    by_habit,
    months,
    paid_on,
    under_contract,
    weeks,
)
from spend.cash_range import ranges
from spend.cash_reading import read
from spend.cash_sources import Planned, Tax, Terms, budget_flow

SUPPLIERS = 4
SATURDAY = date(2026, 10, 31)
positions = st.dates(date(2024, 1, 1), date(2027, 12, 31))
kinds = st.sampled_from([weeks, months])
rows = st.tuples(
    st.integers(0, len(SOURCES) - 1),
    st.integers(-1, SUPPLIERS - 1),
    st.one_of(st.integers(-300, 500), st.just(UNDATED)),
    st.integers(-500_00, 100_000_00),
)
seen = st.tuples(st.integers(-40, 80), st.integers(1, 10_000_00))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    columns = zip(*draw(st.lists(rows, min_size=1, max_size=40)), strict=True)
    return Flow(*(np.array(column, dtype=np.int64) for column in columns))


@st.composite
def habits(draw: st.DrawFn) -> Habits:
    """Habits of the company and of two suppliers; the others have the company's."""
    found = [draw(st.lists(seen, min_size=1, max_size=8)) for _ in range(3)]
    habit = [n for n, days in enumerate(found) for _ in days]
    days, paid = zip(*(pair for days in found for pair in days), strict=True)
    of = np.array([1, 2, 0, 0], dtype=np.int64)
    return Habits.seen(np.array(habit), np.array(days), np.array(paid, dtype=np.float64), of)


def always(days: int) -> Habits:
    """Everybody is paid so many days late, every time."""
    one = np.zeros(1, dtype=np.int64)
    return Habits.seen(one, one + days, np.ones(1), np.zeros(SUPPLIERS, dtype=np.int64))


@pytest.mark.parametrize("module", [cash_outlook, cash_range, cash_sources, cash_book])
def test_examples(module: object) -> None:
    assert not doctest.testmod(module).failed  # type: ignore[arg-type]


# --- Days and buckets -----------------------------------------------------------------------------


@given(positions, st.integers(-400, 900))
def test_money_leaves_on_working_days_only(position: date, due: int) -> None:
    day = position + timedelta(days=int(paid_on(np.array([due]), position)[0]))
    assert day.weekday() < 5
    assert day > position
    wanted = max(position + timedelta(days=due), position + timedelta(days=1))
    assert 0 <= (day - wanted).days <= 2


@given(positions, kinds)
def test_buckets_follow_each_other(position: date, kind: object) -> None:
    buckets: Buckets = kind(position)  # type: ignore[operator]
    assert position < buckets.starts[0] <= position + timedelta(days=3)
    assert list(buckets.starts) == sorted(set(buckets.starts))
    every = [position + timedelta(days=n) for n in range(500)]
    bounds = [*buckets.starts, buckets.end]
    for n, day in enumerate(every[1:], start=1):
        leaves = position + timedelta(days=int(paid_on(np.array([n]), position)[0]))
        assert buckets.place(np.array([n]))[0] == sum(bound <= leaves for bound in bounds), day


def test_weeks_and_months_of_a_known_day() -> None:
    assert (weeks(SATURDAY).starts[0], weeks(SATURDAY).end) == (date(2026, 11, 2), date(2027, 2, 1))
    midweek = weeks(date(2026, 11, 11))
    assert midweek.starts[:2] == (date(2026, 11, 12), date(2026, 11, 16))
    assert months(date(2026, 11, 11)).starts[:2] == (date(2026, 11, 12), date(2026, 12, 1))
    assert len(weeks(SATURDAY).starts) == 13
    assert len(months(SATURDAY).starts) == 12


# --- Under contract terms -------------------------------------------------------------------------


@given(flows(), positions, kinds)
def test_every_cent_is_somewhere(flow: Flow, position: date, kind: object) -> None:
    buckets: Buckets = kind(position)  # type: ignore[operator]
    found = under_contract(flow, buckets)
    assert found.sum(axis=1).tolist() == flow.totals.tolist()
    late = (flow.due < 0) & (flow.due != UNDATED)
    assert found[:, 0].sum() == flow.cents[late].sum()
    assert found[:, -1].sum() == flow.cents[flow.due == UNDATED].sum()


@given(flows(), positions, st.integers(0, 30))
def test_longer_terms_shift_the_flow(flow: Flow, position: date, days: int) -> None:
    """Due so many days later, seen from so many days later, everything is where it was."""
    shifted = flow.later(days)
    later = position + timedelta(days=days)
    moved = Flow(shifted.source, shifted.supplier,
                 np.where(shifted.due == UNDATED, UNDATED, shifted.due - days),
                 shifted.cents)  # fmt: skip
    assert moved.due.tolist() == flow.due.tolist()
    if days % 7 == 0:  # the same weekday: the same weeks, so many further on
        before = under_contract(flow.rows(flow.due >= 1), weeks(position, 100))
        after = under_contract(shifted.rows(flow.due >= 1), weeks(position, 100))
        step = days // 7
        assert after[:, 1 + step : 101].tolist() == before[:, 1 : 101 - step].tolist()
    assert weeks(later).starts[0] > later


# --- Under habits ---------------------------------------------------------------------------------


@given(flows(), habits(), positions, kinds)
def test_habits_move_money_and_keep_it(
    flow: Flow, found: Habits, position: date, kind: object
) -> None:
    buckets: Buckets = kind(position)  # type: ignore[operator]
    expected = by_habit(flow, found, buckets)
    assert expected.sum(axis=1) == pytest.approx(flow.totals, abs=1e-3)
    assert expected[:, -1].sum() == flow.cents[flow.due == UNDATED].sum()


@given(flows(), habits(), positions)
def test_the_expected_flow_is_the_average_row_by_row(
    flow: Flow, found: Habits, position: date
) -> None:
    """The same by plain loops: each row over the days that can still happen, by their weights."""
    buckets = weeks(position)
    plain = np.zeros((len(SOURCES), buckets.count))
    for source, supplier, due, cents in zip(
        flow.source, flow.supplier, flow.due, flow.cents, strict=True
    ):
        number = 0 if supplier < 0 else found.of[supplier]
        part = slice(found.first[number], found.first[number + 1])
        coming = [(d, w) for d, w in zip(found.days[part], found.weights[part], strict=True)
                  if due != UNDATED and due + d >= 1]  # fmt: skip
        if due == UNDATED:
            plain[source, -1] += cents
        elif not coming:
            plain[source, 0 if due < 0 else 1] += cents
        else:
            whole = sum(w for _, w in coming)
            for late, weight in coming:
                place = buckets.place(np.array([due + late]))[0]
                plain[source, place] += cents * weight / whole
    assert by_habit(flow, found, buckets) == pytest.approx(plain, rel=1e-9, abs=1e-2)


@given(flows(), st.integers(-40, 60), positions, kinds)
def test_without_spread_the_range_is_the_line(
    flow: Flow, days: int, position: date, kind: object
) -> None:
    buckets: Buckets = kind(position)  # type: ignore[operator]
    line = by_habit(flow, always(days), buckets).sum(axis=0)
    (spread,) = ranges(flow, always(days), [buckets])
    assert spread.low == pytest.approx(line)
    assert spread.high == pytest.approx(line)
    within = line[: buckets.later].sum()
    assert (spread.within_low, spread.within_high) == pytest.approx((within, within))


@given(flows(), positions)
def test_paid_on_the_due_date_habits_are_the_contract(flow: Flow, position: date) -> None:
    """All that differs: what is due by the position date was never paid that late, so it waits."""
    buckets = weeks(position)
    expected = by_habit(flow, always(0), buckets)
    assert np.rint(expected).tolist() == under_contract(flow, buckets).tolist()


@given(flows(), habits(), positions)
def test_the_same_seed_gives_the_same_range(flow: Flow, found: Habits, position: date) -> None:
    both = [weeks(position), months(position)]
    once, again = ranges(flow, found, both), ranges(flow, found, both)
    for a, b in zip(once, again, strict=True):
        assert a.low.tolist() == b.low.tolist()
        assert a.high.tolist() == b.high.tolist()
        assert (a.low <= a.high + 1e-6).all()


def test_the_range_follows_the_spread() -> None:
    """One supplier, two habits of equal weight: a week is all or nothing."""
    zero = np.zeros(2, dtype=np.int64)
    found = Habits.seen(zero, np.array([0, 7]), np.ones(2), np.zeros(SUPPLIERS, dtype=np.int64))
    flow = Flow(zero[:1], zero[:1], zero[:1] + 10, zero[:1] + 100_00)
    buckets = weeks(SATURDAY, 4)
    (spread,) = ranges(flow, found, [buckets])
    assert by_habit(flow, found, buckets)[0].tolist() == [0, 0, 50_00, 50_00, 0, 0, 0]
    assert spread.low.tolist() == [0] * 7
    assert spread.high.tolist() == [0, 0, 100_00, 100_00, 0, 0, 0]
    assert (spread.within_low, spread.within_high) == (100_00, 100_00)


def test_many_suppliers_even_out() -> None:
    size = 400
    zero = np.zeros(2, dtype=np.int64)
    found = Habits.seen(zero, np.array([0, 7]), np.ones(2), np.zeros(size, dtype=np.int64))
    flow = Flow(np.zeros(size, dtype=np.int64), np.arange(size), np.full(size, 10),
                np.full(size, 100_00))  # fmt: skip
    (spread,) = ranges(flow, found, [weeks(SATURDAY, 4)])
    middle = size * 50_00
    deviation = 100_00 * (size * 0.25) ** 0.5
    assert spread.low[2] == pytest.approx(middle - 1.2816 * deviation, rel=0.01)
    assert spread.high[2] == pytest.approx(middle + 1.2816 * deviation, rel=0.01)


@given(flows(), habits(), positions)
def test_both_readings_sum_to_the_same_cents(flow: Flow, found: Habits, position: date) -> None:
    for reading in read(flow, found, (weeks(position), months(position))):
        assert reading.habits is not None
        assert reading.habits.sum(axis=1).tolist() == reading.contract.sum(axis=1).tolist()


def test_nothing_to_pay_is_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    flow = Flow(none, none, none, none)
    for reading in read(flow, always(3), (weeks(SATURDAY), months(SATURDAY))):
        assert reading.range is not None
        assert not reading.contract.any()
        assert not reading.range.high.any()


# --- The budget -----------------------------------------------------------------------------------

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def agreed(*days: float) -> Terms:
    size = len(days)
    return Terms(np.array(days), np.full(size, 100_00), np.zeros(size))


@given(st.integers(0, 10_000_000_00), st.integers(0, 10_000_000_00))
def test_the_budget_counts_less_what_is_ordered(budget: int, ordered: int) -> None:
    planned = Planned(*NOVEMBER, budget, ordered)
    flow = budget_flow([planned], SATURDAY, agreed(30), Tax(np.ones(1), 1.19, True))
    assert flow.cents.sum() == round(max(0, budget - ordered) * 1.19)
    assert set(flow.source) <= {BUDGET}
    assert np.ptp(flow.cents) <= 1 if len(flow) else True


def test_the_budget_is_due_after_the_average_days() -> None:
    planned = Planned(*NOVEMBER, 2_100_00, 0)
    flow = budget_flow([planned], SATURDAY, agreed(30, 60), Tax(np.ones(1), 1.0, True))
    assert len(flow) == 21  # working days
    assert (flow.due.min(), flow.due.max()) == (2 + 45, 30 + 45)
    unknown = budget_flow([planned], SATURDAY, agreed(float("nan")), Tax(np.ones(1), 1.0, True))
    assert set(unknown.due) == {UNDATED}
