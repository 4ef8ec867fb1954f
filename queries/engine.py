"""The engines: the only place that knows one from another.

DuckDB files hold embedded facts, SQLite the minutes beside them, PostgreSQL both on a server. What
they do differently (reading one moment, writing all or nothing, bulk rows in, planner statistics)
stands here; every select is the same for all.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Protocol, cast

import duckdb
import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    Select,
    Table,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.schema import CreateTableAs, CreateView, DropTable
from sqlalchemy.sql import quoted_name

from queries import distribution, schema, server
from queries.duckdb_files import file_engine
from queries.generation import Generations, Hold
from queries.pool import pooled
from queries.server import LOCK_WAIT_SECONDS

MEMORY_LIMIT = os.environ.get("CONCORD_MEMORY", "2GB")
READ_CONFIG = {
    "memory_limit": MEMORY_LIMIT,
    "enable_external_access": "false",
    "lock_configuration": "true",
}
# A load joins and sorts whole tables: the engine takes what it finds best, unless told otherwise.
LOAD_MEMORY = os.environ.get("CONCORD_LOAD_MEMORY")
WRITE_CONFIG = {"memory_limit": LOAD_MEMORY} if LOAD_MEMORY else {}
NOTICED = 20  # one row of so many has to change before a planner is told of it


class Facts(Protocol):
    """What either engine must give: a consistent connection to read, and one to write."""

    def reading(self) -> AbstractContextManager[Connection]: ...

    def supposing(self) -> AbstractContextManager[Connection]: ...

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

    def supposing(self) -> AbstractContextManager[Connection]:
        """As ``reading``: what is temporary is the connection's own, and it is new each time."""
        return self.reading()

    def _take(self) -> tuple[int, Engine]:
        with self._lock:
            number = self.generations.current()
            if number not in self._open:
                hold = self.generations.hold()
                number = hold.number
                engine = file_engine(hold.path, READ_CONFIG, read_only=True)
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
            engine = file_engine(self.generations.path(draft), WRITE_CONFIG)
            dropped: list[bool] = []
            try:
                with engine.connect() as connection:
                    create_missing(connection)
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


def sqlite_engine(path: Path) -> Engine:
    """The minutes' database: readers and one writer at once, who wait for each other."""
    engine = pooled(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA busy_timeout = 10000")

    return engine


def is_duckdb(connection: Connection) -> bool:
    """Whether facts are in DuckDB: the one question that other modules may not ask themselves."""
    return connection.dialect.name == "duckdb"


def hide(connection: Connection, table: Table, rows: Select[Any]) -> None:
    """Put some rows in the place of a stored table, for this connection alone.

    DuckDB plans a view well; a server wants rows that it has counted.
    """
    if is_duckdb(connection):
        connection.execute(CreateView(rows, table.name, temporary=True))
    else:
        keep(connection, table, rows)


def keep(connection: Connection, table: Table, rows: Select[Any]) -> None:
    """As ``hide``, with the rows as they are now, worked out once."""
    connection.execute(CreateTableAs(rows, table.name, temporary=True))
    refresh_statistics(connection, table)


def stored_schema(connection: Connection) -> quoted_name:
    """Where the stored tables are, whatever temporary ones have their names."""
    if not is_duckdb(connection):
        return quoted_name(
            str(connection.execute(select(func.current_schema())).scalar_one()), None
        )
    database = connection.execute(select(func.current_database())).scalar_one()
    # Both schemas of a connection are called main: its database's, and its own temporary one.
    return quoted_name(f'"{database}".main', False)


def create_missing(connection: Connection) -> None:
    """Make the tables of the facts that are not there yet."""
    known = set(inspect(connection).get_table_names())
    missing = [table for table in schema.facts.sorted_tables if table.name not in known]
    schema.facts.create_all(connection, tables=missing, checkfirst=False)


def create_temporary(connection: Connection, table: Table) -> None:
    """Make an empty working table that this load alone sees and that ends with it."""
    if distribution.is_spread(connection):
        distribution.create_working(connection, table)
        return
    # Both at once: asking first whether it is there costs more than the table.
    connection.execute(DropTable(table, if_exists=True))
    table.create(connection, checkfirst=False)


def drop_temporary(connection: Connection, *tables: Table) -> None:
    """Let working tables go before their load ends: until then they hold memory, and DuckDB still
    writes at the end what it was given."""
    if not distribution.is_spread(connection):
        for table in tables:
            connection.execute(DropTable(table, if_exists=True))


def expect_many_rows(connection: Connection) -> None:
    """Tell the planner, until the transaction ends, that whole tables are joined.

    A server guesses a few rows behind several joins and then looks each of a million up by itself.
    """
    if not is_duckdb(connection):
        connection.exec_driver_sql("SET LOCAL enable_nestloop = off")


@contextmanager
def expecting_few_rows(connection: Connection) -> Iterator[None]:
    """Where few rows look up theirs in whole tables, inside what expects many."""
    if not is_duckdb(connection):
        connection.exec_driver_sql("SET LOCAL enable_nestloop = on")
    yield
    expect_many_rows(connection)


def take_time(connection: Connection) -> None:
    """Let what this moment is read for take as long as it takes: it is no report."""
    if not is_duckdb(connection):
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def filling(
    connection: Connection, table: Table, first: bool, rows: int | None
) -> AbstractContextManager[None]:
    """Where rows come into a table, so many if that is known: to index many takes less afterwards.

    Nobody could read the table in the meantime, so this is for the first load of a store alone.
    """
    if is_duckdb(connection) or not first or distribution.is_spread(connection):
        return nullcontext()
    known = server.rows_known(connection) if rows is None else rows
    many = known >= server.MANY_ROWS
    return server.without_indexes(connection, table) if many else nullcontext()


def refresh_statistics(connection: Connection, table: Table, changed: int | None = None) -> None:
    """Tell the planner what a load has just written; DuckDB knows by itself.

    Where so few rows of a large table ``changed``, what it was told before still holds.
    """
    if is_duckdb(connection):
        return
    if changed is None or changed * NOTICED >= server.rows_of(connection, table):
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
    # The first one is quoted always: a line of nothing but \. would end the rows.
    first = names.split(",")[0]
    with duckdb.connect() as workbench:
        workbench.execute(
            f"COPY (SELECT {names} FROM read_parquet('{source}')) TO '{written}' "
            f"(FORMAT csv, HEADER false, NULLSTR '\\N', FORCE_QUOTE ({first}))"
        )
