"""A report's figures, with what their declarations say of them."""

from collections.abc import Mapping

from spend.questions import HEADLINES
from spend.registry import all_metrics
from spend.result import PER_ROW, Figure, Report, Table, TableColumn

# What a page shows in large letters, where it is not the first of its figures.
TILES: Mapping[str, tuple[str, ...]] = {
    "budget": (
        "budget_amount", "actual_spend", "accrued_spend", "committed_spend", "requested_spend",
        "available_budget",
    ),
    "terms": (
        "agreed_days", "days_to_pay", "paid_early_share", "paid_late_share", "overdue_payables",
        "discount_capture",
    ),
    "stock": (
        "stock_value", "days_inventory", "safety_stock_value", "excess_stock_value",
        "obsolete_stock_value", "required_safety_stock_value",
    ),
    "kpis": HEADLINES,
}  # fmt: skip


def large(report: Report) -> tuple[Figure, ...]:
    """The figures that a page shows in large letters, in its order."""
    by_name = {figure.metric: figure for figure in report.figures}
    return tuple(
        by_name[name] for name in TILES.get(report.name, tuple(by_name)) if name in by_name
    )


def unit(figure: Figure) -> str:
    """The unit of a figure, by its metric's declaration."""
    declared = all_metrics().get(figure.metric)
    return declared.unit if declared else ""


def label(figure: Figure) -> str:
    """The name people know a figure by."""
    declared = all_metrics().get(figure.metric)
    return declared.label if declared else figure.metric


def short(figure: Figure) -> str:
    """The name of a figure where there is little room."""
    declared = all_metrics().get(figure.metric)
    return declared.short if declared else figure.metric


def as_table(report: Report) -> Table:
    """The report's figures as a table like any other."""
    columns = (
        TableColumn("metric", "Metric", "text"),
        TableColumn("label", "Figure", "text"),
        TableColumn("value", "Value", PER_ROW),
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
    units = (*map(unit, report.figures), *(f.unit for f in report.facts))
    return Table("figures", "Figures", columns, rows + facts, units=units)


def _unit_word(unit: str, currency: str) -> str:
    return currency if unit == "money" else unit
