"""The simulator of payment terms: choose suppliers and days, and see what it does to both sides."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.parts import figures, numbers, page, pictures, saving, tables
from pages.parts.numbers import Number
from spend import terms_trial
from spend.terms_choice import EVERYBODY, Trial, known_moves, moves_of
from spend.terms_saved import Saved
from spend.terms_simulation import Goal, SupplierTerms, moves_of_plan, propose, simulate

MOVES = "move"
DAYS = Number(
    "days", "New days", 60, 0, 180, 5, "days", "For suppliers that have no days of their own below."
)
DISCOUNT = Number(
    "discount", "Discount for being paid early", 0, 0, 20, 0.5, "%",
    "Counts only where the new days are earlier than today's.", percent=True,
)  # fmt: skip
PASS_ON = Number(
    "pass_on", "Passed on in prices", 100, 0, 100, 5, "%",
    "The part of what waiting costs them that suppliers put into their prices.", percent=True,
)  # fmt: skip
GOAL = Number(
    "goal", "Cash to release", 500_000, -1e9, 1e9, 50_000, "",
    "Once. Minus: cash that may be given up, for early payments that help both.", boxed=True,
)  # fmt: skip
CHANGES = Number("changes", "Suppliers to change, at most", 10, 1, 200)
MOST_DAYS = Number("most_days", "Longest days to ask for", 90, 30, 120, 15, "days")
NONE = "Nothing saved"


def cash_rate(base: SupplierTerms) -> Number:
    """The cost of cash to reckon with: the company's own setting unless somebody tries another."""
    default = round(base.cost_of_cash * 100, 1)
    return Number("cash_rate", "Our cost of cash", default, 0, 30, 0.5, "% a year", percent=True)


def chosen(base: SupplierTerms) -> tuple[Trial, Goal]:
    """What the controls say, before they are drawn, so that a link's faults are said on top."""
    moves = numbers.words(MOVES, partial(known_moves, known=base.ids))
    days, discount = numbers.chosen(DAYS), numbers.chosen(DISCOUNT)
    rate, passed = numbers.chosen(cash_rate(base)), numbers.chosen(PASS_ON)
    changes, most_days = int(numbers.chosen(CHANGES)), int(numbers.chosen(MOST_DAYS))
    goal = Goal(numbers.chosen(GOAL), changes, most_days)
    return Trial(moves_of(moves), int(days), discount, rate, passed), goal


def show(base: SupplierTerms, trial: Trial) -> None:
    """What somebody tries: the controls, and at once what they do to both sides."""
    if not base.ids:
        _nobody()
        return
    simulation = simulate(base, trial)
    _suppliers(base)
    grid = st.grid(4, min_column_width=200, gap="medium")
    for one in (DAYS, DISCOUNT, cash_rate(base), PASS_ON):
        with grid.cell():
            numbers.slider(one)
    page.caption(terms_trial.said(base, simulation))
    if simulation.moves:
        figures.facts(terms_trial.facts(base, simulation), base.currency)
        tables.show(terms_trial.moved(base, simulation), base.currency)


def _nobody() -> None:
    st.info(
        "No supplier here has both spend and days that are known: load `payment_term` with the "
        "suppliers' terms, or payments."
    )


def _suppliers(base: SupplierTerms) -> None:
    """Who gets new terms; suppliers with days of their own keep them until they are taken out."""
    state = st.session_state
    own = [word for word in state[MOVES] if word not in (EVERYBODY, *base.ids)]
    name = {EVERYBODY: "All suppliers here", **dict(zip(base.ids, base.names, strict=True))}
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with left:
        st.multiselect(
            "Suppliers with new terms", [*own, EVERYBODY, *base.ids], key=MOVES,
            format_func=lambda word: _named(word, name), placeholder="Choose suppliers",
            persist_state="session",
        )  # fmt: skip
    with right:
        st.button("Clear", type="tertiary", key="clear_moves", on_click=_put, args=([],))


def _named(word: str, names: dict[str, str]) -> str:
    """A move in words: its supplier's name, and its own days if it has any."""
    (move,) = moves_of([word])
    said = names.get(move.supplier, move.supplier)
    if move.days is None:
        return said
    off = f", {move.discount:.1%} off" if move.discount else ""
    return f"{said} · {move.days} days{off}"


def _try(moves: Sequence[str]) -> None:
    """Take a plan over to the trial, and go there."""
    _put(moves)
    st.session_state["try"] = "trial"


def _put(moves: Sequence[str]) -> None:
    st.session_state[MOVES] = list(moves)


# --- What was saved ------------------------------------------------------------------------------


def compare(base: SupplierTerms, trial: Trial, saved: Sequence[Saved]) -> None:
    """This trial beside a saved one, and the way back to the saved one."""
    if not saved:
        return
    known = {one.name: one for one in saved}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        other = st.selectbox("Compare with a saved scenario", list(known), index=None,
                             placeholder="None")  # fmt: skip
    if other is None:
        return
    scenario = known[other]
    with right:
        moves = [str(move) for move in scenario.trial.moves]
        st.button("Open it", key="open_scenario", on_click=_put, args=(moves,))
    table = terms_trial.compared(base, {"This trial": trial, other: scenario.trial})
    tables.show(table, base.currency)
    page.caption(f"Saved by {scenario.by} on {scenario.at:%-d %B %Y}.")


def save(base: SupplierTerms, trial: Trial, saved: Sequence[Saved] | None) -> None:
    """Keep a trial under a name of its own, where one is shown and has suppliers."""
    if saved is not None and trial.moves:
        body, names = trial.named(base.ids).body(), [one.name for one in saved]
        saving.form("scenario", "Save this trial", ":material/save:", "Its name", body=body,
                    taken=names)  # fmt: skip


# --- The cheapest way to an amount of cash -------------------------------------------------------


def goal(base: SupplierTerms, trial: Trial, asked: Goal) -> None:
    """The plan that reaches a goal at the least cost to both, and the frontier it lies on."""
    if not base.ids:
        _nobody()
        return
    grid = st.grid(3, min_column_width=200, gap="medium")
    with grid.cell():
        numbers.box(GOAL)
    for one in (CHANGES, MOST_DAYS):
        with grid.cell():
            numbers.slider(one)
    proposal = propose(base, trial, asked)
    page.caption(terms_trial.proposed(base, proposal))
    curve = terms_trial.curve(base, proposal)
    left, right = page.pair()
    with left:
        page.caption(f"{curve.title}: below zero, both gain")
        pictures.line(curve, base.currency, height=280)
    with right:
        moves = [str(move) for move in moves_of_plan(base, proposal.plan)]
        page.caption(terms_trial.shape(base, proposal))
        st.button("Try these", key="try_plan", on_click=_try, args=(moves,),
                  icon=":material/arrow_forward:")  # fmt: skip
    tables.show(terms_trial.suggestions(base, proposal), base.currency, most_rows=12)
