"""The table of stock: by category, class of demand, site or item, each by what it is for.

A long list of items shows the largest and sums up the others, so that every total still ties out.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from spend.money import decimal
from spend.position import ratio
from spend.result import Cell, Table, TableColumn, known
from spend.stock_reading import StockReading
from spend.tree import Member, Tree

MOST_ITEMS = 500
MONTHS = 12
BY = {"category": "Category", "item": "Item", "class": "Kind of demand", "site": "Site"}
CLASS_WORDS = {
    "smooth": "Smooth: often, even",
    "erratic": "Erratic: often, uneven",
    "intermittent": "Intermittent: seldom, even",
    "lumpy": "Lumpy: seldom, uneven",
    "none": "No demand",
}
SUMS = (
    "value", "safety_value", "cycle_value", "excess_value", "obsolete_value", "other_value",
    "on_order_value", "required_value", "missing_value", "year_value", "valued", "needed",
)  # fmt: skip
QUANTITIES = (
    TableColumn("site", "Site", "text"),
    TableColumn("on_hand_units", "On hand", "count"),
    TableColumn("on_order_units", "On order", "count"),
)
COLUMNS = (
    TableColumn("value", "Stock", "money", "stock_value"),
    TableColumn("safety", "Safety", "money", "safety_stock_value"),
    TableColumn("cycle", "Cycle", "money", "cycle_stock_value"),
    TableColumn("excess", "Excess", "money", "excess_stock_value"),
    TableColumn("obsolete", "Obsolete", "money", "obsolete_stock_value"),
    TableColumn("other", "Not assessed", "money"),
    TableColumn("on_order", "On order", "money"),
    TableColumn("required", "Required safety", "money", "required_safety_stock_value"),
    TableColumn("missing", "Missing", "money"),
    TableColumn("cover", "Months of cover", "months"),
)


def breakdown(reading: StockReading, by: str) -> Table:
    """Stock by what ``by`` names (a key of ``BY``): value by reason, what is missing, and cover."""
    frame = reading.frame.assign(
        other_value=lambda f: f["not_assessed_value"] + f["count_error_value"],
        valued=(reading.items.counted & reading.items.value_known).astype(int),
        needed=(~np.isnan(reading.required)).astype(int),
    )
    ids, names, depth, rows, beside = _ROWS[by](reading, frame)
    more = QUANTITIES if by == "item" else ()
    total = _cells(frame[list(SUMS)].sum().astype(int).tolist()) if len(frame) else None
    return Table(
        "breakdown",
        f"Stock by {BY[by].lower()}: what it is for, what is missing, and how long it lasts",
        (TableColumn("name", BY[by], "text"), *more, *COLUMNS),
        tuple(
            (name, *extra, *_cells(row))
            for name, extra, row in zip(names, beside, rows, strict=True)
        ),
        ids=tuple(ids),
        depth=tuple(depth),
        total=("Total", *(None for _ in more), *total) if total else None,
    )


# Ids, names, depths, sums, and what stands before the sums.
Rows = tuple[list[str], list[str], list[int], list[list[int]], list[tuple[Cell, ...]]]


def _by_category(reading: StockReading, frame: pd.DataFrame) -> Rows:
    options = reading.book.choices.options["category"].values()
    tree = Tree((Member(o.id, o.name, o.parent) for o in options), "Not assigned to a category")
    sums = _summed(frame, "category")
    amounts = {str(key): tuple(int(v) for v in row) for key, *row in sums.itertuples()}
    branches = tree.rows(amounts)
    return (
        [b.id for b in branches], [b.name for b in branches], [b.depth for b in branches],
        [[int(v or 0) for v in b.sums] for b in branches], [()] * len(branches),
    )  # fmt: skip


def _by_item(reading: StockReading, frame: pd.DataFrame) -> Rows:
    """Item by item and site by site, the most valuable first."""
    ranked = frame.sort_values(["value", "required_value"], ascending=False, kind="stable")
    first, others = ranked[:MOST_ITEMS], ranked[MOST_ITEMS:]
    several = first["item_id"].duplicated(keep=False)
    ids = first["item_id"].tolist()
    named = zip(first["name"], ids, first["site"], several, strict=True)
    names = [_item_name(*row) for row in named]
    beside: list[tuple[Cell, ...]] = [
        (site, known(there), known(coming))
        for site, there, coming in zip(
            first["site"], first["on_hand"], first["on_order"], strict=True
        )
    ]
    rows = first[list(SUMS)].astype(int).to_numpy().tolist()
    if len(others):
        ids, names = [*ids, ""], [*names, f"All others ({len(others):,})"]
        rows.append([int(v) for v in others[list(SUMS)].sum()])
        beside.append((None, None, None))
    return ids, names, [0] * len(ids), rows, beside


def _item_name(name: str, item_id: str, site: str, several: bool) -> str:
    """An item's name with its id, and its site where it is at more than one."""
    said = f"{name} ({item_id})" if name != item_id else name
    return f"{said}, {site}" if several and site else said


def _by_class(reading: StockReading, frame: pd.DataFrame) -> Rows:
    return _by_words(_summed(frame, "demand_class"), CLASS_WORDS)


def _by_site(reading: StockReading, frame: pd.DataFrame) -> Rows:
    return _by_words(_summed(frame, "site"), {"": "Not assigned to a site"})


def _by_words(sums: pd.DataFrame, words: Mapping[str, str]) -> Rows:
    sums = sums.sort_values("value", ascending=False)
    ids = [str(key) for key in sums.index]
    names = [words.get(key, key) for key in ids]
    return ids, names, [0] * len(ids), sums.astype(int).to_numpy().tolist(), [()] * len(ids)


_ROWS: Mapping[str, Callable[[StockReading, pd.DataFrame], Rows]] = {
    "category": _by_category,
    "item": _by_item,
    "class": _by_class,
    "site": _by_site,
}


def _summed(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.groupby(column, sort=False)[list(SUMS)].sum()


def _cells(sums: list[Any]) -> tuple[Cell, ...]:
    """The columns of a row; what nobody counted, or knows the cost of, has no value."""
    *parts, required, missing, year, valued, needed = sums  # on order is the last of the parts
    shown = [decimal(cents) if valued else None for cents in parts]
    cover = ratio(parts[0], year) if valued and parts[0] >= 0 else None
    months = None if cover is None else round(cover * MONTHS, 1)
    short = decimal(missing) if valued and needed else None
    return (*shown, decimal(required) if needed else None, short, months)
