"""The tables of the scorecard: figures against targets, what pulls, and what needs a decision."""

from collections.abc import Mapping, Sequence

from spend.agenda import Topic
from spend.comparison import difference
from spend.kpi_book import KpiBook
from spend.kpi_targets import NONE, Target, comparable, status
from spend.metric import Metric
from spend.questions import QUESTIONS
from spend.registry import all_metrics
from spend.responsibility import ACCOUNTABLE
from spend.result import PER_ROW, PER_ROW_CHANGE, Cell, Table, TableColumn, Value
from spend.tensions import Pull, moved

STATUS = {
    "met": "✓ met",
    "missed": "✗ missed",
    "no judgement": "not judged",
    "not agreed": "not agreed",
    "no target": "no target",
    "no data": "no data",
}
PULLING = "pull apart"


def scorecard(book: KpiBook) -> Table:
    """Every figure under the question that it answers, with its targets and how it stands.

    Rows of questions have no id; the unit of a row is its metric's.
    """
    metrics = all_metrics()
    rows: list[tuple[Cell, ...]] = []
    ids: list[str] = []
    for question in QUESTIONS:
        ids += ["", *question.metrics]
        rows.append((question.text, None, "", *(None,) * (len(COLUMNS) - 4), ""))
        rows += [_row(book, metrics[name]) for name in question.metrics]
    return Table(
        "scorecard",
        "Every figure, its targets, and whether the agreed one is met",
        COLUMNS,
        tuple(rows),
        ids=tuple(ids),
        depth=tuple(1 if name else 0 for name in ids),
        units=tuple(metrics[name].unit if name else "" for name in ids),
    )


COLUMNS = (
    TableColumn("figure", "Figure", "text"),
    TableColumn("value", "Now", PER_ROW),
    TableColumn("status", "Status", "text"),
    TableColumn("trend", "12 periods", "trend"),
    TableColumn("change", "On last year", PER_ROW_CHANGE),
    TableColumn("finance", "Finance wants", PER_ROW),
    TableColumn("procurement", "Procurement wants", PER_ROW),
    TableColumn("agreed", "Agreed", PER_ROW),
    TableColumn("gap", "From agreed", PER_ROW_CHANGE),
    TableColumn("owner", "Owner", "text"),
)


def _row(book: KpiBook, metric: Metric) -> tuple[Cell, ...]:
    figure = book.figures[metric.id]
    target = target_of(book, metric)
    change = moved(figure)
    return (
        metric.label,
        figure.value,
        STATUS[status(metric, figure.value, target)],
        trend(book.trends.get(metric.id, ())),
        change.amount if change else None,
        target.finance,
        target.procurement,
        target.agreed,
        difference(figure.value, target.agreed),
        ACCOUNTABLE[metric.owner],
    )


def target_of(book: KpiBook, metric: Metric) -> Target:
    """The target that a figure of this selection can be held against; none of any other."""
    known = book.targets.get(metric.id, NONE)
    return known.to_date if comparable(metric, book.selection, book.window) else NONE


def trend(values: Sequence[Value]) -> str | None:
    """The values of a trend as one cell; periods without data are left out."""
    known = [value for value in values if value is not None]
    return ",".join(f"{float(value):.6g}" for value in known) if len(known) > 1 else None


def agenda(topics: Sequence[Topic]) -> Table:
    """What needs a decision, the dearest first; cash stands beside the cost, never in it."""
    return Table(
        "agenda",
        "What needs a decision, by what is at stake a year",
        (
            TableColumn("topic", "What", "text"),
            TableColumn("cost", "At stake a year", "money"),
            TableColumn("cash", "Cash to be had", "money"),
            TableColumn("said", "Why", "text"),
            TableColumn("basis", "How reckoned", "text"),
        ),
        tuple((one.name, one.cost, one.cash, one.said, one.basis) for one in topics),
        ids=tuple(one.link for one in topics),
        depth=(0,) * len(topics),
    )


def tensions(pulls: Sequence[Pull]) -> Table:
    """The pairs of figures that pull against each other, with this selection's evidence."""
    words = {"pulling": PULLING, "not now": "not now", "unknown": "not known"}
    metrics: Mapping[str, Metric] = all_metrics()
    return Table(
        "tensions",
        "Figures that pull against each other",
        (
            TableColumn("pair", "Pair", "text"),
            TableColumn("state", "Now", "text"),
            TableColumn("evidence", "Evidence", "text"),
            TableColumn("why", "Why", "text"),
        ),
        tuple(
            (
                f"{metrics[one.tension.one].label} and {metrics[one.tension.other].label.lower()}",
                words[one.state], one.evidence, one.tension.why,
            )
            for one in pulls
        ),
    )  # fmt: skip
