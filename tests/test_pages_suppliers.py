"""The page of suppliers as people meet it: what it says, its tables, links, and what a browser
shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.store import Store
from tests import small_company
from tests.browser import browser, serving, visit
from tests.contract_files import Tables
from tests.opened_page import Open, figures, opening, said, table
from tests.test_stories import STORIES

PAGE = "pages/supply/suppliers.py"


def contracted() -> Tables:
    """The small company with a contract for steel with Acme; a third supplier sells steel too."""
    tables = dict(small_company.tables())
    tables["contract"] = [
        {"contract_id": "K1", "supplier_id": "S1", "category_id": "C1",
         "start_date": "2024-01-01", "end_date": "2026-12-31"},
        {"contract_id": "K2", "supplier_id": "S2", "category_id": "C2",
         "start_date": "2024-01-01", "end_date": "2025-12-31"},
    ]  # fmt: skip
    tables["invoice_line"] = [
        *tables["invoice_line"],
        {"invoice_id": "D", "line_no": 1, "invoice_date": "2026-05-05", "supplier_id": "S3",
         "amount": 77, "category_id": "C1", "cost_centre_id": "A"},
    ]  # fmt: skip
    return tables


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("suppliers")
    opened = small_company.loaded(folder / "home", folder / "files", contracted())
    yield opened
    opened.close()


@pytest.fixture
def page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("CONCORD_HOME", str(store.home))
    with opening(PAGE) as open_page:
        yield open_page


def test_the_page_says_what_went_past_contracts(page: Open) -> None:
    """77 of the 777 bought in categories where a contract was in force; paint's has ended."""
    app = page()
    assert app.title[0].value == "Suppliers"
    found = figures(app)
    assert found["Off-contract share"] == "9.9 %"
    assert found["Outside contracts"] == "€77.00"
    assert found["Concentration"] != "n/a"
    assert "€77.00 was bought outside contracts in force (9.9 %)" in said(app)
    spend = table(app, "cumulated")
    assert spend["spend"].tolist() == [700, 400, 77, 1177]


@pytest.mark.parametrize(
    ("shown", "column", "ids"),
    [
        ("categories", "earlier", 2),
        ("past", "why", 1),
        ("contracts", "uncovered", 1),
        ("prices", "beyond", 1),
        ("delivery", "moved", 0),
        ("payment", "apart", 0),
        ("records", "gap", 3),
    ],
)
def test_every_table_opens_from_a_link(page: Open, shown: str, column: str, ids: int) -> None:
    app = page(table=shown)
    assert app.query_params["table"] == shown
    frames = [one.value for one in app.dataframe if column in one.value.columns]
    assert bool(frames) == bool(ids)
    for frame in frames:
        assert len(frame) >= ids


def test_the_story_of_the_bearings_stands_on_the_page(
    demo: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its amounts are exact behind what is rounded."""
    story = STORIES["off_contract"]
    answers = story["answers"]
    monkeypatch.setenv("CONCORD_HOME", str(demo.home))
    with opening(PAGE) as open_page:
        app = open_page(**story["selection"])
        outside = table(app, "cumulated")["outside"].max()
        assert round(outside, 2) == answers["category"]["off_contract_spend"]
        assert figures(app)["Off-contract share"] == "40.6 %"
        assert "Rapid Lager Handel GmbH" in app.subheader[0].value
        spend = table(open_page(), "cumulated").set_index("name")["spend"]
        dealer = round(float(spend["Rapid Lager Handel GmbH"]) * 1000, 2)
        assert dealer == answers["spend_with_supplier"]


def test_a_table_that_is_none_is_dropped_and_said(page: Open) -> None:
    app = page(table="moon")
    assert "The link's table “moon” was left out" in said(app)
    assert "cumulated" in app.dataframe[0].value.columns


def test_an_empty_selection_gives_reasons(page: Open) -> None:
    app = page(supplier="-", item="I1")
    assert "Nothing was invoiced here" in said(app)


def test_the_charts_are_drawn_and_names_are_harmless(
    store: Store, chromium: str, tmp_path: Path
) -> None:
    with (
        serving(store.home) as address,
        browser(chromium) as chrome,
        visit(chrome, f"{address}/suppliers", 1024, "dark") as seen,
    ):
        charts = seen.page.locator(".js-plotly-plot")
        assert charts.count() == 3
        assert "<b>Bolt</b>" in seen.page.locator("[data-testid=stMain]").inner_text()
        seen.click(seen.page.get_by_role("radio", name="Contracts", exact=True))
        seen.settle()
        assert "table=contracts" in seen.page.url
        assert seen.errors == []
        assert seen.strangers(address) == []
