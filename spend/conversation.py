"""What people said on a page, decided there and promised: who, for which team, on which view; from
the minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Reader, Store
from spend.action_list import ACTION, Action, actions

DECISION, COMMENT = "decision", "comment"
# Under which names the decisions on a page were written down before it had its report's.
FORMERLY: Mapping[str, str] = {"kpis": "overview"}


@dataclass(frozen=True)
class Said:
    """One thing said, by whom of which team, on the view that ``link`` opens; of an action, who
    does it until when is in ``task``."""

    kind: str
    text: str
    by: str
    team: str
    at: datetime
    link: str
    task: str = ""


def conversation(store: Store, selection: Selection, page: str) -> tuple[Said, ...]:
    """What was said about one page up to a moment, and is still to be done, the newest first."""
    with store.reader(selection.as_of) as reader:
        found = {**_lines(reader, page), **_tasks(reader, page)}
    return tuple(found[minute] for minute in sorted(found, reverse=True))


def _lines(reader: Reader, page: str) -> dict[int, Said]:
    """Comments and decisions by their minute."""
    entries = [*reader.entries(COMMENT), *reader.entries(DECISION)]
    names = (page, FORMERLY.get(page, page))
    about = (entry for entry in entries if entry.name in names and spoken(entry))
    return {entry.minute: line_of(entry) for entry in about}


def line_of(entry: Entry) -> Said:
    """A comment or a decision as it was said."""
    by, at = entry.recorded_by, entry.recorded_at
    return Said(entry.kind, spoken(entry), by, entry.team, at, entry.link)


def spoken(entry: Entry) -> str:
    """The text of a comment or a decision; "" where it has none."""
    text = entry.body.get("text")
    return text if isinstance(text, str) else ""


def skipped(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A sentence for every comment and decision that says nothing."""
    return tuple(
        f"The {entry.kind} in minute {entry.minute} was left out: it has no text."
        for entry in entries if not spoken(entry)
    )  # fmt: skip


def _tasks(reader: Reader, page: str) -> dict[int, Said]:
    """Open actions by the minute in which they were promised."""
    found = (one for one in actions(reader.entries(ACTION)) if one.page == page)
    return {one.history[0].minute: task_of(one) for one in found if one.state == "open"}


def task_of(one: Action) -> Said:
    """An action as it was promised."""
    task = f"{one.owner}, due {one.due:%-d %B %Y}"
    return Said(ACTION, one.text, one.by, one.team, one.at, one.link, task)
