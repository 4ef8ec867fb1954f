"""The files of a source: which there are, what they are called, and which table each holds."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from queries.contract import CONTRACT
from queries.errors import ConcordError
from queries.files import Scratch, Sheet, SourceFile, check_kind, fingerprint, prepare_text
from queries.mapping import Plan, Source, TableRule, read_settings, read_toml
from queries.remote import fetch, shown
from queries.workbench import prepare_parquet
from queries.workbook import read_workbook

Notify = Callable[[str], None]

WORKBOOKS = (".xlsx", ".xlsm")
EXTENSIONS = (".csv", ".csv.gz", ".parquet", *WORKBOOKS)
NOTES = (".md", ".txt")


@dataclass
class Reading:
    """What has been read so far: the sheets of every source, and the files they came from."""

    scratch: Scratch
    notify: Notify
    sheets: dict[str, list[Sheet]] = field(default_factory=dict)
    files: dict[Path | str, SourceFile] = field(default_factory=dict)

    def register(self, path: Path, label: str) -> None:
        """Note a file that is read; the same file counts once."""
        if path not in self.files:
            self.files[path] = fingerprint(path, label)


def extension(path: Path) -> str | None:
    """The extension of a file that may hold tables.

    >>> extension(Path("Invoice_Line.CSV.gz"))
    '.csv.gz'
    """
    for candidate in EXTENSIONS:
        if path.name.lower().endswith(candidate):
            return candidate
    return None


def read_folder(folder: Path, reading: Reading) -> Plan:
    """Read every table of a folder; its settings may stand in ``settings.toml``."""
    settings: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or _is_note(path):
            continue
        if path.name == "settings.toml":
            data = read_toml(path)
            settings = read_settings(data.get("settings", data), path.name)
            reading.register(path, path.name)
        else:
            read_named(path, reading)
    if not reading.sheets:
        raise ConcordError(f"{folder.name}: the folder holds no table; {expected()}")
    return _plan(reading, settings)


def _is_note(path: Path) -> bool:
    return path.name.lower().startswith("readme") or path.suffix.lower() in NOTES


def read_single(path: Path, reading: Reading) -> Plan:
    """Read one file that is named after its table, or a workbook."""
    read_named(path, reading)
    return _plan(reading, {})


def _plan(reading: Reading, settings: dict[str, str]) -> Plan:
    """Every sheet is the table of its name."""
    return Plan(settings, {}, tuple(TableRule(table, table) for table in reading.sheets))


def read_named(path: Path, reading: Reading) -> None:
    """Read a file into the table it is named after, or a workbook into those of its sheets."""
    kind = extension(path)
    if kind is None or path.is_dir():
        raise ConcordError(f"{path.name}: not a file Concord reads here; {expected()}")
    stem = path.name[: -len(kind)].lower()
    reading.notify(f"reading {path.name}")
    if kind not in WORKBOOKS:
        _check_table(stem, path.name)
        _add(reading, stem, prepare(path, path.name, reading, Source()))
        return
    reading.register(path, path.name)
    sheets = read_workbook(path, path.name, reading.scratch)
    if stem in CONTRACT and len(sheets) == 1:
        _add(reading, stem, next(iter(sheets.values())))
        return
    for title, sheet in sheets.items():
        _check_table(title.strip().lower(), sheet.label)
        _add(reading, title.strip().lower(), sheet)


def _add(reading: Reading, table: str, sheet: Sheet) -> None:
    if table in reading.sheets:
        first = reading.sheets[table][0].label
        raise ConcordError(f"{first} and {sheet.label} both hold table {table}; keep one of them")
    reading.sheets[table] = [sheet]


def _check_table(table: str, label: str) -> None:
    if table in CONTRACT:
        return
    near = difflib.get_close_matches(table, CONTRACT, 1)
    advice = f"did you mean {near[0]}?" if near else f"tables are {', '.join(CONTRACT)}"
    raise ConcordError(f"{label}: no table is called {table}; {advice}")


def expected() -> str:
    """What a folder may hold."""
    return (
        "expected are files named after tables, such as invoice_line.csv "
        f"({', '.join(EXTENSIONS)}), or a mapping .toml loaded by its own path"
    )


def prepare(path: Path, label: str, reading: Reading, source: Source) -> Sheet:
    """Make one file ready for the engine, whatever its kind."""
    reading.register(path, label)
    kind = extension(path)
    if kind == ".parquet":
        check_kind(path, label)
        return prepare_parquet(path, label)
    if kind in WORKBOOKS:
        return _pick(read_workbook(path, label, reading.scratch), source.sheet, label)
    return prepare_text(path, label, reading.scratch, source.dialect)


def _pick(sheets: dict[str, Sheet], wanted: str | None, label: str) -> Sheet:
    if wanted is None and len(sheets) == 1:
        return next(iter(sheets.values()))
    if wanted not in sheets:
        raise ConcordError(
            f'{label}: name one of its sheets in the mapping (sheet = "…"): {", ".join(sheets)}'
        )
    return sheets[wanted]


def read_sources(plan: Plan, folder: Path, mapping: str, reading: Reading) -> None:
    """Read every source that a mapping names."""
    for key, source in plan.sources.items():
        if source.file is not None:
            reading.sheets[key] = _read_pattern(source.file, folder, mapping, source, reading)
        elif source.url is not None and source.query is not None:
            label = f"{mapping} {key} from {shown(source.url)}"
            reading.notify(f"querying {label}")
            sheet, file = fetch(source.url, source.query, label, reading.scratch)
            reading.sheets[key], reading.files[label] = [sheet], file


def _read_pattern(
    pattern: str, folder: Path, mapping: str, source: Source, reading: Reading
) -> list[Sheet]:
    """Read the files of a pattern, which must all have the same columns."""
    sheets = []
    for path in _matches(pattern, folder, mapping):
        label = path.relative_to(folder).as_posix()
        reading.notify(f"reading {label}")
        sheets.append(prepare(path, label, reading, source))
    for sheet in sheets[1:]:
        if odd := sorted(set(sheet.header) ^ set(sheets[0].header)):
            raise ConcordError(
                f"{sheet.label}: its columns differ from those of {sheets[0].label}: "
                f"{odd[0]} is in one alone; map the files one by one"
            )
    return sheets


def _matches(pattern: str, folder: Path, mapping: str) -> list[Path]:
    exact = folder / pattern
    try:
        found = [exact] if exact.is_file() else sorted(folder.glob(pattern))
    except (NotImplementedError, ValueError, OSError) as fault:
        raise ConcordError(f"{mapping}: {pattern} is not a file pattern; see folder") from fault
    files = [path for path in found if path.is_file() and not path.name.startswith((".", "~$"))]
    if not files:
        raise ConcordError(f"{mapping}: no file matches {pattern} in the mapping's folder")
    return files
