"""Read an extract: a folder, a file or a mapping becomes valid rows, rejects and their counts.

Python finds the files and checks their structure; the engine judges every value. Nothing here
touches the store: ``queries.load`` takes what this hands over.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from queries.contract import CONTRACT, CONTRACT_COLUMNS, ContractColumn
from queries.errors import ConcordError
from queries.files import Scratch, SourceFile
from queries.mapping import ColumnRule, Plan, TableRule, read_mapping
from queries.records import FAULT, RECORD
from queries.sources import Notify, Reading, read_folder, read_single, read_sources
from queries.validate import Bench, Outputs, Verdict, judge, provided_columns
from queries.workbench import (
    FILE,
    MARKS,
    as_text,
    first_line,
    name,
    open_workbench,
    stage,
    tables_of,
    text,
)

OUTPUTS = ("valid", "rejects", "rejected_keys")
SPACES = " \t\r\n\u00a0\ufeff"


@dataclass(frozen=True)
class Extract:
    """What became of the records of one table; read = valid rows + repeated + rejected.

    ``valid`` holds the typed ``columns`` and ``record``, a row per key; ``rejects`` holds file,
    record, column_name, value and reason; ``rejected_keys`` the keys of rejected records.
    """

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
    scratch.mkdir(parents=True, exist_ok=True)
    reading = Reading(Scratch(scratch), notify)
    label = source.name or source.resolve().name
    with _readable(source):
        plan = _read(source, reading)
    files = [sheet.path for sheets in reading.sheets.values() for sheet in sheets]
    with open_workbench(scratch, files) as connection:
        desk = _Desk(connection, reading, label, scratch)
        rules = sorted(plan.tables, key=lambda rule: list(CONTRACT).index(rule.table))
        desk.stage_sources()
        tables = tuple(desk.extract(rule) for rule in rules)
    return Extraction(label, plan.settings, tuple(reading.files.values()), tables)


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    """Turn what the file system refuses into one line."""
    try:
        yield
    except OSError as fault:
        where = Path(fault.filename).name if isinstance(fault.filename, str) else source.name
        raise ConcordError(f"{where}: cannot be read: {fault.strerror}") from fault


def _read(source: Path, reading: Reading) -> Plan:
    if source.is_dir():
        return read_folder(source, reading)
    if not source.is_file():
        raise ConcordError(f"{source.name}: there is no such file or folder")
    if source.suffix.lower() != ".toml":
        return read_single(source, reading)
    reading.register(source, source.name)
    folder, plan = read_mapping(source)
    if not folder.is_dir():
        raise ConcordError(f"{source.name}: its folder does not exist; folder is relative to it")
    read_sources(plan, folder, source.name, reading)
    return plan


@dataclass(frozen=True)
class _Desk:
    """The workbench with the sources on it."""

    connection: duckdb.DuckDBPyConnection
    reading: Reading
    source: str
    scratch: Path

    def stage_sources(self) -> None:
        """Bring every source into the engine: all its records, and a view of the whole ones."""
        for source, sheets in self.reading.sheets.items():
            parts = [f"{source}__{number}" for number in range(len(sheets))]
            for part, sheet in zip(parts, sheets, strict=True):
                stage(self.connection, sheet, part, self.reading.scratch)
            union = " UNION ALL BY NAME ".join(f"SELECT * FROM {name(part)}" for part in parts)
            self.connection.execute(f"CREATE TEMP VIEW {name(f'{source}__all')} AS {union}")
            self.connection.execute(
                f"CREATE TEMP VIEW {name(source)} AS "
                f"SELECT * FROM {name(f'{source}__all')} WHERE {FAULT} IS NULL"
            )

    def extract(self, rule: TableRule) -> Extract:
        """Judge one table."""
        relation = self.query(rule) if rule.query else name(f"{rule.source}__all")
        present = self.header(relation)
        label = self.label(rule)
        rules = rule.columns or {
            c.name: ColumnRule(name(c.name), rule.format, c.name)
            for c in CONTRACT_COLUMNS[rule.table]
            if c.name in present
        }
        _check_source(rule.table, rules, present, label)
        _check_required(rule.table, rules, present, label)
        columns = provided_columns(rule.table, tuple(rules))
        self.write_texts(rule, relation, rules, columns)
        formats = {column: own.format for column, own in rules.items()}
        self.reading.notify(f"checking {rule.table}")
        verdict, outputs = self.judge(Bench(self.connection, rule.table, columns, formats))
        unknown = () if rule.columns else tuple(c for c in present if c not in rules)
        return Extract(
            rule.table, tuple(column.name for column in columns), unknown,
            verdict.read, verdict.repeated, verdict.rejected,
            outputs.valid, outputs.rejects, outputs.rejected_keys,
        )  # fmt: skip

    def query(self, rule: TableRule) -> str:
        """The rows of a mapping's query over its sources, with the sources' faulty records.

        Each row is numbered in the query's order, unless the query gives ``__record`` itself.
        """
        rows = name(f"{rule.table}__query")
        # The newline keeps a comment at the query's end from swallowing what follows.
        self.run(rule.table, f"CREATE TEMP TABLE {rows} AS SELECT * FROM ({rule.query}\n)")
        given = self.header(rows, marks=True)
        marks = [
            mark if mark in given else f"{own} AS {mark}"
            for mark, own in (
                (FILE, text(f"{self.source} [{rule.table}]")),
                (RECORD, "rowid + 1"),
                (FAULT, "NULL::VARCHAR"),
            )
        ]
        own = ", ".join(name(column) for column in given if column not in MARKS)
        parts = [f"SELECT {', '.join(marks)}, {own} FROM {rows}"]
        parts += [
            f"SELECT {', '.join(MARKS)} FROM {name(f'{source}__all')} WHERE {FAULT} IS NOT NULL"
            for source in self.reading.sheets
            if source.lower() in tables_of(self.connection, rule.query or "")
        ]
        view = name(f"{rule.table}__rows")
        self.run(rule.table, f"CREATE TEMP VIEW {view} AS {' UNION ALL BY NAME '.join(parts)}")
        return view

    def header(self, relation: str, *, marks: bool = False) -> tuple[str, ...]:
        """The columns of a relation."""
        described = self.connection.execute(f"DESCRIBE {relation}").fetchall()
        return tuple(row[0] for row in described if marks or row[0] not in MARKS)

    def label(self, rule: TableRule) -> str:
        """What people know a table's source by."""
        if rule.query or rule.columns:
            return f"{self.source}, table {rule.table}"
        return self.reading.sheets[rule.source or rule.table][0].label

    def write_texts(
        self,
        rule: TableRule,
        relation: str,
        rules: Mapping[str, ColumnRule],
        columns: Sequence[ContractColumn],
    ) -> None:
        """Write the table's records as cleaned texts, one column per contract column."""
        values = ", ".join(f"{_value(own)} AS {name(column)}" for column, own in rules.items())
        kept = f"WHERE {FAULT} IS NOT NULL OR ({rule.where}\n)" if rule.where else ""
        mapped = f"SELECT {', '.join(MARKS)}, {values} FROM {relation} {kept}"
        with self.saying(rule.table):
            written = as_text(
                self.connection, f"SELECT * EXCLUDE ({', '.join(MARKS)}) FROM ({mapped})"
            )
        cleaned = ", ".join(_cleaned(column, rules) for column in columns)
        self.run(
            rule.table,
            f"CREATE TEMP VIEW {name(f'{rule.table}__texts')} AS "
            f"SELECT {', '.join(MARKS)}, {cleaned} "
            f"FROM (SELECT {', '.join(MARKS)}, {', '.join(written)} FROM ({mapped}))",
        )

    def run(self, table: str, sql: str) -> None:
        """Execute what holds a mapping's own SQL."""
        with self.saying(table):
            self.connection.execute(sql)

    @contextmanager
    def saying(self, table: str) -> Iterator[None]:
        """Say which table's SQL the engine refuses."""
        try:
            yield
        except duckdb.Error as fault:
            raise ConcordError(f"{self.source}, table {table}: {first_line(fault)}") from fault

    def judge(self, bench: Bench) -> tuple[Verdict, Outputs]:
        """Judge a table into its three files."""
        outputs = Outputs(*(self.scratch / f"{bench.table}.{part}.parquet" for part in OUTPUTS))
        with self.saying(bench.table):
            return judge(bench, outputs), outputs


def _value(rule: ColumnRule) -> str:
    """The SQL of a column; what is computed is not computed for records that are not whole."""
    if rule.column is not None:
        return rule.expression
    return f"CASE WHEN {FAULT} IS NULL THEN {rule.expression} END"


def _cleaned(column: ContractColumn, rules: Mapping[str, ColumnRule]) -> str:
    """A text without the spaces around it; an empty one is null, or the column's default."""
    own = name(column.name)
    # To trim takes as long as all the rest of a judgement, so it is left to what may need it.
    signs = " OR ".join(f"suffix({own}, {text(sign)})" for sign in SPACES)
    spaced = f"{own} < '!' OR {own} > '~' OR {signs}"
    trimmed = f"CASE WHEN {spaced} THEN nullif(trim({own}, {text(SPACES)}), '') ELSE {own} END"
    cleaned = trimmed if column.name in rules else "NULL"
    default = "NULL" if column.default is None else text(column.default)
    return f"coalesce({cleaned}, {default})::VARCHAR AS {own}"


def _check_source(
    table: str, rules: Mapping[str, ColumnRule], present: Sequence[str], label: str
) -> None:
    """Every column that a mapping names must be in the source, spelt as it is there."""
    for column, rule in rules.items():
        if rule.column is not None and rule.column not in present:
            raise ConcordError(
                f"{label}, column {column}: the source has no column {rule.column}; "
                f"it has {_some(present)}"
            )


def _check_required(
    table: str, rules: Mapping[str, ColumnRule], present: Sequence[str], label: str
) -> None:
    """Every required column of the contract must be there."""
    for column in CONTRACT_COLUMNS[table]:
        if column.required and column.name not in rules:
            raise ConcordError(
                f"{label}: column {column.name} is missing, and {table} needs it; "
                f"the source has {_some(present)}"
            )


def _some(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:12])
    return shown if len(columns) <= 12 else f"{shown} and {len(columns) - 12} more"
