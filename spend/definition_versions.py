"""What was agreed and when: every version of targets, settings and policies, and what was decided.

Read once for a moment of the store, for all figures; nothing that stood before is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from queries.minutes import Entry
from queries.selection import Choices
from queries.setting_versions import SettingVersion, setting_versions
from queries.store import Reader
from queries.window import read_choices
from spend.agreement import history, skipped
from spend.conversation import DECISION, spoken
from spend.policy_kinds import KINDS, PolicyKind
from spend.sentences import capital
from spend.setting_words import given_words
from spend.target_history import IN_FORCE, TargetVersion, versions_of_targets

SUPERSEDED = "superseded"


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
            versions_of_targets(reader),
            tuple(_settings(setting_versions(reader))),
            _newest(
                version for name, kind in KINDS.items()
                for version in _policies(name, kind, reader.entries(name), choices)
            ),
            _newest(map(_decision, filter(spoken, reader.entries(DECISION)))),
            tuple(
                line for name, kind in KINDS.items()
                for line in skipped(reader.entries(name), kind.parse, "policy")
            ),
        )  # fmt: skip


def _newest(found: Iterator[Version]) -> tuple[Version, ...]:
    return tuple(sorted(found, key=lambda one: one.at)[::-1])


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
    said, by = spoken(entry), entry.recorded_by
    return Version(entry.name, entry.recorded_at, said, by, "decided", entry.link)
