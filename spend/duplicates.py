"""What looks booked twice, invoice by invoice, and why: with a number, and apart from it without.

Only invoices with a number are in the figure. Those without one are shown where equal amounts are
rare with their supplier (``queries.unnumbered_marts``): they are for asking, not for counting.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from spend.money import decimal, exact, share, short
from spend.purchasing_book import PurchasingBook
from spend.result import Cell, Fact, Note, Table, TableColumn
from spend.sentences import capital, count

COLUMNS = (
    TableColumn("supplier", "Supplier", "text"),
    TableColumn("gross", "Gross", "money"),
    TableColumn("undone", "Undone on", "text"),
    TableColumn("why", "Why", "text"),
    TableColumn("invoice", "Invoice", "text"),
    TableColumn("twin", "Earlier one", "text"),
    TableColumn("dated", "Dated", "text"),
    TableColumn("days", "Days after", "count"),
)


def tables(book: PurchasingBook) -> tuple[Table, ...]:
    """Invoices that look booked twice, and those without a number that look alike."""
    return (
        _table(book, "duplicates", "Invoices that look booked twice", book.repeats),
        _table(book, "look_alikes", "Invoices without a number that look alike", book.look_alikes),
    )


def facts(book: PurchasingBook) -> tuple[Fact, ...]:
    """The money of what looks booked twice, and of what looks alike without a number."""
    found = []
    if len(book.repeats):
        found.append(Fact("Gross of likely duplicates", decimal(_gross(book.repeats)), "money",
                          "what would be paid twice; undone ones do not count"))  # fmt: skip
    if len(book.look_alikes):
        alike = len(_standing(book.look_alikes))
        found.append(Fact("Look-alikes without a number", alike, "count",
                          "in no figure: without a number nobody can be sure"))  # fmt: skip
    return tuple(found)


def notes(book: PurchasingBook) -> tuple[Note, ...]:
    """What people should know before they ask a supplier."""
    return tuple(_notes(book))


def _notes(book: PurchasingBook) -> Iterator[Note]:
    numbered = book.numbered([book.span])
    lines, known = (int(numbered[name].sum()) for name in ("line_count", "numbered"))
    if undone := len(book.repeats) - len(_standing(book.repeats)):
        were = "was" if undone == 1 else "were"
        yield Note(
            f"{count(undone, 'more invoice', 'more invoices')} that looked booked twice {were} "
            "undone by a credit note, and do not count."
        )
    if lines > known:
        yield Note(
            f"{count(lines - known, 'invoice line has', 'invoice lines have')} no invoice number: "
            "they cannot be likely duplicates."
        )
    if alike := len(_standing(book.look_alikes)):
        money = short(decimal(_gross(book.look_alikes)), book.reader.settings.currency)
        looks = "looks" if alike == 1 else "look"
        yield Note(
            f"{count(alike, 'invoice', 'invoices')} without a number ({money}) {looks} like an "
            "earlier one and stand in no figure: of such pairs in published payments about six in "
            "ten were worth asking about."
        )


def _standing(frame: pd.DataFrame) -> pd.DataFrame:
    """Those that no credit note has undone."""
    return frame[frame["undone_on"].isna()]


def _gross(frame: pd.DataFrame) -> int:
    return int(_standing(frame)["gross"].sum())


# --- Row by row ----------------------------------------------------------------------------------


def _table(book: PurchasingBook, name: str, title: str, frame: pd.DataFrame) -> Table:
    """Invoices beside the earlier one, the most money first; those undone at the end."""
    in_turn = pd.concat([_standing(frame), frame[frame["undone_on"].notna()]])
    rows = tuple(_cells(book, row) for row in in_turn.to_dict("records"))
    whole = ("Total", decimal(_gross(frame)), *(None,) * 6)
    return Table(
        name,
        title,
        COLUMNS,
        rows,
        ids=tuple(map(str, in_turn["supplier_id"])),
        depth=(0,) * len(rows),
        total=whole if rows else None,
    )


def _cells(book: PurchasingBook, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    names, supplier = book.choices.options["supplier"], row["supplier_id"]
    undone = None if pd.isna(row["undone_on"]) else f"{row['undone_on']:%Y-%m-%d}"
    return (
        names[supplier].name if supplier in names else "Not assigned",
        None if undone else decimal(row["gross"]),
        undone,
        capital("; ".join(_why(row))),
        row["invoice_id"],
        row["twin_id"],
        f"{row['invoice_date']:%Y-%m-%d}",
        (row["invoice_date"] - row["twin_date"]).days,
    )


def _why(row: Mapping[Any, Any]) -> Iterator[str]:
    """Why an invoice looks like the earlier one, in words, the most telling first."""
    days = (row["invoice_date"] - row["twin_date"]).days
    later = "the same day" if days == 0 else f"{count(days, 'day', 'days')} later"
    if row["number"]:
        yield _numbers(row["number"], row["twin_number"])
        yield _amounts(row)
        yield later
    else:
        yield f"same amount {later}"
        yield "no third one has it"
    if row["supplier_id"] != row["twin_supplier_id"]:
        yield f"booked to {row['twin_supplier_id'] or 'nobody'} before, of the same group"
    if not row["number"] and row["description"]:
        yield f"both say “{row['description']}”"


def _numbers(number: str, earlier: str) -> str:
    """
    >>> _numbers("00 85/7", "857"), _numbers("857", "857")
    ('number 00 85/7, before it 857', 'both number 857')
    """
    if number == earlier:
        return f"both number {number}"
    return f"number {number}, before it {earlier}"


def _amounts(row: Mapping[Any, Any]) -> str:
    own, earlier = int(row["document_gross"]), int(row["twin_gross"])
    if own == earlier:
        return "same amount"
    apart = share(abs(own - earlier) / max(own, earlier), 2)
    asked = (exact(decimal(cents), row["currency"]) for cents in (own, earlier))
    return "{} and {}, {} apart".format(*asked, apart)
