"""The figures of stock, each with its rows or the reason there is none."""

from collections.abc import Iterator, Mapping

import numpy as np

from spend import stock_value as value
from spend.comparison import against, on_last_year
from spend.money import decimal
from spend.result import Change, Figure, Value
from spend.stock_book import StockBook
from spend.stock_items import StockItems
from spend.stock_reading import StockReading
from spend.stock_trend import days_of_stock, values

NO_DIMENSION = "stock is not kept by supplier or cost centre"
NO_COUNTS = "no stock counts are loaded, so nobody knows what is on hand"
NONE_HERE = "nothing was counted in this selection"
NO_DEMAND = "no demand is loaded for these items"
NO_LEAD_TIME = "no lead times are known, so required safety stock is not computed"
NOT_BOTH = "no item has both demand and a lead time"
NO_COST = "no unit costs are loaded"
NOTHING_WANTED = "nothing was wanted in the last 12 months, at a known cost"
PARTS = ("cycle", "safety", "excess", "obsolete")


def figures(reading: StockReading) -> tuple[Figure, ...]:
    """Every figure of the subject, as at the selection's position date."""
    stated = (_stock(reading), *_parts(reading), _required(reading), _days(reading))
    return tuple(on_last_year(stated, _earlier(reading.book)))


def _earlier(book: StockBook) -> Mapping[str, Value]:
    """What was the same days one fiscal year before; the parts would need their own plan."""
    window = book.window.earlier()
    return next(values(book, [window.position])) if window else {}


def _stock(reading: StockReading) -> Figure:
    items, why = reading.items, why_not_valued(reading)
    found, rows = decimal(_cents(items)), int(items.counted.sum())
    changes = against("stock_value", "on last count", found, _last_count(reading.book))
    return _figure("stock_value", found, rows, why, tuple(changes))


def _cents(items: StockItems) -> int | None:
    """What the items that were counted are worth."""
    return value.stock_value(items.value[items.counted & items.value_known])


def _last_count(book: StockBook) -> Value:
    """The value of the count before; of what is counted for the first time there was none."""
    positions = book.positions
    before = positions[positions["previous_count"].notna()]
    if before.empty or before["previous_value"].isna().all():
        return None
    return decimal(int(positions["previous_value"].fillna(0).sum()))


def _parts(reading: StockReading) -> Iterator[Figure]:
    counted = reading.items.counted
    nothing = why_not_counted(reading) or why_not_assessed(reading) or why_not_valued(reading)
    for part in PARTS:
        metric = f"{part}_stock_value"
        found = None if nothing else getattr(value, metric)(reading.split, reading.items.value)
        rows = int((reading.parts[part] != 0)[counted].sum())
        yield _figure(metric, decimal(found), rows, nothing)


def _required(reading: StockReading) -> Figure:
    plan = reading.plan
    found = value.required_safety_stock_value(plan.safety_stock, reading.items.unit_cost)
    why = why_not_needed(reading)
    rows = int((~np.isnan(reading.required)).sum())
    return _figure("required_safety_stock_value", decimal(found), rows, why)


def _days(reading: StockReading) -> Figure:
    """Days of stock; where no demand has a value there are no days to speak of."""
    items = reading.items
    found = days_of_stock(_cents(items), int(reading.year_value.sum()))
    below = bool(items.value.sum() < 0)
    nothing = "less than nothing was counted" if below else NOTHING_WANTED
    why = why_not_counted(reading) or nothing
    return _figure("days_inventory", found, int(items.counted.sum()), why)


# --- Why there is no figure -----------------------------------------------------------------------


def why_not_counted(reading: StockReading) -> str:
    """Why nothing is known to be on hand; "" where something is."""
    book = reading.book
    if reading.items.counted.any():
        return ""
    if not book.has_dimension:
        return NO_DIMENSION
    return NONE_HERE if book.any_counts else NO_COUNTS


def why_not_valued(reading: StockReading) -> str:
    """Why nothing on hand has a value; "" where something has."""
    valued = reading.items.counted & reading.items.value_known
    return why_not_counted(reading) or ("" if valued.any() else NO_COST)


def why_not_required(reading: StockReading) -> str:
    """Why no safety stock is computed; "" where some is."""
    items = reading.items
    if not reading.book.has_dimension:
        return NO_DIMENSION
    if reading.plan.known.any():
        return ""
    if not items.demand_loaded.any():
        return NO_DEMAND
    return NO_LEAD_TIME if np.isnan(items.lead_time.days).all() else NOT_BOTH


def why_not_needed(reading: StockReading) -> str:
    """Why no safety stock has a value; "" where some has."""
    costless = np.isnan(reading.required).all()
    return why_not_required(reading) or (NO_COST if costless else "")


def why_not_assessed(reading: StockReading) -> str:
    """Why no count could be told apart by its reasons; "" where some could."""
    split, counted = reading.split, reading.items.counted
    assessed = (split.not_assessed == 0) & counted
    return "" if assessed.any() else why_not_required(reading) or "no order quantity is known"


def _figure(
    metric: str, found: Value, rows: int, reason: str, changes: tuple[Change, ...] = ()
) -> Figure:
    """A figure; the reason stands only where there is no value."""
    return Figure(metric, found, rows, reason if found is None else "", changes)
