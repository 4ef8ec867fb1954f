"""The review page as people meet it: plan, mark, talk, decide, close; and the next one after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from queries.minutes import Draft, record_settings
from queries.selection import Selection
from queries.store import Store, open_store
from spend import review
from spend.exact_values import exact_texts
from spend.meetings import MEETING, AgendaItem, meetings
from tests import small_company
from tests.browser import SCREENS, browser, serving, visit
from tests.minutes_by_hand import NOW
from tests.opened_page import Open, opening, said

PAGE = "pages/together/review.py"
HOSTILE = small_company.HOSTILE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    small_company.loaded(tmp_path / "home", tmp_path / "files").close()
    return tmp_path / "home"


@pytest.fixture
def open_page(home: Path) -> Iterator[Open]:
    with opening(PAGE) as opened:
        yield opened


@pytest.fixture
def book(home: Path) -> Iterator[Store]:
    """The same store, as others write to it."""
    store = open_store("", home)
    yield store
    store.close()


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def go(app: AppTest, stage: str) -> AppTest:
    app.segmented_control(key="stage").set_value(stage).run()
    assert not app.exception, app.exception
    return app


def planned(open_page: Open, title: str = "Third quarter") -> AppTest:
    app = open_page()
    app.text_input(key="plan_title").input(title).run()
    return press(app, "plan")


def keys(app: AppTest) -> list[str]:
    return [one.key or "" for one in app.button]


def only(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def test_who_has_no_review_learns_what_one_is(open_page: Open) -> None:
    app = open_page()
    assert app.title[0].value == "Joint review"
    assert "A review is where finance and procurement look at the same figures" in said(app)
    assert "plan" in keys(app)


def test_a_planned_review_is_what_the_address_opens(open_page: Open) -> None:
    app = planned(open_page)
    name = only(app.query_params["meeting"])
    assert app.title[0].value == "Third quarter"
    assert "0 of 6 headline figures are agreed by both" in said(app)
    again = open_page()  # the next one opens by itself
    assert only(again.query_params["meeting"]) == name
    assert "Plan the next review" in said(open_page(meeting="all"))


def test_what_people_write_is_shown_as_text(open_page: Open) -> None:
    app = planned(open_page, HOSTILE)
    assert app.title[0].value.replace("\\", "") == HOSTILE
    app.text_input(key="own_title").input(HOSTILE).run()
    press(app, "add_own")
    app.text_input(key="reason_finance_budget_variance").input(HOSTILE).run()
    press(app, "disputed_budget_variance")
    for shown in (app.markdown, app.caption, app.subheader):
        assert not [one.value for one in shown if "<b>Bolt" in one.value]


def test_figures_are_marked_by_both_teams(open_page: Open) -> None:
    app = planned(open_page)
    press(app, "agreed_budget_variance")
    app.segmented_control(key="hat").set_value("procurement").run()
    press(app, "agreed_budget_variance")
    assert "1 of 6 headline figures are agreed by both" in said(app)
    press(app, "disputed_budget_variance")  # without a reason
    assert "say why variance is disputed" in said(app)
    app.text_input(key="reason_procurement_budget_variance").input("Lyon is missing").run()
    press(app, "disputed_budget_variance")
    assert "variance is disputed" in said(app)
    assert "Variance: disputed by procurement: Lyon is missing" in said(app)


def test_a_disputed_figure_can_be_put_on_the_agenda(open_page: Open, book: Store) -> None:
    app = planned(open_page)
    app.text_input(key="reason_finance_budget_variance").input("Lyon is missing").run()
    press(app, "disputed_budget_variance")
    press(app, [key for key in keys(app) if key.startswith("press_add_")][-1])
    assert _topics(book)[-1] == "Variance: disputed"


def test_the_agenda_can_be_reordered_and_shortened(open_page: Open, book: Store) -> None:
    app = planned(open_page)
    for title in ("Office move", "New supplier"):
        app.text_input(key="own_title").input(title).run()
        press(app, "add_own")
    own = AgendaItem.own("New supplier").key
    press(app, f"press_up_{own}")
    assert _topics(book)[-2:] == ["New supplier", "Office move"]
    press(app, f"press_remove_{AgendaItem.own('Office move').key}")
    assert _topics(book)[-1] == "New supplier"
    app.text_input(key="own_title").input("New supplier").run()
    app.session_state["own_saved"] = False
    press(app, "add_own")
    assert "it is on the agenda already" in said(app)


def _topics(book: Store) -> list[str]:
    with book.reader() as reader:
        (meeting,) = meetings(reader.entries(MEETING))
    return [one.title for one in meeting.topics]


def test_a_change_that_came_second_is_refused_in_a_line(open_page: Open, book: Store) -> None:
    app = planned(open_page)
    with book.reader() as reader:
        (meeting,) = meetings(reader.entries(MEETING))
    new = meeting.revised(title="Changed by somebody else")
    draft = Draft(new.request, MEETING, new.name, new.body(), meeting.link, "procurement", "Ben")
    app.text_input(key="own_title").input("Office move")
    book.record(draft, 1, NOW)
    press(app, "add_own")
    assert "Nothing was saved: Ben was quicker" in said(app)
    assert app.title[0].value == "Changed by somebody else"
    assert app.text_input(key="own_title").value == "Office move"  # nothing is lost
    assert _topics(book) == [one.title for one in meeting.topics]


def test_a_review_from_its_first_topic_to_its_end(open_page: Open, book: Store) -> None:
    app = planned(open_page)
    go(app, "run")
    key = app.selectbox(key="topic").value
    app.text_input(key=f"topic_text_decision_{key}").input("Ask for a better price").run()
    press(app, "topic_save_decision")
    press(app, "topic_save_decision")  # the second click of two
    app.text_input(key=f"task_text_{key}").input("Call Acme").run()
    app.text_input(key=f"task_owner_{key}").input("Ana").run()
    press(app, f"task_save_{key}")
    assert "Ask for a better price" in said(app)
    assert "Call Acme" in said(app)
    go(app, "close")
    press(app, "press_close")
    assert "Closed by Finance (this computer)" in said(app)
    assert "1 decision and 1 action on" in said(app)
    with book.reader() as reader:
        (meeting,) = meetings(reader.entries(MEETING))
        (decision,) = reader.entries("decision")
        (action,) = reader.entries("action")
    assert meeting.closed
    assert "budget_variance" in meeting.figures
    assert decision.body == {
        "text": "Ask for a better price",
        "meeting": meeting.name,
        "topic": key,
    }
    assert (action.body["meeting"], action.body["topic"]) == (meeting.name, key)
    assert f"meeting={meeting.name}" in decision.link
    assert "as_of=1." in decision.link


def test_a_review_is_not_closed_on_other_figures_than_were_drawn(
    open_page: Open, book: Store
) -> None:
    app = go(planned(open_page), "close")
    with book.minutes.begin() as connection:
        record_settings(connection, {"otif_days": "30"}, 1, NOW, "test")
    press(app, "press_close")
    assert "the figures have moved since this page was drawn: look again" in said(app)
    press(app, "press_close")
    with book.reader() as reader:
        (meeting,) = meetings(reader.entries(MEETING))
    found = review.read(book, Selection(), meeting.name)
    assert exact_texts(found.figures.figures) == meeting.figures


def test_a_closed_review_cannot_be_changed_and_the_next_starts_from_it(open_page: Open) -> None:
    app = planned(open_page)
    go(app, "run")
    key = app.selectbox(key="topic").value
    app.text_input(key=f"task_text_{key}").input("Call Acme").run()
    app.text_input(key=f"task_owner_{key}").input("Ana").run()
    press(app, f"task_save_{key}")
    go(app, "close")
    press(app, "press_close")
    closed = only(app.query_params["meeting"])
    assert not [
        key for key in keys(app) if key.startswith(("press_up", "agreed_", "press_close", "topic_"))
    ]
    app = open_page(meeting="all")
    press(app, "plan")
    assert only(app.query_params["meeting"]) == f"{closed}-2"
    assert "Call Acme" in said(app)  # promised last time
    press(app, next(key for key in keys(app) if key.startswith("press_promised_done_")))
    assert "Call Acme" not in said(app)
    assert "since" in said(open_page(meeting=f"{closed}-2"))


def test_a_link_opens_the_stage_and_topic_it_names(open_page: Open) -> None:
    app = planned(open_page)
    name = only(app.query_params["meeting"])
    app.text_input(key="own_title").input("Office move").run()
    press(app, "add_own")
    go(app, "run")
    while not app.button(key="topic_on").disabled:
        press(app, "topic_on")
    link = {key: app.query_params[key] for key in app.query_params}
    assert only(link["topic"]).startswith("own.")
    again = open_page(**link)
    assert again.title[0].value == "Third quarter"
    assert "Office move" in [one.value for one in again.subheader]
    assert {key: only(again.query_params[key]) for key in again.query_params} == {
        key: only(value) for key, value in link.items()
    }
    assert name in only(again.query_params["meeting"])


def test_what_a_link_asks_for_and_is_not_there_is_said(open_page: Open) -> None:
    app = open_page(meeting="moon", stage="dance")
    assert "meeting “moon” was left out" in said(app)


# --- A browser ------------------------------------------------------------------------------------

WIDER = """() => [...document.querySelectorAll('[data-testid=stMain] *')]
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1
                 && !e.closest('[data-testid=stDataFrame]')).length"""


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    small_company.loaded(folder / "home", folder / "files").close()
    with serving(folder / "home") as url:
        yield url


def test_a_review_is_held_at_every_width(chrome: Browser, address: str) -> None:
    for width, theme in SCREENS:
        with visit(chrome, f"{address}/review?meeting=all", width, theme) as seen:
            seen.click(seen.page.get_by_role("button", name="Plan a meeting"))
            seen.page.get_by_text("headline figures are agreed").first.wait_for()
            for stage in ("Run", "Close", "Prepare"):
                seen.click(seen.page.get_by_role("radio", name=stage))
                seen.settle()
                assert seen.page.evaluate(WIDER) == 0, (stage, width)
            assert seen.errors == []
            assert seen.strangers(address) == []
