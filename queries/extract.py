"""Read an extract: a folder, a file or a mapping becomes valid rows, rejects and their counts.

Python finds the files and checks their structure; the engine judges every value. Nothing here
touches the store: ``queries.load`` takes what this hands over.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from queries.errors import ConcordError
from queries.files import Dialect, Scratch, Sheet, SourceFile, fingerprint, prepare_text
from queries.reasons import Format
from queries.records import FAULT, RECORD
from queries.schema import CONTRACT, CONTRACT_COLUMNS
from queries.validate import Bench, Outputs, judge, provided_columns
from queries.workbench import FILE, name, open_workbench, stage

Notify = Callable[[str], None]


@dataclass(frozen=True)
class Extract:
    """What became of the records of one table; read = valid + repeated + rejected."""

    table: str
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    read: int
    repeated: int
    rejected: int
    valid: Path
    rejects: Path
    rejected_keys: Path


@dataclass(frozen=True)
class Extraction:
    """A source as it was read: its settings, its files, and its tables in contract order."""

    source: str
    settings: Mapping[str, str]
    files: tuple[SourceFile, ...]
    tables: tuple[Extract, ...]


def extract(source: Path, scratch: Path, notify: Notify) -> Extraction:
    """Read a folder, a file or a mapping; the results are files in the scratch folder."""
    if not source.is_dir():
        raise ConcordError("todo")
    work = Scratch(scratch)
    sheets = {}
    files = []
    for path in sorted(source.iterdir()):
        files.append(fingerprint(path, path.name))
        sheets[path.name.split(".")[0]] = prepare_text(path, path.name, work, Dialect())
    connection = open_workbench(scratch, [s.path for s in sheets.values()])
    out = []
    for table in CONTRACT:
        if table not in sheets:
            continue
        sheet = sheets[table]
        stage(connection, sheet, table, work)
        columns = provided_columns(table, sheet.header)
        exprs = ", ".join(clean(c.name, sheet.header, c.default) for c in columns)
        connection.execute(f"CREATE TEMP TABLE {name(table + '__texts')} AS SELECT {FILE}, {RECORD}, {FAULT}, {exprs} FROM {name(table)}")
        outputs = Outputs(scratch / f"{table}.valid.parquet", scratch / f"{table}.rejects.parquet", scratch / f"{table}.rejected_keys.parquet")
        v = judge(Bench(connection, table, columns), outputs)
        out.append(Extract(table, tuple(c.name for c in columns), tuple(h for h in sheet.header if h not in [c.name for c in columns]), v.read, v.repeated, v.rejected, outputs.valid, outputs.rejects, outputs.rejected_keys))
    return Extraction(source.name, {}, tuple(files), tuple(out))

def clean(column: str, header, default) -> str:
    t = f"nullif(trim({name(column)}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')" if column in header else "NULL"
    return f"coalesce({t}, '{default}') AS {name(column)}" if default else f"{t} AS {name(column)}"
