r"""What stock is worth, by the reason it is on the shelf: the declared figures of the subject.

Quantities are split item by item and site by site (``spend.stock_split``); values are whole cents
of the reporting currency at unit cost, and the parts add to what is on hand.
"""

from typing import Any

import numpy as np

from spend.arguments import Floats
from spend.metric import metric
from spend.position import A, Rows, total
from spend.stock_split import StockSplit, Whole, whole

SOURCE = "DEFINITIONS, Stock"
LARGEST_CENTS = 1e15  # of one item at one site, as of its count
COUNTS = ("stock_level", "item")
DEMANDED = ("stock_level", "demand", "item")
HELD = ("service_level", "obsolete_after_months")  # what is safety, cycle and excess
AGREED = ("stock_policy",)


@metric(
    label="Stock",
    unit="money",
    owner="joint",
    better="lower",
    formula=r"\sum \text{on hand} \times \text{unit cost}",
    finance="Cash that lies on the shelf.",
    procurement="What there is to serve demand from.",
    source=SOURCE,
    rows=COUNTS,
)
def stock_value(values: Rows[A]) -> A | None:
    """The value on hand at unit cost, of the latest count of each item and site.

    Takes the value of each, or any sums of them; counts below zero count as they are. ``None``
    where nothing was counted.

    >>> stock_value([5_00, 2_50, -1_00])
    650
    """
    return total(values)


@metric(
    label="Cycle stock",
    unit="money",
    owner="joint",
    better="neither",
    formula=r"\sum \min(\text{the rest}, \text{order quantity}, \text{12 months' demand})"
    r" \times \text{unit cost}",
    finance="What lies there because orders come in lots: it turns.",
    procurement="What one order brings, and demand takes until the next.",
    source=SOURCE,
    rows=DEMANDED,
    settings=HELD,
    policies=AGREED,
)
def cycle_stock_value(split: StockSplit, value: Any) -> int | None:
    """The value of what turns: beyond safety stock, up to an order quantity and a year's demand.

    Takes the split stock of each item and site, and the value of each in whole cents. ``None``
    where nothing was counted.

    >>> from spend.stock_split import stock_split
    >>> cycle_stock_value(stock_split([100], 30, 50, 600, False), [10_00])
    500
    """
    return _part(split, value, "cycle")


@metric(
    label="Safety stock",
    unit="money",
    owner="procurement",
    better="neither",
    formula=r"\sum \min(\text{on hand}, \text{required safety stock}) \times \text{unit cost}",
    finance="The price of service, in cash.",
    procurement="What protects against late deliveries and uneven demand.",
    source=SOURCE,
    rows=DEMANDED,
    settings=HELD,
    policies=AGREED,
)
def safety_stock_value(split: StockSplit, value: Any) -> int | None:
    """The value of what protects: on hand up to the required safety stock.

    Takes the split stock of each item and site, and the value of each in whole cents. ``None``
    where nothing was counted.

    >>> from spend.stock_split import stock_split
    >>> safety_stock_value(stock_split([100, 20], 30, 50, 600, False), [10_00, 2_00])
    500
    """
    return _part(split, value, "safety")


@metric(
    label="Excess stock",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\sum (\text{on hand} - \text{safety} - \text{cycle}) \times \text{unit cost}",
    finance="Cash that could be had back without hurting service.",
    procurement="Bought too much, or demand fell: use up before ordering again.",
    source=SOURCE,
    rows=DEMANDED,
    settings=HELD,
    policies=AGREED,
)
def excess_stock_value(split: StockSplit, value: Any) -> int | None:
    """The value of what is more than safety and cycle stock, of items that are still wanted.

    Takes the split stock of each item and site, and the value of each in whole cents. ``None``
    where nothing was counted.

    >>> from spend.stock_split import stock_split
    >>> excess_stock_value(stock_split([100], 30, 50, 600, False), [10_00])
    200
    """
    return _part(split, value, "excess")


@metric(
    label="Obsolete stock",
    unit="money",
    owner="finance",
    better="lower",
    formula=r"\sum_{\text{no demand, not critical}} \text{on hand} \times \text{unit cost}",
    finance="To be written down: nobody has wanted it for the months of the policy.",
    procurement="Sell, return or scrap; and never reorder.",
    source=SOURCE,
    rows=DEMANDED,
    settings=("obsolete_after_months",),
)
def obsolete_stock_value(split: StockSplit, value: Any) -> int | None:
    """The value of what nobody wanted for the months of the policy, critical spares apart.

    Takes the split stock of each item and site, and the value of each in whole cents. ``None``
    where nothing was counted.

    >>> from spend.stock_split import stock_split
    >>> obsolete_stock_value(stock_split([100, 7], 30, 50, 600, [False, True]), [10_00, 70])
    70
    """
    return _part(split, value, "obsolete")


@metric(
    label="Required safety stock",
    short="Required safety",
    unit="money",
    owner="joint",
    better="neither",
    formula=r"\sum \text{required safety stock} \times \text{unit cost}",
    finance="What the service that was agreed costs in cash.",
    procurement="What the service that was agreed needs on the shelf.",
    source=SOURCE,
    rows=("demand", "item"),
    settings=HELD,
    policies=AGREED,
)
def required_safety_stock_value(required: Any, unit_cost: Any) -> int | None:
    """The value of the safety stock that each item's service calls for, whatever is on hand.

    Takes units and cost per unit, an entry an item and site; what is not known of either (NaN) is
    left out. Each is rounded to whole cents. ``None`` where none is known.

    >>> required_safety_stock_value([10.0, 2.5, float("nan")], [1.999, 2, 5])
    2499
    """
    cents = required_cents(required, unit_cost)
    known = ~np.isnan(cents)
    return int(cents[known].sum()) if known.any() else None


def required_cents(required: Any, unit_cost: Any) -> Floats:
    """The value of required safety stock in whole cents, item by item; NaN where not known, or
    more than can be meant."""
    units, cost = np.broadcast_arrays(*(np.asarray(a, np.float64) for a in (required, unit_cost)))
    cents = np.rint(units * cost * 100)
    return np.where(np.abs(cents) < LARGEST_CENTS, cents, np.nan)


def whole_cents(units: Any, cost: Any) -> Whole:
    """Units at a cost, in whole cents; 0 where either is not known.

    >>> whole_cents([10.0, 2.5, float("nan")], [1.999, 2, 5])
    array([1999,  500,    0])
    """
    return np.nan_to_num(required_cents(units, cost)).astype(np.int64)


def _part(split: StockSplit, value: Any, part: str) -> int | None:
    cents: Whole = whole(value=value)
    return int(split.values(cents)[part].sum()) if cents.size else None
