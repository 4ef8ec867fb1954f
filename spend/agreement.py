"""What both teams signed: from entries of the minutes to what is in force, asked for, and was.

Something takes effect once finance and procurement wrote down the same about a name, by two people;
until they agree on something else, the last that both signed stands. What is written is read by a
``parse`` of the subject, so that policies, targets and sign-offs are all signed alike.
Where loads bring such words too, what a later one says otherwise of is said no longer, until it is
signed anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, Generic, Literal, TypeVar

from queries.minutes import Entry
from spend.sentences import capital

T = TypeVar("T")
# The name and the body of an entry, read; raises ``ValueError`` with the rule they break.
Parse = Callable[[str, Any], T]
# By name the loads that said otherwise, in order, each with the side whose word it took away.
Loads = Mapping[str, Sequence[tuple[int, str]]]

SIDES = {"finance": "procurement", "procurement": "finance"}
SECOND_PERSON = "a second person"
AGREED = "agreed"  # the side of a load's word on what both stand by
NO_LOADS: Loads = {}


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they were typed.

    >>> same_person("Ann Vogt", " ann  vogt"), same_person("Ann", "Ben")
    (True, False)
    """
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


@dataclass(frozen=True)
class Agreed(Generic[T]):
    """What both teams signed about a name: who of each side, and what the second of them wrote."""

    name: str
    value: T
    finance: str
    procurement: str
    entry: Entry


@dataclass(frozen=True)
class Proposed(Generic[T]):
    """What one side wrote down about a name; ``missing`` says whose signature it lacks."""

    name: str
    value: T
    entry: Entry
    missing: str


def in_force(
    entries: Sequence[Entry], parse: Parse[T], loads: Loads = NO_LOADS
) -> tuple[Agreed[T], ...]:
    """What both teams signed last about each name, names in order.

    A side's newer word takes the place of its older one: what it no longer says can't be signed.
    What a later load said otherwise of stands no longer.
    """
    found = sorted(_subjects(entries, parse, loads).items())
    return tuple(subject.standing for _, subject in found if subject.standing)


def history(
    entries: Sequence[Entry], parse: Parse[T], loads: Loads = NO_LOADS
) -> tuple[Agreed[T], ...]:
    """Everything that both teams ever signed, the oldest first: what stood before is still here."""
    subjects = _subjects(entries, parse, loads).values()
    found = (one for subject in subjects for one in subject.agreed)
    return tuple(sorted(found, key=lambda one: one.entry.minute))


def proposed(
    entries: Sequence[Entry], parse: Parse[T], loads: Loads = NO_LOADS
) -> tuple[Proposed[T], ...]:
    """What each side asks for now that is not in force, the newest last."""
    subjects = _subjects(entries, parse, loads).items()
    found = (one for name, subject in subjects for one in subject.open(name))
    return tuple(sorted(found, key=lambda one: one.entry.minute))


def words(
    entries: Sequence[Entry], parse: Parse[T], loads: Loads = NO_LOADS
) -> dict[str, dict[str, T]]:
    """What each side says now, in force or not, by name and side; what stands is "agreed"."""
    return {
        name: {team: side.value for team, side in subject.sides.items()}
        | ({AGREED: subject.standing.value} if subject.standing else {})
        for name, subject in _subjects(entries, parse, loads).items()
    }


def skipped(entries: Sequence[Entry], parse: Parse[T], what: str) -> tuple[str, ...]:
    """A sentence for every entry that says nothing that can be followed; ``what`` it should be."""
    return tuple(
        f"The {what} in minute {entry.minute} was left out: {fault}."
        for entry, _, fault in _read(entries, parse)
        if fault
    )


# --- As rows of a page ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """One thing in force or asked for: in words, who wrote it down, and who has yet to sign.

    ``missing`` is "" where both signed; else a team, or "a second person" of either.
    """

    said: str
    name: str
    body: Mapping[str, Any]
    state: Literal["in force", "proposed"]
    finance: str
    procurement: str
    missing: str
    at: datetime


def standings(
    agreed: Sequence[Agreed[T]],
    asked: Sequence[Proposed[T]],
    said: Callable[[T], str],
    body: Callable[[T], Mapping[str, Any]],
) -> tuple[Standing, ...]:
    """What stands, then what is asked for, each in the words of its subject."""
    found = [
        Standing(
            capital(said(one.value)), one.name, body(one.value), "in force",
            one.finance, one.procurement, "", one.entry.recorded_at,
        )
        for one in agreed
    ]  # fmt: skip
    for each in asked:
        by = {each.entry.team: each.entry.recorded_by}
        finance, procurement = by.get("finance", ""), by.get("procurement", "")
        found.append(
            Standing(
                capital(said(each.value)), each.name, body(each.value), "proposed",
                finance, procurement, each.missing, each.entry.recorded_at,
            )
        )  # fmt: skip
    return tuple(found)


# --- Reading and signing --------------------------------------------------------------------------


@dataclass
class _Side(Generic[T]):
    """What one team says now, and who of it signed that."""

    value: T
    signed: dict[str, Entry] = field(default_factory=dict)

    @property
    def last(self) -> Entry:
        """What was signed last."""
        return max(self.signed.values(), key=lambda entry: entry.minute)


@dataclass
class _Subject(Generic[T]):
    """What was said about one name, as far as the entries have been read."""

    loads: list[tuple[int, str]]  # those that are still to come
    sides: dict[str, _Side[T]] = field(default_factory=dict)
    agreed: list[Agreed[T]] = field(default_factory=list)
    standing: Agreed[T] | None = None

    def load(self, last: float) -> None:
        """Forget what the loads up to one said otherwise of."""
        while self.loads and self.loads[0][0] <= last:
            _, side = self.loads.pop(0)
            self.sides.pop(side, None)
            self.standing = None if side == AGREED else self.standing

    def sign(self, entry: Entry, value: T) -> None:
        self.load(entry.batch)
        side = self.sides.get(entry.team)
        if side is None or side.value != value:
            side = self.sides[entry.team] = _Side(value)
        side.signed[entry.recorded_by] = entry
        other = self.sides.get(SIDES[entry.team])
        by = entry.recorded_by
        second = [who for who in other.signed if not same_person(who, by)] if other else []
        if other and other.value == value and second and not self._stands(value):
            who = {entry.team: entry.recorded_by, SIDES[entry.team]: second[-1]}
            found = Agreed(entry.name, value, who["finance"], who["procurement"], entry)
            self.standing = found
            self.agreed.append(found)

    def _stands(self, value: T) -> bool:
        return self.standing is not None and self.standing.value == value

    def open(self, name: str) -> Iterator[Proposed[T]]:
        """What each side asks for beyond what stands; of the same from one person, the later."""
        asked = {team: side for team, side in self.sides.items() if not self._stands(side.value)}
        values = [side.value for side in asked.values()]
        same = len(values) == len(SIDES) and values[0] == values[1]
        found = [
            Proposed(name, side.value, side.last, SECOND_PERSON if same else SIDES[team])
            for team, side in asked.items()
        ]
        newest = sorted(found, key=lambda one: one.entry.minute)
        yield from newest[-1:] if same else newest


def _subjects(entries: Sequence[Entry], parse: Parse[T], loads: Loads) -> dict[str, _Subject[T]]:
    found: dict[str, _Subject[T]] = {}
    for entry, value, fault in _read(entries, parse):
        if value is not None and not fault:
            subject = _Subject[T](sorted(loads.get(entry.name, ())))
            found.setdefault(entry.name, subject).sign(entry, value)
    for subject in found.values():
        subject.load(inf)
    return found


def _read(entries: Sequence[Entry], parse: Parse[T]) -> Iterator[tuple[Entry, T | None, str]]:
    """Each entry with what it says, or with why it says nothing."""
    for entry in entries:
        value, fault = None, ""
        try:
            value = parse(entry.name, entry.body)
        except ValueError as error:
            fault = str(error)
        if entry.team not in SIDES or not entry.recorded_by:
            fault = "neither finance nor procurement signed it"
        yield entry, value, fault
