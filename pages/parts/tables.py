"""Tables: trees, right-aligned numbers with their unit in the heading, totals that tie out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from pages.parts import look, styled
from pages.parts.look import Palette
from pages.parts.once import once
from spend import money, registry
from spend.outputs.cells import table_scale, whole
from spend.result import PER_ROW, PER_ROW_CHANGE, Cell, Table, TableColumn

INDENT = "\u2003"
ROW = 33
MOST_ROWS = 24
NAME_WIDTH = 190
NUMBERS = ("money", "share", "change", "count", "days", "index", "months", "number", "price")
NOTHING = "–"
BY_ROW = (PER_ROW, PER_ROW_CHANGE)
VARIANCE = "variance"  # the columns that are judged: green and red mean nothing else
WORDS: dict[str, Callable[[Any], str]] = {
    "share": lambda share: money.share(share).removesuffix(" %"),
    "change": lambda share: money.share(share, signed=True).removesuffix(" %"),
    "count": whole,
    "days": lambda days: money.reading(days, "days").removesuffix(" days"),
    "index": whole,
    "months": lambda months: money.reading(months, "months"),
    "number": lambda number: money.reading(number, "number"),
    "price": lambda price: money.reading(price, "price"),
}
TOTAL = "font-weight: bold; background-color: rgba(127, 138, 150, 0.14)"


@dataclass(frozen=True)
class Ready:
    """A table as it is sent, its rows, the unit of its money, and how many rows stand on top."""

    styled: Styler
    rows: int
    unit: str
    first: int


def show(
    table: Table,
    currency: str,
    on_open: Callable[[str], None] | None = None,
    on_row: Callable[[int], None] | None = None,
    most_rows: int = MOST_ROWS,
    exact: bool = False,
    wide: bool = False,
) -> None:
    """A table; a click anywhere in a row calls ``on_open`` with the row's id, ``on_row`` with its
    place, where an id does not say enough.

    Money is in thousands where that reads better, or to the cent (``exact``). Names too long for
    their column make it ``wide``.
    """
    ready = once(_ready, table, currency, most_rows, exact, look.palette())
    key = f"table_{table.name}_{hash(table.ids):x}"  # other rows, no cell chosen

    def opened() -> None:
        cells = st.session_state[key].selection.cells
        row = cells[0][0] - ready.first if cells else -1
        if on_open and 0 <= row < len(table.ids):
            on_open(table.ids[row])
        if on_row and 0 <= row < len(table.ids):
            on_row(row)

    settings: dict[str, Any] = {
        "hide_index": True,
        "column_config": {
            c.key: _column(c, ready.unit, first=i == 0 and not wide)
            for i, c in enumerate(table.columns)
        },
        "height": (min(ready.rows, most_rows) + 1) * ROW + 3,
        "row_height": ROW,
        "key": key,
        "placeholder": NOTHING,
        "alt": table.title,
    }
    if (on_open or on_row) and table.ids:
        settings |= {"on_select": opened, "selection_mode": "single-cell"}
    st.dataframe(ready.styled, **settings)


def unit_words(table: Table, currency: str, opens: bool = True) -> str:
    """Which unit the table's money is in, as a sentence; and whether a row opens."""
    _, word = once(table_scale, table, currency)
    said = f"Money in {word}, rounded; exact in the export."
    return f"{said} Click a row to go down." if opens else said


def frame(table: Table, divisor: int, currency: str, exact: bool = False) -> pd.DataFrame:
    """The rows as a frame, indented along the tree, the total last; money divided.

    Where each row has a unit of its own, the values are words.
    """
    rows = [list(row) for row in table.rows]
    for depth, row in zip(table.depth, rows, strict=False):
        row[0] = f"{INDENT * depth}{row[0]}"
    if table.total:
        rows.append(list(table.total))
    columns = {
        column.key: _words(table, i, currency, exact)
        if column.unit in BY_ROW
        else _values([row[i] for row in rows], column, divisor)
        for i, column in enumerate(table.columns)
    }
    return pd.DataFrame(columns)


def _values(cells: Sequence[Cell], column: TableColumn, divisor: int) -> "pd.Series[Any]":
    if column.unit == "trend":
        return pd.Series([_trend(c) for c in cells], dtype=object)
    if column.unit not in NUMBERS:
        return pd.Series(list(cells), dtype=object)
    by = divisor if column.unit == "money" else 1
    numbers = (_number(c) for c in cells)
    return pd.Series([None if n is None else n / by for n in numbers], dtype="float64")


def _words(table: Table, column: int, currency: str, exact: bool) -> "pd.Series[Any]":
    """A column in each row's own unit, as people read it, money to the cent if ``exact``; nothing
    where there is no unit."""
    signed = table.columns[column].unit == PER_ROW_CHANGE

    def said(cell: Cell, unit: str) -> str | None:
        if cell is None or not unit:
            return None if unit else ""
        if exact and unit == "money":
            return money.exact(_number(cell), currency, signed)
        return money.reading(_number(cell), unit, currency, signed)

    cells = [said(row[column], table.unit(column, n)) for n, row in enumerate(table.rows)]
    return pd.Series([*cells, *([None] if table.total else [])], dtype=object)


def _number(cell: Cell) -> float | None:
    return None if cell is None or isinstance(cell, str) else float(cell)


def _trend(cell: Cell) -> list[float]:
    """The little columns of a trend, written as numbers with commas between them."""
    return [float(part or 0) for part in cell.split(",")] if isinstance(cell, str) else []


# --- how it reads --------------------------------------------------------------------------------


def _column(column: TableColumn, word: str, first: bool) -> Any:
    heading = {
        "money": f"{column.label}, {word}",
        "share": f"{column.label}, %",
        "change": f"{column.label}, %",
    }
    label = heading.get(column.unit, column.label)
    if column.unit in NUMBERS:
        return st.column_config.NumberColumn(label)
    if column.unit in BY_ROW:
        return st.column_config.TextColumn(label, alignment="right")
    if column.unit == "trend":
        colour = look.palette().quiet
        return st.column_config.BarChartColumn(label, y_min=0, color=colour, width="small")
    if first:
        return st.column_config.TextColumn(label, width=NAME_WIDTH, pinned=True)
    return st.column_config.TextColumn(label)


def _ready(table: Table, currency: str, most_rows: int, exact: bool, colours: Palette) -> Ready:
    """Numbers as people read them, and variances in their judgement's colour."""
    divisor, unit = (1, money.symbol(currency).strip()) if exact else table_scale(table, currency)
    data = frame(table, divisor, currency, exact)
    first = 1 if table.total and len(data) > most_rows else 0
    if first:  # a total that would be out of sight stands on top
        data = pd.concat([data.iloc[-1:], data.iloc[:-1]], ignore_index=True)
    total = (0 if first else len(data) - 1) if table.total else None
    words = WORDS | {"money": _cents if exact else whole}
    said = {c.key: _said(data[c.key], words.get(c.unit, _plain)) for c in table.columns}
    styles: dict[str, list[tuple[int, int]]] = {}
    for place, column in enumerate(table.columns):
        for row, style in enumerate(_judged(data[column.key], column, colours)):
            both = "; ".join(filter(None, (style, TOTAL if row == total else "")))
            if both:
                styles.setdefault(both, []).append((row, place))
    return Ready(styled.ready(data, said, styles), len(data), unit, first)


def _said(cells: "pd.Series[Any]", word: Callable[[Any], str]) -> list[str]:
    return [NOTHING if cell is None or cell != cell else word(cell) for cell in cells.tolist()]


def _plain(cell: Any) -> str:
    return f"{cell:.6f}" if isinstance(cell, float) else str(cell)


def _cents(value: float) -> str:
    """An amount to the cent, minus in brackets.

    >>> _cents(-1250)
    '(1,250.00)'
    """
    text = f"{abs(value):,.2f}"
    return f"({text})" if value < 0 and text != "0.00" else text


def _judged(cells: "pd.Series[Any]", column: TableColumn, colours: Palette) -> Iterator[str]:
    """The colour of each cell: of a change by its metric's declaration, of others none."""
    metric = column.metric if column.key.startswith(VARIANCE) else None
    better = registry.all_metrics()[metric].better if metric else "neither"
    for value in cells.tolist():
        if not value or value != value or better == "neither":
            yield ""
        else:
            good = (value > 0) == (better == "higher")
            yield f"color: {colours.good if good else colours.bad}"
