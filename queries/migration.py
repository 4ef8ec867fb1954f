"""Creating a store, and bringing an older one up to this version of Concord.

Alembic's revisions keep PostgreSQL and SQLite; DuckDB facts are written anew, generation by
generation, so that theirs is always the schema of ``queries.schema``.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, insert, inspect, select, update

from queries import distribution, minute_tables, minutes, schema
from queries.engine import is_duckdb
from queries.errors import ConcordError
from queries.refresh import fill_new_marts
from queries.server import index_days
from queries.settings import Settings, changed
from queries.store import Store, newer_store

REVISIONS = Path(__file__).parent / "migrations"


def initialise(store: Store, given: Mapping[str, str], now: datetime, user: str) -> None:
    """Create what a store lacks, and write the settings given; safe to repeat."""
    changed(Settings(), given.items())
    store.home.mkdir(parents=True, exist_ok=True)
    with store.facts.writing() as (connection, drop):
        if is_duckdb(connection):
            with store.minutes.begin() as book:
                _upgrade(book, minutes_only=True)
        else:
            _upgrade(connection, minutes_only=False)
            index_days(connection)
            distribution.distribute(connection, schema.facts.sorted_tables)
        before = _version(connection)
        stamped = _stamp(connection, before)
        if stamped and before is not None:
            with store.minutes.connect() as book:
                fill_new_marts(connection, book, before)
        if not stamped and is_duckdb(connection):
            drop()
        latest = connection.execute(select(func.max(schema.batch.c.batch))).scalar_one() or 0
    with store.minutes.begin() as book:
        _check_currency(given, latest)
        minutes.record_settings(book, given, latest, now, user)


def _upgrade(connection: Connection, minutes_only: bool) -> None:
    """Run the revisions that a database lacks, in the transaction of its connection."""
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    config.attributes.update(connection=connection, minutes_only=minutes_only)
    command.upgrade(config, "head")


def _check_currency(given: Mapping[str, str], latest: int) -> None:
    if "currency" in given and latest:
        raise ConcordError(
            "the store has loads, so its currency stays: set CONCORD_HOME to another folder "
            "for a store in another currency"
        )


def _version(connection: Connection) -> int | None:
    found: int | None = connection.execute(select(schema.store_version.c.version)).scalar()
    return found


def _stamp(connection: Connection, version: int | None) -> bool:
    """Write this version into the store; whether anything had to be written."""
    if version == schema.SCHEMA_VERSION:
        return False
    if version is not None and version > schema.SCHEMA_VERSION:
        raise ConcordError(newer_store(version))
    statement = insert(schema.store_version) if version is None else update(schema.store_version)
    connection.execute(statement.values(version=schema.SCHEMA_VERSION))
    return True


def is_initialised(store: Store) -> bool:
    """Whether the store has its tables."""
    if not store.home.exists():
        return False
    with store.minutes.connect() as book:
        return inspect(book).has_table(minute_tables.setting.name) and store.facts.exists()
