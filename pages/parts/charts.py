"""Charts of time, as columns, and of structure, as bars. They draw; they compute positions only."""

from collections.abc import Mapping

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part, Scale
from pages.parts.look import Palette
from spend import money
from spend.metric import Better
from spend.outputs.scales import chart_scale, chart_unit, tops
from spend.result import Chart, Scenario, Series
from spend.sentences import capital

# Where a scenario's bar stands in its slot of width 1: left edge and width, back to front.
PLACES: dict[Scenario, tuple[float, float]] = {
    "last_year": (-0.44, 0.36),
    "budget": (-0.22, 0.60),
    "forecast": (-0.14, 0.44),
    "actual": (-0.14, 0.44),
}
ABOVE: dict[Scenario, tuple[float, float]] = {"last_year": (-0.4, 0.36), "actual": (-0.04, 0.44)}
MIDDLE = 0.08  # of a slot's bars
SMALL = 10.5  # points: labels that stand close together


def columns(
    chart: Chart,
    currency: str,
    names: Mapping[str, str],
    better: Better = "lower",
    height: int = 384,
) -> None:
    """A chart of time: columns, and above them the variance where the chart has one.

    ``names`` are the short names of the periods along the axis.
    """
    if _is_empty(chart):
        return
    colours = look.palette()
    unit = _unit(chart, currency)
    ordered = sorted((s for s in chart.series if s.scenario in PLACES), key=_depth)
    traces = [_column(s, chart, unit, currency, colours) for s in ordered]
    traces.append(_tops(chart, unit, colours))
    ticks = [words.unmarked(names.get(a, a)).replace("\n", "<br>") for a in chart.axis]
    axes = {
        "xaxis": drawing.name_axis(ticks, colours),
        "yaxis": drawing.value_axis(unit.title, colours, rangemode="tozero", nticks=6),
    }
    for series in (s for s in chart.series if s.scenario == "variance"):
        traces.append(_deltas(series, chart, unit, currency, better))
        axes["yaxis"]["domain"] = [0, 0.72]
        axes["yaxis2"] = drawing.value_axis(f"Δ {unit.title}", colours, nticks=3, domain=[0.8, 1])
    about = {"key": chart.name, "alt": chart.description or chart.title}
    drawing.show(traces, axes, height, top=28, showlegend=True, **about)


def bars(chart: Chart, currency: str, height: int = 200) -> None:
    """A chart of structure: one bar a thing, top to bottom, its value at its end."""
    if _is_empty(chart):
        return
    colours = look.palette()
    unit = _unit(chart, currency)
    room = drawing.room([unit.of(v) for s in chart.series for v in s.values])
    ticks = [words.unmarked(a) for a in chart.axis]
    axes = {
        "xaxis": drawing.value_axis(unit.title, colours, range=room, nticks=5),
        "yaxis": drawing.name_axis(ticks, colours, autorange="reversed", ticklabelstandoff=6),
    }
    traces = [_bar(s, chart, unit, currency, colours) for s in chart.series]
    about = {"key": chart.name, "alt": chart.description or chart.title}
    drawing.show(traces, axes, height, showlegend=_overlapping(chart), bargap=0.4, **about)


def _is_empty(chart: Chart) -> bool:
    """Whether a chart has no value; then it says why, if it knows."""
    if not chart.reason or any(v is not None for s in chart.series for v in s.values):
        return False
    st.info(words.plain(f"{capital(chart.reason)}."))
    return True


def _unit(chart: Chart, currency: str) -> Scale:
    return chart_scale(chart, currency)


def _depth(series: Series) -> int:
    return list(PLACES).index(series.scenario)


def _column(series: Series, chart: Chart, unit: Scale, currency: str, colours: Palette) -> Part:
    left, width = PLACES[series.scenario]
    return {
        "type": "bar",
        "name": drawing.LABELS[series.scenario],
        "x": list(range(len(chart.axis))),
        "y": [unit.of(v) for v in series.values],
        "offset": left,
        "width": width,
        "marker": drawing.marker([drawing.fill(series.scenario, colours)], colours),
        **drawing.hover(_exact(series, chart, currency)),
    }


def _deltas(series: Series, chart: Chart, unit: Scale, currency: str, better: Better) -> Part:
    colours = look.palette()
    values = [unit.of(v) for v in series.values]
    fills = [drawing.Fill(_judged(v, better, colours)) for v in values]
    return {
        "type": "bar",
        "yaxis": "y2",
        "x": [place + MIDDLE for place in range(len(chart.axis))],
        "y": values,
        "width": 0.34,
        "marker": drawing.marker(fills, colours),
        "showlegend": False,
        **drawing.labelled(drawing.labels(values, unit.digits, signed=True), colours, SMALL),
        **drawing.hover(_exact(series, chart, currency, signed=True)),
    }


def _bar(series: Series, chart: Chart, unit: Scale, currency: str, colours: Palette) -> Part:
    values = [unit.of(v) for v in series.values]
    return {
        "type": "bar",
        "name": drawing.LABELS[series.scenario],
        "orientation": "h",
        "y": list(range(len(chart.axis))),
        "x": values,
        **_beside(series, chart),
        "marker": drawing.marker([drawing.fill(series.scenario, colours)], colours),
        **drawing.labelled(drawing.labels(values, unit.digits), colours),
        **drawing.hover(_exact(series, chart, currency)),
    }


def _beside(series: Series, chart: Chart) -> Part:
    """Where a bar stands in its slot, where one of last year stands above it."""
    if not _overlapping(chart) or series.scenario not in ABOVE:
        return {}
    edge, width = ABOVE[series.scenario]
    return {"offset": edge, "width": width}


def _overlapping(chart: Chart) -> bool:
    """Whether several series stand at one place; where each has its own, labels say enough."""
    places = range(len(chart.axis))
    return any(sum(s.values[i] is not None for s in chart.series) > 1 for i in places)


def _judged(value: float | None, better: Better, colours: Palette) -> str:
    if not value or better == "neither":
        return colours.quiet
    return colours.good if (value > 0) == (better == "higher") else colours.bad


def _exact(series: Series, chart: Chart, currency: str, signed: bool = False) -> list[str]:
    return [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.stated(value, chart_unit(chart), currency, signed)}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]


def _tops(chart: Chart, unit: Scale, colours: Palette) -> Part:
    """Each column's amount above its slot."""
    found = tops(chart, unit)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [place + MIDDLE for place in range(len(chart.axis))],
        "y": found.heights,
        "text": drawing.labels(found.said, found.digits),
        "textposition": "top center",
        "textfont": {"size": SMALL, "color": colours.text},
        "cliponaxis": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }
