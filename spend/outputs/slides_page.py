"""One slide, from top to bottom: the message as its title, what it is of, figures, the picture,
what both teams read in it, and the way back. What finds no room goes on, on another slide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.enum.text import MSO_ANCHOR

from spend import money
from spend.outputs import cells, figures, letters, slides_bridges, slides_charts, slides_table
from spend.outputs.colours import LIGHT
from spend.outputs.slides_file import HEIGHT, LAYOUT, WIDTH
from spend.outputs.slides_table import Grid
from spend.outputs.slides_text import Box, Slide, Words, fill, flowed, write
from spend.result import Bridge, Change, Chart, Figure, Report

Deck = Any  # python-pptx publishes no types
EDGE = 36.0  # points, left and right of everything
ROOM = WIDTH - 2 * EDGE
TITLE = Box(EDGE, 22, ROOM, 52)
BELOW_TITLE = Box(EDGE, 78, ROOM, 15)
TOP = 104.0  # where the content begins
FOOT = 512.0
SIDE, GUTTER = 264.0, 20.0  # what both teams read, beside the picture
SIZES = (20, 18, 16, 14)  # of a title, the largest at which it takes two lines
TILES, TILE = 6, 62.0
CONTINUED = " (continued)"
COLOURS = {True: LIGHT.good, False: LIGHT.bad, None: LIGHT.quiet}
TEAMS = {"finance": ("Finance reads", LIGHT.finance),
         "procurement": ("Procurement reads", LIGHT.procurement)}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """A figure in large letters, with a word on how it moved."""

    label: str
    value: str
    said: str = ""
    favourable: bool | None = None


@dataclass(frozen=True)
class Page:
    """What one slide is to say; ``notes`` are the speaker's, ``link`` leads back to the view."""

    title: str
    subtitle: str = ""
    tiles: tuple[Tile, ...] = ()
    picture: Chart | Bridge | None = None
    grid: Grid | None = None
    words: tuple[Words, ...] = ()
    currency: str = ""
    link: str = ""
    notes: str = ""


def add(deck: Deck, page: Page) -> None:
    """A page as a slide, or as several where its words are long."""
    slide = _headed(deck, page)
    top = TOP
    if page.tiles:
        _tiles(slide, page.tiles)
        top += TILE + 12
    body = Box(EDGE, top, ROOM, FOOT - 8 - top)
    beside = body
    if page.picture:
        wide = ROOM - SIDE - GUTTER if page.words else ROOM
        _picture(slide, replace(body, width=wide), page)
        beside = replace(body, left=EDGE + wide + GUTTER, width=SIDE)
    elif page.grid:
        end = slides_table.draw(slide, body, page.grid, page.title) + 10
        beside = replace(body, top=end, height=FOOT - 8 - end)
    rest = _flow(slide, beside, page.words)
    while rest:
        more = _headed(deck, page, CONTINUED)
        rest = _flow(more, Box(EDGE, TOP, ROOM, FOOT - 8 - TOP), rest)


def _headed(deck: Deck, page: Page, more: str = "") -> Slide:
    """A slide with its title, what it is of, the way back and the speaker's notes."""
    room = ROOM - letters.width(more, SIZES[0], bold=True)
    slide = deck.slides.add_slide(deck.slide_layouts[LAYOUT])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = TITLE.places
    size = letters.largest(page.title, SIZES, room, 2, bold=True)
    said = letters.shortened(page.title, size, room, 2, bold=True) + more
    fill(title.text_frame, [Words(said, size, bold=True)])
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    if page.subtitle:
        write(slide, BELOW_TITLE, [Words(page.subtitle, 11, colour=LIGHT.quiet)], name="Selection")
    _foot(slide, page.link, len(deck.slides))
    if page.notes:
        lines = map(cells.printable, page.notes.splitlines())
        slide.notes_slide.notes_text_frame.text = "\n".join(lines)
    return slide


def _foot(slide: Slide, link: str, number: int) -> None:
    if link:
        said = [Words(f"Pinned: {link}", 9, colour=LIGHT.quiet, link=link)]
        write(slide, Box(EDGE, FOOT, ROOM - 120, 12), said, name="Link")
    said = [Words(f"Concord · {number}", 9, colour=LIGHT.quiet)]
    write(slide, Box(WIDTH - EDGE - 100, FOOT, 100, 12), said, "right", "Number")


def _tiles(slide: Slide, tiles: Sequence[Tile]) -> None:
    wide = (ROOM - 12.0 * (TILES - 1)) / TILES
    for place, tile in enumerate(tiles[:TILES]):
        words = (
            Words(letters.shortened(tile.label, 10, wide), 10, colour=LIGHT.quiet),
            Words(tile.value, letters.largest(tile.value, (18, 15, 12), wide, 1, True), True),
            Words(letters.shortened(tile.said, 9, wide), 9, colour=COLOURS[tile.favourable]),
        )
        box = Box(EDGE + place * (wide + 12), TOP, wide, TILE)
        write(slide, box, [one for one in words if one.text], name=f"Figure: {tile.label}")


def _picture(slide: Slide, box: Box, page: Page) -> None:
    """The picture below its own title, where that says more than the slide's."""
    picture = page.picture
    assert picture
    above = [Words(letters.shortened(picture.title, 10, box.width), 10, colour=LIGHT.quiet)]
    if picture.title != page.title:
        write(slide, replace(box, height=13), above, name="Picture")
    below = replace(box, top=box.top + 15, height=box.height - 15)
    if isinstance(picture, Bridge):
        slides_bridges.draw(slide, below, picture, page.currency)
    else:
        slides_charts.draw(slide, below, picture, page.currency)


def _flow(slide: Slide, box: Box, words: Sequence[Words]) -> list[Words]:
    held, rest = flowed(words, box)
    if not held and rest and box.height > HEIGHT / 2:
        held, rest = rest[:1], rest[1:]  # too long for any slide: cut
    if held:
        write(slide, box, held, name="Words")
    return rest


# --- A report as what a slide says ----------------------------------------------------------------


def tiles(report: Report) -> tuple[Tile, ...]:
    """The figures that the page shows in large letters, then its facts: at most six."""
    found = [_tile(figure, report.currency) for figure in figures.large(report)[:TILES]]
    for fact in report.facts:
        value = money.reading(fact.value, fact.unit, report.currency)
        found.append(Tile(fact.label, value, fact.meaning))
    return tuple(found[:TILES])


def _tile(figure: Figure, currency: str) -> Tile:
    unit, label = figures.unit(figure), figures.short(figure)
    value = money.reading(figure.value, unit, currency)
    if figure.value is None or not figure.changes:
        return Tile(label, value, figure.reason)
    change = figure.changes[0]
    return Tile(label, value, said(change, unit, currency), change.favourable)


def said(change: Change, unit: str, currency: str) -> str:
    """A change in words, its direction as a shape too."""
    amount = money.reading(change.amount, money.difference_unit(unit), currency, signed=True)
    shape = {True: "▲ ", False: "▼ "}[change.amount > 0] if change.amount else ""
    return f"{shape}{amount} {change.label}"


def readings(report: Report) -> tuple[Words, ...]:
    """What each team reads in it, under its name and in its colour."""
    found: list[Words] = []
    for lens, (title, colour) in TEAMS.items():
        if text := report.readings.get(lens):
            found.append(Words(title, 11, True, colour, gap=8))
            found.append(Words(text, 12, gap=2))
    return tuple(found)


def closing(bridge: Bridge, currency: str) -> str:
    """What a bridge leaves unexplained, in words."""
    left = money.exact(bridge.residual, currency) if bridge.unit == "money" else "nothing"
    return f"{bridge.title}: the items sum to the change and leave {left}."
