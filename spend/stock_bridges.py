"""Two bridges: from what lies on the shelf to what service needs, and from the count before to now.

Both close to the cent: the items are differences of whole cents.
"""

from decimal import Decimal

import numpy as np
import pandas as pd

from spend.arguments import Floats
from spend.money import decimal
from spend.result import Bridge, Step
from spend.stock_figures import why_not_valued
from spend.stock_reading import StockReading

NO_BEFORE = "there is no count before this one to compare with"


def shelf(reading: StockReading) -> Bridge:
    """From finance's end, what lies there, to procurement's, what service and ordering need."""
    title = "From what lies on the shelf to what service needs"
    if why := why_not_valued(reading):
        return Bridge("shelf", title, (), why)
    sums = {part: int(cents.sum()) for part, cents in reading.parts.items()}
    on_hand, missing = sum(sums.values()), int(reading.missing.sum())
    items = (
        ("Obsolete", -sums["obsolete"], True, "Nobody wants it: to be sold or written down."),
        ("Too much", -sums["excess"], True, "More than safety stock and one order need."),
        ("Not assessed", -sums["not_assessed"], None,
         "Demand, lead time or order quantity is not known."),
        ("Count errors", -sums["count_error"], None, "Counted below zero."),
        ("Missing", missing, False, "What items lack of their required safety stock."),
    )  # fmt: skip
    steps = (
        _end("On the shelf", on_hand),
        *(_item(label, cents, good, said) for label, cents, good, said in items if cents),
        _end("Service needs", sums["safety"] + sums["cycle"] + missing),
    )
    return Bridge("shelf", title, steps, ends=("finance", "procurement"))


def since_count(reading: StockReading) -> Bridge:
    """From the count before to the latest, by reason, of the items whose cost is known."""
    title = "From the count before to the latest"
    frame = counted_twice(reading)
    if not frame["previous_value"].notna().any():
        return Bridge("count", title, (), NO_BEFORE)
    before = int(frame["previous_value"].fillna(0).sum())
    sums = {name: int(frame[name].sum()) for name in ("received", "used", "cost")}
    fresh = int(frame["fresh"].fillna(0).sum())
    now = int(frame["value"].fillna(0).sum())
    rest = now - before - sum(sums.values()) - fresh
    items = (
        ("Received", sums["received"],
         f"What came in between the counts, at today's unit cost.{_other_units(reading)}"),
        ("Used", sums["used"], "What was wanted between the counts, at today's unit cost."),
        ("Unit cost", sums["cost"], "What was there before, at today's unit cost instead."),
        ("First counts", fresh, "Counted, or with a unit cost, for the first time."),
        ("Otherwise", rest, "Losses, finds, returns, other units, and demand or receipts of days "
         "that a bucket puts on the other side of the count."),
    )  # fmt: skip
    steps = (
        _end("Count before", before),
        *(_item(label, cents, None, said) for label, cents, said in items if cents),
        _end("Latest count", now),
    )
    return Bridge("count", title, steps)


def _other_units(reading: StockReading) -> str:
    """How many receipts are not in it, because nobody knows how to count them."""
    many = int(reading.book.received["other_unit_lines"].sum())
    lines = "1 receipt" if many == 1 else f"{many:,} receipts"
    return f" {lines} in another unit than the item's are not in it." if many else ""


def counted_twice(reading: StockReading) -> pd.DataFrame:
    """Each item over its sites: what came, went and was revalued between its counts, in cents.

    Sites of which either count has no value say nothing of these; ``fresh`` is worth something for
    the first time. Receipts are of an item: nobody knows for which of its sites.
    """
    book = reading.book
    keys = ["item_id", "site"]
    frame = book.positions.merge(book.used, on=keys, how="left")
    known = frame["previous_value"].notna() & frame["value"].notna()
    frame["cost"] = _cents(
        frame["previous_on_hand"], frame["unit_cost"] - frame["previous_unit_cost"]
    )
    frame["used"] = _cents(-frame["used"], frame["unit_cost"])
    frame[["used", "cost"]] = frame[["used", "cost"]].where(known, 0)
    frame["fresh"] = frame["value"].where(frame["previous_value"].isna())
    groups = frame.assign(known=known).groupby("item_id", sort=False)
    of_item = groups[["value", "previous_value", "cost", "used", "fresh"]].sum(min_count=1)
    received = book.received.set_index("item_id")["received"].reindex(of_item.index)
    came = _cents(received, _usual_cost(frame))
    of_item["received"] = np.where(groups["known"].any(), came, 0)
    return of_item


def _usual_cost(frame: pd.DataFrame) -> "pd.Series[float]":
    """Each item's unit cost over its sites, weighed by what is on hand, else evenly."""
    weight = frame["on_hand"].clip(lower=0).where(frame["unit_cost"].notna())
    sums = (
        pd.DataFrame({"item_id": frame["item_id"], "weight": weight, "cost": frame["unit_cost"]})
        .assign(whole=lambda f: f["weight"] * f["cost"])
        .groupby("item_id", sort=False)
        .agg(weight=("weight", "sum"), whole=("whole", "sum"), cost=("cost", "mean"))
    )
    return (sums["whole"] / sums["weight"].where(sums["weight"] > 0)).fillna(sums["cost"])


def _cents(units: "pd.Series[float]", cost: "pd.Series[float]") -> Floats:
    """Units at a cost, in whole cents; 0 where either is not known."""
    product = np.rint((units * cost).to_numpy(np.float64, na_value=np.nan) * 100)
    return np.nan_to_num(product)


def _end(label: str, cents: int) -> Step:
    return Step(label, _amount(cents), "end")


def _item(label: str, cents: int, good: bool | None, meaning: str) -> Step:
    return Step(label, _amount(cents), "item", good, meaning)


def _amount(cents: int) -> Decimal:
    return decimal(cents) or Decimal(0)
