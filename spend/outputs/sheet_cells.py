"""What every workbook shares: text that stays text, formats of numbers, and no clock."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from spend import money
from spend.outputs import cells
from spend.result import Cell

STAMP = datetime(2000, 1, 1)  # when it was made, where nobody says so: the same file every time
DIGITS = 15  # that Excel keeps of a number
MOST_LETTERS = 32_767  # that a cell takes
MOST_ROWS = 1_048_576  # that a sheet has
NAME_LENGTH = 31  # the most that Excel takes for a sheet's name
# What XML, and so a workbook, cannot hold; a line break and a tab are good.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMBERS = {
    "share": "0.0%;-0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "days": "#,##0.0;-#,##0.0",
    "count": "#,##0;-#,##0",
    "index": "#,##0;-#,##0",
    "months": "#,##0.0;-#,##0.0",
    "price": "#,##0.0000;-#,##0.0000",
}


def options() -> dict[str, Any]:
    """How every workbook is opened: text of the books is never a formula, a number or a link.

    New each time, as the library writes into what it is given.
    """
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
    }


def number_format(unit: str, currency: str) -> str:
    """How Excel shows a number of a unit; money carries its currency's sign.

    >>> number_format("money", "EUR"), number_format("text", "EUR")
    ('[$€]#,##0.00;-[$€]#,##0.00', 'General')
    """
    if unit == "money":
        sign = f"[${money.symbol(currency)}]" if currency else ""
        return f"{sign}#,##0.00;-{sign}#,##0.00"
    return _NUMBERS.get(unit, "General")


def clean(text: str) -> str:
    """Text that a cell can hold: no control characters, and no longer than Excel takes.

    >>> clean("a\\x1bb"), len(clean("x" * 40_000))
    ('a b', 32767)
    """
    plain = _UNWRITABLE.sub(" ", text)
    return plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + "…"


def loses(value: Cell) -> bool:
    """Whether Excel, which keeps 15 digits, would show another amount.

    >>> loses(Decimal("1234567890123.45")), loses(Decimal("12345678901234567.89"))
    (False, True)
    """
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    return len(value.normalize().as_tuple().digits) > DIGITS


def put(sheet: Worksheet, row: int, column: int, value: Cell, form: Any = None) -> None:
    """One value in its cell: text as text, a number as a number; nothing where there is none."""
    value = cells.finite(value)
    if value is None:
        if form is not None:
            sheet.write_blank(row, column, None, form)
    elif isinstance(value, str):
        sheet.write_string(row, column, clean(value), form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    else:
        sheet.write_number(row, column, value, form)


def sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel takes: short, cut at a word, without the signs it forbids, and not used yet.

    >>> sheet_name("Terms: by [supplier]", set())
    'Terms by supplier'
    >>> sheet_name("Prices by category, an item over all its suppliers", set())
    'Prices by category, an item'
    """
    plain = " ".join(re.sub(r"[\[\]:*?/\\']", " ", clean(title)).split())
    stem = _cut(plain, NAME_LENGTH) or "Table"
    name, number = stem, 1
    while name.lower() in taken:
        number += 1
        name = f"{_cut(stem, NAME_LENGTH - len(str(number)) - 1)} {number}"
    taken.add(name.lower())
    return name


def _cut(words: str, length: int) -> str:
    """As many whole words as fit; of one that is longer, what fits."""
    whole = words[: length + 1].rpartition(" ")[0] if len(words) > length else words
    return (whole or words[:length]).rstrip(" ,;")
