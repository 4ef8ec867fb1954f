"""Where each report has its page, and the way there with a view of its own."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import streamlit as st

from pages.parts import filters, frame, words
from queries.selection import FILTERS

FILES: Mapping[str, str] = {
    "kpis": "pages/together/overview.py",
    "review": "pages/together/review.py",
    "goals": "pages/together/goals.py",
    "budget": "pages/money/budget.py",
    "savings": "pages/money/savings.py",
    "terms": "pages/money/terms.py",
    "cash": "pages/money/cash.py",
    "stock": "pages/supply/stock.py",
    "suppliers": "pages/supply/suppliers.py",
    "supplier": "pages/supply/supplier.py",
    "approvals": "pages/supply/approvals.py",
    "definitions": "pages/reference/definitions.py",
    "data": "pages/reference/data.py",
}
GOING = "going_to"


def link(report: str, label: str, icon: str | None = None) -> None:
    """A link to a report's page with the selection as it is; to the definitions if it has none."""
    file = FILES.get(report, FILES["definitions"])
    st.page_link(file, label=words.plain(label), icon=icon)


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
    """Go where a callback asked to, with the selection; a callback cannot leave its page itself."""
    if report := st.session_state.pop(GOING, None):
        filters.carry(frame.view().selection)
        st.switch_page(FILES[report])
