"""The chance to run out, and what it would cost, held against scipy's own distributions."""

from fractions import Fraction

import numpy as np
import pytest

from spend.stock_risk import risk
from tests.made_up_stock import UNKNOWN, planned, uneven
from tests.test_spend_stock_plan import NAMED, by_hand

SPREAD = 9.0


@pytest.mark.parametrize("name", [name for name in NAMED if name != "none"])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0, 1.7])
def test_chance_and_loss_are_those_of_scipy(name: str, share: float) -> None:
    series = [float(q) for q in NAMED[name]]
    plan = planned([series], spread=SPREAD, review_days=7.0)
    demand = by_hand(series, spread_days=SPREAD, review_days=7.0).expected
    held = np.array([share * demand.mean])
    found = risk(plan, np.array([True]), held)
    assert found.chance[0] == pytest.approx(demand.survival(held[0]), rel=1e-7, abs=1e-12)
    assert found.short[0] == pytest.approx(demand.loss(held[0]), rel=1e-6, abs=1e-9)
    assert found.cost[0] == np.rint(found.short[0] * 300)


def test_what_is_not_asked_for_or_not_known_is_nan() -> None:
    cost = [3.0, UNKNOWN, 3.0, 3.0]
    plan = planned([*uneven(3), np.zeros(60)], stockout_cost=cost)
    found = risk(plan, np.array([True, True, False, True]), np.full(4, 2.0))
    assert np.isnan(found.chance).tolist() == [False, False, True, True]
    assert np.isnan(found.cost).tolist() == [False, True, True, True]


def test_a_position_below_zero_is_short_by_it_and_the_demand() -> None:
    series = [float(q) for q in NAMED["compound_poisson"]]
    found = risk(planned([series]), np.array([True]), np.array([-5.0]))
    assert found.chance[0] == pytest.approx(1.0)
    assert found.short[0] == pytest.approx(by_hand(series).expected.mean + 5)


def test_certain_demand() -> None:
    plan = planned([[6.0] * 12])
    assert by_hand([6.0] * 12).mean == Fraction(6)
    short = risk(plan, np.array([True]), np.array([20.0]))
    enough = risk(plan, np.array([True]), np.array([24.0]))
    assert (short.chance[0], short.short[0], short.cost[0]) == (1.0, 4.0, 1200.0)
    assert (enough.chance[0], enough.short[0], enough.cost[0]) == (0.0, 0.0, 0.0)
