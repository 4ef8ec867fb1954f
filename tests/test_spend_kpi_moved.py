"""Against what the figures are held: the load before, or the review that was closed last."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from queries.migration import initialise
from queries.minutes import record_settings
from queries.selection import Pin, Selection
from queries.store import Store, open_store
from spend.changes import changes
from spend.kpi_moved import since, why
from spend.meetings import Meeting
from tests.contract_files import NOW, Books
from tests.minutes_by_hand import write
from tests.moving_company import SETTINGS, first_tables, invoice

YEAR = Selection("2026-01", "2026-03")


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two loads, a setting after the first; a test may add reviews, each its own."""
    folder: Path = tmp_path_factory.mktemp("moving")
    opened = open_store("", folder / "home")
    initialise(opened, SETTINGS, NOW, "test")
    books = Books(opened, folder)
    books.load(first_tables(), settings={"data_through": "2026-03-31"})
    with opened.minutes.begin() as book:
        record_settings(book, {"otif_days": "2"}, 1, NOW, "test")
    books.load({"invoice_line": [invoice("N3", "2026-03-12", 30)]})
    yield opened
    opened.close()


def closed(store: Store, name: str, batch: int) -> None:
    meeting = Meeting(name, "Joint review", date.fromisoformat(name), "closed")
    write(store, "meeting", name, meeting.body(), meeting.request, batch=batch)


def test_a_first_load_has_nothing_before_it(moving: Store) -> None:
    first = Selection(as_of=Pin(1, 0))
    assert "This is the first load" in since(moving, first).said
    assert why(moving, first) == ()


def test_figures_are_held_against_the_load_before_and_then_the_last_review(moving: Store) -> None:
    found = since(moving, YEAR)
    assert found.said.endswith("moved since load 1.")
    variance = next(one for one in why(moving, YEAR) if one.metric == "budget_variance")
    assert variance.effects["new documents"] == Decimal(30)
    closed(moving, "2026-11-20", batch=2)
    write(moving, "comment", "kpis", {"text": "Well held"}, "later", batch=2)
    found = since(moving, YEAR)
    assert found.said == "0 figures of 41 moved since the review of 20 November 2026."
    assert found.table is None
    assert not any(one.has_moved for one in why(moving, YEAR))
    closed(moving, "2026-11-21", batch=2)
    with moving.reader() as reader:
        closing = replace(YEAR, as_of=Pin(reader.batch, reader.minute))
    write(moving, "comment", "kpis", {"text": "Held again"}, "much later", batch=2)
    assert since(moving, YEAR).said.endswith("since the review of 21 November 2026.")
    assert since(moving, closing).said == found.said, "a closing is held against the one before"


def test_a_load_ends_where_the_next_one_comes(moving: Store) -> None:
    settings = len(SETTINGS) + 1
    with moving.reader() as now, moving.reader(Pin(1)) as first, moving.reader(Pin(2)) as last:
        assert first.minute == settings <= now.minute
        assert last.minute == now.minute


def test_changes_tell_tables_figures_causes_and_documents(moving: Store) -> None:
    report = changes(moving, 1, 2)
    assert report.table("tables").rows == (("invoice_line", 1, 0, 0),)
    assert "actual_spend" in [row[-1] for row in report.table("figures").rows]
    assert report.table("moved_documents").rows == (
        ("Invoice", "N3", "Acme", "new", None, Decimal(30), Decimal(30)),
    )
    causes = {row[-1]: row for row in report.table("moved").rows}
    assert causes["budget_variance"][5] == Decimal(30)  # new documents
    assert any("by new documents" in note.text for note in report.notes)


def test_a_new_budget_has_what_the_old_one_was_before_it(tmp_path: Path) -> None:
    """The table of figures and the causes say the same of a figure, whatever the version is."""
    store = open_store("", tmp_path / "home")
    initialise(store, SETTINGS, NOW, "test")
    books, tables = Books(store, tmp_path), first_tables()
    books.load(tables, settings={"data_through": "2026-03-31"})
    newer = [{**row, "version": "2027", "amount": 90} for row in tables["budget_line"]]
    books.load({"budget_line": newer})
    report = changes(store, 1, 2)
    causes = {row[-1]: row for row in report.table("moved").rows}["budget_variance"]
    figures = {row[-1]: row for row in report.table("figures").rows}["budget_variance"]
    assert (figures[1], figures[2]) == (causes[1], causes[-2])
    assert figures[1] is not None
    store.close()
