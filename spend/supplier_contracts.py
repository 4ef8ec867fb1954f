"""What contracts cover, category by category; contracts that end soon, and those that ended."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from spend.comparison import difference
from spend.money import decimal
from spend.position import ratio
from spend.result import Cell, Table, TableColumn
from spend.supplier_book import SupplierBook
from spend.supplier_past import beside
from spend.tree import Tree

SUMS = (
    "amount", "addressable", "under_contract", "preferred", "contracted", "outside",
    "contracted_then", "outside_then",
)  # fmt: skip
ONE_DAY = pd.Timedelta(days=1)


def by_category(book: SupplierBook) -> Table:
    """What contracts cover of each category, those below it included."""
    frame = by_category_sums(book)
    amounts = dict(zip(map(str, frame.index), frame.to_numpy().tolist(), strict=True))
    branches = book.categories.rows(amounts)
    whole = tuple(int(v) for v in frame.sum())
    return Table(
        "categories",
        "What contracts cover, by category: spend past contracts where one was in force",
        CATEGORY_COLUMNS,
        tuple((b.name, *_category(book, b.sums)) for b in branches),
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=("Total", *_category(book, whole)),
    )


CATEGORY_COLUMNS = (
    TableColumn("name", "Category", "text"),
    TableColumn("spend", "Spend", "money", "actual_spend"),
    TableColumn("preferred", "Preferred", "share", "preferred_share"),
    TableColumn("covered", "Under contract", "share", "contract_coverage"),
    TableColumn("contracted", "Contract in force", "money"),
    TableColumn("outside", "Past contracts", "money"),
    TableColumn("share", "Off contract", "share", "off_contract_share"),
    TableColumn("earlier", "Last year", "share"),
    TableColumn("variance", "Change", "change", "off_contract_share"),
)


def by_category_sums(book: SupplierBook) -> pd.DataFrame:
    """The columns of ``SUMS`` by category id, as lines have it."""
    now = _by_category(book, book.span)
    then = _by_category(book, book.earlier_span) if book.earlier_span else now.iloc[:0]
    frame = beside(now, then[["contracted", "outside"]]).fillna(0)
    return frame.reindex(columns=list(SUMS)).astype("int64")


def _by_category(book: SupplierBook, span: Any) -> pd.DataFrame:
    frame = book.sourced([span])
    names = [name for name in SUMS if name in frame]
    return frame.groupby("category_id")[names].sum()


def _category(book: SupplierBook, sums: tuple[int | None, ...]) -> tuple[Cell, ...]:
    found = {name: cents or 0 for name, cents in zip(SUMS, sums, strict=True)}

    def share(part: str, whole: str, known: bool = True) -> float | None:
        return ratio([found[part]], [found[whole]]) if known else None

    contracts = book.has_contracts
    now = share("outside", "contracted", contracts)
    then = share("outside_then", "contracted_then", contracts and book.earlier_span is not None)
    change = difference(now, then)
    return (
        decimal(found["amount"]),
        share("preferred", "addressable", book.has_preferred),
        share("under_contract", "addressable", contracts),
        decimal(found["contracted"]) if contracts else None,
        decimal(found["outside"]) if contracts else None,
        now,
        then,
        change,
    )


# --- Contracts that end --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Ends:
    """Contracts that end soon, or ended, each with the one that follows it."""

    book: SupplierBook

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of ``queries.suppliers.ending``, and ``follower``: a contract's id, or ''."""
        frame = self.book.ending.copy()
        followers = [self._follower(one) for one in frame.to_dict("records")]
        return frame.assign(follower=pd.Series(followers, index=frame.index, dtype="str"))

    def _follower(self, one: Any) -> str:
        """The contract of the same supplier and category, or above, that takes over from one."""
        categories = {"", *_above(self.book.categories, one["category_id"])}
        end, following = one["end_date"], one["end_date"] + ONE_DAY
        for supplier in _above(self.book.suppliers, one["supplier_id"]):
            for other in self._by_supplier.get(supplier, ()):
                longer = pd.isna(other["end_date"]) or other["end_date"] > end
                begun = other["start_date"] <= following
                if longer and begun and other["category_id"] in categories:
                    return str(other["contract_id"])
        return ""

    @cached_property
    def _by_supplier(self) -> dict[str, list[Any]]:
        """Every contract by its supplier."""
        found: dict[str, list[Any]] = {}
        for contract in self.book.contracts.to_dict("records"):
            found.setdefault(contract["supplier_id"], []).append(contract)
        return found

    @cached_property
    def soon(self) -> pd.DataFrame:
        """Those in force that end soon, the most bought first."""
        frame = self.frame[self.frame["end_date"] >= pd.Timestamp(self.book.position)]
        return frame.sort_values("bought", ascending=False, kind="stable")

    @cached_property
    def over(self) -> pd.DataFrame:
        """Those that ended while their suppliers sold on without one, the most bought first."""
        past = self.frame["end_date"] < pd.Timestamp(self.book.position)
        frame = self.frame[past & (self.frame["uncovered"] > 0)]
        return frame.sort_values("uncovered", ascending=False, kind="stable")

    @property
    def unfollowed(self) -> pd.DataFrame:
        """Those that end soon and that none follows; of several for the same, one."""
        alone = self.soon[self.soon["follower"] == ""]
        return alone.drop_duplicates(["supplier_id", "category_id"])


def _above(tree: Tree, member: str | None) -> list[str]:
    """A member and everything above it, from it upwards."""
    found: list[str] = []
    while member:
        found.append(member)
        member = tree.parents.get(member)
    return found


ENDS = (
    TableColumn("name", "Supplier", "text"),
    TableColumn("contract", "Contract", "text"),
    TableColumn("category", "Category", "text"),
    TableColumn("end", "Last day", "text"),
)


def soon(ends: Ends) -> Table:
    """Contracts that end within half a year, with what a year of buying from them is."""
    book = ends.book
    columns = (
        *ENDS,
        TableColumn("left", "Days left", "count"),
        TableColumn("bought", "Bought, 12 months", "money"),
        TableColumn("follower", "Followed by", "text"),
    )
    frame = ends.soon
    rows = tuple(
        (*_who(book, one), (one["end_date"].date() - book.position).days,
         decimal(int(one["bought"])), one["follower"] or None)
        for one in frame.to_dict("records")
    )  # fmt: skip
    title = f"Contracts that end by {book.soon:%-d %B %Y}, with what was bought in 12 months"
    return _ends("ending", title, columns, rows, frame)


def over(ends: Ends) -> Table:
    """Contracts that ended, with what was bought since on no contract at all."""
    book = ends.book
    columns = (
        *ENDS,
        TableColumn("ago", "Days ago", "count"),
        TableColumn("bought", "Bought, 12 months", "money"),
        TableColumn("uncovered", "Since, without one", "money"),
    )
    frame = ends.over
    rows = tuple(
        (*_who(book, one), (book.position - one["end_date"].date()).days,
         decimal(int(one["bought"])), decimal(int(one["uncovered"])))
        for one in frame.to_dict("records")
    )  # fmt: skip
    title = "Contracts that ended, and what was bought since without one"
    return _ends("ended", title, columns, rows, frame)


def _who(book: SupplierBook, one: Any) -> tuple[Cell, ...]:
    suppliers, categories = (book.choices.options[key] for key in ("supplier", "category"))
    supplier, category = one["supplier_id"], one["category_id"]
    return (
        suppliers[supplier].name if supplier in suppliers else "Not assigned",
        one["contract_id"],
        categories[category].name if category in categories else "Every category",
        f"{one['end_date']:%Y-%m-%d}",
    )


def _ends(
    name: str,
    title: str,
    columns: tuple[TableColumn, ...],
    rows: tuple[tuple[Cell, ...], ...],
    frame: pd.DataFrame,
) -> Table:
    """No total: several contracts may be for the same money."""
    ids = tuple(map(str, frame["supplier_id"]))
    return Table(name, title, columns, rows, ids=ids, depth=(0,) * len(rows))
