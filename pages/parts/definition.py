"""One definition in full: how it is made, what it is here, its readings, and what was agreed."""

from collections.abc import Iterator

import streamlit as st

from pages.parts import frame, page, places, store, tables, target, words
from pages.parts.dictionary import COLOURS
from spend import kpis, money, reports
from spend.definition_tables import targets_of, versions
from spend.definition_words import (
    ACCUMULATES,
    ADDITIVE,
    BETTER,
    owner_words,
    tables_words,
    unit_words,
)
from spend.dictionary import Definition
from spend.metric import Metric, Owner
from spend.reports import REPORTS
from spend.responsibility import ACCOUNTABLE
from spend.result import Figure
from spend.sentences import capital, listed
from spend.where_used import page_words

MOST_ROWS = 8
SIDES: tuple[Owner, ...] = ("finance", "procurement")


def show(one: Definition, currency: str) -> None:
    """Everything that is known of one metric."""
    metric = one.metric
    _heading(metric, currency)
    page.caption("Formula")
    st.latex(metric.formula)
    _here(one, currency)
    _sides(one)
    _example(metric)
    _declared(one)
    page.heading("What it should be")
    target.show(metric.id)
    _agreed(one, currency)


def _heading(metric: Metric, currency: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="defined"):
        st.subheader(words.plain(metric.label), anchor=False, width="content")
        st.badge(owner_words(metric), color=COLOURS[metric.owner])
        st.badge(capital(unit_words(metric, currency)), color="gray")
        st.caption(words.plain(metric.id), width="content")
    st.markdown(words.prose(words.first_paragraph(metric.description)))


# --- What it is in this selection ----------------------------------------------------------------


def _here(one: Definition, currency: str) -> None:
    """This selection's own value with its numbers put in, and where it is explained."""
    view, name = frame.view(), one.question.report
    with st.skeleton(height=60):
        report = store.report(REPORTS.get(name, kpis.report), view.at, view.selection)
        figure = report.figure(one.metric.id)
        filled = _filled(figure)
    value = money.reading(figure.value, one.metric.unit, currency)
    said = f"In this selection: {figure.reason or report.sentence}"
    st.markdown(f"**{words.plain(value)}** :small[{words.plain(said)}]")
    if filled and not filled.startswith(one.metric.formula):
        st.latex(filled)
    with st.container(horizontal=True, gap="small", key="used"):
        for name in one.used:
            if name in places.FILES:
                places.link(name, f"See it on {page_words(name)}", ":material/arrow_forward:")


def _filled(figure: Figure) -> str:
    """The formula with this selection's numbers; "" where there is no figure to put in."""
    if figure.value is None:
        return ""
    view = frame.view()
    return store.report(reports.evidence, view.at, view.selection, figure.metric).filled


# --- What it means to whom -----------------------------------------------------------------------


def _sides(one: Definition) -> None:
    """The two readings side by side, with either team's part in what the figure shows."""
    readings = {
        "finance": (one.metric.finance_reading, one.activity.finance),
        "procurement": (one.metric.procurement_reading, one.activity.procurement),
    }
    for side, place in zip(SIDES, page.pair(), strict=True):
        reading, part = readings[side]
        with place:
            st.badge(f"{ACCOUNTABLE[side]} reads", color=COLOURS[side])
            st.markdown(words.plain(reading))
            st.caption(words.plain(f"{one.activity.name}: {part}"))


def _example(metric: Metric) -> None:
    """The worked example, and what the docstring says to whoever calls the function."""
    further = metric.description.partition("\n\n")[2]
    left, right = page.pair()
    with left:
        page.caption("Worked example")
        st.code(metric.example, language="python", wrap_lines=True)
    if further:
        with right:
            page.caption("What it takes and gives")
            st.caption(words.prose(further))


def _declared(one: Definition) -> None:
    """What the declaration says besides, with what shapes the figure now, as a small table."""
    rows = (f"| :small[{words.plain(name)}] | {words.plain(said)} |" for name, said in _facts(one))
    st.markdown("\n".join(["| | :small[How it is made and judged] |", "| :-- | :-- |", *rows]))


def _facts(one: Definition) -> Iterator[tuple[str, str]]:
    metric = one.metric
    yield "Question", one.question.text
    yield "Accountable", f"{one.activity.accountable}: {one.activity.name}"
    yield "Judged", BETTER[metric.better]
    yield "Adds up", ADDITIVE[metric.additive]
    yield "Targets", ACCUMULATES[metric.accumulates]
    missing = f"; nothing is loaded in {tables_words(one.missing)}" if one.missing else ""
    yield "Needs", f"{tables_words(metric.rows)}{missing}"
    for shaped in one.settings:
        yield "Setting", f"{shaped.name} = {shaped.value}: {shaped.meaning}"
    for shaped in one.policies:
        yield "Policy", f"{capital(shaped.meaning)}: {shaped.value}"
    yield "Used on", listed([page_words(name) for name in one.used])
    yield "Source", metric.source


# --- What was agreed, and when -------------------------------------------------------------------


def _agreed(one: Definition, currency: str) -> None:
    page.heading("What was agreed, and when")
    if one.targets:
        tables.show(targets_of(one), currency, most_rows=MOST_ROWS, wide=True)
    if one.versions:
        tables.show(versions([one]), currency, most_rows=MOST_ROWS)
    if not one.targets and not one.versions:
        page.caption("No target is loaded for it, and nothing was signed, set or decided.")
