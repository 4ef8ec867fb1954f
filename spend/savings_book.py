"""What savings are told from: the register and what was bought of its items, read once.

What is asked of the store stands here and nowhere else in the subject; the rest is arithmetic on a
frozen ``SavingsBook``. Purchases come in parts of the days, so that any of the book's periods is a
sum over some of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries import savings as rows
from queries.calendar import DAY, Calendar, Period, Span, month_start
from queries.errors import ConcordError
from queries.selection import Choices, Selection
from queries.store import Reader
from queries.window import Window, read_choices, read_window
from spend.savings_agreed import PRICES, SIGN_OFF, SignOff, Terms, policy_of, sign_offs
from spend.savings_bought import Floats, bought_by_part, last_prices
from spend.savings_policy import RecognitionPolicy
from spend.savings_reconciliation import JUDGED_BY, SavingsReconciliation, reconciled
from spend.savings_register import claims, register
from spend.tree import Tree, supplier_tree

# Months that are read before the selection: a year to compare with, the year in which its oldest
# initiative started, the year before that one for its last price, and what weeks may add.
BEFORE = 37
MOST = 1e14  # cents that an initiative may be about: a thousand milliards


@dataclass(frozen=True, eq=False)
class SavingsBook:
    """One selection of one load: its days, the policy in force, and the store to read from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window
    policy: RecognitionPolicy

    @classmethod
    def read(
        cls, reader: Reader, selection: Selection, policy: RecognitionPolicy | None = None
    ) -> "SavingsBook":
        """The book under the policy in force, or under one that is tried."""
        choices = read_choices(reader)
        window = read_window(reader, selection, choices)
        return cls(reader, selection, choices, window, policy or policy_of(reader))

    # --- The days that figures are of ---------------------------------------------------------

    @property
    def span(self) -> Span:
        """From the selection's first day to the position date."""
        return Span(self.window.first, self.window.position)

    @property
    def year_end(self) -> date:
        """The last day of the fiscal year of the position date."""
        return self.window.year[-1].end_date if self.window.year else self.window.last

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of the selection."""
        return tuple(p.period for p in self.window.periods)

    @cached_property
    def _starts(self) -> tuple[date, ...]:
        """Where the parts begin: with each period, and after the same days a year earlier."""
        first, earlier = month_start(self.window.first, -BEFORE), self.window.earlier()
        days = {p.start_date for p in self.choices.calendar.periods}
        days |= {earlier.position + DAY} if earlier else set()
        return (first, *sorted(d for d in days if first < d <= self.window.position))

    # --- What is read ---------------------------------------------------------------------------

    @cached_property
    def is_loaded(self) -> bool:
        """Whether any initiative is loaded."""
        return len(self.initiatives) > 0 or rows.is_loaded(self.reader)

    @cached_property
    def initiatives(self) -> pd.DataFrame:
        """Every initiative of every stage; ``chosen`` says which the selection is about."""
        frame = self._read
        return frame[~frame["beyond"]].reset_index(drop=True)

    @property
    def beyond(self) -> tuple[str, ...]:
        """The chosen initiatives that claim more than anybody can mean: they are in no figure."""
        frame = self._read
        return tuple(frame.loc[frame["beyond"] & frame["chosen"], "initiative_id"])

    @cached_property
    def _read(self) -> pd.DataFrame:
        frame = rows.initiatives(self.reader, self.selection)
        numbers = {name: frame[name].astype("float64") for name in (*PRICES, "claimed_amount")}
        before, new, quantity, claimed = (numbers[name] for name in numbers)
        most = pd.concat([100 * before * quantity, 100 * new * quantity, claimed], axis=1).abs()
        texts = {name: frame[name].astype(object).fillna("") for name in ("owner", "baseline_kind")}
        return frame.assign(
            **numbers,
            **texts,
            beyond=most.max(axis=1) > MOST,
            supplier_group=self._groups(frame["supplier_id"]),
        )

    def initiative(self, name: str) -> dict[str, Any]:
        """One initiative of the register; raises ``ConcordError`` for one that is not there."""
        found = self.initiatives[self.initiatives["initiative_id"] == name].to_dict("records")
        if not found:
            raise ConcordError(f"there is no savings initiative {name}")
        return {str(column): value for column, value in found[0].items()}

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """What was bought of the register's items, by part, month, supplier and currency."""
        frame = rows.purchases(self.reader, self._starts, self.window.position)
        return frame.assign(supplier_group=self._groups(frame["supplier_id"]))

    @cached_property
    def suppliers(self) -> Tree:
        """Suppliers under their parents."""
        return supplier_tree(self.choices)

    def _groups(self, suppliers: "pd.Series[Any]") -> "pd.Series[Any]":
        heads = {name: self.suppliers.head(name) for name in suppliers.unique()}
        return suppliers.map(heads).astype(object)

    # --- What follows ---------------------------------------------------------------------------

    @cached_property
    def register(self) -> pd.DataFrame:
        """The initiatives that count, whoever is selected, judged under the policy."""
        frame = self.initiatives
        if self.policy.baseline == "last_price":
            frame = frame.assign(last_price=last_prices(frame, self.purchases))
        if self.policy.months == "fiscal_year":
            ends = [_year_end(self.choices.calendar, day) for day in frame["start_date"]]
            frame = frame.assign(fiscal_year_end=pd.to_datetime(pd.Series(ends, dtype=object)))
        return register(frame, self.policy)

    @cached_property
    def _bought(self) -> Mapping[str, Floats]:
        rates = rows.rates(self.reader, self.window.position)
        return bought_by_part(self.register, self.purchases, rates, len(self._starts))

    @cached_property
    def found(self) -> SavingsReconciliation:
        """The selection's own reconciliation, with everything that the register says."""
        return self._between(self.register, self.span, self.window.last)

    def between(self, span: Span, last: date) -> SavingsReconciliation:
        """The chosen initiatives over periods of the book that end at ``last``.

        ``span`` are their days that have passed. The rows have amounts alone, so that many spans
        cost little.
        """
        return self._between(self._amounts, span, last)

    @cached_property
    def _amounts(self) -> pd.DataFrame:
        return self.register[list(JUDGED_BY)]

    def _between(self, register: pd.DataFrame, span: Span, last: date) -> SavingsReconciliation:
        """All of the register is rounded as one: the parts of any selection sum to the whole."""
        inside = self._parts_in(span)
        quantities = {name: parts[:, inside].sum(axis=1) for name, parts in self._bought.items()}
        try:
            found = reconciled(register, quantities, span.first, last, self.policy, span.last)
        except ValueError as error:
            raise ConcordError(f"savings cannot be worked out: {error}") from None
        return found if self.initiatives["chosen"].all() else found.of(self.chosen)

    @cached_property
    def purchases_here(self) -> pd.DataFrame:
        """What was bought on the selection's own days."""
        inside = self.purchases["part"].isin(np.flatnonzero(self._parts_in(self.span)))
        return self.purchases[inside]

    def _parts_in(self, span: Span) -> NDArray[np.bool_]:
        """Which parts lie in some days."""
        starts = np.array(self._starts, dtype="datetime64[D]")
        ends = np.array([*(d - DAY for d in self._starts[1:]), self.window.position], "M8[D]")
        return (starts >= np.datetime64(span.first)) & (ends <= np.datetime64(span.last))

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The ids of what the selection is about."""
        frame = self.initiatives
        return frozenset(frame.loc[frame["chosen"], "initiative_id"])

    @cached_property
    def sign_offs(self) -> dict[str, SignOff]:
        """How each initiative of the selection stands between the teams, by id."""
        terms = {str(row["initiative_id"]): terms_of(row)
                 for row in self.found.rows.to_dict("records")}  # fmt: skip
        return sign_offs(self.reader.entries(SIGN_OFF), terms)

    # --- Names ----------------------------------------------------------------------------------

    def named(self, key: str, value: str) -> str:
        """A supplier, an item or a category by its name; "" for none."""
        known = self.choices.options[key]
        return known[value].name if value in known else value


def claim_of(row: Mapping[Any, Any]) -> int | None:
    """What an initiative claims for twelve months, in cents; ``None`` where nobody can know."""
    claim = float(claims(row))
    return None if claim != claim else round(claim)


def terms_of(row: Mapping[Any, Any]) -> Terms:
    """What is signed of an initiative, from its row of a reconciliation.

    The claim is rounded on its own: it does not move with what else the register has.
    """
    prices = {name: None if row[name] != row[name] else float(row[name]) for name in PRICES}
    return Terms(
        claimed=claim_of(row) or 0, saving_type=row["saving_type"], start=row["start_date"].date(),
        **prices,
    )  # fmt: skip


def _year_end(calendar: Calendar, day: "pd.Timestamp | None") -> date | None:
    """The end of the fiscal year of a day; before the calendar begins, the day before it does."""
    if day is None or pd.isna(day):
        return None
    period = calendar.of(day.date())
    if period is not None:
        return calendar.year(period.fiscal_year)[-1].end_date
    first = calendar.periods[0].start_date
    return first - DAY if day.date() < first else day.date()
