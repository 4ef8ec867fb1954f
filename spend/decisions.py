"""What was decided on a page, by whom, on which view: from the minutes."""

from dataclasses import dataclass
from datetime import datetime

from queries.selection import Selection
from queries.store import Store

DECISION = "decision"


@dataclass(frozen=True)
class Decision:
    """What was decided, by whom of which team, on the view that ``link`` opens."""

    text: str
    by: str
    team: str
    at: datetime
    link: str


def decisions(store: Store, selection: Selection, page: str) -> tuple[Decision, ...]:
    """The decisions that were made on one page up to a moment, the newest first."""
    with store.reader(selection.as_of) as reader:
        entries = [entry for entry in reader.entries(DECISION) if entry.name == page]
    return tuple(
        Decision(str(e.body["text"]), e.recorded_by, e.team, e.recorded_at, e.link)
        for e in reversed(entries)
    )
