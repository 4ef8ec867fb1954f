"""The stock page's tables and its way into one item: what to show, and what a click opens."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts import controls, explained, links, page, store, tables, words
from pages.parts.frame import View
from queries.errors import ConcordError
from queries.selection import Choices
from spend import sentences, stock, stock_explain, stock_tried
from spend.result import Report, Table
from spend.stock_replay import StockReplayed
from spend.stock_table import BY
from spend.stock_tried import Tried

TABLES = {
    "breakdown": "Stock by…",
    "too_little": "Too little",
    "too_much": "Too much",
    "obsolete": "Obsolete",
    "lead_times": "Lead times",
    "backtest": "Back-test",
}
NO_SITE = "No site"
SITE = "site"
MOST_ROWS = 22


def choose(shown: str, by: str, choices: Choices) -> None:
    """Which table, what it is by, and the way back up."""
    with st.container(horizontal=True, vertical_alignment="center"):
        controls.choose("table", TABLES, "Which table", wrap=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown == "breakdown":
            controls.choose("by", BY, "What the table is by", wrap=True)
        controls.way_up("category", choices)


def table(report: Report, shown: str, by: str, view: View) -> None:
    """The table that is chosen; the back-test is worked out only when somebody asks for it."""
    if shown == "backtest":
        with st.skeleton(height=200):
            _backtest(store.report(stock.backtest, view.at, view.selection), report.currency)
        return
    found = report.table(shown)
    if not found.rows:
        page.caption(found.title)
        st.info("Nothing is on this list in this selection.")
        return
    opens = _opens(found, shown, by)
    tables.show(found, report.currency, most_rows=MOST_ROWS, **opens)
    page.caption(f"{found.title}. {tables.unit_words(found, report.currency, bool(opens))}")


def _opens(found: Table, shown: str, by: str) -> dict[str, Any]:
    """What a click on a row does: narrow to its category or item; nothing for other rows."""
    if shown != "breakdown" or by == "item":
        return {"on_row": row_opener(found)}
    return {"on_open": controls.opener(by)} if by == "category" else {}


def row_opener(found: Table) -> Callable[[int], None]:
    """Narrow to a row's item, to be explained at its site; the row of all others opens nothing."""

    def open_row(row: int) -> None:
        if item := found.ids[row]:
            controls.narrow("item", item)
            if found.columns[1].key == SITE:
                st.session_state[SITE] = found.rows[row][1]

    return open_row


def _backtest(found: StockReplayed, currency: str) -> None:
    if found.reason:
        st.info(words.plain(found.reason))
        return
    st.markdown(words.plain(found.sentence))
    tables.show(found.table, currency, wide=True)
    page.caption(found.table.title)
    for note in found.notes:
        page.caption(note.text)


def under_curve(found: Tried) -> str:
    """What the curve says, and what is not on it."""
    return " ".join([found.curve_said, *found.left_out]) if found.curve.series else ""


# --- One item -------------------------------------------------------------------------------------


def chosen_site(view: View) -> str | None:
    """Where the one item that is selected is to be explained; ``None`` unless it is one."""
    one = len(view.selection.item) == 1
    sites = store.report(stock_tried.sites, view.at, view.selection) if one else ()
    if not sites:
        links.write({}, (SITE,))
        return None
    return controls.chosen(SITE, {site: site or NO_SITE for site in sites})


def _heading(view: View, site: str) -> None:
    """What stands above the explanation: the item, its site where it has several, the way back."""
    page.heading("Explain this item")
    with st.container(horizontal=True, vertical_alignment="center"):
        controls.way_up("item", view.choices)
        sites = store.report(stock_tried.sites, view.at, view.selection)
        if len(sites) > 1:
            controls.choose(SITE, {one: one or NO_SITE for one in sites}, "At which site")
        elif site:
            st.text(f"at {site}")


def explain(view: View, site: str, currency: str) -> None:
    """The one item that is selected, explained, or why it is not."""
    _heading(view, site)
    item = view.selection.item[0]
    try:
        found = store.report(stock_explain.explain, view.at, view.selection, item, site)
    except ConcordError as error:
        st.info(words.plain(f"{sentences.capital(str(error))}."))
    else:
        explained.show(found, currency)
