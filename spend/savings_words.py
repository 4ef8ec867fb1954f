"""What the savings page says, made from the figures; no lens changes a number."""

from collections.abc import Iterator

from spend.money import decimal, exact, share, short
from spend.result import Note
from spend.savings_book import SavingsBook
from spend.savings_budget import not_come
from spend.savings_figures import why_none
from spend.savings_formulas import savings_realisation
from spend.savings_lists import A_CENT, losses, twice
from spend.savings_policy import CASH_TYPE
from spend.savings_reconciliation import SavingsItems
from spend.savings_register import BARRED, TRACED, UNVERIFIED
from spend.sentences import capital, count, listed, readings

NAMED_ITEMS = 3  # of the gap, the largest
TAKEN = {  # what each item takes from the claim, after its amount
    "unsupported": "is more than prices and quantity bear out",
    "not_recognised_type": "is of types that are not recognised",
    "timing": "lies in other months",
    "volume": "was not bought in the planned volume",
    "off_contract": "was bought elsewhere",
    "price": "went in prices above the deal",
    "currency": "went in exchange rates",
}
ADDED = {  # what each item adds to it
    "unsupported": "more is borne out by prices and quantity than is claimed",
    "not_recognised_type": "is extra cost of types that are not recognised",
    "timing": "is extra cost in other months",
    "volume": "came of other volumes than planned",
    "off_contract": "came of what was bought elsewhere",
    "price": "came of prices below the deal",
    "currency": "came of exchange rates",
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
        """How much of what is claimed is in the books, what most of it lacks, what is left out."""
        if self.sums is None:
            return f"No savings to speak of: {why_none(self.book)}."
        said = (
            f"Of {self.money(self.sums.claimed)} claimed, the books show {self._shown(self.sums)}"
        )
        return " ".join([f"{said}{self._causes(self.sums)}.", *self._left_out(self.sums)])

    def _shown(self, sums: SavingsItems) -> str:
        """What the books show, and its share of the claim; a loss is said to be one."""
        if sums.booked <= 0:
            return f"a loss of {self.money(-sums.booked)}" if sums.booked else "no saving"
        realised = savings_realisation(sums.booked, sums.claimed)
        return self.money(sums.booked) + ("" if realised is None else f" ({share(realised)})")

    def _causes(self, sums: SavingsItems) -> str:
        """The largest items between the two, those that add to the claim apart."""
        largest = self._largest(sums) if sums.gap > 0 else []
        taken = [f"{self.money(-cents)} {TAKEN[name]}" for name, cents in largest if cents < 0]
        added = [f"{self.money(cents)} {ADDED[name]}" for name, cents in largest if cents > 0]
        against = f"; against that, {listed(added)}" if added else ""
        return f": {listed(taken)}{against}" if taken else ""

    def _largest(self, sums: SavingsItems) -> list[tuple[str, int]]:
        """The items that change the claim most, either way, up to what the books show.

        A cent for each initiative may be what rounding left, and is none.
        """
        rounding = A_CENT * int((self.rows["status"] == TRACED).sum())
        items = ((name, int(getattr(sums, name))) for name in TAKEN)
        return sorted((one for one in items if abs(one[1]) > rounding), key=_size)[:NAMED_ITEMS]

    def _left_out(self, sums: SavingsItems) -> Iterator[str]:
        """What the policy takes from what the books show, in a sentence."""
        if cents := -sums.already_budgeted:
            what = self.money(cents) if cents > 0 else f"a loss of {self.money(-cents)}"
            yield f"By the policy {what} is left out: it is in the budget already."

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words."""
        if self.sums is None:
            return {}
        return readings(self._finance(self.sums), self._procurement(self.sums))

    def _finance(self, sums: SavingsItems) -> str:
        lost = -int(losses(self.book)["lost"].sum())
        after = [f"{self.money(lost)} was won in deals and lost after them."] if lost else []
        return " ".join([f"{self._came(sums)}.", *after])

    def _came(self, sums: SavingsItems) -> str:
        """What came through in the invoices, and how much of it no budget has yet."""
        beyond = self.book.found.beyond_budget
        free, all_of_it = beyond.booked if beyond else 0, sums.booked
        if all_of_it <= 0:
            dearer = f": they are {self.money(-all_of_it)} above the prices before the deals"
            return f"The invoices show no saving{dearer if all_of_it else ''}"
        came, taken = f"{self.money(all_of_it)} came through in the invoices", "taken back or given"
        if free <= 0:
            return f"{came}; all of it is in the budget already"
        if free <= all_of_it:
            return f"{came}; {self.money(free)} of it is in no budget yet and can be {taken} out"
        return (
            f"{came}: {self.money(free)} that is in no budget yet, less "
            f"{self.money(free - all_of_it)} that went in deals that the budget counts on"
        )

    def _procurement(self, sums: SavingsItems) -> str:
        later = -sums.timing
        said = f"{self.money(sums.claimed)} a year is contracted"
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


def _size(item: tuple[str, int]) -> int:
    """The largest first, whatever its sign."""
    return -abs(item[1])
