"""What came of the goals that both teams signed: each against what happened, and why it differs."""

import streamlit as st

from pages.parts import bridges, figures, frame, page, store, tables, words
from spend.goal_scored import ScoredGoal, scored_goals
from spend.goal_signing import added, goal_signing, planned_year
from spend.result import Report


def show(currency: str) -> None:
    """Every agreed goal whose first month is over, the newest first; nothing without one."""
    view = frame.view()
    for one in store.report(scored_goals, view.at, view.selection):
        _show(one, currency)


def taken_along(report: Report) -> Report:
    """A plan's report with what is signed and what came of it, for whoever exports it."""
    view = frame.view()
    year = store.report(planned_year, view.at, view.selection)
    signing = store.report(goal_signing, view.at, view.selection, year)
    return added(report, signing, store.report(scored_goals, view.at, view.selection))


def _show(one: ScoredGoal, currency: str) -> None:
    page.heading(f"What came of the goal of {one.fiscal_year}")
    st.markdown(words.plain(one.said))
    figures.facts(one.facts, currency, signed=False, key=f"goal_score_{one.fiscal_year}")
    bridges.show(one.bridge, currency)
    tables.show(one.table, currency, most_rows=12)
    page.caption(f"{one.table.title}. {tables.unit_words(one.table, currency, opens=False)}")
