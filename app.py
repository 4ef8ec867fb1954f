"""The frame that Streamlit runs: navigation, who is here, the lens and filters, then the page.

It shows no figures. A page is added by one line in ``PAGES``.
"""

import streamlit as st

from pages.parts import frame, links, words
from queries.errors import ConcordError, NothingLoadedError

SIDEBAR = 310  # pixels: wide enough for the three lenses in one row
HOME = "overview"  # the page that opens at the bare address; it has an address of its own as well
FILE, ICON = "pages/together/overview.py", ":material/dashboard:"
HERE, NAMED = links.shown(bare=True), links.shown(bare=False)
PAGES = {
    "Together": [
        st.Page(FILE, title="Overview", icon=ICON, visibility=HERE, url_path="/", default=True),
        st.Page(FILE, title="Overview", icon=ICON, visibility=NAMED, url_path=HOME),
        st.Page("pages/together/review.py", title="Review", icon=":material/groups:"),
        st.Page("pages/together/goals.py", title="Goals", icon=":material/flag:"),
    ],
    "Money": [
        st.Page("pages/money/budget.py", title="Budget", icon=":material/account_balance_wallet:"),
        st.Page("pages/money/savings.py", title="Savings", icon=":material/savings:"),
        st.Page("pages/money/terms.py", title="Terms", icon=":material/handshake:"),
        st.Page("pages/money/cash.py", title="Cash", icon=":material/payments:"),
    ],
    "Supply": [
        st.Page("pages/supply/stock.py", title="Stock", icon=":material/inventory_2:"),
        st.Page("pages/supply/suppliers.py", title="Suppliers", icon=":material/local_shipping:"),
        st.Page("pages/supply/supplier.py", title="One supplier", visibility="hidden"),
        st.Page("pages/supply/approvals.py", title="Approvals", icon=":material/approval:"),
    ],
    "Reference": [
        st.Page("pages/reference/definitions.py", title="Definitions", icon=":material/menu_book:"),
        st.Page("pages/reference/data.py", title="Data", icon=":material/database:"),
    ],
}

st.set_page_config("Concord", "⚖️", layout="wide", initial_sidebar_state=SIDEBAR)
page = st.navigation(PAGES)

try:
    frame.draw(page.url_path or HOME)
except NothingLoadedError as nothing:
    st.title("Nothing is loaded yet", anchor=False)
    st.info(words.plain(f"Here {nothing}."), icon=":material/database:")
    st.stop()
except ConcordError as error:
    st.title("The books cannot be read", anchor=False)
    st.error(words.plain(str(error)), icon=":material/error:")
    st.stop()
page.run()
