"""Where decreasing functions reach a target: one bracketed search for many items at once.

Chandrupatla's method (A new hybrid quadratic/bisection algorithm, Advances in Engineering Software
28, 1997): inverse quadratic steps where the function is smooth enough for them, halving elsewhere,
so that steps and flat stretches cost time but never the answer. Where only whole numbers count, a
search by doubling and halving.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats

Rows = NDArray[np.int64]
Function = Callable[[Floats, Rows], Floats]
Slopes = Callable[[Floats, Rows], tuple[Floats, Floats]]
Test = Callable[[Floats, Rows], Flags]

MOST_STEPS = 200
MOST_SLOPES = 40


def decreasing_root(
    function: Function, target: Floats, low: Floats, high: Floats, tolerance: Floats
) -> Floats:
    """The x at which a function that falls with x equals ``target``, item by item.

    ``function(x, rows)`` is asked only for the items, by their places, that are still open. ``low``
    and ``high`` (low < high) are first guesses on either side; they move apart until they are.
    ``tolerance`` (above zero) is how near x must be. All are arrays of one dimension and length.

    >>> power = np.array([1, 2])
    >>> x = decreasing_root(lambda x, rows: x ** -power[rows], np.array([0.5, 4]),
    ...                     np.array([1, 0.1]), np.array([9.0, 2]), np.array([1e-9, 1e-9]))
    >>> x.round(6).tolist()
    [2.0, 0.5]
    """

    def excess(x: Floats, rows: Rows) -> Floats:
        return function(x, rows) - target[rows]

    low, at_low = _moved(excess, low, low - high, 1.0)
    high, at_high = _moved(excess, high, high - low, -1.0)
    return _narrowed(excess, (low, at_low), (high, at_high), tolerance)


def falling_root(function: Slopes, target: Floats, start: Floats, step: Floats) -> Floats:
    """The x at which a function that falls with x, from above zero, equals ``target``.

    ``function(x, rows)`` gives values and slopes. Newton's steps on the logarithm, which is nearly
    straight where what falls is a tail. A step that leaves the bracket seen so far or goes too far,
    and any after the first forty, is replaced by half the bracket; where that has one end only, by
    ever longer steps, from ``step`` on.

    >>> x = falling_root(lambda x, rows: (np.exp(-x), -np.exp(-x)), np.array([0.5]),
    ...                  np.array([3.0]), np.array([1.0]))
    >>> bool(abs(x.item() - np.log(2)) < 1e-12)
    True
    """
    x, rows = start.copy(), np.arange(start.size)
    low, high = np.full(x.size, -np.inf), np.full(x.size, np.inf)
    for doubling in range(MOST_STEPS):
        here = x[rows]
        value, slope = function(here, rows)
        above = value > target[rows]
        low[rows[above]], high[rows[~above]] = here[above], here[~above]
        with np.errstate(all="ignore"):
            new = here + value / slope * np.log(target[rows] / value)
        reach = step[rows] * 2.0**doubling
        # Slopes that lost their digits may lead to and fro for ever.
        straight = np.isfinite(slope) & (np.abs(new - here) <= 4 * reach) & (doubling < MOST_SLOPES)
        straight &= (new >= low[rows]) & (new <= high[rows])
        new = np.where(straight, new, _between(low[rows], high[rows], reach))
        x[rows] = new
        # Newton leaves an error of about the square of its step; halves must go all the way.
        least = np.where(straight, 1e-7 * step[rows], 4 * np.spacing(np.abs(new)))
        rows = rows[np.abs(new - here) > least]
        if not rows.size:
            return x
    raise ArithmeticError("no root found: the function never reaches its target")


def _between(low: Floats, high: Floats, step: Floats) -> Floats:
    """The middle of a bracket, or a step away from the one end that it has."""
    only_low, only_high = np.isinf(high), np.isinf(low)
    with np.errstate(invalid="ignore"):
        middle = (low + high) / 2
    return np.where(only_low, low + step, np.where(only_high, high - step, middle))


def least_whole(enough: Test, guess: Floats) -> Floats:
    """The least whole number that is enough, item by item: doubling steps, then halves.

    ``enough(x, rows)`` is false below some number and true from it on; like the guess it is of
    whole numbers. Where numbers are so large that they lie further apart, the least of those.

    >>> least_whole(lambda x, rows: x**2 >= 50, np.array([1.0, 7, 8])).tolist()
    [8.0, 8.0, 8.0]
    """
    high, rows = guess.copy(), np.arange(guess.size)
    low = high - _step(high)
    below = enough(low, rows)
    above = np.zeros(below.shape, dtype=bool)
    above[~below] = ~enough(high[~below], rows[~below])
    for down, rows in ((True, np.flatnonzero(below)), (False, np.flatnonzero(above))):
        step = _step(guess)
        while rows.size:
            here, beyond = (high, low) if down else (low, high)
            here[rows] = beyond[rows]
            beyond[rows] += -step[rows] if down else step[rows]
            step = 2 * step
            rows = rows[enough(beyond[rows], rows) == down]
    while (rows := np.flatnonzero(high - low > _step(high))).size:
        middle = np.floor((low + high) / 2)[rows]
        found = enough(middle, rows)
        high[rows[found]], low[rows[~found]] = middle[found], middle[~found]
    return high


def _step(x: Floats) -> Floats:
    """One, or the distance between numbers where that is more."""
    return np.asarray(np.maximum(1.0, 4 * np.spacing(np.abs(x))))


def _moved(excess: Function, x: Floats, step: Floats, sign: float) -> tuple[Floats, Floats]:
    """The end of the bracket, moved by doubling steps until the function has the sign wanted."""
    x, rows = x.copy(), np.arange(x.size)
    value = excess(x, rows)
    for doubling in range(MOST_STEPS):
        rows = rows[sign * value[rows] < 0]
        if not rows.size:
            return x, value
        x[rows] += step[rows] * 2.0**doubling
        value[rows] = excess(x[rows], rows)
    raise ArithmeticError("no bracket found: the function never reaches its target")


def _narrowed(
    excess: Function,
    low: tuple[Floats, Floats],
    high: tuple[Floats, Floats],
    tolerance: Floats,
) -> Floats:
    found = high[0].copy()
    rows = np.arange(found.size)
    state = np.array([*high, *low])
    share = np.full(rows.size, 0.5)
    for _ in range(MOST_STEPS):
        new, at_new, last, at_last = state
        between = new + share * (last - new)
        value = excess(between, rows)
        same = np.sign(value) == np.sign(at_new)
        third, at_third = np.where(same, new, last), np.where(same, at_new, at_last)
        last, at_last = np.where(same, last, new), np.where(same, at_last, at_new)
        nearer = np.abs(value) < np.abs(at_last)
        found[rows] = np.where(nearer, between, last)
        room = tolerance[rows] + 4 * np.finfo(float).eps * np.abs(found[rows])
        width = np.abs(last - between)
        still = (width > 2 * room) & (value != 0) & (at_last != 0)
        if not still.any():
            break
        rows, least = rows[still], room[still] / width[still]
        points = np.array([between, value, last, at_last, third, at_third])[:, still]
        state = points[:4]
        share = np.clip(_quadratic(*points), least, 1 - least)
    return found


def _quadratic(x1: Floats, f1: Floats, x2: Floats, f2: Floats, x3: Floats, f3: Floats) -> Floats:
    """How far to go from the first point to the second: by inverse quadratics, or half the way."""
    with np.errstate(all="ignore"):
        along, fall = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        safe = (fall**2 < along) & ((1 - fall) ** 2 < 1 - along)
        share = f1 / (f2 - f1) * f3 / (f2 - f3)
        share = share + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
    return np.where(safe, share, 0.5)
