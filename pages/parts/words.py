"""Text as pages show it: data that reads exactly as itself, coloured changes, counted things."""

import re

from spend import money
from spend.metric import Metric
from spend.result import Cell, Change

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+|$~:!-])")
_BREAKS = re.compile(r"[\r\n\t]+ *")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|bn|M|k|days?)(?:\W|$))")  # stays with its number
_COLOUR = {True: "green", False: "red", None: "gray"}


def plain(text: str) -> str:
    r"""Text as Markdown that reads exactly as the text: names are data, never formatting.

    >>> print(plain("a *b* $c$"))
    a \*b\* \$c\$
    """
    whole = _UNIT.sub("\u00a0", _BREAKS.sub(" ", text))
    return _MARKS.sub(r"\\\1", whole)


def prose(text: str) -> str:
    r"""A docstring's words as Markdown: its paragraphs, and names without their quotes.

    >>> print(prose("Over no rows\nit is ``None``."))
    Over no rows it is None.
    """
    paragraphs = text.replace("``", "").split("\n\n")
    return "\n\n".join(plain(paragraph) for paragraph in paragraphs)


def first_paragraph(text: str) -> str:
    """What a docstring says to everybody; what follows is for who calls the function.

    >>> first_paragraph("What it is.\\n\\nTakes numbers.")
    'What it is.'
    """
    return text.partition("\n\n")[0]


def unmarked(text: str) -> str:
    """Text for a chart, whose labels would read tags.

    >>> unmarked("<b>Bolt</b> & Co")
    '&lt;b&gt;Bolt&lt;/b&gt; &amp; Co'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def change(item: Change, metric: Metric, currency: str) -> str:
    """One change as Markdown: direction and amount in the colour of its judgement, then words."""
    if item.amount is None:
        return f":gray[{money.NOT_AVAILABLE} {plain(item.label)}]"
    unit = money.difference_unit(metric.unit)
    amount = money.reading(item.amount, unit, currency, signed=True)
    shape = money.direction(item.amount, unit)
    colour = _COLOUR[None if shape == "=" else item.favourable]
    return f":{colour}[{shape} {plain(amount)}] {plain(item.label)}"


def cell(value: Cell) -> str:
    """A value of a row as it was loaded; empty where there is none."""
    return "" if value is None else str(value)
