"""The catalogue: what is bought by item, from whom, how often and at what price."""

import numpy as np
import pandas as pd

from demo.draws import Array, generator, pick
from demo.organisation import Leaf, leaves

# Items of each category: how many, median price in the supplier's currency and its spread, lead
# time in days, units, and nouns that their names are made of.
RANGES = """
C-1110 | 60 | 3.2 | 0.7 | 28 | kg kg m | Round bar; Hexagon bar; Sheet; Tube; Flat bar; Strip
C-1120 | 35 | 7.5 | 0.7 | 35 | kg m | Profile; Plate; Tube; Sheet
C-1130 | 25 | 11 | 0.6 | 30 | kg m | Copper bar; Brass rod; Brass strip
C-1210 | 50 | 14 | 0.8 | 42 | pcs | Main board; Display board; Sensor board; Power board; Bus board
C-1220 | 60 | 2.4 | 1.0 | 84 | pcs | Microcontroller; Converter; Amplifier; Memory; Driver
C-1230 | 45 | 38 | 0.7 | 60 | pcs | Pressure cell; Flow sensor; Level probe; Thermocouple
C-1240 | 50 | 3.1 | 0.9 | 35 | pcs m | Plug; Socket; Cable set; Terminal; Shielded cable
C-1250 | 20 | 27 | 0.6 | 56 | pcs | Power supply; Converter module
C-1310 | 35 | 6.5 | 0.8 | 35 | pcs | Ball bearing; Roller bearing; Linear guide
C-1320 | 35 | 1.6 | 0.8 | 28 | pcs | O-ring; Shaft seal; Gasket; Diaphragm
C-1330 | 40 | 0.18 | 0.8 | 21 | pcs | Screw; Nut; Washer; Insert; Rivet
C-1340 | 45 | 31 | 0.8 | 35 | pcs | Housing; Flange; Valve body; Spindle; Adapter
C-1400 | 30 | 2.2 | 0.8 | 28 | pcs kg | Cover; Moulding; Resin; Keypad
C-1500 | 20 | 1.1 | 0.7 | 14 | pcs | Carton; Foam insert; Pallet box; Label roll
C-2100 | 10 | 185 | 0.5 | 3 | shipment | Lane
C-3210 | 140 | 160 | 1.0 | 112 | pcs | Pump; Gearbox; Valve; Drive; Encoder; Spindle motor; Filter
"""

SPARE_PARTS = "C-3210"
FORGOTTEN_FROM = np.datetime64("2025-07-01")
CHANGED_UNIT = ("C-1330", (4, 9, 13))  # fasteners sold by the box of 100 from 2026


def _share_of_value(rng: np.random.Generator, count: int) -> Array:
    """Each item's share of its category: few large, many small; largest first."""
    weight = np.sort(rng.lognormal(0, 1.2, count))[::-1]
    found: Array = weight / weight.sum()
    return found


def _suppliers_of(rng: np.random.Generator, sellers: pd.DataFrame, count: int) -> list[int]:
    """Each item's main seller; the first items belong to the largest, so stories are in euros."""
    weight = sellers["weight"].to_numpy(dtype=float)
    chosen = rng.choice(len(sellers), count, p=weight / weight.sum())
    chosen[:3] = 0
    chosen[3] = min(1, len(sellers) - 1)
    return [int(place) for place in chosen]


def _seconds(rng: np.random.Generator, sellers: pd.DataFrame, mains: list[int]) -> list[str]:
    """For one item in three a second seller in the same currency, else nothing."""
    currency = sellers["currency"].tolist()
    names = sellers["supplier_id"].tolist()
    found = []
    for main, wanted in zip(mains, rng.random(len(mains)) < 0.34, strict=True):
        others = [n for n in range(len(names)) if n != main and currency[n] == currency[main]]
        found.append(names[others[int(rng.integers(len(others)))]] if wanted and others else "")
    return found


def _range(row: str, leaf: Leaf, sellers: pd.DataFrame) -> pd.DataFrame:
    """The items of one category."""
    _, number, median, spread, lead, units, nouns = [cell.strip() for cell in row.split("|")]
    count = int(number)
    rng = generator("items " + leaf.category_id)
    words = [noun.strip() for noun in nouns.split(";")]
    mains = _suppliers_of(rng, sellers, count)
    share = _share_of_value(rng, count)
    return pd.DataFrame(
        {
            "name": [f"{words[n % len(words)]} {4 + 2 * n}" for n in range(count)],
            "category_id": leaf.category_id,
            "rank": np.arange(count),
            "unit": pick(rng, units.split(), [1.0] * len(units.split()), count),
            "price": np.round(float(median) * rng.lognormal(0, float(spread), count), 4),
            "value": leaf.yearly * share,
            "lead_time_days": np.maximum(2, int(lead) * rng.lognormal(0, 0.3, count)).astype(int),
            "supplier_id": sellers["supplier_id"].to_numpy(dtype=object)[mains],
            "currency": sellers["currency"].to_numpy(dtype=object)[mains],
            "second": _seconds(rng, sellers, mains),
            "orders": np.clip(28.5 * (share * count) ** 0.5, 5, 75),
        }
    )


def _spare_lead_times(frame: pd.DataFrame) -> Array:
    """Sixteen weeks from overseas for most spare parts, seven from nearby for the others."""
    far = generator("spare lead times").random(len(frame)) < 0.8
    spare = (frame["category_id"] == SPARE_PARTS).to_numpy()
    return np.where(spare, np.where(far, 112, 49), frame["lead_time_days"])


def _planning(frame: pd.DataFrame) -> pd.DataFrame:
    """What stock planning needs; one spare part in five has no service level set."""
    rng = generator("items planning")
    size = len(frame)
    spare = (frame["category_id"] == SPARE_PARTS).to_numpy()
    freight = (frame["category_id"] == "C-2100").to_numpy()
    level = pick(rng, ["0.95", "0.97", "0.98", "0.99"], [4, 3, 2, 1], size).astype(float)
    level[spare & (rng.random(size) < 0.2)] = np.nan
    order_cost = np.where(rng.random(size) < 0.96, np.where(spare, 45.0, 60.0), np.nan)
    batch = np.maximum(1, np.round(frame["value"] / frame["orders"] / frame["price"] / 3))
    return pd.DataFrame(
        {
            "review_period_days": np.where(rng.random(size) < 0.4, 7, 0),
            "service_level": np.where(freight, np.nan, level),
            "holding_rate": np.where(freight, np.nan, np.where(spare, 0.22, 0.2)),
            "stockout_cost": np.round(np.where(spare, 6.0, 1.5) * frame["price"], 2),
            "order_cost": np.where(freight, np.nan, order_cost),
            "minimum_order": np.where(spare, 1.0, batch),
            "critical": spare & (rng.random(size) < 0.25),
            "known_since": np.datetime64("2016-01-01") + rng.integers(0, 2900, size),
        }
    )


def catalogue(suppliers: pd.DataFrame) -> pd.DataFrame:
    """All items with what only the demo knows (seller, price, yearly value) beside the contract."""
    rows = {row.split("|")[0].strip(): row for row in RANGES.strip().splitlines()}
    by_id = {leaf.category_id: leaf for leaf in leaves()}
    outside = suppliers[~suppliers["intercompany"]]
    parts = [
        _range(rows[code], by_id[code], outside[outside["category_id"] == code]) for code in rows
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["item_id"] = [f"IT-{n:04d}" for n in range(1, len(frame) + 1)]
    frame["lead_time_days"] = _spare_lead_times(frame)
    frame.loc[changed_unit(frame), "unit"] = "pcs"
    return pd.concat([frame, _planning(frame)], axis=1)


def forgotten(frame: pd.DataFrame) -> Array:
    """Small electronic parts that no product needs any more."""
    small = (frame["rank"] >= 38) & (frame["rank"] % 4 == 1)
    return (small & frame["category_id"].isin(["C-1210", "C-1220", "C-1230"])).to_numpy()


def changed_unit(frame: pd.DataFrame) -> Array:
    """The items sold by another unit from 2026."""
    category, ranks = CHANGED_UNIT
    return ((frame["category_id"] == category) & frame["rank"].isin(ranks)).to_numpy()
