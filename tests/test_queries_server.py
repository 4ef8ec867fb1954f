"""PostgreSQL: what its sessions are told, its indexes, and how rows get there whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from queries import schema, server
from queries.errors import ConcordError
from queries.migration import initialise
from queries.server import day_of
from queries.store import Store, open_store
from tests.conftest import NOW
from tests.contract_files import Books, Tables

PRICED: Tables = {
    "supplier": [{"supplier_id": "S1", "name": "Acme"}],
    "invoice_line": [{"invoice_id": "I1", "line_no": n, "invoice_date": "2026-01-10",
                      "supplier_id": "S1", "amount": 100} for n in (1, 2)],
}  # fmt: skip
# What means something to CSV, to COPY, or to both.
ODD = (
    r"\N",
    r"\.",
    "NULL",
    '"',
    'a "b" c',
    "a,b",
    "a;b",
    "'",
    "\\",
    "\\\\n",
    "é 漢",
)


@pytest.fixture
def server_store(postgresql: str, tmp_path: Path) -> Iterator[Store]:
    store = open_store(postgresql, tmp_path / "home")
    initialise(store, {}, NOW, "test")
    yield store
    store.close()


def indexes(store: Store) -> dict[str, tuple[object, ...]]:
    """The primary key and the indexes of every table."""
    database = inspect(store.minutes)
    return {
        name: (
            database.get_pk_constraint(name),
            sorted(database.get_indexes(name), key=lambda index: str(index["name"])),
        )
        for name in schema.facts.tables
    }


def test_every_mart_can_be_read_by_its_day(server_store: Store) -> None:
    database = inspect(server_store.minutes)
    for name, mart in schema.marts.items():
        day = day_of(mart)
        found = [i["column_names"] for i in database.get_indexes(name)]
        assert day is None or [day] in found
    assert day_of(schema.marts["spend_flow"]) == "day"
    assert day_of(schema.marts["path_flow"]) == "begun_on"
    assert day_of(schema.purchase_order_line) is None


def test_a_first_load_of_many_rows_leaves_the_indexes_as_they_were(
    server_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MANY_ROWS", 1)
    before = indexes(server_store)
    books = Books(server_store, tmp_path)
    books.load(PRICED)
    assert indexes(server_store) == before
    assert len(books.rows("invoice_line")) == 2
    books.load(PRICED)
    assert indexes(server_store) == before


def test_reports_have_a_limit_and_loads_have_none(server_store: Store) -> None:
    with server_store.minutes.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "1min"
        assert connection.execute(text("SHOW jit")).scalar() == "off"
    with server_store.facts.writing() as (connection, drop):
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "0"
        drop()


def test_an_answer_that_takes_too_long_is_given_up_in_one_line(server_store: Store) -> None:
    with server_store.minutes.connect() as connection:
        connection.execute(text("SET LOCAL statement_timeout = '20ms'"))
        with pytest.raises(ConcordError, match="took more than 60 s and was given up"):
            connection.execute(text("SELECT pg_sleep(30)"))
    with server_store.minutes.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_texts_arrive_as_they_are(store: Store, tmp_path: Path) -> None:
    """Quotes, and what COPY would take for nothing or for the end."""
    names = [{"supplier_id": odd, "name": odd} for odd in ODD]
    books = Books(store, tmp_path)
    assert books.load({"supplier": names}).rejected == 0
    assert {one for row in books.rows("supplier", "supplier_id", "name") for one in row} == {*ODD}
    cleared = [{"supplier_id": odd, "name": "x", "country": None} for odd in ODD]
    books.load({"supplier": cleared})
    assert set(books.rows("supplier", "name", "country")) == {("x", None)}
