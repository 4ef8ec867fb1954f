"""The page of approvals as people meet it: what it says, its controls, links, and a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from pages.parts import approval_tables
from queries.store import Store
from tests import small_company
from tests.browser import browser, serving, visit
from tests.opened_page import Open, figures, opening, said, table
from tests.test_spend_approvals import company

PAGE = "pages/supply/approvals.py"
AUTUMN = {"from": "2026-09", "to": "2026-10"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("approvals_page")
    opened = small_company.loaded(folder / "home", folder / "files", company())
    yield opened
    opened.close()


@pytest.fixture
def page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("CONCORD_HOME", str(store.home))
    with opening(PAGE) as open_page:
        yield open_page


def test_the_page_says_who_waits_for_whom(page: Open) -> None:
    app = page(**AUTUMN)
    assert app.title[0].value == "Approvals"
    found = figures(app)
    assert found["Request to order"] == "5.5 days"  # a request that waits has no order date yet
    assert found["Waits for approval"] == "€40.00"
    assert found["Until payment"] == "44.0 days"
    assert "20 days in the middle, of 44 days from first to payment" in said(app)
    assert "1 step waits for Controller now, worth €40.00" in said(app)
    assert "1 decision is waited for, worth €40.00; the oldest for 25 days" in said(app)
    roles = table(app, "median_before").set_index("role")
    assert roles.loc["Controller", ["steps", "waiting"]].tolist() == [1, 1]
    assert roles.loc["Total", "waiting"] == 1


@pytest.mark.parametrize("chosen", approval_tables.TABLES)
def test_every_table_opens_from_a_link(page: Open, chosen: str) -> None:
    app = page(table=chosen, **AUTUMN)
    assert not app.error
    assert [one.value for one in app.warning] == []
    shown = [one.value for one in app.dataframe]
    none = [one.value for one in app.caption if one.value.endswith("none.")]
    assert len(shown) + len(none) == len(approval_tables.SEVERAL.get(chosen, (chosen,)))


def test_what_a_link_asks_and_cannot_have_is_said(page: Open) -> None:
    app = page(table="moon", role="nobody", told="me", map_share="100", **AUTUMN)
    for name in ("table “moon”", "role “nobody”", "told “me”", "map_share “100”"):
        assert f"The link's {name} was left out" in said(app)
    assert not app.error


def test_a_store_without_steps_gives_reasons(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("bare")
    tables = {**small_company.tables(), "purchase_order_line": []}
    tables.pop("purchase_order_line")
    small_company.loaded(folder / "home", folder / "files", tables).close()
    monkeypatch.setenv("CONCORD_HOME", str(folder / "home"))
    with opening(PAGE) as open_page:
        app = open_page()
        words = said(app)
        assert "Neither approvals nor orders are in this selection" in words
        assert "No approval steps are in this selection." in words
        assert "No order line passed a stage in this selection." in words
        assert figures(app)["Request to order"] == "n/a"


def test_a_role_can_be_chosen_in_a_browser(store: Store, chromium: str) -> None:
    link = "approvals?from=2026-09&to=2026-10"
    with (
        serving(store.home) as address,
        browser(chromium) as chrome,
        visit(chrome, f"{address}/{link}", 390, "dark") as seen,
    ):
        expect(seen.page.get_by_text("Controller: median days until a decision")).to_be_visible()
        seen.click(seen.page.get_by_role("radio", name="Manager", exact=True))
        expect(seen.page.get_by_text("Manager: median days until a decision")).to_be_visible()
        assert "role=waits_purchase_order_manager" in seen.page.url
        wide = "document.documentElement.scrollWidth <= window.innerWidth"
        assert seen.page.evaluate(wide)
        assert not seen.errors
        assert not seen.strangers(address)
