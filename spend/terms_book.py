"""The sums that payment terms are told from: read once for a selection, in whole cents.

What is asked of the store stands here and nowhere else in the subject; the rest is arithmetic on a
frozen ``TermsBook``. All money is gross, but for ``annual_spend``, which is net.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from queries import budget as spend_sums
from queries import terms as sums
from queries.calendar import Period, Span
from queries.selection import Choices, Selection
from queries.store import Reader
from queries.window import Window, read_choices, read_window
from spend.terms_law import Exposure, exposure

YEAR_PERIODS = 12
SUPPLIER = ("supplier_id",)


@dataclass(frozen=True, eq=False)
class TermsSums:
    """What the figures of some days are made of, by whatever keys: see ``queries.terms``."""

    termed: pd.DataFrame
    paid: pd.DataFrame
    owed: pd.DataFrame
    offers: pd.DataFrame


@dataclass(frozen=True, eq=False)
class TermsBook:
    """One selection of one load: its days, and the store to read its sums from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "TermsBook":
        choices = read_choices(reader)
        return cls(reader, selection, choices, read_window(reader, selection, choices))

    # --- The days that figures are of ---------------------------------------------------------

    @property
    def span(self) -> Span:
        """From the selection's first day to the position date."""
        return Span(self.window.first, self.window.position)

    @cached_property
    def earlier(self) -> "TermsBook | None":
        """The same days one fiscal year earlier, as at their own end."""
        window = self.window.earlier()
        return replace(self, window=window) if window else None

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of the selection."""
        return tuple(p.period for p in self.window.periods)

    @cached_property
    def year_spans(self) -> tuple[Span, Span]:
        """The last twelve periods to the selection's end, and the twelve before them."""
        periods = self.choices.calendar.periods
        last = next(i for i, p in enumerate(periods) if p == self.periods[-1])
        spans = []
        for end in (last, last - YEAR_PERIODS):
            chosen = periods[max(0, end - YEAR_PERIODS + 1) : max(0, end + 1)]
            spans.append(
                Span(chosen[0].start_date, min(chosen[-1].end_date, self.window.position))
                if chosen
                else Span(self.window.first, self.window.first)
            )
        return spans[0], spans[1]

    # --- What is read ---------------------------------------------------------------------------

    @cached_property
    def suppliers(self) -> pd.DataFrame:
        """What the master data say of each supplier, by its id."""
        return sums.suppliers(self.reader).set_index("supplier_id")

    @cached_property
    def annual_spend(self) -> "pd.Series[Any]":
        """Net spend of the last twelve periods by supplier."""
        frame = spend_sums.spend_by(self.reader, self.selection, self.year_spans[:1], SUPPLIER)
        return frame.set_index("supplier_id")["amount"].astype("int64")

    @cached_property
    def invoiced(self) -> pd.DataFrame:
        """Invoiced money by supplier and by what the three terms say."""
        return sums.invoiced_by(self.reader, self.selection, self.span, SUPPLIER)

    @cached_property
    def termed(self) -> pd.DataFrame:
        """Invoiced money that has an agreed term, by supplier and by what the terms say."""
        return termed(self.invoiced)

    def payments(self, span: Span, by: Sequence[str]) -> pd.DataFrame:
        return sums.payments_by(
            self.reader, self.selection, span, self.reader.settings.early_days, by
        )

    @cached_property
    def paid(self) -> pd.DataFrame:
        """Payments of the selection by supplier."""
        return self.payments(self.span, SUPPLIER)

    @cached_property
    def paid_days(self) -> pd.DataFrame:
        """Payments of the selection by day."""
        return self.payments(self.span, ("day",))

    @cached_property
    def owed(self) -> pd.DataFrame:
        """What is open at the position date, by supplier."""
        first, position = self.window.first, self.window.position
        owed = sums.owed_by(self.reader, self.selection, first, position, SUPPLIER)
        return owed if self.has_payments else owed.iloc[:0]

    @cached_property
    def has_payments(self) -> bool:
        """Whether any payment is loaded: without, nobody knows what is still open."""
        return sums.has_payments(self.reader)

    @cached_property
    def offers(self) -> pd.DataFrame:
        """Discounts offered in the selection, and what became of them, by supplier."""
        position = self.window.position
        return sums.discounts_by(self.reader, self.selection, self.span, position, SUPPLIER)

    @property
    def sums(self) -> TermsSums:
        """What the selection's figures are made of."""
        return TermsSums(self.termed, self.paid, self.owed, self.offers)

    @cached_property
    def late(self) -> pd.DataFrame:
        """What was paid late in the selection, and what is overdue, as the law looks at it."""
        waiting = sums.overdue(self.reader, self.selection, self.window.position)
        waiting = waiting if self.has_payments else waiting.iloc[:0]
        waiting = waiting.rename(columns={"unsettled": "settled"})
        waiting["day"] = pd.Timestamp(self.window.position)
        return pd.concat([self.paid_late, waiting], ignore_index=True)

    @cached_property
    def paid_late(self) -> pd.DataFrame:
        """What was paid late in the selection, as the law looks at it."""
        return sums.late_payments(self.reader, self.selection, self.span)

    @cached_property
    def rates(self) -> dict[str, float]:
        """Exchange rates at the position date."""
        return sums.rates(self.reader, self.window.position)

    @cached_property
    def exposure(self) -> Exposure:
        """What late payment may cost by law."""
        return self._exposure(self.late)

    @cached_property
    def paid_exposure(self) -> Exposure:
        """What of it is for money that was paid, if late."""
        return self._exposure(self.paid_late)

    def _exposure(self, late: pd.DataFrame) -> Exposure:
        public = self.reader.settings.public_body
        return exposure(late, self.suppliers["country"], self.rates, public)

    @cached_property
    def price_lines(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What was bought by supplier and item, in the twelve periods before and in the last."""
        keys = (*SUPPLIER, "item_id", "unit", "currency", "has_quantity")
        now, before = (
            spend_sums.spend_by(self.reader, self.selection, [span], keys)
            for span in self.year_spans
        )
        return before, now


def termed(invoiced: pd.DataFrame) -> pd.DataFrame:
    """Invoiced money that has an agreed term, with its money-days."""
    known = invoiced[invoiced["agreed_days"].notna()]
    return known.assign(money_days=known["invoiced"] * known["agreed_days"].astype("int64"))
