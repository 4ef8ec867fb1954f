"""A database that says it can spread tables, and refuses what Citus refuses of tables to spread.

There is no Citus in these tests: a PostgreSQL with its catalogue's names, and with functions that
write down what they are asked. What a real one does with the statements is not tried here.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from queries.store import Store

CATALOGUE = """
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
SELECT 999999, 'citus', oid, 11, false, '14.0' FROM pg_roles WHERE rolname = current_user;
CREATE TABLE pg_dist_partition (
    place serial, logicalrelid regclass PRIMARY KEY, column_name text, beside text);

CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT relpersistence FROM pg_class WHERE oid = table_name) = 't' THEN
        RAISE EXCEPTION 'cannot distribute a temporary table';
    END IF;
    INSERT INTO pg_dist_partition (logicalrelid) VALUES (table_name);
END $$;

CREATE FUNCTION create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE number smallint;
BEGIN
    IF (SELECT relpersistence FROM pg_class WHERE oid = table_name) = 't' THEN
        RAISE EXCEPTION 'cannot distribute a temporary table';
    END IF;
    SELECT attnum INTO STRICT number FROM pg_attribute
    WHERE attrelid = table_name AND attname = distribution_column;
    IF EXISTS (SELECT FROM pg_index WHERE indrelid = table_name AND indisunique
               AND NOT number = ANY(indkey::smallint[])) THEN
        RAISE EXCEPTION 'cannot create constraint on "%": it lacks the distribution column',
            table_name;
    END IF;
    IF colocate_with NOT IN ('none', 'default') AND NOT EXISTS (
        SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass
    ) THEN
        RAISE EXCEPTION 'relation % is not distributed', colocate_with;
    END IF;
    INSERT INTO pg_dist_partition (logicalrelid, column_name, beside)
    VALUES (table_name, distribution_column, colocate_with);
END $$;

CREATE FUNCTION forget_dropped() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM pg_dist_partition
    WHERE logicalrelid::oid IN (SELECT objid FROM pg_event_trigger_dropped_objects());
END $$;
CREATE EVENT TRIGGER forget ON sql_drop EXECUTE FUNCTION forget_dropped();
"""


class Placed(NamedTuple):
    """What the database was asked for one table: no column, where it is whole everywhere."""

    name: str
    column: str | None
    beside: str | None


def pretend(store: Store) -> None:
    """Let a store's database say that it can spread tables."""
    with store.minutes.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(CATALOGUE)


def placed(connection: Connection) -> list[Placed]:
    """What was asked so far, in turn."""
    rows = connection.execute(
        text(
            "SELECT logicalrelid::regclass::text, column_name, beside FROM pg_dist_partition "
            "ORDER BY place"
        )
    )
    return [Placed(*row) for row in rows]
