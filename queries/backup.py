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
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Connection, Table, delete, insert, select

from queries import migration, schema
from queries.errors import ConcordError
from queries.store import Store, copy_parquet

NULL = "\\N"
FORMAT = 1


def backup(store: Store, path: Path) -> None:
    """Write the whole store, as at one load, into a file that appears only when it is whole."""
    draft = path.with_name(path.name + ".part")
    with (
        store.reader() as reader,
        store.minutes.connect() as book,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        manifest = {"format": FORMAT, "version": schema.SCHEMA_VERSION, "batch": reader.batch}
        archive.writestr("manifest.json", json.dumps(manifest))
        _write_tables(archive, "facts", reader.connection, schema.facts.sorted_tables)
        _write_tables(archive, "minutes", book, schema.minutes.sorted_tables)
    draft.replace(path)


def _write_tables(
    archive: zipfile.ZipFile, folder: str, connection: Connection, tables: Iterable[Table]
) -> None:
    for table in tables:
        with (
            archive.open(f"{folder}/{table.name}.csv", "w", force_zip64=True) as member,
            io.TextIOWrapper(member, encoding="utf-8", newline="") as text,
        ):
            writer = csv.writer(text)
            writer.writerow(table.columns.keys())
            rows = connection.execution_options(yield_per=10_000).execute(select(table))
            writer.writerows([NULL if cell is None else cell for cell in row] for row in rows)


def restore(store: Store, path: Path, now: datetime, user: str) -> None:
    """Bring the store to what a backup holds; what it held before is gone."""
    with _opened(path) as archive, tempfile.TemporaryDirectory(prefix="concord-") as folder:
        migration.initialise(store, {}, now, user)
        with store.facts.writing() as (connection, _):
            for table in schema.facts.sorted_tables:
                connection.execute(delete(table))
                _read_table(archive, table, connection, Path(folder))
        with store.minutes.begin() as book:
            for table in schema.minutes.sorted_tables:
                book.execute(delete(table))
                _read_small_table(archive, table, book)


def _opened(path: Path) -> zipfile.ZipFile:
    """The backup, if it is one that this version reads."""
    try:
        archive = zipfile.ZipFile(path)
        manifest = json.loads(archive.read("manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise ConcordError(f"{path.name} is not a backup of Concord") from None
    if manifest.get("format") != FORMAT or manifest.get("version") != schema.SCHEMA_VERSION:
        archive.close()
        raise ConcordError(f"{path.name} was written by another version of Concord")
    return archive


def _read_table(
    archive: zipfile.ZipFile, table: Table, connection: Connection, folder: Path
) -> None:
    """One table's rows, typed by the schema, through the engine's fastest door."""
    text, typed = folder / "table.csv", folder / "table.parquet"
    with archive.open(f"facts/{table.name}.csv") as member, text.open("wb") as copy:
        shutil.copyfileobj(member, copy)
    kinds = {c.name: c.type.compile(Dialect()) for c in table.columns}
    with duckdb.connect() as workbench:
        workbench.execute(
            "COPY (SELECT * FROM read_csv($text, header = true, columns = $kinds, "
            "nullstr = $null, delim = ',', quote = '\"', escape = '\"')) "
            f"TO '{str(typed).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)",
            {"text": str(text), "kinds": kinds, "null": NULL},
        )
    copy_parquet(connection, table, tuple(kinds), typed)


def _read_small_table(archive: zipfile.ZipFile, table: Table, connection: Connection) -> None:
    with archive.open(f"minutes/{table.name}.csv") as member:
        rows = list(csv.DictReader(io.TextIOWrapper(member, encoding="utf-8", newline="")))
    typed = [
        {c.name: _value(row[c.name], c.type.python_type) for c in table.columns} for row in rows
    ]
    if typed:
        connection.execute(insert(table), typed)


def _value(text: str, kind: type) -> Any:
    if text == NULL:
        return None
    return datetime.fromisoformat(text) if kind is datetime else kind(text)
