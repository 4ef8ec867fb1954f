"""What budget against spend says in sentences: the message, the readings, and what to know first.

Every sentence is made from the figures; none is written by hand.
"""

from collections.abc import Iterator
from datetime import timedelta

from queries.selection import when
from spend.budget_book import BudgetBook
from spend.closing import ItemBridge
from spend.forecast import Forecast
from spend.money import decimal, share, short
from spend.result import Note
from spend.sentences import readings

A_MONTH = timedelta(days=31)


class Words:
    """The sentences of one book, in its currency."""

    def __init__(self, book: BudgetBook, forecast: Forecast) -> None:
        self.book = book
        self.forecast = forecast
        self.currency = book.reader.settings.currency

    def money(self, cents: int | None, signed: bool = False) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.currency, signed)

    def message(self) -> str:
        """One sentence: how spend stands, and what explains most of it."""
        position = self.book.position
        if not self.book.window.has_begun:
            return self._to_come()
        if position.actual is None:
            return "Nothing was invoiced in this selection."
        variance = position.variance
        if variance is None:
            return f"Spend is {self.money(position.actual)}{self._against_last_year()}."
        if variance == 0:
            return f"Spend equals the budget of {self.money(position.budget)}."
        side = "over" if variance > 0 else "under"
        cause = self._cause(variance)
        return f"Spend is {self.money(abs(variance))} {side} the phased budget{cause}."

    def _to_come(self) -> str:
        """What is planned for days that are all still to come."""
        budget, said = self.book.position.budget, f"{self.of_when()} has not begun"
        return f"{said}." if budget is None else f"{said}: {self.money(budget)} is budgeted for it."

    def of_when(self) -> str:
        """What the selection's periods are called together: a whole fiscal year by its number."""
        calendar = self.book.choices.calendar
        periods = tuple(p.period for p in self.book.window.periods)
        year = periods[0].fiscal_year
        if periods == tuple(calendar.year(year)):
            return str(year)
        return when(calendar, periods[0].period, periods[-1].period)

    def _against_last_year(self) -> str:
        position = self.book.position
        if position.actual is None or position.last_year is None:
            return ""
        change = position.actual - position.last_year
        side = "more" if change > 0 else "less"
        return f", {self.money(abs(change))} {side} than in the same days of last year"

    def _cause(self, variance: int) -> str:
        """The category whose prices did most, with the variance or against it."""
        bridge = self.book.budget_bridge
        found = largest_price_effect(bridge, variance) if bridge else None
        if found is None:
            return ""
        category, effect = found
        names = self.book.choices.options["category"]
        name = names[category].name.lower() if category in names else "unassigned items"
        amount = self.money(abs(effect))
        if (effect > 0) == (variance > 0):
            return f"; {'dearer' if effect > 0 else 'cheaper'} {name} explains {amount} of it"
        if effect > 0:
            return f", although dearer {name} added {amount}"
        return f", although cheaper {name} saved {amount}"

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(self._finance(), self._procurement())

    def _finance(self) -> str:
        position = self.book.position
        if position.budget is None:
            return "No budget stands beside this selection."
        if not self.book.window.has_begun:
            planned = self.money(position.budget)
            return (
                f"All of the {planned} budgeted for {self.of_when()} lies ahead; after all orders "
                f"and requests that are open now, {self._left(position.available)}."
            )
        if position.actual is None:
            return f"Of a budget of {self.money(position.budget)}, nothing is spent yet."
        expense = position.actual + (position.accrued or 0)
        beyond = expense - position.budget
        side = "over" if beyond > 0 else "under"
        relative = share(abs(beyond) / position.budget) if position.budget > 0 else "n/a"
        return (
            f"With what is received and not yet invoiced, expense is "
            f"{self.money(expense)}, {self.money(abs(beyond))} ({relative}) {side} the budget; "
            f"{self._left(position.available)}."
        )

    def _left(self, available: int | None) -> str:
        if available is not None and available < 0:
            beyond = self.money(-available)
            return f"with what is ordered and asked for, the budget is exceeded by {beyond}"
        return f"{self.money(available)} is still available"

    def _procurement(self) -> str:
        if not self.book.window.has_begun:
            return "Nothing can be bought in days to come, so there are no prices to compare."
        effects = self.book.year_bridge.effects
        if effects.price is None or effects.volume is None:
            return "No item was bought in both years, so prices can't be compared."
        return (
            f"Against last year, prices moved spend by "
            f"{self.money(effects.price, True)} and volume by {self.money(effects.volume, True)}; "
            f"{self.money(effects.not_priced, True)} has no quantity or price to judge by."
        )

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[Note]:
        book, window = self.book, self.book.window
        last = window.periods[-1]
        if window.is_open:
            days, whole = last.share
            yield Note(
                f"{last.period.words} is open: {days} of its {whole} days have passed, and budget "
                "and last year count the same days.",
                "warning",
            )
        if not window.has_begun:
            yield Note(
                f"{self.of_when()} has not begun: the whole budget of it counts. Orders and "
                f"requests are those open on {window.position:%-d %B %Y}, of earlier days too.",
                "warning",
            )
        if book.last_spend_day + A_MONTH < window.position:
            yield Note(
                f"The last invoice of all is of {book.last_spend_day:%-d %B %Y}: the days after it "
                "count as days without spend. Say how far the data go with data_through.",
                "warning",
            )
        if book.version is None:
            yield Note(self._no_budget())
        if book.intercompany:
            yield Note(
                f"Suppliers of the own group invoiced {self.money(book.intercompany)}: outside "
                "every figure here."
            )
        later = book.position.committed_later
        if later:
            yield Note(
                f"{self.money(later)} is ordered and promised after "
                f"{window.last:%-d %B %Y}: shown here, outside what is available."
            )
        for reason in self.forecast.reasons:
            yield Note(f"Forecast: {reason}")

    def _no_budget(self) -> str:
        if not self.book.choices.budget_versions:
            return "No budget is loaded."
        if self.book.selection.supplier:
            return "Budgets know no supplier, so budget and available are left out."
        return "This budget knows no items, so budget and available are left out."


def largest_price_effect(bridge: ItemBridge, change: int) -> tuple[str, int] | None:
    """The category whose prices moved most, in whichever direction, and its price effect.

    ``None`` where that is less than a tenth of the change: then price is not the story.
    """
    effects = {name: e.price for name, e in bridge.by("category_id").items() if e.price}
    if not effects:
        return None
    name = max(effects, key=lambda key: (abs(effects[key]), key))
    return (name, effects[name]) if abs(effects[name]) * 10 >= abs(change) else None
