"""The banner of a pinned view: its load, what has changed since, and the way to the newest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.parts.places import FILES
from queries.load import LoadOptions, load
from queries.minutes import Draft, record_settings
from queries.store import Store
from tests import small_company
from tests.conftest import NOW
from tests.contract_files import Tables, write
from tests.opened_page import Open, figures, opening
from tests.opened_page import said as words

SECOND_LOAD = "1 newer load since"


def corrected() -> Tables:
    """An invoice of October that was dearer, and a new one; the rest stands."""
    first, second = small_company.tables()["invoice_line"][-2:]
    return {"invoice_line": [{**first, "amount": 75}, {**second, "invoice_id": "new"}]}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small company with one correction and one new invoice in a second load."""
    folder = tmp_path_factory.mktemp("pinned")
    opened = small_company.loaded(folder / "home", folder / "1")
    load(opened, write(folder / "2", corrected()), now=NOW, user="test")
    yield opened
    opened.close()


@pytest.fixture
def opened(twice: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("CONCORD_HOME", str(twice.home))
    with opening(FILES["budget"]) as open_page:
        yield open_page


@pytest.fixture
def once(tmp_path: Path) -> Iterator[Store]:
    """The small company, to be written to."""
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files")
    yield opened
    opened.close()


def test_the_banner_says_what_moved_by_amount_and_by_document(opened: Open) -> None:
    app = opened(as_of="1")
    told = words(app)
    assert "Pinned to load 1 of 2 November 2026, 08:10" in told
    assert f"{SECOND_LOAD}: Actual +€45.00 and 4 more of 12 figures here" in told
    assert "in all books 1 document is new and 1 was corrected." in told
    assert figures(app)["■ Actual"] == "€1.1 k"
    app.button(key="unpin").click().run()
    assert "Pinned" not in words(app)
    assert figures(app)["■ Actual"] == "€1.1 k"


def test_what_changed_is_worked_out_when_somebody_asks(opened: Open) -> None:
    app = opened(as_of="1")
    before = len(app.dataframe)
    app.session_state["changed_since"] = True
    app.run()
    moved, documents = (one.value for one in app.dataframe[:2])
    assert len(app.dataframe) == before + 2
    assert moved.iloc[0]["label"] == "Actual"
    assert sorted(documents["state"]) == ["corrected", "new"]
    assert sum(documents["change"]) == 45
    assert "Actual: what moved it" in words(app)


def test_other_figures_than_those_that_moved_are_told_apart(opened: Open) -> None:
    """The second load moved nothing in the months that are shown here."""
    app = opened(**{"from": "2026-01", "to": "2026-03", "as_of": "1"})
    assert f"{SECOND_LOAD}: no figure here has moved; in all books" in words(app)


def test_a_page_without_figures_says_what_was_loaded(
    twice: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(twice.home))
    with opening(FILES["data"]) as open_page:
        assert f"{SECOND_LOAD}: in all books 1 document is new" in words(open_page(as_of="1"))


def test_where_nothing_came_since_the_banner_says_so(opened: Open) -> None:
    app = opened(as_of="2")
    assert "Nothing has been loaded since." in words(app)
    assert not [one for one in app.expander if one.label == "What changed since"]


def test_a_policy_that_moved_figures_is_told_of_too(once: Store) -> None:
    """No load came, but a setting is another one since: the pin still holds what it showed."""
    with once.minutes.begin() as book:
        record_settings(book, {"data_through": "2026-09-30"}, 1, NOW, "test")
    with opening(FILES["budget"]) as open_page:
        told = words(open_page(**{"from": "2026-01", "to": "2026-10", "as_of": "1.3"}))
    assert "Pinned to load 1" in told
    assert "No newer load: " in told


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("decision", "Nothing has been loaded since."),
        ("scenario", "No newer load: no figure here has moved."),
    ],
)
def test_what_moves_no_figure_is_said_to(once: Store, kind: str, said: str) -> None:
    """A decision is said about figures; a scenario of terms may move cash, and moved none here."""
    once.record(Draft("r", kind, "terms", {"text": "Yes"}, "", "finance", "Ann"), 1, NOW)
    with opening(FILES["budget"]) as open_page:
        assert said in words(open_page(as_of="1.3"))


def test_what_the_newest_load_does_not_know_is_named(once: Store, tmp_path: Path) -> None:
    """A replacing load without the supplier that the link selects: the pin still shows it."""
    lines = [one for one in small_company.tables()["invoice_line"] if one["supplier_id"] != "S2"]
    rows: Tables = {"supplier": [{"supplier_id": "S1", "name": "Acme"}], "invoice_line": lines}
    load(once, write(tmp_path / "2", rows), now=NOW, user="test", options=LoadOptions(replace=True))
    with opening(FILES["budget"]) as open_page:
        app = open_page(as_of="1", supplier=["S2"])
        assert f"{SECOND_LOAD}: the newest has no supplier S2" in words(app)
        assert figures(app)["■ Actual"] == "€400"
        app.button(key="unpin").click().run()
        assert not app.exception
        assert "supplier" not in app.query_params


# --- Figures that somebody saw otherwise ---------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ({"actual_spend": "1100.00"}, ""),
        ({"actual_spend": "1100"}, ""),
        (
            {"actual_spend": "1099.99", "gone_figure": "1"},
            "Actual: Ann saw €1,099.99 on 2 November 2026; "
            "this version of Concord computes €1,100.00.",
        ),
        ({"actual_spend": "<b>"}, ""),
    ],
    ids=str,
)
def test_who_saw_another_figure_on_this_pin_is_told(
    once: Store, seen: dict[str, str], told: str
) -> None:
    link = "http://elsewhere:8501/concord/budget?as_of=1.3&by=supplier"
    body = {"text": "Yes"}
    once.record(Draft("r", "comment", "budget", body, link, "finance", "Ann", seen), 1, NOW)
    with opening(FILES["budget"]) as open_page:
        app = open_page(as_of="1.3", by="supplier")
        assert ("this version" in words(app)) == bool(told)
        assert told in words(app)
        assert "this version" not in words(open_page(as_of="1.3")), "another view"


def test_what_is_written_on_a_pin_is_seen_there(once: Store) -> None:
    """What the page itself records on a pinned view never reads as another figure there."""
    with opening(FILES["kpis"]) as open_page:
        app = open_page(as_of="1.3")
        app.text_input(key="text_comment").set_value("Held").run()
        app.button(key="save_comment").click().run()
        app.run()
        assert "Held" in words(app)
        assert "this version" not in words(app)
    with once.reader() as reader:
        (entry,) = reader.entries("comment")
    assert entry.link.endswith("/overview?as_of=1.3")
    assert entry.figures
