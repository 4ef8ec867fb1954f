"""The terms simulator: by hand, in exact fractions, and totals that close."""

import math
import time
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.terms_scenario import (
    DEFAULT_LADDER,
    FinancingLadder,
    TermsOutcome,
    TermsScenario,
    evaluate,
    financing_rates,
)

Supplier = tuple[int, int, int, float, float]


@st.composite
def suppliers(draw: st.DrawFn) -> list[Supplier]:
    """Spend, current and new days, discount (where earlier), pass-through; some of nothing."""
    found = []
    for _ in range(draw(st.integers(0, 8))):
        current, new = draw(st.integers(0, 120)), draw(st.integers(0, 120))
        discount = draw(st.sampled_from([0.0, 0.01, 0.05])) if new < current else 0.0
        found.append((draw(st.integers(0, 10**8)), current, new, discount, draw(st.floats(0, 1))))
    return found


def outcome(rows: list[Supplier], buyer: float, rates: Any) -> TermsOutcome:
    columns = [[row[place] for row in rows] for place in range(5)]
    return evaluate(
        TermsScenario(
            annual_spend=columns[0], current_days=columns[1], new_days=columns[2],
            buyer_rate=buyer, supplier_rate=rates, discount_rate=columns[3],
            pass_through=columns[4],
        )
    )  # fmt: skip


# --- By hand -------------------------------------------------------------------------------------


def test_paying_later_by_hand() -> None:
    # 365,000 a year is 1,000 a day; ten days later is 10,000; at 5 % and 8 %: 500 and 800.
    found = evaluate(TermsScenario(365_000, 30, 40, 0.05, 0.08, pass_through=0.5, legal_limit=35))
    expected = {
        "cash_released": 10_000, "buyer_value": 500, "discount": 0, "supplier_cost": 800,
        "price_at_risk": 800, "price_rise": 400, "buyer_net": 100, "supplier_net": -400,
        "joint_gain": -300,
    }  # fmt: skip
    for name, amount in expected.items():
        assert getattr(found, name) == pytest.approx([amount]), name
        assert getattr(found.totals, name) == pytest.approx(amount), name
    assert found.breakeven_uplift == pytest.approx([800 / 365_000])
    assert found.over_limit.tolist() == [True]
    assert (found.totals.over_limit, found.totals.current_days, found.totals.new_days) == (
        1,
        30,
        40,
    )


def test_paying_early_for_a_discount_by_hand() -> None:
    # Twenty days earlier ties up 20,000: it costs the buyer 1,000 and saves the supplier 2,400 a
    # year. One per cent is 3,650: the supplier gives more than it saves.
    found = evaluate(TermsScenario(365_000, 30, 10, 0.05, 0.12, discount_rate=0.01))
    assert found.buyer_value == pytest.approx([-1_000])
    assert found.price_at_risk == pytest.approx([1_250])
    assert found.buyer_net == pytest.approx([-1_000 + 3_650 - 1_250])
    assert found.supplier_net == pytest.approx([0], abs=1e-9)
    assert found.joint_gain == pytest.approx([1_400])
    # Without a discount the supplier is better off, and keeps its price.
    free = evaluate(TermsScenario(365_000, 30, 10, 0.05, 0.12))
    assert free.price_rise == pytest.approx([0])
    assert free.supplier_net == pytest.approx([2_400])
    assert free.breakeven_uplift == pytest.approx([-2_400 / 365_000])


def test_nobody_and_nothing() -> None:
    nobody = outcome([], 0.05, [])
    assert nobody.totals.suppliers == 0
    assert (nobody.totals.breakeven_uplift, nobody.totals.current_days) == (None, None)
    nothing = evaluate(TermsScenario(0, 30, 60, 0.05, 0.08))
    assert nothing.totals.joint_gain == 0
    assert nothing.totals.new_days is None


def test_limits_judge_changes_only() -> None:
    days: Any = [30, 75, 60]
    found = evaluate(TermsScenario(1, days, [60, 75, 61], 0.05, 0.08, legal_limit=[60, 60, np.nan]))
    assert found.over_limit.tolist() == [False, False, False]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"annual_spend": -1}, "annual_spend must be zero or more"),
        ({"buyer_rate": -0.1}, "buyer_rate must be zero or more"),
        ({"pass_through": 1.1}, "pass_through must be 0 to 1"),
        ({"discount_rate": 2}, "discount_rate must be 0 to 1"),
        ({"discount_rate": 0.02}, "discount_rate must be zero where new_days are not earlier"),
        ({"new_days": float("nan")}, "new_days must be finite"),
        ({"basis": 0}, "basis must be above zero"),
    ],
)
def test_bad_scenarios_state_the_rule(change: dict[str, float], rule: str) -> None:
    good = {"annual_spend": 1, "current_days": 30, "new_days": 60, "buyer_rate": 0.05}
    with pytest.raises(ValueError, match=rule):
        evaluate(TermsScenario(**({"supplier_rate": 0.08} | good | change)))


# --- Assumed rates -------------------------------------------------------------------------------


def test_known_rates_stand_and_assumed_ones_are_marked() -> None:
    found = financing_rates(
        [0.06, np.nan, np.nan, None, np.nan], [0.9, 0.1, 0.2, 0.7, np.nan], [1, 0, 0, 1, None]
    )
    assert found.rate == pytest.approx([0.06, 0.05, 0.07, 0.14, 0.08])
    assert found.assumed.tolist() == [False, True, True, True, True]


def test_bad_ladders_and_rates_state_the_rule() -> None:
    with pytest.raises(ValueError, match="bounds must ascend"):
        FinancingLadder(bounds=(0.5, 0.2), rates=(0.1, 0.2, 0.3))
    with pytest.raises(ValueError, match="one more than bounds"):
        FinancingLadder(rates=(0.1,))
    with pytest.raises(ValueError, match="must be zero or more"):
        FinancingLadder(unknown=-0.1)
    with pytest.raises(ValueError, match="a financing rate must be zero or more"):
        financing_rates([-0.01], [0.5], [False])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.booleans())
def test_the_ladder_by_walking_it(scores: list[float], small: bool) -> None:
    found = financing_rates([None] * len(scores), scores, small)
    for score, rate in zip(scores, found.rate, strict=True):
        rung = sum(1 for bound in DEFAULT_LADDER.bounds if score >= bound)
        extra = DEFAULT_LADDER.small_business if small else 0
        assert rate == pytest.approx(DEFAULT_LADDER.rates[rung] + extra)


# --- Properties ----------------------------------------------------------------------------------


@given(suppliers(), st.floats(0, 0.3), st.floats(0, 0.3))
def test_in_exact_fractions(rows: list[Supplier], buyer: float, rate: float) -> None:
    found = outcome(rows, buyer, rate)
    for place, (spend, current, new, discount, passed) in enumerate(rows):
        cash = Fraction(spend) * (new - current) / 365
        cost = cash * Fraction(rate) + Fraction(spend) * Fraction(discount)
        rise = max(cost, Fraction(0)) * Fraction(passed)
        net = cash * Fraction(buyer) + Fraction(spend) * Fraction(discount) - rise
        close = 1e-9 * max(1, spend)
        assert found.cash_released[place] == pytest.approx(float(cash), abs=close)
        assert found.price_rise[place] == pytest.approx(float(rise), abs=close)
        assert found.buyer_net[place] == pytest.approx(float(net), abs=close)
        assert found.supplier_net[place] == pytest.approx(float(rise - cost), abs=close)


@given(suppliers(), st.floats(0, 0.3), st.floats(0, 0.3))
def test_it_closes(rows: list[Supplier], buyer: float, rate: float) -> None:
    """Both sides' nets are the joint gain, and every total is the sum of its column."""
    found = outcome(rows, buyer, rate)
    spent = sum(row[0] for row in rows)
    both = found.buyer_net + found.supplier_net
    assert both == pytest.approx(found.joint_gain, abs=1e-9 * max(1, spent))
    totals = found.totals
    assert totals.buyer_net + totals.supplier_net == pytest.approx(
        totals.joint_gain, abs=1e-9 * max(1, spent)
    )
    for name in ("cash_released", "discount", "price_rise", "joint_gain"):
        assert getattr(totals, name) == math.fsum(getattr(found, name))
    if totals.breakeven_uplift is not None:
        made_whole = float(found.breakeven_uplift @ np.array([row[0] for row in rows]))
        assert totals.breakeven_uplift * spent == pytest.approx(made_whole, abs=1e-9 * spent)


def test_two_thousand_suppliers_in_no_time() -> None:
    rng = np.random.default_rng(1)
    scenario = TermsScenario(
        rng.uniform(0, 1e6, 2000), rng.integers(0, 60, 2000), rng.integers(0, 120, 2000), 0.05,
        rng.uniform(0.03, 0.15, 2000),
    )  # fmt: skip
    times = []
    for _ in range(5):
        start = time.perf_counter()
        evaluate(scenario)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.01
