"""Giving a page away: made from any page, frozen, listed with its openings, ended at a press."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from pages.parts import places
from queries import guests as kept
from queries.load import load
from queries.selection import Selection
from queries.store import Store
from spend import guests
from tests import small_company
from tests.browser import browser, serving, visit
from tests.contract_files import NOW, write
from tests.opened_page import Open, opening, said, table

PAGE = "pages/money/budget.py"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files")
    yield opened
    opened.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Open]:
    """Opens the budget page by a link, as somebody new."""
    with opening(PAGE) as open_page:
        yield open_page


def made(app: AppTest) -> str:
    """The token of the link that a page shows."""
    (address,) = (code.value for code in app.code if "/guest/" in code.value)
    return str(address.rpartition("/")[2])


def page_of(store: Store, token: str) -> str | None:
    now = datetime.now(UTC).replace(tzinfo=None)
    return guests.opened(store, token, now, lambda: str(now))


def issued(store: Store) -> tuple[guests.Issued, ...]:
    return guests.issued(store, Selection())


def test_a_page_is_given_away_as_it_stands_and_stays_so(
    opened: Open, store: Store, tmp_path: Path
) -> None:
    app = opened(cost_centre="A1", bridge="budget")
    app.button(key="share_make").click().run()
    token = made(app)
    html = page_of(store, token)
    assert html
    message = app.subheader[0].value.replace("\\", "").replace("\u00a0", " ")
    assert message in html.replace("&#x27;", "'").replace("&#160;", " ")
    assert "cost centre Press shop" in html
    (one,) = issued(store)
    assert one.entry.name == guests.token_hash(token)
    assert "cost_centre=A1" in one.entry.link
    assert "bridge=budget" in one.entry.link
    assert f"as_of=1.{one.entry.minute - 1}&" in one.entry.link
    assert one.entry.link.replace("&", "&amp;") in html
    rows = small_company.tables()
    corrected = [{**row, "amount": 9999} for row in rows["invoice_line"]]
    load(store, write(tmp_path / "more", {"invoice_line": corrected}), now=NOW, user="test")
    assert page_of(store, token) == html


def test_a_link_lasts_14_days_unless_said_and_90_at_most(opened: Open, store: Store) -> None:
    app = opened()
    days = app.number_input(key="share_days")
    assert (days.value, days.min, days.max) == (14, 1, 90)
    days.set_value(90)
    app.button(key="share_make").click().run()
    (one,) = issued(store)
    lasts = datetime.fromisoformat(one.entry.body["expires_at"]) - one.entry.recorded_at
    assert lasts.total_seconds() == pytest.approx(90 * 86_400, abs=2)


def test_a_link_is_shown_once_and_listed_until_it_is_revoked(opened: Open, store: Store) -> None:
    app = opened()
    app.button(key="share_make").click().run()
    token = made(app)
    assert not [b for b in app.button if b.key == "share_make"]
    page_of(store, token)
    again = opened()
    assert not [code for code in again.code if "/guest/" in code.value]
    assert token not in said(again)
    assert "opened 1 time, last on" in said(again)
    (revoke,) = (b for b in again.button if (b.key or "").startswith("press_revoke_own"))
    revoke.click().run()
    assert page_of(store, token) is None
    assert "opened 1 time" not in said(again)
    assert issued(store)[0].revoked


def test_another_link_to_the_same_view_is_another_token(opened: Open, store: Store) -> None:
    app = opened()
    app.button(key="share_make").click().run()
    first = made(app)
    app.button(key="share_another").click().run()
    app.button(key="share_make").click().run()
    assert made(app) != first
    assert len(issued(store)) == 2
    assert page_of(store, first)


def test_a_new_link_is_forgotten_once_the_view_is_another(opened: Open) -> None:
    app = opened()
    app.button(key="share_make").click().run()
    assert made(app)
    app.segmented_control(key="lens").set_value("finance").run()
    assert not [code for code in app.code if "/guest/" in code.value]


@pytest.mark.parametrize("file", sorted(set(places.FILES.values())))
def test_every_page_can_be_given_away(file: str, store: Store) -> None:
    with opening(file) as open_page:
        app = open_page()
        app.button(key="share_make").click().run()
        assert not app.exception
        html = page_of(store, made(app))
    assert html
    assert "<b>Bolt</b>" not in html


def test_the_review_lists_the_links_of_every_page(opened: Open, store: Store) -> None:
    app = opened()
    app.button(key="share_make").click().run()
    page_of(store, made(app))
    with opening("pages/together/review.py") as open_page:
        review = open_page()
        assert not [b for b in review.button if "revoke_every" in (b.key or "")]
        review.session_state["every_guest"] = True
        review.run()
        listed = table(review, "openings")
        assert listed["openings"].tolist() == [1]
        assert listed["state"].tolist() == ["live"]
        (revoke,) = (b for b in review.button if "revoke_every" in (b.key or ""))
        revoke.click().run()
        assert table(review, "openings")["state"].tolist()[0].startswith("revoked by")


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


def test_a_double_click_makes_one_link_that_opens(
    store: Store, tmp_path: Path, chrome: Browser
) -> None:
    with (
        serving(tmp_path / "home") as address,
        visit(chrome, f"{address}/budget?supplier=S1") as seen,
    ):
        seen.click(seen.page.get_by_role("button", name="Share"))
        seen.click(seen.page.get_by_role("button", name="Make a link"), times=2)
        code = seen.page.locator("code", has_text="/guest/")
        code.wait_for()
        with urlopen(code.inner_text()) as answer:
            assert answer.status == 200
            assert "supplier Acme" in answer.read().decode()
        assert seen.errors == []
    assert len(issued(store)) == 1
    assert kept.openings(store)[issued(store)[0].entry.name].count == 1
