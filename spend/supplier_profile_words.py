"""What one supplier's page says in sentences: the message, the readings, and what to know first.

Every sentence is made from the figures; none is written by hand.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import pandas as pd

from spend.money import decimal, reading, share, short
from spend.position import ratio
from spend.price_levels import ListChange
from spend.price_rows import PriceRow
from spend.result import Figure, Note, Table, Value
from spend.sentences import count, listed, readings
from spend.supplier_book import SOON
from spend.supplier_contracts import Ends
from spend.supplier_ends import ending_days
from spend.supplier_prices import CATEGORIES
from spend.supplier_profile_book import ProfileBook
from spend.trade_credit import breakeven_uplift

CHOOSE = (
    "Choose one supplier, with the filter “supplier” (--supplier and its id), to see everything "
    "that both teams know about it."
)
WORTH = 0.01  # of its spend: less is not worth a word
MOVED = 5  # days by which agreed terms have to move to be worth a word


class Words:
    """The sentences of one supplier's book, in its currency."""

    def __init__(
        self,
        book: ProfileBook,
        price: PriceRow,
        figures: Sequence[Figure],
        changes: Sequence[ListChange],
    ) -> None:
        self.book, self.price, self.changes = book, price, changes
        self.figures: Mapping[str, Figure] = {figure.metric: figure for figure in figures}
        self.currency = book.reader.settings.currency

    def money(self, cents: int, signed: bool = False) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.currency, signed)

    def days(self, value: Value) -> str:
        """Days in whole numbers."""
        return reading(value, "count")

    # --- The message ----------------------------------------------------------------------------

    def message(self) -> str:
        """One sentence: what was spent, and what its prices and its terms did."""
        spend, earlier = self.price.spend, self.price.earlier
        if not self.book.prices.lines[1]["line_count"].sum():
            return f"{self.book.name} invoiced nothing in this selection."
        said = f"{self.book.name} invoiced {self.money(spend)}"
        if earlier:
            side = "more" if spend > earlier else "less"
            said += f", {self.money(abs(spend - earlier))} {side} than last year"
        causes = [one for one in (self._cause(), self._terms()) if one]
        return f"{said}; {', and '.join(causes)}." if causes else f"{said}."

    def _cause(self) -> str:
        """What weighs more: dearer or cheaper goods than last year, or than elsewhere."""
        others = self.book.elsewhere
        saved = others.paid - others.asked if others else 0
        if saved <= abs(self.price.price or 0):
            return self._prices()
        return f"contracts with others ask {self.money(saved)} less for the same goods"

    def _prices(self) -> str:
        """What the same goods cost more or less than last year."""
        price, rise = self.price.price, self.price.price_share
        if not price or rise is None:
            return ""
        side = "more" if price > 0 else "less"
        return f"the same goods cost {self.money(abs(price))} ({share(abs(rise))}) {side}"

    def _terms(self) -> str:
        """From how many agreed days to how many, and since when."""
        step = self.step
        if step is None:
            return ""
        month, before, now = step
        return f"agreed days went from {self.days(before)} to {self.days(now)} in {month:%B %Y}"

    @cached_property
    def step(self) -> tuple[pd.Timestamp, float, float] | None:
        """The month in which the agreed days moved most, with those before it and since."""
        frame = self.book.termed_days
        if frame.empty:
            return None
        month = frame["day"].dt.to_period("M").dt.to_timestamp()
        sums = frame.groupby(month)[["money_days", "invoiced"]].sum()
        days = (sums["money_days"] / sums["invoiced"].where(sums["invoiced"] > 0)).dropna()
        moves = days.astype(float).diff().dropna()
        if moves.empty or moves.abs().max() < MOVED:
            return None
        at = moves.abs().idxmax()
        later = sums[sums.index > at]  # in the month itself some of the old days are left
        before, since = sums[sums.index < at].sum(), (later if len(later) else sums).sum()
        ends = (ratio([part["money_days"]], [part["invoiced"]]) for part in (before, since))
        then, now = ends
        return None if then is None or now is None else (pd.Timestamp(str(at)), then, now)

    # --- Readings -------------------------------------------------------------------------------

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(" ".join(self._finance()), " ".join(self._procurement()))

    def _finance(self) -> Iterator[str]:
        paid, agreed = (self.figures[name].value for name in ("days_to_pay", "agreed_days"))
        if paid is not None:
            against = f", where {self.days(agreed)} are agreed" if agreed is not None else ""
            yield f"It is paid after {self.days(paid)} days{against}."
        owed, late = (self.figures[n].value for n in ("open_payables", "overdue_payables"))
        if owed:
            overdue = f", of which {short(late, self.currency)} is overdue" if late else ""
            yield f"We owe it {short(owed, self.currency)}{overdue}."
        if coming := sum(self.book.coming):
            yield f"{self.money(coming)} is ordered and still to come{self.coming_parts}."
        yield from self._contract_ends()
        yield from self._uplift()

    @property
    def coming_parts(self) -> str:
        """When what is ordered is due, where it is not all in the selection."""
        now, later = self.book.coming
        if not later:
            return ""
        return f": {self.money(now)} in the selection, {self.money(later)} later"

    def _contract_ends(self) -> Iterator[str]:
        """Which of its contracts end soon with none to follow, when, and the spend on them."""
        ends = Ends(self.book)
        alone = ends.unfollowed
        if alone.empty:
            return
        which = f"{len(alone):,} of its contracts end"
        if len(alone) == 1:
            which = f"Its contract {alone['contract_id'].iloc[0]} ends"
        yield (
            f"{which} within {SOON} days, {ending_days(alone, self.book.position)}, and none "
            f"follows: {self.money(ends.unfollowed_spend)} of the last 12 months' spend will be "
            "without a contract."
        )

    def _uplift(self) -> Iterator[str]:
        """What a longer wait costs it, beside what its prices did."""
        step, rate = self.step, self._financing_rate()
        if step is None or rate is None or step[2] <= step[1]:
            return
        wait = round(step[2] - step[1])
        worth = float(breakeven_uplift(rate, wait))
        yield (
            f"Waiting {wait} days longer costs it {share(worth)} of its price, at "
            f"{share(rate)} a year."
        )

    def _financing_rate(self) -> float | None:
        frame = self.book.terms.suppliers
        known = frame["financing_rate"].get(self.book.one)
        return None if known is None or pd.isna(known) else float(known)

    def _procurement(self) -> Iterator[str]:
        outside = self.figures["off_contract_share"].value
        if outside and outside >= WORTH:
            said = f"{share(outside)} of its spend in contracted categories was bought outside"
            yield f"{said} the contracts."
        yield from self._index()
        over = self.price.over_contract
        if over:
            side = "above" if over > 0 else "below"
            yield f"It charged {self.money(abs(over))} {side} the prices of its contracts."
        yield from self._elsewhere()
        yield from self._listed()
        yield from self._promises()

    def _index(self) -> Iterator[str]:
        """What its index alone would have done to its prices."""
        explained, beyond = self.price.explained, self.price.beyond
        if explained is None or beyond is None:
            return
        side, apart = ("dearer" if explained > 0 else "cheaper"), ""
        if beyond:
            apart = f"; it charged {self.money(abs(beyond))} {'more' if beyond > 0 else 'less'} "
            apart += "than the index"
        yield from self._index_ends()
        yield (
            f"By the index alone the same goods would be {self.money(abs(explained))} {side} than "
            f"last year{apart}."
        )

    def _index_ends(self) -> Iterator[str]:
        """What the index of most of its goods did in a year."""
        prices = self.book.prices
        cells = prices.items(CATEGORIES).groupby("category_id")["at_old"].sum()
        followed = cells[cells.index.isin(prices.followed["category_id"])]
        one = prices.index_ends(str(followed.idxmax())) if len(followed) else None
        if one is None:
            return
        (then, before), (now, after) = one.before, one.now
        yield (
            f"{one.code} went from {before:,.2f} in {then:%B %Y} to {after:,.2f} in {now:%B %Y}."
        )

    def _elsewhere(self) -> Iterator[str]:
        """What contracts with others would have asked for the same goods, where that is less."""
        found = self.book.elsewhere
        if found and found.paid > found.asked > 0 and found.paid >= WORTH * self.price.spend:
            dearer = share(found.paid / found.asked - 1)
            yield (
                f"For goods of {self.money(found.paid)} contracts with others ask "
                f"{self.money(found.paid - found.asked)} less: it is {dearer} dearer."
            )

    def _listed(self) -> Iterator[str]:
        """The largest change of its agreed prices in both years."""
        first = pd.Timestamp(self.book.both_years.first)
        recent = [one for one in self.changes if one.day > first and one.bought]
        if recent:
            most = max(recent, key=lambda one: abs(one.share) * one.bought)
            side = "rose" if most.share > 0 else "fell"
            yield f"Agreed prices {side} by {share(abs(most.share))} on {most.day:%-d %B %Y}."

    def _promises(self) -> Iterator[str]:
        kept = self.figures["on_time_in_full"]
        if kept.value is None:
            return
        last = self.last_promise
        said = f"{share(kept.value)} of {count(kept.rows, 'line', 'lines')} came in full on the "
        said += "day first promised"
        moved = last is not None and share(last) != share(kept.value)
        yield f"{said}, {share(last)} on the last one." if moved else f"{said}."

    @cached_property
    def last_promise(self) -> float | None:
        """The share of order lines that came in full by the date promised last."""
        frame = self.book.last_promised
        return ratio(frame["kept"].tolist(), frame["due"].tolist()) if len(frame) else None

    # --- Notes ----------------------------------------------------------------------------------

    def notes(self, trouble: Sequence[Table]) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return tuple(self._notes(trouble))

    def _notes(self, trouble: Sequence[Table]) -> Iterator[Note]:
        book = self.book
        if book.window.is_open:
            last = book.window.periods[-1].period.words
            yield Note(f"{last} is open: everything here is as at {book.position:%-d %B %Y}.")
        if len(book.ids) > 1:
            names = sorted(book.suppliers.members[s].name for s in book.ids if s != book.one)
            more = [f"{len(names) - 4} more"] if len(names) > 4 else []
            which = "With a part of its group" if book.left_out else "With all of its group"
            yield Note(f"{which}: {listed([*names[:4], *more])}.")
        if book.above:
            parent = book.suppliers.members[book.suppliers.head(book.one or "")].name
            yield Note(f"It belongs to {parent}: look at the group for all of it.")
        for table in (one for one in trouble if one.rows):
            found = sum(1 for depth in table.depth or (0,) * len(table.rows) if not depth)
            yield Note(f"{table.title}: {found:,} found, under Trouble.", "warning")
