"""What the stock page is told from: read once for a selection, as frames of one load.

What is asked of the store stands here and nowhere else in the subject; the rest is arithmetic on a
frozen ``StockBook``. Stock has neither supplier nor cost centre: a selection by these has no rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from queries import stock as rows
from queries import stock_days, stock_demand
from queries.minutes import Entry
from queries.selection import NOT_ASSIGNED, Choices, Selection
from queries.store import Reader
from queries.window import Window, read_choices, read_window
from spend.stock_split import LARGEST

POLICY = "stock_policy"
LONGEST_BUCKET = 31  # days
YEAR = 12  # months


@dataclass(frozen=True, eq=False)
class StockBook:
    """One selection of one load: its position date, and the store to read from."""

    reader: Reader
    selection: Selection
    choices: Choices
    window: Window

    @classmethod
    def read(cls, reader: Reader, selection: Selection) -> "StockBook":
        choices = read_choices(reader)
        return cls(reader, selection, choices, read_window(reader, selection, choices))

    # --- The days that figures are of ---------------------------------------------------------

    @property
    def position(self) -> date:
        """Stock is as at this day."""
        return self.window.position

    @property
    def year_start(self) -> date:
        """The last 12 months' demand is of buckets that start after this day."""
        return months_before(self.position, YEAR)

    @property
    def recent_start(self) -> date:
        """Whatever nobody wanted after this day may be obsolete."""
        return months_before(self.position, self.reader.settings.obsolete_after_months)

    # --- What is read ---------------------------------------------------------------------------

    @cached_property
    def items(self) -> pd.DataFrame:
        """What the master data say of each item of the selection."""
        return rows.items(self.reader, self.selection)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The latest count of each item and site, however large."""
        return rows.positions(self.reader, self.selection, self.position)

    @cached_property
    def positions(self) -> pd.DataFrame:
        """The latest counts, but for those larger than whole millionths can carry."""
        counted = self.counted
        return counted[~(counted["on_hand"].abs() > LARGEST)]

    @property
    def oversized(self) -> int:
        """How many counts are larger than that: they are left out of every figure."""
        return len(self.counted) - len(self.positions)

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Demand summed by item and site, over all items: kinds of buckets are the company's."""
        return stock_demand.demand_sums(
            self.reader, self.position, self.year_start, self.recent_start
        )

    @cached_property
    def unfinished_demand(self) -> pd.DataFrame:
        """The rows of demand whose buckets may not be over."""
        through = pd.Timestamp(self.window.data_through) - pd.Timedelta(days=LONGEST_BUCKET)
        return stock_demand.last_demand(self.reader, self.position, through.date())

    @cached_property
    def lead_times(self) -> pd.DataFrame:
        """How long orders took, summed by item."""
        return rows.lead_times(self.reader, self.selection, self.position)

    @cached_property
    def stock_outs(self) -> pd.DataFrame:
        """How many counts there were, and how many found nothing, by item and site."""
        return rows.stock_outs(self.reader, self.selection, self.position)

    @cached_property
    def received(self) -> pd.DataFrame:
        """What came in between the last two counts, by item."""
        return rows.received_between(self.reader, self.selection, self.position)

    @cached_property
    def used(self) -> pd.DataFrame:
        """What was wanted between the last two counts, by item and site."""
        return stock_demand.used_between(self.reader, self.selection, self.position)

    @cached_property
    def policies(self) -> list[Entry]:
        """What both teams proposed and signed about how much to hold."""
        return self.reader.entries(POLICY)

    # --- On many days ---------------------------------------------------------------------------

    def value_on(self, days: Sequence[date]) -> list[int | None]:
        """What was on the shelf on some days, in order, in cents; ``None`` where nobody knows."""
        found = rows.value_by_day(self.reader, self.selection, days, LARGEST)["value"]
        return [None if pd.isna(cents) else int(cents) for cents in found]

    def costs_on(self, days: Sequence[date]) -> pd.DataFrame:
        """What a unit of each count in force cost, by item and site; a column a day."""
        return stock_days.costs_by_day(self.reader, self.selection, days, LARGEST)

    def wanted_before(self, days: Sequence[date]) -> pd.DataFrame:
        """What was wanted in the 12 months up to some days, by item and site; a column a day."""
        spans = [(months_before(day, YEAR), day) for day in days]
        return self.chosen(stock_days.wanted_by_day(self.reader, spans))

    # --- What the selection leaves of all items -------------------------------------------------

    @property
    def narrowed(self) -> bool:
        """Whether the selection has any filter."""
        chosen = self.selection
        return bool(chosen.item or chosen.category or chosen.supplier or chosen.cost_centre)

    @cached_property
    def any_counts(self) -> bool:
        """Whether anything was ever counted, in any selection."""
        return rows.has_counts(self.reader)

    @property
    def has_dimension(self) -> bool:
        """Whether stock can be told apart by everything that the selection filters by."""
        return not (self.selection.supplier or self.selection.cost_centre)

    def chosen(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a frame over all items that the selection keeps."""
        if not self.narrowed:
            return frame
        kept = frame["item_id"].isin(self.items["item_id"])
        if NOT_ASSIGNED in self.selection.category and not self.selection.item:
            kept |= self.has_dimension & (frame["category_id"] == "")
        return frame[kept]


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months before; the month's last where it has none.

    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    found: date = (pd.Timestamp(day) - pd.DateOffset(months=months)).date()
    return found
