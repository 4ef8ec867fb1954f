"""What moved the headline figures since the last review, cause by cause."""

import streamlit as st

from pages.parts import bridges, page, tables, words
from pages.parts.review_state import Opened
from queries.errors import ConcordError
from spend import registry, review_words
from spend.moved import Moved, bridge, said, table


def show(here: Opened) -> None:
    """A sentence and a row for every headline figure; the one picked as a bridge.

    Folded until somebody asks, because every cause is worked out by itself.
    """
    last = here.review.last
    if last is None:
        return
    if here.review.comparable is None:
        page.caption(review_words.apart(last))
        return
    label = f"What moved since {last.title}, {last.day:%-d %B %Y}"
    fold = st.expander(words.plain(label), on_change="rerun", key="what_moved")
    if not fold.open:
        return
    with fold:
        try:
            with st.skeleton(height=200):
                _told(here.review.moved, here.review.figures.currency)
        except ConcordError as error:
            st.info(words.plain(f"It cannot be told: {error}."), icon=":material/info:")


def _told(found: tuple[Moved, ...], currency: str) -> None:
    lines = [f"- {words.plain(said(one, currency))}" for one in found if one.has_moved]
    st.markdown("\n".join(lines) or "No headline figure has moved.")
    if not lines:
        return
    tables.show(table(found), currency, exact=True)
    named = {one.metric: one for one in found if one.has_moved}
    metrics = registry.all_metrics()
    picked = st.selectbox(
        "As a bridge", list(named), format_func=lambda name: metrics[name].label, key="bridge_of",
        persist_state="session",
    )  # fmt: skip
    drawn = bridge(named[picked])
    bridges.show(drawn, currency, height=260, above=True)
    page.caption("Each cause is worked out by the figure's own formula; nothing is left over.")
