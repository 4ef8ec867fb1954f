r"""What drives a plan's risk: each risk let loose alone, all others as expected (a tornado)."""

import math
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np

from spend.arguments import Floats
from spend.market_model import MarketModel, index_paths
from spend.monte_carlo import DRAWS, codes, priced, saved, volumes
from spend.plan_lines import SpendPlan

Kind = Literal["index or currency", "volume", "saving"]


@dataclass(frozen=True)
class Driver:
    """One risk alone: how far it moves spend, in cents; plus is more spend.

    ``low`` and ``high`` are what it adds with 10 and 90 % probability of not being exceeded,
    against the year with every risk at its mean; ``sd`` is the standard deviation.
    """

    name: str
    kind: Kind
    low: int
    high: int
    sd: int


def risk_drivers(
    plan: SpendPlan, market: MarketModel, seed: int, draws: int = DRAWS
) -> tuple[Driver, ...]:
    """Every risk of the plan, the one that moves spend most (by standard deviation) first.

    With the draws that ``simulate`` uses for the same seed. The parts of risks that multiply, such
    as a price and a volume, are not the whole: standard deviations don't add up to the total's.
    Risks that can't move are left out. Errors as in ``simulate``.

    >>> from datetime import date
    >>> from spend.plan_lines import PlanLine
    >>> market = MarketModel(("OIL", "TIN"), (0.0, 0.0), ((0.01, 0.0), (0.0, 0.0001)))
    >>> lines = (PlanLine("solder", 1_000_00, "TIN", 1.0), PlanLine("fuel", 1_000_00, "OIL", 0.9))
    >>> plan = SpendPlan(date(2027, 1, 1), lines)
    >>> [driver.name for driver in risk_drivers(plan, market, seed=1, draws=1_000)]
    ['OIL', 'TIN']
    """
    if draws < 1:
        raise ValueError("draws must be 1 or more")
    found = chain(
        _market(plan, market, seed, draws),
        _volumes(plan, market, seed, draws),
        (
            _driver(s.saving_id, "saving", s.amount * s.probability - saved(s, seed, draws))
            for s in plan.savings
        ),
    )
    moving = [driver for driver in found if driver.sd or driver.low or driver.high]
    return tuple(sorted(moving, key=lambda driver: -driver.sd))


def _market(plan: SpendPlan, market: MarketModel, seed: int, draws: int) -> list[Driver]:
    paths = index_paths(market, codes(plan), plan.steps, seed, draws)
    means = _mean_paths(plan, market)
    drivers = []
    for code, path in paths.items():
        effect = np.zeros(draws)
        for line in plan.lines:
            if code in (line.index_code, line.currency):
                effect += priced(line, plan, means | {code: path}, draws)
                effect -= priced(line, plan, means, draws)
        drivers.append(_driver(code, "index or currency", effect))
    return drivers


def _volumes(plan: SpendPlan, market: MarketModel, seed: int, draws: int) -> list[Driver]:
    means = _mean_paths(plan, market)
    return [
        _driver(
            line.line_id,
            "volume",
            priced(line, plan, means, 1) * (volumes(line, seed, draws) - 1.0),
        )
        for line in plan.lines
        if line.volume_sd > 0
    ]


def _mean_paths(plan: SpendPlan, market: MarketModel) -> dict[str, Floats]:
    """Every code at its mean, month by month."""
    return {
        code: np.exp(market.drift[market.place(code)] * plan.ahead)[:, np.newaxis]
        for code in codes(plan)
    }


def _driver(name: str, kind: Kind, effect: Floats) -> Driver:
    ordered = np.sort(effect)
    low, high = (ordered[math.ceil(p * len(ordered) - 1e-9) - 1] for p in (0.1, 0.9))
    return Driver(name, kind, round(float(low)), round(float(high)), round(float(effect.std())))
