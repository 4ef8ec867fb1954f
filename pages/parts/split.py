"""Bars whose parts follow each other: what a whole is made of, thing by thing."""

from decimal import Decimal

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part, Scale
from pages.parts.look import Palette
from spend import money
from spend.result import Chart, Series

LONGEST_NAME = 26  # letters
HEAD, BAR = 120, 24  # pixels: what is not bars, and each bar
LEAST_BARS = 4
# Of ink, what is needed first; a pattern where two shades would be alike. Never green or red.
LOOKS = {
    "Safety": (1.0, ""),
    "Cycle": (0.6, ""),
    "Excess": (0.24, ""),
    "Obsolete": (0.0, "x"),
    "Not assessed": (0.0, "."),
}


def show(chart: Chart, currency: str) -> None:
    """Bars of structure in shades of ink, named in the legend, the whole at each bar's end."""
    if not chart.axis:
        st.info(words.plain(f"Nothing to draw: {chart.reason or 'there are no amounts here'}."))
        return
    colours = look.palette()
    wholes = [sum((_plain(s.values[i]) for s in chart.series), Decimal(0))
              for i in range(len(chart.axis))]  # fmt: skip
    unit = drawing.scale(wholes, currency)
    traces = [_part(n, chart, unit, currency, colours) for n in range(len(chart.series))]
    traces.append(_ends(chart, wholes, unit, colours))
    ticks = [words.unmarked(drawing.cut(name, LONGEST_NAME)) for name in chart.axis]
    axes = {
        "xaxis": drawing.value_axis(
            unit.title, colours, range=drawing.room([unit.of(v) for v in wholes]), nticks=5
        ),
        "yaxis": drawing.name_axis(ticks, colours, autorange="reversed", ticklabelstandoff=6),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title, "barmode": "relative"}
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False,
              "traceorder": "normal"}  # fmt: skip
    height = HEAD + BAR * max(len(chart.axis), LEAST_BARS)
    drawing.show(traces, axes, height, top=28, showlegend=True, legend=legend, **about)


def _part(number: int, chart: Chart, unit: Scale, currency: str, colours: Palette) -> Part:
    series = chart.series[number]
    shade, pattern = LOOKS.get(series.label, (1 / (number + 1), ""))
    marker: Part = {"color": look.mixed(colours.ink, colours.paper, shade)}
    if pattern:
        marker |= {
            "line": {"color": colours.ink, "width": 1},
            "pattern": {"shape": pattern, "fgcolor": colours.ink, "bgcolor": colours.paper,
                        "fillmode": "overlay", "size": 6, "solidity": 0.3},
        }  # fmt: skip
    return {
        "type": "bar",
        "orientation": "h",
        "name": series.label,
        "y": list(range(len(chart.axis))),
        "x": [unit.of(v) if v else None for v in series.values],
        "width": 0.62,
        "marker": marker,
        **drawing.hover(_exact(series, chart, currency)),
    }


def _ends(chart: Chart, wholes: list[Decimal], unit: Scale, colours: Palette) -> Part:
    """What each bar comes to, written at its end."""
    ends = [sum((max(_plain(s.values[i]), Decimal(0)) for s in chart.series), Decimal(0))
            for i in range(len(chart.axis))]  # fmt: skip
    said = drawing.labels([unit.of(v) for v in wholes], unit.digits)
    return drawing.beside([unit.of(v) for v in ends], range(len(chart.axis)), said, colours)


def _exact(series: Series, chart: Chart, currency: str) -> list[str]:
    return [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.exact(value, currency)}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]


def _plain(value: Decimal | float | int | None) -> Decimal:
    return Decimal(0) if value is None else Decimal(value)
