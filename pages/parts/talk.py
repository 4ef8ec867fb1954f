"""What was said about a page: comments, decisions and what is to be done, under its figures."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import streamlit as st

from pages.parts import frame, links, places, store, words
from pages.parts.person import COLOURS, HATS
from spend.conversation import COMMENT, DECISION, Said, conversation

FIRST = 3  # that are shown before the rest is folded
ICONS = {DECISION: ":material/gavel:", COMMENT: ":material/chat_bubble:"}
TASK = ":material/task_alt:"


def show(page: str) -> None:
    """The conversation about a page, the newest first; nothing where nobody has said anything.

    It is read at the newest moment, on a pinned view too: it is about the figures, not one of them.
    """
    view = frame.view()
    tell(store.written(conversation, view.latest, view.selection, page))


def tell(found: Sequence[Said]) -> None:
    """What was said, the newest first; nothing where nobody has said anything."""
    if not found:
        return
    with st.container(gap="xsmall", key="conversation"):
        _lines(found[:FIRST])
        if rest := found[FIRST:]:
            with st.expander(f"{len(rest)} earlier", key="conversation_rest"):
                _lines(rest)


def _lines(found: Sequence[Said]) -> None:
    pages = {Path(file).stem for file in places.FILES.values()}
    for one in found:
        said = f"{one.text} ({one.task})" if one.task else one.text
        st.markdown(f"{ICONS.get(one.kind, TASK)} {words.plain(said)}  \n:small[{_by(one, pages)}]")


def signed(team: str, by: str, at: datetime) -> str:
    """Who wrote something, for which team in its colour, and when, as Markdown."""
    name = words.plain(HATS.get(team, team))  # type: ignore[call-overload]
    badge = f":{COLOURS.get(team, 'gray')}-badge[{name}]"
    return f"{badge} {words.plain(f'{by}, {at:%-d %B %Y, %H:%M}')}"


def _by(one: Said, pages: set[str]) -> str:
    """Who said it, for which team, when, and the way to what they saw."""
    line = signed(one.team, one.by, one.at)
    address = links.ours(one.link, pages)
    return f"{line} · [the view it was made on]({address})" if address else line
