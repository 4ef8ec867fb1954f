r"""Next year's plan as the simulation takes it: what is to be bought, at which price risk.

Money is whole cents at the prices of today, the day of the indices' last known values. A line's
money falls evenly on the year's twelve months unless its phasing says otherwise.
"""

import calendar
import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from spend.arguments import Floats

MONTHS = 12


@dataclass(frozen=True)
class PlanLine:
    """What is planned for one thing, and what its price follows.

    ``pass_through`` of the price follows the index, from 0 to 1. ``covered_share`` of it has its
    price fixed by contract until ``covered_until``, that day included (without a date: all year).
    ``volume_sd`` is the standard deviation of the quantity as a share of the planned one. Money in
    a ``currency`` moves with that code of the market model: covered or not, the contract's price
    is fixed in its own currency. ``phasing`` has twelve weights. ``open_shares`` says of each month
    what follows the index, where contracts of several ends cover the line: it takes the place of
    pass-through and cover. An empty index or currency is none.
    """

    line_id: str
    planned: int
    index_code: str = ""
    pass_through: float = 0.0
    covered_share: float = 0.0
    covered_until: date | None = None
    volume_sd: float = 0.0
    currency: str = ""
    phasing: tuple[float, ...] = ()
    open_shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("pass_through", "covered_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1")
        if not (math.isfinite(self.volume_sd) and self.volume_sd >= 0):
            raise ValueError("volume_sd must be zero or more")
        if not float(self.planned).is_integer():
            raise ValueError("planned must be whole cents")
        weights = self.phasing
        fits = len(weights) == MONTHS and all(math.isfinite(w) and w >= 0 for w in weights)
        if weights and not (fits and sum(weights) > 0):
            raise ValueError("phasing must have twelve weights, zero or more, not all zero")
        shares = self.open_shares
        if shares and not (len(shares) == MONTHS and all(0 <= share <= 1 for share in shares)):
            raise ValueError("open_shares must have twelve shares from 0 to 1")

    def by_month(self) -> Floats:
        """The planned cents of each month; fractions of a cent are kept."""
        weights = np.array(self.phasing or (1.0,) * MONTHS, dtype=np.float64)
        return np.asarray(self.planned * (weights / weights.sum()))

    def open_share(self, start: date) -> Floats:
        """The share of each month's price that follows the index: passed through, not covered.

        >>> half = PlanLine("L", 100, "OIL", 0.8, 0.5, date(2027, 6, 30))
        >>> half.open_share(date(2027, 1, 1)).tolist()
        [0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]
        """
        if self.open_shares:
            return np.array(self.open_shares, dtype=np.float64)
        covered = np.full(MONTHS, self.covered_share)
        if self.covered_until is not None:
            covered *= _passed(start, self.covered_until)
        return np.asarray(self.pass_through * (1.0 - covered))


@dataclass(frozen=True)
class Saving:
    """A saving of next year, whole cents, that comes with the probability of its stage.

    It comes whole or not at all, whatever the others do.
    """

    saving_id: str
    amount: int
    probability: float

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be from 0 to 1")
        if not float(self.amount).is_integer():
            raise ValueError("amount must be whole cents")


@dataclass(frozen=True)
class SpendPlan:
    """A year's lines and savings. ``months_ahead``: whole months between today and the year."""

    start: date
    lines: tuple[PlanLine, ...]
    savings: tuple[Saving, ...] = ()
    months_ahead: int = 0

    def __post_init__(self) -> None:
        for ids in ([s.line_id for s in self.lines], [s.saving_id for s in self.savings]):
            if len(set(ids)) != len(ids):
                raise ValueError("lines and savings must have an id of their own each")
        if self.months_ahead < 0:
            raise ValueError("months_ahead must be zero or more")

    @property
    def planned(self) -> int:
        """The plan as written: all lines, no saving taken off."""
        return sum(line.planned for line in self.lines)

    @property
    def steps(self) -> tuple[int, ...]:
        """The months from today to the year's first month, and from each month to the next."""
        return (self.months_ahead + 1,) + (1,) * (MONTHS - 1)

    @property
    def ahead(self) -> Floats:
        """How many months from today each month of the year is."""
        return np.cumsum(np.array(self.steps, dtype=np.float64))


def _passed(start: date, last: date) -> Floats:
    """The share of each month's days, from the year's start, up to and including the last."""
    first = np.array([_month_on(start, m).toordinal() for m in range(MONTHS + 1)], dtype=np.float64)
    days = np.diff(first)
    return np.asarray(np.clip((last.toordinal() + 1 - first[:-1]) / days, 0.0, 1.0))


def _month_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
