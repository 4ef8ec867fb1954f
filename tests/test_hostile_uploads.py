"""Hostile uploads: names that wander, files that explode, mappings that would run on the server."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.errors import ConcordError
from queries.load import load
from queries.store import Store, open_store
from spend.data import upload
from tests import hostile_files as files
from tests.contract_files import NOW, write
from tests.footprint import files as held_files
from tests.footprint import footprint

ONE = b"supplier_id,name\nS1,One\n"
Files = list[tuple[str, bytes]]


def bomb(build: files.Build, name: str) -> bytes:
    """The bytes of one of the exploding files."""
    with tempfile.TemporaryDirectory() as folder:
        return (build(Path(folder)) / name).read_bytes()


REFUSED: dict[str, tuple[Files, str]] = {
    "mapping": ([("mapping.toml", b"[supplier]\n")], "on the server"),
    "mapping in capitals": ([("MAPPING.TOML", b"")], "on the server"),
    "settings": ([("supplier.csv", ONE), ("settings.toml", b"")], "on the server"),
    "mapping under a path": ([("../../etc/x.toml", b"")], "on the server"),
    "hidden": ([(".supplier.csv", ONE)], "not a file name"),
    "hidden under a path": ([("../.ssh/.profile", ONE)], "not a file name"),
    "no name": ([("", ONE)], "not a file name"),
    "this folder": ([(".", ONE)], "not a file name"),
    "the folder above": ([("../..", ONE)], "not a file name"),
    "only a slash": ([("/", ONE)], "not a file name"),
    "nul in a name": ([("supplier\0.csv", ONE)], "not a file name"),
    "line break in a name": ([("supplier\n.csv", ONE)], "not a file name"),
    "terminal escape in a name": ([("\x1b[2Jsupplier.csv", ONE)], "not a file name"),
    "turned around": ([("supplier\u202evsc.exe", ONE)], "not a file name"),
    "lone surrogate in a name": ([("supplier\ud800.csv", ONE)], "not a file name"),
    "endless name": ([("s" * 5000 + ".csv", ONE)], "not a file name"),
    "endless name of few signs": ([("供" * 90 + ".csv", ONE)], "not a file name"),
    "html for a name": ([("<img src=x onerror=alert(1)>.csv", ONE)], "no table is called"),
    "unknown table": ([("suppliers.csv", ONE)], "did you mean supplier?"),
    "wrong kind": ([("supplier.exe", ONE)], "not a file Concord reads"),
    "no extension": ([("supplier", ONE)], "not a file Concord reads"),
    "page for a table": ([("supplier.csv", b"<!DOCTYPE html>")], "web page"),
    "same name twice": ([("a/supplier.csv", ONE), ("b/supplier.csv", b"x")], "given twice"),
    "two files for a table": ([("supplier.csv", ONE), ("SUPPLIER.CSV", ONE)], "both hold"),
    "gzip bomb": ([("supplier.csv.gz", bomb(files.gzip_bomb, "supplier.csv.gz"))], "times its"),
    "zip bomb": ([("supplier.xlsx", bomb(files.zip_bomb, "supplier.xlsx"))], "times its size"),
    "xml bomb": ([("supplier.xlsx", bomb(files.xml_bomb, "supplier.xlsx"))], "damaged"),
    "empty": ([("supplier.csv", b"")], "empty"),
    "nothing": ([], "no table"),
    "good beside bad": ([("supplier.csv", ONE), ("item.csv", b"\xff\xfe\xff")], "item.csv"),
}
WANDERING = (
    "../../supplier.csv",
    "..\\..\\supplier.csv",
    "C:\\Users\\x\\supplier.csv",
)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where uploads are put meanwhile."""
    folder = tmp_path / "deep" / "temporary"
    folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, str]]]:
    """A store with a small load, that no refused upload may change."""
    folder = tmp_path_factory.mktemp("sound")
    store = open_store("", folder / "home")
    source = write(folder / "files", {"supplier": [{"supplier_id": "K1", "name": "Kept"}]})
    load(store, source, now=NOW, user="test")
    store.close()
    yield store, held_files(store.home)
    store.close()


def send(store: Store, given: Files) -> int:
    """Upload; the load's number."""
    return upload(store, given, replace=False, strict=False, now=NOW, user="test").batch


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_upload_is_one_line_and_no_change(
    name: str, shared: tuple[Store, dict[str, str]], temporary: Path
) -> None:
    given, message = REFUSED[name]
    store, before = shared
    with pytest.raises(ConcordError) as caught:
        send(store, given)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()
    assert held_files(store.home) == before, "the facts are one file, the same to the byte"
    assert list(temporary.iterdir()) == []


def test_a_name_that_wanders_loads_where_it_belongs(temporary: Path, tmp_path: Path) -> None:
    store = open_store("", tmp_path / "home")
    for number, name in enumerate(WANDERING, 1):
        assert send(store, [(name, b"supplier_id,name\nS%d,=cmd()\n" % number)]) == number
    held = footprint(store)
    assert len(held.tables["supplier"]) == len(WANDERING)
    assert {row[1] for row in held.tables["batch"]} == {"upload"}
    assert {row[1] for row in held.tables["batch_file"]} == {"supplier.csv"}
    assert list(temporary.iterdir()) == []
    found = {path for path in tmp_path.rglob("supplier*") if "home" not in path.parts}
    assert found == set()
    store.close()
