"""`spend check`, control totals, and what moved between two loads."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from queries import mart_tables, rollup_tables, schema
from queries.batches import batch_tables, batches, changes, rejects
from queries.check import Finding, check
from queries.control import ledger_control
from queries.errors import ConcordError
from queries.store import Store
from tests.contract_files import REPLACE, Books

LINE = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-05", "supplier_id": "S1"}
SUPPLIER = {"supplier_id": "S1", "name": "One", "parent_supplier_id": None}


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


def findings(books: Books) -> list[Finding]:
    with books.store.reader() as reader:
        return list(check(reader))


def change(books: Books, *statements: Any) -> None:
    """Do to the facts what no load does."""
    with books.store.facts.writing() as (connection, _):
        for statement in statements:
            connection.execute(statement)


def test_an_empty_store_is_sound(books: Books) -> None:
    assert findings(books) == []


def test_a_sound_store_has_no_findings(books: Books) -> None:
    books.load({"supplier": [SUPPLIER], "invoice_line": [{**LINE, "amount": 5}]})
    assert findings(books) == []


def test_a_mart_that_lost_or_changed_a_row_is_an_error(books: Books) -> None:
    lines = [{**LINE, "amount": 5}, {**LINE, "line_no": 2, "invoice_date": "2026-02-05",
                                     "amount": 7}]  # fmt: skip
    books.load({"supplier": [SUPPLIER], "invoice_line": lines})
    flow = mart_tables.spend_flow
    change(books, delete(flow).where(flow.c.amount == 5))
    lost, *rolled = findings(books)
    assert {finding.table for finding in rolled} < set(rollup_tables.tables), "they are made of it"
    assert (lost.severity, lost.table, lost.count) == ("error", "spend_flow", 1)
    change(books, update(flow).values(amount=Decimal("7.01")))
    changed = findings(books)[0]
    assert (changed.severity, changed.count) == ("error", 3)
    books.load({"supplier": [SUPPLIER]})
    assert findings(books) == [], "the next load mends it"


def test_a_key_that_holds_two_rows_is_an_error(books: Books) -> None:
    books.load({"supplier": [SUPPLIER], "invoice_line": [{**LINE, "amount": 5}]})
    columns = {c.name: c for c in schema.supplier.columns}
    again = select(*[columns[name] if name != "batch_from" else columns[name] + 0
                     for name in columns])  # fmt: skip
    if books.store.facts.__class__.__name__ == "ServerFacts":
        with pytest.raises(Exception, match="unique"):
            change(books, insert(schema.supplier).from_select(list(columns), again))
        return
    change(books, insert(schema.supplier).from_select(list(columns), again))
    errors = [found for found in findings(books) if found.severity == "error"]
    assert ("supplier", 1) in [(found.table, found.count) for found in errors]


def test_values_that_point_at_nothing_are_listed(books: Books) -> None:
    lines = [{**LINE, "line_no": n, "amount": 5, "category_id": c, "payment_term_code": "N30"}
             for n, c in enumerate(("gone", "lost", None), 1)]  # fmt: skip
    supplier = {**SUPPLIER, "parent_supplier_id": "P"}
    books.load({"supplier": [supplier], "invoice_line": lines})
    found = {(f.severity, f.table, f.message.split(":")[0]): (f.count, f.message)
             for f in findings(books)}  # fmt: skip
    assert {key: count for key, (count, _) in found.items()} == {
        ("warning", "supplier", "parent_supplier_id"): 1,
        ("warning", "invoice_line", "category_id"): 2,
        ("warning", "invoice_line", "payment_term_code"): 3,
    }
    assert "'gone'" in found["warning", "invoice_line", "category_id"][1]


def test_the_ledgers_own_totals_stand_beside_the_lines(books: Books) -> None:
    ledger = [
        {"period_start": day, "kind": kind, "cost_centre_id": centre, "amount": amount}
        for day, kind, centre, amount in (
            ("2026-01-01", "spend", "C1", "3.50"), ("2026-01-15", "spend", "C2", "1.50"),
            ("2026-02-01", "spend", None, 7), ("2026-02-01", "payables", None, 99),
            ("2026-03-01", "spend", None, 1),
        )
    ]  # fmt: skip
    lines = [{**LINE, "amount": 5}, {**LINE, "line_no": 2, "posted_on": "2026-02-05",
                                     "amount": "6.25"}]  # fmt: skip
    books.load({
        "supplier": [{**SUPPLIER, "intercompany": True}], "invoice_line": lines,
        "ledger_balance": ledger,
        "cost_centre": [{"cost_centre_id": c, "name": c} for c in ("C1", "C2")],
    })  # fmt: skip
    with books.store.reader() as reader:
        control = ledger_control(reader)
    assert control.to_numpy().tolist() == [
        ["2026-03", 100, 0], ["2026-02", 700, 625], ["2026-01", 500, 500],
    ]  # fmt: skip
    assert [found.message for found in findings(books)] == [
        "2026-03: invoice lines are -1.00 away from the ledger's spend",
        "2026-02: invoice lines are -0.75 away from the ledger's spend",
    ]


def test_dates_beyond_the_calendar_are_told(books: Books) -> None:
    far = {**LINE, "invoice_date": "9999-12-31", "amount": 5}
    books.load({"supplier": [SUPPLIER], "invoice_line": [far]})
    assert [(f.severity, f.table, f.count) for f in findings(books)] == [
        ("warning", "spend_flow", 1)
    ]


# --- The books about loads -----------------------------------------------------------------------


def test_every_load_is_in_the_books(books: Books) -> None:
    books.load({"supplier": [SUPPLIER], "invoice_line": [{**LINE, "amount": "x"}]})
    books.load({"supplier": [SUPPLIER]})
    with books.store.reader() as reader:
        found = batches(reader)
        assert found["batch"].tolist() == [2, 1]
        assert found["source"].tolist() == ["files_2", "files_1"]
        assert found["loaded_by"].tolist() == ["test", "test"]
        names = ["read", "loaded", "unchanged", "superseded", "rejected"]
        assert found[names].to_numpy().tolist() == [[1, 0, 1, 0, 0], [2, 1, 0, 0, 1]]
        tables = batch_tables(reader, 1)
        assert tables[["table_name", "read", "rejected"]].to_numpy().tolist() == [
            ["invoice_line", 1, 1], ["supplier", 1, 0],
        ]  # fmt: skip
        (bad,) = rejects(reader, 1).to_dict("records")
        assert (bad["record"], bad["column_name"], bad["value"]) == (1, "amount", "x")
        assert rejects(reader, 2).empty
        files = reader.rows(select(schema.batch_file).order_by("batch", "file"))
        assert [(row.batch, row.file) for row in files] == [
            (1, "invoice_line.csv"), (1, "supplier.csv"), (2, "supplier.csv"),
        ]  # fmt: skip
        assert all(len(row.sha256) == 64 and row.bytes > 0 for row in files)


def test_changes_name_what_came_changed_and_went(books: Books) -> None:
    def suppliers(*names: str) -> None:
        rows = [{"supplier_id": f"S{n}", "name": name} for n, name in enumerate(names) if name]
        books.load({"supplier": rows}, REPLACE)

    suppliers("a", "b")
    suppliers("a", "B", "c")
    suppliers("", "b", "c")
    with books.store.reader() as reader:
        assert changes(reader, 1, 2).to_numpy().tolist() == [["supplier", 1, 1, 0]]
        assert changes(reader, 2, 3).to_numpy().tolist() == [["supplier", 0, 1, 1]]
        one_to_three = changes(reader, 1, 3).to_numpy().tolist()
        assert changes(reader, 2, 2).empty
        for first, last in ((0, 1), (1, 4), (2, 1)):
            with pytest.raises(ConcordError):
                changes(reader, first, last)
    assert one_to_three == [["supplier", 1, 0, 1]], "S1 is back to what it was"
