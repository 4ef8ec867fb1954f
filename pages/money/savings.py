"""Savings: what procurement claims, what the books show, and what both agree to call a saving."""

from pages.parts import (
    bridges,
    claims,
    controls,
    filters,
    frame,
    initiative,
    page,
    recognition,
    split,
    store,
)
from spend import savings
from spend.result import Evidence

TILES = {
    "finance": ("savings_recognised", "savings_claimed", "savings_realisation"),
    "both": ("savings_claimed", "savings_recognised", "savings_realisation"),
    "procurement": ("savings_claimed", "savings_recognised", "savings_realisation"),
}
TABLES = {
    "register": "Register",
    "stage": "By stage",
    "saving_type": "By type",
    "leakage": "Leakage",
    "twice": "Claimed twice",
    "not_cut": "Not in the budget",
    "not_come": "Budgeted, not come",
    "unexplained": "Unexplained cuts",
    "cash": "Cash",
}

shown = controls.chosen("table", TABLES)
view = frame.view()
one = initiative.chosen(view)
report = page.report(savings.report)
tried = recognition.chosen(view)


def ask(metric: str, number: int) -> Evidence:
    return store.report(savings.evidence, view.at, view.selection, metric, page=number)


page.head(report)
page.tiles(report, TILES[view.selection.lens], report.facts)
page.message(report)

left, right = page.pair()
with left:
    bridges.show(report.bridge("savings"), report.currency, above=True)
with right:
    page.caption(report.chart("months").title)
    claims.months(report.chart("months"), report.currency, filters.period_names(view.choices))
left, right = page.pair()
with left:
    page.caption(report.chart("pipeline").title)
    split.show(report.chart("pipeline"), report.currency)
with right:
    page.readings(report)

controls.choose("table", TABLES, "Which table", wrap=True)
initiative.table(report, shown)
initiative.show(view, one, report.currency)
recognition.show(view, tried, report.currency)
page.notes(report)
page.actions(report, ask)
