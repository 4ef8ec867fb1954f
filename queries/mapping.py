"""Mapping files: how the files or queries of another system become the tables of the contract."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from queries.contract import CONTRACT, CONTRACT_COLUMNS
from queries.errors import ConcordError
from queries.files import Dialect
from queries.reasons import Format
from queries.settings import read_setting
from queries.workbench import check_expression, check_query, name, text, with_views

SOURCE_KEYS = ("file", "sheet", "encoding", "delimiter", "url", "query")
FORMAT_KEYS = ("decimal", "thousands", "date_format")
TABLE_KEYS = (*SOURCE_KEYS, *FORMAT_KEYS, "source", "where", "columns")
COLUMN_KEYS = ("column", "expression", "constant", *FORMAT_KEYS)


PLAIN = Dialect()
ISO = Format()


@dataclass(frozen=True)
class Source:
    """Where records come from: files by a pattern, or a query to another database."""

    file: str | None = None
    sheet: str | None = None
    url: str | None = None
    query: str | None = None
    dialect: Dialect = PLAIN


@dataclass(frozen=True)
class ColumnRule:
    """One contract column: the SQL that gives it, and how its text is written.

    ``column`` is the source's own column, where the rule is no more than that.
    """

    expression: str
    format: Format = ISO
    column: str | None = None


@dataclass(frozen=True)
class TableRule:
    """One contract table: from a source, or from a query over the sources.

    Without ``columns``, the source's columns already have the contract's names.
    """

    table: str
    source: str | None = None
    query: str | None = None
    where: str | None = None
    columns: Mapping[str, ColumnRule] | None = None
    format: Format = ISO


@dataclass(frozen=True)
class Plan:
    """All that an extraction reads: settings, sources and tables."""

    settings: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    tables: tuple[TableRule, ...] = ()


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file, or one line that says where it is wrong."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConcordError(f"{path.name}: not readable as TOML: {fault}") from fault
    except OSError as fault:
        raise ConcordError(f"{path.name}: cannot be read: {fault.strerror}") from fault


def read_mapping(path: Path) -> tuple[Path, Plan]:
    """Read a mapping: the folder its files stand in, and the plan."""
    return parse_mapping(read_toml(path), path)


def parse_mapping(data: Mapping[str, Any], path: Path) -> tuple[Path, Plan]:
    """Check a mapping's keys, and turn it into a plan."""
    reader = _Reader(path.name)
    folder = reader.text(data, "folder", "the mapping") or "."
    sources = {
        source: reader.source(source, body)
        for source, body in reader.table(data, "sources", "the mapping").items()
    }
    if len({source.lower() for source in sources}) < len(sources):
        raise reader.error("two sources have the same name but for case; rename one")
    views = reader.views(data, sources)
    tables: list[TableRule] = []
    for table, body in data.items():
        if table in ("folder", "settings", "sources", "views"):
            continue
        rule, own = reader.rule(table, body, sources)
        if rule.query:
            rule = replace(rule, query=with_views(rule.query, views))
        tables.append(rule)
        sources |= own
    if not tables:
        raise reader.error("it maps no table; name one, such as [invoice_line]")
    settings = read_settings(reader.table(data, "settings", "the mapping"), path.name)
    return path.parent / folder, Plan(settings, sources, tuple(tables))


def read_settings(data: Mapping[str, Any], label: str) -> dict[str, str]:
    """The settings a source brings along, as texts.

    >>> read_settings({"currency": "gbp", "fiscal_year_start": 4}, "settings.toml")
    {'currency': 'GBP', 'fiscal_year_start': '4'}
    """
    settings = {}
    for key, value in data.items():
        try:
            read = read_setting(key, str(value))
        except ConcordError as error:
            raise ConcordError(f"{label}: settings: {error}") from None
        settings[key] = "" if read is None else str(read)
    return settings


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


class _Reader:
    """Reads the parts of one mapping; every error names the mapping, the table and the key."""

    def __init__(self, label: str) -> None:
        self._label = label

    def error(self, message: str) -> ConcordError:
        return ConcordError(f"{self._label}: {message}")

    def table(self, data: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise self.error(f"{where}: {key} must be a table of keys")
        return value

    def text(self, data: Mapping[str, Any], key: str, where: str) -> str | None:
        value = data.get(key)
        if value is not None and not isinstance(value, str):
            raise self.error(f"{where}: {key} must be a text in quotes")
        return value

    def known(self, data: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
        for key in data:
            if key not in keys:
                raise self.error(f"{where}: unknown key {key}; keys are {_listed(keys)}")

    def views(self, data: Mapping[str, Any], sources: Mapping[str, Source]) -> dict[str, str]:
        """Queries that tables' queries read by name; each may read those above it."""
        views = self.table(data, "views", "the mapping")
        for view in views:
            where = f"view {view}"
            self.name(view, where)
            if view in sources:
                raise self.error(f"{where}: a source has the same name; rename one")
            if fault := check_query(self.text(views, view, "views") or ""):
                raise self.error(f"{where}: {fault}")
        return dict(views)

    def name(self, own: str, where: str) -> None:
        if not re.fullmatch("[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", own):
            raise self.error(f"{where}: a name has letters, digits and single underscores")

    def source(self, source: str, body: object) -> Source:
        where = f"source {source}"
        self.name(source, where)
        if isinstance(body, str):
            return Source(file=body)
        if not isinstance(body, dict):
            raise self.error(f"{where} must be a file's name, or a table with file or url")
        self.known(body, SOURCE_KEYS, where)
        return self.origin(body, where)

    def origin(self, body: Mapping[str, Any], where: str) -> Source:
        file, url, query = (self.text(body, key, where) for key in ("file", "url", "query"))
        if (file is None) == (url is None):
            raise self.error(f"{where}: give either file, or url with query")
        if (url is None) != (query is None):
            raise self.error(f"{where}: url and query belong together")
        delimiter = self.text(body, "delimiter", where) or ","
        if len(delimiter) != 1 or delimiter in '"\r\n' or not delimiter.isascii():
            raise self.error(f'{where}: delimiter must be one character, such as ";" or "\\t"')
        encoding = self.encoding(body, where)
        sheet = self.text(body, "sheet", where)
        return Source(file, sheet, url, query, Dialect(encoding, delimiter))

    def encoding(self, body: Mapping[str, Any], where: str) -> str | None:
        encoding = self.text(body, "encoding", where)
        try:
            if encoding is not None:
                "".encode(encoding)  # refuses codecs that are not about text, too
        except LookupError as fault:
            raise self.error(
                f"{where}: unknown encoding {encoding}; try utf-8, latin-1, cp1252 or utf-16"
            ) from fault
        return encoding

    def format(self, body: Mapping[str, Any], where: str, base: Format) -> Format:
        decimal = self.text(body, "decimal", where)
        thousands = self.text(body, "thousands", where)
        for key, value in (("decimal", decimal), ("thousands", thousands)):
            if value is not None and not re.fullmatch(r"[^\w\s+-]|[ \u00a0\u202f]", value):
                raise self.error(f'{where}: {key} must be one character, such as ","')
        dates = body.get("date_format", base.dates)
        dates = tuple(dates) if isinstance(dates, list | tuple) else (dates,)
        if not all(isinstance(date, str) and "%" in date for date in dates):
            raise self.error(f'{where}: date_format must be like "%d/%m/%Y", or a list of such')
        chosen = Format(decimal or base.decimal, thousands or base.thousands, dates)
        if chosen.decimal == chosen.thousands:
            raise self.error(f"{where}: decimal and thousands must differ")
        return chosen

    def rule(
        self, table: str, body: object, sources: Mapping[str, Source]
    ) -> tuple[TableRule, dict[str, Source]]:
        """One table's rule, and the source it names itself."""
        if table not in CONTRACT:
            raise self.error(f"no table is called {table}; tables are {_listed(tuple(CONTRACT))}")
        if not isinstance(body, dict):
            raise self.error(f"{table} must be one table of keys")
        self.known(body, TABLE_KEYS, table)
        source, query, own = self.table_source(table, body, sources)
        format = self.format(body, table, ISO)
        where = self.text(body, "where", table)
        if where is not None:
            self.checked(where, f"{table}: where")
        columns = self.columns(table, self.table(body, "columns", table), format)
        return TableRule(table, source, query, where, columns or None, format), own

    def table_source(
        self, table: str, body: Mapping[str, Any], sources: Mapping[str, Source]
    ) -> tuple[str | None, str | None, dict[str, Source]]:
        """(source, query, sources of its own) of a table."""
        source = self.text(body, "source", table)
        if source is not None:
            if source not in sources:
                raise self.error(f"{table}: no source is called {source}; see [sources]")
            return source, None, {}
        if "file" in body or "url" in body:
            return f"{table} source", None, {f"{table} source": self.origin(body, table)}
        query = self.text(body, "query", table)
        if query is None:
            raise self.error(f"{table}: give file, source, query, or url with query")
        if fault := check_query(query):
            raise self.error(f"{table}: query: {fault}")
        return None, query, {}

    def checked(self, expression: str, where: str) -> str:
        if fault := check_expression(expression):
            raise self.error(f"{where}: {fault}")
        return expression

    def columns(self, table: str, body: Mapping[str, Any], format: Format) -> dict[str, ColumnRule]:
        known = [column.name for column in CONTRACT_COLUMNS[table]]
        for column in body:
            if column not in known:
                raise self.error(f"{table} has no column {column}; columns are {_listed(known)}")
        return {
            column: self.column(rule, f"{table}, column {column}", format)
            for column, rule in body.items()
        }

    def column(self, rule: object, where: str, format: Format) -> ColumnRule:
        if isinstance(rule, str):
            return ColumnRule(name(rule), format, rule)
        if not isinstance(rule, dict) or len({"column", "expression", "constant"} & set(rule)) != 1:
            raise self.error(f"{where}: give one of column, expression or constant")
        self.known(rule, COLUMN_KEYS, where)
        if (column := self.text(rule, "column", where)) is not None:
            return ColumnRule(name(column), self.format(rule, where, format), column)
        # What is computed is written the engine's way, unless the rule itself says otherwise.
        own = self.format(rule, where, ISO)
        if (expression := self.text(rule, "expression", where)) is not None:
            return ColumnRule(f"({self.checked(expression, where)}\n)", own)
        constant = rule["constant"]
        if isinstance(constant, dict | list):
            raise self.error(f"{where}: constant must be one value")
        shown = str(constant).lower() if isinstance(constant, bool) else str(constant)
        return ColumnRule(text(shown), own)
