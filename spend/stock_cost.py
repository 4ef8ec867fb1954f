"""What service costs in a year, level by level and at the targets that are set, for both teams.

Finance's side is what holding costs, procurement's what running out costs. Each level of the axis
is every item at that cycle service level, on today's times and costs; the points are of targets
that differ by item. Both sides are of the same items: a total with a part left out would have its
least where nobody should aim.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spend.agreement import Agreed
from spend.arguments import Flags
from spend.money import share
from spend.sentences import capital
from spend.service_cost import StockCosts, service_curve
from spend.stock_choice import Trial, tried
from spend.stock_items import StockItems, pick, stock_items
from spend.stock_plan import StockPlan, stock_plan
from spend.stock_policies import if_signed, in_force, proposed
from spend.stock_policy import StockOutcome
from spend.stock_reading import StockReading
from spend.stock_risk import risk
from spend.stock_target import ALL, Policy, percent
from spend.stock_trial import TrialResult, assessed, demand_value, expected

LEVELS = (0.80, 0.85, 0.90, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
FEWER = (0.80, 0.90, 0.95, 0.98, 0.995)
MANY = 3000  # items, from which fewer levels are worked out
NO_STOCK_OUT = "no item here has a stock-out cost, so that procurement's side is not known"


@dataclass(frozen=True)
class Cost:
    """What some targets cost a year: ``service`` is the cycle service level that they average,
    weighed by the value of demand; ``stock_out`` is ``None`` where it is not known."""

    label: str
    service: float
    carrying: float
    stock_out: float | None
    meaning: str = ""

    @property
    def total(self) -> float:
        """Both sides; of one that is not known, the other."""
        return self.carrying + (self.stock_out or 0)


@dataclass(frozen=True)
class CostCurve:
    """One selection's curve: what each level costs, and the named targets among them."""

    currency: str
    levels: tuple[Cost, ...]
    points: tuple[Cost, ...]
    left_out: tuple[str, ...]
    reason: str

    @property
    def cheapest(self) -> Cost | None:
        """The level at which both together cost least; ``None`` where a side is not known."""
        known = [one for one in self.levels if one.stock_out is not None]
        return min(known, key=lambda one: one.total) if known else None

    @property
    def proposed(self) -> Cost | None:
        """What is tried or asked for."""
        return next((one for one in self.points if one.label == "Proposed"), None)


def cost_curve(reading: StockReading, result: TrialResult) -> CostCurve:
    """The curve of a selection: of live items with demand, a lead time, an order quantity, a unit
    cost and a holding rate, counted or not; where any has a stock-out cost, of those that have."""
    plan = reading.plan
    moving = plan.known & (plan.distribution != "none") & (plan.demand.mean > 0)
    moving &= result.trial.of(plan.items)
    wanted = moving & ~reading.obsolete
    priced = wanted & assessed(plan) & ~np.isnan(plan.items.unit_cost * plan.items.holding_rate)
    both = priced & ~np.isnan(plan.items.stockout_cost)
    on = both if both.any() else priced
    if not on.any():
        return CostCurve(reading.currency, (), (), (), _nothing(plan, wanted))
    return CostCurve(
        reading.currency,
        _levels(plan, on),
        tuple(_merged(_points(reading, result, on))),
        (*_gone(moving & ~wanted), *_left_out(plan, wanted, priced, both)),
        "" if both.any() else NO_STOCK_OUT,
    )


# --- What targets cost ----------------------------------------------------------------------------


def _levels(plan: StockPlan, on: Flags) -> tuple[Cost, ...]:
    """Every item at each level in turn."""
    items, some = plan.items, int(on.sum())
    # Buckets differ in length from item to item: a shortage is priced by the year instead.
    short_a_year = np.nan_to_num(items.stockout_cost) * plan.periods_per_year
    found = service_curve(
        plan.demand.of(on),
        plan.distribution[on],
        plan.lead_time[on],
        plan.order_size[on],
        StockCosts(items.unit_cost[on], items.holding_rate[on], short_a_year[on], 1.0),
        LEVELS if some <= MANY else FEWER,
        "service_level",
        lead_time_sd=plan.lead_time_sd[on],
        review_period=plan.review_period[on],
    )
    known = not np.isnan(items.stockout_cost[on]).any()
    return tuple(
        Cost(percent(float(level)), float(level), float(held), float(gone) if known else None)
        for level, held, gone in zip(found.level, found.carrying, found.stock_out, strict=True)
    )


def cost_of(
    label: str, plan: StockPlan, outcome: StockOutcome, on: Flags, meaning: str = ""
) -> Cost:
    """What a plan's own targets cost, of some items, by what the model expects of them."""
    items, demand = plan.items, plan.demand.mean * plan.periods_per_year
    carrying = items.holding_rate * items.unit_cost * outcome.average_stock
    gone = items.stockout_cost * demand * (1 - outcome.fill_rate)
    known = not np.isnan(items.stockout_cost[on]).any()
    return Cost(
        label, service(plan, on), float(carrying[on].sum()),
        float(gone[on].sum()) if known else None, meaning,
    )  # fmt: skip


def service(plan: StockPlan, on: Flags) -> float:
    """The cycle service level that some items' targets average, weighed by the value of demand."""
    level = np.where(np.isnan(plan.items.service_level), 0, plan.items.service_level)
    by_fill_rate = on & np.isnan(plan.items.service_level)
    if by_fill_rate.any():
        reached = 1 - risk(plan, by_fill_rate, plan.level).chance
        level = np.where(by_fill_rate, reached, level)
    weight = demand_value(plan)[on]
    return float(np.average(level[on], weights=weight if weight.any() else None))


# --- The points -----------------------------------------------------------------------------------


def _points(reading: StockReading, result: TrialResult, on: Flags) -> Iterator[Cost]:
    words = "Every item at the target set now, policies in force included."
    yield cost_of("Today", result.base, result.now, on, words)
    agreed = _agreed(in_force(reading.book.policies), _scopes(reading, result.trial))
    if agreed:
        policy = agreed.value
        said = f"{policy.said(reading.book.choices)}, as {agreed.finance} and {agreed.procurement}"
        uniform = _at(reading.items, policy)
        yield _cost_of_items("Agreed", uniform, on, f"{capital(said)} signed it.")
    if not result.trial.empty:
        words = f"{result.trial.words(reading.currency)}: tried, not recorded."
        yield cost_of("Proposed", result.new, result.then, on, words)
    else:
        yield from _asked(reading, on)


def _asked(reading: StockReading, on: Flags) -> Iterator[Cost]:
    """The newest proposal that would change a target here, if the other side signed it."""
    book = reading.book
    asked = proposed(book.policies)
    if not asked:
        return
    own = stock_items(book)
    for one in reversed(asked):
        items = if_signed(own, book.policies, one, book.choices)
        if _differ(items, reading.items, on):
            said = capital(one.value.said(book.choices))
            words = f"{said}: {one.entry.recorded_by} asks for it; {one.missing} has yet to sign."
            yield _cost_of_items("Proposed", items, on, words)
            return


def _agreed(agreed: tuple[Agreed[Policy], ...], scopes: set[str]) -> Agreed[Policy] | None:
    here = [one for one in agreed if one.name in scopes]
    return max(here, key=lambda one: one.entry.minute) if here else None


def _scopes(reading: StockReading, trial: Trial) -> set[str]:
    """The scopes that take in the whole selection by their names."""
    chosen = reading.book.selection
    found = {ALL}
    if len(chosen.category) == 1:
        found.add(f"category:{chosen.category[0]}")
    if len(chosen.item) == 1:
        found.add(f"item:{chosen.item[0]}")
    return found | ({f"class:{trial.demand_class}"} if trial.demand_class else set())


def _at(items: StockItems, policy: Policy) -> StockItems:
    """Every item at one policy's level."""
    level: dict[str, Any] = {policy.kind: policy.level}
    return tried(items, Trial(**level, review_days=policy.review_days))


def _cost_of_items(label: str, items: StockItems, on: Flags, meaning: str) -> Cost:
    plan = stock_plan(pick(items, np.flatnonzero(on)))
    return cost_of(label, plan, expected(plan), np.full(len(plan.items), True), meaning)


def _differ(one: StockItems, other: StockItems, on: Flags) -> bool:
    names = ("service_level", "fill_rate", "review_days")
    pairs = ((getattr(one, name)[on], getattr(other, name)[on]) for name in names)
    return not all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


def _merged(points: Iterator[Cost]) -> Iterator[Cost]:
    """The points, with today's and the agreed one as one where they are the same."""
    today, *others = points
    for one in list(others):
        if one.label == "Agreed" and np.allclose(
            (one.service, one.total), (today.service, today.total), rtol=1e-9
        ):
            others.remove(one)
            today = replace(today, label="Today, as agreed", meaning=one.meaning)
    yield from (today, *others)


# --- What is not on it ----------------------------------------------------------------------------


def _nothing(plan: StockPlan, wanted: Flags) -> str:
    """Why there is no curve: what is missing of every item."""
    if not wanted.any():
        return "no item here is wanted and has both demand and a lead time"
    if not (wanted & ~np.isnan(plan.order_quantity)).any():
        return "no order quantity is known"
    unit = plan.items.unit_cost[wanted]
    missing = "no unit cost" if np.isnan(unit).all() else "no unit cost with a holding rate"
    return f"{missing} is known, so that nobody can say what holding costs"


def _gone(obsolete: Flags) -> Iterator[str]:
    if obsolete.any():
        yield f"{_many(obsolete)} not on it: not wanted any more."


def _left_out(plan: StockPlan, wanted: Flags, priced: Flags, both: Flags) -> Iterator[str]:
    """What the curve does not hold, in sentences."""
    costless = wanted & ~priced
    if costless.any():
        yield (
            f"{_many(costless)} not on it: no order quantity, unit cost or holding rate is known."
        )
    unpriced = priced & ~both
    if both.any() and unpriced.any():
        value = demand_value(plan)
        part = value[unpriced].sum() / (value[priced].sum() or 1)
        yield (
            f"{_many(unpriced)} not on it, {share(part)} of the value of demand: "
            "nobody has said what running out of them costs."
        )


def _many(which: Flags) -> str:
    some = int(which.sum())
    return "1 item is" if some == 1 else f"{some:,} items are"
