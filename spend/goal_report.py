"""Next year's goal for one selection: what it is made from, its range, and what drives it.

``report`` and ``assembled`` touch the store; page, command line, exports and tests show what they
give.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from queries.errors import ConcordError
from queries.selection import Selection, sentence
from queries.store import Store
from spend import goal_charts, goal_market, goal_range, goal_running, goal_table
from spend.goal_assembly import assemble
from spend.goal_book import GoalBook
from spend.goal_choice import MOST_FIXED, MOST_PROPOSED, MOST_VOLUME, shares
from spend.goal_market import Market
from spend.goal_plan import SEED, Assumptions, DriftKind, GoalPlan
from spend.goal_range import Month
from spend.goal_running import Assumption
from spend.goal_words import Words
from spend.money import decimal, short
from spend.monte_carlo import DRAWS
from spend.result import Fact, Report, Table

TITLE = "Goals"
QUESTION = "What will next year cost, how sure is that, and what do both teams sign?"


@dataclass(frozen=True, eq=False)
class Made:
    """A plan with what its page shows beside it."""

    book: GoalBook
    plan: GoalPlan
    market: Market
    months: tuple[Month, ...]
    priced: str  # the month at whose prices the running budget was made
    running: tuple[Assumption, ...]


def report(
    store: Store,
    selection: Selection,
    *,
    volume: tuple[str, ...] = (),
    growth: float = 0.0,
    spread: float = 0.0,
    fixed: tuple[str, ...] = (),
    drift: str = "history",
    proposed: float = 0.0,
    seed: int = SEED,
    draws: int = DRAWS,
    priced: str = "",
) -> Report:
    """Next year's plan and its range, as at the selection's position date.

    ``volume`` and ``fixed`` are words such as ``C-1110:5``, per cent by category; ``growth`` and
    ``spread`` shares; ``proposed`` a budget in the reporting currency, 0 for none; ``priced`` the
    month at whose prices this year's budget was made. Raises ``ConcordError`` for what can't be
    read.
    """
    assumptions = assumed(volume, growth, spread, fixed, drift, proposed, seed, draws)
    with store.reader(selection.as_of) as reader:
        book = GoalBook.read(reader, selection)
        return _report(_made(book, assumptions, priced))


def assembled(store: Store, selection: Selection, assumptions: Assumptions) -> GoalPlan:
    """Next year's plan alone, with everything to freeze."""
    with store.reader(selection.as_of) as reader:
        return assemble(GoalBook.read(reader, selection), assumptions)


def assumed(
    volume: tuple[str, ...] = (),
    growth: float = 0.0,
    spread: float = 0.0,
    fixed: tuple[str, ...] = (),
    drift: str = "history",
    proposed: float = 0.0,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Assumptions:
    """The controls of the page as assumptions; ``ConcordError`` with the rule that one breaks.

    >>> assumed(volume=("C-1110:5",), proposed=1_000.5).proposal
    100050
    """
    try:
        return Assumptions(
            volume=shares(volume, MOST_VOLUME),
            growth=growth,
            give_or_take=spread,
            fixed=shares(fixed, MOST_FIXED),
            drift=_drift(drift),
            proposal=_cents(proposed),
            seed=seed,
            draws=draws,
        )
    except ValueError as error:
        raise ConcordError(str(error)) from None


def _cents(proposed: float) -> int | None:
    if not 0 <= proposed <= MOST_PROPOSED:
        raise ValueError(f"a budget to hold against it must be from 0 to {MOST_PROPOSED:,}")
    return round(proposed * 100) if proposed else None


def _drift(word: str) -> DriftKind:
    if word not in ("history", "none"):
        raise ValueError("drift must be history or none")
    return "history" if word == "history" else "none"


def _made(book: GoalBook, assumptions: Assumptions, priced: str) -> Made:
    market = goal_market.market(book.market_rows, assumptions.drift)
    plan = assemble(book, assumptions, market)
    months = goal_range.by_month(plan.spend_plan, plan.market, plan.seed, plan.draws)
    known = goal_running.months(book)
    if priced and priced not in known:
        raise ConcordError(f"priced {priced}: it is a month from {known[-1]} to {known[0]}")
    priced = priced or known[0]
    running = goal_running.against_market(book, market, priced)
    return Made(book, plan, market, months, priced, running)


def _report(made: Made) -> Report:
    book, plan = made.book, made.plan
    words = Words(book, plan, made.market, made.running)
    fan = goal_charts.fan(plan, made.months)
    return Report(
        name="goals",
        title=TITLE,
        question=QUESTION,
        selection=replace(book.window.named(book.selection), budget_version=book.version),
        sentence=f"{plan.fiscal_year}, from what is known on {plan.position:%-d %B %Y}. "
        f"{sentence(replace(book.selection, as_of=None), book.choices)}",
        currency=plan.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        facts=tuple(_facts(made)),
        bridges=(goal_charts.bridge(plan),),
        charts=(fan, goal_charts.tornado(plan, _names(plan))),
        tables=tuple(_tables(made, fan.axis)),
        notes=words.notes(),
        lead="plan",
    )


def _names(plan: GoalPlan) -> dict[str, str]:
    """What savings and lines are called."""
    lines = {
        part.line_id: f"{line.name}, {line.currency}" if part.currency else line.name
        for line in plan.lines for part in line.plan_lines
    }  # fmt: skip
    return lines | {one.initiative_id: one.name for one in plan.pipeline}


def _tables(made: Made, axis: tuple[str, ...]) -> Iterator[Table]:
    plan = made.plan
    yield goal_table.by_category(made.book, plan)
    yield goal_table.pipeline(plan)
    yield goal_table.market(plan, made.market)
    yield goal_table.months(plan, axis, made.months)
    yield goal_table.running(made.running, plan.fiscal_year - 1, made.priced)


def _facts(made: Made) -> Iterator[Fact]:
    """What the page says; the first six are its tiles."""
    plan, nothing = made.plan, not made.plan.lines

    def money(label: str, cents: int, meaning: str) -> Fact:
        return Fact(label, None if nothing else decimal(cents), "money", meaning)

    yield money("Last 12 months", plan.base, f"invoiced up to {plan.position:%-d %B %Y}")
    yield money(f"{plan.fiscal_year} expected", plan.expected, "the mean of what may happen")
    yield money("P10", plan.p10, "in one year of ten it is less")
    yield money("P50", plan.p50, "in as many years it is more as less")
    yield money("P90", plan.p90, "in one year of ten it is more")
    yield money("At risk, 95 %", plan.at_risk, "beyond expected; exceeded 1 year in 20")
    yield money("At risk, 90 %", plan.at_risk_90, "beyond expected; exceeded 1 year in 10")
    yield money("At today's prices", plan.planned, "no drift, no savings")
    if plan.chance is not None and not nothing:
        asked = short(decimal(plan.assumptions.proposal), plan.currency)
        yield Fact("Chance of exceeding", plan.chance, "share", f"a budget of {asked}")
    if made.running:
        cost = sum(one.cost for one in made.running)
        month = goal_running.month_words(made.priced)
        told = f"what {plan.fiscal_year - 1} costs beyond a budget made at the prices of {month}"
        yield Fact("Market beyond the budget", decimal(cost), "money", told)


def known(store: Store, selection: Selection) -> tuple[dict[str, str], tuple[str, ...]]:
    """The categories by id with their names, and the months the budget may have been made in."""
    with store.reader(selection.as_of) as reader:
        book = GoalBook.read(reader, selection)
        names: Any = book.choices.options["category"].values()
        return {o.id: o.name for o in names}, goal_running.months(book)
