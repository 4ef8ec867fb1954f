"""A report as an Excel workbook: what it is of, one sheet a table, and what its figures mean.

Numbers keep every digit that Excel can hold. Text from the books is only ever text here: what looks
like a formula or a link stays a word; the one link is the way back to the pinned view.
"""

import io
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from spend import money
from spend.outputs import about, cells, meanings, sheet
from spend.outputs.about import Origin
from spend.outputs.colours import LIGHT
from spend.outputs.sheet_cells import (
    MOST_ROWS,
    STAMP,
    clean,
    loses,
    number_format,
    options,
    put,
    sheet_name,
)
from spend.result import PER_ROW, PER_ROW_CHANGE, Report, Table

LINE = 13.5  # points: the height of a line
ABOUT, LEAST = 110, 8  # letters: of the sheet in front, and of any column
MOST_LINES = 25
TOP = {"valign": "top", "text_wrap": True}
HEAD = {"bold": True, "bottom": 1, **TOP}
WORDS = ("", "text", "date")
PER_ROWS = (PER_ROW, PER_ROW_CHANGE)
DEEPEST = 7  # levels of an outline that Excel has
WIDEST = 60  # letters of a column; longer text wraps
LINK_LETTERS = 2079  # of an address that Excel follows
HIDDEN = ("trend",)  # pictures, which a sheet does not have
Look = tuple[str, bool, int]  # a number format, whether it is bold, and how far it is indented


def to_xlsx(report: Report, origin: Origin | None = None) -> bytes:
    """The whole report as a workbook; ``origin`` is the pinned view that it was made of."""
    origin = origin or Origin()
    tables = list(sheet.tables(report).values())
    lines = [*about.described(report, origin), *(("Note", line) for line in _short(tables))]
    pages = [*tables, *defined(report)]
    return made(report.title, lines, pages, report.currency, origin.loaded_at)


LOST = "Excel keeps 15 digits of a number: some amounts here have more. CSV and JSON have them all."
CUT = "A sheet has no room for all rows of “{}”: the first are here. CSV and JSON have them all."


def defined(report: Report) -> tuple[Table, ...]:
    """What the figures of a report mean, where it has any."""
    metrics = meanings.shown(report)
    return (meanings.table(metrics, report.currency),) if metrics else ()


def made(
    title: str,
    lines: Iterable[tuple[str, str]],
    tables: Iterable[Table],
    currency: str,
    at: datetime | None = None,
) -> bytes:
    """A workbook of some tables, with what they are about in front."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options()) as book:
        book.set_properties(
            {"title": clean(title)[:255], "author": "Concord", "created": at or STAMP}
        )
        sheets = Sheets(book, currency)
        sheets.about(title, lines)
        for table in tables:
            sheets.table(table)
    return stream.getvalue()


def _short(tables: Iterable[Table]) -> Iterator[str]:
    """What Excel cannot hold, in words."""
    kept = tuple(tables)
    rows = chain.from_iterable((*table.rows, table.total or ()) for table in kept)
    if any(loses(value) for row in rows for value in row):
        yield LOST
    yield from (CUT.format(table.title) for table in kept if len(table.rows) > _room())


def _room() -> int:
    """Rows of a sheet beside its headings and the total."""
    return MOST_ROWS - 2


@dataclass
class Sheets:
    """The sheets of one workbook, as far as they are written."""

    book: Workbook
    currency: str
    taken: set[str] = field(default_factory=set)
    looks: dict[Look, Format] = field(default_factory=dict)

    def about(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        """What the workbook is about: each line with what it is."""
        page = self._page("About")
        page.write_string(
            0, 0, cells.printable(title), self.book.add_format({"bold": True, "size": 14})
        )
        page.set_column(0, 0, 20)
        page.set_column(1, 1, ABOUT)
        wrapped = self.book.add_format(TOP)
        quiet = self.book.add_format({**TOP, "font_color": LIGHT.quiet})
        for row, (label, text) in enumerate(lines, start=2):
            put(page, row, 0, label, quiet)
            page.set_row(row, LINE * _lines(text, ABOUT))
            if text.startswith(("http://", "https://")) and len(text) <= LINK_LETTERS:
                page.write_url(row, 1, text, string=text[:255])
            else:
                put(page, row, 1, text, wrapped)

    def table(self, table: Table) -> None:
        """A table on a sheet of its own: headings that stay, a tree as an outline, a total."""
        page = self._page(table.called)
        shown = [n for n, c in enumerate(table.columns) if c.unit not in HIDDEN]
        widths = [self._wide(table, n) for n in shown]
        self._head(page, table, shown, widths)
        for row in range(min(len(table.rows), _room())):
            self._row(page, row + 1, table, row, shown)
        if table.total:
            self._row(page, 1 + min(len(table.rows), _room()), table, None, shown)
        page.freeze_panes(1, 1)
        page.repeat_rows(0)

    def _head(self, page: Worksheet, table: Table, shown: list[int], widths: list[int]) -> None:
        headings = [cells.heading(table.columns[n], self.currency) for n in shown]
        for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            words = table.columns[shown[place]].unit in WORDS
            look = HEAD | {
                "align": "left" if words else "right",
                "indent": int(words and place > 0),
            }
            put(page, 0, place, heading, self.book.add_format(look))
            page.set_column(place, place, width)
        lines = max((_lines(*pair) for pair in zip(headings, widths, strict=True)), default=1)
        page.set_row(0, LINE * lines)

    def _row(
        self, page: Worksheet, at: int, table: Table, row: int | None, shown: list[int]
    ) -> None:  # fmt: skip
        values = table.rows[row] if row is not None else table.total or ()
        depth = table.depth[row] if table.depth and row is not None else 0
        texts = [v for n in shown if isinstance(v := values[n], str)]
        lines = max((_lines(text, WIDEST) for text in texts), default=1)
        options = {"level": min(depth, DEEPEST)} if depth else {}
        page.set_row(at, LINE * lines, None, options)
        for place, n in enumerate(shown):
            form = number_format(table.unit(n, row), self.currency)
            beside = int(table.columns[n].unit in WORDS)  # words stand clear of the numbers
            look = self._look(form, row is None, beside if place else depth)
            put(page, at, place, values[n], look)

    def _page(self, title: str) -> Worksheet:
        page = self.book.add_worksheet(sheet_name(title, self.taken))
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.outline_settings(symbols_below=False)
        page.set_footer("&L&F, &A&RPage &P of &N")
        return page

    def _look(self, form: str, bold: bool, indent: int) -> Format:
        if (form, bold, indent) not in self.looks:
            look = {"num_format": form, "bold": bold, "indent": min(indent, 15), **TOP}
            self.looks[form, bold, indent] = self.book.add_format(
                look | ({"top": 1} if bold else {})
            )
        return self.looks[form, bold, indent]

    def _wide(self, table: Table, column: int) -> int:
        """As wide as the longest value of a column, and as the longest word of its heading."""
        rows = [*table.rows[:200], *([table.total] if table.total else [])]
        unit = "money" if table.columns[column].unit in PER_ROWS else table.columns[column].unit
        sign = len(money.symbol(self.currency)) if unit == "money" else 0
        words = cells.heading(table.columns[column], self.currency).split(" ")
        values = [cells.words(row[column], unit, self.currency) for row in rows]
        tree = 2 * max(table.depth, default=0) if not column else 0
        longest = max(max(map(len, words)), *(len(v) + sign for v in values), LEAST) + tree
        return min(longest + 2, WIDEST)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column so wide; no cell is higher than a screen."""
    lines = (len(textwrap.wrap(line, width)) or 1 for line in text.splitlines() or [""])
    return min(sum(lines), MOST_LINES)
