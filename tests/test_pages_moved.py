"""Why figures moved, on the overview: told to whoever unfolds it, in the figures' own units."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from queries.migration import initialise
from queries.store import open_store
from tests.contract_files import NOW, Books
from tests.moving_company import SETTINGS, first_tables, invoice
from tests.opened_page import opening, said


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two loads, of which the second has one more invoice."""
    place = tmp_path / "books"
    store = open_store("", place)
    initialise(store, SETTINGS, NOW, "test")
    books = Books(store, tmp_path)
    books.load(first_tables(), settings={"data_through": "2026-02-28"})
    books.load({"invoice_line": [invoice("N3", "2026-02-12", 30)]})
    store.close()
    monkeypatch.setenv("CONCORD_HOME", str(place))
    return place


def test_the_overview_says_why_the_headline_figures_moved(home: Path) -> None:
    with opening("pages/together/overview.py") as open_page:
        app: AppTest = open_page()
        told = "Variance went from −€30.00 to €0: +€30.00 by new documents."
        assert told not in said(app)
        app.session_state["why_moved"] = True
        app.run()
        assert not app.exception
        assert told in said(app)
        assert "Days to pay stayed at 40.0 days." in said(app)
        assert "leave €0.00" in said(app)
