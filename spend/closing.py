"""Closing a bridge: whole cents for each effect, and for each part of it, that sum exactly.

Effects are computed unrounded, row by row. Only here are they rounded, once: the total of each half
to even, its parts by largest remainder, so that any breakdown sums to the total shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KINDS = ("priced", "new", "lost", "not priced")


@dataclass(frozen=True)
class Effects:
    """What leads from ``base`` to ``actual``, in whole cents; ``None`` where there is no data.

    ``mix`` is what price, volume and currency leave of the change of the priced items, and
    ``not_priced`` what currency leaves of the rest: the effects always sum to the change.
    """

    base: int
    actual: int
    price: int | None
    volume: int | None
    mix: int | None
    currency: int | None
    new: int
    lost: int
    not_priced: int

    @property
    def change(self) -> int:
        """From the one end to the other."""
        return self.actual - self.base

    @property
    def residual(self) -> int:
        """What the effects leave unexplained: zero."""
        known = (self.price, self.volume, self.mix, self.currency, self.new, self.lost)
        return self.change - sum(effect or 0 for effect in known) - self.not_priced


@dataclass(frozen=True, eq=False)
class ItemBridge:
    """A bridge as rows: ``kind``, ``base``, ``actual`` (cents), and their unrounded effects.

    Effects that a row can't have are NaN. The rows name what they are of in ``item_id``,
    ``category_id`` and, in a bridge from a budget, ``cost_centre_id`` where it has no price.
    """

    rows: pd.DataFrame

    @property
    def effects(self) -> Effects:
        """The effects of all rows."""
        everything = np.zeros(len(self.rows), dtype=np.int64)
        return _effects(self.rows, everything, [""])[""]

    def by(self, column: Literal["item_id", "category_id"]) -> dict[str, Effects]:
        """The effects by ``item_id`` or ``category_id``; they sum to ``effects``, to the cent."""
        codes, names = pd.factorize(self.rows[column])
        return _effects(self.rows, codes.astype(np.int64), list(names))


def apportioned(parts: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers near the parts that sum to the total, by largest remainder.

    >>> apportioned(np.array([0.5, 0.25, 0.25]), 1).tolist()
    [1, 0, 0]
    """
    whole = np.floor(parts).astype(np.int64)
    if len(parts) == 0:
        return whole
    every, some = divmod(total - int(whole.sum()), len(parts))
    largest_first = np.argsort(whole - parts, kind="stable")
    whole[largest_first[:some]] += 1
    return whole + every


def _effects(
    rows: pd.DataFrame, key: NDArray[np.int64], names: Sequence[str]
) -> dict[str, Effects]:
    """The effects of each group of rows, by its name."""
    kind = rows["kind"].to_numpy()
    base, actual = (_sums(rows[end].to_numpy(), key, len(names)) for end in ("base", "actual"))
    change = (rows["actual"] - rows["base"]).to_numpy()
    changes = {k: _sums(np.where(kind == k, change, 0), key, len(names)) for k in KINDS}
    priced = kind == "priced"
    price, volume, currency = (
        _cents(rows[name].to_numpy(), priced, key) for name in ("price", "volume", "currency")
    )
    apart = _cents(rows["currency"].to_numpy(), ~priced, key)
    result = {}
    for group, name in enumerate(names):
        of = {k: int(changes[k][group]) for k in KINDS}
        known = [part[group] for part in (currency, apart) if group in part]
        result[str(name)] = Effects(
            base=int(base[group]),
            actual=int(actual[group]),
            price=price.get(group),
            volume=volume.get(group),
            mix=of["priced"] - price[group] - volume[group] - currency[group]
            if group in price
            else None,
            currency=sum(known) if known else None,
            new=of["new"],
            lost=of["lost"],
            not_priced=of["not priced"] - apart.get(group, 0),
        )
    return result


def _sums(amounts: NDArray[np.int64], key: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Exact sums of whole cents by group."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, key, amounts)
    return sums


def _cents(
    values: NDArray[np.float64], chosen: NDArray[np.bool_], key: NDArray[np.int64]
) -> Mapping[int, int]:
    """One effect of the groups that have it, in whole cents that sum to the effect of all."""
    known = chosen & ~np.isnan(values)
    groups, place = np.unique(key[known], return_inverse=True)
    sums = np.bincount(place, values[known], minlength=len(groups)).astype(np.float64)
    parts = apportioned(sums, round(math.fsum(values[known])))
    return dict(zip(groups.tolist(), parts.tolist(), strict=True))
