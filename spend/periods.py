"""Figures period by period: what each would be if its period alone were selected."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.calendar import Span
from queries.window import PeriodDays
from spend.result import Value

Trends = dict[str, tuple[Value, ...]]  # by metric, a value a period


def begun(periods: Sequence[PeriodDays]) -> list[PeriodDays]:
    """The periods of which some day has passed: the others have no figures yet."""
    return [p for p in periods if p.elapsed.days]


def trended(periods: Sequence[PeriodDays], found: Iterable[Mapping[str, Value]]) -> Trends:
    """Each metric's values along the periods, from what was ``found`` of those that have begun.

    ``None`` for the others; no metric at all where no period has begun.

    >>> from queries.calendar import Period
    >>> may = Period("2026-05", date(2026, 5, 1), date(2026, 5, 31), 2026, None, 5, False)
    >>> june = Period("2026-06", date(2026, 6, 1), date(2026, 6, 30), 2026, None, 6, False)
    >>> passed = [Span(p.start_date, date(2026, 5, 10)) for p in (may, june)]
    >>> periods = [PeriodDays(may, passed[0], None, None), PeriodDays(june, passed[1], None, None)]
    >>> trended(periods, [{"days_to_pay": 30.0}])
    {'days_to_pay': (30.0, None)}
    """
    left = iter(found)
    known: list[Mapping[str, Value]] = [next(left) if p.elapsed.days else {} for p in periods]
    metrics = dict.fromkeys(metric for values in known for metric in values)
    return {metric: tuple(values.get(metric) for values in known) for metric in metrics}


def of_spans(frame: pd.DataFrame, day: str, spans: Iterable[Span]) -> list[pd.DataFrame]:
    """The rows of a frame whose day lies in each of some spans."""
    rows = frame.sort_values(day)
    days = rows[day].to_numpy(dtype="datetime64[D]")
    ends = ((np.datetime64(span.first), np.datetime64(span.last)) for span in spans)
    return [
        rows.iloc[np.searchsorted(days, first) : np.searchsorted(days, last, side="right")]
        for first, last in ends
    ]


def within(days: NDArray[np.datetime64], first: date, last: date) -> NDArray[np.bool_]:
    """Which of some days lie from one day to another, both included."""
    return (days >= np.datetime64(first)) & (days <= np.datetime64(last))
