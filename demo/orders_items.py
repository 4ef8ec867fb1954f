"""Orders of catalogue items: what, when, how much, from whom and at what price."""

import zlib

import numpy as np
import pandas as pd

from demo.contracts import contract_on
from demo.dates import THROUGH, YEARS, activity, month_number
from demo.draws import Array, generator
from demo.items import FORGOTTEN_FROM, SPARE_PARTS, changed_unit, forgotten
from demo.markets import rates_on
from demo.spares import Spares, spare_lines
from demo.suppliers import DEALER, numbered

DEALER_FROM = np.datetime64("2026-01-01")
DEALER_SHARE = 0.36
DEALER_MARKUP = 1.11
BOX_FROM = np.datetime64("2026-01-01")


def _drawn(catalogue: pd.DataFrame) -> tuple[Array, Array]:
    """Catalogue row and day of every order of an item that is bought for production."""
    rng = generator("item orders")
    usual = (catalogue["category_id"] != SPARE_PARTS).to_numpy()
    count = np.where(usual, rng.poisson(catalogue["orders"] * YEARS * 0.97), 0)
    row = np.repeat(np.arange(len(catalogue)), count)
    dates, weight = activity(54)
    day = rng.choice(dates, len(row), p=weight)
    seller = catalogue["supplier_id"].to_numpy(dtype=object)
    weekday = np.array([zlib.crc32(name.encode()) % 5 for name in seller])[row]
    monday = day - (day.astype(int) + 3) % 7
    day = np.minimum(monday + weekday, THROUGH)  # each supplier has its order day
    dropped = forgotten(catalogue)[row] & (day >= FORGOTTEN_FROM)
    return row[~dropped], day[~dropped]


def _quantities(catalogue: pd.DataFrame, rates: pd.DataFrame, row: Array) -> Array:
    """A round number near the item's usual order."""
    rng = generator("item quantities")
    currency = catalogue["currency"].to_numpy(dtype=object)
    euros = rates_on(rates, currency, np.full(len(catalogue), np.datetime64("2025-06-02")))
    price = catalogue["price"].to_numpy() * euros
    usual = (catalogue["value"] / catalogue["orders"]).to_numpy() / price
    wanted = usual[row] * rng.lognormal(-0.06, 0.35, len(row))
    step = np.select([wanted >= 1000, wanted >= 100, wanted >= 20], [50, 10, 5], 1)
    found: Array = np.maximum(step, np.round(wanted / step) * step)
    return found


def _sellers(catalogue: pd.DataFrame, suppliers: pd.DataFrame, row: Array, day: Array) -> Array:
    """The main supplier, sometimes the second; for bearings, since 2026, often a dealer."""
    rng = generator("item sellers")
    seller = catalogue["supplier_id"].to_numpy(dtype=object)[row]
    second = catalogue["second"].to_numpy(dtype=object)[row]
    elsewhere = (second != "") & (rng.random(len(row)) < 0.17)
    bearing = (
        (catalogue["category_id"] == DEALER[0]) & (catalogue["currency"] == "EUR")
    ).to_numpy()
    dealt = bearing[row] & (day >= DEALER_FROM) & (rng.random(len(row)) < DEALER_SHARE)
    dealer = numbered(suppliers, DEALER)
    return np.where(dealt, dealer, np.where(elsewhere, second, seller))


def _prices(
    catalogue: pd.DataFrame, prices: Array, row: Array, day: Array, others: Array, free: Array
) -> Array:
    """The table's price; a mark-up elsewhere, a little haggling without a contract."""
    rng = generator("item prices")
    markup = 1 + generator("second prices").uniform(0.02, 0.09, len(catalogue))
    bearing = (catalogue["category_id"] == DEALER[0]).to_numpy()
    markup = np.where(bearing, DEALER_MARKUP, markup)
    price = prices[row, np.maximum(0, month_number(day))] * np.where(others, markup[row], 1)
    noise = np.where(free, rng.normal(0, 0.008, len(row)), 0)
    slipped = rng.random(len(row)) < 0.02
    noise = np.where(slipped, rng.uniform(0.005, 0.06, len(row)), noise)
    found: Array = np.maximum(0.01, np.round(price * (1 + noise), 4))
    return found


def _frame(catalogue: pd.DataFrame, row: Array, day: Array, quantity: Array) -> pd.DataFrame:
    """What every line takes from its item."""
    found = catalogue.iloc[row].reset_index(drop=True)
    names = ["item_id", "category_id", "currency", "unit", "lead_time_days", "name"]
    frame = found[names].rename(columns={"name": "description"})
    return frame.assign(start_on=day, quantity=quantity, row=row)


def _boxed(catalogue: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Some fasteners are sold by the hundred from 2026."""
    boxed = changed_unit(catalogue)[frame["row"]] & (frame["start_on"] >= BOX_FROM).to_numpy()
    frame["unit"] = np.where(boxed, "box", frame["unit"])
    few = np.maximum(1, np.round(frame["quantity"] / 100))
    frame["quantity"] = np.where(boxed, few, frame["quantity"])
    many = np.round(frame["unit_price"] * 100, 4)
    frame["unit_price"] = np.where(boxed, many, frame["unit_price"])
    return frame


def _centres(frame: pd.DataFrame) -> Array:
    """Each category is used in one place."""
    homes = {"C-11": "CC-2100", "C-12": "CC-2200", "C-13": "CC-2300", "C-14": "CC-2300",
             "C-15": "CC-2500", "C-21": "CC-2500", "C-32": "CC-2400"}  # fmt: skip
    centre = frame["category_id"].str[:4].map(homes)
    centre = centre.where(frame["category_id"] != "C-1340", "CC-2100")
    centre = centre.where(frame["category_id"] != "C-1230", "CC-2300")
    return centre.to_numpy(dtype=object)


def item_lines(
    catalogue: pd.DataFrame,
    suppliers: pd.DataFrame,
    contracts: pd.DataFrame,
    prices: Array,
    rates: pd.DataFrame,
    spares: Spares,
) -> pd.DataFrame:
    """Order lines of all items, before anybody approved or delivered them."""
    row, day = _drawn(catalogue)
    quantity = _quantities(catalogue, rates, row)
    spare_row, spare_day, spare_quantity = spare_lines(spares)
    row, day = np.concatenate([row, spare_row]), np.concatenate([day, spare_day])
    frame = _frame(catalogue, row, day, np.concatenate([quantity, spare_quantity]))
    frame["supplier_id"] = _sellers(catalogue, suppliers, row, day)
    others = frame["supplier_id"].to_numpy() != catalogue["supplier_id"].to_numpy()[row]
    contract = contract_on(contracts, frame["supplier_id"].to_numpy(), day)
    frame["unit_price"] = _prices(catalogue, prices, row, day, others, contract == "")
    frame["cost_centre_id"] = _centres(frame)
    frame["matching"] = ""
    frame["kind"] = "item"
    return _boxed(catalogue, frame)
