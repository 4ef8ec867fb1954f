"""The savings definitions in plain Python, one initiative and one purchase at a time, exactly.

Fractions throughout and nothing of the model's code: the second opinion for its vectorised sums.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

Row = dict[str, Any]

RECOGNISED = ("price_reduction", "demand_reduction", "process")
COUNTED = ("contracted", "implemented", "realised", "confirmed")


@dataclass
class Judged:
    """One initiative with its items in cents, unrounded."""

    row: Row
    items: dict[str, Fraction] = field(default_factory=dict)
    claimed: Fraction = Fraction(0)

    @property
    def recognised(self) -> Fraction:
        return self.claimed + sum(self.items.values())


def month(day: date) -> int:
    return 12 * day.year + day.month


def months_of(row: Row) -> range:
    start = month(row["start_date"])
    return range(start, start + 12)


def exactly(value: Any) -> Fraction | None:
    return None if value is None or value != value else Fraction(str(value))


def formula(row: Row, baseline: Fraction | None = None) -> Fraction | None:
    """Cents, from the stated baseline or another."""
    stated = exactly(row["baseline_unit_price"])
    new, quantity = exactly(row["new_unit_price"]), exactly(row["annual_quantity"])
    if stated is None or new is None or quantity is None:
        return None
    return 100 * ((stated if baseline is None else baseline) - new) * quantity


def traced(row: Row) -> bool:
    return formula(row) is not None and row["saving_type"] in RECOGNISED


def neighbours(row: Row, rows: list[Row]) -> tuple[Row | None, Row | None]:
    """The earlier and the later initiative whose windows overlap this one's."""

    def place(other: Row) -> tuple[int, date, str]:
        return month(other["start_date"]), other["start_date"], other["initiative_id"]

    same = [
        other
        for other in rows
        if traced(other) and other["item_id"] == row["item_id"] != ""
        and other["supplier_group"] == row["supplier_group"]
    ]  # fmt: skip
    if not traced(row):
        return None, None
    before = [o for o in same if place(o) < place(row) and months_of(row)[0] in months_of(o)]
    after = [o for o in same if place(o) > place(row) and months_of(o)[0] in months_of(row)]
    return max(before, key=place, default=None), min(after, key=place, default=None)


def start_rate(rates: list[Row], currency: str, day: date) -> Fraction | None:
    known = [r for r in rates if r["currency"] == currency and r["date"] <= day]
    return exactly(max(known, key=lambda r: r["date"])["rate"]) if known else None


def judged(
    rows: list[Row], purchases: list[Row], rates: list[Row], first: date, last: date
) -> list[Judged]:
    """Every initiative of the selection, in the order given."""
    counted = [row for row in rows if row["stage"] in COUNTED and row["start_date"] is not None]
    found = []
    for row in counted:
        touched = range(month(first), month(last) + 1)
        if first > last or not set(months_of(row)) & set(touched):
            continue
        if row["saving_type"] == "working_capital":
            continue
        found.append(_one(row, counted, purchases, rates, first, last))
    return found


def _one(
    row: Row, rows: list[Row], purchases: list[Row], rates: list[Row], first: date, last: date
) -> Judged:
    result, stated = Judged(row), formula(row)
    before, after = neighbours(row, rows)
    claimed = exactly(row["claimed_amount"])
    result.claimed = claimed if claimed is not None else (stated or Fraction(0))
    if stated is None:
        result.items["unsupported"] = -result.claimed
        return result
    baseline = exactly(row["baseline_unit_price"] if before is None else before["new_unit_price"])
    new, planned = exactly(row["new_unit_price"]), exactly(row["annual_quantity"])
    assert baseline is not None
    assert new is not None
    assert planned is not None
    left = formula(row, baseline) or Fraction(0)
    result.items["unsupported"] = left - result.claimed
    if not traced(row):
        result.items["not_recognised_type"] = -left
        return result
    unit = 100 * (baseline - new)
    # A month is inside when its last day is: the month of the day after the last is not.
    whole = range(month(first), month(date.fromordinal(last.toordinal() + 1)))
    inside = len(set(months_of(row)) & set(whole))
    result.items["timing"] = -left * Fraction(12 - inside, 12)
    bought = here = frozen_above = moved = Fraction(0)
    for line in purchases:
        if line["item_id"] != row["item_id"] or row["item_id"] == "":
            continue
        if month(line["month"]) not in months_of(row):
            continue
        quantity = Fraction(str(line["quantity"]))
        bought += quantity
        if row["supplier_group"] not in ("", line["supplier_group"]):
            continue
        here += quantity
        if after is not None and month(line["month"]) >= month(after["start_date"]):
            continue
        rate = start_rate(rates, line["currency"], row["start_date"])
        frozen = line["amount"] if rate is None else line["document_amount"] * rate
        frozen_above += frozen - 100 * new * quantity
        moved += line["amount"] - frozen
    result.items["volume"] = (bought - planned * Fraction(inside, 12)) * unit
    result.items["off_contract"] = -(bought - here) * unit
    result.items["price"] = -frozen_above
    result.items["currency"] = -moved
    return result
