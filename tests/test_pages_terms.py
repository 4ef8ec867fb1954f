"""The terms page as people meet it: links, trials, saving, and what a browser shows."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import streamlit as st
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from demo import stories
from queries.store import Store
from tests import small_company
from tests.browser import browser, serving, visit
from tests.conftest import ROOT
from tests.contract_files import Tables

TOLD: dict[str, Any] = tomllib.loads(stories.PATH.read_text(encoding="utf-8"))
PAGE = "pages/money/terms.py"
HOSTILE_LINKS = (
    "move=S1:-5",
    "move=S1:10000",
    "move=%3Cscript%3E:30",
    "move=S1:30@9",
    "days=-5",
    "days=10000",
    "days=soon",
    "days=12.5",
    "discount=nan",
    "pass_on=101",
    "cash_rate=1e999",
    "goal=inf",
    "changes=0",
    "most_days=45.5",
    "table=moon",
    "try=luck",
)


def termed() -> Tables:
    """The small company with terms, and invoices of 2026 paid twenty days after their date."""
    tables = dict(small_company.tables())
    tables["payment_term"] = [{"payment_term_code": "N30", "net_days": 30}]
    tables["supplier"] = [
        {**row, "payment_term_code": "N30", "country": "DE", "financing_rate": 0.10}
        for row in tables["supplier"]
    ]
    tables["payment"] = [
        {"payment_id": f"P{n}", "invoice_id": row["invoice_id"], "paid_on": f"{day[:8]}30",
         "amount": row["amount"]}
        for n, row in enumerate(tables["invoice_line"])
        if (day := str(row["invoice_date"])) >= "2026-03" and day[5:7] != "02"
    ]  # fmt: skip
    return tables


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files", termed())
    yield opened
    opened.close()


@pytest.fixture
def app(store: Store) -> Iterator[AppTest]:
    st.cache_resource.clear()
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    st.cache_resource.clear()


def opened(app: AppTest, **params: str | list[str]) -> AppTest:
    """The terms page as a link opens it."""
    app.switch_page(PAGE)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def figures(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def test_the_page_says_how_suppliers_are_paid(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "Payment terms"
    assert figures(app)["Agreed days"] == "30.0 days"
    assert figures(app)["Days to pay"] == "20.0 days"
    assert figures(app)["Paid early"] != "n/a"


def test_a_trial_in_a_link_shows_both_sides(app: AppTest) -> None:
    opened(app, move=["S1:60"], cash_rate="5")
    found = figures(app)
    assert found["Cash released"].startswith("+€")
    assert found["Joint gain"].startswith("−€")
    assert app.query_params["move"] == "S1:60"


@pytest.mark.parametrize("links", [HOSTILE_LINKS, HOSTILE_LINKS[::-1]], ids=["down", "up"])
def test_what_a_link_gets_wrong_is_dropped_and_said(app: AppTest, links: Sequence[str]) -> None:
    """Each key with all its bad values at once: the first is judged, the others are too many."""
    asked: dict[str, list[str]] = {}
    for link in links:
        key, _, value = unquote(link).partition("=")
        asked.setdefault(key, []).append(value)
    opened(app, **asked)
    said = " ".join(notice.value.replace("\\", "") for notice in app.warning)
    for key, values in asked.items():
        assert f"The link's {key} " in said, key
        assert f"“{values[0]}”" in said
        assert key not in app.query_params


def test_a_trial_is_saved_once_and_found_again(app: AppTest, store: Store) -> None:
    opened(app, move=["S1:60"])
    app.text_input(key="text_scenario").set_value("Sixty days").run()
    app.button(key="save_scenario").click().run()
    with store.reader() as reader:
        (entry,) = reader.entries("scenario")
    assert entry.name == "Sixty days"
    assert entry.body["change"] == ["S1:60"]
    assert "move=S1%3A60" in entry.link
    assert "as_of=1" in entry.link
    assert entry.team == "finance"


def test_nothing_is_saved_without_a_name(app: AppTest, store: Store) -> None:
    opened(app, move=["S1:60"])
    app.button(key="save_scenario").click().run()
    with store.reader() as reader:
        assert reader.entries("scenario") == []


def test_a_decision_stands_on_the_page(app: AppTest) -> None:
    opened(app)
    app.text_input(key="text_decision").set_value("Ask S1 for <b>60</b> days").run()
    app.button(key="save_decision").click().run()
    said = [m.value for m in app.markdown if "Ask S1" in m.value]
    assert len(said) == 1
    assert "<b>" not in said[0]


# --- In a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium_browser(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as found:
        yield found


def test_a_scenario_link_opened_cold_shows_the_same_in_two_browsers(
    store: Store, chromium_browser: Browser
) -> None:
    store.close()
    with serving(store.home) as address:
        url = f"{address}/terms?move=S1%3A60&move=S2%3A45&cash_rate=4.5&pass_on=50&lens=finance"
        seen = []
        for width, theme in ((1440, "light"), (390, "dark")):
            with visit(chromium_browser, url, width, theme) as one:  # type: ignore[arg-type]
                one.settle()
                tiles = one.page.locator("[data-testid=stMetricValue]").all_inner_texts()
                assert one.errors == []
                assert "error" not in one.page.inner_text("[data-testid=stMain]").lower()
                seen.append(tiles)
        assert len(seen[0]) == 12
        assert seen[0] == seen[1]


def test_the_stories_are_found_on_the_page(demo: Store, chromium_browser: Browser) -> None:
    """The carrier, the early payments and the discounts, with their amounts, as people see them."""
    answers = {story["name"]: story["answers"] for story in TOLD["story"]}
    carrier, early, lost = (answers[n] for n in ("carrier", "early_payments", "discounts"))
    months = "from=2026-01&to=2026-10"
    pages = {
        f"supplier={carrier['supplier_id']}&move={carrier['supplier_id']}:30": (
            f"{carrier['agreed_days']:.1f} days",
            f"{carrier['days_to_pay']:.1f} days",
            f"−€{carrier['cash_released'] / 1e6:.2f} M",
            f"−{carrier['breakeven_uplift']:.1%}".replace("%", " %"),
        ),
        "&".join(f"supplier={one}" for one in early["suppliers"]): (
            f"{early['paid_early_share']:.1%}".replace("%", " %"),
            f"€{early['paid_early_amount'] / 1e6:.2f} M was paid early",
            f"€{early['cash_given_away'] / 1e6:.2f} M of cash was given away",
        ),
        "table=discounts": (
            f"{lost['discount_capture']:.1%}".replace("%", " %"),
            f"€{lost['lost'] / 1e3:.1f} k of discounts were offered and not taken",
        ),
    }
    with serving(demo.home) as address:
        for link, expected in pages.items():
            with visit(chromium_browser, f"{address}/terms?{months}&{link}") as one:
                one.settle()
                shown = one.page.inner_text("[data-testid=stMain]").replace("\u00a0", " ")
                assert [text for text in expected if text not in shown] == [], link
                assert one.errors == []
