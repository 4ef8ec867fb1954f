"""Stock by the definitions, row by row in plain Python: what the selects are held against.

Rows are those of the contract, with days as ``date`` and numbers as ``Decimal``. Every function
gives what its namesake in ``queries.stock`` or ``queries.stock_demand`` gives, as dictionaries.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

Row = dict[str, Any]
FOREVER = date(9999, 12, 31)


def grouped(rows: Iterable[Row], *keys: str) -> Iterator[tuple[Row, list[Row]]]:
    """Rows by some of their columns, in order."""

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in keys)

    for values, members in groupby(sorted(rows, key=key), key):
        yield dict(zip(keys, values, strict=True)), list(members)


@dataclass
class Stock:
    """A company's rows, and what a selection keeps of its items."""

    tables: dict[str, list[Row]]
    keeps: Callable[[str, str], bool] = lambda item_id, category_id: True

    def item(self, item_id: str) -> Row:
        known = {row["item_id"]: row for row in self.tables["item"]}
        return known.get(item_id, {})

    def category(self, item_id: str) -> str:
        known = {row["category_id"] for row in self.tables["category"]}
        own = str(self.item(item_id).get("category_id"))
        return own if own in known else ""

    def chosen(self, rows: Iterable[Row]) -> list[Row]:
        return [r for r in rows if self.keeps(r["item_id"], self.category(r["item_id"]))]

    # --- Counts

    def counts(self) -> list[Row]:
        """Every count with the ones before and after it."""
        found: list[Row] = []
        for _, rows in grouped(self.tables["stock_level"], "item_id", "site"):
            before: Row = {}
            row_days = sorted(rows, key=lambda row: row["counted_on"])
            ends = [row["counted_on"] for row in row_days[1:]] + [FOREVER]
            for row, end in zip(row_days, ends, strict=True):
                found.append(self._count(row, end, before))
                before = found[-1]
        return found

    def _count(self, row: Row, next_count: date, before: Row) -> Row:
        own = row["unit_cost"]
        cost = self.item(row["item_id"]).get("unit_cost") if own is None else own
        previous = ("on_hand", "unit_cost", "value")
        return {
            **row,
            "next_count": next_count,
            "category_id": self.category(row["item_id"]),
            "unit_cost": cost,
            "value": None if cost is None else cents(row["on_hand"] * cost),
            "previous_count": before.get("counted_on"),
            **{f"previous_{name}": before.get(name) for name in previous},
        }

    def positions(self, day: date) -> list[Row]:
        rows = (r for r in self.counts() if r["counted_on"] <= day < r["next_count"])
        return self.chosen(rows)

    def stock_outs(self, day: date) -> list[Row]:
        rows = self.chosen(r for r in self.tables["stock_level"] if r["counted_on"] <= day)
        return [
            {**key, "counts": len(of), "empty_counts": sum(r["on_hand"] <= 0 for r in of),
             "first_count": min(r["counted_on"] for r in of)}
            for key, of in grouped(rows, "item_id", "site")
        ]  # fmt: skip

    def value_by_day(self, days: Iterable[date]) -> list[Row]:
        found = []
        for day in sorted(set(days)):
            values = [row["value"] for row in self.positions(day)]
            known = [value for value in values if value is not None]
            found.append({"day": day, "value": sum(known) if known else None,
                          "item_sites": len(values),
                          "unknown_values": len(values) - len(known)})  # fmt: skip
        return found

    # --- Demand

    def demand_rows(self, day: date) -> list[Row]:
        rows = self.chosen(r for r in self.tables["demand"] if r["period_start"] <= day)
        return sorted(rows, key=lambda r: (r["item_id"], r["site"], r["period_start"]))

    def demand_sums(self, day: date, year_start: date, recent_start: date) -> list[Row]:
        rows = [r for r in self.tables["demand"] if r["period_start"] <= day]
        return [
            {**key, "category_id": self.category(key["item_id"]),
             **sums(of, year_start, recent_start)}
            for key, of in grouped(rows, "item_id", "site")
        ]  # fmt: skip

    def used_between(self, day: date) -> list[Row]:
        found = []
        for count in self.positions(day):
            rows = [r for r in self.tables["demand"] if r["item_id"] == count["item_id"]
                    and r["site"] == count["site"]
                    and between(count["previous_count"], r["period_start"],
                                count["counted_on"])]  # fmt: skip
            if rows:
                used = sum(r["quantity"] for r in rows)
                found.append({"item_id": count["item_id"], "site": count["site"], "used": used})
        return found

    # --- Receipts

    def lines(self) -> Iterator[tuple[Row, list[Row]]]:
        """Order lines that count an item, each with its receipts."""
        for line in self.tables["purchase_order_line"]:
            if line["item_id"] is not None and line["matching"] != "value":
                key = (line["po_id"], line["line_no"])
                receipts = self.tables["goods_receipt"]
                yield line, [r for r in receipts if (r["po_id"], r["line_no"]) == key]

    def received_between(self, day: date) -> list[Row]:
        found = []
        for key, counts in grouped(self.positions(day), "item_id"):
            starts = [c["previous_count"] for c in counts if c["previous_count"]]
            first, last = min(starts, default=None), max(c["counted_on"] for c in counts)
            unit = self.item(key["item_id"]).get("unit")
            came = [
                (receipt["quantity"], unit and line["unit"] and line["unit"] != unit)
                for line, receipts in self.lines()
                for receipt in receipts
                if line["item_id"] == key["item_id"]
                and between(first, receipt["received_on"], last)
            ]
            if came:
                found.append({**key, "received": sum(q for q, other in came if not other),
                              "other_unit_lines": sum(bool(o) for _, o in came)})  # fmt: skip
        return found

    def taken(self, day: date) -> list[Row]:
        """Each order line that was wholly there by a day, and how many days it took."""
        found = []
        for line, receipts in self.lines():
            done = complete_on(line, receipts)
            if done is not None and line["order_date"] <= done <= day:
                took = (done - line["order_date"]).days
                found.append({"item_id": line["item_id"], "days": took})
        return self.chosen(found)

    def lead_times(self, day: date) -> list[Row]:
        return [
            {**key, "orders": len(of), "days": sum(r["days"] for r in of),
             "squares": sum(r["days"] ** 2 for r in of)}
            for key, of in grouped(self.taken(day), "item_id")
        ]  # fmt: skip


def cents(money: Decimal) -> int:
    return int(money.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)


def between(first: date | None, day: date, last: date) -> bool:
    """After the first day, up to the last."""
    return first is not None and first < day <= last


def complete_on(line: Row, receipts: Sequence[Row]) -> date | None:
    """The first day at whose end a line had received all it ordered."""
    so_far = Decimal(0)
    for key, rows in grouped(receipts, "received_on"):
        so_far += sum(row["quantity"] for row in rows)
        if so_far >= line["quantity"] > 0:
            day: date = key["received_on"]
            return day
    return None


def sums(rows: Sequence[Row], year_start: date, recent_start: date) -> Row:
    """What ``demand_sums`` says of one item and site."""
    starts = [row["period_start"] for row in rows]
    above = [row["quantity"] for row in rows if row["quantity"] > 0]
    weekdays = [start.isoweekday() for start in starts]
    recent = [r for r in rows if r["quantity"] > 0 and r["period_start"] > recent_start]
    return {
        "bucket_rows": len(rows),
        "demands": len(above),
        "quantity": sum(above),
        "squares": sum(q * q for q in above),
        "whole": all(max(row["quantity"], 0) % 1 == 0 for row in rows),
        "returns": sum(row["quantity"] < 0 for row in rows),
        "first_start": min(starts),
        "last_start": max(starts),
        "last_wanted": max((r["period_start"] for r in rows if r["quantity"] > 0), default=None),
        "year_quantity": sum(r["quantity"] for r in rows if r["period_start"] > year_start),
        "recent_rows": len(recent),
        "all_first": all(start.day == 1 for start in starts),
        "least_weekday": min(weekdays),
        "most_weekday": max(weekdays),
    }
