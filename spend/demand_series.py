"""Demand as recorded, row by row, as what the model reads: items by periods."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Floats
from spend.demand_bucket import periods_between

Places = NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class DemandSeries:
    """Demand of items (rows) by periods (columns), zero or more, and what that leaves out.

    ``below_zero``: in how many periods of each item more came back than was taken; they count as
    zero.
    """

    matrix: Floats
    below_zero: Places


def demand_series(
    rows: pd.DataFrame, keys: pd.DataFrame, first: date, last: date, kind: str
) -> DemandSeries:
    """Rows of demand (``item_id, site, period_start, quantity``) as a matrix, in the order of
    ``keys`` (``item_id, site``; no pair twice).

    Periods run from the bucket that starts on ``first`` to the one that starts on ``last``, of a
    ``kind``: "month", "week" or "day". Periods without a row are zero; rows of other items, and of
    buckets outside, are left out.

    >>> rows = pd.DataFrame({
    ...     "item_id": ["A", "A", "B"], "site": "X", "quantity": [5.0, -2.0, 7.0],
    ...     "period_start": pd.to_datetime(["2026-01-05", "2026-01-12", "2026-01-19"])})
    >>> keys = pd.DataFrame({"item_id": ["B", "A"], "site": "X"})
    >>> found = demand_series(rows, keys, date(2026, 1, 5), date(2026, 1, 19), "week")
    >>> found.matrix.tolist(), found.below_zero.tolist()
    ([[0.0, 0.0, 7.0], [5.0, 0.0, 0.0]], [0, 1])
    """
    periods = int(periods_between(kind, first, last))
    item, period = _items(rows, keys), _periods(rows["period_start"], first, kind)
    inside = (item != NOWHERE) & (period != NOWHERE) & (period < periods)
    net = np.bincount(
        item[inside] * periods + period[inside],
        weights=rows["quantity"].to_numpy(np.float64)[inside],
        minlength=len(keys) * periods,
    ).reshape(len(keys), periods)
    return DemandSeries(np.maximum(net, 0), (net < 0).sum(axis=1))


def _items(rows: pd.DataFrame, keys: pd.DataFrame) -> Places:
    """Which of the keys each row belongs to.

    By the places of item and site, which are few: pairs of texts would be slow by the million.
    """
    item, items = pd.factorize(keys["item_id"])
    site, sites = pd.factorize(keys["site"])
    places = np.full((len(items) + 1, len(sites) + 1), NOWHERE)  # the last: of none of them
    places[item, site] = np.arange(len(keys))
    found: Places = places[_places(rows["item_id"], items), _places(rows["site"], sites)]
    return found


def _places(column: "pd.Series[Any]", known: "pd.Index[Any]") -> Places:
    codes, values = pd.factorize(column)
    found: Places = pd.Index(known).get_indexer(pd.Index(values))[codes]
    return found


def _periods(starts: "pd.Series[Any]", first: date, kind: str) -> Places:
    """How many buckets after the first each is; none for those before it."""
    codes, values = pd.factorize(starts)
    after = periods_between(kind, first, pd.DatetimeIndex(values).to_numpy()) - 1
    numbers: Places = after.astype(np.int64)[codes]
    return numbers
