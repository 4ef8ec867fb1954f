"""What each side proposes for a year and what both signed: read from the minutes, and written.

A proposal moves nothing but its side's target of that year's spend, which is written with it. Once
both teams have signed the same, it is the year's goal: the agreed target, and a budget to load.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection

from queries import minutes
from queries.minutes import Draft, Entry
from queries.store import Reader, Store
from spend import agreement
from spend.agreement import SIDES, Agreed, Standing
from spend.closing import apportioned
from spend.goal_proposals import GOAL, Budget, GoalProposal, made_again
from spend.money import decimal
from spend.target_signing import TARGET, Wanted

METRIC = "actual_spend"  # the figure whose target a goal is


@dataclass(frozen=True, eq=False)
class Goals:
    """What is said of one fiscal year's goal, as at a moment."""

    fiscal_year: int
    entries: Sequence[Entry]

    @classmethod
    def read(cls, reader: Reader, fiscal_year: int) -> "Goals":
        """Those of a reader's moment."""
        every = reader.entries(GOAL)
        return cls(fiscal_year, [one for one in every if one.name == str(fiscal_year)])

    @cached_property
    def said(self) -> Mapping[str, GoalProposal]:
        """What each side says now, and what both signed, by "finance", "procurement", "agreed"."""
        return agreement.words(self.entries, _read).get(str(self.fiscal_year), {})

    @cached_property
    def agreed(self) -> Agreed[GoalProposal] | None:
        """What both signed last."""
        return next(iter(agreement.in_force(self.entries, _read)), None)

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What is in force, and what can be signed, the newest last."""
        asked = agreement.proposed(self.entries, _read)
        agreed = [self.agreed] if self.agreed else []
        return agreement.standings(agreed, asked, GoalProposal.said, GoalProposal.body)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Sentences on entries that say nothing that can be followed."""
        return agreement.skipped(self.entries, _read, "goal")

    @property
    def sides(self) -> dict[str, GoalProposal]:
        """What each side proposes, finance first; none of a side that said nothing."""
        return {side: self.said[side] for side in SIDES if side in self.said}


def _read(name: str, body: Any) -> GoalProposal:
    """A proposal as the minutes kept it; what was read before is not read again."""
    return _known(name, json.dumps(body))


@lru_cache(maxsize=64)
def _known(name: str, text: str) -> GoalProposal:
    return GoalProposal.parse(name, json.loads(text))


def agreed_goals(reader: Reader) -> tuple[Agreed[GoalProposal], ...]:
    """What both signed last for each fiscal year, the newest year first."""
    signed = agreement.in_force(reader.entries(GOAL), _read)
    return tuple(sorted(signed, key=lambda one: -one.value.plan.fiscal_year))


# --- Half way -------------------------------------------------------------------------------------


def halfway(sides: Mapping[str, GoalProposal]) -> Budget:
    """The budget in the middle of both sides', category by category, in whole cents.

    >>> middle({"steel": 100}, {"steel": 201, "paint": 11})
    (('steel', 151), ('paint', 5))
    """
    finance, procurement = (dict(sides[side].budget) for side in SIDES)
    return middle(finance, procurement)


def middle(one: Mapping[str, int], other: Mapping[str, int]) -> Budget:
    """The middle of two budgets, by category, in whole cents that sum to the middle of both."""
    names = list(dict.fromkeys((*one, *other)))
    parts = np.array([(one.get(name, 0) + other.get(name, 0)) / 2 for name in names])
    total = (sum(one.values()) + sum(other.values())) // 2
    return tuple(zip(names, apportioned(parts, total).tolist(), strict=True))


def chances(sides: Mapping[str, GoalProposal], amount: int) -> dict[str, float]:
    """How likely an amount is exceeded, by each side's own forecast."""
    return {side: made_again(one).chance_of_exceeding(amount) for side, one in sides.items()}


# --- Written down ---------------------------------------------------------------------------------


def target_of(asked: GoalProposal) -> Wanted:
    """The target that a proposal is: the year's spend is to come to its amount."""
    amount = decimal(asked.amount)
    assert amount is not None
    return Wanted(METRIC, asked.plan.fiscal_year, amount)


def record(store: Store, draft: Draft, load: int, now: datetime) -> int:
    """Write a proposal, or a signature under one, and its side's target with it or not at all."""
    wanted = target_of(GoalProposal.parse(draft.name, draft.body))
    target = replace(
        draft,
        request_id=f"{draft.request_id} {TARGET}",
        kind=TARGET,
        name=wanted.name,
        body=wanted.body(),
    )

    def also(book: Connection) -> None:
        minutes.record(book, target, load, now)

    return store.record(draft, load, now, also)
