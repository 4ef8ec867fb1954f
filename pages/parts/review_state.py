"""Which review is open, and at which stage, from the address; and what it then consists of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from pages.parts import controls, filters, frame, links, page, store, tasks, words
from pages.parts.store import Moment
from queries.errors import ConcordError
from queries.selection import Selection
from spend import review, review_figures, review_minutes
from spend.meetings import Meeting, Params
from spend.result import Report
from spend.review_book import Review
from spend.review_figures import params_of, selection_of
from spend.review_minutes import ReviewMinutes

ALL = "all"
STAGES = {"prepare": "Prepare", "run": "Run", "close": "Close"}


@dataclass(frozen=True, eq=False)
class Opened:
    """What the page shows: a review, its report, the moment and the selection that it is read at.

    ``stage`` is "" where nothing can be changed: a closed review, or all of them.
    """

    review: Review
    report: Report
    at: Moment
    about: Selection
    stage: str

    @property
    def meeting(self) -> Meeting | None:
        return self.review.meeting

    @property
    def editable(self) -> bool:
        """Whether it can be written on: it is planned, and this is the newest moment."""
        planned = self.meeting is not None and not self.meeting.closed
        return planned and frame.view().selection.as_of is None


def opened() -> Opened:
    """The review that the address names; where it cannot be shown, the page says why and ends."""
    if not frame.view().at.batch:
        page.welcome()
        st.stop()
    try:
        with st.skeleton(height=420):
            return _read()
    except ConcordError as error:
        filters.notices()
        st.error(words.plain(str(error)), icon=":material/error:")
        st.stop()


def _read() -> Opened:
    view = frame.view()
    minutes = _kept(review_minutes.read, Selection(as_of=view.at.pin))
    name = _chosen(minutes)
    meeting = minutes.meeting(name)
    stage = controls.chosen("stage", STAGES) if meeting and not meeting.closed else ""
    links.write({}, () if stage == "run" else ("topic",) if stage else ("stage", "topic"))
    pinned = replace(view.selection, as_of=view.at.pin)
    found = review.assembled(_kept, pinned, meeting.name if meeting else "", tasks.today())
    at = store.moment(meeting.pin) if meeting and meeting.pin else view.at
    st.session_state.made = _at
    about = replace(found.about, as_of=None)
    return Opened(found, review.made(found, view.selection), at, about, stage)


def _kept(make: Callable[..., Any], about: Selection, *args: Any) -> Any:
    """What a function reads of the store, worked out once for a load, or for an entry."""
    at = frame.view().at
    if about.as_of != at.pin:
        at = store.moment(about.as_of)
    said = make in (review_minutes.read, review_figures.selection_at)
    return (store.written if said else store.report)(make, at, replace(about, as_of=None), *args)


def _at(moment: Moment, selection: Selection) -> Report:
    """The same review at another moment, for whoever compares."""
    pinned = replace(selection, as_of=moment.pin)
    name = st.session_state["meeting"]
    name = "" if name == ALL else name
    return review.report(store.store(), pinned, meeting=name, today=tasks.today())


def _chosen(minutes: ReviewMinutes) -> str:
    """The review that the address names; where it names none, the next that is planned."""
    titles = {one.name: one.title for one in minutes.meetings}
    options = {"": "The next", ALL: "All reviews", **titles}
    name = controls.chosen("meeting", options, "there is no such review")
    coming = minutes.next()
    if not name and coming:
        name = st.session_state["meeting"] = coming.name
        links.write({"meeting": [name]}, ("meeting",))
    return name


def go(name: str, stage: str = "prepare", params: Params | None = None) -> None:
    """From a callback: open a review at a stage, and set the filters to what it is about."""
    state = st.session_state
    state["meeting"], state["stage"] = name, stage
    state.pop("topic", None)
    if params is not None:
        view = frame.view()
        about, _ = selection_of(params, view.choices)
        filters.put(replace(about, lens=view.selection.lens, as_of=state["as_of"]), view.choices)


def bar(here: Opened) -> None:
    """The way back to all reviews, above one of them."""
    if here.meeting:
        st.button(
            "All reviews", icon=":material/arrow_back:", type="tertiary", key="all_reviews",
            on_click=go, args=(ALL,),
        )  # fmt: skip


def filters_apart(here: Opened) -> None:
    """Say so where the filters select something else than what the review is about."""
    meeting, view = here.meeting, frame.view()
    if meeting is None or here.about == replace(view.selection, as_of=None, lens="both"):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="apart"):
        st.caption("The filters show something else than what this review is about.")
        st.button(
            "Set them to the review", type="tertiary", key="set_filters", on_click=go,
            args=(meeting.name, here.stage or "prepare", params_of(here.review.figures.selection)),
        )  # fmt: skip
