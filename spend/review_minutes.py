"""What people wrote down for and in reviews: plans, marks, decisions, comments and actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend import action_list, conversation, marks, meetings
from spend.action_list import ACTION, Action
from spend.conversation import COMMENT, DECISION, spoken
from spend.marks import MARK
from spend.meetings import MEETING, Meeting
from spend.registry import all_metrics
from spend.result import Table, TableColumn
from spend.sentences import capital
from spend.terms_saved import SCENARIO


@dataclass(frozen=True)
class ReviewMinutes:
    """The minutes of a moment, as a review reads them; ``all`` is every entry, the oldest first."""

    meetings: tuple[Meeting, ...]
    actions: tuple[Action, ...]
    marks: tuple[Entry, ...]
    said: tuple[Entry, ...]  # decisions and comments
    closed: tuple[Entry, ...]
    all: tuple[Entry, ...]
    skipped: tuple[str, ...]

    def meeting(self, name: str) -> Meeting | None:
        """The review of a name."""
        return next((one for one in self.meetings if one.name == name), None)

    def last(self, name: str) -> Meeting | None:
        """The review that was closed last before another one."""
        return meetings.last_closed(self.closed, before=name)

    def next(self) -> Meeting | None:
        """The review that is planned and comes first."""
        return next((one for one in self.meetings if not one.closed), None)

    @property
    def decided_scenarios(self) -> frozenset[str]:
        """The names of the scenarios of terms after which something was decided about terms."""
        decided = (one.minute for one in self.said if (one.kind, one.name) == (DECISION, "terms"))
        last = max(decided, default=0)
        saved = {one.name: one.minute for one in self.all if one.kind == SCENARIO}
        return frozenset(name for name, minute in saved.items() if minute < last)

    def about(self, kind: str, meeting: str, topic: str = "") -> tuple[Entry, ...]:
        """The decisions or comments that were made in a review; on one topic, if it is named."""
        return tuple(
            entry
            for entry in self.said
            if entry.kind == kind
            and entry.body.get("meeting") == meeting
            and topic in ("", entry.body.get("topic"))
        )


def read(store: Store, selection: Selection) -> ReviewMinutes:
    """The minutes up to a moment."""
    with store.reader(selection.as_of) as reader:
        every = tuple(reader.entries())
    of = {kind: [one for one in every if one.kind == kind] for kind in (MEETING, ACTION, MARK)}
    lines = [one for one in every if one.kind in (DECISION, COMMENT)]
    return ReviewMinutes(
        meetings.meetings(of[MEETING]),
        action_list.actions(of[ACTION]),
        tuple(of[MARK]),
        tuple(one for one in lines if spoken(one)),
        tuple(of[MEETING]),
        every,
        (
            *meetings.skipped(of[MEETING]),
            *action_list.skipped(of[ACTION]),
            *marks.skipped(of[MARK]),
            *conversation.skipped(lines),
        ),
    )


# --- The audit trail ------------------------------------------------------------------------------


def trail(entries: Sequence[Entry]) -> Table:
    """Every entry of every kind, the newest first: who wrote what, when, on which view."""
    columns = (
        TableColumn("minute", "Minute", "count"),
        TableColumn("at", "When", "text"),
        TableColumn("by", "Who", "text"),
        TableColumn("team", "Team", "text"),
        TableColumn("kind", "What", "text"),
        TableColumn("about", "About", "text"),
        TableColumn("text", "What it says", "text"),
        TableColumn("link", "Link", "text"),
    )
    rows = tuple(
        (
            one.minute, f"{one.recorded_at:%Y-%m-%d %H:%M}", one.recorded_by, one.team,
            one.kind.replace("_", " "), _about(one), _says(one.body), one.link,
        )
        for one in reversed(entries)
    )  # fmt: skip
    return Table("minutes", "The minutes, every entry", columns, rows)


def _about(entry: Entry) -> str:
    """What an entry is about, in words where its name is an id."""
    if entry.kind == MEETING:
        return _word(entry.body.get("title"))
    if entry.kind == ACTION:
        return _word(entry.body.get("page"))
    metric = all_metrics().get(entry.name.partition(".")[0])
    return metric.label if metric else entry.name


def _says(body: Mapping[str, Any]) -> str:
    """The body of an entry in one line: its text, then what else it states in a word or number."""
    told = _word(body.get("text") or body.get("reason"))
    others = [
        f"{name.replace('_', ' ')} {_word(value)}"
        for name, value in body.items()
        if name not in ("text", "reason", "page", "meeting", "topic", "title")
        and isinstance(value, str | int | float)
        and _word(value)
    ]
    return capital("; ".join(part for part in (told, ", ".join(others)) if part))


def _word(value: Any) -> str:
    return "" if value is None else str(value)
