"""The lines behind paths: which went a way, were out of order, or took one path."""

from queries import path_evidence
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.path_order import DEVIATIONS, WAYS
from spend.path_reading import PathReading, known
from spend.path_tables import MOST_PATHS, out_of_order, ways
from spend.purchasing_book import PurchasingBook
from spend.result import Table, TableColumn
from spend.sentences import count

MOST = 200
UNKNOWN = "Not assigned"


def choices(reading: PathReading) -> dict[str, str]:
    """What lines can be asked for, in words: what went wrong, how they went, and common paths."""
    found: dict[str, str] = {}
    if reading.is_papers:
        wrong, went = out_of_order(reading), ways(reading)
        found |= {key: f"{DEVIATIONS[key]} ({lines:,})" for key, (lines, _) in wrong.items()}
        found |= {key: f"{WAYS[key]} ({lines:,})" for key, (lines, _) in went.items()}
    top = reading.lines["lines"].head(MOST_PATHS)
    paths = zip(map(str, top.index), top.tolist(), strict=True)
    return found | {path: f"{path} ({lines:,})" for path, lines in paths}


def opened(store: Store, selection: Selection, told: str, asked: str) -> Table:
    """The lines that ``asked`` names, one of ``choices``, those worth most first.

    Raises ``ConcordError`` where nobody tells of lines so.
    """
    with store.reader(selection.as_of) as reader:
        book = PurchasingBook.read(reader, selection)
        if told not in known(book):
            raise ConcordError(f"told {told!r}: it can be {', '.join(known(book))}")
        return _opened(PathReading.read(book, told), asked)


def _opened(reading: PathReading, asked: str) -> Table:
    book = reading.book
    found = path_evidence.lines_of(
        book.reader, book.selection, book.span, reading.source, _paths(reading, asked), MOST
    )
    names = book.choices.options["supplier"]
    rows = tuple(
        (r.document, r.line_no, names[r.supplier_id].name if r.supplier_id in names else UNKNOWN,
         f"{r.begun_on:%-d %B %Y}", r.amount, r.days, r.path)
        for r in found
    )  # fmt: skip
    unit = reading.unit
    number = count(int(found[0].all_lines) if found else 0, unit.removesuffix("s"), unit)
    first = f"; the {MOST} that are worth most" if found and found[0].all_lines > MOST else ""
    return Table("path_lines", f"{_label(asked)}: {number}{first}", _columns(reading), rows)


def _label(asked: str) -> str:
    """What was asked for, in words; a path speaks for itself."""
    return next((WAYS[way] for way in WAYS if way == asked), DEVIATIONS.get(asked, asked))


def _columns(reading: PathReading) -> tuple[TableColumn, ...]:
    document = "Invoice" if reading.unit == "invoice lines" else "Order"
    return (
        TableColumn("document", document, "text"),
        TableColumn("line_no", "Line", "text"),
        TableColumn("supplier", "Supplier", "text"),
        TableColumn("begun", "Begun", "text"),
        TableColumn("money", "Worth", "money"),
        TableColumn("days", "Days", "days"),
        TableColumn("path", "Path", "text"),
    )


def _paths(reading: PathReading, asked: str) -> list[str]:
    """The paths of the lines that are asked for."""
    if reading.is_papers and asked in WAYS:
        went = zip(map(str, reading.lines.index), reading.ways(reading.lines), strict=True)
        return [path for path, way in went if way == asked]
    if reading.is_papers and asked in DEVIATIONS:
        return [path for path, wrong in reading.deviations().items() if asked in wrong]
    return [asked]
