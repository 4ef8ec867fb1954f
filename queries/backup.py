"""Facts and minutes as one file, and back again.

The file is a zip with one CSV a table: the same whether it came from files or from a server, so a
backup of the one restores into the other.
"""

import csv
import io
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Connection, Table, delete, insert, select

from queries import migration, minute_tables, schema
from queries.engine import copy_parquet
from queries.errors import ConcordError
from queries.store import Store

# A cell that is null is \N; a text that begins with a backslash gets another, so that both differ.
NULL = "\\N"
FORMAT = 1

Row = dict[str, Any]


def backup(store: Store, path: Path) -> None:
    """Write the whole store, as at one load, into a file that appears only when it is whole."""
    draft = path.with_name(path.name + ".part")
    try:
        _write(store, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _write(store: Store, draft: Path) -> None:
    with (
        store.reader() as reader,
        store.minutes.connect() as book,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        manifest = {"format": FORMAT, "version": schema.SCHEMA_VERSION, "batch": reader.batch}
        archive.writestr("manifest.json", json.dumps(manifest))
        _write_tables(archive, "facts", reader.connection, schema.facts.sorted_tables)
        _write_tables(archive, "minutes", book, minute_tables.metadata.sorted_tables)


def _write_tables(
    archive: zipfile.ZipFile, folder: str, connection: Connection, tables: Iterable[Table]
) -> None:
    for table in tables:
        with (
            archive.open(f"{folder}/{table.name}.csv", "w", force_zip64=True) as member,
            io.TextIOWrapper(member, encoding="utf-8", newline="") as text,
        ):
            writer = csv.writer(text, quoting=csv.QUOTE_ALL)
            writer.writerow(table.columns.keys())
            rows = connection.execution_options(yield_per=10_000).execute(select(table))
            writer.writerows([_cell(cell) for cell in row] for row in rows)


def _cell(value: object) -> object:
    if value is None:
        return NULL
    return "\\" + value if isinstance(value, str) and value.startswith("\\") else value


def restore(store: Store, path: Path, now: datetime, user: str) -> None:
    """Bring the store to what a backup holds; what it held before is gone.

    The whole file is read before the store is touched: a damaged one changes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="concord-") as name:
        with _opened(path) as archive:
            facts = [(t, _typed(archive, t, Path(name))) for t in schema.facts.sorted_tables]
            written = [(t, _minutes(archive, t)) for t in minute_tables.metadata.sorted_tables]
        migration.initialise(store, {}, now, user)
        with store.facts.writing() as (connection, _):
            for table, typed in facts:
                connection.execute(delete(table))
                copy_parquet(connection, table, tuple(table.columns.keys()), typed)
        with store.minutes.begin() as book:
            for table, rows in written:
                book.execute(delete(table))
                if rows:
                    book.execute(insert(table), rows)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The backup, if it is one that this version reads; one line where it is not whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            if (manifest["format"], manifest["version"]) != (FORMAT, schema.SCHEMA_VERSION):
                raise ConcordError(f"{path.name} was written by another version of Concord")
            yield archive
    except OSError as fault:
        raise ConcordError(f"{path.name} cannot be read: {fault.strerror}") from fault
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError,  # the zip
        KeyError, TypeError, ValueError, csv.Error, duckdb.Error,  # what is in it
    ) as fault:  # fmt: skip
        raise ConcordError(f"{path.name} is damaged, or not a backup of Concord") from fault


def _typed(archive: zipfile.ZipFile, table: Table, folder: Path) -> Path:
    """One table's rows as a Parquet file, typed by the schema."""
    text, typed = folder / "table.csv", folder / f"{table.name}.parquet"
    with archive.open(f"facts/{table.name}.csv") as member, text.open("wb") as copy:
        shutil.copyfileobj(member, copy)
    kinds = {c.name: c.type.compile(Dialect()) for c in table.columns}
    cells = ", ".join(_unescaped(name, kind) for name, kind in kinds.items())
    with duckdb.connect() as workbench:
        workbench.execute(
            f"COPY (SELECT {cells} FROM read_csv($text, columns = $kinds, nullstr = $null, "
            "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            "max_line_size = 16777216)) "
            f"TO '{str(typed).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)",
            {"text": str(text), "kinds": kinds, "null": NULL},
        )
    return typed


def _unescaped(name: str, kind: str) -> str:
    if kind != "VARCHAR":
        return name
    return f"CASE WHEN starts_with({name}, '\\') THEN {name}[2:] ELSE {name} END AS {name}"


def _minutes(archive: zipfile.ZipFile, table: Table) -> list[Row]:
    """One table of the minutes: they are few."""
    with archive.open(f"minutes/{table.name}.csv") as member:
        rows = list(csv.DictReader(io.TextIOWrapper(member, encoding="utf-8", newline="")))
    return [
        {c.name: _value(row[c.name], c.type.python_type) for c in table.columns} for row in rows
    ]


def _value(text: str, kind: type) -> Any:
    if text == NULL:
        return None
    if kind is str:
        return text.removeprefix("\\")
    return datetime.fromisoformat(text) if kind is datetime else kind(text)
