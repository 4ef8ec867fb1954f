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

from queries import budget as sums
from queries.calendar import Period, Span
from queries.selection import Choices, Selection
from queries.store import Reader
from queries.window import Window, last_active_day, read_choices, read_window
from spend.bridge import budget_bridge, year_bridge
from spend.closing import ItemBridge
from spend.periods import within
from spend.position import (
    accrued_spend,
    actual_spend,
    available_budget,
    budget_amount,
    budget_variance,
    committed_later,
    committed_spend,
    requested_spend,
)

Shares = tuple[tuple[Period, int], ...]


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


def position_of(
    budget: pd.DataFrame, actual: int | None, orders: pd.DataFrame, last_year: int | None = None
) -> Position:
    """The budget position that some sums of budget lines, spend and order balances make."""
    return Position(
        budget=budget_amount(known(budget, "budget")),
        actual=actual,
        accrued=accrued_spend(known(orders, "accrued")),
        committed=committed_spend(known(orders, "committed")),
        committed_later=committed_later(known(orders, "committed_later")),
        requested=requested_spend(known(orders, "requested")),
        last_year=last_year,
    )


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
        """Each period of the selection, for as many days as its budget counts."""
        return self.window.budgeted

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
        chosen = np.zeros(len(days), dtype=bool)
        for span in sums.merged(spans):
            chosen |= within(day, span.first, span.last)
        return actual_spend(days.loc[chosen, "amount"].tolist())

    @cached_property
    def first_spend_day(self) -> date:
        """The first day that anybody's spend is loaded from, whatever is selected."""
        return sums.first_spend_day(self.reader) or date.max

    @property
    def last_spend_day(self) -> date:
        """The last day that anybody's spend is loaded for, up to the data's end."""
        return last_active_day(self.reader)

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
    def planned(self) -> pd.DataFrame:
        """The budget of the days that count: one row, or none."""
        return self.budget(self.shares, ())

    @cached_property
    def position(self) -> Position:
        """The budget position of the whole selection."""
        spent, last_year = self.spent([self.actual_span]), self.spent(self.earlier_spans)
        return position_of(self.planned, spent, self.orders, last_year)

    @cached_property
    def earlier_position(self) -> Position | None:
        """The budget position of the same days one fiscal year before, as at their own end."""
        window = self.window.earlier()
        if window is None:
            return None
        earlier = replace(self, window=window)
        return position_of(earlier.planned, self.position.last_year, earlier.orders)

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
        budgeted = single(self.planned, "line_count") or 0
        return {"budget": budgeted, "actual": counted, "order": ordered}

    # --- Bridges --------------------------------------------------------------------------------

    @cached_property
    def year_bridge(self) -> ItemBridge:
        """From the same days of last year to this year."""
        earlier, now = self._lines(self.earlier_spans), self._lines([self.actual_span])
        return year_bridge(earlier, now)

    def _lines(self, spans: Sequence[Span], keys: Sequence[str] = sums.ITEM_KEYS) -> pd.DataFrame:
        return sums.spend_by(self.reader, self.selection, spans, keys)

    @cached_property
    def budget_bridge(self) -> ItemBridge | None:
        """From the budget of the days that have passed to what was spent."""
        if self.version is None:
            return None
        planned = sums.budget_lines(self.reader, self.selection, self.version, self.shares)
        if planned["has_quantity"].any():
            return budget_bridge(planned, self._lines([self.actual_span], sums.BRIDGE_KEYS))
        spent = self._lines([self.actual_span], sums.LUMP_KEYS)
        return budget_bridge(planned, spent.assign(item_id="", unit="", has_quantity=False))

    @cached_property
    def intercompany(self) -> int:
        """What suppliers of the own group invoiced in the selection."""
        return sums.intercompany_spend(self.reader, self.selection, self.actual_span)


ORDERED = ("accrued", "committed", "committed_later", "requested")


def known(frame: pd.DataFrame, name: str) -> list[int]:
    """A column's cents, rows without any left out: what a metric takes."""
    return [int(cents) for cents in frame[name].dropna()]


def single(frame: pd.DataFrame, name: str) -> int | None:
    """The one value of a frame of totals; ``None`` over no rows."""
    if frame.empty or pd.isna(frame[name].iloc[0]):
        return None
    return int(frame[name].iloc[0])
