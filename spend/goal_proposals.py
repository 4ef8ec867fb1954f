"""What a team proposes for next year: a forecast, frozen with its market, and a budget made of it.

A proposal is an entry of the minutes that holds all that its figures were made from, so that it can
be made again, compared and, once the year has passed, held against what happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spend.closing import apportioned
from spend.goal_plan import GoalPlan
from spend.money import decimal, exact
from spend.monte_carlo import Simulation, simulate
from spend.plain_data import plain, restored

GOAL = "goal"  # what an entry about a goal is in the minutes
LARGEST = 10**15  # cents
NOT_ASSIGNED = ""

Budget = tuple[tuple[str, int], ...]  # cents by category id


@dataclass(frozen=True)
class GoalProposal:
    """A forecast of a fiscal year and the budget that is asked for, by category, in whole cents.

    ``load`` is the load that the forecast was made from.
    """

    plan: GoalPlan
    budget: Budget
    load: int

    def __post_init__(self) -> None:
        if not self.budget:
            raise ValueError("a goal has a budget for one category or more")
        if len(dict(self.budget)) != len(self.budget):
            raise ValueError("a goal has one budget for a category")
        if self.load < 1 or not all(abs(cents) < LARGEST for _, cents in self.budget):
            raise ValueError("a goal is of a load, and of amounts that can be meant")

    @classmethod
    def parse(cls, name: str, body: Any) -> "GoalProposal":
        """A proposal as the minutes kept it; raises ``ValueError`` with the rule it breaks."""
        found = restored(cls, body)
        if name != found.name:
            raise ValueError("a goal is named after its fiscal year")
        return found

    @property
    def name(self) -> str:
        """What it is called in the minutes: its fiscal year."""
        return str(self.plan.fiscal_year)

    @property
    def amount(self) -> int:
        """The whole budget that is asked for."""
        return sum(cents for _, cents in self.budget)

    def body(self) -> dict[str, Any]:
        """What the minutes keep of it: all of it, and in words for whoever reads them."""
        return {"text": self.said(), **plain(self)}

    def said(self) -> str:
        """The proposal in words."""
        amount = exact(decimal(self.amount), self.plan.currency)
        return f"a budget of {amount} for {self.name}"


def proposal(plan: GoalPlan, load: int) -> GoalProposal:
    """What a plan proposes: its assumed budget, else what it expects, shared out by category."""
    asked = plan.assumptions.proposal
    return GoalProposal(plan, shared_budget(plan, plan.expected if asked is None else asked), load)


def with_budget(asked: GoalProposal, budget: Budget, chance: float) -> GoalProposal:
    """The same forecast with another budget, and the chance that it is exceeded."""
    amount = sum(cents for _, cents in budget)
    assumptions = replace(asked.plan.assumptions, proposal=amount)
    return replace(
        asked, plan=replace(asked.plan, assumptions=assumptions, chance=chance), budget=budget
    )


def made_again(asked: GoalProposal) -> Simulation:
    """The draws of a proposal, the same as when it was made: all that they follow is kept."""
    plan = asked.plan
    return simulate(plan.spend_plan, plan.market, plan.seed, plan.draws)


def shared_budget(plan: GoalPlan, amount: int) -> Budget:
    """An amount by category, in proportion to what each is expected to come to after its savings.

    To the cent, by largest remainder. A saving whose category has no line is taken off all of them;
    a category that is expected to give money back gets nothing; where nothing is expected at all,
    the whole amount is "not assigned".
    """
    expected = expected_by_category(plan)
    weights = np.maximum(np.array(list(expected.values()), dtype=np.float64), 0.0)
    if not weights.sum():
        return ((NOT_ASSIGNED, amount),)
    parts = apportioned(amount * (weights / weights.sum()), amount)
    return tuple(zip(expected, parts.tolist(), strict=True))


def expected_by_category(plan: GoalPlan) -> dict[str, float]:
    """What each category is expected to come to, its savings taken off, in cents."""
    found: dict[str, float] = {}
    for line in plan.lines:
        found[line.category_id] = found.get(line.category_id, 0.0) + line.expected
    whole, savings = sum(found.values()), _expected_savings(plan)
    loose = sum(cents for category, cents in savings.items() if category not in found)
    part = loose / whole if whole else 0.0
    return {c: cents * (1.0 - part) - savings.get(c, 0.0) for c, cents in found.items()}


def _expected_savings(plan: GoalPlan) -> Mapping[str, float]:
    """The expected savings by category, as the simulation weighs them."""
    home = {one.initiative_id: one.category_id for one in plan.pipeline}
    found: dict[str, float] = {}
    for saving in plan.savings:
        category = home.get(saving.saving_id, NOT_ASSIGNED)
        found[category] = found.get(category, 0.0) + saving.amount * saving.probability
    return found
