"""What does not match: the mart held against a reference line by line, and an example by hand."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from queries import matching
from queries.calendar import Span
from queries.check import check
from queries.selection import Selection
from queries.store import Reader, Store
from tests.contract_files import Books, Tables, examples
from tests.reference_matching import Off, exceptions
from tests.reference_process import Purchasing
from tests.test_queries_purchasing import SELECTIONS, SETTINGS, some_company, some_spans

SUMS = ("lines", "amount", "unreceived", "dearer", "waiting", "waiting_amount")


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- By hand -------------------------------------------------------------------------------------

ORDER = {"po_id": "P", "line_no": 1, "order_date": "2026-01-02", "supplier_id": "S",
         "quantity": 100, "unit_price": 2}  # fmt: skip
CAME = ((10, 60), (20, 15), (25, 5))
RECEIPTS = [
    {"receipt_id": f"R{day}", "po_id": "P", "line_no": 1, "received_on": f"2026-01-{day}",
     "quantity": quantity}
    for day, quantity in CAME
]  # fmt: skip
BILL = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-12", "supplier_id": "S",
        "po_id": "P", "po_line_no": 1, "quantity": 80, "amount": "168.00"}  # fmt: skip
COMPANY: Tables = {
    "supplier": [{"supplier_id": "S", "name": "Acme"}],
    "purchase_order_line": [ORDER],
    "goods_receipt": RECEIPTS,
    "invoice_line": [BILL],
}


def test_what_is_off_adds_up_to_the_bill_less_what_had_come_at_the_orders_price(
    books: Books,
) -> None:
    """80 billed at 2.10, of which 60 had come: 20 × 2.10 before it came, and 60 × 0.10 above."""
    books.load(COMPANY)
    columns = ("unreceived", "dearer", "come_on", "billed", "received", "price", "order_price")
    (row,) = books.rows("match_exception", *columns)
    assert row == (Decimal("42.00"), Decimal("6.00"), date(2026, 1, 25), 80, 60,
                   Decimal("2.1"), 2)  # fmt: skip
    assert Decimal("168.00") - 60 * 2 == row[0] + row[1]


def test_it_waits_until_as_much_has_come(books: Books) -> None:
    books.load(COMPANY)
    with books.store.reader() as reader:
        for day, waits in ((12, 1), (24, 1), (25, 0)):
            span = Span(date(2026, 1, 1), date(2026, 1, day))
            (found,) = matching.exceptions_by(reader, Selection(), span, ()).to_dict("records")
            assert (found["kind"], found["waiting"]) == ("quantity_dearer", waits)
            (line,) = matching.exceptions(reader, Selection(), span, 9).to_dict("records")
            assert bool(line["waits"]) == bool(waits)


KINDS: list[tuple[dict[str, object], int, str | None]] = [
    ({"quantity": 60, "amount": 120}, 2, None),
    ({"quantity": 60, "amount": "121.20"}, 2, "tolerated"),
    ({"quantity": 60, "amount": 126}, 2, "dearer"),
    ({"quantity": 60, "amount": 114}, 2, "cheaper"),
    ({"quantity": 61, "amount": 122}, 2, "quantity"),
    ({"quantity": 61, "amount": 61}, 2, "quantity_cheaper"),
    ({"quantity": 60, "amount": 0}, 2, "cheaper"),
    ({"quantity": 60, "amount": 120}, 0, "dearer"),
    ({"quantity": 60, "amount": -120}, 2, None),
    ({"quantity": None, "amount": 999}, 2, None),
]


def test_each_kind(books: Books) -> None:
    """Each bill of an order of its own, of which 60 had come."""
    orders = [{**ORDER, "po_id": f"P{n}", "unit_price": one[1]} for n, one in enumerate(KINDS)]
    receipts = [{**RECEIPTS[0], "receipt_id": f"R{n}", "po_id": f"P{n}"} for n in range(len(KINDS))]
    bills = [{**BILL, "invoice_id": f"I{n}", "po_id": f"P{n}", **bill}
             for n, (bill, _, _) in enumerate(KINDS)]  # fmt: skip
    books.load({**COMPANY, "purchase_order_line": orders, "goods_receipt": receipts,
                "invoice_line": bills})  # fmt: skip
    with books.store.reader() as reader:
        span = Span(date(2026, 1, 1), date(2026, 1, 31))
        found = matching.exceptions_by(reader, Selection(), span, ("item_id",))
        lines = matching.exceptions(reader, Selection(), span, 99)
    expected = [kind for _, _, kind in KINDS if kind]
    assert dict(zip(found["kind"], found["lines"], strict=True)) == Counter(expected)
    assert dict(zip(lines["invoice_id"], lines["kind"], strict=True)) == {
        f"I{n}": kind for n, (_, _, kind) in enumerate(KINDS) if kind not in (None, "tolerated")
    }


# --- Every sum against the reference -------------------------------------------------------------


def test_every_sum_is_that_of_the_lines_one_by_one(books: Books) -> None:
    for seed in range(examples(books.store, 2, 1)):
        random = Random(seed)
        company = some_company(random)
        books.empty()
        books.load(company, settings=random.choice([SETTINGS, None]))
        span = some_spans(random)[0]
        with books.store.reader() as reader:
            assert [f for f in check(reader) if f.table == "match_exception"] == []
            for selection, keeps in SELECTIONS:
                compare(reader, selection, Purchasing(company, keeps=keeps), span)


def compare(reader: Reader, selection: Selection, company: Purchasing, span: Span) -> None:
    days, tolerance = (span.first, span.last), str(reader.settings.match_tolerance)
    expected = exceptions(company, days, tolerance)
    frame = matching.exceptions_by(reader, selection, span, ("supplier_id", "cost_centre_id"))
    found = {
        (row["kind"], row["supplier_id"], row["cost_centre_id"]): [row[name] for name in SUMS]
        for row in frame.to_dict("records")
    }
    assert found == summed(expected, span.last)
    lines = matching.exceptions(reader, selection, span, 10_000).to_dict("records")
    worst = [abs(row["unreceived"] + row["dearer"]) for row in lines]
    assert worst == sorted(worst, reverse=True)
    assert {(row["invoice_id"], row["line_no"], row["kind"]) for row in lines} == {
        (off.line["invoice_id"], off.line["line_no"], off.kind)
        for off in expected
        if off.kind != "tolerated"
    }
    judged = matching.judged_by(reader, selection, span, ())
    amounts, counts = company.matched(days, tolerance)
    assert int(judged["judged"].sum()) == counts["judged"]
    assert int(judged["matched"].sum()) == counts["matched"]
    assert int(judged[["amount", "other_amount"]].sum().sum()) == int(amounts["amount"] * 100)
    lines_and_money = (len(company.invoiced(days)), int(company.sourced(days)["amount"] * 100))
    assert matching.invoiced(reader, selection, span) == lines_and_money


def summed(lines: list[Off], last: date) -> dict[tuple[str, str, str], list[int]]:
    sums: dict[tuple[str, str, str], list[int]] = {}
    for off in lines:
        waits = off.kind.startswith("quantity") and off.come_on > last
        values = (1, off.amount, off.unreceived, off.dearer, waits, off.unreceived * waits)
        key = (off.kind, off.place["supplier_id"], off.place["cost_centre_id"])
        before = sums.get(key, [0] * len(SUMS))
        sums[key] = [a + b for a, b in zip(before, values, strict=True)]
    return sums
