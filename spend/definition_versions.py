"""What was agreed and when: every version of targets, settings and policies, and what was decided.

Read once for a moment of the store, for all figures; nothing that stood before is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import pandas as pd

from queries.minutes import Entry
from queries.schema import OPEN
from queries.selection import Choices
from queries.setting_versions import SettingVersion, setting_versions
from queries.store import Reader
from queries.targets import TARGETS, target_versions
from queries.window import read_choices
from spend.agreement import Agreed, history, skipped
from spend.conversation import DECISION
from spend.policy_kinds import KINDS, PolicyKind
from spend.result import known
from spend.sentences import capital
from spend.setting_words import given_words
from spend.target_signing import TARGET, Wanted, later_words

IN_FORCE, SUPERSEDED = "in force", "superseded"


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
class Version:
    """Something that was set, signed or decided: ``about`` is the setting, policy or page.

    ``link`` opens the view that a decision was made on.
    """

    about: str
    at: datetime
    said: str
    by: str
    state: str
    link: str = ""


@dataclass(frozen=True)
class Versions:
    """All of them as at one moment, the newest first, and what could not be read."""

    targets: tuple[TargetVersion, ...]
    settings: tuple[Version, ...]
    policies: tuple[Version, ...]
    decisions: tuple[Version, ...]
    skipped: tuple[str, ...]

    @classmethod
    def read(cls, reader: Reader) -> "Versions":
        choices = read_choices(reader)
        return cls(
            _target_versions(reader),
            tuple(_settings(setting_versions(reader))),
            _newest(
                version for name, kind in KINDS.items()
                for version in _policies(name, kind, reader.entries(name), choices)
            ),
            _newest(map(_decision, reader.entries(DECISION))),
            tuple(
                line for name, kind in KINDS.items()
                for line in skipped(reader.entries(name), kind.parse, "policy")
            ),
        )  # fmt: skip


def _newest(found: Iterator[Version]) -> tuple[Version, ...]:
    return tuple(sorted(found, key=lambda one: one.at)[::-1])


def _target_versions(reader: Reader) -> tuple[TargetVersion, ...]:
    """Loaded and signed targets, the newest of each year first; a signature ends what was loaded
    before it, unless a load has ended that already."""
    agreed = history(reader.entries(TARGET), Wanted.parse)
    years = {one.value.fiscal_year for one in agreed}
    standing = {year: later_words(reader, year) for year in years}
    signed = [_signed(one, standing[one.value.fiscal_year]) for one in agreed]
    found = [*_loaded(target_versions(reader)), *signed]
    found.sort(key=lambda one: (one.metric, -one.fiscal_year, (-one.place[0], -one.place[1])))
    return tuple(_ended(one, signed) for one in found)


def _loaded(frame: pd.DataFrame) -> Iterator[TargetVersion]:
    for row in frame.to_dict("records"):
        finance, procurement, agreed = (known(row[name]) for name in TARGETS)
        batch, ended = row["batch_from"], row["batch_to"]
        yield TargetVersion(
            row["metric_id"], row["fiscal_year"], finance, procurement, agreed, (batch, 0),
            f"load {batch}, {row['loaded_at']:%-d %B %Y}",
            "" if ended == OPEN else f"load {ended}",
        )  # fmt: skip


def _signed(one: Agreed[Wanted], standing: Mapping[str, Mapping[str, Decimal]]) -> TargetVersion:
    value, wanted = float(one.value.value), one.value
    stands = standing.get(wanted.metric, {}).get("agreed") == wanted.value
    return TargetVersion(
        wanted.metric, wanted.fiscal_year, value, value, value, (one.entry.batch, one.entry.minute),
        f"signed by {one.finance} and {one.procurement}, {one.entry.recorded_at:%-d %B %Y}",
        "" if stands else "a later load",
    )  # fmt: skip


def _ended(one: TargetVersion, signed: Sequence[TargetVersion]) -> TargetVersion:
    """A version with the signature that took its place, if nothing else did."""
    later = (
        other for other in signed
        if (other.metric, other.fiscal_year) == (one.metric, one.fiscal_year)
        and other.place > one.place
    )  # fmt: skip
    first = min(later, key=lambda other: other.place, default=None)
    loaded = one.ended.startswith("load")
    return one if loaded or first is None else replace(one, ended=f"it was {first.came}")


def _settings(found: tuple[SettingVersion, ...]) -> Iterator[Version]:
    """Each value that was given; what only says again what stood before is left out."""
    stood: dict[str, str] = {}
    changes: list[tuple[SettingVersion, str]] = []
    for one in found:
        said = given_words(one.name, one.value)
        if stood.get(one.name) != said:
            changes.append((one, said))
        stood[one.name] = said
    last = {one.name: one for one, _ in changes}
    for one, said in reversed(changes):
        state = IN_FORCE if last[one.name] is one else SUPERSEDED
        yield Version(one.name, one.at, said, one.by, state)


def _policies(
    name: str, kind: PolicyKind, entries: list[Entry], choices: Choices
) -> Iterator[Version]:
    agreed = history(entries, kind.parse)
    standing = {one.name: one for one in agreed}
    for one in agreed:
        state = IN_FORCE if standing[one.name] is one else SUPERSEDED
        said = capital(kind.said(one.value, choices))
        yield Version(
            name, one.entry.recorded_at, said, f"{one.finance} and {one.procurement}", state
        )


def _decision(entry: Entry) -> Version:
    said, by = str(entry.body["text"]), entry.recorded_by
    return Version(entry.name, entry.recorded_at, said, by, "decided", entry.link)
