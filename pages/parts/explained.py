"""Explain this item: its own numbers in sentences, in the formula, and in two pictures."""

from collections.abc import Sequence

import streamlit as st

from pages.parts import drawing, look, page, words
from pages.parts.drawing import Part
from spend import money
from spend.result import Chart, Fact
from spend.stock_explain import Explanation

MOST_TICKS = 5


def show(found: Explanation, currency: str) -> None:
    """Why one item has the stock that it has."""
    st.markdown(words.plain(found.paragraph))
    _formula(found)
    left, right = page.pair()
    with left:
        page.caption("The numbers used")
        _numbers(found.steps, currency)
    with right:
        for chart in found.charts:
            page.caption(chart.title)
            bars(chart)
        page.caption("What this policy would have given")
        st.markdown(words.plain(found.replay))
    if found.second_readings:
        page.caption("The same record, read otherwise")
        _numbers(found.second_readings, currency)
    for note in found.notes:
        page.caption(note.text)


def _formula(found: Explanation) -> None:
    page.caption("The formula, with its numbers")
    if found.formula:
        st.latex(found.formula)
    else:
        st.info(words.plain(found.formula_reason))


def _numbers(found: Sequence[Fact], currency: str) -> None:
    """Numbers with where they come from; long words go on in the next line."""
    rows = [(one.label, _value(one, currency), one.meaning) for one in found]
    lines = ["| :small[Number] | :small[Value] | :small[From] |", "| :-- | --: | :-- |"]
    lines += [f"| {' | '.join(f':small[{words.plain(cell)}]' for cell in row)} |" for row in rows]
    st.markdown("\n".join(lines))


def _value(one: Fact, currency: str) -> str:
    return money.reading(one.value, one.unit, currency) if one.unit else ""


def bars(chart: Chart, height: int = 210) -> None:
    """Counts along an axis as columns; a second series stands as marks at its heights."""
    if not chart.series:
        st.info(words.plain(f"Nothing to draw: {chart.reason}."))
        return
    colours = look.palette()
    first, *marks = chart.series
    traces: list[Part] = [
        {
            "type": "bar",
            "name": first.label,
            "x": list(range(len(chart.axis))),
            "y": [None if v is None else float(v) for v in first.values],
            "marker": {"color": colours.ink},
            **drawing.hover(_said(chart, 0)),
        },
        *(
            {
                "type": "scatter",
                "mode": "markers",
                "name": series.label,
                "x": list(range(len(chart.axis))),
                "y": [None if v is None else float(v) for v in series.values],
                "cliponaxis": False,
                "marker": {"symbol": "triangle-down-open", "size": 10,
                           "color": colours.text, "line": {"width": 2}},
                **drawing.hover(_said(chart, n)),
            }
            for n, series in enumerate(marks, start=1)
        ),
    ]  # fmt: skip
    axes = {
        "xaxis": drawing.name_axis(_ticks(chart.axis), colours, tickangle=0),
        "yaxis": drawing.value_axis(_unit(chart), colours, rangemode="tozero", nticks=5),
    }
    about = {"key": chart.name, "alt": chart.description or chart.title, "bargap": 0.15}
    drawing.show(traces, axes, height, top=28 if marks else 12, showlegend=bool(marks), **about)


def _unit(chart: Chart) -> str:
    return "Orders" if chart.name == "lead_time" else "Units"


def _said(chart: Chart, number: int) -> list[str]:
    series = chart.series[number]
    return [
        f"{words.unmarked(at)} · {words.unmarked(series.label)}: "
        f"<b>{money.reading(value, 'number')}</b>"
        for at, value in zip(chart.axis, series.values, strict=True)
    ]


def _ticks(axis: Sequence[str]) -> list[str]:
    """So many names that they can be read; the others are there where somebody points."""
    every = -(-len(axis) // MOST_TICKS)
    return [words.unmarked(name) if i % every == 0 else "" for i, name in enumerate(axis)]
