"""How much room words take on a slide: measured, as no file that is written can try it out.

The widths are those of Helvetica, which Arial and its like share; what is not in them counts as
wide. Sizes, widths and heights are in points.
"""

import re
import unicodedata
from collections.abc import Sequence

from spend.outputs import cells

MORE = "…"
LINE = 1.2  # a line's height, in sizes
BOLD = 1.09  # how much wider bold letters are, at most
SPARE = 0.97  # of a line: programs differ by a hair
WIDE, OTHER = 1000, 760  # thousandths of a size
_FIRST = 32
# From the space to the tilde, in thousandths of the size (Adobe's metrics of Helvetica).
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_SIGNS = {"−": 584, "€": 556, "£": 556, "…": 1000, "–": 556, "“": 333, "”": 333, "’": 222, "·": 278}
_SIGNS |= {"→": 1000, "×": 584, "\u00a0": 278, "■": 604, "□": 604}


_UNIT = re.compile(r"(?<=\d) (?=(?:%|bn|M|k|days?|months?)(?:\W|$))")  # stays with its number


def bound(text: str) -> str:
    """Text as it is written: printable, and no unit on another line than its number.

    >>> bound("3.0 % of it")
    '3.0\\xa0% of it'
    """
    return _UNIT.sub("\u00a0", cells.printable(text))


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide one line of text is.

    >>> width("Spend", 10), width("Spend", 10) < width("Spend", 10, bold=True)
    (28.91, True)
    """
    return sum(map(_wide, text)) * size / 1000 * (BOLD if bold else 1)


def _wide(sign: str) -> int:
    if sign in _SIGNS:
        return _SIGNS[sign]
    base = unicodedata.normalize("NFKD", sign)[:1] or sign
    place = ord(base) - _FIRST
    if 0 <= place < len(_WIDTHS):
        return _WIDTHS[place]
    if unicodedata.combining(sign):
        return 0
    return WIDE if unicodedata.east_asian_width(sign) in "WF" else OTHER


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """The lines in which text stands in a room so wide; a word wider than it is broken.

    >>> wrapped("Dearer steel explains it", 10, 60)
    ['Dearer steel', 'explains it']
    """
    lines = [""]
    for word in bound(text).split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, size, bold) <= SPARE * room:
            lines[-1] = joined
            continue
        pieces = _broken(word, size, SPARE * room, bold)
        lines += pieces if lines[-1] else []
        lines = lines if lines[0] else pieces
    return lines


def _broken(word: str, size: float, room: float, bold: bool) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and width(pieces[-1] + sign, size, bold) > room:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def height(lines: int, size: float) -> float:
    """How high so many lines are.

    >>> height(2, 10)
    24.0
    """
    return lines * size * LINE


def shortened(text: str, size: float, room: float, lines: int = 1, bold: bool = False) -> str:
    """Text that fits so many lines, cut between words and marked where it is too long.

    >>> shortened("Dearer steel explains it", 10, 60), shortened("Steel", 10, 60)
    ('Dearer…', 'Steel')
    """
    found = wrapped(text, size, room, bold)
    if len(found) <= lines:
        return " ".join(found)
    words = " ".join(found[:lines]).split(" ")
    while words[1:] and not _fits([*words[:-1], words[-1] + MORE], size, room, lines, bold):
        words.pop()
    last = words[-1]
    while last and not _fits([*words[:-1], last + MORE], size, room, lines, bold):
        last = last[:-1]
    return " ".join([*words[:-1], last.rstrip(",;:") + MORE])


def _fits(words: Sequence[str], size: float, room: float, lines: int, bold: bool) -> bool:
    return len(wrapped(" ".join(words), size, room, bold)) <= lines


def largest(
    text: str, sizes: Sequence[float], room: float, lines: int, bold: bool = False
) -> float:
    """The first of some sizes at which text fits so many lines; else the last.

    >>> largest("Spend is over the budget", (20, 12, 8), 150, 1)
    12
    """
    fitting = (size for size in sizes if len(wrapped(text, size, room, bold)) <= lines)
    return next(fitting, sizes[-1])
