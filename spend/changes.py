"""What moved between two loads: rows by table, and every figure of both teams."""

from queries import batches
from queries.selection import Pin, Selection
from queries.store import Store
from spend.kpi_book import KpiBook
from spend.kpi_moved import figures_at, moved_figures
from spend.result import Cell, Report, Table, TableColumn


def changes(store: Store, first: int, last: int) -> Report:
    """Every table and figure that two loads have otherwise, for the later one's own selection."""
    with store.reader(Pin(last)) as reader:
        frame = batches.changes(reader, first, last)
        book = KpiBook.read(reader, Selection(as_of=Pin(last)))
        after, selection = book.figures, book.resolved
        sentence, currency = book.sentence, reader.settings.currency
    before = figures_at(store, selection, Pin(first))
    columns = (
        TableColumn("table_name", "Table", "text"),
        *(TableColumn(name, name.capitalize(), "count") for name in ("new", "changed", "gone")),
    )
    counts = frame[["new", "changed", "gone"]].astype(int).to_numpy().tolist()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *moved) for name, moved in zip(frame["table_name"], counts, strict=True)
    )
    figures = moved_figures(before, after)
    return Report(
        name="changes",
        title="What moved",
        question="What moved between two loads, by table and by figure?",
        selection=selection,
        sentence=f"Load {first} to load {last}; figures for {sentence}",
        currency=currency,
        batch=last,
        message=_message(len(rows), len(figures.rows)),
        tables=(Table("tables", "Rows by table", columns, rows), figures),
    )


def _message(tables: int, figures: int) -> str:
    if not tables and not figures:
        return "Nothing moved."
    return f"Rows of {tables} tables and {figures} figures moved."
