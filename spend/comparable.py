"""What of summed lines can be compared: items with a price in both years, and the rest by cell.

Amounts are whole cents; ``document_amount`` is in the line's own currency. Texts become numbers
once, and everything after is sums over those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.closing import KINDS
from spend.effects import NO_GROUP, NOT_PRICED, PRICED, Floats, Year, effects, kinds

Codes = NDArray[np.int64]

KEY = ["item_id", "category_id"]
CELL = ["cost_centre_id", "category_id"]
TEXTS = ["item_id", "category_id", "unit", "currency"]
CENTS = ["amount", "document_amount"]


def stacked(base: pd.DataFrame, actual: pd.DataFrame, *more: str) -> pd.DataFrame:
    """The lines of both years, ``now`` telling them apart; ``measured`` may have a price."""
    texts = [*TEXTS, *more]
    sides = [_checked(side, texts) for side in (base, actual)]
    result = pd.concat(sides, ignore_index=True)
    result["now"] = np.repeat([0, 1], [len(side) for side in sides])
    result["measured"] = result["has_quantity"] & (result["item_id"] != "")
    return result


def _checked(lines: pd.DataFrame, texts: Sequence[str]) -> pd.DataFrame:
    columns = [*texts, "has_quantity", "quantity", *CENTS]
    if missing := [column for column in columns if column not in lines]:
        raise ValueError(f"lines must have the columns {', '.join(columns)}; no {missing[0]}")
    for column in CENTS:
        if len(lines) and not pd.api.types.is_integer_dtype(lines[column]):
            raise ValueError(f"{column} must be whole cents")
    types: dict[str, Any] = {
        **dict.fromkeys(texts, object),
        **dict.fromkeys(CENTS, "int64"),
        "has_quantity": bool,
        "quantity": float,
    }
    # Column by column: a frame takes several times as long to change the types of its parts.
    found = {column: lines[column].astype(kind) for column, kind in types.items()}
    found |= {name: found[name].fillna("") for name in texts if found[name].hasnans}
    return pd.DataFrame(found)[columns]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Lines of two years compared by item within category.

    ``items`` has a row for each, and ``item`` is each line's row; ``loose`` are rows of the same
    items for those of their lines that can't have a price.
    """

    items: pd.DataFrame
    item: Codes
    loose: pd.DataFrame


def compared(lines: pd.DataFrame) -> Comparison:
    """Compare stacked lines by item within category, over quantities of one unit."""
    item, names = _coded(lines, KEY)
    measured = lines["measured"].to_numpy()
    before, now = _years(lines, item, names)
    kind = kinds(before, now)
    amounts = {"base": before.amount.astype(np.int64), "actual": now.amount.astype(np.int64)}
    columns = {"kind": np.array(KINDS)[kind], **amounts, **effects(before, now, kind == PRICED)}
    loose = _cents(lines, item, len(names), "amount", ~measured)
    return Comparison(
        items=names.assign(**columns),
        item=item,
        loose=names.assign(kind=KINDS[NOT_PRICED], base=loose[0], actual=loose[1]),
    )


def _years(lines: pd.DataFrame, item: Codes, names: pd.DataFrame) -> tuple[Year, Year]:
    """The two years of the measured lines, by item, ready to compare."""
    count, measured = len(names), lines["measured"].to_numpy()
    place = item + count * lines["now"].to_numpy()
    quantity = np.bincount(
        place[measured], lines["quantity"].to_numpy()[measured], minlength=2 * count
    ).reshape(2, count)
    has_quantity = np.bincount(place[measured], minlength=2 * count).reshape(2, count) > 0
    present = np.bincount(place, minlength=2 * count).reshape(2, count) > 0
    amount, document = (_cents(lines, item, count, column, measured) for column in CENTS)
    rate = _rates(amount, document)
    group = _groups(lines, place, count)
    group[~(np.isfinite(rate) & (rate > 0))] = NO_GROUP
    first, second = (
        Year(
            present=present[year],
            quantity=np.where(has_quantity[year], quantity[year], np.nan),
            amount=amount[year].astype(np.float64),
            rate=rate[year],
            group=group[year],
        )
        for year in (0, 1)
    )
    return first, second


def _rates(amount: Codes, document: Codes) -> Floats:
    """Reporting ÷ document amounts of both years; what was free takes the other year's rate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = amount / document
    rate = np.where(np.isnan(rate), rate[::-1], rate)
    return np.where(np.isnan(rate), 1.0, rate)


def _groups(lines: pd.DataFrame, place: Codes, count: int) -> Codes:
    """The group of each item in each year: its category and unit, where it kept one currency.

    Items in several units or currencies, or in another currency than before, have ``NO_GROUP``.
    """
    measured = lines["measured"].to_numpy()
    word, words = _coded(lines, ["category_id", "unit", "currency"])
    lowest = np.full(2 * count, len(words))
    highest = np.full(2 * count, -1)
    np.minimum.at(lowest, place[measured], word[measured])
    np.maximum.at(highest, place[measured], word[measured])
    only = np.where(lowest == highest, highest, -1).reshape(2, count)
    unit, _ = _coded(words, ["category_id", "unit"])
    # Within an item, the same category, unit and currency are the same word; another is a change.
    same = (only[0] == only[1]) & (only[0] >= 0)
    group = np.full(count, NO_GROUP)
    group[same] = unit[only[0][same]]
    return np.array([group, group])


def budget_rates(lines: pd.DataFrame) -> tuple[Codes, Floats]:
    """Of each stacked line, its cost centre, category and currency, and the budget's rate there."""
    code, names = _coded(lines, [*CELL, "currency"])
    amount, document = (_cents(lines, code, len(names), column) for column in CENTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = amount[0] / document[0]
    return code, np.where(np.isfinite(rate) & (rate > 0), rate, np.nan)


def compared_cells(lines: pd.DataFrame, left: NDArray[np.bool_]) -> pd.DataFrame:
    """Rows of the lines that are left, by cost centre and category.

    Currency is what the budget's rate there, where it has one, would have made of actual documents.
    """
    code, rates = budget_rates(lines)
    now = left & (lines["now"] == 1).to_numpy()
    cell, names = _coded(lines, CELL)
    amount, document = (lines[column].to_numpy(np.float64) for column in CENTS)
    effect = amount - document * rates[code]
    known = now & ~np.isnan(effect)
    currency = np.bincount(cell[known], effect[known], minlength=len(names))
    counted = np.bincount(cell[known], minlength=len(names)) > 0
    base, actual = _cents(lines, cell, len(names), "amount", left)
    return names.assign(
        item_id="",
        kind=KINDS[NOT_PRICED],
        base=base,
        actual=actual,
        currency=np.where(counted, currency, np.nan),
    )


def _coded(lines: pd.DataFrame, columns: Sequence[str]) -> tuple[Codes, pd.DataFrame]:
    """Each line's combination of texts as a number, and the combinations."""
    code = np.zeros(len(lines), dtype=np.int64)
    for column in columns:
        part, words = pd.factorize(lines[column])
        code = code * len(words) + part
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return inverse.astype(np.int64), lines.iloc[first][[*columns]].reset_index(drop=True)


def _cents(
    lines: pd.DataFrame,
    code: Codes,
    count: int,
    column: str,
    chosen: NDArray[np.bool_] | None = None,
) -> Codes:
    """Exact sums of a column of cents by code, for both years."""
    rows = slice(None) if chosen is None else chosen
    place = code + count * lines["now"].to_numpy()
    sums = np.zeros(2 * count, dtype=np.int64)
    np.add.at(sums, place[rows], lines[column].to_numpy()[rows])
    return sums.reshape(2, count)
