"""Signing next year's goal on its page: two people, the target, the budget, and what came of it."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from pages.parts.places import FILES
from queries.batches import batches
from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend import budget
from tests import goal_company
from tests.browser import browser, serving, visit
from tests.command_line import spend
from tests.contract_files import Books
from tests.goal_company import AMOUNT, AT_END_OF_2027, later
from tests.opened_page import Open, opening, said, table

STILL = {"drift": "none", "draws": "200"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = goal_company.opened(tmp_path / "home")  # where the environment has its store
    yield found
    found.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Open]:
    """Opens the goals page by a link, as somebody new."""
    with opening(FILES["goals"]) as open_page:
        yield open_page


def entries(store: Store, kind: str | None = None) -> list[Entry]:
    with store.reader() as reader:
        return reader.entries(kind)


def wear(app: AppTest, hat: str, name: str) -> AppTest:
    app.segmented_control(key="hat").set_value(hat).run()
    return app.text_input(key="person_name").set_value(name).run()


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def signed(opened: Open) -> AppTest:
    """The page after Ann of finance has proposed its plan and Pat of procurement has signed it."""
    app = press(wear(opened(**STILL), "finance", "Ann"), "press_goal")
    return press(wear(app, "procurement", "Pat"), "press_sign_goal_0")


def test_two_people_sign_and_load_the_goal(opened: Open, store: Store) -> None:
    app = wear(opened(**STILL), "finance", "Ann")
    assert "Nobody has proposed a goal for 2027 yet" in said(app)
    app = press(app, "press_goal")
    assert "finance proposes €1.7 k" in said(app)
    assert "This very plan is what finance proposes" in said(app)
    assert "press_goal" not in [button.key for button in app.button]
    assert app.button(key="press_sign_goal_0").disabled
    app = wear(app, "procurement", "ann")
    assert app.button(key="press_sign_goal_0").disabled
    app = press(wear(app, "procurement", "Pat"), "press_sign_goal_0")
    assert "For 2027, €1.7 k is agreed, signed by Ann and Pat" in said(app)
    assert "This very plan is agreed" in said(app)
    assert "press_goal" not in [button.key for button in app.button]
    kinds = [(entry.kind, entry.team, entry.recorded_by) for entry in entries(store)]
    assert kinds == [("goal", "finance", "Ann"), ("target", "finance", "Ann"),
                     ("goal", "procurement", "Pat"), ("target", "procurement", "Pat")]  # fmt: skip
    assert [entry.name for entry in entries(store, "target")] == ["actual_spend.2027"] * 2
    app = press(app, "press_goal_budget")
    assert "It is the budget 2027 agreed, by load 2" in said(app).replace("**", "")
    assert len(batches_of(store)) == 2
    assert batches_of(store)[0] == "goal 2027"
    assert spend("goal", "2027").out == "2027 agreed is loaded already; nothing changed.\n"
    assert "press_goal_budget" not in [button.key for button in app.button]


def batches_of(store: Store) -> list[str]:
    with store.reader() as reader:
        return [str(source) for source in batches(reader)["source"]]


def test_a_budget_loaded_elsewhere_meanwhile_is_not_loaded_again(
    opened: Open, store: Store
) -> None:
    app = signed(opened)
    assert spend("goal", "2027").code == 0
    app = press(app, "press_goal_budget")
    assert "It was loaded already." in said(app)
    assert len(batches_of(store)) == 2


def test_the_budget_page_holds_spend_against_it(opened: Open, store: Store, tmp_path: Path) -> None:
    app = press(signed(opened), "press_goal_budget")
    app = press(app, "see_goal_budget")
    assert app.title[0].value == "Budget and spend"
    assert app.query_params["budget_version"] == "2027 agreed"
    files = Books(store, tmp_path / "later")
    files.load(later(), settings=AT_END_OF_2027)
    report = budget.report(store, Selection("2027-01", "2027-12", budget_version="2027 agreed"))
    assert report.figure("budget_amount").value == Decimal(AMOUNT).scaleb(-2)
    app = opened(**STILL)
    assert "What came of the goal of 2027" in said(app)
    assert "€408 over the €1.7 k that Ann and Pat signed" in said(app)
    assert table(app, "beyond")["beyond"].iloc[-1] == 90.0
    pinned = opened(**STILL, as_of="1.4")
    assert "What came of" not in said(pinned)
    assert "For 2027, €1.7 k is agreed" in said(pinned)


def test_the_sides_meet_half_way(opened: Open, store: Store) -> None:
    app = press(wear(opened(**STILL), "finance", "Ann"), "press_goal")
    app = opened(**STILL, proposed="1920")
    app = press(wear(app, "procurement", "Pat"), "press_goal")
    assert "€192 apart" in said(app)
    assert "Steel" in said(app)
    assert table(app, "finance_gives")["finance_gives"].iloc[-1] == 96.0
    app = press(app, "press_goal_middle")
    app = press(wear(app, "finance", "Ann"), "press_sign_goal_1")
    assert "€1.8 k is agreed" in said(app)
    amounts = [entry.body["value"] for entry in entries(store, "target")]
    assert amounts == ["1728.00", "1920.00", "1824.00", "1824.00"]


def test_a_part_of_the_company_has_no_goal(opened: Open) -> None:
    app = opened(**STILL, category="C1")
    assert "A goal is of the whole company" in said(app)
    assert "press_goal" not in [button.key for button in app.button]


def test_a_part_of_a_year_is_no_plan_to_propose(opened: Open) -> None:
    app = opened(**STILL, **{"from": "2026-01", "to": "2026-03"})
    assert "Only 3 of 12 months are loaded. 2027 is expected" in said(app)
    assert "a year's goal needs a whole year behind it" in said(app)
    assert app.button(key="press_goal").disabled


def test_a_double_click_writes_once(store: Store, chromium: str) -> None:
    with serving(store.home) as address, browser(chromium) as opened_browser:
        _pressed(opened_browser, f"{address}/goals?drift=none&draws=200")
    assert [entry.kind for entry in entries(store)] == ["goal", "target"]


def _pressed(opened_browser: Browser, url: str) -> None:
    with visit(opened_browser, url) as seen:
        seen.click(seen.page.get_by_role("button", name="as finance"), times=2)
        seen.page.get_by_text("procurement has yet to sign").wait_for()
        seen.settle()
        assert not seen.errors
