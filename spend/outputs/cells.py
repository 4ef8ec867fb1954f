"""How one value of a table leaves: as words, or made harmless for a spreadsheet."""

import math
from decimal import Decimal

from spend import money
from spend.result import Cell, TableColumn

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def words(value: Cell, unit: str, currency: str) -> str:
    """A value as a person reads it in a table, exact to the cent.

    >>> words(Decimal("-1234.5"), "money", "EUR"), words(None, "days", ""), words("a\\x1bb", "", "")
    ('−1,234.50', 'n/a', 'a b')
    """
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None and unit in ("", "text", "date"):
        return ""
    if unit == "money":
        return money.exact(value, "")
    return money.reading(value, unit, currency)


def printable(text: str) -> str:
    """Text without the control characters that could steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula when it opens a CSV file.

    >>> harmless("=cmd()"), harmless("Bolts")
    ("'=cmd()", 'Bolts')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def finite(value: Cell) -> Cell:
    """The value, or nothing where it is a number without a size.

    >>> finite(float("nan")) is None, finite(Decimal("1.10"))
    (True, Decimal('1.10'))
    """
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def heading(column: TableColumn, currency: str) -> str:
    """A column's heading with its unit, as money needs its currency beside it."""
    if column.unit == "money":
        return f"{column.label} ({currency})"
    return f"{column.label} (days)" if column.unit == "days" else column.label
