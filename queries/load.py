"""A load: one batch of validated rows into the store, all of it or none.

Each table is staged, completed with what it leaves out, converted, compared with what the store
holds, and applied: rows that are the same stay, rows that changed are closed and followed by new
ones. Marts go through the same door: a mart is a table replaced by its own definition.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.exc import DataError

from queries import contract, log, migration, rejects, schema, upsert
from queries.errors import ConcordError
from queries.extract import Extract, Extraction, extract
from queries.refresh import refresh_marts
from queries.scratch import scratch_folder
from queries.settings import Settings, changed
from queries.store import Store, Writer
from queries.upsert import Counts

Notify = Callable[[str], None]


@dataclass(frozen=True)
class LoadOptions:
    """How strict a load is. ``replace`` also closes what the files no longer have."""

    replace: bool = False
    strict: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class TableCount:
    """What became of one table's records: read = loaded + unchanged + superseded + rejected."""

    table_name: str
    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0
    closed: int = 0
    reconverted: int = 0
    unknown_columns: tuple[str, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether the table holds anything else than before."""
        return bool(self.loaded or self.superseded or self.closed or self.reconverted)


@dataclass(frozen=True)
class LoadResult:
    """One batch: its number, its day, and its tables."""

    batch: int
    dry_run: bool
    data_through: date
    seconds: float
    tables: tuple[TableCount, ...] = ()

    @property
    def rejected(self) -> int:
        return sum(t.rejected for t in self.tables)


def load(
    store: Store,
    source: Path,
    *,
    options: LoadOptions = LoadOptions(),
    now: datetime,
    user: str,
    notify: Notify = lambda _: None,
) -> LoadResult:
    """Load a folder, a file or a mapping into the store as one batch.

    Raises ``ConcordError`` with one line, and leaves the store as it was, where the files cannot
    be read or, with ``strict``, where any row is bad.
    """
    began = time.monotonic()
    if not migration.is_initialised(store):
        migration.initialise(store, {}, now, user)
    with scratch_folder(store.home) as scratch:
        extraction = extract(source, scratch, notify)
        with _holding(), store.writer() as writer:
            result = _write(store, writer, extraction, options, now, user, notify)
            result = replace(result, seconds=round(time.monotonic() - began, 3))
            if options.dry_run:
                writer.discard()
            else:
                _record(writer, extraction, result, now, user)
                rejects.export(store.home, writer.connection, result.batch)
    log.event(store.home, "load", now, batch=result.batch, rejected=result.rejected, user=user)
    return result


@contextmanager
def _holding() -> Iterator[None]:
    """Say in one line that a sum, or a quantity × price, is beyond what the store can hold."""
    try:
        yield
    except DataError as fault:
        raise ConcordError(
            "nothing loaded: an amount, or a sum of them, is too large for the store (10^16): "
            "look for quantities and prices that cannot be meant"
        ) from fault


def _write(
    store: Store,
    writer: Writer,
    extraction: Extraction,
    options: LoadOptions,
    now: datetime,
    user: str,
    notify: Notify,
) -> LoadResult:
    settings = _settings(writer, extraction.settings)
    counts = []
    for extracted in extraction.tables:
        notify(f"{extracted.table}: {extracted.read:,} records read, comparing")
        counts.append(_table(writer, extracted, settings, options))
    counts += _reconvert_others(writer, extraction, settings)
    bad = sum(c.rejected for c in counts)
    if options.strict and bad:
        raise ConcordError(_strict_line(writer, bad))
    data_through = settings.data_through or now.date()
    notify("refreshing the marts")
    refresh_marts(writer, settings, data_through, [c.table_name for c in counts if c.moved])
    return LoadResult(writer.batch, options.dry_run, data_through, 0.0, tuple(counts))


def _settings(writer: Writer, given: Mapping[str, str]) -> Settings:
    settings = changed(writer.settings, given.items())
    if settings.currency != writer.settings.currency and writer.batch > 1:
        raise ConcordError(
            f"the store reports in {writer.settings.currency}; a store in {settings.currency} "
            "starts empty: set CONCORD_HOME to another folder"
        )
    return settings


def _strict_line(writer: Writer, bad: int) -> str:
    first = rejects.first(writer.connection, writer.batch)
    return f"nothing loaded: {bad} bad records, and --strict was asked; the first: {first}"


def _table(
    writer: Writer, extracted: Extract, settings: Settings, options: LoadOptions
) -> TableCount:
    table = schema.contract_tables[extracted.table]
    rejects.keep(writer, extracted)
    counts = upsert.apply_extract(writer, extracted, settings, options.replace)
    return _count(table.name, extracted, counts)


def _count(name: str, extracted: Extract, counts: Counts) -> TableCount:
    return TableCount(
        name,
        extracted.read,
        counts.loaded,
        counts.unchanged + extracted.repeated,
        counts.superseded,
        extracted.rejected + counts.rejected,
        counts.closed,
        counts.reconverted,
        extracted.unknown,
    )


def _reconvert_others(
    writer: Writer, extraction: Extraction, settings: Settings
) -> list[TableCount]:
    """Convert again the lines of tables that this load does not bring, where rates changed."""
    brought = {extracted.table for extracted in extraction.tables}
    same_year = settings.fiscal_year_start == writer.settings.fiscal_year_start
    if same_year and not brought & {"exchange_rate", "fiscal_period"}:
        return []
    counts = []
    for name in contract.CONVERSIONS:
        if name not in brought:
            number = upsert.reconvert(writer, name, settings)
            if number:
                counts.append(TableCount(name, reconverted=number))
    return counts


def _record(
    writer: Writer, extraction: Extraction, result: LoadResult, now: datetime, user: str
) -> None:
    """Write the load into the books."""
    number = {"batch": result.batch}
    header = {
        "source": extraction.source,
        "loaded_at": now,
        "loaded_by": user,
        "data_through": result.data_through,
        "settings": json.dumps(dict(extraction.settings)),
        "seconds": result.seconds,
    }
    writer.connection.execute(insert(schema.batch), number | header)
    _insert(writer.connection, schema.batch_table, [number | _books(t) for t in result.tables])
    files = [{"file": f.name, "sha256": f.sha256, "bytes": f.bytes} for f in extraction.files]
    _insert(writer.connection, schema.batch_file, [number | f for f in files])


def _books(count: TableCount) -> dict[str, Any]:
    names = [c.name for c in schema.batch_table.columns if c.name != "batch"]
    return {name: getattr(count, name) for name in names}


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
