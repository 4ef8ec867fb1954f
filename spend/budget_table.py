"""The table of budget against spend: one row a cost centre, category, supplier or month.

Trees are shown whole, parents as the sum of their parts; every column ties out to the total shown,
rows that belong to nothing known included.
"""

from dataclasses import replace

import pandas as pd

from queries.selection import FILTERS
from spend.budget_book import BudgetBook, Position
from spend.budget_breakdown import by_dimension, by_period, trends
from spend.money import decimal
from spend.result import Cell, Table, TableColumn
from spend.tree import Branch, Member, Tree

BY = ("cost_centre", "category", "supplier", "month")
AMOUNTS = ("budget", "actual", "accrued", "committed", "requested", "committed_later", "last_year")
LABELS = {
    "cost_centre": "Cost centre",
    "category": "Category",
    "supplier": "Supplier",
    "month": "Month",
}
COLUMNS = (
    TableColumn("budget", "Budget", "money", "budget_amount"),
    TableColumn("actual", "Actual", "money", "actual_spend"),
    TableColumn("variance", "Variance", "money", "budget_variance"),
    TableColumn("accrued", "Accrued", "money", "accrued_spend"),
    TableColumn("committed", "Committed", "money", "committed_spend"),
    TableColumn("requested", "Requested", "money", "requested_spend"),
    TableColumn("available", "Available", "money", "available_budget"),
    TableColumn("last_year", "Last year", "money"),
)


def breakdown(book: BudgetBook, by: str) -> Table:
    """The budget position by one dimension, or by the periods of the selection."""
    if by == "month":
        return _by_month(book)
    one = next(f for f in FILTERS if f.key == by)
    options = book.choices.options[by].values()
    tree = Tree((Member(o.id, o.name, o.parent) for o in options), f"Not assigned to a {one.one}")
    total = _total(book, by)
    sums = by_dimension(book, one.id_column)
    amounts = {str(key): _amounts(row, total) for key, row in _rows(sums)}
    branches = tree.rows(amounts, size=AMOUNTS.index("actual"))
    drawn = tree_trends(tree, trends(book, one.id_column))
    rows = tuple((b.name, *_cells(_position(b.sums)), drawn.get(b.id)) for b in branches)
    return Table(
        "breakdown",
        f"Budget position by {one.one}",
        (TableColumn("name", LABELS[by], "text"), *COLUMNS, TableColumn("trend", "Trend", "trend")),
        rows,
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=("Total", *_cells(total), None),
    )


def _total(book: BudgetBook, by: str) -> Position:
    """What the rows must sum to: a budget has no suppliers, so theirs has no budget."""
    return replace(book.position, budget=None) if by == "supplier" else book.position


def tree_trends(tree: Tree, spent: dict[str, tuple[int, ...]]) -> dict[str, str]:
    """Each branch's spend by period, as text for the table's small column."""
    if not spent:
        return {}
    branches: tuple[Branch, ...] = tree.rows(spent)
    return {b.id: ",".join(str(decimal(value or 0)) for value in b.sums) for b in branches}


def _by_month(book: BudgetBook) -> Table:
    frame, total = by_period(book), book.position
    rows = tuple((str(key), *_cells(_position(_amounts(row, total)))) for key, row in _rows(frame))
    return Table(
        "breakdown",
        "Budget position by month",
        (TableColumn("name", LABELS["month"], "text"), *COLUMNS),
        rows,
        ids=tuple(str(key) for key in frame.index),
        depth=(0,) * len(frame),
        total=("Total", *_cells(total)),
    )


def _rows(frame: pd.DataFrame) -> list[tuple[object, "pd.Series[int]"]]:
    return [(key, frame.loc[key]) for key in frame.index]


def _amounts(row: "pd.Series[int]", total: Position) -> tuple[int | None, ...]:
    """One row's cents in the order of ``AMOUNTS``.

    Where the whole stands against a budget, a row without budget or spend counts as zero: only so
    do variance and what is available sum to the total too. Elsewhere no row is no amount.
    """
    against = () if total.budget is None else ("budget", "actual")
    return tuple(
        None
        if getattr(total, name) is None
        else _cents(row.get(name), 0 if name in against else None)
        for name in AMOUNTS
    )


def _cents(value: int | None, missing: int | None) -> int | None:
    return missing if value is None or pd.isna(value) else int(value)


def _position(amounts: tuple[int | None, ...]) -> Position:
    return Position(**dict(zip(AMOUNTS, amounts, strict=True)))


def _cells(position: Position) -> tuple[Cell, ...]:
    """A position as the cells of ``COLUMNS``."""
    return tuple(decimal(getattr(position, column.key)) for column in COLUMNS)
