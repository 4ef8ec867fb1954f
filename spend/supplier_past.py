"""What was bought outside contracts in force, and why it is more or less than a year ago.

By supplier and category, because that is how contracts are made. Money in whole cents.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import pandas as pd

from spend.money import decimal
from spend.position import ratio
from spend.result import Bridge, Cell, Step, Table, TableColumn
from spend.supplier_book import WHERE, SupplierBook
from spend.supplier_rows import owner

# The causes in the order of the bridge, with what each means.
CAUSES = {
    "ended": ("Contracts that ended", "bought on, after the supplier's own contract had ended"),
    "new": ("Not bought last year", "from whom nothing of the category came in last year's days"),
    "more": ("More from others", "suppliers known a year ago, without a contract"),
    "less": ("Less from others", "less was bought outside the contracts, or it is covered now"),
}
WHY = {"ended": "contract ended", "new": "new", "more": "more", "less": "less"}
COLUMNS = (
    TableColumn("name", "Supplier", "text"),
    TableColumn("outside", "Outside contracts", "money"),
    TableColumn("earlier", "Last year", "money"),
    TableColumn("change", "Δ year", "money"),
    TableColumn("share", "Share", "share"),
    TableColumn("why", "Why", "text"),
)
REASON = "there is no year before to compare with"
EVERY = "*"  # stands for all categories, of a contract that names none


@dataclass(frozen=True, eq=False)
class Past:
    """Off-contract spend by supplier and category: ``now``, ``then`` and the ``cause``."""

    book: SupplierBook

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row for each supplier and category with anything bought outside a contract."""
        book = self.book
        now = _by_pair(book.sourced([book.span]))
        spans = [book.earlier_span] if book.earlier_span else []
        then = _by_pair(book.sourced(spans)) if spans else now.iloc[:0]
        frame = beside(now, then).fillna(0).astype("int64")
        frame = frame[(frame["outside"] != 0) | (frame["outside_then"] != 0)].reset_index()
        frame["change"] = frame["outside"] - frame["outside_then"]
        frame["cause"] = self._causes(frame)
        return frame

    def _causes(self, frame: pd.DataFrame) -> "pd.Series[str]":
        causes = pd.Series("more", index=frame.index, dtype="str")
        causes = causes.mask(frame["amount_then"] == 0, "new")
        causes = causes.mask(self._ended(frame), "ended")
        return causes.mask(frame["change"] <= 0, "less")

    def _ended(self, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Pairs that a contract was for which has ended since the days of the year before."""
        ended = self.lapsed
        suppliers, categories = self.book.suppliers, self.book.categories
        named = zip(ended["supplier_id"], ended["category_id"], strict=True)
        reach = {
            (supplier, below)
            for head, category in named
            for supplier in suppliers.subtree(head)
            for below in (categories.subtree(category) if category else (EVERY,))
        }
        every = {supplier for supplier, category in reach if category == EVERY}
        pairs = zip(frame["supplier_id"], frame["category_id"], strict=True)
        return pd.Series(
            [p in reach or p[0] in every for p in pairs], index=frame.index, dtype=bool
        )

    @cached_property
    def lapsed(self) -> pd.DataFrame:
        """Contracts that ended since last year's days began, and whose suppliers sold on without
        one: what ended before then makes no difference between the years."""
        ending, year = self.book.ending, self.book.earlier_span or self.book.span
        day = ending["end_date"]
        over = (day >= pd.Timestamp(year.first)) & (day < pd.Timestamp(self.book.position))
        return ending[over & (ending["uncovered"] > 0)]

    @property
    def change(self) -> int | None:
        """How much more than a year ago; ``None`` where there is none."""
        return int(self.pairs["change"].sum()) if self.book.earlier_span else None

    def bridge(self) -> Bridge:
        """From last year's off-contract spend to this year's."""
        title = "Bought outside contracts in force, from last year to this"
        if not self.book.has_contracts or self.book.earlier_span is None:
            why = REASON if self.book.has_contracts else "no contracts are loaded"
            return Bridge("past", title, (), why)
        pairs = self.pairs
        changes = pairs.groupby("cause")["change"].sum()
        items = tuple(
            _item(label, int(changes.get(cause, 0)), meaning)
            for cause, (label, meaning) in CAUSES.items()
            if changes.get(cause, 0)
        )
        ends = [_end(label, int(pairs[name].sum()))
                for label, name in (("Last year", "outside_then"), ("Now", "outside"))]  # fmt: skip
        return Bridge("past", title, (ends[0], *items, ends[1]))


@dataclass
class Sums:
    """A supplier's off-contract spend in both years, and what each cause changed, in cents."""

    now: int = 0
    then: int = 0
    causes: dict[str, int] = field(default_factory=dict)


def by_supplier(past: Past) -> Table:
    """Who was bought from outside contracts, the most first, and why more or less than last year:
    the causes of its categories, the one that moved most first."""
    book, pairs = past.book, past.pairs if past.book.has_contracts else past.pairs.iloc[:0]
    sums, whole = _summed(pairs, owner(book)), _summed(pairs, lambda _: "").get("", Sums())
    ids = sorted(sums, key=lambda name: (-sums[name].now, name))
    return Table(
        "past_suppliers",
        "Bought outside contracts in force, by supplier; why by its categories: contract ended, "
        "new (nothing of the category last year), more or less",
        COLUMNS,
        tuple((_name(book, one), *_moved(past, sums[one], whole), _why(past, sums[one]))
              for one in ids),
        ids=tuple(ids),
        depth=(0,) * len(ids),
        total=("Total", *_moved(past, whole, whole), None) if ids else None,
    )  # fmt: skip


def _summed(pairs: pd.DataFrame, of: Callable[[str], str]) -> dict[str, Sums]:
    """The sums of pairs by what a function makes of their supplier."""
    names = ("supplier_id", "outside", "outside_then", "change", "cause")
    found: dict[str, Sums] = {}
    for supplier, now, then, change, cause in zip(*(pairs[n].tolist() for n in names), strict=True):
        one = found.setdefault(of(supplier), Sums())
        one.now, one.then = one.now + now, one.then + then
        one.causes[cause] = one.causes.get(cause, 0) + change
    return found


def _name(book: SupplierBook, supplier: str) -> str:
    known = book.suppliers.members
    return known[supplier].name if supplier and supplier in known else "Not assigned"


def _moved(past: Past, sums: Sums, whole: Sums) -> tuple[Cell, ...]:
    """Outside contracts now and last year, the change, and the share of all."""
    share = ratio(sums.now, whole.now)
    if past.book.earlier_span is None:
        return decimal(sums.now), None, None, share
    return decimal(sums.now), decimal(sums.then), decimal(sums.now - sums.then), share


def _why(past: Past, sums: Sums) -> str | None:
    if past.book.earlier_span is None:
        return None
    moved = sorted((-abs(change), cause) for cause, change in sums.causes.items() if change)
    return ", ".join(WHY[cause] for _, cause in moved) or "as last year"


def beside(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Sums of this year with those of the last, which are named so."""
    return pd.concat([now, then.add_suffix("_then")], axis=1)


def _by_pair(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.groupby(list(WHERE))[["amount", "outside"]].sum().astype("int64")


def _item(label: str, cents: int, meaning: str) -> Step:
    return Step(label, Decimal(cents).scaleb(-2), "item", cents < 0 if cents else None, meaning)


def _end(label: str, cents: int) -> Step:
    return Step(label, Decimal(cents).scaleb(-2), "end")
