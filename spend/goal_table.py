"""The tables of next year's goal: every assumption beside what comes of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from spend.goal_book import GoalBook
from spend.goal_market import Market
from spend.goal_plan import CategoryPlan, GoalPlan
from spend.goal_range import Month
from spend.goal_running import Assumption, month_words
from spend.money import decimal
from spend.result import Cell, Table, TableColumn
from spend.savings_policy import headed
from spend.tree import Branch, Member, Tree

MONEY = (
    ("base", "Last 12 months"),
    ("volume_effect", "Volume"),
    ("price_to_date", "Prices until now"),
    ("price_drift", "Prices to come"),
    ("currency", "Currency"),
    ("savings", "Savings"),
    ("expected", "Expected"),
)


def by_category(book: GoalBook, plan: GoalPlan) -> Table:
    """The plan down the tree of categories; its rows sum to what is expected."""
    tree = Tree(Member(o.id, o.name, o.parent) for o in book.choices.options["category"].values())
    sums = _sums(plan)
    columns = (
        TableColumn("name", "Category", "text"),
        *(TableColumn(key, label, "money") for key, label in MONEY),
        TableColumn("change", "Change", "change"),
        TableColumn("volume", "Volume assumed", "change"),
        TableColumn("index", "Follows", "text"),
        TableColumn("pass_through", "Pass-through", "share"),
        TableColumn("covered", "Price fixed", "share"),
        TableColumn("until", "Until", "text"),
    )
    branches = tree.rows(sums, len(MONEY) - 1)
    of = _assumptions(plan)
    total = [sum(values) for values in zip(*sums.values(), strict=True)] if sums else []
    return _without_empty(Table(
        "categories", f"The plan of {plan.fiscal_year} by category", columns,
        tuple(_branch(branch, of) for branch in branches),
        ids=tuple(branch.id for branch in branches),
        depth=tuple(branch.depth for branch in branches),
        total=("Total", *map(decimal, total), _change(total), *[None] * 5) if total else None,
    ))  # fmt: skip


def _without_empty(table: Table) -> Table:
    """The table without columns that say nothing of any row: steps and assumptions not taken."""
    needed = {"name", "base", "expected"}
    kept = [
        place
        for place, column in enumerate(table.columns)
        if column.key in needed or any(row[place] for row in table.rows)
    ]

    def cut(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(row[place] for place in kept)

    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(map(cut, table.rows)),
        total=cut(table.total) if table.total else None,
    )


def _sums(plan: GoalPlan) -> dict[str, list[int]]:
    """The amounts of ``MONEY`` by category, in cents."""
    found: dict[str, list[int]] = {}
    for line in plan.lines:
        currency = line.currency_to_date + line.currency_drift
        values = [
            line.base, line.volume_effect, line.price_to_date, line.price_drift, currency, 0,
            line.expected,
        ]  # fmt: skip
        _add(found, line.category_id, values)
    for one in plan.pipeline:
        if one.expected:
            _add(found, one.category_id, [0, 0, 0, 0, 0, -one.expected, -one.expected])
    return found


def _add(found: dict[str, list[int]], category: str, values: Sequence[int]) -> None:
    before = found.get(category, [0] * len(MONEY))
    found[category] = [a + b for a, b in zip(before, values, strict=True)]


def _assumptions(plan: GoalPlan) -> Mapping[str, Sequence[CategoryPlan]]:
    """The lines of each category, one a currency: they share all but what is fixed."""
    found: dict[str, list[CategoryPlan]] = {}
    for line in plan.lines:
        found.setdefault(line.category_id, []).append(line)
    return found


def _branch(branch: Branch, of: Mapping[str, Sequence[CategoryPlan]]) -> tuple[Cell, ...]:
    amounts = [value or 0 for value in branch.sums]
    lines = of.get(branch.id, ())
    told: tuple[Cell, ...] = (None,) * 5
    if lines and not branch.has_parts:
        until = max((line.covered_until for line in lines if line.covered_until), default=None)
        told = (
            lines[0].volume or None,
            lines[0].index_code or None,
            lines[0].pass_through or None,
            _fixed(lines) or None,
            f"{until:%-d %B %Y}" if until else None,
        )
    return (branch.name, *map(decimal, amounts), _change(amounts), *told)


def _fixed(lines: Sequence[CategoryPlan]) -> float:
    """Which share of some lines' money has a price that is fixed for some of the year."""
    whole = sum(max(line.base, 0) for line in lines)
    return sum(max(line.base, 0) * line.covered_share for line in lines) / whole if whole else 0.0


def _change(amounts: Sequence[int]) -> float | None:
    base, expected = amounts[0], amounts[-1]
    return (expected - base) / base if base > 0 else None


def pipeline(plan: GoalPlan) -> Table:
    """The savings, each with what of it the plan takes off, and why or why not."""
    columns = (
        TableColumn("name", "Saving", "text"),
        TableColumn("type", "Type", "text"),
        TableColumn("stage", "Stage", "text"),
        TableColumn("annual", "Full claim", "money"),
        TableColumn("before", "Months in the base", "count"),
        TableColumn("next", f"Months in {plan.fiscal_year}", "count"),
        TableColumn("amount", f"Off {plan.fiscal_year}", "money"),
        TableColumn("probability", "Probability", "share"),
        TableColumn("expected", "Expected", "money"),
        TableColumn("reason", "Why none", "text"),
    )
    rows = tuple(
        (
            f"{one.initiative_id} {one.name}", headed(one.saving_type), headed(one.stage),
            decimal(one.annual), one.months_before, one.months_next, decimal(one.amount),
            one.probability, decimal(one.expected), one.reason or None,
        )
        for one in plan.pipeline
    )  # fmt: skip
    amount, expected = (
        decimal(sum(getattr(one, key) for one in plan.pipeline)) for key in ("amount", "expected")
    )
    total = ("Total", None, None, None, None, None, amount, None, expected, None)
    ids = tuple(one.initiative_id for one in plan.pipeline)
    return Table("savings", f"Savings in the plan of {plan.fiscal_year}", columns, rows, ids,
                 total=total if rows else None)  # fmt: skip


def market(plan: GoalPlan, found: Market) -> Table:
    """Each index and currency: where it stands, where it is expected to go, and how it strays (its
    standard deviation); what most money follows comes first."""
    columns = (
        TableColumn("name", "Index or currency", "text"),
        TableColumn("last", "Last value", "number"),
        TableColumn("year", "Over 12 months", "change"),
        TableColumn("drift", "Expected in 12 more", "change"),
        TableColumn("strays", "Strays in 12 months, 2 years in 3", "share"),
        TableColumn("open", f"Money that follows it in {plan.fiscal_year}", "money"),
    )
    made = {code: _code(plan, found, code) for code in plan.market.codes}
    codes = sorted(made, key=lambda code: (-_money(made[code][-1]), code))
    rows = tuple(made[code] for code in codes)
    return Table("market", "The market that the plan is held against", columns, rows, tuple(codes))


def _money(cell: Cell) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal(0)


def _code(plan: GoalPlan, found: Market, code: str) -> tuple[Cell, ...]:
    place, last = plan.market.place(code), plan.index_values[code]
    known = found.history[code].dropna()
    before = float(known.iloc[-13]) if len(known) > 12 else None
    parts = [part for line in plan.lines for part in line.plan_lines]
    follows = sum(
        round(float((part.by_month() * part.open_share(plan.start)).sum()))
        for part in parts if part.index_code == code
    ) + sum(part.planned for part in parts if part.currency == code)  # fmt: skip
    return (
        code,
        last,
        last / before - 1 if before else None,
        math.expm1(12 * plan.market.drift[place]),
        math.sqrt(12 * plan.market.variance(code)),
        decimal(follows),
    )


def months(plan: GoalPlan, axis: Sequence[str], found: Sequence[Month]) -> Table:
    """The year as it adds up: what is spent by the end of each month, and its range."""
    columns = (
        TableColumn("month", "Up to the end of", "text"),
        TableColumn("planned", "At today's prices", "money"),
        TableColumn("expected", "Expected", "money"),
        TableColumn("p10", "P10", "money"),
        TableColumn("p90", "P90", "money"),
    )
    rows = tuple(
        (
            name, decimal(month.planned), decimal(month.planned + month.expected),
            decimal(month.planned + month.p10), decimal(month.planned + month.p90),
        )
        for name, month in zip(axis, found, strict=False)
    )  # fmt: skip
    return Table("months", f"{plan.fiscal_year} month upon month", columns, rows)


def running(found: Sequence[Assumption], year: int, made: str) -> Table:
    """What this year's budget took for granted, and what the market makes of it."""
    columns = (
        TableColumn("name", "Category", "text"),
        TableColumn("index", "Index", "text"),
        TableColumn("pass_through", "Pass-through", "share"),
        TableColumn("budget", f"Budget {year}", "money"),
        TableColumn("then", f"Index, {month_words(made)}", "number"),
        TableColumn("now", "Index now", "number"),
        TableColumn("change", "Change", "change"),
        TableColumn("so_far", "Costs so far", "money"),
        TableColumn("to_come", "Costs to come", "money"),
        TableColumn("cost", "In all", "money"),
    )
    rows = tuple(
        (
            one.name, one.index_code, one.pass_through, decimal(one.budget), one.then, one.now,
            one.now / one.then - 1, decimal(one.so_far), decimal(one.to_come), decimal(one.cost),
        )
        for one in found
    )  # fmt: skip
    sums = [decimal(sum(getattr(one, key) for one in found))
            for key in ("budget", "so_far", "to_come", "cost")]  # fmt: skip
    total = ("Total", None, None, sums[0], None, None, None, *sums[1:])
    return Table("running", f"What the budget of {year} took for granted, and the market now",
                 columns, rows, tuple(one.category_id for one in found),
                 total=total if rows else None)  # fmt: skip
