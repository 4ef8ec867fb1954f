"""The frontier of payment terms: how much cash can be had, and what each step of it costs the pair.

Each point is a choice that can be made as it stands, never half a change, searched for between the
corners of the frontier's convex hull (``spend.terms_prices``, ``spend.terms_search``). Where one
supplier is so large that a price of cash can't settle its terms, the hull is far off: a point that
may be dear is searched for once more, at the prices of those points from which one single change
gets to its goal most cheaply.
"""

from dataclasses import dataclass

import numpy as np

from spend.arguments import Floats
from spend.terms_options import Choice, TermsOptions
from spend.terms_prices import (
    best_at_price,
    changes_limit,
    meets,
    most_cash,
    total_cash,
    total_cost,
    whole_number,
)
from spend.terms_search import Priced, cheaper_at, good_choice

# A point this far above its bound, as a share of what the frontier spans in cost, may be dear.
DEAR = 0.002

# At how many other points' prices it is searched for again.
PRICES = 3


@dataclass(frozen=True)
class Frontier:
    """Points of the frontier, by rising cash and cost; today's point, nothing changed, is (0, 0).

    ``goal``: the cash asked for. ``cash``: what the point's choice releases, at least the goal.
    ``cost``: what the pair loses in a year by it (minus: gains). ``changes``: suppliers changed.
    """

    goal: Floats
    cash: Floats
    cost: Floats
    changes: Choice


def frontier(options: TermsOptions, points: int = 20, max_changes: int | None = None) -> Frontier:
    """Cash against joint cost, from the cheapest choice of all to the most cash there is.

    The goals are evenly spaced between the two. A point is close to the least cost of its goal, but
    not proven to be it. Measured against ``spend.terms_optimiser.optimise``, as a share of what the
    frontier spans in cost, 3,010 points of companies of 2 to 60 suppliers were dearer by 0.3 % at
    most, and 1,417 of 2 to 300 by 1.2 % and 2.2 % in two cases, else below 1 %; 99 in 100 by less
    than 0.2 %. Raises ``ValueError`` for ``points`` that are not a whole number of two or more, and
    for a number of changes that is not one of zero or more. No suppliers: all zeros.

    >>> from spend.terms_options import terms_options
    >>> drawn = frontier(terms_options([365_000], [30], [0.12], 0.05, steps=(60, 90)), points=3)
    >>> drawn.cash.tolist(), drawn.cost.round(6).tolist()
    ([0.0, 30000.0, 60000.0], [0.0, 2100.0, 4200.0])
    """
    points = whole_number("points", points, least=2)
    limit = changes_limit(options, max_changes)
    cheapest, most = best_at_price(options, 0.0, limit), most_cash(options, limit)
    goals = np.linspace(total_cash(options, cheapest), total_cash(options, most), points)
    searched = [good_choice(options, float(goal), limit) for goal in goals[1:]]
    choices = [cheapest, *_again(options, goals[1:], searched, limit), most]
    cash = np.array([total_cash(options, choice) for choice in choices])
    cost = np.array([total_cost(options, choice) for choice in choices])
    changes = np.array([np.count_nonzero(choice) for choice in choices])
    # A point may do better at its neighbour's goal than the neighbour's own choice.
    reach = np.array([[meets(have, goal) for have in cash] for goal in goals])
    best = np.argmin(np.where(reach, cost, np.inf), axis=1)
    return Frontier(goals, cash[best], cost[best], changes[best])


def _again(options: TermsOptions, goals: Floats, found: list[Priced], limit: int) -> list[Choice]:
    """The choice for each goal: the one found, or a cheaper one at the price of other points."""
    costs = [total_cost(options, point.choice) for point in found]
    dear = DEAR * (max(costs) - min(costs))
    dear_ones = {i for i, cost in enumerate(costs) if cost - found[i].bound > dear}
    one_change = [_one_change(options, point.choice, limit) for point in found if dear_ones]
    choices = []
    for i, goal in enumerate(goals.tolist()):
        choice = found[i].choice
        if i in dear_ones:
            near = np.array([_least(cash, cost, goal) for cash, cost in one_change])
            for k in np.argsort(near, kind="stable")[:PRICES]:
                price = found[k].price
                bound = found[k].bound + price * (goal - float(goals[k]))
                choice = cheaper_at(options, goal, limit, choice, price, bound)
        choices.append(choice)
    return choices


def _one_change(options: TermsOptions, choice: Choice, limit: int) -> tuple[Floats, Floats]:
    """Rising cash of a choice after one supplier's change; the least cost of that cash or more."""
    cash, cost = options.chosen(options.cash, choice), options.chosen(options.cost, choice)
    possible = options.allowed.copy()
    possible[choice == 0] &= np.count_nonzero(choice) < limit
    possible[np.arange(options.suppliers), choice] = True
    after = (cash.sum() - cash[:, None] + options.cash)[possible]
    order = np.argsort(after, kind="stable")
    paid = (cost.sum() - cost[:, None] + options.cost)[possible][order]
    return after[order], np.minimum.accumulate(paid[::-1])[::-1]


def _least(cash: Floats, cost: Floats, goal: float) -> float:
    """The least cost of a goal among rising cash."""
    place = int(np.searchsorted(cash, goal))
    return float(cost[place]) if place < len(cost) else np.inf
