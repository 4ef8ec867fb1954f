"""Claims against invoices in pictures: month by month, and the price paid for one item."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Fill, Part, Scale
from pages.parts.look import Palette
from spend import money
from spend.result import Chart, Point, Series

EVERY = 3  # months between names under a line
SPACE = 0.12  # of the height that a line leaves above and below


def months(chart: Chart, currency: str, names: Mapping[str, str], height: int = 340) -> None:
    """What is claimed, outlined in procurement's colour; what is recognised, in finance's."""
    if not chart.series:
        _nothing(chart)
        return
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    fills = (Fill(drawing.CLEAR, colours.procurement, 1.6), Fill(colours.finance))
    traces = [
        _columns(chart, series, fill, width, unit, currency)
        for series, fill, width in zip(chart.series, fills, (0.72, 0.46), strict=True)
    ]
    ticks = [words.unmarked(names.get(a, a)).replace("\n", "<br>") for a in chart.axis]
    axes = {
        "xaxis": drawing.name_axis(ticks, colours),
        "yaxis": drawing.value_axis(unit.title, colours, nticks=6),
    }
    about = {"key": f"claims_{chart.name}", "alt": chart.description or chart.title}
    drawing.show(traces, axes, height, top=28, showlegend=True, **about)


def _columns(
    chart: Chart, series: Series, fill: Fill, width: float, unit: Scale, currency: str
) -> Part:
    said = [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.exact(value, currency)}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]
    return {
        "type": "bar",
        "name": series.label,
        "x": list(range(len(chart.axis))),
        "y": [unit.of(v) for v in series.values],
        "width": width,
        "marker": drawing.marker([fill], look.palette()),
        **drawing.hover(said),
    }


def prices(chart: Chart, currency: str, height: int = 340) -> None:
    """The price paid as a line, and the agreed prices as levels that hold along the axis."""
    if not chart.series:
        _nothing(chart)
        return
    colours = look.palette()
    (paid,) = chart.series
    low, high = _range([*paid.values, *(p.value for p in chart.points)])
    last = len(chart.axis) - 1
    traces = [_line(chart, paid, currency, colours)]
    traces += [_level(point, last, currency, colours) for point in chart.points]
    ticks = [words.unmarked(name).replace(" ", "<br>") if n % EVERY == 0 else ""
             for n, name in enumerate(chart.axis)]  # fmt: skip
    sign = money.symbol(currency).strip()
    axes = {
        "xaxis": drawing.name_axis(ticks, colours, range=[-0.6, last + 0.6], tickangle=0),
        "yaxis": drawing.value_axis(
            f"{sign} a unit, axis from {money.reading(low, 'number')}", colours,
            range=[low, high], nticks=6, zeroline=False,
        ),
    }  # fmt: skip
    about = {"key": f"claims_{chart.name}", "alt": chart.description or chart.title}
    drawing.show(traces, axes, height, top=28, showlegend=True, **about)


def _range(values: Sequence[object]) -> tuple[float, float]:
    known = [float(str(v)) for v in values if v is not None]
    low, high = min(known), max(known)
    space = SPACE * ((high - low) or abs(high) or 1.0)
    return low - space, high + space


def _line(chart: Chart, series: Series, currency: str, colours: Palette) -> Part:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": series.label,
        "x": list(range(len(chart.axis))),
        "y": [None if v is None else float(v) for v in series.values],
        "connectgaps": True,
        "line": {"color": colours.ink, "width": 2},
        "marker": {"color": colours.ink, "size": 6},
        **drawing.hover([
            f"{words.unmarked(at)}: <b>{_price(value, currency)}</b>"
            for at, value in zip(chart.axis, series.values, strict=True)
        ]),
    }  # fmt: skip


def _level(point: Point, last: int, currency: str, colours: Palette) -> Part:
    """A price that holds: the old one before and after the deal, the new one from it on."""
    old = point.label == "Baseline"
    said = f"{words.unmarked(point.label)}: <b>{_price(point.value, currency)}</b>"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": point.label,
        "x": [0 if old else point.place, last],
        "y": [float(point.value or 0)] * 2,
        "line": {"color": colours.quiet if old else colours.agreed, "width": 2,
                 "dash": "dot" if old else "solid"},
        **drawing.hover([f"{said}<br>{words.unmarked(point.meaning)}"] * 2),
    }  # fmt: skip


def _price(value: object, currency: str) -> str:
    said = money.reading(None if value is None else float(str(value)), "price")
    return f"{money.symbol(currency)}{said}"


def _nothing(chart: Chart) -> None:
    st.info(words.plain(f"Nothing to draw: {chart.reason or 'there are no amounts here'}."))
