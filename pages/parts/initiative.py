"""One savings initiative on the page: which, its bridge, the prices paid, and its signatures."""

from collections.abc import Mapping

import streamlit as st

from pages.parts import (
    bridges,
    claims,
    figures,
    filters,
    links,
    page,
    person,
    saving,
    signing,
    store,
    tables,
    words,
)
from pages.parts.frame import View
from spend import savings_initiative
from spend.result import Report
from spend.savings_agreed import SIGN_OFF
from spend.savings_initiative import Initiative

KEY = "initiative"
NONE = "none"
MOST_ROWS = 22
CLICK = " Click a row to look at that initiative."


def chosen(view: View) -> str:
    """The initiative that is looked at, "" for none; one that the link gets wrong is said."""
    state = st.session_state
    names = _names(view)
    if state.link_opened or state.get(KEY) not in (NONE, *names):
        asked = links.read().get(KEY, []) if state.link_opened else []
        known = [one for one in asked if one in names]
        lines = [f"The link's {KEY} “{one[:60]}” was left out: it is not in this selection."
                 for one in asked if one not in known[:1]]  # fmt: skip
        filters.say((*state.get(filters.NOTICES, ()), *lines))
        state[KEY] = known[0] if known else NONE
    found = str(state[KEY])
    links.write({} if found == NONE else {KEY: [found]}, (KEY,))
    return "" if found == NONE else found


def table(report: Report, name: str) -> None:
    """One of the page's tables; a click on a row of initiatives looks at that one."""
    found = report.table(name)
    if not found.rows:
        page.caption(found.title)
        st.info("Nothing is on this list in this selection.")
        return
    opens = found.columns[0].label in ("Initiative", "Earlier")
    tables.show(found, report.currency, on_open=_look if opens else None, most_rows=MOST_ROWS)
    said = tables.unit_words(found, report.currency, opens=False)
    page.caption(f"{found.title}. {said}{CLICK if opens else ''}")


def _look(name: str) -> None:
    st.session_state[KEY] = name


def _names(view: View) -> Mapping[str, str]:
    if not view.at.batch:
        return {}
    return store.report(savings_initiative.choices, view.at, view.selection)


def show(view: View, name: str, currency: str) -> None:
    """The one that is chosen, or a list to choose from."""
    page.heading("One initiative")
    names = {NONE: "Choose one, or click a row above", **_names(view)}
    st.selectbox(
        "Initiative", list(names), key=KEY, format_func=lambda one: names.get(one, one),
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    if name:
        found = store.report(savings_initiative.initiative, view.at, view.selection, name)
        _explained(found, currency)


def _explained(found: Initiative, currency: str) -> None:
    st.markdown(words.plain(found.said))
    _signatures(found, currency)
    figures.facts(found.facts, currency, signed=False, key="initiative_facts")
    left, right = page.pair()
    with left:
        bridges.show(found.bridge, currency, above=True)
    with right:
        page.caption(found.prices.title)
        claims.prices(found.prices, currency)
    if found.purchases.rows:
        tables.show(found.purchases, currency, most_rows=12, exact=True)
        page.caption(f"{found.purchases.title}.")


def _signatures(found: Initiative, currency: str) -> None:
    """Who signed the initiative as it stands, and the button of whoever has not."""
    saving.said(SIGN_OFF)
    if (now := found.sign_off) is None:
        return
    if now.standing is not None:
        signing.row(now.standing, SIGN_OFF, 0)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sign_off"):
        st.badge(now.words, color="gray")
        st.markdown(words.plain(savings_initiative.told(found, currency)))
        saving.press(
            "sign_off", f"Sign as {person.here().role}", ":material/signature:", SIGN_OFF,
            found.id, now.terms.body(), primary=True,
            told="It stands once one person of each team has signed the same terms.",
        )  # fmt: skip
