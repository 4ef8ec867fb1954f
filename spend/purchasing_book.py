"""The sums that the figures of suppliers and of the process are told from: read for spans of days.

What is asked of the store stands here and nowhere else in the two subjects; money is in whole
cents. Frames have a row for each ``span``, the place of its days among those asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import pandas as pd

from queries import duplicates, matching, process, sourcing
from queries.calendar import Span
from queries.selection import Choices, Selection
from queries.store import Reader
from queries.window import Window, read_choices, read_window
from spend.tree import Tree, supplier_tree

PLACES = ("supplier_id", "cost_centre_id")


@dataclass(frozen=True, eq=False)
class PurchasingBook:
    """One selection of one load: its days, and the store to read its sums from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> Self:
        choices = read_choices(reader)
        return cls(reader, selection, choices, read_window(reader, selection, choices))

    # --- The days that figures are of ---------------------------------------------------------

    @property
    def span(self) -> Span:
        """From the selection's first day to the position date."""
        return Span(self.window.first, self.window.position)

    @cached_property
    def earlier_span(self) -> Span | None:
        """The same days one fiscal year earlier."""
        earlier = self.window.earlier()
        return Span(earlier.first, earlier.position) if earlier else None

    # --- Suppliers ------------------------------------------------------------------------------

    @cached_property
    def suppliers(self) -> Tree:
        """Suppliers under their parents."""
        return supplier_tree(self.choices)

    @cached_property
    def has_contracts(self) -> bool:
        return sourcing.has_contracts(self.reader)

    @cached_property
    def has_preferred(self) -> bool:
        return sourcing.has_preferred(self.reader)

    @cached_property
    def has_receipts(self) -> bool:
        return sourcing.has_receipts(self.reader)

    def sourced(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Invoiced money by supplier, and what of it contracts and preferred suppliers cover."""
        return sourcing.sourced_by(self.reader, self.selection, spans, ("supplier_id",))

    def promised(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Order lines promised: due, kept, and still waiting."""
        return sourcing.promised_by(self.reader, self.selection, spans, ())

    def unpromised(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Order lines by the day they were ordered, as far as nobody promised a date for them."""
        return sourcing.unpromised(self.reader, self.selection, spans)

    # --- The process ----------------------------------------------------------------------------

    def ordered(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Order lines by the days from request to order."""
        return process.ordered_by(self.reader, self.selection, spans)

    def matched(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Invoiced money with an order, and how it agreed."""
        return process.matched_by(self.reader, self.selection, spans)

    def numbered(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Invoice lines, and those with an invoice number."""
        return process.numbered(self.reader, self.selection, spans)

    def repeated(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Invoices that look booked twice."""
        return process.repeated_by(self.reader, self.selection, spans)

    # --- What does not match --------------------------------------------------------------------

    @cached_property
    def invoiced(self) -> tuple[int, int]:
        """The invoice lines of the selection, and their money."""
        return matching.invoiced(self.reader, self.selection, self.span)

    @cached_property
    def judged(self) -> pd.DataFrame:
        """Invoice lines with an order by supplier and cost centre: judged, matching and others."""
        return matching.judged_by(self.reader, self.selection, self.span, PLACES)

    @cached_property
    def exceptions(self) -> pd.DataFrame:
        """Lines that do not match by kind, supplier and cost centre, and the money that is off."""
        return matching.exceptions_by(self.reader, self.selection, self.span, PLACES)

    # --- What looks booked twice ----------------------------------------------------------------

    @cached_property
    def repeats(self) -> pd.DataFrame:
        """Invoices with a number that look booked twice, each beside the earlier one."""
        return duplicates.repeated(self.reader, self.selection, self.span, duplicates.NUMBERED)

    @cached_property
    def look_alikes(self) -> pd.DataFrame:
        """As the repeats, of invoices without a number: never in a figure."""
        return duplicates.repeated(self.reader, self.selection, self.span, duplicates.BARE)
