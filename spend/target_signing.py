"""Targets that the two teams propose and sign: from the minutes to what each figure should be.

A target is of one figure in one fiscal year. What a team wrote down holds until a later load says
otherwise of its side, and the other way round: the later word holds. Agreed is what one person of
each team wrote down alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from queries.minutes import Entry
from queries.store import Reader
from queries.targets import TARGETS, target_versions
from spend import agreement
from spend.money import stated
from spend.registry import all_metrics
from spend.result import known

TARGET = "target"  # what an entry about a target is in the minutes
SIDES = ("finance", "procurement", "agreed")
LARGEST = Decimal(10) ** 15
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Wanted:
    """What a figure should come to in a fiscal year, in its own unit: money in the reporting
    currency, shares as fractions."""

    metric: str
    fiscal_year: int
    value: Decimal

    @classmethod
    def parse(cls, name: str, body: Any) -> "Wanted":
        """A target as the minutes kept it; raises ``ValueError`` with the rule it breaks.

        >>> wanted = Wanted("days_to_pay", 2026, Decimal("52.5"))
        >>> wanted.name, wanted.body()
        ('days_to_pay.2026', {'value': '52.5'})
        >>> Wanted.parse(wanted.name, wanted.body()) == wanted
        True
        """
        metric, _, year = name.partition(".")
        if metric not in all_metrics() or not (year.isascii() and year.isdigit()):
            raise ValueError("a target names a figure and a fiscal year")
        text = body.get("value") if isinstance(body, Mapping) else None
        try:
            value = Decimal(text) if isinstance(text, str) else Decimal("NaN")
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= LARGEST:
            raise ValueError("a target gives its value as a number")
        return cls(metric, int(year), value)

    @classmethod
    def typed(cls, metric: str, fiscal_year: int, number: float) -> "Wanted":
        """A target as people type it: shares in per cent, money to the cent.

        >>> Wanted.typed("paid_late_share", 2026, 7.5).value
        Decimal('0.075')
        """
        value = Decimal(str(number))
        unit = all_metrics()[metric].unit
        if unit == "money":
            value = value.quantize(CENT)
        return cls(metric, fiscal_year, value / 100 if unit == "share" else value)

    @property
    def name(self) -> str:
        """What it is called in the minutes."""
        return f"{self.metric}.{self.fiscal_year}"

    def body(self) -> dict[str, Any]:
        """What the minutes keep of it."""
        return {"value": f"{self.value:f}"}

    def said(self, currency: str) -> str:
        """The target in words.

        >>> Wanted("days_to_pay", 2026, Decimal("52.5")).said("EUR")
        '52.5 days for 2026'
        """
        unit = all_metrics()[self.metric].unit
        return f"{stated(self.value, unit, currency)} for {self.fiscal_year}"


@dataclass(frozen=True)
class Word:
    """What a side says, and the load that was current when it did."""

    value: Decimal
    batch: int


def signed(entries: Sequence[Entry], fiscal_year: int) -> dict[str, dict[str, Word]]:
    """What entries say of a year's targets, by metric and side; what both signed is "agreed"."""
    found: dict[str, dict[str, Word]] = {}
    for one in agreement.in_force(entries, Wanted.parse):
        for side in (*agreement.SIDES, "agreed"):
            _put(found, one.value, side, one.entry)
    for each in agreement.proposed(entries, Wanted.parse):
        _put(found, each.value, each.entry.team, each.entry)
        if each.missing == agreement.SECOND_PERSON:  # both sides ask for it, through one person
            for side in agreement.SIDES:
                _put(found, each.value, side, each.entry)
    return {
        metric: sides
        for (metric, year), sides in ((_key(name), sides) for name, sides in found.items())
        if year == fiscal_year
    }


def _put(found: dict[str, dict[str, Word]], wanted: Wanted, side: str, entry: Entry) -> None:
    found.setdefault(wanted.name, {})[side] = Word(wanted.value, entry.batch)


def _key(name: str) -> tuple[str, int]:
    metric, _, year = name.partition(".")
    return metric, int(year)


def later_words(reader: Reader, fiscal_year: int) -> dict[str, dict[str, Decimal]]:
    """What was signed or proposed of a year's targets, and no later load says otherwise of."""
    said = signed(reader.entries(TARGET), fiscal_year)
    if not said:
        return {}
    loaded = _last_said(target_versions(reader), fiscal_year)
    return {
        metric: {
            side: word.value
            for side, word in sides.items()
            if word.batch >= loaded.get((metric, side), 0)
        }
        for metric, sides in said.items()
    }


def _last_said(versions: pd.DataFrame, fiscal_year: int) -> dict[tuple[str, str], int]:
    """The load since which each side's target has the value that it has, where it has one."""
    before: dict[tuple[str, str], float | None] = {}
    since: dict[tuple[str, str], int] = {}
    of_year = versions[versions["fiscal_year"] == fiscal_year].sort_values("batch_from")
    for row in of_year.to_dict("records"):
        for side, column in zip(SIDES, TARGETS, strict=True):
            place, value = (row["metric_id"], side), known(row[column])
            if value is not None and value != before.get(place):
                since[place] = int(row["batch_from"])
            before[place] = value
    return since
