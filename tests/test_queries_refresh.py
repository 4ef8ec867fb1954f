"""Marts that follow what a load touched: held against their definitions, load after load."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from queries import deltas, marts, schema, touched
from queries.engine import EmbeddedFacts
from queries.load import LoadOptions
from queries.mart_kinds import KINDS, WHOLE
from queries.refresh import definition_of
from queries.selection import Pin
from queries.store import Reader, Store
from tests.conftest import ALL, Counts
from tests.contract_files import (
    DRY_RUN,
    PLAIN,
    REPLACE,
    Books,
    Rows,
    everything,
    ordered,
    table_rows,
    trying,
)

Row = dict[str, Any]
Fields = Mapping[str, Sequence[object]]
DAY = date(2025, 2, 10)
DAYS = [DAY + timedelta(days=n) for n in (0, 5, 40)]
SOMETIMES = [None, None, *DAYS]


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The marts that followed what a load touched; however much of it that was."""
    names: list[str] = []
    follow = deltas.follow

    def watched(writer: Any, mart: Any, definition: Any) -> bool:
        names.append(mart.name)
        return follow(writer, mart, definition)

    monkeypatch.setattr(deltas, "follow", watched)
    monkeypatch.setattr(touched, "FEW", 0)
    return names


def differing(reader: Reader) -> dict[str, tuple[list[Any], list[Any]]]:
    """What each mart that is not its definition holds, and what it should."""
    found = {}
    for name in marts.DEFINITIONS:
        table = schema.marts[name]
        names = (*schema.keys(table), *schema.contents(table))
        held = table_rows(reader, table, *names)
        rows = definition_of(name, reader.settings).subquery()
        defined = ordered(map(tuple, reader.rows(select(*(rows.c[n] for n in names)))))
        if held != defined:
            found[name] = (held, defined)
    return found


def check_books(books: Books) -> dict[str, list[tuple[Any, ...]]]:
    """Hold every mart against its definition; all that the books hold."""
    with books.store.reader() as reader:
        assert differing(reader) == {}
        return everything(reader)


# --- Load after load -----------------------------------------------------------------------------

PLACES: Fields = {
    "supplier_id": ["S1", "S2", "unknown"],
    "category_id": [None, "K1", "K2"],
    "cost_centre_id": [None, "C1", "C2"],
    "item_id": [None, "A", "B"],
    "contract_id": [None, "V1"],
    "currency": ["EUR", "EUR", "USD", None],
}
ORDER: Fields = {
    **PLACES,
    "order_date": DAYS,
    "quantity": [10, 10, 1, 2.5],
    "unit_price": [3, "0.333", 100],
    "matching": [None, "quantity", "value"],
    "requested_on": SOMETIMES,
    "approved_on": SOMETIMES,
    "promised_date": SOMETIMES,
    "status": [None, None, "open", "requested", "closed", "final_invoiced", "cancelled"],
    "status_date": SOMETIMES,
}
INVOICE: Fields = {
    **PLACES,
    "invoice_date": DAYS,
    "posted_on": SOMETIMES,
    "due_date": [None, None, DAYS[2]],
    "payment_term_code": [None, "T1", "T2"],
    "invoice_number": [None, "X-1", "X1", "Y7"],
    "amount": [30, "33.33", -30, 120],
    "tax_amount": [None, "6.33"],
    "quantity": [None, 10, 4],
    "po_id": [None, "P1", "P1", "P2", "P3", "P1-1"],
    "po_line_no": [1, 1, 2],
}
DOCUMENTS: Mapping[str, tuple[Sequence[Row], Fields]] = {
    "purchase_order_line": (
        [{"po_id": po, "line_no": n} for po in ("P1", "P2", "P3") for n in (1, 2)]
        + [{"po_id": "P1-1", "line_no": 1}, {"po_id": "I1", "line_no": 1}],
        ORDER,
    ),
    "goods_receipt": (
        [{"receipt_id": f"R{n}"} for n in range(5)],
        {"po_id": ["P1", "P2", "P9"], "line_no": [1, 2], "received_on": DAYS,
         "quantity": [10, 4, 6, -4]},
    ),
    "invoice_line": (
        [{"invoice_id": i, "line_no": n} for i in ("I1", "I2", "I3", "P2") for n in (1, 2)],
        INVOICE,
    ),
    "payment": (
        [{"payment_id": f"M{n}"} for n in range(3)],
        {"invoice_id": ["I1", "I2", "I9"], "paid_on": DAYS, "amount": [30, "36.33", 200, -5],
         "discount_taken": [None, None, "0.5"], "currency": ["EUR", "USD"]},
    ),
    "approval_step": (
        [{"document_id": d, "step": n}
         for d in ("P1", "P1-1", "P2/02", "I1", "P2", "nothing") for n in (1, 2)],
        {"document_type": ["invoice", "order", "request"], "submitted_at": DAYS,
         "decided_at": SOMETIMES, "role": [None, "chief"], "approver": ["Ann", "Bob"],
         "outcome": [None, "approved", "rejected", "sent back"]},
    ),
}  # fmt: skip
MASTERS: Mapping[str, tuple[Sequence[Row], Fields]] = {
    "exchange_rate": ([{"date": "2025-01-01", "currency": "USD"}], {"rate": ["0.9", "0.8"]}),
    "supplier": (
        [{"supplier_id": "S1", "name": "One"}, {"supplier_id": "S2", "name": "Two"}],
        {"payment_term_code": [None, "T1"], "parent_supplier_id": [None, "S1"],
         "intercompany": [None, False, True]},
    ),
    "category": ([{"category_id": "K1", "name": "K1"}], {"parent_category_id": [None, "K2"]}),
    "item": (
        [{"item_id": "A", "name": "A"}],
        {"category_id": [None, "K1", "K2"], "unit": [None, "pcs"], "unit_cost": [None, 2]},
    ),
    "cost_centre": ([{"cost_centre_id": c, "name": c} for c in ("C1", "C2")], {}),
    "payment_term": (
        [{"payment_term_code": "T1"}, {"payment_term_code": "T2"}],
        {"net_days": [30, 60], "discount_rate": [None, "0.02"], "discount_days": [None, 10]},
    ),
    "contract": (
        [{"contract_id": "V1"}],
        {"supplier_id": ["S1", "S2"], "start_date": DAYS[:2], "category_id": [None, "K1"],
         "payment_term_code": [None, "T2"]},
    ),
    "contract_price": (
        [{"contract_id": "V1", "item_id": "A", "valid_from": "2025-01-01"}],
        {"unit_price": [2, 3]},
    ),
}  # fmt: skip


def rows_of(keys: Sequence[Row], fields: Fields) -> st.SearchStrategy[list[Row]]:
    """Rows of some keys, with something in each of the other columns."""
    row = st.fixed_dictionaries({name: st.sampled_from(given) for name, given in fields.items()})
    some = st.fixed_dictionaries({}, optional=dict.fromkeys(range(len(keys)), row))
    return some.map(lambda chosen: [{**keys[n], **given} for n, given in chosen.items()])


def tables_of(
    given: Mapping[str, tuple[Sequence[Row], Fields]],
) -> st.SearchStrategy[dict[str, Rows]]:
    parts = {name: rows_of(*rows) for name, rows in given.items()}
    return st.fixed_dictionaries({}, optional=parts)


# Most loads bring documents; master data move sometimes, and mend nothing that went wrong.
DOCUMENT_LOADS = st.tuples(tables_of(DOCUMENTS), st.sampled_from([PLAIN, PLAIN, PLAIN, REPLACE]))
MASTER_LOADS = st.tuples(tables_of({**DOCUMENTS, **MASTERS}), st.just(PLAIN))
FIRST = st.fixed_dictionaries(
    {name: rows_of(*rows) for name, rows in {**MASTERS, **DOCUMENTS}.items()}
)
SEQUENCES = st.tuples(
    FIRST,
    st.lists(st.one_of(DOCUMENT_LOADS, DOCUMENT_LOADS, MASTER_LOADS), min_size=2, max_size=4),
)
Load = tuple[dict[str, Rows], LoadOptions]


def test_marts_follow_any_sequence_of_loads(
    books: Books, counts: Counts, followed: list[str]
) -> None:
    tried = counts.load_sequences if ALL else counts.load_sequences // 4
    embedded = isinstance(books.store.facts, EmbeddedFacts)

    @trying(tried if embedded else tried // 2)
    @given(SEQUENCES)
    def check_sequence(sequence: tuple[dict[str, Rows], list[Load]]) -> None:
        first, others = sequence
        books.empty()
        read: list[dict[str, list[tuple[Any, ...]]]] = []
        for tables, options in [(first, PLAIN), *others]:
            if brought := {name: rows for name, rows in tables.items() if rows}:
                books.load(brought, options)
                read.append(check_books(books))
        for number, then in enumerate(read, 1):
            with books.store.reader(Pin(number)) as reader:
                assert everything(reader) == then

    check_sequence()
    # What a few sequences happen to touch differs from run to run.
    assert {"spend_flow", "order_flow"} <= set(followed)


# --- By hand -------------------------------------------------------------------------------------

FIRST_LOAD: dict[str, Rows] = {
    "supplier": [{"supplier_id": s, "name": s, "payment_term_code": "T1"} for s in ("S1", "S2")],
    "cost_centre": [{"cost_centre_id": c, "name": c} for c in ("C1", "C2", "C3")],
    "payment_term": [{"payment_term_code": "T1", "net_days": 30, "discount_rate": "0.02",
                      "discount_days": 10}],
    "purchase_order_line": [
        {"po_id": po, "line_no": n, "order_date": DAY, "supplier_id": "S1", "quantity": 10,
         "unit_price": 3, "cost_centre_id": f"C{n}", "requested_on": DAY, "approved_on": DAY,
         "status": None}
        for po in ("P1", "P2", "P3") for n in (1, 2)
    ],
    "goods_receipt": [{"receipt_id": "R1", "po_id": "P1", "line_no": 1, "received_on": DAYS[1],
                       "quantity": 4}],
    "invoice_line": [
        {"invoice_id": invoice, "line_no": n, "po_id": po, "po_line_no": line, "amount": amount,
         "invoice_date": DAYS[1], "supplier_id": "S1", "quantity": 3}
        for invoice, n, po, line, amount in (("I1", 1, "P1", 1, 10), ("I1", 2, "P2", 2, "20.01"),
                                             ("I2", 1, "P2", 2, 30), ("I3", 1, "P3", 1, 7))
    ],
    "payment": [{"payment_id": "M1", "invoice_id": "I1", "paid_on": DAYS[1], "amount": 11}],
    "approval_step": [
        {"document_id": d, "step": 1, "document_type": "request", "submitted_at": DAY,
         "decided_at": DAY, "outcome": "approved", "role": None}
        for d in ("P1", "P2-1", "I3")
    ],
}  # fmt: skip
ORDER_LINE, INVOICE_LINE = FIRST_LOAD["purchase_order_line"][0], FIRST_LOAD["invoice_line"][0]
CASES: dict[str, Sequence[dict[str, Rows]]] = {
    "an order of an invoice of two orders moves to another cost centre": [
        {"purchase_order_line": [{**ORDER_LINE, "cost_centre_id": "C3"}]}
    ],
    "a payment for an invoice of two orders": [
        {"payment": [{"payment_id": "M2", "invoice_id": "I1", "paid_on": DAYS[2], "amount": 19}]}
    ],
    "an invoice's line moves from one order to another": [
        {"invoice_line": [{**INVOICE_LINE, "po_id": "P3"}]},
        {"invoice_line": [{**INVOICE_LINE, "po_id": None}]},
    ],
    "a payment moves from one invoice to another": [
        {"payment": [{**FIRST_LOAD["payment"][0], "invoice_id": "I3"}]}
    ],
    "a receipt comes before its order, and moves to another": [
        {"goods_receipt": [{"receipt_id": "R2", "po_id": "P9", "line_no": 1,
                            "received_on": DAY, "quantity": 10}]},
        {"purchase_order_line": [{**ORDER_LINE, "po_id": "P9"}]},
        {"goods_receipt": [{"receipt_id": "R2", "po_id": "P1", "line_no": 1,
                            "received_on": DAY, "quantity": 10}]},
    ],
    "an invoice and its payment come before its order": [
        {"invoice_line": [{**INVOICE_LINE, "invoice_id": "I9", "po_id": "P9"}],
         "payment": [{"payment_id": "M9", "invoice_id": "I9", "paid_on": DAY, "amount": 10}]},
        {"purchase_order_line": [{**ORDER_LINE, "po_id": "P9", "cost_centre_id": "C2"}]},
    ],
    "an invoice that was decided on is corrected": [
        {"invoice_line": [{**FIRST_LOAD["invoice_line"][3], "amount": 8}]},
        {"approval_step": [{**FIRST_LOAD["approval_step"][2], "outcome": "rejected"}]},
        {"purchase_order_line": [{**ORDER_LINE, "po_id": "P3", "cost_centre_id": "C3"}]},
    ],
    "what was decided on is found to be an order, and then an invoice": [
        {"purchase_order_line": [{**ORDER_LINE, "po_id": "P2-1"}]},
        {"invoice_line": [{**INVOICE_LINE, "invoice_id": "P2-1", "po_id": "P3"}]},
        {"approval_step": [{**FIRST_LOAD["approval_step"][1], "document_type": "invoice"}]},
        {"purchase_order_line": [{**ORDER_LINE, "po_id": "P2", "quantity": 9}]},
    ],
    "a credit note, and what it leaves of nothing": [
        {"invoice_line": [{**INVOICE_LINE, "invoice_id": "I4", "amount": -10}]},
        {"invoice_line": [{**INVOICE_LINE, "invoice_id": "I4", "amount": -30}]},
    ],
    "everything on another day, and back": [
        {"purchase_order_line": [{**ORDER_LINE, "order_date": DAYS[1], "promised_date": DAYS[2]}],
         "invoice_line": [{**INVOICE_LINE, "invoice_date": DAYS[2]}]},
        {"purchase_order_line": [{**ORDER_LINE, "promised_date": DAYS[1]}],
         "invoice_line": [INVOICE_LINE]},
    ],
    "another supplier, and another status": [
        {"purchase_order_line": [{**ORDER_LINE, "supplier_id": "S2", "status": "cancelled"}],
         "invoice_line": [{**INVOICE_LINE, "supplier_id": "S2"}]},
    ],
    "the same files again": [{"payment": FIRST_LOAD["payment"]}, FIRST_LOAD],
    "documents and master data at once": [
        {"supplier": [{"supplier_id": "S1", "name": "S1", "payment_term_code": None}],
         "invoice_line": [{**INVOICE_LINE, "amount": 11}]},
        {"invoice_line": [{**INVOICE_LINE, "amount": 12}]},
    ],
}  # fmt: skip


def test_marts_follow_what_is_hard_to_follow(books: Books, followed: list[str]) -> None:
    books.load(FIRST_LOAD)
    then = [check_books(books)]
    for case, loads in CASES.items():
        for tables in loads:
            books.load(tables)
            with books.store.reader() as reader:
                assert differing(reader) == {}, case
                then.append(everything(reader))
    for number, read in enumerate(then, 1):
        with books.store.reader(Pin(number)) as reader:
            assert everything(reader) == read
    able = {name for name, kind in KINDS.items() if kind != WHOLE}
    assert able - set(followed) <= {"contract_price_flow"}, "no case has a contract's price"


def test_what_the_files_no_longer_have_leaves_the_marts(books: Books, followed: list[str]) -> None:
    books.load(FIRST_LOAD)
    lines = {n: FIRST_LOAD[n][1:] for n in ("purchase_order_line", "invoice_line")}
    for left in (lines, {"payment": [{**FIRST_LOAD["payment"][0], "payment_id": "M2"}]}):
        books.load({"goods_receipt": FIRST_LOAD["goods_receipt"], **left}, REPLACE)
        check_books(books)
    assert "payment_flow" in followed


def test_a_dry_run_leaves_nothing_to_follow(books: Books, followed: list[str]) -> None:
    books.load(FIRST_LOAD)
    before = check_books(books)
    books.load({"invoice_line": [{**INVOICE_LINE, "amount": 99}]}, DRY_RUN)
    assert check_books(books) == before
    books.load({"invoice_line": [{**INVOICE_LINE, "amount": 98}]})
    check_books(books)
    assert "spend_flow" in followed


def test_what_one_load_shares_is_gone_before_the_next(books: Books) -> None:
    """A server's sessions outlive a load, and temporary tables with them."""
    books.load(FIRST_LOAD)
    price = {"contract_id": "K1", "item_id": "A", "valid_from": DAY, "unit_price": 3}
    for unit_price in (3, 4, 5):
        books.load({"contract_price": [{**price, "unit_price": unit_price}]})
        check_books(books)


def test_marts_are_made_again_where_much_was_touched(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.load(FIRST_LOAD)
    monkeypatch.setattr(deltas, "follow", None)  # nobody may ask it
    books.load({"invoice_line": [{**row, "amount": 5} for row in FIRST_LOAD["invoice_line"]]})
    check_books(books)


def test_every_mart_says_how_it_follows() -> None:
    assert set(KINDS) == set(marts.DEFINITIONS)
