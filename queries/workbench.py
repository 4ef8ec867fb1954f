"""The engine that reads and judges an extract: in memory, and shut off from everything else.

A mapping holds SQL of its own, so the engine may touch nothing but the prepared files and the
scratch folder, and no setting can be changed once it works.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from queries.errors import ConcordError
from queries.files import Scratch, Sheet, check_size, renumber
from queries.records import FAULT, RECORD, check_header, unescaped

FILE = "__file"
MARKS = (FILE, RECORD, FAULT)
MEMORY = "4GB"
LINE = 16 * 1024**2  # bytes of the longest record


def open_workbench(scratch: Path, files: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """An engine that may read these files and write to the scratch folder only."""
    connection = duckdb.connect()
    readable = ", ".join(text(str(path.resolve())) for path in files)
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = {text(str(scratch / 'spill'))}")
    connection.execute(f"SET allowed_directories = [{text(str(scratch.resolve()))}]")
    connection.execute(f"SET allowed_paths = [{readable}]")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def name(identifier: str) -> str:
    """Quote a name for SQL.

    >>> name('PO / "SO" #')
    '"PO / ""SO"" #"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a text for SQL.

    >>> text("Côte d'Ivoire")
    "'Côte d''Ivoire'"
    """
    return "'" + value.replace("'", "''") + "'"


def scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number a query answers."""
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def first_line(fault: duckdb.Error) -> str:
    """What the engine says, in one line."""
    return str(fault).strip().split("\n")[0]


def stage(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, relation: str, scratch: Scratch
) -> None:
    """Bring a sheet into the engine as text, with the file, number and fault of each record."""
    if sheet.parquet:
        _stage_parquet(connection, sheet, relation)
        return
    if not sheet.numbered and not _stage_csv(connection, sheet, relation):
        sheet = renumber(sheet, scratch)
    if sheet.numbered and not _stage_csv(connection, sheet, relation):
        raise ConcordError(f"{sheet.label}: the file cannot be read; save it as plain CSV again")


def _stage_csv(connection: duckdb.DuckDBPyConnection, sheet: Sheet, relation: str) -> bool:
    """Read a CSV file; false if the engine does not see the records that Python saw."""
    header = (RECORD, FAULT, *sheet.header) if sheet.numbered else sheet.header
    columns = ", ".join(f"{text(column)}: 'VARCHAR'" for column in header)
    staged = name(f"{relation}__staged")
    # Not parallel = false: that loses what follows a quote that is never closed, silently.
    reading = (
        f"read_csv({text(str(sheet.path))}, columns = {{{columns}}}, auto_detect = false, "
        f"header = {str(not sheet.numbered).lower()}, delim = {text(sheet.delimiter)}, "
        f"quote = '\"', escape = '\"', strict_mode = true, parallel = true, max_line_size = {LINE})"
    )
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {staged} AS SELECT * FROM {reading}")
    except duckdb.Error:
        return False
    if scalar(connection, f"SELECT count(*) FROM {staged}") != sheet.records:
        return False
    columns_read = [
        f"{unescaped(name(column))} AS {name(column)}" if sheet.numbered else name(column)
        for column in sheet.header
    ]
    marks = f"{RECORD}::BIGINT" if sheet.numbered else "rowid + 1"
    fault = FAULT if sheet.numbered else "NULL::VARCHAR"
    _view(connection, sheet, relation, staged, marks, fault, columns_read)
    return True


def _view(
    connection: duckdb.DuckDBPyConnection,
    sheet: Sheet,
    relation: str,
    staged: str,
    record: str,
    fault: str,
    columns: Sequence[str],
) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {name(relation)} AS SELECT {text(sheet.label)} AS {FILE}, "
        f"{record} AS {RECORD}, {fault} AS {FAULT}, {', '.join(columns)} FROM {staged}"
    )


def _stage_parquet(connection: duckdb.DuckDBPyConnection, sheet: Sheet, relation: str) -> None:
    """Read a Parquet file, every value as the text that a CSV file would hold."""
    staged = name(f"{relation}__staged")
    source = f"read_parquet({text(str(sheet.path))}, file_row_number = true)"
    columns = as_text(connection, f"SELECT * EXCLUDE (file_row_number) FROM {source}")
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {staged} AS SELECT file_row_number, "
            f"{', '.join(columns)} FROM {source}"
        )
    except duckdb.Error as fault:
        raise ConcordError(f"{sheet.label}: cannot be read: {first_line(fault)}") from fault
    _view(
        connection, sheet, relation, staged, "file_row_number + 1", "NULL::VARCHAR",
        [name(column) for column in sheet.header],
    )  # fmt: skip


def as_text(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """One expression per column of a query that writes its values as text."""
    described = connection.execute(f"DESCRIBE {query}").fetchall()
    return [f"{text_of(name(column), kind)} AS {name(column)}" for column, kind, *_ in described]


def text_of(column: str, kind: str) -> str:
    """The expression that writes a value of an engine type as text.

    Fifteen digits undo what binary fractions add: 0.1 + 0.2 is 0.3.

    >>> text_of("amount", "DOUBLE")
    "format('{:.15g}', amount)"
    """
    if kind == "VARCHAR":
        return column
    return f"format('{{:.15g}}', {column})" if kind == "DOUBLE" else f"{column}::VARCHAR"


def check_query(query: str) -> str | None:
    """What is wrong with a query of a mapping, if anything.

    >>> check_query("select 1; drop table x")
    'must be one SELECT'
    """
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as fault:
        return first_line(fault)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return "must be one SELECT"
    return None


def with_views(query: str, views: Mapping[str, str]) -> str:
    """A table's query with the views that it reads, and those that they read, before it.

    >>> views = {"paid": "select * from ledger", "late": "select * from paid", "odd": "select 1"}
    >>> print(with_views("select id from late", views))
    with paid as (select * from ledger
    ), late as (select * from paid
    )
    select * from (select id from late
    )
    """
    used: list[str] = []
    for view in reversed(list(views)):
        if any(re.search(rf"\b{view}\b", sql) for sql in (query, *(views[one] for one in used))):
            used.insert(0, view)
    if not used:
        return query
    parts = ", ".join(f"{view} as ({views[view]}\n)" for view in used)
    return f"with {parts}\nselect * from ({query}\n)"


def tables_of(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """The tables that a query reads, in lower case.

    >>> sorted(tables_of(duckdb.connect(), "select * from Cases join events using (id)"))
    ['cases', 'events']
    """
    found = connection.execute(
        "SELECT DISTINCT lower(node.value ->> '$') FROM (SELECT json_serialize_sql(?)::JSON "
        "AS tree), json_tree(tree) AS node WHERE node.key = 'table_name'",
        [query],
    )
    return {str(row[0]) for row in found.fetchall()}


def check_expression(expression: str) -> str | None:
    """What is wrong with an expression of a mapping, if anything.

    >>> check_expression("upper(country)")
    """
    return check_query(f"SELECT ({expression}\n)")


def prepare_parquet(path: Path, label: str) -> Sheet:
    """Check a Parquet file and read its header."""
    with duckdb.connect() as connection:
        try:
            rows = scalar(
                connection, f"SELECT sum(num_rows) FROM parquet_file_metadata({text(str(path))})"
            )
            connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)])
            header = [column[0] for column in connection.description or ()]
        except duckdb.Error as fault:
            raise ConcordError(f"{label}: not a readable Parquet file; export it again") from fault
    # A thousand equal rows take a few bytes, so the file's size says nothing about the rows.
    check_size(rows, path.stat().st_size, label)
    return Sheet(label, path, check_header(header, label), rows, parquet=True)
