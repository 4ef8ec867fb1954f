"""What somebody assumes on the goals page, as words that a link can hold: ``C-1110:5`` is 5 %."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MOST_VOLUME = (-100.0, 900.0)
MOST_FIXED = (0.0, 100.0)
MOST_PROPOSED = 1_000_000_000_000  # of the reporting currency


class Share(NamedTuple):
    """A category and a number of per cent."""

    category_id: str
    percent: float

    def __str__(self) -> str:
        return f"{self.category_id}:{self.percent:g}"

    @classmethod
    def parse(cls, text: str, span: tuple[float, float]) -> "Share":
        """Read one; raises ``ValueError`` with the rule it breaks.

        >>> Share.parse("C-1110:-2.5", MOST_VOLUME)
        Share(category_id='C-1110', percent=-2.5)
        """
        category, _, number = text.rpartition(":")
        try:
            percent = float(number)
        except ValueError:
            percent = math.nan
        if not category or not span[0] <= percent <= span[1]:
            raise ValueError(f"it is category:per cent, from {span[0]:g} to {span[1]:g}")
        return cls(category, percent)


def known_shares(
    words: Sequence[str], known: Iterable[str], span: tuple[float, float]
) -> tuple[list[str], list[str]]:
    """The words that can be read and whose category exists; and why the others were dropped.

    >>> known_shares(["C:5", "D:1"], ["C"], MOST_VOLUME)
    (['C:5'], ['“D:1” was left out: there is no such category'])
    """
    categories, named = set(known), set[str]()
    kept, dropped = [], []
    for word in words:
        try:
            category = Share.parse(word, span).category_id
            why = "" if category in categories else "there is no such category"
            why = "its category is named twice" if category in named else why
        except ValueError as error:
            category, why = "", str(error)
        if why:
            dropped.append(f"“{word[:60]}” was left out: {why}")
        else:
            named.add(category)
            kept.append(word)
    return kept, dropped


def shares(words: Iterable[str], span: tuple[float, float]) -> tuple[tuple[str, float], ...]:
    """Shares by category, in the order of their ids, so that the same words mean the same plan.

    >>> shares(["D:50", "C:5"], MOST_VOLUME)
    (('C', 0.05), ('D', 0.5))
    """
    found = {share.category_id: share.percent for share in (Share.parse(w, span) for w in words)}
    return tuple((category, found[category] / 100) for category in sorted(found))
