"""From what was spent to what is planned: one line for each category and currency.

What was paid for a category in the last 12 months is taken to next year in steps: more or less
volume; prices that moved with their index since the day they were paid; and today's exchange rate.
Prices that a contract fixes do not move before it ends, and then catch up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from queries.calendar import main_month
from spend.arguments import Floats
from spend.goal_market import Market
from spend.goal_plan import CategoryPlan, Cover
from spend.market_model import MarketModel
from spend.monte_carlo import expected_spend
from spend.plan_lines import MONTHS, PlanLine, SpendPlan


@dataclass(frozen=True, eq=False)
class Spent:
    """What was spent on one category in one currency: by month, in cents, and of it covered."""

    category_id: str
    name: str
    currency: str
    months: tuple[pd.Period, ...]
    amounts: tuple[int, ...]
    documents: int  # in the currency itself
    covered: tuple[tuple[date, int], ...] = ()  # until when, and the cents

    @property
    def base(self) -> int:
        """All of it."""
        return sum(self.amounts)


@dataclass(frozen=True)
class Pricing:
    """What a category's price follows, and what people assume about it."""

    index_code: str = ""  # in the market
    pass_through: float = 0.0
    rate_code: str = ""  # of the currency, in the market
    rate: float | None = None  # today's
    volume: float = 0.0
    give_or_take: float = 0.0
    fixed: float | None = None  # the share of prices assumed to be fixed all year


def planned_line(spent: Spent, pricing: Pricing, market: Market, start: date) -> CategoryPlan:
    """The plan of one category in one currency, before the year's own drift.

    >>> may = (pd.Period("2026-05"),)
    >>> spent = Spent("C", "Bars", "EUR", may, (100_00,), 100_00)
    >>> nothing = Market(MarketModel((), (), ()), pd.DataFrame())
    >>> line = planned_line(spent, Pricing(volume=0.1), nothing, date(2027, 1, 1))
    >>> line.base, line.volume_effect, line.planned
    (10000, 1000, 11000)
    """
    base = spent.base
    rate = _rate_factor(spent, pricing)
    rise = _rise(spent, pricing, market)
    covers = _covers(spent) if pricing.fixed is None else ()
    weights = phasing(spent, start)
    money, shares = _by_month(weights, covers, pricing, rise, start)
    volume_effect = round(base * pricing.volume)
    before_rate = (base + base * pricing.volume) * float(money.sum())
    planned = round(before_rate * rate)
    price = round(before_rate) - base - volume_effect
    line = PlanLine(
        f"{spent.category_id} {spent.currency}",
        planned,
        index_code=_simulated(pricing.index_code, market) if shares.any() else "",
        pass_through=pricing.pass_through,
        volume_sd=pricing.give_or_take,
        currency=_simulated(pricing.rate_code, market),
        phasing=tuple(money.tolist()),
        open_shares=tuple(shares.tolist()),
    )
    return CategoryPlan(
        category_id=spent.category_id,
        name=spent.name,
        currency=spent.currency,
        base=base,
        volume=pricing.volume,
        planned=planned,
        index_code=pricing.index_code,
        pass_through=pricing.pass_through,
        covered_share=sum(c.share for c in covers) if pricing.fixed is None else pricing.fixed,
        covered_until=max((cover.until for cover in covers), default=None),
        drift=0.0,
        expected=planned,
        phasing=line.phasing,
        volume_effect=volume_effect,
        price_to_date=price,
        currency_to_date=planned - base - volume_effect - price,
        covers=covers,
        plan_lines=(line,),
    )


def with_drift(
    lines: Sequence[CategoryPlan], model: MarketModel, start: date, ahead: int
) -> tuple[CategoryPlan, ...]:
    """The lines with what the year's own drift is expected to add, in whole cents each.

    They sum to the expected year up to the rounding of each line.
    """
    return tuple(_drifted(line, model, start, ahead) for line in lines)


def _drifted(line: CategoryPlan, model: MarketModel, start: date, ahead: int) -> CategoryPlan:
    (part,) = line.plan_lines
    at_rate = replace(part, currency="")
    price = round(expected_spend(SpendPlan(start, (at_rate,), (), ahead), model)) - line.planned
    expected = round(expected_spend(SpendPlan(start, (part,), (), ahead), model))
    return replace(
        line,
        expected=expected,
        price_drift=price,
        currency_drift=expected - line.planned - price,
        drift=price / line.planned if line.planned else 0.0,
    )


def phasing(spent: Spent, start: date) -> Floats:
    """The share of the year's money that falls into each of its months, as it did in the last 12.

    Months of the fiscal year, by the calendar month that most of each lies in. Evenly where
    nothing, or less, was spent.
    """
    first = main_month(start).month
    weights = np.zeros(MONTHS)
    for month, amount in zip(spent.months, spent.amounts, strict=True):
        weights[(month.month - first) % MONTHS] += amount
    weights = np.maximum(weights, 0.0)
    total = float(weights.sum())
    return weights / total if total > 0 else np.full(MONTHS, 1 / MONTHS)


def _rate_factor(spent: Spent, pricing: Pricing) -> float:
    """Today's rate as a multiple of the one that was paid at."""
    if pricing.rate is None or not spent.base:
        return 1.0
    factor = spent.documents * pricing.rate / spent.base
    return factor if factor > 0 else 1.0


def _rise(spent: Spent, pricing: Pricing, market: Market) -> float:
    """How far the index stands today above where it stood when the money was spent."""
    now = market.last.get(pricing.index_code)
    if now is None:
        return 0.0
    then = market.at(pricing.index_code, spent.months)
    pairs = [
        (max(amount, 0), now / value - 1)
        for amount, value in zip(spent.amounts, then, strict=True)
        if value is not None
    ]
    total = sum(amount for amount, _ in pairs)
    return sum(amount * rise for amount, rise in pairs) / total if total else 0.0


def _covers(spent: Spent) -> tuple[Cover, ...]:
    """What contracts fix, as shares of all that was spent; at most all of it."""
    total = sum(max(amount, 0) for amount in spent.amounts)
    found = [(until, max(cents, 0)) for until, cents in spent.covered]
    total = max(total, sum(cents for _, cents in found))
    return tuple(Cover(cents / total, until) for until, cents in sorted(found) if cents and total)


def _by_month(
    weights: Floats, covers: Sequence[Cover], pricing: Pricing, rise: float, start: date
) -> tuple[Floats, Floats]:
    """Each month's money at today's prices, as a share of the year's at the old ones; and the
    share of it that follows the index from there."""
    follows = pricing.pass_through if pricing.index_code else 0.0
    today = 1.0 + follows * rise  # what an open price has come to
    if pricing.fixed is not None:  # at today's price, all year
        open_ = np.full(MONTHS, 1.0 - pricing.fixed)
        return weights * today, np.minimum(open_ * (follows * (1.0 + rise) / today), 1.0)
    fixed = np.zeros(MONTHS)
    for cover in covers:
        all_open = PlanLine("", 0, "", 1.0, 1.0, cover.until).open_share(start)
        fixed += cover.share * (1.0 - all_open)
    fixed = np.minimum(fixed, 1.0)
    price = fixed + (1.0 - fixed) * today
    return weights * price, np.minimum((1.0 - fixed) * follows * (1.0 + rise) / price, 1.0)


def _simulated(code: str, market: Market) -> str:
    """The code, where enough is known of it to simulate it."""
    return code if code in market.model.codes else ""


def assumed(
    pairs: Mapping[str, float], parents: Mapping[str, str | None], member: str
) -> float | None:
    """What people assume of a category: its own, else the nearest parent's, else nothing.

    >>> assumed({"C-1": 0.05}, {"C-11": "C-1", "C-1": None}, "C-11")
    0.05
    """
    seen: set[str] = set()
    at: str | None = member
    while at is not None and at not in seen:
        if at in pairs:
            return pairs[at]
        seen.add(at)
        at = parents.get(at)
    return None
