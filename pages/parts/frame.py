"""What stands around every page: who is here, the moment that is read, the lens and the filters."""

from dataclasses import dataclass

import streamlit as st

from pages.parts import filters, links, person, store
from pages.parts.store import Moment
from queries.errors import ConcordError
from queries.selection import Choices, Selection, parse


@dataclass(frozen=True)
class View:
    """What this rerun shows: a selection, as at one moment of the store."""

    selection: Selection
    choices: Choices
    at: Moment
    latest: Moment


def view() -> View:
    """The view that the frame resolved for this rerun."""
    found: View = st.session_state.view
    return found


def draw(page: str) -> None:
    """Resolve the moment once, then draw the sidebar."""
    latest = store.moment()
    if filters.opened():
        _follow_address(latest)
    elif st.session_state.get("page") != page:
        filters.take_up(store.choices(latest))
        links.write({}, tuple(links.controls()))
    st.session_state.page = page
    pin = st.session_state.get("as_of")
    at = store.moment(pin) if pin else latest
    choices = store.choices(at)
    with st.sidebar:
        selection = filters.bar(choices)
        st.divider()
        person.badge()
    st.session_state.view = View(selection, choices, at, latest)


def _follow_address(latest: Moment) -> None:
    """Read the link as at its own load: an older one may know what the newest does not."""
    choices = store.choices(latest)
    selection, notices = parse(links.read(), choices)
    try:
        if selection.as_of:
            choices = store.choices(store.moment(selection.as_of))
            selection, notices = parse(links.read(), choices)
    except ConcordError as error:
        address = {k: v for k, v in links.read().items() if k != "as_of"}
        selection, notices = parse(address, choices)
        notices = (*notices, f"The link's as_of was left out: {error}.")
    filters.put(selection, choices)
    filters.say(notices)
