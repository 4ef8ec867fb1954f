"""The tables of approvals: which can be chosen, and what a click on a row of each does."""

from collections.abc import Mapping

import streamlit as st

from pages.parts import controls, page, tables
from spend.approvals import DETAILS
from spend.result import Report

TABLES = {
    "roles": "Roles",
    "approvers": "Approvers",
    "waiting": "Waiting now",
    "stages": "Stages",
    "after": "Ordered late",
    "match": "Match",
    "blocked": "Stopped",
    "duplicates": "Duplicates",
    "paths": "Paths",
    "rework": "Rework",
}
SEVERAL = {
    "after": ("after_cost_centre", "after_supplier"),
    "match": ("matching", "match_supplier", "match_cost_centre", "match_lines"),
    "duplicates": ("duplicates", "look_alikes"),
    "paths": ("paths", "in_order"),
    "rework": ("rework", "passages"),
}
READ_WITH = {"blocked": "match"}  # what is read together with others
BY_CENTRE = ("after_cost_centre", "match_cost_centre")
WIDE = ("matching", "blocked", "paths", "in_order", "rework", "passages")
MOST_ROWS, FEWER = 14, 8


def detail(chosen: str) -> str:
    """The part of the report that has the chosen ones; '' where every report has them.

    >>> detail("blocked"), detail("match"), detail("roles")
    ('match', 'match', '')
    """
    name = READ_WITH.get(chosen, chosen)
    return name if name in DETAILS else ""


def show(report: Report, chosen: str, roles: Mapping[str, str]) -> None:
    """The chosen ones, one below the other; a click on a role shows its months."""

    def choose(role: str) -> None:
        if role in roles:
            st.session_state["role"] = role

    named = {table.name: table for table in report.tables}
    for name in (n for n in SEVERAL.get(chosen, (chosen,)) if n in named):
        table = named[name]
        if not table.rows:
            page.caption(f"{table.title}: none.")
            continue
        narrow = controls.opener("cost_centre" if name in BY_CENTRE else "supplier")
        on_open = choose if name == "roles" else narrow
        most = FEWER if name.startswith(("after_", "match_")) else MOST_ROWS
        tables.show(table, report.currency, on_open, most_rows=most, wide=name in WIDE)
        opens = bool(table.ids) and name != "roles"
        said = "Click a role for its months." if name == "roles" else ""
        page.caption(f"{table.title}. {tables.unit_words(table, report.currency, opens)} {said}")
