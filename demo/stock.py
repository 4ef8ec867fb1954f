"""What lies on the shelf: counts at each month's end, and the demand that emptied it."""

import numpy as np
import pandas as pd

from demo.dates import MONTHS, SEASON, THROUGH, days, month_end, month_number
from demo.draws import Array, generator
from demo.items import FORGOTTEN_FROM, SPARE_PARTS, changed_unit, forgotten
from demo.orders_items import BOX_FROM
from demo.spares import WEEKS, Spares

COUNTED = MONTHS[THROUGH.astype("M8[M]") > MONTHS]  # the open month is not counted yet
PER_BOX = 100


def _flow(catalogue: pd.DataFrame, row: Array, dates: Array, quantity: Array) -> Array:
    """Quantities by item and counted month, boxes as pieces."""
    month = month_number(dates)
    inside = (month >= 0) & (month < len(COUNTED))
    boxed = changed_unit(catalogue)[row] & (dates >= BOX_FROM)
    found = np.zeros((len(catalogue), len(COUNTED)))
    np.add.at(found, (row[inside], month[inside]), (quantity * np.where(boxed, PER_BOX, 1))[inside])
    return found


def _wanted(catalogue: pd.DataFrame, received: Array) -> Array:
    """Monthly demand of production items: what came in, seasonal and noisy; some sell worse."""
    rng = generator("production demand")
    mean = received.sum(axis=1, keepdims=True) / len(COUNTED)
    season = SEASON[np.arange(len(COUNTED)) % 12]
    found: Array = mean * season * rng.lognormal(-0.02, 0.2, received.shape)
    slow = rng.random(len(catalogue)) < 0.07
    found[np.ix_(slow, np.datetime64("2025-01") <= COUNTED)] *= 0.7
    over = FORGOTTEN_FROM.astype("M8[M]") <= COUNTED
    found[np.ix_(forgotten(catalogue), over)] = 0
    return np.rint(found, out=found)


def _spare_demand(catalogue: pd.DataFrame, spares: Spares) -> Array:
    """The weekly demand of spare parts, by month."""
    item, week = np.nonzero(spares.demand)
    row = spares.items["row"].to_numpy()[item]
    return _flow(catalogue, row, WEEKS[week] + 3, spares.demand[item, week].astype(float))


def _shelf(opening: Array, received: Array, wanted: Array) -> tuple[Array, Array]:
    """On hand at each month's end and what could be handed out; never below nothing."""
    shelf, served = np.zeros(received.shape), np.zeros(received.shape)
    current = opening
    for month in range(received.shape[1]):
        there = np.maximum(0, current + received[:, month])
        served[:, month] = np.minimum(there, wanted[:, month])
        current = there - served[:, month]
        shelf[:, month] = current
    return shelf, served


def _on_order(catalogue: pd.DataFrame, lines: pd.DataFrame, received: Array) -> Array:
    """Ordered and not yet in, at each month's end; a closed line expects nothing more."""
    bought = lines[lines["row"].notna() & ~lines["status"].isin(["cancelled", "requested"])]
    bought = bought[bought["status"] != "rejected"]
    ended = bought["status"].isin(["closed", "final_invoiced"])
    quantity = bought["quantity"].where(~ended, bought["received"]).to_numpy()
    row = bought["row"].to_numpy(dtype=int)
    ordered = _flow(catalogue, row, days(bought, "order_date"), quantity)
    found: Array = np.maximum(0, ordered.cumsum(axis=1) - received.cumsum(axis=1))
    return found


def _long(values: Array, catalogue: pd.DataFrame, name: str, dates: Array) -> pd.DataFrame:
    """A row per item and date, spare parts in their own store."""
    size = len(dates)
    site = np.where(catalogue["category_id"] == SPARE_PARTS, "SPARES", "MAIN")
    return pd.DataFrame(
        {
            "item_id": np.repeat(catalogue["item_id"].to_numpy(dtype=object), size),
            "site": np.repeat(site, size),
            "date": np.tile(dates, len(catalogue)),
            name: values.ravel(),
        }
    )


def _weekly(spares: Spares) -> pd.DataFrame:
    """Spare parts' demand by week; weeks without any are left out, as such systems do."""
    item, week = np.nonzero(spares.demand[:, WEEKS + 6 <= THROUGH])
    return pd.DataFrame(
        {
            "period_start": WEEKS[week],
            "item_id": spares.items["item_id"].to_numpy(dtype=object)[item],
            "site": "SPARES",
            "quantity": spares.demand[item, week],
        }
    )


def stock_and_demand(
    catalogue: pd.DataFrame, lines: pd.DataFrame, receipts: pd.DataFrame, spares: Spares
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of everything that is kept, and demand by month (spare parts by week)."""
    row = lines["row"].to_numpy()[receipts["line"]]
    goods = ~np.isnan(row)
    received = _flow(catalogue, row[goods].astype(int), days(receipts, "received_on")[goods],
                     receipts["quantity"].to_numpy()[goods])  # fmt: skip
    wanted = _wanted(catalogue, received)
    opening = np.ceil(wanted[:, :12].mean(axis=1) * 1.4)
    spare = spares.items["row"].to_numpy()
    wanted[spare] = _spare_demand(catalogue, spares)[spare]
    opening[spare] = spares.opening
    shelf, served = _shelf(opening, received, wanted)
    on_order = _on_order(catalogue, lines, received)
    return _counts(catalogue, shelf, on_order), _demand(catalogue, served, spares)


def _counts(catalogue: pd.DataFrame, shelf: Array, on_order: Array) -> pd.DataFrame:
    """The counts; two of the last are wrong, as negative counts always are."""
    counted = month_end(COUNTED.astype("M8[D]"))
    kept = (catalogue["category_id"] != "C-2100").to_numpy()
    shelf[[75, 410], -1] = -3
    frame = _long(shelf[kept], catalogue[kept], "on_hand", counted)
    frame["on_order"] = on_order[kept].ravel()
    frame["unit_cost"] = np.repeat(catalogue["unit_cost"].to_numpy()[kept], len(counted))
    return frame.rename(columns={"date": "counted_on"})


def _demand(catalogue: pd.DataFrame, served: Array, spares: Spares) -> pd.DataFrame:
    """Monthly demand of production items where there was any, and the weekly one of spares."""
    monthly = ~catalogue["category_id"].isin(["C-2100", SPARE_PARTS]).to_numpy()
    starts = COUNTED.astype("M8[D]")
    frame = _long(served[monthly], catalogue[monthly], "quantity", starts)
    frame = frame[frame["quantity"] > 0].rename(columns={"date": "period_start"})
    return pd.concat([frame, _weekly(spares)], ignore_index=True)
