"""Reviews as the minutes have them: revisions, closing, and entries that say nothing."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queries.errors import ConcordError
from queries.minutes import Entry
from queries.selection import Pin
from queries.store import Store
from spend.agenda import Topic
from spend.meetings import MEETING, AgendaItem, Meeting, last_closed, meetings, skipped
from tests.minutes_by_hand import entry, write

TOPIC = AgendaItem.of(
    Topic("price_effect", "Steel is dearer.", "budget", "Steel", Decimal("9.50"), None, "a year",
          {"category": ["C1"]})
)  # fmt: skip
FIRST = Meeting("2026-11-22", "Third quarter", date(2026, 11, 22),
                params={"from": ("2026-01",), "to": ("2026-10",)}, topics=(TOPIC,))  # fmt: skip


def written(minute: int, meeting: Meeting, **changes: Any) -> Entry:
    return entry(minute, MEETING, meeting.name, {**meeting.body(), **changes})


def test_a_meeting_reads_back_as_it_was_written() -> None:
    (found,) = meetings([written(3, FIRST)])
    assert replace(found, link="", by="", at=FIRST.at) == FIRST
    assert (found.by, found.closed, found.pin) == ("Ana", False, None)


def test_the_latest_revision_counts() -> None:
    second = FIRST.revised(topics=(AgendaItem.own("Office move"), TOPIC))
    (found,) = meetings([written(3, FIRST), written(4, second)])
    assert [one.title for one in found.topics] == ["Office move", "Price effect: Steel"]
    assert found.request == "meeting:2026-11-22:2"


def test_a_closed_meeting_is_pinned_to_its_closing_and_stays() -> None:
    closed = FIRST.revised(state="closed", figures={"stock_value": "12.50"})
    later = closed.revised(state="planned", title="Opened again")
    entries = [written(3, FIRST), written(7, closed), written(8, later)]
    (found,) = meetings(entries)
    assert (found.closed, found.pin, found.title) == (True, Pin(1, 7), "Third quarter")
    assert found.figures == {"stock_value": "12.50"}
    assert skipped(entries) == ("The review in minute 8 was left out: it was closed already.",)


def test_a_plan_has_no_frozen_figures() -> None:
    (found,) = meetings([written(3, FIRST, figures={"stock_value": "1.00"})])
    assert found.figures == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "open"}, {"revision": 0}, {"revision": "1"}, {"revision": True}, {"day": "soon"},
        {"day": None}, {"title": 5}, {"topics": [{"key": "a"}]}, {"topics": 3},
        {"topics": [{"key": "a", "title": "b", "cost": "much"}]},
        {"topics": [{"key": "a", "title": "b", "cost": "NaN"}]},
        {"topics": [{"key": "a", "title": "b", "params": {"to": [1]}}]},
        {"params": {"from": [None]}}, {"params": "from"},
        {"state": "closed", "figures": {"stock_value": 1}},
        {"state": "closed", "figures": {"stock_value": "abc"}},
        {"state": "closed", "figures": {"stock_value": "NaN"}},
        {"topics": [{"key": "a", "title": "b", "metric": "no_figure"}]},
    ],
)  # fmt: skip
def test_what_is_no_meeting_is_skipped_and_said(changes: dict[str, Any]) -> None:
    entries = [written(3, FIRST, **changes), written(4, replace(FIRST, name="other"))]
    assert [one.name for one in meetings(entries)] == ["other"]
    (line,) = skipped(entries)
    assert line.startswith("The review in minute 3 was left out: ")


def test_an_empty_body_is_skipped() -> None:
    assert meetings([entry(1, MEETING, "a", {})]) == ()


def test_the_last_closed_review_is_by_when_it_was_closed() -> None:
    one = replace(FIRST, name="one", day=date(2026, 12, 1))
    other = replace(FIRST, name="other", day=date(2026, 1, 1))
    entries = [
        written(1, one), written(2, other),
        written(3, one.revised(state="closed")), written(4, other.revised(state="closed")),
        written(5, FIRST),
    ]  # fmt: skip
    assert [m.name for m in meetings(entries)] == ["other", "2026-11-22", "one"]  # by day
    last = last_closed(entries)
    assert last is not None
    assert last.name == "other"
    before = last_closed(entries, before="other")
    assert before is not None
    assert before.name == "one"
    assert last_closed(entries, before="one") is None
    coming = last_closed(entries, before=FIRST.name)
    assert coming is not None
    assert coming.name == "other"
    assert last_closed([]) is None


def test_what_is_proposed_again_has_the_same_key() -> None:
    again = Topic("price_effect", "Steel is dearer still.", "budget", "Steel",
                  params={"category": ["C1"]})  # fmt: skip
    elsewhere = Topic("price_effect", "Paint is dearer.", "budget", "Paint")
    assert AgendaItem.of(again).key == TOPIC.key != AgendaItem.of(elsewhere).key


# --- Two people at once ---------------------------------------------------------------------------


def test_two_people_who_change_one_plan_at_once_leave_one_revision(store: Store) -> None:
    write(store, MEETING, FIRST.name, FIRST.body(), FIRST.request)
    plans = [FIRST.revised(title=f"Plan {n}") for n in range(8)]

    def save(n: int) -> bool:
        plan = plans[n]
        with suppress(ConcordError):
            write(store, MEETING, plan.name, plan.body(), plan.request, by=f"Person {n}")
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(save, range(8)))
    with store.reader() as reader:
        (found,) = meetings(reader.entries(MEETING))
    assert saved.count(True) == 1
    assert (found.title, found.revision) == (f"Plan {saved.index(True)}", 2)


def test_a_review_that_two_people_close_at_once_is_closed_once(store: Store) -> None:
    write(store, MEETING, FIRST.name, FIRST.body(), FIRST.request)
    end = FIRST.revised(state="closed", figures={"stock_value": "1.00"})
    first = write(store, MEETING, end.name, end.body(), end.request, by="Ana")
    again = write(store, MEETING, end.name, end.body(), end.request, by="Ana")  # a double click
    with pytest.raises(ConcordError, match="Ana was quicker"):
        write(store, MEETING, end.name, end.body(), end.request, team="procurement", by="Ben")
    assert first == again
    with store.reader() as reader:
        assert len(reader.entries(MEETING)) == 2
