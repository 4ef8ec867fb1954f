"""What payment terms say in sentences: the message, the readings, and what to know first.

Every sentence is made from the figures; none is written by hand.
"""

from collections.abc import Iterator

from queries import terms as sums
from spend.money import decimal, share, short
from spend.position import ratio
from spend.result import Note
from spend.sentences import readings
from spend.terms_book import TermsBook
from spend.terms_figures import judged
from spend.terms_table import discount_yields


class Words:
    """The sentences of one book, in its currency."""

    def __init__(self, book: TermsBook) -> None:
        self.book = book
        self.exposure = book.exposure
        self.currency = book.reader.settings.currency

    def money(self, cents: int) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.currency)

    @property
    def away(self) -> int:
        """Cash that early payment kept out of the bank, on average over the selection's days."""
        return int(self.book.paid["early_money_days"].sum()) // self.book.span.days

    def message(self) -> str:
        """One sentence: how suppliers are paid, and what most of it costs."""
        paid, known = self.book.paid, self.book.termed
        actual = ratio([int(paid["paid_days"].sum())], [int(paid["paid"].sum())])
        agreed = ratio([int(known["money_days"].sum())], [int(known["invoiced"].sum())])
        if actual is None:
            loaded = "are in this selection" if self.book.has_payments else "are loaded"
            return f"No payments {loaded}, so nobody knows when suppliers get their money."
        said = f"Suppliers are paid after {actual:.1f} days"
        if agreed is not None:
            said += f"; {agreed:.1f} are agreed"
        early = int(paid["early"].sum())
        if early <= 0:
            return f"{said}."
        return (
            f"{said}. {self.money(early)} was paid early, for no discount: on average "
            f"{self.money(self.away)} of cash was given away."
        )

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(self._finance(), self._procurement())

    def _finance(self) -> str:
        if not len(self.book.paid):
            return "Without payments nobody knows how much cash goes out before it must."
        rate = self.book.reader.settings.cost_of_cash
        worth = self.money(round(self.away * rate))
        said = f"At {share(rate)} a year, the cash given away by paying early costs {worth} a year"
        offered, taken = self.book.offers["offered"].sum(), self.book.paid["discount_taken"].sum()
        if offered > taken:
            lost = self.money(int(offered - taken))
            said += f"; {lost} of discounts were offered and not taken"
        return f"{said}."

    def _procurement(self) -> str:
        sums = judged(self.book.paid, self.book.owed)
        if not sums["judged"]:
            return "Nothing here has a due date, so nobody can say who was paid late."
        late = share(sums["late"] / sums["judged"])
        cost = "" if self.exposure.cents is None else (
            f"; by law it may cost {self.money(self.exposure.cents)}"
        )  # fmt: skip
        return (
            f"Suppliers got {late} of their money late{cost}. Whoever waits puts it in the price."
        )

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return (*self._missing(), *self._law(), *self._discounts())

    def _missing(self) -> Iterator[Note]:
        book = self.book
        window = book.window
        if window.is_open:
            last = window.periods[-1].period.words
            yield Note(f"{last} is open: payments and due dates count up to {window.position}.")
        unknown = int(book.paid["not_due"].sum() + book.owed["not_due"].sum())
        if unknown:
            yield Note(
                f"{self.money(unknown)} has no due date (no term, and none on the invoice): it is "
                "neither late nor early here."
            )
        invoiced, known = book.invoiced["invoiced"].sum(), book.termed["invoiced"].sum()
        if invoiced > known:
            yield Note(f"{self.money(int(invoiced - known))} was invoiced under no known term.")
        if lost := sums.orphans(book.reader):
            yield Note(f"{lost:,} payments point at no invoice: they are in no figure.", "warning")
        if book.selection.item:
            yield Note("Payments are not kept by item: an item filter leaves none.", "warning")

    def _law(self) -> Iterator[Note]:
        if not len(self.book.late):
            return
        if self.exposure.unknown:
            parts = (f"{count:,} of {why}" for why, count in self.exposure.unknown.items())
            yield Note(f"Late invoices without interest here: {', '.join(parts)}.")
        yield Note(
            "A term beyond the law's limit stands only where it is expressly agreed and not "
            "grossly unfair, and never for a public body."
        )
        yield Note(
            "Interest is what the law lets suppliers claim (EU Directive 2011/7, the UK's Act of "
            "1998, 5 CFR 1315), not what they have claimed. National laws may ask for more."
        )

    def _discounts(self) -> Iterator[Note]:
        rate = self.book.reader.settings.cost_of_cash
        yields = discount_yields(sums.discount_terms(self.book.reader))
        if yields and len(self.book.offers):
            words, earned = yields[-1]
            verdict = "more" if earned > rate else "less"
            yield Note(
                f"The least of the discounts here, {words}, earns {share(earned)} a year: "
                f"{verdict} than the {share(rate)} that cash costs."
            )
