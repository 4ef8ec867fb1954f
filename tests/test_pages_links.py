"""Links: one that sets every filter and every control opens the same page again, on every page."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import links
from pages.parts.places import FILES
from queries.minutes import Draft
from queries.selection import URL_KEYS
from queries.store import Store
from spend.meetings import MEETING, AgendaItem, Meeting
from tests import saving_company, small_company
from tests.conftest import NOW
from tests.contract_files import Tables
from tests.opened_page import figures, opening
from tests.test_pages_stock import stocked

Params = dict[str, str | list[str]]

FILTERS: Params = {
    "from": "2026-02",
    "to": "2026-09",
    "cost_centre": ["A", "A1"],
    "category": ["C1", "-"],
    "supplier": ["S1", "S2"],
    "item": "I1",
    "budget_version": "2026",
    "as_of": "1.5",
    "lens": "finance",
}
# What a page's own controls can be set to, each to something else than it is by itself.
CONTROLS: dict[str, Params] = {
    "kpis": {"show": "all", "figure": "days_to_pay"},
    "budget": {"by": "supplier", "bridge": "budget"},
    "savings": {
        "table": "leakage", "initiative": "E", "baseline": "last_price", "months": "fiscal_year",
        "budgeted": "leave_out", "types": ["price_reduction", "cost_avoidance"],
        "chance_idea": "5", "chance_validated": "20", "chance_contracted": "60",
        "chance_implemented": "85", "chance_realised": "95", "chance_confirmed": "99",
    },
    "terms": {
        "table": "discounts", "try": "goal", "move": ["S1:45@0.015", "*"], "days": "75",
        "discount": "1.5", "pass_on": "55", "cash_rate": "6.5", "goal": "250000", "changes": "7",
        "most_days": "75",
    },
    "cash": {"plan": "suppliers", "scenario": "Sixty days"},
    "stock": {
        "table": "too_much", "by": "item", "site": "N", "target": "fill_rate", "level": "97.5",
        "lead_time": "120", "lead_time_spread": "80", "holding_rate": "12.5", "order_cost": "60",
        "review_days": "14", "kind": "smooth",
    },
    "suppliers": {"table": "prices"},
    "supplier": {"table": "contracts"},
    "approvals": {
        "table": "match", "role": "waits_invoice_manager", "told": "invoices", "map_share": "2",
    },
    "definitions": {
        "show": "responsible", "metric": "days_to_pay", "search": "days & <b>", "owner": "joint",
    },
    "data": {},
    "goals": {
        "show": "running", "volume": ["C1:5", "C2:-2.5"], "fixed": "C1:60", "growth": "3",
        "spread": "4", "proposed": "900", "seed": "7", "draws": "2000", "drift": "none",
        "priced": "2025-07",
    },
    "review": {"meeting": "2026-11-20", "stage": "run", "topic": AgendaItem.own("Steel").key},
}  # fmt: skip
# Initiatives are of no cost centre, and what is open or paid of no item: with one chosen, there is
# nothing there that a control could choose.
WITHOUT = {"savings": "cost_centre", "terms": "item"}


def company() -> Tables:
    """The small company with terms, a saving, stock at two sites, and two budgets."""
    tables = dict(stocked())
    tables["payment_term"] = [{"payment_term_code": "N30", "net_days": 30}]
    tables["supplier"] = [
        {**row, "payment_term_code": "N30", "financing_rate": 0.1} for row in tables["supplier"]
    ]
    tables["budget_line"] = [
        {**row, "version": version} for version in ("2026 first", "2026")
        for row in tables["budget_line"]
    ]  # fmt: skip
    tables["payment"] = [
        {"payment_id": f"P{n}", "invoice_id": row["invoice_id"], "paid_on": f"{day[:8]}28",
         "amount": row["amount"]}
        for n, row in enumerate(tables["invoice_line"])
        if (day := str(row["invoice_date"])) >= "2026"
    ]  # fmt: skip
    tables["savings_initiative"] = [saving_company.cut("E", "I1")]
    step = {"document_id": "2026-05-10-a", "document_type": "invoice", "outcome": "approved"}
    tables["approval_step"] = [
        {**step, "step": 1, "role": "Manager", "submitted_at": "2026-05-10",
         "decided_at": "2026-05-12"},
        {**step, "step": 2, "role": "Chief", "submitted_at": "2026-05-12",
         "decided_at": "2026-05-30"},
    ]  # fmt: skip
    return tables


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("links")
    opened = small_company.loaded(folder / "home", folder / "files", company())
    body = {"change": ["S1:60"], "cash_rate": 0.06, "pass_on": 1.0}
    opened.record(Draft("r", "scenario", "Sixty days", body, "", "finance", "Ann"), 1, NOW)
    topics = tuple(AgendaItem.own(title) for title in ("Office", "Steel"))
    meeting = Meeting("2026-11-20", "Autumn", date(2026, 11, 20), topics=topics).body()
    opened.record(Draft("m", MEETING, "2026-11-20", meeting, "", "finance", "Ann"), 1, NOW)
    yield opened
    opened.close()


@pytest.fixture
def place(store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONCORD_HOME", str(store.home))
    return store.home


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("report", FILES)
def test_a_link_with_everything_set_opens_the_same_page(
    report: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken as it is, with nothing left out; the address says the same afterwards, and
    opened once more, cold, it shows the same."""
    asked = {**FILTERS, **CONTROLS[report]}
    asked.pop(WITHOUT.get(report, ""), None)
    known = set(URL_KEYS)
    write = links.write

    def watched(params: links.Params, own: Any) -> None:
        known.update(own)
        write(params, own)

    monkeypatch.setattr(links, "write", watched)
    seen = []
    for _ in range(2):
        with opening(FILES[report]) as open_page:
            app = open_page(**asked)
            assert [one.value for one in app.warning if "The link's" in one.value] == []
            assert not app.error
            address = {key: app.query_params[key] for key in app.query_params}
            assert {key: listed(value) for key, value in address.items()} == {
                key: listed(value) for key, value in asked.items()
            }
            seen.append(shown(app))
    assert known - {WITHOUT.get(report)} == set(asked), (
        "every control of the page has another value here"
    )
    assert seen[0] == seen[1]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def shown(app: AppTest) -> tuple[Any, ...]:
    """The title, the message, the tiles and the tables."""
    titles = [one.value for one in (*app.title, *app.subheader)]
    return titles, figures(app), [one.value.to_csv() for one in app.dataframe]
