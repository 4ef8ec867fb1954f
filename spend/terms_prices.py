"""Payment terms at a price of cash: what is best at the price, and how good a choice can be at all.

Cash is given a price a year. At a price, every supplier's best option stands by itself, and with a
limit on changes the suppliers that gain most are changed: an exact answer in one sweep of a table
(Everett, 1963, generalised Lagrange multipliers). What it gives is a bound on the cost of every
goal, and the corners of the frontier's convex hull.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.arguments import Floats, finite
from spend.terms_options import Choice, TermsOptions

# Each step finds a corner of the hull, in practice about ten; this only guards against rounding.
MOST_STEPS = 100


@dataclass(frozen=True)
class Corners:
    """The hull's choices on either side of a goal; ``above`` meets it.

    At ``price``, the slope between the two, no choice that meets the goal costs the pair less than
    ``bound``. Where the cheapest choice of all meets the goal, both are that choice.
    """

    below: Choice
    above: Choice
    price: float
    bound: float


def changes_limit(options: TermsOptions, max_changes: int | None) -> int:
    """How many suppliers may be changed; all of them where no limit is given."""
    if max_changes is None:
        return options.suppliers
    return min(whole_number("max_changes", max_changes, least=0), options.suppliers)


def whole_number(name: str, value: Any, least: int) -> int:
    """A count as an ``int``; ``ValueError`` for what is not a whole number of at least ``least``.

    >>> whole_number("points", 20.0, least=2)
    20
    """
    (number,) = finite(**{name: value})
    if number.ndim or number % 1:
        raise ValueError(f"{name} must be a whole number")
    if number < least:
        raise ValueError(f"{name} must be {least or 'zero'} or more")
    return int(number)


def meets(cash: float, goal: float) -> bool:
    """Whether cash reaches a goal, but for the rounding of a sum."""
    return cash >= goal - rounding(goal)


def rounding(goal: float) -> float:
    """By how much a sum of cash may miss a goal."""
    return 1e-9 * max(1.0, abs(goal))


def total_cash(options: TermsOptions, choice: Choice) -> float:
    """What a choice releases."""
    return float(options.chosen(options.cash, choice).sum())


def total_cost(options: TermsOptions, choice: Choice) -> float:
    """What a choice costs the pair in a year."""
    return float(options.chosen(options.cost, choice).sum())


def best_at_price(options: TermsOptions, price: float, limit: int) -> Choice:
    """The best option of each supplier at a price of cash, with at most ``limit`` changes."""
    return _limited(_reduced(options, price), limit)


def most_cash(options: TermsOptions, limit: int) -> Choice:
    """The choice that releases the most cash."""
    return _limited(np.where(options.allowed, -options.cash, np.inf), limit)


def corners(options: TermsOptions, goal: float, limit: int) -> Corners:
    """The hull's choices on either side of a goal that can be met.

    The slope between two choices on either side is a price; what is best at it is either no better
    than the two, which are then neighbours, or takes the place of one of them. With a limit on
    changes the hull may end short of the most cash; there, that is the upper choice.
    """
    below, above = best_at_price(options, 0.0, limit), most_cash(options, limit)
    low, low_cost = total_cash(options, below), total_cost(options, below)
    best = low_cost, 0.0
    if meets(low, goal):
        return Corners(below, below, best[1], best[0])
    high, high_cost = total_cash(options, above), total_cost(options, above)
    for _ in range(MOST_STEPS):
        price = max(0.0, (high_cost - low_cost) / (high - low))
        choice = best_at_price(options, price, limit)
        cash, cost = total_cash(options, choice), total_cost(options, choice)
        best = max(best, (cost + price * (goal - cash), price))
        if cost - price * cash >= low_cost - price * low - 1e-12 * abs(low_cost):
            break
        if meets(cash, goal):
            above, high, high_cost = choice, cash, cost
        else:
            below, low, low_cost = choice, cash, cost
    return Corners(below, above, best[1], best[0])


def extras(options: TermsOptions, price: float, limit: int) -> tuple[Floats, float]:
    """By how much each option lifts the price's bound when forced upon a choice; a change's fee.

    The fee is what the first supplier beyond the limit would have gained by a change.
    """
    table = _reduced(options, price)
    best = table.min(axis=1)
    fee = -float(np.sort(best)[limit]) if limit < len(best) else 0.0
    table[:, 1:] += fee
    return np.asarray(table - table.min(axis=1)[:, None]), fee


def _reduced(options: TermsOptions, price: float) -> Floats:
    """Each option's cost less its cash at a price; infinite where it is not allowed."""
    return np.where(options.allowed, options.cost - price * options.cash, np.inf)


def _limited(table: Floats, limit: int) -> Choice:
    """Each row's smallest column, for the rows that gain most by leaving column 0."""
    choice: Choice = np.argmin(table, axis=1)
    if limit < len(table):
        gain = table[np.arange(len(table)), choice]
        choice[np.argsort(gain, kind="stable")[limit:]] = 0
    return choice
