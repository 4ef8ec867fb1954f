"""The savings pipeline in next year's plan: what each initiative takes off the last 12 months.

A price or a need that an initiative has lowered stays low. What of its first twelve months lies in
the last 12 months already is in what was spent then; the plan takes off only the rest, so that
nothing counts twice.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from queries.calendar import main_month
from spend.goal_plan import PipelineSaving
from spend.plan_lines import Saving
from spend.savings_policy import COUNTED_STAGES, RecognitionPolicy, spoken
from spend.savings_register import claims

YEAR = 12
NO_START, NO_CLAIM, IN_BASE = "no start date", "nothing is claimed", "all in the last 12 months"


def pipeline(
    initiatives: pd.DataFrame, policy: RecognitionPolicy, position: date, start: date
) -> tuple[PipelineSaving, ...]:
    """Every initiative, the one that is expected to take off most first.

    ``position`` ends the last 12 months, ``start`` begins the plan's year. Stages before contracted
    have lowered nothing yet, whatever their start date says. Types that the policy does not
    recognise lower no spend, and take nothing off.
    """
    if initiatives.empty:
        return ()
    annual = claims(initiatives)
    rows = zip(initiatives.to_dict("records"), annual.tolist(), strict=True)
    found = [_judged(row, claim, policy, position, start) for row, claim in rows]
    return tuple(sorted(found, key=lambda one: (-one.expected, -one.annual, one.initiative_id)))


def savings(found: tuple[PipelineSaving, ...]) -> tuple[Saving, ...]:
    """The savings that may come, as the simulation takes them; by id, so that order never wavers.

    >>> one = PipelineSaving("A", "", "", "idea", "process", 12_00, 0, 12, 12_00, 0.1)
    >>> savings((one,))
    (Saving(saving_id='A', amount=1200, probability=0.1),)
    """
    taken = [Saving(one.initiative_id, one.amount, one.probability) for one in found if one.amount]
    return tuple(sorted(taken, key=lambda saving: saving.saving_id))


def months_before(begun: date, position: date) -> int:
    """How many of the last 12 months an initiative had been at work in; its start month whole.

    >>> months_before(date(2026, 7, 15), date(2026, 10, 31))
    4
    """
    return min(max(_number(position) - _number(begun) + 1, 0), YEAR)


def months_next(begun: date, start: date) -> int:
    """In how many of the plan's twelve months it will be at work.

    >>> months_next(date(2027, 4, 1), date(2027, 1, 1))
    9
    >>> months_next(date(2027, 4, 1), date(2026, 12, 28))
    9
    """
    return min(max(_number(main_month(start)) + YEAR - _number(begun), 0), YEAR)


def _judged(
    row: Mapping[Any, Any], claim: float, policy: RecognitionPolicy, position: date, start: date
) -> PipelineSaving:
    begun, stage, kind = row["start_date"], str(row["stage"]), str(row["saving_type"])
    dated = begun is not None and begun == begun
    before = after = 0
    if dated:
        before = months_before(begun.date(), position) if stage in COUNTED_STAGES else 0
        after = months_next(begun.date(), start)
    annual = 0 if np.isnan(claim) else round(claim)
    reason = _reason(annual, dated, kind, policy, after - before)
    return PipelineSaving(
        initiative_id=str(row["initiative_id"]),
        name=str(row["name"]),
        category_id=str(row["category_id"]),
        stage=stage,
        saving_type=kind,
        annual=annual,
        months_before=before,
        months_next=after,
        amount=0 if reason else round(annual * (after - before) / YEAR),
        probability=policy.probability(stage),
        reason=reason,
    )


def _reason(annual: int, dated: bool, kind: str, policy: RecognitionPolicy, months: int) -> str:
    """Why an initiative takes nothing off; empty where it does."""
    if kind not in policy.types:
        return f"{spoken(kind)} lowers no spend"
    if annual <= 0:
        return NO_CLAIM
    if not dated:
        return NO_START
    return "" if months > 0 else IN_BASE


def _number(day: date) -> int:
    return day.year * YEAR + day.month
