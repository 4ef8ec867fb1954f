"""One scale for amounts that are compared, in every picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from spend import money
from spend.result import Value


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
