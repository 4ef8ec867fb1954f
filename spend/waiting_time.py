"""How long things waited, from how many waited how many days: middle, tail, mean, and since when.

Days are whole, and counts say how many waited them, so that millions of waits are a few numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.arguments import finite, zero_or_more
from spend.process import order_cycle_days

NINE_IN_TEN = 0.9
TWICE = 2.0  # as long as before is a rise that people notice
A_FEW_DAYS = 2.0  # and so many days more


@dataclass(frozen=True)
class Wait:
    """What some waits come to, in days; ``most`` is what nine in ten took no longer than."""

    count: int
    median: float
    mean: float
    most: float


def waited(days: Any, counts: Any) -> Wait | None:
    """What waits come to: the days that occur, and how many waited each of them.

    The median is that of ``order_cycle_days``. ``None`` for no waits. Raises ``ValueError`` for a
    count below zero.

    >>> waited([0, 1, 9], [5, 4, 1])
    Wait(count=10, median=0.5, mean=1.3, most=1.0)
    """
    median = order_cycle_days(days, counts)
    if median is None:
        return None
    taken, many = finite(days=days, counts=counts)
    most = within(taken, many, NINE_IN_TEN)
    whole = many.sum()
    return Wait(int(whole), median, float((taken * many).sum() / whole), most)


def within(days: Any, counts: Any, share: float) -> float:
    """The fewest days within which a share of the waits was over; NaN for no waits.

    Raises ``ValueError`` for a count below zero, or a share that is not above 0 and at most 1.

    >>> within([0, 1, 9], [5, 4, 1], 0.9), within([0, 1, 9], [5, 4, 1], 0.95)
    (1.0, 9.0)
    """
    if not 0 < share <= 1:
        raise ValueError("share must be above 0 and at most 1")
    taken, many = finite(days=days, counts=counts)
    zero_or_more(counts=many)
    order = np.argsort(taken, axis=None)
    so_far = many.ravel()[order].cumsum()
    if not so_far.size or not so_far[-1]:
        return float("nan")
    # A hair less than the share: what is a whole number of waits must not fall one beyond it.
    place = np.searchsorted(so_far, share * so_far[-1] * (1 - 1e-12))
    return float(taken.ravel()[order][place])


def risen_since(medians: Sequence[float | None]) -> int | None:
    """From which of some months on waits were long, where they were short before.

    The place that parts the months best into two levels; ``None`` where the later level is not
    twice the earlier one and two days above it. Months without waits say nothing.

    >>> risen_since([1.0, 1.0, 2.0, 7.0, None, 8.0]), risen_since([1.0, 2.0, 1.0, 2.0])
    (3, None)
    """
    known = [(place, value) for place, value in enumerate(medians) if value is not None]
    best: tuple[float, int] | None = None
    for n in range(1, len(known)):
        before, after = (np.mean([v for _, v in part]) for part in (known[:n], known[n:]))
        apart = n * (len(known) - n) * (after - before) ** 2
        if after >= TWICE * before and after - before >= A_FEW_DAYS:
            best = max(best or (0.0, 0), (float(apart), known[n][0]))
    return best[1] if best else None
