"""The definitions page: found by words, opened by link, steady under whatever a link brings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from queries.store import Store
from spend.registry import all_metrics
from tests import small_company
from tests.browser import PATIENCE, browser, serving, visit
from tests.conftest import ROOT

PAGE = "pages/reference/definitions.py"
HOSTILE = ("**b** _i_ `c`", r"$\frac{1}{0}$ \text{%}", "<script>alert(1)</script>", "x" * 10_000)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files")
    yield opened
    opened.close()


@pytest.fixture
def app(store: Store) -> Iterator[AppTest]:
    st.cache_resource.clear()
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    st.cache_resource.clear()


def opened(app: AppTest, **params: str) -> AppTest:
    """The definitions page as a link opens it."""
    app.switch_page(PAGE)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def listed(app: AppTest) -> list[str]:
    """The ids of the figures that can be opened."""
    keys = (str(button.key) for button in app.button)
    return [key.removeprefix("open_") for key in keys if key.startswith("open_")]


def test_every_figure_is_listed_under_its_question(app: AppTest) -> None:
    assert listed(opened(app)) == list(all_metrics())
    assert any("Is the budget holding?" in one.value.replace("\\", "") for one in app.markdown)


def test_a_link_opens_a_definition_and_the_way_back_closes_it(app: AppTest) -> None:
    opened(app, metric="actual_spend")
    assert "Actual" in [heading.value for heading in app.subheader]
    assert app.latex[0].value.strip("$ \n") == all_metrics()["actual_spend"].formula
    assert app.code[0].value == all_metrics()["actual_spend"].example
    app.button(key="open_all").click().run()
    assert "metric" not in app.query_params
    app.button(key="open_days_to_pay").click().run()
    assert app.query_params["metric"] == "days_to_pay"
    assert "Days to pay" in [heading.value for heading in app.subheader]


def test_a_search_finds_by_words_and_owner_and_is_in_the_link(app: AppTest) -> None:
    opened(app, metric="actual_spend")
    app.text_input(key="search").set_value("PAID  late").run()
    assert listed(app)[0] == "paid_late_share"
    assert app.query_params["search"] == "PAID  late"
    assert "metric" not in app.query_params
    app.text_input(key="search").set_value("zebra").run()
    assert listed(app) == []
    assert "No figure" in app.info[0].value


def test_an_owner_in_a_link_leaves_their_figures(app: AppTest) -> None:
    opened(app, owner="procurement")
    owned = [one.id for one in all_metrics().values() if one.owner == "procurement"]
    assert listed(app) == owned


@pytest.mark.parametrize("text", HOSTILE, ids=["markdown", "latex", "html", "long"])
def test_no_search_breaks_the_page(app: AppTest, text: str) -> None:
    opened(app, search=text)
    shown = " ".join(one.value for one in (*app.markdown, *app.caption, *app.info, *app.warning))
    assert text not in shown
    assert len(app.text_input(key="search").value or "") <= 100


def test_what_a_link_gets_wrong_is_dropped_and_said(app: AppTest) -> None:
    opened(app, metric="days_to_play", owner="<b>me</b>", search="x" * 10_000)
    said = " ".join(notice.value.replace("\\", "") for notice in app.warning)
    assert "The link's metric “days_to_play” was left out: no figure has this id." in said
    assert "The link's owner “<b>me</b>” was left out" in said
    assert "The link's search was cut" in said
    assert listed(app) == []


def test_who_is_responsible_stands_on_its_own(app: AppTest) -> None:
    opened(app, show="responsible")
    said = [one.value for one in app.markdown]
    assert any("Negotiating terms" in one for one in said)
    assert listed(app) == []


def test_a_figure_leads_to_its_definition_and_on_to_its_page(chromium: str, store: Store) -> None:
    store.close()
    with serving(store.home) as address, browser(chromium) as chrome:
        link = f"{address}/budget?to=2026-05&lens=finance"
        with visit(chrome, link) as seen:
            seen.click(seen.page.get_by_role("button", name="Open a figure"))
            seen.page.get_by_role("menuitem", name="Actual").click()
            seen.click(seen.page.get_by_role("button", name="Its definition"))
            heading = seen.page.get_by_role("heading", name="Actual", exact=True)
            expect(heading).to_be_visible(timeout=PATIENCE)
            seen.settle()
            assert "/definitions?" in seen.page.url
            assert all(part in seen.page.url for part in ("metric=actual_spend", "to=2026-05"))
            seen.click(seen.page.get_by_role("link", name="See it on budget"))
            heading = seen.page.get_by_role("heading", name="Budget and spend")
            expect(heading).to_be_visible(timeout=PATIENCE)
            seen.settle()
            assert "to=2026-05" in seen.page.url
            assert seen.errors == []
