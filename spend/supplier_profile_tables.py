"""The tables of one supplier: its categories, items, orders and savings; and which to choose."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spend.money import decimal
from spend.position import ratio
from spend.price_rows import PriceRow, added
from spend.result import Cell, Table, TableColumn
from spend.savings_book import SavingsBook
from spend.savings_policy import CASH_TYPE, headed
from spend.savings_register import claims
from spend.supplier_price_table import INDEX
from spend.supplier_prices import CATEGORIES, ITEMS
from spend.supplier_profile_book import NO_UNITS, ProfileBook
from spend.tree import NOT_ASSIGNED

MOST = 100  # items shown; the others are one row, so that the total ties out
REST = "-rest"
PRICE_COLUMNS = (
    TableColumn("variance", "Δ last year", "money", "actual_spend"),
    TableColumn("change", "Prices", "change"),
    TableColumn("variance_price", "Dearer by", "money", "price_effect"),
    TableColumn("explained", INDEX, "change"),
    TableColumn("beyond", "Beyond index", "money"),
    TableColumn("contract", "Over contract", "money"),
)
CATEGORY_COLUMNS = (
    TableColumn("name", "Category", "text"),
    TableColumn("spend", "Spend", "money", "actual_spend"),
    *PRICE_COLUMNS,
)
ITEM_COLUMNS = (
    TableColumn("name", "Item", "text"),
    TableColumn("spend", "Spend", "money", "actual_spend"),
    TableColumn("unit", "Unit", "text"),
    TableColumn("quantity", "Quantity", "number"),
    TableColumn("price", "Unit price", "price"),
    TableColumn("earlier", "Last year", "price"),
    TableColumn("agreed", "Contract", "price"),
    *PRICE_COLUMNS,
)


def categories(book: ProfileBook) -> Table:
    """Spend and prices by category, those above with all below them."""
    found = book.prices.tied(CATEGORIES)
    rows = sorted(found.items(), key=lambda one: (one[0] == NOT_ASSIGNED, -one[1].spend, one[0]))
    names = book.choices.options["category"]
    return Table(
        "categories",
        "Spend and prices by category",
        CATEGORY_COLUMNS,
        tuple(
            (names[name].name if name in names else "Not assigned", decimal(row.spend),
             *_prices(row))
            for name, row in rows
        ),
        ids=tuple(name for name, _ in rows),
        depth=(0,) * len(rows),
        total=("Total", decimal(added(found.values()).spend), *_prices(added(found.values()))),
    )  # fmt: skip


def _prices(row: PriceRow) -> tuple[Cell, ...]:
    return (
        None if row.earlier is None else decimal(row.spend - row.earlier),
        row.price_share,
        decimal(row.price),
        row.explained_share,
        decimal(row.beyond),
        decimal(row.over_contract),
    )


# --- Items ---------------------------------------------------------------------------------------


def items(book: ProfileBook) -> Table:
    """What was bought, item by item: quantities, unit prices, and what they were and should be."""
    found = _item_rows(book)
    shown = found[:MOST] if len(found) > MOST + 1 else found
    rest = found[len(shown) :]
    cells = [_item(book, *one) for one in shown]
    if rest:
        name = f"{len(rest):,} smaller ones"
        row = added(row for _, row, _ in rest)
        cells.append((name, decimal(row.spend), *(None,) * 5, *_prices(row)))
    whole = added(row for _, row, _ in found)
    return Table(
        "items",
        "Items by spend; unit prices in reporting currency",
        ITEM_COLUMNS,
        tuple(cells),
        ids=(*(item for item, _, _ in shown), *((REST,) if rest else ())),
        depth=(0,) * len(cells),
        total=("Total", decimal(whole.spend), *(None,) * 5, *_prices(whole)),
    )


Units = Mapping[str, Any]


def _item_rows(book: ProfileBook) -> list[tuple[str, PriceRow, Units]]:
    """Each item with its prices and its units, the largest spend first."""
    prices, units = book.prices.tied(ITEMS), book.prices.units()
    asked = book.prices.contract_prices()
    found = [(item, row, {**units.get(item, NO_UNITS), "agreed": asked.get(item)})
             for item, row in prices.items()]  # fmt: skip
    return sorted(found, key=lambda one: (one[0] == NOT_ASSIGNED, -one[1].spend, one[0]))


def _item(book: ProfileBook, item: str, row: PriceRow, units: Units) -> tuple[Cell, ...]:
    names = book.choices.options["item"]
    return (
        f"{item} {names[item].name}" if item in names else "Without an item",
        decimal(row.spend),
        units["unit"],
        units["quantity"],
        units["now"],
        units["then"] if row.price is not None else None,
        units["agreed"] if units["now"] is not None else None,
        *_prices(row),
    )


# --- Orders and savings --------------------------------------------------------------------------

ORDER_COLUMNS = (
    TableColumn("name", "Category", "text"),
    TableColumn("accrued", "Received, not invoiced", "money"),
    TableColumn("coming", "Ordered, to come", "money"),
    TableColumn("committed", "Of it in the selection", "money", "committed_spend"),
    TableColumn("later", "Of it later", "money", "committed_later"),
    TableColumn("requested", "Asked for", "money", "requested_spend"),
)
BALANCES = ("accrued", "coming", "committed", "committed_later", "requested")
SAVING_COLUMNS = (
    TableColumn("name", "Initiative", "text"),
    TableColumn("stage", "Stage", "text"),
    TableColumn("type", "Type", "text"),
    TableColumn("start", "From", "text"),
    TableColumn("claim", "Claim of 12 months", "money"),
    TableColumn("recognised", "Recognised here", "money", "savings_recognised"),
)


def orders(book: ProfileBook) -> Table:
    """What is ordered, received and asked for at the position date, by category."""
    frame = book.orders
    frame = frame.assign(coming=frame["committed"] + frame["committed_later"])
    known = frame[(frame[list(BALANCES)] != 0).any(axis=1)]
    rows = sorted(known.to_dict("records"), key=lambda row: -int(row["coming"]))
    names = book.choices.options["category"]
    total = (decimal(int(known[name].sum())) for name in BALANCES)
    return Table(
        "orders",
        f"Open orders as at {book.position:%-d %B %Y}",
        ORDER_COLUMNS,
        tuple(
            (names[row["category_id"]].name if row["category_id"] in names else "Not assigned",
             *(decimal(int(row[name])) for name in BALANCES))
            for row in rows
        ),
        ids=tuple(str(row["category_id"]) for row in rows),
        depth=(0,) * len(rows),
        total=("Total", *total) if rows else None,
    )  # fmt: skip


def savings(book: SavingsBook) -> Table:
    """Every initiative of every stage with this supplier: claimed, and what the books show here."""
    chosen = book.initiatives[book.initiatives["chosen"]]
    counted = (chosen["saving_type"] != CASH_TYPE).any()  # cash is in no reading of savings
    found = book.found.rows if counted else chosen.assign(recognised=0).iloc[:0]
    recognised = dict(zip(found["initiative_id"], found["recognised"], strict=True))
    rows = tuple(_saving(row, recognised) for row in chosen.to_dict("records"))
    title = "Savings initiatives with it, and what of them is recognised in the selection"
    return Table("savings", title, SAVING_COLUMNS, rows,
                 ids=tuple(chosen["initiative_id"]), depth=(0,) * len(rows))  # fmt: skip


def _saving(row: Mapping[Any, Any], recognised: Mapping[str, Any]) -> tuple[Cell, ...]:
    claim, start = float(claims(row)), row["start_date"]
    own = recognised.get(row["initiative_id"])
    return (
        f"{row['initiative_id']} {row['name']}",
        headed(row["stage"]),
        headed(row["saving_type"]),
        None if pd.isna(start) else f"{start:%Y-%m-%d}",
        None if claim != claim else decimal(round(claim)),
        None if own is None else decimal(int(own)),
    )


# --- Which supplier ------------------------------------------------------------------------------

LARGEST = 25


def choose(book: ProfileBook) -> Table:
    """The largest groups of the selection, to choose one from."""
    frame = book.sourced([book.span])
    spent: dict[str, int] = {}
    for supplier, cents in zip(frame["supplier_id"], frame["amount"], strict=True):
        head = book.suppliers.head(str(supplier))
        spent[head] = spent.get(head, 0) + int(cents)
    spent.pop(NOT_ASSIGNED, None)
    found = sorted(spent.items(), key=lambda one: (-one[1], one[0]))[:LARGEST]
    columns = (
        TableColumn("name", "Supplier", "text"),
        TableColumn("spend", "Spend", "money", "actual_spend"),
        TableColumn("share", "Share", "share"),
    )
    whole, names = sum(spent.values()), book.suppliers.members
    rows = tuple(
        (names[name].name, decimal(cents), ratio([cents], [whole])) for name, cents in found
    )
    return Table("choose", "The largest suppliers", columns, rows,
                 ids=tuple(name for name, _ in found), depth=(0,) * len(rows))  # fmt: skip
