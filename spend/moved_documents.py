"""What moved between two moments by document: which came, were corrected or went, and by how much.

What the invoices moved sums to the change of spend exactly: those beyond the longest list stand in
one row of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queries.calendar import Span
from queries.documents import DOCUMENTS
from queries.errors import ConcordError
from queries.moved_documents import Moment, counted
from queries.moved_documents import documents as moved_rows
from queries.selection import Pin, Selection
from queries.store import Reader, Store
from queries.window import Window, data_through, read_choices, read_window
from spend.result import Cell, Table, TableColumn
from spend.sentences import listed

MOST = 40  # documents of a kind that are listed one by one
Row = tuple[Cell, ...]
CHANGE = 6  # where a row says by how much it moved


@dataclass(frozen=True)
class Counts:
    """How many documents are new, corrected and gone, whatever they are worth."""

    new: int = 0
    corrected: int = 0
    gone: int = 0

    @property
    def said(self) -> str:
        """The counts in words.

        >>> Counts(12, 1).said, Counts(gone=1).said
        ('12 documents are new and 1 was corrected', '1 document is gone')
        >>> Counts().said
        'no document moved'
        """
        ways = ((self.new, "is", "are", "new"), (self.corrected, "was", "were", "corrected"),
                (self.gone, "is", "are", "gone"))  # fmt: skip
        found = [(n, one if n == 1 else many, how) for n, one, many, how in ways if n]
        if not found:
            return "no document moved"
        nouns = ["document " if found[0][0] == 1 else "documents ", "", ""]
        parts = zip(found, nouns, strict=False)
        return listed([f"{n:,} {noun}{verb} {how}" for (n, verb, how), noun in parts])


def counts(store: Store, pin: Pin, until: Pin | None = None) -> Counts:
    """How many documents moved from a pin's load to another moment's, else to the latest."""
    with store.reader(until) as reader:
        return Counts(**counted(reader, pin.batch))


def documents(store: Store, selection: Selection, pin: Pin, most: int = MOST) -> Table:
    """What came, was corrected or went from a pin's load to the selection's own, by document.

    Each as far as the selection has it, on its days at either moment; periods that it leaves open
    are those of its own moment. A document is worth net spend (invoices), what was ordered,
    received at the order's price, or paid, or what was counted; ``None`` where it is not there.
    "Counted otherwise" is one that is the same, while its day, its order or its master data count
    it now where they did not. Of each kind ``most`` are listed, those that are not new before the
    others, by the size of their change; a row "others" sums the rest, so that the invoices sum to
    the change of spend. Raises ``ConcordError`` where there is no such load.
    """
    with store.reader(selection.as_of) as reader, store.reader(pin) as earlier:
        window = read_window(reader, selection, read_choices(reader))
        after = Moment(reader, Span(window.first, window.position))
        before = Moment(earlier, _then(earlier, window))
        found = [_rows(kind, before, after, selection, most) for kind in DOCUMENTS]
    largest = sorted((row for rows, _ in found for row in rows), key=_size)
    return _table((*largest, *(others for _, others in found if others)))


def _then(reader: Reader, window: Window) -> Span:
    """The days that the same periods had at the earlier moment."""
    periods = [p.period.period for p in window.periods]
    named = Selection(from_period=periods[0], to_period=periods[-1])
    try:
        then = read_window(reader, named, read_choices(reader))
    except ConcordError:  # its calendar did not have these periods yet
        return Span(window.first, min(window.last, data_through(reader)))
    return Span(then.first, then.position)


def _rows(
    kind: str, before: Moment, after: Moment, selection: Selection, most: int
) -> tuple[list[Row], Row | None]:
    """The documents of one kind that moved most, and one row for all others, if there are."""
    found = moved_rows(kind, before, after, selection, most)
    rows = [_row(kind, row, (after.reader, before.reader)) for row in found]
    more = int(found[0].all_documents) - len(rows) if rows else 0
    if not more:
        return rows, None
    was, now = (_rest(found, name) for name in ("before", "after"))
    change = (now or Decimal(0)) - (was or Decimal(0))
    return rows, (kind, f"{more:,} others", "", "", was, now, change)


def _rest(found: Sequence[Any], name: str) -> Decimal | None:
    """What the documents that are not listed are worth; ``None`` where none is there."""
    whole: Decimal | None = getattr(found[0], f"all_{name}")
    if whole is None:
        return None
    return whole - sum((getattr(row, name) or Decimal(0) for row in found), Decimal(0))


def _row(kind: str, row: Any, readers: Sequence[Reader]) -> Row:
    supplier = _supplier(row.supplier_id, readers)
    return (kind, row.document, supplier, row.state, row.before, row.after, row.change)


def _supplier(name: str, readers: Sequence[Reader]) -> str:
    """A supplier's name as it is now, else as it was; its id where neither knows it."""
    known = (read_choices(reader).options["supplier"] for reader in readers)
    return next((options[name].name for options in known if name in options), name)


def _size(row: Row) -> tuple[Decimal, str, str]:
    return -abs(Decimal(str(row[CHANGE]))), str(row[0]), str(row[1])


def _table(rows: tuple[Row, ...]) -> Table:
    return Table(
        "moved_documents",
        "What moved, by document",
        (
            TableColumn("kind", "Kind", "text"),
            TableColumn("document", "Document", "text"),
            TableColumn("supplier", "Supplier", "text"),
            TableColumn("state", "What became of it", "text"),
            TableColumn("before", "Before", "money"),
            TableColumn("after", "After", "money"),
            TableColumn("change", "Change", "money"),
        ),
        rows,
    )
