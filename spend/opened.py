"""Opening a figure, whatever its subject: one page of its rows beside its formula and its SQL."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select

from queries.evidence import read_lines
from queries.store import Reader
from spend.metric import filled
from spend.registry import all_metrics
from spend.result import Cell, Evidence

PAGE_SIZE = 50


def opened(
    reader: Reader,
    rows: Select[Any],
    page: int,
    metric: str,
    numbers: Mapping[str, str],
    result: str,
    note: str = "",
) -> Evidence:
    """What stands behind one figure: some rows, and its formula with its numbers and result.

    ``note`` is what people should know of these rows.
    """
    lines = read_lines(reader, rows, page, PAGE_SIZE)
    return Evidence(
        metric,
        filled(all_metrics()[metric], numbers, result),
        lines.sql,
        lines.row_count,
        lines.batches,
        tuple(name.replace("_", " ") for name in lines.columns),
        tuple(tuple(_cell(value) for value in row) for row in lines.rows),
        page,
        PAGE_SIZE,
        note,
    )


def _cell(value: object) -> Cell:
    if isinstance(value, date):
        return value.isoformat()
    return value  # type: ignore[return-value]
