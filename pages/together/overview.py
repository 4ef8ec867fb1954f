"""Overview: how the company stands by what both teams agreed, and what needs a decision."""

from pages.parts import (
    charts,
    controls,
    frame,
    guide,
    page,
    places,
    scorecard,
    since,
    store,
)
from spend import kpis, reports
from spend.questions import HEADLINES
from spend.result import Evidence

places.leave()
shown = controls.chosen("show", scorecard.SHOW)
picked = scorecard.picked()
view = frame.view()
report = page.report(kpis.report)


def ask(metric: str, number: int) -> Evidence:
    return store.report(reports.evidence, view.at, view.selection, metric, page=number)


page.head(report)
guide.show()
page.tiles(report, HEADLINES)
page.message(report)

left, right = page.pair()
with left:
    page.caption(report.chart("stakes").title)
    charts.bars(report.chart("stakes"), report.currency, height=400)
with right:
    page.readings(report)
    scorecard.pulls(report)

page.heading("Every figure and its targets")
scorecard.show(report, shown, picked)

page.heading("What needs a decision")
scorecard.agenda(report)

page.heading("What changed")
since.show(store.written(kpis.since, view.at, view.selection), report.currency)

page.notes(report)
page.actions(report, ask)
