"""What people write down: once each, in order, on both engines, whoever else is writing."""

import ast
import random
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from queries.errors import ConcordError
from queries.migration import initialise
from queries.minutes import Draft
from queries.store import Store
from spend.agreement import SECOND_PERSON, history, in_force, proposed
from tests.conftest import NOW, Counts
from tests.contract_files import environment
from tests.kills import run_and_kill, watching
from tests.test_house import MODULES, tree

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


def test_all_kinds_are_read_in_one_way(book: Store) -> None:
    book.record(DRAFT, 0, NOW)
    book.record(replace(DRAFT, request_id="r2", kind="comment"), 0, NOW)
    with book.reader() as reader:
        assert [entry.kind for entry in reader.entries()] == ["scenario", "comment"]
        assert [entry.kind for entry in reader.entries("comment")] == ["comment"]


@pytest.mark.parametrize("other", [{"recorded_by": "Bob"}, {"body": {"days": 60}}], ids=str)
def test_a_request_that_somebody_else_used_is_refused(book: Store, other: Any) -> None:
    book.record(DRAFT, 0, NOW)
    with pytest.raises(ConcordError, match="Ann was quicker"):
        book.record(replace(DRAFT, **other), 0, NOW)
    with book.reader() as reader:
        assert [entry.body for entry in reader.entries()] == [DRAFT.body]


def test_two_people_who_sign_at_once_agree_once(book: Store) -> None:
    """Both signatures stand, in some order, and bring one thing into force; twice, to be sure."""
    signed = replace(DRAFT, kind="stock_policy", name="all", body={"value": 1})
    drafts = [
        replace(signed, request_id=f"{who}{n}", team=team, recorded_by=who, body={"value": n})
        for n in range(8)
        for who, team in (("Ann", "finance"), ("Bob", "procurement"))
    ]
    with ThreadPoolExecutor(2) as pool:
        for n in range(8):
            list(pool.map(lambda draft: book.record(draft, 0, NOW), drafts[2 * n : 2 * n + 2]))
    with book.reader() as reader:
        entries = reader.entries("stock_policy")
    assert [entry.minute for entry in entries] == list(range(2, 18))
    agreed = history(entries, lambda _, body: int(body["value"]))
    assert [one.value for one in agreed] == list(range(8))
    assert {(one.finance, one.procurement) for one in agreed} == {("Ann", "Bob")}
    assert proposed(entries, lambda _, body: int(body["value"])) == ()


def test_one_person_with_two_hats_agrees_with_nobody(book: Store) -> None:
    signed = replace(DRAFT, kind="stock_policy", name="all", body={"value": 1})
    for n, team in enumerate(("finance", "procurement", "finance")):
        book.record(replace(signed, request_id=f"r{n}", team=team), 0, NOW)
    with book.reader() as reader:
        entries = reader.entries("stock_policy")
    assert in_force(entries, lambda _, body: int(body["value"])) == ()
    (asked,) = proposed(entries, lambda _, body: int(body["value"]))
    assert asked.missing == SECOND_PERSON


# --- Nothing is lost, and nothing is half --------------------------------------------------------

TEXT = "Steel, again. " * 200
WRITING = """
import sys
from datetime import datetime
from queries.minutes import Draft
from queries.store import open_store

store, count, text = open_store(), int(sys.argv[1]), sys.argv[2]
for n in range(count):
    body = {"number": n, "text": text}
    draft = Draft(f"q{n}", "comment", "terms", body, f"n={n}", "finance", "Ann", {"n": str(n)})
    store.record(draft, 0, datetime(2026, 11, 2))
"""


def test_who_is_killed_while_writing_leaves_whole_entries(book: Store, counts: Counts) -> None:
    """The process writes and is killed; the next one sends its requests again, and goes on."""
    place = environment(_url(book), book.home)
    command = [sys.executable, "-c", WRITING]
    began = time.monotonic()
    assert run_and_kill([*command, "1", TEXT], place, None)
    seconds, moments = time.monotonic() - began, random.Random(7)
    with watching(lambda: _numbers(book)) as watch:
        for _ in range(counts.kills):
            run_and_kill([*command, "100000", TEXT], place, seconds + moments.uniform(0, 0.4))
    assert watch.errors == []
    written = _numbers(book)
    assert len(written) > counts.kills
    assert written == list(range(len(written)))
    assert all(seen == written[: len(seen)] for seen in watch.seen)


def _numbers(store: Store) -> list[int]:
    """The numbers of the entries, each of which is whole, in the minutes without a gap."""
    with store.reader() as reader:
        entries = reader.entries("comment")
    assert [entry.minute for entry in entries] == list(range(2, len(entries) + 2))
    for entry in entries:
        number = str(entry.body["number"])
        assert (entry.link, entry.figures) == (f"n={number}", {"n": number})
        assert entry.body["text"] == TEXT
    return [int(entry.body["number"]) for entry in entries]


def _url(store: Store) -> str:
    engine = getattr(store.facts, "engine", None)
    return engine.url.render_as_string(hide_password=False) if engine else ""


# --- Append-only ---------------------------------------------------------------------------------

ELSEWHERE = re.compile(r"schema\.\w+|config\.attributes")  # no tables of the minutes


def test_nothing_but_a_restored_backup_takes_the_place_of_the_minutes() -> None:
    """No module that knows their tables updates or deletes a row: a correction is a new entry."""
    knowing = [path for path in MODULES if "minute_tables" in path.read_text(encoding="utf-8")]
    assert len(knowing) > 2
    for path in knowing:
        if path.name != "backup.py":
            assert [one for one in changed(tree(path)) if not ELSEWHERE.fullmatch(one)] == [], path


def changed(module: ast.Module) -> Iterator[str]:
    """What a module updates or deletes: ``delete(table)`` or ``table.delete()``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            owner, _, name = ast.unparse(node.func).rpartition(".")
            if name in ("update", "delete"):
                yield owner or ast.unparse(node.args[0])


def test_the_rule_for_the_minutes_finds_what_breaks_it() -> None:
    found = changed(
        ast.parse("delete(entry).where(x); minute_tables.entry.update(); insert(entry)")
    )
    assert sorted(found) == ["entry", "minute_tables.entry"]
