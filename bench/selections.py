"""What people may look at: periods with at most one filter, or with two or three; drawn by seed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from queries.selection import Choices, Pin, Selection

KEYS = ("cost_centre", "category", "supplier", "item")
LENGTHS = (1, 3, 6, 10, 12)  # periods
NO_FILTER = 0.25  # of selections with at most one
SKEW = 3  # a few ids are chosen most, as a few suppliers are bought from most


@dataclass(frozen=True)
class Narrowing:
    """What a report can be narrowed by, and what it cannot be without."""

    keys: tuple[str, ...] = KEYS
    always: tuple[str, ...] = ()

    def simple(self, draw: random.Random) -> tuple[str, ...]:
        """One filter or none."""
        return self.always or (() if draw.random() < NO_FILTER else (draw.choice(self.keys),))

    def other(self, draw: random.Random) -> tuple[str, ...]:
        """Two filters or three."""
        left = [key for key in self.keys if key not in self.always]
        many = draw.choice((2, 3)) - len(self.always)
        return (*self.always, *draw.sample(left, min(many, len(left))))


def drawn(
    choices: Choices, pin: Pin, seed: int, filters: Callable[[random.Random], tuple[str, ...]]
) -> Iterator[Selection]:
    """Selections without end, the same for the same seed."""
    draw = random.Random(seed)
    while True:
        yield _selection(choices, pin, filters(draw), draw)


def _selection(choices: Choices, pin: Pin, keys: tuple[str, ...], draw: random.Random) -> Selection:
    known = [p.period for p in choices.calendar.periods if p.closed]
    length = draw.choice(LENGTHS)
    last = draw.randrange(max(length - 1, len(known) - 18), len(known))
    chosen: dict[str, tuple[str, ...]] = {
        key: (_one([*choices.options[key]], draw),) for key in keys
    }
    return Selection(
        known[last - length + 1],
        known[last],
        supplier=chosen.get("supplier", ()),
        category=chosen.get("category", ()),
        cost_centre=chosen.get("cost_centre", ()),
        item=chosen.get("item", ()),
        as_of=pin,
    )


def _one(ids: list[str], draw: random.Random) -> str:
    return ids[int(len(ids) * draw.random() ** SKEW)]
