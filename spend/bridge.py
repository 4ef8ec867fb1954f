"""Bridges: from one total to another through named effects that always sum to the change.

``price_volume_mix`` is the rule, on items. ``year_bridge`` and ``budget_bridge`` take summed lines,
see what can be compared at all, and give whole cents that close to zero. What has no price is
called "not priced": nothing is invented.
"""

import math
from collections.abc import Mapping
from typing import TypedDict, cast

import numpy as np
import pandas as pd

from spend.closing import ItemBridge
from spend.comparable import (
    KEY,
    budget_rates,
    checked_lines,
    compared_cells,
    compared_lines,
)
from spend.effects import EFFECTS, compare
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
    optional = _shared_columns(base, actual)
    frames = _checked(base, "base", optional), _checked(actual, "actual", optional)
    labels = pd.concat([frame["group"] for frame in frames])
    codes, _ = pd.factorize(labels, use_na_sentinel=False)
    for frame, part in zip(frames, np.split(codes, [len(base)]), strict=True):
        frame["group"] = part
    return _totals(compare(*frames))


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
    return ItemBridge(compared_lines(checked_lines(base), checked_lines(actual)))


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
    plan, spent = (checked_lines(side, "cost_centre_id") for side in (budget, actual))
    rows = compared_lines(plan, spent)
    lump_sums = plan.loc[~plan["measured"], "category_id"]
    by_item = set(plan["category_id"]) - set(lump_sums)
    may_be_planned = (rows["kind"] == "new") & ~rows["category_id"].isin(by_item)
    rows = rows[(rows["kind"] != "not priced") & ~may_be_planned]
    held = pd.MultiIndex.from_frame(rows[KEY])
    plan_left, spent_left = (_without(side, held) for side in (plan, spent))
    cells = compared_cells(plan_left, spent_left, budget_rates(plan))
    return ItemBridge(pd.concat([rows, cells], ignore_index=True))


def _without(lines: pd.DataFrame, compared: pd.MultiIndex) -> pd.DataFrame:
    """The lines that were not compared by item."""
    return lines[~(lines["measured"] & pd.MultiIndex.from_frame(lines[KEY]).isin(compared))]


def _shared_columns(base: pd.DataFrame, actual: pd.DataFrame) -> dict[str, bool]:
    for frame in (base, actual):
        if not isinstance(frame, pd.DataFrame):
            raise ValueError("base and actual must be frames indexed by item")
    for column in ("currency_rate", "group"):
        if (column in base) != (column in actual):
            raise ValueError(f"{column} must be given in both frames, or in neither")
    return {column: column in base for column in ("currency_rate", "group")}


def _checked(frame: pd.DataFrame, name: str, optional: Mapping[str, bool]) -> pd.DataFrame:
    """One side of a bridge as floats, with a rate and a group; raises on what breaks a rule."""
    if missing := [column for column in ("quantity", "amount") if column not in frame]:
        raise ValueError(f"{name} must have the columns quantity and amount; no {missing[0]}")
    if not frame.index.is_unique:
        raise ValueError(f"{name} must have one row for each item; sum its lines first")
    try:
        result = frame[["quantity", "amount"]].astype(float)
        result["rate"] = frame["currency_rate"].astype(float) if optional["currency_rate"] else 1.0
    except (TypeError, ValueError):
        raise ValueError(f"{name} must hold numbers only") from None
    if not np.isfinite(result["amount"]).all() or np.isinf(result["quantity"]).any():
        raise ValueError(f"{name} must hold finite amounts and quantities")
    result["group"] = frame["group"] if optional["group"] else ""
    return result


def _totals(items: pd.DataFrame) -> PriceVolumeMix:
    changes = items["actual"] - items["base"]
    of_kind = {kind: math.fsum(changes[items["kind"] == kind]) for kind in ("new", "lost")}
    apart = math.fsum(changes[items["kind"] == "not priced"])
    total = math.fsum([*items["actual"], *-items["base"]])
    priced = items[items["kind"] == "priced"]
    effects = {name: math.fsum(priced[name]) if len(priced) else None for name in EFFECTS}
    known = [value for value in effects.values() if value is not None]
    residual = math.fsum([total, *(-value for value in (*known, *of_kind.values(), apart))])
    result = {**effects, **of_kind, "not_priced": apart, "total": total, "residual": residual}
    return cast(PriceVolumeMix, result)
