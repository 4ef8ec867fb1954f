"""What people write down: once each, in order, on both engines, whoever else is writing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from queries.migration import initialise
from queries.minutes import Draft
from queries.store import Store
from tests.conftest import NOW

DRAFT = Draft("r1", "scenario", "Ninety days", {"days": 90}, "days=90", "finance", "Ann")


@pytest.fixture
def book(store: Store) -> Store:
    initialise(store, {"cost_of_cash": "0.07"}, NOW, "ann")
    return store


def test_an_entry_reads_as_it_was_written(book: Store) -> None:
    minute = book.record(DRAFT, 0, NOW)
    with book.reader() as reader:
        (entry,) = reader.entries("scenario")
        assert reader.entries("decision") == []
        assert reader.settings.cost_of_cash == 0.07
    assert (entry.minute, entry.body, entry.link, entry.team) == (minute, DRAFT.body, "days=90",
                                                                 "finance")  # fmt: skip
    assert minute == 2  # settings and entries are one sequence


def test_a_double_click_writes_once(book: Store) -> None:
    assert book.record(DRAFT, 0, NOW) == book.record(DRAFT, 0, NOW)
    with book.reader() as reader:
        assert len(reader.entries("scenario")) == 1


def test_people_who_write_at_once_all_get_a_minute(book: Store) -> None:
    drafts = [replace(DRAFT, request_id=f"r{n}") for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        minutes = list(pool.map(lambda draft: book.record(draft, 0, NOW), drafts + drafts))
    assert sorted(minutes[:16]) == list(range(2, 18))
    assert minutes[16:] == minutes[:16]
