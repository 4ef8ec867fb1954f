"""The map of a process: what follows what, how often, and after how many days; the rare folded."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from queries.path_events import EVENTS
from spend.flows import Edge, Flow, Node
from spend.money import reading as said
from spend.path_reading import PathReading, passages
from spend.sentences import count, listed

# From which share of the lines something is drawn by itself, as a control says it.
SHARES: Mapping[str, str] = {"5": "Main ways", "2": "More ways", "0.5": "Rare ones too"}
MOST_NODES, MOST_EDGES = 12, 16
FAIR = 0.2  # of what comes to an event, or goes from it
RARER = "Rarer steps"
PATHS_READ = 200  # of the commonest: they say what comes before what
NAMED = 3

Pair = tuple[str, str]


def flow(reading: PathReading, share: str = "5") -> Flow:
    """The map of what happened to the lines of a reading; ``share`` is one of ``SHARES``."""
    title = (
        f"What follows what: boxes count {reading.unit}, arrows how often one followed the other "
        "(a line may go there again), and the median days between"
    )
    if not reading.count:
        return Flow("paths", title, (), (), reading.unit, reason=_why(reading))
    least = float(share) / 100 * reading.count
    names = kept(lines_with(reading.steps), least)
    steps = folded(reading.steps, names)
    edges = _edges(steps, least)
    order = in_turn(reading, [*names, *([RARER] if RARER in set(steps["to_event"]) else [])])
    levels = laid_out(order, {(e.start, e.end): e.count for e in edges})
    nodes = tuple(_node(reading, steps, name, levels[name], least) for name in order)
    return Flow("paths", title, nodes, edges, reading.unit, _told(nodes, edges, reading.unit))


def _why(reading: PathReading) -> str:
    return f"nothing is told of {reading.unit} begun in this selection"


# --- What is drawn by itself ---------------------------------------------------------------------


def lines_with(steps: pd.DataFrame) -> "pd.Series[int]":
    """On how many lines each event happened, the commonest first."""
    first = steps[(steps["turn"] == 1) & (steps["from_event"] != steps["to_event"])]
    found = first.groupby("to_event", sort=True)["step_count"].sum()
    return found.sort_values(ascending=False, kind="stable")


def kept(lines: "pd.Series[int]", least: float) -> tuple[str, ...]:
    """The events that are drawn by themselves; one alone is never folded."""
    names = [str(name) for name in lines.index if lines[name] >= least][:MOST_NODES]
    rest = len(lines) - len(names)
    return tuple(map(str, lines.index)) if rest == 1 else tuple(names)


def folded(steps: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Steps from one drawn thing to another; those between rare ones are none."""
    known = {"": "", **{name: name for name in names}}
    ends = {c: steps[c].map(lambda e: known.get(e, RARER)) for c in ("from_event", "to_event")}
    found = steps.assign(**ends)
    return found[found["from_event"] != found["to_event"]]


def _edges(steps: pd.DataFrame, least: float) -> tuple[Edge, ...]:
    """The passages that are drawn, with the median days between."""
    sums = passages(steps)
    ends = list(zip(sums["from_event"], sums["to_event"], strict=True))
    pairs: dict[Pair, int] = dict(zip(ends, sums["step_count"].tolist(), strict=True))
    days = dict(zip(ends, sums["days"].tolist(), strict=True))
    return tuple(_edge(pair, pairs[pair], days[pair]) for pair in chosen(pairs, least))


def _edge(pair: Pair, number: int, days: float) -> Edge:
    times = count(number, "time", "times")
    told = f"{pair[0]} → {pair[1]}: followed {times}, median {said(days, 'days')}"
    return Edge(*pair, number, days, told)


def chosen(pairs: Mapping[Pair, int], least: float) -> list[Pair]:
    """The common passages, the commonest first; and for each event its commonest one in and out,
    where a fair part of what comes or goes there takes it.

    >>> chosen({("a", "b"): 9, ("b", "c"): 2, ("a", "c"): 1}, 5)
    [('a', 'b'), ('b', 'c')]
    """
    found = set([pair for pair, number in pairs.items() if number >= least][:MOST_EDGES])
    for side in (0, 1):
        first: dict[str, Pair] = {}
        sums: dict[str, int] = {}
        for pair, number in pairs.items():
            first.setdefault(pair[side], pair)
            sums[pair[side]] = sums.get(pair[side], 0) + number
        fair = {name: max(FAIR * total, FAIR * least) for name, total in sums.items()}
        found |= {pair for name, pair in first.items() if pairs[pair] >= fair[name]}
    return [pair for pair in pairs if pair in found]


# --- Where it stands -----------------------------------------------------------------------------


def in_turn(reading: PathReading, names: Sequence[str]) -> tuple[str, ...]:
    """Events in the order that they usually happen in."""
    if reading.is_papers:
        known = {name: float(place) for place, name in enumerate(EVENTS)}
        return tuple(sorted(names, key=lambda name: known.get(name, len(EVENTS))))
    places = mean_places(
        (reading.events[str(path)], int(number))
        for path, number in reading.lines["lines"].head(PATHS_READ).items()
    )
    return tuple(sorted(names, key=lambda name: places.get(name, float("inf"))))


def mean_places(paths: Iterable[tuple[Sequence[str], int]]) -> dict[str, float]:
    """The mean place at which each event first happens, as a share of its path.

    >>> mean_places([(("a", "b"), 3), (("b", "a", "c"), 1)])["a"]
    0.125
    """
    sums: dict[str, float] = {}
    weights: dict[str, int] = {}
    for events, lines in paths:
        for event in dict.fromkeys(events):
            place = events.index(event) / max(1, len(events) - 1)
            sums[event] = sums.get(event, 0.0) + place * lines
            weights[event] = weights.get(event, 0) + lines
    return {event: sums[event] / weights[event] for event in sums if weights[event]}


def laid_out(order: Sequence[str], passages: Mapping[Pair, int]) -> dict[str, int]:
    """How far along each event stands: beyond all that leads to it from before its turn.

    >>> laid_out(["a", "b", "c"], {("a", "b"): 2, ("a", "c"): 1, ("c", "a"): 1})
    {'a': 0, 'b': 1, 'c': 1}
    """
    levels: dict[str, int] = {}
    for name in order:
        before = [levels[start] for start, end in passages if end == name and start in levels]
        levels[name] = 1 + max(before, default=-1)
    return levels


# --- In words ------------------------------------------------------------------------------------


def _node(
    reading: PathReading, steps: pd.DataFrame, name: str, level: int, least: float
) -> Node:  # fmt: skip
    """A box; how many begin with it is written where others come to it too."""
    here = steps[steps["to_event"] == name]
    if name == RARER:
        visits = int(here["step_count"].sum())
        return Node(name, visits, level, f"{count(visits, 'time', 'times')} in all")
    lines = int(here.loc[here["turn"] == 1, "step_count"].sum())
    back = int(here.loc[here["turn"] == 2, "step_count"].sum())
    again = f"; again later on {back:,}" if back else ""
    begun = int(here.loc[here["from_event"] == "", "step_count"].sum())
    first = f"; {begun:,} begin with it" if begun else ""
    told = f"{name}: {lines:,} of {reading.count:,} {reading.unit}{first}{again}"
    return Node(name, lines, level, told, begun if least <= begun < lines else 0)


def _told(nodes: Sequence[Node], edges: Sequence[Edge], unit: str) -> str:
    """The map in words, for who cannot see it."""
    things = listed([f"{node.label} {node.count:,}" for node in nodes])
    ways = "; ".join(edge.meaning for edge in edges[:NAMED])
    return f"Map of {unit}: {things}. The commonest passages: {ways}."
