"""Lists that lead to action: too little, too much, nobody wants it, lead times worth shortening.

Each is of items and sites, the most money first; what a list leaves out is summed up in its last
row, so that its total is that of all.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats
from spend.lead_time import LeadTime
from spend.money import decimal
from spend.result import Cell, Table, TableColumn, known
from spend.stock_items import StockItems, pick
from spend.stock_plan import StockPlan, stock_plan
from spend.stock_reading import StockReading
from spend.stock_risk import risk
from spend.stock_split import MICRO
from spend.stock_value import required_cents

MOST_ROWS = 500
CANDIDATES = 150  # of lead times: ranked by a formula, then worked out
MONTHS = 12
LONG = 24  # months of cover from which stock will hardly be used up
ITEM = (TableColumn("name", "Item", "text"), TableColumn("site", "Site", "text"))
Places = NDArray[np.int64]


def too_little(reading: StockReading) -> Table:
    """Items that should have been ordered, or hold less than their safety stock, and the risk."""
    plan, items = reading.plan, reading.items
    low = lacking(reading)
    found, wanted = risk(plan, low, position(items)), to_order(plan)
    missing = _valued(reading, reading.missing)
    columns = (
        *ITEM,
        TableColumn("on_hand", "On hand", "count"),
        TableColumn("on_order", "On order", "count"),
        TableColumn("level", "Order at", "count"),
        TableColumn("order", "Order now", "count"),
        TableColumn("chance", "May run out", "share"),
        TableColumn("cost", "Would cost", "money"),
        TableColumn("missing", "Missing", "money"),
    )

    def cells(i: int) -> tuple[Cell, ...]:
        return (
            float(items.on_hand[i]), known(items.on_order[i]), float(plan.level[i]),
            known(wanted[i]), known(found.chance[i]), _cents(found.cost[i]),
            _cents(missing[i]),
        )  # fmt: skip

    title = "Too little: to be ordered now, or below safety stock with enough under way"
    places = _ranked(low, found.cost, missing)
    sums = {"cost": found.cost, "missing": missing}
    return _table(reading, "too_little", title, columns, places, cells, sums)


def too_much(reading: StockReading) -> Table:
    """Items with more than safety stock and one order: the cash in it, and how to have it back."""
    items, cents = reading.items, _valued(reading, reading.parts["excess"])
    excess, cover = reading.split.excess / MICRO, months_of_cover(reading.items)
    columns = (
        *ITEM,
        TableColumn("on_hand", "On hand", "count"),
        TableColumn("excess", "Too much", "count"),
        TableColumn("value", "Cash to free", "money"),
        TableColumn("cover", "Months of cover", "months"),
        TableColumn("means", "How", "text"),
    )

    def cells(i: int) -> tuple[Cell, ...]:
        how = means(reading.plan, i, float(cover[i]))
        return float(items.on_hand[i]), float(excess[i]), _cents(cents[i]), known(cover[i]), how

    title = "Too much: cash to free, and by what means"
    places = _ranked(excess > 0, cents, excess)
    return _table(reading, "too_much", title, columns, places, cells, {"value": cents})


def obsolete(reading: StockReading) -> Table:
    """Items that nobody wants any more, and what is to be written down."""
    items, cents = reading.items, _valued(reading, reading.parts["obsolete"])
    columns = (
        *ITEM,
        TableColumn("on_hand", "On hand", "count"),
        TableColumn("value", "Write-down", "money"),
        TableColumn("last", "Last wanted", "text"),
        TableColumn("on_order", "Still on order", "count"),
    )

    def cells(i: int) -> tuple[Cell, ...]:
        last = None if np.isnat(items.last_wanted[i]) else str(items.last_wanted[i])
        return float(items.on_hand[i]), _cents(cents[i]), last, known(items.on_order[i])

    months = reading.book.reader.settings.obsolete_after_months
    title = f"Obsolete: nobody wanted it for {months} months, and it is no critical spare"
    places = _ranked(reading.split.obsolete > 0, cents, reading.split.obsolete)
    return _table(reading, "obsolete", title, columns, places, cells, {"value": cents})


def lead_times(reading: StockReading) -> Table:
    """Lead times worth shortening: the safety stock that a day less, or half the spread, frees."""
    items, required = reading.items, reading.required
    places = _longest(reading)
    time = pick(items, places).lead_time
    day = _freed(reading, places, replace(time, days=time.days - 1))
    half = _freed(reading, places, replace(time, spread_days=time.spread_days / 2))
    columns = (
        *ITEM,
        TableColumn("planned", "Lead time", "days"),
        TableColumn("actual", "Really", "days"),
        TableColumn("spread", "Spread", "days"),
        TableColumn("required", "Required safety", "money"),
        TableColumn("day", "A day less frees", "money"),
        TableColumn("half", "Half the spread frees", "money"),
    )

    def cells(i: int) -> tuple[Cell, ...]:
        time = items.lead_time
        days = (known(v[i]) for v in (time.days, time.actual_days, time.spread_days))
        return (*days, _cents(required[i]), _cents(day[i]), _cents(half[i]))

    title = "Lead times worth shortening: the required safety stock that it would free"
    first = _ranked(~np.isnan(day), day, half)[:MOST_ROWS]
    return _table(reading, "lead_times", title, columns, first, cells, {})


# --- What each list is of -------------------------------------------------------------------------


def named(items: StockItems, place: int) -> str:
    """An item's name and, where it has one of its own, its id."""
    name, item_id = str(items.name[place]), str(items.item_id[place])
    return name if name == item_id else f"{name} ({item_id})"


def position(items: StockItems) -> Floats:
    """On hand and on order."""
    return np.asarray(items.on_hand + np.nan_to_num(items.on_order))


def lacking(reading: StockReading) -> Flags:
    """Wanted items that are due to be ordered, or below their safety stock."""
    plan, items = reading.plan, reading.items
    low = due(plan) | (items.on_hand < plan.safety_stock)
    return np.asarray(reading.live & low & (plan.distribution != "none"))


def due(plan: StockPlan) -> Flags:
    """Items at or below their reorder point, or below the level that they are ordered up to."""
    held = position(plan.items)
    return np.asarray(np.where(plan.up_to, held < plan.level, held <= plan.level))


def to_order(plan: StockPlan) -> Floats:
    """What to order now: up to the level and no less than the minimum order, or as many order
    quantities as bring the position above it; in whole units where demand is. NaN where nothing is
    due, or how much at a time is not known."""
    lot = np.where(plan.order_quantity > 0, plan.order_quantity, np.nan)
    short = plan.level - position(plan.items)
    least = np.fmax(short, plan.items.minimum_order)
    wanted = np.where(plan.up_to, least, (np.floor(short / lot) + 1) * lot)
    whole = np.where(plan.items.statistics.whole, np.ceil(wanted), wanted)
    return np.where(due(plan), whole, np.nan)


def months_of_cover(items: StockItems) -> Floats:
    """How long each item's stock lasts at the last 12 months' demand; NaN without any."""
    year = np.where(items.year_demand > 0, items.year_demand, np.nan)
    return np.asarray(np.maximum(items.on_hand, 0) / year * MONTHS)


def means(plan: StockPlan, place: int, cover: float) -> str:
    """How to have the cash of too much stock back, the quickest first."""
    items = plan.items
    ordered, minimum = items.on_order[place], items.minimum_order[place]
    if ordered > 0:
        return f"Postpone or cancel the {ordered:,.0f} on order"
    if np.isnan(cover):
        return "Nothing was wanted for a year: sell or return"
    if minimum > np.fmax(plan.economic_quantity[place], items.year_demand[place]):
        return f"Ask for less than the minimum order of {minimum:,.0f}"
    if cover > LONG:
        return f"Sell or return: {cover / MONTHS:.1f} years of demand"
    needed = plan.safety_stock[place] + plan.order_quantity[place]
    months = cover - needed / items.year_demand[place] * MONTHS
    return f"Order nothing for {max(months, 1):.0f} month{'s' if months >= 1.5 else ''}"


# --- Parts of lists -------------------------------------------------------------------------------


def _longest(reading: StockReading) -> Places:
    """The items whose safety stock a day less would lower most, by the square-root rule."""
    plan, items = reading.plan, reading.items
    wanted = plan.known & (items.lead_time.days >= 1) & (reading.required > 0)
    per_day = reading.required / np.maximum(items.lead_time.days, 1)
    return _ranked(wanted & ~reading.obsolete, per_day, reading.required)[:CANDIDATES]


def _freed(reading: StockReading, places: Places, time: LeadTime) -> Floats:
    """What another lead time frees of each item, in whole cents; NaN of all the others."""
    other = stock_plan(replace(pick(reading.items, places), lead_time=time))
    found = np.full(len(reading.items), np.nan)
    new = required_cents(other.safety_stock, other.items.unit_cost)
    found[places] = np.maximum(reading.required[places] - new, 0)
    return found


def _valued(reading: StockReading, cents: Any) -> Floats:
    """Amounts in whole cents; NaN of items whose cost is not known."""
    return np.where(reading.items.value_known, cents, np.nan)


def _ranked(chosen: Flags, *by: Any) -> Places:
    """The places of some items, the largest first; what is not known counts as nothing."""
    places = np.flatnonzero(chosen)
    keys = [-np.nan_to_num(np.asarray(values, np.float64)[places]) for values in reversed(by)]
    return places[np.lexsort(keys)]


def _table(
    reading: StockReading,
    name: str,
    title: str,
    columns: tuple[TableColumn, ...],
    places: Places,
    cells: Callable[[int], tuple[Cell, ...]],
    sums: Mapping[str, Any],
) -> Table:
    """The first rows of a list, what the others come to, and the total of both."""
    items = reading.items
    shown, others = places[:MOST_ROWS], places[MOST_ROWS:]

    def summed(label: str, of: Places) -> tuple[Cell, ...]:
        found = [_sum(sums[c.key][of]) if c.key in sums else None for c in columns[1:]]
        return (label, *found)

    rows = [(named(items, int(i)), str(items.site[i]), *cells(int(i))) for i in shown]
    ids = [str(items.item_id[i]) for i in shown]
    if len(others) and sums:
        rows.append(summed(f"All others ({len(others):,})", others))
        ids.append("")
    total = summed("Total", places) if sums and len(places) else None
    return Table(name, title, columns, tuple(rows), tuple(ids), (0,) * len(rows), total)


def _sum(cents: Floats) -> Decimal | None:
    """The sum of what is known; nothing where nothing is."""
    told = cents[~np.isnan(cents)]
    return decimal(int(told.sum())) if told.size or not cents.size else None


def _cents(value: float) -> Decimal | None:
    return None if np.isnan(value) else decimal(int(value))
