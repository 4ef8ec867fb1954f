"""The end of a review: what was decided and what is open, and a closed one as it was left."""

import streamlit as st

from pages.parts import exports, links, review_recorded, saving, store, tasks, words
from pages.parts.review_state import Opened
from pages.parts.store import Moment
from queries.selection import to_params
from spend import money
from spend.exact_values import exact_texts
from spend.meetings import MEETING, Meeting
from spend.review_book import Point
from spend.sentences import count

MOVED = "the figures have moved since this page was drawn: look again"


def show(here: Opened) -> None:
    """What will be kept, what is still open, and the button that closes it."""
    saving.said(MEETING)
    for line in here.review.warnings():
        st.warning(words.plain(line), icon=":material/info:")
    minutes(here)
    if here.editable and here.meeting:
        _close(here, here.meeting)


def minutes(here: Opened) -> None:
    """Each topic of the agenda with what was decided and promised on it."""
    for number, point in enumerate(here.review.points, 1):
        with st.container(gap="xsmall", key=f"minutes_{number}"):
            recorded = point.decisions or point.actions or point.comments
            nothing = "" if recorded else "  \n:small[:gray[Nothing was recorded.]]"
            title = words.plain(f"{number}. {point.item.title}")
            st.markdown(f"**{title}**{_stake(point, here)}{nothing}")
            review_recorded.lines(point.decisions)
            for one in point.actions:
                st.markdown(tasks.line(one, here.review.day))
            review_recorded.lines(point.comments)


def _stake(point: Point, here: Opened) -> str:
    if point.item.cost is None:
        return ""
    said = f"{money.short(point.item.cost, here.review.figures.currency)} a year"
    return f" :small[:gray[{words.plain(said)}]]"


def _close(here: Opened, meeting: Meeting) -> None:
    """The button behind a second one: what is closed stays as it is."""
    figures = here.review.figures
    last = meeting.revised(
        state="closed",
        topics=here.review.agenda,
        figures=exact_texts(figures.figures),
    )
    with st.popover("Close the review", icon=":material/lock:", type="primary", key="close_review"):
        st.markdown(words.plain(
            f"{count(len(last.figures), 'figure is', 'figures are')} frozen as at load "
            f"{figures.batch}, with the agenda and everything that was recorded. It cannot be "
            "opened again; the next review starts from it."
        ))  # fmt: skip
        st.button(
            "Close it for good", key="press_close", icon=":material/lock:", type="primary",
            on_click=_closed, args=(last, here.at),
        )  # fmt: skip


def _closed(last: Meeting, drawn: Moment) -> None:
    """Write the closing down, where its moment has the figures that were drawn and are frozen."""
    now = store.moment()
    if (now.batch, now.shaping) == (drawn.batch, drawn.shaping):
        failed = saving.record(last.request, MEETING, last.name, last.body())
    else:
        failed = f"Nothing was saved: {MOVED}."
    if failed:
        st.session_state[f"said_{MEETING}"] = failed


def closed(here: Opened) -> None:
    """A closed review: who closed it, its pinned link, and its minutes."""
    meeting = here.meeting
    if meeting is None or meeting.pin is None:
        return
    saving.said(MEETING)
    said = f"Closed by {meeting.by}, {meeting.at:%-d %B %Y, %H:%M}, on load {meeting.pin.batch}"
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, key="closed_review"
    ):
        st.markdown(
            f":material/lock: **{words.plain(said)}**  \n"
            ":small[These figures and minutes stay as they were.]", width="stretch",
        )  # fmt: skip
        with st.popover("Its link", icon=":material/link:", type="tertiary", key="closed_link"):
            kept = {**to_params(here.about), "as_of": [str(meeting.pin)]}
            st.code(
                links.address({**kept, "meeting": [meeting.name]}), language=None, wrap_lines=True
            )
    exports.pack(meeting.name)
