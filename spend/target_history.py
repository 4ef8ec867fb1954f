"""Every version of the targets: what loads and signatures made of each, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from queries.schema import OPEN
from queries.store import Reader
from queries.targets import TARGETS, target_versions
from spend.agreement import Agreed, Loads
from spend.result import known
from spend.target_signing import SIDES, SignedTargets, Wanted

IN_FORCE = "in force"
NO_WORDS: Mapping[str, float | None] = {}
NOTHING: Mapping[str, float | None] = dict.fromkeys(SIDES)


@dataclass(frozen=True)
class TargetVersion:
    """One version of a figure's targets of one fiscal year, in the figure's unit.

    ``place`` is the load it came with, or was signed after, and the minute of the signature, 0 for
    a load's own; ``ended`` is what took its place, "" while it is in force.
    """

    metric: str
    fiscal_year: int
    finance: float | None
    procurement: float | None
    agreed: float | None
    place: tuple[int, int]
    came: str
    ended: str

    @property
    def state(self) -> str:
        """Whether it still holds, in words."""
        return f"until {self.ended}" if self.ended else IN_FORCE

    @property
    def differs(self) -> bool:
        """Whether the two teams ask for different things."""
        sides = (self.finance, self.procurement)
        return None not in sides and self.finance != self.procurement


@dataclass(frozen=True)
class _Event:
    """A load or a signature that says what a target is: a value by side, ``None`` for none.

    ``changed`` are the sides that it says otherwise of than the one of its kind before it;
    ``ends`` is what becomes of the version that it takes the place of.
    """

    place: tuple[int, int]
    came: str
    ends: str
    values: Mapping[str, float | None]
    changed: frozenset[str]


def versions_of_targets(reader: Reader) -> tuple[TargetVersion, ...]:
    """Loaded and signed targets by figure, the newest of each year first: of each side the later
    word holds, so that one version at most of a target is in force."""
    loaded = target_versions(reader)
    signed = SignedTargets.read(reader, loaded)
    events = _loaded(loaded, signed.loads)
    for one in signed.history:
        events.setdefault(one.name, []).append(_signature(one))
    found = [version for name, told in events.items() for version in _versions(name, told)]
    found.sort(key=lambda one: (one.metric, -one.fiscal_year, (-one.place[0], -one.place[1])))
    return tuple(found)


def _loaded(frame: pd.DataFrame, loads: Loads) -> dict[str, list[_Event]]:
    """What loads said of each target, and which of them said that there is none any more."""
    found: dict[str, list[_Event]] = {}
    gone: dict[str, int] = {}
    for row in frame.sort_values("batch_from").to_dict("records"):
        name, batch = f"{row['metric_id']}.{row['fiscal_year']}", int(row["batch_from"])
        told = found.setdefault(name, [])
        if gone.get(name, batch) < batch:
            told.append(_removal(gone[name]))
        values = {side: known(row[column]) for side, column in zip(SIDES, TARGETS, strict=True)}
        changed = frozenset(side for load, side in loads.get(name, ()) if load == batch)
        came = f"load {batch}, {row['loaded_at']:%-d %B %Y}"
        told.append(_Event((batch, 0), came, f"load {batch}", values, changed))
        gone[name] = int(row["batch_to"])
    for name, batch in gone.items():
        if batch != OPEN:
            found[name].append(_removal(batch))
    return found


def _removal(batch: int) -> _Event:
    return _Event((batch, 0), f"load {batch}", f"load {batch}", NOTHING, frozenset())


def _signature(one: Agreed[Wanted]) -> _Event:
    came = f"signed by {one.finance} and {one.procurement}, {one.entry.recorded_at:%-d %B %Y}"
    values = dict.fromkeys(SIDES, float(one.value.value))
    place = (one.entry.batch, one.entry.minute)
    return _Event(place, came, f"it was {came}", values, frozenset(SIDES))


def _versions(name: str, events: Sequence[_Event]) -> Iterator[TargetVersion]:
    """What each event made of a target, until one made something else of it."""
    metric, _, year = name.rpartition(".")
    loaded, signed = NOTHING, NO_WORDS
    last: TargetVersion | None = None
    for event in sorted(events, key=lambda one: one.place):
        is_load = not event.place[1]
        if is_load:
            loaded = event.values
            signed = {side: v for side, v in signed.items() if side not in event.changed}
        else:
            signed = event.values
        finance, procurement, agreed = values = tuple({**loaded, **signed}[side] for side in SIDES)
        if is_load and last and values == (last.finance, last.procurement, last.agreed):
            continue  # what was signed holds, and this load says nothing of it
        if last:
            yield replace(last, ended=event.ends)
        last = None if set(values) == {None} else TargetVersion(
            metric, int(year), finance, procurement, agreed, event.place, event.came, ""
        )  # fmt: skip
    if last:
        yield last
