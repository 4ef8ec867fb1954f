"""Which suppliers to extend and which to pay early, to reach a cash goal at least joint cost.

A price of cash (``spend.terms_prices``, ``spend.terms_search``) gives a good choice, and a bound
that no choice can beat. The options closest to it go to HiGHS as a small integer programme. Its
answer is checked here and never taken on trust; options that could only beat it by breaking the
bound are struck out, exactly, and where HiGHS has not seen all that are left, it is asked once
more, with more of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from spend.arguments import Flags, Floats, above_zero, finite
from spend.terms_options import Choice, TermsOptions
from spend.terms_prices import changes_limit, extras, meets, most_cash, total_cash, total_cost
from spend.terms_search import good_choice

# HiGHS lets a row be missed by this much of its largest term; the second try asks for more.
MARGINS = (0.0, 3e-6)

# How many options beyond one each go to HiGHS, first and then.
CORE_SIZES = (400, 1500)

# A plan this close to the bound, as a share of its cost, counts as the best.
GAP = 1e-6


@dataclass(frozen=True)
class TermsPlan:
    """One choice for each supplier, in arrays; what a sentence about each needs is here.

    ``choice``: the option's column. ``kind``: "keep", "extend" or "pay early". ``cash``: released
    once; ``cost``: the pair's loss in a year (minus: gain); ``buyer_gain`` and ``supplier_gain``
    in a year, discounts included, price rises not; they sum to −cost. Where the goal can't be met,
    ``feasible`` is false, the plan is the one with the most cash, and ``shortfall`` is what it
    lacks. ``gap``: by how much a better plan could at most be cheaper, in money a year; up to a
    millionth of the cost it is not searched further.
    """

    goal: float
    feasible: bool
    most_cash: float
    shortfall: float
    choice: Choice
    kind: NDArray[np.object_]
    current_days: Floats
    new_days: Floats
    discount_rate: Floats
    cash: Floats
    cost: Floats
    buyer_gain: Floats
    supplier_gain: Floats
    total_cash: float
    total_cost: float
    changes: int
    gap: float


def optimise(
    options: TermsOptions,
    cash_goal: float,
    max_changes: int | None = None,
    time_limit: float = 1.6,
) -> TermsPlan:
    """The plan that meets a cash goal at the least loss to the pair, with so many changes at most.

    A negative goal is cash that may be given up, for early payments that help both. ``time_limit``
    is in seconds; when it runs out, the best plan found stands, and ``gap`` says how far it can be
    from the best. Raises ``ValueError`` for a goal that is not a finite number, ``max_changes``
    that is not a whole number of zero or more, or a time of zero or less.

    >>> from spend.terms_options import terms_options
    >>> options = terms_options([365_000, 365_000], [30, 30], [0.12, 0.04], 0.05, steps=(60, 90))
    >>> plan = optimise(options, 90_000)
    >>> plan.new_days.tolist(), round(plan.total_cost), optimise(options, 130_000).shortfall
    ([60.0, 90.0], 1500, 10000.0)
    """
    goal, seconds = finite(cash_goal=cash_goal, time_limit=time_limit)
    if goal.ndim:
        raise ValueError("cash_goal and time_limit must be single numbers")
    above_zero(time_limit=seconds)
    cash_goal, time_limit = float(goal), float(seconds)
    limit = changes_limit(options, max_changes)
    most = most_cash(options, limit)
    reachable = total_cash(options, most)
    if not meets(reachable, cash_goal):
        return _plan(options, most, cash_goal, reachable, gap=0.0)
    start = good_choice(options, cash_goal, limit)
    raised, _ = extras(options, start.price, limit)
    choice, bound = start.choice, start.bound
    for size in CORE_SIZES:
        cost = total_cost(options, choice)
        if cost - bound <= GAP * max(abs(cost), 1e-3):
            break
        kept = _core(options, raised, cost - start.bound, size)
        kept[np.arange(options.suppliers), choice] = True
        found, lower = _solved(options, kept, cash_goal, limit, time_limit / 2)
        if found is not None:
            choice = min(choice, found, key=lambda chosen: total_cost(options, chosen))
        # A cheaper choice is one of the options kept, or has one that raises the first bound.
        beyond = start.bound + float(np.min(raised, where=options.allowed & ~kept, initial=np.inf))
        bound = max(bound, min(lower, beyond, total_cost(options, choice)))
    gap = max(0.0, total_cost(options, choice) - bound)
    return _plan(options, choice, cash_goal, reachable, gap)


def _valid(options: TermsOptions, choice: Choice, goal: float, limit: int) -> bool:
    """Whether a choice is allowed, meets the goal, and changes no more than it may."""
    cash = total_cash(options, choice)
    allowed = bool(options.chosen(options.allowed, choice).all())
    return bool(allowed and meets(cash, goal) and np.count_nonzero(choice) <= limit)


def _core(options: TermsOptions, raised: Floats, gap: float, size: int) -> Flags:
    """The options that can be part of a cheaper choice: those that lift the bound by less.

    Where they are too many, the closest ones, and one for each supplier that does not lift it.
    """
    found: Flags = options.allowed & (raised <= gap)
    if np.count_nonzero(found) > options.suppliers + size:
        found &= raised <= np.sort(raised[found])[options.suppliers + size]
    return found


def _solved(
    options: TermsOptions, kept: Flags, goal: float, limit: int, time_limit: float
) -> tuple[Choice | None, float]:
    """The cheapest valid choice among the options kept, by HiGHS, and its bound on all of them."""
    supplier, column = np.nonzero(kept)
    cash, cost = options.cash[supplier, column], options.cost[supplier, column]
    per_cash, per_cost = max(np.abs(cash).max(), 1e-12), max(np.abs(cost).max(), 1e-12)
    size = len(supplier)
    one_each = sparse.csr_array((np.ones(size), (supplier, np.arange(size))))
    rows = sparse.vstack([one_each, (cash / per_cash)[None, :], (column != 0).astype(float)[None]])
    lower, bound = np.ones(options.suppliers), -np.inf
    for margin in MARGINS:
        answer = milp(
            cost / per_cost,
            constraints=LinearConstraint(
                rows, [*lower, goal / per_cash + margin, 0.0], [*lower, np.inf, float(limit)]
            ),
            integrality=np.ones(size),
            bounds=Bounds(0, 1),
            options={"time_limit": time_limit, "mip_rel_gap": GAP},
        )
        if margin == 0 and answer.mip_dual_bound is not None:
            bound = float(answer.mip_dual_bound) * per_cost
        choice = _read(options, answer.x, supplier, column)
        if choice is not None and _valid(options, choice, goal, limit):
            return choice, bound
    return None, bound


def _read(
    options: TermsOptions, taken: Floats | None, supplier: Choice, column: Choice
) -> Choice | None:
    if taken is None:
        return None
    choice = np.zeros(options.suppliers, dtype=np.int64)
    choice[supplier[taken > 0.5]] = column[taken > 0.5]
    return choice


def _plan(
    options: TermsOptions, choice: Choice, goal: float, reachable: float, gap: float
) -> TermsPlan:
    cash, cost = (options.chosen(table, choice) for table in (options.cash, options.cost))
    discount = options.chosen(options.discount, choice)
    given = options.annual_spend * discount
    total = float(cash.sum())
    feasible = meets(total, goal)
    return TermsPlan(
        goal=goal,
        feasible=feasible,
        most_cash=reachable,
        shortfall=0.0 if feasible else goal - total,
        choice=choice,
        kind=np.asarray(options.kinds, dtype=object)[choice],
        current_days=options.current_days,
        new_days=options.chosen(options.days, choice),
        discount_rate=discount,
        cash=cash,
        cost=cost,
        buyer_gain=cash * options.buyer_rate + given,
        supplier_gain=0.0 - cash * options.supplier_rate - given,
        total_cash=total,
        total_cost=float(cost.sum()),
        changes=int(np.count_nonzero(choice)),
        gap=gap,
    )
