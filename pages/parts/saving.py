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
from spend.terms_saved import Decision

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


def _write(kind: str, name: str, body: Mapping[str, Any] | None, taken: Sequence[str]) -> None:
    """Write one entry; the request's own id makes a second click find the first one's entry."""
    state, view, who = st.session_state, frame.view(), person.here()
    text = str(state[f"text_{kind}"]).strip()
    if not text:
        state[f"said_{kind}"] = "Nothing was saved: write a line first."
        return
    if text in taken:
        state[f"said_{kind}"] = f"Nothing was saved: there is one called {text} already."
        return
    draft = Draft(
        request_id=state[f"request_{kind}"],
        kind=kind,
        name=name or text,
        body={"text": text} if body is None else body,
        link=links.address({**to_params(replace(view.selection, as_of=view.at.pin)),
                            **links.controls()}),
        team=who.role,
        recorded_by=who.name,
    )  # fmt: skip
    try:
        store.store().record(draft, view.at.batch, datetime.now())
    except ConcordError as error:
        state[f"said_{kind}"] = f"Nothing was saved: {error}."
        return
    state[f"said_{kind}"] = "Saved."
    state[f"request_{kind}"] = uuid.uuid4().hex
