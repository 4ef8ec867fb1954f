"""Price, volume and mix against the same days a year before, by the definitions."""

from typing import Any

import numpy as np
import pandas as pd

from tests.reference_books import Frame, looked_up
from tests.reference_choice import Chosen, Figures

IDS = ("price_effect", "volume_effect", "mix_effect")


def figures(chosen: Chosen) -> Figures:
    """Items in both years, within category and unit; null where no item is in both."""
    lines = chosen.of(chosen.books.invoices)
    lines = lines[lines["item_id"] != ""].copy()
    units = dict(zip(*(chosen.books["item"][c] for c in ("item_id", "unit")), strict=True))
    own = lines["unit"].where(lines["unit"] != "", lines["order_unit"])
    lines["unit"] = own.where(own != "", looked_up(lines["item_id"], units))
    first, last = chosen.last_year
    spans = [chosen.inside(lines["day"]), lines["day"].between(first, last)]
    lines = lines[of_one_unit(lines[spans[0] | spans[1]], lines)]
    now, before = (priced(lines[span.reindex(lines.index)]) for span in spans)
    both = before.add_suffix("0").join(now.add_suffix("1"), how="inner")
    both = both[(both["quantity0"] > 0) & (both["quantity1"] > 0)]
    both = both[both["currency0"] == both["currency1"]]
    if not len(both):
        return dict.fromkeys(IDS)
    return dict(zip(IDS, effects(both), strict=True))


def of_one_unit(seen: Frame, lines: Frame) -> Any:
    """Lines of items that come in one unit: a change of unit is not priced."""
    units = seen[seen["quantity"].notna()].groupby("item_id")["unit"].nunique()
    return ~lines["item_id"].isin(units[units > 1].index)


def priced(lines: Frame) -> Frame:
    """Quantities and amounts of lines that have a quantity, by item, category and unit."""
    lines = lines[lines["quantity"].notna()]
    sign = np.where(lines["amount"] < 0, -1, 1)
    lines = lines.assign(quantity=lines["quantity"].abs() * sign, document=lines["amount"] * 100)
    keys = ["item_id", "category_id", "unit"]
    found = lines.groupby(keys)[["quantity", "net", "document"]].sum()
    currencies = lines.groupby(keys)["currency"].agg(lambda c: "/".join(sorted(set(c))))
    return found.assign(currency=currencies)


def effects(both: Frame) -> tuple[float, float, float]:
    """Sums over the groups; amounts of this year at the base year's rates."""
    rate0, rate1 = (both[f"net{n}"] / both[f"document{n}"] for n in (0, 1))
    q0, q1 = both["quantity0"], both["quantity1"]
    p0, p1 = both["net0"] / q0, both["net1"] * rate0 / rate1 / q1
    groups = [both.index.get_level_values(n) for n in ("category_id", "unit")]
    sums = pd.DataFrame({"q0": q0, "q1": q1, "a0": both["net0"]}).groupby(groups).sum()
    volume = ((sums["q1"] - sums["q0"]) * sums["a0"] / sums["q0"]).sum()
    price, mix = (q1 * (p1 - p0)).sum(), ((q1 - q0) * p0).sum() - volume
    return float(price), float(volume), float(mix)
