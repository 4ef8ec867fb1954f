"""One supplier's page as people meet it: what it says, which to choose, and what was decided."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from queries.minutes import Draft
from queries.store import Store
from spend.conversation import DECISION
from tests import small_company
from tests.browser import browser, serving, visit
from tests.opened_page import Open, figures, opening, said, table
from tests.test_stories import STORIES
from tests.test_supplier_profile import group

PAGE = "pages/supply/supplier.py"
NOW = datetime(2026, 11, 20, 9, 0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("supplier")
    opened = small_company.loaded(folder / "home", folder / "files", group())
    link = "http://localhost/terms?move=S1%3A60"
    draft = Draft("d", DECISION, "terms", {"text": "Wait *60* days"}, link, "finance", "Ann")
    opened.record(draft, 1, NOW)
    yield opened
    opened.close()


@pytest.fixture
def page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("CONCORD_HOME", str(store.home))
    with opening(PAGE) as open_page:
        yield open_page


def test_it_says_which_supplier_to_choose(page: Open) -> None:
    app = page()
    assert app.title[0].value == "One supplier"
    assert figures(app) == {}
    assert "Choose one supplier" in said(app)
    assert table(app, "share")["name"].tolist()[0] == "Holding"


def test_one_supplier_is_told_with_what_was_decided_about_it(page: Open) -> None:
    app = page(supplier="S1")
    assert app.title[0].value == "Acme"
    assert len(figures(app)) == 6
    assert "Acme invoiced" in app.subheader[0].value
    text = said(app)
    assert "What was said and decided about it" in text
    assert "Wait *60* days (on the terms page)" in text
    assert "It belongs to Holding" in text
    assert "Wait *60* days" not in said(page(supplier="S2"))


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("categories", "Spend and prices by category"),
        ("contracts", "When agreed prices changed"),
        ("orders", "Open orders as at"),
        ("savings", "Savings initiatives with it"),
        ("trouble", "One name under several ids. None."),
    ],
)
def test_every_table_opens_from_a_link(page: Open, shown: str, words: str) -> None:
    app = page(supplier="S1", table=shown)
    assert app.query_params["table"] == shown
    assert words in said(app)


def test_the_carriers_story_stands_on_its_page(
    demo: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = STORIES["carrier"]
    monkeypatch.setenv("CONCORD_HOME", str(demo.home))
    with opening(PAGE) as open_page:
        app = open_page(**story["selection"], supplier=story["answers"]["supplier_id"])
    found = figures(app)
    assert found["Price effect"] == "€46.2 k"
    assert (found["Agreed days"], found["Days to pay"]) == ("90.0 days", "91.0 days")
    assert "from 30 to 90 in July 2025" in app.subheader[0].value


def test_a_row_leads_to_its_supplier_and_back(store: Store, chromium: str, tmp_path: Path) -> None:
    with (
        serving(store.home) as address,
        browser(chromium) as chrome,
        visit(chrome, f"{address}/supplier?supplier=S1", 1024, "dark") as seen,
    ):
        assert seen.page.locator(".js-plotly-plot").count() >= 2
        assert "One supplier" not in seen.page.locator("[data-testid=stSidebarNav]").inner_text()
        seen.click(seen.page.get_by_role("button", name="› Holding"))
        seen.settle()
        assert "supplier=H" in seen.page.url
        seen.click(seen.page.get_by_role("button", name="All suppliers"))
        seen.settle()
        assert "Choose one supplier" in seen.page.locator("[data-testid=stMain]").inner_text()
        assert seen.errors == []
        assert seen.strangers(address) == []
