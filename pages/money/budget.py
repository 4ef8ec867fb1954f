"""Budget and spend: how much of the budget is left, and why spend is what it is."""

import streamlit as st

from pages.parts import bridges, charts, controls, filters, frame, page, store, tables
from spend import budget
from spend.result import Evidence

BRIDGES = {"year": "Last year → this year", "budget": "Budget → actual"}
BY = {
    "cost_centre": "Cost centre",
    "category": "Category",
    "supplier": "Supplier",
    "month": "Month",
}
TILES = (
    "budget_amount",
    "actual_spend",
    "accrued_spend",
    "committed_spend",
    "requested_spend",
    "available_budget",
)

by = controls.chosen("by", BY)
bridge = controls.chosen("bridge", BRIDGES)
view = frame.view()
report = page.report(budget.report, by=by, bridge=bridge)


def ask(metric: str, number: int) -> Evidence:
    return store.report(budget.evidence, view.at, view.selection, metric, page=number)


page.head(report)
page.tiles(report, TILES)
page.message(report)

left, right = page.pair()
with left:
    page.caption(report.chart("months").title)
    charts.columns(report.chart("months"), report.currency, filters.period_names(view.choices))
with right:
    controls.choose("bridge", BRIDGES, "What the bridge compares")
    bridges.show(report.bridge(bridge), report.currency)

left, right = page.pair()
with left:
    page.caption(report.chart("forecast").title)
    charts.bars(report.chart("forecast"), report.currency)
with right:
    page.readings(report)

with st.container(horizontal=True, vertical_alignment="center"):
    controls.choose("by", BY, "What the table is by")
    controls.way_up(by, view.choices)
tables.show(report.table("breakdown"), report.currency, on_open=controls.opener(by))
page.caption(tables.unit_words(report.table("breakdown"), report.currency))
page.notes(report)
page.actions(report, ask)
