"""Every item at every site, as arrays: what is on the shelf, what is wanted, and on what terms.

One entry an item and site, in the order of their ids. What is not known is NaN, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Flags, Floats
from spend.demand import DemandStatistics, Words, statistics_of_sums
from spend.demand_bucket import bucket_before, bucket_end, bucket_kinds, periods_between
from spend.lead_time import LeadTime, lead_time
from spend.stock_book import StockBook
from spend.stock_split import Whole
from spend.stock_target import LEVEL_SPAN

KEY = ["item_id", "site"]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class StockItems:
    """What is known of each item and site; quantities in units, ``value`` in whole cents.

    ``on_hand``: NaN where it was never counted. ``value``: 0 where ``value_known`` is false.
    ``kind``: the demand's bucket, "" where no demand is loaded. ``year_demand``: of the last 12
    months, net of returns. ``unwanted``: no demand since the day from which it counts.
    ``service_level`` and ``fill_rate``: the target; one of the two is NaN.
    """

    item_id: Words
    site: Words
    name: Words
    category_id: Words
    unit: Words
    counted_on: Days
    on_hand: Floats
    on_order: Floats
    unit_cost: Floats
    value: Whole
    value_known: Flags
    kind: Words
    statistics: DemandStatistics
    year_demand: Floats
    last_wanted: Days
    unwanted: Flags
    known_throughout: Flags
    critical: Flags
    returns: Floats
    counts: Floats
    empty_counts: Floats
    lead_time: LeadTime
    review_days: Floats
    service_level: Floats
    fill_rate: Floats
    target_source: Words
    holding_rate: Floats
    order_cost: Floats
    stockout_cost: Floats
    minimum_order: Floats

    def __len__(self) -> int:
        return len(self.item_id)

    @property
    def demand_loaded(self) -> Flags:
        """Whether there is any demand, as at the position date."""
        return np.asarray(self.kind != "")

    @property
    def counted(self) -> Flags:
        """Whether it was ever counted."""
        return ~np.isnan(self.on_hand)


def stock_items(book: StockBook) -> StockItems:
    """All items and sites of a book with a count, or with demand."""
    everywhere = demand_with_kinds(book)
    demand = book.chosen(everywhere)
    frame = _joined(book, demand)
    number = _numbers(frame)
    known_since = _known_since(frame)
    level, source = _target(number["service_level"], book.reader.settings.service_level)
    return StockItems(
        item_id=_words(frame["item_id"]),
        site=_words(frame["site"]),
        name=_words(frame["name"].fillna(frame["item_id"])),
        category_id=_words(frame["category_id"]),
        unit=_words(frame["unit"]),
        counted_on=frame["counted_on"].to_numpy("datetime64[D]"),
        on_hand=number["on_hand"],
        on_order=number["on_order"],
        unit_cost=number["unit_cost"],
        value=frame["value"].fillna(0).to_numpy(np.int64),
        value_known=frame["value"].notna().to_numpy(),
        kind=_words(frame["kind"]),
        statistics=_statistics(frame, bucket_spans(book, everywhere)),
        year_demand=number["year_quantity"],
        last_wanted=frame["last_wanted"].to_numpy("datetime64[D]"),
        unwanted=(frame["recent_rows"] == 0).to_numpy(),
        known_throughout=(known_since <= pd.Timestamp(book.recent_start)).to_numpy(),
        critical=frame["critical"].eq(True).to_numpy(),
        returns=np.nan_to_num(number["returns"]),
        counts=np.nan_to_num(number["counts"]),
        empty_counts=np.nan_to_num(number["empty_counts"]),
        lead_time=_lead_time(number),
        review_days=np.nan_to_num(_not_below_zero(number["review_period_days"])),
        service_level=level,
        fill_rate=np.full(len(frame), np.nan),
        target_source=source,
        holding_rate=_not_below_zero(number["holding_rate"]),
        order_cost=_not_below_zero(number["order_cost"]),
        stockout_cost=_not_below_zero(number["stockout_cost"]),
        minimum_order=_not_below_zero(number["minimum_order"]),
    )


def pick(items: StockItems, places: Any) -> StockItems:
    """Some of the items, by their places or by flags."""
    return cast(StockItems, _picked(items, places))


def _picked(record: Any, places: Any) -> Any:
    """A record of arrays, records of arrays within it included, at some places."""
    found = {f.name: getattr(record, f.name) for f in fields(record)}
    return type(record)(**{
        name: _picked(value, places) if is_dataclass(value) else value[places]
        for name, value in found.items()
    })  # fmt: skip


# --- Demand ---------------------------------------------------------------------------------------


def demand_with_kinds(book: StockBook) -> pd.DataFrame:
    """Demand by item and site over the company, with its bucket; unfinished buckets taken off."""
    return _without_unfinished(book, with_kinds(book.demand))


def with_kinds(demand: pd.DataFrame) -> pd.DataFrame:
    """Sums of demand with each item's kind of bucket."""
    if demand.empty:
        return demand.assign(kind="")
    by_item = demand.groupby("item_id", sort=False).agg(
        rows=("bucket_rows", "sum"), all_first=("all_first", "all"),
        least=("least_weekday", "min"), most=("most_weekday", "max"),
        category=("category_id", "first"),
    )  # fmt: skip
    kinds = bucket_kinds(
        by_item["rows"].to_numpy(),
        by_item["all_first"].to_numpy(bool),
        (by_item["least"] == by_item["most"]).to_numpy(),
        by_item["category"].to_numpy(str),
    )
    kind_of = pd.Series(kinds, index=by_item.index)
    return demand.assign(kind=demand["item_id"].map(kind_of))


def _without_unfinished(book: StockBook, demand: pd.DataFrame) -> pd.DataFrame:
    """The sums less what lies in buckets that are not over by the last day that is known."""
    last = book.unfinished_demand
    if last.empty:
        return demand
    last = last.merge(demand[[*KEY, "kind"]], on=KEY)
    ends = bucket_end(last["kind"].to_numpy(str), last["period_start"].to_numpy("datetime64[D]"))
    last = last[ends > np.datetime64(book.window.data_through)]
    if last.empty:
        return demand
    wanted = last["quantity"].clip(lower=0)
    off = (
        last.assign(demands=wanted > 0, quantity=wanted, squares=wanted**2)
        .groupby(KEY)[["demands", "quantity", "squares"]].sum()
        .join(last.groupby(KEY)["period_start"].min().rename("unfinished"))
    )  # fmt: skip
    found = demand.merge(off.add_suffix("_off").reset_index(), on=KEY, how="left")
    for name in ("demands", "quantity", "squares"):
        found[name] = found[name] - found[f"{name}_off"].fillna(0)
    return found


def _statistics(frame: pd.DataFrame, spans: Mapping[str, tuple[date, date]]) -> DemandStatistics:
    """Each item's statistics over the span of all items with its kind of bucket."""
    lengths = {kind: float(periods_between(kind, *ends)) for kind, ends in spans.items()}
    periods = frame["kind"].map(lengths)
    demands, quantity, squares = frame["demands"], frame["quantity"], frame["squares"]
    sums = (periods, demands, quantity, squares)
    number = [column.fillna(0).to_numpy(np.float64) for column in sums]
    whole = frame["whole"].eq(True).to_numpy()
    return statistics_of_sums(number[0], number[1], number[2], number[3], whole)


def bucket_spans(book: StockBook, everywhere: pd.DataFrame) -> dict[str, tuple[date, date]]:
    """The first and the last bucket that is over, by their kind: of any item of the company."""
    through = np.datetime64(book.window.data_through)
    found: dict[str, tuple[date, date]] = {}
    for name, rows in everywhere.groupby("kind"):
        kind, starts = str(name), rows["last_start"].to_numpy("datetime64[D]")
        # Weeks may begin on different days: of two last ones one may be over, the other not.
        last = np.where(bucket_end(kind, starts) > through, bucket_before(kind, starts), starts)
        found[kind] = (rows["first_start"].min().date(), last.max().astype(date))
    return found


# --- Joining --------------------------------------------------------------------------------------


def _joined(book: StockBook, demand: pd.DataFrame) -> pd.DataFrame:
    """Counts and demand by item and site, beside what is known of the item."""
    counts = book.positions.rename(columns={"unit_cost": "counted_cost"})
    frame = counts.merge(demand, on=KEY, how="outer", suffixes=("", "_wanted"))
    frame["category_id"] = frame["category_id"].fillna(frame["category_id_wanted"]).fillna("")
    master = book.items.drop(columns="category_id")
    frame = frame.merge(master, on="item_id", how="left").merge(book.stock_outs, on=KEY, how="left")
    frame = frame.merge(book.lead_times, on="item_id", how="left", suffixes=("", "_taken"))
    frame["unit_cost"] = frame["counted_cost"].fillna(frame["unit_cost"])
    frame["kind"] = frame["kind"].fillna("")
    return frame.sort_values(KEY, ignore_index=True)


def _known_since(frame: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    """Since when an item is known: its own date, else its first count or demand."""
    seen = frame[["first_count", "first_start"]].min(axis=1)
    return pd.to_datetime(frame["known_since"]).fillna(seen)


NUMBERS = (
    "on_hand", "on_order", "unit_cost", "year_quantity", "returns", "counts", "empty_counts",
    "lead_time_days", "orders", "days", "squares_taken", "review_period_days", "service_level",
    "holding_rate", "order_cost", "stockout_cost", "minimum_order",
)  # fmt: skip


def _numbers(frame: pd.DataFrame) -> dict[str, Floats]:
    return {name: frame[name].to_numpy(np.float64, na_value=np.nan) for name in NUMBERS}


def _lead_time(number: dict[str, Floats]) -> LeadTime:
    orders, days, squares = (np.nan_to_num(number[n]) for n in ("orders", "days", "squares_taken"))
    return lead_time(_not_below_zero(number["lead_time_days"]), orders, days, squares)


def _target(own: Floats, policy: float) -> tuple[Floats, Words]:
    """The item's own service level, else the policy's; 0 and 1 can't be held and count as none."""
    usable = (own > 0) & (own < 1)  # NaN compares false
    held = np.clip(own, *LEVEL_SPAN)  # beyond, the model's digits end
    return np.where(usable, held, policy), np.where(usable, "item", "setting")


def _not_below_zero(values: Floats) -> Floats:
    """A cost, time or quantity below zero can't be meant: it counts as unknown."""
    return np.where(values >= 0, values, np.nan)


def _words(column: "pd.Series[Any]") -> Words:
    return column.fillna("").to_numpy(str)
