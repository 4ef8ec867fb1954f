"""The tables of prices: against last year, against the index of each category, and against
contracts."""

from collections.abc import Mapping, Sequence

from spend.money import decimal
from spend.price_rows import PriceRow, added
from spend.result import Cell, Table, TableColumn
from spend.supplier_book import SupplierBook
from spend.supplier_rows import Row

Prices = Mapping[str, PriceRow]
MOST_ROWS = 300  # of suppliers: those whose prices moved most money
INDEX = "Index, passed through"
MEANING = (
    "what the same goods would have cost at last year's prices, what they cost more, what of that "
    "the category's index explains, what is beyond it and what follows no index, which sum to it; "
    "and what items with a contract price cost above that"
)
COLUMNS = (
    TableColumn("at_old", "Same goods", "money"),
    TableColumn("variance_price", "Δ price", "money", "price_effect"),
    TableColumn("rise", "Price", "change"),
    TableColumn("index", INDEX, "change"),
    TableColumn("explained", "By index", "money"),
    TableColumn("beyond", "Beyond index", "money"),
    TableColumn("no_index", "No index", "money"),
    TableColumn("agreed", "On contract", "money"),
    TableColumn("over", "Above contract", "money"),
    TableColumn("over_share", "Above contract", "change"),
)


def by_category(book: SupplierBook, prices: Prices) -> Table:
    """Prices of each category with all below it, the dearest first among sisters."""
    amounts = {name: (_moved(row),) for name, row in prices.items() if _known(row)}
    branches = book.categories.rows(amounts)
    under = {b.id: book.categories.subtree(b.id) for b in branches}
    unknown = [row for name, row in prices.items() if name not in book.categories.members]
    rows = []
    for branch in branches:
        parts = [prices[name] for name in under[branch.id] if name in prices]
        rows.append((branch.name, *_cells(added([*parts, *([] if branch.id else unknown)]))))
    return Table(
        "category_prices",
        f"Prices by category, an item over all its suppliers: {MEANING}",
        (TableColumn("name", "Category", "text"), *COLUMNS),
        tuple(rows),
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=("Total", *_cells(added(prices.values()))) if rows else None,
    )


def by_supplier(rows: Sequence[Row], prices: Prices) -> Table:
    """Prices of each supplier, those that took most money first."""
    names = {row.id: row.name for row in rows}
    known = {name: row for name, row in prices.items() if _known(row) and name in names}
    ranked = sorted(known, key=lambda name: (-abs(_moved(known[name])), name))
    shown = ranked[:MOST_ROWS]
    found = [(names[name], *_cells(known[name])) for name in shown]
    if rest := [known[name] for name in ranked[MOST_ROWS:]]:
        found.append((f"{len(rest):,} others", *_cells(added(rest))))
    return Table(
        "supplier_prices",
        f"Prices by supplier, an item at the same one: {MEANING}",
        (TableColumn("name", "Supplier", "text"), *COLUMNS),
        tuple(found),
        ids=tuple(shown),
        depth=(0,) * len(shown),
        total=("Total", *_cells(added(known.values()))) if found else None,
    )


def _known(row: PriceRow) -> bool:
    """Whether anything can be said of its prices."""
    return row.price is not None or row.agreed is not None


def _moved(row: PriceRow) -> int:
    return row.price if row.price is not None else 0


def _cells(row: PriceRow) -> tuple[Cell, ...]:
    return (
        decimal(row.at_old),
        decimal(row.price),
        row.price_share,
        row.explained_share,
        decimal(row.explained),
        decimal(row.beyond),
        decimal(row.without_index),
        decimal(row.agreed),
        decimal(row.over_contract),
        row.contract_share,
    )
