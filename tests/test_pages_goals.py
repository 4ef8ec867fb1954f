"""The goals page as people meet it: tiles, what is assumed, links, what is missing, a browser."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pages.parts import goal_pictures
from queries.migration import initialise
from queries.store import Store, open_store
from spend.goal_charts import fan, named
from spend.goal_plan import GoalPlan
from spend.market_model import MarketModel
from spend.risk_drivers import Driver
from tests.browser import SCREENS, browser, serving, visit
from tests.conftest import NOW
from tests.contract_files import Books
from tests.opened_page import Open, figures, opening, said, table
from tests.test_spend_goal_report import SETTINGS, tables

PAGE = "pages/together/goals.py"
HOSTILE = (
    "volume=C1", "volume=X:5", "volume=C1:1e999", "volume=C1:5&volume=C1:6", "fixed=C1:-1",
    "fixed=%00", "growth=x", "growth=900", "spread=-1", "proposed=nan", "seed=1.5", "draws=1e9",
    "drift=moon", "priced=1999-01", "show=<b>", "volume=" + "x" * 3000,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company that is only read."""
    folder = tmp_path_factory.mktemp("goals")
    store = open_store("", folder / "home")
    initialise(store, {}, NOW, "test")
    Books(store, folder / "files").load(tables(), settings=SETTINGS)
    store.close()
    return folder / "home"


@pytest.fixture
def place(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONCORD_HOME", str(home))
    return home


@pytest.fixture
def open_page(place: Path) -> Iterator[Open]:
    with opening(PAGE) as opener:
        yield opener


def test_the_page_shows_the_year_and_its_range(open_page: Open) -> None:
    app = open_page()
    assert app.title[0].value == "Goals"
    assert figures(app) == {
        "Last 12 months": "€2.7 k", "2027 expected": "€2.6 k", "P10": "€2.5 k", "P50": "€2.6 k",
        "P90": "€2.6 k", "At risk, 95 %": "€102",
    }  # fmt: skip
    assert "2027 is expected to cost €2.6 k" in said(app)
    assert "docs/budget-at-risk.md" in said(app)
    assert "At risk, 90 %" in said(app)
    assert "Steel" in " ".join(table(app, "base")["name"])


def test_assumptions_come_from_the_link_and_change_the_year(open_page: Open) -> None:
    before = figures(open_page(drift="none"))
    app = open_page(drift="none", volume=["C1:50"], proposed="3000", draws="1000")
    assert figures(app)["2027 expected"] != before["2027 expected"]
    assert "Chance of exceeding" in said(app)


def test_a_category_is_assumed_by_a_press(open_page: Open) -> None:
    app = open_page()
    app.selectbox(key="share_of").set_value("C1").run()
    app.number_input(key="share_percent").set_value(10.0).run()
    app.button(key="add_volume").click().run()
    assert app.query_params["volume"] in ("C1:10", ["C1:10"])
    app.number_input(key="share_percent").set_value(60.0).run()
    app.button(key="add_fixed").click().run()
    assert app.query_params["fixed"] in ("C1:60", ["C1:60"])
    assert not app.exception
    assert {"volume", "covered"} <= set(table(app, "base").columns)


@pytest.mark.parametrize("shown", ["savings", "market", "months", "running"])
def test_every_table_can_be_shown(open_page: Open, shown: str) -> None:
    app = open_page(show=shown, draws="1000")
    assert len(app.dataframe[0].value) > 0


def test_the_month_of_a_link_is_the_one_that_its_control_shows(open_page: Open) -> None:
    app = open_page(show="running", priced="2025-07")
    assert app.selectbox(key="priced").value == "2025-07"
    assert "July 2025" in said(app)


def test_what_a_link_gets_wrong_is_said_and_left_out(open_page: Open) -> None:
    params: dict[str, list[str]] = {}
    for pair in HOSTILE:
        for one in pair.split("&"):
            key, _, value = one.partition("=")
            params.setdefault(key, []).append(value)
    app = open_page(**params)
    notices = " ".join(one.value for one in app.warning)
    assert notices.count("left out") >= len(params)
    assert app.title[0].value == "Goals"


def test_a_store_without_spend_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store("", tmp_path / "home")
    initialise(store, {}, NOW, "test")
    Books(store, tmp_path / "files").load({"category": tables()["category"]}, settings=SETTINGS)
    store.close()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    with opening(PAGE) as open_page:
        app = open_page()
        assert app.subheader[0].value.startswith("Nothing was spent here")
        assert set(figures(app).values()) == {"n/a"}


def test_a_year_without_lines_has_no_picture() -> None:
    nothing = GoalPlan(
        2027, date(2027, 1, 1), (), (), MarketModel((), (), ()), {}, 1, 10, 0, 0, 0, 0, 0, 0,
        "EUR", (),
    )  # fmt: skip
    assert not fan(nothing, ()).drawable
    assert named(Driver("SI-1", "saving", 0, 1, 1), {"SI-1": "Deal"}) == "Deal"
    assert goal_pictures.BAND < 1


# --- In a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(demo: Store) -> Iterator[str]:
    with serving(demo.home) as found:
        yield found


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as found:
        yield found


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_page_opens_cold_and_fits(
    chrome: Browser, address: str, width: int, theme: str
) -> None:
    with visit(chrome, f"{address}/goals", width, theme) as seen:  # type: ignore[arg-type]
        seen.page.wait_for_selector("[data-testid=stPlotlyChart]")
        seen.settle()
        text = seen.page.inner_text("[data-testid=stMain]")
        wide = seen.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        cut = seen.page.evaluate(
            "[...document.querySelectorAll('[data-testid=stMetricLabel] p')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
        )
        assert (seen.errors, seen.strangers(address)) == ([], [])
    assert "€41.87 M" in text
    assert wide <= 0
    assert cut == []
