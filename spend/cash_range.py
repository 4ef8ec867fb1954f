"""How far the cash to come may stray: many draws of how late each supplier is paid.

Only habits are drawn; the amounts are taken as they are. What one supplier is due in one week moves
together, as payment runs do. The budget is spread over hundreds of suppliers, whose habits even
out: it comes as expected in every draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spend.cash_outlook import (
    BUDGET,
    Buckets,
    Floats,
    Flow,
    Habits,
    Whole,
    by_habit,
    settled,
    sums,
)

Small = NDArray[np.int32]

SEED = 20_260
WEEK = 7
DRAWS = 1_000
FEWEST = 200
CELLS = 1_000_000  # draws × rows: what stays quick
STEPS = 1_000  # into how many equal shares a habit is cut
LOW, HIGH = 10, 90  # percentiles


@dataclass(frozen=True, eq=False)
class Range:
    """The low and the high end of what leaves in each place, and of some places together."""

    low: Floats
    high: Floats
    within_low: float  # of all places up to the last bucket: overdue and the weeks, say
    within_high: float
    draws: int


def ranges(flow: Flow, habits: Habits, kinds: Sequence[Buckets], seed: int = SEED) -> list[Range]:
    """From the 10th to the 90th percentile of what leaves, in weeks, in months: one set of draws.

    The same seed gives the same range, on any machine.
    """
    planned = flow.rows(flow.source == BUDGET)
    certain, open_ = settled(flow.rows(flow.source != BUDGET), habits, kinds[0])
    rows = _together(open_)
    count = int(np.clip(CELLS // max(len(rows), 1), FEWEST, DRAWS))
    paid = _days_paid(rows, habits, count, seed)
    found = []
    for buckets in kinds:
        fixed = sums(_moved(certain, kinds[0], buckets), certain.cents, buckets.count)
        fixed = fixed + by_habit(planned, habits, buckets).sum(axis=0)
        found.append(_range(_drawn(rows, paid, buckets) + fixed, buckets))
    return found


def _moved(certain: Flow, known: Buckets, buckets: Buckets) -> Whole:
    """The places of what is certain (overdue, at once, no date), in other buckets."""
    undated = certain.due == known.count - 1
    return np.where(undated, buckets.count - 1, certain.due)


def _together(flow: Flow) -> Flow:
    """One row for each supplier and due day, whatever its source."""
    day = flow.due - flow.due.min(initial=0)
    key = flow.supplier * (day.max(initial=0) + 1) + day
    _, at, place = np.unique(key, return_index=True, return_inverse=True)
    cents = sums(place, flow.cents, len(at))
    return Flow(np.zeros(len(at), dtype=np.int64), flow.supplier[at], flow.due[at], cents)


def _days_paid(rows: Flow, habits: Habits, count: int, seed: int) -> Small:
    """The day that each row is paid, in each draw."""
    habit = habits.habit(rows.supplier)
    start, gone = habits.already(habit, rows.due)
    group = _payment_runs(rows)
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = random.random((group.max(initial=-1) + 1, count), dtype=np.float32)[group]
    # Only what can still happen is drawn: the part of the habit after the position date.
    part = gone.astype(np.float32)[:, None]
    step = ((part + drawn * (1 - part)) * STEPS).astype(np.int32)
    late = _steps(habits)[habit[:, None], np.minimum(step, STEPS - 1)]
    least = habits.days[start].astype(np.int32)
    paid: Small = rows.due.astype(np.int32)[:, None] + np.maximum(late, least[:, None])
    return paid


def _payment_runs(rows: Flow) -> Whole:
    """What one supplier is due in one week is one run."""
    week = rows.due // WEEK
    week = week - week.min(initial=0)
    key = rows.supplier * (week.max(initial=0) + 1) + week
    found: Whole = np.unique(key, return_inverse=True)[1]
    return found


def _steps(habits: Habits) -> Small:
    """Each habit as so many equally likely days."""
    number = np.arange(len(habits.first) - 1)
    upto = np.repeat(number, np.diff(habits.first)) + habits.below + habits.weights
    asked = number[:, None] + (np.arange(STEPS) + 0.5) / STEPS
    at = np.searchsorted(upto, asked.ravel()).reshape(asked.shape)
    inside = np.clip(at, habits.first[:-1, None], habits.first[1:, None] - 1)
    return habits.days.astype(np.int32)[inside]


def _drawn(rows: Flow, paid: Small, buckets: Buckets) -> Floats:
    """What leaves in each draw (rows) and place (columns)."""
    draws = paid.shape[1]
    place = buckets.place(paid) + np.arange(draws) * buckets.count
    cents = np.broadcast_to(rows.cents.astype(np.float64)[:, None], paid.shape)
    flat = np.bincount(place.ravel(), cents.ravel(), draws * buckets.count)
    return flat.astype(np.float64).reshape(draws, buckets.count)


def _range(leaves: Floats, buckets: Buckets) -> Range:
    within = leaves[:, : buckets.later].sum(axis=1)
    low, high = np.percentile(leaves, (LOW, HIGH), axis=0)
    together = np.percentile(within, (LOW, HIGH))
    return Range(low, high, float(together[0]), float(together[1]), len(leaves))
