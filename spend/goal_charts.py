"""The pictures of next year's goal: how its range opens, what drives it, and what leads to it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from queries.calendar import main_month, month_start
from spend.goal_plan import GoalPlan
from spend.goal_range import Month
from spend.goal_words import NO_SPEND, steps
from spend.money import decimal, short
from spend.plan_lines import MONTHS
from spend.result import Bridge, Chart, Point, Series, Step
from spend.risk_drivers import Driver

LUCKY, EXPECTED, UNLUCKY = "1 year in 10 is below", "Expected", "1 year in 10 is above"
LOW, HIGH = "In a lucky year", "In an unlucky year"
SHOWN = 10  # drivers
STEPS = {
    "volume_effect": ("Volume", "More or less bought than in the last 12 months, as assumed."),
    "price_to_date": (
        "Prices until now",
        "What indices have moved since the money was spent, as far as prices follow them and no "
        "contract fixes them.",
    ),
    "price_drift": ("Prices to come", "What indices are expected to move from today."),
    "currency": ("Currency", "Today's exchange rates in place of those paid at, and their drift."),
    "savings": ("Savings", "The pipeline, each saving times its probability; not yet in the base."),
}


def fan(plan: GoalPlan, months: Sequence[Month]) -> Chart:
    """What the year so far costs beyond today's prices, with its range, month by month."""
    title = (
        f"How far {plan.fiscal_year} may stray from today's prices, savings included, "
        "month upon month"
    )
    start = main_month(plan.start)
    axis = tuple(f"{month_start(start, number):%b %Y}" for number in range(MONTHS))
    rows = {
        LUCKY: [month.p10 for month in months],
        EXPECTED: [month.expected for month in months],
        UNLUCKY: [month.p90 for month in months],
    }
    if not plan.lines:
        return Chart("fan", title, (), (), plan.currency, "curve", reason=NO_SPEND)
    series = tuple(
        Series(label, "forecast", tuple(map(decimal, values))) for label, values in rows.items()
    )
    return Chart(
        "fan", title, axis, series, plan.currency, "curve", _told(plan, months), "",
        tuple(_proposal(plan)),
    )  # fmt: skip


def _proposal(plan: GoalPlan) -> list[Point]:
    """The proposed budget at the end of the year, beside the plan at today's prices."""
    asked = plan.assumptions.proposal
    if asked is None:
        return []
    said = f"A budget of {short(decimal(asked), plan.currency)}."
    return [Point("Proposed", MONTHS - 1, decimal(asked - plan.planned), said)]


def _told(plan: GoalPlan, months: Sequence[Month]) -> str:
    low, middle, high = (
        short(decimal(value), plan.currency, signed=True)
        for value in (months[-1].p10, months[-1].expected, months[-1].p90)
    )
    return (
        f"Against today's prices, {plan.fiscal_year} as a whole is expected to cost {middle}; 8 "
        f"years in 10 lie between {low} and {high}."
    )


def tornado(plan: GoalPlan, names: Mapping[str, str]) -> Chart:
    """Each risk let loose alone: how far it moves the year, the largest first."""
    moving = [driver for driver in plan.drivers if driver.high > driver.low][:SHOWN]
    return Chart(
        "drivers",
        "What drives it: each risk alone, 8 years in 10",
        tuple(named(driver, names) for driver in moving),
        (
            Series(LOW, "forecast", tuple(decimal(driver.low) for driver in moving)),
            Series(HIGH, "forecast", tuple(decimal(driver.high) for driver in moving)),
        ),
        plan.currency,
        "structure",
        "; ".join(
            f"{named(d, names)}: {short(decimal(d.low), plan.currency, signed=True)} to "
            f"{short(decimal(d.high), plan.currency, signed=True)}"
            for d in moving
        ),
        "" if moving else "nothing here strays",
    )


def named(driver: Driver, names: Mapping[str, str]) -> str:
    """A risk as people call it; ``names`` has those of savings and of what is bought.

    >>> named(Driver("C-1 EUR", "volume", 0, 1, 1), {"C-1 EUR": "Steel"})
    'Volume of Steel'
    """
    name = names.get(driver.name, driver.name)
    return f"Volume of {name}" if driver.kind == "volume" else name


def bridge(plan: GoalPlan) -> Bridge:
    """From the last 12 months to what is expected; items of zero are left out."""
    title = f"From the last 12 months to {plan.fiscal_year}"
    if not plan.lines:
        return Bridge("plan", title, (), NO_SPEND)
    found = steps(plan)
    items = (
        Step(label, decimal(found[key]) or Decimal(0), "item", found[key] < 0, meaning)
        for key, (label, meaning) in STEPS.items()
        if found[key]
    )
    first = Step("Last 12 months", decimal(plan.base) or Decimal(0), "end")
    last = Step(f"{plan.fiscal_year} expected", decimal(plan.expected) or Decimal(0), "end")
    return Bridge("plan", title, (first, *items, last), ends=("actual", "forecast"))
