"""What people say on any page and sign there: by whom, once, on which view, with which figures."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from pages.parts import person
from pages.parts.places import FILES
from queries.minutes import Draft, Entry
from queries.store import Store
from spend.exact_values import exact_text
from tests import small_company
from tests.browser import Visit, browser, serving, visit
from tests.conftest import NOW
from tests.opened_page import Open, opening, said
from tests.test_pages_stock import stocked

BUDGET, STOCK = FILES["budget"], FILES["stock"]
HOSTILE = "Steel is <b>dearer</b> than *index* [x](javascript:y)"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files", stocked())
    yield opened
    opened.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Open]:
    """Opens the budget page by a link, as somebody new."""
    with opening(BUDGET) as open_page:
        yield open_page


def entries(store: Store, kind: str | None = None) -> list[Entry]:
    with store.reader() as reader:
        return reader.entries(kind)


def write(app: AppTest, kind: str, text: str) -> AppTest:
    """Fill the form of a kind and save it."""
    app.text_input(key=f"text_{kind}").set_value(text).run()
    return app.button(key=f"save_{kind}").click().run()


# --- The row -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("report", FILES)
def test_every_page_has_the_quiet_row(report: str) -> None:
    with opening(FILES[report]) as open_page:
        app = open_page()
        assert app.text_input(key="text_comment").label == "What you think"
        assert app.text_input(key="text_decision").label == "What was decided"
        assert app.text_input(key="task_text_page").label == "What is to be done"
        assert app.button(key="pin").label == "Pin"
        assert len(app.code) == 2, "a link that follows new loads, and one that does not"
        app.button(key="pin").click().run()
        assert app.query_params["as_of"] == "1.3"
        assert "Pinned to load 1" in said(app)


# --- What is said --------------------------------------------------------------------------------


def test_what_is_said_stands_below_the_row_the_newest_first(opened: Open, store: Store) -> None:
    app = opened(lens="finance")
    write(write(app, "comment", HOSTILE), "decision", "Ask S1 for 60 days")
    shown = [one.value for one in app.markdown if "-badge[Finance]" in one.value]
    assert ["Ask S1" in one for one in shown] == [True, False]
    assert all(":blue-badge[Finance]" in one for one in shown)
    assert "<b>" not in shown[1]
    assert "](" not in shown[1]
    comment, decision = entries(store)
    assert (comment.kind, comment.name, comment.body) == ("comment", "budget", {"text": HOSTILE})
    assert decision.link.endswith("/budget?as_of=1.4&lens=finance")
    app.switch_page(FILES["terms"]).run()
    assert "Ask S1" not in said(app)


@pytest.mark.usefixtures("store")
def test_nothing_is_drawn_where_nobody_said_anything(opened: Open) -> None:
    app = opened()
    assert not [one for one in app.markdown if "-badge[Finance]" in one.value]
    assert not [one for one in app.expander if "earlier" in one.label]


def test_the_rest_of_a_long_conversation_is_folded(opened: Open, store: Store) -> None:
    for n in range(5):
        body = {"text": f"Line {n}"}
        store.record(Draft(f"r{n}", "comment", "budget", body, "", "procurement", "Bo"), 1, NOW)
    app = opened()
    assert "2 earlier" in [one.label for one in app.expander]
    folded = next(one for one in app.expander if one.label == "2 earlier")
    assert ["Line 1" in one.value for one in folded.markdown] == [True, False]


def test_an_entry_keeps_the_figures_that_were_seen(opened: Open, store: Store) -> None:
    write(opened(), "comment", "Seen")
    (entry,) = entries(store)
    assert entry.figures["actual_spend"] == exact_text(Decimal("1100.00"))
    assert "forecast_at_completion" in entry.figures
    assert all(entry.figures.values()), "what has no data was not seen"


def test_a_second_click_that_comes_late_writes_nothing(opened: Open, store: Store) -> None:
    """The browser had not heard of the first one's end: the same words are sent once more."""
    app = write(opened(), "comment", "Steel")
    assert app.text_input(key="text_comment").value == ""
    write(app, "comment", "Steel")
    app.button(key="save_comment").click().run()
    assert len(entries(store)) == 1
    write(app, "comment", "Freight")
    write(app, "comment", "Steel")
    app.button(key="save_comment").click().run()
    assert [one.body["text"] for one in entries(store)] == ["Steel", "Freight", "Steel"]


def test_the_same_words_on_another_view_are_another_entry(opened: Open, store: Store) -> None:
    app = write(opened(), "comment", "Agreed")
    app.segmented_control(key="lens").set_value("finance").run()
    write(app, "comment", "Agreed")
    assert len(entries(store)) == 2


def test_a_press_that_comes_late_signs_once(opened: Open, store: Store) -> None:
    with opening(STOCK) as open_page:
        app = open_page(level="99", category="C2")
        for _ in range(3):
            app.button(key="press_propose").click().run()
    assert len(entries(store, "stock_policy")) == 1


# --- Who says it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ann\t O’Neill \u202e", "Ann O’Neill"),
        ("\x00\n", "Finance (this computer)"),
        ("", "Finance (this computer)"),
        ("A" * 90, "A" * person.MOST_LETTERS),
    ],
)
def test_a_name_signs_what_is_written(opened: Open, store: Store, typed: str, name: str) -> None:
    app = opened()
    app.text_input(key=person.NAME).set_value(typed).run()
    write(app, "comment", "Hello")
    (entry,) = entries(store)
    assert (entry.recorded_by, entry.team) == (name, "finance")
    app.switch_page(FILES["terms"]).run()
    assert app.text_input(key=person.NAME).value == typed[: person.MOST_LETTERS]


def test_one_person_with_two_hats_does_not_sign_twice(store: Store) -> None:
    with opening(STOCK) as open_page:
        app = open_page(level="99", category="C2")
        app.text_input(key=person.NAME).set_value("Ann").run()
        app.button(key="press_propose").click().run()
        app.segmented_control(key=person.HAT).set_value("procurement").run()
        button = app.button(key="press_sign_stock_policy_0")
        assert button.disabled
        why = "You signed for finance: another person of procurement has to."
        assert button.help == why
        assert why in said(app)
        _sign_anyway(store)
        app.run()
        assert "In force" not in said(app)
        assert "You signed for both: a second person has to." in said(app)
        app.text_input(key=person.NAME).set_value("Bo").run()
        app.button(key="press_sign_stock_policy_0").click().run()
        assert "Signed by Ann and Bo" in said(app)


def _sign_anyway(store: Store) -> None:
    """The other hat's signature by the same person, written around the page."""
    (asked,) = entries(store, "stock_policy")
    store.record(
        Draft("x", asked.kind, asked.name, asked.body, asked.link, "procurement", "Ann"), 1, NOW
    )


# --- In a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium_browser(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as found:
        yield found


CLOSED = ("Closed at once",)
LINKS: Mapping[str, str] = {
    "javascript:alert(1)//terms?as_of=1.3": "",
    "https://evil.example/phish?as_of=1.3": "",
    "no link at all": "",
    "http://[half/budget": "",
    "https://evil.example/stock?by=item&as_of=1.3": "/stock?by=item&as_of=1.3",
}


def test_double_clicks_write_once_and_links_lead_to_what_was_seen(
    store: Store, chromium_browser: Browser
) -> None:
    """As people do it: a name, a comment saved with a double click, and its link opened cold."""
    for n, link in enumerate(LINKS):
        body = {"text": f"Line {n}"}
        store.record(Draft(f"r{n}", "comment", "budget", body, link, "finance", "Bo"), 1, NOW)
    store.close()
    with serving(store.home) as address:
        with visit(chromium_browser, f"{address}/budget?by=supplier") as one:
            one.page.locator(f".st-key-{person.NAME} input").fill("Ann")
            one.page.keyboard.press("Enter")
            _comment(one, "Clicked")
            one.settle()
            one.page.get_by_text("Saved.").wait_for()
            one.page.locator(".st-key-conversation").get_by_text("Clicked").wait_for()
            one.settle()
            first = one.page.locator(".st-key-conversation a").first.get_attribute("href") or ""
            assert first == f"{address}/budget?as_of=1.8&by=supplier"
            assert one.errors == []
        with visit(chromium_browser, first) as one:
            assert "Pinned to load 1" in one.page.inner_text("[data-testid=stMain]")
            assert _hrefs(one) == [first, *(address + end for end in LINKS.values() if end)]
            assert one.errors == []
        for text in CLOSED:
            with visit(chromium_browser, f"{address}/budget") as one:
                _comment(one, text)  # and the browser is closed at once
    written = [entry.body["text"] for entry in entries(store)]
    assert written.count("Clicked") == 1
    assert [text for text in CLOSED if written.count(text) > 1] == []


def _comment(one: Visit, text: str) -> None:
    """Write a comment and save it with a double click."""
    one.click(one.page.get_by_role("button", name="Comment", exact=True))
    one.page.locator(".st-key-text_comment input").fill(text)
    one.page.keyboard.press("Tab")
    one.click(one.page.locator(".st-key-save_comment button"), times=2)


def _hrefs(one: Visit) -> list[str]:
    """Where the links of the whole conversation lead."""
    one.click(one.page.locator(".st-key-conversation summary"))
    one.settle()
    found = one.page.locator(".st-key-conversation a").all()
    return [link.get_attribute("href") or "" for link in found]
