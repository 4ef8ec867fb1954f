r"""What next year's spend may come to: a plan met by simulated markets, volumes and savings.

For each draw, with planned cents a of line l in month m, its open share s (passed through and not
covered by contract), and I, F, V the simulated index, currency and volume as multiples of today's,

.. math:: \text{spend} = \sum_l V_l \sum_m a_{lm} \left(1 + s_{lm} (I_m - 1)\right) F_m
          - \sum \text{savings that come}

Index and currency are paths of a frozen ``MarketModel``; volumes are log-normal with mean one, each
line's on its own; savings come whole or not at all. P10, P50 and P90 are amounts that spend does
not exceed with 10, 50 and 90 % probability. All money is whole cents, rounded once, at the end: the
draws themselves are the same on every machine up to the last digit of a float
(``spend.random_streams``, ``spend.market_model``). Of 10,000 draws, P90 has a standard error of
about 2 % of the total's standard deviation. Source: Glasserman, Monte Carlo Methods in
Financial Engineering; RiskMetrics, CorporateMetrics Technical Document (budgets at risk).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spend.arguments import Floats
from spend.closing import apportioned
from spend.market_model import MarketModel, index_paths
from spend.plan_lines import PlanLine, Saving, SpendPlan
from spend.random_streams import normals, uniforms

DRAWS = 10_000


@dataclass(frozen=True)
class Simulation:
    """The draws of a year's spend, in cents, and the figures read from them.

    ``planned`` is the plan as written; ``expected`` what it comes to on average, by formula rather
    than by draws: with the market's drift, less each saving times its probability. ``parts`` are
    rows of draws, one for each line and then each saving (below zero), named by ``names``;
    ``total`` is their sum.
    """

    planned: int
    expected: int
    names: tuple[str, ...]
    parts: Floats
    total: Floats

    @property
    def mean(self) -> int:
        """The mean of the draws; near ``expected``, and nearer the more draws."""
        return _cents(math.fsum(self.total.tolist()) / len(self.total))

    @property
    def p10(self) -> int:
        """What spend does not exceed with 10 % probability: a lucky year."""
        return self.quantile(0.1)

    @property
    def p50(self) -> int:
        """What spend exceeds as often as not."""
        return self.quantile(0.5)

    @property
    def p90(self) -> int:
        """What spend does not exceed with 90 % probability: a budget that is seldom broken."""
        return self.quantile(0.9)

    def quantile(self, probability: float) -> int:
        """The least draw that at least this share of all draws does not exceed."""
        if not 0 < probability < 1:
            raise ValueError("probability must be above 0 and below 1")
        rank = math.ceil(probability * len(self.total) - 1e-9)
        return _cents(float(np.partition(self.total, max(rank, 1) - 1)[max(rank, 1) - 1]))

    def budget_at_risk(self, confidence: float) -> int:
        """How far spend may exceed what is expected, not exceeded with this confidence."""
        return self.quantile(confidence) - self.expected

    def chance_of_exceeding(self, budget: int) -> float:
        """The share of draws above a budget: how likely it is to be broken."""
        return float(np.count_nonzero(np.rint(self.total) > budget) / len(self.total))

    def contributions(self, confidence: float) -> dict[str, int]:
        """What each line and saving adds to the budget-at-risk, in cents that sum to it.

        In proportion to how each varies with the total (Euler's rule for a standard deviation,
        cov(part, total) / var(total)); minus means that it steadies the total. Where no draw
        differs from another, nothing contributes: all are zero.
        """
        deviation = self.total - self.total.mean()
        variance = float((deviation * deviation).sum())
        if variance == 0:
            return dict.fromkeys(self.names, 0)
        share = np.array([float((part * deviation).sum()) for part in self.parts]) / variance
        whole = self.budget_at_risk(confidence)
        return dict(zip(self.names, apportioned(share * whole, whole).tolist(), strict=True))


def simulate(plan: SpendPlan, market: MarketModel, seed: int, draws: int = DRAWS) -> Simulation:
    """The plan's year, ``draws`` times over; the same seed gives the same figures to the cent.

    Each index, currency, volume and saving has random numbers of its own, by its name: another line
    changes no other line's draws, and scenarios with one seed meet the same markets. Raises
    ``ValueError`` for an index or currency that the market does not have, and for fewer than one
    draw.

    >>> from datetime import date
    >>> market = MarketModel(("STEEL",), (0.0,), ((0.0,),))
    >>> plan = SpendPlan(date(2027, 1, 1), (PlanLine("bars", 100_00, "STEEL", 0.8),),
    ...                  (Saving("tender", 10_00, 1.0),))
    >>> result = simulate(plan, market, seed=1, draws=100)
    >>> result.planned, result.expected, result.p10, result.p90
    (10000, 9000, 9000, 9000)
    """
    if draws < 1:
        raise ValueError("draws must be 1 or more")
    paths = index_paths(market, codes(plan), plan.steps, seed, draws)
    rows = [priced(line, plan, paths, draws) * volumes(line, seed, draws) for line in plan.lines]
    rows += [-saved(saving, seed, draws) for saving in plan.savings]
    parts = np.array(rows, dtype=np.float64).reshape(len(rows), draws)
    return Simulation(
        planned=plan.planned,
        expected=_cents(expected_spend(plan, market)),
        names=(*(x.line_id for x in plan.lines), *(x.saving_id for x in plan.savings)),
        parts=parts,
        total=parts.sum(axis=0),
    )


def codes(plan: SpendPlan) -> list[str]:
    """The indices and currencies that the plan's lines follow, each once.

    >>> from datetime import date
    >>> codes(SpendPlan(date(2027, 1, 1), (PlanLine("L", 1, "OIL", 1.0, currency="USD"),)))
    ['OIL', 'USD']
    """
    every = [code for line in plan.lines for code in (line.index_code, line.currency) if code]
    return list(dict.fromkeys(every))


def priced(line: PlanLine, plan: SpendPlan, paths: Mapping[str, Floats], draws: int) -> Floats:
    """A line's cents at simulated prices, volume as planned; months are added in their order."""
    money, follows = line.by_month(), line.open_share(plan.start)
    result = np.full(draws, float(line.planned))
    for month in range(len(money)):
        result += money[month] * (factor(line, float(follows[month]), paths, month) - 1.0)
    return result


def factor(
    line: PlanLine, follows: float, paths: Mapping[str, Floats], month: int
) -> Floats | float:
    """What a month's money is multiplied by, if so much of its price ``follows`` the index."""
    found: Floats | float = 1.0
    if line.index_code and follows:
        found = 1.0 + follows * (paths[line.index_code][month] - 1.0)
    return found * paths[line.currency][month] if line.currency else found


def volumes(line: PlanLine, seed: int, draws: int) -> Floats:
    """The line's quantity as multiples of the planned one: log-normal, with mean one."""
    if line.volume_sd == 0:
        return np.ones(draws)
    variance = math.log1p(line.volume_sd**2)
    shocks = normals(seed, f"volume {line.line_id}", draws)
    return np.asarray(np.exp(math.sqrt(variance) * shocks - variance / 2))


def saved(saving: Saving, seed: int, draws: int) -> Floats:
    """What the saving brings in each draw: its amount, or nothing."""
    came = uniforms(seed, f"saving {saving.saving_id}", draws) < saving.probability
    return np.asarray(saving.amount * came.astype(np.float64))


def expected_spend(plan: SpendPlan, market: MarketModel) -> float:
    r"""The mean of what the simulation draws, by formula, in cents.

    With E[I] and E[F] from the drifts, and E[I F] = E[I] E[F] exp(covariance · months); a volume's
    mean is one, a saving's its amount times its probability.

    >>> from datetime import date
    >>> market = MarketModel(("OIL",), (0.0,), ((0.01,),))
    >>> line = PlanLine("fuel", 1_000_00, "OIL", 1.0)
    >>> expected_spend(SpendPlan(date(2027, 1, 1), (line,), (Saving("s", 100_00, 0.5),)), market)
    95000.0
    """
    lines = [
        line.planned + math.fsum(expected_changes(line, plan, market).tolist())
        for line in plan.lines
    ]
    return math.fsum([*lines, *(-s.amount * s.probability for s in plan.savings)])


def expected_changes(line: PlanLine, plan: SpendPlan, market: MarketModel) -> Floats:
    """What the market is expected to add to each month of a line, in cents, unrounded."""
    follows = line.open_share(plan.start) if line.index_code else np.zeros(len(plan.ahead))
    index = currency = both = np.ones(len(plan.ahead))
    if line.index_code:
        index = np.exp(market.drift[market.place(line.index_code)] * plan.ahead)
    if line.currency:
        currency = np.exp(market.drift[market.place(line.currency)] * plan.ahead)
    if line.index_code and line.currency:
        i, j = market.place(line.index_code), market.place(line.currency)
        both = np.exp(market.covariance[i][j] * plan.ahead)
    mean = (1.0 - follows) * currency + follows * index * currency * both
    return np.asarray(line.by_month() * (mean - 1.0))


def _cents(amount: float) -> int:
    """Whole cents, half to even."""
    return round(amount)
