"""How long things take, measured side by side: in turns, so that all share the machine's moods."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import duckdb

T = TypeVar("T")
NOISE_ROUNDS = 10
ENOUGH, LONG = 5, 60_000.0  # rounds, and milliseconds of all of them
# The same work every time, on as many cores as there are: what it varies by is the machine's.
NOISE_WORK = "SELECT sum(hash(i) % 1000) FROM range(20000000) AS t(i)"


def timed(do: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds that something took, and what it gave."""
    began = time.perf_counter()
    found = do()
    return (time.perf_counter() - began) * 1000, found


def in_turns(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """The milliseconds of each job in each of some rounds: A B C, A B C, and so on.

    What takes long is asked less often, but no less than ``ENOUGH`` times.
    """
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds):
        if turn >= ENOUGH and sum(map(sum, found.values())) > LONG:
            break
        for name, job in jobs.items():
            found[name].append(timed(job)[0])
    return found


def noise() -> list[float]:
    """The milliseconds of the same work, some times over."""
    with duckdb.connect() as engine:
        return in_turns({"": lambda: engine.execute(NOISE_WORK).fetchall()}, NOISE_ROUNDS)[""]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that at least such a share of them does not exceed.

    >>> quantile([3.0, 1.0, 2.0, 4.0], 0.5), quantile([1.0, 2.0], 0.95)
    (2.0, 2.0)
    """
    ranked = sorted(values)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]


def spread(values: Sequence[float]) -> str:
    """A median with what it lies between.

    >>> spread([12.0, 10.0, 30.0])
    '12 (10–30)'
    """
    return f"{number(middle(values))} ({number(min(values))}–{number(max(values))})"


def number(value: float) -> str:
    """Milliseconds as people compare them.

    >>> number(0.4321), number(7.49), number(1234.5)
    ('0.43', '7.5', '1,234')
    """
    digits = 2 if value < 1 else 1 if value < 10 else 0
    return f"{value:,.{digits}f}"


def ratio(part: float, whole: float) -> str:
    """How many times another something is."""
    return f"{part / whole:.2f}" if whole else "n/a"
