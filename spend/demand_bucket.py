r"""Which kind of bucket an item's demand is recorded in: months, weeks or days.

Extracts do not say. The dates of the rows do, where there are enough of them: rows that all begin
on the first of a month are months, rows that share a weekday weeks. Few rows may look like either
by chance, and then go by the items around them.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Floats
from spend.demand import Words

KINDS = ("month", "week", "day")  # from the coarsest
BUCKET_DAYS = {"month": 365 / 12, "week": 7.0, "day": 1.0}
PERIODS_PER_YEAR = {"month": 12.0, "week": 52.0, "day": 365.0}
ENOUGH_ROWS = 8  # that share a weekday by chance once in 7⁷

Days = NDArray[np.datetime64]


def bucket_kinds(rows: Any, all_first: Any, one_weekday: Any, group: Any) -> Words:
    """The kind of bucket ("month", "week" or "day") of each item.

    ``rows``: how many buckets of the item are recorded; ``all_first``: whether all begin on the
    first of a month; ``one_weekday``: whether all begin on the same weekday; ``group``: what it is
    grouped by (such as its category; unknown is a group too). Arrays of one entry an item. With
    eight rows or more it is the coarsest kind that the dates allow. With fewer it is, of the kinds
    that they allow, the one that most such items of the group have; where none has any, most such
    items of all; else the coarsest. Of two as frequent it is the coarser.

    >>> bucket_kinds([30, 2, 1], [False, False, True], [True, True, True], ["A", "A", "B"]).tolist()
    ['week', 'week', 'week']
    """
    first, weekday = np.asarray(all_first, bool), np.asarray(one_weekday, bool)
    possible = np.stack([first, weekday, np.ones_like(first)], axis=1)
    coarsest = np.argmax(possible, axis=1)  # the first that holds
    strong = np.asarray(rows) >= ENOUGH_ROWS
    groups = pd.factorize(pd.Series(group, dtype=object), use_na_sentinel=False)[0]
    places = groups[strong] * len(KINDS) + coarsest[strong]
    cells = (int(groups.max(initial=-1)) + 1) * len(KINDS)
    votes = np.bincount(places, minlength=cells).reshape(-1, len(KINDS))
    own = np.where(possible, votes[groups], -1)
    overall = np.where(possible, votes.sum(axis=0), -1)
    likely = np.argmax(np.where(own.max(axis=1, keepdims=True) > 0, own, overall), axis=1)
    return np.asarray(np.array(KINDS)[np.where(strong, coarsest, likely)], dtype=np.str_)


def periods_between(kind: Any, first: Any, last: Any) -> Floats:
    """How many buckets lie between two starts, both included; none where the last is earlier.

    Months by the calendar, weeks by seven days. Words and dates (``datetime64``), alone or arrays;
    NaN where a date is missing. Raises ``ValueError`` for an unknown kind.

    >>> periods_between("month", np.datetime64("2025-11-01"), np.datetime64("2026-02-01")).tolist()
    4.0
    >>> periods_between(["week", "day"], "2026-01-05", "2026-01-19").tolist()
    [3.0, 15.0]
    """
    kinds, begin, end = np.broadcast_arrays(_known(kind), _days(first), _days(last))
    months = (end.astype("datetime64[M]") - begin.astype("datetime64[M]")).astype(np.float64)
    days = (end - begin).astype(np.float64)
    steps = np.select([kinds == "month", kinds == "week"], [months, np.floor(days / 7)], days)
    missing = np.isnat(begin) | np.isnat(end)
    return np.where(missing, np.nan, np.maximum(steps + 1, 0))


def bucket_end(kind: Any, start: Any) -> Days:
    """The last day of a bucket, from its kind and its start; words and dates, alone or arrays.

    Raises ``ValueError`` for an unknown kind.

    >>> bucket_end(["month", "week", "day"], np.datetime64("2026-02-01")).astype(str).tolist()
    ['2026-02-28', '2026-02-07', '2026-02-01']
    """
    kinds, begin = np.broadcast_arrays(_known(kind), _days(start))
    next_month = (begin.astype("datetime64[M]") + 1).astype("datetime64[D]")
    following = np.where(kinds == "month", next_month, begin + np.where(kinds == "week", 7, 1))
    return np.asarray(following - 1)


def bucket_before(kind: Any, start: Any) -> Days:
    """The start of the bucket before; words and dates, alone or arrays.

    Raises ``ValueError`` for an unknown kind.

    >>> bucket_before(["month", "week", "day"], np.datetime64("2026-03-02")).astype(str).tolist()
    ['2026-02-01', '2026-02-23', '2026-03-01']
    """
    kinds, begin = np.broadcast_arrays(_known(kind), _days(start))
    month = (begin.astype("datetime64[M]") - 1).astype("datetime64[D]")
    return np.where(kinds == "month", month, begin - np.where(kinds == "week", 7, 1))


def _known(kind: Any) -> Words:
    kinds = np.asarray(kind, dtype=np.str_)
    if not np.isin(kinds, KINDS).all():
        raise ValueError(f"a kind of bucket must be one of {', '.join(KINDS)}")
    return kinds


def _days(dates: Any) -> Days:
    return np.asarray(dates, dtype="datetime64[D]")
