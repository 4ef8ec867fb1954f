"""Before a review: the figures with their marks, the agenda, and what became of the last one."""

import streamlit as st

from pages.parts import frame, marks, page, review_agenda, review_moved, tables, tasks
from pages.parts.review_state import Opened


def show(here: Opened) -> None:
    """Figures, agenda, and what was promised last time."""
    figures(here)
    page.heading("Agenda")
    review_agenda.show(here)
    promised(here)
    review_moved.show(here)
    page.readings(here.report)


def figures(here: Opened) -> None:
    """The headline figures with their marks; a person at the newest moment may mark them."""
    review = here.review
    marks.tiles(
        review.headlines, review.figures.currency, review.figures.params, here.editable
    )  # fmt: skip


def promised(here: Opened) -> None:
    """What was promised before and is to be done yet."""
    actions = here.review.promised
    if actions:
        page.heading("Promised before")
        writing = frame.view().selection.as_of is None
        tasks.rows(actions, "promised", here.review.day, writing)


def trail(here: Opened) -> None:
    """The whole minutes, folded until somebody asks."""
    fold = st.expander("The minutes, every entry", on_change="rerun", key="trail")
    if fold.open:
        with fold:
            tables.show(here.report.table("minutes"), here.report.currency)
            page.caption("Newest first; nothing is ever changed or taken away. CSV under Export.")
