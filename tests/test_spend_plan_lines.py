"""Plan lines: months, and the share of each that is open to the market."""

import math
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.plan_lines import PlanLine, Saving, SpendPlan

START = date(2027, 1, 1)


def test_money_falls_evenly_or_as_phased() -> None:
    assert PlanLine("L", 1200).by_month().tolist() == [100] * 12
    phased = PlanLine("L", 1000, phasing=(0,) * 10 + (1, 3)).by_month()
    assert phased.tolist() == [0] * 10 + [250, 750]


def test_a_contract_that_ends_within_a_month_covers_its_days() -> None:
    line = PlanLine("L", 1, "OIL", 1.0, 1.0, date(2027, 2, 7))
    assert line.open_share(START).tolist() == [0, 0.75, *[1] * 10]


def test_contracts_that_ended_before_or_never_end() -> None:
    assert PlanLine("L", 1, "OIL", 0.5, 1.0, date(2026, 12, 31)).open_share(START).min() == 0.5
    assert PlanLine("L", 1, "OIL", 0.5, 1.0, date(2027, 12, 31)).open_share(START).max() == 0
    assert PlanLine("L", 1, "OIL", 0.5, 0.8).open_share(START).tolist() == pytest.approx([0.1] * 12)


def test_a_year_that_starts_late_in_a_month() -> None:
    # Months from the 31st: February's begins on its last day, the 28th, and has three days.
    line = PlanLine("L", 1, "OIL", 1.0, 1.0, date(2027, 2, 28))
    share = line.open_share(date(2027, 1, 31))
    assert share.tolist() == pytest.approx([0, 30 / 31, *[1] * 10])


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-40, 800))
def test_covered_days_are_counted(start: date, days: int) -> None:
    """Independently, day by day: the months' open shares, weighed by their days, cover so many."""
    last = start + timedelta(days=days)
    share = PlanLine("L", 1, "OIL", 1.0, 1.0, last).open_share(start)
    firsts = [pd.Timestamp(start) + pd.DateOffset(months=k) for k in range(13)]
    lengths = [(later - earlier).days for earlier, later in pairwise(firsts)]
    covered = math.fsum((1 - s) * n for s, n in zip(share.tolist(), lengths, strict=True))
    assert covered == pytest.approx(min(max(days + 1, 0), sum(lengths)), abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"pass_through": 1.1}, "pass_through must be from 0 to 1"),
        ({"pass_through": math.nan}, "pass_through must be from 0 to 1"),
        ({"covered_share": -0.1}, "covered_share must be from 0 to 1"),
        ({"volume_sd": -0.1}, "volume_sd must be zero or more"),
        ({"volume_sd": math.inf}, "volume_sd must be zero or more"),
        ({"planned": 10.5}, "whole cents"),
        ({"planned": math.nan}, "whole cents"),
        ({"phasing": (1.0,) * 11}, "twelve weights"),
        ({"phasing": (0.0,) * 12}, "twelve weights"),
        ({"phasing": (-1.0,) + (1.0,) * 11}, "twelve weights"),
    ],
)
def test_bad_lines_say_the_rule(arguments: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        replace(PlanLine("L", 100), **arguments)


def test_bad_savings_and_plans_say_the_rule() -> None:
    with pytest.raises(ValueError, match="probability must be from 0 to 1"):
        Saving("s", 100, 1.5)
    with pytest.raises(ValueError, match="whole cents"):
        Saving("s", 0.5, 0.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="an id of their own"):
        SpendPlan(START, (PlanLine("L", 1), PlanLine("L", 2)))
    with pytest.raises(ValueError, match="an id of their own"):
        SpendPlan(START, (), (Saving("s", 1, 0.5), Saving("s", 1, 0.5)))
    with pytest.raises(ValueError, match="months_ahead must be zero or more"):
        SpendPlan(START, (), months_ahead=-1)


def test_a_plan_made_in_autumn_looks_further_ahead() -> None:
    plan = SpendPlan(START, (PlanLine("L", 5), PlanLine("M", -2)), months_ahead=3)
    assert plan.planned == 3
    assert plan.ahead.tolist() == list(range(4, 16))
