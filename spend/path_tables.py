"""Paths as tables: the ways lines went, what was out of order, what came back, what follows."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import pandas as pd

from spend.money import decimal
from spend.path_map import lines_with
from spend.path_order import DEVIATIONS, WAYS, Way
from spend.path_reading import PathReading, passages
from spend.result import Cell, Table, TableColumn

MOST_PATHS, MOST_PASSAGES = 20, 40


def tables(reading: PathReading) -> tuple[Table, ...]:
    """Every table of a reading; only papers know an order that things should happen in."""
    if not reading.count:
        return ()
    found = (paths(reading), rework(reading), follows(reading))
    return (*found[:1], in_order(reading), *found[1:]) if reading.is_papers else found


# --- The ways lines went -------------------------------------------------------------------------


def paths(reading: PathReading) -> Table:
    """The commonest paths, each with how it went; the rest in one row."""
    frame = reading.lines
    shown, rest = frame.head(MOST_PATHS), frame.iloc[MOST_PATHS:]
    went = _went(reading)
    columns = (shown[name].tolist() for name in ("lines", "cents", "days"))
    rows: list[tuple[Cell, ...]] = [
        (path, *_sums(reading, lines, cents), days, went[path])
        for path, lines, cents, days in zip(map(str, shown.index), *columns, strict=True)
    ]
    if len(rest):
        rows.append((f"{len(rest):,} rarer paths", *_all(reading, rest), None, ""))
    return Table(
        "paths",
        f"Paths of {reading.unit}, the commonest first",
        (
            TableColumn("path", "Path", "text"),
            TableColumn("lines", reading.unit.capitalize(), "count"),
            TableColumn("share", "Share of lines", "share"),
            TableColumn("money", "Worth", "money"),
            TableColumn("days", "Days, median", "days"),
            TableColumn("went", "How it went" if reading.is_papers else "Came back", "text"),
        ),
        tuple(rows),
        total=("Total", *_all(reading, frame), None, ""),
    )


def _went(reading: PathReading) -> dict[str, str]:
    """How each path went, in words."""
    if not reading.is_papers:
        back = zip(map(str, reading.lines.index), reading.lines["reworked"].tolist(), strict=True)
        return {path: "yes" if lines else "" for path, lines in back}
    both = zip(reading.deviations().items(), reading.ways(reading.lines), strict=True)
    return {
        path: ", ".join(DEVIATIONS[key] for key in wrong) or WAYS[went]
        for (path, wrong), went in both
    }


def _all(reading: PathReading, lines: pd.DataFrame) -> tuple[Cell, ...]:
    return _sums(reading, int(lines["lines"].sum()), int(lines["cents"].sum()))


def _sums(reading: PathReading, lines: int, cents: int) -> tuple[Cell, ...]:
    """Lines, their share of all, and what they are worth."""
    return lines, lines / reading.count, decimal(cents)


# --- Whether they went in order ------------------------------------------------------------------


def in_order(reading: PathReading) -> Table:
    """How lines went, each one way; and below, what was out of order, of which a line may have
    several."""
    wrong = out_of_order(reading)
    rows = [(WAYS[key], *_sums(reading, *sums)) for key, sums in ways(reading).items()]
    below = [(DEVIATIONS[key], *_sums(reading, *sums)) for key, sums in wrong.items()]
    return Table(
        "in_order",
        "In order or not: asked for, ordered, received, invoiced, paid; a line may be out of order "
        "in several ways",
        (
            TableColumn("way", "How it went", "text"),
            TableColumn("lines", "Order lines", "count"),
            TableColumn("share", "Share of lines", "share"),
            TableColumn("money", "Worth", "money"),
        ),
        (*rows, *below),
        depth=(*(0 for _ in rows), *(1 for _ in below)),
        total=("Total", *_all(reading, reading.lines)),
    )


def ways(reading: PathReading) -> Mapping[Way, tuple[int, int]]:
    """How lines went: how many, and whole cents."""
    found = _totals(reading, [(went,) for went in reading.ways(reading.lines)])
    return {way: found[way] for way in WAYS if way in found}


def out_of_order(reading: PathReading) -> Mapping[str, tuple[int, int]]:
    """What was out of order: how many lines and whole cents, the commonest first."""
    found = _totals(reading, reading.deviations().values())
    return dict(sorted(found.items(), key=lambda one: one[1], reverse=True))


Key = TypeVar("Key", bound=str)


def _totals(reading: PathReading, keys: Iterable[Iterable[Key]]) -> dict[Key, tuple[int, int]]:
    """Lines and whole cents by the keys of their paths, which stand in the paths' order."""
    sums: dict[Key, tuple[int, int]] = {}
    columns = (reading.lines[name].tolist() for name in ("lines", "cents"))
    for names, lines, cents in zip(keys, *columns, strict=True):
        for name in names:
            before = sums.get(name, (0, 0))
            sums[name] = (before[0] + int(lines), before[1] + int(cents))
    return sums


# --- What came back, and what follows what -------------------------------------------------------


def rework(reading: PathReading) -> Table:
    """Everything that happened: how often, on how many lines, and where it came back later on."""
    first = lines_with(reading.steps)
    times = reading.steps.groupby("to_event")["step_count"].sum()
    back = _again(reading.steps)
    rows = []
    for name, lines in zip(map(str, first.index), first.tolist(), strict=True):
        again, cents = back.get(name, (0, 0))
        rows.append((name, int(times[name]), lines, again, again / lines, decimal(cents)))
    return Table(
        "rework",
        f"What happened to {reading.unit}, and what happened again after something else",
        (
            TableColumn("event", "What happened", "text"),
            TableColumn("times", "Times", "count"),
            TableColumn("lines", "Lines", "count"),
            TableColumn("again", "Lines again", "count"),
            TableColumn("share", "Share again", "share"),
            TableColumn("money", "Worth of these", "money"),
        ),
        tuple(rows),
    )


def _again(steps: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """On how many lines each event came back, and what they are worth in whole cents."""
    second = steps[(steps["turn"] == 2) & (steps["from_event"] != steps["to_event"])]
    sums = second.groupby("to_event")[["step_count", "amount"]].sum()
    columns = (sums[name].tolist() for name in ("step_count", "amount"))
    return {name: (n, cents) for name, n, cents in zip(map(str, sums.index), *columns, strict=True)}


def follows(reading: PathReading) -> Table:
    """The map as a table: what follows what, with the median days between."""
    rows = passages(reading.steps).head(MOST_PASSAGES).to_dict("records")
    return Table(
        "passages",
        "What follows what, the commonest first",
        (
            TableColumn("from_event", "From", "text"),
            TableColumn("to_event", "To", "text"),
            TableColumn("times", "Times", "count"),
            TableColumn("days", "Days, median", "days"),
        ),
        tuple((r["from_event"], r["to_event"], int(r["step_count"]), float(r["days"]))
              for r in rows),
    )  # fmt: skip
