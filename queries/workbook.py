"""Excel workbooks: every visible sheet written as numbered CSV, formulas by their cached values."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from queries.errors import ConcordError
from queries.files import Scratch, Sheet, check_kind, check_size
from queries.records import NumberedWriter, cell_text, check_header

HEAD = 1024
OUTSIDE = "a cell stands outside the header's columns"
# What openpyxl raises on a damaged workbook; parsers' errors are all SyntaxErrors.
DAMAGED = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError,
    AttributeError, SyntaxError, EOFError, OSError, NotImplementedError,
)  # fmt: skip


def read_workbook(path: Path, label: str, scratch: Scratch) -> dict[str, Sheet]:
    """Each visible sheet that holds anything, by its name."""
    check_kind(path, label)
    with _reading(label):
        formulas = _check_archive(path, label)
    with _opened(path, label, values=True) as book:
        sheets = {}
        for worksheet in book.worksheets:
            if worksheet.sheet_state == "visible" and not _is_note(worksheet.title):
                sheet = _write(_rows(worksheet), worksheet.title, label, scratch)
                if sheet:
                    sheets[worksheet.title] = sheet
    if formulas:
        _check_calculated(path, label)
    if not sheets:
        raise ConcordError(f"{label}: the workbook is empty; it needs a sheet with a header")
    return sheets


def _is_note(title: str) -> bool:
    return title.casefold().startswith("readme")


def _rows(worksheet: Worksheet | ReadOnlyWorksheet) -> Iterator[Sequence[object]]:
    """The values of a sheet; its own statement of its size is often wrong, so it is not heeded."""
    if isinstance(worksheet, ReadOnlyWorksheet):
        worksheet.reset_dimensions()
    rows: Iterator[Sequence[object]] = worksheet.iter_rows(values_only=True)
    return rows


@contextmanager
def _reading(label: str) -> Iterator[None]:
    """Turn the many errors of a damaged workbook into one."""
    try:
        yield
    except DAMAGED as fault:
        raise ConcordError(
            f"{label}: the workbook is damaged or locked; save it again as .xlsx without a password"
        ) from fault


@contextmanager
def _opened(path: Path, label: str, *, values: bool) -> Iterator[Workbook]:
    with _reading(label):
        book = openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
        try:
            yield book
        finally:
            book.close()


def _check_archive(path: Path, label: str) -> bool:
    """Refuse an archive that expands beyond reason; tell whether any sheet holds formulas."""
    formulas = False
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        check_size(sum(member.file_size for member in members), path.stat().st_size, label)
        for member in members:
            with archive.open(member) as stream:
                # No workbook declares a document type; one made to expand without end does.
                if b"<!DOCTYPE" in (content := stream.read(HEAD)):
                    raise zipfile.BadZipFile("document type")
                if member.filename.startswith("xl/worksheets/") and not formulas:
                    content += stream.read()
                    formulas = b"<f>" in content or b"<f " in content
    return formulas


def _write(
    rows: Iterable[Sequence[object]], title: str, label: str, scratch: Scratch
) -> Sheet | None:
    """Write one sheet; its first row that is not empty is the header."""
    shown = f"{label} [{title}]"
    target = scratch.path(".csv")
    filled = _filled(rows)
    first, names = next(filled, (0, []))
    if not names:
        return None
    header = check_header(names, shown)
    count = 0
    with target.open("w", encoding="utf-8", newline="") as output:
        writer = NumberedWriter(output, len(header))
        for position, cells in filled:
            outside = len(cells) > len(header)
            writer.write(position - first, OUTSIDE if outside else None, cells)
            count += 1
    return Sheet(shown, target, header, count, numbered=True)


def _filled(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their position, without the empty cells at their end."""
    for position, values in enumerate(rows, 1):
        cells = [cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield position, cells


def _check_calculated(path: Path, label: str) -> None:
    """Refuse a sheet of formulas that no program has calculated: its cells would seem empty."""
    with (
        _opened(path, label, values=False) as formulas,
        _opened(path, label, values=True) as values,
    ):
        for asked, answered in zip(formulas.worksheets, values.worksheets, strict=True):
            cells = [
                answer
                for questions, answers in zip(
                    asked.iter_rows(), answered.iter_rows(values_only=True), strict=False
                )
                for question, answer in zip(questions, answers, strict=False)
                if question.data_type == "f"
            ]
            if cells and all(answer is None for answer in cells):
                raise ConcordError(
                    f"{label} [{asked.title}]: its formulas were never calculated; "
                    "open it in Excel and save it"
                )
