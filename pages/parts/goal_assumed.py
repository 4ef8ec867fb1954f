"""What people assume about next year: the controls of the goals page, all kept in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from pages.parts import controls, numbers
from pages.parts.numbers import Number
from spend.goal_choice import MOST_FIXED, MOST_PROPOSED, MOST_VOLUME, Share, known_shares
from spend.goal_plan import SEED
from spend.goal_running import month_words
from spend.monte_carlo import DRAWS

VOLUME, FIXED = "volume", "fixed"
GROWTH = Number(
    "growth", "Volume of everything else", 0, -50, 100, 0.5, "%",
    "How much more is bought than in the last 12 months.", percent=True,
)  # fmt: skip
SPREAD = Number(
    "spread", "Volume, give or take", 0, 0, 50, 0.5, "%",
    "How far quantities stray from that: a standard deviation, each category on its own.",
    percent=True,
)  # fmt: skip
PROPOSED = Number(
    "proposed", "A budget to hold against it", 0, 0, MOST_PROPOSED, 100_000, "",
    "How likely it is to be exceeded; 0 for none.",
)  # fmt: skip
SEED_OF = Number("seed", "Seed", SEED, 0, 999_999_999, 1, "",
                 "Another seed, other draws: the figures hardly move.")  # fmt: skip
DRAWS_OF = Number("draws", "Draws", DRAWS, 1_000, 50_000, 1_000)
DRIFT = {"history": "Prices drift as they did", "none": "Prices stay as today"}
PERCENT, OF = "share_percent", "share_of"


@dataclass(frozen=True)
class Known:
    """What can be chosen: categories by id, and the months this year's budget may be made in."""

    categories: Mapping[str, str]
    months: tuple[str, ...]


def chosen(known: Known) -> dict[str, Any]:
    """What the controls say, before they are drawn, so that a link's faults are said on top."""
    spans = {VOLUME: MOST_VOLUME, FIXED: MOST_FIXED}
    found: dict[str, Any] = {
        key: tuple(numbers.words(key, partial(known_shares, known=known.categories, span=span)))
        for key, span in spans.items()
    }
    found |= {one.key: numbers.chosen(one) for one in (GROWTH, SPREAD, PROPOSED)}
    found |= {one.key: int(numbers.chosen(one)) for one in (SEED_OF, DRAWS_OF)}
    found["drift"] = controls.chosen("drift", DRIFT)
    return found


def month(known: Known) -> str:
    """The month at whose prices this year's budget was made, before its control is drawn."""
    rule = f"it is a month from {known.months[-1]} to {known.months[0]}"
    return controls.chosen("priced", _months(known), rule)


def show(known: Known) -> None:
    """Draw the controls; ``chosen`` gave their values."""
    grid = st.grid(3, min_column_width=230, gap="medium")
    for one in (GROWTH, SPREAD):
        with grid.cell():
            numbers.slider(one)
    with grid.cell():
        numbers.box(PROPOSED)
    controls.choose("drift", DRIFT, "What prices are expected to do", wrap=True)
    left, right = st.columns(2, gap="medium")
    with left:
        _shares(known, VOLUME, "Categories of which more or less is bought")
    with right:
        _shares(known, FIXED, "Categories whose price is fixed for the year")
    _add(known)
    with st.expander("Draws", icon=":material/casino:"):
        grid = st.grid(2, min_column_width=200, gap="medium")
        for one in (SEED_OF, DRAWS_OF):
            with grid.cell():
                numbers.box(one)


def _shares(known: Known, key: str, label: str) -> None:
    """What is assumed of single categories, each to be taken out again."""
    words: list[str] = st.session_state[key]
    st.multiselect(
        label, words, key=key, format_func=lambda word: _named(word, known, key == VOLUME),
        placeholder="None yet", persist_state="session",
    )  # fmt: skip


def _named(word: str, known: Known, signed: bool) -> str:
    share = Share.parse(word, MOST_VOLUME)
    name = known.categories.get(share.category_id, share.category_id)
    return f"{name} {share.percent:{'+' if signed else ''}g} %"


def _add(known: Known) -> None:
    """A category and a number of per cent, to be assumed."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="assume"):
        st.selectbox(
            "Category", list(known.categories), key=OF, index=None, width=300,
            format_func=lambda one: known.categories[one], placeholder="Choose a category",
        )  # fmt: skip
        st.number_input("Per cent", -100.0, 900.0, 5.0, 1.0, key=PERCENT, format="%.1f", width=140)
        st.button("More is bought", key="add_volume", on_click=_put, args=(VOLUME, MOST_VOLUME))
        st.button("Price is fixed", key="add_fixed", on_click=_put, args=(FIXED, MOST_FIXED))


def _put(key: str, span: tuple[float, float]) -> None:
    """Assume it of the chosen category, in the place of what was assumed of it."""
    state = st.session_state
    category = state.get(OF)
    if not category:
        return
    percent = min(max(float(state[PERCENT]), span[0]), span[1])
    others = [word for word in state[key] if Share.parse(word, span).category_id != category]
    state[key] = [*others, str(Share(category, percent))]


def choose_month(known: Known) -> None:
    """Draw its control."""
    controls.pick("priced", _months(known), "This year's budget was made at the prices of",
                  "The month whose index the budget took for granted.")  # fmt: skip


def _months(known: Known) -> dict[str, str]:
    return {month: month_words(month) for month in known.months}
