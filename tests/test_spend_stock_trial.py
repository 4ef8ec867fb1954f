"""Trials of stock: by hand, against the classical formula, and that every total ties out."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spend.result import Fact
from spend.service_cost import StockCosts, cost_of_stock
from spend.stock_choice import Trial, tried
from spend.stock_items import StockItems
from spend.stock_trial import MOST_ROWS, TrialResult, compare, expected, facts, said, table
from tests.conftest import HEAVY
from tests.made_up_stock import UNKNOWN, made_up, planned, uneven

STEADY = [20.0, 22.0, 18.0, 21.0, 19.0, 24.0, 16.0, 20.0]  # smooth: normal


def fact(result: TrialResult, label: str) -> Any:
    return next(f.value for f in facts(result) if f.label == label)


# --- What is tried --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"service_level": 1.0}, "a cycle service level is above 0 and below 1"),
        ({"service_level": float("nan")}, "a cycle service level is above 0 and below 1"),
        ({"fill_rate": -1}, "a fill rate is above 0 and below 1"),
        ({"fill_rate": True}, "a fill rate is above 0 and below 1"),
        ({"service_level": 0.9, "fill_rate": 0.9}, "not both"),
        ({"lead_time": -0.1}, "a lead time is 0 to 10 times"),
        ({"lead_time": float("inf")}, "a lead time is 0 to 10 times"),
        ({"lead_time_spread": 11}, "a spread of lead times"),
        ({"holding_rate": 10**400}, "a holding rate is a share a year"),
        ({"order_cost": "5"}, "an order costs 0"),
        ({"review_days": 366}, "review days are 0 to 365"),
        ({"demand_class": "dull"}, "a class is one of"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        Trial(**given)


def test_nothing_tried_is_the_same_object() -> None:
    own = made_up(uneven(4))
    assert tried(own, Trial()) is own
    assert tried(own, Trial(demand_class="lumpy")) is own
    plan = planned(uneven(4))
    result = compare(plan, Trial())
    assert result.new is plan
    assert not result.moved.any()
    assert fact(result, "Safety stock changes by") == fact(result, "Carrying cost changes by") == 0
    assert table(result).rows == ()
    assert table(result).total is None
    assert said(result, "EUR").startswith("Set a target")


def test_a_trial_sets_what_it_names_and_leaves_the_rest() -> None:
    own = made_up(uneven(6), spread=4.0, review_days=3.0, fill_rate=0.9, service_level=UNKNOWN)
    trial = Trial(
        service_level=0.99, lead_time=0.5, lead_time_spread=2, holding_rate=0.3, order_cost=20,
        review_days=7,
    )  # fmt: skip
    found = tried(own, trial)
    assert found.service_level.tolist() == [0.99] * 6
    assert np.isnan(found.fill_rate).all()
    assert (found.lead_time.days[0], found.lead_time.spread_days[0]) == (14, 8)
    assert (found.holding_rate[0], found.order_cost[0], found.review_days[0]) == (0.3, 20, 7)
    assert found.target_source.tolist() == ["trial"] * 6
    assert (own.lead_time.days[0], own.fill_rate[0]) == (28, 0.9)  # nothing was written over


def test_a_class_alone_moves() -> None:
    own = made_up(uneven(12))
    lumpy = own.statistics.demand_class == "lumpy"
    assert 0 < lumpy.sum() < 12
    found = tried(own, Trial(fill_rate=0.97, lead_time=2, demand_class="lumpy"))
    assert found.fill_rate[lumpy].tolist() == [0.97] * int(lumpy.sum())
    assert found.service_level[~lumpy].tolist() == [0.95] * int((~lumpy).sum())
    assert found.lead_time.days.tolist() == np.where(lumpy, 56, 28).tolist()
    plan = planned(uneven(12))
    assert not compare(plan, Trial(service_level=0.99, demand_class="lumpy")).moved[~lumpy].any()


# --- What it does ---------------------------------------------------------------------------------


def test_by_hand() -> None:
    """Certain demand of 10 a week, four weeks ahead, in 50s, at 4 each and 25 % a year.

    Nothing varies: no safety stock, 25 on the shelf on average. At an order cost of 125 the
    economic quantity is √(2 · 125 · 520 / 1) = 360.6, 180.3 on average: 155.3 more at 4 each is
    €621.11, and at 25 % €155.28 a year.
    """
    result = compare(planned([[10.0] * 8]), Trial(order_cost=125))
    assert fact(result, "Required safety now") == fact(result, "Required safety tried") == 0
    assert fact(result, "Cycle stock changes by") == Decimal("621.11")
    assert fact(result, "Carrying cost changes by") == Decimal("155.28")
    assert fact(result, "Fill rate now") == fact(result, "Fill rate tried") == 1
    (row,) = table(result).rows
    assert list(row[2:5]) == [0.95, 0, 0]
    assert list(row[7:]) == [50, pytest.approx(360.5551), Decimal("621.11")]
    assert said(result, "EUR") == (
        "With €125 an order, safety stock stays at €0; holding stock costs €155 more a year."
    )


def test_a_holding_rate_costs_on_all_that_lies_there() -> None:
    """25 on average at 4 each: from 25 % to 50 % is €25 more a year, with nothing moved."""
    result = compare(planned([[10.0] * 8]), Trial(holding_rate=0.5))
    assert fact(result, "Carrying cost changes by") == 25
    assert fact(result, "Items moved") == 0


def test_the_classical_formula() -> None:
    """Smooth demand: z · √(L σ² + μ² s²), and a review adds half of what it lets go by."""
    mean, sd = np.mean(STEADY), np.std(STEADY, ddof=1)
    plan = planned([STEADY], spread=3.5)
    trial = Trial(service_level=0.99, lead_time=0.5, lead_time_spread=2, review_days=7)
    result = compare(plan, trial)
    now = stats.norm.ppf(0.95) * np.hypot(np.sqrt(4) * sd, mean * 0.5)
    then = stats.norm.ppf(0.99) * np.hypot(np.sqrt(2 + 1) * sd, mean * 1.0)
    assert plan.safety_stock[0] == pytest.approx(now, rel=1e-6)
    assert result.new.safety_stock[0] == pytest.approx(then, rel=1e-6)
    assert float(fact(result, "Safety stock changes by")) == pytest.approx(
        4 * (then - now), abs=0.011
    )
    # Beyond safety: half an order both times, and half a review of one week now.
    assert float(fact(result, "Cycle stock changes by")) == pytest.approx(4 * mean / 2, rel=0.02)


def test_fill_rates_are_weighed_by_the_value_of_demand() -> None:
    plan = planned(uneven(8), unit_cost=np.arange(1.0, 9))
    result = compare(plan, Trial(service_level=0.6))
    then = expected(result.new).fill_rate
    weight = plan.demand.mean * np.arange(1.0, 9)
    value = fact(result, "Fill rate tried")
    assert value == pytest.approx(float((then * weight).sum() / weight.sum()))
    assert value < fact(result, "Fill rate now")


def test_what_the_model_expects_is_what_the_cost_module_says() -> None:
    plan = planned(uneven(8), spread=5.0, review_days=14.0)
    lot = plan.order_quantity
    costs = StockCosts(plan.items.unit_cost, 1.0, 0, 52)
    found = cost_of_stock(
        plan.demand, plan.distribution, plan.level, plan.lead_time, lot, costs,
        plan.lead_time_sd, plan.review_period,
    )  # fmt: skip
    outcome = expected(plan)
    assert 4 * outcome.average_stock == pytest.approx(found.carrying)
    assert outcome.fill_rate == pytest.approx(found.fill_rate)


# --- What is not known ----------------------------------------------------------------------------


def test_unknown_costs_are_left_out_and_never_nothing() -> None:
    plan = planned(uneven(4), unit_cost=np.array([4, UNKNOWN, 4, 4]))
    result = compare(plan, Trial(service_level=0.99))
    assert fact(result, "Items moved") == 4
    last = table(result).rows[-1]
    assert (last[0], last[-1]) == ("Item 1", None)
    none = compare(planned(uneven(4), unit_cost=UNKNOWN), Trial(service_level=0.99))
    assert [f.value for f in facts(none) if f.unit == "money"] == [None] * 5
    assert table(none).total is not None
    assert said(none, "EUR") == (
        "At 99 % instead of each item's own, 4 items need more safety stock and 0 less; "
        "no unit costs are known, so there are no amounts."
    )
    rateless = compare(planned(uneven(4), holding_rate=UNKNOWN), Trial(service_level=0.99))
    assert fact(rateless, "Carrying cost changes by") is None
    assert said(rateless, "EUR").endswith("what holding it costs is not known.")


def test_no_lead_time_or_order_quantity() -> None:
    plan = planned(uneven(4), lead=np.array([28, UNKNOWN, 28, 28]), minimum_order=UNKNOWN)
    result = compare(plan, Trial(service_level=0.99, lead_time=2))
    assert result.moved.tolist() == [True, False, True, True]
    assert fact(result, "Cycle stock changes by") == 0
    assert fact(result, "Fill rate now") is None
    nothing = compare(planned(uneven(2), lead=UNKNOWN), Trial(service_level=0.99))
    assert said(nothing, "EUR").startswith("No item here has demand and a lead time")
    assert [f.value for f in facts(nothing)][5] == 0


def test_no_items() -> None:
    result = compare(planned(np.zeros((0, 4))), Trial(service_level=0.99))
    assert {f.value for f in facts(result)} == {None, 0}
    assert table(result).rows == ()
    assert said(result, "EUR")


def test_items_without_demand_stay_at_nothing() -> None:
    result = compare(planned([[0.0] * 6, STEADY[:6]]), Trial(service_level=0.99))
    assert result.moved.tolist() == [False, True]
    assert result.change[0] == 0


# --- Totals tie out -------------------------------------------------------------------------------


def sums(facts: tuple[Fact, ...]) -> Decimal:
    found = {f.label: f.value for f in facts}
    total = found["Safety stock changes by"], found["Cycle stock changes by"]
    return sum((Decimal(str(v)) for v in total), Decimal(0))


TRIALS = st.builds(
    Trial,
    service_level=st.none() | st.floats(0.01, 0.999),
    lead_time=st.none() | st.floats(0, 3),
    lead_time_spread=st.none() | st.floats(0, 3),
    holding_rate=st.none() | st.floats(0.001, 2),
    order_cost=st.none() | st.floats(0, 500),
    review_days=st.none() | st.floats(0, 60),
    demand_class=st.none() | st.sampled_from(["smooth", "lumpy", "intermittent"]),
)


@HEAVY
@given(TRIALS, st.integers(0, 50))
def test_facts_and_table_say_the_same(trial: Trial, seed: int) -> None:
    plan = planned(uneven(9, seed), spread=3.0, order_cost=5.0, unit_cost=np.arange(9) / 3)
    result = compare(plan, trial)
    found = {f.label: f.value for f in facts(result)}
    now, then, change = (
        Decimal(str(found[f"{word}"]))
        for word in ("Required safety now", "Required safety tried", "Safety stock changes by")
    )
    assert then - now == change
    shown = table(result)
    listed = [Decimal(str(row[-1])) for row in shown.rows]
    assert sum(listed, Decimal(0)) == sums(facts(result))
    assert shown.total is None or shown.total[-1] == sums(facts(result))
    assert [abs(v) for v in listed] == sorted((abs(v) for v in listed), reverse=True)
    assert said(result, "EUR").endswith(".")


def test_a_long_list_sums_up_its_rest() -> None:
    result = compare(planned(uneven(MOST_ROWS + 30)), Trial(service_level=0.99))
    others = int(result.moved.sum()) - MOST_ROWS
    assert others > 20
    shown = table(result)
    assert len(shown.rows) == MOST_ROWS + 1 == len(shown.ids)
    assert shown.rows[-1][0] == f"All other items ({others})"
    assert sum(Decimal(str(row[-1])) for row in shown.rows) == sums(facts(result))


def test_words_of_a_trial() -> None:
    assert Trial(fill_rate=0.985, demand_class="none").words("EUR") == (
        "At 98.5 % fill rate instead of each item's own, for items without demand"
    )
    trial = Trial(lead_time_spread=0.5, order_cost=60, review_days=0)
    assert trial.words("USD") == (
        "With their spread at 50 % of today's, $60.00 an order and stock reviewed all the time"
    )


def test_every_column_keeps_one_entry_an_item() -> None:
    own = made_up(uneven(5))
    found = tried(own, Trial(service_level=0.9, lead_time=2, order_cost=5, demand_class="lumpy"))
    assert isinstance(found, StockItems)
    for field in fields(StockItems):
        value = getattr(found, field.name)
        if isinstance(value, np.ndarray):
            assert value.shape == (5,)
