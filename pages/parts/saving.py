"""Writing into the minutes from a page: once, whole, with the view it was written on."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from pages.parts import frame, links, person, store, words
from queries.errors import ConcordError
from queries.minutes import Draft
from spend import seen

MOST_LETTERS = 400
Write = Callable[[Draft, int, datetime], int]  # an entry, the load, and now: the minute


def row() -> AbstractContextManager[object]:
    """One quiet row for what can be written."""
    return st.container(horizontal=True, gap="xsmall", key="writing")


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
    request: str = "",
    write: Write | None = None,
) -> None:
    """A button that writes one entry. The request is this drawing's own: pressed twice, it writes
    once. One of the caller's numbers what the entry takes the place of; ``write`` as in
    ``record``."""
    st.button(
        label, key=f"press_{key}", icon=icon, type="primary" if primary else "tertiary",
        help=told or None, disabled=disabled, on_click=_pressed,
        args=(request or uuid.uuid4().hex, kind, name, body, write),
    )  # fmt: skip


def said(kind: str) -> None:
    """What became of the last press, once."""
    if line := st.session_state.pop(f"said_{kind}", None):
        st.info(words.plain(line))


def _pressed(
    request: str, kind: str, name: str, body: Mapping[str, Any], write: Write | None
) -> None:
    said = _record(_draft(request, kind, name, body), write)
    if not said and frame.view().selection.as_of:
        said = "Written down; these figures are pinned to what was known before."
    if said:
        st.session_state[f"said_{kind}"] = said


def record(
    request: str, kind: str, name: str, body: Mapping[str, Any], write: Write | None = None
) -> str:
    """Write one entry about this view, from the callback of a form of a part's own; gives why
    nothing was written, else "". What belongs to it elsewhere is written by ``write`` with it."""
    return _record(_draft(request, kind, name, body), write)


def _write(kind: str, name: str, body: Mapping[str, Any] | None, taken: Sequence[str]) -> None:
    """Write one entry; a second click finds the first one's, by its request or by what it says."""
    state = st.session_state
    text = str(state[f"text_{kind}"]).strip()
    if not text:
        again = state.pop(f"saved_{kind}", False)  # the second click of two
        state[f"said_{kind}"] = "Saved." if again else "Nothing was saved: write a line first."
        return
    said = {"text": text} if body is None else body
    draft = _draft(state[f"request_{kind}"], kind, name or text, said)
    if text in taken and not _repeats(draft):
        state[f"said_{kind}"] = f"Nothing was saved: there is one called {text} already."
        return
    failed = _record(draft)
    state[f"said_{kind}"] = failed or "Saved."
    if not failed:
        state[f"request_{kind}"] = uuid.uuid4().hex
        state[f"text_{kind}"], state[f"saved_{kind}"] = "", True


def _draft(request: str, kind: str, name: str, body: Mapping[str, Any]) -> Draft:
    """One entry about this view, pinned, with the figures that are on the screen."""
    view, who = frame.view(), person.here()
    return Draft(
        request_id=request,
        kind=kind,
        name=name,
        body=body,
        link=links.of(replace(view.selection, as_of=view.at.pin)),
        team=who.role,
        recorded_by=who.name,
        figures=frame.figures(),
    )


def _record(draft: Draft, write: Write | None = None) -> str:
    """Write one entry down; gives why nothing was written, else ""."""
    write = write or store.store().record
    try:
        if not _repeats(draft):
            write(draft, frame.view().latest.batch, store.now())
    except ConcordError as error:
        return f"Nothing was saved: {error}."
    return ""


def _repeats(draft: Draft) -> bool:
    """Whether the last entry of this name is this one, word for word, by the same person on the
    same view: the second click of two, which came too late for the request of the first."""
    with store.store().reader() as reader:
        of_name = [entry for entry in reader.entries(draft.kind) if entry.name == draft.name]
    if not of_name:
        return False
    last, said = of_name[-1], json.loads(json.dumps(draft.body))
    return (last.team, last.recorded_by, last.batch, last.body, seen.view(last.link)) == (
        draft.team, draft.recorded_by, frame.view().latest.batch, said, seen.view(draft.link)
    )  # fmt: skip
