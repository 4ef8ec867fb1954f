"""One initiative: its own bridge, the prices paid, what was bought, and who has signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from queries.selection import Selection
from queries.store import Store
from spend import savings_bridges, savings_charts
from spend.money import decimal, exact
from spend.result import Bridge, Cell, Chart, Fact, Report, Table, TableColumn, known
from spend.savings_agreed import SignOff
from spend.savings_book import SavingsBook, claim_of
from spend.savings_bought import met_purchases
from spend.savings_lists import named
from spend.savings_policy import headed, spoken
from spend.savings_table import judged

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Initiative:
    """What the page shows of one initiative; no sign-off where it is in none of the days."""

    id: str
    name: str
    said: str
    facts: tuple[Fact, ...]
    bridge: Bridge
    prices: Chart
    purchases: Table
    sign_off: SignOff | None


def initiative(store: Store, selection: Selection, name: str) -> Initiative:
    """One initiative of the register, over the days of a selection.

    Raises ``ConcordError`` for one that is not there.
    """
    with store.reader(selection.as_of) as reader:
        return shown(SavingsBook.read(reader, selection), name)


def choices(store: Store, selection: Selection) -> dict[str, str]:
    """The initiatives of a selection by id, with their names, those of any stage."""
    with store.reader(selection.as_of) as reader:
        book = SavingsBook.read(reader, selection)
        frame = book.initiatives[book.initiatives["chosen"]]
        return {str(row["initiative_id"]): named(row) for row in frame.to_dict("records")}


def shown(book: SavingsBook, name: str) -> Initiative:
    """What there is to say of one initiative of a book."""
    row = book.initiative(name)
    return Initiative(
        name,
        named(row),
        _said(book, row),
        tuple(_facts(row)),
        savings_bridges.of_initiative(book, name),
        savings_charts.prices(book, name),
        _purchases(book, name),
        book.sign_offs.get(name),
    )


def added(report: Report, book: SavingsBook, name: str) -> Report:
    """The report with one initiative beside it, for exports and the command line."""
    found = shown(book, name)
    return replace(
        report,
        bridges=(*report.bridges, found.bridge),
        charts=(*report.charts, found.prices),
        tables=(*report.tables, found.purchases),
    )


def _said(book: SavingsBook, row: Row) -> str:
    """The initiative in a sentence: what it is, of whom, with whom, and how it is judged."""
    whom = book.named("supplier", row["supplier_id"])
    item = book.named("item", row["item_id"]) or book.named("category", row["category_id"])
    start = row["start_date"]
    parts = [
        f"{headed(row['saving_type'])}, {spoken(row['stage'])}",
        f"owned by {row['owner']}" if row["owner"] else "",
        f"on {item}" if item else "",
        f"with {whom}" if whom else "",
        f"from {start:%B %Y}" if start == start and start is not None else "without a start date",
    ]
    here = book.found.rows[book.found.rows["initiative_id"] == row["initiative_id"]]
    ends = [f"{judged(one)}." for one in here.to_dict("records")]
    return " ".join([f"{', '.join(part for part in parts if part)}.", *ends])


def _facts(row: Row) -> Iterator[Fact]:
    """What the register states of it."""
    stated = (
        ("Baseline", "baseline_unit_price", "price", "A unit, before the deal."),
        ("New price", "new_unit_price", "price", "A unit, under the deal."),
        ("Yearly quantity", "annual_quantity", "number", "Planned for the twelve months."),
    )
    for label, key, unit, meaning in stated:
        yield Fact(label, known(row[key]), unit, meaning)
    meaning = "For twelve months: as stated, else baseline less new price × yearly quantity."
    yield Fact("Claim", decimal(claim_of(row)), "money", meaning)


def _purchases(book: SavingsBook, name: str) -> Table:
    """What was invoiced of its item in its months, by month and supplier."""
    columns = (
        TableColumn("month", "Month", "text"),
        TableColumn("supplier", "Supplier", "text"),
        TableColumn("where", "Bought", "text"),
        TableColumn("quantity", "Quantity", "number"),
        TableColumn("amount", "Amount", "money"),
        TableColumn("price", "Price a unit", "price"),
    )
    rows = _bought(book, name)
    return Table(
        "purchases",
        f"{name}: what was invoiced of its item, of all suppliers",
        columns,
        tuple(_cells(book, row) for row in rows),
        total=("Total", None, None, sum(float(r["quantity"]) for r in rows),
               decimal(sum(int(r["amount"]) for r in rows)), None) if rows else None,
    )  # fmt: skip


def _bought(book: SavingsBook, name: str) -> Sequence[Mapping[Any, Any]]:
    mine = book.found.rows[book.found.rows["initiative_id"] == name].reset_index(drop=True)
    met = met_purchases(mine, book.purchases_here)
    keys = ["month", "supplier_id", "here"]
    sums = met.groupby(keys, as_index=False, sort=True)[["quantity", "amount"]].sum()
    return sums.to_dict("records")


def _cells(book: SavingsBook, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    quantity, cents = float(row["quantity"]), int(row["amount"])
    return (
        str(np.datetime64(row["month"], "M")),
        book.named("supplier", row["supplier_id"]) or "Not assigned",
        "On contract" if row["here"] else "Elsewhere", quantity, decimal(cents),
        cents / 100 / quantity if quantity > 0 else None,
    )  # fmt: skip


def told(found: Initiative, currency: str) -> str:
    """What a signature is given for, in words."""
    if found.sign_off is None:
        return ""
    terms = found.sign_off.terms
    claim = exact(decimal(terms.claimed), currency)
    return f"{claim} a year, {spoken(terms.saving_type)}, from {terms.start:%B %Y}"
