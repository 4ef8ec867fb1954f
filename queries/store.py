"""Where the store lives and how it is reached: the only place that knows one engine from another.

The embedded store is a folder: facts in DuckDB files, one per generation, minutes in SQLite. A load
writes the next generation beside the current one and then replaces the one-line file ``current``;
a reader holds its generation until it is done. The server store is one PostgreSQL database.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import duckdb
import pandas as pd
import psycopg
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Double,
    Engine,
    Executable,
    Numeric,
    Row,
    Select,
    Table,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.pool import NullPool

from queries import minutes, schema
from queries.errors import ConcordError
from queries.generation import Generations, Hold
from queries.minutes import Settings
from queries.selection import Pin

MEMORY_LIMIT = os.environ.get("CONCORD_MEMORY", "2GB")
READ_CONFIG = {
    "memory_limit": MEMORY_LIMIT,
    "enable_external_access": "false",
    "lock_configuration": "true",
}
LOCK_WAIT_SECONDS = 30.0
WIDE_AMOUNT = Numeric(20, 2)  # DuckDB counts the cents of 18 digits in 18 digits, and overflows
ADVISORY_LOCK = 7236511  # one number that every load of a server store agrees on


@dataclass(frozen=True)
class Reader:
    """One moment of the store, open for reading: every select sees the same load."""

    connection: Connection
    batch: int
    latest: int  # the store's last load, where this one is pinned
    minute: int
    settings: Settings

    def rows(self, statement: Executable) -> list[Row[Any]]:
        """The rows as they are in the store; amounts are ``Decimal``."""
        return list(self.connection.execute(statement).all())

    def frame(self, statement: Select[Any]) -> pd.DataFrame:
        """The rows as a frame: amounts cross as whole cents (int64), other numbers as floats."""
        result = self.connection.execute(_crossing(statement))
        native = getattr(result.cursor, "df", None)
        names = list(result.keys())
        data = native() if native else pd.DataFrame(result.all(), columns=names)
        data.columns = pd.Index(names)
        return _typed(data, statement)

    def sql(self, statement: Select[Any]) -> str:
        """The statement as people may run it themselves."""
        compiled = statement.compile(
            dialect=self.connection.dialect, compile_kwargs={"literal_binds": True}
        )
        return str(compiled)


def _is_money(column: Any) -> bool:
    return isinstance(column.type, Numeric) and column.type.scale == schema.AMOUNT.scale


def _crossing(statement: Select[Any]) -> Select[Any]:
    """The same select with amounts in cents and other decimals as doubles."""
    columns: list[ColumnElement[Any]] = []
    for column in statement.selected_columns:
        if _is_money(column):
            cents = sql_cast(column, WIDE_AMOUNT) * 100
            columns.append(sql_cast(cents, BigInteger).label(column.name))
        elif isinstance(column.type, Numeric):
            columns.append(sql_cast(column, Double).label(column.name))
        else:
            columns.append(column)
    crossing: Select[Any] = statement.with_only_columns(*columns, maintain_column_froms=True)
    return crossing


def _typed(data: pd.DataFrame, statement: Select[Any]) -> pd.DataFrame:
    """Both engines' frames alike: cents stay integers where some are missing, days are days."""
    for column in statement.selected_columns:
        name = column.name
        if _is_money(column):
            data[name] = data[name].astype("Int64" if data[name].isna().any() else "int64")
        elif isinstance(column.type, Numeric):
            data[name] = data[name].astype("float64")
        elif isinstance(column.type, Date):
            data[name] = pd.to_datetime(data[name])
    return data


@dataclass
class Writer:
    """A load in progress: all of it lands, or none. ``discard`` makes it none."""

    connection: Connection
    batch: int  # the number this load will have
    settings: Settings
    kept: bool = True

    def discard(self) -> None:
        """Leave the store as it was (a dry run, or a strict load with bad rows)."""
        self.kept = False


class Facts(Protocol):
    """What either engine must give: a consistent connection to read, and one to write."""

    def reading(self) -> AbstractContextManager[Connection]: ...

    def writing(self) -> AbstractContextManager[tuple[Connection, Callable[[], None]]]: ...

    def exists(self) -> bool: ...

    def close(self) -> None: ...


class EmbeddedFacts:
    """Facts in DuckDB files. One engine per generation, kept while the generation is current."""

    def __init__(self, home: Path) -> None:
        self.generations = Generations(home)
        self._lock = threading.Lock()
        self._open: dict[int, tuple[Hold, Engine, Connection]] = {}
        self._readers: Counter[int] = Counter()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        number, engine = self._take()
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            self._give_back(number)

    def _take(self) -> tuple[int, Engine]:
        with self._lock:
            number = self.generations.current()
            if number not in self._open:
                hold = self.generations.hold()
                number = hold.number
                engine = _duckdb(hold.path, READ_CONFIG, read_only=True)
                # The first connection keeps the file open, so that the next ones cost little.
                self._open[number] = (hold, engine, engine.connect())
            self._readers[number] += 1
            return number, self._open[number][1]

    def _give_back(self, number: int) -> None:
        with self._lock:
            self._readers[number] -= 1
            current = self.generations.current()
            for old in [n for n in self._open if n != current and not self._readers[n]]:
                self._shut(old)

    def _shut(self, number: int) -> None:
        hold, engine, first = self._open.pop(number)
        first.close()
        engine.dispose()
        self.generations.release(hold)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Callable[[], None]]]:
        """A connection to the next generation; it becomes current when the block ends well."""
        with self.generations.loading(LOCK_WAIT_SECONDS):
            draft = self.generations.draft()
            engine = _duckdb(self.generations.path(draft), {"memory_limit": MEMORY_LIMIT})
            dropped: list[bool] = []
            try:
                with engine.connect() as connection:
                    schema.facts.create_all(connection)
                    connection.commit()
                    yield connection, lambda: dropped.append(True)
                    connection.commit()
                    connection.exec_driver_sql("CHECKPOINT")
                engine.dispose()
                if not dropped:
                    self.generations.publish(draft)
            finally:
                engine.dispose()
                if self.generations.current() != draft:
                    self.generations.discard(draft)
            self.generations.sweep()

    def exists(self) -> bool:
        return self.generations.current() > 0

    def close(self) -> None:
        with self._lock:
            for number in list(self._open):
                self._shut(number)


def _duckdb(path: Path, config: dict[str, str], read_only: bool = False) -> Engine:
    arguments = {"config": config, "read_only": read_only}
    return create_engine(f"duckdb:///{path}", poolclass=NullPool, connect_args=arguments)


class ServerFacts:
    """Facts in PostgreSQL: a load is one transaction, a report one repeatable read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._initialised = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._initialised = self._initialised or self.exists()
        if not self._initialised:
            raise ConcordError("the database is empty: run `spend init`, then `spend load PATH`")
        with self.engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Callable[[], None]]]:
        with self.engine.connect() as connection:
            self._lock(connection)
            dropped: list[bool] = []
            yield connection, lambda: dropped.append(True)
            if dropped:
                connection.rollback()
            else:
                connection.commit()

    def _lock(self, connection: Connection) -> None:
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        ask = select(func.pg_try_advisory_xact_lock(ADVISORY_LOCK))
        while not connection.execute(ask).scalar_one():
            connection.rollback()
            if time.monotonic() >= deadline:
                raise ConcordError("another load is running: try again when it is done")
            time.sleep(0.05)

    def exists(self) -> bool:
        return inspect(self.engine).has_table(schema.store_version.name)

    def close(self) -> None:
        self.engine.dispose()


class Store:
    """The facts and the minutes of one company."""

    def __init__(self, home: Path, facts: Facts, minutes_engine: Engine) -> None:
        self.home = home
        self.facts = facts
        self.minutes = minutes_engine

    @contextmanager
    def reader(self, pin: Pin | None = None) -> Iterator[Reader]:
        """One moment of the store: the latest, or a pinned one. Raises where there is none."""
        with self.facts.reading() as connection, self.minutes.connect() as book:
            _check_version(connection)
            loads = _loads(connection)
            latest = loads[-1][0] if loads else 0
            batch = pin.batch if pin else latest
            if batch > latest or (pin and batch < 1):
                raise ConcordError(
                    f"as_of {pin}: there is no load {batch}; the last one is {latest}"
                )
            minute = _minute(book, pin)
            entries = minutes.setting_entries(book, minute)
            settings = minutes.settings_at(loads, entries, batch)
            yield Reader(connection, batch, latest, minute, settings)

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """A load: what the block writes lands whole when it ends, or not at all."""
        with self.facts.writing() as (connection, drop), self.minutes.connect() as book:
            loads = _loads(connection)
            latest = loads[-1][0] if loads else 0
            entries = minutes.setting_entries(book, minutes.latest_minute(book))
            settings = minutes.settings_at(loads, entries, latest)
            writer = Writer(connection, latest + 1, settings)
            yield writer
            if not writer.kept:
                drop()

    def close(self) -> None:
        """Let go of every file and connection."""
        self.facts.close()
        self.minutes.dispose()


def _loads(connection: Connection) -> list[tuple[int, str]]:
    columns = (schema.batch.c.batch, schema.batch.c.settings)
    return [(n, given) for n, given in connection.execute(select(*columns).order_by(columns[0]))]


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
    if pin is None or pin.minute is None:
        return latest
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
        engine = create_engine(url, pool_pre_ping=True)
        return Store(home, ServerFacts(engine), engine)
    return Store(home, EmbeddedFacts(home), _sqlite(home / "minutes.sqlite"))


def _sqlite(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA busy_timeout = 10000")

    return engine


def is_duckdb(connection: Connection) -> bool:
    """Whether facts are in DuckDB: the one question that other modules may not ask themselves."""
    return connection.dialect.name == "duckdb"


def create_temporary(connection: Connection, table: Table) -> None:
    """Make an empty working table that this load alone sees and that ends with it."""
    table.drop(connection, checkfirst=True)
    table.create(connection)


def refresh_statistics(connection: Connection, table: Table) -> None:
    """Tell the planner what a load has just written; DuckDB knows by itself."""
    if not is_duckdb(connection):
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def copy_parquet(connection: Connection, table: Table, columns: Sequence[str], path: Path) -> None:
    """Put the rows of a Parquet file into a table, by the engine's fastest door."""
    names = ", ".join(columns)
    if is_duckdb(connection):
        source = str(path).replace("'", "''")
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM read_parquet('{source}')"
        )
        return
    text_file = path.with_suffix(".copy")
    _parquet_to_text(path, names, text_file)
    driver = cast(psycopg.Connection[Any], connection.connection.driver_connection)
    with driver.cursor() as cursor, text_file.open("rb") as source_file:
        statement = f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')"
        with cursor.copy(statement.encode()) as copy:
            while block := source_file.read(1 << 20):
                copy.write(block)
    text_file.unlink()


def _parquet_to_text(path: Path, names: str, target: Path) -> None:
    source, written = (str(p).replace("'", "''") for p in (path, target))
    with duckdb.connect() as workbench:
        workbench.execute(
            f"COPY (SELECT {names} FROM read_parquet('{source}')) TO '{written}' "
            "(FORMAT csv, HEADER false, NULLSTR '\\N', FORCE_QUOTE *)"
        )
