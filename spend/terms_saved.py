"""Scenarios of terms that somebody saved, and what was decided on them: from the minutes."""

from dataclasses import dataclass
from datetime import datetime

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend.terms_choice import Trial

SCENARIO = "scenario"
DECISION = "decision"


@dataclass(frozen=True)
class Saved:
    """One saved scenario: the latest of its name, who saved it and when."""

    name: str
    trial: Trial
    by: str
    at: datetime


@dataclass(frozen=True)
class Decision:
    """What was decided on this page, by whom, on which view."""

    text: str
    by: str
    team: str
    at: datetime
    link: str


def scenarios(store: Store, selection: Selection) -> tuple[Saved, ...]:
    """The saved scenarios of a moment, by name; a name saved again stands as it was last saved."""
    with store.reader(selection.as_of) as reader:
        found = {entry.name: _saved(entry) for entry in reader.entries(SCENARIO)}
    return tuple(found[name] for name in sorted(found))


def decisions(store: Store, selection: Selection) -> tuple[Decision, ...]:
    """The decisions on payment terms of a moment, the newest first."""
    with store.reader(selection.as_of) as reader:
        entries = [e for e in reader.entries(DECISION) if e.name == "terms"]
    return tuple(
        Decision(str(e.body["text"]), e.recorded_by, e.team, e.recorded_at, e.link)
        for e in reversed(entries)
    )


def _saved(entry: Entry) -> Saved:
    return Saved(entry.name, Trial.of(entry.body), entry.recorded_by, entry.recorded_at)
