"""The records of a CSV file: whether every one is whole, and what to keep when some are not.

The engine reads CSV fast but errs in silence: it renames repeated headers, and can lose what
follows a quote that is never closed. So Python's reader judges the structure, and a file with
anything odd is written anew, one line per record: its number, its fault, and its cells with line
ends escaped.
"""

import csv
import datetime
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from queries.errors import ConcordError

if TYPE_CHECKING:
    from _csv import Reader, Writer

RECORD = "__record"
FAULT = "__fault"
SHOWN_OF_BROKEN = 1_000
# The backslash comes first, so that what stood as a backslash and an n stays that.
ESCAPES = (("\\", "\\b"), ("\n", "\\n"), ("\r", "\\r"))
LONGEST_CELL = csv.field_size_limit()

QUOTE_FAULT = "a quote is not closed, or text follows a closing quote"
LENGTH_FAULT = f"a text is longer than {LONGEST_CELL:,} characters, or its quote is never closed"


@dataclass(frozen=True)
class Survey:
    """What a first reading found: the header, the records, and whether all are whole."""

    header: tuple[str, ...]
    records: int
    whole: bool


class Lines:
    """Lines of a file that remembers those of the record at hand, to take them back."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._pending: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._pending.popleft() if self._pending else next(self._stream)
        self._taken.append(line)
        return line

    def begin(self) -> None:
        """A new record starts here."""
        self._taken.clear()

    def give_up(self) -> str:
        """Leave the first line of a broken record for lost; read on from the second."""
        first, *rest = self._taken
        self._pending.extendleft(reversed(rest))
        return first


def rows(stream: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], str | None]]:
    r"""Each record's cells, with what is wrong with its quotes; blank lines are no records.

    >>> list(rows(iter(['1,"a"\n', '\n', '2,"b\n', '3,c\n']), ","))[1:]
    [(['2', '"b'], 'a quote is not closed, or text follows a closing quote'), (['3', 'c'], None)]
    """
    lines = Lines(stream)
    reader = _reader(lines, delimiter)
    while True:
        lines.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield lines.give_up().rstrip("\r\n").split(delimiter), _explain(fault)
            reader = _reader(lines, delimiter)
        else:
            if not _blank(row):
                yield row, None


def _reader(stream: Iterable[str], delimiter: str) -> "Reader":
    # The engine, too, takes spaces before a quote for none.
    return csv.reader(stream, delimiter=delimiter, strict=True, skipinitialspace=True)


def _explain(fault: csv.Error) -> str:
    return LENGTH_FAULT if "field limit" in str(fault) else QUOTE_FAULT


def _blank(row: list[str]) -> bool:
    return not row or (len(row) == 1 and not row[0].strip())


def survey(path: Path, label: str, delimiter: str) -> Survey:
    """Read a UTF-8 file once: its header and whether each record has as many cells."""
    records = 0
    header: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = _reader(stream, delimiter)
            header = next(reader, [])
            width = len(header)
            whole = not _blank(header)
            for row in reader:
                if len(row) == width:
                    records += 1
                elif row:
                    whole = False
                    break
    except csv.Error:
        whole = False
    except UnicodeDecodeError as fault:
        raise not_utf8(label, fault) from fault
    if whole:
        return Survey(check_header(header, label), records, whole)
    return Survey(_header(path, label, delimiter), 0, whole)


def not_utf8(label: str, fault: UnicodeDecodeError) -> ConcordError:
    """The error for bytes that are no UTF-8."""
    byte = fault.object[fault.start]
    return ConcordError(
        f"{label}: byte 0x{byte:02X} is not UTF-8 text; save the file as UTF-8, or name its "
        'encoding in a mapping (encoding = "latin-1")'
    )


def _header(path: Path, label: str, delimiter: str) -> tuple[str, ...]:
    """The header of a file whose records are not all whole."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, fault = next(rows(stream, delimiter), ([], None))
    if not header:
        raise ConcordError(f"{label}: the file has no header; its first line must name the columns")
    if fault:
        raise ConcordError(f"{label}: the header cannot be read: {fault}")
    return check_header(header, label)


def check_header(header: list[str], label: str) -> tuple[str, ...]:
    """The columns' names, once each.

    >>> check_header(["supplier_id", " name", ""], "supplier.csv")
    ('supplier_id', 'name', 'column 3')
    """
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(header, 1)]
    seen: set[str] = set()
    for name in names:
        # The engine's names ignore case, so two that differ only in case are one to it.
        if name.casefold() in seen:
            raise ConcordError(f"{label}: the header names column {name} twice; rename one")
        seen.add(name.casefold())
    if reserved := [name for name in names if name.casefold() in (RECORD, FAULT, "__file")]:
        raise ConcordError(f"{label}: column {reserved[0]} has a name Concord uses; rename it")
    if any("\0" in name for name in names):
        raise ConcordError(
            f"{label}: the header holds NUL characters; save the file as UTF-8, or name its "
            'encoding in a mapping (encoding = "utf-16-le")'
        )
    return tuple(names)


def repair(path: Path, target: Path, delimiter: str, width: int, label: str) -> int:
    """Write the records anew, numbered, each with its fault; return how many there are."""
    try:
        with (
            path.open(encoding="utf-8-sig", newline="") as stream,
            target.open("w", encoding="utf-8", newline="") as output,
        ):
            records = rows(stream, delimiter)
            next(records, None)
            return _write(records, output, width)
    except UnicodeDecodeError as fault:
        raise not_utf8(label, fault) from fault


def _write(records: Iterator[tuple[list[str], str | None]], output: TextIO, width: int) -> int:
    writer = NumberedWriter(output, width)
    number = 0
    for number, (row, fault) in enumerate(records, 1):
        # Of a broken record only its key may matter, and that is short.
        cells = [cell[:SHOWN_OF_BROKEN] for cell in row] if fault else row
        writer.write(number, fault or _misfit(row, width), cells)
    return number


class NumberedWriter:
    """Writes records that begin with their number and fault, each on one line."""

    def __init__(self, output: TextIO, width: int) -> None:
        self._writer: Writer = csv.writer(output, quoting=csv.QUOTE_ALL, lineterminator="\n")
        self._width = width

    def write(self, number: int, fault: str | None, cells: list[str]) -> None:
        """Write one record, cut or filled up to the header's width."""
        fitted = (cells + [""] * self._width)[: self._width]
        self._writer.writerow([number, fault or "", *map(escape, fitted)])


def escape(cell: str) -> str:
    r"""A cell on one line.

    >>> escape("a\nb")
    'a\\nb'
    """
    for character, written in ESCAPES:
        cell = cell.replace(character, written)
    return cell


def unescaped(column: str) -> str:
    """The SQL that undoes ``escape``."""
    sql = column
    for character, written in reversed(ESCAPES):
        sql = f"replace({sql}, '{written}', chr({ord(character)}))"
    return f"CASE WHEN contains({column}, chr(92)) THEN {sql} ELSE {column} END"


def _misfit(row: list[str], width: int) -> str | None:
    """What is wrong with a record's length; empty cells beyond the header do no harm."""
    if len(row) < width:
        return f"the record has {_cells(len(row))} where the header has {width}"
    if any(cell.strip() for cell in row[width:]):
        return (
            f"the record has {_cells(len(row))} where the header has {width}; "
            "a cell that holds the delimiter needs quotes"
        )
    return None


def _cells(number: int) -> str:
    return f"{number} cell" if number == 1 else f"{number} cells"


def cell_text(value: object) -> str:
    """A cell as the text a CSV file would hold.

    >>> cell_text(0.1 + 0.2), cell_text(1001.0), cell_text(True)
    ('0.3', '1001', 'true')
    >>> cell_text(datetime.datetime(2024, 5, 31))
    '2024-05-31'
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case _:
            return str(value)
