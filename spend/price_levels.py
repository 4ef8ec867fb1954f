"""What the same goods cost month by month: paid, at the contract's prices, and by the index.

Levels are of 100 for last year's average prices: what a month's quantities cost over what they
would have cost then. Amounts are whole cents of the reporting currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

LEAST = 0.5  # of a month's money that a level must be of: less would be of other goods
PLACE = ["item_id", "category_id"]


@dataclass(frozen=True)
class Levels:
    """Levels along months; ``None`` where a month has none."""

    months: tuple[pd.Timestamp, ...]
    paid: tuple[float | None, ...]
    contract: tuple[float | None, ...]
    index: tuple[float | None, ...]


def levels(
    bought: pd.DataFrame, items: pd.DataFrame, agreed: pd.DataFrame, followed: pd.DataFrame
) -> Levels:
    """The levels of all months of both years in which any of the items was bought.

    ``bought`` are ``span`` (0 is last year, 1 this), ``month``, ``item_id``, ``category_id``,
    ``quantity`` and ``amount`` of items with a quantity; ``items`` the ``item_id`` and
    ``category_id`` of those in both years; ``agreed`` ``month``, ``item_id``, ``category_id``,
    ``amount`` and ``contract_amount``; ``followed`` ``category_id``, ``month`` and ``level``, what
    the index and its pass-through make of 100.

    >>> rows = pd.DataFrame({"span": [0, 1], "item_id": "bolt", "category_id": "steel",
    ...     "month": pd.to_datetime(["2025-01-01", "2026-01-01"]), "quantity": [10.0, 5.0],
    ...     "amount": [1000, 550]})
    >>> agreed = rows.assign(contract_amount=[1000, 500])
    >>> none = pd.DataFrame({"category_id": [], "month": pd.to_datetime([]), "level": []})
    >>> found = levels(rows, rows[["item_id", "category_id"]].drop_duplicates(), agreed, none)
    >>> found.paid, found.contract, found.index
    ((100.0, 110.0), (100.0, 100.0), (None, None))
    """
    met = bought.merge(items, on=PLACE).drop_duplicates(["month", *PLACE, *_more(bought)])
    base = met[met["span"] == 0].groupby(PLACE)[["amount", "quantity"]].sum()
    price = (base["amount"] / base["quantity"]).rename("price").reset_index()
    met = met.merge(price, on=PLACE).assign(at_base=lambda f: f["quantity"] * f["price"])
    monthly = met.groupby("month")[["amount", "at_base"]].sum()
    paid = _ratio(monthly["amount"], monthly["at_base"])
    own = agreed.merge(items, on=PLACE).groupby("month")[["amount", "contract_amount"]].sum()
    own = own.reindex(monthly.index, fill_value=0)
    covers = own["amount"] >= LEAST * monthly["amount"]
    asked = (paid * _ratio(own["contract_amount"], own["amount"]) / 100).where(covers)
    return Levels(
        tuple(monthly.index), _cells(paid), _cells(asked), _cells(_by_index(met, followed, monthly))
    )


def _more(bought: pd.DataFrame) -> list[str]:
    """What tells a month's rows of an item apart: the days of a long selection are there twice."""
    return [n for n in ("supplier_id", "unit", "currency", "has_quantity") if n in bought]


def _by_index(
    met: pd.DataFrame, followed: pd.DataFrame, monthly: pd.DataFrame
) -> "pd.Series[float]":
    """What the goods would have cost had their prices followed the index."""
    known = met.merge(followed, on=["category_id", "month"])
    known = known.assign(weighed=known["at_base"] * known["level"])
    sums = known.groupby("month")[["weighed", "at_base"]].sum().reindex(monthly.index, fill_value=0)
    covers = sums["at_base"] >= LEAST * monthly["at_base"]
    return (_ratio(sums["weighed"], sums["at_base"]) / 100).where(covers)


def _ratio(part: "pd.Series[float]", whole: "pd.Series[float]") -> "pd.Series[float]":
    """In per cent; not known on a base of zero or less."""
    return 100 * part.astype(float) / whole.astype(float).where(whole > 0)


def _cells(values: "pd.Series[float]") -> tuple[float | None, ...]:
    return tuple(None if v != v else float(v) for v in values)


def index_levels(
    moves: pd.DataFrame, values: pd.DataFrame, months: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """What each category's index and pass-through make of 100 in some months, as ``followed`` of
    ``levels``; ``moves`` as from ``spend.price_rows.index_moves``, of one owner."""
    asked = pd.DataFrame({"month": pd.Series(list(months), dtype="datetime64[us]")})
    cells = moves.merge(asked, how="cross").sort_values("month", kind="stable")
    known = values[values["value"] > 0].sort_values("month", kind="stable")
    known = known.astype({"month": "datetime64[us]"})
    met = pd.merge_asof(cells, known, on="month", by="index_code").dropna(subset=["value"])
    rise = met["value"] / met["before"] - 1
    level = 100 * (1 + met["pass_through"] * rise)
    return met.assign(level=level)[["category_id", "month", "level"]]


@dataclass(frozen=True)
class ListChange:
    """A day on which contracts asked for other prices: by how much, weighed by what was bought."""

    day: pd.Timestamp
    contracts: tuple[str, ...]
    items: int
    share: float
    bought: int


def list_changes(prices: pd.DataFrame, bought: Mapping[str, int]) -> tuple[ListChange, ...]:
    """The days on which agreed prices changed, the newest first.

    ``prices`` are ``contract_id``, ``item_id``, ``valid_from`` and ``unit_price``, in that order;
    ``bought`` cents by item. Items that nobody bought weigh nothing, unless none was bought.

    >>> prices = pd.DataFrame({"contract_id": "C", "item_id": ["a", "a", "b", "b"],
    ...     "valid_from": pd.to_datetime(["2025-01-01", "2025-10-01"] * 2),
    ...     "unit_price": [10.0, 11.0, 10.0, 14.0]})
    >>> (change,) = list_changes(prices, {"a": 300, "b": 100})
    >>> change.items, round(change.share, 4), change.bought
    (2, 0.175, 400)
    """
    before = prices.groupby(["contract_id", "item_id"])["unit_price"].shift()
    moved = prices.assign(share=prices["unit_price"] / before - 1)
    moved = moved[(before > 0) & (moved["share"] != 0)]
    weight = moved["item_id"].map(dict(bought)).fillna(0).clip(lower=0).astype(float)
    moved = moved.assign(weight=weight)
    found = [_change(day, rows) for day, rows in moved.groupby("valid_from")]
    return tuple(sorted(found, key=lambda change: change.day, reverse=True))


def _change(day: object, rows: pd.DataFrame) -> ListChange:
    weight = rows["weight"] if rows["weight"].sum() > 0 else rows["weight"] + 1
    share = float((rows["share"] * weight).sum() / weight.sum())
    bought = rows.drop_duplicates("item_id")["weight"].sum()
    contracts = tuple(sorted(map(str, rows["contract_id"].unique())))
    return ListChange(pd.Timestamp(str(day)), contracts, rows["item_id"].nunique(), share,
                      int(bought))  # fmt: skip


@dataclass(frozen=True)
class Elsewhere:
    """What was paid for goods that contracts with others have a price for, and what those ask; in
    cents."""

    paid: int
    asked: int


def elsewhere(bought: pd.DataFrame, prices: pd.DataFrame) -> Elsewhere | None:
    """What goods would have cost at the lowest price of others' contracts in their month.

    ``bought`` are ``month``, ``item_id``, ``unit``, ``quantity`` and ``amount``; ``prices``
    ``item_id``, ``unit`` (none is any), ``unit_price`` (in money), and the ``first`` and ``last``
    day that it holds: one that holds on any day of a month does. ``None`` where no price is known.

    >>> may = pd.Timestamp("2026-05-01")
    >>> bought = pd.DataFrame({"month": may, "item_id": "bolt", "unit": ["kg", "box"],
    ...     "quantity": [10.0, 2.0], "amount": [1100, 9000]})
    >>> prices = pd.DataFrame({"item_id": "bolt", "unit": "kg", "unit_price": [1.0, 0.5],
    ...     "first": pd.to_datetime(["2026-01-01", "2026-06-01"]),
    ...     "last": pd.to_datetime(["2026-12-31", "2026-12-31"])})
    >>> elsewhere(bought, prices)
    Elsewhere(paid=1100, asked=1000)
    """
    keys = ["month", "item_id", "unit"]
    months = bought.groupby(keys)[["quantity", "amount"]].sum().reset_index()
    asked = prices.rename(columns={"unit": "priced_in"})
    met = months[months["quantity"] > 0].merge(asked, on="item_id")
    met = met[met["priced_in"].isna() | (met["priced_in"] == met["unit"])]
    ends = met["month"] + pd.offsets.MonthEnd(0)
    met = met[(met["first"] <= ends) & (met["last"] >= met["month"])]
    if met.empty:
        return None
    lowest = met.groupby(keys).agg(
        quantity=("quantity", "first"), amount=("amount", "first"), price=("unit_price", "min")
    )
    cost = 100 * float((lowest["quantity"] * lowest["price"]).sum())
    return Elsewhere(int(lowest["amount"].sum()), round(cost))
