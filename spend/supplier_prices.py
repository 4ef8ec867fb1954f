"""Prices of a selection: by supplier group, by category, and what the indices did meanwhile.

``by_supplier`` and ``by_category`` are for every page that says what prices did; the rule is in
``spend.price_rows``. A supplier's row is what the same selection says of that supplier alone; a
category's compares each item over all its suppliers, so that a cheaper supplier shows as a lower
price.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from queries import supplier_prices as sums
from queries.budget import spend_by
from queries.calendar import Span
from queries.selection import Selection
from queries.store import Reader
from spend.price_rows import (
    CELL,
    EFFECTS,
    OWNER,
    PriceRow,
    index_moves,
    owned,
    price_rows,
    priced_items,
    with_index,
)
from spend.purchasing_book import PurchasingBook

KEYS = ("supplier_id", "item_id", "category_id", "unit", "currency", "has_quantity")
PARTS = ("supplier_id", "category_id")
CATEGORIES, ITEMS = "category_id", "item_id"
NOTHING_PRICED = pd.DataFrame({name: pd.Series(dtype=object) for name in (OWNER, *EFFECTS)})
Owner = Callable[[str], str] | str  # what a function makes of a supplier's id, or a column


def by_supplier(
    book: PurchasingBook, owner: Callable[[str], str] | None = None
) -> Mapping[str, PriceRow]:
    """Prices by supplier group (its head's id), or by what ``owner`` makes of a supplier's id; ''
    is not assigned. Of every supplier with any spend in the selection or a year before."""
    return PriceBook(book).rows(owner or book.suppliers.head)


def by_category(book: PurchasingBook) -> Mapping[str, PriceRow]:
    """Prices by category, as lines have them; ``spend.price_rows.added`` sums them up a tree."""
    return PriceBook(book).rows(CATEGORIES)


@dataclass(frozen=True)
class IndexEnds:
    """An index a year before, and as it is: the month and the value of each."""

    code: str
    before: tuple[date, float]
    now: tuple[date, float]


def _last(rows: pd.DataFrame, day: pd.Timestamp) -> tuple[date, float] | None:
    """The last value of an index on or before a day."""
    known = rows[rows["month"] <= day]
    if known.empty:
        return None
    return known["month"].iloc[-1].date(), float(known["value"].iloc[-1])


@dataclass(frozen=True, eq=False)
class PriceBook:
    """What was bought in a selection and a year before, to compare its prices."""

    book: PurchasingBook

    @property
    def spans(self) -> tuple[Span, ...]:
        """Last year's days, none where there are none, and the selection's."""
        first = self.book.span.first
        return (self.book.earlier_span or Span(first, first - timedelta(1)), self.book.span)

    @cached_property
    def lines(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What was bought a year before, and in the selection."""
        earlier = [self.book.earlier_span] if self.book.earlier_span else []
        return self._read(earlier), self._read([self.book.span])

    def _read(self, spans: Sequence[Span]) -> pd.DataFrame:
        return spend_by(*self.asked, spans, KEYS)

    @cached_property
    def followed(self) -> pd.DataFrame:
        """The categories that follow an index, and by how much."""
        return sums.followed(self.book.reader)

    @cached_property
    def index_values(self) -> pd.DataFrame:
        """The indices up to the selection's position date."""
        return sums.index_values(self.book.reader, self.book.span.last)

    @cached_property
    def months(self) -> pd.DataFrame:
        """Spend by month of what follows an index, in both years."""
        return self.each(lambda spans: sums.monthly_by(*self.asked, spans, PARTS))

    @property
    def asked(self) -> tuple[Reader, Selection]:
        """Of which moment, and of what, every select is."""
        return self.book.reader, self.book.selection

    def each(self, read: Callable[[Sequence[Span]], pd.DataFrame]) -> pd.DataFrame:
        """The rows of last year's days and of the selection's, under their ``span``, 0 and 1.

        At once where they do not overlap; the days of a long selection are in both.
        """
        if self.spans[0].last < self.spans[1].first:
            return read(self.spans)
        parts = [read([span]).assign(span=place) for place, span in enumerate(self.spans)]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def agreed(self) -> pd.DataFrame:
        """What was invoiced of items that a contract has a price for."""
        return sums.agreed_by(*self.asked, [self.book.span], PARTS)

    def items(self, owner: Owner) -> pd.DataFrame:
        """Each owner's items of both years, with their price effects."""
        base, actual = (owned(side, owner) for side in self.lines)
        return priced_items(base, actual)

    def moves(self, owner: Owner) -> pd.DataFrame:
        """The indices of each owner's categories, as ``index_moves`` gives them."""
        return index_moves(owned(self.months, owner), self.followed, self.index_values)

    def index_ends(self, category: str) -> IndexEnds | None:
        """What the index of a category was a year before, and is; where both are known."""
        own = self.followed.loc[self.followed["category_id"] == category, "index_code"]
        if own.empty:
            return None
        values = self.index_values[self.index_values["index_code"] == own.iloc[0]]
        day = pd.Timestamp(self.book.span.last)
        before, now = _last(values, day - pd.DateOffset(years=1)), _last(values, day)
        return IndexEnds(str(own.iloc[0]), before, now) if before and now else None

    def rows(self, owner: Owner) -> Mapping[str, PriceRow]:
        """What each owner charged for the same goods."""
        if not all(_measured(side) for side in self.lines):
            return price_rows(self.spent(owner), NOTHING_PRICED, owned(self.agreed, owner))
        cells = self.items(owner).groupby(CELL)[["at_old", "price"]].sum().reset_index()
        cells = with_index(cells, self.moves(owner))
        return price_rows(self.spent(owner), cells, owned(self.agreed, owner))

    def spent(self, owner: Owner) -> pd.DataFrame:
        """What each owner was paid for in both years; no year before, where there is none."""
        base, actual = (
            owned(side, owner).groupby(OWNER)["amount"].sum().astype("Int64") for side in self.lines
        )
        both = pd.DataFrame({"earlier": base, "spend": actual}).reset_index(names=OWNER)
        both["spend"] = both["spend"].fillna(0)
        if self.book.earlier_span:
            both["earlier"] = both["earlier"].fillna(0)
        return both


def _measured(lines: pd.DataFrame) -> bool:
    """Whether anything was bought by item and quantity."""
    return bool((lines["has_quantity"].astype(bool) & (lines["item_id"] != "")).any())
