"""The three-way match line by line: what disagrees with order and receipt, how, and what it costs.

What is off is money billed beyond what had come, and what the rest asks for above the order's
price. A price within the tolerance is no exception, but its difference is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from queries import matching as sums
from spend import blocked
from spend.money import decimal, share
from spend.position import ratio
from spend.purchasing_book import PurchasingBook
from spend.result import Cell, Fact, Note, Table, TableColumn
from spend.tree import Member, Tree

MOST_LINES = 200
LABELS: Mapping[str, str] = {
    "tolerated": "Price within the tolerance",
    "quantity": "More than had come",
    "dearer": "Dearer than ordered",
    "cheaper": "Cheaper than ordered",
    "quantity_dearer": "More than had come, and dearer",
    "quantity_cheaper": "More than had come, but cheaper",
}
EXCEPTIONS = tuple(kind for kind in LABELS if kind != "tolerated")
MONEY = ("unreceived", "dearer", "waiting_amount")
SUMS = ("lines", "amount", *MONEY)
PLACED = ("off", "lines", "judged", *MONEY)
MONEY_COLUMNS = (
    TableColumn("unreceived", "Billed before it came", "money"),
    TableColumn("dearer", "Above the order's price", "money"),
    TableColumn("waiting", "Still not come", "money"),
)


def tables(book: PurchasingBook) -> tuple[Table, ...]:
    """Kinds of exception, where they are, the dearest of them line by line, and what stopped."""
    found = [_kinds(book), _by(book, "supplier"), _by(book, "cost_centre"), lines(book)]
    if not book.has_receipts:  # everything would look as if it had not come
        found = [replace(one, rows=(), ids=(), depth=(), total=None) for one in found]
    return (*found, blocked.table(book))


def facts(book: PurchasingBook) -> tuple[Fact, ...]:
    """What is off in the selection; nothing where no line can be judged."""
    if not book.judged["judged"].sum() or not book.has_receipts:
        return ()
    kinds = _by_kind(book)
    off = kinds.loc[list(EXCEPTIONS)].sum()
    dearer = int(kinds.loc[["dearer", "quantity_dearer"], "dearer"].sum())
    cheaper = int(kinds.loc[["cheaper", "quantity_cheaper"], "dearer"].sum())
    return (
        Fact("Lines that do not match", int(off["lines"]), "count"),
        Fact("Billed before it came", decimal(int(off["unreceived"])), "money",
             "what invoice lines asked for beyond what had been received when they were posted"),
        Fact("Still not come", decimal(int(off["waiting_amount"])), "money",
             "what of it had not been received by the position date either"),
        Fact("Dearer than ordered", decimal(dearer), "money",
             "what prices above the order's, beyond the tolerance, added to what had come"),
        Fact("Cheaper than ordered", decimal(-cheaper), "money",
             "what prices below the order's, beyond the tolerance, took off what had come"),
    )  # fmt: skip


def notes(book: PurchasingBook) -> tuple[Note, ...]:
    """What people should know before they trust what is off."""
    if not len(book.judged):
        return ()
    if not book.has_receipts:
        return (Note("No receipts are loaded, so nobody knows what had come."),)
    tolerance = share(book.reader.settings.match_tolerance)
    return (
        Note(
            f"A line matches where its quantity had come by its posting date and its price is "
            f"within {tolerance} of the order's. Credits, lines without a quantity and orders "
            "matched by value are not judged."
        ),
    )


# --- By kind -------------------------------------------------------------------------------------


def _by_kind(book: PurchasingBook) -> pd.DataFrame:
    """The sums of what is off by kind; a kind that is not there has zeros."""
    found = book.exceptions.groupby("kind")[list(SUMS)].sum()
    return found.reindex(list(LABELS), fill_value=0).astype("int64")


def _kinds(book: PurchasingBook) -> Table:
    """Every invoice line of the selection by how it agreed: the rows add up to all spend."""
    kinds, (lines, amount) = _by_kind(book), book.invoiced
    judged, other = (int(book.judged[name].sum()) for name in ("judged", "other"))
    money, other_money = (int(book.judged[name].sum()) for name in ("amount", "other_amount"))
    whole = kinds.sum()
    agreed = (judged - int(whole["lines"]), money - int(whole["amount"]))
    without = (lines - judged - other, amount - money - other_money)
    rows: list[tuple[Cell, ...]] = [
        _row("Matches exactly", *agreed, judged),
        *(_row(LABELS[str(kind)], row["lines"], row["amount"], judged, [row[n] for n in MONEY])
          for kind, row in kinds.iterrows()),
        _row("Not judged: a credit, no quantity, or by value", other, other_money),
        _row("Without an order", *without),
    ]  # fmt: skip
    return Table(
        "matching",
        "Three-way match of invoice lines with their orders and receipts",
        (
            TableColumn("name", "How it agreed", "text"),
            TableColumn("lines", "Lines", "count"),
            TableColumn("share", "Of lines judged", "share"),
            TableColumn("amount", "Spend", "money"),
            *MONEY_COLUMNS,
        ),
        tuple(rows) if lines else (),
        total=_row("Total", lines, amount, 0, [int(whole[n]) for n in MONEY]) if lines else None,
    )


def _row(
    name: str, lines: int, amount: int, judged: int = 0, off: Iterable[int | None] = (None,) * 3
) -> tuple[Cell, ...]:
    part = ratio([lines], [judged]) if judged else None
    return (name, int(lines), part, decimal(amount), *map(decimal, off))


# --- Where they are ------------------------------------------------------------------------------


def _by(book: PurchasingBook, key: str) -> Table:
    """Lines that do not match by one dimension, parents over their parts, the most money first."""
    options, one = book.choices.options[key].values(), key.replace("_", " ")
    tree = Tree((Member(o.id, o.name, o.parent) for o in options), f"Not assigned to a {one}")
    frame = _placed(book, f"{key}_id")
    amounts = dict(zip(map(str, frame.index), map(tuple, frame.to_numpy().tolist()), strict=True))
    branches = tree.rows(amounts)
    return Table(
        f"match_{key}",
        f"Lines that do not match by {one}",
        (
            TableColumn("name", one.capitalize(), "text"),
            TableColumn("off", "Off", "money"),
            TableColumn("lines", "Lines off", "count"),
            TableColumn("judged", "Lines judged", "count"),
            TableColumn("share", "Of lines judged", "share"),
            *MONEY_COLUMNS,
        ),
        tuple((b.name, *_cells(b.sums)) for b in branches),
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=("Total", *_cells(frame.sum().tolist())) if branches else None,
    )


def _placed(book: PurchasingBook, column: str) -> pd.DataFrame:
    """The columns of ``PLACED`` by one id column, of those that have judged lines."""
    off = book.exceptions[book.exceptions["kind"] != "tolerated"]
    judged = book.judged.groupby(column)[["judged"]].sum()
    frame = judged[judged["judged"] > 0].join(off.groupby(column)[list(SUMS)].sum())
    frame["off"] = frame["unreceived"] + frame["dearer"]
    return frame.reindex(columns=list(PLACED)).fillna(0).astype("int64")


def _cells(values: Iterable[int | None]) -> tuple[Cell, ...]:
    found = {name: int(value or 0) for name, value in zip(PLACED, values, strict=True)}
    return (
        decimal(found["off"]),
        found["lines"],
        found["judged"],
        ratio([found["lines"]], [found["judged"]]),
        *(decimal(found[name]) for name in MONEY),
    )


# --- Line by line --------------------------------------------------------------------------------


def lines(book: PurchasingBook) -> Table:
    """The lines that do not match, the most money first; not more than ``MOST_LINES``."""
    frame = sums.exceptions(book.reader, book.selection, book.span, MOST_LINES)
    rows = tuple(_line(book, row) for row in frame.to_dict("records"))
    return Table(
        "match_lines",
        "Lines that do not match, the most money first",
        (
            TableColumn("supplier", "Supplier", "text"),
            TableColumn("off", "Off", "money"),
            TableColumn("why", "Why", "text"),
            TableColumn("invoice", "Invoice", "text"),
            TableColumn("billed", "Billed", "number"),
            TableColumn("come", "Had come", "number"),
            TableColumn("price", "Price", "price"),
            TableColumn("order_price", "Order's price", "price"),
            TableColumn("order", "Order", "text"),
            TableColumn("day", "Posted", "text"),
        ),
        rows,
        ids=tuple(map(str, frame["supplier_id"])),
        depth=(0,) * len(rows),
    )


def _line(book: PurchasingBook, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    names, supplier = book.choices.options["supplier"], row["supplier_id"]
    return (
        names[supplier].name if supplier in names else "Not assigned",
        decimal(row["unreceived"] + row["dearer"]),
        _why(row),
        f"{row['invoice_id']}, line {row['line_no']}",
        float(row["billed"]),
        float(row["received"] - row["invoiced"]),
        float(row["price"]),
        float(row["order_price"]),
        f"{row['po_id']}, line {row['po_line_no']}",
        f"{row['day']:%Y-%m-%d}",
    )


def _why(row: Mapping[Any, Any]) -> str:
    said = LABELS[row["kind"]]
    if row["kind"] in ("dearer", "cheaper"):
        return said
    return f"{said}; {'still waiting' if row['waits'] else 'it came later'}"
