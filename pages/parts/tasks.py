"""Actions: what somebody promises to do, who and until when, from any page; and that it is done."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from pages.parts import person, saving, store, words
from spend.action_list import ACTION, Action, State, action_body

FORTNIGHT = timedelta(days=14)
SIGNS: dict[str, str] = {
    "open": ":material/radio_button_unchecked:",
    "done": ":material/check_circle:",
    "dropped": ":material/block:",
}
COLOURS = {"open": "gray", "done": "green", "dropped": "gray"}


def today() -> date:
    """The day on which somebody looks: what is due before it is overdue."""
    return store.now().date()


def form(about: str) -> None:
    """A button that opens the form of an action about a page, given by its report's name."""
    with st.popover("Action", icon=":material/task_alt:", type="tertiary", key="popover_action"):
        fields("page", about)


def fields(
    key: str, about: str, meeting: str = "", topic: str = "", held: date | None = None
) -> None:
    """What an action needs: a text, who and until when, two weeks after the day it is ``held``."""
    state = st.session_state
    state.setdefault(f"task_request_{key}", uuid.uuid4().hex)
    state.setdefault(f"task_due_{key}", (held or today()) + FORTNIGHT)
    st.text_input(
        "What is to be done", key=f"task_text_{key}", max_chars=saving.MOST_LETTERS,
    )  # fmt: skip
    left, right = st.columns(2, gap="small")
    left.text_input("By whom", key=f"task_owner_{key}", max_chars=person.MOST_LETTERS)
    right.date_input("Until", key=f"task_due_{key}", format="YYYY-MM-DD")
    st.button(
        "Save the action", key=f"task_save_{key}", icon=":material/task_alt:",
        on_click=_write, args=(key, about, meeting, topic),
    )  # fmt: skip
    if told := state.pop(f"task_said_{key}", None):
        st.markdown(words.plain(told))


def _write(key: str, about: str, meeting: str, topic: str) -> None:
    """Write one action; the request's own id makes a second click find the first one's entry."""
    state = st.session_state
    text, owner = (str(state[f"task_{part}_{key}"]).strip() for part in ("text", "owner"))
    due = state[f"task_due_{key}"]
    if not (text and owner and due):
        again = state.pop(f"task_saved_{key}", False)  # the second click of two
        missing = "say what is to be done, by whom, and until when"
        state[f"task_said_{key}"] = "Saved." if again else f"Nothing was saved: {missing}."
        return
    request = state[f"task_request_{key}"]
    body = action_body(text, owner, due, about, meeting, topic)
    failed = saving.record(request, ACTION, request, body)
    state[f"task_said_{key}"] = failed or "Saved."
    if not failed:
        state[f"task_request_{key}"] = uuid.uuid4().hex
        state[f"task_text_{key}"] = ""
        state[f"task_saved_{key}"] = True


def rows(actions: Sequence[Action], key: str, day: date, editable: bool = True) -> None:
    """Actions, one a line, with what can become of those that are open."""
    saving.said(ACTION)
    for one in actions:  # by their ids: a second click must not meet the next one
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_{one.id}"
        ):
            st.markdown(line(one, day), width="stretch")
            if editable and one.state == "open":
                _end(one, "done", "Done", ":material/check:", f"{key}_done_{one.id}")
                _end(one, "dropped", "Drop", ":material/block:", f"{key}_drop_{one.id}")


def line(one: Action, day: date) -> str:
    """One action as Markdown: what, who, and when in the colour of its urgency."""
    late = one.overdue(day)
    when = words.plain(one.when(day))
    coloured = f":red-badge[{when}]" if late else f":{COLOURS[one.state]}-badge[{when}]"
    said = f"{SIGNS[one.state]} {words.plain(one.text)}"
    return f"{said}  \n:small[**{words.plain(one.owner)}** {coloured}]"


def _end(one: Action, state: State, label: str, icon: str, key: str) -> None:
    saving.press(key, label, icon, ACTION, one.id, one.body(state), request=one.request)
