"""Where ledgers, stores and what was measured lie: a folder that is no part of the repository."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import ledger, server
from queries.store import Store, open_store

DUCKDB, POSTGRESQL = "duckdb", "postgresql"
ENGINES = {DUCKDB: "DuckDB", POSTGRESQL: "PostgreSQL"}


def home() -> Path:
    """The folder: ``BENCH_HOME``, or one beside the store that is in no repository."""
    return Path(os.environ.get("BENCH_HOME", "var/bench")).resolve()


@dataclass(frozen=True)
class Bench:
    """One ledger in one engine."""

    folder: Path  # of everything of this size
    engine: str
    lines: int
    server: str = ""  # the URL of the server, for PostgreSQL
    name: str = ""  # what tells a copy apart

    @property
    def ledger(self) -> Path:
        """The folder of the files to load."""
        return self.folder / "ledger"

    @property
    def changed(self) -> Path:
        """The folder of the files of a load that changes one line in a hundred."""
        return self.folder / "changed"

    @property
    def home(self) -> Path:
        """The store's own folder."""
        return self.folder / f"{self.engine}{self.name}"

    @property
    def database(self) -> str:
        """The name of its database, where a server has it."""
        return f"concord_bench_{self.lines}{self.name}"

    @property
    def url(self) -> str:
        """The URL of its database; '' where the store is files."""
        return server.named(self.server, self.database) if self.server else ""

    @property
    def title(self) -> str:
        """What it is called in tables."""
        return f"{ENGINES[self.engine]}, {size(self.lines)} lines"

    @property
    def loaded(self) -> bool:
        """Whether there is a store from before."""
        return (self.home / "loaded").exists()

    def written(self, reuse: bool) -> int:
        """Write the ledger, unless there is one that may be used again; how many lines it has."""
        count = self.folder / "ledger.json"
        if not (reuse and count.exists()):
            shutil.rmtree(self.ledger, ignore_errors=True)
            count.write_text(json.dumps(ledger.write(self.lines, self.ledger)), encoding="utf-8")
        known: dict[str, int] = json.loads(count.read_text(encoding="utf-8"))
        return sum(known[name] for name in ledger.DOCUMENTS)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, open."""
        opened = open_store(self.url, self.home)
        try:
            yield opened
        finally:
            opened.close()

    def bytes(self) -> int:
        """How much room the store takes."""
        if self.url:
            return server.size(self.url)
        return sum(file.stat().st_size for file in self.home.glob("facts.*.duckdb"))

    @contextmanager
    def copied(self) -> Iterator["Bench"]:
        """A copy of the store, until the block ends."""
        copy = replace(self, name="_copy")
        shutil.rmtree(copy.home, ignore_errors=True)
        shutil.copytree(self.home, copy.home)
        if self.server:
            server.copied(self.server, self.database, copy.database)
        try:
            yield copy
        finally:
            shutil.rmtree(copy.home)
            if self.server:
                server.dropped(self.server, copy.database)

    def emptied(self) -> None:
        """Take away what an earlier run left."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        if self.server:
            server.emptied(self.server, self.database)


def size(lines: int) -> str:
    """A number of lines in words.

    >>> size(10_000_000), size(5_000)
    ('10 million', '5,000')
    """
    whole, rest = divmod(lines, 1_000_000)
    return f"{whole} million" if whole and not rest else f"{lines:,}"


# --- What was measured ---------------------------------------------------------------------------

Measured = dict[str, Any]


def keep(part: str, bench: Bench, found: Any) -> None:
    """Write what was measured of one part of a bench, so that parts can run one by one."""
    file = home() / "measured.json"
    whole = kept()
    whole.setdefault(part, {}).setdefault(bench.engine, {})[str(bench.lines)] = found
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(whole, indent=1), encoding="utf-8")


def kept() -> Measured:
    """Everything measured so far: by part, engine and lines."""
    file = home() / "measured.json"
    found: Measured = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found
