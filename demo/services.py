"""Orders of services and one-off purchases: blankets drawn month by month, and single requests."""

import numpy as np
import pandas as pd

from demo.dates import GROWTH, THROUGH, YEARS, activity
from demo.draws import Array, generator, pick
from demo.organisation import Leaf, leaves

# Of single requests: mean value of a line in EUR, its spread, unit, largest quantity, words.
REQUESTS = {
    "C-3400": (3900, 0.8, "pcs", 12, "Milling tool set; Fixture; Press tool repair; Gauge"),
    "C-3500": (26000, 0.8, "pcs", 2, "Test bench; Soldering station; Machine retrofit; Conveyor"),
    "C-4120": (2400, 0.7, "pcs", 15, "Notebook; Monitor; Server; Label printer"),
    "C-4210": (14500, 0.9, "day", 1, "Process study; Tax advice; Market study; Project support"),
    "C-4230": (4600, 0.5, "hour", 160, "Assembly staff; Tester; Forklift driver"),
    "C-4320": (3100, 0.9, "job", 1, "Roof repair; Heating service; Electrical work; Painting"),
    "C-4400": (5600, 0.9, "job", 1, "Trade fair stand; Campaign; Catalogue; Photographs"),
}


def _level(dates: Array) -> Array:
    """Volume and wages against the middle of 2025."""
    years = (dates - np.datetime64("2025-07-01")).astype(int) / 365.25
    grown: Array = (GROWTH * 1.02) ** years
    return grown


def _sellers(suppliers: pd.DataFrame, leaf: Leaf) -> pd.DataFrame:
    """The category's suppliers outside the group."""
    mine = (suppliers["category_id"] == leaf.category_id) & ~suppliers["intercompany"]
    return suppliers[mine]


def _request_lines(leaf: Leaf, suppliers: pd.DataFrame) -> pd.DataFrame:
    """One category's single requests."""
    rng = generator("requests " + leaf.category_id)
    mean, spread, unit, most, words = REQUESTS[leaf.category_id]
    nouns = [noun.strip() for noun in words.split(";")]
    dates, weight = activity(46)
    size = int(leaf.yearly / mean * YEARS)
    day = rng.choice(dates, size, p=weight)
    sellers = _sellers(suppliers, leaf)
    place = rng.choice(len(sellers), size, p=sellers["weight"] / sellers["weight"].sum())
    value = mean * rng.lognormal(-(spread**2) / 2, spread, size) * _level(day)
    low = most // 2 if unit == "hour" else 1
    quantity = rng.integers(low, most + 1, size).astype(float)
    return pd.DataFrame(
        {
            "supplier_id": sellers["supplier_id"].to_numpy(dtype=object)[place],
            "currency": sellers["currency"].to_numpy(dtype=object)[place],
            "category_id": leaf.category_id,
            "cost_centre_id": pick(rng, list(leaf.centres), list(leaf.shares), size),
            "description": pick(rng, nouns, [1.0] * len(nouns), size),
            "unit": unit,
            "quantity": quantity,
            "unit_price": np.maximum(5, np.round(value / quantity, 2)),
            "lead_time_days": rng.integers(5, 60, size),
            "start_on": day,
        }
    )


def request_lines(suppliers: pd.DataFrame) -> pd.DataFrame:
    """Single requests of every category that is bought so."""
    parts = [_request_lines(leaf, suppliers) for leaf in leaves() if leaf.way == "request"]
    return pd.concat(parts, ignore_index=True).assign(kind="request", matching="")


def _terms_of_blankets(leaf: Leaf, suppliers: pd.DataFrame) -> pd.DataFrame:
    """A blanket line per supplier, cost centre and year or quarter."""
    sellers = _sellers(suppliers, leaf).reset_index(drop=True)
    share = sellers["weight"] / sellers["weight"].sum()
    rows = []
    for place, seller in enumerate(sellers.itertuples()):
        quarters = 4 if place % 2 else 1
        for centre, part in zip(leaf.centres, leaf.shares, strict=True):
            worth = leaf.yearly * share[place] * part / sum(leaf.shares) / quarters
            for start in np.arange("2024-01", "2027-01", 12 // quarters, dtype="M8[M]"):
                rows.append((seller.supplier_id, seller.currency, centre, worth, start, quarters))
    names = ["supplier_id", "currency", "cost_centre_id", "worth", "start", "quarters"]
    return pd.DataFrame(rows, columns=names).assign(
        category_id=leaf.category_id, description=leaf.name
    )


def blanket_lines(suppliers: pd.DataFrame) -> pd.DataFrame:
    """Value orders for services; what is not drawn by the promised date is left over."""
    rng = generator("blankets")
    parts = [_terms_of_blankets(leaf, suppliers) for leaf in leaves() if leaf.way == "blanket"]
    frame = pd.concat(parts, ignore_index=True)
    start = frame["start"].to_numpy(dtype="datetime64[M]")
    first = start.astype("datetime64[D]")
    months = 12 // frame["quarters"].to_numpy(dtype=int)
    frame["ends_on"] = (start + months).astype("datetime64[D]") - 1
    worth = frame["worth"] * _level(first + 90) * rng.lognormal(0.02, 0.1, len(frame))
    frame["unit_price"] = np.maximum(200, np.round(worth, -2))
    frame["quantity"] = 1.0
    frame["start_on"] = first + rng.integers(0, 9, len(frame))
    frame["matching"] = np.where(rng.random(len(frame)) < 0.8, "value", "")
    frame["unit"] = "job"
    frame = frame[frame["start_on"] <= THROUGH].reset_index(drop=True)
    return frame.assign(kind="blanket", lead_time_days=0)


def sister_lines() -> pd.DataFrame:
    """A sister company machines parts for us, every month."""
    months = np.arange("2024-01", "2026-12", dtype="M8[M]").astype("M8[D]")
    start = months + 3 + np.arange(len(months)) % 4
    return pd.DataFrame(
        {
            "supplier_id": "S-0902",
            "currency": "GBP",
            "category_id": "C-1340",
            "cost_centre_id": "CC-2100",
            "description": "Machined bodies from the sister company",
            "unit": "pcs",
            "quantity": 300.0,
            "unit_price": np.round(58 * 1.02 ** (np.arange(len(months)) // 12), 2),
            "lead_time_days": 21,
            "start_on": start,
        }
    ).assign(kind="sister", matching="")
