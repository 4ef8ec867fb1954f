"""What was recorded on a topic: decisions, actions and comments, with who said so and when."""

from collections.abc import Iterable

import streamlit as st

from pages.parts import talk, tasks, words
from pages.parts.review_state import Opened
from queries.minutes import Entry
from spend.conversation import DECISION, spoken
from spend.review_book import Point


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
    said = words.plain(spoken(one))
    by = talk.signed(one.team, one.recorded_by, one.recorded_at)
    strong = f"**{said}**" if one.kind == DECISION else said
    return f"{talk.ICONS[one.kind]} {strong}  \n:small[{by}]"
