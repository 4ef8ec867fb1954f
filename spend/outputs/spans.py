"""Where the bars of a bridge stand, in every picture of one."""

from collections.abc import Sequence

from spend import money
from spend.outputs.scales import Scale, scale_in
from spend.result import Bridge, Step

Span = tuple[float, float]  # from where to where a bar reaches


FEWEST = 5  # of the last place: below that, what moved would read as next to nothing


def unit_of(bridge: Bridge, currency: str) -> Scale:
    """The scale of a bridge: that of its ends, unless what lies between them is too small for it.

    >>> from decimal import Decimal
    >>> ends = (Step("then", Decimal(34_310_000), "end"), Step("now", Decimal(34_313_500), "end"))
    >>> moved = Step("corrected", Decimal(3_500), "item")
    >>> unit_of(Bridge("spend", "", (ends[0], moved, ends[1])), "EUR").title
    '€ k'
    """
    unit = scale_in([step.amount for step in bridge.steps], bridge.unit, currency)
    items = [step.amount for step in bridge.steps if step.kind == "item"]
    largest = max((abs(float(amount)) for amount in items), default=0.0)
    small = 0 < largest / unit.divisor < FEWEST * 10.0**-unit.digits
    return scale_in(items, bridge.unit, currency) if small else unit


def spans(steps: Sequence[Step], unit: Scale) -> list[Span]:
    """From where to where each bar reaches: ends from zero, items from where the last stopped."""
    found: list[Span] = []
    level = 0.0
    for step in steps:
        amount = float(step.amount) / unit.divisor
        before, level = (0.0, amount) if step.kind == "end" else (level, level + amount)
        found.append((before, level))
    return found


def axis_start(reached: Sequence[Span]) -> float:
    """Where the axis starts: zero, unless the ends would dwarf the items between them.

    >>> axis_start([(0.0, 33.9), (33.9, 34.8), (0.0, 34.8)])
    33.0
    """
    levels = [to for _, to in reached]
    low, high = min(levels), max(levels)
    if low <= 0 or not 0 < high - low <= 0.25 * high:
        return 0.0
    return max(0.0, _below(low - 0.6 * (high - low), high - low))


def drawn(span: Span, start: float) -> Span:
    """A bar from left to right, on either side of zero; cut where an axis starts beyond zero.

    >>> drawn((0.0, 34.8), 33.0), drawn((0.0, -0.5), 0.0)
    ((33.0, 34.8), (-0.5, 0.0))
    """
    low, high = min(span), max(span)
    return (max(low, start) if start else low, high)


def _below(value: float, width: float) -> float:
    """A round number at or below a value."""
    step = next((s for s in (100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2) if s <= width), 0.1)
    return step * (value // step)


def in_full(step: Step, unit: str, currency: str) -> str:
    """A step of a bridge in full: an end in the bridge's unit, an item as a difference in it.

    >>> from decimal import Decimal
    >>> in_full(Step("Price", Decimal("0.031"), "item"), "share", "EUR")
    '+3.1 points'
    """
    signed = step.kind == "item"
    own = money.difference_unit(unit) if signed else unit
    return money.stated(step.amount, own, currency, signed)


def told(bridge: Bridge, currency: str) -> str:
    """What stands for a bridge where nobody sees it: each step in full.

    >>> told(Bridge("year", "Last year to this year", ()), "EUR")
    'Last year to this year: .'
    """
    steps = (f"{step.label} {in_full(step, bridge.unit, currency)}" for step in bridge.steps)
    return f"{bridge.title}: {'; '.join(steps)}."
