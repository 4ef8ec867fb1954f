"""The tornado: each risk alone, by hand and against a simulation with nothing else moving."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.market_model import MarketModel
from spend.monte_carlo import simulate
from spend.plan_lines import PlanLine, Saving, SpendPlan
from spend.risk_drivers import risk_drivers

START = date(2027, 1, 1)
MARKET = MarketModel(
    ("STEEL", "OIL", "USD"),
    (0.002, 0.0, 0.0),
    ((0.004, 0.001, 0.0), (0.001, 0.008, 0.0), (0.0, 0.0, 0.0009)),
)
LINES = (
    PlanLine("bars", 1_000_000_00, "STEEL", 0.8, 0.5, date(2027, 6, 30), volume_sd=0.1),
    PlanLine("fuel", 700_000_00, "OIL", 1.0),
    PlanLine("parts", 500_000_00, "STEEL", 0.3, currency="USD"),
)
PLAN = SpendPlan(START, LINES, (Saving("tender", 80_000_00, 0.5),), 3)


def test_a_saving_by_hand() -> None:
    # Half the time it comes (40 less than expected), half not (40 more).
    plan = SpendPlan(START, (), (Saving("tender", 80_00, 0.5), Saving("sure", 80_00, 1.0)))
    (driver,) = risk_drivers(plan, MARKET, seed=1)
    assert (driver.name, driver.kind, driver.low, driver.high) == (
        "tender",
        "saving",
        -40_00,
        40_00,
    )
    assert driver.sd == pytest.approx(40_00, rel=0.001)


def test_every_risk_is_there_the_largest_first() -> None:
    drivers = risk_drivers(PLAN, MARKET, seed=1)
    assert {driver.name for driver in drivers} == {"STEEL", "OIL", "USD", "bars", "tender"}
    spreads = [driver.sd for driver in drivers]
    assert spreads == sorted(spreads, reverse=True)
    assert all(driver.low <= 0 <= driver.high for driver in drivers)


@pytest.mark.parametrize("code", ["STEEL", "OIL", "USD"])
def test_a_price_alone_is_a_simulation_where_nothing_else_moves(code: str) -> None:
    place = MARKET.place(code)
    still = np.zeros((3, 3))
    still[place, place] = MARKET.covariance[place][place]
    alone = replace(MARKET, covariance=tuple(tuple(row) for row in still.tolist()))
    lines = tuple(replace(line, volume_sd=0.0) for line in LINES)
    result = simulate(SpendPlan(START, lines, (), 3), alone, seed=1, draws=20_000)
    drivers = risk_drivers(PLAN, MARKET, seed=2, draws=20_000)
    (driver,) = (driver for driver in drivers if driver.name == code)
    spread = float(result.total.std())
    assert driver.sd == pytest.approx(spread, rel=0.03)
    assert driver.low == pytest.approx(result.p10 - result.expected, abs=0.04 * spread)
    assert driver.high == pytest.approx(result.p90 - result.expected, abs=0.04 * spread)


def test_a_volume_alone_by_its_formula() -> None:
    plan = SpendPlan(START, (PlanLine("L", 1_000_000_00, volume_sd=0.1),))
    (driver,) = risk_drivers(plan, MARKET, seed=3, draws=50_000)
    deviation = math.sqrt(math.log(1.01))
    for found, z in ((driver.low, -1.28155), (driver.high, 1.28155)):
        expected = 1_000_000_00 * (math.exp(deviation * z - deviation**2 / 2) - 1)
        assert found == pytest.approx(expected, rel=0.03)


@given(st.integers(0, 100))
def test_risks_that_do_not_move_are_left_out(seed: int) -> None:
    zero = replace(MARKET, covariance=((0.0,) * 3,) * 3)
    lines = tuple(replace(line, volume_sd=0.0) for line in LINES)
    assert risk_drivers(SpendPlan(START, lines), zero, seed, 10) == ()
    fixed = tuple(replace(line, pass_through=0.0, currency="") for line in lines)
    assert risk_drivers(SpendPlan(START, fixed), MARKET, seed, 10) == ()
    assert risk_drivers(SpendPlan(START, ()), MARKET, seed, 10) == ()


def test_independent_small_risks_add_up_as_squares() -> None:
    calm = replace(
        MARKET, covariance=((1e-5, 0.0, 0.0), (0.0, 2e-5, 0.0), (0.0, 0.0, 1e-6)), drift=(0.0,) * 3
    )
    whole = float(simulate(PLAN, calm, seed=1, draws=50_000).total.std())
    parts = [driver.sd for driver in risk_drivers(PLAN, calm, seed=1, draws=50_000)]
    assert math.hypot(*parts) == pytest.approx(whole, rel=0.02)


def test_no_draws_say_the_rule() -> None:
    with pytest.raises(ValueError, match="draws must be 1 or more"):
        risk_drivers(PLAN, MARKET, 1, 0)
