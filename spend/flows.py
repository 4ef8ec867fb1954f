"""What happens one thing after another, as plain data: nodes, and edges between them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """What happens in a flow: how often, and how far along it stands, counted from 0; and how many
    begin with it, where they are many beside those that come to it."""

    label: str
    count: int
    level: int
    meaning: str = ""
    begun: int = 0


@dataclass(frozen=True)
class Edge:
    """From one node of a flow to the next, by their labels: how often, and the days between."""

    start: str
    end: str
    count: int
    days: float | None  # the median
    meaning: str = ""


@dataclass(frozen=True)
class Flow:
    """What happens one thing after another, as nodes and edges; rare ones are folded."""

    name: str
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    unit: str = "order lines"
    description: str = ""  # the alternative text
    reason: str = ""  # why it is empty, if so
