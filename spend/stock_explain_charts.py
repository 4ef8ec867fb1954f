"""The charts of one item, as plain data: demand bucket by bucket, and how long orders took."""

import numpy as np

from spend.lead_time import LEAST_ORDERS
from spend.result import Chart, Series
from spend.stock_explain_item import ItemRecord, many

MOST_BUCKETS = 156
MOST_BINS = 12
WIDTHS = (1, 2, 5, 7, 10, 14, 28, 50, 100, 200, 500)  # days


def charts(record: ItemRecord) -> tuple[Chart, ...]:
    """Both charts; one that can't be drawn says why."""
    return demand(record), lead_times(record)


def demand(record: ItemRecord) -> Chart:
    """What was wanted in each bucket that is over, those with nothing included.

    The second series has the bucket's own demand where a count in it found the shelf empty, 0 too,
    and nothing elsewhere: to be drawn as marks at that height, not as columns.
    """
    kind, periods = record.kind, len(record.series)
    if not periods:
        why = "no demand is loaded" if not kind else f"no {kind} of its demand is over yet"
        return Chart("demand", "Demand", (), (), "count", reason=why)
    shown = slice(max(periods - MOST_BUCKETS, 0), None)
    series, empty = record.series[shown], record.empty[shown]
    title = f"Demand by {kind}"
    if periods > MOST_BUCKETS:
        title += f", the last {MOST_BUCKETS} of {periods:,}"
    starts = record.starts[shown].astype("datetime64[M]" if kind == "month" else "datetime64[D]")
    marks = tuple(float(q) if bare else None for q, bare in zip(series, empty, strict=True))
    found = [Series("Demand", "actual", tuple(series.tolist()))]
    if empty.any():
        found.append(Series("Shelf empty at a count", "actual", marks))
    some = many(int((series > 0).sum()), kind)
    words = (
        f"{title}: {some} with demand, at most {series.max():,.6g}; "
        f"in {many(int(empty.sum()), kind)} a count found the shelf empty."
    )
    axis = tuple(starts.astype(str).tolist())
    return Chart("demand", title, axis, tuple(found), "count", "time", words)


def lead_times(record: ItemRecord) -> Chart:
    """How many orders took how many days, in bins of even width; the plan stands in the title."""
    days, title = record.order_days, _lead_time_title(record)
    if len(days) < LEAST_ORDERS:
        orders = "1 order was" if len(days) == 1 else f"{len(days) or 'no'} orders were"
        why = f"{orders} wholly received, and fewer than {LEAST_ORDERS} say nothing"
        return Chart("lead_time", title, (), (), "count", reason=why)
    width = _width(float(days.min()), float(days.max()))
    places = np.floor(days / width).astype(np.int64)
    first = int(places.min())
    counts = np.bincount(places - first).tolist()
    bins = [(first + i) * width for i in range(len(counts))]
    axis = tuple(str(day) if width == 1 else f"{day} to {day + width - 1}" for day in bins)
    words = (
        f"{title}: {len(days):,} orders took {days.min():.0f} to {days.max():.0f} days, "
        f"{days.mean():.1f} on average."
    )
    series = (Series("Orders", "actual", tuple(counts)),)
    return Chart("lead_time", title, axis, series, "count", "time", words)


def _lead_time_title(record: ItemRecord) -> str:
    planned = record.word("lead_time.source").startswith("planned")
    if not planned:
        return "Days from order to receipt (none are planned)"
    return f"Days from order to receipt ({record.number('lead_time.days'):.6g} are planned)"


def _width(least: float, most: float) -> int:
    """The narrowest width at which there are not too many bins."""
    for width in WIDTHS:
        if most // width - least // width < MOST_BINS:
            return width
    return int(np.ceil((most - least) / (MOST_BINS - 1)))
