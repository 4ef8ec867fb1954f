"""The pictures of the goals page: a range that opens month upon month, and what drives it."""

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part, Scale
from pages.parts.look import Palette
from spend import money
from spend.goal_charts import EXPECTED, LUCKY, UNLUCKY
from spend.result import Chart, Fact, Series

BAND = 0.16  # of ink, between the lucky and the unlucky year
SHORT, LONG = 4, 22  # letters that stand beside a number, and in the name of a driver
WIDE, ROW = 0.62, 30  # a bar of a driver, and the pixels from bar to bar


def fan(chart: Chart, currency: str, height: int = 380) -> None:
    """The range as a band around what is expected; its ends are written at the last month."""
    if not chart.drawable:
        _nothing(chart)
        return
    colours = look.palette()
    values = [v for s in chart.series for v in s.values] + [p.value for p in chart.points]
    unit = drawing.scale(values, currency)
    by_label = {series.label: series for series in chart.series}
    low, middle, high = (by_label[label] for label in (LUCKY, EXPECTED, UNLUCKY))
    band = look.mixed(colours.ink, colours.paper, BAND)
    traces = [
        _line(low, chart, unit, currency, {"color": band, "width": 1}),
        _line(high, chart, unit, currency, {"color": band, "width": 1})
        | {"fill": "tonexty", "fillcolor": band},
        _line(middle, chart, unit, currency, {"color": colours.ink, "width": 2.4, "dash": "dash"}),
        *_points(chart, unit, colours),
    ]
    last = len(chart.axis) - 1
    axes = {
        "xaxis": drawing.name_axis(_ticks(chart), colours, range=[-0.3, last + 2.6], tickangle=0),
        "yaxis": drawing.value_axis(f"{unit.title} beyond today's prices", colours, nticks=7),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title}
    notes = [_end(one, last, unit, colours) for one in (low, middle, high)]
    drawing.show(traces, axes, height, top=12, annotations=notes, **about)


def _line(series: Series, chart: Chart, unit: Scale, currency: str, line: Part) -> Part:
    said = [
        f"Up to {words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.exact(value, currency, signed=True)}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(len(chart.axis))),
        "y": [unit.of(v) for v in series.values],
        "line": line,
        "cliponaxis": False,
        **drawing.hover(said),
    }


def _ticks(chart: Chart) -> list[str]:
    """Months, the year below the first and each January."""
    found, before = [], ""
    for name in chart.axis:
        month, _, year = name.partition(" ")
        found.append(month if year == before else f"{month}<br>{year}")
        before = year
    return found


def _end(series: Series, last: int, unit: Scale, colours: Palette) -> Part:
    value = round(unit.of(series.values[last]) or 0.0, unit.digits) or 0.0  # no "−0"
    name = {LUCKY: "P10", EXPECTED: "expected", UNLUCKY: "P90"}[series.label]
    (label,) = drawing.labels([value], unit.digits, signed=True)
    return {
        "x": last,
        "y": value,
        "text": f"<b>{label}</b>{'<br>' if len(name) > SHORT else ' '}{name}",
        "align": "left",
        "showarrow": False,
        "xanchor": "left",
        "xshift": 6,
        "font": {"size": 12, "color": colours.text},
    }


def _points(chart: Chart, unit: Scale, colours: Palette) -> list[Part]:
    """A proposed budget: outlined, as budgets are."""
    if not chart.points:
        return []
    return [{
        "type": "scatter",
        "mode": "markers",
        "x": [point.place for point in chart.points],
        "y": [unit.of(point.value) for point in chart.points],
        "cliponaxis": False,
        "marker": {"symbol": "square-open", "size": 12, "color": colours.ink},
        **drawing.hover([f"{p.label}: {words.unmarked(p.meaning)}" for p in chart.points]),
    }]  # fmt: skip


# --- The tornado ----------------------------------------------------------------------------------


def tornado(chart: Chart, currency: str) -> None:
    """Each risk as one bar, from its lucky to its unlucky end, the widest on top."""
    if not chart.drawable:
        _nothing(chart)
        return
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    low, high = ([unit.of(v) or 0.0 for v in s.values] for s in chart.series)
    names = [words.unmarked(n if len(n) <= LONG else f"{n[: LONG - 1]}…") for n in chart.axis]
    said = [
        f"{words.unmarked(name)}: <b>{money.exact(a, currency, signed=True)}</b> to "
        f"<b>{money.exact(b, currency, signed=True)}</b>"
        for name, a, b in zip(chart.axis, *(s.values for s in chart.series), strict=True)
    ]
    bars: Part = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(names))),
        "base": low,
        "x": [b - a for a, b in zip(low, high, strict=True)],
        "width": WIDE,
        "marker": drawing.marker([drawing.fill("forecast", colours)], colours),
        **drawing.hover(said),
    }
    widest = max(map(abs, (*low, *high))) * 1.5
    axes = {
        "xaxis": drawing.value_axis(f"{unit.title}, against what is expected", colours, nticks=7,
                                    range=[-widest, widest]),
        "yaxis": drawing.name_axis(names, colours, autorange="reversed", ticklabelstandoff=6),
    }  # fmt: skip
    notes = [
        _beside(value, place, label, side, colours)
        for values, side in ((low, "right"), (high, "left"))
        for place, (value, label) in enumerate(
            zip(values, drawing.labels(values, unit.digits, signed=True), strict=True)
        )
    ]
    about = {"key": chart.name, "alt": chart.description or chart.title, "annotations": notes}
    drawing.show([bars], axes, len(names) * ROW + 80, **about)


def _beside(value: float, place: int, label: str, side: str, colours: Palette) -> Part:
    return {
        "x": value,
        "y": place,
        "text": label,
        "showarrow": False,
        "xanchor": side,
        "xshift": -4 if side == "right" else 4,
        "font": {"size": 11, "color": colours.text},
    }


def _nothing(chart: Chart) -> None:
    st.info(words.plain(f"Nothing to draw: {chart.reason or 'there are no amounts here'}."))


def beside(fact: Fact, currency: str) -> None:
    """A number that is no tile, as a line of words."""
    value = money.reading(fact.value, fact.unit, currency)
    st.markdown(
        f"{words.plain(fact.label)}: **{words.plain(value)}**, :small[{words.plain(fact.meaning)}]"
    )
