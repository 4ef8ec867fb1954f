"""Creating a store, and telling whether this version of Concord can read one."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, inspect, select, update

from queries import minutes, schema
from queries.errors import ConcordError
from queries.minutes import Settings, changed
from queries.store import Store


def initialise(store: Store, given: Mapping[str, str], now: datetime, user: str) -> None:
    """Create what a store lacks, and write the settings given; safe to repeat."""
    changed(Settings(), given.items())
    store.home.mkdir(parents=True, exist_ok=True)
    with store.minutes.begin() as book:
        schema.minutes.create_all(book)
    with store.facts.writing() as (connection, drop):
        schema.facts.create_all(connection)
        if not _stamp(connection):
            drop()
        latest = connection.execute(select(func.max(schema.batch.c.batch))).scalar_one() or 0
    with store.minutes.begin() as book:
        _check_currency(given, latest)
        minutes.record_settings(book, given, latest, now, user)


def _check_currency(given: Mapping[str, str], latest: int) -> None:
    if "currency" in given and latest:
        raise ConcordError(
            "the store has loads, so its currency stays: set CONCORD_HOME to another folder "
            "for a store in another currency"
        )


def _stamp(connection: Connection) -> bool:
    """Write this version into the store; whether anything had to be written."""
    version = connection.execute(select(schema.store_version.c.version)).scalar()
    if version == schema.SCHEMA_VERSION:
        return False
    if version is not None and version > schema.SCHEMA_VERSION:
        raise ConcordError(newer(version))
    statement = insert(schema.store_version) if version is None else update(schema.store_version)
    connection.execute(statement.values(version=schema.SCHEMA_VERSION))
    return True


def newer(version: int) -> str:
    """What to say of a store that a later Concord wrote."""
    return (
        f"the store has version {version} and this Concord reads {schema.SCHEMA_VERSION}: "
        "upgrade Concord"
    )


def is_initialised(store: Store) -> bool:
    """Whether the store has its tables."""
    if not store.home.exists():
        return False
    with store.minutes.connect() as book:
        return inspect(book).has_table(schema.setting.name) and store.facts.exists()
