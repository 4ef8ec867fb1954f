"""The overview as people meet it: the scorecard, where topics lead, what a newcomer reads."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from streamlit.testing.v1 import AppTest

from pages.parts import places, tables
from spend.questions import QUESTIONS
from spend.registry import all_metrics
from tests import small_company
from tests.browser import SCREENS, browser, serving, visit
from tests.conftest import ROOT
from tests.contract_files import Tables
from tests.opened_page import said

TARGETS = [
    {"metric_id": "actual_spend", "fiscal_year": 2026, "finance_target": 1200,
     "procurement_target": 1500, "agreed_target": 1400},
    {"metric_id": "days_to_pay", "fiscal_year": 2026, "finance_target": 60,
     "procurement_target": 45, "agreed_target": None},
]  # fmt: skip


def company() -> Tables:
    """The small company, with a target that is agreed and one that is not."""
    return {**small_company.tables(), "kpi_target": TARGETS}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppTest]:
    small_company.loaded(tmp_path / "home", tmp_path / "files", company()).close()
    st.cache_resource.clear()
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    st.cache_resource.clear()


def test_the_first_page_has_a_headline_for_every_question(app: AppTest) -> None:
    app.run()
    assert not app.exception, app.exception
    assert app.title[0].value == "Overview"
    assert len(app.metric) == len(QUESTIONS)
    assert app.subheader[0].value.startswith("1 of 1 agreed targets are met")


def test_the_scorecard_shows_what_has_targets_or_everything(app: AppTest) -> None:
    app.run()
    short = app.dataframe[0].value
    assert [name.strip() for name in short["figure"]] == [
        QUESTIONS[0].text, "Actual", QUESTIONS[2].text, "Days to pay",
    ]  # fmt: skip
    app.segmented_control(key="show").set_value("all").run()
    assert len(app.dataframe[0].value) == len(all_metrics()) + len(QUESTIONS)
    assert app.query_params["show"] in ("all", ["all"])


def test_a_link_explains_the_figure_it_names(app: AppTest) -> None:
    app.query_params["figure"] = "days_to_pay"
    app.run()
    assert any(text.value.startswith("**Days to pay**") for text in app.markdown)
    assert app.query_params["figure"] in ("days_to_pay", ["days_to_pay"])


def test_what_is_not_agreed_needs_a_decision(app: AppTest) -> None:
    app.run()
    said = " ".join(app.dataframe[1].value["said"])
    assert (
        "Finance wants 60.0 days and procurement wants 45.0 days for the year; nothing is agreed."
        in said
    )


def test_a_decision_is_kept_with_the_view(app: AppTest) -> None:
    app.run()
    app.text_input(key="text_decision").input("Agree on days to pay").run()
    app.button(key="save_decision").click().run()
    app.run()
    assert any("Agree on days to pay" in line.value for line in app.markdown)


def test_a_target_is_proposed_by_one_team_and_signed_by_the_other(app: AppTest) -> None:
    app.query_params["figure"] = "days_to_pay"
    app.run()
    app.number_input(key="target_days_to_pay_2026").set_value(50.0).run()
    app.button(key="press_target").click().run()
    assert not app.exception
    assert app.button(key="press_sign_target_0").disabled  # it is the other team's turn
    app.segmented_control(key="hat").set_value("procurement").run()
    app.button(key="press_sign_target_0").click().run()
    table = app.dataframe[0].value
    row = table[[name.strip() == "Days to pay" for name in table["figure"]]].iloc[0]
    wants = [row[side].replace("\u00a0", " ") for side in ("finance", "procurement", "agreed")]
    assert wants == ["50.0 days"] * 3
    assert "agreed: 50.0 days" in said(app)


def test_a_bad_control_is_said(app: AppTest) -> None:
    app.query_params["show"] = "moon"
    app.run()
    assert not app.exception
    assert "show “moon” was left out" in app.warning[0].value


def test_every_place_is_a_page() -> None:
    for file in places.FILES.values():
        assert (ROOT / file).is_file(), file


# --- A browser ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    small_company.loaded(folder / "home", folder / "files", company()).close()
    with serving(folder / "home") as url:
        yield url


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


def test_a_topic_leads_to_the_page_where_it_is_decided(chrome: Browser, address: str) -> None:
    with visit(chrome, f"{address}/?from=2026-02&lens=finance") as seen:
        table = seen.page.locator("[data-testid=stDataFrame]").nth(1)
        for _ in range(3):  # as people do: a click that a busy page swallowed is tried again
            box = seen.steady(table)
            seen.page.mouse.click(box["x"] + 60, box["y"] + tables.ROW * 1.5)
            with suppress(PlaywrightTimeoutError):
                seen.page.wait_for_url(re.compile("/(budget|definitions|savings)"), timeout=10_000)
                break
        seen.settle()
        assert "from=2026-02" in seen.page.url
        assert "lens=finance" in seen.page.url
        assert seen.errors == []


def test_a_newcomer_finds_every_page(chrome: Browser, address: str) -> None:
    with visit(chrome, address) as seen:
        seen.click(seen.page.get_by_text("New here? Concord in a minute"))
        seen.page.get_by_text("One set of numbers").wait_for()
        seen.click(seen.page.get_by_role("link", name="What is stock for?"))
        seen.page.wait_for_url("**/stock*")
        assert seen.errors == []


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_nothing_is_wider_than_the_screen(
    chrome: Browser, address: str, width: int, theme: str, tmp_path: Path
) -> None:
    with visit(chrome, address, width, "dark" if theme == "dark" else "light") as seen:
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        seen.shoot(tmp_path / "page.png")
        assert seen.errors == []
