"""The data behind the figures: what was loaded, how fresh it is, and whether it ties out."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePath

import pandas as pd

from queries import batches, check, control
from queries.errors import ConcordError
from queries.load import LoadOptions, LoadResult, load
from queries.selection import Selection
from queries.store import Reader, Store
from spend.money import decimal
from spend.result import Cell, Note, Report, Table, TableColumn

TITLE = "Data"
QUESTION = "What is loaded, how fresh is it, and does it tie out?"
SHOWN_REJECTS = 1000
LONGEST_NAME = 200  # bytes; file systems take 255

COUNTS = tuple(
    TableColumn(name, name.replace("_", " ").capitalize(), "count") for name in batches.TABLE_COUNTS
)


def report(store: Store, selection: Selection) -> Report:
    """Loads, the last load's tables and bad records, control totals, and the integrity check."""
    with store.reader(selection.as_of) as reader:
        if not reader.batch:
            raise ConcordError("the store is empty: run `spend load PATH`, or `spend demo`")
        return _report(reader, selection)


def _report(reader: Reader, selection: Selection) -> Report:
    loads = batches.batches(reader)
    rejected, whole = batches.rejects(reader, reader.batch), check.is_quick(reader)
    tables = (
        _loads(loads),
        _tables(batches.batch_tables(reader, reader.batch)),
        _rejects(rejected),
        _control(control.ledger_control(reader)),
        _findings(check.check(reader, whole)),
    )
    return Report(
        name="data",
        title=TITLE,
        question=QUESTION,
        selection=selection,
        sentence=_sentence(loads),
        currency=reader.settings.currency,
        batch=reader.batch,
        message=_message(loads, tables, whole),
        tables=tuple(t for t in tables if t.rows),
        notes=tuple(_notes(rejected, whole)),
    )


def _sentence(loads: pd.DataFrame) -> str:
    last = loads.iloc[0]
    return (
        f"Load {last['batch']} of {last['loaded_at']:%-d %B %Y, %H:%M}, by {last['loaded_by']}; "
        f"data through {last['data_through']:%-d %B %Y}."
    )


def _message(loads: pd.DataFrame, tables: Sequence[Table], whole: bool) -> str:
    """One sentence: how many loads, what the last one turned away, what the check found."""
    findings = tables[-1].rows
    bad = int(loads.iloc[0]["rejected"])
    turned = f"the last rejected {_counted(bad, 'record')}" if bad else "the last rejected nothing"
    errors = sum(row[0] == "error" for row in findings)
    fine = "keys and marts are sound" if whole else "keys and marts are not checked here"
    sound = _counted(errors, "integrity error") if errors else fine
    known = len(findings) - errors
    also = f", {_counted(known, 'thing')} to know" if known else ""
    return f"{_counted(len(loads), 'load')}; {turned}; {sound}{also}."


def _counted(number: int, word: str) -> str:
    """A number and what it counts: ``1 load``, ``2 loads``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _notes(rejected: pd.DataFrame, whole: bool) -> list[Note]:
    notes = []
    if len(rejected) > SHOWN_REJECTS:
        notes.append(
            f"{len(rejected):,} reasons for rejects; the first {SHOWN_REJECTS:,} are shown. All of "
            "them are in the store's folder `rejects`, and in `spend rejects N`."
        )
    if not whole:
        notes.append(
            "The store is too large to compare every key, reference and mart while a page opens: "
            "`spend check` does."
        )
    return [Note(text) for text in notes]


def _loads(loads: pd.DataFrame) -> Table:
    columns = (
        TableColumn("batch", "Load", "count"),
        TableColumn("source", "Source", "text"),
        TableColumn("loaded_at", "When", "text"),
        TableColumn("loaded_by", "By", "text"),
        TableColumn("data_through", "Data through", "date"),
        *COUNTS,
    )
    said = loads.assign(
        loaded_at=loads["loaded_at"].dt.strftime("%Y-%m-%d %H:%M"),
        data_through=loads["data_through"].dt.strftime("%Y-%m-%d"),
    )
    return Table("batches", "Loads", columns, _rows(said, columns))


def _tables(counts: pd.DataFrame) -> Table:
    columns = (TableColumn("table_name", "Table", "text"), *COUNTS)
    total: tuple[Cell, ...] = ("Total", *(int(counts[c.key].sum()) for c in COUNTS))
    return Table("tables", "Tables of the last load", columns, _rows(counts, columns), total=total)


def _rejects(rejected: pd.DataFrame) -> Table:
    columns = (
        TableColumn("table_name", "Table", "text"),
        TableColumn("record", "Record", "count"),
        TableColumn("column_name", "Column", "text"),
        TableColumn("value", "Value", "text"),
        TableColumn("reason", "Why it was rejected", "text"),
    )
    shown = rejected.head(SHOWN_REJECTS)
    return Table("rejects", "Rejected by the last load", columns, _rows(shown, columns))


def _control(control_totals: pd.DataFrame) -> Table:
    columns = (
        TableColumn("period", "Period", "text"),
        TableColumn("ledger", "General ledger", "money"),
        TableColumn("lines", "Invoice lines", "money"),
        TableColumn("difference", "Difference", "money"),
    )
    frame = control_totals.assign(difference=control_totals["lines"] - control_totals["ledger"])
    sums = [decimal(int(frame[c.key].sum())) for c in columns[1:]]
    rows = tuple(
        (str(row[0]), *(decimal(int(cents)) for cents in row[1:]))
        for row in frame[[c.key for c in columns]].itertuples(index=False)
    )
    return Table("control", "Control totals: spend", columns, rows, total=("Total", *sums))


def _findings(findings: Sequence[check.Finding]) -> Table:
    columns = (
        TableColumn("severity", "Kind", "text"),
        TableColumn("table", "Table", "text"),
        TableColumn("count", "Rows", "count"),
        TableColumn("message", "Finding", "text"),
    )
    rows = tuple((f.severity, f.table, f.count, f.message) for f in findings)
    return Table("findings", "Integrity check", columns, rows)


def _rows(frame: pd.DataFrame, columns: Sequence[TableColumn]) -> tuple[tuple[Cell, ...], ...]:
    cells = frame[[c.key for c in columns]].astype(object)
    return tuple(tuple(None if pd.isna(v) else v for v in row) for row in cells.to_numpy())


def upload(
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    replace: bool,
    strict: bool,
    now: datetime,
    user: str,
) -> Report:
    """Load files that came through a browser, as ``spend load`` would; what became of each table.

    Mapping files are refused: their expressions run on the server, and belong to its operators.
    """
    with tempfile.TemporaryDirectory(prefix="concord-") as scratch:
        folder = Path(scratch) / "upload"  # the name that the books keep as the load's source
        folder.mkdir()
        for name, content in files:
            _place(folder, name, content)
        options = LoadOptions(replace=replace, strict=strict)
        result = load(store, folder, options=options, now=now, user=user)
    return _uploaded(result)


def _place(folder: Path, name: str, content: bytes) -> None:
    plain = PurePath(name.replace("\\", "/")).name
    if not _is_file_name(plain):
        raise ConcordError(f"{name[:60]!a} is not a file name that can be loaded")
    if plain.lower().endswith(".toml"):
        raise ConcordError(f"{plain}: mapping files are loaded on the server, by `spend load`")
    if (folder / plain).exists():
        raise ConcordError(f"{plain} was given twice: keep one of them")
    (folder / plain).write_bytes(content)


def _is_file_name(plain: str) -> bool:
    if not plain.isprintable() or plain.startswith("."):
        return False
    return 0 < len(plain.encode()) <= LONGEST_NAME


def _uploaded(result: LoadResult) -> Report:
    frame = pd.DataFrame([vars(t) for t in result.tables])
    bad = f"; rejected: {_counted(result.rejected, 'record')}" if result.rejected else ""
    return Report(
        name="upload",
        title="Upload",
        question="",
        selection=Selection(),
        sentence="",
        currency="",
        batch=result.batch,
        message=f"Load {result.batch} is in, data through {result.data_through}{bad}.",
        tables=(_tables(frame),) if len(frame) else (),
    )
