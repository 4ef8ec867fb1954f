"""Entries that are not what they should be: each is left out, and nothing that reads them fails."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from pages.parts import places
from queries import guests as guest_entries
from queries import minute_tables
from queries.selection import Selection
from queries.store import Store
from spend import conversation, definitions, guests, review, seen, terms
from spend.action_list import ACTION
from spend.conversation import COMMENT, DECISION
from spend.marks import MARK
from spend.meetings import MEETING
from spend.pack import pack
from spend.policy_kinds import KINDS
from spend.terms_saved import SCENARIO
from tests import small_company
from tests.minutes_by_hand import LINK, NOW
from tests.opened_page import opening

PLAN = {"title": "t", "day": "2026-01-01", "state": "planned", "revision": 1, "topics": []}
TOPIC = {"key": "k", "title": "t", "page": "budget"}
NAMES = {MARK: "actual_spend", "target": "days_to_pay.2026", DECISION: "budget", COMMENT: "budget"}
KINDS_OF_ENTRIES = (
    COMMENT, DECISION, ACTION, MARK, MEETING, "target", "guest_link", "guest_revocation", SCENARIO,
    *KINDS, "unheard of",
)  # fmt: skip
NO_MAPPINGS: tuple[Any, ...] = ([], "x", 1, None)
BODIES: tuple[Any, ...] = (
    *NO_MAPPINGS, {}, {"text": 5}, {"text": ["a"], "meeting": [], "topic": {}},
    {"state": [], "value": "1"}, {"change": [5], "cash_rate": None, "pass_on": 1},
    {"change": [], "cash_rate": "x", "pass_on": 1},
    {**PLAN, "state": "closed", "figures": {"actual_spend": "abc"}},
    {**PLAN, "state": "closed", "figures": {"actual_spend": "NaN"}},
    {**PLAN, "state": "closed", "figures": {"no_figure": "1"}},
    {**PLAN, "topics": [{**TOPIC, "metric": "no_figure", "cost": "1"}]},
    {**PLAN, "topics": ["x"]}, {**PLAN, "params": {"from": ["zzz"]}},
    {"text": "t", "owner": "o", "due": "9999-99-99", "state": "open", "page": "kpis"},
    {"title": "t", "page": "p", "sentence": "s", "expires_at": "x"},
    {"title": 1, "page": 2, "sentence": 3, "expires_at": "2026-12-01T00:00:00+00:00"},
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("entries")
    kept = small_company.loaded(folder / "home", folder / "files")
    yield kept
    kept.close()


def put(store: Store, kinds: tuple[str, ...], bodies: tuple[Any, ...]) -> None:
    """These bodies, as entries of every one of these kinds, and nothing else."""
    rows = [
        {"kind": kind, "name": NAMES.get(kind, "x"), "body": json.dumps(body)}
        for kind in kinds for body in bodies
    ]  # fmt: skip
    common = {
        "batch": 1, "link": LINK, "team": "finance", "recorded_at": NOW, "recorded_by": "A",
        "figures": "[]",
    }  # fmt: skip
    with store.minutes.begin() as book:
        book.execute(delete(minute_tables.entry))
        for number, row in enumerate(rows, 1000):
            one = {**common, **row, "minute": number, "request_id": str(number)}
            book.execute(insert(minute_tables.entry).values(one))


@pytest.mark.parametrize("kind", KINDS_OF_ENTRIES)
def test_what_is_no_entry_of_its_kind_is_left_out(store: Store, kind: str) -> None:
    put(store, (kind,), BODIES)
    every = Selection("2026-01", "2026-10")
    found = review.report(store, every)
    assert len(found.table("minutes").rows) == len(BODIES)
    if kind in (COMMENT, DECISION, ACTION, MARK, MEETING):
        assert any(f"The {_word(kind)} in minute 1000 was left out" in n.text for n in found.notes)
    said = conversation.conversation(store, every, "budget")
    assert {one.text for one in said} <= {"t"}
    if kind == DECISION:
        definitions.dictionary(store, every)
    if kind == SCENARIO:
        terms.report(store, every)
    issued = guests.issued(store, Selection())
    assert not guests.links(issued, guest_entries.openings(store), datetime(2026, 11, 1))
    entries = seen.written_on(store, every, LINK)
    assert not seen.otherwise(entries, found)


def _word(kind: str) -> str:
    return "review" if kind == MEETING else kind


def test_a_review_that_is_read_can_be_packed(store: Store) -> None:
    put(store, (MEETING,), ({**PLAN, "state": "closed", "figures": {"no_figure": "1"}},))
    found = pack(store, "x", date(2026, 11, 22))
    assert found.meeting.figures == {}


def test_no_page_fails_for_them(tmp_path: Path) -> None:
    store = small_company.loaded(tmp_path / "home", tmp_path / "files")
    put(store, KINDS_OF_ENTRIES, BODIES)
    store.close()
    for page in ("review", "kpis", "definitions", "budget"):
        with opening(places.FILES[page]) as open_page:
            open_page()  # it fails where the page does
