"""Bridges: from one total to another through named effects that always sum to the change.

``price_volume_mix`` is the rule, on items. ``year_bridge`` and ``budget_bridge`` take summed lines,
see what can be compared at all, and give whole cents that close to zero. What has no price is
called "not priced": nothing is invented.
"""

import math
from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.closing import ItemBridge
from spend.comparable import compared, compared_cells, stacked
from spend.effects import LOST, NEW, NO_GROUP, NOT_PRICED, PRICED, Year, effects, kinds
from spend.metric import metric

SOURCE = "DEFINITIONS, Bridges; Horngren, Cost Accounting, chapter 14"


class PriceVolumeMix(TypedDict):
    """The effects between two totals; the first four are ``None`` where no item is in both."""

    price: float | None
    volume: float | None
    mix: float | None
    currency: float | None
    new: float
    lost: float
    not_priced: float
    total: float
    residual: float


def price_volume_mix(base: pd.DataFrame, actual: pd.DataFrame) -> PriceVolumeMix:
    """Why spend changed: dearer items, more of them, other ones, new and lost ones, currency.

    Frames indexed by item, with ``quantity`` and ``amount`` (reporting currency), and, in both or
    neither, ``currency_rate`` (reporting per document unit) and ``group`` (what quantities can be
    added over; one group without it). By group, with Q and P the base's quantity and average price:
    price = sum q1·(p1 - p0) with p1 at base rates, volume = (Q1 - Q0)·P, mix = sum (q1 - q0)·p0 -
    volume, currency = sum amount1·(1 - rate0 / rate1). Items without a quantity, with one of zero
    or less in either year, or of another group than before are ``not_priced``. ``residual`` is what
    the effects leave of ``total``: zero. Bad frames raise ``ValueError``.

    >>> base = pd.DataFrame({"quantity": [10, 10], "amount": [20, 40]}, index=["bolt", "nut"])
    >>> actual = pd.DataFrame({"quantity": [30, 10], "amount": [90, 40]}, index=["bolt", "nut"])
    >>> effects = price_volume_mix(base, actual)
    >>> effects["price"], effects["volume"], effects["mix"], effects["total"], effects["residual"]
    (30.0, 60.0, -20.0, 70.0, 0.0)
    """
    _check_columns(base, actual)
    index = base.index.union(actual.index, sort=False)
    groups = _groups(base, actual)
    before, now = _year(index, base, groups[0]), _year(index, actual, groups[1])
    kind = kinds(before, now)
    rates = np.array([before.rate, now.rate])[:, kind == PRICED]
    if not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError("currency_rate must be above zero for items in both years")
    return _totals(kind, before.amount, now.amount, effects(before, now, kind == PRICED))


@metric(
    label="Price effect",
    unit="money",
    owner="joint",
    better="lower",
    formula=r"\sum \text{quantity} \left( \text{price} - \text{base price} \right)",
    source=SOURCE,
    rows=("invoice_line",),
    additive=False,
    finance="What the same goods cost more than before.",
    procurement="What was negotiated, or what the market did, at the quantities bought.",
    settings=("irrecoverable_tax",),
    accumulates=True,
)
def price_effect(base: pd.DataFrame, actual: pd.DataFrame) -> float | None:
    """The change of spend that dearer or cheaper items explain, at base rates.

    Takes the frames of ``price_volume_mix``; ``None`` where no item is in both.

    >>> frame = pd.DataFrame({"quantity": [10], "amount": [20]}, index=["bolt"])
    >>> price_effect(frame, frame.assign(amount=25))
    5.0
    """
    return price_volume_mix(base, actual)["price"]


@metric(
    label="Volume effect",
    unit="money",
    owner="joint",
    better="lower",
    formula=r"\left( \text{quantity} - \text{base quantity} \right) \text{average base price}",
    source=SOURCE,
    rows=("invoice_line",),
    additive=False,
    finance="What more or less of the same costs, at the prices of before.",
    procurement="What the business needed: demand, not purchasing.",
    settings=("irrecoverable_tax",),
    accumulates=True,
)
def volume_effect(base: pd.DataFrame, actual: pd.DataFrame) -> float | None:
    """The change of spend that more or less quantity explains, at average base prices.

    Takes the frames of ``price_volume_mix``; ``None`` where no item is in both.

    >>> frame = pd.DataFrame({"quantity": [10], "amount": [20]}, index=["bolt"])
    >>> volume_effect(frame, frame * 2)
    20.0
    """
    return price_volume_mix(base, actual)["volume"]


@metric(
    label="Mix effect",
    unit="money",
    owner="joint",
    better="lower",
    formula=r"\sum \left( \text{quantity} - \text{base quantity} \right) \text{base price}"
    r" - \text{volume effect}",
    source=SOURCE,
    rows=("invoice_line",),
    additive=False,
    finance="What a shift to dearer or cheaper items of a group costs.",
    procurement="What other specifications cost, at unchanged prices.",
    settings=("irrecoverable_tax",),
    accumulates=True,
)
def mix_effect(base: pd.DataFrame, actual: pd.DataFrame) -> float | None:
    """The change of spend that a shift between dearer and cheaper items of a group explains.

    Takes the frames of ``price_volume_mix``; ``None`` where no item is in both.

    >>> base = pd.DataFrame({"quantity": [5, 5], "amount": [5, 15]}, index=["bolt", "nut"])
    >>> mix_effect(base, base.assign(quantity=[1, 9], amount=[1, 27]))
    8.0
    """
    return price_volume_mix(base, actual)["mix"]


def year_bridge(base: pd.DataFrame, actual: pd.DataFrame) -> ItemBridge:
    """From the spend of one year to that of another, in whole cents that close to zero.

    Each frame holds one year's lines, or sums of them by any keys, with ``item_id``,
    ``category_id``, ``unit``, ``currency`` ('' where not known), ``has_quantity``, ``quantity``,
    ``amount`` (cents of the reporting currency) and ``document_amount`` (cents of ``currency``).
    Items are compared within category and unit; lines without item or quantity, items in several
    units or currencies, or in others than before, are not priced.

    >>> line = {"item_id": "bolt", "category_id": "steel", "unit": "kg", "currency": "EUR",
    ...         "has_quantity": True, "quantity": 10.0, "amount": 20_00, "document_amount": 20_00}
    >>> dearer = line | {"amount": 25_00, "document_amount": 25_00}
    >>> bridge = year_bridge(pd.DataFrame([line]), pd.DataFrame([dearer]))
    >>> bridge.effects.price, bridge.effects.residual, bridge.by("category_id")["steel"].price
    (500, 0, 500)
    """
    comparison = compared(stacked(base, actual))
    return ItemBridge(pd.concat([comparison.items, comparison.loose], ignore_index=True))


def budget_bridge(budget: pd.DataFrame, actual: pd.DataFrame) -> ItemBridge:
    """From the budget to what was spent, in whole cents that close to zero.

    Frames as in ``year_bridge``, with ``cost_centre_id``; a budget line's ``unit`` is its item's,
    and its ``amount`` is at the budget's own rate. Budgeted items with quantities are compared as
    between years; items bought beside them are "new" only in categories that are budgeted by item
    throughout, because a lump sum may have meant them. Everything else is compared by cost centre
    and category: currency where the budget there has a rate for it, and "not priced".

    >>> plan = {"cost_centre_id": "plant", "item_id": "", "category_id": "steel", "unit": "",
    ...         "currency": "USD", "has_quantity": False, "quantity": 0.0,
    ...         "amount": 80_00, "document_amount": 100_00}
    >>> spent = plan | {"amount": 110_00, "document_amount": 110_00}
    >>> effects = budget_bridge(pd.DataFrame([plan]), pd.DataFrame([spent])).effects
    >>> effects.currency, effects.not_priced, effects.price, effects.residual
    (2200, 800, None, 0)
    """
    lines = stacked(budget, actual, "cost_centre_id")
    comparison = compared(lines)
    items = comparison.items
    planned = lines[lines["now"] == 0]
    lump_sums = set(planned.loc[~planned["measured"], "category_id"])
    by_item = set(planned["category_id"]) - lump_sums
    may_be_planned = (items["kind"] == "new") & ~items["category_id"].isin(by_item)
    kept = ((items["kind"] != "not priced") & ~may_be_planned).to_numpy()
    left = ~(lines["measured"].to_numpy() & kept[comparison.item])
    return ItemBridge(pd.concat([items[kept], compared_cells(lines, left)], ignore_index=True))


def _check_columns(base: pd.DataFrame, actual: pd.DataFrame) -> None:
    for name, frame in (("base", base), ("actual", actual)):
        if not isinstance(frame, pd.DataFrame):
            raise ValueError("base and actual must be frames indexed by item")
        if missing := [column for column in ("quantity", "amount") if column not in frame]:
            raise ValueError(f"{name} must have the columns quantity and amount; no {missing[0]}")
        if not frame.index.is_unique:
            raise ValueError(f"{name} must have one row for each item; sum its lines first")
    for column in ("currency_rate", "group"):
        if (column in base) != (column in actual):
            raise ValueError(f"{column} must be given in both frames, or in neither")


def _groups(base: pd.DataFrame, actual: pd.DataFrame) -> list[NDArray[np.int64]]:
    """The group of each row as a number, the same in both frames; unknown is a group too."""
    if "group" not in base:
        return [np.zeros(len(frame), dtype=np.int64) for frame in (base, actual)]
    labels = pd.concat([base["group"], actual["group"]])
    codes, _ = pd.factorize(labels, use_na_sentinel=False)
    return np.split(codes.astype(np.int64), [len(base)])


def _year(index: "pd.Index[Any]", frame: pd.DataFrame, group: NDArray[np.int64]) -> Year:
    """One frame's items, in the order of the index of both; raises on what is no number."""
    place = index.get_indexer(frame.index)
    present = np.zeros(len(index), dtype=np.bool_)
    present[place] = True
    groups = np.full(len(index), NO_GROUP)
    groups[place] = group

    def placed(values: NDArray[np.float64], missing: float) -> NDArray[np.float64]:
        whole = np.full(len(index), missing)
        whole[place] = values
        return whole

    quantity, amount = (_numbers(frame, column) for column in ("quantity", "amount"))
    if not np.isfinite(amount).all() or np.isinf(quantity).any():
        raise ValueError("quantity and amount must be finite")
    rate = _numbers(frame, "currency_rate") if "currency_rate" in frame else np.ones(len(frame))
    return Year(present, placed(quantity, np.nan), placed(amount, 0.0), placed(rate, 1.0), groups)


def _numbers(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    try:
        return frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"{column} must hold numbers only") from None


def _totals(
    kind: NDArray[np.int64],
    base: NDArray[np.float64],
    actual: NDArray[np.float64],
    parts: Mapping[str, NDArray[np.float64]],
) -> PriceVolumeMix:
    """The effects of all items, and what they leave of the total: nothing."""
    change = actual - base
    new, lost, not_priced = (math.fsum(change[kind == k]) for k in (NEW, LOST, NOT_PRICED))
    priced = kind == PRICED
    effect = {n: math.fsum(part[priced]) if priced.any() else None for n, part in parts.items()}
    total = math.fsum([*actual, *-base])
    explained = [*(value or 0.0 for value in effect.values()), new, lost, not_priced]
    return PriceVolumeMix(
        price=effect["price"],
        volume=effect["volume"],
        mix=effect["mix"],
        currency=effect["currency"],
        new=new,
        lost=lost,
        not_priced=not_priced,
        total=total,
        residual=math.fsum([total, *(-value for value in explained)]),
    )
