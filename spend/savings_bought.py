"""What was invoiced of each initiative's item in its months: how much, from whom, for how much.

Amounts are whole cents of the reporting currency; unit prices are in that currency.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.savings_formulas import WINDOW, month_numbers

PURCHASES = (
    "item_id", "supplier_group", "currency", "month", "quantity", "amount", "document_amount"
)  # fmt: skip
RATES = ("currency", "date", "rate")
MEASURES = ("quantity", "on_contract", "priced", "paid", "at_start_rates")

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def bought(chosen: pd.DataFrame, purchases: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """What was invoiced of each initiative's item inside its months.

    ``chosen`` are rows of ``spend.savings_register.register``. ``purchases`` are the invoice lines
    with a quantity of the selection's elapsed days, or their sums by item, supplier group, currency
    and calendar month: ``item_id``, ``supplier_group``, ``currency``, ``month`` (any day of it),
    ``quantity``, ``amount`` (cents of the reporting currency), ``document_amount`` (cents of
    ``currency``). ``rates`` are ``currency``, ``date`` and ``rate`` (reporting currency for one
    unit). By row of ``chosen``:

    - ``quantity`` of all suppliers, and ``on_contract`` of the initiative's group: without a
      supplier nothing is elsewhere, without an item nothing can be traced;
    - ``priced`` the part of ``on_contract`` before a later initiative takes over, ``paid`` what
      that cost in cents, and ``at_start_rates`` the same at the rates of the start date: the last
      one on or before it. A currency without one keeps its own rates.
    """
    whole = bought_by_part(chosen, purchases.assign(part=0), rates, 1)
    return pd.DataFrame({name: sums[:, 0] for name, sums in whole.items()}, index=chosen.index)


def bought_by_part(
    chosen: pd.DataFrame, purchases: pd.DataFrame, rates: pd.DataFrame, parts: int
) -> dict[str, Floats]:
    """The same, apart for each of some ``parts`` of the days: a row an initiative, a column a part.

    ``purchases`` say their ``part``, from 0; those of any days sum up from those of their parts.
    """
    met = met_purchases(chosen, purchases)
    place = met["row"].to_numpy(np.int64) * parts + met["part"].to_numpy(np.int64)
    here = met["here"].to_numpy()
    own = here & (met["month"] < met["superseded"]).to_numpy()
    values = {name: met[name].to_numpy(float) for name in ("quantity", "amount")}
    found = {
        "quantity": values["quantity"],
        "on_contract": np.where(here, values["quantity"], 0.0),
        "priced": np.where(own, values["quantity"], 0.0),
        "paid": np.where(own, values["amount"], 0.0),
        "at_start_rates": np.where(own, _at_start_rates(met, rates), 0.0),
    }
    size = len(chosen) * parts
    return {
        name: np.bincount(place, value, minlength=size).astype(float).reshape(len(chosen), parts)
        for name, value in found.items()
    }


def met_purchases(chosen: pd.DataFrame, purchases: pd.DataFrame) -> pd.DataFrame:
    """Each purchase of an initiative's item inside its months: ``row`` is the initiative's place,
    ``here`` whether it was bought from its supplier's group. Other columns are kept."""
    lines = _purchases(purchases)
    key = ["item_id", "supplier_group", "start", "start_date", "until", "superseded"]
    own = chosen.assign(row=np.arange(len(chosen)))
    mine = own.loc[own["item_id"] != "", [*key, "row"]]
    met = mine.merge(lines, on="item_id", suffixes=("", "_of_line"))
    met = met[(met["month"] >= met["start"]) & (met["month"] < met["until"])]
    group = met["supplier_group"]
    return met.assign(here=(group == "") | (group == met["supplier_group_of_line"]))


def last_prices(initiatives: pd.DataFrame, purchases: pd.DataFrame) -> Floats:
    """What was paid on average for each initiative's item in the 12 months before its start month.

    Of all suppliers, at the rates of the invoices; NaN where nothing was bought. ``initiatives``
    have ``item_id`` and ``start_date``; ``purchases`` are as in ``bought``.
    """
    lines = _purchases(purchases)
    dated = initiatives.assign(row=np.arange(len(initiatives)))
    dated = dated.loc[dated["start_date"].notna() & (dated["item_id"] != ""),
                      ["item_id", "start_date", "row"]]  # fmt: skip
    dated["start"] = month_numbers(dated["start_date"], "start_date")
    met = dated.merge(lines, on="item_id")
    met = met[(met["month"] < met["start"]) & (met["month"] >= met["start"] - WINDOW)]
    row = met["row"].to_numpy(np.int64)
    amount, quantity = (
        np.bincount(row, met[name].to_numpy(float), minlength=len(initiatives)).astype(float)
        for name in ("amount", "quantity")
    )
    some = quantity > 0
    return np.where(some, amount / 100 / np.where(some, quantity, 1.0), np.nan)


def _at_start_rates(met: pd.DataFrame, rates: pd.DataFrame) -> Floats:
    """What each purchase would have cost at the rate of its initiative's start date."""
    table = columns(rates, RATES, "rates")
    table = table.assign(date=pd.to_datetime(table["date"]).astype("datetime64[us]"))
    table = table.astype({"rate": float, "currency": object}).sort_values("date", kind="stable")
    asked = met[["currency", "start_date"]].rename(columns={"start_date": "date"})
    asked = asked.assign(place=np.arange(len(asked))).sort_values("date", kind="stable")
    found = pd.merge_asof(asked, table, on="date", by="currency")
    rate = found.sort_values("place")["rate"].to_numpy(dtype=float)
    amount, document = met["amount"].to_numpy(float), met["document_amount"].to_numpy(float)
    return np.where(np.isnan(rate), amount, document * rate)


def _purchases(purchases: pd.DataFrame) -> pd.DataFrame:
    frame = columns(purchases, PURCHASES, "purchases")
    numbers = {
        name: number(frame[name], name) for name in ("quantity", "amount", "document_amount")
    }
    if any(column.isna().any() for column in numbers.values()):
        raise ValueError("purchases must have a quantity and amounts; leave other lines out")
    texts = {name: frame[name].astype(object) for name in ("item_id", "supplier_group", "currency")}
    return frame.assign(**texts, **numbers, month=month_numbers(frame["month"], "month"))


def number(column: "pd.Series[Any]", name: str) -> "pd.Series[float]":
    """A column of finite numbers, or of none; raises ``ValueError`` for anything else."""
    try:
        found = column.astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must hold numbers only") from None
    if np.isinf(found).any():
        raise ValueError(f"{name} must be finite")
    return found


def columns(frame: pd.DataFrame, names: Collection[str], what: str) -> pd.DataFrame:
    """A copy of a frame that has all the columns named; raises ``ValueError`` where it has not."""
    if missing := [name for name in names if name not in frame]:
        raise ValueError(f"{what} must have the columns {', '.join(names)}; no {missing[0]}")
    return frame.copy()
