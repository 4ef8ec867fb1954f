"""Goals: what next year will cost, how sure that is, and what both teams sign."""

from pages.parts import (
    bridges,
    controls,
    frame,
    goal_assumed,
    goal_pictures,
    goal_score,
    goal_signing,
    page,
    places,
    store,
    tables,
)
from spend import goal_report as goals

TABLES = {
    "categories": "By category",
    "savings": "Savings",
    "market": "Market",
    "months": "By month",
    "running": "This year's budget",
}

places.leave()
shown = controls.chosen("show", TABLES)
view = frame.view()
known = goal_assumed.Known(*store.report(goals.known, view.at, view.selection))
asked = goal_assumed.chosen(known)
report = page.report(goals.report, **asked, priced=goal_assumed.month(known))

page.head(report)
page.tiles(report, (), report.facts[:6])
page.message(report)

left, right = page.pair()
with left:
    page.caption(report.chart("fan").title)
    goal_pictures.fan(report.chart("fan"), report.currency)
with right:
    page.caption(report.chart("drivers").title)
    goal_pictures.tornado(report.chart("drivers"), report.currency)

left, right = page.pair()
with left:
    bridges.show(report.bridge("plan"), report.currency, height=300, above=True)
with right:
    page.readings(report)
    for fact in report.facts[6:]:
        goal_pictures.beside(fact, report.currency)

page.heading("What is assumed")
goal_assumed.show(known)

controls.choose("show", TABLES, "Which table", wrap=True)
if shown == "running":
    goal_assumed.choose_month(known)
table = report.table(shown)
opener = controls.opener("category") if shown in ("categories", "running") else None
tables.show(table, report.currency, on_open=opener, most_rows=20, wide=shown == "savings")
page.caption(f"{table.title}. {tables.unit_words(table, report.currency, opener is not None)}")

goal_signing.show(report, goals.assumed(**asked))
goal_score.show(report.currency)
page.notes(report)
page.actions(goal_score.taken_along(report))
