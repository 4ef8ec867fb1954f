"""What pages keep of the store: one answer for all who ask the same, and never an older one."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import streamlit as st

from pages.parts import store
from queries.errors import ConcordError
from queries.load import load
from queries.selection import Selection
from queries.store import Store
from tests import small_company
from tests.contract_files import NOW, write

PEOPLE = 12
asked: list[tuple[str | None, int]] = []  # what a report was made of, each time that it was


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    """The small company, as the pages open it."""
    small_company.loaded(tmp_path / "home", tmp_path / "files").close()
    asked.clear()
    st.cache_resource.clear()
    yield store.store()
    store.store().close()
    st.cache_resource.clear()


def slow(_: Store, selection: Selection) -> tuple[str | None, int]:
    """A report that takes a while."""
    batch = selection.as_of.batch if selection.as_of else 0
    asked.append((selection.from_period, batch))
    time.sleep(0.2)
    return selection.from_period, batch


def failing(_: Store, selection: Selection) -> None:
    asked.append((selection.from_period, 0))
    raise ConcordError("there is none")


def at_once(ask: Callable[[int], object]) -> list[object]:
    """What many people get who ask at the very same moment."""
    start = Barrier(PEOPLE)

    def one(person: int) -> object:
        start.wait()
        return ask(person)

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


@pytest.mark.usefixtures("opened")
def test_people_who_ask_the_same_at_once_wait_for_one_answer() -> None:
    at = store.moment()
    answers = at_once(lambda _: store.report(slow, at, Selection("2026-01")))
    assert answers == [("2026-01", 1)] * PEOPLE
    assert asked == [("2026-01", 1)]


@pytest.mark.usefixtures("opened")
def test_people_who_ask_otherwise_get_answers_of_their_own() -> None:
    at, months = store.moment(), ("2026-01", "2026-02", "2026-03")
    answers = at_once(lambda person: store.report(slow, at, Selection(months[person % 3])))
    assert answers == [(months[person % 3], 1) for person in range(PEOPLE)]
    assert sorted(asked) == [(month, 1) for month in months]


def test_what_is_kept_is_never_older_than_the_load(opened: Store, tmp_path: Path) -> None:
    assert store.report(slow, store.moment(), Selection()) == (None, 1)
    supplier = [{"supplier_id": "S9", "name": "New"}]
    load(opened, write(tmp_path / "second", {"supplier": supplier}), now=NOW, user="test")
    assert store.report(slow, store.moment(), Selection()) == (None, 2)
    assert "S9" in store.choices(store.moment()).options["supplier"]


@pytest.mark.usefixtures("opened")
def test_a_report_that_could_not_be_made_is_made_anew() -> None:
    for _ in range(2):
        with pytest.raises(ConcordError, match="there is none"):
            store.report(failing, store.moment(), Selection())
    assert len(asked) == 2
