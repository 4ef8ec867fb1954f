"""The picture of any report, drawn as its own page draws it."""

import streamlit as st

from pages.parts import bridges, charts, curve, filters, frame, page, pictures, split, words
from spend.result import Bridge, Chart


def show(picture: Chart | Bridge | None, currency: str) -> None:
    """A picture with its title; else that there is none."""
    if picture is None:
        st.caption(words.plain("There is nothing to draw here."))
    elif isinstance(picture, Bridge):
        bridges.show(picture, currency, above=True)
    else:
        page.caption(picture.title)
        _chart(picture, currency)


def _chart(chart: Chart, currency: str) -> None:
    periods = filters.period_names(frame.view().choices)
    names = {name: periods.get(name, name) for name in chart.axis}
    if chart.kind == "structure":
        charts.bars(chart, currency, height=max(200, 44 * len(chart.axis)))
    elif chart.kind == "stack":
        pictures.stack(chart, currency, names)
    elif chart.kind == "dots":
        pictures.dots(chart, currency)
    elif chart.kind == "line":
        pictures.line(chart, currency)
    elif chart.kind == "curve":
        curve.show(chart, currency)
    elif chart.kind == "parts":
        split.show(chart, currency)
    else:
        charts.columns(chart, currency, names)
