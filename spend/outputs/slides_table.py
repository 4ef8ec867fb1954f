"""A table on a slide: native, each cell one line that fits its column, as many rows as there is
room for; it says how many more the workbook has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from spend.outputs import cells, letters
from spend.outputs.colours import LIGHT
from spend.outputs.slides_text import Box, Slide, Words, fill
from spend.result import Table

SIZE, ROW, HEAD = 10.0, 19.0, 30.0  # points: letters, a row's height, and that of the headings
GAP = 8.0  # between columns
LEAST, MOST = 44.0, 260.0  # a column's width
MOST_ROWS, MOST_COLUMNS = 12, 9
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # the style without colours or lines
WORDS = ("", "text", "date")
INDENT = "   "  # a level of a tree


@dataclass(frozen=True)
class Grid:
    """A table in words: headings, rows, and which columns are numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    total: bool = False  # whether the last row is the total
    more: int = 0  # rows that are not here
    lines: int = 1  # that the words of a row may take


def gridded(table: Table, currency: str, most: int = MOST_ROWS) -> Grid:
    """The first rows of a table and its total, exact to the cent; a trend is a picture of its own.

    Of a tree the rows of its first level come first: they are what the total is made of.
    """
    shown = [n for n, c in enumerate(table.columns) if c.unit != "trend"][:MOST_COLUMNS]
    picked = _picked(table, most)
    depth = table.depth or (0,) * len(table.rows)
    rows = [_words(table, place, shown, currency, depth[place]) for place in picked]
    if table.total:
        rows.append(_words(table, None, shown, currency))
    return Grid(
        tuple(cells.heading(table.columns[n], currency) for n in shown),
        tuple(rows),
        tuple(table.columns[n].unit not in WORDS for n in shown),
        bool(table.total),
        len(table.rows) - len(picked),
    )


def _picked(table: Table, most: int) -> list[int]:
    """The rows to show: all, or those of the highest levels that find room."""
    places = list(range(len(table.rows)))
    if len(places) <= most or not any(table.depth):
        return places[:most]
    levels = ([place for place in places if table.depth[place] <= level] for level in (1, 0))
    fitting = next((found for found in levels if len(found) <= most), [])
    told = any(isinstance(cell, Decimal | float | int) for p in fitting for cell in table.rows[p])
    return fitting if told else places[:most]


def _words(
    table: Table, row: int | None, shown: Sequence[int], currency: str, depth: int = 0
) -> tuple[str, ...]:
    values = (table.total or ()) if row is None else table.rows[row]
    first, *rest = (cells.words(values[n], table.unit(n, row), currency) for n in shown)
    return (INDENT * depth + first, *rest)


def draw(slide: Slide, box: Box, grid: Grid, title: str, more: str = "in the workbook") -> float:
    """The grid in its place; gives how far down it reaches."""
    widths = _widths(grid, box.width)
    rows = len(grid.rows) + bool(grid.more)
    height = HEAD + _high(grid) * rows
    shape = slide.shapes.add_table(
        rows + 1, len(widths), *replace(box, width=sum(widths), height=height).places
    )
    shape.name = cells.printable(title)[:80]
    shape._element.nvGraphicFramePr.cNvPr.set("descr", cells.printable(title))
    made = shape.table
    made._tbl.tblPr.find("{*}tableStyleId").text = PLAIN
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Pt(width)
    for number, row in enumerate((grid.headings, *grid.rows)):
        _row(made, number, row, grid, widths)
    if grid.more:
        _more(made, f"{grid.more:,} more {more}.", _high(grid))
    return box.top + height


def _more(made: Any, said: str, high: float) -> None:
    """What is not here, as a last row: programs make rows higher than they are told, and a box of
    its own would come to stand on them."""
    place = len(made.rows) - 1
    made.rows[place].height = Pt(high)
    cell = made.cell(place, 0)
    cell.merge(made.cell(place, len(made.columns) - 1))
    fill(cell.text_frame, [Words(said, SIZE, colour=LIGHT.quiet)])
    cell.margin_left = cell.margin_right = Pt(0)
    cell.margin_top = cell.margin_bottom = Pt(1)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE


def _high(grid: Grid) -> float:
    return ROW + letters.height(grid.lines - 1, SIZE)


def _row(made: Any, number: int, row: Sequence[str], grid: Grid, widths: Sequence[float]) -> None:
    made.rows[number].height = Pt(HEAD if number == 0 else _high(grid))
    bold = number == 0 or (grid.total and number == len(grid.rows))
    for place, text in enumerate(row):
        cell = made.cell(number, place)
        lines, room = (2 if number == 0 else grid.lines), widths[place] - GAP
        indent = text[: len(text) - len(text.lstrip())]
        left = letters.width(indent, SIZE)
        said = letters.shortened(text, SIZE, room - left, lines, bold)
        words = Words(said, SIZE, bold, LIGHT.quiet if number == 0 else LIGHT.text)
        fill(cell.text_frame, [words], "right" if grid.numeric[place] else "left")
        cell.margin_left, cell.margin_right = Pt(left), Pt(GAP)
        cell.margin_top = cell.margin_bottom = Pt(1)
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM if number == 0 else MSO_ANCHOR.MIDDLE
        _line(cell, LIGHT.ink if number == 0 or bold else LIGHT.rule)


def _line(cell: Any, colour: str) -> None:
    """A thin line below a cell."""
    line = parse_xml(
        f'<a:lnB {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'
        "</a:lnB>"
    )
    cell._tc.get_or_add_tcPr().insert(0, line)


def _widths(grid: Grid, room: float) -> list[float]:
    """What each column wants, shrunk where they do not fit: words before numbers."""
    wants = [min(max(_want(grid, place), LEAST), MOST) for place in range(len(grid.headings))]
    over = sum(wants) - room
    if over > 0:
        wordy = [place for place, numeric in enumerate(grid.numeric) if not numeric]
        give = sum(wants[place] - LEAST for place in wordy)
        for place in wordy:
            wants[place] -= min(over / give, 1) * (wants[place] - LEAST) if give else 0
    return [want * room / sum(wants) for want in wants]


def _want(grid: Grid, place: int) -> float:
    rows = [letters.width(row[place], SIZE, bold=True) for row in grid.rows]
    return max([*rows, _two_lines(grid.headings[place])]) / letters.SPARE + GAP


def _two_lines(heading: str) -> float:
    """The least width at which a heading takes two lines."""
    words = heading.split()
    cuts = range(len(words) + 1)
    pairs = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts)
    return min(max(letters.width(part, SIZE, bold=True) for part in pair) for pair in pairs)
