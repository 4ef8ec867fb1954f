"""The tables of the savings register: each initiative, and the same by stage and by type."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spend.metric_column import metric_column
from spend.money import decimal
from spend.result import Cell, Table, TableColumn
from spend.savings_book import SavingsBook
from spend.savings_bridges import MEANINGS
from spend.savings_formulas import annualise, savings_realisation
from spend.savings_policy import STAGES, TYPES, headed
from spend.savings_reconciliation import ITEMS
from spend.savings_register import BARRED, TRACED, UNVERIFIED

Row = Mapping[Any, Any]

JUDGED = {
    TRACED: "Held against invoices",
    BARRED: "Type not recognised",
    UNVERIFIED: "No prices or quantity",
}
NO_ITEM = "No item to match"
BUDGETED = {True: "In the budget", False: "Beyond the budget"}


def judged(row: Row) -> str:
    """How an initiative is judged, as people read it."""
    matched = row["status"] != TRACED or row["item_id"]
    return JUDGED[row["status"]] if matched else NO_ITEM


def _items(book: SavingsBook) -> tuple[str, ...]:
    """The items that the policy can make anything but zero."""
    return ITEMS if book.policy.budgeted == "leave_out" else ITEMS[:-1]


def _money_columns(items: tuple[str, ...]) -> tuple[TableColumn, ...]:
    return (
        metric_column("claimed", "savings_claimed"),
        metric_column("recognised", "savings_recognised"),
        metric_column("realisation", "savings_realisation"),
        *(TableColumn(name, MEANINGS[name][0], "money") for name in items),
        TableColumn("in_year", "Claim in year", "money"),
        TableColumn("carry_over", "Claim carried over", "money"),
    )


def facts_of(book: SavingsBook) -> pd.DataFrame:
    """The initiatives of the selection, with how their claims fall into fiscal years, in cents."""
    rows = book.found.rows.sort_values(
        ["claimed", "initiative_id"], ascending=[False, True], kind="stable"
    )
    if rows.empty:
        return rows.assign(in_year=0, carry_over=0)
    inside, _ = annualise(
        rows["claimed"].to_numpy(float), rows["start_date"].to_numpy(), book.year_end
    )
    in_year = np.rint(inside).astype(np.int64)
    return rows.assign(in_year=in_year, carry_over=rows["claimed"].to_numpy() - in_year)


def register(book: SavingsBook) -> Table:
    """Every initiative that claims something in these days: both readings and what lies between."""
    rows = facts_of(book)
    columns = (
        TableColumn("name", "Initiative", "text"),
        TableColumn("stage", "Stage", "text"),
        *_money_columns(_items(book)),
        TableColumn("status", "Judged", "text"),
        TableColumn("signed", "Signed", "text"),
        TableColumn("flags", "Flags", "text"),
        TableColumn("saving_type", "Type", "text"),
        TableColumn("owner", "Owner", "text"),
        TableColumn("supplier", "Supplier", "text"),
        TableColumn("item", "Item", "text"),
        TableColumn("budgeted", "Budget", "text"),
    )
    return Table(
        "register",
        f"The register: claims of 12 months, in fiscal year {_year(book)} and outside it",
        columns,
        tuple(_initiative(book, row) for row in rows.to_dict("records")),
        ids=tuple(rows["initiative_id"]),
        depth=(0,) * len(rows),
        total=("Total", None, *_money(_sums(rows), _items(book)), *(None,) * 8),
    )


def _initiative(book: SavingsBook, row: Row) -> tuple[Cell, ...]:
    name = str(row["initiative_id"])
    return (
        f"{name} {row['name']}", headed(row["stage"]), *_money(row, _items(book)),
        judged(row), book.sign_offs[name].words, _flags(row) or None,
        headed(row["saving_type"]), row["owner"] or None,
        book.named("supplier", row["supplier_id"]) or None,
        book.named("item", row["item_id"]) or None, BUDGETED[bool(row["budgeted"])],
    )  # fmt: skip


def _flags(row: Row) -> str:
    return f"Overlaps {row['overlaps']}" if row["overlaps"] else ""


def _money(cents: Row, items: tuple[str, ...]) -> tuple[Cell, ...]:
    """What the money columns say of some sums in cents; nothing of no initiative."""
    if not len(cents):
        return (None,) * len(_money_columns(items))
    share = savings_realisation(cents["recognised"], cents["claimed"])
    ends = decimal(cents["claimed"]), decimal(cents["recognised"])
    return (*ends, share, *(decimal(cents[name]) for name in (*items, "in_year", "carry_over")))


def _sums(rows: pd.DataFrame) -> dict[str, int]:
    """The sums of some initiatives; nothing of none."""
    names = ("claimed", *ITEMS, "recognised", "in_year", "carry_over")
    return {name: int(rows[name].sum()) for name in names} if len(rows) else {}


def by_stage(book: SavingsBook) -> Table:
    """The register by stage, in the order in which an initiative goes through them."""
    return _by(book, "stage", "The register by stage", "Stage", STAGES)


def by_type(book: SavingsBook) -> Table:
    """The register by type of saving."""
    return _by(book, "saving_type", "The register by type of saving", "Type", TYPES)


def _by(book: SavingsBook, key: str, title: str, label: str, order: tuple[str, ...]) -> Table:
    """Sums by a column of the register, words that nobody knows at the end."""
    rows, items = facts_of(book), _items(book)
    parts = {str(name): part for name, part in rows.groupby(key, sort=True)}
    names = [*(n for n in order if n in parts), *(n for n in parts if n not in order)]
    columns = (
        TableColumn("name", label, "text"),
        TableColumn("count", "Initiatives", "count"),
        *_money_columns(items),
    )
    return Table(
        key,
        title,
        columns,
        tuple((headed(n), len(parts[n]), *_money(_sums(parts[n]), items)) for n in names),
        ids=tuple(names),
        depth=(0,) * len(names),
        total=("Total", len(rows), *_money(_sums(rows), items)),
    )


def _year(book: SavingsBook) -> str:
    return str(book.window.year[0].fiscal_year) if book.window.year else ""
