"""The budget page as people meet it: links, filters, lenses, drilling, pinning, and a browser."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from streamlit.testing.v1 import AppTest

import pages.parts
from pages.parts import controls, drawing, filters, look, tables
from pages.parts import store as parts_store
from pages.parts.store import Moment
from queries.load import load
from queries.selection import Option, Selection
from queries.store import Store, open_store
from spend.outputs import spans
from tests import fake_report, small_company
from tests.browser import SCREENS, browser, serving, visit
from tests.conftest import ROOT
from tests.contract_files import NOW, write

PARTS = [module.name for module in pkgutil.iter_modules(pages.parts.__path__)]
HOSTILE_LINKS = (
    "from=2031-01",
    "to=2026-02&from=2026-09",
    "supplier=nobody&supplier=%3Cscript%3Ealert(1)%3C/script%3E",
    "cost_centre=A1&cost_centre=%00",
    "category=%F0%9F%98%80",
    "item=" + "9" * 5000,
    "budget_version=",
    "as_of=99",
    "as_of=1.99",
    "as_of=-1",
    "as_of=1e9",
    "lens=cfo",
    "by=moon",
    "bridge=year&bridge=tower",
    "lens=finance&lens=both",
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppTest]:
    """The page over the small company, not run yet."""
    small_company.loaded(tmp_path / "home", tmp_path / "files").close()
    st.cache_resource.clear()
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    yield opened.switch_page("pages/money/budget.py")
    st.cache_resource.clear()


def figures(app: AppTest) -> dict[str, str]:
    """Every tile: its label without the scenario's mark, and its value."""
    return {m.label.lstrip("□■▨ "): m.value for m in app.metric}


def opened(app: AppTest, **params: str | list[str]) -> AppTest:
    """The app as a link opens it."""
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


# --- Links, filters, selections -------------------------------------------------------------------


def test_the_page_shows_the_position(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "Budget and spend"
    assert figures(app)["Budget"] == "€1.0 k"
    assert figures(app)["Available"] == "−€90.00"
    assert "October 2026 is closed" in app.caption[0].value


def test_a_link_restores_every_filter_and_control(app: AppTest) -> None:
    params: dict[str, str | list[str]] = {
        "from": "2026-02",
        "to": "2026-03",
        "cost_centre": ["A1", "B"],
        "supplier": ["S1", "S2"],
        "lens": "finance",
        "by": "supplier",
        "bridge": "budget",
    }
    opened(app, **params)
    assert app.selectbox(key="from").value == "2026-02"
    assert app.multiselect(key="cost_centre").value == ["A1", "B"]
    assert app.segmented_control(key="by").value == "supplier"
    assert {k: app.query_params[k] for k in params} == params
    assert not app.warning


def test_filters_write_the_link_and_defaults_stay_out_of_it(app: AppTest) -> None:
    opened(app)
    assert app.query_params == {}
    app.multiselect(key="cost_centre").select("A").run()
    app.segmented_control(key="lens").set_value("procurement").run()
    assert app.query_params == {"cost_centre": "A", "lens": "procurement"}
    assert figures(app)["Actual"] == "€700"
    app.button(key="reset").click().run()
    assert app.query_params == {}
    assert figures(app)["Actual"] == "€1.1 k"


def test_a_lens_never_changes_a_number(app: AppTest) -> None:
    seen = []
    for lens in ("finance", "both", "procurement"):
        opened(app)
        app.segmented_control(key="lens").set_value(lens).run()
        seen.append(figures(app))
    assert seen[0] == seen[1] == seen[2]


def test_filters_survive_another_page(app: AppTest) -> None:
    opened(app, cost_centre="A1", by="category")
    app.switch_page("pages/reference/data.py").run()
    assert app.multiselect(key="cost_centre").value == ["A1"]
    assert app.query_params["cost_centre"] in ("A1", ["A1"])
    assert "by" not in app.query_params


@pytest.mark.parametrize("link", HOSTILE_LINKS, ids=lambda link: str(link)[:30])
def test_a_bad_link_is_said_and_harmless(app: AppTest, link: str) -> None:
    params: dict[str, str | list[str]] = {}
    for pair in link.split("&"):
        key, _, value = pair.partition("=")
        params[key] = [*params.get(key, []), value]
    opened(app, **params)
    assert app.warning, "nothing was said"
    assert next(iter(params)) in app.warning[0].value.replace("\\", "")
    assert app.title[0].value == "Budget and spend"
    app.button(key="notices_read").click().run()
    assert not app.warning


def test_a_period_that_would_end_before_it_begins_takes_the_other_along(app: AppTest) -> None:
    opened(app, to="2026-03")
    app.selectbox(key="from").select("2026-05").run()
    assert app.selectbox(key="to").value == "2026-05"


def test_names_are_only_ever_text(app: AppTest) -> None:
    opened(app, supplier="S2")
    said = app.caption[0].value
    assert "\\<b\\>Bolt" in said
    assert "\\$x\\$" in said


# --- Moments --------------------------------------------------------------------------------------


def test_a_pinned_link_keeps_its_figures_after_a_load(app: AppTest, tmp_path: Path) -> None:
    opened(app)
    app.button(key="pin").click().run()
    before, pinned = figures(app), app.query_params["as_of"]
    assert pinned in ("1.0", ["1.0"]) or str(pinned).startswith("1.")
    line = {"invoice_id": "late", "line_no": 1, "invoice_date": "2026-05-05", "supplier_id": "S1",
            "amount": 500, "cost_centre_id": "A1"}  # fmt: skip
    store = open_store("", tmp_path / "home")
    load(store, write(tmp_path / "more", {"invoice_line": [line]}), now=NOW, user="test")
    store.close()
    app.run()
    assert figures(app) == before
    app.button(key="unpin").click().run()
    assert figures(app)["Actual"] == "€1.6 k"
    assert "as_of" not in app.query_params


def test_an_empty_store_says_how_to_start(tmp_path: Path) -> None:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    said = " ".join([*(e.value for e in (*app.error, *app.info)), *(c.value for c in app.code)])
    assert "spend" in said


# --- Parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARTS)
def test_the_examples_of_parts_hold(name: str) -> None:
    module = importlib.import_module(f"pages.parts.{name}")
    assert doctest.testmod(module).failed == 0


def test_a_tree_puts_children_under_parents_and_cuts_loops() -> None:
    options = {
        "b": Option("b", "B", "a"),
        "a": Option("a", "A"),
        "x": Option("x", "X", "y"),
        "y": Option("y", "Y", "x"),
        "z": Option("z", "Z", "unknown"),
    }
    found = [(option.id, depth) for option, depth in filters.tree(options)]
    assert found[:3] == [("a", 0), ("b", 1), ("z", 0)]
    assert sorted(key for key, _ in found) == ["a", "b", "x", "y", "z"]
    assert [o.id for o in controls.path("b", options)] == ["a"]
    assert len(controls.path("x", options)) <= 2


def test_names_that_repeat_carry_their_ids() -> None:
    options = {key: Option(key, "Acme") for key in ("S1", "S3")}
    assert list(filters.labels(options).values())[:2] == ["Acme (S1)", "Acme (S3)"]


def test_every_scenario_has_a_fill_of_its_own() -> None:
    for palette in (look.LIGHT, look.DARK):
        fills = {
            drawing.fill(scenario, palette) for scenario in ("last_year", "budget", "forecast")
        }
        assert len(fills | {drawing.fill("actual", palette)}) == 4


def test_a_bridge_starts_at_zero_unless_its_items_would_vanish() -> None:
    assert spans.axis_start([(0.0, 10.0), (10.0, 16.0), (0.0, 16.0)]) == 0.0
    start = spans.axis_start([(0.0, 33.9), (33.9, 34.8), (0.0, 34.8)])
    assert 0 < start < 33.9


def test_colours_of_text_can_be_read() -> None:
    for palette in (look.LIGHT, look.DARK):
        for colour in (palette.text, palette.quiet, palette.good, palette.bad, palette.finance,
                       palette.procurement, palette.agreed):  # fmt: skip
            assert look.contrast(colour, palette.paper) >= 4.5, colour


def test_a_table_is_indented_along_its_tree_and_ends_in_its_total() -> None:
    data = tables.frame(fake_report.report(Selection()).table("breakdown"), 1000, "EUR")
    assert data.iloc[1, 0] == f"{tables.INDENT}Press shop"
    assert data.iloc[-1, 0] == "Total"
    assert data.iloc[-1]["budget"] == pytest.approx(41_200.00037)


# --- A browser ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`spend serve` over the small company."""
    folder = tmp_path_factory.mktemp("served")
    small_company.loaded(folder / "home", folder / "files").close()
    with serving(folder / "home") as url:
        yield url


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/budget", "/data"])
def test_every_page_opens_cold_by_its_link(chrome: Browser, address: str, path: str) -> None:
    with visit(chrome, f"{address}{path}?cost_centre=A1") as seen:
        title = {"/budget": "Budget and spend", "/data": "Data"}.get(path, "Overview")
        assert seen.page.locator("h1").inner_text().startswith(title)
        assert "cost_centre=A1" in seen.page.url
        assert seen.page.get_by_text("Press shop").count()
        chosen = seen.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")
        assert chosen.inner_text().endswith(title.split()[0])
        assert seen.errors == []
        assert seen.strangers(address) == []


def test_a_filter_survives_navigation_reload_and_history(chrome: Browser, address: str) -> None:
    with visit(chrome, f"{address}/budget?supplier=S2&lens=finance") as seen:
        seen.click(seen.page.get_by_role("link", name="Data"))
        seen.page.wait_for_url("**/data?*supplier=S2*")
        seen.click(seen.page.get_by_role("link", name="Budget"))
        seen.page.wait_for_url("**/budget?*supplier=S2*")
        seen.page.reload()
        seen.settle()
        assert "supplier=S2&lens=finance" in seen.page.url
        seen.click(seen.page.get_by_role("radio", name="Procurement").first)
        seen.page.wait_for_url("**lens=procurement*")
        seen.page.go_back()
        seen.page.wait_for_url("**lens=finance*")
        seen.settle()
        assert seen.page.get_by_role("radio", name="Finance").first.is_checked()
        assert seen.errors == []


def test_a_copied_link_shows_the_same_in_another_browser(chrome: Browser, address: str) -> None:
    with visit(chrome, f"{address}/budget?cost_centre=A1&bridge=budget") as first:
        values = first.page.locator("[data-testid=stMetricValue]").all_inner_texts()
        first.click(first.page.get_by_role("button", name="Copy link"))
        codes = first.page.locator("[data-testid=stCode] code")
        codes.nth(1).wait_for()
        following, pinned = codes.all_inner_texts()
    assert "as_of=1" in pinned
    for link in (following, pinned):
        with visit(chrome, link) as second:
            assert second.page.locator("[data-testid=stMetricValue]").all_inner_texts() == values
            assert "bridge=budget" in second.page.url


def test_a_click_on_a_row_goes_down_the_tree(chrome: Browser, address: str) -> None:
    with visit(chrome, f"{address}/budget") as seen:
        table = seen.page.locator("[data-testid=stDataFrame]").first
        for _ in range(3):  # as people do: a click that a busy page swallowed is tried again
            box = seen.steady(table)
            seen.page.mouse.click(box["x"] + 260, box["y"] + tables.ROW * 1.5)
            with suppress(PlaywrightTimeoutError):
                seen.page.wait_for_url("**cost_centre=*", timeout=10_000)
                break
        assert "cost_centre=" in seen.page.url
        seen.click(seen.page.get_by_role("button", name="All cost centres"))
        seen.page.wait_for_url(lambda url: "cost_centre" not in url)


def test_a_figure_opens_down_to_its_rows(chrome: Browser, address: str) -> None:
    with visit(chrome, f"{address}/budget") as seen:
        seen.click(seen.page.get_by_role("button", name="Open a figure"))
        seen.page.get_by_role("menuitem", name="Actual").click()
        dialog = seen.page.get_by_role("dialog")
        dialog.get_by_text("rows").first.wait_for()
        assert "Actual: €1.1\u00a0k" in dialog.inner_text()
        dialog.get_by_text("SQL").click()
        assert "SELECT" in dialog.locator("code").last.inner_text()


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_nothing_is_wider_than_the_screen(
    chrome: Browser, address: str, width: int, theme: str
) -> None:
    with visit(chrome, f"{address}/budget", width, "dark" if theme == "dark" else "light") as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        tiles = seen.page.locator("[data-testid=stMetric]").all()
        tops = {round((tile.bounding_box() or {"y": 0.0})["y"]) for tile in tiles}
        assert len(tops) == {1440: 1, 1024: 2, 390: 3}[width]
        assert seen.errors == []


def test_what_is_kept_of_one_figure_is_never_given_for_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The cache tells questions apart by everything that is asked, positional or named."""
    monkeypatch.setattr(parts_store, "store", lambda: open_store("", tmp_path))

    def said(_: Store, __: Selection, metric: str, page: int = 0) -> str:
        return f"{metric} {page}"

    at = Moment(0, 0, 0)
    asked = [("actual_spend", 0), ("committed_spend", 0), ("actual_spend", 1)]
    answers = [parts_store.report(said, at, Selection(), m, page=p) for m, p in asked]
    assert answers == ["actual_spend 0", "committed_spend 0", "actual_spend 1"]
