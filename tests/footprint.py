"""What a store holds and leaves behind, so that a test can say that nothing changed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from queries import minute_tables, schema
from queries.store import Store
from tests.contract_files import ordered

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Footprint:
    """Every row of every table, the books and the minutes included, and every file of the home."""

    batch: int
    tables: dict[str, Rows]
    files: dict[str, str]


def footprint(store: Store) -> Footprint:
    """The store as it stands now."""
    with store.reader() as reader, store.minutes.connect() as book:
        batch = reader.batch
        tables = {t.name: _rows(reader.connection, t) for t in schema.facts.sorted_tables}
        tables |= {t.name: _rows(book, t) for t in minute_tables.metadata.sorted_tables}
    store.close()
    return Footprint(batch, tables, files(store.home))


def files(home: Path) -> dict[str, str]:
    """The home's files with what they hold; SQLite and locks may write their own without us."""
    found = {}
    for path in sorted(home.rglob("*")):
        own = path.suffix == ".lock" or path.name.startswith("minutes.sqlite")
        if not own:
            content = b"" if path.is_dir() else path.read_bytes()
            found[str(path.relative_to(home))] = hashlib.sha256(content).hexdigest()
    return found


def _rows(connection: Connection, table: Table) -> Rows:
    return ordered(tuple(row) for row in connection.execute(select(table)))
