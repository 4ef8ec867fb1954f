"""`spend pack`: a review's files, the same whenever they are made, and clear answers otherwise."""

from datetime import date
from pathlib import Path

import pytest

from tests import small_company
from tests.command_line import Outcome, spend
from tests.reviews_held import held

NAME = "2026-11-22"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small company with one closed review, for tests that only read it."""
    folder = tmp_path_factory.mktemp("pack")
    store = small_company.loaded(folder / "home", folder / "files")
    held(store, date(2026, 11, 22), proposed=1)
    store.close()
    return str(folder / "home")


def pack(home: str, *words: str | Path) -> Outcome:
    return spend("pack", *words, CONCORD_HOME=home)


def test_both_files_are_written_into_this_folder(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = pack(home, NAME)
    names = [f"concord-review-{NAME}.{ending}" for ending in ("pptx", "xlsx")]
    assert outcome.code == 0
    assert outcome.out.split() == names
    first = [(tmp_path / name).read_bytes() for name in names]
    assert all(content[:2] == b"PK" for content in first)
    assert pack(home, NAME).code == 0
    assert [(tmp_path / name).read_bytes() for name in names] == first


def test_one_file_is_written_where_it_is_asked_for(home: str, tmp_path: Path) -> None:
    file = tmp_path / "pack.xlsx"
    assert pack(home, NAME, "--output", file).out.strip() == str(file)
    assert [one.name for one in tmp_path.iterdir()] == ["pack.xlsx"]


def test_an_unknown_review_is_one_line_that_lists_those_there_are(home: str) -> None:
    outcome = pack(home, "2020-01-01")
    assert outcome.code == 1
    assert outcome.complaint == f"spend: there is no review '2020-01-01'; there are: {NAME}"


def test_a_file_of_another_kind_is_bad_usage(home: str, tmp_path: Path) -> None:
    assert pack(home, NAME, "--output", tmp_path / "pack.doc").code == 2
    assert not list(tmp_path.iterdir())
