"""Every report of the demo company, in every form in which it can leave: the same figures."""

import ast
import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import isclose
from typing import Any

import openpyxl
import pytest

from queries.selection import Selection
from queries.store import Store
from spend import money
from spend.outputs import figures, sheet, slides, slides_page, workbook
from spend.outputs.about import Origin
from spend.outputs.sheet_cells import DIGITS
from spend.reports import REPORTS
from spend.result import Bridge, Cell, Chart, Report, Table
from tests import slides_read
from tests.conftest import ROOT

LINK = "https://concord.example/page?as_of=1.0"


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, demo: Store) -> Report:
    return _made(demo, request.param)


@cache
def _made(store: Store, name: str) -> Report:
    return REPORTS[name](store, Selection())


def test_the_workbook_has_the_reports_figures_and_tables(report: Report) -> None:
    content = workbook.to_xlsx(report, Origin(LINK))
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    pages = [list(page.iter_rows(min_row=2, values_only=True)) for page in book]
    tables = sheet.tables(report)
    assert len(pages) >= 1 + len(tables)
    for page, table in zip(pages[1:], tables.values(), strict=False):
        assert len(page) == len(table.rows) + bool(table.total)
        for row, wanted in zip(page, _plain(table), strict=True):
            assert all(map(_same, row, wanted)), (row, wanted)


def _plain(table: Table) -> Iterator[tuple[Cell, ...]]:
    """The rows as a sheet has them: pictures left out."""
    shown = [n for n, column in enumerate(table.columns) if column.unit != "trend"]
    for row in (*table.rows, *((table.total,) if table.total else ())):
        yield tuple(row[n] for n in shown)


def _same(found: Any, value: Cell) -> bool:
    """Whether a cell holds a value: money exactly, a float in the 15 digits that Excel keeps."""
    if isinstance(value, str):
        return (found or "") == value
    if isinstance(value, float):
        return isclose(found, value, rel_tol=10.0 ** (1 - DIGITS))
    return bool(found == (float(value) if isinstance(value, Decimal) else value))


def test_csv_has_every_row_in_full_digits(report: Report) -> None:
    for table in sheet.tables(report).values():
        rows = list(csv.reader(io.StringIO(sheet.to_csv(table), newline="")))[1:]
        assert len(rows) == len(table.rows)
        for row, given in zip(rows, table.rows, strict=True):
            for text, value in zip(row, given, strict=True):
                if isinstance(value, Decimal | int) and not isinstance(value, bool):
                    assert Decimal(text) == value
                elif isinstance(value, float):
                    assert float(text) == value


def test_the_deck_has_the_reports_figures_and_charts(report: Report) -> None:
    deck = slides_read.opened(slides.to_pptx(report, Origin(LINK)))
    assert not slides_read.faults(deck)
    first = slides_read.words(deck.slides[0])
    for tile in slides_page.tiles(report):
        assert tile.value in first
    for figure in figures.large(report)[:6]:
        unit = figures.unit(figure)
        assert money.reading(figure.value, unit, report.currency) in first
    every = [slides_read.series(frame) for frame in slides_read.charts(deck)]
    for picture in slides.pictures(report):
        assert any(_holds(found, picture) for found in _joined(every)), picture.name


def _joined(every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each chart's series, and those of two that stand on one slide."""
    return [*every, *({**one, **other} for one, other in pairwise(every))]


def _holds(found: dict[str, Any], picture: Chart | Bridge) -> bool:
    if isinstance(picture, Bridge):
        return _bridge(found, picture)
    if picture.kind == "dots":
        return len(next(iter(found.values()))) > 0 and picture.series[2].label in found
    rows = {s.label: tuple(None if v is None else float(v) for v in s.values)
            for s in picture.series}  # fmt: skip
    return all(found.get(label) == values for label, values in rows.items())


def _bridge(found: dict[str, Any], picture: Bridge) -> bool:
    """Whether the bars are as long as the steps, in full digits."""
    if "Base" not in found or len(found["Base"]) != len(picture.steps):
        return False
    bars = zip(found["Amount"], found["Amount below zero"], strict=True)
    lengths = [above - below for above, below in bars]
    wanted = [abs(float(step.amount)) for step in picture.steps]
    return lengths == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize(
    ("name", "page"),
    [("budget", "money/budget"), ("terms", "money/terms"), ("stock", "supply/stock")],
)
def test_a_deck_has_the_large_figures_of_its_page(name: str, page: str) -> None:
    source = (ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
    (tiles,) = (
        ast.literal_eval(one.value)
        for one in ast.parse(source).body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "TILES"
    )
    assert figures.TILES[name] == tiles
