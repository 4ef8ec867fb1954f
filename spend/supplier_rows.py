"""Everything about suppliers that adds up, by group: a group is a head with all those under it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from spend.position import ratio
from spend.supplier_book import SupplierBook
from spend.terms_table import payment_sums
from spend.tree import NOT_ASSIGNED, Branch

BOUGHT = ("amount", "addressable", "under_contract", "preferred", "contracted", "outside")
TERMS = ("money_days", "termed", "paid", "paid_days", "judged", "early", "late", "open", "overdue")
SUMS = (
    *BOUGHT, "earlier", "outside_earlier", "due", "kept", "waiting", "last_due", "last_kept",
    *TERMS,
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One group of suppliers, or one supplier of the group that is looked at; cents and counts."""

    id: str
    name: str
    sums: Mapping[str, int]

    def share(self, part: str, whole: str) -> float | None:
        """A ratio of two of its sums; ``None`` on a base of zero or less."""
        return ratio(self.sums[part], self.sums[whole])


def rows(book: SupplierBook) -> tuple[Row, ...]:
    """The groups by spend, the largest first and "not assigned" last; where one supplier is chosen,
    what is under it."""
    frame = by_supplier(book)
    values = frame.to_numpy().tolist()
    amounts = dict(zip(map(str, frame.index), values, strict=True))
    return tuple(_row(branch) for branch in book.suppliers.parts(amounts, _chosen(book)))


def _chosen(book: SupplierBook) -> str | None:
    """The one supplier that is looked at."""
    chosen = book.selection.supplier
    known = len(chosen) == 1 and chosen[0] in book.suppliers.members and chosen[0] != NOT_ASSIGNED
    return chosen[0] if known else None


def owner(book: SupplierBook) -> Callable[[str], str]:
    """The id of the row that a supplier's money is in."""
    chosen = _chosen(book)
    if chosen is None:
        return book.suppliers.head
    under = {
        member: part
        for part in book.suppliers.children.get(chosen, ())
        for member in book.suppliers.subtree(part)
    }
    return lambda supplier: under.get(supplier, chosen)


def _row(branch: Branch) -> Row:
    return Row(branch.id, branch.name, {k: v or 0 for k, v in zip(SUMS, branch.sums, strict=True)})


def total(found: Sequence[Row]) -> Row:
    """The sums of some rows."""
    return Row("", "Total", {name: sum(row.sums[name] for row in found) for name in SUMS})


def by_supplier(book: SupplierBook) -> pd.DataFrame:
    """The columns of ``SUMS`` by supplier id."""
    now = _of(book.sourced([book.span]), BOUGHT)
    parts = {name: now[name] for name in BOUGHT}
    if book.earlier_span:
        then = _of(book.sourced([book.earlier_span]), ("amount", "outside"))
        parts |= {"earlier": then["amount"], "outside_earlier": then["outside"]}
    first = _of(book.promised([book.span]), ("due", "kept", "waiting"))
    last = _of(book.last_promised, ("due", "kept"))
    parts |= {name: first[name] for name in ("due", "kept", "waiting")}
    parts |= {"last_due": last["due"], "last_kept": last["kept"]}
    parts |= payment_sums(book.terms)
    frame = pd.DataFrame(parts).reindex(columns=list(SUMS)).fillna(0).astype("int64")
    return frame[(frame != 0).any(axis=1)]


def _of(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return frame.groupby("supplier_id")[list(names)].sum()
