"""Next year's goal as it is agreed on: what was assumed, the market as it was, what comes of it.

A ``GoalPlan`` holds everything that its figures were made from, so that it can be kept and made
again on any later day. Money is whole cents of the reporting currency.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from spend.market_model import MarketModel
from spend.monte_carlo import DRAWS
from spend.plan_lines import PlanLine, Saving, SpendPlan
from spend.risk_drivers import Driver

DriftKind = Literal["history", "none"]
SEED = 2027


@dataclass(frozen=True)
class Assumptions:
    """What people assume about next year, beside what the store says; shares, not percent.

    ``volume`` is how much more is bought of a category, by its id (a parent's share is meant for
    all below it); ``growth`` of all others; ``give_or_take`` how far quantities stray, as a
    standard deviation. ``fixed`` is the share of a category's prices that contracts are to fix for
    the whole year, where it is not what they fix now. ``proposal`` is a budget to be held against
    the range, in cents.
    """

    volume: tuple[tuple[str, float], ...] = ()
    growth: float = 0.0
    give_or_take: float = 0.0
    fixed: tuple[tuple[str, float], ...] = ()
    drift: DriftKind = "history"
    proposal: int | None = None
    seed: int = SEED
    draws: int = DRAWS

    def __post_init__(self) -> None:
        shares = [self.growth, *(share for _, share in self.volume)]
        if not all(math.isfinite(share) and -1 <= share <= 9 for share in shares):
            raise ValueError("volume must be from -100 % to 900 %")
        if not all(0 <= share <= 1 for _, share in (*self.fixed, ("", self.give_or_take))):
            raise ValueError("what is fixed, and how far volumes stray, must be from 0 to 100 %")
        if self.drift not in ("history", "none"):
            raise ValueError("drift must be history or none")
        if self.seed < 0 or not 1 <= self.draws <= 100_000:
            raise ValueError("seed must be zero or more, draws from 1 to 100,000")

    def body(self) -> dict[str, Any]:
        """The assumptions as plain data, to be written down.

        >>> Assumptions.of(Assumptions(volume=(("C-1", 0.05),)).body()).volume
        (('C-1', 0.05),)
        """
        return asdict(self) | {"volume": dict(self.volume), "fixed": dict(self.fixed)}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Assumptions":
        """Assumptions that were written down; ``ValueError`` or ``KeyError`` where they can't be
        read."""
        pairs = {key: tuple(dict(body[key]).items()) for key in ("volume", "fixed")}
        return cls(**{**body, **pairs})


@dataclass(frozen=True)
class Cover:
    """A share of a line's money whose price is fixed by contract until a day, that day included."""

    share: float
    until: date


@dataclass(frozen=True)
class CategoryPlan:
    """What is planned for one category in one currency, that of its invoices.

    ``base`` is what was spent in the last 12 months, as invoiced. Volume, then prices and rates
    that have moved since, bring it to ``planned``: at the prices and rates of today. ``drift`` is
    the change of price that is expected of the year on top, as a share of ``planned``, and
    ``expected`` what the year then comes to, no saving taken off.
    """

    category_id: str
    name: str
    currency: str
    base: int
    volume: float
    planned: int
    index_code: str
    pass_through: float
    covered_share: float
    covered_until: date | None  # the last day on which any of it is covered
    drift: float
    expected: int
    phasing: tuple[float, ...]  # twelve weights, of the fiscal year's months in their order
    volume_effect: int = 0
    price_to_date: int = 0  # base + volume_effect + price_to_date + currency_to_date = planned
    currency_to_date: int = 0
    price_drift: int = 0  # planned + price_drift + currency_drift = expected
    currency_drift: int = 0
    covers: tuple[Cover, ...] = ()
    plan_lines: tuple[PlanLine, ...] = ()  # what is simulated; they sum to ``planned``

    @property
    def key(self) -> str:
        """Category and currency in one word.

        >>> CategoryPlan("C-1", "", "USD", 0, 0.0, 0, "", 0.0, 0.0, None, 0.0, 0, ()).key
        'C-1 USD'
        """
        return f"{self.category_id} {self.currency}".strip()


@dataclass(frozen=True)
class PipelineSaving:
    """A savings initiative in next year's plan: what it takes off, against the last 12 months.

    ``annual`` is its full claim. ``months_before`` of it are in the last 12 months already,
    ``months_next`` fall into the plan's year; ``amount`` = annual × (next − before) ÷ 12, whole
    cents, comes with ``probability``. ``reason`` says why it takes nothing off, if so.
    """

    initiative_id: str
    name: str
    category_id: str
    stage: str
    saving_type: str
    annual: int
    months_before: int
    months_next: int
    amount: int
    probability: float
    reason: str = ""

    @property
    def expected(self) -> int:
        """The amount times its probability, in whole cents."""
        return round(self.amount * self.probability)


@dataclass(frozen=True)
class GoalPlan:
    """Next year's plan and its range, with everything that it was made from.

    ``planned`` is at today's prices, no saving taken off; ``expected`` with the market's drift and
    each saving times its probability; ``p10`` … ``p95`` are not exceeded with that probability;
    ``at_risk`` = p95 − expected, ``at_risk_90`` = p90 − expected. ``market`` and ``index_values``
    have the indices by their code and currencies as ``USD/EUR``: a dollar in euros.
    """

    fiscal_year: int
    start: date
    lines: tuple[CategoryPlan, ...]
    savings: tuple[Saving, ...]
    market: MarketModel
    index_values: Mapping[str, float]  # last known, of indices and currencies, by code
    seed: int
    draws: int
    planned: int
    expected: int
    p10: int
    p50: int
    p90: int
    at_risk: int
    currency: str
    drivers: tuple[Driver, ...]
    p95: int = 0
    at_risk_90: int = 0
    chance: float | None = None  # of exceeding the proposal, where there is one
    months_ahead: int = 0
    position: date = date.min  # what was known
    assumptions: Assumptions = field(default_factory=Assumptions)
    pipeline: tuple[PipelineSaving, ...] = ()

    @property
    def base(self) -> int:
        """What was spent in the last 12 months."""
        return sum(line.base for line in self.lines)

    @property
    def spend_plan(self) -> SpendPlan:
        """The plan as ``simulate`` takes it."""
        lines = tuple(part for line in self.lines for part in line.plan_lines)
        return SpendPlan(self.start, lines, self.savings, self.months_ahead)
