"""Contracts with suppliers, and which of them covers an order."""

import numpy as np
import pandas as pd

from demo.dates import THROUGH, days
from demo.draws import Array, generator, pick
from demo.organisation import leaves
from demo.suppliers import CARRIER, DEALER, EARLY_PAID

RENEGOTIATED = np.datetime64("2025-07-01")  # the carrier's move from 30 to 90 days


def _covered(suppliers: pd.DataFrame) -> pd.DataFrame:
    """The suppliers with a contract: the two largest of a category, and half of the others."""
    ways = {leaf.category_id: leaf.way for leaf in leaves()}
    way = suppliers["category_id"].map(ways)
    drawn = generator("contract holders").random(len(suppliers)) < 0.5
    wanted = (suppliers["rank"] < 2) | drawn
    dealer = (suppliers["category_id"] == DEALER[0]) & (suppliers["rank"] == DEALER[1])
    ours = suppliers["intercompany"]
    return suppliers[wanted & (way != "direct") & ~dealer & ~ours].reset_index(drop=True)


def _usual(covered: pd.DataFrame) -> pd.DataFrame:
    """A contract each, most to the end of 2026 or 2027; one in seven lapsed with 2025."""
    rng = generator("contract dates")
    size = len(covered)
    start = np.datetime64("2023-01-01") + rng.integers(0, 18, size) * 30
    ends = ["2025-12-31", "2026-12-31", "2027-06-30", "2027-12-31", ""]
    end = pick(rng, ends, [14, 40, 16, 22, 8], size)
    end[(covered["rank"] == 0).to_numpy()] = "2026-12-31"
    other = pick(rng, ["N30", "N45", "N60"], [1, 1, 1], size)
    own = covered["payment_term_code"].to_numpy(dtype=object)
    differs = (rng.random(size) < 0.08) & ~np.char.startswith(own.astype(str), "D")
    return pd.DataFrame(
        {
            "supplier_id": covered["supplier_id"],
            "start_date": start.astype("datetime64[M]").astype("datetime64[D]"),
            "end_date": np.array([np.datetime64(e or "NaT", "D") for e in end]),
            "category_id": covered["category_id"],
            "payment_term_code": np.where(differs, other, own),
            "currency": covered["currency"],
            "weight": covered["weight"],
            "rank": covered["rank"],
        }
    )


def _with_stories(frame: pd.DataFrame) -> pd.DataFrame:
    """Sixty days agreed where the master says thirty; the carrier's old and new contract."""
    pairs = list(zip(frame["category_id"], frame["rank"], strict=True))
    early = np.array([pair in EARLY_PAID for pair in pairs])
    frame.loc[early, "payment_term_code"] = "N60"
    carrier = np.array([pair == CARRIER for pair in pairs])
    old = frame[carrier].assign(
        start_date=np.datetime64("2023-07-01"),
        end_date=RENEGOTIATED - 1,
        payment_term_code="N30",
    )
    new = frame[carrier].assign(
        start_date=RENEGOTIATED,
        end_date=np.datetime64("2027-06-30"),
        payment_term_code="N90",
    )
    return pd.concat([frame[~carrier], old, new], ignore_index=True)


def contracts(suppliers: pd.DataFrame) -> pd.DataFrame:
    """The contract table; weight and rank stay inside the demo."""
    frame = _with_stories(_usual(_covered(suppliers)))
    frame = frame.sort_values(["supplier_id", "start_date"], ignore_index=True)
    frame["contract_id"] = [f"K-{n:04d}" for n in range(1, len(frame) + 1)]
    yearly = {leaf.category_id: leaf.yearly for leaf in leaves()}
    total = suppliers.groupby("category_id")["weight"].sum()
    share = frame["weight"] / frame["category_id"].map(total)
    years = frame["end_date"].fillna(THROUGH) - frame["start_date"]
    value = share * frame["category_id"].map(yearly) * years.dt.days / 365 * 0.8
    frame["committed_amount"] = np.where(frame["rank"] < 3, np.round(value, -4), np.nan)
    return frame


def contract_on(contracts: pd.DataFrame, supplier_ids: Array, dates: Array) -> Array:
    """The contract of each supplier that is in force on each date, or an empty string."""
    found = np.full(len(dates), "", dtype=object)
    codes, names = pd.factorize(supplier_ids)
    place = {name: code for code, name in enumerate(names)}
    starts, ends = days(contracts, "start_date"), days(contracts, "end_date")
    ids = zip(contracts["supplier_id"], contracts["contract_id"], starts, ends, strict=True)
    for supplier, contract, start, end in ids:
        held = (codes == place.get(supplier, -2)) & (dates >= start)
        if not np.isnat(end):
            held &= dates <= end
        found[held] = contract
    return found
