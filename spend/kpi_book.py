"""Every figure of a selection at once, with its trend: what the scorecard is told from.

Each subject answers for its own figures; what is read for one of them is read once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from queries.selection import Choices, Selection, sentence
from queries.store import Reader
from queries.window import PeriodDays, Window, read_choices, read_window, trailing
from spend import (
    budget_figures,
    budget_trend,
    process_figures,
    savings_figures,
    savings_trend,
    sourcing_figures,
    stock_figures,
    stock_trend,
    terms_figures,
    terms_trend,
)
from spend.budget_book import BudgetBook
from spend.kpi_targets import Target, read_targets
from spend.purchasing_book import PurchasingBook
from spend.questions import question_of
from spend.registry import all_metrics
from spend.result import Figure, Value
from spend.savings_book import SavingsBook
from spend.stock_reading import StockReading
from spend.terms_book import TermsBook


@dataclass(frozen=True, eq=False)
class KpiBook:
    """One selection of one load, with the book of every subject."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "KpiBook":
        choices = read_choices(reader)
        return cls(reader, selection, choices, read_window(reader, selection, choices))

    @property
    def resolved(self) -> Selection:
        """The selection with its defaults written out, for whoever reads it at another moment."""
        named = self.window.named(self.selection)
        return replace(named, budget_version=self.budget.version)

    @property
    def sentence(self) -> str:
        """The selection in words."""
        return sentence(replace(self.selection, as_of=None), self.choices)

    # --- The subjects ---------------------------------------------------------------------------

    @cached_property
    def budget(self) -> BudgetBook:
        return BudgetBook.read(self.reader, self.selection)

    @cached_property
    def savings(self) -> SavingsBook:
        return SavingsBook.read(self.reader, self.selection)

    @cached_property
    def terms(self) -> TermsBook:
        return TermsBook.read(self.reader, self.selection)

    @cached_property
    def stock(self) -> StockReading:
        return StockReading.read(self.reader, self.selection)

    @cached_property
    def purchasing(self) -> PurchasingBook:
        return PurchasingBook.read(self.reader, self.selection)

    # --- What they say --------------------------------------------------------------------------

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every metric's figure by id, in the order of the definitions."""
        return self.figures_of(all_metrics())

    def figures_of(self, metrics: Iterable[str]) -> Mapping[str, Figure]:
        """The figures of some metrics by id; only the subjects that answer for them are read."""
        named = tuple(metrics)
        reports = dict.fromkeys(question_of(name).report for name in named)
        found = {f.metric: f for report in reports for f in SUBJECTS[report](self)}
        return {name: found[name] for name in named}

    @cached_property
    def periods(self) -> tuple[PeriodDays, ...]:
        """The periods of the trends: those that end with the selection's last."""
        return trailing(self.choices.calendar, self.window)

    @cached_property
    def trends(self) -> Mapping[str, tuple[Value, ...]]:
        """The value of each metric in each of ``periods``; metrics without a trend are left out."""
        periods = self.periods
        return (
            budget_trend.trends(self.budget, periods)
            | savings_trend.trends(self.savings, periods)
            | terms_trend.trends(self.terms, periods)
            | stock_trend.trends(self.stock.book, periods)
            | sourcing_figures.trends(self.purchasing, periods)
            | process_figures.trends(self.purchasing, periods)
        )

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """The targets of the position date's fiscal year, by metric."""
        return read_targets(self.reader, self.window, all_metrics())


# The figures of each subject, by the report that gives them.
SUBJECTS: Mapping[str, Callable[[KpiBook], Iterable[Figure]]] = {
    "budget": lambda book: budget_figures.figures(book.budget),
    "savings": lambda book: savings_figures.figures(book.savings),
    "terms": lambda book: terms_figures.figures(book.terms),
    "stock": lambda book: stock_figures.figures(book.stock),
    "suppliers": lambda book: sourcing_figures.figures(book.purchasing),
    "approvals": lambda book: process_figures.figures(book.purchasing),
}
