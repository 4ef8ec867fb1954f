"""What moved between two loads: rows by table, and every figure of the budget report."""

from queries import batches
from queries.errors import ConcordError
from queries.selection import Pin, Selection
from queries.store import Store
from spend import budget
from spend.metric import relative
from spend.registry import all_metrics
from spend.result import Cell, Figure, Report, Table, TableColumn, Value

FIGURES = (
    TableColumn("metric", "Metric", "text"),
    TableColumn("label", "Figure", "text"),
    TableColumn("before", "Before", "money"),
    TableColumn("after", "After", "money"),
    TableColumn("change", "Change", "money"),
    TableColumn("share", "Change, share", "change"),
)


def changes(store: Store, first: int, last: int) -> Report:
    """Every table and figure that two loads have otherwise, for the later one's own selection."""
    with store.reader(Pin(last)) as reader:
        frame = batches.changes(reader, first, last)
    after = budget.report(store, Selection(as_of=Pin(last)))
    before = _before(store, after, first)
    columns = (
        TableColumn("table_name", "Table", "text"),
        *(TableColumn(name, name.capitalize(), "count") for name in ("new", "changed", "gone")),
    )
    counts = frame[["new", "changed", "gone"]].astype(int).to_numpy().tolist()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *moved) for name, moved in zip(frame["table_name"], counts, strict=True)
    )
    figures = tuple(_figures(before, after))
    return Report(
        name="changes",
        title="What moved",
        question="What moved between two loads, by table and by figure?",
        selection=after.selection,
        sentence=f"Load {first} to load {last}; figures for {after.sentence}",
        currency=after.currency,
        batch=last,
        message=_message(rows, figures),
        tables=(
            Table("tables", "Rows by table", columns, rows),
            Table("figures", "Figures", FIGURES, figures),
        ),
    )


def _before(store: Store, after: Report, first: int) -> dict[str, Figure]:
    """The same figures as at the earlier load; none where it knew no such selection."""
    chosen = after.selection
    pinned = Selection(
        chosen.from_period, chosen.to_period, budget_version=chosen.budget_version, as_of=Pin(first)
    )
    try:
        return {f.metric: f for f in budget.report(store, pinned).figures}
    except ConcordError:  # a period that the earlier load did not have yet
        return {}


def _figures(before: dict[str, Figure], after: Report) -> list[tuple[Cell, ...]]:
    """Metric, label, before, after, change and relative change of every figure that moved."""
    rows: list[tuple[Cell, ...]] = []
    for figure in after.figures:
        old = before.get(figure.metric)
        was: Value = old.value if old else None
        if was != figure.value:
            change = _difference(was, figure.value)
            label = all_metrics()[figure.metric].label
            share = relative(change, was)
            rows.append((figure.metric, label, was, figure.value, change, share))
    return rows


def _difference(was: Value, now: Value) -> Value:
    if was is None or now is None:
        return None
    return now - was  # type: ignore[operator]  # both are of one metric, so of one kind


def _message(rows: tuple[tuple[Cell, ...], ...], figures: tuple[tuple[Cell, ...], ...]) -> str:
    if not rows and not figures:
        return "Nothing moved."
    return f"Rows of {len(rows)} tables and {len(figures)} figures moved."
