"""Suppliers and process: every sum held against a reference that goes line by line."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from queries import process, process_evidence, sourcing, sourcing_evidence
from queries.calendar import Span
from queries.check import check
from queries.evidence import Lines, read_lines
from queries.load import LoadOptions
from queries.selection import NOT_ASSIGNED, Pin, Selection
from queries.store import Reader, Store
from spend.process import order_cycle_days
from tests.contract_files import Books, everything, examples
from tests.reference_process import Keeps, Purchasing

Row = dict[str, Any]
CENT = Decimal("0.01")
START = date(2025, 1, 1)
ORDERS, INVOICES = 60, 90  # a load costs the same for many rows as for one


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- A generated company -------------------------------------------------------------------------


def some_day(random: Random, spread: int = 200) -> date:
    return START + timedelta(days=random.randint(0, spread))


def maybe(random: Random, day: date, before: int, after: int) -> date | None:
    return random.choice([None, day + timedelta(days=random.randint(-before, after))])


def some_dimensions(random: Random) -> dict[str, list[Row]]:
    """A group of three, a loop of two, a sister; categories in a tree; contracts of every kind."""
    parents = {"S1": "G", "S2": "S1", "S3": None, "L1": "L2", "L2": "L1", "a": "gone"}
    suppliers: list[Row] = [
        {"supplier_id": name, "name": name, "parent_supplier_id": parent, "intercompany": None,
         "preferred": random.choice([None, True, False])}
        for name, parent in {"G": None, **parents}.items()
    ]  # fmt: skip
    suppliers += [{**suppliers[0], "supplier_id": "IC", "intercompany": True, "preferred": True}]
    tree = {"K1": None, "K2": "K1", "K3": "K2", "K4": None, "k": "gone"}
    return {
        "exchange_rate": [
            {"date": date(2024, 1, 1), "currency": "USD", "rate": Decimal("0.95")},
            {"date": date(2025, 3, 1), "currency": "USD", "rate": Decimal("0.853333333333")},
        ],
        "supplier": suppliers,
        "category": [
            {"category_id": name, "name": name, "parent_category_id": parent,
             "addressable": random.choice([None, True, True, False])}
            for name, parent in tree.items()
        ],
        "cost_centre": [{"cost_centre_id": c, "name": c} for c in ("A", "b")],
        "item": [{"item_id": "I", "name": "I", "category_id": "K3"}],
        "contract": [some_contract(random, n) for n in range(random.choice([1, 3, 12]))],
    }  # fmt: skip


SUPPLIERS = ("G", "S1", "S2", "S3", "L1", "L2", "a", "IC", "gone")
CATEGORIES = (None, "K1", "K2", "K3", "K4", "k", "gone")


def some_contract(random: Random, number: int) -> Row:
    start = some_day(random)
    return {
        "contract_id": f"C{number}",
        "supplier_id": random.choice(SUPPLIERS),
        "start_date": start,
        "end_date": maybe(random, start, 0, 90),
        "category_id": random.choice(CATEGORIES),
    }


def some_place(random: Random) -> Row:
    return {
        "supplier_id": random.choice(SUPPLIERS),
        "category_id": random.choice(CATEGORIES),
        "cost_centre_id": random.choice([None, "A", "b", "gone"]),
        "item_id": random.choice([None, "I", "gone"]),
        "contract_id": random.choice([None, None, "C1", "C2", "gone"]),
    }


def some_order(random: Random, number: int) -> Row:
    day = some_day(random)
    statuses = [None, None, "open", "closed", "cancelled", "rejected", "requested"]
    return {
        "po_id": f"P{number // 2}", "line_no": number % 2 + 1, "order_date": day,
        **some_place(random),
        "quantity": Decimal(random.choice(["1", "2", "10", "10", "7.5", "0", "-3"])),
        "unit_price": Decimal(random.choice(["10", "0.03", "3.333333", "0"])),
        "currency": random.choice([None, "EUR", "USD"]),
        "matching": random.choice([None, None, "quantity", "value"]),
        "requested_on": maybe(random, day, 30, 5), "approved_on": maybe(random, day, 20, 30),
        "promised_date": maybe(random, day, 5, 60),
        "status": random.choice(statuses), "status_date": maybe(random, day, 10, 60),
    }  # fmt: skip


def some_receipts(random: Random, order: Row) -> list[Row]:
    shares = random.choice([[], ["1"], ["0.5", "0.5"], ["1", "-1", "1"], ["0.4", "0.7", "-0.2"]])
    due = order["promised_date"] or order["order_date"]
    return [
        {"receipt_id": f"R{order['po_id']}-{order['line_no']}-{n}", "po_id": order["po_id"],
         "line_no": order["line_no"], "quantity": order["quantity"] * Decimal(share),
         "received_on": due + timedelta(days=random.choice([-9, -1, 0, 1, 3, 20]) + n)}
        for n, share in enumerate(shares)
    ]  # fmt: skip


def some_invoice(random: Random, number: int, orders: Sequence[Row]) -> list[Row]:
    """One to three lines; numbers and amounts that often meet those of others."""
    day = some_day(random)
    numbers = [None, "", "0", "INV-7", "inv 007", "7", "007", "INV/7", f"N{number}"]
    head = {
        "invoice_id": f"I{number}", "invoice_date": day,
        "posted_on": maybe(random, day, 3, 20), "invoice_number": random.choice(numbers),
        "currency": random.choice([None, "EUR", "USD"]), **some_place(random),
    }  # fmt: skip
    if random.random() < 0.4:  # one plain amount of one group, so that invoices repeat
        amount = random.choice(["1000", "1005", "1005.03", "995", "-1000", "-1005"])
        place = {"supplier_id": random.choice(["G", "S1", "L1", "L2", "gone"]), "line_no": 1}
        return [{**head, **place, "amount": Decimal(amount), "quantity": None}]
    return [
        {**head, "line_no": n, **some_line(random, random.choice(orders))}
        for n in range(1, random.randint(2, 4))
    ]


def some_line(random: Random, order: Row) -> Row:
    """A line of an order, of an unknown one, or of none; near its price, or not."""
    quantity = abs(order["quantity"]) * Decimal(random.choice(["0.4", "0.5", "1", "1", "1.5"]))
    away = Decimal(random.choice(["1", "1", "1.02", "0.98", "1.020001", "0.9", "1.0005", "3"]))
    price = (order["unit_price"] * away).quantize(Decimal("0.000001"))
    amount = (quantity * price).quantize(CENT) * random.choice([1, 1, 1, -1])
    known = random.random() < 0.8
    return {
        "amount": amount, "tax_amount": random.choice([None, (amount / 5).quantize(CENT)]),
        "quantity": random.choice([quantity, quantity, None]),
        "unit_price": random.choice([price, None]),
        "po_id": order["po_id"] if known else random.choice([None, "gone"]),
        "po_line_no": order["line_no"],
    }  # fmt: skip


def some_company(random: Random) -> dict[str, list[Row]]:
    orders = [some_order(random, n) for n in range(ORDERS)]
    return {
        **some_dimensions(random),
        "purchase_order_line": orders,
        "goods_receipt": [r for order in orders for r in some_receipts(random, order)],
        "invoice_line": [line for n in range(INVOICES) for line in some_invoice(random, n, orders)],
    }


def changed_orders(random: Random, orders: Sequence[Row]) -> list[Row]:
    """Some of the orders, promised for another day, or none, or for the first time."""
    days = [{"promised_date": maybe(random, row["order_date"], 5, 60)} for row in orders]
    pairs = list(zip(orders, days, strict=True))
    return [{**row, **day} for row, day in random.sample(pairs, len(orders) // 2)]


# --- Every sum against the reference -------------------------------------------------------------

SELECTIONS: Sequence[tuple[Selection, Keeps]] = (
    (Selection(), lambda place: True),
    (Selection(supplier=("S1",)), lambda place: place["supplier_id"] in ("S1", "S2")),
    (Selection(supplier=("G", "a")), lambda place: place["supplier_id"] in ("G", "S1", "S2", "a")),
    (Selection(category=("K2", NOT_ASSIGNED)), lambda place: place["category_id"] in
     ("K2", "K3", "")),
    (Selection(cost_centre=("A",), item=("I",)),
     lambda place: (place["cost_centre_id"], place["item_id"]) == ("A", "I")),
)  # fmt: skip
SETTINGS = {"otif_days": "3", "match_tolerance": "0.1"}


def some_spans(random: Random) -> list[Span]:
    """Spans that follow each other, one of them without days."""
    days = sorted(START + timedelta(days=random.randint(-10, 220)) for _ in range(3))
    day = timedelta(days=1)
    return [
        Span(days[0], days[1]), Span(days[1] + day, days[1]), Span(days[1] + day, days[2]),
        Span(days[2] + day, days[2] + timedelta(days=40)),
    ]  # fmt: skip


def sums(frame: pd.DataFrame, place: int, names: Sequence[str]) -> dict[str, int]:
    """The sums of one span."""
    own = frame[frame["span"] == place]
    return {name: int(own[name].sum()) for name in names}


def whole(amounts: Mapping[str, Decimal]) -> dict[str, int]:
    return {name: int(amount * 100) for name, amount in amounts.items()}


def test_every_sum_is_that_of_the_lines_one_by_one(books: Books) -> None:
    for seed in range(examples(books.store, 3, 1)):
        random = Random(seed)
        company = some_company(random)
        books.empty()
        settings = random.choice([SETTINGS, None])
        assert books.load(company, settings=settings).rejected == 0
        spans = some_spans(random)
        with books.store.reader() as reader:
            for selection, keeps in SELECTIONS:
                compare(reader, selection, Purchasing(company, keeps=keeps), spans)
            selection, keeps = random.choice(SELECTIONS)
            compare_evidence(reader, selection, Purchasing(company, keeps=keeps), spans[0])


def test_what_was_promised_first_counts_whatever_was_promised_later(books: Books) -> None:
    for seed in range(examples(books.store, 1, 1)):
        random = Random(seed)
        company = some_company(random)
        later = changed_orders(random, company["purchase_order_line"])
        books.empty()
        books.load(company)
        books.load({"purchase_order_line": later})
        orders = {(row["po_id"], row["line_no"]): row for row in company["purchase_order_line"]}
        orders |= {(row["po_id"], row["line_no"]): row for row in later}
        moved = {**company, "purchase_order_line": list(orders.values())}
        spans, history = some_spans(random), (company["purchase_order_line"], later)
        with books.store.reader() as reader:
            assert [f for f in check(reader) if f.severity == "error"] == []
            compare_promises(reader, Selection(), Purchasing(moved, history), spans)
        with books.store.reader(Pin(1)) as reader:
            assert [f for f in check(reader) if f.severity == "error"] == []
            compare_promises(reader, Selection(), Purchasing(company), spans)


def compare(reader: Reader, selection: Selection, books: Purchasing, spans: Sequence[Span]) -> None:
    sourced = sourcing.sourced_by(reader, selection, spans, ("supplier_id",))
    waits = process.ordered_by(reader, selection, spans)
    matched = process.matched_by(reader, selection, spans)
    twice = process.repeated_by(reader, selection, spans)
    compare_promises(reader, selection, books, spans)
    for place, span in enumerate(spans):
        days = (span.first, span.last)
        parts = whole(books.sourced(days))
        assert sums(sourced, place, list(parts)) == parts
        assert sums(sourced, place, ["line_count"])["line_count"] == len(books.invoiced(days))
        known = waits[(waits["span"] == place) & waits["requested"]]
        assert order_cycle_days(known["days"], known["order_count"]) == books.cycle_days(days)
        amounts, counts = books.matched(days, str(reader.settings.match_tolerance))
        expected = {**whole(amounts), **counts}
        assert sums(matched, place, list(expected)) == expected
        repeated = books.repeated(days)
        found = {"invoices": len(repeated), "gross": int(sum(repeated.values()) * 100)}
        assert sums(twice, place, ["invoices", "gross"]) == found


def compare_promises(
    reader: Reader, selection: Selection, books: Purchasing, spans: Sequence[Span]
) -> None:
    promised = sourcing.promised_by(reader, selection, spans, ())
    finally_promised = sourcing.promised_by(reader, selection, spans, (), sourcing.FINAL)
    without = sourcing.unpromised(reader, selection, spans)
    for place, span in enumerate(spans):
        days = (span.first, span.last)
        expected = books.promised(days, reader.settings.otif_days)
        assert sums(promised, place, list(expected)) == expected
        last = books.promised(days, reader.settings.otif_days, last=True)
        assert sums(finally_promised, place, list(last)) == last
        unpromised = [line for line in books.ordered(days) if books.first_promise(line) is None]
        assert sums(without, place, ["order_count"]) == {"order_count": len(unpromised)}


def lines(reader: Reader, statement: Any) -> Lines:
    return read_lines(reader, statement, 0, 10_000)


def total(rows: Lines, name: str = "amount") -> int:
    return int(sum(row[rows.columns.index(name)] for row in rows.rows) * 100)


def compare_evidence(reader: Reader, selection: Selection, books: Purchasing, span: Span) -> None:
    """The rows behind come to the figure."""
    days = (span.first, span.last)
    parts = whole(books.sourced(days))
    for part in ("addressable", "outside"):
        rows = lines(reader, sourcing_evidence.sourced(reader, selection, span, part))
        assert total(rows) == parts[part]
        why = [row[rows.columns.index("why")] for row in rows.rows]
        assert part == "addressable" or sourcing_evidence.COVERED not in why
    amounts, counts = books.matched(days, str(reader.settings.match_tolerance))
    after = lines(reader, process_evidence.after_the_fact(reader, selection, span))
    assert total(after) == int(amounts["after_the_fact"] * 100)
    judged = lines(reader, process_evidence.matched(reader, selection, span))
    why = [row[judged.columns.index("why")] for row in judged.rows]
    assert (judged.row_count, why.count("matches")) == (counts["judged"], counts["matched"])
    waits = lines(reader, process_evidence.ordered(reader, selection, span))
    assert waits.row_count == sum(bool(r.get("requested_on")) for r in books.ordered(days))
    promised = lines(reader, sourcing_evidence.promised(reader, selection, span))
    kept = [bool(row[promised.columns.index("kept")]) for row in promised.rows]
    due = books.promised(days, reader.settings.otif_days)
    assert (len(kept), sum(kept)) == (due["due"], due["kept"])
    twice = lines(reader, process_evidence.repeated(reader, selection, span))
    assert {row[0] for row in twice.rows} == set(books.repeated(days))


# --- Marts ---------------------------------------------------------------------------------------


def test_the_marts_follow_their_lines_whatever_is_loaded_when(books: Books) -> None:
    """Loaded in parts and in any order, the same marts; each load's are those of its own rows."""
    random = Random(2)
    company = some_company(random)
    rates = {"exchange_rate": company.pop("exchange_rate")}
    books.load(rates)
    books.load(company)
    with books.store.reader() as reader:
        expected = everything(reader)
    books.empty()
    books.load(rates)
    tables = random.sample(list(company), len(company))
    for some in (tables[:2], tables[2:5], tables[5:]):
        books.load({table: company[table] for table in some})
    with books.store.reader(Pin(3)) as reader:
        assert [f for f in check(reader) if f.severity == "error"] == []
    with books.store.reader() as reader:
        found = everything(reader)
    for name in ("sourcing_flow", "ordering_flow", "promise_flow", "final_promise_flow",
                 "match_flow", "duplicate_invoice"):  # fmt: skip
        assert found[name] == expected[name], name
        assert found[name]


def test_rows_taken_back_leave_the_marts(books: Books) -> None:
    company = some_company(Random(3))
    books.load(company)
    first = {name: company[name][:1] for name in ("contract", "goods_receipt")}
    books.load(first, LoadOptions(replace=True))
    with books.store.reader() as reader:
        assert [f for f in check(reader) if f.severity == "error"] == []
