"""Budgets: by cost centre, category and month, two versions; some lines with item and quantity."""

import numpy as np
import pandas as pd

from demo.dates import MONTHS, SEASON
from demo.draws import Array, generator
from demo.markets import rates_on

VERSIONS = ("2026 original", "2026 revised")
BY_ITEM = {"C-1110": 60, "C-1220": 24, "C-1230": 20}  # budgeted items of a category
LISTED = {
    "C-1110": 1.0,
    "C-1220": 1.012,
    "C-1230": 1.012,
}  # on the price of last July, when plans are made
# Budget over what is really spent, by cost centre: who plans generously, and who does not.
MARGINS = {"CC-2100": 1.045, "CC-2200": 1.04, "CC-2300": 1.035, "CC-2400": 0.99, "CC-2500": 1.02,
           "CC-3100": 1.07, "CC-3200": 1.04, "CC-4100": 1.0, "CC-4200": 0.92, "CC-5100": 1.06,
           "CC-5200": 1.07, "CC-5300": 1.02}  # fmt: skip
REVISED_FROM = np.datetime64("2026-07")
REVISIONS = {"CC-4200": 1.1, "CC-2400": 1.03, "CC-3100": 0.94, "CC-2100": 1.015, "CC-5100": 0.97}
# What the months left of 2026 will add to those that are booked.
WHOLE_YEAR = {2024: 1.0, 2025: 1.0, 2026: float(SEASON.sum() / SEASON[:10].sum())}


def _yearly(spent: pd.DataFrame) -> pd.DataFrame:
    """Spend by year, cost centre and category, the last year made whole, with its margin."""
    rng = generator("budget margins")
    keys = ["year", "cost_centre_id", "category_id"]
    frame = spent.groupby(keys)["euros"].sum().reset_index()
    frame = frame[(frame["cost_centre_id"] != "") & (frame["category_id"] != "")]
    frame = frame[frame["euros"] > 2000].reset_index(drop=True)
    margin = frame["cost_centre_id"].map(MARGINS).fillna(1.0)
    noise = rng.normal(0, 0.03, len(frame))
    frame["amount"] = frame["euros"] * frame["year"].map(WHOLE_YEAR) * (margin + noise)
    return frame


def _items(
    catalogue: pd.DataFrame, prices: Array, rates: pd.DataFrame, bought: pd.DataFrame
) -> pd.DataFrame:
    """Yearly quantities, prices and rates of the items that are budgeted one by one."""
    rng = generator("budget items")
    limit = catalogue["category_id"].map(BY_ITEM).fillna(0)
    chosen = catalogue[catalogue["rank"] < limit].reset_index(names="row")
    frame = chosen.merge(bought, on="item_id")
    wanted = frame["bought"] * frame["year"].map(WHOLE_YEAR)
    frame["quantity"] = wanted * (1 + rng.normal(0.0, 0.07, len(frame)))
    last = np.maximum(0, (frame["year"].to_numpy() - 2024) * 12 - 6)
    listed = prices[frame["row"].to_numpy(), last]
    frame["unit_price"] = listed * frame["category_id"].map(LISTED)
    autumn = np.array([np.datetime64(f"{year - 1}-12-01") for year in frame["year"]])
    currency = frame["currency"].to_numpy(dtype=object)
    rate = np.round(rates_on(rates, currency, autumn), 2)
    frame["budget_rate"] = np.where(currency == "EUR", np.nan, rate)
    return frame


def _by_month(frame: pd.DataFrame) -> pd.DataFrame:
    """Each yearly row as twelve, with the season's share."""
    found = frame.loc[frame.index.repeat(12)].reset_index(drop=True)
    month = np.tile(np.arange(12), len(frame))
    found["share"] = SEASON[month] / SEASON.sum()
    found["period_start"] = MONTHS[(found["year"].to_numpy() - 2024) * 12 + month].astype("M8[D]")
    return found


def _item_lines(items: pd.DataFrame, homes: "pd.Series[str]") -> pd.DataFrame:
    """Item lines: quantity of the month at the budget's price."""
    frame = _by_month(items)
    frame["quantity"] = np.round(frame["quantity"] * frame["share"])
    frame = frame[frame["quantity"] > 0].reset_index(drop=True)
    frame["amount"] = np.round(frame["quantity"] * frame["unit_price"], 2)
    frame["euros"] = frame["amount"] * frame["budget_rate"].fillna(1.0)
    return frame.assign(cost_centre_id=frame["category_id"].map(homes))


def _other_lines(yearly: pd.DataFrame, item_lines: pd.DataFrame) -> pd.DataFrame:
    """Lines without an item: the plan less what is planned by item; nothing for steel."""
    frame = _by_month(yearly)
    keys = ["period_start", "cost_centre_id", "category_id"]
    planned = item_lines.groupby(keys)["euros"].sum().rename("planned").reset_index()
    frame = frame.merge(planned, on=keys, how="left").fillna({"planned": 0.0})
    frame["amount"] = np.round(frame["amount"] * frame["share"] - frame["planned"], 2)
    return frame[(frame["amount"] > 0) & (frame["category_id"] != "C-1110")]


def _version(lines: pd.DataFrame, version: str) -> pd.DataFrame:
    """The original, or the revision of the second half of 2026."""
    later = lines["period_start"] >= REVISED_FROM.astype("M8[D]")
    revised = later & (version == VERSIONS[1]) & lines["item_id"].eq("")
    factor = lines["cost_centre_id"].map(REVISIONS).fillna(1.0).where(revised, 1.0)
    return lines.assign(version=version, amount=np.round(lines["amount"] * factor, 2))


def budget_lines(spent: pd.DataFrame, bought: pd.DataFrame, catalogue: pd.DataFrame,
                 prices: Array, rates: pd.DataFrame) -> pd.DataFrame:  # fmt: skip
    """Every line of both versions, for all three years."""
    homes = pd.Series({"C-1110": "CC-2100", "C-1220": "CC-2200", "C-1230": "CC-2300"})
    by_item = _item_lines(_items(catalogue, prices, rates, bought), homes)
    others = _other_lines(_yearly(spent), by_item).assign(currency="EUR", item_id="")
    frame = pd.concat([by_item, others], ignore_index=True)
    frame = frame.sort_values(["period_start", "cost_centre_id", "category_id", "item_id"],
                              ignore_index=True)  # fmt: skip
    keys = ["period_start", "cost_centre_id", "category_id"]
    frame["line_no"] = frame.groupby(keys).cumcount() + 1
    return pd.concat([_version(frame, version) for version in VERSIONS], ignore_index=True)
