"""Both sides' proposals side by side: what differs, what it costs, what each would have to give.

Every column of the first table sums from the last twelve months to the budget proposed; the second
sums, category by category, to how far each side is from the middle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spend.agreement import SIDES
from spend.goal_agreement import Goals, chances, halfway
from spend.goal_charts import STEPS
from spend.goal_plan import GoalPlan
from spend.goal_proposals import Budget, GoalProposal
from spend.goal_words import steps
from spend.money import decimal, share, short
from spend.result import Cell, Fact, Table, TableColumn
from spend.sentences import capital, listed

NOT_ASSIGNED = "Not assigned"
LEAST = 100  # cents: less than that is no difference worth a word


@dataclass(frozen=True)
class Middle:
    """The budget half way between both sides, and how likely each side thinks it is exceeded."""

    budget: Budget
    chances: Mapping[str, float]

    @property
    def amount(self) -> int:
        """All of it, in cents."""
        return sum(cents for _, cents in self.budget)


def middle_of(goals: Goals) -> Middle | None:
    """The middle of two proposals that differ; ``None`` where there is nothing between them."""
    sides = goals.sides
    if len(sides) < len(SIDES) or len({one.amount for one in sides.values()}) == 1:
        return None
    budget = halfway(sides)
    return Middle(budget, chances(sides, sum(cents for _, cents in budget)))


def items(one: GoalProposal) -> dict[str, int]:
    """How a proposal is made up, by the names of the plan's bridge: amounts in cents that sum to
    the budget it asks for."""
    plan = one.plan
    made = dict(steps(plan))
    made["savings"] += plan.expected - plan.base - sum(made.values())
    return {
        "Last 12 months": plan.base,
        **{label: made[key] for key, (label, _) in STEPS.items()},
        "Above or below what is expected": one.amount - plan.expected,
    }


RANGE = {
    "In one of ten years it is less than": "p10",
    "As likely above as below": "p50",
    "In one of ten years it is more than": "p90",
    "Budget at risk, at 95 %": "at_risk",
}


def sides_table(goals: Goals) -> Table | None:
    """What each side proposes, item by item, and how far apart they are; what both signed stands
    once. None without proposals."""
    sides = goals.sides
    if not sides:
        return None
    agreed = goals.agreed.value if goals.agreed else None
    same = all(one == agreed for one in sides.values())
    shown = {"agreed": next(iter(sides.values()))} if same else sides
    names = ("agreed",) if same else SIDES
    columns = [TableColumn("item", "What it is made of", "text")]
    columns += [TableColumn(name, capital(name), "money") for name in names]
    if not same:
        columns.append(TableColumn("apart", "Procurement less finance", "money"))
    made = {side: _amounts(one) for side, one in shown.items()}
    labels = next(iter(made.values()))
    rows = [_row(label, {side: of[label] for side, of in made.items()}, same) for label in labels]
    how = "that both signed" if same else "as each side proposes it"
    title = f"The goal of {goals.fiscal_year}, {how}"
    return Table("goal_sides", title, tuple(columns), tuple(rows))


def _amounts(one: GoalProposal) -> dict[str, int]:
    """All that a proposal says, in cents: what it is made of, its budget and its range."""
    spread = {label: int(getattr(one.plan, name)) for label, name in RANGE.items()}
    return {**items(one), "Budget proposed": one.amount, **spread}


def _row(label: str, of: Mapping[str, int], same: bool) -> tuple[Cell, ...]:
    if same:
        return (label, decimal(of["agreed"]))
    finance, procurement = (of.get(side) for side in ("finance", "procurement"))
    apart = None if finance is None or procurement is None else procurement - finance
    return (label, *(decimal(cents) for cents in (finance, procurement, apart)))


# --- Category by category -------------------------------------------------------------------------


def give_table(goals: Goals, middle: Middle | None) -> Table | None:
    """What each side would have to give to meet in the middle, the widest gap first."""
    if middle is None:
        return None
    finance, procurement = (dict(goals.sides[side].budget) for side in ("finance", "procurement"))
    names = category_names([one.plan for one in goals.sides.values()])
    rows = [
        (name, finance.get(name, 0), procurement.get(name, 0), cents)
        for name, cents in middle.budget
    ]
    rows.sort(key=lambda row: (-abs(row[2] - row[1]), row[0]))
    cells = tuple(_given(names.get(row[0], row[0]), *row[1:]) for row in rows)
    sums = [
        sum(amounts)
        for amounts in ((r[1] for r in rows), (r[2] for r in rows), (r[3] for r in rows))
    ]
    columns = (
        TableColumn("category", "Category", "text"),
        TableColumn("finance", "Finance", "money"),
        TableColumn("procurement", "Procurement", "money"),
        TableColumn("middle", "Half way", "money"),
        TableColumn("finance_gives", "Finance would add", "money"),
        TableColumn("procurement_gives", "Procurement would add", "money"),
    )
    title = "What each side would have to give to meet half way"
    return Table("goal_give", title, columns, cells, total=_given("Total", *sums))


def _given(name: str, finance: int, procurement: int, middle: int) -> tuple[Cell, ...]:
    amounts = (finance, procurement, middle, middle - finance, middle - procurement)
    return (name, *map(decimal, amounts))


def category_names(plans: Sequence[GoalPlan]) -> dict[str, str]:
    """Categories by their ids, as some plans name them."""
    found = {line.category_id: line.name for plan in plans for line in plan.lines}
    return {key: name or key or NOT_ASSIGNED for key, name in found.items()} | {"": NOT_ASSIGNED}


# --- In words -------------------------------------------------------------------------------------


def facts(goals: Goals, middle: Middle | None) -> Iterator[Fact]:
    """What each proposes, and how likely it is exceeded by its own forecast."""
    for side, one in goals.sides.items():
        chance = one.plan.chance
        meaning = f"The budget that {side} asks for."
        if chance is not None:
            meaning += f" By its own forecast it is exceeded with {share(chance, 0)}."
        yield Fact(f"{capital(side)} proposes", decimal(one.amount), "money", meaning)
    if middle is not None:
        finance, procurement = (goals.sides[side].amount for side in ("finance", "procurement"))
        yield Fact("Apart", decimal(abs(finance - procurement)), "money", "Between both budgets.")
        yield Fact("Half way", decimal(middle.amount), "money", _likely(middle))


def said(goals: Goals, middle: Middle | None) -> str:
    """What is agreed or asked for, how far apart both are and where most of it lies."""
    sides = goals.sides
    if not sides:
        return f"Nobody has proposed a goal for {goals.fiscal_year} yet."
    currency = next(iter(sides.values())).plan.currency
    parts = [*_standing(goals, currency), *_asked(goals, currency)]
    sentence = f"For {goals.fiscal_year}, {listed(parts)}"
    if middle is None:
        return f"{sentence}."
    gap = sides["procurement"].amount - sides["finance"].amount
    most = _most(goals)
    half = f"half way is {_short(middle.amount, currency)}. {_likely(middle)}"
    return f"{sentence}: {_short(abs(gap), currency)} apart{most}; {half}"


def _standing(goals: Goals, currency: str) -> Iterator[str]:
    """What both signed."""
    if goals.agreed:
        amount = _short(goals.agreed.value.amount, currency)
        by = listed([goals.agreed.finance, goals.agreed.procurement])
        yield f"{amount} is agreed, signed by {by}"


def _asked(goals: Goals, currency: str) -> Iterator[str]:
    """What each side asks for that is not agreed."""
    for side, one in goals.sides.items():
        if goals.agreed is None or one != goals.agreed.value:
            yield f"{side} proposes {_short(one.amount, currency)}"


def _likely(middle: Middle) -> str:
    told = [f"{share(chance, 0)} by {side}'s" for side, chance in middle.chances.items()]
    return f"The chance to exceed it is {listed(told)} own forecast."


def _most(goals: Goals) -> str:
    """The category where the sides are furthest apart, and what they assume of it."""
    finance, procurement = (dict(goals.sides[side].budget) for side in ("finance", "procurement"))
    names = category_names([one.plan for one in goals.sides.values()])
    gaps = {c: procurement.get(c, 0) - finance.get(c, 0) for c in {**finance, **procurement}}
    widest = max(gaps, key=lambda name: (abs(gaps[name]), name))
    if abs(gaps[widest]) < LEAST:
        return ""
    currency = goals.sides["finance"].plan.currency
    return f", {_short(abs(gaps[widest]), currency)} of it {names.get(widest, widest)}"


def _short(cents: int, currency: str) -> str:
    return short(decimal(cents), currency)
