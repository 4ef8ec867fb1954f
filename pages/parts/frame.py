"""What stands around every page: who is here, the moment that is read, the lens and the filters."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from pages.parts import filters, links, person, store
from pages.parts.store import Moment
from queries.errors import ConcordError
from queries.selection import Choices, Selection, parse
from spend.result import Report
from spend.seen import seen


@dataclass(frozen=True)
class View:
    """What this rerun shows: a selection, as at one moment of the store."""

    selection: Selection
    choices: Choices
    at: Moment
    latest: Moment


@dataclass(frozen=True)
class Drawn:
    """What was drawn last: the figures of a view, as exact text by metric."""

    view: View
    figures: Mapping[str, str]


def view() -> View:
    """The view that the frame resolved for this rerun."""
    found: View = st.session_state.view
    return found


def saw(report: Report) -> None:
    """Remember the figures that are about to be shown, for whoever writes something down."""
    st.session_state.drawn = Drawn(view(), seen(report))


def figures() -> Mapping[str, str]:
    """The figures that are on the screen; none while the page is being drawn anew, because those
    that are still there belong to another view."""
    drawn: Drawn | None = st.session_state.get("drawn")
    return drawn.figures if drawn and drawn.view is view() else {}


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
