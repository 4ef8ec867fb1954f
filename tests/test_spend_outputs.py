"""What leaves: exact digits, nothing that a spreadsheet or a terminal would obey."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import ConcordError
from queries.selection import Selection
from spend.outputs import cells, data, exact, sheet, text, workbook
from spend.result import Report, Table, TableColumn
from tests import fake_report

HOSTILE = ("=cmd()", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a\x1b[31mb", "<b>", '"', "[red]")


@pytest.fixture
def report() -> Report:
    made = fake_report.report(Selection())
    columns = (TableColumn("name", "Name", "text"), TableColumn("amount", "Amount", "money"))
    rows = tuple((name, Decimal("-0.10")) for name in HOSTILE)
    return replace(made, tables=(Table("hostile", "A [name]: with / signs", columns, rows),))


def test_json_holds_every_figure_to_the_cent(report: Report) -> None:
    document = json.loads(data.text(report), parse_float=Decimal)
    assert list(document["metrics"]) == [f.metric for f in report.figures]
    for figure in report.figures:
        assert document["metrics"][figure.metric]["value"] == figure.value
    assert document["tables"]["hostile"]["rows"][0] == {
        "name": "=cmd()",
        "amount": Decimal("-0.10"),
    }
    assert '"amount": -0.10' in data.text(report)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.decimals(allow_nan=False, allow_infinity=False, places=2)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_written_as_json_reads_back_as_itself(value: object) -> None:
    assert json.loads(exact.dumps(value), parse_float=Decimal) == exactly(value)


def exactly(value: object) -> object:
    """The same value with its floats as the decimals that people read."""
    if isinstance(value, dict):
        return {key: exactly(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [exactly(inner) for inner in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def test_csv_has_no_formula_and_every_row(report: Report) -> None:
    rows = list(csv.reader(io.StringIO(sheet.to_csv(report.tables[0]), newline="")))
    assert len(rows) == len(HOSTILE) + 1
    assert not [row for row in rows if row[0].startswith(cells.FORMULA_STARTS)]
    assert {row[1] for row in rows[1:]} == {"-0.10"}


def test_a_workbook_holds_words_as_words_and_numbers_as_numbers(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.to_xlsx(report)))
    rows = list(book[book.sheetnames[1]].iter_rows(min_row=2))
    assert [row[0].data_type for row in rows] == ["s"] * len(HOSTILE)
    assert {(row[1].data_type, row[1].value) for row in rows} == {("n", -0.1)}
    assert book.sheetnames[1] == "A name with signs"


def test_sheets_of_one_name_are_told_apart(report: Report) -> None:
    table = report.tables[0]
    twice = replace(report, tables=(table, replace(table, name="again")))
    names = openpyxl.load_workbook(io.BytesIO(workbook.to_xlsx(twice))).sheetnames
    assert len(names) == len({n.lower() for n in names})


def test_a_terminal_is_never_steered(report: Report) -> None:
    written = text.plain(report)
    assert "\x1b" not in written
    assert "[red]" in written
    assert report.message in written


def test_a_table_is_asked_for_by_name(report: Report) -> None:
    assert sheet.named(report, None).name == "hostile"
    assert sheet.named(report, "figures").rows
    with pytest.raises(ConcordError, match="this report has: hostile"):
        sheet.named(report, "none")
