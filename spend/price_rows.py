r"""How prices moved: against last year, against what contracts agreed, against an index.

The price effect is that of ``spend.bridge``: the items of both years, at base rates. What an index
explains of it is what the same goods would have cost more had their prices followed their
category's index by its pass-through; what is left lies beyond the index. Amounts are whole cents,
plus means dearer; ``None`` is no data.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from spend.comparable import compared, stacked
from spend.price_index import explained_price_change

OWNER, CELL = "owner", ["owner", "category_id"]
SIGN = "\x1f"  # between an owner and a category: in no id that people write


@dataclass(frozen=True)
class PriceRow:
    """What one supplier group, or one category, charged for the same goods.

    ``at_old`` is what this year's quantities of the items of both years would have cost at last
    year's prices, ``price`` what they cost more; ``followed`` is the part of ``at_old`` whose
    category follows an index, and ``explained`` and ``beyond`` sum to its price effect. ``agreed``
    is what was invoiced of items that a contract has a price for, ``over_contract`` what of it is
    above that price.
    """

    spend: int
    earlier: int | None = None
    at_old: int | None = None
    price: int | None = None
    followed: int | None = None
    explained: int | None = None
    beyond: int | None = None
    agreed: int | None = None
    over_contract: int | None = None

    @property
    def without_index(self) -> int | None:
        """The part of the price effect of goods that follow no index: with ``explained`` and
        ``beyond`` it is all of it.

        >>> PriceRow(9, at_old=8, price=5, followed=4, explained=4, beyond=-1).without_index
        2
        """
        return (
            None if self.price is None else self.price - (self.explained or 0) - (self.beyond or 0)
        )

    @property
    def price_share(self) -> float | None:
        """By how much the same goods became dearer.

        >>> PriceRow(120_00, 110_00, at_old=100_00, price=5_00).price_share
        0.05
        """
        return _share(self.price, self.at_old)

    @property
    def explained_share(self) -> float | None:
        """By how much the index alone would have made them dearer."""
        return _share(self.explained, self.followed)

    @property
    def beyond_share(self) -> float | None:
        """By how much they became dearer beyond the index."""
        return _share(self.beyond, self.followed)

    @property
    def contract_share(self) -> float | None:
        """By how much they were dearer than the contract's price.

        >>> PriceRow(120_00, agreed=102_00, over_contract=2_00).contract_share
        0.02
        """
        if self.agreed is None or self.over_contract is None:
            return None
        return _share(self.over_contract, self.agreed - self.over_contract)


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole is not None and whole > 0 else None


def added(rows: Iterable[PriceRow]) -> PriceRow:
    """Rows of different goods as one: sums, of what is known.

    >>> added([PriceRow(2, price=1), PriceRow(3)])
    PriceRow(spend=5, earlier=None, at_old=None, price=1, followed=None, explained=None, \
beyond=None, agreed=None, over_contract=None)
    """
    found = tuple(rows)
    columns = ([getattr(row, field.name) for row in found] for field in fields(PriceRow)[1:])
    known = ([value for value in column if value is not None] for column in columns)
    return PriceRow(sum(r.spend for r in found), *(sum(k) if k else None for k in known))


def tied(rows: Mapping[str, PriceRow], whole: PriceRow) -> Mapping[str, PriceRow]:
    """The rows with the cents that rounding left put on the largest, so that they sum to the whole.

    >>> rows = {"a": PriceRow(9, price=3), "b": PriceRow(2, price=1)}
    >>> tied(rows, PriceRow(11, price=5))["a"].price
    4
    """
    if not rows:
        return rows
    summed, largest = (
        added(rows.values()),
        max(rows, key=lambda name: (abs(rows[name].spend), name)),
    )
    changed: dict[str, dict[str, int]] = {}
    for name in ("at_old", "price", "followed", "explained", "beyond"):
        here, there = getattr(summed, name), getattr(whole, name)
        if here is None or there is None or here == there:
            continue
        has = rows[largest] if getattr(rows[largest], name) is not None else None
        at = largest if has else next(n for n, r in rows.items() if getattr(r, name) is not None)
        changed.setdefault(at, {})[name] = getattr(rows[at], name) + there - here
    return {name: replace(row, **changed.get(name, {})) for name, row in rows.items()}


def owned(lines: pd.DataFrame, owner: Callable[[str], str] | str) -> pd.DataFrame:
    """Lines with their ``owner``: what a function makes of their supplier, else a column's value.

    >>> lines = pd.DataFrame({"supplier_id": ["S1", "S2"], "item_id": ["bolt", "nut"]})
    >>> owned(lines, "item_id")["owner"].tolist(), owned(lines, str.lower)["owner"].tolist()
    (['bolt', 'nut'], ['s1', 's2'])
    """
    if isinstance(owner, str):
        return lines.assign(owner=lines[owner].astype(object))
    names = {str(name): owner(str(name)) for name in lines["supplier_id"].unique()}
    return lines.assign(owner=lines["supplier_id"].map(names).astype(object))


def priced_items(base: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    """Each owner's items of both years: ``owner``, ``category_id``, ``item_id`` and, in cents not
    yet rounded, ``at_old``, ``price`` and ``currency``.

    Frames as in ``spend.bridge.year_bridge``, with ``owner``.
    """
    before, now = (side.assign(category_id=_cell(side)) for side in (base, actual))
    items = compared(stacked(before, now)).items
    items = items[items["kind"] == "priced"]
    parts = items["category_id"].astype(object).str.split(SIGN, n=1)
    at_old = items["actual"] - items["currency"] - items["price"]
    return pd.DataFrame({
        "owner": parts.str[0].astype(object), "category_id": parts.str[1].astype(object),
        "item_id": items["item_id"].astype(object), "at_old": at_old.astype(float),
        "price": items["price"].astype(float), "currency": items["currency"].astype(float),
    }).reset_index(drop=True)  # fmt: skip


def _cell(lines: pd.DataFrame) -> "pd.Series[str]":
    return lines["owner"].astype(str) + SIGN + lines["category_id"].astype(str)


def index_moves(months: pd.DataFrame, followed: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """What the index of each owner's categories was in both years, weighed by months of spend.

    ``months`` are ``owner``, ``category_id``, ``span`` (0 is last year, 1 this), ``month`` and
    ``amount``; months of net spend above zero count. ``followed`` are ``category_id``,
    ``index_code`` and ``pass_through`` (0 to 1), ``values`` are ``index_code``, ``month`` and
    ``value``: a month without one has the last before it. Gives ``owner``, ``category_id``,
    ``index_code``, ``pass_through``, ``before`` and ``now``, of what is known in both years.

    >>> months = pd.DataFrame({"owner": "S1", "category_id": "steel", "span": [0, 1, 1],
    ...     "month": pd.to_datetime(["2025-01-01", "2026-01-01", "2026-02-01"]),
    ...     "amount": [100, 300, 100]})
    >>> followed = pd.DataFrame({"category_id": ["steel"], "index_code": "IRON",
    ...                          "pass_through": 0.5})
    >>> values = pd.DataFrame({"index_code": "IRON", "value": [100.0, 110.0, 130.0],
    ...     "month": pd.to_datetime(["2025-01-01", "2026-01-01", "2026-02-01"])})
    >>> index_moves(months, followed, values)[["before", "now"]].values.tolist()
    [[100.0, 115.0]]
    """
    usable = followed[followed["pass_through"].between(0, 1)]
    keys = [*CELL, "span", "month"]
    summed = months.groupby(keys)["amount"].sum().reset_index()
    weights = summed[summed["amount"] > 0].merge(usable, on="category_id")
    known = values[values["value"] > 0].sort_values("month", kind="stable")
    met = pd.merge_asof(
        weights.sort_values("month", kind="stable"), known, on="month", by="index_code"
    )
    met = met.assign(weighed=met["amount"] * met["value"], unknown=met["value"].isna())
    cell = [*CELL, "index_code", "pass_through", "span"]
    sums = met.groupby(cell)[["weighed", "amount", "unknown"]].sum()
    sums = sums[sums["unknown"] == 0]
    average = (sums["weighed"] / sums["amount"]).unstack("span").reindex(columns=[0, 1])
    both = average.set_axis(["before", "now"], axis=1).dropna()
    return both.reset_index()


def with_index(cells: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Cells of ``owner`` and ``category_id`` with what the index ``explained`` and what is
    ``beyond`` it, and ``followed``, the part of ``at_old`` that this is of; NaN where there is no
    index."""
    met = cells.merge(moves, on=CELL, how="left")
    has = (met["before"].notna() & (met["at_old"] > 0)).to_numpy()
    explained, beyond = np.full(len(met), np.nan), np.full(len(met), np.nan)
    if has.any():
        at_old, price, now, before, share = (
            met.loc[has, name].to_numpy(float)
            for name in ("at_old", "price", "now", "before", "pass_through")
        )
        change = explained_price_change(at_old, at_old + price, now, before, share)
        explained[has], beyond[has] = change.explained, change.beyond
    followed = np.where(has, met["at_old"], np.nan)
    return met.assign(explained=explained, beyond=beyond, followed=followed)


EFFECTS = ("at_old", "price", "followed", "explained")


def price_rows(
    spent: pd.DataFrame, cells: pd.DataFrame, agreed: pd.DataFrame
) -> Mapping[str, PriceRow]:
    """The rows of all owners that spent anything in either year, in whole cents.

    ``spent`` are ``earlier`` and ``spend`` by ``owner``, ``cells`` as from ``with_index``,
    ``agreed`` ``amount`` and ``contract_amount`` by ``owner``.
    """
    priced = {owner: _effects(rows) for owner, rows in _by_owner(cells).items()}
    bought = agreed.groupby(OWNER)[["amount", "contract_amount"]].sum()
    contract = {
        str(owner): {"agreed": int(amount), "over_contract": int(amount - asked)}
        for owner, amount, asked in bought.itertuples()
    }
    return {
        str(owner): PriceRow(
            int(spend), None if pd.isna(earlier) else int(earlier),
            **priced.get(str(owner), {}), **contract.get(str(owner), {}),
        )
        for owner, earlier, spend in spent[[OWNER, "earlier", "spend"]].itertuples(index=False)
    }  # fmt: skip


def _by_owner(cells: pd.DataFrame) -> Mapping[str, list[Sequence[float]]]:
    """The numbers of ``EFFECTS`` of each owner's cells."""
    found: dict[str, list[Sequence[float]]] = {}
    for owner, *numbers in cells[[OWNER, *EFFECTS]].itertuples(index=False):
        found.setdefault(str(owner), []).append(numbers)
    return found


def _effects(rows: Sequence[Sequence[float]]) -> dict[str, int | None]:
    """An owner's effects, rounded once; what lies beyond the index is what the index leaves."""
    columns = dict(zip(EFFECTS, zip(*rows, strict=True), strict=True))
    found: dict[str, int | None] = {name: _rounded(column) for name, column in columns.items()}
    pairs = zip(columns["price"], columns["followed"], strict=True)
    price = _rounded([price for price, followed in pairs if not math.isnan(followed)])
    explained = found["explained"]
    found["beyond"] = None if price is None or explained is None else price - explained
    return found


def _rounded(values: Iterable[float]) -> int | None:
    known = [value for value in values if not math.isnan(value)]
    return round(math.fsum(known)) if known else None
