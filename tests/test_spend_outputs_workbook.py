"""A workbook: what it is of, what its figures mean, how numbers read, and that no text obeys."""

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from queries.selection import Selection
from spend.outputs import sheet_cells, workbook
from spend.outputs.about import Origin
from spend.result import Cell, Report, Table, TableColumn
from tests import fake_report

LINK = "https://concord.example/budget?from=2026-01&as_of=3.1"
AT = datetime(2026, 11, 22, 8, 5)


@pytest.fixture
def report() -> Report:
    return fake_report.report(Selection())


def opened(report: Report, origin: Origin | None = None) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook.to_xlsx(report, origin)))


def about(book: Any) -> dict[str, str]:
    return {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=3)}


def with_table(report: Report, *rows: tuple[Cell, ...], unit: str = "money") -> Report:
    columns = (TableColumn("name", "Name", "text"), TableColumn("amount", "Amount", unit))
    return replace(report, tables=(Table("one", "One", columns, rows),), bridges=())


def test_the_first_sheet_says_what_it_is_of(report: Report) -> None:
    book = opened(report, Origin(LINK, AT))
    said = about(book)
    assert book.sheetnames[0] == "About"
    assert said["Message"] == report.message
    assert said["Selection"] == report.sentence
    assert said["Load"] == "Load 23 of 22 November 2026, 08:05 UTC"
    assert said["Finance reads"] == report.readings["finance"]
    assert said["Pinned link"] == LINK
    assert [c.hyperlink.target for row in book["About"] for c in row if c.hyperlink] == [LINK]


def test_the_end_of_an_address_is_no_link(report: Report) -> None:
    book = opened(report, Origin("budget?as_of=3.1"))
    assert about(book)["Pinned link"] == "budget?as_of=3.1"
    assert not [c for page in book for row in page for c in row if c.hyperlink]


def test_every_figure_that_is_shown_is_defined(report: Report) -> None:
    rows = list(opened(report)["Definitions"].iter_rows(values_only=True))
    heads, found = rows[0], {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert {f.metric for f in report.figures} <= set(found)
    assert heads[:6] == ("Figure", "Metric", "Unit", "Owner", "What it is", "Formula")
    assert found["budget_variance"]["Formula"] == "actual − budget"
    assert found["budget_variance"]["Owner"]


def test_numbers_read_in_their_units_and_keep_their_digits(report: Report) -> None:
    page = opened(report)["Position by cost_centre"]
    heads = [cell.value for cell in page[1]]
    assert heads[1] == "Budget (EUR)"
    assert "Trend" not in heads
    money, share = page.cell(2, 2), page.cell(2, 8)
    assert Decimal(str(money.value)) == report.tables[0].rows[0][1]
    assert money.number_format == "[$€]#,##0.00;-[$€]#,##0.00"
    assert share.number_format == "0.0%;-0.0%"
    assert share.value == report.tables[0].rows[0][7]


def test_a_tree_is_an_outline_and_its_total_is_bold(report: Report) -> None:
    page, table = opened(report)["Position by cost_centre"], report.tables[0]
    levels = [page.row_dimensions[n + 2].outlineLevel for n in range(len(table.rows))]
    assert levels == list(table.depth)
    assert page.cell(3, 1).alignment.indent == 1
    total = page[len(table.rows) + 2]
    assert total[0].value == "Total"
    assert all(cell.font.bold for cell in total if cell.value is not None)


def test_it_prints_on_wide_pages_with_the_headings_on_each(report: Report) -> None:
    for page in opened(report):
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToWidth in (None, 1)  # one page wide is what Excel takes
        assert page.page_setup.fitToHeight == 0
        if page.title != "About":
            assert page.print_title_rows == "$1:$1"
            assert page.freeze_panes == "B2"


def test_no_text_is_a_formula_a_link_or_a_number(report: Report) -> None:
    texts = (
        "=1+1",
        "@SUM(A1)",
        "http://evil.example",
        "mailto:a@b",
        "12",
        "a\x00\x1b\x0bb",
        "\ud800",
    )
    rows = [(text, Decimal("-0.10")) for text in texts]
    page = opened(with_table(report, *rows))["One"]
    cells = [page.cell(n + 2, 1) for n in range(len(texts))]
    assert [c.data_type for c in cells] == ["s"] * len(texts)
    assert not [c for c in cells if c.hyperlink]
    assert cells[5].value == "a   b"


def test_text_beyond_what_a_cell_takes_is_cut_and_marked(report: Report) -> None:
    page = opened(with_table(report, ("x" * 40_000, None)))["One"]
    assert len(page.cell(2, 1).value) == sheet_cells.MOST_LETTERS
    assert page.cell(2, 1).value.endswith("…")
    assert page.cell(2, 2).value is None


def test_amounts_beyond_what_excel_holds_are_owned_up_to(report: Report) -> None:
    large = with_table(report, ("A", Decimal("12345678901234567.89")))
    assert any(text == workbook.LOST for text in about(opened(large)).values())
    small = with_table(report, ("A", Decimal("1234567890123.45")))
    assert workbook.LOST not in about(opened(small)).values()


def test_rows_beyond_what_a_sheet_has_are_left_to_csv(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    book = opened(with_table(report, *((str(n), Decimal(n)) for n in range(9))))
    assert book["One"].max_row == 4
    assert any("CSV" in str(text) for text in about(book).values())


def test_the_same_report_is_the_same_file(report: Report) -> None:
    assert workbook.to_xlsx(report, Origin(LINK, AT)) == workbook.to_xlsx(report, Origin(LINK, AT))
