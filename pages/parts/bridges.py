"""Bridges: from one total to another through named items, with what they leave unexplained."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.look import Palette
from spend import money
from spend.result import Bridge, Scenario, Step

Span = tuple[float, float]  # from where to where a bar reaches


def show(data: Bridge, currency: str, ends: tuple[Scenario, Scenario], height: int = 340) -> None:
    """A reconciliation: the two ends, the named items between them, and what they sum to."""
    if not data.steps:
        st.info(data.reason or "There is nothing to explain in this selection.")
        return
    colours = look.palette()
    unit = drawing.scale([s.amount for s in data.steps], currency)
    spans = _spans(data.steps, unit)
    start = axis_start(spans)
    figure = go.Figure()
    for index, (step, span) in enumerate(zip(data.steps, spans, strict=True)):
        scenario = ends[0] if index == 0 else ends[1]
        figure.add_trace(_span(step, span, start, index, scenario, unit, currency, colours))
    _connect(figure, spans, colours)
    if start:
        _break(figure, data.steps, start, spans, colours)
    title = f"{unit.title}, axis from {start:,.{unit.digits}f}" if start else unit.title
    ticks = [words.unmarked(s.label) for s in data.steps]
    room = drawing.room([to for _, to in spans], start)
    figure.update_yaxes(tickvals=list(range(len(ticks))), ticktext=ticks)
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=6)
    figure.update_xaxes(title=drawing.axis_title(title, colours), range=room, nticks=5)
    drawing.frame(figure, colours, height, across=True)
    drawing.show(figure, f"bridge_{data.name}", _told(data, currency))
    closes = money.exact(data.residual, currency)
    st.caption(words.plain(f"{data.title}: the items sum to the change and leave {closes}."))


def _spans(steps: Sequence[Step], unit: drawing.Scale) -> list[Span]:
    """From where to where each bar reaches: ends from zero, items from where the last stopped."""
    spans: list[Span] = []
    level = 0.0
    for step in steps:
        amount = float(step.amount) / unit.divisor
        before, level = (0.0, amount) if step.kind == "end" else (level, level + amount)
        spans.append((before, level))
    return spans


def axis_start(spans: Sequence[Span]) -> float:
    """Where the axis starts: zero, unless the ends would dwarf the items between them."""
    levels = [to for _, to in spans]
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > 0.25 * high:
        return 0.0
    return max(0.0, _below(low - 0.6 * (high - low), high - low))


def _below(value: float, room: float) -> float:
    """A round number at or below a value."""
    step = next((s for s in (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1) if s <= room), 0.05)
    return step * (value // step)


def _span(
    step: Step,
    span: Span,
    start: float,
    index: int,
    scenario: Scenario,
    unit: drawing.Scale,
    currency: str,
    colours: Palette,
) -> go.Bar:
    end = step.kind == "end"
    low = max(min(span), start)
    label = f"{span[1]:,.{unit.digits}f}" if end else f"{span[1] - span[0]:+,.{unit.digits}f}"
    says = f"<br>{words.unmarked(step.meaning)}" if step.meaning else ""
    return go.Bar(
        y=[index],
        x=[max(span) - low],
        base=[low],
        orientation="h",
        width=0.62,
        marker=drawing.marker(scenario, colours) if end else _item(step, colours),
        text=[label.replace("-", money.MINUS)],
        textposition="outside",
        textfont={"size": 12, "color": colours.text},
        constraintext="none",
        cliponaxis=False,
        showlegend=False,
        customdata=[
            f"{words.unmarked(step.label)}: "
            f"<b>{money.exact(step.amount, currency, signed=not end)}</b>{says}"
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _item(step: Step, colours: Palette) -> dict[str, object]:
    judged = {True: colours.good, False: colours.bad, None: colours.quiet}
    return {"color": judged[step.favourable], "line": {"width": 0}}


def _connect(figure: go.Figure, spans: Sequence[Span], colours: Palette) -> None:
    """A thin line from the end of each bar to the next one."""
    for index, (_, level) in enumerate(spans[:-1]):
        figure.add_shape(
            type="line",
            x0=level,
            x1=level,
            y0=index - 0.31,
            y1=index + 1.31,
            line={"color": colours.quiet, "width": 1},
            layer="below",
        )


def _break(
    figure: go.Figure, steps: Sequence[Step], start: float, spans: Sequence[Span], colours: Palette
) -> None:
    """Two slanted strokes across the ends: these bars do not start at zero."""
    room = max(to for _, to in spans) - start
    for index, step in enumerate(steps):
        if step.kind != "end":
            continue
        for shift in (0.035, 0.065):
            at = start + shift * room
            figure.add_shape(
                type="line",
                x0=at,
                x1=at + 0.02 * room,
                y0=index + 0.42,
                y1=index - 0.42,
                line={"color": colours.paper, "width": 3},
            )


def _told(data: Bridge, currency: str) -> str:
    steps = (f"{s.label} {money.exact(s.amount, currency, s.kind == 'item')}" for s in data.steps)
    return f"{data.title}: {'; '.join(steps)}."
