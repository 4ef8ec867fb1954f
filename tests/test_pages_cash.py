"""The cash page as people meet it: figures, links, scenarios, what is missing, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from pages.parts import look, outlook
from queries.migration import initialise
from queries.minutes import Draft
from queries.store import Store, open_store
from tests.browser import SCREENS, browser, serving, visit
from tests.conftest import NOW, ROOT
from tests.contract_files import Books
from tests.test_queries_cash import SETTINGS, tables

SCENARIO = "Ninety <b>days</b> & *more*"
HOSTILE_LINKS = (
    "scenario=moon",
    "scenario=none&scenario=moon",
    "scenario=%00",
    "plan=days",
    "plan=" + "x" * 3000,
    "supplier=nobody",
)


def opened_store(home: Path, folder: Path, *missing: str) -> Store:
    store = open_store("", home)
    initialise(store, {}, NOW, "test")
    parts = {name: rows for name, rows in tables().items() if name not in missing}
    Books(store, folder).load(parts, settings=SETTINGS)
    body = {"change": ["S1:90"], "cash_rate": 0.06, "pass_on": 1.0}
    store.record(Draft("r1", "scenario", SCENARIO, body, "", "finance", "Ann"), 1, NOW)
    return store


def page() -> AppTest:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/money/cash.py")
    return app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppTest]:
    """The cash page over a small company, not run yet."""
    opened_store(tmp_path / "home", tmp_path).close()
    yield page()
    st.cache_resource.clear()


def opened(app: AppTest, link: str = "") -> AppTest:
    params: dict[str, list[str]] = {}
    for pair in filter(None, link.split("&")):
        key, _, value = pair.partition("=")
        params[key] = [*params.get(key, []), value]
    for key, values in params.items():
        app.query_params[key] = values
    app.run()
    assert not app.exception, app.exception
    return app


def figures(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def said(app: AppTest) -> str:
    parts = (*app.subheader, *app.markdown, *app.caption, *app.warning, *app.info)
    return " ".join(e.value for e in parts).replace("\\", "")


def test_the_page_shows_what_is_to_come(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "Cash to come"
    assert figures(app)["Open payables"] == "€388"
    assert figures(app)["Overdue payables"] == "€100"
    # I1 overdue, I2 due on 19 November, and €20 received and €30 ordered with 19 % on them
    assert figures(app)["13 weeks, contract"] == "€398"
    assert "is to leave by 29 January 2027" in app.subheader[0].value.replace("\\", "")


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    opened_store(tmp_path / "home", tmp_path, "payment", "payment_term").close()
    app = opened(page())
    assert "No payments are loaded" in said(app)
    assert "No due dates or payment terms are loaded" in said(app)
    assert figures(app)["Overdue payables"] == "n/a"
    assert figures(app)["13 weeks, contract"] == "n/a"
    assert "nothing here with a due date" in said(app)


def test_without_scenarios_there_is_no_control(tmp_path: Path) -> None:
    store = open_store("", tmp_path / "home")
    initialise(store, {}, NOW, "test")
    Books(store, tmp_path).load(tables(), settings=SETTINGS)
    store.close()
    app = opened(page())
    assert "scenario" not in [box.key for box in app.selectbox]


def test_a_scenario_is_compared_and_kept_in_the_link(app: AppTest) -> None:
    opened(app)
    before = figures(app)
    app.selectbox(key="scenario").select(SCENARIO).run()
    assert not app.exception
    assert app.query_params["scenario"] in (SCENARIO, [SCENARIO])
    assert figures(app) == before  # the figures are those of today's terms
    assert "less has left by the end of" in said(app)
    app.selectbox(key="scenario").select(outlook.NONE).run()
    assert "scenario" not in app.query_params


def test_a_link_restores_its_controls(app: AppTest) -> None:
    app.query_params["scenario"] = SCENARIO
    opened(app, "plan=suppliers&supplier=S1&lens=finance")
    assert app.segmented_control(key="plan").value == "suppliers"
    assert app.selectbox(key="scenario").value == SCENARIO
    assert app.multiselect(key="supplier").value == ["S1"]
    assert not [w for w in app.warning if "left out" in w.value]


@pytest.mark.parametrize("link", HOSTILE_LINKS, ids=lambda link: str(link)[:24])
def test_a_bad_link_is_said_and_harmless(app: AppTest, link: str) -> None:
    opened(app, link)
    assert any("left out" in w.value for w in app.warning)
    assert figures(app)


def test_every_lens_shows_the_same_figures(app: AppTest) -> None:
    seen = []
    for lens in ("finance", "both", "procurement"):
        opened(app)
        app.segmented_control(key="lens").set_value(lens).run()
        seen.append(figures(app))
    assert seen[0] == seen[1] == seen[2]


def test_an_empty_store_says_how_to_start(tmp_path: Path) -> None:
    app = page().run()
    assert not app.exception
    assert "spend" in " ".join(
        [*(e.value for e in (*app.error, *app.info)), *(c.value for c in app.code)]
    )


@pytest.mark.parametrize("colours", [look.LIGHT, look.DARK], ids=["light", "dark"])
def test_numbers_on_the_darkest_day_can_be_read(colours: look.Palette) -> None:
    ground = outlook.mixed(colours.ink, colours.paper, outlook.DARKEST)
    assert look.contrast(colours.text, ground) >= 4.5


# --- A browser -----------------------------------------------------------------------------------


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
    with visit(chrome, f"{address}/cash", width, theme) as seen:  # type: ignore[arg-type]
        seen.page.wait_for_selector("[data-testid=stPlotlyChart]")
        seen.settle()
        text = seen.page.inner_text("[data-testid=stMain]")
        wide = seen.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        cut = seen.page.evaluate(
            "[...document.querySelectorAll('[data-testid=stMetricLabel] p')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
        )
        assert (seen.errors, seen.strangers(address)) == ([], [])
    assert "€5.02 M" in text
    assert wide <= 0
    assert cut == []


def test_a_figure_opens_on_its_invoices(chrome: Browser, address: str) -> None:
    with visit(chrome, f"{address}/cash") as seen:
        seen.click(seen.page.get_by_role("button", name="Open a figure"))
        seen.page.get_by_text("Overdue payables").last.click()
        dialog = seen.page.get_by_role("dialog")
        dialog.get_by_text("from load 1").wait_for()
        assert "466 rows" in dialog.inner_text()
