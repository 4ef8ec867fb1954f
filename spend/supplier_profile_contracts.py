"""One supplier's contracts, and the days on which their prices changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from spend.money import decimal
from spend.price_levels import ListChange, list_changes
from spend.result import Cell, Table, TableColumn
from spend.supplier_profile_book import ProfileBook

MOST = 100  # changes of prices that are listed, the newest first
CONTRACT_COLUMNS = (
    TableColumn("name", "Contract", "text"),
    TableColumn("category", "For", "text"),
    TableColumn("state", "State", "text"),
    TableColumn("start", "From", "text"),
    TableColumn("end", "Until", "text"),
    TableColumn("days", "Agreed days", "days"),
    TableColumn("bought", "Bought in 12 months", "money"),
    TableColumn("committed", "Volume agreed", "number"),
    TableColumn("currency", "In", "text"),
)
LIST_COLUMNS = (
    TableColumn("name", "From", "text"),
    TableColumn("contracts", "Contract", "text"),
    TableColumn("items", "Items", "count"),
    TableColumn("change", "Agreed prices", "change"),
    TableColumn("bought", "Spend on them", "money"),
)


def contracts(book: ProfileBook) -> Table:
    """Its contracts, those in force first; what was bought in their categories."""
    rows = sorted(
        book.own_contracts.to_dict("records"),
        key=lambda row: (_order(book, row), _day(row["end_date"]) or date.max, row["contract_id"]),
    )
    return Table(
        "contracts",
        "Contracts, and what was bought of their suppliers in their categories in 12 periods",
        CONTRACT_COLUMNS,
        tuple(_contract(book, row) for row in rows),
        ids=tuple(str(row["contract_id"]) for row in rows),
        depth=(0,) * len(rows),
    )


def _contract(book: ProfileBook, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    category, end, days = _text(row["category_id"]), _day(row["end_date"]), row["net_days"]
    amount, names = row["committed_amount"], book.choices.options["category"]
    return (
        str(row["contract_id"]),
        names[category].name if category in names else category or "Every category",
        state(row["start_date"], row["end_date"], book.position),
        f"{row['start_date']:%Y-%m-%d}",
        None if end is None else f"{end:%Y-%m-%d}",
        None if pd.isna(days) else int(days),
        decimal(_bought(book, str(row["supplier_id"]), category)),
        None if pd.isna(amount) else float(amount) / 100,
        _text(row["currency"]) or book.reader.settings.currency,
    )


def _bought(book: ProfileBook, supplier: str, category: str) -> int:
    """What was bought here of a contract's supplier and all under it, in its category and all below
    it; in every one where none is named."""
    theirs, own = book.suppliers.subtree(supplier), book.categories.subtree(category)
    pairs = book.year_by_pair.items()
    return sum(cents for (s, c), cents in pairs if s in theirs and (not category or c in own))


def state(start: Any, end: Any, on: date) -> str:
    """How a contract stands on a day, in words.

    >>> state(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 1))
    'ends in 30 days'
    >>> state(date(2026, 1, 1), None, date(2026, 12, 1))
    'in force'
    """
    first, last = _day(start), _day(end)
    if first and first > on:
        return "not begun"
    if last is None:
        return "in force"
    left = (last - on).days
    return "ended" if left < 0 else f"ends in {left:,} days"


def _order(book: ProfileBook, row: Mapping[Any, Any]) -> int:
    return {"ended": 2, "not begun": 1}.get(
        state(row["start_date"], row["end_date"], book.position), 0
    )


def _day(value: Any) -> date | None:
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def changes(book: ProfileBook) -> tuple[ListChange, ...]:
    """The days up to the position date on which agreed prices changed, the newest first."""
    found = list_changes(book.price_list, book.prices.bought_by_item())
    return tuple(one for one in found if one.day.date() <= book.position)


def price_lists(found: tuple[ListChange, ...]) -> Table:
    """The days on which its contracts' prices changed, and by how much."""
    rows = tuple(
        (f"{c.day:%Y-%m-%d}", ", ".join(c.contracts), c.items, c.share, decimal(c.bought))
        for c in found[:MOST]
    )
    title = "When agreed prices changed, weighed by what was bought since last year's days began"
    return Table("price_lists", title, LIST_COLUMNS, rows)
