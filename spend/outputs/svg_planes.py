"""Pictures in a plane, in SVG: things as dots, points along a line, lines over one axis."""

import math
from collections.abc import Sequence

from spend import money
from spend.outputs import svg
from spend.outputs.scales import chart_unit, scale, scale_in
from spend.outputs.svg import Axis, Drawing
from spend.result import Chart, Value

HIGH = 240.0  # pixels of the plane
LARGEST, SMALLEST = 15.0, 3.0  # the radius of a dot
NAMED = 6  # the largest dots carry their names
TEAMS = {"Carrying cost": "finance-line", "Stock-out cost": "procurement-line"}
Box = tuple[float, float, float, float]  # left, top, right, bottom


def dots(chart: Chart, currency: str, width: float, name: str) -> Drawing:
    """Things in a plane: days across, a change in per cent up, dots by size."""
    across, up, size = (_floats(s.values) for s in chart.series)
    drawing, right, high = _plane(
        Drawing(name, width, 0), [0.0, *across], [100 * v for v in up],
        chart.series[0].label, f"{chart.series[1].label}, %",
    )  # fmt: skip
    largest = max(size, default=1.0) or 1.0
    found = []
    for place in sorted(range(len(chart.axis)), key=lambda i: -size[i]):
        x, y = right.at(across[place]), high.at(100 * up[place])
        share = math.sqrt(max(size[place], 0.0) / largest)
        radius = SMALLEST + (LARGEST - SMALLEST) * share
        told = (
            f"{chart.axis[place]}: {across[place]:.1f} days, "
            f"{money.share(up[place], signed=True)}, {money.exact(size[place], currency)}"
        )
        drawing.circle(x, y, radius, "dot", told)
        found.append((x, y, radius, chart.axis[place]))
    taken: list[Box] = []
    for x, y, radius, words in found[:NAMED]:
        _label(drawing, x, y, radius + 3, words, taken)
    return drawing


def line(chart: Chart, currency: str, width: float, name: str) -> Drawing:
    """Points along a line; the last two stand out: where one is, and where one would be."""
    units = [scale(s.values, currency) for s in chart.series[:2]]
    x, y = ([unit.of(v) or 0.0 for v in s.values]
            for unit, s in zip(units, chart.series, strict=False))  # fmt: skip
    titles = [f"{s.label}, {unit.title}" for s, unit in zip(chart.series, units, strict=False)]
    drawing, right, high = _plane(Drawing(name, width, 0), x, y, titles[0], titles[1])
    points = [(right.at(a), high.at(b)) for a, b in zip(x, y, strict=True)]
    said = [
        f"{label}: {money.exact(a, currency)}, {money.exact(b, currency)}"
        for label, a, b in zip(chart.axis, *(s.values for s in chart.series[:2]), strict=True)
    ]
    drawing.path(points[:-2], "curve")
    for (a, b), told in zip(points[:-2], said, strict=False):
        drawing.circle(a, b, 3, "quiet-mark", told)
    taken: list[Box] = []
    for place, css in ((-2, "actual"), (-1, "agreed")):
        a, b = points[place]
        if css == "agreed":
            drawing.diamond(a, b, 7, css, said[place])
        else:
            drawing.circle(a, b, 6, css, said[place])
        _label(drawing, a, b, 10, chart.axis[place], taken)
    return drawing


def curve(chart: Chart, currency: str, width: float, name: str) -> Drawing:
    """Lines over one axis of named places, each with its name, and named points among them."""
    values = [v for s in chart.series for v in s.values] + [p.value for p in chart.points]
    unit = scale_in(values, chart_unit(chart), currency)
    heights = [unit.of(v) or 0.0 for v in values]
    drawing = Drawing(name, width, 0)
    top = svg.legend(drawing, [(TEAMS.get(s.label, "curve"), s.label, 1.0) for s in chart.series],
                     0)  # fmt: skip
    last = max(len(chart.axis) - 1, 1)
    places = [-0.5, last + 0.5]
    drawing, right, high = _plane(drawing, places, [0.0, *heights], "", unit.title, top, False)
    for place, words in enumerate(chart.axis):
        if place % (2 if width < 500 and last > 6 else 1) == 0:
            drawing.text(right.at(place), high.start + 15, words, "quiet", "middle")
    for series in chart.series:
        points = [
            (right.at(place), high.at(unit.of(v) or 0.0))
            for place, v in enumerate(series.values) if v is not None
        ]  # fmt: skip
        drawing.path(points, TEAMS.get(series.label, "curve"))
    taken: list[Box] = []
    for point in chart.points:
        x, y = right.at(point.place), high.at(unit.of(point.value) or 0.0)
        told = f"{point.label}: {money.exact(point.value, currency)}. {point.meaning}".strip(". ")
        drawing.circle(x, y, 5, "agreed" if "greed" in point.label else "actual", told)
        _label(drawing, x, y, 9, point.label, taken)
    return drawing


# --- The plane ------------------------------------------------------------------------------------


def _floats(values: Sequence[Value]) -> list[float]:
    return [0.0 if v is None else float(v) for v in values]


def _plane(
    drawing: Drawing, x: Sequence[float], y: Sequence[float], across: str, up: str,
    top: float = 0.0, numbered: bool = True,
) -> tuple[Drawing, Axis, Axis]:  # fmt: skip
    """Two axes with their words, drawn; ``numbered`` says whether numbers stand below."""
    low, high = min(y, default=0.0), max(y, default=1.0)
    room = 0.1 * (high - low) or 1.0
    upright = Axis(low - (room if low else 0), high + room, top + 20 + HIGH, top + 20)
    ticks = upright.ticks()
    said = svg.tick_words(ticks)
    left = max(map(svg.wide, said), default=0.0) + 8
    drawing.text(0, top + 10, up, "quiet")
    for tick, words in zip(ticks, said, strict=True):
        css = "rule" if tick else "zero"
        drawing.line(left, upright.at(tick), drawing.width, upright.at(tick), css)
        drawing.text(left - 6, upright.at(tick) + 4, words, "quiet", "end")
    width = max(x, default=1.0) - min(x, default=0.0)
    more = 0.06 * width if numbered else 0.0
    level = Axis(min(x, default=0.0), max(x, default=1.0) + more, left + 6, drawing.width - 6)
    if numbered:
        below = level.ticks(5 if drawing.width < 500 else 8)
        for tick, words in zip(below, svg.tick_words(below), strict=True):
            drawing.text(level.at(tick), upright.start + 15, words, "quiet", "middle")
    drawing.text(drawing.width, upright.start + 29, across, "quiet", "end")
    drawing.height = upright.start + 34
    return drawing, level, upright


def _label(
    drawing: Drawing, x: float, y: float, gap: float, words: str, taken: list[Box]
) -> None:  # fmt: skip
    """A name beside, above or below a point, where it meets no other name; else none."""
    words = svg.short(words, 150)
    wide = svg.wide(words)
    for left, baseline in (
        (x + gap, y + 4), (x - gap - wide, y + 4), (x - wide / 2, y - gap - 2),
        (x - wide / 2, y + gap + 10), (x - wide, y - gap - 2), (x - wide, y - gap - 18),
    ):  # fmt: skip
        box = (left - 2, baseline - svg.SIZE, left + wide + 2, baseline + 3)
        inside = box[0] >= 0 and box[2] <= drawing.width and box[1] >= 0
        met = any(
            box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1]
            for other in taken
        )
        if inside and not met:
            drawing.text(left, baseline, words)
            taken.append(box)
            return
