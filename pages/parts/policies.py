"""How much to hold: what both teams signed, what one of them asks for, and the way to sign it."""

import streamlit as st

from pages.parts import frame, page, person, saving, signing, words
from spend.sentences import capital
from spend.stock_book import POLICY
from spend.stock_choice import Trial
from spend.stock_tried import Policies, proposals

CLEARED = "Each item has its own target again, once both have signed."


def show(found: Policies, trial: Trial) -> None:
    """The policies that stand or are asked for, and a form to ask for the one that is tried."""
    saving.said(POLICY)
    for number, one in enumerate(found.rows):
        signing.row(one, POLICY, number, {"clear": True}, CLEARED)
    if not found.rows:
        page.caption("Nothing is agreed yet: each item has its own target, or the setting's.")
    for line in found.skipped:
        st.warning(words.plain(line), icon=":material/info:")
    _propose(found, trial)


def _propose(found: Policies, trial: Trial) -> None:
    """The target that is tried, as a proposal for what is selected, or for more."""
    view, who = frame.view(), person.here()
    stands = [(one.name, one.body) for one in found.rows if one.state == "in force"]
    asked = proposals(trial, view.selection)
    offered = {one.scope: one for one in asked if (one.scope, one.body()) not in stands}
    if not offered and asked:
        page.caption("What is tried is in force already.")
        return
    if not offered:
        page.caption("To propose a target, set a service level under “What if”.")
        return
    said = {scope: capital(one.said(view.choices)) for scope, one in offered.items()}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        scope = st.selectbox(
            "Propose what is tried", list(offered), format_func=lambda one: said.get(one, one)
        )
    with right:
        saving.press(
            "propose", f"Propose as {who.role}", ":material/edit_note:", POLICY, scope,
            offered[scope].body(), told="It takes effect once the other team signs the same.",
        )  # fmt: skip
