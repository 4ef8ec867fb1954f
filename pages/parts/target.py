"""What a figure should be: what each team wants, what they agreed on, and the way to sign it."""

import streamlit as st

from pages.parts import frame, page, person, saving, signing, store, words
from spend.target_proposals import TargetProposals, target_proposals
from spend.target_signing import LARGEST, TARGET, Wanted

UNITS = {"share": "%", "days": "days"}
STEPS = {"share": 0.5, "money": 10_000.0}


def show(metric: str) -> None:
    """The target of one figure: who wants what, and a form to propose another."""
    view = frame.view()
    found = store.report(target_proposals, view.at, view.selection, metric)
    st.markdown(f":material/flag: {words.plain(found.said)}")
    saving.said(TARGET)
    for number, one in enumerate(found.standings):
        signing.row(one, TARGET, number)
    for line in found.skipped:
        st.warning(words.plain(line), icon=":material/info:")
    if found.fiscal_year is not None:
        _propose(found, found.fiscal_year)


def _propose(found: TargetProposals, year: int) -> None:
    metric, who = found.metric, person.here()
    unit = UNITS.get(metric.unit, found.currency if metric.unit == "money" else "")
    most = float(LARGEST) / 10
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"propose_{TARGET}"):
        number = st.number_input(
            f"Another target for {year}{f', {unit}' if unit else ''}",
            -most, most, found.first_number, STEPS.get(metric.unit, 1.0),
            key=f"target_{metric.id}_{year}", width=260,
        )  # fmt: skip
        wanted = Wanted.typed(metric.id, year, number)
        saving.press(
            TARGET, f"Propose as {who.role}", ":material/edit_note:", TARGET, wanted.name,
            wanted.body(), told="It takes effect once the other team signs the same.",
        )  # fmt: skip
    page.caption("A target is of the whole company and the whole year.")
