"""Targets: what each team wants a figure to be, what they agreed on, and whether it is met.

Targets are of a fiscal year and of the whole company. A figure that accumulates over the year is
held against the part of its target that the days of the selection are of the year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from queries import targets
from queries.selection import FILTERS, Selection
from queries.store import Reader
from queries.window import Window
from spend.comparison import difference
from spend.metric import Metric
from spend.result import Value
from spend.target_signing import SIDES, later_words

Status = Literal["met", "missed", "no judgement", "not agreed", "no target", "no data"]
CENT = Decimal("0.01")
UNIT_FREE = ("share", "days")  # comparable in any part of the company


@dataclass(frozen=True)
class Target:
    """What a figure should come to in a fiscal year, in the figure's own unit.

    ``part`` is the part of the year that the days of a selection are; 1 for what does not
    accumulate.
    """

    finance: Value = None
    procurement: Value = None
    agreed: Value = None
    part: float = 1.0

    @property
    def open(self) -> bool:
        """Whether at least one team wants something, and nothing is agreed."""
        return self.agreed is None and (self.finance, self.procurement) != (None, None)

    @property
    def to_date(self) -> "Target":
        """What the figure should have come to by now.

        >>> Target(Decimal("100.00"), None, Decimal("80.00"), 0.25).to_date.agreed
        Decimal('20.00')
        """
        finance, procurement, agreed = (
            _share_of(value, self.part) for value in (self.finance, self.procurement, self.agreed)
        )
        return Target(finance, procurement, agreed)


def _share_of(value: Value, part: float) -> Value:
    if isinstance(value, Decimal):
        return (value * Decimal(str(part))).quantize(CENT)
    return None if value is None else value * part


NONE = Target()


def read_targets(
    reader: Reader, window: Window, metrics: Mapping[str, Metric]
) -> dict[str, Target]:
    """The targets of the position date's fiscal year, by metric; unknown ids are left out.

    As they were loaded, and as they were proposed and signed since.
    """
    if not window.year:
        return {}
    passed = sum(p.elapsed.days for p in window.periods if p.period in window.year)
    part = passed / sum(p.days for p in window.year)
    said = _loaded(reader, window.year[0].fiscal_year)
    for name, sides in later_words(reader, window.year[0].fiscal_year).items():
        said[name] = {**said.get(name, {}), **sides}
    return {name: _target(metrics[name], said[name], part) for name in said if name in metrics}


def _loaded(reader: Reader, fiscal_year: int) -> dict[str, Mapping[str, float | Decimal]]:
    """The loaded targets of a year by metric and side; a side that wants nothing is left out."""
    rows = targets.targets(reader, fiscal_year).set_index("metric_id")
    return {
        str(name): {side: value for side, value in zip(SIDES, row, strict=True) if value == value}
        for name, row in zip(rows.index, rows.to_numpy(dtype=float).tolist(), strict=True)
    }


def _target(metric: Metric, said: Mapping[str, float | Decimal], part: float) -> Target:
    sides = {side: _in_unit(metric, value) for side, value in said.items()}
    return Target(**sides, part=part if metric.accumulates else 1.0)


def _in_unit(metric: Metric, value: float | Decimal) -> Value:
    """Money in cents, as figures have it."""
    return Decimal(str(value)).quantize(CENT) if metric.unit == "money" else float(value)


def comparable(metric: Metric, selection: Selection, window: Window) -> bool:
    """Whether a year's target of the company says anything about a selection.

    In a part of the company only shares and days can be held against it; in more than one fiscal
    year nothing that accumulates.
    """
    whole = not any(getattr(selection, one.key) for one in FILTERS)
    one_year = all(p.period in window.year for p in window.periods)
    return (whole or metric.unit in UNIT_FREE) and (one_year or not metric.accumulates)


def status(metric: Metric, value: Value, target: Target) -> Status:
    """How a figure stands against what was agreed; equal to it is met.

    >>> from spend.registry import all_metrics
    >>> days = all_metrics()["days_to_pay"]
    >>> status(days, 48.7, Target(agreed=52)), status(days, 48.7, Target())
    ('missed', 'no target')
    """
    if value is None:
        return "no data"
    if target.agreed is None:
        return "not agreed" if target.open else "no target"
    if metric.better == "neither":
        return "no judgement"
    beyond = difference(value, target.agreed)
    return "met" if not beyond or (beyond > 0) == (metric.better == "higher") else "missed"
