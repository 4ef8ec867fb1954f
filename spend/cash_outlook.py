"""When money will leave: from what is due, and how late suppliers are paid, to weeks and months.

Days are whole days after the position date. What would fall on a weekend leaves on the Monday after
it, and nothing leaves on the position date itself, which has passed. Amounts are whole cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from queries.calendar import month_start

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

SOURCES = ("open", "received", "ordered", "budget")  # the surest first
BUDGET = SOURCES.index("budget")
UNDATED = np.iinfo(np.int64).min  # no due date is known
WEEKS, MONTHS = 13, 12


@dataclass(frozen=True, eq=False)
class Flow:
    """Money to be paid, row by row: from which source, to whom, due when, in cents.

    ``supplier`` is a place in a list of suppliers; -1 is nobody's (the budget's).
    """

    source: Whole
    supplier: Whole
    due: Whole
    cents: Whole

    def __len__(self) -> int:
        return len(self.cents)

    @property
    def totals(self) -> Whole:
        """The sum of each source."""
        return sums(self.source, self.cents, len(SOURCES))

    def rows(self, chosen: NDArray[np.bool_]) -> "Flow":
        """Some of the rows."""
        return Flow(self.source[chosen], self.supplier[chosen], self.due[chosen],
                    self.cents[chosen])  # fmt: skip

    def later(self, days: int) -> "Flow":
        """The same money, due so many days later."""
        return replace(self, due=np.where(self.due == UNDATED, UNDATED, self.due + days))


def joined(flows: Sequence[Flow]) -> Flow:
    """Several flows as one."""
    return Flow(*(np.concatenate([getattr(f, name) for f in flows])
                  for name in ("source", "supplier", "due", "cents")))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Buckets:
    """Weeks or months to come, by their first days; around them overdue, later, and no date.

    Place 0 is what is overdue, then follow the buckets, then what leaves after the last of them,
    then what has no date.
    """

    position: date
    starts: tuple[date, ...]
    end: date  # the first day after the last

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self.starts) + 3

    @property
    def later(self) -> int:
        return len(self.starts) + 1

    @cached_property
    def table(self) -> Whole:
        """The place of every day up to the end, weekends moved; the last place is for all after."""
        bounds = [(day - self.position).days for day in (*self.starts, self.end)]
        leaves = paid_on(np.arange(bounds[-1] + 1), self.position)
        return np.searchsorted(bounds, leaves, side="right").astype(np.int64)

    def place(self, due: NDArray[np.signedinteger[Any]]) -> Whole:
        """The place of some days, none of them overdue."""
        found: Whole = self.table[np.clip(due, 0, len(self.table) - 1)]
        return found


def paid_on(due: Whole, position: date) -> Whole:
    """The day that money due on a day leaves: the next working day, and not before tomorrow.

    >>> paid_on(np.array([0, 1, 2, 3]), date(2026, 10, 29)).tolist()  # a Thursday
    [1, 1, 4, 4]
    """
    day = np.maximum(due, 1)
    weekday = (day + position.weekday()) % 7
    rolled: Whole = day + np.where(weekday >= 5, 7 - weekday, 0)
    return rolled


def weeks(position: date, count: int = WEEKS) -> Buckets:
    """Calendar weeks from the next working day on; the first may have begun.

    >>> weeks(date(2026, 10, 31), 2).starts
    (datetime.date(2026, 11, 2), datetime.date(2026, 11, 9))
    """
    first = next_working_day(position)
    monday = first - timedelta(days=first.weekday())
    later = [monday + timedelta(weeks=n) for n in range(1, count + 1)]
    return Buckets(position, (first, *later[:-1]), later[-1])


def months(position: date, count: int = MONTHS) -> Buckets:
    """Calendar months from the next working day on; the first may have begun.

    >>> months(date(2026, 10, 30), 2).starts
    (datetime.date(2026, 11, 2), datetime.date(2026, 12, 1))
    """
    first = next_working_day(position)
    later = [month_start(first, n) for n in range(1, count + 1)]
    return Buckets(position, (first, *later[:-1]), later[-1])


def next_working_day(position: date) -> date:
    return position + timedelta(days=int(paid_on(np.array([1]), position)[0]))


def sums(place: Whole, cents: Whole, count: int) -> Whole:
    """Exact sums of cents by place."""
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, place, cents)
    return found


# --- Under contract terms ------------------------------------------------------------------------


def contract_places(flow: Flow, buckets: Buckets) -> Whole:
    """Where each row lands when it is paid on its due date; what is past is overdue."""
    place = np.where(flow.due < 0, 0, buckets.place(flow.due))
    return np.where(flow.due == UNDATED, buckets.count - 1, place)


def under_contract(flow: Flow, buckets: Buckets) -> Whole:
    """What leaves when, by source (rows) and place (columns), paid on the due date.

    >>> day = date(2026, 10, 31)
    >>> flow = Flow(np.array([0, 0]), np.array([0, 0]), np.array([-3, 5]), np.array([100, 200]))
    >>> under_contract(flow, weeks(day, 2))[0].tolist()  # overdue, two weeks, later, no date
    [100, 200, 0, 0, 0]
    """
    place = flow.source * buckets.count + contract_places(flow, buckets)
    return sums(place, flow.cents, len(SOURCES) * buckets.count).reshape(-1, buckets.count)


# --- Under actual habits -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Habits:
    """How late suppliers are paid: for each habit the days seen, ascending, and their weights.

    Habit 0 is the company's; ``of`` says which habit each supplier has, and -1 (nobody) has the
    company's too. ``first`` is where each habit's days begin; each habit's weights sum to 1.
    """

    days: Whole
    weights: Floats
    first: Whole
    of: Whole

    @classmethod
    def seen(cls, habit: Whole, days: Whole, paid: Floats, of: Whole) -> "Habits":
        """Habits from payments: which habit, how many days late, how much; every habit has some."""
        order = np.lexsort((days, habit))
        habit, days, paid = habit[order], days[order], paid[order]
        first = np.searchsorted(habit, np.arange(habit.max() + 2))
        total = np.add.reduceat(paid, first[:-1])
        return cls(days, paid / np.repeat(total, np.diff(first)), first, of)

    def habit(self, supplier: Whole) -> Whole:
        found: Whole = np.where(supplier < 0, 0, self.of[np.maximum(supplier, 0)])
        return found

    @cached_property
    def below(self) -> Floats:
        """The weight of what is earlier than each of the days seen, within its habit."""
        whole = np.concatenate([[0.0], np.cumsum(self.weights)])
        at_start = np.repeat(whole[self.first[:-1]], np.diff(self.first))
        found: Floats = whole[:-1] - at_start
        return found

    def already(self, habit: Whole, due: Whole) -> tuple[Whole, Floats]:
        """Of some dues: the first of the days seen that is still to come, and the weight before it.

        What is open has not been paid before: only the days that would fall after the position
        date can still happen.
        """
        wide = int(abs(self.days).max()) + 1
        key = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first)) * 4 * wide + self.days
        least = np.clip(1 - due, -wide, wide)
        start = np.searchsorted(key, habit * 4 * wide + least)
        gone = start >= self.first[habit + 1]
        weight = np.where(gone, 1.0, self.below[np.minimum(start, len(self.days) - 1)])
        return start, weight


def by_habit(flow: Flow, habits: Habits, buckets: Buckets) -> Floats:
    """What is expected to leave when, by source and place, as suppliers are really paid.

    Each row is paid as late as its supplier was, payment by payment, weighed by value; what is
    later than any payment seen stays overdue, and otherwise leaves at once.
    """
    fixed, open_ = settled(flow, habits, buckets)
    parts = np.zeros(len(SOURCES) * buckets.count)
    np.add.at(parts, fixed.source * buckets.count + fixed.due, fixed.cents)
    habit = habits.habit(open_.supplier)
    start, gone = habits.already(habit, open_.due)
    length = habits.first[habit + 1] - start
    row = np.repeat(np.arange(len(open_)), length)
    within = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    seen = start[row] + within
    amount = open_.cents[row] * habits.weights[seen] / (1.0 - gone)[row]
    place = buckets.place(open_.due[row] + habits.days[seen])
    parts += np.bincount(open_.source[row] * buckets.count + place, amount, len(parts))
    return parts.reshape(-1, buckets.count)


def settled(flow: Flow, habits: Habits, buckets: Buckets) -> tuple[Flow, Flow]:
    """Rows whose place is certain, with it as their ``due``, and the rows that habits decide."""
    habit = habits.habit(flow.supplier)
    undated = flow.due == UNDATED
    _, gone = habits.already(habit, np.where(undated, 0, flow.due))
    certain = undated | (gone > 1.0 - 1e-12)
    place = contract_places(replace(flow, due=np.minimum(flow.due, 0)), buckets)
    return replace(flow.rows(certain), due=place[certain]), flow.rows(~certain)
