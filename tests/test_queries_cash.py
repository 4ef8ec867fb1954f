"""What the cash to come is read from: sums of the marts, on both engines, and the rows behind."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from queries import cash
from queries.calendar import Span
from queries.evidence import read_lines
from queries.selection import Selection
from queries.store import Store
from tests.contract_files import Books, Tables

POSITION = date(2026, 10, 31)
YEAR = Span(date(2025, 11, 1), POSITION)
SETTINGS = {"currency": "EUR", "data_through": "2026-10-31"}


def line(invoice: str, day: str, supplier: str, amount: float, **more: object) -> dict[str, object]:
    return {"invoice_id": invoice, "line_no": 1, "invoice_date": day, "supplier_id": supplier,
            "amount": amount, **more}  # fmt: skip


def tables() -> Tables:
    return {
        "supplier": [
            {"supplier_id": "S1", "name": "Acme", "payment_term_code": "N30"},
            {"supplier_id": "S2", "name": "Bolt"},
            {"supplier_id": "S9", "name": "Sister", "intercompany": True,
             "payment_term_code": "N30"},
        ],
        "payment_term": [{"payment_term_code": "N30", "net_days": 30}],
        "category": [{"category_id": "C1", "name": "Steel"}],
        "cost_centre": [{"cost_centre_id": "A", "name": "Works"}],
        "invoice_line": [
            line("I1", "2026-09-01", "S1", 100, tax_amount=19, category_id="C1"),
            line("I2", "2026-10-20", "S1", 200, tax_amount=38, cost_centre_id="A"),
            line("I3", "2026-10-20", "S2", 50),
            line("I4", "2026-08-01", "S1", 40, tax_amount=7.60),
            line("I5", "2026-10-25", "S1", -30, tax_amount=-5.70),
            line("I8", "2026-11-05", "S1", 999),
            line("I9", "2026-10-20", "S9", 70),
        ],
        "payment": [
            {"payment_id": "Z1", "invoice_id": "I4", "paid_on": "2026-09-04", "amount": 47.60},
            {"payment_id": "Z2", "invoice_id": "I1", "paid_on": "2026-10-06", "amount": 19},
        ],
        "purchase_order_line": [
            {"po_id": "P1", "line_no": 1, "order_date": "2026-10-01", "supplier_id": "S1",
             "quantity": 10, "unit_price": 5, "promised_date": "2026-12-01"},
            {"po_id": "P2", "line_no": 1, "order_date": "2026-10-01", "supplier_id": "S9",
             "quantity": 10, "unit_price": 5, "promised_date": "2026-12-01"},
        ],
        "goods_receipt": [
            {"receipt_id": "R1", "po_id": "P1", "line_no": 1, "received_on": "2026-10-05",
             "quantity": 4},
        ],
        "ledger_balance": [
            {"period_start": "2026-10-01", "kind": "payables", "cost_centre_id": centre,
             "amount": 100} for centre in ("A", "B")
        ] + [{"period_start": "2026-11-01", "kind": "payables", "cost_centre_id": "A",
              "amount": 1}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def loaded(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    Books(kept_store, tmp_path_factory.mktemp("files")).load(tables(), settings=SETTINGS)
    return kept_store


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    days = frame.select_dtypes("datetime").columns
    plain = frame.assign(**{name: frame[name].dt.date for name in days})
    return sorted(plain.itertuples(index=False, name=None))


def test_what_is_open_by_supplier_and_due_date(loaded: Store) -> None:
    """Paid, later and intercompany invoices are out, and so is the credit note."""
    with loaded.reader() as reader:
        frame = cash.open_by_due_date(reader, Selection(), POSITION)
    assert rows(frame[["supplier_id", "due_date", "open"]]) == [
        ("S1", date(2026, 10, 1), 100_00),
        ("S1", date(2026, 11, 19), 238_00),
        ("S2", date(1900, 1, 1), 50_00),
    ]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(category=("C1",)), 100_00),
        (Selection(cost_centre=("A",)), 238_00),
        (Selection(supplier=("S2",)), 50_00),
        (Selection(item=("I1",)), 0),
    ],
)
def test_what_is_open_is_narrowed(loaded: Store, selection: Selection, expected: int) -> None:
    with loaded.reader() as reader:
        assert cash.open_by_due_date(reader, selection, POSITION)["open"].sum() == expected


def test_whether_anything_was_ever_owed(loaded: Store) -> None:
    with loaded.reader() as reader:
        assert cash.has_invoices(reader, Selection(), POSITION)
        assert not cash.has_invoices(reader, Selection(), date(2026, 7, 1))
        assert not cash.has_invoices(reader, Selection(supplier=("S9",)), POSITION)


def test_the_own_group_is_counted_apart(loaded: Store) -> None:
    with loaded.reader() as reader:
        assert cash.intercompany_open(reader, Selection(), POSITION) == 70_00
        assert cash.intercompany_open(reader, Selection(supplier=("S1",)), POSITION) == 0


def test_orders_by_promised_date(loaded: Store) -> None:
    with loaded.reader() as reader:
        frame = cash.orders_by_promise(reader, Selection(), POSITION)
    columns = ["supplier_id", "promised_date", "accrued", "committed"]
    assert rows(frame[columns]) == [("S1", date(2026, 12, 1), 20_00, 30_00)]


def test_payments_by_lateness(loaded: Store) -> None:
    """One paid off four days late, one paid in part five days late."""
    with loaded.reader() as reader:
        frame = cash.payments_by_lateness(reader, YEAR)
    assert rows(frame) == [("S1", 4, 47_60, 1.0), ("S1", 5, 19_00, 0.0)]


def test_gross_and_net_count_credit_notes(loaded: Store) -> None:
    with loaded.reader() as reader:
        frame = cash.gross_and_net(reader, YEAR)
    assert rows(frame) == [("S1", 368_90, 310_00), ("S2", 50_00, 50_00)]


def test_the_ledger_is_summed_up_to_the_day(loaded: Store) -> None:
    with loaded.reader() as reader:
        frame = cash.ledger_balances(reader, POSITION)
    assert rows(frame) == [("payables", date(2026, 10, 1), 200_00)]


def test_whether_payments_are_loaded(store: Store, tmp_path: Path) -> None:
    parts = dict(tables())
    del parts["payment"]
    books = Books(store, tmp_path)
    books.load(parts, settings=SETTINGS)
    with store.reader() as reader:
        assert not cash.are_loaded(reader, "payment_flow")
    books.load({"payment": tables()["payment"]})
    with store.reader() as reader:
        assert cash.are_loaded(reader, "payment_flow")


@pytest.mark.parametrize(("overdue", "invoices"), [(False, ["I2", "I1", "I3"]), (True, ["I1"])])
def test_the_invoices_behind(loaded: Store, overdue: bool, invoices: list[str]) -> None:
    """The largest first; they sum to what the mart says."""
    with loaded.reader() as reader:
        statement = cash.open_invoices(reader, Selection(), POSITION, overdue)
        found = read_lines(reader, statement, 0, 50)
        first = read_lines(reader, statement, 0, 1)
    assert [row[0] for row in found.rows] == invoices
    assert (found.row_count, found.batches) == (len(invoices), (1,))
    assert found.columns[-1] == "load"
    assert first.rows == found.rows[:1]
    amounts = [row[found.columns.index("open_amount")] for row in found.rows]
    assert sum(amounts) == (100 if overdue else 388)
