"""Loads: real files in, and what the store then holds, on both engines."""

import threading
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from queries import engine, mart_tables, minutes
from queries.batches import batches, changes, rejects
from queries.check import check
from queries.errors import ConcordError
from queries.load import LoadOptions, LoadResult, load
from queries.selection import Pin
from queries.store import Store, open_store
from tests.contract_files import (
    DRY_RUN,
    NOW,
    PLAIN,
    REPLACE,
    STRICT,
    Books,
    Rows,
    counts,
    everything,
)

SUPPLIERS: list[dict[str, object]] = [
    {"supplier_id": "S1", "name": "Acme", "country": "DE", "preferred": True},
    {"supplier_id": "S2", "name": "Borealis", "country": "FR", "preferred": False},
]
LINE = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-05", "supplier_id": "S1"}


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- One load after another ----------------------------------------------------------------------


def test_the_same_files_again_change_nothing(books: Books) -> None:
    first = books.load({"supplier": SUPPLIERS})
    assert (first.batch, counts(first, "supplier")) == (1, (2, 2, 0, 0, 0, 0))
    again = books.load({"supplier": SUPPLIERS})
    assert (again.batch, counts(again, "supplier")) == (2, (2, 0, 2, 0, 0, 0))
    held = [("S1", "Acme", "DE", True), ("S2", "Borealis", "FR", False)]
    assert books.rows("supplier", "supplier_id", "name", "country", "preferred") == held
    with books.store.reader() as reader:
        assert changes(reader, 1, 2).empty


def test_changed_content_supersedes_and_the_old_load_reads_the_old(books: Books) -> None:
    books.load({"supplier": SUPPLIERS})
    changed = [{**SUPPLIERS[0], "name": "Acme AG"}, SUPPLIERS[1], {**SUPPLIERS[1], "name": "Cyan",
               "supplier_id": "S3"}]  # fmt: skip
    assert counts(books.load({"supplier": changed}), "supplier") == (3, 1, 1, 1, 0, 0)
    assert books.rows("supplier", "name") == [("Acme AG",), ("Borealis",), ("Cyan",)]
    assert books.rows("supplier", "name", pin=Pin(1)) == [("Acme",), ("Borealis",)]
    with books.store.reader() as reader:
        assert changes(reader, 1, 2).to_numpy().tolist() == [["supplier", 1, 1, 0]]


def test_an_absent_column_keeps_its_value_and_an_empty_cell_clears_it(books: Books) -> None:
    books.load({"supplier": SUPPLIERS})
    kept = [{"supplier_id": "S1", "name": "Acme AG"}]
    books.load({"supplier": kept})
    held = ("supplier", "name", "country", "preferred")
    assert books.rows(*held)[0] == ("Acme AG", "DE", True)
    books.load({"supplier": [{**kept[0], "country": None}]})
    assert books.rows(*held)[0] == ("Acme AG", None, True)
    assert books.rows(*held, pin=Pin(2))[0] == ("Acme AG", "DE", True)


def test_an_absent_currency_keeps_the_old_rate(books: Books) -> None:
    rate = {"date": "2026-01-01", "currency": "USD", "rate": "0.9"}
    line = {**LINE, "amount": 100}
    books.load({"exchange_rate": [rate], "invoice_line": [{**line, "currency": "USD"}]})
    books.load({"invoice_line": [{**line, "amount": 200}]})
    held = books.rows("invoice_line", "currency", "reporting_amount")
    assert held == [("USD", Decimal("180.00"))]


def test_replace_closes_what_is_missing_but_no_rejected_key(books: Books) -> None:
    lines = [{**LINE, "invoice_id": f"I{n}", "amount": n} for n in (1, 2, 3, 4)]
    books.load({"supplier": SUPPLIERS, "invoice_line": lines})
    dirty = [lines[0], {**lines[1], "amount": "much"}, {**lines[2], "currency": "XXX"}]
    result = books.load({"invoice_line": dirty}, REPLACE)
    assert counts(result, "invoice_line") == (3, 0, 1, 0, 2, 1)
    assert books.rows("invoice_line", "invoice_id") == [("I1",), ("I2",), ("I3",)]
    assert len(books.rows("invoice_line", pin=Pin(1))) == 4
    assert len(books.rows("supplier")) == 2, "a table that is not brought is left alone"
    assert sum(row[0] for row in books.rows("spend_flow", "amount")) == 1 + 2 + 3
    with books.store.reader() as reader:
        assert changes(reader, 1, 2).to_numpy().tolist() == [["invoice_line", 0, 0, 1]]


def test_replace_closes_rows_whose_rate_changes_too(books: Books) -> None:
    rate = {"date": "2026-01-01", "currency": "USD", "rate": "0.9"}
    lines = [{**LINE, "invoice_id": n, "amount": 100, "currency": "USD"} for n in ("I1", "I2")]
    books.load({"exchange_rate": [rate], "invoice_line": lines})
    result = books.load(
        {"exchange_rate": [{**rate, "rate": "0.8"}], "invoice_line": lines[:1]}, REPLACE
    )
    assert counts(result, "invoice_line") == (1, 0, 0, 1, 0, 1)
    assert books.rows("invoice_line", "invoice_id", "reporting_amount") == [("I1", Decimal(80))]


def test_strict_loads_nothing_and_names_the_first_bad_row(books: Books) -> None:
    books.load({"supplier": SUPPLIERS})
    bad: Rows = [SUPPLIERS[0], {"supplier_id": "S9", "name": None}]
    with pytest.raises(ConcordError, match=r"supplier\.csv, record 2, name .*is empty") as caught:
        books.load({"supplier": bad}, STRICT)
    assert "\n" not in str(caught.value)
    assert len(books.rows("supplier")) == 2
    with books.store.reader() as reader:
        assert (reader.batch, len(rejects(reader, 1))) == (1, 0)


def test_a_dry_run_counts_and_writes_nothing(books: Books) -> None:
    books.load({"supplier": SUPPLIERS})
    with books.store.reader() as reader:
        before = everything(reader)
    files = {path.name for path in books.store.home.rglob("*") if path.name != "log.jsonl"}
    new = [{"supplier_id": "S9", "name": "New"}, {"supplier_id": "S8", "name": ""}]
    result = books.load({"supplier": new}, DRY_RUN)
    assert (result.dry_run, counts(result, "supplier")) == (True, (2, 1, 0, 0, 1, 0))
    after = {path.name for path in books.store.home.rglob("*") if path.name != "log.jsonl"}
    with books.store.reader() as reader:
        assert (reader.batch, everything(reader)) == (1, before)
    assert after == files


def test_identical_repeats_are_unchanged_and_differing_ones_all_rejected(books: Books) -> None:
    twice = [SUPPLIERS[0], SUPPLIERS[0], SUPPLIERS[1], {**SUPPLIERS[1], "name": "Boreal"}]
    assert counts(books.load({"supplier": twice}), "supplier") == (4, 1, 1, 0, 2, 0)
    assert books.rows("supplier", "supplier_id") == [("S1",)]
    with books.store.reader() as reader:
        found = rejects(reader, 1)
    assert found["record"].tolist() == [3, 4]
    assert all("same key" in reason for reason in found["reason"])


def test_rejects_lie_in_files_beside_the_store(books: Books) -> None:
    stale = books.store.home / "rejects" / "1" / "payment.csv"
    stale.parent.mkdir(parents=True)
    stale.write_text("left by a load that was killed")
    books.load({"supplier": [{"supplier_id": "S1", "name": None}]})
    (path,) = (books.store.home / "rejects" / "1").iterdir()
    assert path.read_text().splitlines() == [
        "file,record,column,value,reason",
        'supplier.csv,1,name,,"is empty, and is required"',
    ]


def test_unknown_references_are_not_assigned_and_listed(books: Books) -> None:
    line = {**LINE, "amount": 10, "category_id": "no", "cost_centre_id": "no", "item_id": "no"}
    books.load({"invoice_line": [line]})
    keys = ("supplier_id", "category_id", "cost_centre_id", "item_id", "amount")
    assert books.rows("spend_flow", *keys) == [("", "", "", "", Decimal(10))]
    assert books.rows("invoice_line", "category_id") == [("no",)]
    with books.store.reader() as reader:
        found = check(reader)
    assert {f.severity for f in found} == {"warning"}
    assert [f.message.split(":")[0] for f in found] == [
        "supplier_id", "category_id", "cost_centre_id", "item_id",
    ]  # fmt: skip
    books.load({"supplier": SUPPLIERS, "category": [{"category_id": "no", "name": "Known"}]})
    assert books.rows("spend_flow", *keys) == [("S1", "no", "", "", Decimal(10))]


def test_huge_amounts_are_exact(books: Books) -> None:
    lines = [{**LINE, "invoice_id": n, "amount": a, "tax_amount": a}
             for n, a in (("I1", "1e15"), ("I2", "-999999999999999.99"))]  # fmt: skip
    books.load({"supplier": SUPPLIERS, "invoice_line": lines}, STRICT)
    assert books.rows("spend_flow", "amount") == [(Decimal("0.01"),)]
    books.load({"invoice_line": lines[:1]}, REPLACE)
    with books.store.reader() as reader:
        flow = mart_tables.spend_flow
        frame = reader.frame(select(flow.c.amount).where(flow.c.batch_from == 2))
    assert frame["amount"].tolist() == [10**17]


def test_what_no_sum_can_hold_is_one_line(books: Books) -> None:
    books.load({"supplier": SUPPLIERS})
    lines = [{**LINE, "line_no": n, "amount": "1e15"} for n in range(1, 12)]
    with pytest.raises(ConcordError, match="too large") as caught:
        books.load({"supplier": SUPPLIERS, "invoice_line": lines})
    assert "\n" not in str(caught.value)
    with books.store.reader() as reader:
        assert reader.batch == 1


@pytest.mark.parametrize("day", ["1900-01-01", "9999-12-31"])
def test_a_year_that_cannot_be_meant_loads_all_the_same(books: Books, day: str) -> None:
    line = {**LINE, "amount": 10}
    far = {**line, "line_no": 2, "invoice_date": day}
    books.load({"supplier": SUPPLIERS, "invoice_line": [line, far]}, STRICT)
    assert ("2026-01",) in books.rows("fiscal_calendar", "period")
    assert len(books.rows("fiscal_calendar", "period")) < 2500


# --- Settings ------------------------------------------------------------------------------------


def test_the_data_end_with_the_setting_else_with_the_day_of_the_load(books: Books) -> None:
    assert books.load({"supplier": SUPPLIERS}).data_through == NOW.date()
    given = books.load({"supplier": SUPPLIERS}, settings={"data_through": "2026-03-31"})
    assert given.data_through == date(2026, 3, 31)
    later = books.load({"supplier": SUPPLIERS}, now=datetime(2027, 1, 1))
    assert later.data_through == date(2026, 3, 31), "the setting holds until another is made"
    with books.store.reader() as reader:
        ends = batches(reader)["data_through"].dt.date.tolist()
    assert ends == [date(2026, 3, 31), date(2026, 3, 31), NOW.date()]


def test_each_load_keeps_the_settings_it_was_made_under(books: Books) -> None:
    books.load({"supplier": SUPPLIERS}, settings={"fiscal_year_start": 4})
    books.load({"supplier": SUPPLIERS})
    with books.store.minutes.begin() as book:
        minutes.record_settings(book, {"fiscal_year_start": "7"}, 2, NOW, "test")
    books.load({"supplier": SUPPLIERS})
    books.load({"supplier": SUPPLIERS}, settings={"fiscal_year_start": 10})
    months = []
    for pin in (Pin(1), Pin(2, 0), Pin(2), Pin(3), Pin(4)):
        with books.store.reader(pin) as reader:
            months.append(reader.settings.fiscal_year_start)
    assert months == [4, 4, 4, 7, 10], "the marts are brought to it by the load that follows"


def test_the_currency_cannot_change_once_something_is_loaded(books: Books) -> None:
    books.load({"supplier": SUPPLIERS}, settings={"currency": "GBP"})
    with pytest.raises(ConcordError, match="reports in GBP"):
        books.load({"supplier": SUPPLIERS}, settings={"currency": "USD"})
    with books.store.reader() as reader:
        assert (reader.batch, reader.settings.currency) == (1, "GBP")


# --- Readers and other loads ---------------------------------------------------------------------


def test_a_second_load_waits_and_then_says_so_in_one_line(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_WAIT_SECONDS", 0.2)
    with books.store.writer() as writer:
        writer.discard()
        with pytest.raises(ConcordError, match="another load is running"):
            books.load({"supplier": SUPPLIERS})
    assert books.load({"supplier": SUPPLIERS}).batch == 1


def test_a_second_load_follows_the_first(books: Books) -> None:
    results: list[LoadResult] = []
    source = books.write({"supplier": SUPPLIERS})

    def second() -> None:
        results.append(load(books.store, source, now=NOW, user="second"))

    thread = threading.Thread(target=second)
    with books.store.writer() as writer:
        writer.discard()
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(20)
    assert [result.batch for result in results] == [1]


def test_a_reader_sees_one_load_while_another_lands(books: Books) -> None:
    books.load({"supplier": SUPPLIERS})
    with books.store.reader() as reader:
        before = everything(reader)
        books.load({"supplier": [{**SUPPLIERS[0], "name": "New"}]}, REPLACE)
        assert (reader.batch, everything(reader)) == (1, before)
        with books.store.reader() as later:
            assert (later.batch, len(everything(later)["supplier"])) == (2, 1)
        assert everything(reader) == before


def test_old_generations_go_once_nobody_holds_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    books, other = Books(open_store("", home), tmp_path), open_store("", home)

    def kept() -> list[str]:
        return sorted(path.name for path in home.glob("facts.*.duckdb*"))

    first = int(books.load({"supplier": SUPPLIERS}).batch) + 1  # creating the store was one
    with other.reader() as reader:
        held = everything(reader)
        for n in range(3):
            books.load({"supplier": [{"supplier_id": "S1", "name": f"Name {n}"}]})
        assert kept() == [f"facts.{first}.duckdb", f"facts.{first + 3}.duckdb"]
        assert everything(reader) == held
    assert kept() == [f"facts.{first + 3}.duckdb"]
    assert len(list(home.glob("facts.*.lock"))) <= 1
    books.store.close()
    other.close()


def period(name: str, first: str, last: str) -> dict[str, object]:
    return {"period": name, "start_date": first, "end_date": last, "fiscal_year": 2026}


def test_a_fiscal_period_may_not_overlap_a_held_one(books: Books) -> None:
    """Days that two periods have would be counted twice."""

    def rejected(*periods: dict[str, object], options: LoadOptions = PLAIN) -> int:
        return counts(books.load({"fiscal_period": periods}, options), "fiscal_period")[4]

    assert rejected(period("P2", "2026-02-01", "2026-02-28")) == 0
    again = period("P02", "2026-02-15", "2026-03-14")
    assert rejected(again) == 1
    assert rejected(again, period("P2", "2026-02-01", "2026-02-14")) == 0
    assert rejected(period("P", "2026-02-01", "2026-03-31"), options=REPLACE) == 0
