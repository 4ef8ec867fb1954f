"""All reviews: those that were held, those to come, and the form that plans the next."""

from datetime import date

import streamlit as st

from pages.parts import page, review_state, saving, tasks, words
from pages.parts.review_state import Opened
from spend.meetings import MEETING, AgendaItem, Meeting, Params, name_for
from spend.sentences import count

FIRST_TOPICS = 7  # that a new review has on its agenda: as many as fit a meeting
WHAT = (
    "A review is where finance and procurement look at the same figures together: each marks what "
    "it agrees with or disputes, the dearest topics are talked through one by one, decisions and "
    "actions are written down, and at the end the figures are frozen."
)


def show(here: Opened) -> None:
    """Every review with the way to it; where there is none, what one is."""
    meetings = here.review.minutes.meetings
    if not meetings:
        page.caption(WHAT)
    left, right = page.pair()
    with left:
        page.heading("Plan a review" if not meetings else "Plan the next review")
        _form(here)
    with right:
        page.heading("It would talk about" if not meetings else "All reviews")
        if meetings:
            for number, one in enumerate(reversed(meetings)):
                _row(one, number)
        else:
            _topics(here.review.agenda[:FIRST_TOPICS])


def _topics(items: tuple[AgendaItem, ...]) -> None:
    lines = [f"{n}. {words.plain(one.said or one.title)}" for n, one in enumerate(items, 1)]
    st.markdown("\n".join(lines) or "Nothing waits for a decision.")


def _row(one: Meeting, number: int) -> None:
    """One review: when, how far it is, and the way to it."""
    state = "Closed" if one.closed else "Planned"
    topics = count(len(one.topics), "topic", "topics")
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"meeting_{number}"
    ):
        load = f" on load {one.pin.batch}" if one.pin else ""
        said = words.plain(f"{one.day:%-d %B %Y} · {topics}{load}")
        badge = f":{'violet' if one.closed else 'gray'}-badge[{state}]"
        st.markdown(
            f"**{words.plain(one.title)}**  \n:small[{badge} {said}]", width="stretch"
        )  # fmt: skip
        st.button(
            "Open", key=f"open_{one.name}", type="tertiary", icon=":material/arrow_forward:",
            on_click=review_state.go, args=(one.name, "prepare", one.params),
        )  # fmt: skip


def _form(here: Opened) -> None:
    """A title and a day; what it is about is what the filters select now."""
    state, today = st.session_state, tasks.today()
    state.setdefault("plan_title", f"Review of {today:%B %Y}")
    state.setdefault("plan_day", today)
    st.text_input("Title", key="plan_title", max_chars=120, persist_state="session")
    st.date_input("Day", key="plan_day", format="YYYY-MM-DD", persist_state="session")
    topics = here.review.agenda[:FIRST_TOPICS]
    page.caption(
        f"About {here.review.figures.sentence} Change the filters to make it about something else. "
        f"{count(len(topics), 'topic goes', 'topics go')} on its agenda, the dearest first; the "
        "agenda can be changed until it is closed."
    )
    taken = [one.name for one in here.review.minutes.meetings]
    st.button(
        "Plan a meeting", type="primary", key="plan", icon=":material/event:",
        on_click=_plan, args=(taken, here.review.figures.params, topics),
    )  # fmt: skip
    saving.said(MEETING)


def _plan(taken: list[str], params: Params, topics: tuple[AgendaItem, ...]) -> None:
    """Write the first revision, and open the review; a second click finds the first one's."""
    state = st.session_state
    title, day = str(state["plan_title"] or "").strip(), state["plan_day"]
    if not title or not isinstance(day, date):
        state[f"said_{MEETING}"] = "Nothing was saved: give it a title and a day."
        return
    meeting = Meeting(name_for(day, taken), title, day, params=params, topics=topics)
    if failed := saving.record(meeting.request, MEETING, meeting.name, meeting.body()):
        state[f"said_{MEETING}"] = failed
        return
    review_state.go(meeting.name)
