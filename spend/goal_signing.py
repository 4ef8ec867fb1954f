"""A year's goal for a page: what each side proposes, what was signed, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from queries.selection import FILTERS, Selection
from queries.store import Reader, Store
from spend import goal_report
from spend.agreement import Standing
from spend.goal_agreement import Goals, target_of
from spend.goal_book import GoalBook
from spend.goal_budget import AgreedBudget, agreed_budget
from spend.goal_moved import last_values, moved_table
from spend.goal_plan import Assumptions
from spend.goal_proposals import GoalProposal, with_budget
from spend.goal_scored import ScoredGoal, scored_goals
from spend.goal_sides import Middle, give_table, middle_of, said, sides_table
from spend.goal_words import part_of_year
from spend.money import decimal, exact
from spend.result import Note, Report, Table, Value
from spend.target_signing import later_words


@dataclass(frozen=True)
class GoalSigning:
    """What a page shows of one fiscal year's goal.

    ``standings`` are what is in force and what can be signed, ``middle`` the proposal half way that
    each side can make of its own forecast; ``budget`` is the version that the agreed goal makes.
    """

    fiscal_year: int
    said: str
    standings: tuple[Standing, ...]
    skipped: tuple[str, ...]
    tables: tuple[Table, ...]
    middle: dict[str, GoalProposal]
    budget: AgreedBudget | None
    proposals: Mapping[str, GoalProposal]  # of "finance", "procurement", "agreed"

    def said_already(self, role: str, report: Report, assumptions: Assumptions) -> str:
        """That a report's very plan is agreed, or what a side proposes; "" where it is neither."""
        for side, told in (("agreed", "is agreed"), (role, f"is what {role} proposes")):
            one = self.proposals.get(side)
            if one and _same(one, report, assumptions):
                return f"This very plan {told}: change what is assumed to propose another."
        return ""


def goal_signing(store: Store, selection: Selection, fiscal_year: int) -> GoalSigning:
    """The goal of a fiscal year as at a moment; what is selected does not matter to it."""
    with store.reader(selection.as_of) as reader:
        goals = Goals.read(reader, fiscal_year)
        since, other = _since(reader, selection, goals), _other_target(reader, goals)
    middle = middle_of(goals)
    budget = agreed_budget(store, fiscal_year, selection.as_of) if goals.agreed else None
    return GoalSigning(
        fiscal_year,
        f"{said(goals, middle)}{other}",
        goals.standings,
        goals.skipped,
        (*_tables(goals, middle), *since),
        _half_way(goals, middle),
        budget,
        goals.said,
    )


def _same(one: GoalProposal, report: Report, assumptions: Assumptions) -> bool:
    """Whether a proposal asks for the plan of a report, to the cent."""
    plan, shown = one.plan, {fact.label: fact.value for fact in report.facts}
    figures = {"Last 12 months": plan.base, f"{plan.fiscal_year} expected": plan.expected,
               "P10": plan.p10, "P50": plan.p50, "P90": plan.p90}  # fmt: skip
    return (
        all(shown.get(label) == decimal(cents) for label, cents in figures.items())
        and decimal(one.amount) == asked_for(report, assumptions, plan.fiscal_year)
        and replace(plan.assumptions, proposal=None) == replace(assumptions, proposal=None)
    )


def too_little(store: Store, selection: Selection) -> str:
    """Why a plan can't be proposed: it is made of a part of a year; "" where it is not."""
    with store.reader(selection.as_of) as reader:
        part = part_of_year(GoalBook.read(reader, selection))
    return f"{part}: a year's goal needs a whole year behind it." if part else ""


def _half_way(goals: Goals, middle: Middle | None) -> dict[str, GoalProposal]:
    """The middle as each side may propose it, of its own forecast."""
    if middle is None:
        return {}
    return {
        side: with_budget(one, middle.budget, middle.chances[side])
        for side, one in goals.sides.items()
    }


@wraps(goal_report.report, assigned=())  # its controls; pages keep what each makes by its name
def report(store: Store, selection: Selection, **controls: Any) -> Report:
    """Next year's plan with what both sides propose and signed, and what came of earlier goals."""
    found = goal_report.report(store, selection, **controls)
    year = planned_year(store, selection)
    return added(found, goal_signing(store, selection, year), scored_goals(store, selection))


def added(found: Report, signing: GoalSigning, scored: Sequence[ScoredGoal]) -> Report:
    """A plan's report with what is signed, and with what came of earlier goals."""
    return replace(
        found,
        bridges=(*found.bridges, *(one.bridge for one in scored)),
        tables=(*found.tables, *signing.tables, *(one.table for one in scored)),
        notes=(*found.notes, *(Note(said) for said in (signing.said, *(s.said for s in scored)))),
    )


def _tables(goals: Goals, middle: Middle | None) -> tuple[Table, ...]:
    found = (sides_table(goals), give_table(goals, middle))
    return tuple(table for table in found if table is not None)


def _since(reader: Reader, selection: Selection, goals: Goals) -> tuple[Table, ...]:
    """What the market did since the goal was agreed, or else since the last proposal was made."""
    if not goals.sides:
        return ()
    last = goals.agreed.value if goals.agreed else list(goals.sides.values())[-1]
    days = Selection(selection.from_period, selection.to_period)
    table = moved_table(last.plan, last_values(GoalBook.read(reader, days).market_rows))
    return (table,) if table else ()


def _other_target(reader: Reader, goals: Goals) -> str:
    """Whether the year's target is no longer what the goal says, as a sentence."""
    if goals.agreed is None:
        return ""
    meant = target_of(goals.agreed.value)
    target = later_words(reader, goals.fiscal_year).get(meant.metric, {}).get("agreed")
    if target == meant.value:
        return ""
    now = "nothing" if target is None else exact(target, goals.agreed.value.plan.currency)
    return f" The target of the year's spend was changed since: {now} is agreed now."


def planned_year(store: Store, selection: Selection) -> int:
    """The fiscal year that a selection's goals are of: the one after its position date's."""
    with store.reader(selection.as_of) as reader:
        return GoalBook.read(reader, selection).fiscal_year


def asked_for(report: Report, assumptions: Assumptions, fiscal_year: int) -> Value:
    """The budget that a plan asks for: the one assumed, else what its report expects of the year;
    ``None`` where there is nothing to plan from."""
    facts = {one.label: one.value for one in report.facts}
    expected = facts.get(f"{fiscal_year} expected")
    if expected is None or assumptions.proposal is None:
        return expected
    return decimal(assumptions.proposal)


def whole(selection: Selection) -> bool:
    """Whether a selection is of the whole company: goals are of nothing less.

    >>> whole(Selection()), whole(Selection(category=("C-1",)))
    (True, False)
    """
    return not any(getattr(selection, one.key) for one in FILTERS)
