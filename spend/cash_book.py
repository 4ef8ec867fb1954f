"""The sums that the cash to come is told from: read once for a selection, in whole cents."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from queries import budget as budgets
from queries import cash as sums
from queries.calendar import Period, Span
from queries.errors import ConcordError
from queries.selection import FILTERS, Choices, Selection
from queries.store import Reader
from queries.terms import invoiced_by
from queries.window import Window, read_choices, read_window
from spend import cash_sources as sources
from spend.cash_outlook import Flow, Habits, joined
from spend.cash_sources import FEWEST_PAYMENTS, Planned, Tax, Terms
from spend.terms_choice import Trial
from spend.terms_saved import SCENARIO

A_DAY, A_YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True, eq=False)
class CashBook:
    """One selection of one load: its position date, and the store to read its sums from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window
    version: str | None  # None where the selection can't be held against a budget

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "CashBook":
        choices = read_choices(reader)
        window = read_window(reader, selection, choices)
        version = selection.budget_version or choices.default_budget_version
        known = budgets.has_budget(reader, selection, version)
        return cls(reader, selection, choices, window, version if known else None)

    @property
    def position(self) -> date:
        return self.window.position

    @property
    def year(self) -> Span:
        """The 365 days that habits, agreed days and tax are taken from."""
        return Span(self.position - A_YEAR + A_DAY, self.position)

    @property
    def everything(self) -> Selection:
        """The whole company: what a supplier is like does not depend on what is looked at."""
        nothing: dict[str, tuple[str, ...]] = {one.key: () for one in FILTERS}
        return replace(self.selection, **nothing)  # type: ignore[arg-type]

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.selection != self.everything

    # --- What is read ---------------------------------------------------------------------------

    @cached_property
    def owed(self) -> pd.DataFrame:
        """What is open at the position date, by supplier and due date.

        Where no payment is loaded at all, only what is still to fall due: of the rest nobody knows
        whether it was paid.
        """
        owed = sums.open_by_due_date(self.reader, self.selection, self.position)
        to_come = owed["due_date"] >= pd.Timestamp(self.position)
        return owed if self.has_payments else owed[to_come].reset_index(drop=True)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """What is received and ordered and not invoiced, net, by supplier and promised date."""
        return sums.orders_by_promise(self.reader, self.selection, self.position)

    @cached_property
    def paid(self) -> pd.DataFrame:
        """What was paid in the last 12 months, by supplier and lateness; of everybody."""
        return sums.payments_by_lateness(self.reader, self.year)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        return sums.ledger_balances(self.reader, self.position)

    @cached_property
    def intercompany(self) -> int:
        """What is owed to suppliers of the own group."""
        return sums.intercompany_open(self.reader, self.selection, self.position)

    @cached_property
    def has_invoices(self) -> bool:
        """Whether anything was ever invoiced in this selection."""
        if len(self.owed):
            return True
        return sums.has_invoices(self.reader, self.selection, self.position)

    @cached_property
    def has_payments(self) -> bool:
        """Whether any payment is loaded, whoever it went to."""
        return bool(len(self.paid)) or sums.are_loaded(self.reader, "payment_flow")

    def scenario(self, name: str) -> Terms:
        """The terms as a saved scenario has them; of two with one name the later counts."""
        saved = {entry.name: entry for entry in self.reader.entries(SCENARIO)}
        if name not in saved:
            raise ConcordError(f"scenario {name!r}: there is none saved under this name")
        try:
            trial = Trial.of(saved[name].body)
        except (KeyError, TypeError, ValueError):
            raise ConcordError(
                f"scenario {name!r}: it was saved in words that can't be read"
            ) from None
        moves = [move for move in trial.moves if move.supplier in self.places]
        new = {self.places[m.supplier]: (m.days or 0, m.discount) for m in moves}
        return self.terms.changed(new)

    # --- Suppliers ------------------------------------------------------------------------------

    @cached_property
    def suppliers(self) -> tuple[str, ...]:
        """Everybody who is owed, ordered from, or was paid, in one list."""
        frames = (self.owed, self.orders, self.paid, self._invoiced, self._taxed)
        return tuple(sorted({str(s) for frame in frames for s in frame["supplier_id"].unique()}))

    @cached_property
    def places(self) -> dict[str, int]:
        return {supplier: place for place, supplier in enumerate(self.suppliers)}

    @cached_property
    def _invoiced(self) -> pd.DataFrame:
        return invoiced_by(self.reader, self.everything, self.year, ("supplier_id",))

    @cached_property
    def _taxed(self) -> pd.DataFrame:
        return sums.gross_and_net(self.reader, self.year)

    @cached_property
    def terms(self) -> Terms:
        return sources.terms(self._invoiced, self.suppliers)

    @cached_property
    def tax(self) -> Tax:
        return sources.tax(self._taxed, self.suppliers)

    @cached_property
    def own_habits(self) -> frozenset[str]:
        """Suppliers who were paid often enough to have a habit of their own."""
        settled = self.paid.groupby("supplier_id")["settled"].sum()
        return frozenset(str(s) for s in settled.index[settled >= FEWEST_PAYMENTS - 0.005])

    @cached_property
    def habits(self) -> Habits | None:
        """How late each supplier is paid; ``None`` where no payment says."""
        paid = self.paid
        if paid.empty:
            return None
        names = sorted(self.own_habits)
        number = {name: place for place, name in enumerate(names, start=1)}
        of = np.array([number.get(supplier, 0) for supplier in self.suppliers], dtype=np.int64)
        own = paid[paid["supplier_id"].isin(names)]
        everybody = np.zeros(len(paid), dtype=np.int64)
        habit = np.concatenate([everybody, own["supplier_id"].map(number).to_numpy(np.int64)])
        late = pd.concat([paid, own])
        days, money = late["late_days"].to_numpy(np.int64), late["paid"].to_numpy(np.float64)
        return Habits.seen(habit, days, money, of)

    # --- Money to come --------------------------------------------------------------------------

    @cached_property
    def flow(self) -> Flow:
        """Everything to be paid, under the terms as they are."""
        return self.flow_under(self.terms)

    def flow_under(self, terms: Terms) -> Flow:
        """Everything to be paid, with other terms for what is not invoiced yet."""
        return joined((
            sources.owed_flow(self.owed, self.places, self.position),
            sources.ordered_flow(self.orders, self.places, self.position, terms, self.tax),
            sources.budget_flow(self.planned, self.position, terms, self.tax),
        ))  # fmt: skip

    @cached_property
    def to_come(self) -> tuple[Period, ...]:
        """The periods that are not over on the position date."""
        return tuple(p for p in self.choices.calendar.periods if p.end_date > self.position)

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """The budget of the days to come, period by period, beside what is ordered in them."""
        return tuple(self._planned()) if self.version and self.to_come else ()

    def _planned(self) -> Iterator[Planned]:
        whole = self._budget(tuple((p, p.days) for p in self.to_come))
        begun = [p for p in self.to_come if p.start_date <= self.position]
        passed = self._budget(tuple((p, (self.position - p.start_date).days + 1) for p in begun))
        for period in self.to_come:
            if period.period in whole:
                first = max(period.start_date, self.position + A_DAY)
                left = whole[period.period] - passed.get(period.period, 0)
                ordered = self._ordered(first, period.end_date)
                yield Planned(first, period.end_date, left, ordered)

    def _budget(self, shares: tuple[tuple[Period, int], ...]) -> dict[str, int]:
        """The budget of some periods, each for its first so many days, by period."""
        found: dict[str, int] = {}
        if not shares or self.version is None:
            return found
        rows = budgets.budget_by(
            self.reader, self.selection, self.version, shares, ("period_start",)
        )
        for start, amount in zip(rows["period_start"], rows["budget"], strict=True):
            period = self.choices.calendar.of(start.date())
            if period:
                found[period.period] = found.get(period.period, 0) + int(amount)
        return found

    def _ordered(self, first: date, last: date) -> int:
        promised = self.orders["promised_date"]
        within = promised.between(pd.Timestamp(first), pd.Timestamp(last))
        return int(self.orders.loc[within, "committed"].sum())
