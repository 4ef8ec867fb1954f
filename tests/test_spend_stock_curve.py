"""Service against cost: the lines by the classical formula and item by item, the points by hand."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from queries.selection import Selection
from spend import stock_cost
from spend.result import Chart
from spend.service_cost import StockCosts, cost_of_stock
from spend.stock_choice import Trial
from spend.stock_cost import FEWER, LEVELS, CostCurve, cost_curve, service
from spend.stock_curve import chart, curve, facts, place, said
from spend.stock_items import StockItems
from spend.stock_plan import StockPlan, stock_plan
from spend.stock_policies import apply_policies, in_force
from spend.stock_policy import stock_policy
from spend.stock_trial import compare
from tests.conftest import HEAVY
from tests.inventory_simulation import unit_by_unit
from tests.made_up_stock import (
    UNKNOWN,
    choices,
    entry,
    made_up,
    planned,
    reading,
    signed,
    uneven,
)

STEADY = [20.0, 22.0, 18.0, 21.0, 19.0, 24.0, 16.0, 20.0]  # smooth: normal
NONE = Trial()


def of(plan: StockPlan, trial: Trial = NONE, entries: Any = (), **chosen: Any) -> CostCurve:
    """The curve of a plan, as the page would ask for it."""
    known = reading(plan, entries, Selection(**chosen))
    return cost_curve(known, compare(plan, trial))


def line(found: Chart, label: str) -> list[float]:
    return next([float(v or 0) for v in s.values] for s in found.series if s.label == label)


# --- The lines ------------------------------------------------------------------------------------


def test_the_classical_formula() -> None:
    """Normal demand, ordered in Qs: z·s + Q/2 on the shelf, and s·L(z)/Q of demand goes short.

    The exact share short takes off what one order cannot clear, s·L(z + Q/s), and what waits adds
    to the shelf: both are next to nothing at a Q of 4 weeks' demand.
    """
    mean, sd = float(np.mean(STEADY)), float(np.std(STEADY, ddof=1))
    found = of(planned([STEADY], minimum_order=80.0))
    z, spread = stats.norm.ppf(LEVELS), sd * 2
    loss = spread * (stats.norm.pdf(z) - z * stats.norm.sf(z))
    assert [one.carrying for one in found.levels] == pytest.approx(
        0.25 * 4 * (z * spread + 40), rel=2e-3
    )
    assert [one.stock_out for one in found.levels] == pytest.approx(
        3 * 52 * mean * loss / 80, rel=1e-6
    )


def test_every_level_is_its_policies_one_by_one() -> None:
    """Weeks, months and days side by side, each with a year of its own."""
    many = 6
    kind = np.array(["week", "month", "day", "week", "month", "day"])
    plan = planned(uneven(many), kind=kind, unit_cost=np.arange(1.0, 7), lead=60.0, spread=9.0)
    found = of(plan)
    years = {"week": 52, "month": 12, "day": 365}
    for level, cost in zip(LEVELS, found.levels, strict=True):
        held = gone = 0.0
        for i in range(many):
            one = plan.demand.of(np.array([i]))
            alone = stock_policy(
                one, plan.distribution[[i]], plan.lead_time[i], 50, service_level=level,
                lead_time_sd=plan.lead_time_sd[i],
            )  # fmt: skip
            held += 0.25 * (i + 1) * float(alone.expected_stock[0])
            short = one.mean[0] * years[str(kind[i])] * (1 - alone.expected_fill_rate[0])
            gone += 3 * float(short)
        assert (cost.carrying, cost.stock_out) == pytest.approx((held, gone))


def test_orders_played_through() -> None:
    """What goes short at one level, against inventories run unit by unit: 60 a day, 60 ± √60."""
    past = 60 + np.tile([1.0, -1.0], 200) * np.sqrt(60 * 399 / 400)
    plan = planned([past], kind="day", lead=10.0, minimum_order=800.0)
    found = next(one for one in of(plan).levels if one.service == 0.8)
    point, lot, many = round(600 + float(stats.norm.ppf(0.8)) * np.sqrt(600)), 800, 4000
    gaps = np.random.default_rng(3).exponential(1 / 60, (many, point + 1 + 3 * lot))
    served = unit_by_unit(gaps, point, lot, np.full(many, 10.0))
    assert found.stock_out == pytest.approx(3 * 60 * 365 * (1 - served), rel=0.05)


def test_more_service_costs_more_to_hold_and_less_to_run_out() -> None:
    found = of(planned(uneven(10), spread=4.0))
    held, gone = ([getattr(c, n) for c in found.levels] for n in ("carrying", "stock_out"))
    assert held == sorted(held)
    assert gone == sorted(gone, reverse=True)
    least = found.cheapest
    assert least is not None
    assert least.total == min(one.total for one in found.levels)


def test_fewer_levels_for_many_items(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(uneven(5))
    assert len(of(plan).levels) == len(LEVELS)
    monkeypatch.setattr(stock_cost, "MANY", 4)
    assert tuple(one.service for one in of(plan).levels) == FEWER


# --- The points -----------------------------------------------------------------------------------


def today(plan: StockPlan) -> Any:
    return of(plan).points[0]


def test_today_is_every_items_own_target() -> None:
    targets = np.array([0.9, 0.95, 0.99, 0.8])
    plan = planned(uneven(4), service_level=targets, unit_cost=np.array([1.0, 2, 3, 4]))
    costs = StockCosts(plan.items.unit_cost, 0.25, 3.0, 52)
    direct = cost_of_stock(
        plan.demand, plan.distribution, plan.level, plan.lead_time, plan.order_quantity, costs
    )
    point = today(plan)
    assert point.label == "Today"
    assert (point.carrying, point.stock_out) == pytest.approx(
        (direct.carrying.sum(), direct.stock_out.sum())
    )
    weight = plan.demand.mean * plan.items.unit_cost
    assert point.service == pytest.approx(float((targets * weight).sum() / weight.sum()))


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_one_target_for_all_lies_on_the_line(level: float) -> None:
    found = of(planned(uneven(7), service_level=level, spread=3.0))
    same = next(one for one in found.levels if one.service == level)
    point = found.points[0]
    assert (point.service, point.carrying, point.stock_out) == pytest.approx(
        (level, same.carrying, same.stock_out)
    )
    assert place(found, point.service) == pytest.approx(LEVELS.index(level))


def test_a_fill_rate_stands_at_the_service_it_reaches() -> None:
    plan = planned([STEADY], service_level=UNKNOWN, fill_rate=0.98)
    sd = float(np.std(STEADY, ddof=1)) * 2
    reached = stats.norm.cdf((plan.level[0] - 4 * np.mean(STEADY)) / sd)
    assert service(plan, np.array([True])) == pytest.approx(float(reached))


def test_where_a_service_level_stands_along_the_axis() -> None:
    found = of(planned([STEADY]))
    at = {0.8: 0, 0.875: 1.5, 0.999: 9, 0.7: -0.5, 0.1: -0.5, 0.79: -0.2, 0.9999: 9.5}
    assert [place(found, s) for s in at] == pytest.approx(list(at.values()))


def test_what_is_tried_is_the_proposed_point() -> None:
    plan = planned(uneven(6), spread=4.0)
    trial = Trial(service_level=0.98, lead_time=0.5)
    found = of(plan, trial, [entry(1, "finance", "Fay", "all", {"service_level": 0.6})])
    point = found.proposed
    assert point is not None
    assert point.service == pytest.approx(0.98)
    again = today(compare(plan, trial).new)
    assert (point.carrying, point.stock_out) == pytest.approx((again.carrying, again.stock_out))
    assert point.meaning.startswith("At 98 % instead of each item's own, with lead times at 50 %")


def test_both_say_the_same_of_carrying_cost() -> None:
    """The trial's fact and the way between two points are one number."""
    plan = planned(uneven(6), spread=4.0, unit_cost=np.arange(1.0, 7))
    result = compare(plan, Trial(service_level=0.98, holding_rate=0.4))
    found = cost_curve(reading(plan), result)
    point = found.proposed
    assert point is not None
    change = np.nansum(result.carrying) / 100
    assert point.carrying - found.points[0].carrying == pytest.approx(change, abs=0.05)


def test_the_newest_proposal_that_would_change_something(monkeypatch: pytest.MonkeyPatch) -> None:
    own = made_up(uneven(6))
    monkeypatch.setattr(stock_cost, "stock_items", lambda book: own)
    entries = [
        *signed("all", {"service_level": 0.97}),
        entry(3, "finance", "Fay", "class:smooth", {"service_level": 0.9}),
        entry(4, "procurement", "Pat", "item:nobody", {"service_level": 0.99}),
    ]
    plan = stock_plan(apply_policies(own, in_force(entries), choices()))
    found = of(plan, entries=entries)
    smooth = own.statistics.demand_class == "smooth"
    wanted = stock_plan(made_up(uneven(6), service_level=np.where(smooth, 0.9, 0.97)))
    point = found.proposed
    assert point is not None
    assert point.carrying == pytest.approx(today(wanted).carrying)
    assert point.meaning == (
        "90 % cycle service level for smooth items: Fay asks for it; procurement has yet to sign."
    )
    assert "the proposed" not in said(found)
    assert said(found).startswith("From today's 97.0 % cycle service to ")


def test_what_both_signed_is_the_agreed_point() -> None:
    plan = planned(uneven(6))
    found = of(plan, entries=signed("all", {"service_level": 0.98}))
    assert [one.label for one in found.points] == ["Today", "Agreed"]
    same = next(one for one in found.levels if one.service == 0.98)
    assert found.points[1].total == pytest.approx(same.total)
    assert "as Fay and Pat signed it" in found.points[1].meaning


def test_today_as_agreed_is_one_point() -> None:
    entries = signed("all", {"service_level": 0.98})
    own = apply_policies(made_up(uneven(6)), in_force(entries), choices())
    (point,) = of(stock_plan(own), entries=entries).points
    assert point.label == "Today, as agreed"


def test_only_what_takes_in_the_whole_selection_is_its_agreed_point() -> None:
    plan = planned(uneven(6))
    entries = signed("category:C1", {"fill_rate": 0.98})
    assert len(of(plan, entries=entries).points) == 1
    assert len(of(plan, entries=entries, category=("C1", "C2")).points) == 1
    assert len(of(plan, entries=entries, category=("C1",)).points) == 2
    lumpy = signed("class:lumpy", {"service_level": 0.9})
    assert len(of(plan, entries=lumpy).points) == 1


# --- What is not known ----------------------------------------------------------------------------


def test_without_stock_out_costs_there_is_no_second_line() -> None:
    found = of(planned(uneven(4), stockout_cost=UNKNOWN))
    drawn = chart(found)
    assert [s.label for s in drawn.series] == ["Carrying cost"]
    assert drawn.reason == (
        "no item here has a stock-out cost, so that procurement's side is not known"
    )
    assert found.cheapest is None
    assert [p.label for p in drawn.points] == ["Today"]
    assert said(found).endswith("what running out costs is not known.")
    assert "Running out" not in drawn.description


def test_both_sides_are_of_the_same_items() -> None:
    short = np.array([3.0, UNKNOWN, 3.0, 3.0])
    found = of(planned(uneven(4), stockout_cost=short))
    some = made_up(uneven(4)[[0, 2, 3]])
    assert [c.total for c in found.levels] == pytest.approx(
        [c.total for c in of(stock_plan(some)).levels]
    )
    value = stock_plan(made_up(uneven(4))).demand.mean
    part = f"{100 * value[1] / value.sum():.1f} %"
    assert found.left_out == (
        f"1 item is not on it, {part} of the value of demand: nobody has said what running out "
        "of them costs.",
    )


def test_what_is_left_out_is_said() -> None:
    cost = np.array([4, UNKNOWN, 4, 4, 4])
    lead = np.array([28, 28, UNKNOWN, 28, 28])
    gone = np.array([False, False, False, True, False])
    series = uneven(5)
    plan = planned(series, unit_cost=cost, lead=lead, unwanted=gone)
    found = of(plan)
    assert found.left_out == (
        "1 item is not on it: not wanted any more.",
        "1 item is not on it: no order quantity, unit cost or holding rate is known.",
    )
    alone = of(planned(series[[0, 4]]))
    assert [c.total for c in found.levels] == pytest.approx([c.total for c in alone.levels])
    assert all(line in chart(found).description for line in found.left_out)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"lead": UNKNOWN}, "no item here is wanted and has both demand and a lead time"),
        ({"unwanted": True}, "no item here is wanted and has both demand and a lead time"),
        ({"minimum_order": UNKNOWN}, "no order quantity is known"),
        ({"unit_cost": UNKNOWN}, "no unit cost is known, so that nobody can say"),
        ({"holding_rate": UNKNOWN}, "no unit cost with a holding rate is known"),
    ],
)
def test_no_curve_says_why(changed: dict[str, Any], why: str) -> None:
    known = reading(planned(uneven(3), **changed))
    drawn = curve(known, Trial(service_level=0.99))
    assert (drawn.series, drawn.points, drawn.axis, drawn.description) == ((), (), (), "")
    assert drawn.reason.startswith(why)
    found = cost_curve(known, compare(known.plan, NONE))
    assert said(found) == f"There is no curve: {drawn.reason}."


def test_no_items_and_no_demand() -> None:
    for series in (np.zeros((0, 4)), np.zeros((3, 4))):
        known = reading(planned(series))
        assert curve(known, NONE).reason
        assert len(facts(known, compare(known.plan, NONE))) == 2


def test_never_counted_items_are_on_the_curve() -> None:
    counted, never = (of(planned(uneven(3), on_hand=v)) for v in (5.0, UNKNOWN))
    assert counted == never


def test_a_class_alone() -> None:
    series = uneven(8)
    plan = planned(series)
    lumpy = plan.items.statistics.demand_class == "lumpy"
    found = of(plan, Trial(demand_class="lumpy"))
    alone = of(planned(series[lumpy]))
    assert [c.total for c in found.levels] == pytest.approx([c.total for c in alone.levels])
    assert [p.label for p in found.points] == ["Today"]


# --- What it says ---------------------------------------------------------------------------------


def test_the_chart_is_the_curve_to_the_cent() -> None:
    plan = planned(uneven(6))
    found = of(plan, Trial(service_level=0.99))
    drawn = chart(found)
    assert (drawn.kind, drawn.unit, drawn.axis[:4]) == (
        "curve", "EUR", ("80 %", "85 %", "90 %", "92.5 %"),
    )  # fmt: skip
    assert line(drawn, "Carrying cost") == [round(c.carrying, 2) for c in found.levels]
    assert line(drawn, "Stock-out cost") == [round(c.stock_out or 0, 2) for c in found.levels]
    assert line(drawn, "Both together") == [round(c.total, 2) for c in found.levels]
    assert [p.label for p in drawn.points] == ["Today", "Proposed", "Cheapest"]
    assert all(isinstance(p.value, Decimal) and p.meaning for p in drawn.points)
    for point in drawn.points:
        assert f"{point.label}: " in drawn.description


def test_the_sentence_is_of_the_next_level_up() -> None:
    costs = [stock_cost.Cost(f"{n} %", n / 100, held, gone) for n, held, gone in (
        (90, 100.0, 300.0), (95, 150.0, 200.0), (98, 181.0, 146.0), (99, 300.0, 100.0),
    )]  # fmt: skip

    def told(*points: Any) -> str:
        return said(CostCurve("EUR", tuple(costs), points, (), ""))

    assert told(stock_cost.Cost("Today", 0.95, 150, 200)) == (
        "From 95 % to 98 % costs €31.00 more a year to hold and saves €54.00 of stock-outs; "
        "both together cost least at 98 %."
    )
    assert told(stock_cost.Cost("Today", 0.5, 10, 900)).startswith("From 90 % to 95 %")
    assert told(stock_cost.Cost("Today", 0.9999, 900, 1)).startswith("From 98 % to 99 %")
    now, less = (stock_cost.Cost(n, s, h, g) for n, s, h, g in (
        ("Today", 0.95, 150.0, 200.0), ("Proposed", 0.95, 120.0, 210.0),
    ))  # fmt: skip
    assert told(now, less) == (
        "At the same 95.0 % cycle service what is proposed costs €30.00 less a year to hold and "
        "adds €10.00 of stock-outs; both together cost least at 98 %."
    )


def test_what_lies_there_costs() -> None:
    """€40 on hand at 25 %: €10 a year; 20 a week in 50s hold z·s + 25 on average."""
    known = reading(planned([STEADY], on_hand=10.0, value=4000))
    on_hand, needed = facts(known, compare(known.plan, NONE))
    assert on_hand.value == 10
    spread = float(np.std(STEADY, ddof=1)) * 2 * stats.norm.ppf(0.95)
    assert float(needed.value or 0) == pytest.approx(0.25 * 4 * (spread + 25), rel=2e-3)
    never = reading(planned([STEADY], on_hand=UNKNOWN, value=0, value_known=False))
    assert [f.value for f in facts(never, compare(never.plan, NONE))] == [None, None]
    below = reading(planned([STEADY], on_hand=-3.0, value=-1200))
    assert facts(below, compare(below.plan, NONE))[0].value == 0


@HEAVY
@given(st.integers(0, 200), st.floats(0.02, 0.998), st.sampled_from(["service_level", "fill_rate"]))
def test_any_trial_gives_a_whole_picture(seed: int, level: float, kind: str) -> None:
    own: dict[str, Any] = {kind: level}
    plan = planned(uneven(5, seed), spread=6.0, review_days=10.0, minimum_order=5.0)
    drawn = chart(of(plan, Trial(**own)))
    values = [v for s in drawn.series for v in s.values] + [p.value for p in drawn.points]
    assert all(isinstance(v, Decimal) and v.is_finite() and v >= 0 for v in values)
    assert all(-0.5 <= p.place <= len(drawn.axis) - 0.5 for p in drawn.points)


def test_the_items_are_not_written_over() -> None:
    own = made_up(uneven(4))
    before = {name: np.array(getattr(own, name)) for name in ("service_level", "fill_rate")}
    of(stock_plan(own), Trial(service_level=0.5), signed("all", {"fill_rate": 0.9}))
    assert isinstance(own, StockItems)
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(own, name), values)
