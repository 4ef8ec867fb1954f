"""How much to hold, as both teams signed it: from the minutes to the target of each item.

A policy takes effect once finance and procurement wrote down the same for a scope, by two people;
until they agree on another, the last one that both signed stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from queries.minutes import Entry
from queries.selection import NOT_ASSIGNED, Choices
from spend.demand import Words
from spend.stock_items import StockItems
from spend.stock_plan import obsolete_of
from spend.stock_target import ALL, LEVELS, Policy, scope_words

SIDES = {"finance": "procurement", "procurement": "finance"}
SECOND_PERSON = "a second person"


@dataclass(frozen=True)
class Agreed:
    """A policy in force: who signed it on each side, and what the second of them wrote."""

    policy: Policy
    finance: str
    procurement: str
    entry: Entry


@dataclass(frozen=True)
class Proposed:
    """A policy that one side wrote down; ``missing`` says whose signature it lacks."""

    policy: Policy
    entry: Entry
    missing: str


def in_force(entries: Sequence[Entry]) -> tuple[Agreed, ...]:
    """What both teams signed last for each scope, scopes in order; nothing for one cleared since.

    A side's newer word takes the place of its older one: what it no longer says can't be signed.
    """
    found = _scopes(entries)
    agreed = (found[scope].agreed for scope in sorted(found))
    return tuple(one for one in agreed if one and one.policy.kind != "clear")


def proposed(entries: Sequence[Entry]) -> tuple[Proposed, ...]:
    """What each side asks for now that is not in force, the newest last."""
    found = (one for scope in _scopes(entries).values() for one in scope.open())
    return tuple(sorted(found, key=lambda one: one.entry.minute))


def skipped(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A sentence for every entry that says nothing that can be followed."""
    return tuple(
        f"The policy in minute {entry.minute} was left out: {found}."
        for entry, found in _read(entries)
        if isinstance(found, str)
    )


def apply_policies(items: StockItems, agreed: Sequence[Agreed], choices: Choices) -> StockItems:
    """The items on the targets in force: an item's policy goes before its class's, that before its
    category's (the nearest up the tree), that before the one for all, that before its own.

    The policy that goes first counts as a whole: where it says nothing of reviews, the item's own
    review period stays. The same object where nothing is agreed.
    """
    return with_policies(items, [one.policy for one in agreed], choices)


def if_signed(
    items: StockItems, entries: Sequence[Entry], one: Proposed, choices: Choices
) -> StockItems:
    """Items that are on no policy yet, as they would be if the other side signed too."""
    policies = {a.policy.scope: a.policy for a in in_force(entries)}
    policies[one.policy.scope] = one.policy
    standing = [policy for policy in policies.values() if policy.kind != "clear"]
    return with_policies(items, standing, choices)


def with_policies(items: StockItems, policies: Sequence[Policy], choices: Choices) -> StockItems:
    """The items on some policies, one a scope and none that clears; as ``apply_policies``."""
    if not policies:
        return items
    place = _places(items, {p.scope: i for i, p in enumerate(policies)}, choices)
    taken = (place >= 0) & ~obsolete_of(items)  # nothing more is held for what nobody wants
    kinds = np.array([p.kind for p in policies])[place]
    level = np.array([p.level for p in policies], np.float64)[place]
    days = np.array([p.review_days for p in policies], np.float64)  # None becomes NaN
    review = days.round(4)[place]  # a next to nothing can't be divided by
    source = np.array([f"policy for {scope_words(p.scope, choices)}" for p in policies])[place]
    targets: dict[str, Any] = {
        kind: np.where(taken, np.where(kinds == kind, level, np.nan), getattr(items, kind))
        for kind in LEVELS
    }
    return replace(
        items,
        review_days=np.where(taken & ~np.isnan(review), review, items.review_days),
        target_source=np.where(taken, source, items.target_source),
        **targets,
    )


# --- Reading and signing --------------------------------------------------------------------------


@dataclass
class _Side:
    """What one team says of a scope now, and who of it signed that."""

    policy: Policy
    signed: dict[str, Entry] = field(default_factory=dict)

    @property
    def last(self) -> Entry:
        """What was signed last."""
        return max(self.signed.values(), key=lambda entry: entry.minute)


@dataclass
class _Scope:
    """What was said of one scope, as far as the entries have been read."""

    sides: dict[str, _Side] = field(default_factory=dict)
    agreed: Agreed | None = None

    def sign(self, entry: Entry, policy: Policy) -> None:
        side = self.sides.get(entry.team)
        if side is None or side.policy != policy:
            side = self.sides[entry.team] = _Side(policy)
        side.signed[entry.recorded_by] = entry
        other = self.sides.get(SIDES[entry.team])
        second = [who for who in other.signed if who != entry.recorded_by] if other else []
        stands = self.agreed is not None and self.agreed.policy == policy
        if other and other.policy == policy and second and not stands:
            who = {entry.team: entry.recorded_by, SIDES[entry.team]: second[-1]}
            self.agreed = Agreed(policy, who["finance"], who["procurement"], entry)

    def open(self) -> Iterator[Proposed]:
        """What each side asks for beyond what stands; of the same from one person, the later."""
        stands = self.agreed.policy if self.agreed else None
        asked = {
            team: side for team, side in self.sides.items()
            if side.policy != stands and not (stands is None and side.policy.kind == "clear")
        }  # fmt: skip
        same = len({side.policy for side in asked.values()}) < len(asked)
        found = [
            Proposed(side.policy, side.last, SECOND_PERSON if same else SIDES[team])
            for team, side in asked.items()
        ]
        newest = sorted(found, key=lambda one: one.entry.minute)
        yield from newest[-1:] if same else newest


def _scopes(entries: Sequence[Entry]) -> dict[str, _Scope]:
    found: dict[str, _Scope] = {}
    for entry, policy in _read(entries):
        if isinstance(policy, Policy):
            found.setdefault(policy.scope, _Scope()).sign(entry, policy)
    return found


def _read(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Policy | str]]:
    """Each entry with its policy, or with why it has none."""
    for entry in entries:
        try:
            policy: Policy | str = Policy.parse(entry.name, entry.body)
        except ValueError as error:
            policy = str(error)
        if entry.team not in SIDES or not entry.recorded_by:
            policy = "neither finance nor procurement signed it"
        yield entry, policy


# --- Which policy an item falls under -------------------------------------------------------------


def _places(items: StockItems, of_scope: Mapping[str, int], choices: Choices) -> NDArray[np.int64]:
    """For each item the place of the policy that goes first, -1 where it falls under none."""
    place = np.full(len(items), of_scope.get(ALL, -1))
    kinds = {scope.partition(":")[0] for scope in of_scope}

    def first(scopes: Iterable[str]) -> int:
        return next((of_scope[s] for s in scopes if s in of_scope), -1)

    each: list[tuple[str, Words, Callable[[str], Iterable[str]]]] = [
        ("category", items.category_id, lambda name: _up(name, choices)),
        ("class", items.statistics.demand_class, lambda name: [f"class:{name}"]),
        ("item", items.item_id, lambda name: [f"item:{name}"]),
    ]
    for kind, names, scopes in each:
        if kind in kinds and len(items):
            known, which = np.unique(names, return_inverse=True)
            found = np.array([first(scopes(str(name))) for name in known])[which]
            place = np.where(found >= 0, found, place)
    return place


def _up(category: str, choices: Choices) -> Iterator[str]:
    """The scopes of a category and of those above it, the nearest first; a circle ends."""
    known, passed = choices.options.get("category", {}), set()
    at: str | None = category or NOT_ASSIGNED
    while at and at not in passed:
        passed.add(at)
        yield f"category:{at}"
        at = known[at].parent if at in known else None
