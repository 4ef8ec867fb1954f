"""Many people at once: each has a turn, and who gets none in time is told in one line."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest

from queries.errors import ConcordError
from queries.pool import KEPT_CONNECTIONS, MORE_CONNECTIONS
from queries.selection import Pin, Selection
from queries.store import COMPARED_AT_ONCE, Store
from spend.moved import moved
from spend.result import Value
from tests.contract_files import Books
from tests.moving_company import SETTINGS, first_tables, invoice

TO_FEBRUARY = Selection("2026-01", "2026-02")


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


def test_many_people_ask_at_once_and_none_waits_for_another(books: Books) -> None:
    """More than a store gives turns to; each holds several connections while it works."""
    people = 2 * COMPARED_AT_ONCE
    books.load(first_tables(), settings=SETTINGS | {"data_through": "2026-02-28"})
    later = [invoice("N1", "2026-01-10", 99), invoice("N3", "2026-02-11", 9)]
    books.load({"invoice_line": later})
    start = Barrier(people)

    def ask(_: int) -> Value:
        start.wait()
        (found,) = moved(books.store, TO_FEBRUARY, Pin(1), metrics=("actual_spend",))
        return found.change

    with ThreadPoolExecutor(people) as pool:
        assert set(pool.map(ask, range(people))) == {Decimal(18)}


def test_who_gets_no_turn_is_told_in_one_line(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.store.TURN_WAIT_SECONDS", 0.0)
    with ExitStack() as turns:
        for _ in range(COMPARED_AT_ONCE):
            turns.enter_context(books.store.comparing())
        with pytest.raises(ConcordError, match="too many people read at this moment: try again"):
            moved(books.store, TO_FEBRUARY, Pin(1))


def test_who_gets_no_connection_is_told_in_one_line(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = books.store.minutes
    monkeypatch.setattr(engine.pool, "_timeout", 0.0)
    with ExitStack() as held:
        for _ in range(KEPT_CONNECTIONS + MORE_CONNECTIONS):
            held.enter_context(engine.connect())
        with pytest.raises(ConcordError, match="too many people read at this moment: try again"):
            engine.connect()
