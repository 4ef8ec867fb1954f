"""The store: one moment for every reader, and loads that land whole or not at all."""

import random
import time
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select, update

from queries import mart_tables, schema
from queries.check import check
from queries.errors import ConcordError
from queries.migration import initialise, is_initialised
from queries.selection import Pin
from queries.store import Store, open_store
from tests.conftest import Counts
from tests.contract_files import NOW, Books, Tables, environment, load_command
from tests.kills import run_and_kill, watching

DAY = timedelta(days=1)


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- Opening and reading -------------------------------------------------------------------------


def test_an_unknown_kind_of_store_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConcordError, match="CONCORD_STORE"):
        open_store("mysql://somewhere/else", tmp_path)


def test_a_store_that_was_never_created_says_so(tmp_path: Path) -> None:
    store = open_store("", tmp_path / "nowhere")
    assert not is_initialised(store)
    assert not (tmp_path / "nowhere").exists(), "asking leaves nothing behind"
    store.close()


def test_creating_a_store_twice_changes_nothing(books: Books) -> None:
    books.load({"supplier": [{"supplier_id": "S1", "name": "One"}]})
    initialise(books.store, {}, NOW, "test")
    assert books.rows("supplier", "name") == [("One",)]


def test_a_store_that_a_later_concord_wrote_is_refused(books: Books) -> None:
    with books.store.facts.writing() as (connection, _):
        connection.execute(update(schema.store_version).values(version=99))
    with pytest.raises(ConcordError, match="version 99") as caught, books.store.reader():
        pass
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("pin", [Pin(2), Pin(0), Pin(1, 1)])
def test_a_moment_that_never_was_is_one_line(books: Books, pin: Pin) -> None:
    books.load({"supplier": [{"supplier_id": "S1", "name": "One"}]})
    with pytest.raises(ConcordError, match=f"as_of {pin}"), books.store.reader(pin):
        pass


def test_money_crosses_as_whole_cents_and_days_as_days(books: Books) -> None:
    line = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-05", "supplier_id": "S1"}
    lines = [{**line, "amount": "0.10", "quantity": "0.5"}, {**line, "line_no": 2, "amount": "-7"}]
    books.load({"invoice_line": [{**row, "tax_amount": None} for row in lines]})
    table = schema.invoice_line
    names = ("line_no", "amount", "quantity", "tax_amount", "invoice_date", "posted_on")
    statement = select(*(table.c[name] for name in names)).order_by(table.c.line_no)
    with books.store.reader() as reader:
        frame = reader.frame(statement)
        empty = reader.frame(statement.where(table.c.line_no > 2))
    assert frame["amount"].tolist() == [10, -700]
    assert frame["quantity"].tolist()[0] == 0.5
    assert pd.isna(frame["quantity"].tolist()[1])
    assert frame["tax_amount"].isna().all()
    assert frame["invoice_date"].tolist() == [pd.Timestamp(2026, 1, 5)] * 2
    assert frame["posted_on"].isna().all()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert (kinds["amount"], kinds["tax_amount"], kinds["quantity"]) == (
        "int64", "Int64", "float64",
    )  # fmt: skip
    assert kinds["invoice_date"].startswith("datetime64")
    assert (list(empty.columns), len(empty)) == (list(names), 0)


def test_the_sql_of_a_select_runs_as_it_is_shown(books: Books) -> None:
    books.load({"supplier": [{"supplier_id": "S1", "name": "O'Neill & 100 % of it"}]})
    table = schema.supplier
    statement = select(table.c.supplier_id).where(table.c.name == "O'Neill & 100 % of it")
    with books.store.reader() as reader:
        cursor = reader.connection.connection.cursor()
        cursor.execute(reader.sql(statement))
        assert [tuple(row) for row in cursor.fetchall()] == [("S1",)]


def test_a_reader_can_write_nothing(books: Books) -> None:
    books.load({"supplier": [{"supplier_id": "S1", "name": "One"}]})
    with books.store.reader() as reader, pytest.raises(Exception, match=r"(?i)read.only"):
        reader.connection.execute(update(schema.supplier).values(name="Two"))
    assert books.rows("supplier", "name") == [("One",)]


# --- kill -9 -------------------------------------------------------------------------------------

LINES = 20_000


def ledger(amount: str) -> Tables:
    """Invoice lines enough that a load takes a while, all of one amount."""
    days = [date(2026, 1, 1) + n * DAY for n in range(300)]
    return {
        "supplier": [{"supplier_id": f"S{n}", "name": f"Supplier {n}"} for n in range(40)],
        "invoice_line": [
            {
                "invoice_id": f"I{n}",
                "line_no": 1,
                "invoice_date": days[n % 300],
                "supplier_id": f"S{n % 40}",
                "amount": amount,
            }
            for n in range(LINES)
        ],
    }


def look(store: Store) -> tuple[int, Decimal, Decimal]:
    """The load that a reader sees, with its spend by the lines and by the mart."""
    line, flow = schema.invoice_line, mart_tables.spend_flow
    with store.reader() as reader:
        by_lines, by_mart = (
            reader.rows(select(func.sum(column)).where(table.c.batch_to == schema.OPEN))[0][0]
            for table, column in ((line, line.c.reporting_amount), (flow, flow.c.amount))
        )
        return reader.batch, by_lines, by_mart


def test_a_killed_load_leaves_the_store_as_it_was(books: Books, counts: Counts) -> None:
    sources = [books.write(ledger(amount)) for amount in ("1.25", "2.50")]
    totals = [LINES * Decimal("1.25"), LINES * Decimal("2.50")]
    place = environment(_url(books.store), books.store.home)
    began = time.monotonic()
    assert run_and_kill(load_command(sources[0]), place, None)
    seconds = time.monotonic() - began
    moments = random.Random(7)
    held, allowed = 0, {1: totals[0]}
    with (
        closing(open_store(_url(books.store), books.store.home)) as other,
        watching(lambda: look(other)) as watch,
    ):
        for _ in range(counts.kills):
            before = look(books.store)[0]
            target = 1 - held
            allowed[before + 1] = totals[target]
            run_and_kill(load_command(sources[target]), place, moments.uniform(0.3, 1) * seconds)
            after = look(books.store)[0]
            assert after in (before, before + 1)
            held = target if after > before else held
        last = look(books.store)[0]
        allowed[last + 1] = totals[1 - held]
        assert run_and_kill(load_command(sources[1 - held]), place, None)
    assert watch.errors == []
    assert len(watch.seen) > counts.kills
    assert all((lines, mart) == (allowed[n],) * 2 for n, lines, mart in watch.seen)
    assert look(books.store) == (last + 1, *(allowed[last + 1],) * 2)
    assert _leftovers(books.store) == []
    with books.store.reader() as reader:
        assert [found for found in check(reader) if found.severity == "error"] == []


def _url(store: Store) -> str:
    engine = getattr(store.facts, "engine", None)
    return engine.url.render_as_string(hide_password=False) if engine else ""


def _leftovers(store: Store) -> list[str]:
    """What killed loads left in the store's folder."""
    with store.reader():
        pass  # lets go of the generations that were read before
    files = [path.name for path in store.home.glob("facts.*.duckdb*")]
    return files[1:] + [path.name for path in (store.home / "scratch").iterdir()]


def test_a_load_can_be_killed_between_its_rejects_and_its_end(books: Books) -> None:
    """The next load has the number of the one that died, and none of its rejects."""
    folder = books.store.home / "rejects" / "1"
    folder.mkdir(parents=True)
    (folder / "supplier.csv").write_text("what the dead load rejected")
    books.load({"supplier": [{"supplier_id": "S1", "name": "One"}]})
    assert not folder.exists()
