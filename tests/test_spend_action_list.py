"""Actions: as they stand, their history, and when they are late."""

from datetime import date
from typing import Any

import pytest

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend.action_list import ACTION, action_body, actions, open_actions, skipped
from tests.minutes_by_hand import entry, write

DUE = date(2026, 12, 6)


def said(minute: int, name: str = "a", **changes: Any) -> Entry:
    body = {**action_body("Count Lyon", "Ana", DUE, "stock", "2026-11-22", "t"), **changes}
    return entry(minute, ACTION, name, body)


def test_a_later_entry_takes_the_place_of_an_earlier_one() -> None:
    (found,) = actions([said(1), said(2, state="done", owner="Ben")])
    assert (found.state, found.owner, found.by) == ("done", "Ben", "Ana")
    assert [one.minute for one in found.history] == [1, 2]
    assert found.request == "action:a:3"


def test_open_actions_come_first_the_earliest_due_on_top() -> None:
    found = actions([said(1, "late", due="2026-12-31"), said(2, "done", state="done"),
                     said(3, "soon", due="2026-11-23")])  # fmt: skip
    assert [one.id for one in found] == ["soon", "late", "done"]


def test_an_action_is_overdue_after_its_day_while_it_is_open() -> None:
    (one,) = actions([said(1)])
    assert not one.overdue(DUE)
    assert one.overdue(date(2026, 12, 7))
    assert one.when(date(2026, 12, 7)) == "1 day overdue"
    assert one.when(DUE) == "due today"
    (done,) = actions([said(1, state="done")])
    assert not done.overdue(date(2027, 1, 1))
    assert done.when(date(2027, 1, 1)) == "done"


@pytest.mark.parametrize(
    "changes",
    [{"due": "soon"}, {"due": 5}, {"state": "lost"}, {"text": None}, {"owner": ["x"]},
     {"meeting": 7}],
)  # fmt: skip
def test_what_is_no_action_is_skipped_and_said(changes: dict[str, Any]) -> None:
    entries = [said(1), said(2, **changes)]
    (found,) = actions(entries)
    assert found.state == "open"  # the entry that can be read still stands
    (line,) = skipped(entries)
    assert line.startswith("The action in minute 2 was left out: ")


def test_what_is_to_be_done_about_a_page(store: Store) -> None:
    for name, page in (("a", "stock"), ("b", "terms")):
        write(store, ACTION, name, action_body("Ask", "Ana", DUE, page))
    write(store, ACTION, "c", action_body("Ask", "Ana", DUE, "stock", state="dropped"))
    assert [one.id for one in open_actions(store, Selection(), "stock")] == ["a"]
    assert [one.id for one in open_actions(store, Selection())] == ["a", "b"]
