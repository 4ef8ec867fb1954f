"""Levels along months, as lines: what was paid, what was agreed, and what an index says."""

import math
from collections.abc import Mapping

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part
from pages.parts.look import Palette
from spend.result import Chart, Series

MOST_TICKS = 8
# Each line's dash and width: what was paid stands out, and no two look alike without colour.
DASHES = {"Paid": ("solid", 2.8), "Contract": ("dash", 2.0), "Index": ("dot", 2.0)}
PLAIN = ("solid", 2.0)


def show(chart: Chart, names: Mapping[str, str], height: int = 340) -> None:
    """The lines of a chart, each by its name; ``names`` are short ones of the months."""
    if not chart.drawable:
        st.info(words.plain(f"Nothing to draw: {chart.reason}."))
        return
    colours = look.palette()
    every = -(-len(chart.axis) // MOST_TICKS)
    ticks = [_tick(a, names) if n % every == 0 else "" for n, a in enumerate(chart.axis)]
    axes = {
        "xaxis": drawing.name_axis(ticks, colours, tickangle=0),
        "yaxis": _upright(chart, colours),
    }
    traces = [_line(chart, series, colours) for series in chart.series]
    about = {"key": chart.name, "alt": chart.description or chart.title}
    drawing.show(traces, axes, height, top=28, showlegend=True, **about)


def _upright(chart: Chart, colours: Palette) -> Part:
    """The axis of levels; where it begins is said, because that is not at zero."""
    values = [float(v) for s in chart.series for v in s.values if v is not None]
    low, high = math.floor(min(values)) - 1, math.ceil(max(values)) + 1
    title = f"Last year = 100, axis from {low:,}"
    return drawing.value_axis(title, colours, nticks=6, zeroline=False, range=[low, high])


def _tick(month: str, names: Mapping[str, str]) -> str:
    return words.unmarked(names.get(month, month)).replace("\n", "<br>")


def _line(chart: Chart, series: Series, colours: Palette) -> Part:
    dash, width = DASHES.get(series.label, PLAIN)
    said = [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: <b>{float(value):.1f}</b>"
        if value is not None
        else ""
        for at, value in zip(chart.axis, series.values, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": words.unmarked(series.label),
        "x": list(range(len(chart.axis))),
        "y": [None if v is None else float(v) for v in series.values],
        "line": {"color": colours.ink if series.label == "Paid" else colours.quiet,
                 "width": width, "dash": dash},
        "cliponaxis": False,
        **drawing.hover(said),
    }  # fmt: skip
