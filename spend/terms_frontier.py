"""The frontier of payment terms: how much cash can be had, and what each step of it costs the pair.

Cash is given a price a year. At a price, every supplier's best option stands by itself, and with a
limit on changes the suppliers that gain most are changed: an exact answer in one sweep of a table
(Everett, 1963, generalised Lagrange multipliers). Raising the price walks along the frontier's
convex hull, and between its corners a choice takes some suppliers from either side. Each point is a
choice that can be made as it stands, never half a change.
"""

from dataclasses import dataclass

import numpy as np

from spend.arguments import Floats
from spend.terms_options import Choice, TermsOptions

HALVINGS = 60


@dataclass(frozen=True)
class Frontier:
    """Points of the frontier, by rising cash; today's point, nothing changed, is (0, 0).

    ``goal``: the cash asked for. ``cash``: what the point's choice releases, at least the goal.
    ``cost``: what the pair loses in a year by it (minus: gains). ``changes``: suppliers changed.
    """

    goal: Floats
    cash: Floats
    cost: Floats
    changes: Choice


def frontier(options: TermsOptions, points: int = 20, max_changes: int | None = None) -> Frontier:
    """Cash against joint cost, from the cheapest choice of all to the most cash there is.

    The goals are evenly spaced between the two. Raises ``ValueError`` for fewer than two points or
    a negative number of changes. No suppliers: all zeros.

    >>> from spend.terms_options import terms_options
    >>> drawn = frontier(terms_options([365_000], [30], [0.12], 0.05, steps=(60, 90)), points=3)
    >>> drawn.cash.tolist(), drawn.cost.round(6).tolist()
    ([0.0, 60000.0, 60000.0], [0.0, 4200.0, 4200.0])
    """
    if points < 2:
        raise ValueError("points must be 2 or more")
    limit = changes_limit(options, max_changes)
    cheapest = best_at_price(options, 0.0, limit)
    most = most_cash(options, limit)
    ends = [float(options.chosen(options.cash, end).sum()) for end in (cheapest, most)]
    goals = np.linspace(ends[0], ends[1], points)
    inner = [priced(options, float(goal), limit).choice for goal in goals[1:-1]]
    choices = [cheapest, *inner, most]
    cash = np.array([options.chosen(options.cash, choice).sum() for choice in choices])
    cost = np.array([options.chosen(options.cost, choice).sum() for choice in choices])
    changes = np.array([np.count_nonzero(choice) for choice in choices])
    # A point may do better at its neighbour's goal than the neighbour's own choice.
    reach = np.array([[meets(have, goal) for have in cash] for goal in goals])
    best = np.argmin(np.where(reach, cost, np.inf), axis=1)
    return Frontier(goals, cash[best], cost[best], changes[best])


@dataclass(frozen=True)
class Priced:
    """A good choice that meets a goal, and what proves how good it is.

    At ``price`` no choice that meets the goal can cost the pair less than ``bound``.
    """

    choice: Choice
    price: float
    bound: float


def changes_limit(options: TermsOptions, max_changes: int | None) -> int:
    """How many suppliers may be changed; all of them where no limit is given."""
    if max_changes is not None and max_changes < 0:
        raise ValueError("max_changes must be zero or more")
    return options.suppliers if max_changes is None else min(max_changes, options.suppliers)


def meets(cash: float, goal: float) -> bool:
    """Whether cash reaches a goal, but for the rounding of a sum."""
    return cash >= goal - 1e-9 * max(1.0, abs(goal))


def reduced(options: TermsOptions, price: float) -> Floats:
    """Each option's cost less its cash at a price; infinite where it is not allowed."""
    return np.where(options.allowed, options.cost - price * options.cash, np.inf)


def best_at_price(options: TermsOptions, price: float, limit: int) -> Choice:
    """The best option of each supplier at a price of cash, with at most ``limit`` changes."""
    return _limited(reduced(options, price), limit)


def most_cash(options: TermsOptions, limit: int) -> Choice:
    """The choice that releases the most cash."""
    return _limited(np.where(options.allowed, -options.cash, np.inf), limit)


def priced(options: TermsOptions, goal: float, limit: int) -> Priced:
    """A good choice for a goal that can be met: between the two prices on either side of it.

    The price is halved until the choices below and above the goal are neighbours on the hull. Of
    the upper one, as many suppliers as fit are put back to the lower one. With a limit on changes
    the hull may end short of the most cash; there, that is the upper choice.
    """
    low, high = 0.0, _highest_price(options)
    below = best_at_price(options, low, limit)
    above, best = most_cash(options, limit), (-np.inf, low)
    tried = [low, high]
    for _ in range(HALVINGS):
        price = tried.pop(0) if tried else (low + high) / 2
        table = reduced(options, price)
        choice = _limited(table, limit)
        best = max(best, (float(options.chosen(table, choice).sum()) + price * goal, price))
        if meets(float(options.chosen(options.cash, choice).sum()), goal):
            above, high, tried = choice, price, []
        else:
            below, low = choice, price
        if low >= high:
            break
    return Priced(_filled(options, below, above, goal, limit), best[1], best[0])


def _filled(options: TermsOptions, below: Choice, above: Choice, goal: float, limit: int) -> Choice:
    """The upper choice, with the suppliers that fit put back to the lower one, biggest first."""
    choice = above.copy()
    freed = options.chosen(options.cash, above) - options.chosen(options.cash, below)
    saved = options.chosen(options.cost, above) - options.chosen(options.cost, below)
    slack = float(options.chosen(options.cash, above).sum()) - goal
    changes = int(np.count_nonzero(above))
    for supplier in np.argsort(-freed, kind="stable"):
        more = int(below[supplier] != 0) - int(above[supplier] != 0)
        if saved[supplier] > 0 and freed[supplier] <= slack and changes + more <= limit:
            choice[supplier] = below[supplier]
            slack -= float(freed[supplier])
            changes += more
    return choice


def _highest_price(options: TermsOptions) -> float:
    """A price at which hardly anything but cash counts."""
    cash = np.abs(options.cash[options.allowed & (options.cash != 0)])
    if not cash.size:
        return 0.0
    return 1e3 * float(np.abs(options.cost).max() / cash.min() + 1.0)


def _limited(table: Floats, limit: int) -> Choice:
    """Each row's smallest column, for the rows that gain most by leaving column 0."""
    choice: Choice = np.argmin(table, axis=1)
    if limit < len(table):
        gain = table[np.arange(len(table)), choice]
        choice[np.argsort(gain, kind="stable")[limit:]] = 0
    return choice
