"""What happened to the lines begun in a selection, as known at its end: read once, then counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from queries import paths
from queries.path_events import INVOICES, ORDERS, PAPERS
from queries.path_marts import ARROW, MORE
from spend.path_order import Way, deviations, way
from spend.purchasing_book import PurchasingBook

# Who tells of lines, in words; those that tell of nothing in the store are left out of choices.
TOLD: Mapping[str, str] = {
    PAPERS: "By papers",
    ORDERS: "By steps on orders",
    INVOICES: "By steps on invoices",
}


def known(book: PurchasingBook) -> dict[str, str]:
    """Who tells of anything in this store; papers where nobody does."""
    found = paths.told(book.reader) or (PAPERS,)
    return {source: TOLD[source] for source in found}


@dataclass(frozen=True, eq=False)
class PathReading:
    """The paths and the steps of the lines begun in a selection, as one source tells them.

    ``lines`` has a row for each path, the commonest first: ``lines``, ``cents``, ``reworked``
    lines, and the median ``days`` from its first event to its last. Steps are as the store has
    them.
    """

    book: PurchasingBook
    source: str
    paths: pd.DataFrame
    steps: pd.DataFrame

    @classmethod
    def read(cls, book: PurchasingBook, source: str) -> "PathReading":
        spans = [span for span in (book.span, book.earlier_span) if span]
        found = paths.paths_by(book.reader, book.selection, spans, source)
        steps = paths.steps_by(book.reader, book.selection, spans[:1], source)
        return cls(book, source, found, steps)

    @property
    def is_papers(self) -> bool:
        return self.source == PAPERS

    @property
    def unit(self) -> str:
        """What lines are of."""
        return "invoice lines" if self.source == INVOICES else "order lines"

    @cached_property
    def lines(self) -> pd.DataFrame:
        return variants(self.paths[self.paths["span"] == 0])

    @cached_property
    def earlier(self) -> pd.DataFrame:
        """The same of the same days one fiscal year before; no rows where there are none."""
        return variants(self.paths[self.paths["span"] == 1])

    @cached_property
    def count(self) -> int:
        """Lines in all."""
        return int(self.lines["lines"].sum())

    @cached_property
    def events(self) -> dict[str, tuple[str, ...]]:
        """The events of each path, now or a year before; a path that was cut has no more of it."""
        both = {*self.lines.index, *self.earlier.index}
        return {path: events(path) for path in both}

    @cached_property
    def wrong(self) -> dict[str, tuple[str, ...]]:
        """What is out of order in each path, now or a year before."""
        receipts = self.book.has_receipts
        return {path: deviations(told, receipts) for path, told in self.events.items()}

    def ways(self, lines: pd.DataFrame) -> list[Way]:
        """How the lines of each path went."""
        return [way(self.events[path], self.wrong[path]) for path in map(str, lines.index)]

    def deviations(self) -> dict[str, tuple[str, ...]]:
        """What is out of order in each path, the commonest path first."""
        return {path: self.wrong[path] for path in map(str, self.lines.index)}


def events(path: str) -> tuple[str, ...]:
    """A path as its events.

    >>> events("Ordered › Received › …")
    ('Ordered', 'Received')
    """
    return tuple(event for event in path.split(ARROW) if event != MORE)


def variants(found: pd.DataFrame) -> pd.DataFrame:
    """Paths with their lines, money and days, the commonest first."""
    frame = found.assign(back=found["order_count"].where(found["reworked"], 0))
    sums = frame.groupby("path", sort=True)[["order_count", "amount", "back"]].sum()
    sums = sums.rename(columns={"order_count": "lines", "amount": "cents", "back": "reworked"})
    sums["days"] = medians(found, ["path"], "order_count")
    return sums.sort_values(["lines", "cents"], ascending=False, kind="stable")


def medians(frame: pd.DataFrame, by: Sequence[str], weight: str) -> "pd.Series[float]":
    """The median of ``days`` in each group, where a row counts as often as its weight says.

    Of an even count, the mean of the two in the middle.

    >>> days = pd.DataFrame({"k": ["a", "a", "b"], "days": [2, 8, 5], "n": [1, 1, 3]})
    >>> medians(days, ["k"], "n").to_dict()
    {'a': 5.0, 'b': 5.0}
    """
    rows = frame.loc[frame[weight] > 0]
    groups = rows.groupby(list(by), sort=True)
    number, days = groups.ngroup().to_numpy(), rows["days"].to_numpy(dtype=float)
    order = np.lexsort((days, number))
    number, days, counted = number[order], days[order], rows[weight].to_numpy()[order]
    names = groups.size().index
    all_of = np.bincount(number, counted, len(names))
    so_far = counted.cumsum() - (all_of.cumsum() - all_of)[number]
    middle = np.zeros(len(names))
    for place in ((all_of + 1) // 2, all_of // 2 + 1):
        there = (so_far >= place[number]) & (so_far - counted < place[number])
        middle += np.bincount(number[there], days[there] / 2, len(names))
    return pd.Series(middle, index=names)


def passages(steps: pd.DataFrame) -> pd.DataFrame:
    """What follows what, the commonest first: ``step_count``, and the median ``days`` between."""
    by = ["from_event", "to_event"]
    moved = steps[(steps["from_event"] != "") & (steps["from_event"] != steps["to_event"])]
    sums = moved.groupby(by, sort=True)[["step_count"]].sum()
    sums["days"] = medians(moved, by, "step_count")
    return sums.sort_values("step_count", ascending=False, kind="stable").reset_index()
