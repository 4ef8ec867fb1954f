"""Invoices without an order: energy, travel, freight, fees, insurance, and charges of the group."""

import numpy as np
import pandas as pd

from demo.dates import FIRST, GROWTH, MONTHS, THROUGH, YEARS, activity, days, month_end, working_day
from demo.draws import generator, money, pick, whole_days
from demo.markets import INDEX_MONTHS, index_values
from demo.organisation import Leaf, leaves
from demo.suppliers import CARRIER, EARLY_PAID, numbered

# Mean amount of a line in EUR and its spread, and what the line says.
TICKETS = {
    "C-2200": (1450, 0.9, "Air freight; Sea freight; Customs clearance"),
    "C-4220": (3200, 1.0, "Legal advice; Audit; Patent fees"),
    "C-4500": (430, 0.8, "Rail; Flight; Hotel; Hire car"),
    "C-5200": (760, 0.9, "Import duty; Chamber fee; Permit"),
}
# Kilowatt-hour price in EUR at an index of 100, and the seasonal swing.
METERED = {"C-3110": (0.162, "POWER", 0.08), "C-3120": (0.061, "GAS", 0.55)}


def _tickets(leaf: Leaf, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Many small invoices, through the year."""
    rng = generator("tickets " + leaf.category_id)
    mean, spread, words = TICKETS[leaf.category_id]
    nouns = [noun.strip() for noun in words.split(";")]
    dates, weight = activity(8)
    size = int(leaf.yearly / mean * YEARS)
    sellers = suppliers[suppliers["category_id"] == leaf.category_id]
    place = rng.choice(len(sellers), size, p=sellers["weight"] / sellers["weight"].sum())
    day = rng.choice(dates, size, p=weight)
    level = (GROWTH * 1.02) ** ((day - np.datetime64("2025-07-01")).astype(int) / 365.25)
    return pd.DataFrame(
        {
            "supplier_id": sellers["supplier_id"].to_numpy(dtype=object)[place],
            "currency": sellers["currency"].to_numpy(dtype=object)[place],
            "category_id": leaf.category_id,
            "cost_centre_id": pick(rng, list(leaf.centres), list(leaf.shares), size),
            "amount": money(mean * rng.lognormal(-(spread**2) / 2, spread, size) * level),
            "description": pick(rng, nouns, [1.0] * len(nouns), size),
            "invoice_date": day,
        }
    )


def _metered(leaf: Leaf, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Energy by the month, cost centre and supplier, at a price that follows its index."""
    price, code, swing = METERED[leaf.category_id]
    sellers = suppliers[suppliers["category_id"] == leaf.category_id]
    rng = generator("meters " + leaf.category_id)
    months = MONTHS[THROUGH.astype("M8[M]") > MONTHS]
    index = index_values(code)[np.searchsorted(INDEX_MONTHS, months)]
    cost = np.round(price * (1 + leaf.pass_through * (index / 100 - 1)), 5)
    cold = 1 + swing * np.cos(2 * np.pi * (np.arange(len(months)) - 0.5) / 12)
    parts = []
    for seller, share in zip(sellers.itertuples(), (0.7, 0.3), strict=True):
        for centre, part in zip(leaf.centres, leaf.shares, strict=True):
            yearly = leaf.yearly * share * part / sum(leaf.shares) / price
            used = np.round(yearly / 12 * cold * rng.lognormal(0, 0.05, len(months)))
            parts.append(
                pd.DataFrame(
                    {
                        "supplier_id": seller.supplier_id,
                        "cost_centre_id": centre,
                        "quantity": used,
                        "unit_price": cost,
                        "amount": money(used * cost),
                        "invoice_date": month_end(months),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True).assign(
        category_id=leaf.category_id, currency="EUR", unit="kWh", description=leaf.name
    )


def _regular(category: str, supplier: str, centre: str, amount: float, words: str) -> pd.DataFrame:
    """The same charge at the start of every month, a little more each year."""
    months = MONTHS[THROUGH.astype("M8[M]") >= MONTHS]
    level = 1.025 ** (np.arange(len(months)) // 12)
    return pd.DataFrame(
        {
            "supplier_id": supplier,
            "currency": "EUR",
            "category_id": category,
            "cost_centre_id": centre,
            "amount": money(amount * level),
            "description": words,
            "invoice_date": working_day(months.astype("M8[D]") + 1),
        }
    )


def _freight(invoices: pd.DataFrame, without: list[str]) -> pd.DataFrame:
    """A freight line on some deliveries: no quantity, no order, often no category."""
    rng = generator("freight lines")
    heads = invoices[invoices["kind"] == "item"].drop_duplicates("group")
    heads = heads[(rng.random(len(heads)) < 0.065) & ~heads["supplier_id"].isin(without)]
    size = len(heads)
    names = ["group", "supplier_id", "currency", "invoice_date", "received_on", "posted_on"]
    return heads[names].assign(
        amount=money(rng.lognormal(np.log(70), 0.7, size)),
        category_id=np.where(rng.random(size) < 0.7, "C-2100", ""),
        cost_centre_id=np.where(rng.random(size) < 0.85, "CC-2500", ""),
        description="Freight",
        source="order",
    )


def unordered_invoices(suppliers: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """Every line that has no order; freight stays on the invoice of its delivery."""
    rng = generator("unordered")
    parts = [_tickets(leaf, suppliers) for leaf in leaves() if leaf.category_id in TICKETS]
    parts += [_metered(leaf, suppliers) for leaf in leaves() if leaf.category_id in METERED]
    without = [numbered(suppliers, place) for place in (CARRIER, *EARLY_PAID)]
    insurers = suppliers.loc[suppliers["category_id"] == "C-5100", "supplier_id"].tolist()
    parts.append(_regular("C-5100", insurers[0], "CC-5200", 19400, "Property insurance"))
    parts.append(_regular("C-5100", insurers[1], "CC-5200", 8900, "Liability insurance"))
    parts.append(_regular("C-4110", "S-0901", "CC-5100", 38000, "Group IT charge"))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["invoice_date"] >= FIRST].reset_index(drop=True)
    frame["group"] = frame.groupby(["supplier_id", "invoice_date"], sort=True).ngroup()
    count = int(frame["group"].max()) + 1
    came = days(frame, "invoice_date") + rng.integers(0, 6, count)[frame["group"]]
    posted = came + whole_days(rng, 4, 0.8, count)[frame["group"]]
    frame = frame.assign(received_on=came, posted_on=working_day(posted), source="direct")
    return pd.concat([frame, _freight(invoices, without)], ignore_index=True).assign(kind="direct")
