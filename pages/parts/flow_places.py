"""Where the things of a flow stand, and the way between two of them; positions only.

Levels run down the page, so that a map stays readable where there is no room: a thing's place
across is a share of the width, its place down counts levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spend.flows import Edge, Flow, Node

MIDDLE, STEP, WIDEST = 0.5, 0.32, 0.88
MOST_BESIDE, STAGGER = 2, 0.24  # more of one level stand by turns a little above and below it
EDGE = 0.98  # no way leads beyond it
NEAR, FAR = 0.25, 0.46  # how far to the side ways go round what they pass
BESIDE = 0.022  # two ways between the same two things stand so far apart, each way

# What text takes up where there is least room: of the width, and of the way to the next level.
SIGN, LINE_HIGH = 0.0165, 0.17
ASIDE = 0.02  # the numbers of a straight way stand so far beside it
TRIED = (0.0, 0.12, -0.12, 0.2, -0.2, 0.28)  # of the way: where else its numbers may stand

Place = tuple[float, float]
Area = tuple[float, float, float, float]  # its middle across and down, and half its size each way
Spot = tuple[float, int]  # after which share of a way, and on which side of it; 0 is on it
SEEN = 24  # places of a way that no numbers should stand on


@dataclass(frozen=True)
class Way:
    """A way from one place to another: a curve with two control points, as SVG has them."""

    edge: Edge
    points: tuple[Place, Place, Place, Place]
    back: bool
    straight: bool

    def at(self, share: float) -> Place:
        """The place after a share of the way.

        >>> line = Way(Edge("a", "b", 1, None), ((0, 0), (0, 1), (0, 2), (0, 3)), False, True)
        >>> line.at(0.5)
        (0.0, 1.5)
        """
        rest = 1 - share
        weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
        across, down = (
            sum(w * point[axis] for w, point in zip(weights, self.points, strict=True))
            for axis in (0, 1)
        )
        return (across, down)

    @property
    def written(self) -> float:
        """After which share of it its numbers stand, so that ways from one thing keep apart."""
        if not self.straight:
            return 0.35 if self.back else 0.66
        return 0.5 if self.points[0][0] == self.points[3][0] else 0.72

    @property
    def side(self) -> int:
        """Where its numbers stand: right of a straight way (1), left of one back (-1), or on it."""
        return 0 if not self.straight else -1 if self.back else 1

    def short_of_end(self, levels: float) -> float:
        """The share of the way after which it is so many levels short of its end."""
        shares = [share / 100 for share in range(100, 5, -1)]
        end = self.points[3][1]
        return next((s for s in shares if abs(self.at(s)[1] - end) >= levels), 0.5)


def places(nodes: Sequence[Node]) -> dict[str, Place]:
    """The place of each thing: of one level, the commonest in the middle, the next beside it.

    >>> places([Node("a", 5, 0), Node("b", 9, 1), Node("c", 2, 1)])
    {'a': (0.5, 0.0), 'b': (0.5, 1.0), 'c': (0.82, 1.0)}
    """
    levels: dict[int, list[Node]] = {}
    for node in sorted(nodes, key=lambda n: (n.level, -n.count)):
        levels.setdefault(node.level, []).append(node)
    found: dict[str, Place] = {}
    for level, row in levels.items():
        across = _across(len(row))
        turns = {place: turn for turn, place in enumerate(sorted(across))}
        apart = STAGGER if len(row) > MOST_BESIDE else 0.0
        for node, place in zip(row, across, strict=True):
            down = level + (apart if turns[place] % 2 else -apart)
            found[node.label] = (round(place, 4), round(down, 4))
    return found


def numbered(
    found: Sequence[tuple[Way, int]], boxes: Sequence[Area], drawn: Sequence[Way]
) -> list[Spot | None]:
    """Where the numbers of each way, of so many signs, stand on nothing: neither on a box nor on
    those before them, and if there is such a place, on no other way that is ``drawn``. ``None``
    where there is no room for them.
    """
    taken, spots = list(boxes), list[Spot | None]()
    for way, signs in found:
        tried = [(way.written + more, s) for s in (way.side, -way.side) for more in TRIED]
        areas = {spot: _text(way, spot, signs) for spot in tried}
        free = [spot for spot in areas if not _meets(areas[spot], taken)]
        lines = [place for other in drawn if other != way for place in _line(other)]
        clear = (spot for spot in free if not _meets(areas[spot], lines))
        spots.append(place := next(clear, next(iter(free), None)))
        taken += [] if place is None else [areas[place]]
    return spots


def _text(way: Way, spot: Spot, signs: int) -> Area:
    """What the numbers of a way take up."""
    (x, y), half = way.at(spot[0]), signs * SIGN / 2
    return (x + spot[1] * (ASIDE + half), y, half, LINE_HIGH / 2)


def _line(way: Way) -> list[Area]:
    """Places that a way leads over."""
    return [(*way.at(n / SEEN), 0.0, 0.0) for n in range(SEEN + 1)]


def _meets(area: Area, others: Sequence[Area]) -> bool:
    return any(_meet(area, one) for one in others)


def _meet(one: Area, other: Area) -> bool:
    return all(abs(one[n] - other[n]) < one[n + 2] + other[n + 2] for n in (0, 1))


def _across(number: int) -> list[float]:
    """Places for so many things, the middle first, then right and left in turn."""
    step = min(STEP, WIDEST / number)
    sides = [(place + 1) // 2 * (1 if place % 2 else -1) for place in range(number)]
    shift = step / 2 if number > 2 and number % 2 == 0 else 0.0
    return [MIDDLE + side * step - shift for side in sides]


def ways(flow: Flow) -> list[Way]:
    """The ways of a flow, the commonest first: straight on to the next level, round the right of
    what they pass, and back round the left."""
    stand = places(flow.nodes)
    both = {(edge.start, edge.end) for edge in flow.edges}
    turns = _turns(flow.edges, stand)
    found = []
    for edge in sorted(flow.edges, key=lambda e: -e.count):
        start, end = stand[edge.start], stand[edge.end]
        back = end[1] < start[1]
        if edge in turns:
            found.append(Way(edge, _round(start, end, turns[edge]), back, False))
        else:
            points = _straight(start, end, (edge.end, edge.start) in both)
            found.append(Way(edge, points, back, abs(end[1] - start[1]) > 2 * STAGGER))
    return found


def _turns(edges: Sequence[Edge], stand: Mapping[str, Place]) -> dict[Edge, float]:
    """How far to the side each way goes that passes others: those that pass most go furthest."""

    def passes(edge: Edge) -> float:
        return abs(stand[edge.end][1] - stand[edge.start][1])

    def beside(edge: Edge) -> bool:
        return abs(stand[edge.end][0] - stand[edge.start][0]) < STEP

    found: dict[Edge, float] = {}
    for sign in (1, -1):
        long = [e for e in edges if passes(e) > 1 + 2 * STAGGER and beside(e)]
        side = [e for e in long if (stand[e.end][1] > stand[e.start][1]) == (sign > 0)]
        apart = (FAR - NEAR) / max(1, len(side) - 1)
        for lane, edge in enumerate(sorted(side, key=passes)):
            found[edge] = sign * (NEAR + lane * apart)
    return found


def _straight(start: Place, end: Place, beside: bool) -> tuple[Place, Place, Place, Place]:
    """Straight on; a little to the side where another way comes back, or on the same level."""
    down = end[1] - start[1]
    if abs(down) <= 2 * STAGGER:
        rise = 0.55 if end[0] > start[0] else -0.55
        return (start, (start[0], start[1] - rise), (end[0], end[1] - rise), end)
    side = (BESIDE if down > 0 else -BESIDE) if beside else 0.0
    bend = 0.45 * down
    return (
        (start[0] + side, start[1]),
        (start[0] + side, start[1] + bend),
        (end[0] + side, end[1] - bend),
        (end[0] + side, end[1]),
    )


def _round(start: Place, end: Place, out: float) -> tuple[Place, Place, Place, Place]:
    """Round what stands between, in sight; a curve has its middle at three quarters of its control
    points."""
    sides = (start[0], end[0])
    aside = min(out, EDGE - max(sides)) if out > 0 else max(out, 1 - EDGE - min(sides))
    aside *= 4 / 3
    return (start, (start[0] + aside, start[1]), (end[0] + aside, end[1]), end)
