"""Open this figure: its definition, the formula with its own numbers, the SQL, and the rows."""

import csv
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import places, words
from spend import money, registry, sentences
from spend.metric import Metric
from spend.outputs.cells import harmless
from spend.result import Cell, Evidence, Report

Ask = Callable[[str, int], Evidence]
PAGE = "evidence_page"
NUMBER = st.column_config.NumberColumn(format="localized")
AMOUNT = st.column_config.NumberColumn(format="%,.2f")


def opener(report: Report, metrics: Sequence[str], ask: Ask) -> None:
    """A menu of the page's figures; the one chosen opens."""
    declared = registry.all_metrics()
    asked = st.menu_button(
        "Open a figure",
        [m for m in metrics if m in declared],
        format_func=lambda name: declared[name].label,
        icon=":material/search:",
        type="tertiary",
        key="open_figure",
    )
    if asked:
        metric = declared[asked]
        st.dialog(_title(metric, report), width="large")(_body)(metric, report, ask)


def _title(metric: Metric, report: Report) -> str:
    value = money.reading(report.figure(metric.id).value, metric.unit, report.currency)
    return words.plain(f"{metric.label}: {value}")


def _body(metric: Metric, report: Report, ask: Ask) -> None:
    st.caption(words.plain(f"{report.sentence} Load {report.batch}."))
    st.markdown(words.prose(words.first_paragraph(metric.description)))
    st.latex(metric.formula)
    page = int(st.session_state.get(f"{PAGE}_{metric.id}", 1))
    with st.skeleton(height=160):
        found = ask(metric.id, page - 1)
    if found.filled:
        st.latex(found.filled)
    _readings(metric)
    if st.button("Its definition", icon=":material/menu_book:", type="tertiary", key="define"):
        places.go(f"definitions?metric={metric.id}")
        places.leave()
    _rows(metric, found)
    with st.expander("SQL", icon=":material/code:"):
        st.code(found.sql, language="sql", wrap_lines=True)


def _readings(metric: Metric) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.badge("Finance", color="blue")
        st.caption(words.plain(metric.finance_reading))
    with right:
        st.badge("Procurement", color="orange")
        st.caption(words.plain(metric.procurement_reading))


def _rows(metric: Metric, found: Evidence) -> None:
    if found.note:
        st.caption(words.plain(found.note))
    loads = ", ".join(str(b) for b in found.batches)
    said = sentences.count(found.row_count, "row", "rows")
    st.markdown(f"**{said}**" + (f" · from load {loads}" if loads else ""))
    if not found.rows:
        st.caption("No rows stand behind this figure in this selection.")
        return
    data = _frame(found)
    names = map(str, data.select_dtypes("number"))
    numbers: dict[str, Any] = {n: AMOUNT if n.endswith("amount") else NUMBER for n in names}
    st.dataframe(
        data, hide_index=True, height=320, row_height=30, column_config=numbers, key="evidence_rows"
    )
    pages = -(-found.row_count // found.page_size)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if pages > 1:
            st.pagination(pages, key=f"{PAGE}_{metric.id}")
        st.download_button(
            "Download these rows",
            _csv(found),
            file_name=f"{metric.id}_rows_{found.page + 1}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
        )


def _frame(found: Evidence) -> pd.DataFrame:
    """The rows as they were loaded; columns of nothing but numbers as numbers."""
    columns = {name: [row[i] for row in found.rows] for i, name in enumerate(found.columns)}
    return pd.DataFrame({name: _column(cells) for name, cells in columns.items()})


def _column(cells: Sequence[Cell]) -> "pd.Series[Any]":
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, Decimal | float | int) for cell in known):
        return pd.Series([None if c is None else float(c) for c in cells], dtype="float64")
    return pd.Series([words.cell(c) for c in cells], dtype="str")


def _csv(found: Evidence) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(found.columns)
    writer.writerows([[harmless(words.cell(v)) for v in row] for row in found.rows])
    return text.getvalue().encode("utf-8-sig")
