"""How far a year came out from its goal, and why: in whole cents that always close to zero.

What happened is told from the plan's own twelve months to the year (``spend.bridge.year_bridge``),
what was planned from the same months through the plan's assumptions. Each cause is what it did less
what it was planned to do. Where money has no quantity its volume and its price beyond the index
can't be told apart: they are one cause, "not priced".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from spend.arguments import Floats
from spend.closing import Effects, ItemBridge
from spend.goal_plan import CategoryPlan, GoalPlan
from spend.goal_proposals import NOT_ASSIGNED, GoalProposal
from spend.plan_lines import MONTHS

Cents = Mapping[str, int]  # by category id
Multiples = Mapping[str, Sequence[float]]  # by code: each month's value over that of the plan's day
NONE = Effects(0, 0, None, None, None, None, 0, 0, 0)


@dataclass(frozen=True)
class Miss:
    """From what was agreed to what was spent, by cause; plus is more spend than agreed.

    ``forecast``: what was expected over what was agreed. ``volume``: more, other, new and lost
    items than planned. ``index``: the market against the plan's, through pass-through and cover.
    ``beyond``: prices beyond what the index explains, with the plan's savings put back.
    ``savings``: those of the plan that did not come. ``restated``: the plan's twelve months as they
    are known today.
    """

    agreed: int
    actual: int
    forecast: int
    volume: int
    index: int
    beyond: int
    currency: int
    savings: int
    unpriced: int
    restated: int

    @property
    def causes(self) -> dict[str, int]:
        """The causes by name, in their order."""
        return {name: getattr(self, name) for name in CAUSES}

    @property
    def residual(self) -> int:
        """What the causes leave unexplained: zero."""
        return self.actual - self.agreed - sum(self.causes.values())


CAUSES = tuple(field.name for field in fields(Miss))[2:]


@dataclass(frozen=True)
class Happened:
    """What happened in the first ``months`` of the goal's year.

    ``agreed`` is the goal's budget of these months by category; ``bridge`` leads to their spend
    from that of the plan's own; ``market`` are indices as multiples of the plan's last known;
    ``savings`` what the plan's initiatives brought, by category.
    """

    months: int
    agreed: Cents
    bridge: ItemBridge
    market: Multiples
    savings: Cents


def missed(goal: GoalProposal, happened: Happened) -> dict[str, Miss]:
    """The miss of each category that was planned, agreed, saved on or spent on."""
    if not 1 <= happened.months <= MONTHS:
        raise ValueError("months must be from 1 to 12")
    effects, priced = happened.bridge.by("category_id"), _priced(happened.bridge)
    planned, wanted = _planned(goal.plan, happened), _savings(goal.plan, happened.months)
    names = dict.fromkeys((*happened.agreed, *planned, *effects, *wanted, *happened.savings))
    return {
        name: _miss(
            happened.agreed.get(name, 0),
            effects.get(name, NONE),
            priced.get(name, 0.0),
            planned.get(name, _Planned()),
            wanted.get(name, 0),
            happened.savings.get(name, 0),
        )
        for name in names
    }


def total(parts: Mapping[str, Miss]) -> Miss:
    """The sum of some misses, cause by cause."""
    sums = {f.name: sum(getattr(one, f.name) for one in parts.values()) for f in fields(Miss)}
    return Miss(**sums)


@dataclass(frozen=True)
class _Planned:
    """A category's plan for the months that passed; ``market`` is what the index did to it."""

    base: int = 0
    volume: int = 0
    price: int = 0  # since the plan's months, as far as it was known on the plan's day
    currency: int = 0
    drift: int = 0  # expected on top
    market: int = 0  # what came on top

    def plus(self, other: "_Planned") -> "_Planned":
        return _Planned(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def _miss(
    agreed: int, effects: Effects, priced: float, plan: _Planned, wanted: int, came: int
) -> Miss:
    explained = plan.price + plan.market
    volume, index = round(priced * plan.volume), round(priced * explained)
    expected = plan.base + plan.volume + plan.price + plan.currency + plan.drift - wanted
    bought = (effects.volume or 0) + (effects.mix or 0) + effects.new + effects.lost
    return Miss(
        agreed=agreed,
        actual=effects.actual,
        forecast=expected - agreed,
        volume=bought - volume,
        index=plan.market - plan.drift,
        beyond=(effects.price or 0) - index + came,
        currency=(effects.currency or 0) - plan.currency,
        savings=wanted - came,
        unpriced=effects.not_priced - (plan.volume - volume) - (explained - index),
        restated=effects.base - plan.base,
    )


def _priced(bridge: ItemBridge) -> dict[str, float]:
    """Which share of each category's money has a price, of what is comparable at all."""
    rows = bridge.rows[bridge.rows["kind"].isin(["priced", "not priced"])]
    rows = rows.assign(priced=rows["base"].where(rows["kind"] == "priced", 0))
    sums = rows.groupby("category_id")[["base", "priced"]].sum()
    return {
        str(name): min(max(priced / base, 0.0), 1.0) if base > 0 else 0.0
        for name, base, priced in sums.itertuples()
    }


def _planned(plan: GoalPlan, happened: Happened) -> dict[str, _Planned]:
    found: dict[str, _Planned] = {}
    for line in plan.lines:
        passed = _passed(line, plan, happened)
        found[line.category_id] = found.get(line.category_id, _Planned()).plus(passed)
    return found


def _passed(line: CategoryPlan, plan: GoalPlan, happened: Happened) -> _Planned:
    """A line's plan for the months that passed: what falls on them of each of its amounts."""
    months = happened.months
    weights = np.array(line.phasing or (1.0,) * MONTHS)
    part = 1.0 if months == MONTHS else float(weights[:months].sum() / weights.sum())
    drift, came = _drift(line, plan, None), _drift(line, plan, happened.market)
    whole = float(drift.sum())
    drifted = float(drift[:months].sum()) / whole if whole else part
    return _Planned(
        base=round(line.base * part),
        volume=round(line.volume_effect * part),
        price=round(line.price_to_date * part),
        currency=round((line.currency_to_date + line.currency_drift) * part),
        drift=round(line.price_drift * (1.0 if months == MONTHS else drifted)),
        market=round(float(came[:months].sum())),
    )


def _drift(line: CategoryPlan, plan: GoalPlan, market: Multiples | None) -> Floats:
    """What the index does to each month's money, in cents: a market that came, or the expected."""
    effect = np.zeros(MONTHS)
    for part in line.plan_lines:
        if market is not None and line.index_code in market:
            multiple = np.array(market[line.index_code], dtype=np.float64)
        elif part.index_code:
            drift = plan.market.drift[plan.market.place(part.index_code)]
            multiple = np.exp(drift * plan.spend_plan.ahead)
        else:
            continue
        effect += part.by_month() * part.open_share(plan.start) * (multiple - 1.0)
    return effect


def _savings(plan: GoalPlan, months: int) -> dict[str, int]:
    """What was expected of the plan's savings by category, of a year's months so many."""
    home = {one.initiative_id: one.category_id for one in plan.pipeline}
    found: dict[str, float] = {}
    for saving in plan.savings:
        category = home.get(saving.saving_id, NOT_ASSIGNED)
        found[category] = found.get(category, 0.0) + saving.amount * saving.probability
    return {name: round(cents * months / MONTHS) for name, cents in found.items()}
