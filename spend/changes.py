"""What moved between two loads: tables, documents, and every figure; the headlines by cause."""

from queries import batches
from queries.selection import Pin, Selection
from queries.store import Store
from spend.kpi_book import KpiBook
from spend.kpi_moved import figures_at, moved_figures, same_view
from spend.moved import moved, said
from spend.moved import table as causes
from spend.moved_documents import documents
from spend.result import Cell, Note, Report, Table, TableColumn
from spend.sentences import count

MOST_DOCUMENTS = 8  # of a kind that a terminal lists


def changes(store: Store, first: int, last: int) -> Report:
    """What two loads have otherwise, for the later one's own selection.

    Each load goes with what was agreed until the next one came. Figures and documents are of the
    same periods; the headlines are told by cause, from the earlier load's own periods to these.
    """
    before, after = Pin(first), Pin(last)
    with store.reader(after) as reader:
        frame = batches.changes(reader, first, last)
        asked = Selection(as_of=after)
        book = KpiBook.read(reader, asked)
        now, compared = book.figures, same_view(book, asked)
        sentence, currency = book.sentence, reader.settings.currency
    figures = moved_figures(figures_at(store, compared, before), now)
    found = moved(store, asked, before)
    rows: list[tuple[Cell, ...]] = [tuple(row) for row in frame.astype(object).to_numpy().tolist()]
    return Report(
        name="changes",
        title="What moved",
        question="What moved between two loads, by table, by document, by figure and by cause?",
        selection=book.resolved,
        sentence=f"Load {first} to load {last}; figures for {sentence}",
        currency=currency,
        batch=last,
        message=_message(len(rows), len(figures.rows)),
        tables=(
            _by_table(rows),
            figures,
            causes(found),
            documents(store, compared, before, MOST_DOCUMENTS),
        ),
        notes=tuple(Note(said(one, currency)) for one in found if one.before != one.after),
    )


def _by_table(rows: list[tuple[Cell, ...]]) -> Table:
    numbers = (TableColumn(name, name.capitalize(), "count") for name in ("new", "changed", "gone"))
    columns = (TableColumn("table_name", "Table", "text"), *numbers)
    return Table("tables", "Rows by table", columns, tuple(rows))


def _message(tables: int, figures: int) -> str:
    if not tables and not figures:
        return "Nothing moved."
    of = count(tables, "table", "tables")
    return f"Rows of {of} and {count(figures, 'figure', 'figures')} moved."
