"""The revisions make exactly the tables that the code believes in."""

from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect, text, update

from queries import minute_tables, schema
from queries.errors import ConcordError
from queries.migration import initialise
from queries.refresh import REDEFINED
from queries.rollup_tables import tables as rollups
from queries.selection import Pin
from queries.server import ServerFacts
from queries.store import Store
from tests.conftest import NOW
from tests.contract_files import Books, Tables


def differences(engine: Engine, *parts: MetaData) -> list[object]:
    """What a database has otherwise than the code says, its own indexes aside."""
    whole = MetaData()
    for part in parts:
        for table in part.tables.values():
            table.to_metadata(whole)
    # SQLite keeps whatever it is given: only PostgreSQL's types can be held to the schema's.
    options = {"compare_type": engine.dialect.name != "sqlite"}
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), whole)
    return [change for change in found if change[0] != "remove_index"]


def test_the_revisions_make_the_schema(store: Store) -> None:
    if isinstance(store.facts, ServerFacts):
        assert differences(store.minutes, schema.facts, minute_tables.metadata) == []
    else:
        assert differences(store.minutes, minute_tables.metadata) == []


def test_a_server_holds_one_open_row_a_key(store: Store) -> None:
    """Every versioned table has its key, with the load, as primary key, and one open row of it."""
    if not isinstance(store.facts, ServerFacts):
        return  # DuckDB has no keys: the loader and `spend check` hold them
    database = inspect(store.minutes)
    for name, table in {**schema.contract_tables, **schema.marts}.items():
        keys = set(schema.keys(table))
        primary = set(database.get_pk_constraint(name)["constrained_columns"])
        assert primary >= keys | {"batch_from"}
        unique = [index for index in database.get_indexes(name) if index["unique"]]
        assert any(set(filter(None, index["column_names"])) >= keys for index in unique)


INVOICE = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-10", "supplier_id": "S1",
           "amount": 100, "tax_amount": 20, "po_id": "O1", "po_line_no": 1,
           "invoice_number": "7"}  # fmt: skip
PAID = {"payment_id": "P1", "invoice_id": "I1", "paid_on": "2026-02-20", "amount": 120}
TERMED: Tables = {
    "payment_term": [{"payment_term_code": "N30", "net_days": 30}],
    "supplier": [{"supplier_id": "S1", "name": "Acme", "payment_term_code": "N30"}],
    "invoice_line": [INVOICE],
}


STOCKED: Tables = {
    "item": [{"item_id": "A", "name": "Bolt", "unit_cost": "2.5"}],
    "stock_level": [{"counted_on": "2026-01-31", "item_id": "A", "on_hand": 4}],
    "purchase_order_line": [{"po_id": "O1", "line_no": 1, "order_date": "2026-01-02",
                             "supplier_id": "S1", "quantity": 5, "unit_price": 2,
                             "item_id": "A", "promised_date": "2026-01-20"}],
    "goods_receipt": [{"receipt_id": "R1", "po_id": "O1", "line_no": 1,
                       "received_on": "2026-01-09", "quantity": 3}],
}  # fmt: skip
NEXT: Tables = {
    "payment": [PAID],
    "purchase_order_line": [{**STOCKED["purchase_order_line"][0], "promised_date": "2026-03-01"}],
    "invoice_line": [{**INVOICE, "invoice_id": "I2"}],
    "stock_level": [{"counted_on": "2026-02-28", "item_id": "A", "on_hand": 6}],
    "goods_receipt": [{"receipt_id": "R2", "po_id": "O1", "line_no": 1,
                       "received_on": "2026-02-03", "quantity": 2}],
}  # fmt: skip

# What each version of the store brought: its marts, and its tables of the minutes.
BROUGHT = {
    2: (("invoice", "payable_flow", "payment_flow", "term_flow", "discount_flow"), ("entry",)),
    3: (("stock_position", "receipt_flow", "lead_time_flow"), ()),
    4: (("sourcing_flow", "promise_flow", "ordering_flow", "match_flow", "duplicate_invoice"), ()),
    5: ((), ("guest_page", "guest_opening")),
    6: (
        (
            "final_promise_flow",
            "contract_price_flow",
            "shared_invoice",
            "approval_flow",
            "stage_flow",
            "path_step_flow",
            "path_flow",
            "match_exception",
            "unnumbered_twin",
            "invoice_twin",
        ),
        (),
    ),
    7: (tuple(rollups), ()),
}


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6])
def test_an_older_store_gets_the_marts_it_lacks_for_every_load(
    store: Store, tmp_path: Path, version: int
) -> None:
    """Upgraded, it reads as if the marts had always been there, pinned views included."""
    books = Books(store, tmp_path)
    initialise(store, {}, NOW, "ann")
    books.load({**TERMED, **STOCKED})
    books.load(NEXT)
    before = [books.rows(name, pin=Pin(n)) for name in schema.marts for n in (1, 2)]
    as_an_earlier_version_left_it(store, version)
    with pytest.raises(ConcordError, match="spend init"), store.reader():
        pass
    with pytest.raises(ConcordError, match="spend init"):
        books.load({"payment": [PAID]})
    initialise(store, {}, NOW, "ann")
    assert [books.rows(name, pin=Pin(n)) for name in schema.marts for n in (1, 2)] == before
    filled = ("payment_flow", "stock_position", "receipt_flow", "lead_time_flow",
              "duplicate_invoice")  # fmt: skip
    assert [len(books.rows(name)) for name in filled] == [1, 2, 2, 1, 1]
    assert [len(books.rows(name, pin=Pin(1))) for name in filled] == [0, 1, 1, 0, 0]
    # What was promised first still counts: the upgrade reads what earlier loads held.
    assert books.rows("promise_flow", "promised_on", "full_from") == [(date(2026, 1, 20), 14)]


def as_an_earlier_version_left_it(store: Store, version: int) -> None:
    """Take away what later revisions brought."""
    later = [tables for number, tables in BROUGHT.items() if number > version]
    with store.facts.writing() as (connection, _):
        for name in (name for names, _ in later for name in names):
            connection.execute(text(f"DROP TABLE {name}"))
        for name in (
            n for names in REDEFINED.values() for n in names
        ):  # as another definition may have made it
            connection.execute(text(f"UPDATE {name} SET accrued = accrued + 1"))
        connection.execute(update(schema.store_version).values(version=version))
    with store.minutes.begin() as book:
        for name in (name for _, names in later for name in names):
            book.execute(text(f"DROP TABLE {name}"))
        if 1 < version < 6:  # since then there are entries, and since the fifth they have figures
            book.execute(text("DROP INDEX entry_kind_name"))
            book.execute(text("ALTER TABLE entry DROP COLUMN figures"))
        book.execute(text(f"UPDATE alembic_version SET version_num = '{version:04d}'"))
