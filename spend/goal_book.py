"""What next year's goal is made from: read once for a selection, in whole cents.

What is asked of the store stands here and nowhere else in the subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from queries import budget, goals, savings
from queries import supplier_prices as prices
from queries.calendar import DAY, Period, Span, main_month
from queries.selection import Choices, Selection
from queries.store import Reader
from queries.window import Window, read_choices, read_window
from spend.goal_lines import Spent
from spend.goal_market import monthly, rate_code
from spend.savings_book import SavingsBook

NOT_ASSIGNED = "Not assigned"
MONTHS = 12  # that a plan is made of


@dataclass(frozen=True, eq=False)
class GoalBook:
    """One selection of one load: its position date, and the store to read from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "GoalBook":
        choices = read_choices(reader)
        return cls(reader, selection, choices, read_window(reader, selection, choices))

    # --- Days -----------------------------------------------------------------------------------

    @property
    def position(self) -> date:
        return self.window.position

    @property
    def currency(self) -> str:
        """The reporting currency."""
        return self.reader.settings.currency

    @property
    def year(self) -> tuple[Period, ...]:
        """The fiscal year that is under way."""
        return self.window.year or tuple(p.period for p in self.window.periods)

    @property
    def start(self) -> date:
        """The first day of the year that is planned."""
        return self.year[-1].end_date + DAY

    @property
    def fiscal_year(self) -> int:
        return self.year[-1].fiscal_year + 1

    @property
    def months_ahead(self) -> int:
        """Whole months between the position date's and the first of the planned year."""
        first, now = main_month(self.start), self.position
        return max((first.year - now.year) * 12 + first.month - now.month - 1, 0)

    @property
    def base_span(self) -> Span:
        """The last 12 months."""
        return last_year(self.position)

    @cached_property
    def first_spend_day(self) -> date | None:
        return budget.first_spend_day(self.reader)

    @property
    def months_loaded(self) -> int:
        """How many of the last 12 months spend is loaded of: those since the first day of any."""
        first, start = self.first_spend_day, self.base_span.first
        if first is None or first <= start:
            return MONTHS
        missing = (first.year - start.year) * MONTHS + first.month - start.month
        return max(MONTHS - missing + (first.day < start.day), 0)

    # --- What is read ---------------------------------------------------------------------------

    @cached_property
    def spent(self) -> tuple[Spent, ...]:
        """What was spent in the last 12 months, by category and currency."""
        rows = goals.spent_by_month(self.reader, self.selection, self.base_span)
        if rows.empty:
            return ()
        rows["month"] = pd.DatetimeIndex(rows["month"]).to_period("M")
        groups = rows.groupby(list(goals.OF), sort=True)
        return tuple(self._spent(str(key[0]), str(key[1]), of) for key, of in groups)

    def _spent(self, category: str, currency: str, rows: pd.DataFrame) -> Spent:
        return Spent(
            category_id=category,
            name=self.category_name(category),
            currency=currency,
            months=tuple(rows["month"]),
            amounts=tuple(int(cents) for cents in rows["amount"]),
            documents=int(rows["document_amount"].sum()),
            covered=self._covered.get((category, currency), ()),
        )

    @cached_property
    def _covered(self) -> Mapping[tuple[str, str], tuple[tuple[date, int], ...]]:
        last = self.start - DAY
        rows = goals.covered_by(self.reader, self.selection, self.base_span, self.position, last)
        found: dict[tuple[str, str], list[tuple[date, int]]] = {}
        for row in rows.to_dict("records"):
            key = (str(row["category_id"]), str(row["currency"]))
            found.setdefault(key, []).append((row["until"].date(), int(row["amount"])))
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def followed(self) -> Mapping[str, tuple[str, float]]:
        """The index and the pass-through of each category that has both."""
        rows = prices.followed(self.reader).dropna(subset=["index_code", "pass_through"])
        return {
            str(row["category_id"]): (str(row["index_code"]), float(row["pass_through"]))
            for row in rows.to_dict("records")
        }

    @cached_property
    def market_rows(self) -> pd.DataFrame:
        """Every index that some category follows, and every currency, month by month."""
        values = prices.index_values(self.reader, self.position)
        codes = {code for code, _ in self.followed.values()}
        values = values[values["index_code"].isin(codes)]
        rates = savings.rates(self.reader, self.position)
        rates = rates.assign(code=[rate_code(str(c), self.currency) for c in rates["currency"]])
        return pd.concat(
            [
                monthly(values, "index_code", "month", "value"),
                monthly(rates, "code", "date", "rate"),
            ],
            ignore_index=True,
        )

    @cached_property
    def savings(self) -> SavingsBook:
        """The register of the same selection, under the policy in force."""
        return SavingsBook.read(self.reader, self.selection)

    @cached_property
    def initiatives(self) -> pd.DataFrame:
        """The initiatives that the selection is about."""
        rows = self.savings.initiatives
        return rows[rows["chosen"]].reset_index(drop=True)

    # --- The running budget ---------------------------------------------------------------------

    @cached_property
    def version(self) -> str | None:
        """The running budget's version; ``None`` where the selection has no budget."""
        version = self.selection.budget_version or self.choices.default_budget_version
        return version if budget.has_budget(self.reader, self.selection, version) else None

    @cached_property
    def budget(self) -> pd.DataFrame:
        """The year's running budget by category and period, in cents."""
        if self.version is None:
            return pd.DataFrame({"category_id": [], "period_start": [], "budget": []})
        shares = tuple((period, period.days) for period in self.year)
        by = ("category_id", "period_start")
        return budget.budget_by(self.reader, self.selection, self.version, shares, by)

    # --- Names ----------------------------------------------------------------------------------

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """The parent of each category."""
        return {o.id: o.parent for o in self.choices.options["category"].values()}

    def category_name(self, category: str) -> str:
        """What a category is called."""
        known = self.choices.options["category"].get(category)
        return known.name if known else NOT_ASSIGNED


def last_year(position: date) -> Span:
    """The 12 months that end on a day.

    >>> last_year(date(2026, 10, 31)).first
    datetime.date(2025, 11, 1)
    """
    return Span(_a_year_before(position + DAY), position)


def _a_year_before(day: date) -> date:
    """The same day a year before; of a 29 February the day after the year's last February day.

    >>> _a_year_before(date(2028, 2, 29))
    datetime.date(2027, 3, 1)
    """
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)
