"""Writing into the minutes from a page: once, whole, with the view it was written on."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from pages.parts import frame, links, person, store, words
from queries.errors import ConcordError
from queries.minutes import Draft
from queries.selection import to_params
from spend.decisions import Decision

MOST_LETTERS = 400


def row() -> AbstractContextManager[object]:
    """One quiet row for what can be written."""
    return st.container(horizontal=True, gap="xsmall", key="writing")


def decisions(made: Sequence[Decision]) -> None:
    """What was decided on a page, the newest first."""
    for one in made:
        said = f"{one.at:%-d %B %Y}, {one.by}: {one.text}"
        st.caption(f":material/gavel: {words.plain(said)}")


def form(
    kind: str,
    label: str,
    icon: str,
    ask: str,
    name: str = "",
    body: Mapping[str, Any] | None = None,
    taken: Sequence[str] = (),
) -> None:
    """A button that opens a line to write on: a name for ``body``, or a text about ``name``."""
    state = st.session_state
    state.setdefault(f"request_{kind}", uuid.uuid4().hex)
    with st.popover(label, icon=icon, type="tertiary", key=f"popover_{kind}"):
        st.text_input(ask, key=f"text_{kind}", max_chars=MOST_LETTERS)
        who = person.here()
        st.caption(words.plain(f"Signed by {who.name}, with a link to exactly this view."))
        st.button("Save", key=f"save_{kind}", on_click=_write, args=(kind, name, body, taken))
        if said := state.pop(f"said_{kind}", None):
            st.markdown(words.plain(said))


def press(
    key: str,
    label: str,
    icon: str,
    kind: str,
    name: str,
    body: Mapping[str, Any],
    told: str = "",
    disabled: bool = False,
    primary: bool = False,
) -> None:
    """A button that writes one entry. The request is this drawing's own: pressed twice, it writes
    once."""
    st.button(
        label, key=f"press_{key}", icon=icon, type="primary" if primary else "tertiary",
        help=told or None, disabled=disabled, on_click=_pressed,
        args=(uuid.uuid4().hex, kind, name, body),
    )  # fmt: skip


def said(kind: str) -> None:
    """What became of the last press, once."""
    if line := st.session_state.pop(f"said_{kind}", None):
        st.info(words.plain(line))


def _pressed(request: str, kind: str, name: str, body: Mapping[str, Any]) -> None:
    said = _record(request, kind, name, body)
    if not said and frame.view().selection.as_of:
        said = "Written down; these figures are pinned to what was known before."
    if said:
        st.session_state[f"said_{kind}"] = said


def _write(kind: str, name: str, body: Mapping[str, Any] | None, taken: Sequence[str]) -> None:
    """Write one entry; the request's own id makes a second click find the first one's entry."""
    state = st.session_state
    text = str(state[f"text_{kind}"]).strip()
    if not text:
        state[f"said_{kind}"] = "Nothing was saved: write a line first."
        return
    if text in taken:
        state[f"said_{kind}"] = f"Nothing was saved: there is one called {text} already."
        return
    failed = _record(
        state[f"request_{kind}"], kind, name or text, {"text": text} if body is None else body
    )
    state[f"said_{kind}"] = failed or "Saved."
    if not failed:
        state[f"request_{kind}"] = uuid.uuid4().hex


def _record(request: str, kind: str, name: str, body: Mapping[str, Any]) -> str:
    """Write one entry about this view, pinned; gives why nothing was written, else ""."""
    view, who = frame.view(), person.here()
    draft = Draft(
        request_id=request,
        kind=kind,
        name=name,
        body=body,
        link=links.address({**to_params(replace(view.selection, as_of=view.at.pin)),
                            **links.controls()}),
        team=who.role,
        recorded_by=who.name,
    )  # fmt: skip
    try:
        store.store().record(draft, view.at.batch, datetime.now())
    except ConcordError as error:
        return f"Nothing was saved: {error}."
    return ""
