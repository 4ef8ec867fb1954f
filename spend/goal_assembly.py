"""Next year's goal put together: what was spent, what people assume, the market, and the range."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from queries.errors import ConcordError
from spend import goal_market, goal_savings
from spend.closing import apportioned
from spend.goal_book import GoalBook
from spend.goal_lines import Pricing, Spent, assumed, planned_line, with_drift
from spend.goal_market import Market, rate_code
from spend.goal_plan import Assumptions, CategoryPlan, GoalPlan, PipelineSaving
from spend.monte_carlo import Simulation, simulate
from spend.plan_lines import SpendPlan
from spend.risk_drivers import risk_drivers


def assemble(book: GoalBook, assumptions: Assumptions, market: Market | None = None) -> GoalPlan:
    """The plan of the year after the selection's, and its range, under some assumptions.

    ``market`` is the book's own under these, where somebody has it already. Raises
    ``ConcordError`` for a category that does not exist.
    """
    _check(book, assumptions)
    market = market or goal_market.market(book.market_rows, assumptions.drift)
    planned = [
        planned_line(one, _pricing(book, one, market, assumptions), market, book.start)
        for one in book.spent
    ]
    lines = with_drift(planned, market.model, book.start, book.months_ahead)
    found = goal_savings.pipeline(book.initiatives, book.savings.policy, book.position, book.start)
    plan = SpendPlan(
        book.start,
        tuple(part for line in lines for part in line.plan_lines),
        goal_savings.savings(found),
        book.months_ahead,
    )
    simulation = simulate(plan, market.model, assumptions.seed, assumptions.draws)
    lines = _closing(lines, found, simulation.expected)
    return _made(book, assumptions, market, plan, lines, found, simulation)


def _made(
    book: GoalBook,
    assumptions: Assumptions,
    market: Market,
    plan: SpendPlan,
    lines: tuple[CategoryPlan, ...],
    found: tuple[PipelineSaving, ...],
    simulation: Simulation,
) -> GoalPlan:
    proposal = assumptions.proposal
    return GoalPlan(
        fiscal_year=book.fiscal_year,
        start=book.start,
        lines=lines,
        savings=plan.savings,
        market=market.model,
        index_values=market.last,
        seed=assumptions.seed,
        draws=assumptions.draws,
        planned=simulation.planned,
        expected=simulation.expected,
        p10=simulation.p10,
        p50=simulation.p50,
        p90=simulation.p90,
        at_risk=simulation.budget_at_risk(0.95),
        currency=book.currency,
        drivers=risk_drivers(plan, market.model, assumptions.seed, assumptions.draws),
        p95=simulation.quantile(0.95),
        at_risk_90=simulation.budget_at_risk(0.9),
        chance=None if proposal is None else simulation.chance_of_exceeding(proposal),
        months_ahead=plan.months_ahead,
        position=book.position,
        assumptions=assumptions,
        pipeline=found,
    )


def _check(book: GoalBook, assumptions: Assumptions) -> None:
    for category, _ in (*assumptions.volume, *assumptions.fixed):
        if category not in book.parents and category:
            raise ConcordError(f"there is no category {category}")


def _pricing(book: GoalBook, spent: Spent, market: Market, assumptions: Assumptions) -> Pricing:
    index, share = book.followed.get(spent.category_id, ("", 0.0))
    foreign = spent.currency != book.currency
    code = rate_code(spent.currency, book.currency) if foreign else ""
    volume = assumed(dict(assumptions.volume), book.parents, spent.category_id)
    return Pricing(
        index_code=index if index in market.last else "",
        pass_through=share if index in market.last else 0.0,
        rate_code=code if code in market.last else "",
        rate=market.last.get(code),
        volume=assumptions.growth if volume is None else volume,
        give_or_take=assumptions.give_or_take,
        fixed=assumed(dict(assumptions.fixed), book.parents, spent.category_id),
    )


def _closing(
    lines: Sequence[CategoryPlan], found: Sequence[PipelineSaving], expected: int
) -> tuple[CategoryPlan, ...]:
    """The lines, rounded so that with the savings they sum to what is expected, to the cent."""
    total = expected + sum(one.expected for one in found)
    parts = apportioned(np.array([float(line.expected) for line in lines]), total)
    missing = math.fsum(parts.tolist()) - sum(line.expected for line in lines)
    if not missing:
        return tuple(lines)
    return tuple(
        replace(line, expected=cents, price_drift=line.price_drift + cents - line.expected)
        for line, cents in zip(lines, parts.tolist(), strict=True)
    )
