"""A store that is spread over machines: what is told to the database, and that figures are none
other. There is no Citus here: see ``tests.citus_stand_in``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Delete, MetaData, String, Table, Update, event, inspect, text
from sqlalchemy.sql.elements import ClauseElement

from queries import distribution, schema
from queries.distribution import FIRST, Spread, spread, working_spread
from queries.migration import initialise
from queries.selection import Selection
from queries.server import ServerFacts
from queries.store import Store, open_store
from spend.reports import REPORTS
from tests import small_company
from tests.citus_stand_in import Placed, placed, pretend
from tests.conftest import NOW
from tests.contract_files import REPLACE, Books, Tables, everything
from tests.pushed_down import faults, lines_read

PURCHASES = {"purchase_order_line", "goods_receipt", "invoice_line"}


@pytest.fixture
def spread_store(postgresql: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store on a server that says it can spread tables."""
    store = open_store(postgresql, tmp_path / "spread")
    pretend(store)
    initialise(store, {}, NOW, "test")
    yield store
    store.close()


@pytest.fixture
def plain_store(other_postgresql: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store on a server that cannot."""
    store = open_store(other_postgresql, tmp_path / "plain")
    initialise(store, {}, NOW, "test")
    yield store
    store.close()


# --- What is declared ---------------------------------------------------------------------------


def test_each_table_is_spread_as_the_design_says() -> None:
    """By purchase, by invoice, by supplier, or not at all: no table is left out."""
    by = {table.name: spread(table).column for table in schema.facts.sorted_tables}
    assert {name for name, column in by.items() if column == "match_key"} == PURCHASES
    assert {name for name, column in by.items() if column == "invoice_id"} == {"payment", "invoice"}
    of_suppliers = {n for n, table in schema.marts.items() if "supplier_id" in schema.keys(table)}
    assert {name for name, column in by.items() if column == "supplier_id"} == of_suppliers
    assert {"supplier", "category", "item", "batch", "reject", "fiscal_calendar"} <= {
        name for name, column in by.items() if column is None
    }


def test_tables_that_stand_side_by_side_are_spread_by_one_type() -> None:
    """Rows meet only where equal values of one type have equal places; none is ever null."""
    for table in schema.facts.sorted_tables:
        if name := spread(table).column:
            column, first = table.c[name], schema.facts.tables[FIRST[name]].c[name]
            assert str(column.type) == str(first.type)
            assert not column.nullable


def test_working_tables_go_where_the_rows_go_that_they_are_for() -> None:
    def working(name: str, *columns: str) -> Spread:
        return working_spread(Table(name, MetaData(), *(Column(c, String()) for c in columns)))

    assert working("ready_invoice_line", "invoice_id", "match_key") == Spread("match_key")
    assert working("stage_invoice_line", "invoice_id", "amount") == Spread("invoice_id")
    assert working("barred_invoice_line", "invoice_id", "line_no") == Spread()
    assert working("ready_spend_flow", "supplier_id", "amount") == Spread("supplier_id")
    assert working("stage_supplier", "supplier_id", "amount") == Spread()
    assert working("rate_on", "currency", "invoice_date") == Spread()


# --- What the database is told ------------------------------------------------------------------


def test_init_spreads_every_table_once(spread_store: Store) -> None:
    with spread_store.minutes.connect() as connection:
        asked = placed(connection)
    assert sorted(one.name for one in asked) == sorted(schema.facts.tables)
    for name, column, beside in asked:
        own = spread(schema.facts.tables[name])
        assert column == own.column
        assert beside == (None if column is None else "none" if own.beside == name else own.beside)
    initialise(spread_store, {}, NOW, "test")
    with spread_store.minutes.connect() as connection:
        assert placed(connection) == asked


def test_init_spreads_a_store_that_was_made_before_the_extension(plain_store: Store) -> None:
    pretend(plain_store)
    with plain_store.minutes.connect() as connection:
        assert not distribution.is_spread(connection)
    initialise(plain_store, {}, NOW, "test")
    with plain_store.minutes.connect() as connection:
        assert distribution.is_spread(connection)
        assert Placed("payment", "invoice_id", "none") in placed(connection)


def test_a_server_without_the_extension_is_told_nothing(plain_store: Store) -> None:
    with plain_store.minutes.connect() as connection:
        assert not distribution.is_spread(connection)
        found = connection.execute(text("SELECT to_regclass('pg_dist_partition')")).scalar()
    assert found is None


def test_keys_of_spread_tables_begin_with_what_spreads_them(plain_store: Store) -> None:
    database = inspect(plain_store.minutes)
    for table in schema.facts.sorted_tables:
        column = spread(table).column
        if column is None:
            continue
        assert database.get_pk_constraint(table.name)["constrained_columns"][0] == column
        for index in database.get_indexes(table.name):
            assert not index["unique"] or column in index["column_names"]


# --- The same figures ---------------------------------------------------------------------------

FIRST_FILES: Tables = {
    "supplier": [{"supplier_id": "S1", "name": "Acme"},
                 {"supplier_id": "S2", "name": "Bolt", "parent_supplier_id": "S1"}],
    "category": [{"category_id": "C", "name": "Steel"},
                 {"category_id": "C1", "name": "Coil", "parent_category_id": "C"}],
    "contract": [{"contract_id": "K", "supplier_id": "S1", "start_date": "2026-01-01",
                  "category_id": "C"}],
    "payment_term": [{"payment_term_code": "N30", "net_days": 30}],
    "exchange_rate": [{"date": "2026-01-01", "currency": "USD", "rate": "0.9"}],
    "purchase_order_line": [
        {"po_id": po, "line_no": line, "order_date": "2026-01-02", "supplier_id": supplier,
         "quantity": 5, "unit_price": 2, "currency": "USD", "category_id": "C1"}
        for po, line, supplier in (("O1", 1, "S1"), ("O1", 2, "S1"), ("O2", 1, "S2"))],
    "goods_receipt": [
        {"receipt_id": f"R{n}", "po_id": po, "line_no": 1, "received_on": "2026-01-09",
         "quantity": n} for n, po in ((1, "O1"), (2, "O2"), (3, "O1"))],
    "invoice_line": [
        {"invoice_id": f"I{n}", "line_no": 1, "invoice_date": f"2026-01-1{n}",
         "supplier_id": "S2", "amount": 100, "tax_amount": 20, "po_id": po, "po_line_no": 1,
         "invoice_number": "7", "currency": "USD", "payment_term_code": "N30"}
        for n, po in ((1, "O1"), (2, None), (3, "O2"))]
    + [{"invoice_id": "N1", "line_no": 1, "invoice_date": "2026-01-20", "supplier_id": "S2",
        "amount": -100, "tax_amount": -20, "currency": "USD"}],
    "payment": [{"payment_id": "P1", "invoice_id": "I1", "paid_on": "2026-02-20", "amount": 120,
                 "currency": "USD"}],
}  # fmt: skip
# What belongs beside other documents than before, with and without what it said else.
MOVED: Tables = {
    "goods_receipt": [{"receipt_id": "R1", "po_id": "O2", "line_no": 1,
                       "received_on": "2026-01-09", "quantity": 1}],
    "invoice_line": [{"invoice_id": "I2", "line_no": 1, "invoice_date": "2026-01-12",
                      "supplier_id": "S2", "amount": 100, "po_id": "O2", "po_line_no": 1}],
    "payment": [{"payment_id": "P1", "invoice_id": "I3", "paid_on": "2026-02-20", "amount": 120}],
}  # fmt: skip
RATED: Tables = {"exchange_rate": [{"date": "2026-01-01", "currency": "USD", "rate": "0.8"}]}
REPLACING: Tables = {
    "goods_receipt": [
        {"receipt_id": f"R{n}", "po_id": po, "line_no": 1, "received_on": "2026-01-09",
         "quantity": n} for n, po in ((1, "O1"), (2, "O2"))],
    "invoice_line": [
        {**FIRST_FILES["invoice_line"][0], "po_id": "O2"},
        {**FIRST_FILES["invoice_line"][2], "amount": "much"}],
    "supplier": [{"supplier_id": "S1", "name": "Acme"}],
}  # fmt: skip
LOADS = (
    (FIRST_FILES, False), (FIRST_FILES, False), (MOVED, False), (RATED, False), (REPLACING, True),
)  # fmt: skip


def test_loads_come_to_the_same_where_the_store_is_spread(
    spread_store: Store, plain_store: Store, tmp_path: Path
) -> None:
    """Counts and rows, corrections that belong elsewhere than before included."""
    one, other = Books(spread_store, tmp_path / "one"), Books(plain_store, tmp_path / "other")
    for files, replaces in LOADS:
        results = [
            books.load(files, REPLACE) if replaces else books.load(files) for books in (one, other)
        ]
        assert results[0].tables == results[1].tables
        with spread_store.reader() as reader, plain_store.reader() as plain:
            assert everything(reader) == everything(plain)


def test_what_a_load_works_with_is_spread_and_kept(spread_store: Store, tmp_path: Path) -> None:
    """It is unlogged and permanent; a new version's init lets the next load make it anew."""
    books = Books(spread_store, tmp_path)
    books.load(FIRST_FILES)
    with spread_store.minutes.connect() as connection:
        asked = {one.name: one for one in placed(connection)}
        unlogged = connection.execute(
            text("SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'")
        )
        working = {str(name) for (name,) in unlogged}
    assert asked["ready_invoice_line"] == ("ready_invoice_line", "match_key", "purchase_order_line")
    assert asked["ready_payment"] == ("ready_payment", "invoice_id", "payment")
    assert working == asked.keys() - schema.facts.tables.keys()
    initialise(spread_store, {}, NOW, "test")
    with spread_store.minutes.connect() as connection:
        assert {one.name for one in placed(connection)} == schema.facts.tables.keys()
    books.load(MOVED)


def test_nobody_begins_to_read_while_a_load_becomes_visible(
    spread_store: Store, tmp_path: Path
) -> None:
    """Machines show a load one after another: who reads then would see half of it."""
    Books(spread_store, tmp_path).load(FIRST_FILES)
    facts = spread_store.facts
    assert isinstance(facts, ServerFacts)
    with spread_store.reader() as reader:
        assert reader.batch == 1
    with facts.engine.connect() as load:
        load.execute(text("SET LOCAL statement_timeout = 0"))
        load.execute(text(f"SELECT pg_advisory_xact_lock({7236511 + 1})"))
        with facts.engine.connect() as waiting:
            free = waiting.execute(
                text(f"SELECT pg_try_advisory_xact_lock_shared({7236511 + 1})")
            ).scalar_one()
        assert not free


# --- What machines are asked --------------------------------------------------------------------

SELECTIONS = (
    Selection(),
    Selection(category=("C1",), cost_centre=("A",)),
    Selection(supplier=("S1",)),
    Selection(item=("I1",)),
)
# Reports whose very business is more than marts.
LOOK_AT_EVERYTHING = {
    "data": "its integrity check makes every mart again from the lines, and compares",
    "definitions": "counts the rows that each definition needs, lines included",
}
# What else is not answered by each machine for itself, and why it may stand.
EXCEPTIONS = {
    "reads goods_receipt": "whether there is any at all: one row ends the search",
    "reads payment": "as for receipts; and those without an invoice, which would be beside them",
    "invoice and spend_flow are joined otherwise": "their sums, a row a supplier, are handed on",
}


def test_loads_ask_each_machine_for_itself_what_to_change(
    spread_store: Store, tmp_path: Path
) -> None:
    """An update or a delete that looks at other machines' rows would be refused."""
    with listening(spread_store) as statements:
        books = Books(spread_store, tmp_path)
        for files, replaces in LOADS:
            _ = books.load(files, REPLACE) if replaces else books.load(files)
    changing = [one for one in statements if isinstance(one, Update | Delete)]
    assert len(changing) > 50
    assert {fault for one in changing for fault in faults(one)} == set()


def test_reports_ask_each_machine_for_itself(plain_store: Store, tmp_path: Path) -> None:
    """Marts and tables that are whole everywhere, joined by what spreads them."""
    others = {n: rows for n, rows in FIRST_FILES.items() if n not in small_company.tables()}
    books = Books(plain_store, tmp_path)
    books.load({**small_company.tables(), **others}, settings=small_company.SETTINGS)
    found: set[str] = set()
    for name, report in REPORTS.items():
        with listening(plain_store) as statements:
            for selection in SELECTIONS:
                if name != "supplier" or selection.supplier:
                    report(plain_store, selection)
        assert statements
        if name not in LOOK_AT_EVERYTHING:
            found |= {fault for one in statements for fault in faults(one)}
            found |= {f"reads {table}" for one in statements for table in lines_read(one)}
    assert found == EXCEPTIONS.keys()


@contextmanager
def listening(store: Store) -> Iterator[list[ClauseElement]]:
    """The statements that a store executes meanwhile."""
    heard: list[ClauseElement] = []

    def hear(_: Any, statement: Any, *__: Any) -> None:
        if isinstance(statement, ClauseElement):
            heard.append(statement)

    event.listen(store.minutes, "before_execute", hear)
    yield heard
    event.remove(store.minutes, "before_execute", hear)
