"""A flow: what happens one thing after another, as a map whose lines are as thick as the ways are
common. What goes back is dashed. It runs down the page."""

import math
import textwrap
from collections.abc import Iterator, Sequence

import streamlit as st

from pages.parts import drawing, look, words
from pages.parts.drawing import Part
from pages.parts.flow_places import SIGN, Area, Place, Spot, Way, numbered, places, ways
from pages.parts.look import Palette
from spend import sentences
from spend.flows import Edge, Flow, Node

LEVEL = 96  # pixels from one level to the next
LINE = 16  # and of a line of text
WIDE = 16  # signs of a label in one line
THICK, THIN = 7.0, 1.0
HEAD = 0.03  # of the way: how long an arrow is for each pixel that its way is thick
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
    tall = {node.label: _tall(node) for node in flow.nodes}
    axes = {
        "xaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "yaxis": {"visible": False, "range": [levels + ENDS, -ENDS], "fixedrange": True},
    }
    drawn = {
        "shapes": [_line(way, most, colours) for way in found],
        "annotations": [
            *(_head(way, most, tall[way.edge.end] / 2, colours) for way in found),
            *_numbers(found, [_area(n, stand[n.label]) for n in flow.nodes], colours),
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
    long = max(0.06, HEAD * _width(way.edge, most))  # a short one has no room for its head
    (x, y), (before, above) = way.at(tip), way.at(tip - long)
    return {
        "x": x, "y": y, "ax": before, "ay": above, "axref": "x", "ayref": "y", "text": "",
        "showarrow": True, "arrowhead": 2, "arrowcolor": colours.ink, "arrowsize": 0.9,
        "arrowwidth": max(1.2, 0.6 * _width(way.edge, most)),
    }  # fmt: skip


def _numbers(found: Sequence[Way], boxes: Sequence[Area], colours: Palette) -> Iterator[Part]:
    """How often and after how many days, on each of the commonest ways that has room for it."""
    said = {way: _said(way.edge) for way in found[:WRITTEN]}
    spots = numbered([(way, len(text)) for way, text in said.items()], boxes, found)
    for (way, text), spot in zip(said.items(), spots, strict=True):
        if spot is not None:
            yield _number(way, text, spot, colours)


def _said(edge: Edge) -> str:
    days = "" if edge.days is None else f" · {edge.days:,.0f} d"
    return f"{edge.count:,}{days}"


def _number(way: Way, text: str, spot: Spot, colours: Palette) -> Part:
    """The numbers of a way: beside a straight one, on a round one."""
    share, side = spot
    x, y = way.at(share)
    found: Part = {
        "x": x, "y": y, "showarrow": False, "text": text,
        "font": {"size": 11, "color": colours.quiet}, "borderpad": 1, "bgcolor": colours.paper,
    }  # fmt: skip
    if side:
        found |= {"xanchor": "right" if side < 0 else "left", "xshift": 6 * side}
    return found


# --- Things --------------------------------------------------------------------------------------


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, WIDE) or [""]


def _counts(node: Node) -> list[str]:
    """How often a thing happened; and where many begin with it, how many."""
    begun = [f"{node.begun:,} begin here"] if node.begun else []
    return [f"{node.count:,}", *begun]


def _tall(node: Node) -> int:
    """How high a thing's box is, in pixels."""
    return (len(_lines(node.label)) + len(_counts(node))) * LINE + 10


def _area(node: Node, place: Place) -> Area:
    """What a thing's box takes up where there is least room."""
    signs = max(len(line) for line in (*_lines(node.label), *_counts(node)))
    return (*place, (signs + 2) * SIGN / 2, _tall(node) / LEVEL / 2)


def _box(node: Node, place: Place, colours: Palette) -> Part:
    """A thing's name and how often it happened, in a box."""
    name = "<br>".join(words.unmarked(part) for part in _lines(node.label))
    counts = "<br>".join(_counts(node))
    return {
        "x": place[0], "y": place[1], "showarrow": False,
        "text": f"<b>{name}</b><br>{counts}", "font": {"size": 12, "color": colours.text},
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
