"""A good choice of payment terms for a cash goal, in milliseconds, and a bound on how good it is.

Between the hull's corners on either side of the goal, a first choice is filled up greedily and
improved by single moves. Then the options that can still be part of a cheaper one are gone through.
Measured against the bound of ``spend.terms_prices``, every option costs something extra, never less
than zero, and a choice costs the bound plus its extras: an option whose extra alone reaches the
known choice's distance from the bound is of no use. The suppliers left with several options are
decided one by one, those that move most cash first, and partial choices that can't win any more are
dropped (dynamic programming with a bound). Where too many are left, those with the least extra in
each band of cash are kept, and the answer is good rather than the best.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from spend.arguments import Flags, Floats
from spend.terms_options import Choice, TermsOptions
from spend.terms_prices import (
    Corners,
    corners,
    extras,
    meets,
    rounding,
    total_cash,
    total_cost,
)

# Suppliers decided one by one: so many that move most cash, the rest with the least extra.
DECIDED, LARGEST = 60, 20

# Partial choices kept after each, and the bands of cash that they are spread over.
KEPT, BANDS = 600, 100

# Single moves before the search takes over.
IMPROVEMENTS = 100


@dataclass(frozen=True)
class Priced:
    """A good choice that meets a goal, and what proves how good it is.

    At ``price`` no choice that meets the goal can cost the pair less than ``bound``.
    """

    choice: Choice
    price: float
    bound: float


class Partial(NamedTuple):
    """Choices for the suppliers decided so far: one entry each, and where it came from."""

    cash: Floats
    extra: Floats
    changes: Choice
    came_from: Choice
    column: Choice

    def only(self, entries: Choice | Flags) -> "Partial":
        """Some of the entries."""
        return Partial(
            self.cash[entries], self.extra[entries], self.changes[entries],
            self.came_from[entries], self.column[entries],
        )  # fmt: skip


@dataclass(frozen=True)
class Search:
    """What is asked of the search: ``room`` is how far above the bound a choice may be."""

    options: TermsOptions
    goal: float
    limit: int
    price: float
    fee: float
    extra: Floats
    room: float


def good_choice(options: TermsOptions, goal: float, limit: int) -> Priced:
    """A good choice for a goal that can be met, and a bound on the best one."""
    hull = corners(options, goal, limit)
    choice = _improved(options, _filled(options, hull, goal, limit), goal, limit)
    choice = cheaper_at(options, goal, limit, choice, hull.price, hull.bound)
    return Priced(choice, hull.price, hull.bound)


def cheaper_at(
    options: TermsOptions, goal: float, limit: int, choice: Choice, price: float, bound: float
) -> Choice:
    """The choice, or a cheaper one for the goal, searched for around what is best at a price."""
    room = total_cost(options, choice) - bound
    if room <= 1e-9 * abs(bound):
        return choice
    extra, fee = extras(options, price, limit)
    least = goal - rounding(goal) / 2
    found = _searched(Search(options, least, limit, price, fee, extra, room))
    # With nobody left to decide there is one candidate, and it may miss the goal.
    if found is None or not meets(total_cash(options, found), goal):
        return choice
    if np.count_nonzero(found) > limit:
        return choice
    found = _improved(options, found, goal, limit)
    return min(choice, found, key=lambda one: total_cost(options, one))


def _filled(options: TermsOptions, hull: Corners, goal: float, limit: int) -> Choice:
    """The upper choice, with the suppliers that fit put back to the lower one, biggest first."""
    choice, below = hull.above.copy(), hull.below
    freed = options.chosen(options.cash, choice) - options.chosen(options.cash, below)
    saved = options.chosen(options.cost, choice) - options.chosen(options.cost, below)
    slack = total_cash(options, choice) - goal
    changes = int(np.count_nonzero(choice))
    for supplier in np.argsort(-freed, kind="stable"):
        more = int(below[supplier] != 0) - int(choice[supplier] != 0)
        if saved[supplier] > 0 and freed[supplier] <= slack and changes + more <= limit:
            choice[supplier] = below[supplier]
            slack -= float(freed[supplier])
            changes += more
    return choice


def _improved(options: TermsOptions, choice: Choice, goal: float, limit: int) -> Choice:
    """The choice after single moves that save cost and leave the goal met, the best one first."""
    choice = choice.copy()
    for _ in range(IMPROVEMENTS):
        cash, cost = options.chosen(options.cash, choice), options.chosen(options.cost, choice)
        saved, freed = cost[:, None] - options.cost, cash[:, None] - options.cash
        possible = options.allowed & (freed <= float(cash.sum()) - goal) & (saved > 0)
        if np.count_nonzero(choice) >= limit:
            possible[choice == 0] = False
        if not possible.any():
            break
        move = int(np.argmax(np.where(possible, saved, 0.0)))
        choice[move // saved.shape[1]] = move % saved.shape[1]
    return choice


def _searched(asked: Search) -> Choice | None:
    """The cheapest choice found that meets the goal within the room; ``None`` where none is."""
    options = asked.options
    choice: Choice = np.argmin(asked.extra, axis=1)
    useful = options.allowed & (asked.extra < asked.room)
    suppliers = _undecided(asked, useful)
    fixed = np.delete(np.arange(options.suppliers), suppliers)
    start = options.cash[fixed, choice[fixed]].sum(), 0.0, np.count_nonzero(choice[fixed]), 0, 0
    steps = [Partial(*(np.array([value]) for value in start))]
    column_changes = np.broadcast_to(np.arange(useful.shape[1]) > 0, useful.shape)
    cash = _to_come(options.cash[suppliers], useful[suppliers])
    changes = _to_come(column_changes[suppliers].astype(float), useful[suppliers])
    for place, supplier in enumerate(suppliers):
        grown = _grown(asked, steps[-1], int(supplier), np.flatnonzero(useful[supplier]))
        can_win = _can_win(asked, grown, cash[:, place + 1], changes[:, place + 1])
        steps.append(_thinned(grown.only(can_win)))
        if not steps[-1].cash.size:
            return None
    for supplier, step, row in _traced(asked, suppliers, steps):
        choice[supplier] = step.column[row]
    return choice


def _undecided(asked: Search, useful: Flags) -> Choice:
    """The suppliers with several useful options, those that move most cash first."""
    found = np.flatnonzero(np.count_nonzero(useful, axis=1) > 1)
    moved = np.ptp(np.where(useful[found], asked.options.cash[found], 0.0), axis=1)
    found = found[np.argsort(-moved, kind="stable")]
    if len(found) > DECIDED:
        second = np.partition(asked.extra[found], 1, axis=1)[:, 1]
        second[:LARGEST] = -np.inf
        found = found[np.sort(np.argsort(second, kind="stable")[:DECIDED])]
    return found


def _to_come(table: Floats, useful: Flags) -> Floats:
    """The least and the most that the suppliers from each place on can still add."""
    ends = np.zeros((2, len(table) + 1))
    ends[0, :-1] = np.where(useful, table, np.inf).min(axis=1)[::-1].cumsum()[::-1]
    ends[1, :-1] = np.where(useful, table, -np.inf).max(axis=1)[::-1].cumsum()[::-1]
    return ends


def _grown(asked: Search, partial: Partial, supplier: int, columns: Choice) -> Partial:
    """Every partial choice with each useful option of one more supplier."""
    count = len(partial.cash)
    came_from, column = np.tile(np.arange(count), len(columns)), np.repeat(columns, count)
    return Partial(
        partial.cash[came_from] + asked.options.cash[supplier, column],
        partial.extra[came_from] + asked.extra[supplier, column],
        partial.changes[came_from] + (column != 0),
        came_from,
        column,
    )


def _can_win(asked: Search, partial: Partial, cash: Floats, changes: Floats) -> Flags:
    """Whether a partial choice can still meet the goal and the limit, and within the room."""
    over = np.maximum(partial.cash + cash[0] - asked.goal, 0.0)
    spare = np.maximum(asked.limit - partial.changes - changes[1], 0.0)
    above_bound = partial.extra + asked.price * over + asked.fee * spare
    meets_goal = partial.cash + cash[1] >= asked.goal
    few: Flags = partial.changes + changes[0] <= asked.limit
    return np.asarray(meets_goal & few & (above_bound < asked.room))


def _thinned(partial: Partial) -> Partial:
    """As many partial choices as are kept: the best of each band of cash, then the second best."""
    if len(partial.cash) <= KEPT:
        return partial
    edges = np.linspace(partial.cash.min(), partial.cash.max(), BANDS + 1)
    band = np.searchsorted(edges[1:-1], partial.cash)
    order = np.lexsort((partial.extra, band))
    rank = np.arange(len(order)) - np.searchsorted(band[order], band[order])
    return partial.only(order[np.lexsort((partial.extra[order], rank))[:KEPT]])


def _traced(
    asked: Search, suppliers: Choice, steps: list[Partial]
) -> list[tuple[int, Partial, int]]:
    """Backwards through the steps from the cheapest end: supplier, step, and entry in it."""
    end, found = steps[-1], []
    cost = end.extra + asked.price * end.cash - asked.fee * end.changes
    row = int(np.argmin(cost))
    for supplier, step in zip(suppliers[::-1].tolist(), steps[:0:-1], strict=True):
        found.append((supplier, step, row))
        row = int(step.came_from[row])
    return found
