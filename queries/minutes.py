"""The minutes: what people write down, append-only, in one numbered sequence.

Settings are entries with a table of their own; everything else (a saved scenario, a decision) is an
entry of some kind, with a name and a body. Each is numbered by the minute, and knows the load that
was current, so that any moment of the book can be read again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from queries import minute_tables
from queries.settings import Settings, changed


@dataclass(frozen=True)
class Entry:
    """One thing that somebody wrote down, for a team, about the view that ``link`` opens."""

    minute: int
    batch: int
    kind: str
    name: str
    body: Mapping[str, Any]
    link: str
    team: str
    recorded_at: datetime
    recorded_by: str


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


def latest_minute(connection: Connection) -> int:
    """The number of the last entry; 0 before the first."""
    tables = (minute_tables.setting, minute_tables.entry)
    last = (select(func.coalesce(func.max(t.c.minute), 0)) for t in tables)
    return max(int(connection.execute(each).scalar_one()) for each in last)


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


def entries(connection: Connection, kind: str, minute: int) -> list[Entry]:
    """Every entry of one kind up to a minute, in order."""
    table = minute_tables.entry
    columns = [table.c[name] for name in Entry.__dataclass_fields__]
    chosen = (table.c.kind == kind, table.c.minute <= minute)
    rows = connection.execute(select(*columns).where(*chosen).order_by(table.c.minute))
    return [Entry(**{**row._mapping, "body": json.loads(row.body)}) for row in rows]


def record(connection: Connection, draft: Draft, batch: int, now: datetime) -> int:
    """Write one entry down and give its minute; the same request again gives the first one's."""
    table = minute_tables.entry
    same = select(table.c.minute).where(table.c.request_id == draft.request_id)
    if (found := connection.execute(same).scalar()) is not None:
        return int(found)
    minute = latest_minute(connection) + 1
    written = {**vars(draft), "body": json.dumps(draft.body, sort_keys=True)}
    row = {"minute": minute, "batch": batch, "recorded_at": now}
    connection.execute(insert(table), {**written, **row})
    return minute
