"""Facts on a PostgreSQL server: its engine, what is told to its sessions, and its indexes."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Date, Engine, Table, event, func, inspect, select, text
from sqlalchemy.engine import ExceptionContext

from queries import distribution, schema
from queries.errors import ConcordError, NothingLoadedError, SlowError
from queries.pool import pooled
from queries.recursion import without_recursion

STATEMENT_SECONDS = int(os.environ.get("CONCORD_STATEMENT_SECONDS", "60"))
LOCK_WAIT_SECONDS = 30.0
ADVISORY_LOCK = 7236511  # one number that every load of a server store agrees on
PUBLISHING = ADVISORY_LOCK + 1  # held while a load becomes visible, machine by machine
MANY_ROWS = 50_000  # to index so many at once takes a third of the time of one by one

# To compile a report's select takes longer than to run it.
SESSION = ("SET jit = off", f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
WITHOUT_RECURSION = ("before_execute", without_recursion)
# A load takes as long as it takes, and its selects are long ones.
LOADING = ("SET LOCAL jit TO DEFAULT", "SET LOCAL statement_timeout = 0")


def server_engine(url: str) -> Engine:
    """The engine of a server: a report that takes too long ends in one line."""
    engine = pooled(url, check=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: psycopg.Connection[Any], _: Any) -> None:
        with connection.cursor() as cursor:
            for statement in SESSION:
                cursor.execute(statement)
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def _explain(context: ExceptionContext) -> None:
        fault = context.original_exception
        # Somebody may have cancelled it, too.
        if isinstance(fault, psycopg.errors.QueryCanceled) and "statement timeout" in str(fault):
            raise SlowError(STATEMENT_SECONDS) from None

    return engine


class ServerFacts:
    """Facts in PostgreSQL: a load is one transaction, a report one repeatable read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._spread: bool | None = None  # once there is anything to spread

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._look()
        with self.engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            self._take_snapshot(connection)
            yield connection

    @contextmanager
    def supposing(self) -> Iterator[Connection]:
        """As ``reading``, with temporary tables: they are rolled back with the transaction."""
        self._look()
        isolated = self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with isolated as connection:
            try:
                self._take_snapshot(connection)
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Callable[[], None]]]:
        with self.engine.connect() as connection:
            self._lock(connection)
            self._see(connection)
            for statement in (*LOADING, *distribution.LOADING):
                connection.exec_driver_sql(statement)
            dropped: list[bool] = []
            yield connection, lambda: dropped.append(True)
            if dropped:
                connection.rollback()
            else:
                connection.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))
                connection.commit()

    def _look(self) -> None:
        """See once whether there is a store, and where it is."""
        if self._spread is None:
            if not self.exists():
                raise NothingLoadedError("database")
            with self.engine.connect() as connection:
                self._see(connection)

    def _see(self, connection: Connection) -> None:
        self._spread = distribution.is_spread(connection)
        if self._spread and not event.contains(self.engine, *WITHOUT_RECURSION):
            event.listen(self.engine, *WITHOUT_RECURSION, retval=True)

    def _take_snapshot(self, connection: Connection) -> None:
        """Begin to read while no load is becoming visible, where machines do that one by one.

        After that they may: rows say between which loads they held, so whoever reads one load
        finds the same rows before and after the next.
        """
        if self._spread:
            with self.engine.connect() as gate:
                gate.execute(select(func.pg_advisory_xact_lock_shared(PUBLISHING)))
                connection.execute(select(1))

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


# --- Indexes ------------------------------------------------------------------------------------


def day_of(table: Table) -> str | None:
    """The day that reports ask a mart for: the first one of its key."""
    days = (c.name for c in table.columns if c.info.get("key") and isinstance(c.type, Date))
    return next(days, None) if table.name in schema.marts else None


def index_days(connection: Connection) -> None:
    """Let marts be read by day, those of a new version included; safe to repeat.

    Not of open rows alone: a report asks for those of its load.
    """
    for table in schema.facts.sorted_tables:
        if day := day_of(table):
            connection.execute(
                text(f"CREATE INDEX IF NOT EXISTS {table.name}_day ON {table.name} ({day})")
            )


def rows_known(connection: Connection) -> int:
    """How many rows the facts have, as last counted."""
    names = {"names": list(schema.contract_tables)}
    asked = "SELECT coalesce(sum(reltuples), 0) FROM pg_class WHERE relname = ANY(:names) "
    found = connection.execute(text(asked + "AND pg_table_is_visible(oid)"), names).scalar_one()
    return int(found)


def rows_of(connection: Connection, table: Table) -> int:
    """How many rows a table has, as last counted."""
    asked = text("SELECT reltuples FROM pg_class WHERE oid = cast(:name AS regclass)")
    return int(connection.execute(asked, {"name": table.name}).scalar_one())


@contextmanager
def without_indexes(connection: Connection, table: Table) -> Iterator[None]:
    """Index what the block writes into an empty table afterwards, all at once."""
    name = {"name": table.name}
    keys = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
    keys += "WHERE conrelid = cast(:name AS regclass) AND contype = 'p'"
    primary = connection.execute(text(keys), name).all()
    others = "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
    others += "WHERE indrelid = cast(:name AS regclass) AND NOT indisprimary"
    indexes = connection.execute(text(others), name).all()
    for key, _ in primary:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {key}")
    for index, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {index}")
    yield
    for key, definition in primary:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD CONSTRAINT {key} {definition}")
    for _, definition in indexes:
        connection.exec_driver_sql(definition)
