"""The benchmark on a ledger of a few lines: that it runs, and that all forms answer the same.

The hand-written SQL is a second computation of Concord's figures, from the lines as they came.
"""

from pathlib import Path

import pytest

from bench import asking, ledger, loading, reports, results, tables
from bench.__main__ import main
from bench.questions import FORMS, QUESTIONS
from queries.load import load
from queries.store import Store

LINES = 5_000
ASKED = [*asking.whole(), *asking.narrowed()]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    counts = ledger.write(LINES, folder)
    lines = sum(counts[name] for name in ledger.DOCUMENTS)
    assert abs(lines / LINES - 1) < 0.05
    return folder


@pytest.fixture(scope="module")
def held(kept_store: Store, files: Path) -> Store:
    """A store of the ledger, on each engine."""
    result = load(kept_store, files, now=loading.NOW, user="test")
    assert result.rejected == 0
    return kept_store


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_every_form_of_a_question_gives_the_same_answer(held: Store, one: asking.Asked) -> None:
    assert not any(asking.apart(held, one).values())


def test_a_ledger_is_the_same_every_time(files: Path, tmp_path: Path) -> None:
    ledger.write(LINES, tmp_path)
    for file in files.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_the_whole_benchmark_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"LINES": "1000", "ENGINES": "duckdb", "SELECTIONS": "1", "ROUNDS": "1"}
    for name, value in {**made, "BENCH_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    quick = {name: reports.ASKED[name] for name in ("budget", "supplier")}
    monkeypatch.setattr(reports, "ASKED", quick)
    monkeypatch.setattr(loading, "COPIES", 1)
    monkeypatch.setattr("bench.__main__.noise", lambda: [1.0])
    page = tmp_path / "results.md"
    main([], page)
    parts = results.read(page)
    assert [*parts] == [
        "about", "reports-duckdb", "questions-duckdb", "narrowed-duckdb", "load-duckdb",
    ]  # fmt: skip
    assert parts["questions-duckdb"].count("the same") == len(QUESTIONS)


def test_a_part_is_written_in_its_place_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    results.put("people", "Ten at once.", page)
    results.put("about", "A machine.", page)
    results.put("people", "Fifty at once.", page)
    assert results.read(page) == {"about": "A machine.", "people": "Fifty at once."}
    assert page.read_text(encoding="utf-8").index("A machine") < len("# What was measured\n") + 60


def test_growth_is_of_the_least_and_the_most_lines() -> None:
    took = {name: [10.0] for name in ("cold", "cpu", "in_store", "warm", "other")}
    reports = {"budget": {**took, "statements": [3], "errors": []}}
    times = {form: [10.0] for form in FORMS}
    asked = {"variance": {"took": times, "apart": {}, "rows": 1}}
    slower = {"variance": {"took": {form: [30.0] for form in FORMS}, "apart": {}, "rows": 1}}
    found = tables.every({
        "reports": {"duckdb": {"1000000": reports, "10000000": reports}},
        "questions": {"duckdb": {"1000000": asked, "10000000": slower}},
    })  # fmt: skip
    rows = found["growth-duckdb"].splitlines()
    assert "| budget | 10 | 10 | 1.0 | yes |" in rows
    assert "| Variance by cost centre and category | 10 | 30 | 3.0 | no |" in rows
