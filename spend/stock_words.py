"""What stock says in sentences: the message, the readings, and what to know first.

Every sentence is made from the figures; none is written by hand.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from spend.arguments import Flags
from spend.lead_time import LEAST_ORDERS
from spend.money import share
from spend.result import Note
from spend.sentences import readings
from spend.stock_figures import (
    why_not_assessed,
    why_not_counted,
    why_not_needed,
    why_not_valued,
)
from spend.stock_lists import lacking
from spend.stock_plan import NO_QUANTITY
from spend.stock_reading import StockReading

COUNT_IS_OLD = 45  # days
NOTICED = 0.01  # of stock: what the message does not pass over


class Words:
    """The sentences of one reading, in its currency."""

    def __init__(self, reading: StockReading) -> None:
        self.reading = reading
        self.items = reading.items
        self.sums = {part: int(cents.sum()) for part, cents in reading.parts.items()}
        self.stock = sum(self.sums.values())
        self.required = int(np.nansum(reading.required))
        self.money = reading.money

    # --- The message ----------------------------------------------------------------------------

    def message(self) -> str:
        """One sentence: what the shelf is for, and what of it is not needed."""
        if why := why_not_valued(self.reading):
            return self._unvalued(why)
        if not self.stock > 0 or why_not_assessed(self.reading):
            return f"{self.money(self.stock)} is on the shelf; {self._not_assessed()}."
        idle = self.sums["excess"] + self.sums["obsolete"]
        said = (
            f"{self.money(self.stock)} is on the shelf: {self._share('safety')} protects service, "
            f"{self._share('cycle')} turns"
        )
        if idle > 0:
            said += f", and {self.money(idle)} is more than needed or no longer wanted"
        if self.sums["not_assessed"] > NOTICED * self.stock:
            said += f"; {self.money(self.sums['not_assessed'])} is not assessed"
        short = self.reading.missing.sum()
        return f"{said}. {self._short()}" if short else f"{said}."

    def _unvalued(self, why: str) -> str:
        """No stock on hand, or no value of it: the required stock still stands."""
        first = why[0].upper() + why[1:]
        if why_not_needed(self.reading):
            return f"{first}."
        many = int(self.reading.plan.known.sum())
        items = "1 item" if many == 1 else f"{many:,} items"
        required = self.money(self.required)
        return f"{first}. The service asked for needs safety stock of {required} for {items}."

    def _short(self) -> str:
        many = int((self.reading.missing > 0).sum())
        item = "1 item lacks" if many == 1 else f"{many:,} items lack"
        return f"Yet {item} {self.money(self.reading.missing.sum())} of safety stock."

    def _share(self, part: str) -> str:
        return share(self.sums[part] / self.stock, 0)

    def _not_assessed(self) -> str:
        below = "less than nothing was counted" if self.stock < 0 else ""
        nothing = "it is worth nothing at the unit costs known"
        return why_not_assessed(self.reading) or below or nothing

    # --- The readings ---------------------------------------------------------------------------

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(self._finance(), self._procurement())

    def _finance(self) -> str:
        if why_not_counted(self.reading):
            return "Without counts nobody knows how much cash lies on the shelf."
        if why_not_valued(self.reading):
            return "Without unit costs nobody knows how much cash lies on the shelf."
        holding = self._holding()
        cost = f" Keeping it costs about {self.money(holding)} a year" if holding else ""
        idle = self.sums["excess"] + self.sums["obsolete"]
        free = f" {self.money(idle)} of it serves nobody." if idle > 0 else ""
        return f"{self.money(self.stock)} of cash is on the shelf.{cost}{'.' if cost else ''}{free}"

    def _holding(self) -> int:
        """Holding rate × value on hand, of items whose rate is known."""
        return int(np.nansum(self.items.holding_rate * np.maximum(self.items.value, 0)))

    def _procurement(self) -> str:
        if why := why_not_needed(self.reading):
            return f"Nobody can say what the shelf should hold: {why}."
        held = self.sums["safety"]
        low = int(lacking(self.reading).sum())
        said = f"The service asked for needs {self.money(self.required)} of safety stock"
        if why_not_counted(self.reading):
            return f"{said}."
        items = {0: "No item is", 1: "1 item is"}.get(low, f"{low:,} items are")
        return f"{said}; {self.money(held)} is there. {items} due to be ordered, or too low."

    # --- What to know first -----------------------------------------------------------------------

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return (*self._unknown(), *self._counts(), *self._demand(), *self._terms())

    def _unknown(self) -> Iterator[Note]:
        plan, cost = self.reading.plan, self.items.unit_cost
        for why in np.unique(plan.unknown[plan.unknown != ""]):
            yield from _of(plan.unknown == why, f"not assessed, because {why}")
        yield from _of(plan.known & np.isnan(plan.order_quantity),
                       f"not assessed, because {NO_QUANTITY}")  # fmt: skip
        minimum = plan.known & np.isnan(plan.economic_quantity) & ~np.isnan(plan.order_quantity)
        yield from _of(minimum, "order cost or holding rate is not known: the minimum order "
                       "stands for the order quantity")  # fmt: skip
        yield from _of(np.isnan(cost), "no unit cost: in quantities, not in amounts")
        yield from _of(cost == 0, "a unit cost of zero: nothing in amounts")

    def _counts(self) -> Iterator[Note]:
        items, counted = self.items, self.items.counted
        errors = items.on_hand < 0
        value = self.money(items.value[errors].sum())
        yield from _of(errors, f"counted below zero, {value} in all: count errors", "warning")
        if counted.any():
            yield from _of(~counted & items.demand_loaded, "wanted, and never counted")
            days = np.datetime64(self.reading.book.position) - items.counted_on
            old = days > np.timedelta64(COUNT_IS_OLD, "D")
            yield from _of(old, f"last counted more than {COUNT_IS_OLD} days before")
        large = np.ones(self.reading.book.oversized, bool)
        yield from _of(large, "counted at nine thousand million or more: left out", "warning")

    def _demand(self) -> Iterator[Note]:
        items = self.items
        found = items.statistics
        yield from _of(items.demand_loaded & (found.demands == 0), "demand is all zero")
        yield from _of(found.demands == 1, "wanted once only, so that nobody can tell how uneven "
                       "demand is: it counts as even")  # fmt: skip
        yield from _of(items.returns > 0, "returns in some bucket: where more came back than was "
                       "wanted, it counts as no demand")  # fmt: skip
        empty = items.demand_loaded & (items.empty_counts > 0)
        yield from _of(empty, "the shelf was empty at some count: true demand may have been higher")
        yield from self._not_missing()

    def _not_missing(self) -> Iterator[Note]:
        """Required safety stock that no list of what is missing holds, and of what."""
        items, required = self.items, np.nan_to_num(self.reading.required)
        cases = {
            "that nobody wants any more": self.reading.obsolete,
            "counted below zero": items.on_hand < 0,
            "never counted": ~items.counted & items.counted.any(),
        }
        sums = {said: int(required[which].sum()) for said, which in cases.items()}
        parts = [f"{self.money(cents)} for items {said}" for said, cents in sums.items() if cents]
        if parts:
            yield Note(
                f"Of required safety stock, {' and '.join(parts)} is not counted as missing."
            )

    def _terms(self) -> Iterator[Note]:
        items, plan = self.items, self.reading.plan
        if plan.known.any():
            measured = int((items.lead_time.orders >= LEAST_ORDERS)[plan.known].sum())
            planned = "Lead times are the planned ones"
            unplanned = (items.lead_time.source == "orders") & plan.known
            if many := int(unplanned.sum()):
                planned += f", but for {many:,} without a plan: there they are what orders took"
            yield Note(
                f"{planned}. Their spread is that of real orders where there "
                f"are enough ({measured:,} of {int(plan.known.sum()):,} items), else none."
            )
        yield from _of(items.lead_time.differs, "real orders take more than a fifth longer, or "
                       "shorter, than planned")  # fmt: skip
        by_policy = np.char.startswith(items.target_source, "policy")
        yield from _of(by_policy, "on a policy that both teams signed")
        by_setting = (items.target_source == "setting") & plan.known
        level = share(self.reading.book.reader.settings.service_level)
        yield from _of(by_setting, f"no service level of their own, so that {level} is used")


def _of(which: Flags, said: str, kind: Literal["info", "warning"] = "info") -> Iterator[Note]:
    """A note on how many items something is so of, if it is of any."""
    many = int(which.sum())
    if many:
        items = "1 item" if many == 1 else f"{many:,} items"
        yield Note(f"{items}: {said}.", kind)
