"""The simulated year: by hand where nothing moves, by formula where little does, and at scale."""

import math
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spend.arguments import Floats
from spend.goals import budget_at_risk
from spend.market_model import MarketModel, index_paths
from spend.monte_carlo import Simulation, simulate
from spend.plan_lines import PlanLine, Saving, SpendPlan
from tests.conftest import ROOT

START = date(2027, 1, 1)
CODES = ("STEEL", "OIL", "USD")

shares = st.floats(0, 1)
ends = st.one_of(st.none(), st.dates(date(2026, 6, 1), date(2028, 6, 1)))


STILL = ((0.0,) * 3,) * 3


def market(covariance: Any = STILL, drift: tuple[float, ...] = (0, 0, 0)) -> MarketModel:
    rows = tuple(tuple(row) for row in np.asarray(covariance, dtype=np.float64).tolist())
    return MarketModel(CODES[: len(rows)], drift[: len(rows)], rows)


LIVELY = market([[0.0040, 0.0010, -0.0004], [0.0010, 0.0080, 0.0], [-0.0004, 0.0, 0.0009]])


@st.composite
def plan_lines(draw: st.DrawFn) -> tuple[PlanLine, ...]:
    count = draw(st.integers(0, 4))
    return tuple(
        PlanLine(
            f"L{i}",
            draw(st.integers(-(10**9), 10**11)),
            draw(st.sampled_from(["", "STEEL", "OIL"])),
            draw(shares),
            draw(shares),
            draw(ends),
            0.0,
            draw(st.sampled_from(["", "USD"])),
            draw(st.sampled_from([(), (0.0,) * 11 + (1.0,), tuple(range(12))])),
        )
        for i in range(count)
    )


def plan(*lines: PlanLine, savings: tuple[Saving, ...] = (), ahead: int = 0) -> SpendPlan:
    return SpendPlan(START, lines, savings, ahead)


def figures(result: Simulation) -> tuple[int, ...]:
    return (result.expected, result.mean, result.p10, result.p50, result.p90)


# --- Where nothing moves, the plan ----------------------------------------------------------------


@given(plan_lines(), st.integers(0, 10**6), st.integers(0, 9))
def test_without_volatility_it_is_the_plan_to_the_cent(
    lines: tuple[PlanLine, ...], seed: int, ahead: int
) -> None:
    sure = (Saving("sure", 123_45, 1.0), Saving("never", 10**9, 0.0))
    result = simulate(plan(*lines, savings=sure, ahead=ahead), market(), seed, 7)
    planned = sum(line.planned for line in lines)
    assert result.planned == planned
    assert figures(result) == (planned - 123_45,) * 5
    assert result.budget_at_risk(0.95) == 0
    assert set(result.contributions(0.95).values()) == {0}


def test_drift_without_volatility_by_decimals() -> None:
    """A second computation in decimals: half covered to the end of June, 80 % passed through."""
    lines = (
        PlanLine("bars", 1_200_000_00, "STEEL", 0.8, 0.5, date(2027, 6, 30)),
        PlanLine("fuel", 600_000_00, "OIL", 1.0, currency="USD"),
    )
    drift = (0.01, -0.02, 0.005)
    result = simulate(plan(*lines, ahead=2), market(drift=drift), seed=1, draws=3)
    steel, oil, dollar = map(Decimal, ("0.01", "-0.02", "0.005"))
    bars = fuel = Decimal(0)
    for month in range(3, 15):
        open_share = Decimal("0.4") if month < 9 else Decimal("0.8")
        bars += Decimal(100_000_00) * (1 + open_share * ((steel * month).exp() - 1))
        fuel += Decimal(50_000_00) * ((oil + dollar) * month).exp()
    expected = int((bars + fuel).quantize(Decimal(1), ROUND_HALF_EVEN))
    assert figures(result) == (expected,) * 5


def test_an_empty_plan_costs_nothing() -> None:
    result = simulate(plan(), market(), seed=1, draws=5)
    assert figures(result) == (0, 0, 0, 0, 0)
    assert result.contributions(0.95) == {}


# --- Where little moves, the closed form ----------------------------------------------------------


def exposures(year: SpendPlan, model: MarketModel) -> tuple[Floats, Floats]:
    """Cents that follow each code in each month, and the covariance of the codes' monthly paths."""
    at_risk = np.zeros((len(model.codes), 12))
    for line in year.lines:
        if line.index_code:
            at_risk[model.place(line.index_code)] += line.by_month() * line.open_share(year.start)
        if line.currency:
            at_risk[model.place(line.currency)] += line.by_month()
    shared_months = np.minimum.outer(year.ahead, year.ahead)
    return at_risk.ravel(), np.kron(np.array(model.covariance), shared_months)


CALM = market(np.array(LIVELY.covariance) / 400)
FOUR = (
    PlanLine("bars", 1_000_000_00, "STEEL", 0.8, 0.5, date(2027, 6, 30)),
    PlanLine("fuel", 700_000_00, "OIL", 1.0),
    PlanLine("parts", 500_000_00, "STEEL", 0.3, currency="USD"),
    PlanLine("rent", 900_000_00),
)


def test_small_volatility_is_budget_at_risk_in_closed_form() -> None:
    year = plan(*FOUR, ahead=3)
    result = simulate(year, CALM, seed=3, draws=100_000)
    at_risk, covariance = exposures(year, CALM)
    deviation = math.sqrt(at_risk @ covariance @ at_risk)
    assert result.total.std() == pytest.approx(deviation, rel=0.01)
    for confidence in (0.5, 0.9, 0.95):
        closed = float(np.asarray(budget_at_risk(at_risk, covariance, confidence)))
        assert result.budget_at_risk(confidence) == pytest.approx(closed, abs=0.02 * deviation)


def test_contributions_are_those_of_the_closed_form() -> None:
    year = plan(*FOUR, ahead=3)
    result = simulate(year, CALM, seed=3, draws=100_000)
    parts = [exposures(replace(year, lines=(line,)), CALM)[0] for line in FOUR]
    covariance = exposures(year, CALM)[1]
    whole = sum(parts)
    share = [float(p @ covariance @ whole / (whole @ covariance @ whole)) for p in parts]
    found = result.contributions(0.95)
    assert sum(found.values()) == result.budget_at_risk(0.95)
    assert found["rent"] == 0
    for line, expected in zip(FOUR, share, strict=True):
        got = found[line.line_id] / result.budget_at_risk(0.95)
        assert got == pytest.approx(expected, abs=0.02)


def test_the_mean_of_the_draws_is_what_is_expected() -> None:
    """Within four standard errors, with everything moving at once."""
    lines = tuple(replace(line, volume_sd=0.2) for line in FOUR)
    savings = (Saving("tender", 80_000_00, 0.3), Saving("redesign", 50_000_00, 0.9))
    wild = replace(LIVELY, drift=(0.01, -0.01, 0.002))
    result = simulate(plan(*lines, savings=savings, ahead=3), wild, seed=5, draws=100_000)
    error = result.total.std() / math.sqrt(len(result.total))
    assert result.mean == pytest.approx(result.expected, abs=4 * error)


def test_an_annual_quantile_is_that_of_the_log_normal() -> None:
    """All in one month: the price is one log-normal number, whose quantiles are known."""
    december = PlanLine("fuel", 1_000_000_00, "OIL", 1.0, phasing=(0.0,) * 11 + (1.0,))
    result = simulate(plan(december), LIVELY, seed=8, draws=100_000)
    sd = math.sqrt(0.0080 * 12)
    for probability, z in ((0.1, -1.2816), (0.5, 0), (0.9, 1.2816)):
        expected = 1_000_000_00 * math.exp(-sd * sd / 2 + sd * z)
        assert result.quantile(probability) == pytest.approx(expected, rel=0.01)


def test_volumes_have_the_mean_and_spread_given() -> None:
    result = simulate(plan(PlanLine("L", 1_000_00, volume_sd=0.3)), market(), 2, 100_000)
    assert result.total.mean() == pytest.approx(1_000_00, rel=0.004)
    assert result.total.std() == pytest.approx(300_00, rel=0.02)
    assert result.total.min() > 0


def test_savings_come_as_often_as_they_are_probable() -> None:
    savings = (Saving("a", 100, 0.25), Saving("b", 1000, 0.5))
    result = simulate(plan(PlanLine("L", 5000), savings=savings), market(), 4, 100_000)
    values, counts = np.unique(result.total, return_counts=True)
    assert values.tolist() == [3900, 4000, 4900, 5000]
    assert counts / 100_000 == pytest.approx([0.125, 0.375, 0.125, 0.375], abs=0.007)


# --- Properties -----------------------------------------------------------------------------------


@given(plan_lines(), st.integers(0, 10**6))
def test_what_does_not_follow_the_market_has_no_risk(
    lines: tuple[PlanLine, ...], seed: int
) -> None:
    fixed = [replace(line, pass_through=0.0, currency="") for line in lines]
    covered = [replace(li, covered_share=1.0, covered_until=None, currency="") for li in lines]
    for still in (fixed, covered):
        result = simulate(plan(*still), LIVELY, seed, 5)
        assert figures(result) == (sum(line.planned for line in lines),) * 5


@given(plan_lines(), st.integers(0, 1000), st.integers(2, 9))
def test_twice_the_plan_has_twice_the_risk(
    lines: tuple[PlanLine, ...], seed: int, times: int
) -> None:
    once = simulate(plan(*lines), LIVELY, seed, 20)
    more = [replace(line, planned=line.planned * times) for line in lines]
    many = simulate(plan(*more), LIVELY, seed, 20)
    scale = sum(abs(line.planned) for line in more)
    assert many.total == pytest.approx(once.total * times, abs=1e-9 * scale + 1e-9)


@given(plan_lines(), st.integers(0, 1000))
def test_a_new_line_changes_no_other_line_s_draws(lines: tuple[PlanLine, ...], seed: int) -> None:
    noisy = [replace(line, volume_sd=0.1) for line in lines]
    new = PlanLine("new", 500_00, "STEEL", 1.0, volume_sd=0.3)
    before = simulate(plan(*noisy), LIVELY, seed, 10)
    after = simulate(plan(new, *noisy, savings=(Saving("s", 100, 0.5),)), LIVELY, seed, 10)
    assert np.array_equal(after.parts[1 : 1 + len(lines)], before.parts)


@given(st.integers(0, 1000), shares, shares)
def test_more_cover_is_never_riskier_on_the_same_draws(seed: int, a: float, b: float) -> None:
    """Common random numbers: each draw's distance from the plan shrinks with the share covered."""
    less, more = sorted((a, b))
    line = PlanLine("L", 1_000_000_00, "OIL", 1.0)
    wide, narrow = (
        simulate(plan(replace(line, covered_share=c)), LIVELY, seed, 50).total - line.planned
        for c in (less, more)
    )
    assert (np.abs(narrow) <= np.abs(wide) + 1e-3).all()


@given(plan_lines(), st.integers(0, 1000), st.floats(0.01, 0.99))
def test_parts_sum_to_the_total_and_contributions_to_the_risk(
    lines: tuple[PlanLine, ...], seed: int, confidence: float
) -> None:
    savings = (Saving("s", 1_000_000, 0.5),)
    result = simulate(plan(*lines, savings=savings), LIVELY, seed, 30)
    assert result.parts.sum(axis=0) == pytest.approx(result.total)
    contributions = result.contributions(confidence)
    assert list(contributions) == list(result.names)
    if result.total.std() > 0:
        assert sum(contributions.values()) == result.budget_at_risk(confidence)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60), st.floats(0.01, 0.99))
def test_quantiles_and_chances_agree(draws: list[int], probability: float) -> None:
    """P is a probability of not exceeding: the least draw that so many do not exceed."""
    total = np.array(draws, dtype=np.float64)
    result = Simulation(0, 0, ("L",), total[np.newaxis], total)
    value = result.quantile(probability)
    assert value in draws
    assert sum(d <= value for d in draws) >= probability * len(draws) - 1e-6
    assert sum(d < value for d in draws) < probability * len(draws)
    assert result.chance_of_exceeding(value) == sum(d > value for d in draws) / len(draws)


def test_prices_that_move_as_one_just_add_up() -> None:
    twins = market([[0.004, 0.004], [0.004, 0.004]])
    steel, oil = PlanLine("a", 3_000_00, "STEEL", 1.0), PlanLine("b", 1_000_00, "OIL", 1.0)
    both = simulate(plan(steel, oil), twins, 1, 1000)
    alone = [simulate(plan(line), twins, 1, 1000) for line in (steel, oil)]
    assert both.budget_at_risk(0.9) == pytest.approx(
        sum(result.budget_at_risk(0.9) for result in alone), abs=1
    )


# --- The same figures everywhere ------------------------------------------------------------------


NOISY = SpendPlan(
    START,
    tuple(replace(line, volume_sd=0.05) for line in FOUR),
    (Saving("tender", 80_000_00, 0.3),),
    3,
)
FIGURES = (307543122, 307700855, 276752986, 305682039, 340980300)


def test_the_same_seed_gives_the_same_figures() -> None:
    assert figures(simulate(NOISY, LIVELY, seed=42)) == FIGURES
    assert figures(simulate(NOISY, LIVELY, seed=43))[1:] != FIGURES[1:]


def test_a_processor_without_vector_instructions_gives_the_same_figures() -> None:
    """NumPy then computes other last digits, as other machines do; no figure may show it."""
    script = (
        "from tests.test_spend_monte_carlo import *\n"
        "print(figures(simulate(NOISY, LIVELY, seed=42)))"
    )
    plain = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env=os.environ | plain,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == str(FIGURES)


@pytest.mark.parametrize("draws", [0, -5])
def test_no_draws_say_the_rule(draws: int) -> None:
    with pytest.raises(ValueError, match="draws must be 1 or more"):
        simulate(plan(), market(), 1, draws)


def test_bad_questions_say_the_rule() -> None:
    with pytest.raises(ValueError, match="the market model has no TIN"):
        simulate(plan(PlanLine("L", 1, "TIN", 1.0)), market(), 1, 5)
    with pytest.raises(ValueError, match="seed must be a whole number"):
        simulate(plan(PlanLine("L", 1, volume_sd=0.1)), market(), -1, 5)
    result = simulate(plan(), market(), 1, 5)
    for probability in (0, 1, math.nan):
        with pytest.raises(ValueError, match="above 0 and below 1"):
            result.quantile(probability)


@settings(max_examples=20)
@given(plan_lines(), st.integers(0, 100))
def test_an_independent_simulation_agrees(lines: tuple[PlanLine, ...], seed: int) -> None:
    """The same draws through plain Python, month by month and draw by draw."""
    year = plan(*lines, ahead=1)
    result = simulate(year, LIVELY, seed, 4)
    paths = index_paths(LIVELY, CODES, (2, *[1] * 11), seed, 4)
    for draw in range(4):
        total = 0.0
        for line in lines:
            weights = line.phasing or (1.0,) * 12
            follows = line.open_share(START).tolist()
            for month in range(12):
                price = 1.0
                if line.index_code:
                    moved = float(paths[line.index_code][month, draw])
                    price = 1 - follows[month] + follows[month] * moved
                rate = float(paths["USD"][month, draw]) if line.currency else 1.0
                total += line.planned * weights[month] / sum(weights) * price * rate
        scale = sum(abs(line.planned) for line in lines)
        assert result.total[draw] == pytest.approx(total, abs=1e-9 * scale + 1e-9)
