"""What to hold of each item, held against scipy's own distributions and exact fractions."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.stock_items import pick
from spend.stock_plan import (
    NO_DEMAND,
    NO_HISTORY,
    NO_LEAD_TIME,
    StockPlan,
    by_kind,
    split_of,
    stock_plan,
)  # fmt: skip
from spend.stock_reading import StockReading
from tests.conftest import HEAVY
from tests.made_up_stock import UNKNOWN, made_up, planned, reading, uneven
from tests.stock_by_hand import PARTS, Place


def by_hand(series: Sequence[float], kind: str = "week", **own: Any) -> Place:
    """The same item in exact fractions."""
    sizes = [Fraction(float(q)) for q in series if q > 0]
    usual = {"lead_days": 28.0, "unit_cost": Fraction(4), "holding_rate": 0.25,
             "minimum_order": 50.0, "stockout_cost": 3.0}  # fmt: skip
    return Place("I", "S1", kind=kind, periods=len(series), sizes=sizes, **{**usual, **own})


def rows(plan: StockPlan) -> list[tuple[float, float, float]]:
    return list(zip(plan.level, plan.safety_stock, plan.order_quantity, strict=True))


def same(plan: StockPlan, place: Place, i: int = 0) -> bool:
    expected = (place.level, place.safety_stock, place.lot)
    assert plan.distribution[i] == place.expected.name
    assert rows(plan)[i] == pytest.approx(expected, rel=1e-7, abs=1e-6), (place, i)
    return True


TIMES = [
    {"kind": "week"}, {"kind": "month", "review": 30.0}, {"kind": "day", "spread": 4.5},
    {"kind": "week", "lead": 112.0, "spread": 12.25, "level": 0.995}, {"kind": "week", "lead": 0.0},
    {"kind": "week", "lead": 0.0, "spread": 3.0, "level": 0.3},
]  # fmt: skip


@pytest.mark.parametrize("times", TIMES)
def test_levels_are_those_of_scipy(times: dict[str, Any]) -> None:
    series = np.vstack([uneven(24), np.zeros(60), np.full(60, 7.0), np.eye(60)[7] * 24])
    lead, spread = times.get("lead", 28.0), times.get("spread", 0.0)
    review, level, kind = times.get("review", 0.0), times.get("level", 0.95), times["kind"]
    plan = planned(series, kind=kind, lead=lead, spread=spread, review_days=review,
                   service_level=level, order_cost=45.0)  # fmt: skip
    assert len(set(plan.distribution.tolist())) >= 4
    for i, row in enumerate(series):
        place = by_hand(row, kind, lead_days=lead, spread_days=spread, review_days=review,
                        service_level=level, order_cost=45.0)  # fmt: skip
        assert same(plan, place, i)


# Demand whose class, and so its distribution, is known beforehand.
NAMED = {
    "normal": [20, 21, 19, 20, 22, 18] * 5, "gamma": [1, 2, 60, 5, 3, 44] * 5,
    "poisson": [0, 1, 0, 0, 1, 0] * 5, "negative_binomial": [0] * 20 + [1, 1, 4, 1, 1, 1] * 1,
    "compound_poisson": [0, 0, 30, 0, 12, 0] * 5, "none": [0] * 30,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_each_distribution_by_name(name: str) -> None:
    series = [float(q) for q in NAMED[name]]
    plan = planned([series], spread=6.0)
    assert plan.distribution.tolist() == [name]
    assert same(plan, by_hand(series, spread_days=6.0))


def test_smooth_demand_is_gamma_over_an_uncertain_interval() -> None:
    series = [20.0, 21, 19, 20, 22, 18]
    assert planned([series], spread=2.0).distribution.tolist() == ["normal"]
    plan = planned([series], spread=20.0)
    assert plan.distribution.tolist() == ["gamma"]
    assert same(plan, by_hand(series, spread_days=20.0))


@HEAVY
@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=30),
    st.sampled_from(["week", "month", "day"]),
    st.sampled_from([0.0, 5.0, 28.0, 90.0]),
    st.sampled_from([0.0, 7.5]),
    st.sampled_from([0.05, 0.8, 0.95, 0.9999]),
)
def test_any_demand(series: list[int], kind: str, lead: float, spread: float, level: float) -> None:
    plan = planned([[float(q) for q in series]], kind=kind, lead=lead, spread=spread,
                   service_level=level)  # fmt: skip
    assert same(plan, by_hand(series, kind, lead_days=lead, spread_days=spread,
                              service_level=level))  # fmt: skip


@pytest.mark.parametrize("name", ["normal", "gamma"])
def test_a_fill_rate_is_what_goes_unserved_a_cycle(name: str) -> None:
    series = [float(q) for q in NAMED[name]]
    plan = planned([series], service_level=UNKNOWN, fill_rate=0.98, minimum_order=40.0)
    demand, lot, level = by_hand(series).expected, plan.order_quantity[0], plan.level[0]
    short = (demand.loss(level) - demand.loss(level + lot)) / lot
    assert short == pytest.approx(0.02, rel=1e-6)


# --- What is not known ----------------------------------------------------------------------------


def test_many_items_are_solved_in_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    items = made_up(np.vstack([uneven(4)[i % 4 : i % 4 + 8] for i in range(23)]), lead=21.0)
    whole = stock_plan(items)
    monkeypatch.setattr("spend.stock_plan.PART", 5)
    assert np.array_equal(stock_plan(items).level, whole.level, equal_nan=True)


def test_why_nothing_is_said() -> None:
    items = made_up(uneven(4), kind="week", lead=[28.0, UNKNOWN, 28.0, UNKNOWN])
    items = replace(items, kind=np.array(["week", "week", "", ""]))
    plan = stock_plan(items)
    assert plan.unknown.tolist() == ["", NO_LEAD_TIME, NO_DEMAND, NO_DEMAND]
    assert plan.known.tolist() == [True, False, False, False]
    assert np.isnan(plan.level[1:]).all()
    new = replace(items.statistics, periods=np.zeros(4))
    assert stock_plan(replace(items, statistics=new)).unknown[0] == NO_HISTORY


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"minimum_order": UNKNOWN, "order_cost": UNKNOWN}, UNKNOWN),
        ({"minimum_order": 30.0, "order_cost": UNKNOWN}, 30.0),
        ({"minimum_order": 30.0, "order_cost": 45.0, "holding_rate": 0.0}, 30.0),
        ({"minimum_order": UNKNOWN, "order_cost": 45.0, "unit_cost": 0.0}, UNKNOWN),
        ({"minimum_order": UNKNOWN, "order_cost": 45.0, "unit_cost": UNKNOWN}, UNKNOWN),
        ({"minimum_order": UNKNOWN, "order_cost": 0.0}, 0.0),
        # Twenty a week: √(2 × 45 × 20 × 52 ÷ (0.25 × 4)).
        ({"minimum_order": 30.0, "order_cost": 45.0}, 93600**0.5),
        ({"minimum_order": 400.0, "order_cost": 45.0}, 400.0),
    ],
)  # fmt: skip
def test_order_quantities(own: dict[str, float], expected: float) -> None:
    plan = planned([[18.0, 20.0, 22.0]], **own)
    assert plan.order_quantity[0] == pytest.approx(expected, nan_ok=True)


def test_without_demand_the_minimum_order_stays() -> None:
    plan = planned([[0.0] * 5], order_cost=45.0, minimum_order=12.0)
    assert rows(plan) == [(0.0, 0.0, 12.0)]


def test_a_number_by_the_kind_of_bucket() -> None:
    found = by_kind({"week": 52, "month": 12}, np.array(["month", "", "week"]))
    assert found.tolist() == pytest.approx([12, np.nan, 52], nan_ok=True)


# --- The split ------------------------------------------------------------------------------------


def made(series: Any, **own: Any) -> StockReading:
    return reading(planned(series, **own))


def test_a_part_each() -> None:
    series = np.full((7, 12), 20.0) + np.array([[1.0, -1.0] * 6])
    hands = [1e6, 60.0, 2.0, -3.0, 9.0, 9.0, UNKNOWN]
    own: dict[str, Any] = {
        "on_hand": hands,
        "unwanted": [False] * 4 + [True, False, False], "known_throughout": True,
        "lead": [28.0] * 5 + [UNKNOWN, 28.0], "order_cost": 45.0,
    }  # fmt: skip
    found = made(series, **own)
    split = found.split
    for i, q in enumerate(hands):
        place = by_hand(series[i], on_hand=None if np.isnan(q) else Fraction(q), order_cost=45.0,
                        lead_days=None if i == 5 else 28.0, obsolete=i == 4,
                        year_demand=Fraction(20 * 52))  # fmt: skip
        assert {p: int(getattr(split, p)[i]) for p in PARTS} == pytest.approx(place.parts, abs=2)
    assert found.live.tolist() == [True, True, True, False, False, False, False]


@HEAVY
@given(st.lists(st.tuples(st.integers(-(10**12), 10**15), st.integers(0, 10**13)), min_size=1,
                max_size=6))  # fmt: skip
def test_parts_always_add_up(shelf: list[tuple[int, int]]) -> None:
    micro, cents = (np.array(column, dtype=np.int64) for column in zip(*shelf, strict=True))
    items = made_up(uneven(len(shelf)), on_hand=micro / 1e6, value=cents * np.sign(micro))
    found = reading(stock_plan(items))
    split = split_of(found.plan)
    units = np.sum([getattr(split, part) for part in PARTS], axis=0)
    assert units.tolist() == split.on_hand.tolist() == micro.tolist()
    assert np.sum([*found.parts.values()], axis=0).tolist() == items.value.tolist()


def test_what_is_too_large_to_split_is_not_assessed() -> None:
    plan = planned([[18.0, 20.0, 22.0]], minimum_order=1e12, on_hand=40.0)
    assert split_of(plan).not_assessed.tolist() == [40_000_000]
    huge = planned([[0.0, 2e11, 1e11]], on_hand=40.0)
    assert split_of(huge).not_assessed.tolist() == [40_000_000]


def test_one_item_is_planned_as_among_others() -> None:
    """No item's figures hang on its neighbours'."""
    items = made_up(uneven(12), spread=5.0, order_cost=45.0)
    whole = stock_plan(items)
    for i in range(12):
        alone = stock_plan(pick(items, np.array([i])))
        assert rows(alone)[0] == pytest.approx(rows(whole)[i], rel=1e-9)
