"""The suppliers: who they are, what they sell, their terms, groups and habits."""

import numpy as np
import pandas as pd

from demo.draws import Array, generator, pick
from demo.names import supplier_names
from demo.organisation import Leaf, leaves

TERMS = """
N0 0
N14 14
N30 30
N45 45
N60 60
N90 90
N30E 30 - - end
D2N30 30 0.02 10
D3N60 60 0.03 14
"""

# The suppliers that the stories are about, by category and rank (0 sells most).
CARRIER = ("C-2100", 0)
DEALER = ("C-1310", 6)
EARLY_PAID = (("C-1210", 0), ("C-1210", 1), ("C-1340", 0))
DISCOUNTERS = {("C-1240", 0): "D2N30", ("C-1240", 1): "D2N30", ("C-1500", 0): "D3N60",
               ("C-1330", 0): "D2N30", ("C-4120", 1): "D2N30"}  # fmt: skip
NAMED = {CARRIER: "Kestrel Freight GmbH", DEALER: "Rapid Lager Handel GmbH",
         ("C-1110", 0): "Nordstahl Service GmbH", ("C-1110", 2): "Ashby Steel Stockholders Ltd",
         ("C-1210", 0): "Lumen Circuits GmbH", ("C-1210", 1): "Printwerk Elektronik GmbH",
         ("C-1340", 0): "Feinmechanik Adler GmbH"}  # fmt: skip

ABROAD = ["DE", "NL", "FR", "IT", "PL", "CZ", "AT", "GB", "US"]
COUNTRY_WEIGHTS = {
    "C-11": [50, 8, 6, 10, 8, 6, 5, 7, 0], "C-12": [34, 8, 5, 2, 4, 4, 3, 18, 22],
    "C-13": [44, 6, 6, 10, 6, 8, 6, 10, 4], "C-1": [48, 12, 8, 6, 8, 6, 4, 6, 2],
    "C-2": [52, 16, 6, 2, 12, 6, 6, 0, 0], "C-3": [66, 8, 4, 3, 2, 3, 4, 8, 2],
    "C-4": [64, 8, 4, 1, 1, 1, 4, 9, 8], "C-5": [96, 4, 0, 0, 0, 0, 0, 0, 0],
}  # fmt: skip
CURRENCY = {"GB": "GBP", "US": "USD"}


def payment_terms() -> pd.DataFrame:
    """Terms by code: net days, and for some a discount for paying sooner."""
    rows = [(line.split() + ["-"] * 4)[:5] for line in TERMS.strip().splitlines()]
    return pd.DataFrame(
        {
            "payment_term_code": [row[0] for row in rows],
            "net_days": [int(row[1]) for row in rows],
            "discount_rate": [float(row[2].replace("-", "nan")) for row in rows],
            "discount_days": [row[3].replace("-", "") for row in rows],
            "end_of_month": [row[4] == "end" for row in rows],
        }
    )


def _countries(rng: np.random.Generator, leaf: Leaf) -> list[str]:
    """Where a category's suppliers sit; the largest is at home, so that stories are in euros."""
    code = next(k for k in (leaf.category_id[:4], leaf.category_id[:3]) if k in COUNTRY_WEIGHTS)
    weights = [float(weight) for weight in COUNTRY_WEIGHTS[code]]
    found: list[str] = pick(rng, ABROAD, weights, leaf.suppliers).tolist()
    named = [NAMED.get((leaf.category_id, rank), "") for rank in range(leaf.suppliers)]
    for rank, name in enumerate(named):
        if rank == 0 or name or (leaf.category_id, rank) in DISCOUNTERS:
            found[rank] = "GB" if name.endswith("Ltd") else "DE"
        if leaf.category_id in ("C-1220", "C-1230") and rank == 1:
            found[rank] = "US"
    return found


def _ranked() -> pd.DataFrame:
    """One row per supplier with category, rank and weight within it; largest first."""
    rng = generator("supplier countries")
    parts = []
    for leaf in leaves():
        rank = np.arange(leaf.suppliers)
        parts.append(
            pd.DataFrame(
                {
                    "category_id": leaf.category_id,
                    "rank": rank,
                    "weight": (rank + 1.0) ** -1.15,
                    "country": _countries(rng, leaf),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _terms(frame: pd.DataFrame) -> list[str]:
    """The term in the supplier master."""
    rng = generator("supplier terms")
    usual = ["N14", "N30", "N45", "N60", "N90", "N30E"]
    drawn = pick(rng, usual, [8, 42, 14, 18, 7, 11], len(frame)).tolist()
    fixed: dict[tuple[str, int], str] = {**DISCOUNTERS, CARRIER: "N90", DEALER: "N14"}
    fixed |= dict.fromkeys(EARLY_PAID, "N30")
    pairs = zip(frame["category_id"], frame["rank"], strict=True)
    return [fixed.get(pair, term) for pair, term in zip(pairs, drawn, strict=True)]


def _parents(frame: pd.DataFrame) -> list[str]:
    """Fourteen groups: a head and one to three sisters, often of another trade."""
    rng = generator("supplier groups")
    chosen = rng.permutation(np.flatnonzero((frame["rank"] > 0) & (frame["rank"] < 5)))
    parents = [""] * len(frame)
    place = 0
    special = {CARRIER, DEALER, *EARLY_PAID, *DISCOUNTERS}
    pairs = list(zip(frame["category_id"], frame["rank"], strict=True))
    free = [int(c) for c in chosen if pairs[c] not in special]
    for size in rng.integers(1, 4, 14):
        head, *sisters = free[place : place + 1 + size]
        for sister in sisters:
            parents[sister] = frame["supplier_id"].iloc[head]
        place += 1 + size
    return parents


def _judgement(frame: pd.DataFrame) -> pd.DataFrame:
    """Preferred, small, risk and the cost of their money (known for two in three)."""
    rng = generator("supplier judgement")
    size = len(frame)
    risk = np.round(rng.beta(2, 6, size), 2)
    rate = np.round(0.035 + 0.09 * risk + rng.normal(0, 0.006, size), 4)
    known = rng.random(size) < 0.66
    known |= np.array([p == CARRIER for p in zip(frame["category_id"], frame["rank"], strict=True)])
    return pd.DataFrame(
        {
            "preferred": (frame["rank"] == 0) | (rng.random(size) < 0.3) & (frame["rank"] < 4),
            "small_business": (frame["rank"] > 3) & (rng.random(size) < 0.55),
            "financing_rate": np.where(known, rate, np.nan),
            "risk_score": np.where(rng.random(size) < 0.9, risk, np.nan),
        }
    )


def _sisters_of_ours() -> pd.DataFrame:
    """Two companies of the same owner: their charges are no spend of the group."""
    return pd.DataFrame(
        {
            "supplier_id": ["S-0901", "S-0902"],
            "name": ["Halden Services GmbH", "Halden Instruments UK Ltd"],
            "category_id": ["C-4110", "C-1340"],
            "rank": [90, 90],
            "weight": [0.0, 0.0],
            "country": ["DE", "GB"],
            "payment_term_code": ["N30", "N30"],
            "preferred": [False, False],
            "small_business": [False, False],
            "intercompany": [True, True],
        }
    )


def suppliers() -> pd.DataFrame:
    """The supplier table; category, rank, weight and currency stay inside the demo."""
    frame = _ranked()
    frame["supplier_id"] = [f"S-{n:04d}" for n in range(1, len(frame) + 1)]
    frame["name"] = supplier_names(frame, NAMED)
    frame["payment_term_code"] = _terms(frame)
    frame["parent_supplier_id"] = _parents(frame)
    frame = pd.concat([frame, _judgement(frame)], axis=1)
    frame["intercompany"] = False
    frame = pd.concat([frame, _sisters_of_ours()], ignore_index=True)
    frame["currency"] = frame["country"].map(CURRENCY).fillna("EUR")
    return frame.fillna({"parent_supplier_id": ""})


def numbered(frame: pd.DataFrame, place: tuple[str, int]) -> str:
    """The id of the supplier at this category and rank."""
    here = (frame["category_id"] == place[0]) & (frame["rank"] == place[1])
    return str(frame.loc[here, "supplier_id"].iloc[0])


def tax_rates(countries: Array) -> Array:
    """Tax on the invoice: at home; from abroad the buyer owes it."""
    return np.where(countries == "DE", 0.19, 0.0)
