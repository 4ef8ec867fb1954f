"""How every chart is drawn: scales, the fill of each scenario, the frame, and its words.

The notation is LOOK's: actual solid, last year lighter, budget outlined, forecast hatched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from pages.parts import look
from pages.parts.look import Palette
from spend import money
from spend.result import Scenario, Value

CONFIG = {"displayModeBar": False}
LABELS: dict[Scenario, str] = {
    "last_year": "Last year",
    "budget": "Budget",
    "actual": "Actual",
    "forecast": "Forecast",
    "variance": "Variance",
}


@dataclass(frozen=True)
class Scale:
    """By what amounts are divided on an axis, and what that is called."""

    divisor: float
    title: str
    digits: int = 2

    def of(self, value: Value) -> float | None:
        return None if value is None else float(value) / self.divisor


def scale(values: Sequence[Value], currency: str) -> Scale:
    """One scale for all values that are compared.

    >>> scale([41_200_000, None, 3], "EUR").title
    '€ M'
    """
    largest = max((abs(float(v)) for v in values if v is not None), default=0.0)
    sign = money.symbol(currency).strip()
    steps = ((1e9, "bn", 2), (1e6, "M", 2 if largest < 1e8 else 1), (1e3, "k", 0), (1.0, "", 0))
    divisor, word, digits = next(s for s in steps if largest >= s[0] or s[0] == 1.0)
    return Scale(divisor, f"{sign} {word}".strip(), digits)


def marker(scenario: Scenario, colours: Palette) -> dict[str, object]:
    """How a scenario's bars are filled: solid, lighter, outlined, hatched."""
    line = {"color": colours.ink, "width": 1.4}
    if scenario == "budget":
        return {"color": "rgba(0,0,0,0)", "line": line}
    if scenario == "forecast":
        hatch = {
            "shape": "/",
            "fillmode": "overlay",
            "fgcolor": colours.ink,
            "bgcolor": colours.paper,
            "size": 5,
            "solidity": 0.28,
        }
        return {"color": colours.paper, "pattern": hatch, "line": line}
    fill = colours.earlier if scenario == "last_year" else colours.ink
    return {"color": fill, "line": {"width": 0}}


def labels(values: Sequence[float | None], digits: int, signed: bool = False) -> list[str]:
    sign = "+" if signed else ""
    return ["" if v is None else f"{v:{sign},.{digits}f}".replace("-", money.MINUS) for v in values]


def room(values: Sequence[float | None], start: float = 0.0) -> list[float]:
    """An axis from where it starts, with room outside the bars for their labels."""
    levels = [start, *(v for v in values if v is not None)]
    width = (max(levels) - min(levels)) or 1.0
    return [min(levels) - (0.16 * width if min(levels) < 0 else 0), max(levels) + 0.2 * width]


def axis_title(text: str, colours: Palette) -> dict[str, object]:
    return {"text": text, "font": {"size": 12, "color": colours.quiet}, "standoff": 6}


def frame(figure: go.Figure, colours: Palette, height: int, across: bool = False) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28 if not across else 8, "b": 8},
        barmode="overlay",
        font={"family": look.FONT, "size": 12, "color": colours.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False},
        hoverlabel={"font": {"family": look.FONT}, "bgcolor": colours.paper},
        dragmode=False,
    )
    quiet = {"color": colours.quiet, "size": 12}
    value = {"gridcolor": colours.rule, "zeroline": True, "tickfont": quiet, "automargin": True}
    name = {"showgrid": False, "tickfont": {"color": colours.text, "size": 12}, "automargin": True}
    figure.update_xaxes(**(value if across else name), fixedrange=True)
    figure.update_yaxes(**(name if across else value), fixedrange=True)
    lines = {"zerolinecolor": colours.ink, "zerolinewidth": 1}
    if across:
        figure.update_xaxes(**lines)
    else:
        figure.update_yaxes(**lines)


def show(figure: go.Figure, key: str, alt: str) -> None:
    st.plotly_chart(figure, theme=None, config=CONFIG, key=f"chart_{key}", alt=alt)
