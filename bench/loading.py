"""How long a load takes: the whole ledger, and one line in a hundred of it changed."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

import duckdb
import psycopg
from sqlalchemy import make_url

from bench import ledger
from bench.places import Bench
from bench.timing import timed
from queries.contract import CONTRACT_COLUMNS
from queries.load import load
from queries.store import open_store

NOW = datetime.fromisoformat(ledger.DATA_THROUGH)
COPIES = 3
KINDS = {
    "text": "VARCHAR", "date": "DATE", "boolean": "BOOLEAN", "integer": "INTEGER",
    "amount": "DECIMAL(18,2)", "price": "DECIMAL(18,6)", "quantity": "DECIMAL(18,6)",
    "share": "DECIMAL(18,6)", "rate": "DECIMAL(18,12)",
}  # fmt: skip
KEYS_OF = {
    "purchase_order_line": "po_id", "goods_receipt": "receipt_id", "invoice_line": "invoice_id",
    "payment": "payment_id",
}  # fmt: skip
Notify = Callable[[str], None]


def measured(bench: Bench, notify: Notify) -> dict[str, Any]:
    """Load a ledger into an empty store, and then its changed lines; a bare COPY beside it."""
    bench.emptied()
    bare = [_bare(bench)]
    notify(f"bare COPY: {bare[0]:.1f} s")
    whole = _loaded(bench, bench.ledger)
    notify(f"load: {whole['seconds']:.1f} s, {whole['memory'] >> 20} MB")
    size = bench.bytes()
    bare += [_bare(bench) for _ in range(COPIES - 1)]
    (bench.home / "loaded").touch()
    return {"bare": bare, "whole": whole, "bytes": size}


def measured_change(bench: Bench, notify: Notify) -> dict[str, Any]:
    """Load one line in a hundred changed, into a copy of the store: what it was stays."""
    _write_changed(bench)
    with bench.copied() as copy:
        part = _loaded(copy, bench.changed)
    notify(f"load of one line in a hundred: {part['seconds']:.1f} s")
    return part


# --- A load --------------------------------------------------------------------------------------


def _loaded(bench: Bench, files: Path) -> dict[str, Any]:
    """A load in a process of its own, so that its memory is its own: seconds, bytes and counts."""
    asked = [sys.executable, "-m", "bench.loading", str(files), str(bench.home), bench.url]
    said = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def _load(files: Path, home: Path, url: str) -> dict[str, Any]:
    store = open_store(url, home)
    try:
        seconds, result = timed(lambda: load(store, files, now=NOW, user="bench", notify=_progress))
    finally:
        store.close()
    most = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return {
        "seconds": seconds / 1000,
        "memory": most * (1 if sys.platform == "darwin" else 1024),
        "read": sum(table.read for table in result.tables),
        "rejected": result.rejected,
        "loaded": sum(table.loaded + table.superseded for table in result.tables),
    }


def _progress(line: str) -> None:
    print(f"    {line}", file=sys.stderr, flush=True)


# --- A bare COPY ---------------------------------------------------------------------------------


def _bare(bench: Bench) -> float:
    """Seconds that the engine's own COPY takes for the same files, into typed tables."""
    copy = _bare_postgresql if bench.url else _bare_duckdb
    return timed(lambda: copy(bench))[0] / 1000


def _bare_duckdb(bench: Bench) -> None:
    target = bench.folder / "bare.duckdb"
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as engine:
        for file in sorted(bench.ledger.glob("*.csv")):
            engine.execute(f"CREATE TABLE {file.stem} ({_columns(file)})")
            engine.execute(f"COPY {file.stem} FROM '{file}' (HEADER)")
        engine.execute("CHECKPOINT")
    target.unlink()


def _bare_postgresql(bench: Bench) -> None:
    url = make_url(bench.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA bare")
        for file in sorted(bench.ledger.glob("*.csv")):
            cursor.execute(f"CREATE TABLE bare.{file.stem} ({_columns(file)})".encode())
            asked = f"COPY bare.{file.stem} FROM STDIN (FORMAT csv, HEADER)"
            with file.open("rb") as source, cursor.copy(asked.encode()) as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA bare CASCADE")


def _columns(file: Path) -> str:
    with file.open(encoding="utf-8") as source:
        names = source.readline().strip().split(",")
    kinds = {column.name: KINDS[column.kind] for column in CONTRACT_COLUMNS[file.stem]}
    return ", ".join(f"{name} {kinds[name]}" for name in names)


# --- One line in a hundred -----------------------------------------------------------------------

# What is different of each document that is sent again.
CHANGES = {
    "purchase_order_line": "quantity + 1 AS quantity",
    "goods_receipt": "received_on + 1 AS received_on",
    "invoice_line": "amount + 1 AS amount",
    "payment": "amount + 1 AS amount",
}


def _write_changed(bench: Bench) -> None:
    """The documents of one order in a hundred, over the whole history, with other content."""
    bench.changed.mkdir(exist_ok=True)
    with duckdb.connect() as engine:
        for name, change in CHANGES.items():
            source, target = (folder / f"{name}.csv" for folder in (bench.ledger, bench.changed))
            number = f"regexp_extract({KEYS_OF[name]}, '[0-9]+')::BIGINT"
            if name == "goods_receipt":
                number = f"{number} // 3"  # numbered by the order's lines
            engine.execute(
                f"COPY (SELECT * REPLACE ({change}) FROM read_csv('{source}') "
                f"WHERE {number} % 100 = 7) TO '{target}' (HEADER)"
            )


if __name__ == "__main__":
    print(json.dumps(_load(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
