"""How the figures of a selection moved between two moments of the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from queries.errors import ConcordError
from queries.selection import Pin, Selection
from queries.store import Reader, Store
from spend.comparison import difference
from spend.exact_values import exact_text, same
from spend.kpi_book import KpiBook
from spend.meetings import MEETING, last_closed
from spend.metric import relative
from spend.money import difference_unit, reading
from spend.moved import Moved, moved
from spend.registry import all_metrics
from spend.result import PER_ROW, PER_ROW_CHANGE, Cell, Figure, Table, TableColumn
from spend.sentences import count

Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class Since:
    """What the figures are held against, in words, and those that moved since."""

    said: str
    table: Table | None = None


def since(store: Store, selection: Selection) -> Since:
    """What moved since the last review; before the first one, since the load before."""
    with store.reader(selection.as_of) as reader:
        pin, what = _base(reader)
        if pin is None:
            return Since("This is the first load, and no review has been held: nothing to compare.")
        book = KpiBook.read(reader, selection)
        after = book.figures
    before = figures_at(store, same_view(book, selection), pin)
    if not before:
        return Since(f"Nothing to compare with: {what} did not know these periods.")
    every = moved_figures(before, after)
    table = _that_shows(every, book.reader.settings.currency)
    moved = count(len(every.rows), "figure", "figures")
    hidden = len(every.rows) - len(table.rows)
    less = f" {hidden} of them moved by less than shows." if hidden else ""
    said = f"{moved} of {len(after)} moved since {what}.{less}"
    return Since(said, table if table.rows else None)


def _that_shows(table: Table, currency: str) -> Table:
    """The rows whose change reads as more than nothing."""
    kept = [
        place
        for place, (row, unit) in enumerate(zip(table.rows, table.units, strict=True))
        if row[3] is None or _reads(row[3], unit, currency) != _reads(0, unit, currency)
    ]
    rows = tuple(table.rows[place] for place in kept)
    return replace(table, rows=rows, units=tuple(table.units[place] for place in kept))


def _reads(change: Cell, unit: str, currency: str) -> str:
    assert not isinstance(change, str)
    return reading(change, difference_unit(unit), currency)


def why(store: Store, selection: Selection) -> tuple[Moved, ...]:
    """What moved the headline figures since then, cause by cause; nothing before there was a then.

    Periods that the selection leaves open are those of either moment.
    """
    with store.reader(selection.as_of) as reader:
        pin, _ = _base(reader)
    return moved(store, selection, pin) if pin else ()


def _base(reader: Reader) -> tuple[Pin | None, str]:
    """The moment at which the last review was closed, else the load before this one.

    As at the very moment of a closing it is the one before: nothing is held against itself.
    """
    here = (reader.batch, reader.minute)
    earlier = [one for one in reader.entries(MEETING) if (one.batch, one.minute) != here]
    last = last_closed(earlier)
    if last and last.pin:
        return last.pin, f"the review of {last.day:%-d %B %Y}"
    if reader.batch > 1:
        return Pin(reader.batch - 1), f"load {reader.batch - 1}"
    return None, ""


def same_view(book: KpiBook, selection: Selection) -> Selection:
    """A selection as it is held against another moment: its periods are named as the book has
    them, while the budget stays that moment's own."""
    return replace(book.resolved, budget_version=selection.budget_version)


def figures_at(store: Store, selection: Selection, pin: Pin) -> Figures:
    """The figures of a selection at another moment; none where it knew no such selection."""
    try:
        with store.reader(pin) as reader:
            return KpiBook.read(reader, replace(selection, as_of=pin)).figures
    except ConcordError:  # a period that the earlier load did not have yet
        return {}


def moved_figures(before: Figures, after: Figures) -> Table:
    """Every figure that has another value than before, in its own unit."""
    rows: list[tuple[Cell, ...]] = []
    for name, figure in after.items():
        was = before[name].value if name in before else None
        if not same(exact_text(was), figure.value):
            change = difference(figure.value, was)
            label = all_metrics()[name].label
            rows.append((label, was, figure.value, change, relative(change, was), name))
    return Table(
        "figures",
        "Figures that moved",
        (
            TableColumn("label", "Figure", "text"),
            TableColumn("before", "Before", PER_ROW),
            TableColumn("after", "After", PER_ROW),
            TableColumn("change", "Change", PER_ROW_CHANGE),
            TableColumn("share", "Change, share", "change"),
            TableColumn("metric", "Id", "text"),
        ),
        tuple(rows),
        units=tuple(all_metrics()[str(row[-1])].unit for row in rows),
    )
