"""The terms optimiser: against every choice there is, and against ten thousand drawn ones."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spend.terms import joint_gain
from spend.terms_frontier import frontier
from spend.terms_optimiser import TermsPlan, optimise
from spend.terms_options import STEPS, TermsOptions, terms_options
from spend.terms_prices import meets

BUYER = 0.05


def company(suppliers: int, seed: int) -> TermsOptions:
    """Suppliers of very different size, terms and rates; half of them would take money early."""
    rng = np.random.default_rng(seed)
    return terms_options(
        annual_spend=np.exp(rng.normal(11, 1.6, suppliers)),
        current_days=rng.choice([14, 30, 30, 45, 60], suppliers),
        supplier_rate=rng.uniform(0.03, 0.15, suppliers).round(4),
        buyer_rate=0.06,
        cap_days=rng.choice([60, 60, np.inf], suppliers),
        early_days=np.where(rng.random(suppliers) < 0.5, 10.0, np.nan),
        early_discount=0.01,
    )


@st.composite
def tiny(draw: st.DrawFn) -> TermsOptions:
    """One to five suppliers, round numbers, so that ties and exact goals happen."""
    size = draw(st.integers(1, 5))

    def column(values: list[float]) -> list[float]:
        return draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))

    return terms_options(
        annual_spend=draw(st.lists(st.integers(0, 40), min_size=size, max_size=size)),
        current_days=column([0, 14, 30, 45, 95]),
        supplier_rate=column([0.03, BUYER, 0.08, 0.12]),
        buyer_rate=BUYER,
        steps=(45, 60, 90),
        cap_days=column([30, 60, np.inf, np.nan]),
        early_days=column([10, 30, np.nan]),
        early_discount=column([0, 0.01]),
    )


def every_choice(options: TermsOptions) -> tuple[Any, Any, Any]:
    """Cash, cost and number of changes of all the choices there are."""
    columns = [np.flatnonzero(row) for row in options.allowed]
    choices = np.array(list(itertools.product(*columns)))
    rows = np.arange(options.suppliers)
    return (
        options.cash[rows, choices].sum(axis=1),
        options.cost[rows, choices].sum(axis=1),
        np.count_nonzero(choices, axis=1),
    )


def check(options: TermsOptions, plan: TermsPlan, goal: float, limit: int | None) -> None:
    """A plan keeps every promise, recomputed from its days alone."""
    rows = np.arange(options.suppliers)
    assert options.allowed[rows, plan.choice].all()
    cash = options.annual_spend * (plan.new_days - plan.current_days) / 365
    assert plan.cash == pytest.approx(cash)
    gains = joint_gain(
        options.annual_spend, plan.new_days - plan.current_days, options.buyer_rate,
        options.supplier_rate,
    )  # fmt: skip
    assert plan.buyer_gain + plan.supplier_gain == pytest.approx(gains, abs=1e-6)
    assert plan.cost == pytest.approx(-np.asarray(gains), abs=1e-6)
    assert plan.total_cash == pytest.approx(cash.sum())
    assert plan.changes == (plan.kind != "keep").sum()
    assert limit is None or plan.changes <= limit
    assert plan.feasible == meets(plan.total_cash, goal)
    assert (plan.shortfall == 0) == plan.feasible


# --- Options -------------------------------------------------------------------------------------


def test_options_by_hand() -> None:
    options = terms_options(
        [365_000, 730_000], [30, 75], [0.12, 0.03], BUYER, steps=(60, 90), cap_days=[60, np.nan],
        early_days=[10, 80], early_discount=[0.01, 0.01],
    )  # fmt: skip
    # The first may go to 60 or be paid at 10; the second, at 75, to 90, and 80 is not earlier.
    assert options.kinds == ("keep", "extend", "extend", "pay early")
    assert options.allowed.tolist() == [[True, True, False, True], [True, False, True, False]]
    assert options.cash.tolist() == [[0, 30_000, 0, -20_000], [0, 0, 30_000, 0]]
    assert options.cost == pytest.approx(np.array([[0, 2_100, 0, -1_400], [0, 0, -600, 0]]))
    assert options.discount[0].tolist() == [0, 0, 0, 0.01]


def test_terms_beyond_the_cap_are_kept_but_not_extended() -> None:
    options = terms_options([1], [75], [0.1], BUYER, cap_days=60, early_days=70)
    assert options.allowed.tolist() == [[True] + [False] * 6]


def test_several_early_offers() -> None:
    options = terms_options(
        [365], [60], [0.1], BUYER, steps=(), early_days=[[10, 30]], early_discount=[[0.02, 0.01]]
    )
    assert options.cash.tolist() == [[0, -50, -30]]
    assert options.discount.tolist() == [[0, 0.02, 0.01]]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"annual_spend": [-1]}, "annual_spend must be zero or more"),
        ({"current_days": [-1]}, "current_days and steps must be zero or more"),
        ({"steps": (-5,)}, "current_days and steps must be zero or more"),
        ({"supplier_rate": [-0.1]}, "supplier_rate must be zero or more"),
        ({"early_days": -1}, "early_days must be zero or more"),
        ({"early_days": 5, "early_discount": 1.5}, "early_discount 0 to 1"),
    ],
)
def test_bad_options_state_the_rule(change: dict[str, Any], rule: str) -> None:
    good: dict[str, Any] = {
        "annual_spend": [1], "current_days": [30], "supplier_rate": [0.1], "buyer_rate": BUYER,
    }  # fmt: skip
    with pytest.raises(ValueError, match=rule):
        terms_options(**(good | change))


# --- Plans ---------------------------------------------------------------------------------------


def test_by_hand() -> None:
    # 1,000 a day each; the second's money is cheaper than the buyer's, so it goes first, to 90
    # days (60,000); 30,000 more come from the first at 60 days, at 30,000 × 7 % a year.
    options = terms_options([365_000, 365_000], [30, 30], [0.12, 0.04], BUYER, steps=(60, 90))
    plan = optimise(options, 90_000)
    assert plan.new_days.tolist() == [60, 90]
    assert plan.cost == pytest.approx([2_100, -600])
    assert plan.buyer_gain == pytest.approx([1_500, 3_000])
    assert plan.supplier_gain == pytest.approx([-3_600, -2_400])
    one = optimise(options, 50_000, max_changes=1)
    assert (one.kind.tolist(), one.changes) == (["keep", "extend"], 1)


def test_a_goal_out_of_reach_says_by_how_much() -> None:
    options = terms_options([365_000, 365_000], [30, 30], [0.12, 0.04], BUYER, steps=(60, 90))
    plan = optimise(options, 100_000, max_changes=1)
    assert not plan.feasible
    assert (plan.most_cash, plan.total_cash, plan.shortfall) == (60_000, 60_000, 40_000)
    check(options, plan, 100_000, 1)


def test_a_negative_goal_pays_early_what_helps_both() -> None:
    options = terms_options([365_000], [30], [0.12], BUYER, steps=(), early_days=10)
    plan = optimise(options, -25_000)
    assert (plan.kind.tolist(), plan.total_cash) == (["pay early"], -20_000)
    assert plan.total_cost == pytest.approx(-1_400)
    assert optimise(options, 0).changes == 0


def test_nobody_and_nothing() -> None:
    nobody = terms_options([], [], [], BUYER)
    assert optimise(nobody, 0).feasible
    assert optimise(nobody, 1).shortfall == 1
    assert frontier(nobody, 2).cash.tolist() == [0, 0]
    kept = optimise(terms_options([0], [30], [0.1], BUYER), 0, max_changes=0)
    assert kept.kind.tolist() == ["keep"]


def test_bad_questions_state_the_rule() -> None:
    options = terms_options([1], [30], [0.1], BUYER)
    with pytest.raises(ValueError, match="cash_goal must be finite"):
        optimise(options, float("nan"))
    with pytest.raises(ValueError, match="max_changes must be zero or more"):
        optimise(options, 0, max_changes=-1)
    with pytest.raises(ValueError, match="time_limit must be above zero"):
        optimise(options, 0, time_limit=0)
    for goal in ("x", None, [1.0, 2.0], np.inf):
        with pytest.raises(ValueError, match="cash_goal"):
            optimise(options, goal)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="time_limit must be a number"):
        optimise(options, 0, time_limit="x")  # type: ignore[arg-type]
    for changes in ("x", 1.5, [1, 2]):
        with pytest.raises(ValueError, match="max_changes must be a"):
            optimise(options, 0, max_changes=changes)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="points must be 2 or more"):
        frontier(options, points=1)
    with pytest.raises(ValueError, match="points must be a whole number"):
        frontier(options, points=2.5)  # type: ignore[arg-type]


def test_a_goal_of_nothing_is_met_by_changing_nothing() -> None:
    """The supplier that would gain most by early payment takes cash, which nobody else brings."""
    options = terms_options([0, 3], [0, 30], [0.03, 0.08], BUYER, steps=(45, 60, 90),
                            cap_days=[0, 60], early_days=10)  # fmt: skip
    plan = optimise(options, 0.0)
    assert plan.feasible
    assert plan.choice.tolist() == [0, 0]


@given(tiny(), st.data())
def test_as_good_as_the_best_of_all_choices(options: TermsOptions, data: st.DataObject) -> None:
    cash, cost, changes = every_choice(options)
    limit = data.draw(st.none() | st.integers(0, options.suppliers), label="max_changes")
    goal = data.draw(st.sampled_from(cash.tolist()) | st.floats(-20, 20), label="goal")
    plan = optimise(options, goal, limit)
    check(options, plan, goal, limit)
    few = changes <= (options.suppliers if limit is None else limit)
    reach = few & (cash >= goal - 1e-9 * max(1, abs(goal)))
    assert plan.most_cash == pytest.approx(cash[few].max())
    assert plan.feasible == reach.any()
    if plan.feasible:
        assert plan.total_cost == pytest.approx(cost[reach].min(), rel=2e-6, abs=1e-7)


def _drawn(options: TermsOptions, goal: float, limit: int | None, rng: Any) -> float:
    """The least cost of 10,000 random choices that meet the goal; half of them lean to cash."""
    count = 10_000
    best = np.inf
    allowed = options.allowed & (options.cash >= 0)
    for lean in (options.allowed, allowed):
        luck = rng.random((count // 2, *lean.shape), dtype=np.float32)
        choices = np.where(lean, luck, -1).argmax(axis=2)
        if limit is not None:
            keep = rng.random(choices.shape).argsort(axis=1).argsort(axis=1) >= limit
            choices[keep] = 0
        rows = np.arange(options.suppliers)
        cash = options.cash[rows, choices].sum(axis=1)
        cost = options.cost[rows, choices].sum(axis=1)
        best = min(best, cost[cash >= goal].min(initial=np.inf))
    return float(best)


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.sampled_from([None, 5, 25]), st.floats(-0.1, 0.9))
def test_no_worse_than_ten_thousand_drawn(seed: int, limit: int | None, share: float) -> None:
    options = company(40, seed)
    most = np.sort(options.cash.max(axis=1))[::-1][:limit].sum()
    plan = optimise(options, share * most, limit)
    check(options, plan, share * most, limit)
    drawn = _drawn(options, share * most, limit, np.random.default_rng(seed))
    assert plan.total_cost <= drawn + 1e-6
    assert plan.gap <= 1e-3 * max(1, abs(plan.total_cost))


@pytest.mark.parametrize(("limit", "share"), [(None, 0.8), (300, 0.3), (50, 0.95)])
def test_two_thousand_suppliers_are_solved_to_a_thousandth(limit: int | None, share: float) -> None:
    options = company(2000, seed=3)
    most = np.sort(options.cash.max(axis=1))[::-1][:limit].sum()
    plan = optimise(options, share * most, limit)
    check(options, plan, share * most, limit)
    assert plan.gap <= 1e-3 * abs(plan.total_cost)


@given(st.integers(0, 10**6), st.integers(0, 100), st.none() | st.integers(0, 30))
def test_no_cap_no_goal_and_no_limit_is_ever_broken(
    seed: int, percent: int, limit: int | None
) -> None:
    """Judged by the days of the plan alone, with any caps and offers."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 30))
    spend, current = rng.integers(0, 10**6, size), rng.integers(0, 100, size)
    cap, early = rng.integers(0, 120, size), rng.integers(0, 100, size)
    options = terms_options(
        spend, current, rng.uniform(0, 0.2, size), BUYER, cap_days=cap, early_days=early
    )
    goal = percent / 100 * optimise(options, np.finfo(np.float64).max, limit).most_cash
    plan = optimise(options, goal, limit)
    changed = plan.new_days != current
    assert (plan.new_days <= cap)[changed].all()
    assert ((plan.new_days < current) == (plan.kind == "pay early")).all()
    assert np.isin(plan.new_days[plan.kind == "extend"], STEPS).all()
    assert (plan.new_days == early)[plan.kind == "pay early"].all()
    assert (spend * (plan.new_days - current)).sum() / 365 >= goal - 1e-9 * max(1, goal)
    assert limit is None or changed.sum() <= limit


def test_equal_rates_are_no_trouble() -> None:
    """Where all money costs the same, every supplier is as good a choice as every other."""
    rng = np.random.default_rng(6)
    spend = np.exp(rng.normal(11, 1.6, 2000))
    options = terms_options(spend, np.full(2000, 30), np.full(2000, 0.1), BUYER, early_days=10)
    for limit, share in ((None, 0.5), (200, 0.5), (20, 0.9)):
        goal = share * np.sort(options.cash.max(axis=1))[::-1][:limit].sum()
        plan = optimise(options, goal, limit)
        # The pair loses the difference of the rates on the goal, and hardly a cent more.
        assert plan.total_cost == pytest.approx(goal * (0.1 - BUYER), rel=1e-4)
        check(options, plan, goal, limit)
    drawn = frontier(options, 20)
    assert drawn.cash == pytest.approx(drawn.goal, rel=1e-4)
    assert drawn.cost == pytest.approx(drawn.cash * (0.1 - BUYER))


def test_a_hasty_plan_says_how_far_it_may_be_from_the_best() -> None:
    """With no time to search, the plan stands all the same, and its gap is honest."""
    worse = 0
    for seed in range(6):
        options = company(400, seed)
        goal = 0.3 * np.sort(options.cash.max(axis=1))[::-1][:20].sum()
        hasty, best = optimise(options, goal, 20, time_limit=1e-4), optimise(options, goal, 20)
        check(options, hasty, goal, 20)
        assert hasty.total_cost - hasty.gap <= best.total_cost + 1e-6
        worse += hasty.total_cost > best.total_cost + 1
    assert worse > 0


# --- The frontier --------------------------------------------------------------------------------


@given(tiny(), st.none() | st.integers(0, 5), st.integers(2, 6))
def test_the_frontier_rises_and_nothing_beats_its_ends(
    options: TermsOptions, limit: int | None, points: int
) -> None:
    drawn = frontier(options, points, limit)
    cash, cost, changes = every_choice(options)
    few = changes <= (options.suppliers if limit is None else limit)
    assert (np.diff(drawn.cash) >= -1e-9).all()
    assert (drawn.cash >= drawn.goal - 1e-9 * np.maximum(1, np.abs(drawn.goal))).all()
    assert drawn.cost[0] == pytest.approx(cost[few].min(), abs=1e-9)
    assert drawn.cash[-1] == pytest.approx(cash[few].max(), abs=1e-9)
    for have, pay in zip(drawn.cash, drawn.cost, strict=True):
        # Each point is one of the choices there are.
        assert (few & np.isclose(cash, have) & np.isclose(cost, pay, atol=1e-9)).any()


def test_a_plan_is_never_dearer_than_the_frontier() -> None:
    options = company(300, seed=5)
    for limit in (None, 40):
        drawn = frontier(options, 5, limit)
        assert (np.diff(drawn.cost) >= -1e-6).all()
        for goal, pay in zip(drawn.goal[1:-1], drawn.cost[1:-1], strict=True):
            assert optimise(options, float(goal), limit).total_cost <= pay + 1e-6


def _any_company(seed: int, largest: int) -> tuple[TermsOptions, int | None]:
    """A company of 2 suppliers or more, from even to one that dwarfs the rest, and a limit."""
    rng = np.random.default_rng(seed)
    size = int(np.exp(rng.uniform(np.log(2), np.log(largest))))
    spend = np.exp(rng.normal(11, rng.uniform(0, 2.5), size))
    rates = [rng.uniform(0.03, 0.15, size), rng.choice([0.03, 0.05, 0.12], size)]
    options = terms_options(
        spend, rng.choice([7, 14, 30, 45, 60], size), rates[seed % 2], BUYER,
        cap_days=rng.choice([30, 60, 60, np.inf], size),
        early_days=rng.choice([5, 10, 20, np.nan], size),
    )  # fmt: skip
    return options, [None, max(1, size // 2), max(1, size // 6)][int(rng.integers(3))]


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_drawn_points_are_within_a_hundredth_of_the_best(seed: int) -> None:
    """Of what the frontier spans in cost; and never below what is proven to be the least."""
    options, limit = _any_company(seed, largest=60)
    drawn = frontier(options, 5, limit)
    assert (np.diff(drawn.cash) >= 0).all()
    assert (np.diff(drawn.cost) >= 0).all()
    span = drawn.cost[-1] - drawn.cost[0]
    for goal, pay in zip(drawn.goal.tolist(), drawn.cost.tolist(), strict=True):
        plan = optimise(options, goal, limit)
        assert pay <= plan.total_cost + 0.01 * span + 1e-6
        assert pay >= plan.total_cost - plan.gap - 1e-6 * max(1, abs(pay))


def test_each_goal_has_its_own_point() -> None:
    """Fifty suppliers of very different size: a step of the frontier is no jump over the next."""
    options = company(50, seed=3)
    drawn = frontier(options, 8)
    assert len(set(drawn.cash.tolist())) == 8
    for goal, pay in zip(drawn.goal.tolist(), drawn.cost.tolist(), strict=True):
        assert pay == pytest.approx(optimise(options, goal).total_cost, rel=1e-5)


def test_one_supplier_dwarfs_the_rest() -> None:
    """A price of cash alone can't settle its terms: one of these points would be 43 % off."""
    options, limit = _any_company(716, largest=300)
    assert options.annual_spend.max() > 0.8 * options.annual_spend.sum()
    drawn = frontier(options, 8, limit)
    span = drawn.cost[-1] - drawn.cost[0]
    for goal, pay in zip(drawn.goal.tolist(), drawn.cost.tolist(), strict=True):
        assert pay <= optimise(options, goal, limit).total_cost + 0.01 * span


@pytest.mark.parametrize(("suppliers", "limit"), [(300, 40), (2000, None)])
def test_a_frontier_of_many_suppliers_keeps_its_limit(suppliers: int, limit: int | None) -> None:
    drawn = frontier(company(suppliers, seed=4), 20, limit)
    assert len(drawn.cash) == 20
    assert limit is None or drawn.changes.max() <= limit
