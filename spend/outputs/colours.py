"""The colours of every picture, in both themes: ink for data, green and red for variance, and the
two teams' own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Every colour that a chart may use, in one theme."""

    ink: str
    earlier: str  # last year: the same, lighter
    paper: str
    rule: str
    text: str
    quiet: str
    good: str
    bad: str
    finance: str
    procurement: str
    agreed: str


LIGHT = Palette(
    ink="#2B3036",
    earlier="#AEB6BF",
    paper="#FFFFFF",
    rule="#E3E6EA",
    text="#1C1F23",
    quiet="#5F6872",
    good="#2E7D4F",
    bad="#C2352B",
    finance="#2C6FBB",
    procurement="#B0620A",
    agreed="#6A4C9C",
)
DARK = Palette(
    ink="#CBD2DB",
    earlier="#66717E",
    paper="#14181D",
    rule="#2B323A",
    text="#E9ECF0",
    quiet="#9BA5B1",
    good="#54B783",
    bad="#E8756B",
    finance="#6FA8E6",
    procurement="#E59A45",
    agreed="#A78BD6",
)


def mixed(colour: str, ground: str, share: float) -> str:
    """A colour thinned on a ground, for the parts of one thing.

    >>> mixed("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02X}" for a, b in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def contrast(colour: str, ground: str) -> float:
    """How well a colour reads on a ground, 1 to 21 (WCAG 2); text wants 4.5.

    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    bright, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in _parts(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
