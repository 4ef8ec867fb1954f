"""The scorecard and what stands around it: figures against targets, topics, and pairs that pull."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from pages.parts import controls, look, page, places, styled, tables, target, words
from pages.parts.look import Palette
from pages.parts.once import once
from spend import registry
from spend.kpi_table import PULLING, STATUS
from spend.result import Report, Table
from spend.sentences import capital
from spend.where_used import where_used

SHOW = {"targets": "With targets", "all": "All figures"}
SIDES = ("finance", "procurement", "agreed")  # columns in the colour of whoever wants it
QUESTION = "font-weight: bold; background-color: rgba(127, 138, 150, 0.14)"
MOST_ROWS = 24


def picked() -> str:
    """The figure that was clicked, or that a link names; "" for none."""
    labels = {name: metric.label for name, metric in registry.all_metrics().items()}
    return controls.chosen("figure", {"": "None", **labels})


def show(report: Report, shown: str, name: str) -> None:
    """The scorecard; a click on a figure says what it is and where it is explained."""
    table = report.table("scorecard")
    kept = _kept(table, shown)
    controls.choose("show", SHOW, "Which figures")
    if name:
        _explained(name)
    places_of = [table.ids[place] for place in kept]
    key = f"scorecard_{shown}"

    def chosen() -> None:
        cells = st.session_state[key].selection.cells
        st.session_state["figure"] = places_of[cells[0][0]] if cells else ""

    st.dataframe(
        once(_styled, table, report.currency, tuple(kept), look.palette()),
        hide_index=True, key=key, on_select=chosen, selection_mode="single-cell",
        row_height=tables.ROW, height=(min(len(kept), MOST_ROWS) + 1) * tables.ROW + 3,
        placeholder=tables.NOTHING, column_config=_columns(table), alt=table.title,
    )  # fmt: skip


def _kept(table: Table, shown: str) -> list[int]:
    """The places of the rows to show: all, or those with a target, under their questions."""
    wanted = [column.key for column in table.columns].index("finance")
    has_target = [any(v is not None for v in row[wanted : wanted + 3]) for row in table.rows]
    if shown == "all" or not any(has_target):
        return list(range(len(table.rows)))
    kept: list[int] = []
    question = 0
    for place, depth in enumerate(table.depth):
        if depth == 0:
            question = place
        elif has_target[place]:
            kept += [question] if question not in kept else []
            kept.append(place)
    return kept


def _columns(table: Table) -> dict[str, Any]:
    labels = {column.key: column.label for column in table.columns}
    text = st.column_config.TextColumn
    found: dict[str, Any] = {key: text(word, alignment="right") for key, word in labels.items()}
    found["figure"] = text(labels["figure"], pinned=True, width=190)
    found["trend"] = st.column_config.LineChartColumn(
        labels["trend"], color=look.palette().quiet, width="small"
    )
    return found | {key: text(labels[key]) for key in ("status", "owner")}


def _styled(table: Table, currency: str, kept: Sequence[int], colours: Palette) -> Styler:
    """Targets in the colours of who wants them; a status in the colour of its judgement."""
    data = tables.frame(table, 1, currency).iloc[list(kept)].reset_index(drop=True)
    states: Mapping[str, str] = {STATUS["met"]: colours.good, STATUS["missed"]: colours.bad}
    shown = data.style
    for side in SIDES:
        shown = shown.set_properties(subset=[side], color=getattr(colours, side))
    shown = shown.map(lambda said: f"color: {states[said]}" if said in states else "", ["status"])
    rows = [row for row, place in enumerate(kept) if not table.ids[place]]
    shown = shown.map(lambda _: QUESTION, subset=pd.IndexSlice[rows, :])
    return styled.at_once(shown)


def _explained(name: str) -> None:
    """What a figure is, in its declaration's words, and the pages that explain it."""
    metric = registry.all_metrics()[name]
    with st.container(border=True, key="explained_metric"):
        st.markdown(
            f"**{words.plain(metric.label)}** · "
            f"{words.prose(words.first_paragraph(metric.description))}"
        )
        with st.container(horizontal=True, gap="small"):
            for report in where_used(name):
                if report in places.FILES and report != "kpis":
                    places.link(report, report.capitalize(), ":material/arrow_forward:")
            st.button(
                "Its definition", key="its_definition", icon=":material/menu_book:",
                type="tertiary", on_click=places.go, args=(f"definitions?metric={name}",),
            )  # fmt: skip
        target.show(name)


def agenda(report: Report) -> None:
    """What needs a decision; a click on a topic goes to its page, narrowed to what it is about."""
    tables.show(report.table("agenda"), report.currency, on_open=places.go, most_rows=10, wide=True)
    page.caption("Amounts of topics may overlap. Click a row to go where it is decided.")
    places.link("review", "Talk about them together: the joint review", ":material/groups:")


def pulls(report: Report) -> None:
    """The pairs of figures that pull against each other in this selection, with their evidence."""
    table = report.table("tensions")
    keys = [column.key for column in table.columns]
    for row in table.rows:
        one = dict(zip(keys, row, strict=True))
        if one["state"] == PULLING:
            said = words.plain(f"{capital(str(one['evidence']))}.")
            st.markdown(f":material/swap_horiz: {said}  \n:small[{words.plain(str(one['why']))}]")
