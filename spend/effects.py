"""Two years of items compared, item by item: what kind of change each is, and its effects."""

import numpy as np
import pandas as pd

NO_GROUP = -1  # of an item that can't be compared, whatever the other year says
EFFECTS = ("price", "volume", "mix", "currency")


def compare(base: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    """Each item of either side: its kind, its two amounts, and its part of each effect.

    Frames indexed by item with ``quantity`` (NaN where there is none), ``amount``, ``rate`` and
    ``group``, a number, or ``NO_GROUP`` for what can't be compared. An item's part of volume is its
    base amount grown as its group grew; of mix, what its own quantity grew otherwise. Those parts
    sum to the definitions, which say it with averages.
    """
    index = base.index.union(actual.index, sort=False)
    before, now = base.reindex(index), actual.reindex(index)
    in_base, in_actual = index.isin(base.index), index.isin(actual.index)
    had, has = (before["quantity"] > 0).to_numpy(), (now["quantity"] > 0).to_numpy()
    same = (before["group"] == now["group"]).to_numpy() & (now["group"] != NO_GROUP).to_numpy()
    priced = had & has & same
    kinds = [priced, has & ~in_base, had & ~in_actual]
    rows = pd.DataFrame(
        {
            "kind": np.select(kinds, ["priced", "new", "lost"], "not priced"),
            "base": before["amount"].fillna(0.0),
            "actual": now["amount"].fillna(0.0),
        },
        index=index,
    )
    effects = _item_effects(before[priced], now[priced])
    return rows.join(effects.reindex(index))


def _item_effects(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    rates = before["rate"] / now["rate"]
    if not (np.isfinite(rates) & (before["rate"] > 0) & (now["rate"] > 0)).all():
        raise ValueError("currency_rate must be above zero for items in both years")
    group = now["group"]
    growth = now["quantity"].groupby(group).transform("sum") / before["quantity"].groupby(
        group
    ).transform("sum")
    at_base_rates = now["amount"] * rates
    at_base_prices = before["amount"] * (now["quantity"] / before["quantity"])
    as_group = before["amount"] * growth
    effects = pd.DataFrame(
        {
            "price": at_base_rates - at_base_prices,
            "volume": as_group - before["amount"],
            "mix": at_base_prices - as_group,
            "currency": now["amount"] - at_base_rates,
        }
    )
    if not np.isfinite(effects.to_numpy()).all():
        raise ValueError("quantities and amounts must be small enough to compare")
    return effects
