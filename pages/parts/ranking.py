"""Bars of structure, the largest first, each with last year's behind it and a share at its end."""

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part, Scale
from pages.parts.look import Palette
from spend import money
from spend.result import Chart, Series

LONGEST_NAME = 24  # letters
HEAD, BAR = 84, 25  # pixels: what is not bars, and each place
LEAST = 4
# Where a scenario's bar stands in its place of height 1: its upper edge and its height.
PLACES = {"last_year": (-0.42, 0.42), "actual": (-0.16, 0.5)}
MIDDLE = 0.09


def title(chart: Chart) -> str:
    """A chart's title, with what the bold share at each bar is of."""
    meanings = {point.meaning for point in chart.points if point.value is not None}
    return f"{chart.title}. In bold: % {meanings.pop()}" if len(meanings) == 1 else chart.title


def show(chart: Chart, currency: str) -> None:
    """The bars of a chart whose points say a share for each place."""
    if not chart.drawable:
        st.info(words.plain(f"Nothing to draw: {chart.reason or 'there are no amounts here'}."))
        return
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    ordered = sorted(chart.series, key=lambda s: s.scenario == "actual")
    traces = [_bars(s, chart, unit, currency, colours) for s in ordered]
    traces.append(_ends(chart, unit, colours))
    room = drawing.room([unit.of(v) for s in chart.series for v in s.values])
    room[1] += 0.14 * (room[1] - room[0])  # for the share beside the amount
    ticks = [words.unmarked(drawing.cut(name, LONGEST_NAME)) for name in chart.axis]
    axes = {
        "xaxis": drawing.value_axis(unit.title, colours, range=room, nticks=5),
        "yaxis": drawing.name_axis(ticks, colours, autorange="reversed", ticklabelstandoff=6),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title}
    height = HEAD + BAR * max(len(chart.axis), LEAST)
    drawing.show(traces, axes, height, top=28, showlegend=len(ordered) > 1, **about)


def _bars(series: Series, chart: Chart, unit: Scale, currency: str, colours: Palette) -> Part:
    edge, height = PLACES.get(series.scenario, PLACES["actual"])
    return {
        "type": "bar",
        "orientation": "h",
        "name": drawing.LABELS[series.scenario],
        "y": list(range(len(chart.axis))),
        "x": [unit.of(v) for v in series.values],
        "offset": edge,
        "width": height,
        "marker": drawing.marker([drawing.fill(series.scenario, colours)], colours),
        **drawing.hover(_exact(series, chart, currency)),
    }


def _ends(chart: Chart, unit: Scale, colours: Palette) -> Part:
    """The amount and the share of each place, after its longer bar."""
    places = range(len(chart.axis))
    reach = [max(unit.of(s.values[i]) or 0.0 for s in chart.series) for i in places]
    now = next(s for s in chart.series if s.scenario == "actual")
    amounts = drawing.labels([unit.of(v) for v in now.values], unit.digits)
    shares = [money.share(p.value, 0) if p.value is not None else "" for p in chart.points]
    said = [
        f"{amount}\u2002<b>{share}</b>" if share else amount
        for amount, share in zip(amounts, shares, strict=True)
    ]
    along = [max(level, 0.0) for level in reach]
    return drawing.beside(along, [i + MIDDLE for i in places], said, colours)


def _exact(series: Series, chart: Chart, currency: str) -> list[str]:
    return [
        f"{words.unmarked(at)} · {series.label}: <b>{money.exact(value, currency)}</b>"
        f"<br>{money.share(point.value)} {words.unmarked(point.meaning)}"
        for at, value, point in zip(chart.axis, series.values, chart.points, strict=True)
    ]
