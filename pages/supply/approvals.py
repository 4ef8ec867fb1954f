"""Approvals: from request to payment, how long it takes, who holds what up, and what went wrong."""

from pages.parts import (
    approval_tables,
    charts,
    controls,
    figures,
    filters,
    flow,
    frame,
    page,
    path_lines,
    store,
    words,
)
from spend import approvals, paths
from spend.result import Evidence, Report

TILES = (
    "order_cycle_days", "first_match_share", "after_the_fact_share", "duplicate_candidates",
)  # fmt: skip
shown = controls.chosen("table", approval_tables.TABLES)
map_share = controls.chosen("map_share", paths.SHARES)
view = frame.view()
report = page.report(approvals.shown, detail=approval_tables.detail(shown))
roles = {name: words.plain(label) for name, label in approvals.roles(report).items()}
role = controls.chosen("role", roles)
sources = store.report(paths.told, view.at, view.selection)
told = controls.chosen("told", sources)
way = store.report(approvals.way, view.at, view.selection, told=told, map_share=map_share)
lines = path_lines.chosen(way) if shown == "paths" else ""
with_paths = approvals.added(report, way)


def ask(metric: str, number: int) -> Evidence:
    return store.report(approvals.evidence, view.at, view.selection, metric, page=number)


def whole() -> Report:
    chosen = {"told": told, "map_share": map_share}
    return store.report(approvals.report, view.at, view.selection, **chosen)


page.head(report)
page.tiles(report, TILES, report.facts[:2])
page.message(report)

left, right = page.pair()
with left:
    waits = report.chart(role)
    page.caption(waits.title)
    charts.columns(waits, report.currency, filters.period_names(view.choices), height=320)
    if len(roles) > 1:
        controls.choose("role", roles, "Who decides", wrap=True)
with right:
    stages = report.chart("stages")
    page.caption(stages.title)
    charts.bars(stages, report.currency, height=320)

left, right = page.pair()
with left:
    page.caption(way.flow.title)
    flow.show(way.flow)
with right:
    page.readings(report)
    page.heading(way.message)
    if len(sources) > 1:
        controls.choose("told", sources, "Who tells", wrap=True)
    controls.choose("map_share", paths.SHARES, "How much of it", wrap=True)
    figures.facts(way.facts, report.currency, signed=False, key="paths")

controls.choose("table", approval_tables.TABLES, "Which table", wrap=True)
approval_tables.show(with_paths, shown, roles)
if shown == "paths":
    path_lines.show(way, lines, report.currency)
page.notes(with_paths)
page.actions(with_paths, ask, whole)
