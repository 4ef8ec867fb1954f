"""The back-test of the stock page: the published figures again, and what it declines, and why."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.backtest import order_rule
from spend.demand_series import demand_series
from spend.policy_comparison import ItemTerms
from spend.stock_replay import WAYS, StockReplay, StockReplayed, stock_replay
from spend.stock_replay_item import ItemReplay, item_replay
from studies import stock_backtest_words
from studies.stock_backtest_figures import SET_ON, TARGET, Parts, read
from tests.conftest import ROOT
from tests.test_spend_backtest import slow

TERMS = ItemTerms(
    unit_cost=np.array([4.0, 10.0, 1.0]),
    order_cost=5,
    holding_cost=np.array([0.8, 2.0, 0.2]),
    lead_time=2,
    minimum_order=1,
    review_period=1,
    periods_per_year=52,
)
FLAT = replace(TERMS, unit_cost=1, holding_cost=0.2)


def request(**terms: Any) -> StockReplay:
    """Three items, the last of which is wanted in the last third only."""
    series = np.random.default_rng(1).poisson([[3.0], [0.3], [0.0]], (3, 60)).astype(float)
    series[2, -3] = 6
    return StockReplay(series, replace(TERMS, **terms), 0.95)


# --- Published data ------------------------------------------------------------------------------


@cache
def parts(folder: Path) -> Parts:
    return read(folder / "spare_parts_man")


@cache
def published(folder: Path) -> StockReplayed:
    whole = parts(folder)
    return stock_replay(StockReplay(whole.series, whole.terms, TARGET))


def page() -> str:
    return (ROOT / "docs" / "stock-backtest.md").read_text(encoding="utf-8")


def headline() -> dict[str, list[str]]:
    """The page's first table: the cells of each way, by its words."""
    lines = page().split("| way to set the reorder point |")[1].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines[: lines.index("")]]
    return {name.strip("*"): cells for name, *cells in rows}


def as_on_the_page(row: tuple[Any, ...]) -> list[str]:
    value, units, items, stock, orders, ordering, holding = row
    money = (stock, orders, ordering, holding)
    return [f"{100 * value:.1f} %", f"{100 * units:.1f} %", f"{100 * items:.0f} %"] + [
        f"{amount:,.0f}" for amount in money
    ]


def test_published_figures_are_those_of_the_page(shared_data: Path) -> None:
    found, written = published(shared_data), headline()
    assert len(written) == 9
    assert found.table.ids == tuple(WAYS)
    for name, *cells in found.table.rows:
        assert as_on_the_page(tuple(cells)) == written[str(name)], name


def test_the_sentence_and_the_note_are_those_of_the_page(shared_data: Path) -> None:
    found = published(shared_data)
    assert found.sentence == (
        "Asked for 95 %, the policy by class with estimation error would have given 91.3 % by "
        "value on the last 50 weeks, with €1.90 M of stock; the policy by class 85.8 %, the normal "
        "for all items 78.0 %."
    )
    (note,) = found.notes
    assert note.text.startswith("1,880 of 3,451 items had no demand in the first 100 weeks")
    assert "The last 50 wanted 370 of them, for €0.15 M at cost" in note.text
    together = " ".join(page().split())
    assert "1,880 items had no demand in the first 100 weeks" in together
    assert "370 of them were wanted in the last 50, for EUR 149,972" in together
    assert found.comparison is not None
    assert round(found.comparison.new_demand_value) == 149_972


def test_the_ways_read_as_on_the_page() -> None:
    on_the_page = {way: words.strip("*") for way, words in stock_backtest_words.WAYS.items()}
    assert {way: words.format(target="95 %") for way, words in WAYS.items()} == {
        way: on_the_page[way] for way in WAYS
    }


def test_one_item_alone_gives_what_it_gave_among_all(shared_data: Path) -> None:
    """Its levels taken from the rule that was set among all the items."""
    whole, comparison = parts(shared_data), published(shared_data).comparison
    assert comparison is not None
    rows = np.flatnonzero(comparison.known)
    for way in ("normal", "chosen_tsb_error"):
        result = comparison.results[way]
        for place in np.random.default_rng(5).choice(len(rows), 25, replace=False).tolist():
            rule, outcome = result.rule, result.outcome
            found = item_replay(
                whole.series[rows[place]],
                float(rule.reorder_point[place]),
                float(rule.order_quantity[place]),
                float(rule.lead_time[place]),
                order_up_to=float(rule.order_up_to[place]),
                set_on=SET_ON,
            )
            assert found.served == outcome.served[place]
            assert found.average_stock == outcome.average_stock[place]
            assert (found.orders, found.periods_short) == (
                outcome.orders[place],
                outcome.periods_short[place],
            )


# --- What can be tested, and what not ------------------------------------------------------------


def test_a_row_for_each_way_and_no_policy_for_what_nobody_had_wanted() -> None:
    found = stock_replay(request())
    assert found.table.title == (
        "Set on the first 40 weeks for a fill rate of 95 %, replayed on the last 20"
    )
    assert [len(row) for row in found.table.rows] == [len(found.table.columns)] * len(WAYS)
    (note,) = found.notes
    assert note.text == (
        "1 of 3 items had no demand in the first 40 weeks, so no policy could be set for them. The "
        "last 20 wanted 1 of them, for €6.00 at cost, which no figure here holds."
    )


@pytest.mark.parametrize(("periods", "said"), [(1, "1 week of"), (23, "23 weeks of"), (24, "")])
def test_too_little_history_is_said(periods: int, said: str) -> None:
    found = stock_replay(StockReplay(np.ones((2, periods)), FLAT, 0.95))
    if not said:
        assert (found.reason, len(found.table.rows)) == ("", len(WAYS))
        return
    assert found.reason == f"Too little history: {said} demand loaded, and a back-test needs 24."
    assert (found.table.rows, found.table.ids, found.sentence) == ((), (), "")


@pytest.mark.parametrize(
    "terms",
    [
        {"unit_cost": np.nan},
        {"lead_time": np.nan},
        {"lead_time": 40},
        {"order_cost": np.nan, "minimum_order": np.nan},
        {"holding_cost": 0, "minimum_order": 0},
        {"order_cost": 0, "minimum_order": 0},
    ],
)
def test_without_terms_there_is_nothing_to_test(terms: dict[str, float]) -> None:
    found = stock_replay(request(**terms))
    assert found.reason.startswith("Nothing to test: no item whose unit cost, lead time and order")
    assert found.table.rows == ()


def test_without_any_item_or_any_demand_there_is_nothing_to_test() -> None:
    none = StockReplay(np.zeros((0, 60)), FLAT, 0.95)
    assert "Nothing to test" in stock_replay(none).reason
    assert "Nothing to test" in stock_replay(StockReplay(np.zeros((3, 60)), TERMS, 0.95)).reason


def test_items_without_terms_are_left_out_and_counted() -> None:
    whole = request(lead_time=np.array([2, 2, np.nan]))
    found = stock_replay(whole)
    first = StockReplay(whole.series[:2], replace(TERMS, unit_cost=TERMS.unit_cost[:2],
                        holding_cost=TERMS.holding_cost[:2]), 0.95)  # fmt: skip
    assert found.table.rows == stock_replay(first).table.rows
    assert found.tested is not None
    assert found.tested.tolist() == [True, True, False]
    assert found.notes[0].text.startswith("1 of 3 items could not be replayed")


def test_a_minimum_order_will_do_where_costs_are_unknown() -> None:
    minimum = np.array([20.0, 1.0, 1.0])
    some = stock_replay(request(order_cost=np.array([np.nan, 5, 5]), minimum_order=minimum))
    assert some.comparison is not None
    assert some.comparison.results["chosen"].rule.order_quantity.tolist()[0] == 20
    assert some.notes[-1].text == (
        "Ordering and holding are of the 2 of 3 items whose costs are known."
    )
    none = stock_replay(request(order_cost=np.nan, minimum_order=minimum))
    assert {row[-2:] for row in none.table.rows} == {(None, None)}
    assert all(row[4] is not None for row in none.table.rows)


def test_times_are_whole_periods_and_reviews_no_more_often_than_that() -> None:
    rounded = stock_replay(request(lead_time=2, review_period=1)).table.rows
    assert stock_replay(request(lead_time=1.61, review_period=0)).table.rows == rounded
    assert stock_replay(request(lead_time=2 + 1e-12, review_period=0.3)).table.rows == rounded
    assert stock_replay(request(lead_time=2, review_period=2)).table.rows != rounded


def test_nothing_that_costs_anything_was_wanted() -> None:
    found = stock_replay(request(unit_cost=0))
    assert found.sentence == (
        "Nothing that costs anything was wanted in the last 20 weeks: the ways can't be told apart."
    )
    assert all(row[1] is None and row[2] is not None for row in found.table.rows)


def test_ways_and_words_follow_the_request() -> None:
    months = replace(request(), period="month", target=0.975, currency="GBP", ways=("textbook",))
    found = stock_replay(months)
    assert found.table.rows[0][0] == "textbook: mean + z(97.5 %) × spread"
    assert "40 months for a fill rate of 97.5 %" in found.table.title
    assert found.sentence == ""
    only = stock_replay(replace(months, ways=("normal",))).sentence
    assert only.startswith("Asked for 97.5 %, the normal for all items would have given ")
    assert only.endswith(" of stock.")


def test_the_last_third_is_not_seen_when_policies_are_set() -> None:
    first = request()
    changed = first.series.copy()
    changed[:2, 40:] = changed[:2, 40:] * 3 + 1
    points = [
        [result.rule.reorder_point.tolist() for result in comparison.results.values()]
        for comparison in (
            stock_replay(replace(first, series=series)).comparison
            for series in (first.series, changed)
        )
        if comparison
    ]
    assert len(points) == 2
    assert points[0] == points[1]


# --- One item ------------------------------------------------------------------------------------


def test_one_item_by_hand() -> None:
    """Two a week from 9 on the shelf; at 3 (week 3) 10 are ordered, which week 5 has: so on."""
    found = item_replay([2.0] * 24, reorder_point=4, order_quantity=10, lead_time=1)
    # After weeks 5 to 9 it holds 9, 7, 5, 3, 1, and so every five weeks: in weeks 17 to 24
    # 5, 3 (ordered), 1, 9, 7, 5, 3 (ordered), 1, and one more than that on average.
    assert found == ItemReplay(
        periods=8, demand=16, served=16, fill_rate=1, average_stock=34 / 8 + 1, orders=2
    )


@given(
    demand=st.lists(st.integers(0, 9), min_size=24, max_size=40),
    point=st.integers(0, 12),
    quantity=st.integers(1, 15),
    lead=st.integers(0, 5),
    review=st.integers(0, 3),
)
def test_one_item_the_slow_way(
    demand: list[int], point: int, quantity: int, lead: int, review: int
) -> None:
    rule = order_rule(point, quantity, lead, review)
    set_on = len(demand) * 2 // 3
    start = float(rule.usual_position[0])
    expected = slow([float(d) for d in demand], rule, 0, start, set_on, False)
    found = item_replay(demand, point, quantity, lead, review)
    for field in ("demand", "served", "average_stock", "orders", "periods_short"):
        assert getattr(found, field) == pytest.approx(expected[field])
    wanted = expected["demand"]
    assert found.fill_rate == (pytest.approx(expected["served"] / wanted) if wanted else None)
    assert bool(found.reason) == (not wanted)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ((np.nan, 8, 1), "no reorder point or no order quantity"),
        ((4, np.nan, 1), "no reorder point or no order quantity"),
        ((4, 0, 1), "no reorder point or no order quantity"),
        ((4, 8, np.nan), "the lead time is not known"),
        ((4, 8, 20), "the lead time is not known, or not below 20 weeks"),
    ],
)
def test_one_item_that_cannot_be_tested_says_why(levels: tuple[Any, ...], said: str) -> None:
    found = item_replay([1.0] * 30, *levels)
    assert said in found.reason
    assert (found.periods, found.fill_rate, found.average_stock) == (0, None, None)


def test_one_item_without_a_review_period_is_reviewed_every_period() -> None:
    demand = [0.0, 5, 0, 1, 0, 0, 7, 2] * 4
    assert item_replay(demand, 4, 8, 1, np.nan) == item_replay(demand, 4, 8, 1, 1)
    up_to = item_replay(demand, np.nan, np.nan, 1, 1, order_up_to=12)
    assert (up_to.periods, up_to.reason) == (11, "")


# --- Demand as a matrix --------------------------------------------------------------------------

STARTS = {
    "month": [date(2025 + month // 12, month % 12 + 1, 1) for month in range(16)],
    "week": [date(2025, 12, 15) + timedelta(weeks=number) for number in range(16)],
    "day": [date(2025, 12, 25) + timedelta(days=number) for number in range(16)],
}
BUCKETS = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["", "X"]), st.integers(0, 15)),
    st.sampled_from([-2.0, 0.0, 0.25, 3.0]),
)


@given(
    buckets=BUCKETS,
    keys=st.lists(st.tuples(st.sampled_from("ABD"), st.sampled_from(["", "X"])), unique=True),
    kind=st.sampled_from(sorted(STARTS)),
    span=st.tuples(st.integers(0, 15), st.integers(0, 15)).map(sorted),
)
def test_demand_as_a_matrix_is_each_bucket_in_its_place(
    buckets: dict[tuple[str, str, int], float],
    keys: list[tuple[str, str]],
    kind: str,
    span: list[int],
) -> None:
    first, last = span
    days = [np.datetime64(STARTS[kind][number]) for _, _, number in buckets]
    rows = pd.DataFrame(
        {
            "item_id": pd.Series([item for item, _, _ in buckets], dtype="str"),
            "site": pd.Series([site for _, site, _ in buckets], dtype="str"),
            "period_start": pd.Series(days, dtype="datetime64[s]"),
            "quantity": pd.Series(list(buckets.values()), dtype="float64"),
        }
    )
    wanted = pd.DataFrame(keys, columns=["item_id", "site"], dtype="str")
    found = demand_series(rows, wanted, STARTS[kind][first], STARTS[kind][last], kind)
    expected = [
        [buckets.get((*key, number), 0.0) for number in range(first, last + 1)] for key in keys
    ]
    assert found.matrix.tolist() == [[max(one, 0.0) for one in row] for row in expected]
    assert found.below_zero.tolist() == [sum(one < 0 for one in row) for row in expected]
