"""The goal that both teams sign: who proposes what, the signatures, and the budget it becomes."""

import threading
import uuid
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from pages.parts import frame, page, person, places, saving, signing, store, tables, words
from queries.errors import ConcordError
from spend import goal_agreement, goal_budget, money
from spend.goal_plan import Assumptions
from spend.goal_proposals import GOAL, GoalProposal, proposal
from spend.goal_report import assembled
from spend.goal_signing import (
    GoalSigning,
    asked_for,
    goal_signing,
    planned_year,
    too_little,
    whole,
)
from spend.result import Report

CAPTIONS = {
    "goal_sides": "The first rows add up to the budget; the last four are the forecast's range.",
    "goal_moved": "Of the money that follows each and that no contract fixes, for the whole year.",
    "goal_give": "Plus: a higher budget than the side proposed. The sides add up to the middle.",
}
SAID = "said_goal_budget"


def show(report: Report, assumptions: Assumptions) -> None:
    """Who proposes what for the year of a report, and the ways to propose, sign and load it."""
    view = frame.view()
    year = store.report(planned_year, view.at, view.selection)
    found = store.report(goal_signing, view.at, view.selection, year)
    page.heading(f"The goal of {year} that both sign")
    st.markdown(words.plain(found.said))
    saving.said(GOAL)
    for number, one in enumerate(found.standings):
        signing.row(one, GOAL, number, write=_write())
    for line in found.skipped:
        st.warning(words.plain(line), icon=":material/info:")
    _propose(report, assumptions, found)
    _budget(found)
    for table in found.tables:
        page.caption(table.title)
        tables.show(table, report.currency, wide=True, most_rows=12)
        page.caption(f"{CAPTIONS[table.name]} {tables.unit_words(table, report.currency, False)}")


def _write() -> saving.Write:
    """A proposal is written down with its side's target of the year's spend."""
    return partial(goal_agreement.record, store.store())


def _propose(report: Report, assumptions: Assumptions, found: GoalSigning) -> None:
    """The plan on the screen as this side's proposal, and the middle of both, where they differ."""
    view, who = frame.view(), person.here()
    if not whole(view.selection):
        page.caption("A goal is of the whole company: take the filters off to propose one.")
        return
    amount = asked_for(report, assumptions, found.fiscal_year)
    if amount is None:
        page.caption("Nothing was spent in the last 12 months: there is no plan to propose.")
        return
    already = found.said_already(who.role, report, assumptions)
    barred = store.report(too_little, view.at, view.selection)
    with st.container(horizontal=True, gap="small", key="propose_goal"):
        asked = words.plain(money.short(amount, report.currency))
        if not already:
            st.button(
                f"Propose {asked} as {who.role}", key="press_goal", icon=":material/edit_note:",
                type="tertiary", help="It takes effect once the other team signs the same.",
                on_click=_proposed, args=(uuid.uuid4().hex, assumptions), disabled=bool(barred),
            )  # fmt: skip
        if half := found.middle.get(who.role):
            _half_way(half, report.currency)
    if reason := already or barred:
        page.caption(words.plain(reason))
        return
    page.caption(
        "What is proposed is this plan with all its assumptions and the market as it is now. It "
        "moves no figure but your side's target of the year's spend, until the other team signs "
        "the same. Then it is the target of both, and a budget that can be loaded."
    )


def _proposed(request: str, assumptions: Assumptions) -> None:
    """Write the plan down that is on the screen: only now is it made whole."""
    view = frame.view()
    plan = store.report(assembled, view.at, view.selection, assumptions)
    asked = proposal(plan, view.at.batch)
    if said := saving.record(request, GOAL, asked.name, asked.body(), _write()):
        st.session_state[f"said_{GOAL}"] = said


def _half_way(half: GoalProposal, currency: str) -> None:
    amount = words.plain(money.short(money.decimal(half.amount), currency))
    saving.press(
        "goal_middle", f"Propose half way, {amount}", ":material/balance:", GOAL, half.name,
        half.body(), told="Your own forecast, with the budget in the middle of both.",
        write=_write(),
    )  # fmt: skip


# --- The budget -----------------------------------------------------------------------------------


def _budget(found: GoalSigning) -> None:
    """Whether the agreed goal is a version of the budget yet, and the button that makes it one."""
    if found.budget is None:
        return
    version, year = words.plain(found.budget.version), found.fiscal_year
    load = found.budget.load
    if found.budget.is_loaded:
        with st.container(horizontal=True, vertical_alignment="center", key="goal_budget"):
            st.markdown(f":material/check: It is the budget **{version}**, by load {load}.")
            st.button(
                "See it on the budget page", key="see_goal_budget", type="tertiary",
                icon=":material/arrow_forward:", on_click=places.go, args=(_budget_page(found),),
                help="Until the year begins, the whole of it; then as its days pass.",
            )  # fmt: skip
    elif frame.view().selection.as_of is None:
        st.button(
            f"Load it as the budget {version}", key="press_goal_budget", icon=":material/upload:",
            type="primary", on_click=_load, args=(year,),
            help="By month, cost centre and category, to the cent; as a load of its own.",
        )  # fmt: skip
    if line := st.session_state.pop(SAID, None):
        st.info(words.plain(line))


def _budget_page(found: GoalSigning) -> str:
    """The end of the address of the agreed budget's own year."""
    year = frame.view().choices.calendar.year(found.fiscal_year)
    asked = {"budget_version": goal_budget.version_of(found.fiscal_year)}
    if year:
        asked |= {"from": year[0].period, "to": year[-1].period}
    return f"budget?{urlencode(asked)}"


@st.cache_resource(show_spinner=False)
def _turn() -> threading.Lock:
    """One at a time: whoever presses second finds what the first has loaded."""
    return threading.Lock()


def _load(fiscal_year: int) -> None:
    """The press of the button, before anything is drawn; nothing is drawn here."""
    who, into, turn = person.here().name, store.store(), _turn()
    with turn:  # from here on the session is left alone
        try:
            result = goal_budget.load_agreed(into, fiscal_year, now=store.now(), user=who)
        except ConcordError as error:
            said = f"Nothing was loaded: {error}."
        else:
            said = "" if result else "It was loaded already."  # the page says what is loaded
    st.session_state[SAID] = said
