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
        found = {entry.name: _saved(entry) for entry in reader.entries(SCENARIO)}
    return tuple(found[name] for name in sorted(found))


def _saved(entry: Entry) -> Saved:
    return Saved(entry.name, Trial.of(entry.body), entry.recorded_by, entry.recorded_at)
