"""The supplier base: who the money goes to, what contracts cover, and who keeps what was promised.

``report`` touches the store; page, command line, exports and tests show what it gives.
"""

from collections.abc import Iterator
from dataclasses import replace

from queries.selection import Selection, sentence
from queries.store import Store
from spend import (
    supplier_charts,
    supplier_contracts,
    supplier_past,
    supplier_price_table,
    supplier_records,
    supplier_table,
)
from spend.money import decimal
from spend.result import Fact, Report, Table
from spend.sourcing_figures import figures
from spend.supplier_book import SupplierBook
from spend.supplier_prices import CATEGORIES
from spend.supplier_rows import Row, owner, rows
from spend.supplier_words import Words

TITLE = "Suppliers"
QUESTION = "Who does the money go to, what do contracts cover, and can we rely on supply?"


def report(store: Store, selection: Selection) -> Report:
    """The supplier base of one selection, as at its position date.

    Suppliers are rolled up to the head of their group; where one supplier is chosen, the rows are
    what is under it. Raises ``ConcordError`` where the store is empty.
    """
    with store.reader(selection.as_of) as reader:
        return _report(SupplierBook.read(reader, selection))


def _report(book: SupplierBook) -> Report:
    found, made = rows(book), figures(book)
    words = Words(book, found, made, book.prices.rows(CATEGORIES))
    records = supplier_records.SupplierRecords(book)
    return Report(
        name="suppliers",
        title=TITLE,
        question=QUESTION,
        selection=book.window.named(book.selection),
        sentence=sentence(replace(book.selection, as_of=None), book.choices),
        currency=book.reader.settings.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=made,
        facts=tuple(_facts(book, found, words)),
        bridges=(words.past.bridge(),),
        charts=(supplier_charts.pareto(book, found), supplier_charts.past_contracts(book, found)),
        tables=tuple(_tables(book, found, words, records)),
        lead="past",
        notes=(*words.notes(), *supplier_records.said_of(records)),
    )


def _tables(
    book: SupplierBook,
    found: tuple[Row, ...],
    words: Words,
    records: supplier_records.SupplierRecords,
) -> Iterator[Table]:
    prices = book.prices.rows(owner(book))
    changes = {name: row.price_share for name, row in prices.items()}
    yield supplier_table.by_supplier(book, found, changes)
    yield supplier_contracts.by_category(book)
    yield supplier_past.by_supplier(words.past)
    yield supplier_contracts.soon(words.ends)
    yield supplier_contracts.over(words.ends)
    yield supplier_price_table.by_category(book, words.prices)
    yield supplier_price_table.by_supplier(found, prices)
    yield supplier_table.deliveries(book, found)
    yield supplier_table.payments(book, found)
    yield from supplier_records.listed(records)


def _facts(book: SupplierBook, found: tuple[Row, ...], words: Words) -> Iterator[Fact]:
    """What stands beside the figures: money outside contracts where any is loaded, and the tail."""
    sums, small = words.whole.sums, supplier_charts.tail_of(found)
    if book.has_contracts:
        meaning = "Bought without a contract where one was in force."
        yield Fact("Outside contracts", decimal(sums["outside"]), "money", meaning)
    yield Fact("Spend", decimal(sums["amount"]), "money", "Invoiced net, in the selection.")
    known = sum(1 for row in found if row.id and row.sums["amount"] > 0)
    yield Fact("Suppliers", known, "count", "Groups with net spend above zero.")
    if small:
        meaning = "The smallest, who share a fifth of spend."
        yield Fact("In the tail", small.suppliers, "count", meaning)
        spent = decimal(round(small.spend))
        yield Fact("Spend in the tail", spent, "money", "What they sold for.")
    if book.has_contracts:
        meaning = f"Bought in 12 months where every contract ends by {book.soon}; none follows."
        spent = decimal(words.ends.unfollowed_spend)
        yield Fact("On contracts that end", spent, "money", meaning)
