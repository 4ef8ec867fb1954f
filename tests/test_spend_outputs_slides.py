"""A deck: native charts with the report's own values, words that stay in their boxes, one way back.

Where LibreOffice is installed, one deck is drawn too.
"""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.selection import Selection
from spend.outputs import letters, slides, slides_bridges
from spend.outputs.about import Origin
from spend.outputs.slides_text import Box, Words, flowed, web
from spend.result import (
    Bridge,
    Chart,
    Note,
    Point,
    Report,
    Scenario,
    Series,
    Step,
    Table,
    TableColumn,
)
from tests import fake_report, slides_read

LINK = "https://concord.example/budget?as_of=3.1"
LONG = "A sentence that goes on and on about very dear steel and its many causes. " * 40
HOSTILE = "=cmd()|'/c calc'!A1\x1b<b>\u202e"
AXIS = ("One", HOSTILE, "A name that is a good deal longer than any axis could ever bear")


@pytest.fixture
def report() -> Report:
    return fake_report.report(Selection())


def chart(kind: str, *series: Series, points: tuple[Point, ...] = ()) -> Chart:
    return Chart("it", "It by what", AXIS, series, "EUR", kind, points=points)  # type: ignore[arg-type]


def row(label: str, *values: str | float | None, scenario: Scenario = "actual") -> Series:
    kept = tuple(Decimal(v) if isinstance(v, str) else v for v in values)
    return Series(label, scenario, kept)


def drawn(report: Report, picture: Chart | Bridge) -> dict[str, tuple[float | None, ...]]:
    """The series of the one chart of a picture in a deck."""
    charts = (picture,) if isinstance(picture, Chart) else ()
    bridges = (picture,) if isinstance(picture, Bridge) else ()
    only = replace(report, charts=charts, bridges=bridges, tables=(), notes=())
    deck = slides_read.opened(slides.to_pptx(only))
    assert not slides_read.faults(deck)
    found: dict[str, tuple[float | None, ...]] = {}
    for frame in slides_read.charts(deck):
        found |= slides_read.series(frame)
    return found


def test_a_report_is_a_deck_whose_charts_are_native_and_have_words(report: Report) -> None:
    deck = slides_read.opened(slides.to_pptx(report, Origin(LINK)))
    assert not slides_read.faults(deck)
    assert deck.slides[0].shapes.title.text_frame.text == report.message.replace(" M", "\u00a0M")
    frames = slides_read.charts(deck)
    assert len(frames) == 5  # months with their variance, the forecast, two bridges
    assert all(frame._element.nvGraphicFramePr.cNvPr.get("descr") for frame in frames)
    assert not [s for slide in deck.slides for s in slide.shapes if s.shape_type == 13]  # a picture


def test_the_values_of_a_chart_are_the_reports_in_full_digits(report: Report) -> None:
    deck = slides_read.opened(slides.to_pptx(report))
    found: dict[str, tuple[float | None, ...]] = {}
    for frame in slides_read.charts(deck)[:2]:
        found |= slides_read.series(frame)
    for one in report.charts[0].series:
        assert found[one.label] == tuple(None if v is None else float(v) for v in one.values)


def test_both_readings_the_figures_and_the_way_back_are_on_the_first_slide(report: Report) -> None:
    deck = slides_read.opened(slides.to_pptx(report, Origin(LINK)))
    said = slides_read.words(deck.slides[0])
    flat = " ".join(said.split())
    assert all(text.split(".")[0] in flat for text in report.readings.values())
    assert "€41.20 M" in said
    assert "€35.84 M" in said
    assert slides_read.links(deck) == {LINK}
    assert "Budget: " in deck.slides[0].notes_slide.notes_text_frame.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "budget?as_of=3.1"])
def test_only_an_address_of_the_web_is_a_link(report: Report, link: str) -> None:
    deck = slides_read.opened(slides.to_pptx(report, Origin(link)))
    assert not slides_read.links(deck)
    assert web(link) == ""


def test_the_same_report_is_the_same_file(report: Report) -> None:
    assert slides.to_pptx(report, Origin(LINK)) == slides.to_pptx(report, Origin(LINK))


def test_a_deck_has_one_typeface(report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(slides.to_pptx(report))) as deck:
        parts = [n for n in deck.namelist() if n.startswith(("ppt/theme/theme1", "ppt/slides/"))]
        faces = {face for n in parts if n.endswith(".xml")
                 for face in re.findall(rb'<a:latin typeface="([^"]*)"', deck.read(n))}  # fmt: skip
    assert faces <= {b"Arial", b"+mn-lt", b"+mj-lt"}


def test_charts_hold_no_formula(report: Report) -> None:
    one = chart("structure", row(HOSTILE, "1", "2", "-3"))
    content = slides.to_pptx(replace(report, charts=(one,), bridges=()))
    with zipfile.ZipFile(io.BytesIO(content)) as deck:
        books = [deck.read(n) for n in deck.namelist() if n.endswith(".xlsx")]
    assert books
    for book in books:
        cells = [c for line in openpyxl.load_workbook(io.BytesIO(book)).active for c in line]
        assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
        assert any(str(c.value).startswith("=cmd()") for c in cells)


@pytest.mark.parametrize("kind", ["time", "structure", "stack", "parts"])
def test_every_kind_along_an_axis_keeps_its_values(report: Report, kind: str) -> None:
    rows = (row("Actual", "1234567.89", "-0.10", None), row("Budget", 2.5, 0.0, "3",
                                                              scenario="budget"))  # fmt: skip
    found = drawn(report, chart(kind, *rows))
    assert found == {"Actual": (1234567.89, -0.1, None), "Budget": (2.5, 0.0, 3.0)}


def test_marks_above_columns_keep_their_values(report: Report) -> None:
    rows = (row("Open invoices", "1", "2", "3"), row("By habit, expected", "4", "5", "6"))
    found = drawn(report, chart("stack", *rows))
    assert found["By habit, expected"] == (4.0, 5.0, 6.0)


def test_dots_lines_and_curves_keep_theirs(report: Report) -> None:
    across, up, size = row("Days", 10.5, 20.0, None), row("Change", 0.1, -0.2, 0.3), row(
        "Spend", "5", "-1", "7")  # fmt: skip
    assert drawn(report, chart("dots", across, up, size)) == {"Spend": (0.1, -0.2)}
    line = drawn(report, chart("line", row("Cash", "1", "2", "3"), row("Cost", "4", "5", "6")))
    assert sorted(v for values in line.values() for v in values if v) == [4.0, 5.0, 6.0]
    points = (Point("Today", 0.5, Decimal("9.5")),)
    curve = drawn(report, chart("curve", row("Carrying cost", "1", "2", "3"), points=points))
    assert curve["Carrying cost"] == (1.0, 2.0, 3.0)
    assert curve["Today"] == (9.5,)


def test_forecasts_side_by_side_have_strokes_of_their_own_and_round_ticks(report: Report) -> None:
    rows = (
        row("Below", "-37000", "-660000", None, scenario="forecast"),
        row("Expected", "-9000", "-157000", None, scenario="forecast"),
        row("Above", "19000", "373000", None, scenario="forecast"),
    )
    only = replace(report, charts=(chart("curve", *rows),), bridges=(), tables=(), notes=())
    (shape,) = slides_read.charts(slides_read.opened(slides.to_pptx(only)))
    strokes = [one.format.line.dash_style for one in shape.chart.plots[0].series][: len(rows)]
    assert len(set(strokes)) == len(rows)
    axis = shape.chart.value_axis
    assert (axis.minimum_scale, axis.major_unit) == (-800_000, 200_000)


def test_rows_that_are_not_here_are_told_in_the_table(report: Report) -> None:
    columns = (TableColumn("name", "Name", "text"), TableColumn("amount", "Amount", "money"))
    long = Table("t", "Long", columns, tuple((f"Row {n}", Decimal(n)) for n in range(20)),
                 total=("Total", Decimal(190)))  # fmt: skip
    deck = slides_read.opened(
        slides.to_pptx(replace(report, charts=(), bridges=(), tables=(long,)))
    )
    (made,) = (s.table for slide in deck.slides for s in slide.shapes if s.has_table)
    first = [row.cells[0].text_frame.text for row in made.rows]
    assert first[-2:] == ["Total", "8 more in the workbook."]


AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2)


@given(st.lists(AMOUNTS, min_size=1, max_size=6), AMOUNTS)
@settings(max_examples=60)
def test_a_bar_of_a_bridge_reaches_from_where_the_last_one_stopped(
    items: list[Decimal], first: Decimal
) -> None:
    level = float(first)
    for item in items:
        span = (level, level + float(item))
        base, (above, below) = slides_bridges.base(span), slides_bridges.part(span)
        low, high = min(span), max(span)
        assert above + below * -1 == pytest.approx(high - low, abs=1e-6)
        if base > 0:
            assert (base, base + above) == pytest.approx((low, high), abs=1e-6)
        elif base < 0:
            assert (base + below, base) == pytest.approx((low, high), abs=1e-6)
        else:
            assert (below, above) == pytest.approx((min(low, 0), max(high, 0)), abs=1e-6)
        level = span[1]


def test_a_bridge_through_zero_shows_both_sides(report: Report) -> None:
    steps = (
        Step("Before", Decimal("4"), "end"), Step("Fall", Decimal("-6.5"), "item", True),
        Step("Now", Decimal("-2.5"), "end"),
    )  # fmt: skip
    found = drawn(report, Bridge("b", "Through zero", steps))
    assert found["Amount"] == (4.0, 4.0, 0.0)
    assert found["Amount below zero"] == (0.0, -2.5, -2.5)
    assert found["Base"] == (0.0, 0.0, 0.0)


def test_long_words_go_on_on_another_slide(report: Report) -> None:
    long = replace(
        report, message=LONG, sentence=LONG, title=LONG, readings={"finance": LONG},
        notes=(Note(LONG), Note("X" * 3000), Note("")), charts=(), bridges=(),
    )  # fmt: skip
    deck = slides_read.opened(slides.to_pptx(long, Origin(LINK)))
    assert not slides_read.faults(deck)
    said = " ".join(slides_read.words(slide) for slide in deck.slides)
    assert said.count("very dear steel") >= 2 * 40
    assert any("(continued)" in slide.shapes.title.text_frame.text for slide in deck.slides)


def test_a_report_that_says_nothing_is_a_slide(report: Report) -> None:
    bare = replace(
        report, figures=(), bridges=(), charts=(), tables=(), notes=(), readings={}, message=""
    )
    assert len(slides_read.opened(slides.to_pptx(bare)).slides) == 1


@given(st.text(max_size=300), st.floats(20, 600), st.sampled_from((9, 12, 20)), st.booleans())
def test_lines_never_are_wider_than_their_room(
    text: str, room: float, size: float, bold: bool
) -> None:
    for line in letters.wrapped(text, size, room, bold):
        assert letters.width(line, size, bold) <= room or len(line) == 1
    short = letters.shortened(text, size, room, 2, bold)
    assert len(letters.wrapped(short, size, room, bold)) <= 2


@given(st.lists(st.text(st.characters(codec="ascii"), max_size=200), max_size=8))
def test_nothing_is_lost_between_two_boxes(texts: list[str]) -> None:
    words = [Words(text, 12) for text in texts]
    rest, held, box = words, [], Box(0, 0, 120, 60)
    for _ in range(200):
        taken, rest = flowed(rest, box)
        held += [one.text for one in taken]
        if not rest:
            break
    said = "".join("".join(letters.bound(text).split()) for text in texts)
    assert "".join("".join(letters.bound(text).split()) for text in held) == said
