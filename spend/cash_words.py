"""What the cash to come says in sentences: the message, the readings, and what to know first."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from queries.payables import NO_DATE
from spend.cash_book import CashBook
from spend.cash_outlook import BUDGET, UNDATED
from spend.cash_reading import Reading
from spend.cash_sources import FEWEST_PAYMENTS
from spend.money import decimal, share, short
from spend.result import Note
from spend.sentences import readings

FRIDAY = timedelta(days=3)  # before the Monday after
LONG = 90  # days overdue: then it is rarely a matter of waiting
SOON = 4  # weeks


class Words:
    """The sentences of one book, in its currency."""

    def __init__(self, book: CashBook, weeks: Reading) -> None:
        self.book = book
        self.weeks = weeks
        self.currency = book.reader.settings.currency
        self.until = f"{weeks.buckets.end - FRIDAY:%-d %B %Y}"

    def money(self, cents: float | None, signed: bool = False) -> str:
        """Cents as people say them."""
        return short(None if cents is None else decimal(round(cents)), self.currency, signed)

    @property
    def overdue(self) -> int:
        return int(self.weeks.contract[:, 0].sum())

    def message(self) -> str:
        """One sentence: what leaves by the end of the weeks, and how sure that is."""
        weeks = self.weeks
        out = weeks.within(weeks.contract)
        if not len(self.book.flow):
            known = "" if self.book.has_payments else "known to be "
            return f"Nothing is {known}owed, ordered or budgeted here after the position date."
        if not weeks.is_dated:
            return self._undated()
        late = f", {self.money(self.overdue)} of it overdue" if self.overdue > 0 else ""
        said = f"{self.money(out)} is to leave by {self.until} under contract terms{late}"
        if weeks.habits is None or weeks.range is None:
            return f"{said}."
        habit, low, high = weeks.within(weeks.habits), *self.ends()
        return f"{said}; as suppliers are really paid it is {self.money(habit)} ({low} to {high})."

    def _undated(self) -> str:
        undated = self.money(int(self.weeks.contract[:, -1].sum()))
        return f"{undated} is owed or ordered here, and nothing says when it is due."

    def ends(self) -> tuple[str, str]:
        """The range of what leaves by the end of the weeks."""
        spread = self.weeks.range
        if spread is None:
            return "", ""
        return self.money(spread.within_low), self.money(spread.within_high)

    # --- Readings -------------------------------------------------------------------------------

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(self._finance(), self._procurement())

    def _finance(self) -> str:
        weeks = self.weeks
        out = weeks.within(weeks.contract)
        if not weeks.is_dated or not out:
            return "Without due dates no cash plan can be made from these books."
        planned = int(weeks.contract[BUDGET, : weeks.buckets.later].sum())
        sure = share((out - planned) / out, 0)
        said = f"{sure} of the 13 weeks is on paper already: invoiced, received or ordered"
        said += f"; {self.money(planned)} is budget." if planned else "."
        if self.book.version is None:
            said = "All of it is on paper already: invoiced, received or ordered."
        if weeks.habits is None:
            return said
        gap = weeks.within(weeks.habits, SOON) - weeks.within(weeks.contract, SOON)
        side = "more" if gap > 0 else "less"
        return (
            f"{said} In the first {SOON} weeks, {self.money(abs(gap))} {side} leaves by habit than "
            "under the terms."
        )

    def _procurement(self) -> str:
        flow = self.book.flow
        late = flow.rows((flow.due < 0) & (flow.due != UNDATED))
        if not self.weeks.is_dated:
            return "Nothing says when suppliers were to be paid."
        if not len(late):
            return "No supplier waits beyond its due date."
        owed = np.zeros(len(self.book.suppliers), dtype=np.int64)
        np.add.at(owed, late.supplier, late.cents)
        count, most = int((owed > 0).sum()), int(owed.argmax())
        if count == 1:
            waits = self.name(self.book.suppliers[most])
            return f"{waits} waits for {self.money(self.overdue)} beyond the due date."
        return (
            f"{count} suppliers wait for {self.money(self.overdue)} beyond the due date; the most, "
            f"{self.money(int(owed[most]))}, is owed to {self.name(self.book.suppliers[most])}."
        )

    def name(self, supplier: str) -> str:
        known = self.book.choices.options["supplier"]
        return known[supplier].name if supplier in known else "suppliers that are not assigned"

    # --- Notes ----------------------------------------------------------------------------------

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return (*self._missing(), *self._assumed())

    def _missing(self) -> Iterator[Note]:
        book = self.book
        undated = int(self.weeks.contract[:, -1].sum())
        if book.selection.item:
            yield _warning("Invoices and payments know no items: open invoices are left out.")
        elif not book.has_payments and book.has_invoices:
            yield _warning(
                "No payments are loaded: what is past its due date, or has none, is left out, "
                "because nobody knows whether it was paid. Habits are unknown, and the contract "
                "reading stands alone."
            )
        elif book.habits is None:
            yield _warning(
                "No payment of the last 12 months has a due date: habits are unknown, and the "
                "contract reading stands alone."
            )
        if undated:
            why = "Some has no due date"
            if not self.weeks.is_dated:
                why = "No due dates or payment terms are loaded"
            yield _warning(f"{why}: {self.money(undated)} stands under “no date”.")
        if book.orders.empty:
            yield Note("No open orders or receipts are in this selection.")
        yield from self._budget()

    def _budget(self) -> Iterator[Note]:
        book, planned = self.book, self.book.planned
        if book.version is None:
            narrow = book.selection.supplier or book.selection.item
            why = "Budgets know no supplier or item" if narrow else "No budget is loaded"
            yield Note(f"{why}: what is neither invoiced nor ordered yet is not in here.")
        elif not planned:
            yield _warning("Nothing is budgeted after the position date: only what is invoiced, "
                           "received or ordered is in here.")  # fmt: skip
        else:
            yield _warning(
                f"The budget ends on {planned[-1].last:%-d %B %Y}. What is bought after it is not "
                "in here: later months show too little."
            )

    def _assumed(self) -> Iterator[Note]:
        book = self.book
        days = (pd.Timestamp(book.position) - book.owed["due_date"]).dt.days
        known = book.owed["due_date"] > UNKNOWN
        old = int(book.owed.loc[known & (days > LONG), "open"].sum())
        if old > 0:
            yield Note(f"{self.money(old)} has been overdue for more than {LONG} days: it counts "
                       "as payable at once; some of it may be in dispute.")  # fmt: skip
        due = book.orders["promised_date"] <= pd.Timestamp(book.position)
        past = int(book.orders.loc[due, "committed"].sum())
        if past > 0:
            yield Note(f"{self.money(past)} (net) of the open orders was promised by the position "
                       "date, or has no date, and has not come: it is taken as coming now."
            )  # fmt: skip
        if len(book.orders) or book.planned:
            yield Note(self._made())
        if book.habits is not None:
            yield Note(self._habits())
        if book.intercompany:
            yield Note(f"{self.money(book.intercompany)} is owed to suppliers of the own group: "
                       "outside every figure here.")  # fmt: skip
        yield Note("What falls on a weekend leaves on Monday; bank holidays are not known.")

    def _made(self) -> str:
        average, tax = self.book.terms.average, self.book.tax
        days = "" if average is None else f", {average:.0f} on average"
        ratio = share(tax.company - 1) if tax.known else "none"
        return (
            "What is not invoiced yet is taken as invoiced when it comes, due after the supplier's "
            f"agreed days{days}, and carries the supplier's own tax of the last 12 months (the "
            f"company's: {ratio}). The budget counts less what open orders promise in its period, "
            "evenly over the working days."
        )

    def _habits(self) -> str:
        spread, own = self.weeks.range, len(self.book.own_habits)
        draws = spread.draws if spread else 0
        return (
            f"Habits are the payments of the last 12 months, by value: of {own} suppliers their "
            f"own, of those with fewer than {FEWEST_PAYMENTS} invoices paid the company's. The "
            f"range is 10 % to 90 % of {draws} draws of them; amounts and the budget are taken as "
            "given. What is later than a supplier was ever paid stays overdue."
        )


def _warning(text: str) -> Note:
    return Note(text, "warning")


UNKNOWN = pd.Timestamp(NO_DATE)
