"""Lists that lead to action: money lost after the deal, and deals that are claimed twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from spend.money import decimal, short
from spend.result import Cell, Table, TableColumn
from spend.savings_book import SavingsBook
from spend.savings_bought import met_purchases
from spend.savings_formulas import WINDOW
from spend.savings_policy import CASH_TYPE, headed
from spend.savings_register import TRACED
from spend.sentences import listed

Row = Mapping[Any, Any]

NAME = TableColumn("name", "Initiative", "text")
MOST_NAMES = 3  # suppliers named in one cell, the largest first
LOST = ("off_contract", "price")  # what is lost after a deal
A_CENT = 1  # of an initiative's item, which may be what rounding left
PURCHASE = ("item_id", "supplier_id", "currency", "month", "part")  # one row of what was bought


def losses(book: SavingsBook) -> pd.DataFrame:
    """The initiatives that lost something after the deal, the most first, in cents.

    ``off_contract`` and ``price`` as they stand in the bridge, gains left out: what one of them
    won makes up for nothing; ``lost`` is both. A cent may be what rounding left, and is none.
    """
    rows = book.found.rows
    lost = {name: rows[name].where(rows[name] < -A_CENT, 0) for name in LOST}
    both = lost["off_contract"] + lost["price"]
    found = rows.assign(**lost, lost=both)[both < 0]
    return found.sort_values(["lost", "initiative_id"], kind="stable")


def leakage(book: SavingsBook) -> Table:
    """What was lost after the deal: bought elsewhere, or above the new price; the most first."""
    lost = losses(book)
    elsewhere = bought_elsewhere(book, lost)
    columns = (
        NAME,
        TableColumn("supplier", "Contract with", "text"),
        TableColumn("off_contract", "Off contract", "money"),
        TableColumn("price", "Price", "money"),
        TableColumn("lost", "Together", "money"),
        TableColumn("elsewhere", "Bought elsewhere", "money"),
        TableColumn("whom", "From whom", "text"),
    )
    return Table(
        "leakage",
        "Leakage: savings lost after the deal, item by item; gains are left out",
        columns,
        tuple(_leak(book, row, elsewhere) for row in lost.to_dict("records")),
        ids=tuple(lost["initiative_id"]),
        depth=(0,) * len(lost),
        total=("Total", None, *sums(lost, *LOST, "lost"),
               *sums(elsewhere.drop_duplicates(list(PURCHASE)), "amount"), None),
    )  # fmt: skip


def _leak(book: SavingsBook, row: Row, elsewhere: pd.DataFrame) -> tuple[Cell, ...]:
    """One initiative: what it lost, and what others were paid for its item."""
    others = elsewhere[elsewhere["initiative_id"] == row["initiative_id"]]
    return (
        named(row), book.named("supplier", row["supplier_group"]) or None,
        *(decimal(row[name]) for name in (*LOST, "lost")),
        *sums(others, "amount"), _whom(book, others) or None,
    )  # fmt: skip


def bought_elsewhere(book: SavingsBook, initiatives: pd.DataFrame) -> pd.DataFrame:
    """The purchases of some initiatives' items from others, by initiative, in cents.

    One that two initiatives on an item both miss is there twice: ``PURCHASE`` tells them apart.
    """
    traced = initiatives[initiatives["status"] == TRACED].reset_index(drop=True)
    met = met_purchases(traced, book.purchases_here)
    others = met[~met["here"]]
    ids = traced["initiative_id"].to_numpy()[others["row"].to_numpy()]
    return others.assign(initiative_id=ids)


def _whom(book: SavingsBook, others: pd.DataFrame) -> str:
    """The suppliers with what each was paid, the largest first."""
    currency = book.reader.settings.currency
    paid = others.groupby("supplier_id")["amount"].sum().sort_values(ascending=False, kind="stable")
    names = [book.named("supplier", str(supplier)) or "not assigned" for supplier in paid.index]
    parts = [f"{name} {short(decimal(int(cents)), currency)}"
             for name, cents in zip(names, paid, strict=True)]  # fmt: skip
    more = [f"{len(parts) - MOST_NAMES} more"] if len(parts) > MOST_NAMES else []
    return listed([*parts[:MOST_NAMES], *more])


# --- Claimed twice -------------------------------------------------------------------------------


def twice(book: SavingsBook) -> Table:
    """Two initiatives that may claim the same, and whose twelve months meet.

    Both are on one item, and on one supplier or either on any; or, where there is no item, on one
    supplier, category and amount.
    """
    found = list(_pairs(book))
    columns = (
        TableColumn("name", "Earlier", "text"),
        TableColumn("later", "Later", "text"),
        TableColumn("same", "The same", "text"),
        TableColumn("claimed", "Earlier claims", "money"),
        TableColumn("again", "Later claims", "money"),
        TableColumn("done", "What is done about it", "text"),
    )
    rows = tuple(
        (named(one), named(two), _same(book, one, two), decimal(round(one["claimed"])),
         decimal(round(two["claimed"])), _done(one, two))
        for one, two in found
    )  # fmt: skip
    ids = tuple(str(two["initiative_id"]) for _, two in found)
    title = "Claimed twice? Initiatives on the same deal whose twelve months meet"
    return Table("twice", title, columns, rows, ids=ids, depth=(0,) * len(rows))


def _pairs(book: SavingsBook) -> Iterator[tuple[Row, Row]]:
    """Every pair of which the selection has one, the largest claim first."""
    frame = book.register[book.register["saving_type"] != CASH_TYPE]
    here = set(book.found.rows["initiative_id"])
    ordered = frame.sort_values(["start", "start_date", "initiative_id"])
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in ordered.to_dict("records"):
        if key := _deal(row):
            groups.setdefault(key, []).append(row)
    pairs = (pair for rows in groups.values() for pair in combinations(rows, 2))
    yield from sorted(
        (
            (one, two)
            for one, two in pairs
            if two["start"] < one["start"] + WINDOW
            and _same_supplier(one, two)
            and {one["initiative_id"], two["initiative_id"]} & here
        ),
        key=lambda pair: -max(pair[0]["claimed"], pair[1]["claimed"]),
    )


def _deal(row: Row) -> tuple[Any, ...]:
    """What two initiatives on the same deal share; nothing where too little is known."""
    supplier, category = row["supplier_group"], row["category_id"]
    if row["item_id"]:
        return (row["item_id"],)
    known = (supplier or category) and row["claimed"] > 0
    return ("", supplier, category, round(row["claimed"])) if known else ()


def _same_supplier(one: Row, two: Row) -> bool:
    """Whether a purchase can be of both: without a supplier, all of an item's are."""
    groups = {one["supplier_group"], two["supplier_group"]}
    return len(groups) == 1 or "" in groups


def _same(book: SavingsBook, one: Row, two: Row) -> str:
    item, category = book.named("item", one["item_id"]), book.named("category", one["category_id"])
    shared = one["supplier_group"] if one["supplier_group"] == two["supplier_group"] else ""
    parts = [item] if item else [category, "the same amount"]
    return listed([part for part in (*parts, book.named("supplier", shared)) if part])


def _done(one: Row, two: Row) -> str:
    if two["overlaps"] and one["initiative_id"] in two["overlaps"].split(", "):
        return "The later one starts from the earlier one's new price"
    if not one["status"] == two["status"] == TRACED:
        return "Nothing is counted twice: at most one of them is recognised"
    if not one["item_id"]:
        return "No item is named: no invoice can be matched to either"
    if two["start"] >= one["until"]:
        return "Nothing is counted twice: the months that are recognised do not meet"
    if one["supplier_group"] != two["supplier_group"]:
        return "Both count the same purchases: name the supplier"
    return "A third one stands between them"


# --- What awaits a signature ---------------------------------------------------------------------


@dataclass(frozen=True)
class Awaiting:
    """An initiative that not both teams have signed: its claim in cents, and whose turn it is.

    ``missing`` is a team, "a second person", or "both" where nobody signed it as it stands.
    """

    initiative: str
    name: str
    claimed: int
    missing: str


def awaiting(book: SavingsBook) -> tuple[Awaiting, ...]:
    """The initiatives of the selection that lack a signature, the largest claim first."""
    found = (
        Awaiting(str(row["initiative_id"]), str(row["name"]), int(row["claimed"]),
                 book.sign_offs[str(row["initiative_id"])].missing)
        for row in book.found.rows.to_dict("records")
    )  # fmt: skip
    open_ones = (one for one in found if one.missing)
    return tuple(sorted(open_ones, key=lambda one: (-one.claimed, one.initiative)))


# --- Beside savings -------------------------------------------------------------------------------


def cash(book: SavingsBook) -> Table:
    """Working-capital initiatives: cash that is freed once, in no sum of savings."""
    rows = book.found.working_capital.sort_values("claimed", ascending=False, kind="stable")
    return Table(
        "cash",
        "Beside savings: cash that working-capital initiatives free, claimed and not added",
        (
            NAME,
            TableColumn("stage", "Stage", "text"),
            TableColumn("owner", "Owner", "text"),
            TableColumn("supplier", "Supplier", "text"),
            TableColumn("claimed", "Cash claimed", "money"),
        ),
        tuple(
            (named(row), headed(row["stage"]), row["owner"] or None,
             book.named("supplier", row["supplier_id"]) or None, decimal(row["claimed"]))
            for row in rows.to_dict("records")
        ),
        ids=tuple(rows["initiative_id"]),
        depth=(0,) * len(rows),
        total=("Total", None, None, None, *sums(rows, "claimed")),
    )  # fmt: skip


def sums(rows: pd.DataFrame, *names: str) -> tuple[Cell, ...]:
    """The sums of some columns of cents, as a table's total has them; over no rows there is none.

    >>> cents = pd.DataFrame({"price": [100, 50]})
    >>> sums(cents, "price"), sums(cents[:0], "price")
    ((Decimal('1.50'),), (None,))
    """
    return tuple(decimal(int(rows[name].sum())) if len(rows) else None for name in names)


def named(row: Row) -> str:
    """An initiative by its id and name."""
    return f"{row['initiative_id']} {row['name']}"
