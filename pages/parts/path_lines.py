"""The lines behind paths: chosen by what went wrong, by how they went, or by one path."""

from collections.abc import Collection

import streamlit as st

from pages.parts import controls, frame, links, page, store, tables
from spend import path_lines
from spend.paths import PathSection

KEY = "lines"
WHICH = {"": "Which lines? Choose what went wrong, how they went, or a path"}


def chosen(way: PathSection) -> str:
    """Which lines are asked for, before anything is drawn; '' for none."""
    options = _options(way)
    _forget(options)
    return controls.chosen(KEY, options, "it can be what the page's list of lines offers")


def show(way: PathSection, asked: str, currency: str) -> None:
    """The choice, and the lines that were chosen."""
    controls.pick(KEY, _options(way), "The lines themselves")
    if not asked:
        return
    view = frame.view()
    with st.spinner("Reading the lines"):
        found = store.report(path_lines.opened, view.at, view.selection, told=way.told, asked=asked)
    tables.show(found, currency, most_rows=14, exact=True)
    page.caption(found.title)


def _options(way: PathSection) -> dict[str, str]:
    return {**WHICH, **way.lines}


def _forget(options: Collection[str]) -> None:
    """Lines that a change on this page left nothing of are no fault of the link's."""
    state = st.session_state
    if not state.link_opened and state.get(KEY, "") not in options:
        state[KEY] = ""
        links.write({}, (KEY,))
