"""The stock page as people meet it: links, what-ifs, signatures, one item, and a browser."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from queries.migration import initialise
from queries.store import Store, open_store
from tests import small_company
from tests.browser import PATIENCE, SCREENS, browser, serving, visit
from tests.conftest import NOW
from tests.contract_files import Tables
from tests.opened_page import Open, figures, opening, said, table

PAGE = "pages/supply/stock.py"
HOSTILE = "<b>Bolt</b> | *M8* $x$"
HOSTILE_LINKS = (
    "level=0",
    "level=100",
    "lead_time=12.5",
    "lead_time=1e9",
    "lead_time_spread=soon",
    "holding_rate=nan",
    "order_cost=-1",
    "review_days=366",
    "kind=moon",
    "target=luck",
    "table=%3Cscript%3E",
    "by=supplier",
)
MONTHS = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(34)]
WANTED = {
    ("I1", "M"): [40 + 7 * (n % 5) for n in range(34)],
    ("I1", "N"): [10 + n % 3 for n in range(34)],
    ("I2", "M"): [60 if n % 4 == 1 else 0 for n in range(34)],
    ("I3", "M"): [5, 0, 8] + [0] * 31,
    ("I4", "M"): [12] * 34,
}


def stocked() -> Tables:
    """The small company with five items: one at two sites, one short, one nobody wants any more,
    one without a lead time, one that was counted below zero."""
    tables = dict(small_company.tables())
    terms = {"unit_cost": 10, "lead_time_days": 30, "service_level": 0.95, "holding_rate": 0.2,
             "order_cost": 40, "stockout_cost": 25, "known_since": "2024-01-01"}  # fmt: skip
    names = {"I1": "Coil", "I2": HOSTILE, "I3": "Old wheel", "I4": "Unplanned", "I5": "Lost"}
    tables["item"] = [
        {"item_id": item, "name": name, "category_id": "C2" if item == "I2" else "C1",
         **terms, **({"lead_time_days": None} if item == "I4" else {})}
        for item, name in names.items()
    ]  # fmt: skip
    tables["demand"] = [
        {"period_start": str(month), "item_id": item, "site": site, "quantity": wanted}
        for (item, site), series in WANTED.items()
        for month, wanted in zip(MONTHS, series, strict=True)
        if wanted
    ]
    on_hand = {("I1", "M"): 900, ("I1", "N"): 20, ("I2", "M"): 3, ("I3", "M"): 50, ("I4", "M"): 7,
               ("I5", "M"): -2}  # fmt: skip
    tables["stock_level"] = [
        {"counted_on": day, "item_id": item, "site": site, "on_hand": many + more}
        for day, more in (("2026-09-30", 10), ("2026-10-31", 0))
        for (item, site), many in on_hand.items()
    ]
    return tables


def without(*names: str) -> Tables:
    return {name: rows for name, rows in stocked().items() if name not in names}


@pytest.fixture
def tables() -> Tables:
    return stocked()


@pytest.fixture
def store(tmp_path: Path, tables: Tables) -> Iterator[Store]:
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files", tables)
    yield opened
    opened.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Open]:
    """Opens the stock page by a link, as somebody new."""
    with opening(PAGE) as open_page:
        yield open_page


# --- What it shows -------------------------------------------------------------------------------


def test_the_page_says_what_the_shelf_is_for(opened: Open) -> None:
    app = opened()
    assert app.title[0].value == "Stock"
    found = figures(app)
    assert found["Stock"] == "€9.8 k"
    assert found["Obsolete stock"] == "€500"
    assert found["Required safety"].startswith("€")
    assert "is on the shelf" in app.subheader[0].value
    assert [h.value for h in app.subheader[1:]] == ["What if", "How much to hold"]
    assert HOSTILE not in " ".join(m.value for m in app.markdown)


def test_no_lens_changes_a_number(opened: Open) -> None:
    seen = []
    for lens in ("both", "finance", "procurement"):
        app = opened(lens=lens, level="98", by="item")
        seen.append((figures(app), table(app, "obsolete").to_csv()))
        badges = [m.value for m in app.markdown if "reads" in m.value]
    assert len(badges) == (2 if lens == "both" else 1)
    assert seen[0] == seen[1] == seen[2]


def test_a_category_narrows_everything(opened: Open) -> None:
    app = opened(category="C2")
    assert figures(app)["Stock"] == "€30.00"
    assert len(table(app, "obsolete")) == 2  # the category and the total


def test_stock_by_supplier_is_said_not_to_exist(opened: Open) -> None:
    app = opened(supplier="S1")
    assert figures(app)["Stock"] == "n/a"
    assert "stock is not kept by supplier or cost centre" in said(app).lower()


def test_an_item_of_no_supplier_is_not_explained(opened: Open) -> None:
    app = opened(supplier="S1", item="I1")
    assert "This selection has no item I1" in said(app)


@pytest.mark.parametrize("shown", ["too_little", "too_much", "obsolete", "lead_times", "backtest"])
def test_each_list_opens_by_its_link(opened: Open, shown: str) -> None:
    app = opened(table=shown)
    assert app.query_params["table"] == shown
    assert not any("overdue" in c for one in app.dataframe for c in one.value.columns)
    listed = {"too_little": HOSTILE, "too_much": "Coil", "obsolete": "Old wheel",
              "lead_times": "Coil", "backtest": "normal for all"}[shown]  # fmt: skip
    assert any(listed in one.value.to_csv(sep=";") for one in app.dataframe)


# --- What if -------------------------------------------------------------------------------------


def test_a_trial_in_a_link_moves_the_table(opened: Open) -> None:
    app = opened(level="99.5", lead_time="200")
    found = figures(app)
    assert found["Δ Safety stock"].startswith("+€")
    moved = table(app, "safety_now")[:-1]  # less the total
    assert (moved["safety"] > moved["safety_now"]).all()
    assert app.query_params["level"] == "99.5"
    assert "At 99.5 % instead of each item's own" in said(app)


def test_what_is_as_it_is_stays_out_of_the_address(opened: Open) -> None:
    app = opened(level="96.3", lead_time="100", holding_rate="30", review_days="7")
    assert set(app.query_params) >= {"level", "holding_rate", "review_days"}
    assert "lead_time" not in app.query_params
    app.button(key="as_it_is").click().run()
    assert not {"level", "holding_rate", "review_days"} & set(app.query_params)
    assert "Δ Safety stock" not in figures(app)


def test_a_slider_moves_what_a_link_left_out(opened: Open) -> None:
    app = opened()
    app.select_slider(key="level").set_value("99").run()
    assert not app.exception
    assert app.query_params["level"] == "99"
    assert "Δ Carrying cost" in figures(app)


@pytest.mark.parametrize("links", [HOSTILE_LINKS, HOSTILE_LINKS[::-1]], ids=["down", "up"])
def test_what_a_link_gets_wrong_is_dropped_and_said(opened: Open, links: Sequence[str]) -> None:
    """Each key with all its bad values at once: the first is judged, the others are too many."""
    asked: dict[str, list[str]] = {}
    for link in links:
        key, _, value = unquote(link).partition("=")
        asked.setdefault(key, []).append(value)
    app = opened(**asked)
    notices = " ".join(notice.value.replace("\\", "") for notice in app.warning)
    for key, values in asked.items():
        assert f"The link's {key} " in notices, key
        assert f"“{values[0]}”" in notices
        assert key not in app.query_params


def test_controls_of_another_page_do_no_harm(opened: Open) -> None:
    app = opened()
    app.switch_page("pages/money/budget.py").run()
    app.segmented_control(key="by").set_value("supplier").run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert table(app, "obsolete").columns[0] == "name"


# --- How much to hold ----------------------------------------------------------------------------


def test_a_policy_takes_effect_once_both_have_signed(opened: Open, store: Store) -> None:
    app = opened(level="99.9")
    before = figures(app)
    app.button(key="press_propose").click().run()
    assert figures(app)["Required safety"] == before["Required safety"]
    assert "procurement has yet to sign" in said(app)
    assert app.button(key="press_sign_stock_policy_0").disabled
    app.segmented_control(key="hat").set_value("procurement").run()
    app.button(key="press_sign_stock_policy_0").click().run()
    assert not app.exception
    assert figures(app)["Required safety"] == before["Required safety tried"]
    assert "What is tried is in force already" in said(app)
    with store.reader() as reader:
        entries = reader.entries("stock_policy")
    assert [(e.name, e.team) for e in entries] == [("all", "finance"), ("all", "procurement")]
    assert entries[0].body == entries[1].body == {"service_level": 0.999}
    assert "level=99.9" in entries[0].link
    assert "as_of=1" in entries[0].link


def test_nobody_signs_alone(opened: Open, store: Store) -> None:
    app = opened(level="99", category="C2")
    app.button(key="press_propose").click().run()
    app.button(key="press_propose").click().run()
    assert app.button(key="press_sign_stock_policy_0").disabled
    assert "In force" not in said(app)
    with store.reader() as reader:
        assert {e.name for e in reader.entries("stock_policy")} == {"category:C2"}


def test_a_decision_stands_on_this_page_only(opened: Open) -> None:
    app = opened()
    app.text_input(key="text_decision").set_value("Sell the <b>old</b> wheels").run()
    app.button(key="save_decision").click().run()
    found = [m.value for m in app.markdown if "wheels" in m.value]
    assert len(found) == 1
    assert "<b>" not in found[0]
    app.switch_page("pages/money/terms.py").run()
    assert "wheels" not in said(app)


# --- One item ------------------------------------------------------------------------------------


def test_one_item_explains_itself(opened: Open) -> None:
    app = opened(item="I2")
    assert "Explain this item" in [h.value for h in app.subheader]
    assert len(app.latex) == 1
    text = said(app)
    assert "Required safety stock" in text
    assert "The same record, read otherwise" in text
    assert "<b>" not in "".join(m.value.replace("\\<b\\>", "") for m in app.markdown)


def test_an_item_at_two_sites_is_explained_at_each(opened: Open) -> None:
    app = opened(item="I1", site="N")
    first = said(app)
    assert app.query_params["site"] == "N"
    app.segmented_control(key="site").set_value("M").run()
    assert not app.exception
    assert "site" not in app.query_params
    assert said(app) != first


def test_a_site_that_an_item_does_not_have_is_said(opened: Open) -> None:
    app = opened(item="I1", site="moon")
    assert "The link's site “moon” was left out" in said(app)


@pytest.mark.parametrize("item", ["I3", "I4", "I5"])
def test_an_odd_item_says_what_is_missing(opened: Open, item: str) -> None:
    app = opened(item=item)
    assert "Explain this item" in [h.value for h in app.subheader]


# --- What is not there ---------------------------------------------------------------------------


@pytest.mark.parametrize("tables", [without("stock_level")], ids=["no counts"])
def test_without_counts_required_stock_still_stands(opened: Open) -> None:
    app = opened(level="98", item="I1")
    assert figures(app)["Stock"] == "n/a"
    assert figures(app)["Required safety"].startswith("€")
    assert "no stock counts are loaded" in said(app).lower()


@pytest.mark.parametrize("tables", [without("demand")], ids=["no demand"])
def test_without_demand_nothing_is_computed_and_that_is_said(opened: Open) -> None:
    app = opened(table="backtest", item="I1")
    assert figures(app)["Required safety"] == "n/a"
    assert "no demand is loaded" in said(app).lower()


@pytest.mark.parametrize(
    "tables", [without("stock_level", "demand"), small_company.tables()], ids=["neither", "small"]
)
def test_without_either_the_page_says_so(opened: Open) -> None:
    app = opened(level="98")
    assert figures(app)["Stock"] == "n/a"
    for shown in ("too_little", "lead_times", "backtest"):
        app = opened(table=shown)


def test_before_any_load_the_page_says_how_to_start(tmp_path: Path) -> None:
    empty = open_store("", tmp_path / "home")
    initialise(empty, {}, NOW, "test")
    empty.close()
    with opening(PAGE) as open_page:
        app = open_page(item="I1", level="98")
    told = (*app.error, *app.info, *app.code)
    assert "spend load" in " ".join(e.value for e in told).replace("\\", "")


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
    """The company with a trial, and one item explained: in turn, and both on a phone."""
    links = ("stock?level=98", "stock?item=IT-0001&table=too_much")
    seen = [(*screen, links[n % 2]) for n, screen in enumerate(SCREENS)]
    with serving(demo.home) as address:
        for width, theme, link in (*seen, (390, "light", links[1])):
            with visit(chromium_browser, f"{address}/{link}", width, theme) as one:
                assert one.errors == []
                assert one.strangers(address) == []
                assert one.page.evaluate(WIDER) <= 0
                assert one.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_list_leads_to_the_explanation(store: Store, chromium_browser: Browser) -> None:
    """A press on the second row of a list explains that item at that row's site."""
    store.close()
    with serving(store.home) as address:
        link = f"{address}/stock?table=lead_times"
        with visit(chromium_browser, link) as one:
            one.settle()
            for _ in range(3):  # as people do: a click that a busy page swallowed is tried again
                box = one.steady(one.page.locator("[data-testid=stDataFrame]").first)
                one.page.mouse.click(box["x"] + 60, box["y"] + 33 * 2.5)
                with suppress(PlaywrightTimeoutError):
                    one.page.get_by_text("Explain this item").wait_for(timeout=PATIENCE / 3)
                    break
            one.settle()
            assert "item=I1" in one.page.url
            assert "site=N" in one.page.url
            assert one.page.get_by_text("The formula, with its numbers").is_visible()
            assert one.errors == []
