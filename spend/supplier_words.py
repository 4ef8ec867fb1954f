"""What the supplier base says in sentences: the message, the readings, and what to know first.

Every sentence is made from the figures; none is written by hand.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from spend.money import decimal, share, short
from spend.position import ratio
from spend.price_rows import PriceRow, added
from spend.result import Figure, Note
from spend.sentences import count, listed, readings
from spend.supplier_base import concentration_band
from spend.supplier_book import SOON, SupplierBook
from spend.supplier_charts import tail_of
from spend.supplier_contracts import Ends
from spend.supplier_ends import ending_days
from spend.supplier_past import Past
from spend.supplier_rows import Row, total
from spend.tree import NOT_ASSIGNED

EMPTY = "Nothing was invoiced here, so there are no suppliers to look at."


class Words:
    """The sentences of one book, in its currency."""

    def __init__(
        self,
        book: SupplierBook,
        rows: Sequence[Row],
        figures: Sequence[Figure],
        prices: Mapping[str, PriceRow],
    ) -> None:
        self.book, self.rows = book, rows
        self.figures = {figure.metric: figure for figure in figures}
        self.prices = prices
        self.past, self.ends = Past(book), Ends(book)
        self.currency = book.reader.settings.currency

    def money(self, cents: int, signed: bool = False) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.currency, signed)

    @cached_property
    def whole(self) -> Row:
        return total(self.rows)

    # --- The message ----------------------------------------------------------------------------

    def message(self) -> str:
        """One sentence: the finding with most money in it, and its cause."""
        if not self.figures["supplier_concentration"].rows:
            return EMPTY
        return self.findings[0] if self.findings else self._few()

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What went wrong, the most money first."""
        found = [one for one in (self._past(), self._dearer()) if one[0] > 0]
        return tuple(said for _, said in sorted(found, reverse=True))

    def _past(self) -> tuple[int, str]:
        """What was bought outside contracts: how much more than last year, and with whom."""
        outside = self.whole.sums["outside"]
        if not self.book.has_contracts or outside <= 0:
            return 0, ""
        change = self.past.change
        portion = ratio([outside], [self.whole.sums["contracted"]])
        said = f"{self.money(outside)} was bought outside contracts in force ({share(portion)})"
        if change is None or not self.past.pairs["outside_then"].any():
            return outside, f"{said}."
        if change <= 0:
            return 0, f"{said}, {self.money(-change)} less than last year."
        said += f", {self.money(change)} more than last year"
        causes = listed(self._causes(change))
        return change, f"{said}: {causes}." if causes else f"{said}."

    def _causes(self, change: int) -> list[str]:
        """What made off-contract spend rise, the most first: contracts that ended, and the supplier
        without one with whom it rose most; and what all the others came to, so that it adds up."""
        pairs = self.past.pairs
        rises = pairs[pairs["change"] > 0]
        ended = rises[rises["cause"] == "ended"]
        others = rises[rises["cause"] != "ended"].groupby("supplier_id")["change"].sum()
        found: list[tuple[int, str]] = []
        if len(ended):
            suppliers = ended["supplier_id"].unique()
            who = f"{len(suppliers):,} suppliers whose contracts ended"
            if len(suppliers) == 1:
                who = f"{self.name(str(suppliers[0]))} (its contract ended)"
            found.append((int(ended["change"].sum()), who))
        if len(others):
            found.append((int(others.max()), self.name(str(others.idxmax()))))
        ranked = sorted(found, reverse=True)
        said = [f"{self.money(cents)} more with {who}" for cents, who in ranked]
        rest = change - sum(cents for cents, _ in ranked)
        side = "more" if rest > 0 else "less"
        return [*said, f"{self.money(abs(rest))} {side} elsewhere"] if rest else said

    def _dearer(self) -> tuple[int, str]:
        """What the same goods cost more, and how much of it no index explains."""
        price, beyond, rise = self.price.price, self.price.beyond, self.price.price_share
        if price is None or rise is None or price <= 0:
            return 0, ""
        said = f"The same goods cost {self.money(price)} more than last year"
        said += f" ({share(rise, signed=True)})"
        if beyond is None or beyond <= 0:
            return price, f"{said}{self._mostly('price')}."
        said += f"; {self.money(beyond)} of it is beyond what indices explain"
        return price, f"{said}{self._mostly('beyond')}."

    def _mostly(self, part: str) -> str:
        """The category that rose most, where there are several."""
        asked = {k: v for k, row in self.prices.items() if (v := getattr(row, part))}
        most = max(asked, key=lambda one: asked[one], default="")
        if len(asked) < 2 or asked[most] <= 0:
            return ""
        name = self.book.categories.members.get(most)
        if name is None:
            return ""
        said = f", the most ({self.money(asked[most])}) in {name.name}"
        return said if part == "beyond" else f"{said}{self._by_index(self.prices[most])}"

    def _by_index(self, row: PriceRow) -> str:
        """What a category's index alone explains, and how far its prices went beyond or below."""
        if row.explained is None or row.beyond is None:
            return ", which follows no index"
        said = f"; its index alone would explain {self.money(row.explained)}"
        if not row.beyond:
            return said
        side = "more" if row.beyond > 0 else "less"
        return f"{said}: prices rose {self.money(abs(row.beyond))} {side} than the market"

    @cached_property
    def price(self) -> PriceRow:
        """The prices of all categories together."""
        return added(self.prices.values())

    def _few(self) -> str:
        """How few make up most of the spend, which is the largest, and which grew most."""
        known = [row for row in self.rows if row.id and row.sums["amount"] > 0]
        if not known:
            return "No known supplier has net spend above zero here."
        small = tail_of(self.rows)
        largest, amount = known[0], self.whole.sums["amount"]
        head = len(known) - (small.suppliers if small else 0)
        said = f"{head:,} of {count(len(known), 'supplier', 'suppliers')} make up 80 % of spend"
        if len(known) == 1:
            return f"All {self.money(amount)} was bought from {largest.name}."
        part = share(ratio([largest.sums["amount"]], [amount]))
        said += f" ({self.money(amount)}); {largest.name} is the largest, with {part}"
        grown, name = max((row.sums["amount"] - row.sums["earlier"], row.name) for row in known)
        if self.book.earlier_span and grown > 0:
            said += f", and {name} grew most, by {self.money(grown)}"
        return f"{said}."

    def name(self, supplier: str) -> str:
        known = self.book.suppliers.members
        return known[supplier].name if supplier in known and supplier else "suppliers not assigned"

    # --- Readings -------------------------------------------------------------------------------

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(self._finance(), self._procurement())

    def _finance(self) -> str:
        return " ".join((*self.findings[1:], self._soon()))

    def _soon(self) -> str:
        """What is about to be without a contract."""
        soon = self.ends.unfollowed
        if not self.book.has_contracts:
            return "No contracts are loaded: nobody knows what is agreed."
        if soon.empty:
            return f"No contract that anything is bought on ends within {SOON} days."
        contracts = count(len(soon), "contract ends", "contracts end")
        bought = self.money(self.ends.unfollowed_spend)
        return (
            f"{contracts} within {SOON} days, {ending_days(soon, self.book.position)}, and none "
            f"follows: "
            f"{bought} of the last 12 months' spend will be without a contract."
        )

    def _procurement(self) -> str:
        return " ".join((*self._concentration(), *self._deliveries()))

    def _concentration(self) -> Iterator[str]:
        index = self.figures["supplier_concentration"].value
        if index is not None and not self.book.selection.supplier:  # of chosen ones it says nothing
            band = concentration_band(float(index))
            said = f"By the yardstick of the US Merger Guidelines spend is {band}"
            yield f"{said} ({float(index):,.0f} of 10,000)."

    def _deliveries(self) -> Iterator[str]:
        if not self.book.has_receipts or not self.whole.sums["due"]:
            yield "Nothing says whether suppliers keep their promises."
            return
        kept = share(self.whole.share("kept", "due"))
        last = share(self.whole.share("last_kept", "last_due"))
        said = f"{kept} of the promised lines came in full on the day first promised"
        said += f", {last} on the last one" if last != kept else ""
        late, name = max((row.sums["due"] - row.sums["kept"], row.name) for row in self.rows)
        lines = count(late, "line", "lines")
        yield f"{said}; {name} missed most, {lines}." if late else f"{said}."

    # --- Notes ----------------------------------------------------------------------------------

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[Note]:
        book = self.book
        if book.window.is_open:
            last = book.window.periods[-1].period.words
            yield Note(f"{last} is open: everything here is as at {book.position:%-d %B %Y}.")
        unknown = next((row for row in self.rows if row.id == NOT_ASSIGNED), None)
        if unknown and unknown.sums["amount"]:
            yield Note(
                f"{self.money(unknown.sums['amount'])} has no supplier: it is in spend and in the "
                "shares, and not in the concentration."
            )
        if not book.has_contracts:
            yield Note("No contracts are loaded: what they cover, and what was bought outside, "
                       "is not known.", "warning")  # fmt: skip
        if not book.has_receipts:
            yield Note("No receipts are loaded: what came on time is not known.")
        if len(self.ends.soon):
            yield Note(
                "What was bought on contracts that end counts all that their suppliers sold in "
                "their categories in the last 12 months; those that nothing was bought from are "
                "left out."
            )
        if book.selection.item:
            yield Note("Payments are not kept by item: an item filter leaves none.", "warning")
