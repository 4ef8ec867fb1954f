"""What the savings page says, made from the figures; no lens changes a number."""

from collections.abc import Iterator

from spend.money import decimal, exact, share, short
from spend.result import Note
from spend.savings_book import SavingsBook
from spend.savings_budget import not_come
from spend.savings_figures import why_none
from spend.savings_lists import twice
from spend.savings_policy import CASH_TYPE
from spend.savings_reconciliation import ITEMS, SavingsItems
from spend.savings_register import BARRED, TRACED, UNVERIFIED
from spend.sentences import capital, count, listed

NAMED_ITEMS = 3  # of the gap, the largest
GAP = {  # what each item takes from the claim, after its amount
    "unsupported": "has no prices and quantity behind it",
    "not_recognised_type": "is of types that are not recognised",
    "timing": "lies in other months",
    "volume": "was not bought in the planned volume",
    "off_contract": "was bought elsewhere",
    "price": "went in prices above the deal",
    "currency": "went in exchange rates",
    "already_budgeted": "is in the budget already",
}


class Words:
    """The sentences of one book, in its currency."""

    def __init__(self, book: SavingsBook) -> None:
        self.book = book
        self.rows = book.found.rows
        self.sums = book.found.items

    def money(self, cents: int) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.book.reader.settings.currency)

    def message(self) -> str:
        """One sentence: how much of what is claimed is in the books, and what most of it lacks."""
        if self.sums is None:
            return f"No savings to speak of: {why_none(self.book)}."
        realised = self.sums.realisation
        part = "" if realised is None else f" ({share(realised)})"
        said = (
            f"Of {self.money(self.sums.claimed)} claimed, the books show "
            f"{self.money(self.sums.recognised)}{part}"
        )
        parts = listed([f"{self.money(-cents)} {GAP[name]}" for name, cents in _largest(self.sums)])
        return f"{said}: {parts}." if parts else f"{said}."

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words."""
        if self.sums is None:
            return {}
        finance, procurement = self._finance(self.sums), self._procurement(self.sums)
        return {
            "finance": finance,
            "procurement": procurement,
            "both": f"{finance} {procurement}",
        }

    def _finance(self, sums: SavingsItems) -> str:
        beyond = self.book.found.beyond_budget
        more = beyond.recognised if beyond else 0
        said = (
            f"{self.money(sums.recognised)} came through in the invoices; {self.money(more)} of it "
            "is in no budget yet and can be taken back or given out."
        )
        lost = -(sums.off_contract + sums.price)
        if lost > 0:
            said += f" {self.money(lost)} was won in the deal and lost after it."
        return said

    def _procurement(self, sums: SavingsItems) -> str:
        later = -sums.timing
        said = f"{self.money(sums.claimed)} a year is signed"
        if later > 0:
            said += f"; {self.money(later)} of it lies in other months than these"
        unseen = int(self.rows.loc[self.rows["status"] == UNVERIFIED, "claimed"].sum())
        if unseen:
            said += (
                f". {self.money(unseen)} has no price or quantity in the register: "
                "whoever adds them can have it checked"
            )
        return f"{said}."

    # --- Notes ----------------------------------------------------------------------------------

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return (*self._flags(), *self._days(), *self._policy(), *self._kinds())

    def _flags(self) -> Iterator[Note]:
        if pairs := len(twice(self.book).rows):
            said = count(pairs, "pair of initiatives", "pairs of initiatives")
            yield Note(f"{capital(said)} may claim the same deal: see “Claimed twice”.", "warning")
        late = not_come(self.book)
        if late.rows and late.total:
            currency = self.book.reader.settings.currency
            yield Note(
                f"The budget counts on {exact(late.total[-1], currency)} that the books "  # type: ignore[arg-type]
                "do not show: see “Budgeted, not come”.",
                "warning",
            )

    def _days(self) -> Iterator[Note]:
        window = self.book.window
        if window.is_open:
            last = window.periods[-1].period.words
            yield Note(f"{last} is open: invoices count up to {window.position}.")
        if self.sums is not None:
            yield Note(
                "A claim is of twelve months and stands whole in every selection that it touches: "
                "claims of months do not add up to those of a year. What is recognised does."
            )
            yield Note(
                "What was bought is of all suppliers and cost centres, whatever is selected; "
                "suppliers of the own group are left out."
            )

    def _policy(self) -> Iterator[Note]:
        if self.sums is not None:
            yield Note(f"{capital(self.book.policy.said())}.")

    def _kinds(self) -> Iterator[Note]:
        for status, why in (
            (UNVERIFIED, "without prices or quantity: no invoice can tell"),
            (BARRED, "of a type that the policy does not recognise"),
        ):
            if many := int((self.rows["status"] == status).sum()):
                yield Note(f"{capital(count(many, 'initiative is', 'initiatives are'))} {why}.")
        odd = (self.rows["status"] == TRACED) & (self.rows["item_id"] == "")
        if many := int(odd.sum()):
            said = count(many, "initiative has", "initiatives have")
            yield Note(f"{capital(said)} prices and no item: no invoice can be matched.")
        if beyond := self.book.beyond:
            said = count(len(beyond), "initiative claims", "initiatives claim")
            yield Note(f"{capital(said)} more than can be meant: {listed(beyond[:3])}.", "warning")
        undated = self.book.initiatives
        undated = undated[undated["chosen"] & undated["start_date"].isna()]
        if many := int((undated["saving_type"] != CASH_TYPE).sum()):
            said = count(many, "initiative has", "initiatives have")
            yield Note(f"{capital(said)} no start date, and so no twelve months to claim.")


def _largest(sums: SavingsItems) -> list[tuple[str, int]]:
    """The items that take most from the claim."""
    taken = [(name, cents) for name, cents in zip(ITEMS, sums.items, strict=True) if cents < 0]
    return sorted(taken, key=lambda one: one[1])[:NAMED_ITEMS]
