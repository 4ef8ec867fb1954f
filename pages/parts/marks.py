"""Headline figures with what each team says of them, and the way to say it."""

import uuid
from collections.abc import Sequence

import streamlit as st

from pages.parts import figures, person, saving, words
from spend import registry
from spend.marks import MARK, Mark, State, body
from spend.meetings import Params
from spend.review_book import Headline

SIGNS = {"agreed": "✓", "disputed": "✗"}


def tiles(heads: Sequence[Headline], currency: str, params: Params, editable: bool) -> None:
    """The headline figures as tiles, each with its marks, and a form to mark it."""
    declared = registry.all_metrics()
    grid = st.grid(figures.MOST, min_column_width=150, gap=10, border=True, key="headlines")
    for one in heads:
        with grid.cell():
            figures.tile(one.figure, declared[one.metric], currency)
            _badges(one)
            if editable:
                _form(one, params)
    saving.said(MARK)
    lines = [_reason(one, mark) for one in heads for mark in one.marks if mark.reason or mark.moved]
    if lines:
        st.caption("\n".join(f"- {line}" for line in lines))


def _badges(one: Headline) -> None:
    """What the teams say of a figure, in their colours and by a shape."""
    if one.agreed:
        st.badge("✓ Both agree", color="violet")
        return
    said = [_badge(mark) for mark in one.marks]
    st.markdown(" ".join(said) or ":small[:gray[Not marked]]")


def _badge(mark: Mark) -> str:
    team = mark.team.capitalize()
    if mark.moved:
        return f":gray-badge[Δ {team}]"
    return f":{person.COLOURS[mark.team]}-badge[{SIGNS[mark.state]} {team}]"


def _reason(one: Headline, mark: Mark) -> str:
    """One mark with its reason, who made it and when."""
    label = registry.all_metrics()[one.metric].label
    said = f"{label}: {mark.said()} ({mark.by}, {mark.at:%-d %B %Y})"
    return words.plain(said)


def _form(one: Headline, params: Params) -> None:
    """A button that opens what this person can say of a figure."""
    who = person.here()
    own = next((mark for mark in one.marks if mark.team == who.role), None)
    request, key = uuid.uuid4().hex, f"reason_{who.role}_{one.metric}"
    st.session_state.setdefault(key, own.reason if own else "")
    with st.popover("Mark", type="tertiary", icon=":material/edit:", key=f"mark_{one.metric}"):
        st.text_input(
            "Why", key=key, max_chars=saving.MOST_LETTERS,
            placeholder="A dispute needs a reason",
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            _button(one, "agreed", "Agree", ":material/check:", request, params)
            _button(one, "disputed", "Dispute", ":material/close:", request, params)
            if own:
                _button(one, "none", "Take it back", ":material/undo:", request, params)
        told = f"For {who.role}, by {who.name}. It stands while the figure has this value."
        st.caption(words.plain(told))


def _button(
    one: Headline, state: State, label: str, icon: str, request: str, params: Params
) -> None:
    st.button(
        label, icon=icon, key=f"{state}_{one.metric}", type="tertiary",
        on_click=_write, args=(one, state, f"{request}{state}", params),
    )  # fmt: skip


def _write(one: Headline, state: State, request: str, params: Params) -> None:
    """Write one mark, once, with the value that its writer saw."""
    key = f"reason_{person.here().role}_{one.metric}"
    reason = str(st.session_state.get(key) or "").strip()
    if state == "disputed" and not reason:
        label = registry.all_metrics()[one.metric].label.lower()
        st.session_state[f"said_{MARK}"] = f"Nothing was saved: say why {label} is disputed."
        return
    said = body(state, "" if state == "none" else reason, one.figure.value, params)
    if failed := saving.record(request, MARK, one.metric, said):
        st.session_state[f"said_{MARK}"] = failed
