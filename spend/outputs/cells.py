"""How one value of a table leaves: as words, or made harmless for a spreadsheet."""

import math
from decimal import Decimal

from spend import money
from spend.result import PER_ROW, PER_ROW_CHANGE, Cell, Table, TableColumn

# Units whose values are numbers: they stand on the right.
NUMERIC = (
    "money", "share", "change", "days", "count", "index", "months", "number", "points", "price",
    PER_ROW, PER_ROW_CHANGE,
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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

    >>> harmless("=cmd()"), harmless(" =cmd()"), harmless("Bolts")
    ("'=cmd()", "' =cmd()", 'Bolts')
    """
    starts = (text, text.lstrip())  # some programs pass over blanks before a sign
    return f"'{text}" if any(one.startswith(FORMULA_STARTS) for one in starts) else text


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


def table_scale(table: Table, currency: str) -> tuple[int, str]:
    """What a table's money is divided by where people look, and what that is called: thousands
    where the largest amount needs them, still five figures.

    >>> table_scale(Table("t", "", (TableColumn("a", "A", "money"),), ((2_000_000,),)), "EUR")
    (1000, '€ k')
    """
    rows = [*table.rows, *([table.total] if table.total else [])]
    amounts = [
        abs(float(amount))
        for place, column in enumerate(table.columns) if column.unit == "money"
        for row in rows if isinstance(amount := row[place], Decimal | float | int)
    ]  # fmt: skip
    sign = money.symbol(currency).strip()
    return (1000, f"{sign} k") if max(amounts, default=0) >= 1_000_000 else (1, sign)


def whole(value: float) -> str:
    """A number without decimals; minus amounts in brackets, as ledgers write them.

    >>> whole(-1234.6), whole(0.2)
    ('(1,235)', '0')
    """
    text = f"{abs(value):,.0f}"
    return f"({text})" if value < 0 and text != "0" else text
