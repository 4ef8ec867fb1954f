"""A report as a PowerPoint deck: what it says with its picture, its other pictures, its main table,
and what to know before trusting it. Charts are native, so that people can take them further.
"""

from collections.abc import Iterator
from datetime import datetime

from spend.outputs import about, meanings, slides_file, slides_page, slides_table
from spend.outputs.about import Origin
from spend.outputs.colours import LIGHT
from spend.outputs.slides_page import Page
from spend.outputs.slides_text import Words
from spend.result import Bridge, Chart, Report

STAMP = datetime(2000, 1, 1)  # when it was made, where nobody says so: the same file every time
MOST_SAID = 14  # definitions in a speaker's notes


def to_pptx(report: Report, origin: Origin | None = None) -> bytes:
    """The whole report as a deck; ``origin`` is the pinned view that it was made of."""
    origin = origin or Origin()
    deck = slides_file.opened(report.title, report.sentence, origin.loaded_at or STAMP)
    for page in _pages(report, origin):
        slides_page.add(deck, page)
    return slides_file.saved(deck)


def _pages(report: Report, origin: Origin) -> Iterator[Page]:
    first = main(report, origin)
    yield first
    for picture in pictures(report):
        if picture is not report.picture:
            yield beside(report, origin, picture)
    if report.tables:
        table = report.tables[0]
        yield Page(
            table.title, subtitle(report, origin), link=origin.link,
            grid=slides_table.gridded(table, report.currency),
        )  # fmt: skip
    if report.notes:
        yield Page("What to know", subtitle(report, origin), words=_notes(report), link=origin.link)


def main(report: Report, origin: Origin, more: tuple[Words, ...] = ()) -> Page:
    """What the report says: its message, its figures, its picture and both readings; ``more``
    stands below these."""
    return Page(
        title=report.message,
        subtitle=subtitle(report, origin),
        tiles=slides_page.tiles(report),
        picture=report.picture,
        words=(*slides_page.readings(report), *more),
        currency=report.currency,
        link=origin.link,
        notes=spoken(report),
    )


def beside(report: Report, origin: Origin, picture: Chart | Bridge) -> Page:
    """Another picture of the report, on a slide of its own."""
    closes = ""
    if isinstance(picture, Bridge):
        closes = slides_page.closing(picture, report.currency)
    return Page(
        title=picture.title, subtitle=subtitle(report, origin), picture=picture,
        currency=report.currency, link=origin.link, notes=closes,
    )  # fmt: skip


def pictures(report: Report) -> Iterator[Chart | Bridge]:
    """Every picture of a report that has something to show."""
    yield from (chart for chart in report.charts if chart.drawable)
    yield from (bridge for bridge in report.bridges if bridge.steps)


def subtitle(report: Report, origin: Origin) -> str:
    """What, of when, in which currency, from which load."""
    return f"{report.title}. {report.sentence} {report.currency}. {about.load(report, origin)}."


def spoken(report: Report) -> str:
    """For who presents it: what the figures mean."""
    metrics = meanings.shown(report)[:MOST_SAID]
    return "\n".join((report.question, "", *meanings.lines(metrics)))


def _notes(report: Report) -> tuple[Words, ...]:
    return tuple(
        Words(note.text, 12, colour=LIGHT.bad if note.kind == "warning" else LIGHT.text, gap=6)
        for note in report.notes
    )
