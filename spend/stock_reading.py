"""One selection's stock, worked out once: items, what each should have, and what each is for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from queries.selection import Selection
from queries.store import Reader
from spend.arguments import Flags, Floats
from spend.money import decimal, short
from spend.stock_book import StockBook
from spend.stock_items import StockItems, stock_items
from spend.stock_plan import StockPlan, obsolete_of, split_of, stock_plan
from spend.stock_policies import apply_policies, in_force
from spend.stock_split import MICRO, StockSplit, Whole
from spend.stock_value import required_cents, whole_cents


@dataclass(frozen=True, eq=False)
class StockReading:
    """A book with its items on the terms in force, their plan, and what the shelf is for."""

    book: StockBook
    plan: StockPlan

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "StockReading":
        """What a load says of a selection, under the policies that both teams signed by then."""
        return cls.of(StockBook.read(reader, selection))

    @classmethod
    def of(cls, book: StockBook) -> "StockReading":
        items = stock_items(book)
        agreed = in_force(book.policies)
        return cls(book, stock_plan(apply_policies(items, agreed, book.choices)))

    @property
    def items(self) -> StockItems:
        """Every item and site."""
        return self.plan.items

    @property
    def currency(self) -> str:
        """The reporting currency."""
        return self.book.reader.settings.currency

    @cached_property
    def split(self) -> StockSplit:
        """On hand by reason, in millionths of a unit."""
        return split_of(self.plan)

    @cached_property
    def parts(self) -> dict[str, Whole]:
        """On hand by reason, in whole cents; of items whose cost is known."""
        return self.split.values(self.items.value)

    @cached_property
    def required(self) -> Floats:
        """The value of required safety stock in whole cents; NaN where it is not known."""
        return required_cents(self.plan.safety_stock, self.items.unit_cost)

    @cached_property
    def obsolete(self) -> Flags:
        """Which items nobody wants any more, counted or not."""
        return obsolete_of(self.items)

    @cached_property
    def live(self) -> Flags:
        """What was counted, assessed and is wanted: what can be too little or too much."""
        split = self.split
        odd = (split.not_assessed != 0) | (split.count_error != 0) | self.obsolete
        assessed = self.plan.known & ~np.isnan(self.plan.order_quantity)
        return np.asarray(self.items.counted & assessed & ~odd)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """What adds up, item by item and site by site: units and whole cents."""
        items, split = self.items, self.split
        found = {f"{part}_value": cents for part, cents in self.parts.items()}
        found |= {part: getattr(split, part) / MICRO for part in self.parts}
        frame = pd.DataFrame(found)
        return frame.assign(
            item_id=items.item_id, site=items.site, name=items.name, category=items.category_id,
            demand_class=items.statistics.demand_class, on_hand=items.on_hand,
            on_order=items.on_order, value=items.value, required=self.plan.safety_stock,
            on_order_value=whole_cents(items.on_order, items.unit_cost),
            required_value=np.nan_to_num(self.required).astype(np.int64),
            year_value=self.year_value, missing_value=self.missing,
        )  # fmt: skip

    @cached_property
    def year_value(self) -> Whole:
        """The last 12 months' demand at unit cost, in whole cents; 0 where it is not known."""
        return whole_cents(self.items.year_demand, self.items.unit_cost)

    @cached_property
    def missing(self) -> Whole:
        """What live items lack of their required safety stock, in whole cents."""
        lacking = np.nan_to_num(self.required).astype(np.int64) - self.parts["safety"]
        priced = ~np.isnan(self.required) & self.items.value_known
        low = self.items.on_hand < self.plan.safety_stock  # not by the rounding of cents alone
        return np.where(self.live & priced & low, np.maximum(lacking, 0), 0)

    def money(self, cents: Any) -> str:
        """Cents as people say them."""
        return short(decimal(int(cents)), self.currency)
