"""A review while it is held: one topic at a time, with its figures, and what is said about it."""

import uuid

import streamlit as st

from pages.parts import (
    controls,
    figures,
    filters,
    frame,
    page,
    person,
    places,
    review_picture,
    review_recorded,
    saving,
    store,
    talk,
    tasks,
    words,
)
from pages.parts.review_state import Opened
from queries.errors import ConcordError
from spend import money, registry
from spend.conversation import COMMENT, DECISION
from spend.meetings import AgendaItem
from spend.reports import REPORTS
from spend.result import Report
from spend.review_book import Point
from spend.review_topic import link_of, narrowed, picture_of, report_of

BOX = 420  # pixels: what a column needs before it stands beside another
ASKED = {DECISION: "What is decided", COMMENT: "What was said"}
SAVE = {DECISION: "Save the decision", COMMENT: "Save the comment"}


def show(here: Opened) -> None:
    """The topic that the address names, the first where it names none."""
    points = here.review.points
    if not points:
        page.caption("Nothing is on the agenda: put something on it under Prepare.")
        return
    keys = [point.item.key for point in points]
    titles = {one.item.key: f"{n}. {one.item.title}" for n, one in enumerate(points, 1)}
    key = controls.chosen("topic", titles, "it is not on the agenda")
    number = keys.index(key)
    _pager(keys, titles, number)
    _topic(here, points[number])


def _pager(keys: list[str], titles: dict[str, str], number: int) -> None:
    """Where one is on the agenda, and the ways on and back."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="topic_pager"):
        last = len(keys) - 1
        st.button(
            "Previous", icon=":material/arrow_back:", key="topic_back", disabled=number == 0,
            on_click=_turn, args=(keys[max(number - 1, 0)],),
        )  # fmt: skip
        st.button(
            "Next", icon=":material/arrow_forward:", key="topic_on", type="primary",
            disabled=number == last, on_click=_turn, args=(keys[min(number + 1, last)],),
        )  # fmt: skip
        st.selectbox(
            f"Topic {number + 1} of {len(keys)}", keys, key="topic",
            format_func=lambda one: titles.get(one, one), persist_state="session", width=420,
        )  # fmt: skip


def _turn(key: str) -> None:
    st.session_state["topic"] = key


def _topic(here: Opened, point: Point) -> None:
    item = point.item
    live = _live(here, item)
    page.heading(item.said or item.title)
    _stakes(item, here)
    if live:
        left, right = st.columns([3, 2], gap="medium")
        with left:
            review_picture.show(picture_of(item, live), live.currency)
        with right:
            _beside(here, item, live)
    review_recorded.show(point, here)
    if here.editable:
        _record(here, item)


def _stakes(item: AgendaItem, here: Opened) -> None:
    """What is at stake, how that was reckoned, and the way to the topic's own page."""
    currency = here.review.figures.currency
    cost = f"{money.short(item.cost, currency)} a year at stake" if item.cost is not None else ""
    cash = f"{money.short(item.cash, currency)} of cash to be had once" if item.cash else ""
    said = " · ".join(part for part in (cost, cash) if part)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="stakes"):
        basis = f" :gray[({words.plain(item.basis)})]" if item.basis and said else ""
        st.markdown(f"{words.plain(said)}:small[{basis}]" if said else "", width="stretch")
        if item.page in places.FILES and item.metric:
            st.button(
                "Go to its page", key="topic_page", type="tertiary", icon=":material/open_in_new:",
                on_click=_leave_for, args=(here, item),
            )  # fmt: skip


def _leave_for(here: Opened, item: AgendaItem) -> None:
    """Go to the page of a topic, with what the review is about selected."""
    view = frame.view()
    filters.put(here.about, view.choices)
    st.session_state["lens"], st.session_state["as_of"] = view.selection.lens, here.about.as_of
    places.go(link_of(item, here.review.figures.params))


def _live(here: Opened, item: AgendaItem) -> Report | None:
    """The report that shows a topic; nothing for a topic of somebody's own."""
    if not item.metric:
        return None
    about = narrowed(item, here.about, store.choices(here.at))
    try:
        with st.skeleton(height=360):
            return store.report(REPORTS[report_of(item)], here.at, about)
    except ConcordError as error:
        st.info(words.plain(f"It cannot be shown: {error}."), icon=":material/info:")
        return None


def _beside(here: Opened, item: AgendaItem, live: Report) -> None:
    """The figure that a topic is about, and how each team reads it."""
    if item.metric in {figure.metric for figure in live.figures}:
        with st.container(border=True, key="topic_figure"):
            declared = registry.all_metrics()[item.metric]
            figures.tile(live.figure(item.metric), declared, live.currency)
    lens = frame.view().selection.lens
    for side, (title, colour) in page.SIDES.items():
        if lens in (side, "both") and (text := live.readings.get(side)):
            st.badge(title, color=colour)
            st.markdown(words.plain(text))


# --- Writing down ---------------------------------------------------------------------------------


def _record(here: Opened, item: AgendaItem) -> None:
    """What is decided, and what is to be done."""
    page.caption(person.signature())
    grid = st.grid(2, min_column_width=BOX, gap="medium", border=True, key="recording")
    with grid.cell():
        _line(here, item, DECISION)
    with grid.cell():
        meeting = here.review.name
        held = here.meeting.day if here.meeting else None
        tasks.fields(item.key, _about(item), meeting, item.key, held)
    with st.popover("Comment", icon=talk.ICONS[COMMENT], type="tertiary", key="topic_comment"):
        _line(here, item, COMMENT)


def _about(item: AgendaItem) -> str:
    """The report that what is recorded on a topic is about."""
    return item.page if item.page in places.FILES else report_of(item)


def _line(here: Opened, item: AgendaItem, kind: str) -> None:
    state, key = st.session_state, f"{kind}_{item.key}"
    state.setdefault(f"topic_request_{key}", uuid.uuid4().hex)
    st.text_input(ASKED[kind], key=f"topic_text_{key}", max_chars=saving.MOST_LETTERS)
    st.button(
        SAVE[kind], key=f"topic_save_{kind}", icon=talk.ICONS[kind],
        on_click=_write, args=(kind, key, _about(item), here.review.name, item.key),
    )  # fmt: skip
    if told := state.pop(f"topic_said_{key}", None):
        st.markdown(words.plain(told))


def _write(kind: str, key: str, about: str, meeting: str, topic: str) -> None:
    """Write one line down; the request's own id makes a second click find the first one's entry."""
    state = st.session_state
    text = str(state[f"topic_text_{key}"] or "").strip()
    if not text:
        again = state.pop(f"topic_saved_{key}", False)  # the second click of two
        state[f"topic_said_{key}"] = "Saved." if again else "Nothing was saved: write a line first."
        return
    body = {"text": text, "meeting": meeting, "topic": topic}
    failed = saving.record(state[f"topic_request_{key}"], kind, about, body)
    state[f"topic_said_{key}"] = failed or "Saved."
    if not failed:
        state[f"topic_request_{key}"] = uuid.uuid4().hex
        state[f"topic_text_{key}"], state[f"topic_saved_{key}"] = "", True
