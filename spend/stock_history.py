"""The back-test of a selection: its demand, and the policies that are replayed on it."""

import numpy as np
import pandas as pd

from queries import stock_demand
from queries.selection import Selection
from queries.store import Store
from spend.demand_bucket import BUCKET_DAYS, PERIODS_PER_YEAR
from spend.demand_series import demand_series
from spend.policy_comparison import ItemTerms
from spend.stock_items import StockItems, bucket_spans, demand_with_kinds, pick
from spend.stock_reading import StockReading
from spend.stock_replay import StockReplay, StockReplayed, stock_replay


def backtest(store: Store, selection: Selection) -> StockReplayed:
    """What each way of setting reorder points would have given on the demand of a selection.

    Asked for is a fill rate of what the setting ``service_level`` says. Of several kinds of bucket
    the one with the most demand by value is replayed.
    """
    with store.reader(selection.as_of) as reader:
        return replayed(StockReading.read(reader, selection))


def replayed(reading: StockReading) -> StockReplayed:
    """The back-test of a reading."""
    kind, book = usual_kind(reading), reading.book
    items = pick(reading.items, reading.items.kind == kind)
    keys = pd.DataFrame({"item_id": items.item_id, "site": items.site})
    rows = stock_demand.demand_rows(book.reader, book.selection, book.position)
    first, last = bucket_spans(book, demand_with_kinds(book)).get(kind, (book.position,) * 2)
    series = demand_series(rows, keys, first, last, kind).matrix
    level = book.reader.settings.service_level
    request = StockReplay(series, terms_of(items, kind), level, reading.currency, kind)
    return stock_replay(request)


def usual_kind(reading: StockReading) -> str:
    """The kind of bucket that most of the last 12 months' demand is recorded in, by value."""
    kinds = list(BUCKET_DAYS)
    value = [reading.year_value[reading.items.kind == kind].sum() for kind in kinds]
    many = [(reading.items.kind == kind).sum() for kind in kinds]
    return max(zip(value, many, kinds, strict=True))[2]


def terms_of(items: StockItems, kind: str) -> ItemTerms:
    """What ordering and holding costs, in buckets of a kind; reviewed once a bucket, or as often
    as most items are."""
    days = BUCKET_DAYS[kind]
    return ItemTerms(
        unit_cost=items.unit_cost,
        order_cost=items.order_cost,
        holding_cost=items.holding_rate * items.unit_cost,
        lead_time=items.lead_time.days / days,
        minimum_order=items.minimum_order,
        review_period=float(np.median(items.review_days) / days) if len(items) else 0.0,
        periods_per_year=PERIODS_PER_YEAR[kind],
    )
