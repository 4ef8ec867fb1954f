"""Closing a bridge: whole cents for each effect, and for each part of it, that sum exactly.

Effects are computed unrounded, row by row. Only here are they rounded, once: the total of each half
to even, its parts by largest remainder, so that any breakdown sums to the total shown.
"""

import math
from collections.abc import Mapping
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
        return _effects(self.rows, pd.Series("", index=self.rows.index)).get("", NOTHING)

    def by(self, column: Literal["item_id", "category_id"]) -> dict[str, Effects]:
        """The effects by ``item_id`` or ``category_id``; they sum to ``effects``, to the cent."""
        return _effects(self.rows, self.rows[column])


NOTHING = Effects(0, 0, None, None, None, None, 0, 0, 0)


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


def _effects(rows: pd.DataFrame, key: "pd.Series[str]") -> dict[str, Effects]:
    """The effects of each group of rows."""
    ends = rows.groupby(key)[["base", "actual"]].sum()
    change = (rows["actual"] - rows["base"]).groupby([key, rows["kind"]]).sum()
    changes = change.unstack(fill_value=0).reindex(index=ends.index, columns=KINDS, fill_value=0)
    priced = rows["kind"] == "priced"
    price, volume = (_cents(rows.loc[priced, name], key) for name in ("price", "volume"))
    currency = _cents(rows.loc[priced, "currency"], key)
    apart = _cents(rows.loc[~priced, "currency"], key)
    result = {}
    for name, base, actual, of_priced, new, lost, rest in zip(
        ends.index, ends["base"], ends["actual"], *(changes[kind] for kind in KINDS), strict=True
    ):
        mix = None
        if name in price:
            mix = int(of_priced) - price[name] - volume[name] - currency[name]
        known = [part[name] for part in (currency, apart) if name in part]
        result[str(name)] = Effects(
            base=int(base),
            actual=int(actual),
            price=price.get(name),
            volume=volume.get(name),
            mix=mix,
            currency=sum(known) if known else None,
            new=int(new),
            lost=int(lost),
            not_priced=int(rest) - apart.get(name, 0),
        )
    return result


def _cents(values: "pd.Series[float]", key: "pd.Series[str]") -> Mapping[str, int]:
    """One effect of the groups that have it, in whole cents that sum to the effect of all."""
    known = values.dropna()
    sums = known.groupby(key.loc[known.index]).sum()
    parts = apportioned(np.asarray(sums, np.float64), round(math.fsum(known)))
    return dict(zip(sums.index, parts.tolist(), strict=True))
