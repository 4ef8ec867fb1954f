"""The savings register, made ready to be held against the books.

Which initiatives a selection has to do with, what each may claim and be recognised for under the
policy in force, and which of them overlap on one item and supplier. Amounts are whole cents; unit
prices are in the reporting currency.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.savings_bought import columns, number
from spend.savings_formulas import WINDOW, month_after, month_numbers, months_between
from spend.savings_policy import COUNTED_STAGES, DEFAULT, RecognitionPolicy

TRACED, BARRED, UNVERIFIED = "traced", "barred", "unverified"
NEVER = np.iinfo(np.int64).max  # the month in which nothing supersedes an initiative

TEXTS = ("initiative_id", "saving_type", "stage", "item_id", "supplier_group")
NUMBERS = ("baseline_unit_price", "new_unit_price", "annual_quantity", "claimed_amount")
COLUMNS = (*TEXTS, *NUMBERS, "start_date", "budgeted")


def register(initiatives: pd.DataFrame, policy: RecognitionPolicy = DEFAULT) -> pd.DataFrame:
    """The initiatives that count, with what each is judged by; other columns are kept.

    Takes ``initiative_id``, ``saving_type``, ``stage``, ``start_date``, ``item_id``,
    ``supplier_group`` (the head of the supplier's group; '' where none is named),
    ``baseline_unit_price``, ``new_unit_price`` (reporting currency), ``annual_quantity``,
    ``claimed_amount`` (cents; NaN where not stated) and ``budgeted``; where the policy asks for
    them, ``last_price`` (NaN where nothing was bought) and ``fiscal_year_end`` of the start date.
    Stages before contracted, and initiatives without a start date, have no twelve months to claim
    and are left out. Adds

    - ``start`` the month the window of 12 begins with, as a number, and ``until`` the month before
      which it is recognised,
    - ``status``: *unverified* without both prices and the quantity, else *barred* where the policy
      does not recognise the type, else *traced*,
    - ``baseline`` the price savings are counted from: that of the policy or, where an earlier
      traced initiative on the same item and supplier still runs at the start, its new price,
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
    new, quantity = frame["new_unit_price"], frame["annual_quantity"]
    before = _baseline(frame, policy)
    known = np.all([part.notna() for part in (before, new, quantity)], axis=0)
    recognised = frame["saving_type"].isin(policy.types).to_numpy()
    frame["status"] = np.select([~known, ~recognised], [UNVERIFIED, BARRED], TRACED)
    frame["start"] = month_numbers(frame["start_date"], "start_date")
    frame["until"] = _until(frame, policy)
    _chain(frame, before)
    frame["claimed"] = np.nan_to_num(claims(frame))
    frame["formula"] = 100 * (frame["baseline"] - new) * quantity
    return frame


def claims(rows: pd.DataFrame | Mapping[Any, Any]) -> NDArray[np.float64]:
    """What initiatives claim for twelve months, in cents, unrounded; NaN where nobody can know.

    ``claimed_amount``, else (stated baseline - new) × quantity. Takes one row as well as many.

    >>> one = {"baseline_unit_price": 10.0, "new_unit_price": 9.0, "annual_quantity": 100.0}
    >>> float(claims({**one, "claimed_amount": float("nan")}))
    10000.0
    >>> claims(pd.DataFrame([{**one, "claimed_amount": 120_00.0}])).tolist()
    [12000.0]
    """
    stated, saved = rows["claimed_amount"], rows["baseline_unit_price"] - rows["new_unit_price"]
    return np.where(np.isnan(stated), 100 * saved * rows["annual_quantity"], stated)


def in_selection(
    frame: pd.DataFrame, first: date, last: date, position: date | None = None
) -> pd.DataFrame:
    """The rows of ``register`` whose twelve months overlap the selection, with their months.

    ``first`` and ``last`` are the selection's own ends, ``position`` the last of its days that has
    passed: without one, all have; before ``first``, there are no rows. ``months`` counts the
    recognised whole months that have passed: a month belongs to the selection that its last day
    lies in, so that selections which adjoin share none.
    """
    passed = last if position is None else min(last, position)
    ends = month_numbers([first, last])
    start = frame["start"].to_numpy()
    overlap = (start <= ends[1]) & (start + WINDOW > ends[0]) & (first <= passed)
    chosen = frame.take(np.flatnonzero(overlap))
    after = np.minimum(month_numbers(np.datetime64(passed) + 1), chosen["until"].to_numpy())
    return chosen.assign(months=months_between(chosen["start"].to_numpy(), ends[0], after))


def _baseline(frame: pd.DataFrame, policy: RecognitionPolicy) -> "pd.Series[float]":
    """The price before each initiative, as the policy takes it."""
    stated = frame["baseline_unit_price"]
    if policy.baseline == "stated":
        return stated
    paid = number(columns(frame, ("last_price",), "initiatives")["last_price"], "last_price")
    return paid.where(paid.notna(), stated)


def _until(frame: pd.DataFrame, policy: RecognitionPolicy) -> NDArray[np.int64]:
    """The month before which each initiative is recognised."""
    end = np.asarray(frame["start"].to_numpy() + WINDOW, dtype=np.int64)
    if policy.months == "twelve_months":
        return end
    year = columns(frame, ("fiscal_year_end",), "initiatives")["fiscal_year_end"]
    return np.minimum(end, month_after(year))


def _chain(frame: pd.DataFrame, before: "pd.Series[float]") -> None:
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
    baseline = before.to_numpy(copy=True)
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
    frame = columns(initiatives, COLUMNS, "initiatives")
    if not frame["initiative_id"].is_unique:
        raise ValueError("initiatives must have one row for each initiative_id")
    text = frame[list(TEXTS)].astype(object)
    frame = frame.assign(**{name: text[name].where(text[name].notna(), "") for name in TEXTS})
    for name in NUMBERS:
        frame[name] = number(frame[name], name)
    frame["start_date"] = pd.to_datetime(frame["start_date"]).astype("datetime64[us]")
    frame["budgeted"] = frame["budgeted"].astype(object).eq(True)
    kept = frame["stage"].isin(COUNTED_STAGES) & frame["start_date"].notna()
    return frame[kept].reset_index(drop=True)
