"""Where each report has its page, and the way there with a view of its own."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import streamlit as st

from pages.parts import words
from queries.selection import FILTERS

FILES: Mapping[str, str] = {
    "kpis": "pages/together/overview.py",
    "budget": "pages/money/budget.py",
    "savings": "pages/money/savings.py",
    "terms": "pages/money/terms.py",
    "cash": "pages/money/cash.py",
    "stock": "pages/supply/stock.py",
    "definitions": "pages/reference/definitions.py",
    "data": "pages/reference/data.py",
}
GOING = "going_to"


def link(report: str, label: str, icon: str | None = None) -> None:
    """A link to a report's page with the selection as it is; its words alone where it has none."""
    if report in FILES:
        st.page_link(FILES[report], label=words.plain(label), icon=icon)
    else:
        st.caption(words.plain(label))


def go(link: str) -> None:
    """Ask, from a callback, to leave for a report's page, with filters and controls set.

    ``link`` is the end of an address, such as ``budget?category=C-1110&bridge=year``.
    """
    report, _, query = link.partition("?")
    if report not in FILES:
        return
    several = {one.key for one in FILTERS}
    for key, values in parse_qs(query).items():
        st.session_state[key] = values if key in several else values[0]
    st.session_state[GOING] = report


def leave() -> None:
    """Go where a callback asked to; a callback cannot leave its page itself."""
    if report := st.session_state.pop(GOING, None):
        st.switch_page(FILES[report])
