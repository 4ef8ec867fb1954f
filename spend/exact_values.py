"""Figures as exact text, as the minutes keep them, and back."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from math import isclose, isfinite

from spend.registry import all_metrics
from spend.result import Figure, Value

NO_DATA = ""
CLOSE = 1e-9  # two floats that engines summed in another order are the same figure


def exact_text(value: Value) -> str:
    """A value in full digits; nothing where there is no data.

    >>> exact_text(Decimal("1250.50")), exact_text(0.1), exact_text(None)
    ('1250.50', '0.1', '')
    """
    return NO_DATA if value is None else str(value)


def exact_texts(figures: Mapping[str, Figure]) -> dict[str, str]:
    """Every figure's value in full digits, by metric."""
    return {name: exact_text(figure.value) for name, figure in figures.items()}


def read_back(text: str, metric: str) -> Value:
    """The value that a text holds, in the kind of its metric: money as ``Decimal``.

    ``None`` where the text holds none; raises ``ValueError`` where it is no number.

    >>> read_back("1250.50", "actual_spend"), read_back("", "actual_spend")
    (Decimal('1250.50'), None)
    """
    if text == NO_DATA:
        return None
    try:
        exact = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:60]!r} is no number") from None
    if not isfinite(exact):
        raise ValueError("a figure is a finite number")
    unit = all_metrics()[metric].unit
    if unit == "money":
        return exact
    return int(exact) if unit == "count" and exact == int(exact) else float(exact)


def same(text: str, value: Value) -> bool:
    """Whether a value is the one that a text holds: money to the cent, the rest to nine digits.

    >>> same("1250.50", Decimal("1250.5")), same("1250.50", Decimal("1250.51")), same("", 0)
    (True, False, False)
    """
    if text == NO_DATA or value is None:
        return text == exact_text(value)
    try:
        return isclose(float(text), value, rel_tol=CLOSE) if isinstance(value, float) else (
            Decimal(text) == value
        )  # fmt: skip
    except (ValueError, InvalidOperation):
        return False
