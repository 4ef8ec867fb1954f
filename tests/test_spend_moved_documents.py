"""What moved by document: the invoices sum to the change of spend, whatever moved."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from queries.selection import Pin, Selection
from queries.store import Store
from spend.kpi_book import KpiBook
from spend.moved_documents import Counts, counts, documents
from spend.result import Table
from tests.contract_files import REPLACE, Books, examples
from tests.moving_company import SETTINGS, RandomBooks, first_tables, invoice, payment

SELECTIONS = (
    Selection("2026-01", "2026-02"),
    Selection("2026-01", "2026-12", category=("C1",)),
    Selection("2026-02", "2026-04", supplier=("S1",), cost_centre=("A1",)),
    Selection("2026-01", "2026-12", item=("I1",)),
)


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


def cents_of_spend(store: Store, selection: Selection, batch: int) -> int:
    with store.reader(Pin(batch)) as reader:
        return KpiBook.read(reader, selection).budget.position.actual or 0


def rows(table: Table, kind: str) -> list[tuple[Any, ...]]:
    return [row[1:] for row in table.rows if row[0] == kind]


def test_invoices_sum_to_the_change_of_spend_whatever_moved(books: Books) -> None:
    moved = 0
    for seed in range(examples(books.store, 2, 1)):
        books.empty()
        company = RandomBooks(seed)
        for _ in range(4):
            tables, settings = company.next()
            books.load(tables, REPLACE, settings)
        for first, last in ((1, 4), (2, 3), (3, 4)):
            for selection in SELECTIONS[first % 2 :: 2]:
                found = documents(books.store, at(selection, last), Pin(first), most=3)
                spent = [cents_of_spend(books.store, selection, n) for n in (first, last)]
                assert sum(row[-1] for row in rows(found, "Invoice")) * 100 == spent[1] - spent[0]
                moved += spent[0] != spent[1]
    assert moved > 1


def at(selection: Selection, batch: int) -> Selection:
    return Selection(**{**vars(selection), "as_of": Pin(batch)})


# --- By hand -------------------------------------------------------------------------------------


def test_documents_are_new_corrected_and_gone(books: Books) -> None:
    first = dict(first_tables())
    first["invoice_line"] = [*first["invoice_line"], invoice("N9", "2026-01-20", 5)]
    books.load(first, settings=SETTINGS | {"data_through": "2026-02-28"})
    second = [
        invoice("N1", "2026-01-10", 95),
        invoice("N2", "2026-02-10", 80),
        invoice("N3", "2026-02-12", 30, supplier_id="S2"),
        invoice("N4", "2026-02-13", -10),
    ]
    books.load({"invoice_line": second}, REPLACE)
    books.load({"payment": [payment("Y2", "N2", "2026-02-20", 80)]})
    found = documents(books.store, Selection("2026-01", "2026-02"), Pin(1))
    assert rows(found, "Invoice") == [
        ("N3", "Bolt", "new", None, Decimal(30), Decimal(30)),
        ("N4", "Acme", "new", None, Decimal(-10), Decimal(-10)),
        ("N1", "Acme", "corrected", Decimal(90), Decimal(95), Decimal(5)),
        ("N9", "Acme", "gone", Decimal(5), None, Decimal(-5)),
    ]
    assert rows(found, "Payment") == [("Y2", "Acme", "new", None, Decimal(80), Decimal(80))]
    assert not rows(found, "Order")
    assert counts(books.store, Pin(1)) == Counts(new=3, corrected=1, gone=1)
    assert counts(books.store, Pin(1), Pin(2)) == Counts(new=2, corrected=1, gone=1)
    assert counts(books.store, Pin(3)).said == "no document moved"


def test_orders_receipts_and_counts_move_by_their_own_worth(books: Books) -> None:
    first = first_tables()
    books.load(first, settings=SETTINGS | {"data_through": "2026-02-28"})
    order = {**first["purchase_order_line"][0], "quantity": 12}
    receipt = {"receipt_id": "R2", "po_id": "P1", "line_no": 1, "received_on": "2026-02-01",
               "quantity": 2}  # fmt: skip
    count = {**first["stock_level"][0], "on_hand": 30}
    books.load({"purchase_order_line": [order], "goods_receipt": [receipt], "stock_level": [count]})
    found = documents(books.store, Selection("2026-01", "2026-02"), Pin(1))
    assert found.rows == (
        ("Stock count", "2026-01-31 I1 M", "", "corrected", Decimal(200), Decimal(150),
         Decimal(-50)),
        ("Order", "P1", "Acme", "corrected", Decimal(50), Decimal(60), Decimal(10)),
        ("Receipt", "R2", "Acme", "new", None, Decimal(10), Decimal(10)),
    )  # fmt: skip


def test_what_is_the_same_and_counted_otherwise_says_so(books: Books) -> None:
    tables = dict(first_tables())
    tables["invoice_line"] = [invoice("N1", "2026-01-10", 90), invoice("N2", "2026-02-10", 80)]
    books.load(tables, settings=SETTINGS | {"data_through": "2026-01-31"})
    books.load({"supplier": tables["supplier"]}, settings={"data_through": "2026-02-28"})
    found = documents(books.store, Selection("2026-01", "2026-02"), Pin(1))
    assert [row for row in found.rows if row[0] == "Invoice"] == [
        ("Invoice", "N2", "Acme", "counted otherwise", None, Decimal(80), Decimal(80))
    ]
    assert counts(books.store, Pin(1)) == Counts()
    books.load({"supplier": [{"supplier_id": "S1", "name": "Acme", "intercompany": True}]})
    found = documents(books.store, Selection("2026-01", "2026-02"), Pin(2))
    assert states(rows(found, "Invoice")) == [
        ("N1", "counted otherwise", Decimal(-90)),
        ("N2", "counted otherwise", Decimal(-80)),
    ]


def states(found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(row[0], row[2], row[-1]) for row in found]


def test_those_beyond_the_list_stand_in_one_row(books: Books) -> None:
    tables = dict(first_tables())
    books.load(tables, settings=SETTINGS | {"data_through": "2026-02-28"})
    more = [invoice(f"M{n}", "2026-02-11", n) for n in range(1, 8)]
    books.load({"invoice_line": [*more, invoice("N1", "2026-01-10", 91)]})
    found = documents(books.store, Selection("2026-01", "2026-02"), Pin(1), most=3)
    assert states(rows(found, "Invoice")) == [
        ("M7", "new", Decimal(7)),
        ("M6", "new", Decimal(6)),
        ("N1", "corrected", Decimal(1)),
        ("5 others", "", Decimal(15)),
    ]
