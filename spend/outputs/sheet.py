"""A report as a sheet: one table as CSV, or all of it as an Excel workbook.

Text from the books is only ever text here: a cell that looks like a formula stays a word.
"""

import csv
import io
import re
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from queries.errors import ConcordError
from spend.outputs import cells, figures
from spend.result import Bridge, Cell, Report, Table, TableColumn

NUMBER_FORMATS = {
    "money": "#,##0.00",
    "share": "0.0%",
    "change": "0.0%",
    "days": "#,##0.0",
    "count": "#,##0",
    "months": "#,##0.0",
    "price": "#,##0.0000",
}
NAME_LENGTH = 31  # the most that Excel takes for a sheet's name


def tables(report: Report) -> dict[str, Table]:
    """Every table of a report by name: its own, its bridges and its figures."""
    found = {t.name: t for t in report.tables}
    found |= {b.name: _bridge(b) for b in report.bridges if b.name not in found}
    return found | {"figures": figures.as_table(report)}


def named(report: Report, name: str | None) -> Table:
    """One table of a report: the one named, else the first."""
    found = tables(report)
    if name and name not in found:
        raise ConcordError(f"no table {name!r}; this report has: {', '.join(found)}")
    return found[name or next(iter(found))]


def to_csv(table: Table) -> str:
    """One table with its headings, in full digits, as RFC 4180 has it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([cells.harmless(c.key) for c in table.columns])
    writer.writerows([_plain(v) for v in row] for row in table.rows)
    return stream.getvalue()


def _plain(value: Cell) -> str:
    value = cells.finite(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return cells.harmless(value)
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def to_xlsx(report: Report) -> bytes:
    """The whole report as a workbook: what it is about, then one sheet a table."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        _about(book, report)
        taken = {"about"}
        for table in tables(report).values():
            _sheet(book, _sheet_name(table.title or table.name, taken), table, report.currency)
    return stream.getvalue()


def _about(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet("About")
    bold = book.add_format({"bold": True})
    lines = [report.title, report.message, report.sentence, f"Load {report.batch}"]
    lines += [note.text for note in report.notes]
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, bold if number == 0 else None)
    sheet.set_column(0, 0, 100)


def _sheet(book: Workbook, name: str, table: Table, currency: str) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {unit: _format(book, unit) for unit in ("", *NUMBER_FORMATS)}
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, cells.heading(column, currency), bold)
    rows = table.rows + ((table.total,) if table.total else ())
    for number, row in enumerate(rows, start=1):
        for position, value in enumerate(row):
            unit = table.unit(position, number - 1 if number <= len(table.rows) else None)
            _cell(sheet, number, position, value, formats.get(unit, formats[""]))
    sheet.freeze_panes(1, 0)
    sheet.autofit()


def _format(book: Workbook, unit: str) -> Format:
    return book.add_format({"num_format": NUMBER_FORMATS.get(unit, "General")})


def _cell(sheet: Worksheet, row: int, column: int, value: Cell, form: Format) -> None:
    value = cells.finite(value)
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, value, form)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel takes: short, without the signs it forbids, and not used yet."""
    stem = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:NAME_LENGTH] or "Table"
    name, number = stem, 1
    while name.lower() in taken:
        number += 1
        name = f"{stem[: NAME_LENGTH - len(str(number)) - 1]} {number}"
    taken.add(name.lower())
    return name


def _bridge(bridge: Bridge) -> Table:
    columns = (TableColumn("label", "Step", "text"), TableColumn("amount", "Amount", "money"))
    return Table(
        bridge.name, bridge.title, columns, tuple((s.label, s.amount) for s in bridge.steps)
    )
