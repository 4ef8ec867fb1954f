"""Cash to come: what goes out over the next 13 weeks and 12 months, and how sure that is."""

import streamlit as st

from pages.parts import controls, frame, outlook, page, store, tables
from spend import cash_report as cash
from spend.result import Evidence

TABLES = {"weeks": "By week", "months": "By month", "suppliers": "By supplier"}

shown = controls.chosen("plan", TABLES)
view = frame.view()
names = store.report(cash.scenarios, view.at, view.selection) if view.at.batch else ()
scenario = outlook.scenario(names)
report = page.report(cash.report, scenario=scenario)


def ask(metric: str, number: int) -> Evidence:
    return store.report(cash.evidence, view.at, view.selection, metric, page=number)


page.head(report)
outlook.tiles(report)
page.message(report)

left, right = page.pair()
for place, name in ((left, "weeks"), (right, "months")):
    with place:
        page.caption(report.chart(name).title)
        outlook.columns(report.chart(name), report.currency)

left, right = page.pair()
with left:
    for table in (t for t in report.tables if t.name == "calendar"):
        page.caption(table.title)
        outlook.calendar(table, report.currency)
with right:
    page.readings(report)
    for table in (t for t in report.tables if t.name == "cycle"):
        page.caption(table.title)
        tables.show(table, report.currency)

outlook.choose_scenario(names)
for table in (t for t in report.tables if t.name == "scenario"):
    page.heading(table.title)
    tables.show(table, report.currency)

with st.container(horizontal=True, vertical_alignment="center"):
    controls.choose("plan", TABLES, "What the table is by")
    if shown == "suppliers":
        controls.way_up("supplier", view.choices)
opener = controls.opener("supplier") if shown == "suppliers" else None
tables.show(report.table(shown), report.currency, on_open=opener)
page.notes(report)
page.actions(report, ask)
