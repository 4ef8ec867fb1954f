"""The load test of the benchmark: real sessions over a small store, and what it says of them."""

from pathlib import Path

import pytest

from bench.people import Change, Row, Selected, measure, section
from bench.session import Answer
from queries.migration import initialise
from queries.store import open_store
from tests.conftest import NOW
from tests.contract_files import Books
from tests.moving_company import SETTINGS, first_tables

MARCH = Selected("2026-01", "2026-03")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = open_store("", tmp_path / "served")
    initialise(store, {}, NOW, "test")
    Books(store, tmp_path).load(first_tables(), settings=SETTINGS)
    store.close()
    return tmp_path / "served"


def test_two_people_change_filters_for_three_seconds(home: Path) -> None:
    (row,) = measure(home, (2,), 3.0, every=0.5, pages=("budget", "suppliers"))
    assert row.errors == ()
    assert (row.people, len(row.opened)) == (2, 2)
    assert {change.page for change in row.changes} == {"budget", "suppliers"}
    assert all(change.answer.size > 0 for change in row.changes)
    assert min(row.memory) > 0
    assert row.server_cpu > row.driver_cpu > 0


def test_one_chooser_differs_in_a_step() -> None:
    supplier = Selected("2026-01", "2026-03", "supplier", "A")
    assert MARCH.steps(MARCH) == 0
    assert MARCH.steps(Selected("2026-01", "2026-02")) == 1
    assert MARCH.steps(supplier) == 1
    assert supplier.steps(Selected("2026-01", "2026-03", "supplier", "B")) == 1
    assert supplier.steps(Selected("2026-01", "2026-03", "item", "A")) == 2


def test_what_is_said_of_them() -> None:
    changes = [Change("budget", i % 5 < 3, Answer(i / 10, 2000, ())) for i in range(1, 21)]
    row = Row(2, 10.0, tuple(changes), ("budget: no",), (0.5,), (2**20, 2**21), 1.0, 0.1)
    said = section([row])
    assert (
        "| 2 | 20 | 60% | 1.10 s | 2.00 s | 2.00 s | 1 | 1, 2, 2, 2 | 50 ms | 0.10 | 0.01 |"
        " 500 ms |" in said
    )
    assert "| budget | 20 | 1.10 s / 2.00 s | 1.30 s / 1.90 s | 2 |" in said
    assert "- 2 people: budget: no" in said
    assert row.quantile(0.5, "terms") is None
