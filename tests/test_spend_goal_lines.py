"""The goal's pure parts: lines from what was spent, the frozen market, savings, and the range."""

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.goal_choice import MOST_FIXED, MOST_VOLUME, Share, known_shares
from spend.goal_lines import Pricing, Spent, assumed, phasing, planned_line, with_drift
from spend.goal_market import Market, market, monthly
from spend.goal_plan import Assumptions
from spend.goal_range import by_month
from spend.goal_savings import IN_BASE, NO_CLAIM, NO_START, pipeline, savings
from spend.market_model import MarketModel, market_from_history
from spend.monte_carlo import simulate
from spend.plan_lines import PlanLine, Saving, SpendPlan
from spend.savings_policy import DEFAULT
from tests.conftest import HEAVY

START, P = date(2027, 1, 1), date(2026, 10, 31)
MONTHS = tuple(pd.period_range("2025-11", periods=12, freq="M"))
NOTHING = Market(MarketModel((), (), ()), pd.DataFrame())


def still(**values: float) -> Market:
    """Indices that stood at 100 until the last month, and at these values in it."""
    history = pd.DataFrame(
        {code: [100.0] * 11 + [value] for code, value in values.items()}, index=list(MONTHS)
    )
    history.index = pd.PeriodIndex(MONTHS, freq="M")
    size = len(values)
    model = MarketModel(tuple(values), (0.0,) * size, ((0.0,) * size,) * size)
    return Market(model, history, dict(values))


def spent(amounts: Any = (100_00,) * 12, currency: str = "EUR", **more: Any) -> Spent:
    return Spent("C", "Bars", currency, MONTHS, tuple(amounts),
                 more.pop("documents", sum(amounts)), **more)  # fmt: skip


# --- Lines ----------------------------------------------------------------------------------------


def test_prices_that_rose_since_are_caught_up_by_hand() -> None:
    """Eleven months at 100, the last at 130; half of the price follows: 11 x 100 x 0.5 x 0.3."""
    line = planned_line(spent(), Pricing("TIN", 0.5), still(TIN=130.0), START)
    assert line.base == 1200_00
    assert line.price_to_date == 165_00
    assert line.planned == 1365_00
    (part,) = line.plan_lines
    assert part.by_month().sum() == pytest.approx(1365_00)
    # The index is the part of today's price that follows it: 0.5 x 1.275 of 1.1375.
    assert part.open_share(START) == pytest.approx([0.5 * 1.275 / 1.1375] * 12)


def test_volume_and_rate_by_hand() -> None:
    """Ten per cent more, and a dollar that cost 0.90 on average and costs 0.99 today."""
    pricing = Pricing(volume=0.1, rate_code="USD/EUR", rate=0.99)
    dollars = spent((90_00,) * 12, "USD", documents=1200_00)
    line = planned_line(dollars, pricing, still(**{"USD/EUR": 0.99}), START)
    assert (line.base, line.volume_effect, line.price_to_date) == (1080_00, 108_00, 0)
    assert line.currency_to_date == 118_80
    assert line.planned == 1306_80
    assert line.plan_lines[0].currency == "USD/EUR"


def test_a_fixed_price_moves_when_its_contract_ends() -> None:
    """Half is fixed until the end of June: it stays as paid, then it catches up."""
    half = spent(covered=((date(2027, 6, 30), 600_00),))
    line = planned_line(half, Pricing("TIN", 1.0), still(TIN=130.0), START)
    assert (line.covered_share, line.covered_until) == (0.5, date(2027, 6, 30))
    money = line.plan_lines[0].by_month()
    rise = 0.3 * 11 / 12
    assert money[:6] == pytest.approx([100_00 * (1 + rise / 2)] * 6)
    assert money[6:] == pytest.approx([100_00 * (1 + rise)] * 6)
    follows = line.plan_lines[0].open_share(START)
    assert follows[:6] == pytest.approx([(1 + rise) / 2 / (1 + rise / 2)] * 6)
    assert follows[6:] == pytest.approx([1.0] * 6)


def test_several_contracts_cover_each_for_its_own_time() -> None:
    both = spent(covered=((date(2027, 3, 31), 300_00), (date(2027, 9, 30), 600_00)))
    line = planned_line(both, Pricing("TIN", 1.0), still(TIN=100.0), START)
    assert line.covered_share == 0.75
    assert line.plan_lines[0].open_share(START) == pytest.approx([0.25] * 3 + [0.5] * 6 + [1] * 3)


def test_a_price_assumed_to_be_fixed_is_fixed_at_todays() -> None:
    line = planned_line(spent(), Pricing("TIN", 1.0, fixed=1.0), still(TIN=130.0), START)
    assert line.planned == round(1200_00 * (1 + 0.3 * 11 / 12))
    assert line.plan_lines[0].open_share(START).tolist() == [0.0] * 12
    assert line.plan_lines[0].index_code == ""
    assert (line.covered_share, line.covered_until) == (1.0, None)


def test_what_follows_nothing_stays() -> None:
    line = planned_line(spent(), Pricing(), NOTHING, START)
    assert (line.planned, line.expected, line.drift) == (1200_00, 1200_00, 0.0)
    assert with_drift([line], NOTHING.model, START, 2) == (line,)


def test_drift_is_what_the_index_is_expected_to_do() -> None:
    found = still(TIN=100.0)
    model = MarketModel(("TIN",), (0.01,), ((0.0004,),))
    line = planned_line(spent(), Pricing("TIN", 1.0), Market(model, found.history, found.last),
                        START)  # fmt: skip
    (drifted,) = with_drift([line], model, START, 2)
    expected = sum(100_00 * math.exp(0.01 * month) for month in range(3, 15))
    assert drifted.expected == round(expected)
    assert drifted.price_drift == round(expected) - 1200_00
    assert drifted.currency_drift == 0


def test_months_fall_where_they_fell() -> None:
    """Money of November and December stands at the end of a calendar year."""
    found = phasing(spent((300, 100, *(0,) * 10)), START)
    assert found.tolist() == [0] * 10 + [0.75, 0.25]
    april = phasing(spent((300, 100, *(0,) * 10)), date(2027, 4, 1))
    assert april.tolist() == [0] * 7 + [0.75, 0.25] + [0] * 3
    weeks = phasing(spent((300, 100, *(0,) * 10)), date(2026, 12, 28))
    assert weeks.tolist() == found.tolist()


def test_credits_leave_no_month_below_zero() -> None:
    line = planned_line(spent((-500, *(0,) * 11)), Pricing(), NOTHING, START)
    assert line.planned == -500
    assert line.phasing == pytest.approx([1 / 12] * 12)
    mixed = phasing(spent((-500, 1000, *(0,) * 10)), START)
    assert mixed.tolist() == [0] * 11 + [1.0]


cents = st.lists(st.integers(-(10**6), 10**9), min_size=12, max_size=12)
share = st.floats(0, 1)


@HEAVY
@given(cents, share, st.floats(-0.5, 2), st.floats(0.2, 5), st.floats(0.5, 2), share)
def test_the_steps_lead_to_the_plan_and_shares_stay_shares(
    amounts: list[int], follows: float, volume: float, index: float, rate: float, part: float
) -> None:
    covered = ((date(2027, 5, 12), round(sum(amounts) * part)),)
    pricing = Pricing("TIN", follows, "USD/EUR", rate, volume)
    found = still(TIN=100 * index, **{"USD/EUR": rate})
    line = planned_line(spent(amounts, "USD", covered=covered), pricing, found, START)
    steps = line.volume_effect + line.price_to_date + line.currency_to_date
    assert line.base + steps == line.planned
    open_ = line.plan_lines[0].open_share(START)
    assert ((open_ >= 0) & (open_ <= 1)).all()
    (drifted,) = with_drift([line], found.model, START, 2)
    assert drifted.expected == line.planned  # a market that stands still


@HEAVY
@given(cents, share, st.integers(0, 12), st.integers(1, 40), share)
def test_without_volatility_the_year_is_the_plan(
    amounts: list[int], follows: float, ahead: int, draws: int, chance: float
) -> None:
    """Indices that neither drift nor stray: every draw is the plan, to the cent."""
    found = still(TIN=140.0)
    line = planned_line(spent(amounts), Pricing("TIN", follows), found, START)
    sure = Saving("S", 123_45, float(chance > 0.5))
    plan = SpendPlan(START, line.plan_lines, (sure,), ahead)
    result = simulate(plan, found.model, seed=3, draws=draws)
    whole = line.planned - round(sure.amount * sure.probability)
    assert {result.expected, result.p10, result.p50, result.p90} == {whole}
    assert result.budget_at_risk(0.95) == 0
    months = by_month(plan, found.model, seed=3, draws=draws)
    assert months[-1].planned == line.planned
    assert {months[-1].p10, months[-1].expected, months[-1].p90} == {whole - line.planned}


# --- The range ------------------------------------------------------------------------------------


def test_the_last_month_is_the_year() -> None:
    model = MarketModel(("OIL", "USD"), (0.01, 0.0), ((0.002, 0.0005), (0.0005, 0.001)))
    lines = (
        PlanLine("A", 1_000_00, "OIL", 0.7, volume_sd=0.1),
        PlanLine("B", 2_000_00, "OIL", 1.0, currency="USD", phasing=(1.0,) * 6 + (3.0,) * 6),
        PlanLine("C", 500_00),
    )
    plan = SpendPlan(START, lines, (Saving("S", 90_00, 0.5),), 2)
    whole = simulate(plan, model, seed=5, draws=2_000)
    months = by_month(plan, model, seed=5, draws=2_000)
    assert months[-1].planned == whole.planned
    assert months[-1].planned + months[-1].expected == whole.expected
    assert months[-1].planned + months[-1].p10 == whole.p10
    assert months[-1].planned + months[-1].p90 == whole.p90
    width = [month.p90 - month.p10 for month in months]
    assert width == sorted(width)


def test_a_year_without_lines_has_months() -> None:
    months = by_month(SpendPlan(START, ()), NOTHING.model, seed=1, draws=10)
    assert {(m.planned, m.expected, m.p10, m.p90) for m in months} == {(0, 0, 0, 0)}


# --- The market -----------------------------------------------------------------------------------


def rows(code: str, values: list[float], first: str = "2024-01") -> pd.DataFrame:
    months = pd.period_range(first, periods=len(values), freq="M")
    return pd.DataFrame({"code": code, "month": months, "value": values})


def test_what_is_too_short_is_named_and_left_out() -> None:
    long = rows("LONG", [100 + n % 7 for n in range(40)])
    short = rows("SHORT", [100.0] * 13, "2026-03")
    found = market(pd.concat([long, short], ignore_index=True), "history")
    assert found.model.codes == ("LONG",)
    assert found.short == ("SHORT",)
    assert found.last["SHORT"] == 100.0
    assert market(short, "none").model.codes == ()
    assert market(long.iloc[:0], "none").model.codes == ()


def test_the_last_known_value_holds_until_the_next() -> None:
    found = Market(MarketModel((), (), ()), market(
        rows("TIN", [1.0, 2.0, 3.0]), "none").history)  # fmt: skip
    asked = [pd.Period(m, "M") for m in ("2023-12", "2024-01", "2024-03", "2026-01")]
    assert found.at("TIN", asked) == [None, 1.0, 3.0, 3.0]
    assert found.at("OIL", asked) == [None] * 4


def test_a_month_has_its_last_value_and_none_below_zero() -> None:
    days = pd.to_datetime(["2026-01-30", "2026-01-05", "2026-02-01", "2026-03-01"])
    table = pd.DataFrame({"c": "USD", "d": days, "v": [0.8, 0.9, -1.0, 0.7]})
    assert monthly(table, "c", "d", "v")["value"].tolist() == [0.8, 0.7]


def test_the_market_reads_the_same_once_written_down() -> None:
    found = market(rows("TIN", [100 * 1.01**n + n % 5 for n in range(60)]), "history").model
    again = MarketModel(
        found.codes,
        tuple(float(repr(value)) for value in found.drift),
        tuple(tuple(float(repr(value)) for value in row) for row in found.covariance),
    )
    assert again == found
    assert all(len(f"{abs(v):.12e}") <= 20 for v in found.drift)


def test_the_market_is_the_one_that_was_held_against_history() -> None:
    """What docs/budget-at-risk.md tried on world prices: all history, windows of a year."""
    tin = rows("TIN", [100 * 1.003**n + n * 7 % 11 for n in range(90)])
    oil = rows("OIL", [80 + n * 5 % 17 for n in range(90)])
    found = market(pd.concat([tin, oil], ignore_index=True), "history").model
    known = pd.DataFrame(
        {"OIL": oil["value"].to_numpy(), "TIN": tin["value"].to_numpy()},
        index=pd.PeriodIndex(tin["month"]),
    )
    studied = market_from_history(known)
    assert found.codes == studied.codes
    assert found.drift == pytest.approx(studied.drift, rel=1e-12)
    for mine, theirs in zip(found.covariance, studied.covariance, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12)


# --- Savings --------------------------------------------------------------------------------------


def initiative(name: str, start: str | None, **more: Any) -> dict[str, Any]:
    return {
        "initiative_id": name, "name": name, "category_id": "C", "stage": "contracted",
        "saving_type": "price_reduction", "start_date": pd.Timestamp(start) if start else pd.NaT,
        "baseline_unit_price": np.nan, "new_unit_price": np.nan, "annual_quantity": np.nan,
        "claimed_amount": 1200_00.0, **more,
    }  # fmt: skip


def test_what_the_base_has_is_not_taken_off_again() -> None:
    frame = pd.DataFrame([
        initiative("old", "2025-10-01"),
        initiative("half", "2026-05-15"),
        initiative("next", "2027-04-01"),
        initiative("idea", "2026-05-01", stage="idea"),
        initiative("cash", "2026-05-01", saving_type="working_capital"),
        initiative("none", "2026-05-01", claimed_amount=np.nan),
        initiative("when", None),
    ])  # fmt: skip
    found = {one.initiative_id: one for one in pipeline(frame, DEFAULT, P, START)}
    amounts = {name: (one.amount, one.expected, one.reason) for name, one in found.items()}
    assert amounts == {
        "old": (0, 0, IN_BASE),
        "half": (600_00, 480_00, ""),  # six of its months are in the base
        "next": (900_00, 720_00, ""),  # nine are in the year
        "idea": (1200_00, 120_00, ""),  # nothing has begun yet
        "cash": (0, 0, "working capital lowers no spend"),
        "none": (0, 0, NO_CLAIM),
        "when": (0, 0, NO_START),
    }
    assert [one.saving_id for one in savings(tuple(found.values()))] == ["half", "idea", "next"]
    weeks = pipeline(frame, DEFAULT, date(2026, 10, 25), date(2026, 12, 28))  # quarters of 4, 4, 5
    assert {one.initiative_id: (one.amount, one.expected, one.reason) for one in weeks} == amounts
    assert pipeline(frame.iloc[:0], DEFAULT, P, START) == ()


# --- What people assume ---------------------------------------------------------------------------


def test_words_of_a_link_are_judged() -> None:
    kept, dropped = known_shares(
        ["C:5", "C:6", "D:1", "C", "C:x", "C:901", "C:nan", ":5"], ["C"], MOST_VOLUME
    )
    assert kept == ["C:5"]
    assert len(dropped) == 7
    assert known_shares(["C:-1"], ["C"], MOST_FIXED)[0] == []
    assert str(Share("a:b", -2.5)) == "a:b:-2.5"
    assert Share.parse("a:b:-2.5", MOST_VOLUME) == Share("a:b", -2.5)


def test_a_parents_share_is_meant_for_all_below() -> None:
    parents = {"A": None, "B": "A", "C": "B", "X": "Y", "Y": "X"}
    assert assumed({"A": 0.1, "B": 0.2}, parents, "C") == 0.2
    assert assumed({"A": 0.1}, parents, "C") == 0.1
    assert assumed({"A": 0.1}, parents, "X") is None
    assert assumed({}, parents, "C") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"growth": math.nan}, {"growth": -2}, {"give_or_take": 2}, {"fixed": (("C", 1.5),)},
        {"drift": "moon"}, {"seed": -1}, {"draws": 0}, {"draws": 10**9},
        {"volume": (("C", math.inf),)},
    ],
)  # fmt: skip
def test_assumptions_that_cannot_be_meant(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Assumptions(**wrong)


def test_assumptions_read_as_they_were_written() -> None:
    one = Assumptions((("C", 0.05),), 0.02, 0.1, (("D", 0.6),), "none", 1234_56, 7, 500)
    assert Assumptions.of(one.body()) == one
