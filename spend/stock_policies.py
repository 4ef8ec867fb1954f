"""How much to hold, as both teams signed it: from the minutes to the target of each item.

A policy takes effect once finance and procurement wrote down the same for a scope, by two people;
until they agree on another, the last one that both signed stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from queries.minutes import Entry
from queries.selection import NOT_ASSIGNED, Choices
from spend import agreement
from spend.agreement import Agreed, Proposed
from spend.demand import Words
from spend.stock_items import StockItems
from spend.stock_plan import obsolete_of
from spend.stock_target import ALL, LEVELS, Policy, scope_words


def in_force(entries: Sequence[Entry]) -> tuple[Agreed[Policy], ...]:
    """What both teams signed last for each scope, scopes in order; not what they cleared since."""
    return tuple(
        one for one in agreement.in_force(entries, Policy.parse) if one.value.kind != "clear"
    )


def proposed(entries: Sequence[Entry]) -> tuple[Proposed[Policy], ...]:
    """What each side asks for now that is not in force, the newest last; where nothing stands,
    nothing can be cleared."""
    stands = {one.name for one in agreement.in_force(entries, Policy.parse)}
    return tuple(
        one
        for one in agreement.proposed(entries, Policy.parse)
        if one.name in stands or one.value.kind != "clear"
    )


def skipped(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A sentence for every entry that says nothing that can be followed."""
    return agreement.skipped(entries, Policy.parse, "policy")


def apply_policies(
    items: StockItems, agreed: Sequence[Agreed[Policy]], choices: Choices
) -> StockItems:
    """The items on the targets in force: an item's policy goes before its class's, that before its
    category's (the nearest up the tree), that before the one for all, that before its own.

    The policy that goes first counts as a whole: where it says nothing of reviews, the item's own
    review period stays. The same object where nothing is agreed.
    """
    return with_policies(items, [one.value for one in agreed], choices)


def if_signed(
    items: StockItems, entries: Sequence[Entry], one: Proposed[Policy], choices: Choices
) -> StockItems:
    """Items that are on no policy yet, as they would be if the other side signed too."""
    policies = {agreed.name: agreed.value for agreed in in_force(entries)}
    policies[one.name] = one.value
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
