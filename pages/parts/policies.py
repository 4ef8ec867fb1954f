"""How much to hold: what both teams signed, what one of them asks for, and the way to sign it."""

import streamlit as st

from pages.parts import frame, page, person, saving, words
from pages.parts.person import HATS
from spend.stock_book import POLICY
from spend.stock_choice import Trial
from spend.stock_tried import Policies, Standing, proposals


def show(found: Policies, trial: Trial) -> None:
    """The policies that stand or are asked for, and a form to ask for the one that is tried."""
    saving.said(POLICY)
    for number, one in enumerate(found.rows):
        _row(one, number)
    if not found.rows:
        page.caption("Nothing is agreed yet: each item has its own target, or the setting's.")
    for line in found.skipped:
        st.warning(words.plain(line), icon=":material/info:")
    _propose(found, trial)


def _row(one: Standing, number: int) -> None:
    agreed = one.state == "in force"
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"policy_{number}"
    ):
        st.badge("In force" if agreed else "Proposed", color="violet" if agreed else "gray")
        st.markdown(f"**{words.plain(one.said)}**  \n:small[{words.plain(_signatures(one))}]")
        if not agreed:
            _sign(one, number)
        else:
            saving.press(
                f"end_{number}", "Propose to end it", ":material/undo:", POLICY, one.scope,
                {"clear": True}, told="Each item has its own target again, once both have signed.",
            )  # fmt: skip


def _signatures(one: Standing) -> str:
    names = (one.finance, one.procurement)
    signed = " and ".join(name for name in names if name)
    missing = f"; {one.missing} has yet to sign" if one.missing else ""
    return f"Signed by {signed}, {one.at:%-d %B %Y}{missing}."


def _sign(one: Standing, number: int) -> None:
    """The button of the side whose signature is missing; the other sees why it is not theirs."""
    who = person.here()
    mine = one.missing not in HATS or one.missing == who.role
    saving.press(
        f"sign_{number}", f"Sign as {who.role}", ":material/signature:", POLICY, one.scope,
        one.body, disabled=not mine, primary=mine,
        told="" if mine else f"Signed by {who.role} already: it is {one.missing}'s turn.",
    )  # fmt: skip


def _propose(found: Policies, trial: Trial) -> None:
    """The target that is tried, as a proposal for what is selected, or for more."""
    view, who = frame.view(), person.here()
    stands = [(one.scope, one.body) for one in found.rows if one.state == "in force"]
    asked = proposals(trial, view.selection)
    offered = {one.scope: one for one in asked if (one.scope, one.body()) not in stands}
    if not offered and asked:
        page.caption("What is tried is in force already.")
        return
    if not offered:
        page.caption("To propose a target, set a service level under “What if”.")
        return
    said = {scope: words.capital(one.said(view.choices)) for scope, one in offered.items()}
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
