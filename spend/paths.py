"""How lines went from request to payment: their paths, a map of them, and what was out of order.

What the page of approvals shows of paths; ``section`` is all of it, for one book.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend import path_lines, path_map, path_tables
from spend.flows import Flow
from spend.money import decimal, share, short
from spend.path_map import SHARES as SHARES
from spend.path_order import DEVIATIONS
from spend.path_reading import PathReading, known
from spend.purchasing_book import PurchasingBook
from spend.result import Fact, Note, Table
from spend.sentences import capital, count


@dataclass(frozen=True)
class PathSection:
    """All that is said of paths: ``told`` is who tells it, of those in ``sources``."""

    told: str
    sources: Mapping[str, str]
    message: str
    flow: Flow
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
    lines: Mapping[str, str]  # what ``spend.path_lines`` opens, in words


def told(store: Store, selection: Selection) -> dict[str, str]:
    """Who tells of lines in this store, with the words for it: what a control chooses from."""
    with store.reader(selection.as_of) as reader:
        return known(PurchasingBook.read(reader, selection))


def section(book: PurchasingBook, told: str = "", map_share: str = "5") -> PathSection:
    """The paths of the lines begun in a book's selection, as known at its position date.

    ``told`` is one of ``sources``, or '' for the first; ``map_share`` one of ``SHARES``, the
    per cent of lines from which something is drawn by itself. Raises ``ConcordError`` for others.
    """
    sources = known(book)
    if map_share not in SHARES:
        raise ConcordError(f"map_share {map_share!r}: it can be {', '.join(SHARES)}")
    if told and told not in sources:
        raise ConcordError(f"told {told!r}: it can be {', '.join(sources)}")
    source = told or next(iter(sources))
    reading = PathReading.read(book, source)
    return PathSection(
        source,
        sources,
        message(reading),
        path_map.flow(reading, map_share),
        tuple(_facts(reading)),
        path_tables.tables(reading),
        tuple(_notes(reading)),
        path_lines.choices(reading),
    )


# --- In words ------------------------------------------------------------------------------------


def message(reading: PathReading) -> str:
    """What the paths say, in one sentence."""
    if not reading.count:
        return f"Nothing is told of {reading.unit} begun in this selection."
    first = reading.lines.iloc[0]
    common = (
        f"{share(int(first['lines']) / reading.count, 0)} of {reading.unit} took the commonest path"
    )
    if not reading.is_papers:
        return f"{capital(common)}; {_came_back(reading)}."
    wrong = path_tables.out_of_order(reading)
    if not wrong:
        return f"{capital(common)}, and all went in the usual order so far."
    worst, (lines, cents) = next(iter(wrong.items()))
    money = short(decimal(cents), reading.book.reader.settings.currency)
    most, out = DEVIATIONS[worst], share(1 - _in_order(reading, reading.lines), 0)
    return (
        f"{out} of order lines did not go in the usual order, "
        f"most often: {most[0].lower()}{most[1:]} ({count(lines, 'line', 'lines')}, {money})."
    )


def _came_back(reading: PathReading) -> str:
    back = int(reading.lines["reworked"].sum())
    if not back:
        return "nothing came back"
    return f"something came back on {share(back / reading.count, 0)} of them"


def _in_order(reading: PathReading, lines: pd.DataFrame) -> float:
    """The share of lines that are in order, so far."""
    right = [way != "out_of_order" for way in reading.ways(lines)]
    return float(lines["lines"][right].sum() / lines["lines"].sum())


def _facts(reading: PathReading) -> Iterator[Fact]:
    """What stands beside the map."""
    if not reading.count:
        return
    lines, before = reading.lines, reading.earlier
    if reading.is_papers:
        right = _in_order(reading, lines)
        was = f"; {share(_in_order(reading, before), 0)} a year before" if len(before) else ""
        yield Fact("In order", right, "share", f"of {reading.count:,} order lines begun{was}")
    back = float(lines["reworked"].sum() / reading.count)
    was = ""
    if len(before):
        was = f"; {share(float(before['reworked'].sum() / before['lines'].sum()), 0)} a year before"
    what = "sent back, credited, cancelled" if reading.is_papers else "something happened again"
    yield Fact("Reworked", back, "share", f"{what}{was}")
    top = share(int(lines["lines"].iloc[0]) / reading.count, 0)
    yield Fact("Different paths", len(lines), "count", f"the commonest has {top} of lines")


def _notes(reading: PathReading) -> Iterator[Note]:
    if not reading.count:
        return
    unit = reading.unit
    begun = "on its accounting day" if unit == "invoice lines" else "when requested, else ordered"
    yield Note(
        f"Paths are of {unit} begun in the selection ({begun}), as known at its end. What goes on "
        "happening stands in a path once; of one day, things count in their usual order."
    )
    if reading.is_papers and not reading.book.has_receipts:
        yield Note("No receipts are loaded: whether anything came is not asked of paths.")
