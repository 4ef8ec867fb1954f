"""One item in sentences made from its own numbers, and what to know of them first."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from spend.lead_time import LEAST_ORDERS
from spend.money import cents, decimal, exact, share, short
from spend.result import Note
from spend.sentences import listed
from spend.stock_explain_item import ItemRecord, many, places, quantity
from spend.stock_lists import due, to_order
from spend.stock_plan import NO_QUANTITY
from spend.stock_split import MICRO, PARTS
from spend.stock_target import LEVELS, Kind, percent

OFTEN = {
    "smooth": "often and evenly",
    "erratic": "often, but unevenly",
    "intermittent": "seldom, but evenly",
    "lumpy": "seldom and unevenly",
}
FOR = {
    "safety": "{} safety stock (protects service)",
    "cycle": "{} cycle stock (turns with orders)",
    "excess": "{} excess (more than needed)",
}
MONTHS = 12


class ItemWords:
    """The sentences of one item and site."""

    def __init__(self, record: ItemRecord) -> None:
        self.record = record
        self.number, self.planned = record.number, record.planned
        self.on_hand = record.number("on_hand")
        self.counted = not np.isnan(self.on_hand)
        self.unknown = str(record.plan.unknown[record.place])
        self.unit = record.word("unit") or "units"
        self.parts = {p: float(getattr(record.reading.split, p)[record.place]) for p in PARTS}

    def title(self) -> str:
        """Its name, its id where that is another word, and where it lies."""
        name, item, site = (self.record.word(n) for n in ("name", "item_id", "site"))
        said = name if name == item else f"{name} ({item})"
        return f"{said} at {site}" if site else said

    def paragraph(self) -> str:
        """Three to six sentences: what it is, when it comes, what is there, and what that costs."""
        said = (
            self.wanted(),
            self.takes(),
            self.holds(),
            self.enough(),
            self.costs(),
            self.lasts(),
        )
        return " ".join(sentence for sentence in said if sentence)

    def wanted(self) -> str:
        """How often it is wanted, and how much at a time."""
        kind, periods = self.record.kind, self.number("statistics.periods")
        if not kind:
            return "No demand is loaded for it, so nobody can say how much of it is needed."
        if not periods > 0:
            return f"No {kind} of its demand is over yet, so nobody can say how much is needed."
        demands, size = (self.number(f"statistics.{n}") for n in ("demands", "size_mean"))
        record = f"{many(periods, kind)} on record"
        if demands == 0:
            return f"Nothing of it was wanted in the {record}."
        if demands == 1:
            return (
                f"It was wanted in 1 of the {record}, {self.units(size)} then: nobody can tell how "
                "uneven its demand is, so it counts as even."
            )
        name = str(self.record.items.statistics.demand_class[self.record.place])
        return (
            f"It is wanted {OFTEN[name]} ({name}): in {quantity(demands)} of the {record}, "
            f"{self.units(size)} at a time on average."
        )

    def takes(self) -> str:
        """How long orders take, as planned and as they did."""
        days, orders = self.number("lead_time.days"), self.number("lead_time.orders")
        few = f"{quantity(orders) if orders else 'no'} order{'s' * (orders != 1)}"
        if np.isnan(days):
            return (
                f"How long an order takes is not known: none is planned, and {few} came in "
                f"({LEAST_ORDERS} are needed), so no safety stock can be worked out."
            )
        spread, actual = self.number("lead_time.spread_days"), self.number("lead_time.actual_days")
        took = f"{actual:.1f} days on average, give or take {spread:.1f}"
        if self.record.word("lead_time.source") == "orders":
            return f"No lead time is planned: {few} took {took}, which is used."
        planned = f"An order is planned to take {many(days, 'day')}"
        if orders < LEAST_ORDERS:
            return f"{planned}; {few} came in, and {LEAST_ORDERS} would tell how much that varies."
        off = "; the plan is used all the same" if self.number("lead_time.differs") else ""
        return f"{planned}; {few} took {took}{off}."

    def holds(self) -> str:
        """What was counted, and what it is on the shelf for."""
        if not self.counted:
            return "It was never counted, so nobody knows what is on hand."
        on = f"On {pd.Timestamp(self.record.items.counted_on[self.record.place]).date()}"
        if self.on_hand == 0:
            return f"{on} the shelf was empty."
        counted = (
            f"{on} {self.units(self.on_hand)} {'was' if self.on_hand == 1 else 'were'} counted"
        )
        if self.parts["not_assessed"]:
            why = self.unknown or NO_QUANTITY
            return f"{counted}; what for, nobody can say, because {why}."
        if self.parts["count_error"]:
            return f"{counted}: below zero is a count error, to be cleared up first."
        if self.parts["obsolete"]:
            months = self.record.reading.book.reader.settings.obsolete_after_months
            return f"{counted}, all obsolete: not wanted for {many(months, 'month')} or more."
        return f"{counted}: {listed(list(self._held()))}."

    def _held(self) -> Iterator[str]:
        """The parts of on hand, rounded along their running total, so that they add up to it."""
        decimals = places(self.on_hand)
        running = np.cumsum([self.parts[part] / MICRO for part in FOR]).round(decimals)
        steps = np.diff(running, prepend=0)
        for words, step in zip(FOR.values(), steps, strict=True):
            if (held := quantity(float(step), decimals)) != "0":
                yield words.format(held)

    def enough(self) -> str:
        """Whether on hand and on order reach the level at which to order."""
        if self.unknown or self.record.distribution == "none":
            return (
                "" if self.unknown else "It needs no safety stock, and is ordered when asked for."
            )
        level, safety = self.planned("level"), self.planned("safety_stock")
        point = "level to order up to" if self.record.up_to else "reorder point"
        needs = f"{point} of {quantity(level)}, {quantity(safety)} of it safety stock"
        if self.record.reading.obsolete[self.record.place]:
            return "It should not be ordered again."
        if not self.counted:
            return f"By its demand it has a {needs}."
        if self.on_hand < 0:
            return f"What is due to be ordered can't be told; it has a {needs}."
        ordered = self.number("on_order")
        reach = self.on_hand + np.nan_to_num(ordered)
        if np.isnan(ordered):
            said = f"What is on order is not known; on hand alone are {quantity(reach)}"
        else:
            said = f"With {quantity(ordered)} on order that makes {quantity(reach)}"
        return f"{said}, {self._against(reach, level)} the {needs}: {self._due()}."

    def _against(self, reach: float, level: float) -> str:
        return "exactly" if reach == level else "above" if reach > level else "below"

    def _due(self) -> str:
        """What to order now, as the list of what is too little has it."""
        plan, place = self.record.plan, self.record.place
        if not due(plan)[place]:
            return "no order is due"
        wanted = float(to_order(plan)[place])
        if np.isnan(wanted):
            return "an order is due, but how much at a time is not known"
        return f"{quantity(wanted)} {'is' if wanted == 1 else 'are'} due to be ordered"

    def costs(self) -> str:
        """What it is worth, and what keeping it costs."""
        cost, currency = self.number("unit_cost"), self.record.reading.currency
        if np.isnan(cost):
            return "Its unit cost is not known, so it has no value here."
        if cost == 0:
            return "Its unit cost is zero, so it is worth nothing in any amount."
        each = f"At {exact(decimal(cents(cost)), currency)} each"
        if not self.counted:
            required = self.record.reading.required[self.record.place]
            safety = short(None if np.isnan(required) else decimal(int(required)), currency)
            return "" if self.unknown else f"{each} its safety stock is worth {safety}."
        if not self.number("value_known"):
            return f"{each} it is worth more than can be carried."
        value, rate = int(self.number("value")), self.number("holding_rate")
        said = f"{each} it is worth {short(decimal(value), currency)}"
        if np.isnan(rate) or value <= 0:
            return f"{said}."
        keeping = short(decimal(round(value * rate)), currency)
        return f"{said}; keeping it costs about {keeping} a year."

    def lasts(self) -> str:
        """Months of cover at the last 12 months' demand."""
        year = self.number("year_demand")
        if not self.counted or not self.record.kind or self.on_hand < 0:
            return ""
        if not year > 0:
            back = "more came back than was wanted" if year < 0 else "nothing was wanted"
            return f"In the last {MONTHS} months {back}, so it has no months of cover."
        cover = self.on_hand / year * MONTHS
        return (
            f"At the demand of the last {MONTHS} months, {quantity(year)}, it lasts {cover:,.1f} "
            "months."
        )

    def units(self, value: float) -> str:
        """A quantity in the item's unit."""
        one = abs(value) == 1 and self.unit == "units"
        return f"{quantity(value)} {'unit' if one else self.unit}"

    # --- What to know first -----------------------------------------------------------------------

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust these numbers."""
        return tuple(Note(text) for text in (*self._demand(), *self._terms()))

    def _demand(self) -> Iterator[str]:
        empty, counts = self.number("empty_counts"), self.number("counts")
        if empty > 0:
            yield (
                f"On {quantity(empty)} of {many(counts, 'count')} the shelf was empty: demand may "
                "have been higher than what is on record."
            )
        if returns := self.number("returns"):
            yield (
                f"In {many(returns, self.record.kind)} more came back than was wanted: in the "
                "statistics these count as no demand."
            )
        if self.number("critical"):
            yield "It is a critical spare, so it never counts as obsolete."

    def _terms(self) -> Iterator[str]:
        kind, level = self.target
        yield f"It is planned for a {LEVELS[kind]} of {percent(level)} ({self._source()})."
        own = self._own_level()
        if not np.isnan(own) and not 0 < own < 1:
            yield (
                f"Its own service level of {share(own)} is one that no stock can hold (above 0 % "
                f"and below 100 % can be), so that of {percent(level)} is used."
            )
        if not self.unknown and np.isnan(self.planned("order_quantity")):
            yield f"How much to order at a time is not known: {NO_QUANTITY}."

    @property
    def target(self) -> tuple[Kind, float]:
        """Which of both targets is asked for, and how much of it."""
        kind: Kind = "service_level" if np.isnan(self.number("fill_rate")) else "fill_rate"
        return kind, self.number(kind)

    def _source(self) -> str:
        source = self.record.word("target_source")
        return {"item": "its own", "setting": "the setting for all items"}.get(source, source)

    def _own_level(self) -> float:
        """The service level that the master data ask for, whether it can be held or not."""
        items = self.record.reading.book.items
        own = items.loc[items["item_id"] == self.record.word("item_id"), "service_level"]
        return float(own.iloc[0]) if len(own) else float("nan")
