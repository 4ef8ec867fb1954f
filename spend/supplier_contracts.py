"""What contracts cover, category by category; contracts that end soon, and those that ended."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from spend.comparison import difference
from spend.money import decimal
from spend.position import ratio
from spend.result import Cell, Table, TableColumn
from spend.supplier_book import WHERE, SupplierBook
from spend.supplier_ends import bought_once, uncovered_once
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
        "What contracts cover, by category: spend outside contracts where one was in force",
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
    TableColumn("outside", "Outside contracts", "money"),
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
        return ratio(found[part], found[whole]) if known else None

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
        for supplier in _above(self.book.suppliers, one["supplier_id"]):
            for other in self._by_supplier.get(supplier, ()):
                if _goes_on(other, one["end_date"]) and other["category_id"] in categories:
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
        """Those that ended with none to follow, while their suppliers sold on without one; the
        most bought so first."""
        past = self.frame["end_date"] < pd.Timestamp(self.book.position)
        alone = self.frame["follower"] == ""
        frame = self.frame[past & alone & (self.frame["uncovered"] > 0)]
        return frame.sort_values("uncovered", ascending=False, kind="stable")

    @property
    def unfollowed(self) -> pd.DataFrame:
        """Those that end soon and that none follows; of several for the same, one."""
        alone = self.soon[self.soon["follower"] == ""]
        return alone.drop_duplicates(["supplier_id", "category_id"])

    @cached_property
    def unfollowed_spend(self) -> int:
        """What a year bought of suppliers and categories whose contracts all end soon, in cents.

        Each cent once, however many contracts are for it.
        """
        if self.unfollowed.empty:
            return 0
        bought = self.book.sourced([self.book.year]).groupby(list(WHERE))["amount"].sum()
        rows = bought.reset_index().itertuples(index=False)
        return sum(
            cents for supplier, category, cents in rows if self._runs_out(supplier, category)
        )

    @cached_property
    def _soon_ids(self) -> frozenset[str]:
        return frozenset(self.soon["contract_id"])

    def _runs_out(self, supplier: str, category: str) -> bool:
        """Whether what is bought of a supplier in a category has a contract, and soon none."""
        reach = {"", *_above(self.book.categories, category)}
        heads = _above(self.book.suppliers, supplier)
        theirs = (one for head in heads for one in self._by_supplier.get(head, ()))
        contracts = [one for one in theirs if one["category_id"] in reach]
        ends = [one["end_date"] for one in contracts if one["contract_id"] in self._soon_ids]
        return bool(ends) and not any(_goes_on(one, max(ends)) for one in contracts)


def _goes_on(contract: Any, end: Any) -> bool:
    """Whether a contract is in force on the day after another's end."""
    longer = pd.isna(contract["end_date"]) or contract["end_date"] > end
    return bool(longer and contract["start_date"] <= end + ONE_DAY)


def _above(tree: Tree, member: str | None) -> list[str]:
    """A member and everything above it, from it upwards."""
    found: list[str] = []
    while member:
        found.append(member)
        member = tree.parents.get(member)
    return found


ONCE = "the total counts each cent once, where several are for the same"
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
    total = ("Total", *(None,) * 4, decimal(bought_once(book, frame)), None)
    return _ends("ending", f"{title}; {ONCE}", columns, rows, total, frame)


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
    sums = bought_once(book, frame), uncovered_once(book, frame)
    total = ("Total", *(None,) * 4, *map(decimal, sums))
    return _ends("ended", f"{title}; {ONCE}", columns, rows, total, frame)


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
    total: tuple[Cell, ...],
    frame: pd.DataFrame,
) -> Table:
    ids, depth = tuple(map(str, frame["supplier_id"])), (0,) * len(rows)
    return Table(name, title, columns, rows, ids, depth, total if rows else None)
