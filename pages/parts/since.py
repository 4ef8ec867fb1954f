"""What moved since the last review, on a page."""

import streamlit as st

from pages.parts import bridges, frame, page, store, tables, words
from spend import kpi_moved, moved
from spend.kpi_moved import Since


def show(found: Since, currency: str) -> None:
    """The figures that moved, and since when; why the headlines did, for whoever asks."""
    page.caption(found.said)
    if found.table:
        tables.show(found.table, currency, most_rows=20, exact=True)
        fold = st.expander("Why the headline figures moved", on_change="rerun", key="why_moved")
        if fold.open:
            with fold, st.skeleton(height=260):
                _why(currency)


def _why(currency: str) -> None:
    """Each headline figure from then to now, cause by cause, in words, numbers and bars."""
    view = frame.view()
    found = store.written(kpi_moved.why, view.at, view.selection)
    for one in found:
        st.markdown(words.plain(moved.said(one, currency)))
    tables.show(moved.table(found), currency, exact=True)
    grid = st.grid(2, min_column_width=380, gap="medium")
    for one in (one for one in found if one.has_moved):
        with grid.cell():
            data = moved.bridge(one)
            bridges.show(data, currency, height=260, above=True)
