"""A report's figures, with what their declarations say of them."""

from spend.registry import all_metrics
from spend.result import Figure, Report, Table, TableColumn


def unit(figure: Figure) -> str:
    """The unit of a figure, by its metric's declaration."""
    declared = all_metrics().get(figure.metric)
    return declared.unit if declared else ""


def label(figure: Figure) -> str:
    """The name people know a figure by."""
    declared = all_metrics().get(figure.metric)
    return declared.label if declared else figure.metric


def as_table(report: Report) -> Table:
    """The report's figures as a table like any other."""
    columns = (
        TableColumn("metric", "Metric", "text"),
        TableColumn("label", "Figure", "text"),
        TableColumn("value", "Value"),
        TableColumn("unit", "Unit", "text"),
        TableColumn("rows", "Rows", "count"),
        TableColumn("reason", "Remark", "text"),
    )
    rows = tuple(
        (f.metric, label(f), f.value, _unit_word(unit(f), report.currency), f.rows, f.reason)
        for f in report.figures
    )
    facts = tuple(
        ("", f.label, f.value, _unit_word(f.unit, report.currency), None, f.meaning)
        for f in report.facts
    )
    return Table("figures", "Figures", columns, rows + facts)


def _unit_word(unit: str, currency: str) -> str:
    return currency if unit == "money" else unit
