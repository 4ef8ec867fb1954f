"""What was recorded on a topic: decisions, actions and comments, with who said so and when."""

from collections.abc import Iterable

import streamlit as st

from pages.parts import tasks, words
from pages.parts.person import HATS
from pages.parts.review_state import Opened
from queries.minutes import Entry
from spend.conversation import COMMENT, DECISION, spoken
from spend.review_book import Point

SIGNS = {DECISION: ":material/gavel:", COMMENT: ":material/chat_bubble:"}
COLOURS = {"finance": "blue", "procurement": "orange"}


def show(point: Point, here: Opened) -> None:
    """Everything that was recorded on one topic, decisions first."""
    lines(point.decisions)
    tasks.rows(point.actions, "recorded", here.review.day, here.editable)
    lines(point.comments)


def lines(entries: Iterable[Entry]) -> None:
    """Decisions or comments, one a line."""
    for one in entries:
        st.markdown(line(one))


def line(one: Entry) -> str:
    """One decision or comment as Markdown, with who wrote it and when."""
    team = HATS.get(one.team, one.team)  # type: ignore[call-overload]
    badge = f":{COLOURS.get(one.team, 'gray')}-badge[{words.plain(team)}]"
    said = words.plain(spoken(one))
    by = words.plain(f"{one.recorded_by}, {one.recorded_at:%-d %B %Y, %H:%M}")
    strong = f"**{said}**" if one.kind == DECISION else said
    return f"{SIGNS[one.kind]} {strong}  \n:small[{badge} {by}]"
