"""What a trial and a proposal say: sentences, facts, tables and the frontier's chart."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from spend.money import share, short
from spend.result import Bridge, Cell, Chart, Fact, Series, Step, Table, TableColumn
from spend.terms_choice import Trial
from spend.terms_options import EXTEND
from spend.terms_scenario import TermsTotals
from spend.terms_simulation import Proposal, Simulation, SupplierTerms, simulate


def said(base: SupplierTerms, simulation: Simulation) -> str:
    """One sentence: what the trial does to cash, to each side, and to both together."""
    if not simulation.moves:
        return "Choose suppliers to see what other terms would do to both sides."
    sums = simulation.outcome.totals
    who = base.names[simulation.places[0]] if sums.suppliers == 1 else f"{sums.suppliers} suppliers"
    cash = short(abs(sums.cash_released), base.currency)
    moved = "releases" if sums.cash_released >= 0 else "takes"
    both = short(abs(sums.joint_gain), base.currency)
    together = f"lose {both}" if sums.joint_gain < 0 else f"gain {both}"
    value, cost = both_sides(sums)
    ours, theirs = (short(abs(v), base.currency) for v in (value, cost))
    us = f"is worth {ours} a year to us" if value >= 0 else f"costs us {ours} a year"
    side = "the supplier" if sums.suppliers == 1 else "the suppliers"
    them = f"costs {side} {theirs}" if cost >= 0 else f"is worth {theirs} to {side}"
    once = f"New terms for {who}: it {moved} {cash} of cash once, {us} and {them}."
    return f"{once} Together we {together} a year."


def both_sides(sums: TermsTotals) -> tuple[float, float]:
    """What terms are worth to the buyer and cost the suppliers in a year, discounts included."""
    return sums.buyer_value + sums.discount, sums.supplier_cost + sums.discount


def facts(base: SupplierTerms, simulation: Simulation) -> tuple[Fact, ...]:
    """The trial's totals."""
    sums = simulation.outcome.totals
    value, cost = both_sides(sums)
    return (
        Fact("Cash released", amount(sums.cash_released), "money", "Once, not every year."),
        Fact("Worth to us", amount(value), "money",
             "A year: the cash at our cost of cash, and the discounts."),
        Fact("Costs suppliers", amount(cost), "money",
             "A year: what waiting costs at their financing rates, and the discounts they give."),
        Fact("Price at risk", amount(sums.price_at_risk), "money",
             "A year: what the suppliers that lose would have to add to their prices to be whole; "
             "those that gain are not set against it."),
        Fact("Break-even rise", sums.breakeven_uplift, "change",
             "The rise of prices that makes up for what the suppliers lose."),
        Fact("Joint gain", amount(sums.joint_gain), "money",
             "A year, both sides together: prices only move money between them."),
    )  # fmt: skip


def sides(base: SupplierTerms, simulation: Simulation) -> Bridge:
    """From what the trial is worth to us to what it leaves both, through the suppliers' cost."""
    value, cost = (amount(side) for side in both_sides(simulation.outcome.totals))
    steps = (
        Step("Worth to us", value, "end"),
        Step("Costs the suppliers", -cost, "item", cost < 0,
             "What waiting for their money, and discounts, cost them in a year."),
        Step("Both together", value - cost, "end"),
    )  # fmt: skip
    return Bridge("sides", "What it is worth to us, and what it costs them, a year", steps)


def amount(value: float) -> Decimal:
    """A computed amount, to the cent."""
    return Decimal(str(round(value, 2)))


COLUMNS = (
    TableColumn("name", "Supplier", "text"),
    TableColumn("spend", "Spend 12 m", "money"),
    TableColumn("current", "Now", "days"),
    TableColumn("new", "New", "days"),
    TableColumn("discount", "Discount", "share"),
    TableColumn("rate", "Its rate", "share"),
    TableColumn("cash", "Cash", "money"),
    TableColumn("value", "To us", "money"),
    TableColumn("cost", "Costs it", "money"),
    TableColumn("uplift", "Break-even", "change"),
    TableColumn("joint", "Joint gain", "money"),
    TableColumn("flags", "Mind", "text"),
)


def moved(base: SupplierTerms, simulation: Simulation) -> Table:
    """The trial, supplier by supplier."""
    found, places = simulation.outcome, simulation.places
    rows = []
    for i, place in enumerate(places):
        marks = [
            "rate assumed" if base.rate_assumed[place] else "",
            f"over the legal {base.legal_limit[place]:.0f} days" if found.over_limit[i] else "",
        ]
        rows.append((
            base.names[place], amount(base.annual_spend[place]), float(base.current_days[place]),
            float(simulation.new_days[i]), simulation.moves[i].discount or None,
            float(base.supplier_rate[place]), amount(found.cash_released[i]),
            amount(found.buyer_value[i] + found.discount[i]),
            amount(found.supplier_cost[i] + found.discount[i]),
            float(found.breakeven_uplift[i]), amount(found.joint_gain[i]),
            ", ".join(m for m in marks if m) or None,
        ))  # fmt: skip
    return Table(
        "trial", "The trial, supplier by supplier", COLUMNS, tuple(rows),
        ids=tuple(base.ids[p] for p in places), depth=(0,) * len(rows),
        total=_total(found.totals),
    )  # fmt: skip


def _total(sums: TermsTotals) -> tuple[Cell, ...]:
    value, cost = both_sides(sums)
    return (
        "Total", amount(sums.annual_spend), sums.current_days, sums.new_days, None, None,
        amount(sums.cash_released), amount(value), amount(cost), sums.breakeven_uplift,
        amount(sums.joint_gain), None,
    )  # fmt: skip


# --- The proposal --------------------------------------------------------------------------------


def proposed(base: SupplierTerms, proposal: Proposal) -> str:
    """One sentence: whether the goal can be met, and at what cost to both."""
    plan = proposal.plan
    goal = short(plan.goal, base.currency)
    if not plan.feasible:
        most, lacks = short(plan.most_cash, base.currency), short(plan.shortfall, base.currency)
        return f"{goal} can't be had under these caps: {most} is the most, {lacks} less."
    cost = short(abs(plan.total_cost), base.currency)
    changes = "1 change releases" if plan.changes == 1 else f"{plan.changes} changes release"
    said = f"{changes} {short(plan.total_cash, base.currency)}"
    if plan.total_cost > 0:
        return f"{said} and cost both together {cost} a year: no other choice costs less."
    return f"{said}, and both together gain {cost} a year: no other choice gains more."


def suggestions(base: SupplierTerms, proposal: Proposal) -> Table:
    """The plan's changes, each explained in a sentence."""
    plan = proposal.plan
    places = sorted(np.flatnonzero(plan.choice), key=lambda i: -abs(plan.cash[i]))
    rows = tuple(
        (base.names[i], float(plan.current_days[i]), float(plan.new_days[i]),
         amount(plan.cash[i]), amount(-plan.cost[i]), _because(base, proposal, int(i)))
        for i in places
    )  # fmt: skip
    columns = (
        TableColumn("name", "Supplier", "text"),
        TableColumn("current", "Days now", "days"),
        TableColumn("new", "New days", "days"),
        TableColumn("cash", "Cash released", "money"),
        TableColumn("joint", "Joint gain", "money"),
        TableColumn("why", "Why", "text"),
    )
    total = ("Total", None, None, amount(plan.total_cash), amount(-plan.total_cost), None)
    return Table(
        "suggestions", "What to change", columns, rows,
        ids=tuple(base.ids[i] for i in places), depth=(0,) * len(rows), total=total,
    )  # fmt: skip


def _because(base: SupplierTerms, proposal: Proposal, place: int) -> str:
    plan = proposal.plan
    theirs, ours = share(float(base.supplier_rate[place])), share(base.cost_of_cash)
    assumed = " (assumed)" if base.rate_assumed[place] else ""
    if plan.kind[place] == EXTEND:
        dearer = base.supplier_rate[place] > base.cost_of_cash
        word = "more than ours, which is the price of the cash" if dearer else "no more than ours"
        return f"Its money costs it {theirs}{assumed}, {word} ({ours})."
    discount = share(float(plan.discount_rate[place]), 2)
    return f"Its money costs it {theirs}{assumed}, ours {ours}: pay early for {discount} off."


def shape(base: SupplierTerms, proposal: Proposal) -> str:
    """What the frontier's ends say: the most both can gain, and the most cash there is."""
    line = proposal.frontier
    best, cash = short(abs(line.cost[0]), base.currency), short(line.cash[0], base.currency)
    most, price = short(line.cash[-1], base.currency), short(abs(line.cost[-1]), base.currency)
    end = f"costs both {price}" if line.cost[-1] > 0 else f"gains both {price}"
    many = "1 change" if proposal.goal.changes == 1 else f"{proposal.goal.changes} changes"
    gains = line.cost[0] < 0
    said = f"Without a goal, both could gain {best} a year, with {cash} of cash. " if gains else ""
    return f"{said}The most cash that {many} can release is {most}; that {end} a year."


def curve(base: SupplierTerms, proposal: Proposal) -> Chart:
    """Cash against joint cost: the frontier, today's point, and the plan's."""
    line, plan = proposal.frontier, proposal.plan
    cash = tuple(amount(v) for v in line.cash)
    cost = tuple(amount(v) for v in line.cost)
    series = (
        Series("Cash released", "actual", (*cash, amount(0.0), amount(plan.total_cash))),
        Series("Joint cost a year", "actual", (*cost, amount(0.0), amount(plan.total_cost))),
    )
    axis = (*(f"{n} changes" for n in line.changes), "Today", "This plan")
    title = "What cash costs both sides together"
    return Chart("frontier", title, axis, series, base.currency, "line", proposed(base, proposal))


def compared(base: SupplierTerms, trials: Mapping[str, Trial]) -> Table:
    """Several trials side by side, one a row."""
    found = {name: simulate(base, trial) for name, trial in trials.items()}
    sums = [facts(base, one) for one in found.values()]
    columns = (TableColumn(f"fact_{i}", f.label, f.unit) for i, f in enumerate(sums[0]))
    return Table(
        "compared",
        "Scenarios side by side",
        (TableColumn("name", "Scenario", "text"), TableColumn("n", "Suppliers", "count"), *columns),
        tuple(
            (name, len(one.moves), *(f.value for f in row))
            for (name, one), row in zip(found.items(), sums, strict=True)
        ),
    )
