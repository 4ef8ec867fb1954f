"""What pictures without a script are made of: marks and words in SVG, and axes to place them on.

Every mark has a class, and the page's one style sheet gives classes their colours: so a picture is
right in light, in dark and on paper.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from spend import money
from spend.outputs import letters
from spend.outputs.cells import printable
from spend.outputs.scales import telling
from spend.result import Scenario

SIZE = 11.0  # of letters, in pixels
WIDER = 1.12  # what a reader's own typeface may take more
LINE = 14.0  # from one line of words to the next
CLASSES: dict[Scenario, str] = {
    "last_year": "earlier",
    "budget": "budget",
    "actual": "actual",
    "forecast": "forecast",
    "variance": "variance",
}
# Patterns are named by picture: one that is not displayed lends its own to nobody.
PATTERNS = {
    "forecast": '<path class="hatch" d="M-1 6L6 -1M3 7L7 3M-1 2L2 -1"/>',
    "crossed": '<path class="hatch" d="M0 0L6 6M0 6L6 0"/>',
    "dotted": '<circle class="actual" cx="2" cy="2" r="0.9"/>',
}


def escaped(text: str) -> str:
    """Text from anywhere as text of a page, and as nothing else.

    >>> escaped("<b>Bolt</b> & Co")
    '&lt;b&gt;Bolt&lt;/b&gt; &amp; Co'
    """
    return escape(printable(text))


@dataclass
class Drawing:
    """A picture in the making; ``name`` is unique on its page, so that patterns find themselves."""

    name: str
    width: float
    height: float
    marks: list[str] = field(default_factory=list)

    def rect(
        self, x: float, y: float, width: float, height: float, css: str, told: str = "",
        shade: float = 1.0, rounded: bool = False,
    ) -> None:  # fmt: skip
        """A bar; ``told`` is what it says where somebody points."""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
        more = ' rx="4"' if rounded else ""
        if shade < 1:  # nothing shines through
            self._mark("rect", "paper", place)
        self._mark("rect", css, place + more + self._look(css, shade), told)

    def circle(
        self, x: float, y: float, radius: float, css: str, told: str = "", shade: float = 1.0
    ) -> None:
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
        self._mark("circle", css, place + self._look(css, shade), told)

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str = "rule") -> None:
        self._mark("line", css, f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"')

    def path(self, points: Sequence[tuple[float, float]], css: str, told: str = "") -> None:
        """A line through points; a shape where its class fills it."""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self._mark("path", css, f'd="{d}"', told)

    def diamond(self, x: float, y: float, half: float, css: str, told: str = "") -> None:
        around = ((x, y - half), (x + half, y), (x, y + half), (x - half, y), (x, y - half))
        self.path(around, css, told)

    def text(
        self, x: float, y: float, words: str, css: str = "said", anchor: str = "start"
    ) -> None:
        """Words, at their baseline; ``anchor`` is start, middle or end."""
        if words:
            place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
            self.marks.append(f'<text class="{css}" {place}>{escaped(words)}</text>')

    def _look(self, css: str, shade: float) -> str:
        found = f' fill="url(#{css}-{self.name})"' if css in PATTERNS else ""
        return found + (f' fill-opacity="{shade:g}"' if shade < 1 else "")

    def _mark(self, kind: str, css: str, attributes: str, told: str = "") -> None:
        inside = f"<title>{escaped(told)}</title>" if told else ""
        self.marks.append(f'<{kind} class="{css}" {attributes}>{inside}</{kind}>')

    def svg(self, title: str, description: str) -> str:
        """The picture, with what it shows in words for whoever does not see it."""
        patterns = "".join(
            f'<pattern id="{css}-{self.name}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect class="paper" width="6" height="6"/>{inside}</pattern>'
            for css, inside in PATTERNS.items()
        )
        about = f'aria-labelledby="title-{self.name} told-{self.name}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {about} '
            f'viewBox="0 0 {self.width:g} {self.height:g}">'
            f'<title id="title-{self.name}">{escaped(title)}</title>'
            f'<desc id="told-{self.name}">{escaped(description)}</desc>'
            f"<defs>{patterns}</defs>{''.join(self.marks)}</svg>"
        )


@dataclass(frozen=True)
class Axis:
    """From amounts to pixels along one line, with round numbers on the way."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where an amount stands.

        >>> Axis(0, 10, 100, 0).at(2.5)
        75.0
        """
        width = (self.high - self.low) or 1.0
        return self.start + (value - self.low) / width * (self.end - self.start)

    def ticks(self, about: int = 5) -> list[float]:
        """Round numbers between the ends.

        >>> Axis(0, 4.1, 0, 100).ticks()
        [0.0, 1.0, 2.0, 3.0, 4.0]
        """
        step = step_of(self.high - self.low, about)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [place * step for place in range(first, last + 1)]


def step_of(width: float, about: int) -> float:
    """A round step that divides a width into about so many parts.

    >>> step_of(4.1, 5), step_of(0, 5)
    (1.0, 1.0)
    """
    if not width > 0:
        return 1.0
    rough = width / about
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * by for by in (1, 2, 5, 10) if power * by >= rough * 0.999)


def number(value: float, digits: int, signed: bool = False) -> str:
    """A number as it stands beside a mark.

    >>> number(-0.5, 1), number(1234, 0, signed=True), number(0.0023, 2)
    ('−0.5', '+1,234', '0.002')
    """
    sign = "+" if signed else ""
    return f"{value:{sign},.{telling(value, digits)}f}".replace("-", money.MINUS)


def tick_words(ticks: Sequence[float]) -> list[str]:
    """The numbers along an axis, with as many places as their step needs.

    >>> tick_words([0.0, 0.5, 1.0])
    ['0.0', '0.5', '1.0']
    """
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [number(tick, digits) for tick in ticks]


def wide(words: str) -> float:
    """At most about how many pixels words take.

    >>> wide("abcde") > wide("abc")
    True
    """
    return letters.width(words, SIZE) * WIDER


def short(words: str, pixels: float) -> str:
    """Words cut to the room there is, and marked where they are.

    >>> short("Mechanical parts", 80)
    'Mechanical…'
    """
    return letters.shortened(words, SIZE, pixels / WIDER)


def legend(drawing: Drawing, entries: Sequence[tuple[str, str, float]], x: float) -> float:
    """The names of what is drawn, in rows on top: class, words and shade of each; where they end
    below."""
    y, left = LINE, x
    for css, words, shade in entries:
        room = 16 + wide(words) + 12
        if left > x and left + room > drawing.width:
            left, y = x, y + LINE + 2
        if css == "point":
            drawing.diamond(left + 5, y - 4, 4.5, css)
        else:
            drawing.rect(left, y - 9, 10, 10, css, shade=shade)
        drawing.text(left + 15, y, short(words, drawing.width - x - 20))
        left += room
    return y + 6 if entries else 0.0
