"""Real files for tests: rows as mappings, written as CSV, loaded, and read back in key order."""

import csv
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from sqlalchemy import Table, delete, select

from queries import minute_tables, schema
from queries.engine import EmbeddedFacts
from queries.load import LoadOptions, LoadResult, load
from queries.selection import Pin
from queries.store import Reader, Store
from queries.versions import at
from tests.conftest import ALL

Rows = Sequence[Mapping[str, object]]
Tables = Mapping[str, Rows]

NOW = datetime(2026, 11, 2, 8, 10)
PLAIN = LoadOptions()
REPLACE = LoadOptions(replace=True)
STRICT = LoadOptions(strict=True)
DRY_RUN = LoadOptions(dry_run=True)


def write(folder: Path, tables: Tables, settings: Mapping[str, object] | None = None) -> Path:
    """A folder with one CSV a table; a column is there if any row has it, None is an empty cell."""
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    if settings:
        lines = (f'{name} = "{value}"\n' for name, value in settings.items())
        (folder / "settings.toml").write_text("".join(lines), encoding="utf-8")
    return folder


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass
class Books:
    """A store under test, and a folder for the files that go into it."""

    store: Store
    folder: Path
    _written: int = field(default=0)

    def write(self, tables: Tables, settings: Mapping[str, object] | None = None) -> Path:
        """A new folder of files."""
        self._written += 1
        return write(self.folder / f"files_{self._written}", tables, settings)

    def load(
        self,
        tables: Tables,
        options: LoadOptions = PLAIN,
        settings: Mapping[str, object] | None = None,
        now: datetime = NOW,
    ) -> LoadResult:
        """Write some rows and load them."""
        source = self.write(tables, settings)
        return load(self.store, source, options=options, now=now, user="test")

    def rows(self, name: str, *columns: str, pin: Pin | None = None) -> list[tuple[Any, ...]]:
        """What a table holds now, or as at a pinned load."""
        with self.store.reader(pin) as reader:
            return table_rows(reader, tables()[name], *columns)

    def empty(self) -> None:
        """Leave the store as if nothing was ever loaded."""
        with self.store.facts.writing() as (connection, _), self.store.minutes.begin() as book:
            for table in (*schema.facts.sorted_tables, *minute_tables.metadata.sorted_tables):
                if table is not schema.store_version:
                    (book if table.metadata is minute_tables.metadata else connection).execute(
                        delete(table)
                    )


def tables() -> dict[str, Table]:
    """Every versioned table."""
    return {**schema.contract_tables, **schema.marts}


def table_rows(reader: Reader, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a versioned table's rows (all but the batches, if none is named)."""
    names = columns or tuple(c.name for c in table.columns if not c.name.startswith("batch_"))
    statement = select(*(table.c[name] for name in names)).where(at(table, reader.batch))
    return ordered(tuple(row) for row in reader.rows(statement))


def everything(reader: Reader) -> dict[str, list[tuple[Any, ...]]]:
    """Every versioned table as the reader sees it; tables without rows are left out."""
    found = {name: table_rows(reader, table) for name, table in tables().items()}
    return {name: rows for name, rows in found.items() if rows}


def ordered(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows in one order, whatever they hold."""
    return sorted(rows, key=lambda row: [(cell is not None, str(cell)) for cell in row])


def counts(result: LoadResult, table: str) -> tuple[int, ...]:
    """read, loaded, unchanged, superseded, rejected, closed of one table; they must add up."""
    (found,) = (t for t in result.tables if t.table_name == table)
    kept = (found.loaded, found.unchanged, found.superseded, found.rejected)
    assert found.read == sum(kept)
    return (found.read, *kept, found.closed)


def examples(store: Store, embedded: int, server: int) -> int:
    """How many generated cases to try: each is a load or more, and a server takes longer."""
    number = embedded if isinstance(store.facts, EmbeddedFacts) else server
    return number * 10 if ALL else number


def trying(number: int) -> settings:
    """Generated cases that each load; making a failing one smaller would load for minutes."""
    whole = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=number, phases=(*whole, Phase.shrink) if ALL else whole)


def load_command(source: Path) -> list[str]:
    """The words that load a folder in a process of its own, into the store of the environment."""
    program = (
        "import sys; from datetime import datetime; from pathlib import Path; "
        "from queries.load import load; from queries.store import open_store; "
        "load(open_store(), Path(sys.argv[1]), now=datetime(2026, 11, 2), user='test')"
    )
    return [sys.executable, "-c", program, str(source)]


def environment(url: str, home: Path) -> dict[str, str]:
    """The environment in which a process finds a store."""
    return {**os.environ, "CONCORD_STORE": url, "CONCORD_HOME": str(home)}
