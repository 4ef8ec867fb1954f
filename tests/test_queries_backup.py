"""Backups: out of one store and into another, of the same engine or the other."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from queries import minute_tables, minutes, schema
from queries.backup import backup, restore
from queries.check import check
from queries.errors import ConcordError
from queries.migration import is_initialised
from queries.selection import Pin
from queries.store import Store, open_store
from tests.contract_files import NOW, Books, everything, ordered

ODD = [
    "\\N",
    "\\",
    "",
    'a "quoted", cell',
    "two\nlines\r\nand\rmore",
    "Ω ünï 🎉",
    "NULL",
    "-0",
    "'",
]


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    """Three loads that supersede rows, with rejects, and settings written down."""
    books = Books(store, tmp_path)
    suppliers = [{"supplier_id": f"S{n}", "name": text or "x", "country": text}
                 for n, text in enumerate(ODD)]  # fmt: skip
    rates = [{"date": "2026-01-01", "currency": "VND", "rate": "0.000000034567"}]
    lines = [
        {"invoice_id": f"I{n}", "line_no": 1, "invoice_date": f"2026-01-0{n + 1}",
         "supplier_id": f"S{n}", "amount": 10**n, "quantity": "0.000001", "currency": "VND"}
        for n in range(9)
    ]  # fmt: skip
    books.load({"supplier": suppliers, "exchange_rate": rates, "invoice_line": lines})
    books.load({"supplier": [{"supplier_id": "S1", "name": "New"}], "invoice_line": [
        {**lines[1], "amount": 5}, {**lines[2], "amount": "five"}, {**lines[3], "currency": "XXX"},
    ]})  # fmt: skip
    with store.minutes.begin() as book:
        minutes.record_settings(book, {"budget_version": "\\N v2"}, 2, NOW, "test")
    books.load({"exchange_rate": [{**rates[0], "rate": 2}]}, settings={"data_through": NOW.date()})
    return books


@pytest.fixture(params=["embedded", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Another store, of either engine, that nobody has set up."""
    url = request.getfixturevalue("other_postgresql") if request.param == "postgresql" else ""
    opened = open_store(url, tmp_path / "other")
    yield opened
    opened.close()


def whole(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, history included."""
    with store.reader() as reader, store.minutes.connect() as book:
        found = {
            table.name: ordered(map(tuple, reader.rows(select(table))))
            for table in schema.facts.sorted_tables
        }
        for table in minute_tables.metadata.sorted_tables:
            found[table.name] = ordered(map(tuple, book.execute(select(table))))
        return found


def test_a_backup_restores_into_either_engine(books: Books, other: Store, tmp_path: Path) -> None:
    backup(books.store, tmp_path / "store.zip")
    restore(other, tmp_path / "store.zip", NOW, "test")
    assert whole(other) == whole(books.store)
    for pin in (Pin(1), Pin(2, 0), Pin(2), Pin(3)):
        with books.store.reader(pin) as one, other.reader(pin) as copy:
            assert everything(copy) == everything(one)
            assert copy.settings == one.settings
    with other.reader() as reader:
        assert not [found for found in check(reader) if found.severity == "error"]
    again = Books(other, tmp_path / "again").load(
        {"supplier": [{"supplier_id": "S1", "name": "New", "country": "\\"}]}
    )
    assert (again.batch, again.tables[0].unchanged) == (4, 1)


def test_a_restore_replaces_what_was_there(store: Store, tmp_path: Path) -> None:
    books = Books(store, tmp_path)
    books.load({"supplier": [{"supplier_id": "S1", "name": "One"}]})
    before = whole(store)
    backup(store, tmp_path / "store.zip")
    with store.reader() as reader:
        held = everything(reader)
        books.load({"supplier": [{"supplier_id": "S2", "name": "Two"}]})
        restore(store, tmp_path / "store.zip", NOW, "test")
        assert everything(reader) == held
    assert whole(store) == before


def changed(
    source: Path, target: Path, member: str, change: Callable[[bytes], bytes | None]
) -> None:
    """A copy of a zip with one member changed, or left out."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            new = change(content) if name == member else content
            if new is not None:
                copy.writestr(name, new)


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "missing": lambda source, target: None,
    "empty": lambda source, target: target.write_bytes(b""),
    "not a zip": lambda source, target: target.write_text("supplier_id,name\n"),
    "cut short": lambda source, target: target.write_bytes(source.read_bytes()[:-2000]),
    "a byte turned": lambda source, target: target.write_bytes(
        source.read_bytes().replace(b"manifest", b"manifesd", 1)
    ),
    "no manifest": lambda source, target: changed(
        source, target, "manifest.json", lambda _: None
    ),
    "an odd manifest": lambda source, target: changed(
        source, target, "manifest.json", lambda _: b"[]"
    ),
    "a later version": lambda source, target: changed(
        source, target, "manifest.json", lambda old: old.replace(b'"version": ', b'"version": 9')
    ),
    "a table gone": lambda source, target: changed(
        source, target, "facts/spend_flow.csv", lambda _: None
    ),
    "a cell turned": lambda source, target: changed(
        source, target, "facts/invoice_line.csv", lambda old: old.replace(b"2026-", b"x026-")
    ),
    "lines lost": lambda source, target: changed(
        source, target, "facts/invoice_line.csv", lambda old: old[: len(old) // 2]
    ),
    "minutes turned": lambda source, target: changed(
        source, target, "minutes/setting.csv", lambda old: old.replace(b"2026-", b"x026-")
    ),
}  # fmt: skip


def test_a_damaged_backup_is_one_line_and_changes_nothing(books: Books, tmp_path: Path) -> None:
    before, good = whole(books.store), tmp_path / "store.zip"
    backup(books.store, good)
    empty = open_store("", tmp_path / "empty")
    for name, damage in DAMAGE.items():
        bad = tmp_path / f"{name}.zip"
        damage(good, bad)
        for store in (books.store, empty) if name == "cut short" else (books.store,):
            with pytest.raises(ConcordError, match=name) as caught:
                restore(store, bad, NOW, "test")
            assert "\n" not in str(caught.value)
    assert not is_initialised(empty)
    assert whole(books.store) == before
    assert [path.name for path in tmp_path.glob("*.part")] == []
    empty.close()
