"""Charts beside those of time and structure: stacked columns, dots in a plane, points on a line."""

import math
from collections.abc import Mapping

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part
from pages.parts.look import Palette
from spend import money
from spend.result import Chart, Value

LARGEST_DOT = 34.0  # pixels across
SMALLEST_DOT = 7.0
NAMED_DOTS = 6  # the largest dots carry their names
SHADES = (0.30, 0.62, 1.0, 0.12)  # of ink, bottom to top: parts of one thing, not scenarios


def stack(chart: Chart, currency: str, names: Mapping[str, str], height: int = 320) -> None:
    """Columns whose parts stand on each other: shades of ink, named in the legend."""
    if not any(v for s in chart.series for v in s.values):
        _nothing(chart)
        return
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    ticks = [words.unmarked(names.get(a, a)).replace("\n", "<br>") for a in chart.axis]
    traces: list[Part] = []
    for shade, series in zip(SHADES, chart.series, strict=False):
        exact = [
            f"{words.unmarked(at)} · {series.label}: <b>{money.exact(value, currency)}</b>"
            for at, value in zip(chart.axis, series.values, strict=True)
        ]
        traces.append({
            "type": "bar",
            "name": series.label,
            "x": list(range(len(chart.axis))),
            "y": [unit.of(v) for v in series.values],
            "width": 0.62,
            "marker": {"color": look.mixed(colours.ink, colours.paper, shade)},
            **drawing.hover(exact),
        })  # fmt: skip
    axes = {
        "xaxis": drawing.name_axis(ticks, colours),
        "yaxis": drawing.value_axis(unit.title, colours, rangemode="tozero", nticks=6),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title, "barmode": "stack"}
    drawing.show(traces, axes, height, top=28, showlegend=True, **about)


def dots(chart: Chart, currency: str, height: int = 340) -> None:
    """Things in a plane: days across, a change in per cent up, dots by size."""
    if not chart.axis:
        _nothing(chart)
        return
    colours = look.palette()
    across, up, size = chart.series
    largest = max((float(v) for v in size.values if v is not None), default=1.0) or 1.0
    x, y = ([_plain(v) for v in s.values] for s in (across, up))
    named = _named(x, y, [_plain(v) for v in size.values])
    edge = max(x, default=0.0) * 0.72
    trace: Part = {
        "type": "scatter",
        "mode": "markers+text",
        "x": x,
        "y": [100 * v for v in y],
        "text": [_short(n) if i in named else "" for i, n in enumerate(chart.axis)],
        "textposition": ["middle left" if v > edge else "middle right" for v in x],
        "textfont": {"size": 11, "color": colours.text},
        "cliponaxis": False,
        "marker": {
            "color": colours.ink,
            "opacity": 0.55,
            "size": [_across(v, largest) for v in size.values],
            "line": {"color": colours.paper, "width": 1},
        },
        **drawing.hover([_said(chart, i, currency) for i in range(len(chart.axis))]),
    }
    axes = {
        "xaxis": drawing.value_axis(across.label, colours, nticks=8, rangemode="tozero"),
        "yaxis": drawing.value_axis(f"{up.label}, %", colours, nticks=6),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title}
    drawing.show([trace], axes, height, top=20, **about)


def line(chart: Chart, currency: str, height: int = 320) -> None:
    """Points along a line; the last two stand out: where one is, and where one would be."""
    colours = look.palette()
    across, up = chart.series
    x, y = across.values, up.values
    units = [drawing.scale(values, currency) for values in (x, y)]
    places = [[unit.of(v) for v in values] for unit, values in zip(units, (x, y), strict=True)]
    said = [
        f"{words.unmarked(name)}: <b>{money.exact(a, currency)}</b> of cash, "
        f"<b>{money.exact(b, currency)}</b> a year"
        for name, a, b in zip(chart.axis, x, y, strict=True)
    ]
    traces: list[Part] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": places[0][:-2],
            "y": places[1][:-2],
            "line": {"color": colours.quiet, "width": 1.5},
            "marker": {"color": colours.quiet, "size": 6},
            **drawing.hover(said[:-2]),
        },
        _standing_out(chart, places, said, colours),
    ]
    axes = {
        "xaxis": drawing.value_axis(f"{across.label}, {units[0].title}", colours, nticks=7),
        "yaxis": drawing.value_axis(f"{up.label}, {units[1].title}", colours, nticks=6),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title}
    drawing.show(traces, axes, height, top=20, **about)


def _named(x: list[float], y: list[float], size: list[float]) -> set[int]:
    """The largest dots whose names find room beside each other."""
    wide, high = (max(v, default=0.0) - min(v, default=0.0) or 1.0 for v in (x, y))
    found: list[int] = []
    for i in sorted(range(len(x)), key=lambda i: -size[i]):
        crowded = any(
            abs(x[i] - x[j]) < 0.45 * wide and abs(y[i] - y[j]) < 0.09 * high for j in found
        )
        if not crowded and len(found) < NAMED_DOTS:
            found.append(i)
    return set(found)


def _standing_out(
    chart: Chart, places: list[list[float | None]], said: list[str], colours: Palette
) -> Part:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": places[0][-2:],
        "y": places[1][-2:],
        "text": [words.unmarked(name) for name in chart.axis[-2:]],
        "textposition": ["bottom center", "top center"],
        "textfont": {"size": 12, "color": colours.text},
        "cliponaxis": False,
        "marker": {
            "color": [colours.ink, colours.agreed],
            "size": 13,
            "symbol": ["circle", "diamond"],
        },
        **drawing.hover(said[-2:]),
    }


def _nothing(chart: Chart) -> None:
    st.info(words.plain(f"Nothing to draw: {chart.reason or 'there are no amounts here'}."))


def _plain(value: Value) -> float:
    return 0.0 if value is None else float(value)


def _across(value: Value, largest: float) -> float:
    """A dot's width: its area stands for the amount."""
    share = max(_plain(value), 0.0) / largest
    return SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * math.sqrt(share)


def _short(name: str) -> str:
    return words.unmarked(name if len(name) < 22 else f"{name[:20]}…")


def _said(chart: Chart, place: int, currency: str) -> str:
    across, up, size = (s.values[place] for s in chart.series)
    return (
        f"<b>{words.unmarked(chart.axis[place])}</b><br>{_plain(across):.1f} days · "
        f"{money.share(up, signed=True)} · {money.exact(size, currency)}"
    )
