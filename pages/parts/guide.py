"""Concord in a minute: what somebody who is here for the first time needs to know."""

import streamlit as st

from pages.parts import places
from spend.questions import QUESTIONS

STEPS = (
    ("One set of numbers", "Every figure is computed once, from the books of both teams. The lens "
     "on the left changes the words and their order, never a number."),
    ("Two readings", "Where the teams read a figure differently, both readings stand side by side, "
     "with the items between them. They always close to zero."),
    ("Every figure opens", "“Open a figure” shows its definition, its formula with its own "
     "numbers, the SQL and the rows behind it."),
    ("Signed by both", "Targets, policies and savings count as agreed once one person of each team "
     "has signed. The address holds the whole view: copy it, or pin it for good."),
)  # fmt: skip


def show() -> None:
    """A fold to open: four things to know, and where each question is answered."""
    with st.expander("New here? Concord in a minute", icon=":material/school:"):
        grid = st.grid(len(STEPS), min_column_width=200, gap="medium")
        for title, words in STEPS:
            with grid.cell():
                st.markdown(f"**{title}**  \n{words}")
        with st.container(horizontal=True, gap="small"):
            for question in QUESTIONS:
                places.link(question.report, question.text, ":material/arrow_forward:")
