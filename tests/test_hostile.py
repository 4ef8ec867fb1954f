"""Hostile files end to end: loaded exactly, rejected with reasons, or one line and no change."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from queries import schema
from queries.errors import ConcordError
from queries.load import load
from queries.store import Store, open_store
from tests import hostile, hostile_files
from tests.command_line import spend
from tests.conftest import ALL
from tests.contract_files import NOW, Tables, write
from tests.footprint import Footprint, footprint
from tests.hostile import Case

SOUND: Tables = {
    "supplier": [{"supplier_id": "K1", "name": "Kept"}],
    "exchange_rate": [{"date": "2024-01-01", "currency": "USD", "rate": "0.9"}],
    "payment_term": [{"payment_term_code": "K30", "net_days": 30}],
    "invoice_line": [
        {"invoice_id": "K1", "line_no": 1, "invoice_date": "2024-01-05", "supplier_id": "K1",
         "amount": "100.25", "currency": "USD"},
    ],
}  # fmt: skip

# A column takes 16 digits before the point; what a sum of many can hold is less.
AT_THE_STORE = {
    "the largest amount": {"outcome": "rejects", "loaded": 0, "rejected": 1, "values": {},
                           "reason": "too large"},
}  # fmt: skip
CASES = [replace(case, **AT_THE_STORE.get(case.name, {})) for case in hostile.CASES]  # type: ignore[arg-type]
REFUSED = [case for case in CASES if case.outcome == "error"]
BAD = [case for case in CASES if case.outcome == "rejects"]
GOOD = [case for case in CASES if case.outcome == "loads"]
TRIED = CASES if ALL else [*REFUSED, *BAD[::3], *GOOD[::2]]
ON_A_SERVER = (
    "sql in a name", "line break in quotes", "1e15 is exact", "the largest amount",
    "nul in a name", "zip bomb",
)  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Footprint]:
    """The home of a store with one small sound load, to be copied, and what it holds."""
    folder = tmp_path_factory.mktemp("sound")
    store = open_store("", folder / "home")
    load(store, write(folder / "files", SOUND), now=NOW, user="test")
    return folder / "home", footprint(store)


@pytest.fixture
def embedded(sound: tuple[Path, Footprint], tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own that already holds the sound load."""
    shutil.copytree(sound[0], tmp_path / "home")
    opened = open_store("", tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where temporary files go: it must be empty when all is done."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def built(case: Case, folder: Path) -> Path:
    """The case's files."""
    folder.mkdir()
    return case.build(folder)


def text(value: object) -> str | None:
    """A value as its file might have written it."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def takes(store: Store, case: Case, source: Path, before: Footprint) -> None:
    """The source loads exactly what the case says, and touches nothing else."""
    result = load(store, source, now=NOW, user="test")
    (count,) = (t for t in result.tables if t.table_name == case.table)
    assert count.read == count.loaded + count.unchanged + count.superseded + count.rejected
    assert (count.loaded, count.rejected) == (case.loaded, case.rejected)
    after = footprint(store)
    assert after.batch == before.batch + 1 == result.batch
    for name, table in schema.contract_tables.items():
        place = [c.name for c in table.columns].index("batch_from")
        new = [row for row in after.tables[name] if row[place] == after.batch]
        assert [row for row in after.tables[name] if row not in new] == before.tables[name]
        assert len(new) == (case.loaded if name == case.table else 0)
        if name == case.table:
            holds(case, [dict(zip(table.columns.keys(), row, strict=True)) for row in new])
    says_why(case, [row for row in after.tables["reject"] if row[0] == after.batch])
    tidy(store, after)


def holds(case: Case, rows: list[dict[str, object]]) -> None:
    """The new rows have the values that the case states, in key order."""
    keys = schema.keys(schema.contract_tables[case.table])
    rows.sort(key=lambda row: [str(row[key]) for key in keys])
    for column, expected in case.values.items():
        assert tuple(text(row[column]) for row in rows) == expected


def says_why(case: Case, rejects: list[tuple[object, ...]]) -> None:
    """Every reject names its record and its reason."""
    names = [c.name for c in schema.reject.columns]
    rows = [dict(zip(names, row, strict=True)) for row in rejects]
    assert len({(row["file"], row["record"]) for row in rows}) == case.rejected
    for row in rows:
        assert row["table_name"] == case.table
        assert isinstance(row["record"], int)
        assert case.reason in str(row["reason"])


def tidy(store: Store, after: Footprint) -> None:
    """One generation, no working files, and a file of rejects only where there are some."""
    names = set(after.files)
    assert not {name for name in names if name.startswith("scratch/")}
    generations = {name for name in names if name.startswith("facts.")}
    current = (store.home / "current").read_text().strip() if generations else ""
    assert generations <= {f"facts.{current}.duckdb"}
    rejected = bool([row for row in after.tables["reject"] if row[0] == after.batch])
    assert any(name.startswith(f"rejects/{after.batch}/") for name in names) == rejected


def refuses(store: Store, case: Case, source: Path, before: Footprint) -> None:
    """The source is one line, and the store is as it was."""
    with pytest.raises(ConcordError) as caught:
        load(store, source, now=NOW, user="test")
    assert case.message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert footprint(store) == before


@pytest.mark.parametrize("case", TRIED, ids=lambda case: case.name)
def test_a_file_loads_exactly_or_changes_nothing(
    case: Case, embedded: Store, sound: tuple[Path, Footprint], temporary: Path, tmp_path: Path
) -> None:
    check = refuses if case.outcome == "error" else takes
    check(embedded, case, built(case, tmp_path / "source"), sound[1])
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("name", ON_A_SERVER)
def test_a_server_store_is_as_strict(
    name: str, postgresql: str, temporary: Path, tmp_path: Path
) -> None:
    (case,) = (case for case in CASES if case.name == name)
    store = open_store(postgresql, tmp_path / "home")
    load(store, write(tmp_path / "files", SOUND), now=NOW, user="test")
    source = built(case, tmp_path / "source")
    check = refuses if case.outcome == "error" else takes
    check(store, case, source, footprint(store))
    assert list(temporary.iterdir()) == []
    store.close()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_the_command_line_says_one_line(
    case: Case, embedded: Store, sound: tuple[Path, Footprint], temporary: Path, tmp_path: Path
) -> None:
    outcome = spend("load", built(case, tmp_path / "source"))
    if case.name == "no such path":
        assert outcome.code == 2, "a path that is not there is bad usage"
    else:
        assert (outcome.code, outcome.out) == (1, "")
        assert case.message in outcome.complaint
        assert outcome.err.splitlines()[-1] == outcome.complaint
    assert "Traceback" not in outcome.err
    assert footprint(embedded) == sound[1]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("case", BAD[::6], ids=lambda case: case.name)
def test_a_strict_load_of_bad_rows_is_one_line_and_no_change(
    case: Case, embedded: Store, sound: tuple[Path, Footprint], temporary: Path, tmp_path: Path
) -> None:
    outcome = spend("load", built(case, tmp_path / "source"), "--strict")
    assert outcome.code == 1
    assert case.reason in outcome.complaint
    assert footprint(embedded) == sound[1]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("name", ["sup\nplier.csv", "supplier\x1b[2J.csv", "supplier.csv\n"])
def test_a_hostile_name_is_one_line(name: str, embedded: Store, tmp_path: Path) -> None:
    case = Case("name", hostile_files.one_file(name, hostile.ONE), "error")
    with pytest.raises(ConcordError) as caught:
        load(embedded, built(case, tmp_path / "source"), now=NOW, user="test")
    assert str(caught.value).isprintable()


def test_hostile_column_names_are_one_line(embedded: Store, tmp_path: Path) -> None:
    header = hostile_files.one_file("supplier.csv", 'supplier_id,"na\nme",x\x1b[2J\nS1,One,1\n')
    with pytest.raises(ConcordError, match="column name is missing") as caught:
        load(embedded, built(Case("header", header, "error"), tmp_path / "s"), now=NOW, user="x")
    assert str(caught.value).isprintable()


def test_there_are_enough_hostile_files() -> None:
    assert len({case.name for case in TRIED}) >= 60
