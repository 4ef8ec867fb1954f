"""The sums that budget against spend is told from: read once for a selection, in whole cents.

What is asked of the store stands here and nowhere else in the subject; the rest is arithmetic on a
frozen ``BudgetBook``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries import budget as sums
from queries.calendar import Period, Span
from queries.selection import Choices, Selection
from queries.store import Reader
from queries.window import Window, read_choices, read_window
from spend.bridge import budget_bridge, year_bridge
from spend.closing import ItemBridge
from spend.position import available_budget, budget_variance

Shares = tuple[tuple[Period, int], ...]
MEASURES = ("budget", "actual", "accrued", "committed", "requested")


@dataclass(frozen=True)
class Position:
    """The budget position of some rows, in cents; ``None`` where no row exists."""

    budget: int | None
    actual: int | None
    accrued: int | None
    committed: int | None
    committed_later: int | None
    requested: int | None
    last_year: int | None

    @property
    def available(self) -> int | None:
        """What is left; where no orders are loaded, nothing of them is taken off."""
        if self.budget is None:
            return None
        taken = (self.actual, self.accrued, self.committed, self.requested)
        return available_budget(self.budget, *(amount or 0 for amount in taken))

    @property
    def variance(self) -> int | None:
        return budget_variance(self.actual, self.budget)


@dataclass(frozen=True, eq=False)
class BudgetBook:
    """One selection of one load: its days, and the store to read its sums from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window
    version: str | None  # None where the selection can't be held against a budget

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "BudgetBook":
        choices = read_choices(reader)
        window = read_window(reader, selection, choices)
        version = selection.budget_version or choices.default_budget_version
        known = sums.has_budget(reader, selection, version)
        return cls(reader, selection, choices, window, version if known else None)

    # --- The days that figures are of -----------------------------------------------------------

    @property
    def actual_span(self) -> Span:
        """From the selection's first day to the position date."""
        return Span(self.window.first, self.window.position)

    @property
    def earlier_spans(self) -> tuple[Span, ...]:
        """The same days one fiscal year earlier; none unless every period has a counterpart."""
        earlier = self.window.earlier()
        return tuple(p.elapsed for p in earlier.periods) if earlier else ()

    @property
    def shares(self) -> Shares:
        """Each period of the selection, for as many days as have passed."""
        return tuple((p.period, p.elapsed.days) for p in self.window.periods)

    @cached_property
    def shown_periods(self) -> tuple[Period, ...]:
        """The periods of charts: the selection's, and those of its fiscal year still to come."""
        selected = [p.period for p in self.window.periods]
        later = (p for p in self.window.year if p.start_date > selected[-1].end_date)
        return (*selected, *later)

    # --- What is read ---------------------------------------------------------------------------

    @cached_property
    def spend_days(self) -> pd.DataFrame:
        """Spend by day: of everything shown, and of the two fiscal years before."""
        shown = {*self.shown_periods, *self.window.year}
        spans = [Span(p.start_date, min(p.end_date, self.window.position)) for p in shown]
        for year in {p.fiscal_year for p in shown}:
            earlier = (p for back in (1, 2) for p in self.choices.calendar.year(year - back))
            spans += [Span(p.start_date, p.end_date) for p in earlier]
        return sums.spend_by(self.reader, self.selection, spans, ("day",))

    def spent(self, spans: Sequence[Span]) -> int | None:
        """Spend of some days; ``None`` where no line has one of them."""
        days = self.spend_days
        if days.empty:
            return None
        day = days["day"].to_numpy(dtype="datetime64[D]")
        within = np.zeros(len(days), dtype=bool)
        for span in sums.merged(spans):
            within |= _within(day, span.first, span.last)
        return int(days.loc[within, "amount"].sum()) if within.any() else None

    def spent_in(self, period: Period | None) -> int | None:
        """Spend of a whole period."""
        return self.spent([Span(period.start_date, period.end_date)]) if period else None

    @cached_property
    def budget_periods(self) -> dict[str, int]:
        """The whole budget of every period shown, and of the position date's fiscal year."""
        if self.version is None:
            return {}
        periods = {*self.shown_periods, *self.window.year}
        rows = self.budget(tuple((p, p.days) for p in periods), ("period_start",))
        found: dict[str, int] = {}
        for start, amount in zip(rows["period_start"], rows["budget"], strict=True):
            period = self.choices.calendar.of(start.date())
            if period:
                found[period.period] = found.get(period.period, 0) + int(amount)
        return found

    def budget(self, shares: Shares, by: Sequence[str]) -> pd.DataFrame:
        if self.version is None:
            return pd.DataFrame({name: [] for name in (*by, "budget", "line_count")})
        return sums.budget_by(self.reader, self.selection, self.version, shares, by)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Accrued, committed and requested as at the position date: one row."""
        window = self.window
        return self.orders_by(window.first, window.last, ())

    def orders_by(self, first: date, last: date, by: Sequence[str]) -> pd.DataFrame:
        position = self.window.position
        return sums.order_by(self.reader, self.selection, first, last, position, by)

    @cached_property
    def position(self) -> Position:
        """The budget position of the whole selection."""
        budget = self.budget(self.shares, ())
        order = {name: single(self.orders, name) for name in ORDERED}
        return Position(
            budget=single(budget, "budget"),
            actual=self.spent([self.actual_span]),
            last_year=self.spent(self.earlier_spans),
            **order,
        )

    @cached_property
    def earlier_position(self) -> Position | None:
        """The budget position of the same days one fiscal year before, as at their own end."""
        window = self.window.earlier()
        return replace(self, window=window).position if window else None

    @cached_property
    def rows(self) -> dict[str, int]:
        """How many summed rows stand behind each measure."""
        days = self.spend_days
        counted = 0
        if not days.empty:
            within = days["day"].between(
                pd.Timestamp(self.actual_span.first), pd.Timestamp(self.actual_span.last)
            )
            counted = int(days.loc[within, "line_count"].sum())
        ordered = single(self.orders, "line_count") or 0
        budgeted = single(self.budget(self.shares, ()), "line_count") or 0
        return {"budget": budgeted, "actual": counted, "order": ordered}

    def by_dimension(self, column: str) -> pd.DataFrame:
        """The position by one id column of the marts: whole cents, missing where no row exists."""
        window = self.window
        parts = {
            "actual": self._spend(column, [self.actual_span]),
            "last_year": self._spend(column, self.earlier_spans),
        }
        orders = self.orders_by(window.first, window.last, (column,)).set_index(column)
        parts |= {name: orders[name] for name in ORDERED}
        if column != "supplier_id":
            parts["budget"] = self.budget(self.shares, (column,)).set_index(column)["budget"]
        return pd.DataFrame({name: part.astype("Int64") for name, part in parts.items()})

    def _spend(self, column: str, spans: Sequence[Span]) -> "pd.Series[int]":
        frame = sums.spend_by(self.reader, self.selection, spans, (column,))
        return frame.set_index(column)["amount"]

    def trends(self, column: str) -> dict[str, tuple[int, ...]]:
        """Spend of each id by the selection's periods, for the small columns of a table."""
        frame = sums.spend_by(self.reader, self.selection, [self.actual_span], (column, "day"))
        if frame.empty:
            return {}
        starts = [p.period.start_date for p in self.window.periods]
        place = np.searchsorted(
            np.array(starts, dtype="datetime64[D]"),
            frame["day"].to_numpy(dtype="datetime64[D]"),
            side="right",
        )
        table = frame.assign(period=place - 1).pivot_table(
            index=column, columns="period", values="amount", aggfunc="sum", fill_value=0
        )
        table = table.reindex(columns=range(len(starts)), fill_value=0)
        return {
            str(key): tuple(int(v) for v in row)
            for key, row in zip(table.index, table.to_numpy(), strict=True)
        }

    def by_period(self) -> pd.DataFrame:
        """The position by the selection's periods; what is overdue stands in the current one."""
        names = [p.period.period for p in self.window.periods]
        frame = pd.DataFrame(index=names)
        frame["actual"] = [self.spent([p.elapsed]) for p in self.window.periods]
        frame["last_year"] = [
            self.spent([p.earlier_elapsed]) if p.earlier_elapsed and self.earlier_spans else None
            for p in self.window.periods
        ]
        window = self.window
        days = self.orders_by(window.first, window.last, ("day",))
        frame["accrued"] = self._placed(days, "day", "accrued", window.first)
        promises = self.orders_by(window.first, window.last, ("promised_date",))
        due = window.position
        frame["committed"] = self._placed(promises, "promised_date", "committed", due)
        frame["committed_later"] = self._placed(
            self.orders.assign(day=pd.Timestamp(due)), "day", "committed_later", due
        )
        frame["requested"] = self._placed(
            self.orders.assign(day=pd.Timestamp(due)), "day", "requested", due
        )
        if self.version is not None:
            budget = {p.period: days for p, days in self.shares}
            rows = self.budget(self.shares, ("period_start",))
            frame["budget"] = self._placed(rows, "period_start", "budget", window.first)
            frame.loc[[n for n in names if not budget[n]], "budget"] = 0
        return frame.astype("Int64")

    def _placed(self, frame: pd.DataFrame, day: str, name: str, earliest: date) -> list[int | None]:
        """Sums by the period that each day falls in; days before ``earliest`` count as it."""
        if frame.empty or frame[name].isna().all():
            return [None] * len(self.window.periods)
        days = np.maximum(frame[day].to_numpy(dtype="datetime64[D]"), np.datetime64(earliest))
        amounts = frame[name].to_numpy(dtype="int64")
        return [
            int(amounts[_within(days, p.period.start_date, p.period.end_date)].sum())
            for p in self.window.periods
        ]

    # --- Bridges --------------------------------------------------------------------------------

    @cached_property
    def year_bridge(self) -> ItemBridge:
        """From the same days of last year to this year."""
        keys = sums.BRIDGE_KEYS
        earlier = sums.spend_by(self.reader, self.selection, self.earlier_spans, keys)
        return year_bridge(earlier, self._bridged)

    @cached_property
    def _bridged(self) -> pd.DataFrame:
        return sums.spend_by(self.reader, self.selection, [self.actual_span], sums.BRIDGE_KEYS)

    @cached_property
    def budget_bridge(self) -> ItemBridge | None:
        """From the budget of the days that have passed to what was spent."""
        if self.version is None:
            return None
        planned = sums.budget_lines(self.reader, self.selection, self.version, self.shares)
        return budget_bridge(planned, self._bridged)

    @cached_property
    def intercompany(self) -> int:
        """What suppliers of the own group invoiced in the selection."""
        return sums.intercompany_spend(self.reader, self.selection, self.actual_span)


ORDERED = ("accrued", "committed", "committed_later", "requested")


def _within(days: NDArray[np.datetime64], first: date, last: date) -> NDArray[np.bool_]:
    return (days >= np.datetime64(first)) & (days <= np.datetime64(last))


def single(frame: pd.DataFrame, name: str) -> int | None:
    """The one value of a frame of totals; ``None`` over no rows."""
    if frame.empty or pd.isna(frame[name].iloc[0]):
        return None
    return int(frame[name].iloc[0])
