"""What stands above a pinned view: its load, what has changed since, and the way to the newest."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from pages.parts import bridges, filters, frame, links, store, tables, words
from pages.parts.store import Moment
from queries.errors import ConcordError
from queries.selection import Selection
from spend import moved, moved_documents, seen, sentences, since_pin
from spend.result import Report

# The report of the page, as it is made for a selection at a moment.
Make = Callable[[Moment, Selection], Report]
MOST_ROWS = 14


@dataclass(frozen=True)
class Newest:
    """The same view at the newest moment: its selection, and its report, or why there is none."""

    selection: Selection
    fault: str = ""
    report: Report | None = None


def banner(report: Report, make: Make) -> None:
    """Name the load, say what has changed since, and lead back to the newest."""
    view = frame.view()
    if not view.selection.as_of:
        return
    with st.container(border=True, gap="xsmall", key="pinned"):
        with st.container(horizontal=True, vertical_alignment="center", key="pinned_to"):
            load = f"Pinned to load {view.at.batch} of {store.loaded_at(view.at):%-d %B %Y, %H:%M}"
            st.markdown(f":material/keep: **{words.plain(load)}**", width="stretch")
            st.button("Show the newest", key="unpin", on_click=filters.pin, args=(None,))
        _since(report, make)
        _seen_otherwise(report)


def _since(report: Report, make: Make) -> None:
    view = frame.view()
    newer = view.latest.batch - view.at.batch
    if not newer and view.latest.shaping == view.at.shaping:
        st.caption("Nothing has been loaded since.")
        return
    newest = _newest(report, make)
    st.caption(words.plain(_said(report, newest)))
    fold = st.expander("What changed since", on_change="rerun", key="changed_since")
    if fold.open:
        with fold, st.skeleton(height=160):
            _changes(report, newest)


def _newest(report: Report, make: Make) -> Newest:
    """The view at the newest moment, its periods those that are shown here."""
    view = frame.view()
    selection = since_pin.named(view.selection, view.choices)
    lost = since_pin.lost(selection, store.choices(view.latest))
    if lost or not report.figures:
        return Newest(selection, lost)
    try:
        return Newest(selection, report=make(view.latest, selection))
    except ConcordError as error:  # what the page's own controls name may be gone
        return Newest(selection, str(error))


def _said(report: Report, newest: Newest) -> str:
    """What has changed since, in one sentence."""
    view = frame.view()
    newer = view.latest.batch - view.at.batch
    documents = store.report(
        since_pin.documents_moved, view.latest, Selection(), view.at.pin
    )  # fmt: skip
    if newest.fault:
        return since_pin.missing(newer, newest.fault, documents)
    return since_pin.said(newer, documents, report, newest.report)


def _changes(report: Report, newest: Newest) -> None:
    """The figures that are otherwise now, what moved spend, and the documents behind it."""
    if newest.report:
        figures = since_pin.figures_moved(report, newest.report)
        if figures.rows:
            tables.show(figures, report.currency, most_rows=MOST_ROWS, exact=True)
        if since_pin.moves(figures, since_pin.SPEND):
            _bridge(newest.selection, report.currency)
    try:
        _documents(newest.selection, report.currency)
    except ConcordError as error:  # the newest calendar has other periods
        st.caption(words.plain(f"{sentences.capital(str(error))}."))


def _bridge(selection: Selection, currency: str) -> None:
    """Spend from what it was to what it is: what came, what was corrected, what else moved."""
    view, metrics = frame.view(), (since_pin.SPEND,)
    for one in store.report(moved.moved, view.latest, selection, view.at.pin, metrics=metrics):
        bridge = moved.bridge(one)
        bridges.show(bridge, currency, height=230, above=True)
        st.caption(words.plain(moved.said(one, currency)))


def _documents(selection: Selection, currency: str) -> None:
    """Every document that moved, as far as the selection has it."""
    view = frame.view()
    found = store.report(moved_documents.documents, view.latest, selection, view.at.pin)
    if not found.rows:
        st.caption("No document of this selection has moved.")
        return
    st.caption(words.plain(f"{found.title}, as far as this selection has them"))
    tables.show(found, currency, most_rows=MOST_ROWS, exact=True)


def _seen_otherwise(report: Report) -> None:
    """What people who wrote on this view saw, where this version computes it otherwise."""
    view = frame.view()
    here = links.of(replace(view.selection, as_of=view.at.pin))
    entries = store.written(seen.written_on, view.latest, view.selection, here)
    for one in seen.otherwise(entries, report):
        st.warning(words.plain(seen.said(one)), icon=":material/compare_arrows:")
