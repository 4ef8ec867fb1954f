"""What was measured, as the parts of bench/results.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.places import ENGINES, Measured, size
from bench.questions import QUESTIONS
from bench.results import table
from bench.timing import middle, number, quantile, ratio, spread

WORDS = {question.name: question.words for question in QUESTIONS}
MEGABYTE = 1 << 20
SUPERSET_LINES, SUPERSET = 10_000_000, 7_000  # milliseconds
# The goals: milliseconds at the 95th of 100, by engine; and so many times something else.
REPORT_GOAL = {"duckdb": 150, "postgresql": 300}
LINES_GOAL, MART_GOAL, NEAR_ENOUGH, OTHER_GOAL, GROWTH_GOAL, LOAD_GOAL = 0.2, 1.5, 20, 1.2, 2, 5


def every(measured: Measured) -> dict[str, str]:
    """The text of each part that something was measured for, by its name."""
    makers = {
        "reports": _reports, "questions": _questions, "narrowed": _narrowed, "load": _load,
    }  # fmt: skip
    found = {}
    for part, make in makers.items():
        for engine, sizes in measured.get(part, {}).items():
            texts = [make(engine, lines, sizes[lines]) for lines in sorted(sizes, key=int)]
            found[f"{part}-{engine}"] = "\n\n".join(texts)
    for engine in ENGINES:
        if text := _growth(engine, measured):
            found[f"growth-{engine}"] = text
    return found


def _title(words: str, engine: str, lines: str) -> str:
    return f"## {words}: {ENGINES[engine]}, {size(int(lines))} lines"


# --- Reports -------------------------------------------------------------------------------------


def _reports(engine: str, lines: str, found: Mapping[str, Any]) -> str:
    goal = REPORT_GOAL[engine]
    rows: list[tuple[object, ...]] = []
    for name, took in found.items():
        cold, other = took["cold"], took["other"]
        high = quantile(cold, 0.95)
        rows.append((
            name, number(middle(cold)), number(high), "yes" if high <= goal else "no",
            number(middle(took["cpu"])), int(middle(took["statements"])),
            number(middle(took["in_store"])), *_warm(took["warm"]),
            number(middle(other)), number(quantile(other, 0.95)),
        ))  # fmt: skip
    head = ("report", "p50", "p95", f"≤ {goal}", "CPU", "selects", "in them", "warm", "warm, most",
            "2–3 filters p50", "p95")  # fmt: skip
    count = len(next(iter(found.values()))["cold"])
    return "\n\n".join((
        _title("Reports", engine, lines),
        f"Milliseconds from the selection to the whole report; {count} selections of a period and "
        "at most one filter, each asked once: no report is kept; what belongs to the load and not "
        "to a selection (calendar, names) is. *CPU* is the process's, *in them* the time of the "
        "selects with their rows brought over, all medians. *Warm* is the same again through the "
        "app's cache: the data time that a rerun adds (goal: under 5).",
        table(head, rows),
        *[f"- {name}: {said}" for name, took in found.items() for said in took["errors"][:3]],
    ))  # fmt: skip


def _warm(took: Sequence[float]) -> tuple[str, str]:
    return (number(middle(took)), number(max(took))) if took else ("", "")


# --- The eight questions -------------------------------------------------------------------------


def _questions(engine: str, lines: str, found: Mapping[str, Any]) -> str:
    rows: list[tuple[object, ...]] = []
    for name, one in found.items():
        ours, over_lines, mart = (middle(one["took"][f]) for f in ("concord", "lines", "mart"))
        held = ours <= MART_GOAL * mart or ours - mart <= NEAR_ENOUGH or ours <= NEAR_ENOUGH
        rows.append((
            WORDS[name], *(spread(one["took"][f]) for f in ("concord", "lines", "mart")),
            ratio(ours, over_lines), ratio(ours, mart), "yes" if held else "no", one["rows"],
            _same(one["apart"]),
        ))  # fmt: skip
    sums = {f: _summed(found.values(), f) for f in ("concord", "lines", "mart")}
    lines_ratio = sums["concord"] / sums["lines"]
    rows.append((
        "**All eight**", *(f"**{number(sums[f])}**" for f in sums),
        f"**{lines_ratio:.2f}** ({'≤' if lines_ratio <= LINES_GOAL else '>'} {LINES_GOAL})",
        ratio(sums["concord"], sums["mart"]), "", "", "",
    ))  # fmt: skip
    head = ("question", "Concord", "SQL over lines", "SQL over marts", "to lines", "to marts",
            "near marts", "rows", "answers")  # fmt: skip
    return "\n\n".join((
        _title("The eight questions", engine, lines),
        "Milliseconds: median (least–most), the three forms in turns, each with a reader of its "
        f"own. *Near marts* is within {MART_GOAL} × the SQL over the marts, or {NEAR_ENOUGH} ms.",
        table(head, rows),
        *_superset(lines, sums["concord"]),
        *_apart(found),
    ))  # fmt: skip


def _superset(lines: str, took: float) -> list[str]:
    """The same questions asked of Superset, as was measured before on such a machine."""
    if int(lines) != SUPERSET_LINES:
        return []
    return [f"Superset 6.1 took {SUPERSET:,} ms for the eight from a cold cache, over as many "
            f"lines, on as many cores: {SUPERSET / took:.1f} times as long (goal: 3)."]  # fmt: skip


def _summed(ones: Any, form: str) -> float:
    return sum(middle(one["took"][form]) for one in ones)


def _same(apart: Mapping[str, Sequence[str]]) -> str:
    return "differ" if any(apart.values()) else "the same"


def _apart(found: Mapping[str, Any]) -> list[str]:
    lines = [f"- {name}, {form}: {line}" for name, one in found.items()
             for form, said in one["apart"].items() for line in said[:5]]  # fmt: skip
    return ["Answers that differ:\n\n" + "\n".join(lines)] if lines else []


def _narrowed(engine: str, lines: str, found: Mapping[str, Any]) -> str:
    rows: list[tuple[object, ...]] = []
    for name, one in found.items():
        question, _, many = name.rpartition(" ")
        ours, over_lines = (middle(one["took"][form]) for form in ("concord", "lines"))
        rows.append((
            f"{WORDS[question]}, {many} filters", *(spread(one["took"][f]) for f in one["took"]),
            ratio(ours, over_lines), "yes" if ours <= OTHER_GOAL * over_lines else "no",
            _same(one["apart"]),
        ))  # fmt: skip
    head = ("question", "Concord", "SQL over lines", "ratio", f"≤ {OTHER_GOAL}", "answers")
    return "\n\n".join((
        _title("Other selections", engine, lines),
        "Milliseconds: median (least–most). Concord against hand-written SQL over the lines.",
        table(head, rows),
        *_apart(found),
    ))  # fmt: skip


# --- Loads ---------------------------------------------------------------------------------------


def _load(engine: str, lines: str, found: Mapping[str, Any]) -> str:
    bare, whole = middle(found["bare"]), found["whole"]
    rows: list[tuple[object, ...]] = [
        ("bare COPY of the same files", " / ".join(f"{s:.1f}" for s in found["bare"]), "1.0", "",
         f"{whole['read']:,}"),
        ("load: checked, kept with its history, marts made", f"{whole['seconds']:.1f}",
         f"{whole['seconds'] / bare:.1f} (goal {LOAD_GOAL})", _megabytes(whole["memory"]),
         f"{whole['loaded']:,}"),
    ]  # fmt: skip
    if part := found.get("part"):
        rows.append(("load of one line in a hundred, changed", f"{part['seconds']:.1f}",
                     f"{part['seconds'] / whole['seconds']:.2f} of the whole",
                     _megabytes(part["memory"]), f"{part['loaded']:,}"))  # fmt: skip
    head = ("", "seconds", "ratio", "memory of the process, most", "rows")
    return "\n\n".join((
        _title("Loading", engine, lines),
        table(head, rows),
        f"The store takes {_megabytes(found['bytes'])}.",
    ))  # fmt: skip


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"


# --- Growth --------------------------------------------------------------------------------------


def _growth(engine: str, measured: Measured) -> str:
    """How times grew from the least size to the most."""
    reports, asked = (measured.get(part, {}).get(engine, {}) for part in ("reports", "questions"))
    sizes = sorted(set(reports) & set(asked), key=int)
    if len(sizes) < 2:
        return ""
    least, most = sizes[0], sizes[-1]
    rows: list[tuple[object, ...]] = [
        (name, *_grown(*(middle(reports[n][name]["cold"]) for n in (least, most))))
        for name in reports[most]
        if name in reports[least]
    ]
    rows += [
        (WORDS[name], *_grown(*(middle(asked[n][name]["took"]["concord"]) for n in (least, most))))
        for name in asked[most]
        if name in asked[least]
    ]
    rows.append(("**The eight over lines**", *_grown(
        *(_summed(asked[n].values(), "lines") for n in (least, most)))))  # fmt: skip
    head = ("", size(int(least)), size(int(most)), "times", f"≤ {GROWTH_GOAL}")
    return "\n\n".join((
        f"## Growth from {size(int(least))} to {size(int(most))} lines: {ENGINES[engine]}",
        "Milliseconds, medians: reports from a cold cache, and Concord's answers to questions.",
        table(head, rows),
    ))  # fmt: skip


def _grown(before: float, after: float) -> tuple[str, str, str, str]:
    times = after / before
    return number(before), number(after), f"{times:.1f}", "yes" if times <= GROWTH_GOAL else "no"
