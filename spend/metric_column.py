"""Columns that show a metric: what heads them is what is declared."""

from spend.registry import all_metrics
from spend.result import TableColumn


def metric_column(key: str, metric: str) -> TableColumn:
    """A column of a metric's values, with the label and the unit of its declaration.

    >>> metric_column("late", "paid_late_share")
    TableColumn(key='late', label='Paid late', unit='share', metric='paid_late_share')
    """
    declared = all_metrics()[metric]
    return TableColumn(key, declared.label, declared.unit, metric)
