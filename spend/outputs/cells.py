"""How one value of a table leaves: as words, or made harmless for a spreadsheet."""

import math
from decimal import Decimal

from spend import money
from spend.registry import all_metrics
from spend.result import Cell, Figure, Report, Table, TableColumn

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def words(value: Cell, unit: str, currency: str) -> str:
    """A value as a person reads it in a table, exact to the cent.

    >>> words(Decimal("-1234.5"), "money", "EUR"), words(None, "days", ""), words("a\\x1bb", "", "")
    ('−1,234.50', 'n/a', 'a b')
    """
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None and unit in ("", "text", "date"):
        return ""
    if unit == "money":
        return money.exact(value, "")
    return money.reading(value, unit, currency)


def printable(text: str) -> str:
    """Text without the control characters that could steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula when it opens a CSV file.

    >>> harmless("=cmd()"), harmless("Bolts")
    ("'=cmd()", 'Bolts')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def finite(value: Cell) -> Cell:
    """The value, or nothing where it is a number without a size.

    >>> finite(float("nan")) is None, finite(Decimal("1.10"))
    (True, Decimal('1.10'))
    """
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def unit(figure: Figure) -> str:
    """The unit of a figure, by its metric's declaration."""
    declared = all_metrics().get(figure.metric)
    return declared.unit if declared else ""


def label(figure: Figure) -> str:
    """The name people know a figure by."""
    declared = all_metrics().get(figure.metric)
    return declared.label if declared else figure.metric


def heading(column: TableColumn, currency: str) -> str:
    """A column's heading with its unit, as money needs its currency beside it."""
    if column.unit == "money":
        return f"{column.label} ({currency})"
    return f"{column.label} (days)" if column.unit == "days" else column.label


def figures_table(report: Report) -> Table:
    """The report's figures as a table like any other."""
    columns = (
        TableColumn("metric", "Metric", "text"),
        TableColumn("label", "Figure", "text"),
        TableColumn("value", "Value"),
        TableColumn("unit", "Unit", "text"),
        TableColumn("rows", "Rows", "count"),
        TableColumn("reason", "Why there is none", "text"),
    )
    rows = tuple(
        (f.metric, label(f), f.value, _unit_word(unit(f), report.currency), f.rows, f.reason)
        for f in report.figures
    )
    return Table("figures", "Figures", columns, rows)


def _unit_word(unit: str, currency: str) -> str:
    return currency if unit == "money" else unit
