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
class SignedTargets:
    """What was written down of targets, held against what loads said since.

    ``loads`` are those that gave a side's target another value, by what a target is called.
    """

    entries: Sequence[Entry]
    loads: agreement.Loads

    @classmethod
    def read(cls, reader: Reader, versions: pd.DataFrame | None = None) -> "SignedTargets":
        """Those of a moment; ``versions`` are the loaded ones, where somebody has read them."""
        entries = reader.entries(TARGET)
        if entries and versions is None:
            versions = target_versions(reader)
        return cls(entries, {} if versions is None else _loads(versions))

    def of(self, name: str) -> "SignedTargets":
        """One target's alone."""
        return SignedTargets([one for one in self.entries if one.name == name], self.loads)

    @property
    def in_force(self) -> tuple[agreement.Agreed[Wanted], ...]:
        """What both signed last, and no later load says otherwise of."""
        return agreement.in_force(self.entries, Wanted.parse, self.loads)

    @property
    def proposed(self) -> tuple[agreement.Proposed[Wanted], ...]:
        """What can be signed."""
        return agreement.proposed(self.entries, Wanted.parse, self.loads)

    @property
    def history(self) -> tuple[agreement.Agreed[Wanted], ...]:
        """All that both ever signed; what they signed anew after a load stands here anew."""
        return agreement.history(self.entries, Wanted.parse, self.loads)


def later_words(reader: Reader, fiscal_year: int) -> dict[str, dict[str, Decimal]]:
    """What was signed or proposed of a year's targets, and no later load says otherwise of, by
    metric and side; what both signed is "agreed"."""
    signed = SignedTargets.read(reader)
    said = agreement.words(signed.entries, Wanted.parse, signed.loads)
    return {
        metric: {side: wanted.value for side, wanted in sides.items()}
        for (metric, year), sides in ((_key(name), sides) for name, sides in said.items())
        if year == fiscal_year
    }


def _key(name: str) -> tuple[str, int]:
    metric, _, year = name.partition(".")
    return metric, int(year)


def _loads(versions: pd.DataFrame) -> dict[str, list[tuple[int, str]]]:
    """The loads that gave a side's target another value, by what the target is called."""
    before: dict[tuple[str, str], float] = {}
    found: dict[str, list[tuple[int, str]]] = {}
    for row in versions.sort_values("batch_from").to_dict("records"):
        name = f"{row['metric_id']}.{row['fiscal_year']}"
        for side, column in zip(SIDES, TARGETS, strict=True):
            value = known(row[column])
            if value is not None and value != before.get((name, side)):
                found.setdefault(name, []).append((int(row["batch_from"]), side))
                before[name, side] = value
    return found
