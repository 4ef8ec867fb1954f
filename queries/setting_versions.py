"""How each setting came to be what it is: what loads brought, and what was written down since."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from queries import minute_tables, schema
from queries.settings import SHAPING
from queries.store import Reader

LOAD, WRITTEN = schema.batch, minute_tables.setting


@dataclass(frozen=True)
class SettingVersion:
    """One value of one setting: from which load on it holds, and who gave it when.

    ``minute`` is 0 where it came with that load.
    """

    name: str
    value: str
    batch: int
    minute: int
    at: datetime
    by: str

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands among all values: a load's own come before what was written while it was
        current; what shapes the marts waits for the next load, and comes before that one's own."""
        waits = bool(self.minute and self.batch and self.name in SHAPING)
        return self.batch + waits, 0 if waits else 1 + bool(self.minute), self.minute


def setting_versions(reader: Reader) -> tuple[SettingVersion, ...]:
    """Every value that any setting has had by the reader's moment, in the order they took effect.

    As ``queries.settings.settings_at`` follows them: the last of a name is in force.
    """
    found = (*_brought(reader), *_written(reader))
    known = (one for one in found if one.place[0] <= reader.batch)
    return tuple(sorted(known, key=lambda one: one.place))


def _brought(reader: Reader) -> Iterator[SettingVersion]:
    columns = (LOAD.c.batch, LOAD.c.settings, LOAD.c.loaded_at, LOAD.c.loaded_by)
    for load in reader.rows(select(*columns).where(LOAD.c.batch <= reader.batch)):
        for name, value in json.loads(load.settings).items():
            yield SettingVersion(name, value, load.batch, 0, load.loaded_at, load.loaded_by)


def _written(reader: Reader) -> Iterator[SettingVersion]:
    names = ("name", "value", "batch", "minute", "recorded_at", "recorded_by")
    statement = select(*(WRITTEN.c[name] for name in names))
    for row in reader.book.execute(statement.where(WRITTEN.c.minute <= reader.minute)):
        yield SettingVersion(*row)
