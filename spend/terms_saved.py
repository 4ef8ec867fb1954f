"""Scenarios of terms that somebody saved: from the minutes."""

from dataclasses import dataclass
from datetime import datetime

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend.terms_choice import Trial

SCENARIO = "scenario"


@dataclass(frozen=True)
class Saved:
    """One saved scenario: the latest of its name, who saved it and when."""

    name: str
    trial: Trial
    by: str
    at: datetime


def scenarios(store: Store, selection: Selection) -> tuple[Saved, ...]:
    """The saved scenarios of a moment, by name; a name saved again stands as it was last saved."""
    with store.reader(selection.as_of) as reader:
        found = {one.name: one for one in map(read, reader.entries(SCENARIO)) if one}
    return tuple(found[name] for name in sorted(found))


def read(entry: Entry) -> Saved | None:
    """An entry as a scenario; ``None`` where it is none."""
    try:
        trial = Trial.of(entry.body)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Saved(entry.name, trial, entry.recorded_by, entry.recorded_at)
