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


@dataclass(frozen=True)
class Rules:
    """A policy of recognition; without a word, the definitions' own.

    ``year_ends`` is the last month of the fiscal year, where only its months count; ``before`` are
    all purchases that are known, where the price before is what was paid.
    """

    types: tuple[str, ...] = RECOGNISED
    before: tuple[Row, ...] | None = None
    year_ends: int | None = None
    leave_out: bool = False


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


def recognised_months(row: Row, rules: Rules) -> range:
    """Its twelve, or those up to the end of the fiscal year in which it starts."""
    all_of_it = months_of(row)
    if rules.year_ends is None:
        return all_of_it
    # Months are counted 12 × year + month; the first one on from the start that ends a year.
    end = next(m for m in all_of_it if (m - 1) % 12 + 1 == rules.year_ends)
    return range(all_of_it[0], end + 1)


def price_before(row: Row, rules: Rules) -> Fraction | None:
    """What was paid on average in the year before the start month, else what is stated."""
    start = month(row["start_date"])
    lines = [
        line for line in rules.before or ()
        if row["item_id"] and line["item_id"] == row["item_id"]
        and start - 12 <= month(line["month"]) < start
    ]  # fmt: skip
    quantity = sum((Fraction(str(line["quantity"])) for line in lines), Fraction(0))
    if quantity > 0:
        return Fraction(sum(line["amount"] for line in lines)) / 100 / quantity
    return exactly(row["baseline_unit_price"])


def formula(row: Row, baseline: Fraction | None) -> Fraction | None:
    """Cents, from some price before."""
    new, quantity = exactly(row["new_unit_price"]), exactly(row["annual_quantity"])
    if baseline is None or new is None or quantity is None:
        return None
    return 100 * (baseline - new) * quantity


def traced(row: Row, rules: Rules) -> bool:
    known = formula(row, price_before(row, rules)) is not None
    return known and row["saving_type"] in rules.types


def neighbours(row: Row, rows: list[Row], rules: Rules) -> tuple[Row | None, Row | None]:
    """The earlier and the later initiative whose windows overlap this one's."""

    def place(other: Row) -> tuple[int, date, str]:
        return month(other["start_date"]), other["start_date"], other["initiative_id"]

    same = [
        other
        for other in rows
        if traced(other, rules) and other["item_id"] == row["item_id"] != ""
        and other["supplier_group"] == row["supplier_group"]
    ]  # fmt: skip
    if not traced(row, rules):
        return None, None
    before = [o for o in same if place(o) < place(row) and months_of(row)[0] in months_of(o)]
    after = [o for o in same if place(o) > place(row) and months_of(o)[0] in months_of(row)]
    return max(before, key=place, default=None), min(after, key=place, default=None)


def start_rate(rates: list[Row], currency: str, day: date) -> Fraction | None:
    known = [r for r in rates if r["currency"] == currency and r["date"] <= day]
    return exactly(max(known, key=lambda r: r["date"])["rate"]) if known else None


def judged(
    rows: list[Row],
    purchases: list[Row],
    rates: list[Row],
    first: date,
    last: date,
    rules: Rules = Rules(),
    position: date | None = None,
) -> list[Judged]:
    """Every initiative of the selection, in the order given; without a position all has passed."""
    passed = position or last
    counted = [row for row in rows if row["stage"] in COUNTED and row["start_date"] is not None]
    found = []
    for row in counted:
        touched = range(month(first), month(last) + 1)
        if first > passed or not set(months_of(row)) & set(touched):
            continue
        if row["saving_type"] == "working_capital":
            continue
        one = _one(row, counted, purchases, rates, first, passed, rules)
        if rules.leave_out and row["budgeted"]:
            one.items["already_budgeted"] = -one.recognised
        found.append(one)
    return found


def _one(
    row: Row,
    rows: list[Row],
    purchases: list[Row],
    rates: list[Row],
    first: date,
    last: date,
    rules: Rules,
) -> Judged:
    result, stated = Judged(row), formula(row, exactly(row["baseline_unit_price"]))
    before, after = neighbours(row, rows, rules)
    claimed = exactly(row["claimed_amount"])
    result.claimed = claimed if claimed is not None else (stated or Fraction(0))
    old = price_before(row, rules)
    if formula(row, old) is None:
        result.items["unsupported"] = -result.claimed
        return result
    baseline = old if before is None else exactly(before["new_unit_price"])
    new, planned = exactly(row["new_unit_price"]), exactly(row["annual_quantity"])
    assert baseline is not None
    assert new is not None
    assert planned is not None
    left = formula(row, baseline) or Fraction(0)
    result.items["unsupported"] = left - result.claimed
    if not traced(row, rules):
        result.items["not_recognised_type"] = -left
        return result
    unit = 100 * (baseline - new)
    # A month is inside when its last day is: the month of the day after the last is not.
    whole = range(month(first), month(date.fromordinal(last.toordinal() + 1)))
    counts = recognised_months(row, rules)
    inside = len(set(counts) & set(whole))
    result.items["timing"] = -left * Fraction(12 - inside, 12)
    bought = here = frozen_above = moved = Fraction(0)
    for line in purchases:
        if line["item_id"] != row["item_id"] or row["item_id"] == "":
            continue
        if month(line["month"]) not in counts:
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
