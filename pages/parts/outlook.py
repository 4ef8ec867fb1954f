"""The cash to come on a page: its tiles, columns by certainty with a range, and the calendar."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from pages.parts import controls, drawing, look, styled, tables, words
from pages.parts.drawing import Part, Scale
from pages.parts.look import Palette
from pages.parts.once import once
from spend import money, registry
from spend.cash_charts import HABITS, OVERDUE
from spend.result import Chart, Fact, Figure, Report, Series, Table

MOST = 6
NONE = "none"  # no scenario
SHADES = (1.0, 0.58, 0.28)  # of ink, the surest first; the budget is outlined
BAR, BESIDE = 0.56, 0.42  # a column's width, and where its range stands, in places
DARKEST = 0.42  # of ink, under a number that must stay readable
ROW = 31


# --- Tiles ---------------------------------------------------------------------------------------


def tiles(report: Report) -> None:
    """The page's metrics, then its other facts: at most six, each with a line of words."""
    grid = st.grid(MOST, min_column_width=150, gap=10, border=True, key="tiles")
    for figure in report.figures:
        with grid.cell():
            _figure(figure, report.currency)
    for fact in report.facts:
        with grid.cell():
            _fact(fact, report.currency)


def _figure(figure: Figure, currency: str) -> None:
    metric = registry.all_metrics()[figure.metric]
    value = money.reading(figure.value, metric.unit, currency)
    told = words.prose(words.first_paragraph(metric.description))
    st.metric(metric.label, value.replace("$", "\\$"), help=told)
    if figure.value is None and figure.reason:
        st.markdown(f":small[{words.plain(figure.reason)}]")


def _fact(fact: Fact, currency: str) -> None:
    value = money.reading(fact.value, fact.unit, currency)
    st.metric(words.plain(fact.label), value.replace("$", "\\$"))
    st.markdown(f":small[{words.plain(fact.meaning)}]")


# --- Columns with a range ------------------------------------------------------------------------


def columns(chart: Chart, currency: str, height: int = 360) -> None:
    """What leaves in each week or month: by certainty, and beside it what habits make of it."""
    if not chart.series:
        st.info("There is nothing here with a due date.")
        return
    colours = look.palette()
    unit = drawing.scale([v for s in chart.series for v in s.values], currency)
    parts = [s for s in chart.series if s.label not in HABITS]
    traces = [_part(s, n, chart, unit, currency) for n, s in enumerate(parts)]
    by_label = {s.label: s for s in chart.series}
    if all(label in by_label for label in HABITS):
        traces.append(_habit([by_label[label] for label in HABITS], chart, unit, currency))
    ticks = shortened(chart.axis)
    small = {"size": 11, "color": colours.text}
    axes = {
        "xaxis": drawing.name_axis(ticks, colours, tickangle=0, tickfont=small),
        "yaxis": drawing.value_axis(unit.title, colours, rangemode="tozero", nticks=6),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title, "barmode": "stack"}
    drawing.show(traces, axes, height, top=8, showlegend=True, legend=LEGEND, **about)


def shortened(axis: Sequence[str]) -> list[str]:
    """Short words under columns: a month or a year only where it changes.

    >>> shortened(["Overdue", "23 Nov", "30 Nov", "7 Dec"])
    ['Over-<br>due', '23<br>Nov', '30', '7<br>Dec']
    """
    found, before = [], ""
    for name in axis:
        first, _, second = name.partition(" ")
        found.append(first if second == before or not second else f"{first}<br>{second}")
        before = second
    return ["Over-<br>due" if name == OVERDUE else name for name in found]


LEGEND = {
    "orientation": "h", "x": 0, "y": -0.17, "yanchor": "top", "itemclick": False,
    "traceorder": "normal", "font": {"size": 11}, "entrywidth": 0,
}  # fmt: skip


def mixed(ink: str, paper: str, share: float) -> str:
    """A share of ink on paper, as a colour of its own.

    >>> mixed("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    pairs = ((int(colour[n : n + 2], 16) for colour in (ink, paper)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _part(series: Series, number: int, chart: Chart, unit: Scale, currency: str) -> Part:
    colours = look.palette()
    filled = drawing.marker([drawing.fill(series.scenario, colours)], colours)
    if series.scenario != "budget":
        shade = SHADES[min(number, len(SHADES) - 1)]
        filled = {"color": mixed(colours.ink, colours.paper, shade)}
    return {
        "type": "bar",
        "name": series.label,
        "x": list(range(len(chart.axis))),
        "y": [unit.of(v) for v in series.values],
        "width": BAR,
        "marker": filled,
        **drawing.hover(_exact(series, chart, currency)),
    }


def _habit(found: Sequence[Series], chart: Chart, unit: Scale, currency: str) -> Part:
    """What is expected by habit as a dot, with a whisker from the low to the high end."""
    colours = look.palette()
    middle, low, high = ([unit.of(v) or 0.0 for v in s.values] for s in found)
    said = [
        f"{words.unmarked(at)} · by habit: <b>{money.exact(a, currency)}</b><br>"
        f"8 times in 10 from {money.exact(b, currency)} to {money.exact(c, currency)}"
        for at, a, b, c in zip(chart.axis, *(s.values for s in found), strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "By habit, 10 % to 90 %",
        "x": [place + BESIDE for place in range(len(chart.axis))],
        "y": middle,
        "error_y": _whisker(middle, low, high, colours),
        "marker": {"color": colours.text, "size": 6, "symbol": "diamond"},
        **drawing.hover(said),
    }


def _whisker(
    middle: Sequence[float], low: Sequence[float], high: Sequence[float], colours: Palette
) -> Part:
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(h - m, 0.0) for m, h in zip(middle, high, strict=True)],
        "arrayminus": [max(m - b, 0.0) for m, b in zip(middle, low, strict=True)],
        "color": colours.text,
        "thickness": 1.3,
        "width": 2,
    }


def _exact(series: Series, chart: Chart, currency: str) -> list[str]:
    return [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.exact(value, currency)}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]


# --- The calendar --------------------------------------------------------------------------------


def calendar(table: Table, currency: str) -> None:
    """Days in shades of ink: the darker, the more leaves; weeks and totals beside."""
    shown = once(_shaded, table, currency, look.palette())
    settings: dict[str, Any] = {
        c.key: st.column_config.NumberColumn(
            c.label if c.key != "week" else f"Week, {_scale(table, currency)[1]}"
        )
        for c in table.columns[1:]
    }
    settings["name"] = st.column_config.TextColumn(table.columns[0].label, width=70, pinned=True)
    height = (len(table.rows) + 2) * ROW + 3
    st.dataframe(
        shown, hide_index=True, column_config=settings, height=height, row_height=ROW,
        key="calendar", placeholder=tables.NOTHING, alt=table.title,
    )  # fmt: skip


def _shaded(table: Table, currency: str, colours: Palette) -> Styler:
    data = tables.frame(table, _scale(table, currency)[0], currency)
    days = [c.key for c in table.columns[1:-1]]
    shown = data.style.format(_whole, subset=list(data.columns[1:]), na_rep=tables.NOTHING)
    inside = pd.IndexSlice[list(data.index[: len(table.rows)]), days]
    most = data.loc[inside].to_numpy(dtype="float64", na_value=0.0).max(initial=0.0) or 1.0
    ink = ", ".join(str(int(colours.ink[n : n + 2], 16)) for n in (1, 3, 5))
    shown = shown.map(lambda value: _shade(value, most, ink), subset=inside)
    shown = shown.map(lambda _: tables.TOTAL, subset=pd.IndexSlice[[len(table.rows)], :])
    return styled.at_once(shown)


def _scale(table: Table, currency: str) -> tuple[int, str]:
    """Thousands where the weeks need them."""
    largest = max((float(row[-1] or 0) for row in table.rows), default=0.0)
    sign = money.symbol(currency).strip()
    return (1000, f"{sign} k") if largest >= 100_000 else (1, sign)


def _whole(value: Any) -> str:
    return f"{value:,.0f}"


def _shade(value: float, most: float, ink: str) -> str:
    """How dark a day is.

    >>> _shade(50.0, 100.0, "0, 0, 0")
    'background-color: rgba(0, 0, 0, 0.21)'
    """
    part = 0.0 if value != value else DARKEST * max(value, 0.0) / most
    return f"background-color: rgba({ink}, {part:.2f})"


# --- Scenarios -----------------------------------------------------------------------------------


def scenario(names: Sequence[str]) -> str:
    """The saved scenario to compare with, before its control is drawn; empty for none."""
    known = {NONE: "No scenario", **{name: name for name in names}}
    if st.session_state.get("scenario", NONE) not in known:
        del st.session_state["scenario"]
    found = controls.chosen("scenario", known)
    return "" if found == NONE else found


def choose_scenario(names: Sequence[str]) -> None:
    """The control, where anything is saved."""
    if names:
        st.selectbox(
            "Compare with a saved scenario of payment terms", [NONE, *names], key="scenario",
            format_func=lambda name: "No scenario" if name == NONE else name, width=420,
        )  # fmt: skip
