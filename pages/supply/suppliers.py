"""Suppliers: who the money goes to, what contracts cover, and who keeps what was promised."""

import streamlit as st

from pages.parts import bridges, controls, frame, page, places, ranking, store, tables
from spend import suppliers
from spend.result import Evidence

TILES = (
    "off_contract_share", "contract_coverage", "preferred_share", "supplier_concentration",
    "on_time_in_full",
)  # fmt: skip
TABLES = {
    "suppliers": "Suppliers",
    "categories": "Categories",
    "past": "Outside contracts",
    "contracts": "Contracts",
    "prices": "Prices",
    "delivery": "Deliveries",
    "payment": "Payment",
    "records": "Records",
}
SEVERAL = {
    "past": ("past_suppliers",),
    "contracts": ("ending", "ended"),
    "prices": ("category_prices", "supplier_prices"),
    "records": ("same_name", "shared_invoices", "gaps"),
}
BY_CATEGORY = ("categories", "category_prices")

places.leave()
shown = controls.chosen("table", TABLES)
view = frame.view()
report = page.report(suppliers.report)


def ask(metric: str, number: int) -> Evidence:
    return store.report(suppliers.evidence, view.at, view.selection, metric, page=number)


def one_supplier(supplier: str) -> None:
    if supplier in view.choices.options["supplier"]:
        places.go(f"supplier?supplier={supplier}")


page.head(report)
page.tiles(report, TILES, report.facts[:1])
page.message(report)

past = report.chart("past_contracts")
if past.drawable:
    left, right = page.pair()
    with left:
        bridges.show(report.bridge("past"), report.currency, above=True)
    with right:
        page.caption(ranking.title(past))
        ranking.show(past, report.currency)

left, right = page.pair()
with left:
    page.caption(ranking.title(report.chart("pareto")))
    ranking.show(report.chart("pareto"), report.currency)
with right:
    page.readings(report)

with st.container(horizontal=True, vertical_alignment="center"):
    controls.choose("table", TABLES, "Which table", wrap=True)
    controls.way_up("category" if shown in ("categories", "prices") else "supplier", view.choices)
for name in SEVERAL.get(shown, (shown,)):
    table = report.table(name)
    down = name in BY_CATEGORY
    opener = controls.opener("category") if down else one_supplier
    if table.rows:
        tables.show(table, report.currency, on_open=opener, most_rows=14)
    told = tables.unit_words(table, report.currency, opens=down)
    more = "" if down or not table.ids else " Click a row for all about that supplier."
    page.caption(f"{table.title}. {told}{more}" if table.rows else f"{table.title}: none.")

page.notes(report)
page.actions(report, ask)
