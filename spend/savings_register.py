"""The savings register, made ready to be held against the books.

Which initiatives a selection has to do with, what each may claim and be recognised for, which of
them overlap on one item and supplier, and how much was invoiced of each one's item in its window.
Amounts are whole cents; unit prices are in the reporting currency.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.savings import WINDOW, month_numbers, months_between

COUNTED_STAGES = ("contracted", "implemented", "realised", "confirmed")
RECOGNISED_TYPES = ("price_reduction", "demand_reduction", "process")
CASH_TYPE = "working_capital"  # frees cash, lowers no expense: shown beside savings, never in them

TRACED, BARRED, UNVERIFIED = "traced", "barred", "unverified"
NEVER = np.iinfo(np.int64).max  # the month in which nothing supersedes an initiative

TEXTS = ("initiative_id", "saving_type", "stage", "item_id", "supplier_group")
NUMBERS = ("baseline_unit_price", "new_unit_price", "annual_quantity", "claimed_amount")
COLUMNS = (*TEXTS, *NUMBERS, "start_date", "budgeted")
PURCHASES = (
    "item_id", "supplier_group", "currency", "month", "quantity", "amount", "document_amount"
)  # fmt: skip
RATES = ("currency", "date", "rate")


def register(
    initiatives: pd.DataFrame, recognised_types: Collection[str] = RECOGNISED_TYPES
) -> pd.DataFrame:
    """The initiatives that count, with what each is judged by; other columns are kept.

    Takes ``initiative_id``, ``saving_type``, ``stage``, ``start_date``, ``item_id``,
    ``supplier_group`` (the head of the supplier's group; '' where none is named),
    ``baseline_unit_price``, ``new_unit_price`` (reporting currency), ``annual_quantity``,
    ``claimed_amount`` (cents; NaN where not stated) and ``budgeted``. Stages before contracted, and
    initiatives without a start date, have no twelve months to claim and are left out. Adds

    - ``start`` the month the window of 12 begins with, as a number,
    - ``status``: *unverified* without both prices and the quantity, else *barred* where the type is
      not one of ``recognised_types``, else *traced*,
    - ``baseline`` the price savings are counted from: the stated one or, where an earlier traced
      initiative on the same item and supplier still runs at the start, that one's new price,
    - ``claimed`` in cents, unrounded: ``claimed_amount``, else (stated baseline - new) × quantity;
      zero where neither can be known,
    - ``formula`` in cents: (baseline - new) × quantity, NaN where unverified,
    - ``superseded`` the month in which a later one takes over the item's price, and ``overlaps``,
      the ids of the earlier and the later one.

    >>> one = {"initiative_id": "A", "saving_type": "price_reduction", "stage": "realised",
    ...        "start_date": "2026-01-01", "item_id": "bolt", "supplier_group": "S",
    ...        "baseline_unit_price": 10.0, "new_unit_price": 9.0, "annual_quantity": 100.0,
    ...        "claimed_amount": None, "budgeted": False}
    >>> two = one | {"initiative_id": "B", "start_date": "2026-07-01", "new_unit_price": 8.0}
    >>> found = register(pd.DataFrame([one, two]))
    >>> found[["initiative_id", "baseline", "claimed", "formula", "overlaps"]].values.tolist()
    [['A', 10.0, 10000.0, 10000.0, 'B'], ['B', 9.0, 20000.0, 10000.0, 'A']]
    """
    frame = _checked(initiatives)
    stated = frame["baseline_unit_price"], frame["new_unit_price"], frame["annual_quantity"]
    known = np.all([part.notna() for part in stated], axis=0)
    recognised = frame["saving_type"].isin(set(recognised_types) - {CASH_TYPE}).to_numpy()
    frame["status"] = np.select([~known, ~recognised], [UNVERIFIED, BARRED], TRACED)
    frame["start"] = month_numbers(frame["start_date"], "start_date")
    _chain(frame)
    saved = 100 * (stated[0] - stated[1]) * stated[2]
    frame["claimed"] = frame["claimed_amount"].where(frame["claimed_amount"].notna(), saved)
    frame["claimed"] = frame["claimed"].fillna(0.0)
    frame["formula"] = 100 * (frame["baseline"] - stated[1]) * stated[2]
    return frame


def in_selection(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The rows of ``register`` whose twelve months overlap the elapsed days, with their months.

    ``first`` and ``last`` are the first day of the selection and the last that has passed (the
    position date). ``months`` counts the whole months of the twelve inside: a month belongs to
    the selection that its last day lies in, so that selections which adjoin share none.
    """
    ends = month_numbers([first, last])
    overlap = (frame["start"] <= ends[1]) & (frame["start"] + WINDOW > ends[0])
    chosen: pd.DataFrame = frame[overlap & (first <= last)].reset_index(drop=True)
    after = month_numbers(np.datetime64(last) + 1)
    return chosen.assign(months=months_between(chosen["start"].to_numpy(), ends[0], after))


def bought(chosen: pd.DataFrame, purchases: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """What was invoiced of each initiative's item inside its window.

    ``purchases`` are the invoice lines with a quantity of the selection's elapsed days, or their
    sums by item, supplier group, currency and calendar month: ``item_id``, ``supplier_group``,
    ``currency``, ``month`` (any day of it), ``quantity``, ``amount`` (cents of the reporting
    currency), ``document_amount`` (cents of ``currency``). ``rates`` are ``currency``, ``date``
    and ``rate`` (reporting currency for one unit). By row of ``chosen``:

    - ``quantity`` of all suppliers, and ``on_contract`` of the initiative's group: without a
      supplier nothing is elsewhere, without an item nothing can be traced;
    - ``priced`` the part of ``on_contract`` before a later initiative takes over, ``paid`` what
      that cost in cents, and ``at_start_rates`` the same at the rates of the start date: the last
      one on or before it. A currency without one keeps its own rates.
    """
    lines = _purchases(purchases)
    key = ["item_id", "supplier_group", "start", "start_date", "superseded"]
    mine = chosen.loc[chosen["item_id"] != "", key].rename_axis("row").reset_index()
    met = mine.merge(lines, on="item_id", suffixes=("", "_of_line"))
    met = met[(met["month"] >= met["start"]) & (met["month"] < met["start"] + WINDOW)]
    row = met["row"].to_numpy(dtype=np.int64)
    group = met["supplier_group"]
    here = ((group == "") | (group == met["supplier_group_of_line"])).to_numpy()
    own = here & (met["month"] < met["superseded"]).to_numpy()
    frozen = np.where(own, _at_start_rates(met, rates), 0.0)

    def summed(column: str, mask: NDArray[np.bool_] | bool = True) -> NDArray[np.float64]:
        return _sums(row, np.where(mask, met[column].to_numpy(), 0), len(chosen))

    return pd.DataFrame(
        {
            "quantity": summed("quantity"),
            "on_contract": summed("quantity", here),
            "priced": summed("quantity", own),
            "paid": summed("amount", own),
            "at_start_rates": _sums(row, frozen, len(chosen)),
        },
        index=chosen.index,
    )


def _sums(row: Any, values: NDArray[Any], count: int) -> NDArray[np.float64]:
    return np.bincount(row, values, minlength=count).astype(np.float64)


def _at_start_rates(met: pd.DataFrame, rates: pd.DataFrame) -> NDArray[np.float64]:
    """What each purchase would have cost at the rate of its initiative's start date."""
    table = _columns(rates, RATES, "rates")
    table = table.assign(date=pd.to_datetime(table["date"]).astype("datetime64[us]"))
    table = table.astype({"rate": float, "currency": object}).sort_values("date", kind="stable")
    asked = met[["currency", "start_date"]].rename(columns={"start_date": "date"})
    asked = asked.assign(place=np.arange(len(asked))).sort_values("date", kind="stable")
    found = pd.merge_asof(asked, table, on="date", by="currency")
    rate = found.sort_values("place")["rate"].to_numpy(dtype=float)
    amount, document = met["amount"].to_numpy(float), met["document_amount"].to_numpy(float)
    return np.where(np.isnan(rate), amount, document * rate)


def _chain(frame: pd.DataFrame) -> None:
    """Add how traced initiatives on one item and supplier follow each other.

    In the order of their starts, only neighbours matter: of all that are earlier, the one before
    started last, and so runs longest.
    """
    traced = (frame["status"] == TRACED) & (frame["item_id"] != "")
    ordered = frame[traced].sort_values(
        ["item_id", "supplier_group", "start", "start_date", "initiative_id"]
    )
    key = ["item_id", "supplier_group"]
    follows = (ordered[key] == ordered[key].shift()).all(axis=1).to_numpy(copy=True)
    start, place = ordered["start"].to_numpy(), ordered.index.to_numpy()
    follows[1:] &= start[1:] < start[:-1] + WINDOW
    after = np.flatnonzero(follows)
    superseded = np.full(len(frame), NEVER)
    superseded[place[after - 1]] = start[after]
    baseline = frame["baseline_unit_price"].to_numpy(copy=True)
    baseline[place[after]] = frame["new_unit_price"].to_numpy()[place[after - 1]]
    frame["superseded"], frame["baseline"] = superseded, baseline
    frame["overlaps"] = _named(frame["initiative_id"].tolist(), place[after - 1], place[after])


def _named(ids: list[str], before: NDArray[np.int64], after: NDArray[np.int64]) -> list[str]:
    """The earlier and the later initiative that each one overlaps, by id."""
    found: list[list[str]] = [[] for _ in ids]
    for earlier, later in zip(before.tolist(), after.tolist(), strict=True):
        found[later].insert(0, ids[earlier])
        found[earlier].append(ids[later])
    return [", ".join(names) for names in found]


def _checked(initiatives: pd.DataFrame) -> pd.DataFrame:
    """The initiatives that are contracted or later and dated, in plain types."""
    frame = _columns(initiatives, COLUMNS, "initiatives")
    if not frame["initiative_id"].is_unique:
        raise ValueError("initiatives must have one row for each initiative_id")
    text = frame[list(TEXTS)].astype(object)
    frame = frame.assign(**{name: text[name].where(text[name].notna(), "") for name in TEXTS})
    for name in NUMBERS:
        frame[name] = _number(frame[name], name)
    frame["start_date"] = pd.to_datetime(frame["start_date"]).astype("datetime64[us]")
    frame["budgeted"] = frame["budgeted"].astype(object).eq(True)
    kept = frame["stage"].isin(COUNTED_STAGES) & frame["start_date"].notna()
    return frame[kept].reset_index(drop=True)


def _purchases(purchases: pd.DataFrame) -> pd.DataFrame:
    frame = _columns(purchases, PURCHASES, "purchases")
    numbers = {
        name: _number(frame[name], name) for name in ("quantity", "amount", "document_amount")
    }
    if any(column.isna().any() for column in numbers.values()):
        raise ValueError("purchases must have a quantity and amounts; leave other lines out")
    texts = frame[["item_id", "supplier_group", "currency"]].astype(object)
    return texts.assign(**numbers, month=month_numbers(frame["month"], "month"))


def _number(column: "pd.Series[Any]", name: str) -> "pd.Series[float]":
    try:
        found = column.astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must hold numbers only") from None
    if np.isinf(found).any():
        raise ValueError(f"{name} must be finite")
    return found


def _columns(frame: pd.DataFrame, columns: Collection[str], name: str) -> pd.DataFrame:
    if missing := [column for column in columns if column not in frame]:
        raise ValueError(f"{name} must have the columns {', '.join(columns)}; no {missing[0]}")
    return frame.copy()
