"""All figures by the question they answer, the way to one of them, and who does what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import streamlit as st

from pages.parts import controls, filters, links, page, words
from spend.definition_search import MOST_LETTERS, found
from spend.dictionary import Definition
from spend.metric import Metric, Owner
from spend.registry import all_metrics
from spend.responsibility import ACCOUNTABLE, ACTIVITIES, Activity
from spend.sentences import count, listed

METRIC, SEARCH, OWNER = "metric", "search", "owner"
ANYBODY = "all"
COLOURS: dict[Owner, Literal["blue", "orange", "violet"]] = {
    "finance": "blue",
    "procurement": "orange",
    "joint": "violet",
}

OWNERS = {ANYBODY: "Any owner"} | {str(owner): said for owner, said in ACCOUNTABLE.items()}


@dataclass(frozen=True)
class Asked:
    """What the controls ask for: one metric, or those that a search and an owner leave."""

    metric: str
    search: str
    owner: str


def chosen(definitions: Mapping[str, Definition]) -> Asked:
    """What the controls say, before they are drawn, so that a link's faults are said on top."""
    every = {"": "", **dict.fromkeys(definitions, "")}
    metric = controls.chosen(METRIC, every, "no figure has this id")
    owner = controls.chosen(OWNER, OWNERS)
    return Asked(metric, _searched(), owner)


def _searched() -> str:
    """The search before it is drawn; a link's text beyond what is looked for is left out."""
    state = st.session_state
    if state.link_opened or SEARCH not in state:
        asked = links.read().get(SEARCH, [])
        state[SEARCH] = asked[0][:MOST_LETTERS] if asked else ""
        if len(asked) > 1 or any(len(text) > MOST_LETTERS for text in asked):
            cut = f"The link's {SEARCH} was cut: it can be {MOST_LETTERS} letters long, once."
            filters.say((*state.get(filters.NOTICES, ()), cut))
    text = str(state[SEARCH])
    links.write({SEARCH: [text]} if text else {}, (SEARCH,))
    return text


def search() -> None:
    """The search and the filter by owner, in one row; a search leaves the open definition."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="looking"):
        st.text_input(
            "Search", key=SEARCH, type="search", max_chars=MOST_LETTERS, on_change=_open,
            args=("",), live=True, label_visibility="collapsed", icon=":material/search:",
            placeholder="Search names, formulas, readings and tables", width=380,
        )  # fmt: skip
        st.segmented_control(
            "Owner", list(OWNERS), key=OWNER, required=True, on_change=_open, args=("",),
            format_func=OWNERS.__getitem__,
            label_visibility="collapsed", persist_state="session", wrap=True,
        )  # fmt: skip


def _open(metric: str) -> None:
    st.session_state[METRIC] = metric


# --- The list -------------------------------------------------------------------------------------


def figures(definitions: Mapping[str, Definition], asked: Asked) -> None:
    """The figures that are asked for: by their question, or, of a search, the best first."""
    metrics = [one.metric for one in definitions.values()]
    left = [one for one in found(metrics, asked.search) if asked.owner in (ANYBODY, one.owner)]
    if not left:
        st.info("No figure has all of these words. Try fewer, or any owner.")
    elif asked.search.strip():
        page.caption(f"{count(len(left), 'figure has', 'figures have')} these words.")
        _cells([("", left)])
    else:
        grouped = groupby(left, key=lambda one: definitions[one.id].question.text)
        _cells((question, list(metrics)) for question, metrics in grouped)


def _cells(groups: Iterable[tuple[str, Sequence[Metric]]]) -> None:
    grid = st.grid(3, min_column_width=280, gap="medium", key="figures")
    for question, metrics in groups:
        with grid.cell():
            if question:
                st.markdown(f"**{words.plain(question)}**")
            with st.container(gap=None):
                for one in metrics:
                    _entry(one)


def _entry(one: Metric) -> None:
    owner = f":{COLOURS[one.owner]}-badge[{ACCOUNTABLE[one.owner]}]"
    st.button(
        f"{words.plain(one.label)} :small[{owner}]", key=f"open_{one.id}", type="tertiary",
        on_click=_open, args=(one.id,),
    )  # fmt: skip


def beside(definitions: Mapping[str, Definition], metric: str) -> None:
    """The way back to the list, and to the other answers to the same question."""
    question = definitions[metric].question
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="beside"):
        st.button("All figures", icon=":material/arrow_back:", type="tertiary", on_click=_open,
                  args=("",), key="open_all")  # fmt: skip
        for name in question.metrics:
            if name in definitions:
                st.button(
                    words.plain(definitions[name].metric.label), key=f"open_{name}",
                    type="tertiary", disabled=name == metric, on_click=_open, args=(name,),
                )  # fmt: skip


# --- Who does what --------------------------------------------------------------------------------


def responsible() -> None:
    """Each activity with both teams' parts, who is accountable, and the figures that show it."""
    for number, one in enumerate(ACTIVITIES):
        with st.container(key=f"activity_{number}", gap="xsmall"):
            _activity(one)


def _activity(one: Activity) -> None:
    declared = all_metrics()
    grid = st.grid(3, min_column_width=240, gap="medium")
    with grid.cell():
        shown = listed([declared[name].label for name in one.metrics if name in declared])
        st.markdown(f"**{words.plain(one.name)}**  \n:small[{words.plain(shown)}]")
        st.badge(f"Accountable: {one.accountable}", color=COLOURS[one.owner])
    with grid.cell():
        _part("finance", one.finance)
    with grid.cell():
        _part("procurement", one.procurement)


def _part(side: Owner, said: str) -> None:
    st.markdown(f":{COLOURS[side]}[**{ACCOUNTABLE[side]}**]  \n{words.plain(said)}")
