"""A selection's budget position by one dimension or by period, in whole cents as frames.

Missing where no row exists; the parts of every column sum to the position of the whole.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from queries import budget as sums
from queries import budget_spans
from queries.calendar import Span
from spend.budget_book import ORDERED, BudgetBook, single
from spend.periods import within

Cents = list[int | None]


def by_dimension(book: BudgetBook, column: str) -> pd.DataFrame:
    """The position by one id column of the marts; a budget has no suppliers."""
    orders = book.orders_by(book.window.first, book.window.last, (column,)).set_index(column)
    parts = {
        "actual": _spend(book, column, [book.actual_span]),
        "last_year": _spend(book, column, book.earlier_spans),
        **{name: orders[name] for name in ORDERED},
    }
    if column != "supplier_id":
        parts["budget"] = book.budget(book.shares, (column,)).set_index(column)["budget"]
    return pd.DataFrame({name: part.astype("Int64") for name, part in parts.items()})


def _spend(book: BudgetBook, column: str, spans: Sequence[Span]) -> "pd.Series[int]":
    frame = sums.spend_by(book.reader, book.selection, spans, (column,))
    return frame.set_index(column)["amount"]


def trends(book: BudgetBook, column: str) -> dict[str, tuple[int, ...]]:
    """Spend of each id by the selection's periods, for the small columns of a table."""
    spans = [p.elapsed for p in book.window.periods]
    frame = budget_spans.spend_by_span(book.reader, book.selection, spans, (column,))
    if frame.empty:
        return {}
    table = frame.pivot_table(
        index=column, columns="span", values="amount", aggfunc="sum", fill_value=0
    )
    table = table.reindex(columns=range(len(spans)), fill_value=0)
    rows = zip(table.index, table.to_numpy(), strict=True)
    return {str(key): tuple(int(cents) for cents in row) for key, row in rows}


def by_period(book: BudgetBook) -> pd.DataFrame:
    """The position by the selection's periods.

    Accrued stands where it changed, committed where it is promised. What is overdue, requested, or
    promised after the selection stands in the period of the position date.
    """
    window = book.window
    now = max(window.position, window.first)
    whole = book.orders.assign(day=pd.Timestamp(now))
    columns: dict[str, Cents] = {
        "actual": [book.spent([p.elapsed]) for p in window.periods],
        "last_year": _last_year(book),
        "accrued": _accrued(book),
        "committed": _committed(book, now),
        "committed_later": _placed(book, whole, "day", "committed_later", now),
        "requested": _placed(book, whole, "day", "requested", now),
    }
    if book.version is not None:
        planned = book.budget(book.shares, ("period_start",))
        columns["budget"] = _placed(book, planned, "period_start", "budget", window.first)
    index = [p.period.period for p in window.periods]
    return pd.DataFrame(columns, index=index).astype("Int64")


def _last_year(book: BudgetBook) -> Cents:
    if not book.earlier_spans:
        return [None] * len(book.window.periods)
    spans = (p.earlier_elapsed for p in book.window.periods)
    return [book.spent([span]) if span else None for span in spans]


def _accrued(book: BudgetBook) -> Cents:
    spans = [p.elapsed for p in book.window.periods]
    frame = budget_spans.accrued_by_span(book.reader, book.selection, spans)
    return _of_spans(book, frame, "accrued")


def _committed(book: BudgetBook, now: date) -> Cents:
    """What is promised in each period; in the one of a day, all that was promised before too."""
    over = [p.period for p in book.window.periods if p.period.end_date < now]
    coming = [p.period for p in book.window.periods[len(over) :]]
    nothing = [Span(now, p.end_date) for p in over]
    spans = nothing + [
        Span(date.min if p.start_date <= now else p.start_date, p.end_date) for p in coming
    ]
    position = book.window.position
    frame = budget_spans.committed_by_span(book.reader, book.selection, spans, position)
    return _of_spans(book, frame, "committed")


def _of_spans(book: BudgetBook, frame: pd.DataFrame, name: str) -> Cents:
    """Sums by period: 0 for one without any, unless nothing was ever ordered."""
    if single(book.orders, name) is None:
        return [None] * len(book.window.periods)
    found = dict(zip(frame["span"], frame[name], strict=True))
    return [int(found.get(place, 0)) for place in range(len(book.window.periods))]


def _placed(book: BudgetBook, frame: pd.DataFrame, day: str, name: str, earliest: date) -> Cents:
    """Sums by the period that each day falls in; days before ``earliest`` count as it."""
    if frame.empty or frame[name].isna().all():
        return [None] * len(book.window.periods)
    days = np.maximum(frame[day].to_numpy(dtype="datetime64[D]"), np.datetime64(earliest))
    amounts = frame[name].to_numpy(dtype="int64")
    periods = (p.period for p in book.window.periods)
    return [int(amounts[within(days, p.start_date, p.end_date)].sum()) for p in periods]
