"""Paths: what the marts say of every day, held against a reference that goes line by line."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from queries import paths
from queries.approval_documents import documents
from queries.calendar import Span
from queries.check import check
from queries.path_events import TOLD
from queries.selection import Pin, Selection
from queries.store import Reader, Store
from queries.versions import rows_at
from tests.contract_files import Books, examples
from tests.reference_paths import Line, Paths
from tests.reference_process import Keeps, Purchasing

Row = dict[str, Any]
START = date(2025, 1, 1)
RATES = {
    "USD": [(date(2024, 1, 1), Decimal("0.95")), (date(2025, 3, 1), Decimal("0.853333333333"))]
}
ORDERS = 40  # a load costs the same for many lines as for one


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- A generated company -------------------------------------------------------------------------


def near(random: Random, day: date, before: int = 5, after: int = 30) -> date:
    return day + timedelta(days=random.randint(-before, after))


def maybe(random: Random, day: date) -> date | None:
    return random.choice([None, near(random, day)])


def some_order(random: Random, number: int) -> Row:
    day = near(random, START, 0, 120)
    return {
        "po_id": f"P-{number // 2}", "line_no": number % 2 + 1, "order_date": day,
        "supplier_id": random.choice(["S", "S", "T", "IC", "gone"]),
        "category_id": random.choice([None, "K"]), "cost_centre_id": "A", "item_id": None,
        "quantity": Decimal(random.choice(["1", "10", "7.5", "-3"])),
        "unit_price": Decimal(random.choice(["10", "0.03", "3.333333"])),
        "currency": random.choice([None, "EUR", "USD"]),
        "requested_on": maybe(random, day), "approved_on": maybe(random, day),
        "status": random.choice([None, None, "open", "cancelled", "rejected", "requested"]),
        "status_date": maybe(random, day),
    }  # fmt: skip


def some_papers(random: Random, order: Row) -> tuple[list[Row], list[Row], list[Row]]:
    """Receipts, invoices and payments of a line, in any order, some of them back."""
    key, name = {"po_id": order["po_id"]}, f"{order['po_id']}-{order['line_no']}"
    day = order["order_date"]
    receipts = [
        {**key, "receipt_id": f"R{name}-{n}", "line_no": order["line_no"],
         "received_on": near(random, day), "quantity": Decimal(random.choice([3, 2, -1, 0]))}
        for n in range(random.choice([0, 1, 1, 4]))
    ]  # fmt: skip
    bills = [
        {**key, "invoice_id": f"I{name}-{n}", "line_no": 1, "po_line_no": order["line_no"],
         "invoice_date": near(random, day), "posted_on": maybe(random, day), "item_id": None,
         "amount": Decimal(random.choice(["9.99", "100", "-5", "0"])), "category_id": None,
         "cost_centre_id": None, "currency": None, "supplier_id": order["supplier_id"]}
        for n in range(random.choice([0, 1, 1, 3]))
    ]  # fmt: skip
    payments = [
        {"payment_id": f"Y{bill['invoice_id']}-{n}", "invoice_id": bill["invoice_id"],
         "paid_on": near(random, day, 0, 60), "amount": Decimal(random.choice(["4", "5", "-1"]))}
        for bill in bills for n in range(random.choice([0, 1, 2]))
    ]  # fmt: skip
    return receipts, bills, payments


def some_steps(random: Random, names: Sequence[str]) -> list[Row]:
    """Steps on orders, on lines spelt in several ways, on invoices, and on what nobody knows."""
    ends = ("_0001", "/2", "-00", "_1x", "1")
    spelt = sorted({*names, *(f"P-{n}{end}" for n in range(6) for end in ends)})
    found = []
    for name in random.sample(spelt, len(spelt) // 2):
        day = near(random, START, 0, 120)
        for number in range(random.choice([1, 2, 5, 60])):
            day += timedelta(days=random.choice([0, 0, 1, 4]))
            found.append({
                "document_id": name, "step": number, "submitted_at": day,
                "document_type": random.choice(["order", "Invoice", "travel"]),
                "decided_at": random.choice([day, day, day, None]),
                "role": random.choice([None, "Controller", "Line manager ", "R" * 70]),
                "approver": "x",
                "outcome": random.choice(
                    [None, "approved", "Rejected", "Change Price", "A › B", "Set Block", "O" * 59]
                ),
            })  # fmt: skip
    return found


def some_company(random: Random) -> dict[str, list[Row]]:
    orders = [some_order(random, n) for n in range(ORDERS)]
    papers = [some_papers(random, order) for order in orders]
    receipts, bills, payments = ([row for part in papers for row in part[n]] for n in range(3))
    names = [*{order["po_id"] for order in orders}, *(bill["invoice_id"] for bill in bills)]
    return {
        "exchange_rate": [
            {"date": day, "currency": currency, "rate": rate}
            for currency, rates in RATES.items() for day, rate in rates
        ],
        "supplier": [
            {"supplier_id": name, "name": name, "intercompany": name == "IC"}
            for name in ("S", "T", "IC")
        ],
        "category": [{"category_id": "K", "name": "K"}],
        "cost_centre": [{"cost_centre_id": "A", "name": "A"}],
        "purchase_order_line": orders,
        "goods_receipt": receipts,
        "invoice_line": bills,
        "payment": payments,
        "approval_step": some_steps(random, sorted(names)),
    }  # fmt: skip


# --- Every path of every day ---------------------------------------------------------------------

SELECTIONS: Sequence[tuple[Selection, Keeps]] = (
    (Selection(), lambda place: True),
    (Selection(supplier=("S",), category=("K",)),
     lambda place: (place["supplier_id"], place["category_id"]) == ("S", "K")),
)  # fmt: skip


def test_every_path_is_that_of_the_lines_one_by_one(books: Books) -> None:
    for seed in range(examples(books.store, 2, 1)):
        random = Random(seed)
        company = some_company(random)
        books.empty()
        assert books.load(company).rejected == 0
        with books.store.reader() as reader:
            for selection, keeps in SELECTIONS:
                told = list(Paths(Purchasing(company, keeps=keeps), RATES).lines())
                compare(reader, selection, told, some_spans(random))


def some_spans(random: Random) -> list[Span]:
    days = sorted(near(random, START, 5, 150) for _ in range(3))
    return [Span(days[0], days[1]), Span(days[1] + timedelta(days=1), days[2])]


def compare(
    reader: Reader, selection: Selection, lines: Sequence[Line], spans: Sequence[Span]
) -> None:
    for source in TOLD:
        whole = paths.paths_by(reader, selection, spans, source)
        steps = paths.steps_by(reader, selection, spans, source)
        for place, span in enumerate(spans):
            own = [x for x in lines if x.source == source and x.seen(span.last)
                   and span.first <= x.begun_on <= span.last]  # fmt: skip
            rows = whole[whole["span"] == place].drop(columns="span")
            expected = Counter(
                (x.path(span.last), x.reworked(span.last), x.days(span.last)) for x in own
            )
            found = {tuple(row[:3]): row[3] for row in rows.itertuples(index=False)}
            assert found == expected
            assert int(rows["amount"].sum()) == sum(x.cents for x in own)
            parts = steps[steps["span"] == place].drop(columns="span")
            counted = Counter(step for x in own for step in x.steps(span.last))
            assert {tuple(r[:4]): r[4] for r in parts.itertuples(index=False)} == counted


def test_a_pin_keeps_the_paths_of_its_load(books: Books) -> None:
    random = Random(5)
    company = some_company(random)
    later = [{**row, "received_on": near(random, row["received_on"])}
             for row in company["goods_receipt"]]  # fmt: skip
    books.load(company)
    books.load({"goods_receipt": later})
    for pin, receipts in ((Pin(1), company["goods_receipt"]), (None, later)):
        moved = Purchasing({**company, "goods_receipt": receipts})
        with books.store.reader(pin) as reader:
            assert [f for f in check(reader) if f.severity == "error"] == []
            told = list(Paths(moved, RATES).lines())
            compare(reader, Selection(), told, some_spans(Random(7)))


# --- Documents -----------------------------------------------------------------------------------

NAMED = {
    "P-1": {("P-1", 1, None), ("P-1", 2, None)},
    "P-1_0001": {("P-1", 1, None)},
    "P-1/2": {("P-1", 2, None)},
    "P-1 000": {(None, None, None)},
    "B-7": {(None, 1, "B-7"), (None, 2, "B-7")},
    "9": {(None, 1, "9")},  # an order and an invoice: the type says which
    "8": {("8", 1, None)},
    "nobody's": {(None, None, None)},
}


def test_a_document_is_an_order_a_line_of_one_or_an_invoice(books: Books) -> None:
    place = {"supplier_id": "S", "quantity": 2, "unit_price": 10, "order_date": START}
    orders = [("P-1", 1), ("P-1", 2), ("9", 1), ("8", 1)]
    bills = [("B-7", 1), ("B-7", 2), ("9", 1), ("8", 1)]
    types = {"9": "Invoice", "8": "purchase order"}
    books.load({
        "supplier": [{"supplier_id": "S", "name": "S"}],
        "purchase_order_line": [{"po_id": po, "line_no": n, **place} for po, n in orders],
        "invoice_line": [
            {"invoice_id": name, "line_no": n, "supplier_id": "S", "invoice_date": START,
             "amount": 5} for name, n in bills
        ],
        "approval_step": [
            {"document_id": name, "step": step, "submitted_at": START,
             "document_type": types.get(name, "request")} for name in NAMED for step in (1, 2)
        ],
    })  # fmt: skip
    with books.store.reader() as reader:
        document = documents(reader.settings, rows_at(reader.batch))
        rows = reader.rows(select(document))
    for name, expected in NAMED.items():
        own = [row for row in rows if row.document_id == name]
        assert {(row.po_id, row.line_no, row.invoice_id) for row in own} == expected
        assert len(own) == len(expected)
        worth = 20 if own[0].po_id else 5 if own[0].invoice_id else 0
        assert {(row.supplier_id, row.amount) for row in own} == {("S" if worth else "", worth)}
