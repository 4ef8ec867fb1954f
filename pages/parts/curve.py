"""Lines over one axis, with named points among them: what service costs, side by side."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part, Scale
from pages.parts.look import Palette
from spend import money
from spend.result import Chart, Point, Series

CLOSE = 1.6  # places between points whose names would meet
STEP = 19  # pixels between names that stand above each other
NAME = (2.6, 0.075)  # how wide a line's name is, in places, and how high, as a share of the height
MARK = (1.0, 0.16)  # how much room a point needs with its name above it
GAP = 0.02  # of the height, between a line and a name
# On which side of a place a line's name may stand: along the line, and above or below it.
SIDES = tuple((along, over) for over in (1, -1) for along in (0.5, -0.5, 0.0))
ANCHORS = {0.5: "left", -0.5: "right", 0.0: "center"}
COLOURS = {"Carrying cost": "finance", "Stock-out cost": "procurement"}
Box = tuple[float, float, float, float]  # left, right, bottom, top


def show(chart: Chart, currency: str, height: int = 360) -> None:
    """A curve: finance's side, procurement's, their sum, and the targets as points."""
    if not chart.series:
        st.info(words.plain(f"There is no curve: {chart.reason}."))
        return
    colours = look.palette()
    values = [v for s in chart.series for v in s.values]
    unit = drawing.scale([*values, *(p.value for p in chart.points)], currency)
    traces = [_line(chart, series, unit, currency) for series in chart.series]
    traces.append(_points(chart, unit, currency, colours))
    last = len(chart.axis) - 1
    ticks = [words.unmarked(name.removesuffix(" %")) for name in chart.axis]
    axes = {
        "xaxis": drawing.name_axis(ticks, colours, range=[-0.6, last + 0.6], title={
            "text": "Cycle service level, %", "font": {"size": 12, "color": colours.quiet},
            "standoff": 6,
        }),
        "yaxis": drawing.value_axis(f"A year, {unit.title}", colours, rangemode="tozero", nticks=6),
    }  # fmt: skip
    about = {"key": chart.name, "alt": chart.description or chart.title}
    notes = [*_line_names(chart, unit), *_names(chart.points, unit, colours)]
    drawing.show(traces, axes, height, top=34, annotations=notes, **about)


def _line(chart: Chart, series: Series, unit: Scale, currency: str) -> Part:
    said = [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.exact(value, currency)}</b> a year"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(len(chart.axis))),
        "y": [unit.of(v) for v in series.values],
        "line": {"color": _ink(series), "width": 2 if series.label in COLOURS else 2.6},
        "cliponaxis": False,
        **drawing.hover(said),
    }


def _ink(series: Series) -> str:
    return str(getattr(look.palette(), COLOURS.get(series.label, "ink")))


def _line_names(chart: Chart, unit: Scale) -> list[Part]:
    """Each line's name beside it, clear of the other lines, of points and of names."""
    lines = [[float(v or 0) for v in s.values] for s in chart.series]
    most = max((max(line) for line in lines), default=0.0) or 1.0
    lines = [[v / most for v in line] for line in lines]
    taken = [_around(point.place, float(point.value or 0) / most) for point in chart.points]
    found: list[Part] = []
    for series, line in zip(chart.series, lines, strict=True):
        at, along, over = _free(line, lines, taken)
        taken.append(_box(line, at, along, over))
        found.append({
            "x": at,
            "y": unit.of(series.values[at]),
            "text": words.unmarked(series.label),
            "showarrow": False,
            "xanchor": ANCHORS[along],
            "yanchor": "bottom" if over > 0 else "top",
            "yshift": 5 * over,
            "font": {"size": 12, "color": _ink(series)},
        })  # fmt: skip
    return found


def _free(
    line: Sequence[float], lines: Sequence[Sequence[float]], taken: Sequence[Box]
) -> tuple[int, float, int]:
    """The place and the side beside a line that have most room for its name."""
    tried = [
        (_crowd(_box(line, at, along, over), lines, taken), at, along, over)
        for at in range(len(line)) for along, over in SIDES
    ]  # fmt: skip
    _, at, along, over = min(tried, key=lambda one: one[0])
    return at, along, over


def _around(place: float, height: float) -> Box:
    return place - MARK[0], place + MARK[0], height - 0.04, height + MARK[1]


def _box(line: Sequence[float], at: int, along: float, over: int) -> Box:
    """The room that a line's name takes beside one of its places."""
    middle, height = at + along * NAME[0], line[at] + over * (GAP + NAME[1] / 2)
    return (
        middle - NAME[0] / 2, middle + NAME[0] / 2, height - NAME[1] / 2, height + NAME[1] / 2,
    )  # fmt: skip


def _crowd(box: Box, lines: Sequence[Sequence[float]], taken: Sequence[Box]) -> float:
    """How much a box meets: lines that cross it, other boxes, the edges of the picture."""
    left, right, low, high = box
    across = np.linspace(left, right, 15)
    crossed = 0.0
    for line in lines:
        heights = np.interp(across, range(len(line)), line)
        inside = (heights > low - 0.008) & (heights < high + 0.008)
        crossed += bool(inside.any() or ((heights > high).any() and (heights < low).any()))
    met = sum(
        left < other[1] and right > other[0] and low < other[3] and high > other[2]
        for other in taken
    )
    outside = low < 0.01 or high > 1.12 or left < -0.4 or right > len(lines[0]) - 0.6
    return crossed + met + 2 * outside


def _points(chart: Chart, unit: Scale, currency: str, colours: Palette) -> Part:
    looks = [_mark(point, colours) for point in chart.points]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point.place for point in chart.points],
        "y": [unit.of(point.value) for point in chart.points],
        "cliponaxis": False,
        "marker": {
            "symbol": [mark[0] for mark in looks],
            "color": [mark[1] for mark in looks],
            "size": [mark[2] for mark in looks],
            "line": {"color": [mark[3] for mark in looks], "width": 2},
        },
        **drawing.hover([_said(point, currency) for point in chart.points]),
    }


def _mark(point: Point, colours: Palette) -> tuple[str, str, int, str]:
    """A point's shape, colour, size and outline."""
    if point.label == "Cheapest":
        return "line-ns-open", colours.ink, 11, colours.ink
    if point.label == "Proposed":
        return "diamond", colours.paper, 13, colours.ink
    if point.label == "Agreed":
        return "circle", colours.agreed, 12, colours.agreed
    agreed = point.label != "Today"
    return "circle", colours.ink, 12, colours.agreed if agreed else colours.ink


def _said(point: Point, currency: str) -> str:
    more = f"<br>{words.unmarked(point.meaning)}" if point.meaning else ""
    amount = money.exact(point.value, currency)
    return f"{words.unmarked(point.label)}: <b>{amount}</b> a year{more}"


def _names(points: Sequence[Point], unit: Scale, colours: Palette) -> list[Part]:
    """The points' names above them, one above the other where they would meet."""
    found: list[Part] = []
    before, level = float("-inf"), 0
    for point in sorted(points, key=lambda one: one.place):
        level = level + 1 if point.place - before < CLOSE else 0
        before = point.place
        found.append({
            "x": point.place,
            "y": unit.of(point.value),
            "text": words.unmarked(point.label),
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": colours.quiet,
            "standoff": 8,
            "ax": 0,
            "ay": -26 - STEP * level,
            "yanchor": "bottom",
            "bgcolor": colours.paper,
            "font": {"size": 12, "color": _colour(point, colours)},
        })  # fmt: skip
    return found


def _colour(point: Point, colours: Palette) -> str:
    return colours.agreed if "greed" in point.label else colours.text
