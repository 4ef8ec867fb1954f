"""The savings page as people meet it: links, signatures by both teams, and a browser."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from queries.store import Store
from tests import saving_company, small_company
from tests.browser import SCREENS, browser, serving, visit
from tests.contract_files import Tables
from tests.opened_page import Open, figures, opening, said, table

PAGE = "pages/money/savings.py"
HOSTILE_LINKS = (
    "initiative=%3Cscript%3E",
    "table=moon",
    "types=working_capital",
    "baseline=guess",
    "months=13",
    "budgeted=maybe",
    "chance_idea=101",
    "chance_validated=soon",
    "chance_confirmed=nan",
)
YEAR = {"from": "2026-01", "to": "2026-12"}


@pytest.fixture
def tables() -> Tables:
    return saving_company.tables()


@pytest.fixture
def store(tmp_path: Path, tables: Tables) -> Iterator[Store]:
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files", tables)
    yield opened
    opened.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Open]:
    """Opens the savings page by a link, as somebody new."""
    with opening(PAGE) as open_page:
        yield open_page


# --- What it shows -------------------------------------------------------------------------------


def test_the_page_says_what_came_of_the_claims(opened: Open) -> None:
    app = opened()
    assert app.title[0].value == "Savings"
    assert figures(app)["Savings claimed"] == "€10.6 k"
    assert figures(app)["Recognised"] == "€6.2 k"
    assert figures(app)["Cash freed"] == "€5.0 k"
    assert "claimed, the books show" in app.subheader[0].value.replace("\\", "")
    assert len(table(app, "claimed")) == 10
    assert not any("<b>" in m.value.replace("\\<b\\>", "") for m in app.markdown)


def test_no_lens_changes_a_number(opened: Open) -> None:
    seen = []
    for lens in ("both", "finance", "procurement"):
        app = opened(lens=lens)
        seen.append((figures(app), table(app, "claimed").to_csv()))
        assert sum("reads" in m.value for m in app.markdown) == (2 if lens == "both" else 1)
    assert seen[0] == seen[1] == seen[2]


def test_a_link_opens_a_table_and_an_initiative(opened: Open) -> None:
    app = opened(table="leakage", initiative="E", baseline="last_price", types="cost_avoidance")
    asked = {key: app.query_params[key] for key in ("table", "initiative", "baseline", "types")}
    assert asked == {
        "table": "leakage", "initiative": "E", "baseline": "last_price",
        "types": "cost_avoidance",
    }  # fmt: skip
    assert "<b>Dealer</b> €3.0 k" in table(app, "whom").to_csv()
    assert "E: what was invoiced of its item" in said(app)
    assert figures(app)["Baseline"] == "10.0000"
    assert figures(app)["Would be recognised"] == "€1.2 k"
    assert list(table(app, "version_0")["version_0"])[:2] == [
        "Not recognised", "Recognised"
    ]  # fmt: skip


@pytest.mark.parametrize("links", [HOSTILE_LINKS], ids=["all"])
def test_what_a_link_gets_wrong_is_dropped_and_said(opened: Open, links: Sequence[str]) -> None:
    asked = dict(unquote(link).split("=", 1) for link in links)
    app = opened(**asked)
    notices = " ".join(notice.value.replace("\\", "") for notice in app.warning)
    for key, value in asked.items():
        assert f"The link's {key} “{value}" in notices, key
        assert key not in app.query_params


@pytest.mark.parametrize("tables", [small_company.tables()], ids=["none"])
def test_without_initiatives_the_page_says_so(opened: Open) -> None:
    app = opened(table="twice", initiative="A")
    assert figures(app)["Savings claimed"] == "n/a"
    assert "no savings initiatives are loaded" in said(app)


# --- What is signed ------------------------------------------------------------------------------


def test_a_policy_moves_the_figures_once_both_have_signed(opened: Open, store: Store) -> None:
    app = opened(types=["price_reduction", "process", "demand_reduction", "cost_avoidance"])
    before = figures(app)["Recognised"]
    app.button(key="press_propose").click().run()
    assert figures(app)["Recognised"] == before
    assert "procurement has yet to sign" in said(app)
    assert app.button(key="press_sign_savings_recognition_0").disabled
    app.segmented_control(key="hat").set_value("procurement").run()
    app.button(key="press_sign_savings_recognition_0").click().run()
    assert not app.exception
    assert figures(app)["Recognised"] == "€7.4 k"  # B's 1,200 were averted
    assert "What is tried is in force" in said(app)
    assert list(table(app, "version_0").columns) == ["name", "version_0", "version_1"]
    pinned = opened(as_of="1.0")
    assert figures(pinned)["Recognised"] == before
    with store.reader() as reader:
        entries = reader.entries("savings_recognition")
    assert [entry.team for entry in entries] == ["finance", "procurement"]
    assert "types=cost_avoidance" in entries[0].link


def test_an_initiative_is_signed_by_one_person_of_each_team(opened: Open) -> None:
    app = opened(initiative="A")
    app.button(key="press_sign_off").click().run()
    assert app.button(key="press_sign_savings_sign_off_0").disabled
    app.segmented_control(key="hat").set_value("procurement").run()
    app.button(key="press_sign_savings_sign_off_0").click().run()
    assert not app.exception
    assert "Signed by Finance (this computer) and Procurement (this computer)" in said(app)
    assert "Signed by both" in table(app, "signed")["signed"].tolist()


# --- In a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium_browser(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as found:
        yield found


WIDER = (
    "(() => { const e = document.querySelector('[data-testid=stMain]');"
    " return e.scrollWidth - e.clientWidth })()"
)


def test_nothing_is_wider_than_the_screen(demo: Store, chromium_browser: Browser) -> None:
    """The whole page with an initiative explained and another policy tried."""
    link = "savings?initiative=SI-02&baseline=last_price&table=stage"
    with serving(demo.home) as address:
        for width, theme in SCREENS:
            with visit(chromium_browser, f"{address}/{link}", width, theme) as one:
                assert one.errors == []
                assert one.strangers(address) == []
                assert one.page.evaluate(WIDER) <= 0
                shown = one.page.inner_text("[data-testid=stMain]").replace("\u00a0", " ")
                assert "€0.47 M claimed, the books show €0.11 M" in shown
