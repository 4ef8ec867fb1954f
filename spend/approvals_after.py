"""Orders written after their invoice: by cost centre, and by supplier."""

from collections.abc import Mapping

import pandas as pd

from queries import process
from queries.selection import Choices
from spend.money import decimal
from spend.process import after_the_fact_share
from spend.purchasing_book import PurchasingBook
from spend.result import Cell, Table, TableColumn
from spend.tree import Branch, Member, Tree

WORDS: Mapping[str, str] = {"cost_centre": "Cost centre", "supplier": "Supplier"}
SUMS = ("after_the_fact", "amount", "line_count")


def tables(book: PurchasingBook) -> tuple[Table, ...]:
    """Ordered spend whose order is dated after its invoice, the most first, parents over parts."""
    ids = [f"{by}_id" for by in WORDS]
    frame = process.matched_by(book.reader, book.selection, [book.span], ids)
    return tuple(_table(book, frame, by) for by in WORDS)


def _table(book: PurchasingBook, frame: pd.DataFrame, by: str) -> Table:
    sums = frame.groupby(f"{by}_id")[list(SUMS)].sum()
    amounts = {
        str(key): tuple(map(int, row)) for key, row in zip(sums.index, sums.to_numpy(), strict=True)
    }
    branches = [b for b in _tree(book.choices, by).rows(amounts) if b.sums[0]]
    whole = [int(frame[name].sum()) for name in SUMS]
    columns = (
        TableColumn("name", WORDS[by], "text"),
        TableColumn("after", "Ordered after the invoice", "money"),
        TableColumn("share", "Share", "share", "after_the_fact_share"),
        TableColumn("ordered", "Invoiced with an order", "money"),
        TableColumn("lines", "Invoice lines", "count"),
    )
    return Table(
        f"after_{by}",
        f"Spend whose order is dated after its invoice, by {WORDS[by].lower()}",
        columns,
        tuple((b.name, *_cells(b)) for b in branches),
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=("Total", decimal(whole[0]), after_the_fact_share(whole[0], whole[1]),
               decimal(whole[1]), whole[2]) if len(frame) else None,
    )  # fmt: skip


def _tree(choices: Choices, by: str) -> Tree:
    options = choices.options[by].values()
    return Tree(Member(o.id, o.name, o.parent) for o in options)


def _cells(branch: Branch) -> tuple[Cell, ...]:
    after, ordered, lines = (size or 0 for size in branch.sums)
    return decimal(after), after_the_fact_share(after, ordered), decimal(ordered), lines
