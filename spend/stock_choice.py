"""What somebody tries on the stock page: a target, times or costs, for all items or a class.

Nothing is computed here: ``tried`` gives the items on other terms, for the model to plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from spend.arguments import Flags, Floats
from spend.demand import CLASSES
from spend.money import short
from spend.sentences import capital
from spend.stock_items import StockItems
from spend.stock_plan import obsolete_of
from spend.stock_target import (
    LEVELS,
    MOST_REVIEW_DAYS,
    check_level,
    class_words,
    number,
    percent,
)

MOST_TIMES = 10.0  # today's lead time, or its spread
LEAST_RATE, MOST_RATE = 0.001, 2.0  # at nothing, an order would have no end
MOST_ORDER_COST = 1e6
RULES = {
    "lead_time": (0.0, MOST_TIMES, "a lead time is 0 to 10 times today's"),
    "lead_time_spread": (0.0, MOST_TIMES, "a spread of lead times is 0 to 10 times today's"),
    "holding_rate": (LEAST_RATE, MOST_RATE, "a holding rate is a share a year, 0.001 to 2"),
    "order_cost": (0.0, MOST_ORDER_COST, "an order costs 0 to 1,000,000"),
    "review_days": (0.0, MOST_REVIEW_DAYS, f"review days are 0 to {MOST_REVIEW_DAYS}"),
}


@dataclass(frozen=True)
class Trial:
    """What is tried; ``None`` leaves each item its own.

    ``lead_time`` and ``lead_time_spread`` are multiples of today's; ``holding_rate`` a share of the
    unit cost a year; ``order_cost`` per order. ``demand_class``: only items of that class. Raises
    ``ValueError`` for what can't be meant.
    """

    service_level: float | None = None
    fill_rate: float | None = None
    lead_time: float | None = None
    lead_time_spread: float | None = None
    holding_rate: float | None = None
    order_cost: float | None = None
    review_days: float | None = None
    demand_class: str | None = None

    def __post_init__(self) -> None:
        for kind in LEVELS:
            if getattr(self, kind) is not None:
                check_level(kind, getattr(self, kind))
        if self.service_level is not None and self.fill_rate is not None:
            raise ValueError("a trial sets a service level or a fill rate, not both")
        for name, (least, most, rule) in RULES.items():
            value = getattr(self, name)
            if value is not None and not least <= number(value) <= most:
                raise ValueError(rule)
        if self.demand_class is not None and self.demand_class not in CLASSES:
            raise ValueError(f"a class is one of {', '.join(CLASSES)}")

    @property
    def empty(self) -> bool:
        """Whether nothing is tried: a class alone moves nothing."""
        tried = (getattr(self, f.name) for f in fields(self) if f.name != "demand_class")
        return all(value is None for value in tried)

    @property
    def level(self) -> float | None:
        """The target that is tried, of either kind."""
        return self.fill_rate if self.service_level is None else self.service_level

    def of(self, items: StockItems) -> Flags:
        """The items that it is about."""
        if self.demand_class is None:
            return np.full(len(items), True)
        return np.asarray(items.statistics.demand_class == self.demand_class)

    def words(self, currency: str) -> str:
        """What is tried, as the beginning of a sentence.

        >>> Trial(service_level=0.99, lead_time=0.8, demand_class="lumpy").words("EUR")
        "At 99 % instead of each item's own, with lead times at 80 % of today's, for lumpy items"
        """
        *first, last = [*self._terms(currency)] or [""]
        terms = f"{', '.join(first)} and {last}" if first else last
        rate = " fill rate" if self.fill_rate is not None else ""
        target = f"At {percent(self.level)}{rate} instead of each item's own" if self.level else ""
        said = [target, f"with {terms}" if terms else ""]
        if self.demand_class:
            said.append(f"for {class_words(self.demand_class)}")
        whole = ", ".join(filter(None, said))
        return capital(whole)

    def _terms(self, currency: str) -> Iterator[str]:
        if self.lead_time is not None:
            yield f"lead times at {percent(self.lead_time)} of today's"
        if self.lead_time_spread is not None:
            yield f"their spread at {percent(self.lead_time_spread)} of today's"
        if self.holding_rate is not None:
            yield f"a holding rate of {percent(self.holding_rate)}"
        if self.order_cost is not None:
            yield f"{short(self.order_cost, currency)} an order"
        if self.review_days is not None:
            days = self.review_days
            yield f"a review every {days:g} days" if days else "stock reviewed all the time"


def tried(items: StockItems, trial: Trial) -> StockItems:
    """The items as the trial has them; the same object where nothing is tried."""
    if trial.empty:
        return items
    chosen = trial.of(items) & ~obsolete_of(items)  # nothing is held for what nobody wants

    def own(name: str, value: float | None) -> Floats:
        mine: Floats = getattr(items, name)
        return mine if value is None else np.where(chosen, value, mine)

    def times(mine: Floats, factor: float | None) -> Floats:
        return mine if factor is None else np.where(chosen, mine * _fine(factor), mine)

    changed: dict[str, Any] = {
        name: own(name, _fine(getattr(trial, name)))
        for name in ("holding_rate", "order_cost", "review_days")
    }
    if trial.level is not None:
        targets = {kind: getattr(trial, kind) for kind in LEVELS}
        changed |= {k: own(k, np.nan if v is None else v) for k, v in targets.items()}
        changed["target_source"] = np.where(chosen, "trial", items.target_source)
    time = items.lead_time
    days = times(time.days, trial.lead_time)
    spread = times(time.spread_days, trial.lead_time_spread)
    return replace(items, lead_time=replace(time, days=days, spread_days=spread), **changed)


def _fine(value: float | None) -> Any:
    """A time or a cost as finely as anybody means it: a next to nothing can't be divided by."""
    return None if value is None else round(value, 4)
