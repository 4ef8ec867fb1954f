"""Stock, item by item and site by site, by the definitions.

What is on the shelf is counted and valued here; what should be there for each place, and what the
shelf is for, is worked out by ``tests.stock_by_hand``, one place at a time.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from tests.reference_books import Books, Frame
from tests.reference_choice import Chosen, Figures, ratio
from tests.stock_by_hand import Place, sample_variance

PARTS = ("cycle", "safety", "excess", "obsolete")
IDS = ("stock_value", *(f"{part}_stock_value" for part in PARTS), "required_safety_stock_value",
       "days_inventory")  # fmt: skip
SERVICE_LEVEL, OBSOLETE_MONTHS = 0.95, 12
MEASURED = 5  # lead times from which their spread is believed
ENDS = {"month": pd.offsets.MonthEnd(0), "week": pd.Timedelta(days=6), "day": pd.Timedelta(0)}


def figures(chosen: Chosen) -> Figures:
    """Values at the latest counts; null without counts, and where stock is not divided so."""
    if chosen.supplier or not len(chosen.books["stock_level"]):
        return dict.fromkeys(IDS)
    keep = chosen.books["item"]
    kept = set(chosen.of(keep)["item_id"]) if chosen.category else set(keep["item_id"])
    found = [p for p in places(chosen.books, chosen.position) if p.item_id in kept]
    counted = [p for p in found if p.on_hand is not None]
    value = sum(p.value or 0 for p in counted)
    used = sum(p.worth(p.year_demand) or 0 for p in found if p.year_demand is not None)
    required = [p.worth(p.safety_stock) for p in found if p.safety_stock is not None]
    parts = {part: sum(p.part_values[part] for p in counted) for part in PARTS}
    return {
        "stock_value": float(value),
        **{f"{part}_stock_value": float(amount) for part, amount in parts.items()},
        "required_safety_stock_value": float(sum(one or 0 for one in required)),
        "days_inventory": (ratio(value, used) or 0) * 365,
    }


@cache
def places(books: Books, day: pd.Timestamp) -> tuple[Place, ...]:
    """Every item and site that was counted or wanted by a day."""
    counts, demand = seen(books, day)
    kinds = {str(item): kind_of(rows) for item, rows in demand.groupby("item_id")}
    demand = demand.assign(kind=demand["item_id"].map(kinds))
    ends = {kind: rows["period_start"] + ENDS[kind] for kind, rows in demand.groupby("kind")}
    demand["over"] = pd.concat(list(ends.values())).reindex(demand.index) <= books.through
    periods = {str(kind): buckets(str(kind), rows) for kind, rows in demand.groupby("kind")}
    took = lead_times(books, day)
    wanted = dict(iter(demand.groupby(["item_id", "site"])))
    items = {row["item_id"]: row for row in books["item"].to_dict("records")}
    first = books["stock_level"].groupby(["item_id", "site"])["counted_on"].min()
    found = []
    for key in sorted({*wanted, *counts}):
        item = items.get(key[0], {})
        place = Place(*key)
        settle(place, item, took.get(key[0], []))
        shelve(place, item, counts.get(key))
        if key in wanted:
            want(place, wanted[key], periods, day)
            since = min(first.get(key, pd.NaT), wanted[key]["period_start"].min())
            since = since if pd.isna(item.get("known_since")) else item["known_since"]
            known = since <= day - pd.DateOffset(months=OBSOLETE_MONTHS)
            place.obsolete = known and not place.wanted_lately and not item.get("critical")
        found.append(place)
    return tuple(found)


def seen(books: Books, day: pd.Timestamp) -> tuple[dict[Any, Mapping[str, Any]], Frame]:
    """The latest count of each item and site, and all demand, by a day."""
    counts = books["stock_level"]
    counts = counts[counts["counted_on"] <= day].sort_values("counted_on")
    latest = counts.groupby(["item_id", "site"]).tail(1).to_dict("records")
    demand = books["demand"]
    demand = demand[demand["period_start"] <= day].reset_index(drop=True)
    return {(row["item_id"], row["site"]): row for row in latest}, demand


def kind_of(rows: Frame) -> str:
    """The coarsest bucket that all starts allow."""
    starts = rows["period_start"]
    if (starts.dt.day == 1).all():
        return "month"
    return "week" if starts.dt.day_of_week.nunique() == 1 else "day"


def buckets(kind: str, rows: Frame) -> int:
    """How many buckets the loaded span has, of those that are over."""
    first, last = rows["period_start"].min(), rows.loc[rows["over"], "period_start"].max()
    if kind == "month":
        return int((last.year - first.year) * 12 + last.month - first.month + 1)
    return int((last - first).days // (7 if kind == "week" else 1) + 1)


def lead_times(books: Books, day: pd.Timestamp) -> dict[str, list[int]]:
    """Days from order to the day all of it was there, by item."""
    lines = books["purchase_order_line"]
    lines = lines[(lines["item_id"] != "") & (lines["matching"] != "value")]
    lines = lines[lines["quantity"] > 0]
    came = books["goods_receipt"].merge(lines, on=["po_id", "line_no"], suffixes=("", "_ordered"))
    key = ["po_id", "line_no", "received_on"]
    keep = {"quantity": "sum", "quantity_ordered": "first", "order_date": "first",
            "item_id": "first"}  # fmt: skip
    days = came.groupby(key).agg(keep).reset_index()
    days["so_far"] = days.groupby(["po_id", "line_no"])["quantity"].cumsum()
    full = days[days["so_far"] >= days["quantity_ordered"] - 1e-9]
    full = full.drop_duplicates(["po_id", "line_no"])
    full = full[(full["order_date"] <= full["received_on"]) & (full["received_on"] <= day)]
    took = (full["received_on"] - full["order_date"]).dt.days
    return {str(item): own.tolist() for item, own in took.groupby(full["item_id"])}


# --- One place ------------------------------------------------------------------------------------


def settle(place: Place, item: Mapping[str, Any], took: list[int]) -> None:
    """The item's terms, and what its orders took."""

    def of(name: str) -> float | None:
        value = item.get(name)
        return None if value is None or np.isnan(value) or value < 0 else float(value)

    days = [Fraction(n) for n in took] if len(took) >= MEASURED else []
    place.spread_days = math.sqrt(sample_variance(days)) if days else 0.0
    planned = of("lead_time_days")
    measured = float(sum(days) / len(days)) if days else None
    place.lead_days = measured if planned is None else planned
    place.review_days = of("review_period_days") or 0.0
    place.service_level = of("service_level") or SERVICE_LEVEL
    place.order_cost, place.holding_rate = of("order_cost"), of("holding_rate")
    place.minimum_order = of("minimum_order")


def shelve(place: Place, item: Mapping[str, Any], count: Mapping[str, Any] | None) -> None:
    """What was counted last, at its own cost, else the item's."""
    cost = item.get("unit_cost", np.nan)
    if count is not None:
        cost = cost if np.isnan(count["unit_cost"]) else count["unit_cost"]
        place.on_hand = exact(count["on_hand"])
    place.unit_cost = None if np.isnan(cost) else exact(cost)
    if place.on_hand is not None and place.unit_cost is not None:
        place.value = math.floor(place.on_hand * place.unit_cost * 100 + Fraction(1, 2))


def want(place: Place, rows: Frame, periods: Mapping[str, int], day: pd.Timestamp) -> None:
    """The demand of whole buckets, and that of the last twelve months."""
    place.kind = str(rows["kind"].iloc[0])
    place.periods = periods[place.kind]
    done = rows.loc[rows["over"] & (rows["quantity"] > 0), "quantity"]
    place.sizes = [exact(quantity) for quantity in done]
    recent = rows.loc[rows["period_start"] > day - pd.DateOffset(months=12), "quantity"]
    place.year_demand = sum((exact(quantity) for quantity in recent), Fraction(0))
    place.wanted_lately = bool((recent > 0).any())


def exact(number: float) -> Fraction:
    """A number of at most six decimals."""
    return Fraction(round(number * 1_000_000), 1_000_000)
