"""What a trial does to stock, to its cost and to service: a plan beside the same on other terms.

Both are worked out by the same model, so that what changes is what was tried. Average stock is the
safety stock, and beyond it the cycle stock: about half an order, and what a review adds.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spend.arguments import Flags, Floats
from spend.money import decimal, short
from spend.result import Cell, Fact, Table, TableColumn
from spend.stock_choice import Trial, tried
from spend.stock_plan import StockPlan, stock_plan
from spend.stock_policy import StockOutcome, stock_outcome
from spend.stock_value import required_cents

MOST_ROWS = 200


def expected(plan: StockPlan) -> StockOutcome:
    """Fill rate and average stock of each item at its level; NaN where the plan knows too little,
    and the fill rate where nothing is wanted."""
    known = assessed(plan)
    rate, average = np.full((2, len(plan.items)), np.nan)
    found = stock_outcome(
        plan.demand.of(known), plan.distribution[known], plan.level[known], plan.lead_time[known],
        plan.order_size[known], plan.lead_time_sd[known], plan.review_period[known],
    )  # fmt: skip
    rate[known], average[known] = found.fill_rate, np.nan_to_num(found.average_stock)
    return StockOutcome(rate, average)


def assessed(plan: StockPlan) -> Flags:
    """The items whose required stock and order quantity are known."""
    return np.asarray(plan.known & ~np.isnan(plan.order_quantity))


def demand_value(plan: StockPlan) -> Floats:
    """A year's expected demand of each item at unit cost; 0 where it is not known."""
    value = plan.demand.mean * plan.periods_per_year * plan.items.unit_cost
    return np.nan_to_num(value)


@dataclass(frozen=True, eq=False)
class TrialResult:
    """A plan, the same on the terms that are tried, and what the model expects of both."""

    trial: Trial
    base: StockPlan
    new: StockPlan
    now: StockOutcome
    then: StockOutcome

    @cached_property
    def safety(self) -> tuple[Floats, Floats]:
        """The value of required safety stock now and then, in whole cents; NaN if not known."""
        unit = self.base.items.unit_cost
        now, then = (required_cents(p.safety_stock, unit) for p in (self.base, self.new))
        return now, then

    @cached_property
    def stock(self) -> tuple[Floats, Floats]:
        """The value of average stock now and then, in whole cents; the safety stock alone where
        the order quantity is not known both times."""
        unit, both = self.base.items.unit_cost, assessed(self.base) & assessed(self.new)
        outcomes = zip((self.now, self.then), self.safety, strict=True)
        now, then = (
            np.where(both, required_cents(found.average_stock, unit), safety)
            for found, safety in outcomes
        )
        return now, then

    @cached_property
    def change(self) -> Floats:
        """The change in the value of average stock, in whole cents; NaN where it is not known."""
        now, then = self.stock
        return np.asarray(then - now)

    @cached_property
    def carrying(self) -> Floats:
        """The change in what holding it costs a year, in whole cents; NaN if not known."""
        now, then = self.stock
        costs = then * self.new.items.holding_rate - now * self.base.items.holding_rate
        return np.asarray(np.rint(costs))

    @cached_property
    def moved(self) -> Flags:
        """The items that the trial changes anything for."""
        names = ("safety_stock", "level", "order_quantity")
        same = [
            np.isclose(getattr(self.base, name), getattr(self.new, name), 1e-9, equal_nan=True)
            for name in names
        ]
        worth = np.nan_to_num(self.change) != 0
        return np.asarray(self.base.known & (~np.all(same, axis=0) | worth))

    @cached_property
    def fill_rates(self) -> tuple[float | None, float | None]:
        """The share of demand served from the shelf, by value, now and then."""
        both = ~np.isnan(self.now.fill_rate) & ~np.isnan(self.then.fill_rate)
        weight = np.where(both, demand_value(self.base), 0)
        if not weight.any():
            return None, None
        outcomes = (self.now, self.then)
        now, then = (
            float(np.average(np.nan_to_num(o.fill_rate), weights=weight)) for o in outcomes
        )
        return now, then


def compare(base: StockPlan, trial: Trial) -> TrialResult:
    """A plan beside the same on the terms of a trial."""
    now = expected(base)
    if trial.empty:
        return TrialResult(trial, base, base, now, now)
    new = stock_plan(tried(base.items, trial))
    return TrialResult(trial, base, new, now, expected(new))


# --- What it says ---------------------------------------------------------------------------------


def facts(result: TrialResult) -> tuple[Fact, ...]:
    """The trial's totals; amounts are of items whose unit cost is known."""
    now, then = result.safety
    safety = then - now
    before, after = result.fill_rates
    known = int(result.base.known.sum())
    return (
        Fact("Required safety now", _sum(now), "money", "What today's targets need, at unit cost."),
        Fact("Required safety tried", _sum(then), "money", "What the trial would need."),
        Fact("Safety stock changes by", _sum(safety), "money", "Cash, once."),
        Fact("Cycle stock changes by", _sum(result.change - safety), "money",
             "Cash, once: the rest of average stock, about half an order and what a review adds."),
        Fact("Carrying cost changes by", _sum(result.carrying), "money",
             "A year: holding rate × unit cost × average stock."),
        Fact("Items moved", int(result.moved.sum()), "count",
             f"Of {known:,} with demand and a lead time."),
        Fact("Fill rate now", before, "share",
             "The share of demand that the shelf serves, expected, weighed by value."),
        Fact("Fill rate tried", after, "share", "The same on the terms tried."),
    )  # fmt: skip


COLUMNS = (
    TableColumn("name", "Item", "text"),
    TableColumn("site", "Site", "text"),
    TableColumn("target", "Target", "share"),
    TableColumn("safety_now", "Safety now", "count"),
    TableColumn("safety", "Safety new", "count"),
    TableColumn("level_now", "Order at, now", "count"),
    TableColumn("level", "Order at, new", "count"),
    TableColumn("order_now", "Lot now", "count"),
    TableColumn("order", "Lot new", "count"),
    TableColumn("change", "Value change", "money"),
)


def table(result: TrialResult) -> Table:
    """What the trial moves, item by item, the largest change in value first."""
    places = np.flatnonzero(result.moved)
    size = np.abs(np.nan_to_num(result.change[places], nan=-1.0))
    known = ~np.isnan(result.change[places])
    places = places[np.lexsort([-size, ~known])]
    first, others = places[:MOST_ROWS], places[MOST_ROWS:]
    rows = [_row(result, int(i)) for i in first]
    ids = [str(result.base.items.item_id[i]) for i in first]
    if len(others):
        rows.append(_summed(f"All other items ({len(others):,})", result.change[others]))
        ids.append("")
    total = _summed("Total", result.change[places]) if rows else None
    title = "What the trial moves, item by item"
    return Table("stock_trial", title, COLUMNS, tuple(rows), tuple(ids), (0,) * len(rows), total)


def _row(result: TrialResult, i: int) -> tuple[Cell, ...]:
    items, base, new = result.new.items, result.base, result.new
    target = float(np.fmax(items.service_level[i], items.fill_rate[i]))
    pairs = ((p, n) for n in ("safety_stock", "level", "order_quantity") for p in (base, new))
    cells = (getattr(plan, name)[i] for plan, name in pairs)
    return (
        str(items.name[i]), str(items.site[i]), target,
        *(None if np.isnan(v) else float(v) for v in cells), _sum(result.change[[i]]),
    )  # fmt: skip


def _summed(label: str, change: Floats) -> tuple[Cell, ...]:
    return (label, *(None,) * (len(COLUMNS) - 2), _sum(change))


def said(result: TrialResult, currency: str) -> str:
    """One sentence: what the trial does to safety stock, and what holding stock then costs."""
    if result.trial.empty:
        return "Set a target, a lead time or a cost to see what it does to both sides."
    if not result.base.known.any():
        return "No item here has demand and a lead time, so nothing can be tried."
    how = result.trial.words(currency)
    now, then = (_sum(cents) for cents in result.safety)
    if now is None or then is None:
        return f"{how}, {_in_units(result)}; no unit costs are known, so there are no amounts."
    stays = f"stays at {short(then, currency)}"
    by = f"{short(abs(then - now), currency)} to {short(then, currency)}"
    moves = stays if then == now else f"{'rises' if then > now else 'falls'} by {by}"
    return f"{how}, safety stock {moves}; {_holding(result, currency)}."


def _in_units(result: TrialResult) -> str:
    now, then = result.base.safety_stock, result.new.safety_stock
    more, less = int((then > now).sum()), int((then < now).sum())
    return f"{more:,} items need more safety stock and {less:,} less"


def _holding(result: TrialResult, currency: str) -> str:
    change = _sum(result.carrying)
    if change is None:
        return "what holding it costs is not known"
    if not change:
        return "holding stock costs the same"
    amount, more = short(abs(change), currency), "more" if change > 0 else "less"
    return f"holding stock costs {amount} {more} a year"


def _sum(cents: Floats) -> Any:
    """The sum of what is known, as money; ``None`` where nothing is."""
    known = cents[~np.isnan(cents)]
    return decimal(int(known.sum())) if known.size else None
