"""Bridges: from one total to another through named items, with what they leave unexplained."""

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Fill, Part, Scale
from pages.parts.look import Palette
from pages.parts.person import Role
from spend import money, sentences
from spend.outputs.spans import Span, axis_start, drawn, in_full, spans, told, unit_of
from spend.result import Bridge, End, Step

HALF = 0.31  # of a bar's thickness, in places
TEAMS: tuple[Role, ...] = get_args(Role)


def show(
    data: Bridge,
    currency: str,
    height: int = 340,
    above: bool = False,
) -> None:
    """A reconciliation: the two ends, the named items between them, and what they sum to.

    Its title stands above where nothing else says what it is, else below.
    """
    if above:
        st.caption(words.plain(data.title))
    if not data.steps:
        reason = data.reason or "there is nothing to explain in this selection"
        st.info(words.plain(f"{sentences.capital(reason)}."))
        return
    colours = look.palette()
    unit = unit_of(data, currency)
    reached = spans(data.steps, unit)
    start = axis_start(reached)
    room = drawing.room([to for _, to in reached], start)
    title = f"{unit.title}, axis from {start:,.{unit.digits}f}" if start else unit.title
    ticks = [words.unmarked(s.label) for s in data.steps]
    axes = {
        "xaxis": drawing.value_axis(title, colours, range=room, nticks=5),
        "yaxis": drawing.name_axis(ticks, colours, autorange="reversed", ticklabelstandoff=6),
    }
    bars = _bars(data, reached, start, unit, currency) | {
        "marker": drawing.marker(_fills(data.steps, data.ends, colours), colours)
    }
    shapes = _connectors(reached, colours) + _breaks(data.steps, start, room[1], colours)
    about = {"key": f"bridge_{data.name}", "alt": told(data, currency)}
    drawing.show([bars], axes, height, shapes=shapes, **about)
    closes = money.stated(data.residual, money.difference_unit(data.unit), currency)
    first = "The items" if above else f"{data.title}: the items"
    st.caption(words.plain(f"{first} sum to the change and leave {closes}."))


def _bars(data: Bridge, reached: Sequence[Span], start: float, unit: Scale, currency: str) -> Part:
    steps = data.steps
    bars = [drawn(span, start) for span in reached]
    texts = [
        *drawing.labels([to for _, to in reached], unit.digits),
        *drawing.labels([to - before for before, to in reached], unit.digits, signed=True),
    ]
    chosen = [texts[i if s.kind == "end" else i + len(steps)] for i, s in enumerate(steps)]
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(steps))),
        "x": [high - low for low, high in bars],
        "base": [low for low, _ in bars],
        "width": 2 * HALF,
        **drawing.labelled(chosen, look.palette()),
        **drawing.hover([_hover(step, data.unit, currency) for step in steps]),
    }


def _hover(step: Step, unit: str, currency: str) -> str:
    amount = in_full(step, unit, currency)
    says = f"<br>{words.unmarked(step.meaning)}" if step.meaning else ""
    return f"{words.unmarked(step.label)}: <b>{amount}</b>{says}"


def _fills(steps: Sequence[Step], ends: tuple[End, End], colours: Palette) -> list[Fill]:
    """Items by their judgement, or, between two teams' readings, as what the two can agree on."""
    judged = {True: colours.good, False: colours.bad, None: colours.quiet}
    teams = all(end in TEAMS for end in ends)
    found = [Fill(colours.agreed if teams else judged[step.favourable]) for step in steps]
    for index, step in enumerate(steps):
        if step.kind == "end":
            found[index] = _end(ends[0] if index == 0 else ends[1], colours)
    return found


def _end(end: End, colours: Palette) -> Fill:
    if end == "finance":
        return Fill(colours.finance)
    if end == "procurement":
        return Fill(colours.procurement)
    return drawing.fill(end, colours)


def _connectors(reached: Sequence[Span], colours: Palette) -> list[Part]:
    """A thin line from the end of each bar to the next one."""
    return [
        {
            "type": "line",
            "x0": level,
            "x1": level,
            "y0": index - HALF,
            "y1": index + 1 + HALF,
            "line": {"color": colours.quiet, "width": 1},
            "layer": "below",
        }
        for index, (_, level) in enumerate(reached[:-1])
    ]


def _breaks(steps: Sequence[Step], start: float, high: float, colours: Palette) -> list[Part]:
    """Two slanted strokes across the ends, where bars do not start at zero."""
    width = high - start
    return [
        {
            "type": "line",
            "x0": start + shift * width,
            "x1": start + (shift + 0.018) * width,
            "y0": index + 0.42,
            "y1": index - 0.42,
            "line": {"color": colours.paper, "width": 3},
        }
        for index, step in enumerate(steps)
        for shift in (0.03, 0.055)
        if start and step.kind == "end"
    ]
