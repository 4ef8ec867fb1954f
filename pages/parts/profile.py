"""One supplier on its page: its pictures, its tables, and what a click on a row of them opens."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts import bridges, charts, controls, levels, page, places, tables
from queries.selection import Choices
from spend import supplier_profile
from spend.result import Report

TABLES = {
    "items": "Items",
    "categories": "Categories",
    "contracts": "Contracts",
    "orders": "Orders",
    "savings": "Savings",
    "trouble": "Trouble",
}
SEVERAL = {"contracts": ("contracts", "price_lists"), "trouble": supplier_profile.TROUBLE}
NARROWS = {"choose": "supplier", "items": "item", "categories": "category"}


def way_up(choices: Choices) -> None:
    """The way back to all suppliers, and to the group of this one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="way_up"):
        controls.way_up("supplier", choices)


def pictures(report: Report, names: Mapping[str, str]) -> None:
    """Spend by month, what the same goods cost, why spend changed, and what each team reads."""
    left, right = page.pair()
    with left:
        page.caption(report.chart("months").title)
        charts.columns(report.chart("months"), report.currency, names, height=340)
    with right:
        page.caption(report.chart("prices").title)
        levels.show(report.chart("prices"), names)
    left, right = page.pair()
    with left:
        bridges.show(report.bridge("year"), report.currency, height=300, above=True)
    with right:
        page.readings(report)


def table(report: Report, shown: str, choices: Choices) -> None:
    """The tables of one choice, each with what it is; or that there is nothing of the kind."""
    for name in SEVERAL.get(shown, (shown,)):
        found, opener = report.table(name), _opener(name, choices)
        if found.rows:
            tables.show(found, report.currency, on_open=opener, most_rows=14)
        told = tables.unit_words(found, report.currency, bool(opener)) if found.rows else "None."
        page.caption(f"{found.title}. {told}")


def _opener(name: str, choices: Choices) -> Callable[[str], None] | None:
    """What a click on a row does: narrow to it, or open its initiative."""
    if name == "savings":
        return lambda value: places.go(f"savings?initiative={value}")
    key = NARROWS.get(name)
    if key is None:
        return None

    def narrowed(value: str) -> None:
        if value in choices.options[key]:
            controls.narrow(key, value)

    return narrowed
