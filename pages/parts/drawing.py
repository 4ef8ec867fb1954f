"""How every chart is drawn: scales, the fill of each scenario, the frame, and its words.

The notation is LOOK's: actual solid, last year lighter, budget outlined, forecast hatched.
Figures are made in one go from plain parts: building them up step by step takes several times as
long. Parts that were drawn before are sent as they were sent then: Plotly looks at every value of
a figure, and that takes longer than all else about it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.parts import look
from pages.parts.look import Palette
from spend import money
from spend.outputs.scales import Scale as Scale
from spend.outputs.scales import scale as scale
from spend.outputs.scales import telling
from spend.result import Scenario

Part = dict[str, Any]  # a piece of a Plotly figure

CONFIG = {"displayModeBar": False}
KEPT = 512  # figures
CLEAR = "rgba(0,0,0,0)"
LABELS: dict[Scenario, str] = {
    "last_year": "Last year",
    "budget": "Budget",
    "actual": "Actual",
    "forecast": "Forecast",
    "variance": "Variance",
}


@dataclass(frozen=True)
class Fill:
    """How a bar is filled: its colour, its outline, and whether it is hatched."""

    colour: str
    line: str = CLEAR
    width: float = 0.0
    hatched: bool = False


def fill(scenario: Scenario, colours: Palette) -> Fill:
    """The fill of a scenario: solid, lighter, outlined or hatched."""
    if scenario == "budget":
        return Fill(CLEAR, colours.ink, 1.4)
    if scenario == "forecast":
        return Fill(colours.paper, colours.ink, 1.4, hatched=True)
    return Fill(colours.earlier if scenario == "last_year" else colours.ink)


def marker(fills: Sequence[Fill], colours: Palette) -> Part:
    """The fills of a row of bars, as Plotly takes them; one fill does for all."""
    one = len(fills) == 1
    found: Part = {
        "color": fills[0].colour if one else [f.colour for f in fills],
        "line": {
            "color": fills[0].line if one else [f.line for f in fills],
            "width": fills[0].width if one else [f.width for f in fills],
        },
    }
    if any(f.hatched for f in fills):
        shapes = ["/" if f.hatched else "" for f in fills]
        found["pattern"] = {
            "shape": shapes[0] if one else shapes,
            "fillmode": "overlay",
            "fgcolor": colours.ink,
            "bgcolor": colours.paper,
            "size": 5,
            "solidity": 0.28,
        }
    return found


def labelled(texts: Sequence[str], colours: Palette, size: float = 12) -> Part:
    """Amounts written outside a row of bars, never shrunk to the bars' width."""
    return {
        "text": list(texts),
        "textposition": "outside",
        "textfont": {"size": size, "color": colours.text},
        "constraintext": "none",
        "cliponaxis": False,
    }


def hover(texts: Sequence[str]) -> Part:
    """The exact amounts, shown where somebody points."""
    return {"customdata": list(texts), "hovertemplate": "%{customdata}<extra></extra>"}


def beside(
    along: Sequence[float | None], across: Sequence[float], texts: Sequence[str], colours: Palette
) -> Part:
    """Words at the ends of bars, to the right of them."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(along),
        "y": list(across),
        "text": [f"\u00a0{text}" for text in texts],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": colours.text},
        "cliponaxis": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def cut(name: str, longest: int) -> str:
    """A name in so many letters, the last of them "…" where some are left out.

    >>> cut("Bearings", 8), cut("Bearings", 5)
    ('Bearings', 'Bear…')
    """
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def labels(values: Sequence[float | None], digits: int, signed: bool = False) -> list[str]:
    """Amounts as they stand beside bars; nothing where there is none.

    >>> labels([1.234, None, -0.5, 0.002, 0.0], 1, signed=True)
    ['+1.2', '', '−0.5', '+0.002', '+0.0']
    """
    sign = "+" if signed else ""
    return [
        "" if v is None else f"{v:{sign},.{telling(v, digits)}f}".replace("-", money.MINUS)
        for v in values
    ]


def room(values: Sequence[float | None], start: float = 0.0) -> list[float]:
    """An axis from where it starts, with room outside the bars for their labels."""
    levels = [start, *(v for v in values if v is not None)]
    width = (max(levels) - min(levels)) or 1.0
    return [min(levels) - (0.16 * width if min(levels) < 0 else 0), max(levels) + 0.2 * width]


def value_axis(title: str, colours: Palette, **more: Any) -> Part:
    """An axis of amounts: quiet, with its unit, and a line at zero."""
    return {
        "title": {"text": title, "font": {"size": 12, "color": colours.quiet}, "standoff": 6},
        "tickfont": {"color": colours.quiet, "size": 12},
        "gridcolor": colours.rule,
        "zeroline": True,
        "zerolinecolor": colours.ink,
        "zerolinewidth": 1,
        "automargin": True,
        "fixedrange": True,
        **more,
    }


def name_axis(names: Sequence[str], colours: Palette, **more: Any) -> Part:
    """An axis of names, one a place."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "tickfont": {"color": colours.text, "size": 12},
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        **more,
    }


def show(traces: Sequence[Part], axes: Mapping[str, Part], height: int, **about: Any) -> None:
    """Draw a figure; ``about`` holds its ``key``, its ``alt`` text, and more of its layout."""
    colours = look.palette()
    key, alt = about.pop("key"), about.pop("alt")
    layout = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": about.pop("top", 8), "b": 8},
        "barmode": "overlay",
        "font": {"family": look.FONT, "size": 12, "color": colours.text},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False},
        "hoverlabel": {"font": {"family": look.FONT}, "bgcolor": colours.paper},
        "dragmode": False,
        "showlegend": False,
        **axes,
        **about,
    }
    _drawn(json.dumps({"data": list(traces), "layout": layout}), f"chart_{key}", alt)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _drawn(parts: str, key: str, alt: str) -> None:
    """What Streamlit notes of this call, it sends again when the same is asked for."""
    st.plotly_chart(go.Figure(json.loads(parts)), theme=None, config=CONFIG, key=key, alt=alt)
