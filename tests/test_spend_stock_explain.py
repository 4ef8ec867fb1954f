"""Explain this item: by hand, the formula worked out again, and every odd case said."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.demand import demand_statistics
from spend.lead_time import lead_time
from spend.stock_explain import Explanation, explain, explained, explanation
from spend.stock_explain_formula import served
from spend.stock_explain_item import ItemRecord, item_record, quantity
from spend.stock_explain_words import ItemWords
from spend.stock_plan import NO_DEMAND, NO_HISTORY, NO_LEAD_TIME, stock_plan
from spend.stock_reading import StockReading
from tests.conftest import HEAVY
from tests.made_up_stock import made_up
from tests.small_company import loaded

FIRST = date(2023, 1, 2)  # a Monday
NONE: list[tuple[date, float]] = []
EVEN = [18.0, 22.0] * 30
SELDOM = [0.0, 0.0, 6.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 5.0] * 6
PIECES = ([0.0] * 4 + [1.0]) * 12


def bucket(place: int, kind: str = "week") -> date:
    """The first day of a bucket."""
    if kind == "month":
        return date(FIRST.year + place // 12, place % 12 + 1, 1)
    return FIRST + timedelta(days=place * {"week": 7, "day": 1}[kind])


def rows_of(series: Sequence[float], kind: str) -> pd.DataFrame:
    found = [("S1", bucket(i, kind), q) for i, q in enumerate(series) if q]
    found.append(("elsewhere", FIRST, 99.0))
    frame = pd.DataFrame(found, columns=["site", "period_start", "quantity"])
    return frame.assign(period_start=pd.to_datetime(frame["period_start"]))


def counts_of(counts: Sequence[tuple[date, float]]) -> pd.DataFrame:
    found = [("S1", *count) for count in counts] + [("elsewhere", FIRST, 0.0)]
    frame = pd.DataFrame(found, columns=["site", "counted_on", "on_hand"])
    return frame.assign(counted_on=pd.to_datetime(frame["counted_on"]))


def orders_of(days: Sequence[int]) -> pd.DataFrame:
    taken = pd.Series(days, dtype="int64").value_counts().sort_index()
    return pd.DataFrame({"days": taken.index, "orders": taken.to_numpy()})


def reading_of(items: Any, kind: str, own: float = math.nan) -> StockReading:
    """A reading of one item, with no store behind it."""
    first = pd.Timestamp(bucket(0, kind or "week"))
    weekday = (1, 1) if kind == "week" else (1, 7)
    demand = pd.DataFrame({
        "item_id": ["IT-0000"], "bucket_rows": [60], "all_first": [kind == "month"],
        "least_weekday": [weekday[0]], "most_weekday": [weekday[1]], "category_id": ["C1"],
        "first_start": [first],
    })  # fmt: skip
    book = SimpleNamespace(
        demand=demand if kind else demand[:0],
        items=pd.DataFrame({"item_id": ["IT-0000"], "service_level": [own]}),
        reader=SimpleNamespace(settings=SimpleNamespace(currency="EUR", obsolete_after_months=12)),
    )
    return StockReading(cast(Any, book), stock_plan(items))


def made(
    series: Sequence[float],
    kind: str = "week",
    seen: Sequence[tuple[date, float]] = NONE,
    took: Sequence[int] = (),
    plan_days: float = 28.0,
    own: float = math.nan,
    **changed: Any,
) -> tuple[StockReading, tuple[pd.DataFrame, ...]]:
    """One made-up item, and its rows."""
    items = made_up([list(series) or [0.0]], kind, **changed)
    if not len(series):
        items = replace(items, statistics=demand_statistics([[0.0]], [[True]]))
    days = np.array(took, float)
    orders, total, squares = ([float(n)] for n in (len(days), days.sum(), (days**2).sum()))
    items = replace(items, lead_time=lead_time([plan_days], orders, total, squares))
    rows = rows_of(series, kind or "week"), counts_of(seen), orders_of(took)
    return reading_of(items, kind, own), rows


def told(series: Sequence[float], kind: str = "week", **known: Any) -> Explanation:
    reading, rows = made(series, kind, **known)
    return explanation(reading, 0, *rows)


def record(series: Sequence[float], kind: str = "week", **known: Any) -> ItemRecord:
    reading, rows = made(series, kind, **known)
    return item_record(reading, 0, *rows)


# --- The formula, worked out again ----------------------------------------------------------------


def worked_out(latex: str) -> float:
    """What a row of numbers comes to."""
    row = (
        latex.replace(r"\cdot", "*").replace("^", "**").replace(r"\,", " ").replace(r"\max", "max")
    )
    while found := re.search(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", row):
        row = row.replace(found[0], f"(({found[1]})/({found[2]}))")
    row = re.sub(r"\\sqrt\{([^{}]*)\}", r"math.sqrt(\1)", row)
    assert re.fullmatch(r"[-+*/()., 0-9mathsqrx]*", row), row
    return float(eval(row, {"math": math, "max": max}))


def rows_in(formula: str) -> list[list[str]]:
    """The rows of a formula, each as what stands between its equal signs."""
    body = formula.removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}")
    rows = [row.split(r"\quad")[0].replace("&=", "= ") for row in body.split(r" \\ ")]
    return [row.split("= ") for row in rows]


def safety_in(formula: str) -> float:
    """The safety stock that the printed numbers come to; every row must come to what it says."""
    for row in rows_in(formula):
        numbers = [part.strip(" ,") for part in row]
        worked = [worked_out(n) for n in numbers if re.fullmatch(WORKABLE, n)]
        for one in worked:
            assert one == pytest.approx(worked[-1], rel=2e-3, abs=1e-9), row
    return worked_out(rows_in(formula)[-1][-1].strip())


WORKABLE = r"(?:\\(?:cdot|sqrt|frac|max|,)|[-+*/()^{}., 0-9])+"


def expected(reading: StockReading) -> float:
    return float(reading.plan.safety_stock[0])


def test_normal_by_hand() -> None:
    """20 a week, give or take 2.017; four weeks: 1.645·√(4·4.068) = 6.63."""
    reading, rows = made(EVEN)
    found = explanation(reading, 0, *rows)
    variance = 60 / 59 * 4
    assert (
        f"1.64485 \\cdot \\sqrt{{(4 + 0) \\cdot {variance:.6g} + 20^2 \\cdot 0^2}}" in found.formula
    )
    assert safety_in(found.formula) == pytest.approx(1.6448536 * math.sqrt(4 * variance), rel=1e-3)
    assert safety_in(found.formula) == pytest.approx(expected(reading), rel=1e-3)


def test_lead_times_that_vary_are_in_the_variance() -> None:
    """Five orders of 14 to 42 days: sd 10.43 days is 1.49 weeks, on 20 a week."""
    took = [14, 28, 28, 35, 42]
    reading, rows = made(EVEN, took=took)
    formula = explanation(reading, 0, *rows).formula
    weeks = np.std(took, ddof=1) / 7
    assert f"20^2 \\cdot {weeks:.6g}^2" in formula
    by_hand = stats.norm.ppf(0.95) * math.sqrt(4 * 240 / 59 + 400 * weeks**2)
    assert safety_in(formula) == pytest.approx(by_hand, rel=1e-3)


def test_poisson_by_hand() -> None:
    """A piece every fifth week: 0.8 in four weeks; 95 % is 2 pieces, 1.2 of them safety."""
    found = told(PIECES)
    assert r"\text{Poisson}" in found.formula
    assert r"F^{-1}(95\,\%) - m = 2 - 0.8 = 1.2" in found.formula
    assert stats.poisson(0.8).ppf(0.95) == 2


def test_compound_poisson_by_hand() -> None:
    """3 demands in 10 weeks of 5 on average: 1.2 demands in four weeks, 6 pieces."""
    reading, rows = made(SELDOM)
    formula = explanation(reading, 0, *rows).formula
    assert r"\text{compound Poisson}" in formula
    assert r"\frac{(4 + 0)}{3.33333} = 1.2" in formula
    size_variance = np.var([6, 4, 5] * 6, ddof=1)
    assert f"= {size_variance:.6g} + " in formula
    counts = np.arange(1, 30)
    weights = stats.poisson(1.2).pmf(counts)
    shape, scale = 25 / size_variance, size_variance / 5
    level = expected(reading) + 6
    above = (weights * stats.gamma(counts * shape, scale=scale).sf(level)).sum()
    assert above == pytest.approx(0.05, abs=1e-9)
    assert safety_in(formula) == pytest.approx(level - 6, rel=1e-3)


def test_even_lots_are_said() -> None:
    found = told([0.0, 0.0, 6.0] * 20)
    assert "Poisson, in even lots" in found.formula
    assert safety_in(found.formula) == pytest.approx(10)  # 3 lots of 6 on 8


def test_a_negative_binomial_and_a_gamma_are_named() -> None:
    clumped = ([0.0] * 6 + [1.0, 1.0, 1.0, 2.0, 2.0]) * 6
    uneven = [1.0, 2.0, 30.0, 3.0] * 15
    spread = [21, 35, 14, 28, 49]
    assert "negative binomial" in told(clumped, took=spread).formula
    assert "gamma" in told(uneven).formula


def demands() -> st.SearchStrategy[list[float]]:
    sizes = st.one_of(
        st.integers(0, 2), st.sampled_from([0, 0, 0, 1]), st.integers(0, 60),
        st.sampled_from([0, 0, 0, 25, 40]),
    ).map(float)  # fmt: skip
    steady = st.integers(90, 110).map(float)
    return st.one_of(*(st.lists(s, min_size=26, max_size=60) for s in (sizes, steady)))


@HEAVY
@given(
    demands(),
    st.sampled_from([0.0, 3.0, 28.0, 90.0]),
    st.sampled_from([(), (14, 28, 28, 35, 42)]),
    st.sampled_from([0.0, 10.0, 28.0]),
    st.sampled_from([0.4, 0.9, 0.95, 0.995]),
)
def test_the_formula_is_the_plan(
    series: list[float], days: float, took: tuple[int, ...], review: float, level: float
) -> None:
    assume(any(series))
    reading, rows = made(series, plan_days=days, took=took, review_days=review, service_level=level)
    formula = explanation(reading, 0, *rows).formula
    assert safety_in(formula) == pytest.approx(expected(reading), rel=1e-3, abs=1e-9)


@HEAVY
@given(
    demands(),
    st.sampled_from([3.0, 28.0]),
    st.sampled_from([(), (14, 28, 28, 35, 42)]),
    st.sampled_from([0.0, 7.0, 28.0]),
    st.sampled_from([2.0, 50.0, 1000.0]),
    st.sampled_from([0.8, 0.98]),
)
def test_the_formula_of_a_fill_rate_is_the_plan(
    series: list[float], days: float, took: tuple[int, ...], review: float, lot: float, rate: float
) -> None:
    assume(any(series))
    reading, rows = made(
        series, plan_days=days, took=took, review_days=review, fill_rate=rate,
        service_level=math.nan, minimum_order=lot,
    )  # fmt: skip
    formula = explanation(reading, 0, *rows).formula
    assert safety_in(formula) == pytest.approx(expected(reading), rel=1e-3, abs=1e-9)
    first, second, demand = served(item_record(reading, 0, *rows))
    assert 1 - (first - second) / demand >= rate - 1e-9


def test_the_formula_is_there_for_each_way_of_ordering() -> None:
    known: dict[str, Any] = {"fill_rate": 0.95, "service_level": math.nan}
    assert r"\frac{n(r) - n(r + Q)}{Q}" in told(EVEN, **known).formula
    reviewed = told(EVEN, **known, review_days=14.0)
    assert r"\frac{A(r) - A(r + Q)}{Q \mu R}" in reviewed.formula
    up_to = told(EVEN, **known, review_days=70.0)
    assert r"\frac{n_{L+R}(S) - n_L(S)}{\mu R}" in up_to.formula
    assert r"(\text{asked for: }} 95\,\%)".replace("}}", "}") in up_to.formula


# --- Sentences ------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.) (?=[A-Z])", text)


def test_the_paragraph_by_hand() -> None:
    found = told(EVEN, on_hand=90.0, on_order=20.0, value=36000, counts=8.0)
    assert found.title == "Item 0 (IT-0000) at S1"
    assert sentences(found.paragraph) == [
        "It is wanted often and evenly (smooth): in 60 of the 60 weeks on record, 20 pc at a time "
        "on average.",
        "An order is planned to take 28 days; no orders came in, and 5 would tell how much that "
        "varies.",
        "On 2026-10-31 90 pc were counted: 6.6 safety stock (protects service), 50 cycle stock "
        "(turns with orders) and 33.4 excess (more than needed).",
        "With 20 on order that makes 110, above the reorder point of 86.6, 6.63 of it safety "
        "stock: no order is due.",
        "At €4.00 each it is worth €360; keeping it costs about €90.00 a year.",
        "At the demand of the last 12 months, 1,040, it lasts 1.0 months.",
    ]


def test_what_is_due_is_what_brings_the_position_above_the_level() -> None:
    """86.6 less 10 needs two lots of 50."""
    assert "below the reorder point of 86.6" in told(EVEN).paragraph
    assert "100 are due to be ordered" in told(EVEN).paragraph
    found = told(EVEN, review_days=70.0)
    level = next(f.value for f in found.steps if f.label == "Level to order up to")
    wanted = np.ceil(float(cast(float, level)) - 10)  # whole demand is ordered in whole units
    assert f": {quantity(wanted)} are due to be ordered." in found.paragraph


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "no demand loaded": (
        {"series": [], "kind": ""}, "No demand is loaded for it, so nobody can say",
    ),
    "no bucket over": ({"series": []}, "No week of its demand is over yet"),
    "no demand": (
        {"series": [0.0] * 30, "year_demand": 0.0},
        "Nothing of it was wanted in the 30 weeks on record.",
    ),
    "one demand": (
        {"series": [0.0] * 29 + [12.0]},
        "wanted in 1 of the 30 weeks on record, 12 pc then: nobody can tell how uneven",
    ),
    "no lead time": (
        {"series": EVEN, "plan_days": math.nan, "took": [3, 4]},
        "none is planned, and 2 orders came in (5 are needed), so no safety stock",
    ),
    "lead time from orders": (
        {"series": EVEN, "plan_days": math.nan, "took": [10, 12, 14, 16, 18]},
        "No lead time is planned: 5 orders took 14.0 days on average, give or take 3.2, which is",
    ),
    "lead time off plan": (
        {"series": EVEN, "took": [50, 52, 54, 56, 58]},
        "5 orders took 54.0 days on average, give or take 3.2; the plan is used all the same.",
    ),
    "zero cost": ({"series": EVEN, "unit_cost": 0.0, "value": 0}, "Its unit cost is zero"),
    "unknown cost": (
        {"series": EVEN, "unit_cost": math.nan, "value": 0, "value_known": False},
        "Its unit cost is not known, so it has no value here.",
    ),
    "below zero": (
        {"series": EVEN, "on_hand": -5.0, "value": -2000},
        "−5 pc were counted: below zero is a count error",
    ),
    "empty": ({"series": EVEN, "on_hand": 0.0, "value": 0}, "On 2026-10-31 the shelf was empty."),
    "never counted": (
        {"series": EVEN, "on_hand": math.nan, "value": 0, "value_known": False},
        "It was never counted, so nobody knows what is on hand. By its demand it has a reorder "
        "point of 86.6, 6.63 of it safety stock.",
    ),
    "obsolete": (
        {"series": EVEN, "unwanted": True, "year_demand": 0.0},
        "10 pc were counted, all obsolete: not wanted for 12 months or more. It should not be",
    ),
    "net returns": (
        {"series": EVEN, "year_demand": -3.0}, "more came back than was wanted, so it has no",
    ),
    "no order quantity": (
        {"series": EVEN, "minimum_order": math.nan},
        "what for, nobody can say, because neither its order cost",
    ),
    "on order unknown": (
        {"series": EVEN, "on_order": math.nan},
        "What is on order is not known; on hand alone are 10, below the reorder point of 86.6",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_said(case: str) -> None:
    known, said = CASES[case]
    found = told(**known)
    assert said in found.paragraph
    assert 3 <= len(sentences(found.paragraph)) <= 6
    assert "nan" not in " ".join((found.paragraph, found.formula, found.replay, found.title))
    assert bool(found.formula) != bool(found.formula_reason)
    for fact in (*found.steps, *found.second_readings):
        assert fact.value is None or not math.isnan(float(fact.value))
        assert "nan" not in fact.meaning


NOTES: dict[str, tuple[dict[str, Any], str]] = {
    "stock-outs": (
        {"counts": 34.0, "empty_counts": 3.0},
        "On 3 of 34 counts the shelf was empty: demand may have been higher than what is on",
    ),
    "returns": ({"returns": 2.0}, "In 2 weeks more came back than was wanted"),
    "critical": ({"critical": True}, "It is a critical spare, so it never counts as obsolete."),
    "target": ({"target_source": "setting"}, "cycle service level of 95 % (the setting for all"),
    "fill rate": (
        {"fill_rate": 0.98, "service_level": math.nan, "target_source": "policy for all items"},
        "a fill rate of 98 % (policy for all items)",
    ),
    "no order quantity": ({"minimum_order": math.nan}, "How much to order at a time is not known"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTES)
def test_what_to_know_first_is_said(case: str) -> None:
    known, said = NOTES[case]
    reading, rows = made(EVEN)
    changed: dict[str, Any] = {name: np.array([value]) for name, value in known.items()}
    items = replace(reading.items, **changed)
    found = explanation(reading_of(items, "week"), 0, *rows)
    assert any(said in note.text for note in found.notes)


def test_a_service_level_that_no_stock_can_hold_is_said() -> None:
    notes = [note.text for note in told(EVEN, own=1.0, target_source="setting").notes]
    assert any("Its own service level of 100.0 % is one that no stock can hold" in n for n in notes)
    assert not any("can hold" in note.text for note in told(EVEN, own=0.9).notes)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"series": [], "kind": ""}, NO_DEMAND),
        ({"series": []}, NO_HISTORY),
        ({"series": EVEN, "plan_days": math.nan}, NO_LEAD_TIME),
    ],
)
def test_what_cannot_be_worked_out_says_why(known: dict[str, Any], why: str) -> None:
    found = told(**known)
    assert (found.formula, found.second_readings) == ("", ())
    assert why in found.formula_reason
    assert why in found.replay


@given(
    st.floats(0.001, 5000), st.floats(0, 300), st.floats(0, 300), st.sampled_from([0.0, 99.0, 1e4])
)
def test_the_parts_in_words_add_to_what_was_counted(
    on_hand: float, required: float, lot: float, year: float
) -> None:
    reading, rows = made(EVEN, on_hand=on_hand, minimum_order=lot, year_demand=year)
    plan = replace(reading.plan, safety_stock=np.array([required]))
    words = ItemWords(item_record(StockReading(reading.book, plan), 0, *rows))
    said = words.holds()
    number = r"([\d,.]+) (?:safety|cycle|excess)"
    parts = [float(part.replace(",", "")) for part in re.findall(number, said)]
    assert sum(parts) == pytest.approx(float(quantity(on_hand).replace(",", "")), abs=1e-9), said


# --- The numbers used -----------------------------------------------------------------------------


def step(found: Explanation, label: str) -> Any:
    return next(f for f in found.steps if f.label == label)


def test_the_steps_are_the_plan() -> None:
    reading, rows = made(EVEN, order_cost=25.0)
    found = explanation(reading, 0, *rows)
    economic = math.sqrt(2 * 25 * 1040 / (0.25 * 4))
    assert step(found, "Mean demand a week").value == pytest.approx(20)
    assert step(found, "Lead time, weeks").value == 4
    assert step(found, "Economic order quantity").value == pytest.approx(economic)
    assert step(found, "Minimum order").value == 50
    assert step(found, "Order quantity").value == pytest.approx(economic)
    assert step(found, "Required safety stock").value == pytest.approx(expected(reading))
    assert step(found, "Reorder point").value == pytest.approx(80 + expected(reading))
    assert step(found, "Method").meaning.endswith("normal")
    assert step(found, "Method").unit == ""


# --- Charts ---------------------------------------------------------------------------------------


def test_demand_has_every_bucket_and_marks_empty_shelves() -> None:
    """A count at the end of the second week found nothing, though nothing was wanted then."""
    seen = [(bucket(1) + timedelta(days=6), 0.0), (bucket(2), 4.0), (FIRST - timedelta(1), 0.0)]
    chart = told(SELDOM, seen=seen).charts[0]
    demand, empty = chart.series
    assert (chart.name, len(chart.axis)) == ("demand", 60)
    assert chart.axis[:2] == ("2023-01-02", "2023-01-09")
    assert demand.values == tuple(SELDOM)
    assert empty.label == "Shelf empty at a count"
    assert [i for i, mark in enumerate(empty.values) if mark is not None] == [1]
    assert empty.values[1] == 0
    assert "in 1 week a count found the shelf empty" in chart.description


def test_a_long_history_is_cut_and_that_is_said() -> None:
    chart = told(EVEN * 5).charts[0]
    assert len(chart.axis) == 156
    assert chart.title == "Demand by week, the last 156 of 300"
    assert chart.axis[-1] == bucket(299).isoformat()


def test_months_are_named_as_months() -> None:
    chart = told(EVEN, "month").charts[0]
    assert chart.axis[:2] == ("2023-01", "2023-02")
    assert chart.series[0].values == tuple(EVEN)
    assert len(told(EVEN, "day").charts[0].axis) == 60


def test_weeks_begin_as_the_items_own_do() -> None:
    """The company's first week begins on a Monday, this item's on Wednesdays."""
    reading, (rows, *others) = made(EVEN)
    later = rows.assign(period_start=rows["period_start"] + pd.Timedelta(days=2))
    found = item_record(reading, 0, later, *others)
    assert found.starts[0] == np.datetime64("2023-01-04")
    assert found.series.tolist() == EVEN


def test_lead_times_are_counted_in_bins() -> None:
    chart = told(EVEN, took=[10, 11, 14, 30, 31, 31]).charts[1]
    assert chart.title == "Days from order to receipt (28 are planned)"
    assert chart.axis == tuple(f"{day} to {day + 1}" for day in range(10, 32, 2))
    assert chart.series[0].values == (2, 0, 1, *[0] * 7, 3)
    assert "6 orders took 10 to 31 days, 21.2 on average" in chart.description


@given(st.lists(st.integers(0, 4000), min_size=5, max_size=30))
def test_every_order_is_in_a_bin(took: list[int]) -> None:
    chart = told(EVEN, took=took).charts[1]
    counts = [cast(int, v) for v in chart.series[0].values]
    assert sum(counts) == len(took)
    assert counts[0]
    assert counts[-1]
    assert len(chart.axis) == len(counts) <= 13


@pytest.mark.parametrize(("took", "said"), [([], "no orders were"), ([7], "1 order was")])
def test_few_orders_have_no_distribution(took: list[int], said: str) -> None:
    chart = told(EVEN, took=took).charts[1]
    assert chart.series == ()
    assert chart.reason == f"{said} wholly received, and fewer than 5 say nothing"


# --- What the policy would have given, and second readings ----------------------------------------


def test_the_replay_is_of_the_policy_set_on_the_first_part() -> None:
    """20 a week always: ordered at five weeks' demand, 50 at a time.

    From a position of 125 it is 125, 105, 135, 115, 145 in turn after each review: 125 on average,
    80 of it on its way, and the shelf is half a week's demand lower than before it.
    """
    found = told([20.0] * 60)
    assert found.replay == (
        "Set on the first 40 weeks and replayed on the last 20 weeks (with a look at the shelf "
        "once a week or less often), this policy would have served 100 % of demand with 35 pc on "
        "hand on average."
    )


def test_the_replay_says_why_there_is_none() -> None:
    assert "a back-test needs 24" in told([5.0] * 12).replay
    assert told([0.0] * 25 + [5.0] * 10).replay.startswith("Not wanted in the first 23 weeks")
    assert told([5.0] * 20 + [0.0] * 10).replay == "Not wanted in the last 10 weeks."
    assert "Nothing to test" in told(EVEN, minimum_order=math.nan).replay


def test_second_readings_are_labelled_and_of_this_item_alone() -> None:
    """Without the weeks of an empty shelf the mean of the others is higher."""
    series = [20.0, 24.0, 0.0, 16.0] * 15
    found = told(series, seen=[(bucket(i), 0.0) for i in range(2, 60, 4)])
    without, error = found.second_readings
    past = demand_statistics([q for q in series if q])
    level = stats.norm(4 * past.mean[0], math.sqrt(4 * past.variance[0])).ppf(0.95)
    assert without.value == pytest.approx(level - 4 * past.mean[0])
    assert "with 15 weeks left out (the mean is then 20 a week)" in without.meaning
    assert float(cast(float, error.value)) > 0
    assert all("second reading" in fact.meaning for fact in found.second_readings)


def test_an_allowance_for_error_asks_for_more() -> None:
    reading, rows = made(EVEN)
    _, error = explanation(reading, 0, *rows).second_readings
    variance = 240 / 59
    spread = math.sqrt(4 * variance + 16 * variance / 60)
    assert error.value == pytest.approx(stats.norm.ppf(0.95) * spread)


def test_second_readings_say_when_nothing_is_left() -> None:
    none = told(EVEN).second_readings[0]
    assert (none.value, none.meaning) == (None, "second reading: no such count in the record")
    every = told([4.0] * 30, seen=[(bucket(i), 0.0) for i in range(30)]).second_readings[0]
    assert every.value is None
    assert "no week at all" in every.meaning


# --- From a store ---------------------------------------------------------------------------------


def tables() -> dict[str, list[dict[str, Any]]]:
    weeks = [date(2023, 11, 6) + timedelta(weeks=n) for n in range(150)]
    terms = {"unit_cost": 2.5, "minimum_order": 20, "holding_rate": 0.2}
    demand = [
        {"period_start": day, "item_id": "often", "site": "M", "quantity": 18 + n % 5}
        for n, day in enumerate(weeks)
    ]
    demand += [
        {"period_start": day, "item_id": "seldom", "site": "M", "quantity": 1 + n % 7}
        for n, day in enumerate(weeks) if n % 9 == 4
    ]  # fmt: skip
    demand += [
        {"period_start": weeks[40], "item_id": "once", "site": "", "quantity": 4},
        {"period_start": weeks[80], "item_id": "unheard", "site": "M", "quantity": 4},
        {"period_start": weeks[81], "item_id": "seldom", "site": "M", "quantity": -3},
    ]
    planned = {"often": 21, "seldom": 30, "once": None, "idle": 5}
    items = [
        {"item_id": name, "name": f"Part {name}", "lead_time_days": days, **terms}
        for name, days in planned.items()
    ]
    orders = [
        {"po_id": f"P{n}", "line_no": 1, "order_date": weeks[n * 9], "supplier_id": "S1",
         "quantity": 5, "unit_price": 2, "item_id": "often"} for n in range(8)
    ]  # fmt: skip
    receipts = [
        {"receipt_id": f"R{n}", "po_id": f"P{n}", "line_no": 1, "quantity": 5,
         "received_on": weeks[n * 9] + timedelta(days=18 + 2 * n)} for n in range(8)
    ]  # fmt: skip
    counts = [
        {"counted_on": date(2026, month, 28), "item_id": name, "site": "M",
         "on_hand": 0 if month == 3 else hand, "on_order": 4}
        for month in range(1, 11) for name, hand in (("often", 40), ("seldom", 9), ("idle", 7))
    ]  # fmt: skip
    return {"item": items, "demand": demand, "stock_level": counts,
            "purchase_order_line": orders, "goods_receipt": receipts,
            "supplier": [{"supplier_id": "S1", "name": "One"}]}  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("explained")
    store = loaded(folder / "home", folder / "files", tables())
    yield store
    store.close()


def test_the_series_has_the_statistics_of_the_plan(company: Store) -> None:
    """What the chart shows is what the plan was made from, for every item with demand."""
    with company.reader(None) as reader:
        reading = StockReading.read(reader, Selection())
        assert len(reading.items) == 5
        for place, (item, site) in enumerate(
            zip(reading.items.item_id, reading.items.site, strict=True)
        ):
            found = explained(reading, str(item), str(site))
            if not found.charts[0].series:
                continue
            values = [float(cast(float, v)) for v in found.charts[0].series[0].values]
            past, known = demand_statistics(values), reading.items.statistics
            for name in ("periods", "demands", "mean", "variance", "size_mean"):
                one, other = getattr(past, name)[0], getattr(known, name)[place]
                assert one == pytest.approx(other, nan_ok=True)


def test_one_item_of_a_store(company: Store) -> None:
    found = explain(company, Selection(), "often", "M")
    assert found.title == "Part often (often) at M"
    assert "An order is planned to take 21 days; 8 orders took 25.0 days" in found.paragraph
    assert "On 2026-10-28 40 units were counted" in found.paragraph
    assert any("On 1 of 10 counts the shelf was empty" in note.text for note in found.notes)
    assert sum(v is not None for v in found.charts[0].series[1].values) == 1
    assert found.charts[1].series
    assert "would have served" in found.replay


def test_the_rest_of_the_selection_changes_nothing(company: Store) -> None:
    alone = explain(company, Selection(item=("seldom",)), "seldom", "M")
    assert alone == explain(company, Selection(), "seldom", "M")
    assert any("In 1 week more came back than was wanted" in note.text for note in alone.notes)


def test_an_item_without_master_data_is_explained_too(company: Store) -> None:
    found = explain(company, Selection(), "unheard", "M")
    assert found.title == "unheard at M"
    assert "How long an order takes is not known" in found.paragraph


@pytest.mark.parametrize(
    ("selection", "item", "site"),
    [
        (Selection(), "gone", "M"),
        (Selection(), "often", "N"),
        (Selection(item=("seldom",)), "often", "M"),
        (Selection(supplier=("S1",)), "often", "M"),
    ],
)
def test_an_item_that_is_not_there_is_said(
    company: Store, selection: Selection, item: str, site: str
) -> None:
    with pytest.raises(ConcordError, match=f"no item {item} at {site}"):
        explain(company, selection, item, site)
