"""The skeleton of every page, in the order of LOOK: title and selection, tiles, message, charts,
the reading for the lens, the table, and one quiet row of actions.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Concatenate, Literal, ParamSpec

import streamlit as st

from pages.parts import (
    evidence,
    exports,
    figures,
    filters,
    frame,
    links,
    pinned,
    saving,
    share,
    store,
    talk,
    tasks,
    words,
)
from pages.parts.store import Moment
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.conversation import COMMENT, DECISION
from spend.result import Fact, Report

P = ParamSpec("P")
Make = Callable[Concatenate[Store, Selection, P], Report]
SIDES: dict[str, tuple[str, Literal["blue", "orange"]]] = {
    "finance": ("Finance reads", "blue"),
    "procurement": ("Procurement reads", "orange"),
}


def report(make: Make[P], *args: P.args, **controls: P.kwargs) -> Report:
    """The page's report for this view; where there is none, the page says why and ends."""

    def at(moment: Moment, selection: Selection) -> Report:
        return store.report(make, moment, selection, *args, **controls)

    return _shown(at)


def written(make: Callable[[Store, Selection], Report]) -> Report:
    """As ``report``, for one that tells what is said about figures too: anew after every entry."""
    return _shown(lambda moment, selection: store.written(make, moment, selection))


def _shown(at: Callable[[Moment, Selection], Report]) -> Report:
    view = frame.view()
    if not view.at.batch:
        welcome()
        st.stop()
    st.session_state.made = at
    try:
        with st.skeleton(height=420):
            return at(view.at, view.selection)
    except ConcordError as error:
        filters.notices()
        st.error(words.plain(str(error)), icon=":material/error:")
        st.stop()


def welcome() -> None:
    """Nothing is loaded yet: say so, and how to start."""
    st.title("Nothing is loaded yet", anchor=False)
    st.markdown("Concord shows budget and spend from extracts of your own systems.")
    first, second, third = st.columns(3, gap="medium", border=True)
    with first:
        st.markdown("**Look around**  \nA made-up manufacturer with three years of books.")
        st.code("spend demo", language="shell")
    with second:
        st.markdown("**Load your extracts**  \nA folder of CSV, Parquet or Excel files.")
        st.code("spend load FOLDER", language="shell")
    with third:
        st.markdown("**Or upload files**  \nThe same checks, from this browser.")
        st.page_link("pages/reference/data.py", label="Upload", icon=":material/upload:")


def head(report: Report, moment: bool = True) -> None:
    """The title, what the page answers, and one line that says what is shown.

    Where the report's own sentence says the moment, ``moment`` is off.
    """
    frame.saw(report)
    st.title(words.plain(report.title), anchor=False, help=words.plain(report.question))
    load = f"Load {report.batch} of {store.loaded_at(frame.view().at):%-d %B %Y, %H:%M}."
    said = f" {load}{_last_period()}" if moment else ""
    st.caption(words.plain(f"{report.sentence}{said}"))
    filters.notices()
    pinned.banner(report, st.session_state.made)


def _last_period() -> str:
    """Whether the last period shown can still change."""
    view = frame.view()
    last = view.selection.to_period or view.choices.default_to
    period = view.choices.calendar.get(last) if last else None
    if not period:
        return ""
    return f" {period.words} is {'closed' if period.closed else 'still open'}."


def message(report: Report) -> None:
    """What the figures say, in one sentence."""
    st.subheader(words.plain(report.message), anchor=False)


def pair() -> tuple[AbstractContextManager[object], AbstractContextManager[object]]:
    """Two places side by side; one under the other where they would be narrow."""
    grid = st.grid(2, min_column_width=380, gap="medium")
    return grid.cell(), grid.cell()


def heading(text: str) -> None:
    """What stands above a table of its own."""
    st.subheader(words.plain(text), anchor=False)


def caption(text: str) -> None:
    """Small words above a chart or a table: what, unit, period."""
    st.caption(words.plain(text))


def readings(report: Report) -> None:
    """What the figures mean for the team whose lens is on, or for both."""
    lens = report.selection.lens
    for side in SIDES if lens == "both" else (lens,):
        if text := report.readings.get(side):
            title, colour = SIDES[side]
            st.badge(title, color=colour)
            st.markdown(words.plain(text))


def notes(report: Report) -> None:
    """What people should know before they trust a figure."""
    for note in report.notes:
        if note.kind == "warning":
            st.warning(words.plain(note.text), icon=":material/info:")
    lines = [f"- {words.plain(n.text)}" for n in report.notes if n.kind == "info"]
    if lines:
        st.caption("\n".join(lines))


def tiles(report: Report, metrics: Sequence[str], beside: Sequence[Fact] = ()) -> None:
    """The page's figures and the facts beside them, at most six."""
    figures.tiles(report, metrics, beside)


def actions(
    report: Report,
    ask: evidence.Ask | None = None,
    whole: Callable[[], Report] | None = None,
    talked: bool = True,
) -> None:
    """One quiet row: open a figure, say something about it, hold it, take it along; and below it
    what was said about this page, unless it is ``talked`` about elsewhere. ``whole`` makes all of
    a report that the page shows a part of.
    """
    with st.container(horizontal=True, gap="xsmall", key="actions"):
        if ask:
            evidence.opener(report, [f.metric for f in report.figures], ask)
        write(report.name)
        keep()
        share.menu(report)
        exports.menu(report, whole)
    if talked:
        talk.show(report.name)


def write(name: str) -> None:
    """What can be written down about the view on the screen."""
    saving.form(COMMENT, "Comment", ":material/chat_bubble:", "What you think", name)
    saving.form(DECISION, "Decide", ":material/gavel:", "What was decided", name)
    tasks.form(name)


def keep() -> None:
    """The ways back to this view: pinned in this browser, or as a link."""
    view = frame.view()
    if not view.selection.as_of:
        st.button(
            "Pin", icon=":material/keep:", type="tertiary", key="pin",
            help="Hold these figures as they are now, whatever is loaded later.",
            on_click=filters.pin, args=(view.at.pin,),
        )  # fmt: skip
    links.copy(view.selection, replace(view.selection, as_of=view.at.pin))
