"""The minutes: what people write down, append-only, in one numbered sequence.

Settings are entries with a table of their own; everything else (a saved scenario, a decision) is an
entry of some kind, with a name and a body. Each is numbered by the minute, and knows the load that
was current, so that any moment of the book can be read again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from queries import minute_tables
from queries.errors import ConcordError
from queries.settings import Settings, changed

# Kinds of entries that are said about figures: no report is made from them.
SAYING = ("action", "comment", "decision", "guest_link", "guest_revocation", "mark", "meeting")


@dataclass(frozen=True)
class Entry:
    """One thing that somebody wrote down, for a team, about the view that ``link`` opens.

    ``figures`` are the values, by metric, that whoever wrote it saw.
    """

    minute: int
    batch: int
    kind: str
    name: str
    body: Mapping[str, Any]
    link: str
    team: str
    recorded_at: datetime
    recorded_by: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What is about to be written; ``request_id`` is unique, so that a double click writes once."""

    request_id: str
    kind: str
    name: str
    body: Mapping[str, Any]
    link: str
    team: str
    recorded_by: str
    figures: Mapping[str, str] = field(default_factory=dict)


def latest_minute(connection: Connection) -> int:
    """The number of the last entry; 0 before the first."""
    tables = (minute_tables.setting, minute_tables.entry)
    last = (select(func.coalesce(func.max(t.c.minute), 0)) for t in tables)
    return max(int(connection.execute(each).scalar_one()) for each in last)


def last_before_load(connection: Connection, batch: int, minute: int) -> int:
    """The last entry that was written before a load came; ``minute`` where none was since."""
    tables = (minute_tables.setting, minute_tables.entry)
    since = (select(func.min(t.c.minute)).where(t.c.batch >= batch) for t in tables)
    found = [connection.execute(each).scalar_one() for each in since]
    return min([minute, *(int(first) - 1 for first in found if first is not None)])


def shaping_minute(connection: Connection, minute: int) -> int:
    """The last entry up to a minute that a report may be made from: what is said about figures
    moves none."""
    setting, entry = minute_tables.setting, minute_tables.entry
    asked = (
        select(func.coalesce(func.max(setting.c.minute), 0)).where(setting.c.minute <= minute),
        select(func.coalesce(func.max(entry.c.minute), 0)).where(
            entry.c.minute <= minute, entry.c.kind.not_in(SAYING)
        ),
    )
    return max(int(connection.execute(each).scalar_one()) for each in asked)


def setting_entries(connection: Connection, minute: int) -> list[tuple[int, str, str]]:
    """Every setting written up to a minute, in order."""
    table = minute_tables.setting
    columns = (table.c.batch, table.c.name, table.c.value)
    statement = select(*columns).where(table.c.minute <= minute).order_by(table.c.minute)
    rows = connection.execute(statement)
    return [(batch, name, value) for batch, name, value in rows]


def record_settings(
    connection: Connection, given: Mapping[str, str], batch: int, now: datetime, user: str
) -> None:
    """Write settings down; each is checked first, so that a bad one writes nothing."""
    changed(Settings(), given.items())
    first = latest_minute(connection) + 1
    rows = [
        {
            "minute": first + offset,
            "batch": batch,
            "name": name,
            "value": value,
            "recorded_at": now,
            "recorded_by": user,
        }
        for offset, (name, value) in enumerate(given.items())
    ]
    if rows:
        connection.execute(insert(minute_tables.setting), rows)


def entries(connection: Connection, kind: str | None, minute: int) -> list[Entry]:
    """Every entry of one kind up to a minute, in order; of every kind where none is given."""
    table = minute_tables.entry
    columns = [table.c[name] for name in Entry.__dataclass_fields__]
    statement = select(*columns).where(table.c.minute <= minute).order_by(table.c.minute)
    if kind is not None:
        statement = statement.where(table.c.kind == kind)
    rows = connection.execute(statement)
    return [_read(row) for row in rows]


def _read(row: Row[Any]) -> Entry:
    read = {"body": _mapping(row.body), "figures": _mapping(row.figures)}
    return Entry(**{**row._mapping, **read})


def _mapping(text: str) -> dict[str, Any]:
    """What an entry holds by name; nothing where it holds something else."""
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def record(connection: Connection, draft: Draft, batch: int, now: datetime) -> int:
    """Write one entry down and give its minute; the same request again gives the first one's.

    Raises ``ConcordError`` where somebody else's entry has the request already: whoever numbers
    requests by what they take the place of finds out that it is no longer there.
    """
    table = minute_tables.entry
    body = json.dumps(draft.body, sort_keys=True)
    same = select(table.c.minute, table.c.body, table.c.recorded_by).where(
        table.c.request_id == draft.request_id
    )
    if (found := connection.execute(same).one_or_none()) is not None:
        if (found.body, found.recorded_by) != (body, draft.recorded_by):
            raise ConcordError(f"{found.recorded_by} was quicker: look at what is there now")
        return int(found.minute)
    minute = latest_minute(connection) + 1
    written = {**vars(draft), "body": body, "figures": json.dumps(draft.figures, sort_keys=True)}
    row = {"minute": minute, "batch": batch, "recorded_at": now}
    connection.execute(insert(table), {**written, **row})
    return minute
