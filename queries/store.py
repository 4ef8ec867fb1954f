"""The store of one company: how one moment of it is read, and how a load is written.

The embedded store is a folder: facts in DuckDB files, one per generation, minutes in SQLite. A load
writes the next generation beside the current one and then replaces the one-line file ``current``;
a reader holds its generation until it is done. The server store is one PostgreSQL database.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Row,
    Select,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.util import LRUCache

from queries import minutes, schema
from queries.crossing import crossing, typed
from queries.engine import EmbeddedFacts, Facts, sqlite_engine
from queries.errors import BusyError, ConcordError
from queries.navigation import navigated
from queries.selection import Pin
from queries.server import ServerFacts, server_engine
from queries.settings import Settings, settings_at

T = TypeVar("T")

MOMENTS_KEPT = 20
RECORD_ATTEMPTS = 20  # people who may write at the very same moment
COMPARED_AT_ONCE = 4  # each of them takes five connections
TURN_WAIT_SECONDS = 90.0  # whoever waits holds nothing that others need


@dataclass(frozen=True)
class Reader:
    """One moment of the store, open for reading: every select sees the same load."""

    connection: Connection
    batch: int
    latest: int  # the store's last load, where this one is pinned
    minute: int
    settings: Settings
    book: Connection  # the minutes
    navigates: bool = True  # whether rollups may stand in for marts
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def apart(self, **changes: Any) -> "Reader":
        """A reader of what else might be: it keeps nothing that this one knows."""
        return replace(self, kept={}, shared={}, **changes)

    def once_for_all(self, name: str, read: "Callable[[Reader], T]") -> T:
        """As ``once``, kept for all readers of the moment: for what nobody changes."""
        if name not in self.shared:
            self.shared[name] = read(self)
        found: T = self.shared[name]
        return found

    def once(self, name: str, read: "Callable[[Reader], T]") -> T:
        """What ``read`` gives, read the first time and kept: a moment does not change."""
        if name not in self.kept:
            self.kept[name] = read(self)
        found: T = self.kept[name]
        return found

    def entries(self, kind: str | None = None) -> list[minutes.Entry]:
        """What people wrote down of one kind, or of any, up to the reader's minute, in order."""
        return minutes.entries(self.book, kind, self.minute)

    @property
    def shaping_minute(self) -> int:
        """The last entry up to the reader's minute that a report may be made from."""
        return minutes.shaping_minute(self.book, self.minute)

    def rows(self, statement: Executable) -> list[Row[Any]]:
        """The rows as they are in the store; amounts are ``Decimal``."""
        return list(self.connection.execute(self._navigated(statement)).all())

    def frame(self, statement: Select[Any]) -> pd.DataFrame:
        """The rows as a frame: amounts cross as whole cents (int64), other numbers as floats."""
        result = self.connection.execute(self._navigated(crossing(statement)))
        native = getattr(result.cursor, "df", None)
        names = list(result.keys())
        data = native() if native else pd.DataFrame(result.all(), columns=names)
        data.columns = pd.Index(names)
        return typed(data, statement)

    def _navigated(self, statement: Executable) -> Executable:
        if self.navigates and isinstance(statement, Select):
            return navigated(statement)
        return statement

    def sql(self, statement: Select[Any]) -> str:
        """The statement as people may run it themselves."""
        compiled = statement.compile(
            dialect=self.connection.dialect, compile_kwargs={"literal_binds": True}
        )
        # The drivers' own sign for a parameter is doubled in their SQL, and in theirs alone.
        return str(compiled).replace("%%", "%")


@dataclass
class Writer:
    """A load in progress: all of it lands, or none. ``discard`` makes it none."""

    connection: Connection
    batch: int  # the number this load will have
    settings: Settings
    previous: Settings  # those of the load before
    kept: bool = True

    def discard(self) -> None:
        """Leave the store as it was (a dry run, or a strict load with bad rows)."""
        self.kept = False


class Store:
    """The facts and the minutes of one company."""

    def __init__(self, home: Path, facts: Facts, minutes_engine: Engine) -> None:
        self.home = home
        self.facts = facts
        self.minutes = minutes_engine
        self._comparing = BoundedSemaphore(COMPARED_AT_ONCE)
        self._moments: LRUCache[Any, dict[str, Any]] = LRUCache(MOMENTS_KEPT)

    @contextmanager
    def comparing(self) -> Iterator[None]:
        """A turn to hold several moments open at once: taken before the first of them is, so that
        nobody waits for a connection while holding what others wait for."""
        if not self._comparing.acquire(timeout=TURN_WAIT_SECONDS):
            raise BusyError
        try:
            yield
        finally:
            self._comparing.release()

    @contextmanager
    def reader(self, pin: Pin | None = None) -> Iterator[Reader]:
        """One moment of the store: the latest, or a pinned one. Raises where there is none."""
        with self.facts.reading() as connection, self.minutes.connect() as book:
            _check_version(connection)
            loads, times = _loads(connection)
            latest = loads[-1][0] if loads else 0
            batch = pin.batch if pin else latest
            if batch > latest or (pin and batch < 1):
                raise ConcordError(
                    f"as_of {pin}: there is no load {batch}; the last one is {latest}"
                )
            minute = _minute(book, pin)
            entries = minutes.setting_entries(book, minute)
            settings = settings_at(loads, entries, batch)
            shared = self._shared((str(connection.engine.url), times, batch, minute))
            yield Reader(connection, batch, latest, minute, settings, book, shared=shared)

    def _shared(self, moment: tuple[Any, ...]) -> dict[str, Any]:
        """What readers of one moment keep for each other."""
        if moment not in self._moments:
            self._moments[moment] = {}
        return self._moments.get(moment, {})

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """A load: what the block writes lands whole when it ends, or not at all."""
        with self.facts.writing() as (connection, drop), self.minutes.connect() as book:
            _check_version(connection)
            loads, _ = _loads(connection)
            latest = loads[-1][0] if loads else 0
            entries = minutes.setting_entries(book, minutes.latest_minute(book))
            settings = settings_at(loads, entries, latest + 1)
            previous = settings_at(loads, entries, latest)
            writer = Writer(connection, latest + 1, settings, previous)
            yield writer
            if not writer.kept:
                drop()

    def record(
        self,
        draft: minutes.Draft,
        batch: int,
        now: datetime,
        also: Callable[[Connection], None] | None = None,
    ) -> int:
        """Write one entry into the minutes, in one transaction; the minute it has.

        The same request written twice is one entry. Two people at once get two minutes: whoever
        comes second takes the next one. What belongs to the entry and is too long for it is written
        by ``also``, with it or not at all.
        """
        for _ in range(RECORD_ATTEMPTS):
            with suppress(IntegrityError), self.minutes.begin() as book:
                minute = minutes.record(book, draft, batch, now)
                if also:
                    also(book)
                return minute
        raise ConcordError("others are writing at this moment: try again")

    def close(self) -> None:
        """Let go of every file and connection."""
        self.facts.close()
        self.minutes.dispose()


def _loads(connection: Connection) -> tuple[list[tuple[int, str]], tuple[datetime, ...]]:
    """Every load with its settings; and when they were, which tells one store from another."""
    columns = (schema.batch.c.batch, schema.batch.c.settings, schema.batch.c.loaded_at)
    found = connection.execute(select(*columns).order_by(columns[0])).all()
    return [(number, given) for number, given, _ in found], tuple(at for *_, at in found)


def newer_store(version: int) -> str:
    """What to say of a store that a later Concord wrote."""
    return (
        f"the store has version {version}, and this Concord reads {schema.SCHEMA_VERSION}: "
        "upgrade Concord"
    )


def _check_version(connection: Connection) -> None:
    version = connection.execute(select(schema.store_version.c.version)).scalar()
    if version is not None and version > schema.SCHEMA_VERSION:
        raise ConcordError(newer_store(version))
    if version is None or version < schema.SCHEMA_VERSION:
        raise ConcordError("the store is of an older version: run `spend init` to upgrade it")


def _minute(book: Connection, pin: Pin | None) -> int:
    latest = minutes.latest_minute(book)
    if pin is None:
        return latest
    if pin.minute is None:  # a load goes with what was written down until the next one came
        return minutes.last_before_load(book, pin.batch + 1, latest)
    if pin.minute > latest:
        raise ConcordError(f"as_of {pin}: the minutes have {latest} entries")
    return pin.minute


def open_store(url: str | None = None, home: Path | None = None) -> Store:
    """The store that CONCORD_STORE names, else the folder CONCORD_HOME (default ``var``)."""
    url = os.environ.get("CONCORD_STORE") if url is None else url
    home = Path(os.environ.get("CONCORD_HOME", "var")) if home is None else home
    if url:
        if not url.startswith("postgresql+psycopg://"):
            raise ConcordError(
                "CONCORD_STORE: give a URL such as postgresql+psycopg://user@host/name"
            )
        engine = server_engine(url)
        return Store(home, ServerFacts(engine), engine)
    return Store(home, EmbeddedFacts(home), sqlite_engine(home / "minutes.sqlite"))
