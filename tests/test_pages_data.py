"""The data page: what is loaded and rejected, whether it ties out, and uploads that run once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from queries import batches
from queries.store import open_store
from tests import small_company
from tests.browser import PATIENCE, browser, serving, visit
from tests.conftest import ROOT

PAGE = "pages/reference/data.py"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppTest]:
    """The data page over the small company."""
    small_company.loaded(tmp_path / "home", tmp_path / "files").close()
    st.cache_resource.clear()
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    yield opened.switch_page(PAGE).run()
    st.cache_resource.clear()


def test_every_load_accounts_for_every_record(app: AppTest) -> None:
    assert not app.exception
    loads = app.dataframe[0].value
    counted = loads[["loaded", "unchanged", "superseded", "rejected"]].sum(axis=1)
    assert list(loads["read"]) == list(counted)


def test_the_page_says_what_was_loaded_when_and_by_whom(app: AppTest) -> None:
    said = app.caption[0].value.replace("\\", "")
    assert "Load 1 of 2 November 2026" in said
    assert "by test" in said
    assert "data through 31 October 2026" in said


def test_an_empty_store_offers_the_upload(tmp_path: Path) -> None:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page(PAGE).run()
    assert not app.exception


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """`spend serve` over the small company, and its home."""
    home = tmp_path / "home"
    small_company.loaded(home, tmp_path / "files").close()
    with serving(home) as url:
        yield url, home


def loads(home: Path) -> int:
    """How many loads a store has had."""
    store = open_store("", home)
    with store.reader() as reader:
        count = len(batches.batches(reader))
    store.close()
    return count


def test_an_upload_loads_once_however_often_it_is_pressed(
    chromium: str, served: tuple[str, Path], tmp_path: Path
) -> None:
    url, home = served
    good = tmp_path / "supplier.csv"
    good.write_text("supplier_id,name\nS9,New\n,nameless\n", encoding="utf-8")
    with browser(chromium) as chrome, visit(chrome, f"{url}/data") as seen:
        seen.page.set_input_files("input[type=file]", [good])
        button = seen.page.get_by_role("button", name="Load", exact=True)
        expect(button).to_be_enabled(timeout=PATIENCE)
        seen.click(button, times=2)
        seen.page.get_by_text("Load 2 is in").wait_for(timeout=PATIENCE)
        seen.settle()
        assert "rejected: 1 record" in seen.page.locator("[data-testid=stAlert]").inner_text()
    assert loads(home) == 2


def test_a_file_that_cannot_be_loaded_is_one_line(
    chromium: str, served: tuple[str, Path], tmp_path: Path
) -> None:
    url, home = served
    bad = tmp_path / "nonsense.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    with browser(chromium) as chrome, visit(chrome, f"{url}/data") as seen:
        seen.page.set_input_files("input[type=file]", [bad])
        button = seen.page.get_by_role("button", name="Load", exact=True)
        expect(button).to_be_enabled(timeout=PATIENCE)
        seen.click(button)
        seen.page.get_by_text("no table is called nonsense").wait_for(timeout=PATIENCE)
    assert loads(home) == 1
