"""An agreed goal held against what happened: in its range or not, and what the miss is made of.

Scored are the whole months of the goal's year that have passed on the position date. The page's
own moment is read, so that a pinned view keeps its score.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from queries.budget import ITEM_KEYS, merged, spend_by
from queries.calendar import DAY, Span, main_month
from queries.selection import Selection
from queries.store import Reader
from spend.bridge import year_bridge
from spend.goal_book import GoalBook, last_year
from spend.goal_budget import Lines, first_days
from spend.goal_miss import Happened, Miss, missed, total
from spend.goal_plan import GoalPlan
from spend.goal_proposals import NOT_ASSIGNED, GoalProposal
from spend.plan_lines import MONTHS
from spend.price_index import index_history
from spend.savings_book import SavingsBook


@dataclass(frozen=True)
class Score:
    """How a goal's year came out so far, category by category, in cents.

    ``inside`` is whether spend lay from P10 to P90; ``None`` while the year is not over.
    """

    goal: GoalProposal
    months: int
    last: date  # the last day that counts
    by_category: Mapping[str, Miss]

    @cached_property
    def total(self) -> Miss:
        """The whole company's miss."""
        return total(self.by_category)

    @property
    def is_whole(self) -> bool:
        """Whether the year is over."""
        return self.months == MONTHS

    @property
    def inside(self) -> bool | None:
        """Whether the year came out in the range that its forecast gave."""
        plan = self.goal.plan
        return plan.p10 <= self.total.actual <= plan.p90 if self.is_whole else None


def score(book: GoalBook, goal: GoalProposal, lines: Lines) -> Score | None:
    """A goal's score as at a book's position date; ``None`` before its first month is over.

    The book is of the whole company; ``lines`` are the goal's budget by month.
    """
    calendar = book.choices.calendar
    year = calendar.year(goal.plan.fiscal_year)
    if not year:
        return None
    starts = first_days(goal.plan, calendar)
    days = _Days(goal.plan, starts, year[-1].end_date, book.position)
    if not days.months:
        return None
    happened = Happened(
        months=days.months,
        agreed=_to_date(lines, days.passed.last),
        bridge=year_bridge(_spent(book.reader, days.base), _spent(book.reader, [days.passed])),
        market=_market(book, goal.plan),
        savings=_came(book, goal.plan, days),
    )
    return Score(goal, days.months, days.passed.last, missed(goal, happened))


@dataclass(frozen=True)
class _Days:
    """The months of a plan's year that have passed, and the same ones of its last 12 months."""

    plan: GoalPlan
    starts: Sequence[date]
    end: date
    position: date

    @property
    def _ends(self) -> tuple[date, ...]:
        return (*(start - DAY for start in self.starts[1:]), self.end)

    @property
    def months(self) -> int:
        """How many have wholly passed."""
        return sum(end <= self.position for end in self._ends)

    @property
    def passed(self) -> Span:
        """Their days."""
        return Span(self.starts[0], self._ends[self.months - 1])

    @property
    def base(self) -> tuple[Span, ...]:
        """The days of the plan's last 12 months that they are planned from."""
        whole = last_year(self.plan.position)
        if self.months == MONTHS:
            return (whole,)
        found = []
        for back in (1, 2):
            first, last = (_back(day, back) for day in (self.passed.first, self.passed.last + DAY))
            found.append(Span(max(first, whole.first), min(last - DAY, whole.last)))
        return merged(found)


def _back(day: date, years: int) -> date:
    """The same day some years before."""
    for _ in range(years):
        day = last_year(day - DAY).first
    return day


def _to_date(lines: Lines, last: date) -> dict[str, int]:
    found: dict[str, int] = {}
    for (start, _, category, _), cents in lines.items():
        if start <= last:
            found[category] = found.get(category, 0) + cents
    return found


def _spent(reader: Reader, spans: Sequence[Span]) -> pd.DataFrame:
    return spend_by(reader, Selection(), spans, ITEM_KEYS)


def _market(book: GoalBook, plan: GoalPlan) -> dict[str, list[float]]:
    """Each index in the months of the plan's year, as a multiple of what it stood at then."""
    first = pd.Period(main_month(plan.start), "M")
    found = {}
    for code, values in _by_month(book, [first + n for n in range(MONTHS)]).items():
        then = plan.index_values.get(code)
        if then:
            found[code] = [value / then for value in values]
    return found


def _by_month(book: GoalBook, months: Sequence[pd.Period]) -> dict[str, list[float]]:
    """Indices and rates in some months, each the last that is known by then."""
    rows = book.market_rows
    if rows.empty:
        return {}
    names = [str(month) for month in rows["month"]]
    history = index_history(rows["code"].tolist(), names, rows["value"].to_numpy())
    every = history.ffill().reindex(pd.PeriodIndex(list(months), freq="M"), method="ffill")
    return {str(code): every[code].tolist() for code in every if every[code].notna().all()}


def _came(book: GoalBook, plan: GoalPlan, days: _Days) -> dict[str, int]:
    """What the plan's savings brought, by category: each as much of its part of the plan as the
    books have recognised of its claim, since the plan's last 12 months began."""
    if not plan.savings:
        return {}
    home = {one.initiative_id: one.category_id for one in plan.pipeline}
    realised = dict(_realised(book, plan, days.passed.last))
    found: dict[str, float] = {}
    for saving in plan.savings:
        category = home.get(saving.saving_id, NOT_ASSIGNED)
        part = saving.amount * realised.get(saving.saving_id, 0.0) * days.months / MONTHS
        found[category] = found.get(category, 0.0) + part
    return {category: round(cents) for category, cents in found.items()}


def _realised(book: GoalBook, plan: GoalPlan, last: date) -> Iterator[tuple[str, float]]:
    """Which share of its claim each initiative has brought by a day."""
    calendar = book.choices.calendar
    first, end = calendar.of(last_year(plan.position).first), calendar.of(last)
    start = first or calendar.periods[0]
    if end is None:
        return
    selection = Selection(from_period=start.period, to_period=end.period)
    rows = SavingsBook.read(book.reader, selection).found.rows
    for row in rows.to_dict("records"):
        claim = float(row["claimed"]) * float(row["months"]) / MONTHS
        if claim > 0:
            yield str(row["initiative_id"]), float(row["recognised"]) / claim
