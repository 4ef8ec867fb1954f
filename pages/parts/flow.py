"""A flow: what happens one thing after another, as a map whose lines are as thick as the ways are
common. What goes back is dashed. It runs down the page."""

import math
import textwrap
from collections.abc import Sequence

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part
from pages.parts.flow_places import Place, Way, places, ways
from pages.parts.look import Palette
from spend import sentences
from spend.flows import Edge, Flow, Node

LEVEL = 96  # pixels from one level to the next
LINE = 16  # and of a line of text
WIDE = 16  # signs of a label in one line
THICK, THIN = 7.0, 1.0
WRITTEN = 10  # ways that have their numbers written beside them
ENDS = 0.5  # levels above the first and below the last


def show(flow: Flow) -> None:
    """The map; where there is nothing to draw, why."""
    if not flow.nodes:
        st.info(words.plain(f"{sentences.capital(flow.reason)}."))
        return
    colours = look.palette()
    stand, found = places(flow.nodes), ways(flow)
    most = max((way.edge.count for way in found), default=1)
    levels = max(node.level for node in flow.nodes)
    tall = {node.label: (len(_lines(node.label)) + 1) * LINE + 10 for node in flow.nodes}
    axes = {
        "xaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "yaxis": {"visible": False, "range": [levels + ENDS, -ENDS], "fixedrange": True},
    }
    drawn = {
        "shapes": [_line(way, most, colours) for way in found],
        "annotations": [
            *(_head(way, most, tall[way.edge.end] / 2, colours) for way in found),
            *(_number(way, colours) for way in found[:WRITTEN]),
            *(_box(node, stand[node.label], colours) for node in flow.nodes),
        ],
    }
    about = {"key": flow.name, "alt": flow.description or flow.title}
    height = round((levels + 2 * ENDS) * LEVEL)
    drawing.show([_hover(flow.nodes, stand, found)], axes, height, **drawn, **about)


# --- Ways ----------------------------------------------------------------------------------------


def _line(way: Way, most: int, colours: Palette) -> Part:
    """A curve, as thick as it is common."""
    (x0, y0), *rest = way.points
    curve = " ".join(f"{x:.4f},{y:.4f}" for x, y in rest)
    share = way.edge.count / most
    return {
        "type": "path",
        "path": f"M {x0:.4f},{y0:.4f} C {curve}",
        "line": {
            "color": look.mixed(colours.ink, colours.paper, 0.3 + 0.4 * math.sqrt(share)),
            "width": _width(way.edge, most),
            "dash": "dot" if way.back else "solid",
        },
        "layer": "below",
    }


def _width(edge: Edge, most: int) -> float:
    return THIN + (THICK - THIN) * math.sqrt(edge.count / most)


def _head(way: Way, most: int, half: float, colours: Palette) -> Part:
    """Which way it goes: the head of an arrow where it comes to its end's box, or in its middle
    where it is round."""
    tip = way.short_of_end(half / LEVEL) if way.straight else 0.56
    (x, y), (before, above) = way.at(tip), way.at(tip - 0.06)
    return {
        "x": x, "y": y, "ax": before, "ay": above, "axref": "x", "ayref": "y", "text": "",
        "showarrow": True, "arrowhead": 2, "arrowcolor": colours.ink, "arrowsize": 0.9,
        "arrowwidth": max(1.2, 0.6 * _width(way.edge, most)),
    }  # fmt: skip


def _number(way: Way, colours: Palette) -> Part:
    """How often, and after how many days: beside a straight way, on a round one."""
    x, y = way.at(way.written)
    days = "" if way.edge.days is None else f" · {way.edge.days:,.0f} d"
    found: Part = {
        "x": x, "y": y, "showarrow": False, "text": f"{way.edge.count:,}{days}",
        "font": {"size": 11, "color": colours.quiet}, "borderpad": 1, "bgcolor": colours.paper,
    }  # fmt: skip
    if way.straight:
        side = -1 if way.back else 1
        found |= {"xanchor": "right" if way.back else "left", "xshift": 6 * side}
    return found


# --- Things --------------------------------------------------------------------------------------


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, WIDE) or [""]


def _box(node: Node, place: Place, colours: Palette) -> Part:
    """A thing's name and how often it happened, in a box."""
    name = "<br>".join(words.unmarked(part) for part in _lines(node.label))
    return {
        "x": place[0], "y": place[1], "showarrow": False,
        "text": f"<b>{name}</b><br>{node.count:,}", "font": {"size": 12, "color": colours.text},
        "bgcolor": colours.paper, "bordercolor": colours.ink, "borderwidth": 1.2, "borderpad": 4,
        "hovertext": words.unmarked(node.meaning or node.label),
    }  # fmt: skip


def _hover(nodes: Sequence[Node], stand: dict[str, Place], found: Sequence[Way]) -> Part:
    """What is said where somebody points at a way."""
    spots = [(*way.at(0.53), way.edge.meaning) for way in found]
    spots += [(*stand[node.label], node.meaning) for node in nodes]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _, _ in spots],
        "y": [y for _, y, _ in spots],
        "marker": {"size": 18, "opacity": 0},
        **drawing.hover([words.unmarked(said) for _, _, said in spots]),
    }
