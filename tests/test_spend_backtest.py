"""The back-test: by hand, against a plain simulator of one item, conservation, and theory."""

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spend.backtest import OrderRule, back_test, order_rule, service_by_group


def test_by_hand() -> None:
    """Reorder at 5 in 8s, lead time 1: ordered at the end of 0, there in period 2.

    Stock before and after demand: 7→3, 3→0 (one short), 7→3, 3→0 (one short).
    """
    found = back_test([4, 4, 4, 4], order_rule(5, 8, lead_time=1), start_stock=7)
    assert found.served.tolist() == [4 + 3 + 4 + 3]
    assert found.average_stock.tolist() == [(5 + 1.5 + 5 + 1.5) / 4]
    assert found.periods_short.tolist() == [2]
    assert (found.cycles.tolist(), found.cycles_short.tolist()) == ([1], [1])
    assert (found.orders.tolist(), found.received.tolist()) == ([2], [8])
    assert (found.end_stock.tolist(), found.end_on_order.tolist()) == ([-1], [8])
    assert found.period_service.tolist() == [0.5]
    assert found.cycle_service.tolist() == [0]


def test_lost_sales_by_hand() -> None:
    """The missing one is turned away: 7→3, 3→0, then 8→4 and, nothing due, 4→0: none short."""
    rule = order_rule(5, 8, lead_time=1)
    found = back_test([4, 4, 4, 4], rule, start_stock=7, lost_sales=True)
    assert (found.served.tolist(), found.lost.tolist()) == ([15], [1])
    assert found.end_stock.tolist() == [0]


def test_times_are_rounded_up_and_zero_review_is_every_period() -> None:
    rule = order_rule(5, 8, lead_time=[0, 0.2, 3], review_period=[0, 1, 1.5])
    assert rule.lead_time.tolist() == [0, 1, 3]
    assert rule.review_period.tolist() == [1, 1, 2]
    assert rule.usual_position.tolist() == [9, 9, 9]
    assert order_rule([5, 5.5], 9, 1).usual_position.tolist() == [10, 10]
    assert order_rule(5, 8, 1, order_up_to=30).usual_position.tolist() == [30]


def test_order_up_to_with_minimum_and_multiple() -> None:
    """Short of 20 by 3: at least 4, in 5s, so 5."""
    rule = order_rule(0, 0, 2, order_up_to=20, minimum_order=4, multiple=5)
    found = back_test([3, 0, 0], rule)
    assert (found.orders.tolist(), found.end_on_order.tolist()) == ([1], [5])


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((-1, 5, 1), "zero or more"),
        ((1, 5, -1), "zero or more"),
        ((1, 0, 1), "above zero where there is no order_up_to"),
        ((1, float("nan"), 1), "finite"),
        (([1, 2], [1, 2, 3], 1), "broadcast"),
    ],
)
def test_bad_rules(arguments: tuple[Any, ...], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        order_rule(*arguments)


def test_bad_tests() -> None:
    rule = order_rule(1, 1, 1)
    for warm_up in (-1, 2):
        with pytest.raises(ValueError, match="warm_up"):
            back_test([1, 1], rule, warm_up=warm_up)
    with pytest.raises(ValueError, match="zero or more"):
        back_test([1, -1], rule)


def test_no_items_and_no_demand() -> None:
    empty = back_test(np.zeros((0, 5)), order_rule([], [], []))
    assert empty.fill_rate.shape == (0,)
    assert service_by_group(empty, [], [], 0.95)[-1].items == 0
    idle = back_test(np.zeros(5), order_rule(3, 4, 1))
    assert np.isnan(idle.fill_rate).all()
    assert np.isnan(idle.cycle_service).all()
    assert (idle.orders.tolist(), idle.period_service.tolist()) == ([0], [1])


# --- A plain simulator of one item, which keeps orders in a list ---------------------------------


def slow(
    demand: list[float], rule: OrderRule, item: int, start: float, warm_up: int, lost_sales: bool
) -> dict[str, float]:
    point, quantity, level, lead, review, minimum, multiple = (
        float(getattr(rule, field.name)[item]) for field in fields(rule)
    )
    shelf, waiting, short = start, 0.0, False
    coming: list[tuple[float, float]] = []
    totals = dict.fromkeys(
        ("demand", "served", "lost", "average_stock", "orders", "received", "periods_short",
         "cycles", "cycles_short"), 0.0,
    )  # fmt: skip
    for period, wanted in enumerate(demand):
        if period == warm_up:
            totals = dict.fromkeys(totals, 0.0) | {"start_stock": shelf - waiting}
        here = sum(amount for due, amount in coming if due == period)
        coming = [(due, amount) for due, amount in coming if due > period]
        if here:
            totals["received"] += here
            totals["cycles"] += 1
            totals["cycles_short"] += short
            short = False
        shelf += here
        owed = min(shelf, waiting)
        shelf, waiting = shelf - owed, waiting - owed
        before, given = shelf, min(shelf, wanted)
        shelf -= given
        if given < wanted:
            short = True
            totals["periods_short"] += 1
            if lost_sales:
                totals["lost"] += wanted - given
            else:
                waiting += wanted - given
        totals["demand"] += wanted
        totals["served"] += given
        totals["average_stock"] += (before + shelf) / 2 / (len(demand) - warm_up)
        if (period + 1) % review:
            continue
        position = shelf - waiting + sum(amount for _, amount in coming)
        order = 0.0
        if math.isnan(level):
            while position + order <= point:
                order += quantity
        elif position < level:
            order = level - position
        if order:
            order = max(order, minimum)
            if multiple:
                order = math.ceil(order / multiple) * multiple
            totals["orders"] += 1
            coming.append((period + lead + 1, order))
    ends = {"end_stock": shelf - waiting, "end_on_order": sum(a for _, a in coming)}
    return totals | ends


whole = st.integers(0, 30).map(float)
item = st.tuples(
    st.lists(st.one_of(st.just(0.0), whole), min_size=12, max_size=12),
    whole,  # reorder point
    st.integers(1, 40).map(float),  # order quantity
    st.integers(0, 5),  # lead time
    st.integers(1, 4),  # review period
    st.one_of(st.just(float("nan")), whole),  # order up to
    st.sampled_from([0.0, 7.0]),  # minimum
    st.sampled_from([0.0, 3.0]),  # multiple
    whole,  # start
)


@given(st.lists(item, min_size=1, max_size=5), st.integers(0, 11), st.booleans())
def test_against_a_plain_simulator(rows: list[Any], warm_up: int, lost_sales: bool) -> None:
    demand, *levels, start = zip(*rows, strict=True)
    point, quantity, lead, review, up_to, minimum, multiple = map(np.array, levels)
    rule = order_rule(point, quantity, lead, review, up_to, minimum, multiple)
    found = back_test(np.array(demand), rule, np.array(start), warm_up, lost_sales)
    for number, series in enumerate(demand):
        expected = slow(list(series), rule, number, start[number], warm_up, lost_sales)
        for name, value in expected.items():
            got = getattr(found, name)[number]
            assert (
                got == pytest.approx(value, rel=1e-12)
                if name == "average_stock"
                else (got == value)
            ), name


@given(st.lists(item, min_size=1, max_size=5), st.integers(0, 11), st.booleans())
def test_nothing_appears_or_vanishes(rows: list[Any], warm_up: int, lost_sales: bool) -> None:
    demand, *levels, start = zip(*rows, strict=True)
    rule = order_rule(*map(np.array, levels))
    found = back_test(np.array(demand), rule, np.array(start), warm_up, lost_sales)
    assert np.array_equal(
        found.start_stock + found.received + found.lost, found.demand + found.end_stock
    )
    assert (found.served <= found.demand).all()
    assert (found.lost <= found.demand - found.served).all()
    assert (found.cycles_short <= found.cycles).all()
    assert (found.average_stock >= 0).all()


# --- Theory --------------------------------------------------------------------------------------


def test_simulated_stationary_demand_converges_to_theory() -> None:
    """Poisson demand, (R, r, nQ): after a review the position is one of r + 1 … r + Q equally.

    Shortage of a review period is E[(D(L+R) - y)+] - E[(D(L) - y)+], averaged over those y.
    """
    mean, lead, review, point, quantity = 3.0, 4, 2, 15, 10
    demand = np.random.default_rng(11).poisson(mean, (400, 1100)).astype(float)
    found = back_test(demand, order_rule(np.full(400, point), quantity, lead, review), warm_up=100)
    ups = np.arange(point + 1, point + quantity + 1)
    short = np.mean([loss(y, mean * (lead + review)) - loss(y, mean * lead) for y in ups])
    expected = 1 - short / (mean * review)
    achieved = found.served.sum() / found.demand.sum()
    assert 0.8 < expected < 0.95
    assert achieved == pytest.approx(expected, abs=0.002)
    # What is ordered in the long run is what is wanted.
    assert found.received.sum() / found.demand.sum() == pytest.approx(1, abs=0.005)


def loss(level: Any, mean: float) -> float:
    """Expected Poisson demand above a level, by adding up the tail."""
    counts = np.arange(level, level + 200)
    return float(stats.poisson.sf(counts, mean).sum())


def test_base_stock_converges_to_theory() -> None:
    """Order up to S each period, lead time 2: short = E[(D3 - S)+] - E[(D2 - S)+]."""
    demand = np.random.default_rng(12).poisson(4.0, (300, 1050)).astype(float)
    rule = order_rule(np.zeros(300), 0, 2, order_up_to=15)
    found = back_test(demand, rule, warm_up=50)
    expected = 1 - (loss(15, 12.0) - loss(15, 8.0)) / 4
    assert found.served.sum() / found.demand.sum() == pytest.approx(expected, abs=0.002)


# --- Groups --------------------------------------------------------------------------------------


def test_groups_are_ratios_of_sums_weighted_by_cost() -> None:
    demand = [[10, 0], [5, 5], [0, 0]]
    rule = order_rule(np.zeros(3), 1, 5)
    found = back_test(demand, rule, start_stock=[5, 10, 1])
    dear, cheap, everything = service_by_group(found, ["a", "b", "b"], [3, 1, 9], target=0.9)
    assert (dear.fill_rate, dear.reached, dear.items) == (0.5, 0, 1)
    assert (cheap.fill_rate, cheap.reached, cheap.items, cheap.items_with_demand) == (1, 1, 2, 1)
    assert everything.fill_rate == 15 / 20
    assert everything.fill_rate_by_value == (5 * 3 + 10) / (10 * 3 + 10)
    assert everything.demand_value == 40
    assert everything.average_stock_value == pytest.approx(
        float((found.average_stock * [3, 1, 9]).sum())
    )
    assert everything.reached == 0.5
    assert everything.period_service == 5 / 6
