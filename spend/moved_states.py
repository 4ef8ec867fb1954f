"""Figures in the states that lead from one moment of the store to another, one step a cause.

Each state is worked out by the code that always works the figures out; only what it reads differs.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace

from queries.counterfactual import (
    agreed_as,
    moves,
    of_known_documents,
    on_days_of,
    reshaped,
    with_own_marts,
)
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Reader, Store
from queries.window import read_choices, read_window
from spend.kpi_book import KpiBook
from spend.result import Value

CAUSES = ("changed policy", "passage of time", "corrected documents", "new documents")
Values = Mapping[str, Value]


@dataclass(frozen=True)
class View:
    """A selection, its periods named, of what a reader reads."""

    reader: Reader
    selection: Selection

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "View":
        """A view with the periods that the reader's moment means; raises where it knows none."""
        periods = read_window(reader, selection, read_choices(reader)).periods
        names = (periods[0].period.period, periods[-1].period.period)
        named = replace(selection, from_period=names[0], to_period=names[1], as_of=None)
        return cls(reader, named)

    def values(self, metrics: Sequence[str]) -> Values:
        """The figures' values; none where they cannot be worked out."""
        try:
            figures = KpiBook.read(self.reader, self.selection).figures_of(metrics)
        except ConcordError:
            return dict.fromkeys(metrics)
        return {name: figure.value for name, figure in figures.items()}


def states(store: Store, start: View, end: View, metrics: Sequence[str]) -> Iterator[Values]:
    """The figures at the start, then after the step of each cause in turn; the last is the end.

    What was agreed becomes the end's, then the days, then all that was known at the start is read
    as it is at the end, or is gone, then what came since is there too. Steps that nothing can have
    changed cost nothing.
    """
    first, final = start.values(metrics), end.values(metrics)
    yield first
    with _agreed(start, end, store) as agreed:
        yield first if agreed is start else agreed.values(metrics)
        later = View(on_days_of(agreed.reader, end.reader), end.selection)
        passed = later.values(metrics)
    yield passed
    moved = moves(end.reader, start.reader.batch)
    if not moved.new:
        yield final
    elif not moved.corrected:
        yield passed
    else:
        with of_known_documents(store, end.reader, start.reader, moved) as reader:
            yield View(reader, end.selection).values(metrics)
    yield final


@contextmanager
def _agreed(start: View, end: View, store: Store) -> Iterator[View]:
    """The start under what was agreed by the end; the start itself where that is the same."""
    one, other = start.reader, end.reader
    settings = [replace(reader.settings, data_through=None) for reader in (one, other)]
    if settings[0] == settings[1] and one.shaping_minute == other.shaping_minute:
        yield start
        return
    agreed = agreed_as(one, other)
    made = with_own_marts(store, agreed) if reshaped(one, other) else nullcontext(agreed)
    with made as reader:
        yield replace(start, reader=reader)
