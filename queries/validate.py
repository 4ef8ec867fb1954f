"""Judge the rows of one table, in the engine: what is valid, what is not, and why.

Every contract column has one SQL expression for its value and one for what is wrong with it. The
reasons are spelt out for bad rows alone, so that good rows cost little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from queries.contract import CONTRACT_COLUMNS, ContractColumn
from queries.reasons import Format, Judged, judged_column
from queries.records import FAULT, RECORD
from queries.workbench import FILE, MARKS, name, scalar, text

SHOWN = 200  # characters of a bad value that a reject shows

# What must hold between the columns of a row: (table, first, second, reason if second < first).
ORDERED = (
    ("fiscal_period", "start_date", "end_date", "the period ends before it starts"),
    ("contract", "start_date", "end_date", "the contract ends before it starts"),
    ("savings_initiative", "start_date", "end_date", "the initiative ends before it starts"),
)


@dataclass(frozen=True)
class Verdict:
    """How many records a table had, and what became of them."""

    read: int
    repeated: int
    rejected: int


@dataclass(frozen=True)
class Outputs:
    """Where the judged rows go."""

    valid: Path
    rejects: Path
    rejected_keys: Path


@dataclass(frozen=True)
class Bench:
    """One table on the workbench: its texts are in ``<table>__texts``."""

    connection: duckdb.DuckDBPyConnection
    table: str
    columns: tuple[ContractColumn, ...]
    formats: Mapping[str, Format] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """The key columns."""
        return tuple(column.name for column in self.columns if column.key)

    def judged(self) -> list[Judged]:
        """Each column's value and reason."""
        return [
            judged_column(self.table, column, self.formats.get(column.name, Format()))
            for column in self.columns
        ]

    def at(self, part: str) -> str:
        """The quoted name of one of the table's working relations."""
        return name(f"{self.table}__{part}")

    def run(self, sql: str) -> None:
        """Execute a statement."""
        self.connection.execute(sql)


def provided_columns(table: str, present: Sequence[str]) -> tuple[ContractColumn, ...]:
    """The contract columns a source gives, and the keys that have a default."""
    return tuple(
        column
        for column in CONTRACT_COLUMNS[table]
        if column.name in present or column.default is not None
    )


def judge(bench: Bench, outputs: Outputs) -> Verdict:
    """Judge the texts of a table and write what is valid, what is not, and the keys of that."""
    _type(bench)
    _explain(bench)
    _reject_overlaps(bench)
    _find_repeats(bench)
    verdict = _write(bench, outputs)
    bench.run(f"DROP VIEW {bench.at('judged')}")
    bench.run(f"DROP TABLE {bench.at('typed')}")
    return verdict


def _type(bench: Bench) -> None:
    """Give every text its type, and mark the rows where that fails; those keep their texts."""
    judged = bench.judged()
    texts = ", ".join(f"t.{name(column.name)} AS {_shown(column.name)}" for column in judged)
    values = ", ".join(f"{column.value} AS {name(column.name)}" for column in judged)
    reasons = [f"({column.reason}) IS NOT NULL" for column in judged]
    reasons += [f"({broken})" for _, broken, _ in _broken_orders(bench)]
    names = ", ".join(name(column.name) for column in judged)
    kept = ", ".join(f"{text(column.name)}: {_shown(column.name)}" for column in judged)
    marks = ", ".join(MARKS)
    bench.run(
        f"CREATE TEMP TABLE {bench.at('typed')} AS "
        f"SELECT {marks}, {names}, bad, CASE WHEN bad THEN {{{kept}}} END AS texts FROM ("
        f"SELECT *, {FAULT} IS NOT NULL OR {' OR '.join(reasons)} AS bad FROM ("
        f"SELECT {marks}, {texts}, {values} FROM {bench.at('texts')} t))"
    )
    bench.run(
        f"CREATE TEMP VIEW {bench.at('judged')} AS SELECT rowid AS id, * FROM {bench.at('typed')}"
    )


def _shown(column: str) -> str:
    """The text of a column, beside its value."""
    return name(f"t_{column}")


def _broken_orders(bench: Bench) -> list[tuple[str, str, str]]:
    """(column, condition, reason) of each rule between columns that both are there."""
    present = {column.name for column in bench.columns}
    return [
        (second, f"coalesce({name(second)} < {name(first)}, false)", reason)
        for table, first, second, reason in ORDERED
        if table == bench.table and {first, second} <= present
    ]


def _explain(bench: Bench) -> None:
    """Spell out what is wrong with each bad row, one line per reason."""
    found = [_finding(column.name, column.reason) for column in bench.judged()]
    found += [
        _finding(column, f"CASE WHEN {broken} THEN {text(reason)} END")
        for column, broken, reason in _broken_orders(bench)
    ]
    lost = f"{{'column_name': NULL::VARCHAR, 'value': NULL::VARCHAR, 'reason': {FAULT}}}"
    texts = ", ".join(f"texts.{name(c.name)} AS {_shown(c.name)}" for c in bench.columns)
    bench.run(
        f"CREATE TEMP TABLE {bench.at('reasons')} AS "
        f"SELECT id, {FILE}, {RECORD}, found.column_name, found.value, found.reason FROM ("
        f"SELECT id, {FILE}, {RECORD}, unnest(CASE WHEN {FAULT} IS NULL THEN [{', '.join(found)}] "
        f"ELSE [{lost}] END) AS found "
        f"FROM (SELECT * EXCLUDE (texts), {texts} FROM {bench.at('judged')} WHERE bad)"
        ") WHERE found.reason IS NOT NULL"
    )


def _finding(column: str, reason: str) -> str:
    return f"{{'column_name': {text(column)}, 'value': {_shown(column)}, 'reason': {reason}}}"


def _reject_overlaps(bench: Bench) -> None:
    """Fiscal periods that share a day: all of them are rejected."""
    if bench.table != "fiscal_period":
        return
    bench.run(
        "CREATE TEMP TABLE fiscal_period__overlaps AS SELECT period, start_date, CASE "
        "WHEN latest_end >= start_date THEN before WHEN next_start <= end_date THEN after END "
        "AS other FROM (SELECT period, start_date, end_date, max(end_date) OVER earlier AS "
        "latest_end, arg_max(period, end_date) OVER earlier AS before, lead(start_date) OVER days "
        "AS next_start, lead(period) OVER days AS after FROM (SELECT DISTINCT period, start_date, "
        f"end_date FROM {bench.at('judged')} WHERE NOT bad) WINDOW days AS (ORDER BY start_date, "
        "period), earlier AS (ORDER BY start_date, period ROWS BETWEEN UNBOUNDED PRECEDING AND "
        "1 PRECEDING)) WHERE other <> period"
    )
    bench.run(
        f"INSERT INTO {bench.at('reasons')} SELECT id, {FILE}, {RECORD}, 'start_date', "
        "start_date::VARCHAR, 'overlaps fiscal period ' || any_value(other) || ' of this source' "
        f"FROM {bench.at('judged')} JOIN fiscal_period__overlaps USING (period, start_date) "
        "WHERE NOT bad GROUP BY ALL"
    )


def _find_repeats(bench: Bench) -> None:
    """Rows that share a key: identical ones are marked repeats, differing ones get a reason."""
    keys = ", ".join(name(key) for key in bench.keys)
    complete = " AND ".join(f"{name(key)} IS NOT NULL" for key in bench.keys)
    bench.run(
        f"CREATE TEMP TABLE {bench.at('shared')} AS SELECT {keys} "
        f"FROM {bench.at('judged')} WHERE {complete} AND {FAULT} IS NULL "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    contents = ", ".join(name(column.name) for column in bench.columns)
    bench.run(
        f"CREATE TEMP TABLE {bench.at('repeats')} AS "
        f"SELECT id, {FILE}, {RECORD}, content IS DISTINCT FROM first_value(content) OVER same "
        f"AS differs, row_number() OVER same > 1 AS later, {keys}, "
        f"first_value({RECORD}) OVER same AS first_record, "
        f"first_value({FILE}) OVER same AS first_file "
        f"FROM (SELECT *, row({contents}, bad) AS content FROM {bench.at('judged')} "
        f"SEMI JOIN {bench.at('shared')} USING ({keys}) WHERE {FAULT} IS NULL) "
        f"WINDOW same AS (PARTITION BY {keys} ORDER BY id)"
    )
    _reject_differing(bench, keys)


def _reject_differing(bench: Bench, keys: str) -> None:
    """Reject every row of a key with more than one content, naming a row that differs."""
    shown = ", ".join(f"{name(key)}::VARCHAR" for key in bench.keys)
    bench.run(
        f"INSERT INTO {bench.at('reasons')} SELECT r.id, r.{FILE}, r.{RECORD}, "
        f"{text(', '.join(bench.keys))}, concat_ws(', ', {shown}), "
        "'record ' || other_record || CASE WHEN other_file = "
        f"r.{FILE} THEN '' ELSE ' of ' || other_file END || "
        "' has the same key but says something else' "
        f"FROM (SELECT *, CASE WHEN differs THEN first_record ELSE min({RECORD}) "
        "FILTER (differs) OVER same END AS other_record, "
        f"CASE WHEN differs THEN first_file ELSE arg_min({FILE}, id) FILTER (differs) OVER same "
        f"END AS other_file, bool_or(differs) OVER same AS clash FROM {bench.at('repeats')} "
        f"WINDOW same AS (PARTITION BY {keys})) r WHERE clash"
    )


def _write(bench: Bench, outputs: Outputs) -> Verdict:
    """Write the three files and count."""
    rejected = f"(SELECT DISTINCT id FROM {bench.at('reasons')})"
    repeated = f"(SELECT id FROM {bench.at('repeats')} WHERE later AND id NOT IN {rejected})"
    names = ", ".join(name(column.name) for column in bench.columns)
    keys = ", ".join(name(key) for key in bench.keys)
    complete = " AND ".join(f"{name(key)} IS NOT NULL" for key in bench.keys)
    typed = bench.at("judged")
    _copy(
        bench,
        f"SELECT {names}, {RECORD} AS record FROM {typed} ANTI JOIN {rejected} USING (id) "
        f"ANTI JOIN {repeated} USING (id)",
        outputs.valid,
    )
    _copy(
        bench,
        f"SELECT {FILE} AS file, {RECORD} AS record, column_name, {_legible('value')} AS value, "
        f"reason FROM {bench.at('reasons')} ORDER BY id",
        outputs.rejects,
    )
    _copy(
        bench,
        f"SELECT DISTINCT {keys} FROM {typed} SEMI JOIN {rejected} USING (id) WHERE {complete}",
        outputs.rejected_keys,
    )
    return Verdict(
        scalar(bench.connection, f"SELECT count(*) FROM {typed}"),
        scalar(bench.connection, f"SELECT count(*) FROM {repeated}"),
        scalar(bench.connection, f"SELECT count(*) FROM {rejected}"),
    )


def _legible(value: str) -> str:
    """A bad value as a reject shows it: not endless, and without the NUL no database stores."""
    printable = f"replace({value}, chr(0), '␀')"
    return (
        f"CASE WHEN length({value}) > {SHOWN} THEN left({printable}, {SHOWN - 1}) || '…' "
        f"ELSE {printable} END"
    )


def _copy(bench: Bench, query: str, path: Path) -> None:
    bench.run(f"COPY ({query}) TO {text(str(path))} (FORMAT parquet)")
