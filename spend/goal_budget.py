"""The agreed goal as a version of the budget: by month, cost centre and category, to the cent.

What was agreed for a category falls on the months as its plan does, and on the cost centres as the
twelve months did that the plan was made from, as at its own load: whoever makes the lines again
gets the same ones. They come into the store by the same door as everybody's files.
"""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from queries.budget import spend_by
from queries.budget_versions import KEY, version_lines
from queries.calendar import Calendar, main_month, month_start
from queries.errors import ConcordError
from queries.load import LoadOptions, LoadResult, load
from queries.selection import Pin, Selection
from queries.store import Reader, Store
from queries.window import read_calendar
from spend.arguments import Floats
from spend.closing import apportioned
from spend.goal_agreement import Goals
from spend.goal_book import last_year
from spend.goal_plan import GoalPlan
from spend.goal_proposals import NOT_ASSIGNED, GoalProposal
from spend.money import decimal
from spend.plan_lines import MONTHS

COLUMNS = ("version", "period_start", "cost_centre_id", "category_id", "line_no", "amount")
Key = tuple[date, str, str, int]  # first day, cost centre, category, line
Lines = Mapping[Key, int]  # cents


def version_of(fiscal_year: int) -> str:
    """What the version of a year's agreed goal is called.

    >>> version_of(2027)
    '2027 agreed'
    """
    return f"{fiscal_year} agreed"


@dataclass(frozen=True)
class AgreedBudget:
    """The version that an agreed goal makes, and what the store has of it.

    ``stored`` are its lines that are loaded, ``load`` the last load that brought any, 0 for none.
    """

    fiscal_year: int
    lines: Lines
    stored: Lines
    load: int

    @property
    def version(self) -> str:
        """What it is called."""
        return version_of(self.fiscal_year)

    @property
    def amount(self) -> int:
        """What was agreed, in cents."""
        return sum(self.lines.values())

    @property
    def is_loaded(self) -> bool:
        """Whether the store has these lines and no others."""
        return {key: cents for key, cents in self.stored.items() if cents} == self.lines

    @property
    def to_load(self) -> Lines:
        """The lines that bring the store there: those of an earlier agreement become zero."""
        return dict.fromkeys(self.stored, 0) | dict(self.lines)


def agreed_budget(store: Store, fiscal_year: int, pin: Pin | None = None) -> AgreedBudget:
    """The version of a year's agreed goal; ``ConcordError`` where no goal is agreed."""
    with store.reader(pin) as reader:
        agreed = _agreed(reader, fiscal_year)
        stored = version_lines(reader, version_of(fiscal_year))
    keys = zip(
        pd.DatetimeIndex(stored["period_start"]).date.tolist(),
        *(stored[name].tolist() for name in KEY[1:]),
        strict=True,
    )
    held = dict(zip(keys, stored["amount"].astype("int64").tolist(), strict=True))
    last = int(stored["batch_from"].max()) if len(stored) else 0
    return AgreedBudget(fiscal_year, agreed_lines(store, agreed), held, last)


def agreed_lines(store: Store, agreed: GoalProposal) -> dict[Key, int]:
    """The lines that a goal makes, of nothing but what its own load knew."""
    with store.reader(Pin(agreed.load)) as reader:
        shares, calendar = spending(reader, agreed.plan), read_calendar(reader)
    return budget_lines(agreed, shares, first_days(agreed.plan, calendar))


def _agreed(reader: Reader, fiscal_year: int) -> GoalProposal:
    if found := Goals.read(reader, fiscal_year).agreed:
        return found.value
    raise ConcordError(f"no goal is agreed for {fiscal_year}: both teams have to sign one")


# --- The lines ------------------------------------------------------------------------------------


def spending(reader: Reader, plan: GoalPlan) -> pd.DataFrame:
    """What the plan's last 12 months were spent on, by category and cost centre, in cents."""
    return spend_by(reader, Selection(), [last_year(plan.position)], _BY)


_BY = ("category_id", "cost_centre_id")


def first_days(plan: GoalPlan, calendar: Calendar) -> tuple[date, ...]:
    """The first days of the year's periods, where the calendar has twelve; else of its months."""
    known = calendar.year(plan.fiscal_year)
    if len(known) == MONTHS and known[0].start_date == plan.start:
        return tuple(period.start_date for period in known)
    first = main_month(plan.start)
    return (plan.start, *(month_start(first, month) for month in range(1, MONTHS)))


def budget_lines(
    agreed: GoalProposal, shares: pd.DataFrame, starts: Sequence[date]
) -> dict[Key, int]:
    """What was agreed by month, cost centre and category, in cents that sum to it.

    ``shares`` are spend by ``category_id`` and ``cost_centre_id``; a centre that got money back
    gets nothing, and a category that nobody spent on stands without a centre.
    """
    found: dict[Key, int] = {}
    spent = _by_category(shares)
    for category, cents in agreed.budget:
        centres = _centres(spent.get(category, {}))
        parts = np.outer(phasing(agreed.plan, category), list(centres.values())) * cents
        whole = apportioned(parts.ravel(), cents).reshape(parts.shape)
        for place, start in enumerate(starts):
            for centre, part in zip(centres, whole[place].tolist(), strict=True):
                if part:
                    found[start, centre, category, 1] = part
    return found


def _by_category(shares: pd.DataFrame) -> dict[str, dict[str, float]]:
    """What each cost centre spent on each category."""
    found: dict[str, dict[str, float]] = {}
    columns = (shares[name].tolist() for name in (*_BY, "amount"))
    for category, centre, cents in zip(*columns, strict=True):
        found.setdefault(category, {})[centre] = float(cents)
    return found


def _centres(amounts: Mapping[str, float]) -> dict[str, float]:
    """Which share of a category each cost centre has, names in order."""
    some = {name: cents for name, cents in sorted(amounts.items()) if cents > 0}
    whole = sum(some.values())
    return {name: cents / whole for name, cents in some.items()} or {NOT_ASSIGNED: 1.0}


def phasing(plan: GoalPlan, category: str) -> Floats:
    """Which share of a category's year falls on each of its twelve months."""
    months = np.zeros(MONTHS)
    for line in plan.lines:
        if line.category_id == category and line.expected > 0 and sum(line.phasing) > 0:
            months += line.expected * np.array(line.phasing) / sum(line.phasing)
    whole = months.sum()
    return months / whole if whole else np.full(MONTHS, 1 / MONTHS)


# --- Into the store -------------------------------------------------------------------------------


def load_agreed(store: Store, fiscal_year: int, *, now: datetime, user: str) -> LoadResult | None:
    """Load the version of a year's agreed goal, as ``spend load`` would; ``None`` where the store
    has it already. Raises ``ConcordError`` where no goal is agreed."""
    found = agreed_budget(store, fiscal_year)
    if found.is_loaded:
        return None
    with tempfile.TemporaryDirectory(prefix="concord-") as scratch:
        folder = Path(scratch) / f"goal {fiscal_year}"  # what the books keep as the load's source
        folder.mkdir()
        _write(folder / "budget_line.csv", found)
        return load(store, folder, options=LoadOptions(strict=True), now=now, user=user)


def _write(path: Path, found: AgreedBudget) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for (start, centre, category, line), cents in sorted(found.to_load.items()):
            writer.writerow((found.version, start, centre, category, line, decimal(cents)))
