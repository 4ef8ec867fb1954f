"""The agenda of a planned review: its topics in their order, and what else could be on it."""

from collections.abc import Sequence

import streamlit as st

from pages.parts import page, saving, words
from pages.parts.review_state import Opened
from spend import money
from spend.meetings import MEETING, AgendaItem, Meeting
from spend.result import Value
from spend.sentences import count

AMOUNT = 96  # pixels of a column of amounts


def show(here: Opened) -> None:
    """The topics with their cost a year, cash beside it, and the ways to change them."""
    agenda, currency = here.review.agenda, here.review.figures.currency
    saving.said(MEETING)
    for number, one in enumerate(agenda):
        with _row(f"topic_{one.key}"):
            _said(f"{number + 1}. {one.title}", one, currency)
            if here.editable:
                _change(here, agenda, number)
    if not agenda:
        page.caption("Nothing is on the agenda yet.")
    page.caption("Cost is a year's; cash could be had once, and is not in it. Topics may overlap.")
    waiting = here.review.waiting
    if here.editable:
        _own(here)
    if waiting:
        more = count(len(waiting), "topic more", "topics more")
        with st.expander(f"{more} could be on it", key="waiting", expanded=not agenda):
            for one in waiting:
                with _row(f"waiting_{one.key}"):
                    _said(one.title, one, currency)
                    if here.editable:
                        _save(here, (*agenda, one), f"add_{one.key}", "Add", "add")


def _row(key: str) -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key=key)


def _said(title: str, one: AgendaItem, currency: str) -> None:
    """A topic, why it matters, its cost and, in a column of its own, its cash."""
    why = f"  \n:small[{words.plain(one.said)}]" if one.said else ""
    basis = words.plain(one.basis) or None
    st.markdown(f"**{words.plain(title)}**{why}", width="stretch", help=basis)
    with st.container(horizontal=True, gap="small", width="content"):
        _amount(one.cost, "a year", currency)
        _amount(one.cash, "cash", currency)


def _amount(value: Value, word: str, currency: str) -> None:
    said = words.plain(money.short(value, currency)) if value is not None else ""
    under = f"  \n:small[:gray[{word}]]" if said else ""
    st.markdown(f"**{said}**{under}" if said else "", width=AMOUNT, text_alignment="right")


def _change(here: Opened, agenda: Sequence[AgendaItem], number: int) -> None:
    """Up, down and away; each writes the next revision."""
    one, rest = agenda[number], (*agenda[:number], *agenda[number + 1 :])
    up, down = max(number - 1, 0), number + 1
    with st.container(horizontal=True, gap="small", width="content"):
        _save(here, (*rest[:up], one, *rest[up:]), f"up_{one.key}", "", "arrow_upward", "Up",
              number == 0)  # fmt: skip
        _save(here, (*rest[:down], one, *rest[down:]), f"down_{one.key}", "", "arrow_downward",
              "Down", down == len(agenda))  # fmt: skip
        _save(here, rest, f"remove_{one.key}", "", "close", "Take it off the agenda")


def _save(
    here: Opened, topics: tuple[AgendaItem, ...], key: str, label: str, icon: str, told: str = "",
    disabled: bool = False,
) -> None:  # fmt: skip
    """A button that gives the review another agenda; of two people at once the second is told."""
    if here.meeting is None:
        return
    new = here.meeting.revised(topics=topics)
    saving.press(
        key, label, f":material/{icon}:", MEETING, new.name, new.body(), told, disabled,
        request=new.request,
    )  # fmt: skip


def _own(here: Opened) -> None:
    """A line for a topic of one's own."""
    if here.meeting is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="own_topic"):
        st.text_input(
            "A topic of your own", key="own_title", max_chars=120, width="stretch",
            placeholder="Something the figures do not show",
        )  # fmt: skip
        st.button(
            "Add it", key="add_own", icon=":material/add:",
            on_click=_add_own, args=(here.meeting, here.review.agenda),
        )  # fmt: skip


def _add_own(meeting: Meeting, agenda: tuple[AgendaItem, ...]) -> None:
    state = st.session_state
    title = str(state["own_title"] or "").strip()
    item = AgendaItem.own(title)
    if not title or item.key in {one.key for one in agenda}:
        if not state.pop("own_saved", False):  # the second click of two has been seen to
            why = "it is on the agenda already" if title else "say what it is about"
            state[f"said_{MEETING}"] = f"Nothing was saved: {why}."
        return
    new = meeting.revised(topics=(*agenda, item))
    failed = saving.record(new.request, MEETING, new.name, new.body())
    if failed:
        state[f"said_{MEETING}"] = failed
    else:
        state["own_title"], state["own_saved"] = "", True
