"""One supplier: spend, prices, terms, deliveries, orders, savings, and what was said about it."""

from pages.parts import controls, filters, frame, page, places, profile, store, talk
from spend import reports, supplier_profile, supplier_said
from spend.result import Evidence

TILES = (
    "actual_spend", "price_effect", "agreed_days", "days_to_pay", "on_time_in_full",
    "overdue_payables",
)  # fmt: skip

places.leave()
shown = controls.chosen("table", profile.TABLES)
view = frame.view()
report = page.report(supplier_profile.report)


def ask(metric: str, number: int) -> Evidence:
    return store.report(reports.evidence, view.at, view.selection, metric, page=number)


page.head(report)
profile.way_up(view.choices)
if report.charts:
    page.tiles(report, TILES)
page.message(report)

if report.charts:
    profile.pictures(report, filters.period_names(view.choices))
    controls.choose("table", profile.TABLES, "Which table", wrap=True)
profile.table(report, shown if report.charts else "choose", view.choices)

if found := store.written(supplier_said.said, view.latest, view.selection):
    page.heading("What was said and decided about it")
    talk.tell(found)
page.notes(report)
page.actions(report, ask, talked=False)
