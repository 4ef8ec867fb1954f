"""Words on a slide: each box is measured before it is written, so that nothing runs out of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from spend.outputs import letters
from spend.outputs.colours import LIGHT

Slide = Any  # python-pptx publishes no types
ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT}
LONGEST_LINK = 2000  # letters, beyond which programs refuse an address


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def places(self) -> tuple[int, int, int, int]:
        """As the library wants it."""
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)


@dataclass(frozen=True)
class Words:
    """One paragraph: its words, how they look, where they lead, and the gap above them.

    A link is on the whole text, or on a last word of its own, ``opens``: some programs break a
    link between any two letters, so long texts bear none.
    """

    text: str
    size: float = 12
    bold: bool = False
    colour: str = LIGHT.text
    link: str = ""
    gap: float = 0
    opens: str = ""

    def height(self, room: float) -> float:
        """How high it stands in a room so wide, with its gap."""
        return self.gap + letters.height(len(self.lines(room)), self.size)

    def lines(self, room: float) -> list[str]:
        return letters.wrapped(self.whole, self.size, room, self.bold)

    @property
    def whole(self) -> str:
        """The text with the word that opens its link."""
        return f"{self.text} {self.opens}" if self.opens else self.text


def rgb(colour: str) -> RGBColor:
    """A colour such as ``#2B3036``."""
    return RGBColor.from_string(colour.removeprefix("#"))


def web(link: str) -> str:
    """An address that a browser opens, else nothing: no file, no script.

    >>> web("https://concord.example/budget?as_of=3.1"), web("javascript:alert(1)")
    ('https://concord.example/budget?as_of=3.1', '')
    """
    good = link.isprintable() and " " not in link and len(link) <= LONGEST_LINK
    return link if good and urlsplit(link).scheme in ("http", "https") else ""


def write(
    slide: Slide, box: Box, words: Sequence[Words], align: str = "left", name: str = ""
) -> None:
    """Paragraphs in a box of their own; what does not fit its lines is cut and marked."""
    shape = slide.shapes.add_textbox(*box.places)
    if name:
        shape.name = name
    fill(shape.text_frame, list(_cut(words, box)), align)


def fill(frame: Any, words: Sequence[Words], align: str = "left") -> None:
    """Paragraphs in a frame, without margins, in the sizes they were measured with."""
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, one in enumerate(words):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_before = ALIGN[align], Pt(one.gap)
        last = _run(paragraph, one, letters.bound(one.text))
        link = web(one.link)
        if link and one.opens:
            last = _run(paragraph, one, f" {one.opens}")
        if link:
            last.hyperlink.address = link
        # An empty paragraph would have the size of the template.
        paragraph._p.get_or_add_endParaRPr().set("sz", str(round(100 * one.size)))


def _run(paragraph: Any, one: Words, text: str) -> Any:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(one.size), one.bold
    run.font.color.rgb = rgb(one.colour)
    return run


def _cut(words: Sequence[Words], box: Box) -> Iterator[Words]:
    left = box.height
    for one in words:
        lines = int((left - one.gap + 0.01) // letters.height(1, one.size))
        if lines < 1:
            return
        text = letters.shortened(one.whole, one.size, box.width, lines, one.bold)
        shown = replace(one, text=text.removesuffix(f" {one.opens}") if one.opens else text)
        if one.opens and shown.text == text:  # cut before the word that opens it
            shown = replace(shown, opens="")
        left -= shown.height(box.width)
        yield shown


def flowed(words: Sequence[Words], box: Box) -> tuple[list[Words], list[Words]]:
    """The paragraphs that a box holds, and the rest for another: cut between lines if need be."""
    held: list[Words] = []
    left = box.height
    for number, one in enumerate(words):
        gap = one.gap if held else 0
        lines = one.lines(box.width)
        room = int((left - gap + 0.01) // letters.height(1, one.size))
        if room >= len(lines):
            held.append(replace(one, gap=gap))
            left -= gap + letters.height(len(lines), one.size)
            continue
        rest = list(words[number:])
        if room >= 2 and len(lines) - room >= 2:
            held.append(replace(one, gap=gap, text=" ".join(lines[:room]), opens="", link=""))
            tail = " ".join(lines[room:])
            rest[0] = replace(one, gap=0, text=tail.removesuffix(f" {one.opens}"))
        while held and held[-1].bold and rest:  # a heading goes along with what it heads
            rest.insert(0, held.pop())
        return held, rest
    return held, []
