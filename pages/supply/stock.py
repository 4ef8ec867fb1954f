"""Stock: what is on the shelf for, what service needs, and what could be had back."""

from pages.parts import (
    bridges,
    controls,
    curve,
    frame,
    page,
    policies,
    shelf,
    split,
    store,
    whatif,
)
from spend import stock, stock_tried
from spend.result import Evidence
from spend.stock_table import BY

TILES = (
    "stock_value", "days_inventory", "safety_stock_value", "excess_stock_value",
    "obsolete_stock_value", "required_safety_stock_value",
)  # fmt: skip

shown = controls.chosen("table", shelf.TABLES)
by = controls.chosen("by", BY)
trial = whatif.chosen()
view = frame.view()
report = page.report(stock.report, by=by)
site = shelf.chosen_site(view)


def ask(metric: str, number: int) -> Evidence:
    return store.report(stock.evidence, view.at, view.selection, metric, page=number)


page.head(report)
page.tiles(report, TILES)
page.message(report)
tried = store.report(stock_tried.tried, view.at, view.selection, trial)  # after what is quicker

left, right = page.pair()
with left:
    shelf_bridge = report.bridge("shelf")
    bridges.show(shelf_bridge, report.currency, above=True)
with right:
    page.caption(tried.curve.title)
    curve.show(tried.curve, report.currency)
    page.caption(shelf.under_curve(tried))

left, right = page.pair()
with left:
    page.caption(report.chart("parts").title)
    split.show(report.chart("parts"), report.currency)
with right:
    counts = report.bridge("count")
    bridges.show(counts, report.currency, height=230, above=True)
    page.readings(report)

shelf.choose(shown, by, view.choices)
shelf.table(report, shown, by, view)

if site is not None:
    shelf.explain(view, site, report.currency)

page.heading("What if")
whatif.show(tried, report.currency)
page.heading("How much to hold")
policies.show(store.report(stock_tried.policies, view.at, view.selection), trial)
page.notes(report)
page.actions(stock_tried.added(report, tried), ask)
