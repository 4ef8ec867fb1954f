"""The sums that the supplier base is told from: read once for a selection, in whole cents.

What is asked of the store stands here and in ``spend.purchasing_book``; the rest is arithmetic on a
frozen ``SupplierBook``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from queries import sourcing, suppliers
from queries.calendar import Span
from spend.purchasing_book import PurchasingBook
from spend.supplier_prices import PriceBook
from spend.terms_book import TermsBook
from spend.tree import Member, Tree

WHERE = ("supplier_id", "category_id")
SUPPLIER = ("supplier_id",)
SOON = 180  # days before its end in which a contract has to be made anew


NONE_ENDING = pd.DataFrame({
    **{name: pd.Series(dtype="str") for name in suppliers.TERMS[:3]},
    **{name: pd.Series(dtype="datetime64[us]") for name in suppliers.TERMS[3:]},
    **{name: pd.Series(dtype="int64") for name in ("bought", "uncovered", "line_count")},
})  # fmt: skip


@dataclass(frozen=True, eq=False)
class SupplierBook(PurchasingBook):
    """As the book of purchasing; what it reads by supplier and category, it reads once."""

    def sourced(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Invoiced money by supplier and category, and what of it is covered."""
        return self._each("sourced", spans, self._sourced)

    def promised(self, spans: Sequence[Span]) -> pd.DataFrame:
        """Order lines by supplier and by their first promise: due, kept, and still waiting."""
        return self._each("promised", spans, self._promised)

    def _sourced(self, spans: Sequence[Span]) -> pd.DataFrame:
        return sourcing.sourced_by(self.reader, self.selection, spans, WHERE)

    def _promised(self, spans: Sequence[Span]) -> pd.DataFrame:
        return sourcing.promised_by(self.reader, self.selection, spans, SUPPLIER)

    @cached_property
    def _read(self) -> dict[tuple[str, Span], pd.DataFrame]:
        return {}

    def _each(
        self, name: str, spans: Sequence[Span], read: Callable[[Sequence[Span]], pd.DataFrame]
    ) -> pd.DataFrame:
        """The rows of each span by itself, under its place: those of long selections overlap."""
        for span in spans:
            if (name, span) not in self._read:
                self._keep(name, self._together if span in self._together else (span,), read)
        found = [self._read[name, span].assign(span=n) for n, span in enumerate(spans)]
        return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)

    def _keep(
        self, name: str, spans: Sequence[Span], read: Callable[[Sequence[Span]], pd.DataFrame]
    ) -> None:
        frame = _plain(read(spans))
        for place, span in enumerate(spans):
            self._read[name, span] = frame[frame["span"] == place]

    @cached_property
    def _together(self) -> tuple[Span, ...]:
        """The days of the selection and those a year before, where one select may read both."""
        earlier = self.earlier_span
        apart = earlier is not None and earlier.last < self.span.first
        return (self.span, earlier) if earlier and apart else (self.span,)

    @cached_property
    def last_promised(self) -> pd.DataFrame:
        """Order lines by supplier and by their last promise: due, kept, and still waiting."""
        return sourcing.promised_by(
            self.reader, self.selection, [self.span], SUPPLIER, sourcing.FINAL
        )

    @cached_property
    def terms(self) -> TermsBook:
        """What is agreed about payment, and done."""
        return TermsBook(self.reader, self.selection, self.choices, self.window)

    @cached_property
    def categories(self) -> Tree:
        """Categories under their parents."""
        options = self.choices.options["category"].values()
        return Tree((Member(o.id, o.name, o.parent) for o in options), "Without a category")

    @cached_property
    def prices(self) -> PriceBook:
        """What was bought in the selection and a year before, to compare its prices."""
        return PriceBook(self)

    # --- Contracts ------------------------------------------------------------------------------

    @property
    def position(self) -> date:
        return self.window.position

    @property
    def year(self) -> Span:
        """The last twelve periods, to the position date."""
        return self.terms.year_spans[0]

    @property
    def soon(self) -> date:
        """The last day of an end that is near."""
        return self.position + timedelta(days=SOON)

    @cached_property
    def ending(self) -> pd.DataFrame:
        """Contracts that ended or soon will, with what was bought: see ``queries.suppliers``."""
        if not self.has_contracts:
            return NONE_ENDING
        return _named(suppliers.ending(self.reader, self.selection, self.year, self.soon))

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """Every contract with its days."""
        return _named(suppliers.in_force(self.reader))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Sums over rows that exist are never missing: as plain integers they group much faster."""
    kinds = {name: "int64" for name, kind in frame.dtypes.items() if kind == "Int64"}
    return frame.astype(kinds)


def _named(contracts: pd.DataFrame) -> pd.DataFrame:
    """Contracts that name no category have an empty one."""
    return contracts.assign(category_id=contracts["category_id"].fillna(""))
