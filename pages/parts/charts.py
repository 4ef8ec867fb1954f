"""Charts of time, as columns, and of structure, as bars. They draw; they compute positions only."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.parts import drawing, look, words
from pages.parts.look import Palette
from spend import money
from spend.metric import Better
from spend.result import Chart, Scenario, Series

# Where a scenario's bar stands in its slot of width 1: left edge and width, back to front.
PLACES: dict[Scenario, tuple[float, float]] = {
    "last_year": (-0.44, 0.36),
    "budget": (-0.22, 0.60),
    "forecast": (-0.14, 0.44),
    "actual": (-0.14, 0.44),
}


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
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    variance = next((s for s in chart.series if s.scenario == "variance"), None)
    figure = make_subplots(
        rows=2 if variance else 1,
        shared_xaxes=True,
        vertical_spacing=0.07,
        row_heights=[0.24, 0.76] if variance else None,
    )
    base = 2 if variance else 1
    for scenario in PLACES:
        for series in (s for s in chart.series if s.scenario == scenario):
            figure.add_trace(_column(series, chart, unit, currency, colours), row=base, col=1)
    figure.add_trace(_tops(chart, unit, colours), row=base, col=1)
    if variance:
        trace = _deltas(variance, chart, unit, currency, colours, better)
        figure.add_trace(trace, row=1, col=1)
        figure.update_yaxes(row=1, title=drawing.axis_title(f"Δ {unit.title}", colours), nticks=3)
        figure.update_yaxes(row=1, zerolinecolor=colours.ink, zerolinewidth=1)
    figure.update_xaxes(tickvals=list(range(len(chart.axis))), ticktext=_ticks(chart.axis, names))
    figure.update_yaxes(
        row=base, title=drawing.axis_title(unit.title, colours), rangemode="tozero", nticks=6
    )
    drawing.frame(figure, colours, height)
    drawing.show(figure, chart.name, chart.description or chart.title)


def bars(chart: Chart, currency: str, height: int = 200) -> None:
    """A chart of structure: one bar a thing, top to bottom, its value at its end."""
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    figure = go.Figure()
    for series in chart.series:
        figure.add_trace(_bar(series, chart, unit, currency, colours))
    figure.update_layout(bargap=0.4, showlegend=_overlapping(chart))
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=6)
    room = drawing.room([unit.of(v) for s in chart.series for v in s.values])
    figure.update_xaxes(range=room, title=drawing.axis_title(unit.title, colours), nticks=5)
    drawing.frame(figure, colours, height, across=True)
    drawing.show(figure, chart.name, chart.description or chart.title)


def _column(
    series: Series, chart: Chart, unit: drawing.Scale, currency: str, colours: Palette
) -> go.Bar:
    left, width = PLACES[series.scenario]
    return go.Bar(
        name=drawing.LABELS[series.scenario],
        x=list(range(len(chart.axis))),
        y=[unit.of(v) for v in series.values],
        offset=left,
        width=width,
        marker=drawing.marker(series.scenario, colours),
        customdata=_exact(series, chart, currency),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _deltas(
    series: Series,
    chart: Chart,
    unit: drawing.Scale,
    currency: str,
    colours: Palette,
    better: Better,
) -> go.Bar:
    values = [unit.of(v) for v in series.values]
    return go.Bar(
        x=list(range(len(chart.axis))),
        y=values,
        width=0.34,
        marker={"color": [_judged(v, better, colours) for v in values], "line": {"width": 0}},
        text=drawing.labels(values, unit.digits, signed=True),
        textposition="outside",
        textfont={"size": 10.5, "color": colours.text},
        constraintext="none",
        cliponaxis=False,
        showlegend=False,
        customdata=_exact(series, chart, currency, signed=True),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _bar(
    series: Series, chart: Chart, unit: drawing.Scale, currency: str, colours: Palette
) -> go.Bar:
    values = [unit.of(v) for v in series.values]
    return go.Bar(
        name=drawing.LABELS[series.scenario],
        y=[words.unmarked(label) for label in chart.axis],
        x=values,
        orientation="h",
        marker=drawing.marker(series.scenario, colours),
        text=drawing.labels(values, unit.digits),
        textposition="outside",
        textfont={"size": 12, "color": colours.text},
        constraintext="none",
        cliponaxis=False,
        showlegend=len(chart.series) > 1,
        customdata=_exact(series, chart, currency),
        hovertemplate="%{customdata}<extra></extra>",
    )


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
        f"<b>{money.exact(value, currency, signed)}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]


def _tops(chart: Chart, unit: drawing.Scale, colours: Palette) -> go.Scatter:
    """Each column's amount above its slot: what is forecast, else what was spent."""
    said: list[float | None] = [None] * len(chart.axis)
    tops = [0.0] * len(chart.axis)
    for series in sorted(chart.series, key=lambda s: s.scenario == "forecast"):
        for i, value in enumerate(map(unit.of, series.values)):
            if series.scenario in ("actual", "forecast"):
                said[i] = said[i] if value is None else value
            if series.scenario in ("actual", "forecast", "budget"):
                tops[i] = max(tops[i], value or 0.0)
    return go.Scatter(
        x=list(range(len(chart.axis))),
        y=tops,
        mode="text",
        text=drawing.labels(said, _short_digits(said)),
        textposition="top center",
        textfont={"size": 10.5, "color": colours.text},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )


def _short_digits(values: Sequence[float | None]) -> int:
    largest = max((abs(v) for v in values if v is not None), default=0.0)
    return 2 if largest < 1 else 1 if largest < 100 else 0


def _ticks(axis: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [words.unmarked(names.get(label, label)).replace("\n", "<br>") for label in axis]
