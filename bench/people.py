"""People at once: sessions over real websockets that change a filter every few seconds.

Each person holds a page open and changes one filter at a time; what is selected stays a period and
at most one filter, and 60 % of the changes lead to what somebody has already seen on that page. The
server is `spend serve` over a store, started anew for each number of people, on loopback. Measured
is the time from the change to the end of the script, and what it cost.
"""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.results import table
from bench.served import Served, serving
from bench.session import Answer, GoneError, Session

PAGES = (
    "overview", "budget", "suppliers", "terms", "stock", "savings", "cash", "approvals", "goals",
    "review",
)  # fmt: skip
FILTERS = ("cost_centre", "category", "supplier", "item")
COUNTS, SECONDS, EVERY, SEEN_SHARE = (10, 25, 50), 120.0, 5.0, 0.6
TRIES = 50  # draws for a selection that nobody has seen
MEGABYTE = 2**20


@dataclass(frozen=True)
class Selected:
    """What a person looks at, in the words of the choosers: periods, and one filter or none."""

    start: str
    end: str
    key: str = ""
    value: str = ""

    def choosers(self) -> dict[str, tuple[str, ...]]:
        """What each chooser says, by its key."""
        nothing: dict[str, tuple[str, ...]] = dict.fromkeys(FILTERS, ())
        chosen = {self.key: (self.value,)} if self.key else {}
        return nothing | chosen | {"from": (self.start,), "to": (self.end,)}

    def steps(self, other: "Selected") -> int:
        """How many choosers differ."""
        mine, others = self.choosers(), other.choosers()
        return sum(mine[key] != others[key] for key in mine)


@dataclass(frozen=True)
class Change:
    """One change of a filter, and what came of it."""

    page: str
    seen: bool  # whether somebody had seen the same before
    answer: Answer


@dataclass(frozen=True)
class Row:
    """What a number of people met, and what they cost."""

    people: int
    seconds: float
    changes: tuple[Change, ...]
    errors: tuple[str, ...]
    opened: tuple[float, ...]  # seconds that each first page took
    memory: tuple[int, ...]  # the server's bytes, every second
    server_cpu: float  # seconds
    driver_cpu: float

    def quantile(self, share: float, page: str = "", seen: bool | None = None) -> float | None:
        """How long a share of the changes took at most, in seconds."""
        found = (c for c in self.changes if page in ("", c.page) and seen in (None, c.seen))
        return quantile([change.answer.seconds for change in found], share)

    @property
    def seen_share(self) -> float:
        """The share of changes that led to what somebody had seen."""
        return sum(change.seen for change in self.changes) / max(1, len(self.changes))

    @property
    def cpu_each(self) -> float:
        """The server's CPU seconds for one change."""
        return self.server_cpu / max(1, len(self.changes))


@dataclass
class Crowd:
    """What the people of one run share, and what they report."""

    port: int
    every: float
    until: float = 0.0
    asked: int = 0
    asked_seen: int = 0
    seen: dict[str, set[Selected]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


def measure(
    home: Path,
    counts: Sequence[int] = COUNTS,
    seconds: float = SECONDS,
    *,
    every: float = EVERY,
    url: str = "",
    pages: Sequence[str] = PAGES,
) -> tuple[Row, ...]:
    """Serve a store to each number of people in turn; ``url`` names a PostgreSQL store."""
    rows = []
    for people in counts:
        with serving(home, url) as server:
            rows.append(asyncio.run(_met(server, people, seconds, every, pages)))
    return tuple(rows)


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value that a share of them does not exceed; nothing of none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


# --- one number of people ------------------------------------------------------------------------


async def _met(
    server: Served, people: int, seconds: float, every: float, pages: Sequence[str]
) -> Row:
    """Open every page first; then change filters, evenly spread over time, until it is over."""
    crowd = Crowd(server.port, every)
    places = [pages[number % len(pages)] for number in range(people)]
    late = [every * number / people for number in range(people)]
    opening = (_opened(crowd, place, wait) for place, wait in zip(places, late, strict=True))
    sessions = await asyncio.gather(*opening)
    began, server_began, driver_began = time.monotonic(), server.cpu(), time.process_time()
    crowd.until = began + seconds
    watching = asyncio.create_task(server.watched(crowd.memory))
    persons = enumerate(zip(places, sessions, late, strict=True))
    visits = (_visit(crowd, *person, random.Random(number)) for number, person in persons)
    await asyncio.gather(*visits)
    watching.cancel()
    crowd.memory.append(server.memory())
    return Row(
        people, time.monotonic() - began, tuple(crowd.changes), tuple(crowd.errors),
        tuple(crowd.opened), tuple(crowd.memory),
        server.cpu() - server_began, time.process_time() - driver_began,
    )  # fmt: skip


async def _opened(crowd: Crowd, page: str, wait: float = 0.0) -> Session | None:
    """A page, opened; nothing where it does not open."""
    await asyncio.sleep(wait)
    try:
        session = await Session.start(crowd.port, page)
        answer = await session.open()
    except GoneError as gone:
        crowd.errors.append(f"{page}: {gone}")
        return None
    crowd.errors += [f"{page}: {complaint}" for complaint in answer.complaints]
    if not {"from", "to", *FILTERS} <= session.chosen.keys():
        crowd.errors.append(f"{page}: the filters are missing")
        await session.close()
        return None
    crowd.opened.append(answer.seconds)
    crowd.seen.setdefault(page, set()).add(_selected(session))
    return session


async def _visit(
    crowd: Crowd, page: str, session: Session | None, wait: float, draw: random.Random
) -> None:
    """Change a filter every few seconds; who is slow to be answered thinks less."""
    due = time.monotonic() + wait
    while due < crowd.until:
        await asyncio.sleep(due - time.monotonic())
        if session is None:
            session = await _opened(crowd, page)
        else:
            try:
                await _change(crowd, page, session, draw)
            except GoneError as gone:
                crowd.errors.append(f"{page}: {gone}")
                session = None
        due = max(due + crowd.every, time.monotonic())
    if session is not None:
        await session.close()


async def _change(crowd: Crowd, page: str, session: Session, draw: random.Random) -> None:
    before = _selected(session)
    seen = crowd.seen[page]
    wanted = crowd.asked_seen < SEEN_SHARE * (crowd.asked + 1)
    known = [one for one in seen if one.steps(before) == 1] if wanted else []
    after = draw.choice(sorted(known, key=repr)) if known else _new(before, session, seen, draw)
    crowd.asked += 1
    crowd.asked_seen += after in seen
    old, new = before.choosers(), after.choosers()
    told = Change(page, after in seen, await session.choose(_differing(old, new)))
    crowd.changes.append(told)
    crowd.errors += [f"{page}: {complaint}" for complaint in told.answer.complaints]
    seen.add(after)


def _differing(
    old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {key: values for key, values in new.items() if values != old[key]}


def _selected(session: Session) -> Selected:
    """What the page says that it shows."""
    chosen = session.chosen
    key = next((key for key in FILTERS if chosen[key]), "")
    return Selected(chosen["from"][0], chosen["to"][0], key, chosen[key][0] if key else "")


def _new(before: Selected, session: Session, seen: set[Selected], draw: random.Random) -> Selected:
    """A selection one step away, of those that nobody has seen if there is one."""
    after = before
    for _ in range(TRIES):
        after = _step(before, session, draw)
        if after not in seen and after != before:
            break
    return after


def _step(before: Selected, session: Session, draw: random.Random) -> Selected:
    """One chooser at random set to something else."""
    periods = list(session.shown["to"])
    start, end = periods.index(before.start), periods.index(before.end)
    turn = draw.random()
    if turn < 0.25:
        return replace(before, start=draw.choice(periods[: end + 1]))
    if turn < 0.5:
        return replace(before, end=draw.choice(periods[start:]))
    key = before.key or draw.choice([key for key in FILTERS if session.shown[key]])
    if before.key and turn > 0.9:
        return replace(before, key="", value="")
    return replace(before, key=key, value=draw.choice(session.shown[key]))


# --- what is said of it --------------------------------------------------------------------------


def section(rows: Sequence[Row]) -> str:
    """The results in Markdown: a line for each number of people, then the pages of the most."""
    heads = (
        "people", "changes", "already seen", "p50", "p95", "max", "errors",
        "memory at the start, half-way, at the end, at most (MB)",
        "server CPU a change", "server cores", "driver cores", "first page p95",
    )  # fmt: skip
    parts = [table(heads, [_line(row) for row in rows])]
    if rows:
        most = max(rows, key=lambda row: row.people)
        by_page = table(("page", "changes", "already seen", "new", "kB a change"), _by_page(most))
        parts += [f"By page, with {most.people} people (p50 / p95):", by_page]
    met = {f"- {row.people} people: {error}" for row in rows for error in row.errors}
    return "\n\n".join([*parts, *(["\n".join(sorted(met))] if met else [])]) + "\n"


def _line(row: Row) -> tuple[object, ...]:
    memory = row.memory
    levels = (memory[0], memory[len(memory) // 2], memory[-1], max(memory))
    return (
        row.people,
        len(row.changes),
        f"{row.seen_share:.0%}",
        *(_time(row.quantile(share)) for share in (0.5, 0.95, 1.0)),
        len(row.errors),
        ", ".join(f"{level / MEGABYTE:.0f}" for level in levels),
        _time(row.cpu_each),
        f"{row.server_cpu / row.seconds:.2f}",
        f"{row.driver_cpu / row.seconds:.2f}",
        _time(quantile(row.opened, 0.95)),
    )


def _by_page(row: Row) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for page in dict.fromkeys(change.page for change in row.changes):
        sizes = [change.answer.size for change in row.changes if change.page == page]
        halves = (
            " / ".join(_time(row.quantile(share, page, seen)) for share in (0.5, 0.95))
            for seen in (True, False)
        )
        found.append((page, len(sizes), *halves, f"{sum(sizes) / len(sizes) / 1000:.0f}"))
    return found


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
