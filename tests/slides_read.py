"""Decks read back: where everything stands, what it says, and the data of the charts."""

import io
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from pptx import Presentation
from pptx.util import Pt

from spend.outputs import letters

HAIR = 0.6  # points: what rounding to the file's units may cost
Rect = tuple[float, float, float, float]  # left, top, right, bottom, in points


def opened(content: bytes) -> Any:
    """A deck as the library reads it back."""
    return Presentation(io.BytesIO(content))


def rect(shape: Any) -> Rect:
    """Where a shape stands."""
    left, top = shape.left / Pt(1), shape.top / Pt(1)
    return left, top, left + shape.width / Pt(1), top + shape.height / Pt(1)


def faults(deck: Any) -> list[str]:
    """What a reader would stumble over: shapes that meet or leave the slide, words that run out."""
    return [
        f"slide {number}: {fault}"
        for number, slide in enumerate(deck.slides, 1)
        for fault in (*_outside(deck, slide), *_meeting(slide), *_overflowing(slide))
    ]


def _outside(deck: Any, slide: Any) -> Iterator[str]:
    wide, high = deck.slide_width / Pt(1), deck.slide_height / Pt(1)
    for shape in slide.shapes:
        left, top, right, bottom = rect(shape)
        if left < 0 or top < 0 or right > wide + HAIR or bottom > high + HAIR:
            yield f"{shape.name} leaves the slide"


def _meeting(slide: Any) -> Iterator[str]:
    for one, other in combinations(slide.shapes, 2):
        a, b = rect(one), rect(other)
        apart = (
            a[2] <= b[0] + HAIR or b[2] <= a[0] + HAIR or a[3] <= b[1] + HAIR or b[3] <= a[1] + HAIR
        )
        if not apart:
            yield f"{one.name} and {other.name} meet"


def _overflowing(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            wide, high = shape.width / Pt(1), shape.height / Pt(1)
            if tall(shape.text_frame, wide) > high + HAIR:
                yield f"the words of {shape.name} run out of it"
        elif shape.has_table:
            yield from _cells(shape.table)


def _cells(table: Any) -> Iterator[str]:
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            sides = (cell.margin_left + cell.margin_right) / Pt(1)
            # A merged cell is as wide as the columns that it spans.
            spanned = range(place, place + (cell.span_width if cell.is_merge_origin else 1))
            wide = sum(table.columns[n].width for n in spanned) / Pt(1) - sides
            margins = (cell.margin_top + cell.margin_bottom) / Pt(1)
            if tall(cell.text_frame, wide) + margins > row.height / Pt(1) + HAIR:
                yield f"the cell “{cell.text[:30]}” is higher than its row"


def tall(frame: Any, wide: float) -> float:
    """How high the words of a frame stand in a room so wide."""
    found = 0.0
    for paragraph in frame.paragraphs:
        runs = paragraph.runs
        if runs:
            size = runs[0].font.size / Pt(1)
            text = "".join(run.text for run in runs)
            lines = letters.wrapped(text, size, wide, bool(runs[0].font.bold))
            gap = (paragraph.space_before or 0) / Pt(1)
            found += gap + letters.height(len(lines), size)
    return found


def words(slide: Any) -> str:
    """Everything that a slide says, its tables included."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        elif shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found).replace("\u00a0", " ")


def charts(deck: Any) -> list[Any]:
    """Every chart's frame, in the order of the slides."""
    return [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def series(frame: Any) -> dict[str, tuple[float | None, ...]]:
    """A chart's values by the name of their series."""
    return {one.name: tuple(one.values) for plot in frame.chart.plots for one in plot.series}


def links(deck: Any) -> set[str]:
    """Every address that a deck leads to."""
    return {
        run.hyperlink.address
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.hyperlink.address
    }
