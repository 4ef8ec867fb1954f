"""One scale for amounts that are compared, in every picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from spend import money
from spend.result import Chart, Value

MOST_DIGITS = 4  # of an amount beside a bar


@dataclass(frozen=True)
class Scale:
    """By what amounts are divided on an axis, and what that is called."""

    divisor: float
    title: str
    digits: int = 2

    def of(self, value: Value) -> float | None:
        return None if value is None else float(value) / self.divisor


def scale(values: Sequence[Value], currency: str) -> Scale:
    """One scale for all values that are compared.

    >>> scale([41_200_000, None, 3], "EUR").title
    '€ M'
    """
    largest = max((abs(float(v)) for v in values if v is not None), default=0.0)
    sign = money.symbol(currency).strip()
    steps = (
        (1e9, "bn", 2),
        (1e6, "M", 2 if largest < 1e8 else 1),
        (1e3, "k", 1 if largest < 1e5 else 0),
        (1.0, "", 0),
    )
    divisor, word, digits = next(s for s in steps if largest >= s[0] or s[0] == 1.0)
    return Scale(divisor, f"{sign} {word}".strip(), digits)


def telling(value: float, digits: int) -> int:
    """How many digits an amount beside a bar needs to say something: more than the scale's where
    they would show it as nothing, to ``MOST_DIGITS``.

    >>> telling(1.234, 2), telling(0.0023, 2), telling(0.0, 2)
    (2, 3, 2)
    """
    places = range(digits, MOST_DIGITS + 1)
    return next((n for n in places if round(value, n)), digits)


def scale_in(values: Sequence[Value], unit: str, currency: str) -> Scale:
    """One scale for values of a unit: money as it is compared, shares in per cent, others as they
    are.

    >>> scale_in([0.25], "share", "EUR"), scale_in([41.26], "days", "EUR").title
    (Scale(divisor=0.01, title='%', digits=1), 'days')
    """
    if unit == "money":
        return scale(values, currency)
    if unit == "share":
        return Scale(0.01, "%", 1)
    return Scale(1.0, "days", 1) if unit == "days" else Scale(1.0, "", 0)


PLAIN = ("share", "days", "count", "index")  # units of charts beside money


def chart_unit(chart: Chart) -> str:
    """The unit of a chart's values: money, where it names none of the others.

    >>> [chart_unit(Chart("waits", "", (), (), unit)) for unit in ("days", "EUR")]
    ['days', 'money']
    """
    return chart.unit if chart.unit in PLAIN else "money"


def chart_scale(chart: Chart, currency: str) -> Scale:
    """One scale for all values of a chart, in its unit."""
    values = [v for series in chart.series for v in series.values]
    return scale_in(values, chart_unit(chart), currency)


@dataclass(frozen=True)
class Tops:
    """What is written above each slot of columns, and how high: amounts on the chart's scale."""

    said: tuple[float | None, ...]
    heights: tuple[float, ...]

    @property
    def digits(self) -> int:
        """With how many places the amounts are written."""
        largest = max((abs(v) for v in self.said if v is not None), default=0.0)
        return 2 if largest < 1 else 1 if largest < 100 else 0


def tops(chart: Chart, unit: Scale) -> Tops:
    """Each column's amount above its slot: what is forecast, else what was spent."""
    said: list[float | None] = [None] * len(chart.axis)
    heights = [0.0] * len(chart.axis)
    for series in sorted(chart.series, key=lambda s: s.scenario == "forecast"):
        for place, value in enumerate(map(unit.of, series.values)):
            if series.scenario in ("actual", "forecast"):
                said[place] = said[place] if value is None else value
            if series.scenario in ("actual", "forecast", "budget"):
                heights[place] = max(heights[place], value or 0.0)
    return Tops(tuple(said), tuple(heights))
