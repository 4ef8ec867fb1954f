"""Service against what it costs, in one picture: finance's side, procurement's, and their sum.

The lines run over cycle service levels; today's, the proposed and the agreed targets are points
among them, because they differ by item.
"""

from decimal import Decimal

import numpy as np

from spend.arguments import Floats
from spend.money import decimal, share, short
from spend.result import Chart, Fact, Point, Series
from spend.stock_choice import Trial
from spend.stock_cost import Cost, CostCurve, cost_curve
from spend.stock_reading import StockReading
from spend.stock_trial import TrialResult, assessed, compare

TITLE = "What service costs a year: holding stock, and running out"
SAME = 0.0005  # service levels that read the same


def curve(reading: StockReading, trial: Trial) -> Chart:
    """The curve of a selection as a chart, with what is tried as the proposed point."""
    return chart(cost_curve(reading, compare(reading.plan, trial)))


def chart(found: CostCurve) -> Chart:
    """A curve as plain data; procurement's line and the sum stand only where they are known."""
    lines = {"Carrying cost": tuple(_amount(one.carrying) for one in found.levels)}
    if found.cheapest:
        lines["Stock-out cost"] = tuple(_amount(one.stock_out or 0) for one in found.levels)
        lines["Both together"] = tuple(_amount(one.total) for one in found.levels)
    return Chart(
        "service_cost",
        TITLE,
        tuple(one.label for one in found.levels),
        tuple(Series(label, "actual", values) for label, values in lines.items() if values),
        found.currency,
        "curve",
        _described(found),
        found.reason,
        tuple(_point(found, one) for one in _named(found)),
    )


def said(found: CostCurve) -> str:
    """One sentence: what the step to what is proposed costs, else to the next level up."""
    if not found.levels:
        return f"There is no curve: {found.reason}."
    start, end, step = _step(found)
    held = _more(end.carrying - start.carrying, found.currency)
    if end.stock_out is None or start.stock_out is None or not found.cheapest:
        return f"{step} {held}; what running out costs is not known."
    saved = start.stock_out - end.stock_out
    amount = short(abs(saved), found.currency)
    out = f"{'saves' if saved > 0 else 'adds'} {amount} of stock-outs"
    if not round(saved, 2):
        out = "leaves stock-outs as they are"
    return f"{step} {held} and {out}; both together cost least at {found.cheapest.label}."


def facts(reading: StockReading, result: TrialResult) -> tuple[Fact, ...]:
    """What holding the shelf's stock costs a year, and what holding to the targets would."""
    items, plan = reading.items, reading.plan
    lying = items.holding_rate * np.maximum(items.value, 0)
    needed = items.holding_rate * items.unit_cost * 100 * result.now.average_stock
    of = items.counted & assessed(plan) & ~reading.obsolete
    return (
        Fact("On hand costs", _cents(lying[items.counted & items.value_known]), "money",
             "A year: holding rate × value on hand."),
        Fact("The targets need", _cents(needed[of]), "money",
             "A year: holding rate × the value of the average stock that today's targets lead to, "
             "of items that were counted and are still wanted."),
    )  # fmt: skip


def held(reading: StockReading, result: TrialResult) -> str:
    """One sentence: what holding the shelf's stock costs, beside what the targets would need."""
    lying, needed = (fact.value for fact in facts(reading, result))
    if lying is None or needed is None:
        return ""
    sums = [short(value, reading.currency) for value in (lying, needed)]
    return f"What is on the shelf costs {sums[0]} a year to hold; the targets set need {sums[1]}."


# --- Parts ----------------------------------------------------------------------------------------


def _named(found: CostCurve) -> tuple[Cost, ...]:
    least = found.cheapest
    if least is None:
        return found.points
    words = f"Both sides together cost least with every item at {least.label}."
    return (*found.points, Cost("Cheapest", least.service, least.carrying, least.stock_out, words))


def _point(found: CostCurve, one: Cost) -> Point:
    at = round(place(found, one.service), 6)
    return Point(one.label, at, _amount(one.total), one.meaning)


def place(found: CostCurve, service: float) -> float:
    """Where a service level stands along the axis: between two levels by their distance, and half
    a step beyond the ends at most."""
    levels = [one.service for one in found.levels]
    last = len(levels) - 1
    if service < levels[0]:
        return -min(0.5, (levels[0] - service) / (levels[1] - levels[0]))
    if service > levels[last]:
        return last + min(0.5, (service - levels[last]) / (1 - levels[last]))
    return float(np.interp(service, levels, np.arange(len(levels))))


def _step(found: CostCurve) -> tuple[Cost, Cost, str]:
    """Two costs to be told apart, and how the way from the first to the second is called."""
    today, goal = found.points[0], found.proposed
    if goal:
        if abs(goal.service - today.service) < SAME:
            return today, goal, f"At the same {share(today.service)} cycle service what is proposed"
        words = f"From today's {share(today.service)} cycle service to {share(goal.service)}"
        return today, goal, words
    below = [i for i, one in enumerate(found.levels[:-1]) if one.service <= today.service + SAME]
    start, end = found.levels[max(below, default=0) :][:2]
    return start, end, f"From {start.label} to {end.label}"


def _more(change: float, currency: str) -> str:
    if not round(change, 2):
        return "costs the same to hold"
    word = "more" if change > 0 else "less"
    return f"costs {short(abs(change), currency)} {word} a year to hold"


def _described(found: CostCurve) -> str:
    """The alternative text: the lines' ends, the points, and what is not on it."""
    if not found.levels:
        return ""
    currency, (first, *_, last) = found.currency, found.levels
    held = [short(one.carrying, currency) for one in (first, last)]
    lines = [
        "Cycle service level across, cost a year up.",
        f"Holding stock costs {held[0]} at {first.label} and {held[1]} at {last.label}.",
    ]
    if first.stock_out is not None and last.stock_out is not None:
        gone = [short(one.stock_out, currency) for one in (first, last)]
        lines.append(f"Running out costs {gone[0]} and {gone[1]}.")
    for one in _named(found):
        lines.append(f"{one.label}: {share(one.service)}, {short(one.total, currency)}.")
    return " ".join([*lines, *found.left_out])


def _amount(value: float) -> Decimal:
    """A computed amount, to the cent."""
    return Decimal(round(value * 100)).scaleb(-2)


def _cents(values: Floats) -> Decimal | None:
    known = values[~np.isnan(values)]
    return decimal(round(float(known.sum()))) if known.size else None
