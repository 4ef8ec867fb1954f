"""How the range of a year opens month by month: what is spent so far, against today's prices."""

from dataclasses import dataclass

import numpy as np

from spend.arguments import Floats
from spend.market_model import MarketModel, index_paths
from spend.monte_carlo import codes, expected_changes, factor, saved, volumes
from spend.plan_lines import MONTHS, SpendPlan


@dataclass(frozen=True)
class Month:
    """The year up to the end of one month, in whole cents.

    ``planned`` is what the plan has by then, at today's prices and without savings; the others are
    how much more, or less, the year so far is ``expected`` to cost, and costs in a lucky year
    (``p10``) or an unlucky one (``p90``).
    """

    planned: int
    expected: int
    p10: int
    p90: int


def by_month(plan: SpendPlan, market: MarketModel, seed: int, draws: int) -> tuple[Month, ...]:
    """The year as it adds up, with the draws that ``simulate`` uses for the same seed.

    A saving comes in twelve equal parts. The last month is the whole year: what ``simulate`` says,
    to the cent.

    >>> from datetime import date
    >>> from spend.plan_lines import PlanLine
    >>> plan = SpendPlan(date(2027, 1, 1), (PlanLine("L", 120_00, "OIL", 1.0),))
    >>> found = by_month(plan, MarketModel(("OIL",), (0.0,), ((0.01,),)), seed=1, draws=1_000)
    >>> found[0].planned, found[-1].planned, found[-1].expected, found[0].p90 < found[-1].p90
    (1000, 12000, 0, True)
    """
    money = sum((line.by_month() for line in plan.lines), np.zeros(MONTHS))
    expected = (
        sum((expected_changes(line, plan, market) for line in plan.lines), np.zeros(MONTHS))
        - sum(saving.amount * saving.probability for saving in plan.savings) / MONTHS
    )
    strays = np.cumsum(_strays(plan, market, seed, draws), axis=0)
    ranks = [max(int(np.ceil(share * draws - 1e-9)), 1) - 1 for share in (0.1, 0.9)]
    ordered = np.partition(strays, ranks, axis=1)
    return tuple(
        Month(*(round(float(value)) for value in values))
        for values in zip(
            np.cumsum(money), np.cumsum(expected), ordered[:, ranks[0]], ordered[:, ranks[1]],
            strict=True,
        )
    )  # fmt: skip


def _strays(plan: SpendPlan, market: MarketModel, seed: int, draws: int) -> Floats:
    """What each month costs beyond the plan, months by draws."""
    paths = index_paths(market, codes(plan), plan.steps, seed, draws)
    found = np.zeros((MONTHS, draws))
    for line in plan.lines:
        money, follows = line.by_month(), line.open_share(plan.start)
        moves = line.index_code or line.currency or line.volume_sd
        volume = volumes(line, seed, draws) if line.volume_sd else 1.0
        for month in range(MONTHS if moves else 0):
            price = factor(line, float(follows[month]), paths, month)
            found[month] += money[month] * (price * volume - 1.0)
    for saving in plan.savings:
        found -= saved(saving, seed, draws) / MONTHS
    return found
