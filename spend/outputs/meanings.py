"""What exported figures mean, from their declarations: as a table, and in words for a speaker."""

from collections.abc import Iterable, Iterator

from spend.definition_words import owner_words, unit_words
from spend.metric import Metric
from spend.outputs.formula import in_words
from spend.registry import all_metrics
from spend.result import Report, Table, TableColumn

COLUMNS = {
    "label": "Figure", "metric": "Metric", "unit": "Unit", "owner": "Owner",
    "description": "What it is", "formula": "Formula", "better": "Better",
    "finance": "Finance reads", "procurement": "Procurement reads", "source": "Source",
}  # fmt: skip


def shown(report: Report) -> tuple[str, ...]:
    """The metrics that a report shows: its figures', then those of its tables' columns."""
    columns = (c.metric for table in report.tables for c in table.columns if c.metric)
    every = (*(figure.metric for figure in report.figures), *columns)
    return tuple(name for name in dict.fromkeys(every) if name in all_metrics())


def table(metrics: Iterable[str], currency: str) -> Table:
    """Each metric's definition, one a row."""
    declared = all_metrics()
    rows = tuple(
        (
            one.label, one.id, unit_words(one, currency), owner_words(one), _plain(one),
            in_words(one.formula), one.better, one.finance_reading, one.procurement_reading,
            one.source,
        )
        for one in (declared[name] for name in metrics)
    )  # fmt: skip
    columns = tuple(TableColumn(key, label, "text") for key, label in COLUMNS.items())
    return Table("definitions", "Definitions", columns, rows)


def lines(metrics: Iterable[str]) -> Iterator[str]:
    """Each metric in two sentences, for who speaks about it.

    >>> next(lines(["days_to_pay"])).partition(":")[0]
    'Days to pay'
    """
    declared = all_metrics()
    for one in (declared[name] for name in metrics):
        formula = in_words(one.formula)
        yield f"{one.label}: {_plain(one).partition('  ')[0]} It is {formula}."


def _plain(metric: Metric) -> str:
    """What a metric is: its description up to what is for who calls the function."""
    return " ".join(metric.description.partition("\n\n")[0].replace("``", "").split())
