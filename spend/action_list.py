"""What somebody promised to do: who, until when, and what became of it; from the minutes.

An action is written anew with each change; what it said before is its history.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend.sentences import count
from spend.unreadable import UNREADABLE, left_out

ACTION = "action"
State = Literal["open", "done", "dropped"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Action:
    """One thing to do, as it stands now.

    ``page`` is the report that it is about; ``meeting`` and ``topic`` are "" where it was promised
    outside a review. ``by``, ``team``, ``at`` and ``link`` are of its first entry, ``history`` all
    of its entries, the oldest first.
    """

    id: str
    text: str
    owner: str
    due: date
    state: State
    page: str
    meeting: str
    topic: str
    by: str
    team: str
    at: datetime
    link: str
    history: tuple[Entry, ...] = ()

    def overdue(self, day: date) -> bool:
        """Whether it is open after the day on which it was due."""
        return self.state == "open" and self.due < day

    def when(self, day: date) -> str:
        """When it is or was due, in words.

        >>> noon = datetime(2026, 11, 1, 12)
        >>> one = Action("a", "Count", "Ana", date(2026, 11, 20), "open", "stock", "", "", "Ana",
        ...              "finance", noon, "")
        >>> one.when(date(2026, 11, 22)), one.when(date(2026, 11, 19))
        ('2 days overdue', 'due tomorrow')
        """
        if self.state != "open":
            return self.state
        days = (self.due - day).days
        if days < 0:
            return f"{count(-days, 'day', 'days')} overdue"
        near = {0: "due today", 1: "due tomorrow"}
        return near.get(days, f"due {self.due:%-d %B %Y}")

    def body(self, state: State | None = None) -> dict[str, Any]:
        """What the minutes keep of it, with another state if one is given."""
        return action_body(
            self.text, self.owner, self.due, self.page, self.meeting, self.topic,
            state or self.state,
        )  # fmt: skip

    @property
    def request(self) -> str:
        """The request of its next entry: of two people who change it the second is told."""
        return f"{ACTION}:{self.id}:{len(self.history) + 1}"


def action_body(
    text: str,
    owner: str,
    due: date,
    page: str,
    meeting: str = "",
    topic: str = "",
    state: State = "open",
) -> dict[str, Any]:
    """What the minutes keep of an action.

    >>> action_body("Count", "Ana", date(2026, 12, 6), "stock")["due"]
    '2026-12-06'
    """
    where = {"meeting": meeting, "topic": topic} if meeting else {}
    due_on = due.isoformat()
    return {"text": text, "owner": owner, "due": due_on, "state": state, "page": page, **where}


def actions(entries: Sequence[Entry]) -> tuple[Action, ...]:
    """Every action as it stands: open ones first, by the day on which they are due."""
    said: dict[str, list[Entry]] = {}
    for entry, fault in _read(entries):
        if not fault:
            said.setdefault(entry.name, []).append(entry)
    found = [_action(history) for history in said.values()]
    return tuple(sorted(found, key=lambda one: (one.state != "open", one.due, one.at)))


def skipped(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A sentence for every entry that is no action."""
    return tuple(fault for _, fault in _read(entries) if fault)


def open_actions(store: Store, selection: Selection, page: str = "") -> tuple[Action, ...]:
    """What is still to be done at a moment; about one page, if one is named."""
    with store.reader(selection.as_of) as reader:
        found = actions(reader.entries(ACTION))
    return tuple(one for one in found if one.state == "open" and page in ("", one.page))


def _read(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """Each entry with why it is no action, if so."""
    for entry in entries:
        fault = ""
        try:
            _check(entry.body)
        except UNREADABLE as error:
            fault = left_out("action", entry, error)
        yield entry, fault


def _check(body: Mapping[str, Any]) -> None:
    names = ("text", "owner", "due", "state", "page")
    words = [*(body[name] for name in names), body.get("meeting", ""), body.get("topic", "")]
    if not all(isinstance(word, str) for word in words):
        raise ValueError("its words are no text")
    if body["state"] not in STATES:
        raise ValueError(f"its state is {', '.join(STATES)}")
    date.fromisoformat(body["due"])


def _action(history: Sequence[Entry]) -> Action:
    """An action from its entries: it says what the last of them says."""
    first, last = history[0], history[-1].body
    return Action(
        first.name, last["text"], last["owner"], date.fromisoformat(last["due"]), last["state"],
        last["page"], last.get("meeting", ""), last.get("topic", ""), first.recorded_by,
        first.team, first.recorded_at, first.link, tuple(history),
    )  # fmt: skip
