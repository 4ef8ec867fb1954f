"""The benchmark: write ledgers, load them, ask, and write bench/results.md.

``python -m bench [PART …]`` runs some parts: load, reports, questions, narrowed, change, people.
Without, all but the people. ``LINES`` and ``ENGINES`` say of what, ``BENCH_HOME`` where,
``SELECTIONS`` and ``ROUNDS`` how often; with ``REUSE=1`` a ledger and a store that are there
already are used again.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import asking, loading, people, reports, results, server, tables
from bench.places import DUCKDB, ENGINES, POSTGRESQL, Bench, home, keep, kept
from bench.timing import noise, spread

ALONE = "people"  # takes minutes, and the whole machine
PARTS = ("load", "reports", "questions", "narrowed", "change")
LINES, ALL_ENGINES = "1000000 10000000", f"{DUCKDB} {POSTGRESQL}"
BEGAN = time.monotonic()


def main(parts: list[str], page: Path = results.RESULTS) -> None:
    """Run some parts of the benchmark, or all, and write the page."""
    if unknown := sorted({*parts} - {*PARTS, ALONE}):
        raise SystemExit(f"no part {unknown[0]!r}: there are {', '.join((*PARTS, ALONE))}")
    moods: list[float] = []
    with ExitStack() as stack:
        for bench in _benches(stack):
            moods += noise()
            _run(bench, parts or [*PARTS], page)
            moods += noise()
            for name, text in tables.every(kept()).items():
                results.put(name, text, page)
            results.put("about", _about(moods, bench), page)


def _benches(stack: ExitStack) -> Iterator[Bench]:
    """Every size in every engine; the server runs while it is asked."""
    engines = os.environ.get("ENGINES", ALL_ENGINES).split()
    if unknown := sorted({*engines} - {*ENGINES}):
        raise SystemExit(f"no engine {unknown[0]!r}: there are {', '.join(ENGINES)}")
    for engine in engines:
        served = server.served(home() / engine) if engine == POSTGRESQL else None
        url = stack.enter_context(served) if served else ""
        for lines in map(int, os.environ.get("LINES", LINES).split()):
            folder = home() / str(lines)
            folder.mkdir(parents=True, exist_ok=True)
            yield Bench(folder, engine, lines, url)


def _run(bench: Bench, parts: list[str], page: Path) -> None:
    reuse = os.environ.get("REUSE", "") not in ("", "0")
    say, rounds = _saying(bench), _count("ROUNDS", asking.ROUNDS)
    say(f"the ledger has {bench.written(reuse):,} lines")
    if not (reuse and bench.loaded):
        keep("load", bench, loading.measured(bench, say))
    if "reports" in parts:
        count = _count("SELECTIONS", reports.SELECTIONS)
        keep("reports", bench, reports.measured(bench, say, count))
    if "questions" in parts:
        with bench.store() as store:
            keep("questions", bench, asking.measured(store, asking.whole(), say, rounds))
    if "narrowed" in parts:
        with bench.store() as store:
            keep("narrowed", bench, asking.measured(store, asking.narrowed(), say, rounds))
    if ALONE in parts:
        met = people.measure(bench.home, url=bench.url)
        text = f"## People at once: {bench.title}\n\n{people.section(met)}"
        results.put(f"people-{bench.engine}", text, page)
    if "change" in parts:
        whole = kept().get("load", {}).get(bench.engine, {}).get(str(bench.lines))
        if whole:
            keep("load", bench, {**whole, "part": loading.measured_change(bench, say)})


def _count(name: str, otherwise: int) -> int:
    return int(os.environ.get(name, otherwise))


def _saying(bench: Bench) -> Callable[[str], None]:
    def say(line: str) -> None:
        print(f"{time.monotonic() - BEGAN:7.0f} s  {bench.title}: {line}", flush=True)

    return say


def _about(moods: list[float], bench: Bench) -> str:
    """When, where, and with what."""
    packages = ("duckdb", "duckdb-sqlalchemy", "sqlalchemy", "psycopg", "pandas", "streamlit")
    named = [f"Python {platform.python_version()}", *(f"{p} {version(p)}" for p in packages)]
    if bench.server:
        named.append(f"PostgreSQL {server.version(bench.server)}")
    settings = ", ".join(f"{name} {value}" for name, value in server.SETTINGS.items())
    return "\n\n".join((
        f"{datetime.now(UTC):%-d %B %Y}. {os.cpu_count()} cores, {_memory()} of memory. "
        f"{', '.join(named)}. PostgreSQL with {settings}.",
        f"The machine's noise: the same work took {spread(moods)} ms, {len(moods)} times over the "
        "whole run. Times below are as good as that.",
        "`make bench` writes this page anew: see docs/operating.md.",
    ))  # fmt: skip


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / (1 << 30):.0f} GB"


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    main(sys.argv[1:])
