"""The savings register, from the plans and the prices before them."""

import numpy as np
import pandas as pd

from demo.dates import MONTHS
from demo.draws import Array
from demo.initiatives import Plan, plans
from demo.markets import rates_on
from demo.suppliers import CARRIER, numbered


def _priced(plan: Plan, catalogue: pd.DataFrame, prices: Array, rates: pd.DataFrame,
            bought: "pd.Series[float]") -> dict[str, object]:  # fmt: skip
    """An initiative on one item: the price before, the price promised, the quantity planned."""
    here = (catalogue["category_id"] == plan.category_id) & (catalogue["rank"] == plan.rank)
    row = int(np.flatnonzero(here.to_numpy())[0])
    item = catalogue.iloc[row]
    start = np.datetime64(plan.start, "D")
    month = min(int((start.astype("M8[M]") - MONTHS[0]).astype(int)), 34)
    euros = rates_on(rates, np.array([item["currency"]], dtype=object), np.array([start]))[0]
    before = round(float(prices[row, month - 1] * euros), 4)
    after = round(before * (1 - plan.promised), 4)
    quantity = float(np.round(bought.get(item["item_id"], 0.0) * plan.volume, -1))
    formula = (before - after) * quantity
    return {
        "item_id": item["item_id"],
        "supplier_id": item["supplier_id"],
        "baseline_kind": "quotation" if plan.saving_type == "cost_avoidance" else "last price",
        "baseline_unit_price": before,
        "new_unit_price": after,
        "annual_quantity": quantity,
        "claimed_amount": np.nan if plan.claim is None else round(formula * plan.claim, -2),
    }


def _row(plan: Plan) -> dict[str, object]:
    start = np.datetime64(plan.start)
    return {
        "initiative_id": plan.initiative_id,
        "name": plan.name,
        "saving_type": plan.saving_type,
        "stage": plan.stage,
        "category_id": plan.category_id,
        "owner": plan.owner,
        "start_date": start.astype("M8[D]"),
        "end_date": (start + 12).astype("M8[D]") - 1,
        "claimed_amount": plan.claim,
        "budgeted": plan.budgeted,
    }


def register(catalogue: pd.DataFrame, suppliers: pd.DataFrame, prices: Array,
             rates: pd.DataFrame, bought: "pd.Series[float]") -> pd.DataFrame:  # fmt: skip
    """One row an initiative; the carrier's terms name the carrier."""
    rows = []
    for plan in plans():
        row = _row(plan)
        if plan.rank is not None:
            row |= _priced(plan, catalogue, prices, rates, bought)
        elif plan.saving_type == "working_capital" and plan.category_id == CARRIER[0]:
            row["supplier_id"] = numbered(suppliers, CARRIER)
        rows.append(row)
    frame = pd.DataFrame(rows)
    text = ["item_id", "supplier_id", "baseline_kind"]
    return frame.fillna(dict.fromkeys(text, ""))
