"""Payment terms: when suppliers are paid, what was agreed, and what other terms would do."""

from pages.parts import (
    bridges,
    controls,
    filters,
    frame,
    page,
    pictures,
    saving,
    store,
    tables,
    trial,
)
from spend import terms
from spend.result import Evidence

TILES = (
    "agreed_days", "days_to_pay", "paid_early_share", "paid_late_share", "overdue_payables",
    "discount_capture",
)  # fmt: skip
TABLES = {
    "suppliers": "Suppliers",
    "disagreements": "Papers that disagree",
    "discounts": "Discounts",
    "law": "Late payment by law",
}
TRY = {"trial": "Try new terms", "goal": "Reach an amount of cash"}

shown = controls.chosen("table", TABLES)
tried = controls.chosen("try", TRY)
view = frame.view()
report = page.report(terms.report)
base = store.report(terms.suppliers, view.at, view.selection)
asked, goal = trial.chosen(base)
saved = store.report(terms.scenarios, view.at, view.selection)


def ask(metric: str, number: int) -> Evidence:
    return store.report(terms.evidence, view.at, view.selection, metric, page=number)


page.head(report)
page.tiles(report, TILES)
page.message(report)

left, right = page.pair()
with left:
    page.caption(report.chart("months").title)
    pictures.stack(report.chart("months"), report.currency, filters.period_names(view.choices))
with right:
    page.caption(report.chart("trade_off").title)
    pictures.dots(report.chart("trade_off"), report.currency)

left, right = page.pair()
with left:
    bridges.show(report.bridge("discounts"), report.currency, height=240)
with right:
    page.readings(report)

controls.choose("table", TABLES, "Which table")
opener = None if shown == "law" else controls.opener("supplier")
table = report.table(shown)
tables.show(table, report.currency, on_open=opener, most_rows=14)
page.caption(f"{table.title}. {tables.unit_words(table, report.currency)}")

page.heading("What if")
controls.choose("try", TRY, "What to try")
if tried == "trial":
    trial.show(base, asked)
    trial.compare(base, asked, saved)
else:
    trial.goal(base, asked, goal)
with saving.row():
    trial.save(base, asked, saved if tried == "trial" else None)

page.notes(report)
page.actions(terms.tried(report, base, asked), ask)
