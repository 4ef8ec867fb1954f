"""The revisions make exactly the tables that the code believes in."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect

from queries import schema
from queries.engine import ServerFacts
from queries.store import Store


def differences(engine: Engine, *parts: MetaData) -> list[object]:
    """What a database has otherwise than the code says, its own indexes aside."""
    whole = MetaData()
    for part in parts:
        for table in part.tables.values():
            table.to_metadata(whole)
    # SQLite keeps whatever it is given: only PostgreSQL's types can be held to the schema's.
    options = {"compare_type": engine.dialect.name != "sqlite"}
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), whole)
    return [change for change in found if change[0] != "remove_index"]


def test_the_revisions_make_the_schema(store: Store) -> None:
    if isinstance(store.facts, ServerFacts):
        assert differences(store.minutes, schema.facts, schema.minutes) == []
    else:
        assert differences(store.minutes, schema.minutes) == []


def test_a_server_holds_one_open_row_a_key(store: Store) -> None:
    """Every versioned table has its key, with the load, as primary key, and one open row of it."""
    if not isinstance(store.facts, ServerFacts):
        return  # DuckDB has no keys: the loader and `spend check` hold them
    database = inspect(store.minutes)
    for name, table in {**schema.contract_tables, **schema.marts}.items():
        keys = set(schema.keys(table))
        primary = set(database.get_pk_constraint(name)["constrained_columns"])
        assert primary >= keys | {"batch_from"}
        unique = [index for index in database.get_indexes(name) if index["unique"]]
        assert any(set(filter(None, index["column_names"])) >= keys for index in unique)
