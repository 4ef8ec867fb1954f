"""How each supplier's prices moved between two years: the same items at other prices."""

from typing import Any

import pandas as pd

ITEM = ["supplier_id", "item_id", "unit", "currency"]


def price_changes(before: pd.DataFrame, now: pd.DataFrame) -> "pd.Series[Any]":
    r"""Each supplier's price change, over the items it sold in both years, as a share.

    Sum of q1·(p1 - p0) over the sum of q1·p0, in the documents' own currency, so that exchange
    rates move nothing. Frames of lines or sums with ``supplier_id``, ``item_id``, ``unit``,
    ``currency``, ``has_quantity``, ``quantity`` and ``document_amount``. Items without a quantity
    above zero in both years are left out; a supplier without any is not in the result.

    >>> line = {"supplier_id": "S1", "item_id": "bolt", "unit": "kg", "currency": "EUR",
    ...         "has_quantity": True, "quantity": 10.0, "document_amount": 2000}
    >>> dearer = line | {"quantity": 5.0, "document_amount": 1100}
    >>> price_changes(pd.DataFrame([line]), pd.DataFrame([dearer])).round(4).to_dict()
    {'S1': 0.1}
    """
    base, actual = (_priced(side) for side in (before, now))
    both = base.add_suffix("_0").join(actual.add_suffix("_1"), how="inner")
    at_old = both["quantity_1"] * both["document_amount_0"] / both["quantity_0"]
    sums = pd.DataFrame({"old": at_old, "new": both["document_amount_1"]})
    by_supplier = sums.groupby(level="supplier_id").sum()
    by_supplier = by_supplier[by_supplier["old"] > 0]
    return by_supplier["new"] / by_supplier["old"] - 1.0


def _priced(lines: pd.DataFrame) -> pd.DataFrame:
    """Quantities and amounts of the items that have a price."""
    known = lines["has_quantity"].astype(bool) & (lines["item_id"] != "")
    summed = lines[known].groupby(ITEM)[["quantity", "document_amount"]].sum()
    found: pd.DataFrame = summed[summed["quantity"] > 0].astype(float)
    return found
