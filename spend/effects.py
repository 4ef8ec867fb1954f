"""Two years of the same items compared: what kind of change each is, and its effects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NO_GROUP = -1  # of an item that can't be compared, whatever the other year says
PRICED, NEW, LOST, NOT_PRICED = range(4)
EFFECTS = ("price", "volume", "mix", "currency")


@dataclass(frozen=True, eq=False)
class Year:
    """One year of items, in the order of the other year's.

    ``quantity`` is NaN where there is none; ``rate`` is reporting currency per document unit;
    ``group`` numbers what quantities can be added over, or is ``NO_GROUP``.
    """

    present: NDArray[np.bool_]
    quantity: Floats
    amount: Floats
    rate: Floats
    group: NDArray[np.int64]


def kinds(before: Year, now: Year) -> NDArray[np.int64]:
    """Priced, new, lost or not priced: what each item's change is."""
    had, has = before.quantity > 0, now.quantity > 0
    comparable = (before.group == now.group) & (now.group != NO_GROUP)
    conditions = [had & has & comparable, has & ~before.present, had & ~now.present]
    return np.select(conditions, [PRICED, NEW, LOST], NOT_PRICED)


def effects(before: Year, now: Year, priced: NDArray[np.bool_]) -> dict[str, Floats]:
    """Each item's part of price, volume, mix and currency; NaN for those that are not priced.

    An item's part of volume is its base amount grown as its group grew; of mix, what its own
    quantity grew otherwise. Those parts sum to the definitions, which say it with averages.
    """
    group = now.group[priced]
    quantity, amount = now.quantity[priced], now.amount[priced]
    base_quantity, base_amount = before.quantity[priced], before.amount[priced]
    with np.errstate(all="ignore"):  # what overflows is refused below
        growth = np.bincount(group, quantity) / np.bincount(group, base_quantity)
        at_base_rates = amount * (before.rate[priced] / now.rate[priced])
        at_base_prices = base_amount * (quantity / base_quantity)
        as_group = base_amount * growth[group]
        parts = (
            at_base_rates - at_base_prices,
            as_group - base_amount,
            at_base_prices - as_group,
            amount - at_base_rates,
        )
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("quantities and amounts must be small enough to compare")
    return {name: _spread(part, priced) for name, part in zip(EFFECTS, parts, strict=True)}


def _spread(part: Floats, priced: NDArray[np.bool_]) -> Floats:
    whole = np.full(len(priced), np.nan)
    whole[priced] = part
    return whole
