"""Stock of made-up companies, on both engines, held against the same sums worked out by hand."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from queries.selection import NOT_ASSIGNED, Selection
from queries.store import Store
from spend import stock
from spend.result import Report, Table
from spend.stock_items import StockItems, bucket_spans
from spend.stock_reading import StockReading
from spend.stock_table import BY
from tests.contract_files import Books, examples
from tests.reference_stock import Row
from tests.stock_by_hand import PARTS, Case, Place, places, since_count, total

FIRST = date(2024, 9, 2)  # a Monday
THROUGH = date(2026, 3, 15)  # a Sunday: the month is not over, nor are weeks from Wednesdays
SITES = ("M", "S")
COUNT_DAYS = 600
CENTS = 1.01  # by how much an amount may differ that is a cent's half away from another


# --- A generated company --------------------------------------------------------------------------


def some(random: Random, *values: Any) -> Any:
    found = random.choice(values)
    return Decimal(found) if isinstance(found, str) and found[:1] in "-0123456789" else found


def some_item(random: Random, number: int) -> Row:
    return {
        "item_id": f"I{number:02}",
        "name": f"Item {number}",
        "category_id": some(random, None, "K1", "K2", "K2", "K3", "lost"),
        "unit_cost": some(random, None, "0", "0.005", "12.345678", "1999", "3.1"),
        "lead_time_days": some(random, None, 0, 7, 30, 45, 112),
        "review_period_days": some(random, None, None, 0, 7, 30),
        "service_level": some(random, None, None, "0.8", "0.95", "0.995", "0"),
        "holding_rate": some(random, None, "0", "0.2", "0.25", "0.25"),
        "stockout_cost": some(random, None, "3", "250.5"),
        "order_cost": some(random, None, "0", "45", "45"),
        "minimum_order": some(random, None, None, "0", "5", "100.5"),
        "critical": some(random, None, True, False, False),
        "known_since": some(random, None, None, None, date(2020, 2, 29), date(2026, 1, 15)),
    }


def some_starts(random: Random) -> list[date]:
    """Months, weeks from Mondays or Wednesdays, or days."""
    months = [date(2024 + m // 12, m % 12 + 1, 1) for m in range(8, 28)]
    weeks = [FIRST + timedelta(weeks=n) for n in range(86)]
    later = [day + timedelta(days=2) for day in weeks]
    days = [FIRST + timedelta(days=n) for n in range(600)]
    return random.choice([months, weeks, weeks, later, days])


# How often something is wanted, and how much of it.
PROFILES: Sequence[tuple[float, Sequence[str]]] = (
    (0.0, ("1",)), (0.3, ("0",)), (0.95, ("18", "20", "22")), (0.95, ("1", "2", "60", "5")),
    (0.9, ("0.5", "12.25", "7")), (0.15, ("1", "1", "1", "2")), (0.5, ("1", "1", "2", "4", "1")),
    (0.2, ("5", "30", "12", "80")), (0.2, ("24",)), (0.3, ("0.333333", "2.5", "-0.25", "9")),
    (0.7, ("3", "7", "-2", "0")), (0.04, ("6", "11")), (0.9, ("400", "1000.5", "77")),
)  # fmt: skip


def some_demand(random: Random, item: str) -> list[Row]:
    rows, starts = [], some_starts(random)
    for site in SITES:
        share, sizes = random.choice(PROFILES)
        mine = starts if random.random() < 0.8 else [s for s in starts if s < date(2025, 2, 1)]
        chosen = random.sample(mine, round(share * len(mine)))
        if random.random() < 0.1:
            chosen = [random.choice(mine)]
        rows += [
            {"period_start": day, "item_id": item, "site": site,
             "quantity": Decimal(random.choice(sizes))}
            for day in sorted(chosen)
        ]  # fmt: skip
    return rows


def some_counts(random: Random, item: str) -> list[Row]:
    hands = ("-3", "-0.333", "0", "0", "5", "12.5", "1000.333333", "77.777", "300", "41")
    return [
        {"counted_on": day, "item_id": item, "site": site, "on_hand": Decimal(random.choice(hands)),
         "on_order": some(random, None, "0", "40"),
         "unit_cost": some(random, None, None, "12.5", "0.01")}
        for site in SITES
        for day in {FIRST + timedelta(days=random.randint(0, COUNT_DAYS))
                    for _ in range(random.choice([0, 1, 2, 4]))}
    ]  # fmt: skip


def some_orders(random: Random, item: str) -> list[tuple[Row, Row]]:
    found = []
    for n in range(random.choice([0, 0, 3, 5, 9])):
        day = FIRST + timedelta(days=random.randint(0, 400))
        key = {"po_id": f"P{item}", "line_no": n + 1}
        quantity = Decimal(random.choice(["5", "40"]))
        line = {**key, "order_date": day, "supplier_id": "S1", "quantity": quantity,
                "unit_price": 1, "item_id": item, "unit": None, "matching": None}  # fmt: skip
        came = {"receipt_id": f"R{item}-{n}", **key, "quantity": quantity,
                "received_on": day + timedelta(days=random.choice([0, 20, 31, 55]))}  # fmt: skip
        found.append((line, came))
    return found


def some_company(random: Random, many: int = 24) -> dict[str, list[Row]]:
    items = [some_item(random, n) for n in range(many)]
    ids = [*(item["item_id"] for item in items), "gone"]
    orders = [pair for item in ids for pair in some_orders(random, item)]
    return {
        "category": [{"category_id": "K1", "name": "1", "parent_category_id": None},
                     {"category_id": "K2", "name": "2", "parent_category_id": "K1"},
                     {"category_id": "K3", "name": "3", "parent_category_id": None}],
        "item": items,
        "stock_level": [row for item in ids for row in some_counts(random, item)],
        "demand": [row for item in ids for row in some_demand(random, item)],
        "purchase_order_line": [line for line, _ in orders],
        "goods_receipt": [came for _, came in orders],
    }  # fmt: skip


KEPT = ("K1", "K2")
SELECTIONS: Sequence[tuple[Selection, Callable[[str, str], bool]]] = (
    (Selection("2025-01", "2026-03"), lambda item, category: True),
    (Selection("2025-01", "2025-11"), lambda item, category: True),
    (Selection("2025-01", "2026-03", category=("K1",)), lambda i, category: category[:2] in KEPT),
    (Selection("2025-01", "2026-02", category=("K3", NOT_ASSIGNED)),
     lambda item, category: category in ("K3", "")),
    (Selection("2025-01", "2026-03", item=("I03", "I07")), lambda i, category: i in ("I03", "I07")),
)  # fmt: skip
ENDS = {"2026-03": THROUGH, "2026-02": date(2026, 2, 28), "2025-11": date(2025, 11, 30)}


# --- Against the sums by hand ---------------------------------------------------------------------


@pytest.fixture
def books(kept_store: Store, tmp_path: Path) -> Books:
    return Books(kept_store, tmp_path)


def test_companies_are_what_their_items_come_to_by_hand(books: Books) -> None:
    for seed in range(examples(books.store, 1, 1)):
        company = some_company(Random(seed))
        books.empty()
        now = datetime(THROUGH.year, THROUGH.month, THROUGH.day, 9)
        assert books.load(company, now=now).rejected == 0
        for selection, keeps in SELECTIONS[: examples(books.store, 5, 2)]:
            case = Case(company, ENDS[str(selection.to_period)], THROUGH, keeps)
            with books.store.reader() as reader:
                reading = StockReading.read(reader, selection)
                expected = places(case)
                compare(reading, expected)
            made = {by: stock.report(books.store, selection, by=by) for by in BY}
            ties_out(reading, made)
            figures(made["item"], expected)
            bridges(made["item"], case)


def near(found: Any, expected: float | Fraction | None, absolute: float = 1e-6) -> bool:
    if expected is None:
        return bool(np.isnan(found))
    return bool(found == pytest.approx(float(expected), rel=2e-8, abs=absolute))


def compare(reading: StockReading, expected: Sequence[Place]) -> None:
    """Item by item and site by site."""
    items, plan, split, parts = reading.items, reading.plan, reading.split, reading.parts
    assert list(zip(items.item_id, items.site, strict=True)) == [
        (p.item_id, p.site) for p in expected
    ]
    for i, place in enumerate(expected):
        said = (place, i)
        assert of_item(items, i, place), said
        assert near(plan.safety_stock[i], place.safety_stock), (*said, place.safety_stock)
        assert near(plan.level[i], place.level), said
        assert near(plan.order_quantity[i], place.lot), said
        if place.known:
            assert plan.distribution[i] == place.expected.name, said
        assert bool(reading.obsolete[i]) == place.obsolete, said
        hand = int((place.on_hand or 0) * 10**6)
        assert sum(int(getattr(split, part)[i]) for part in PARTS) == hand
        assert sum(int(parts[part][i]) for part in PARTS) == (place.value or 0)
        for part in PARTS:
            units = int(getattr(split, part)[i])
            assert units == pytest.approx(place.parts[part], rel=1e-8, abs=2), (*said, part)
            assert near(parts[part][i], place.part_values[part], CENTS), (*said, part)
        assert near(reading.required[i], place.worth(place.safety_stock), CENTS), said


def of_item(items: StockItems, i: int, place: Place) -> bool:
    assert (items.kind[i], items.category_id[i]) == (place.kind, place.category)
    found = items.statistics
    assert near(items.on_hand[i], place.on_hand)
    assert near(items.unit_cost[i], place.unit_cost)
    assert (items.value[i], items.value_known[i]) == (place.value or 0, place.value is not None)
    assert found.periods[i] == place.periods
    assert found.demands[i] == len(place.sizes)
    if place.periods:
        assert near(found.mean[i], place.mean)
        assert found.demand_class[i] == place.demand_class
    if place.periods > 1:
        assert near(found.variance[i], place.variance)
    assert near(items.year_demand[i], place.year_demand)
    assert near(items.lead_time.days[i], place.lead_days)
    assert near(items.lead_time.spread_days[i], place.spread_days)
    assert items.service_level[i] == place.service_level
    return True


def test_the_span_ends_with_the_last_week_that_is_over_whatever_its_weekday() -> None:
    """Else an item wanted every week would have more weeks with demand than there are weeks."""
    book: Any = SimpleNamespace(window=SimpleNamespace(data_through=THROUGH))
    days = {"first_start": ["2026-02-02", "2026-02-04"], "last_start": ["2026-03-09", "2026-03-11"]}
    frame = pd.DataFrame({"kind": "week", **{k: pd.to_datetime(v) for k, v in days.items()}})
    assert bucket_spans(book, frame) == {"week": (date(2026, 2, 2), date(2026, 3, 9))}


# --- Everything ties out --------------------------------------------------------------------------


def amounts(table: Table, row: Sequence[Any]) -> dict[str, Decimal]:
    return {c.key: v for c, v in zip(table.columns, row, strict=True) if c.unit == "money"}


def ties_out(reading: StockReading, made: dict[str, Report]) -> None:
    """Parts add to on hand in every row of every breakdown, and rows to the total."""
    for report in made.values():
        table = report.table("breakdown")
        assert table.total is not None
        whole = amounts(table, table.total)
        top = [amounts(table, row) for row, depth in zip(table.rows, table.depth, strict=True)
               if depth == 0]  # fmt: skip
        for row in (whole, *(amounts(table, row) for row in table.rows)):
            parts = [row[k] for k in ("safety", "cycle", "excess", "obsolete", "other")]
            if None not in parts:
                assert sum(parts, Decimal(0)) == row["value"]
        for key, amount in whole.items():
            assert sum((row[key] or Decimal(0) for row in top), Decimal(0)) == (amount or 0), key
        assert figures_of(report) == figures_of(made["item"])
        for bridge in report.bridges:
            assert bridge.residual == 0
            assert bool(bridge.steps) != bool(bridge.reason)
    frame = reading.frame
    for by in ("item_id", "category", "demand_class", "site"):
        sums = frame.groupby(by)[[f"{part}_value" for part in PARTS]].sum().sum(axis=1)
        assert (sums == frame.groupby(by)["value"].sum()).all()


def figures_of(report: Report) -> dict[str, Any]:
    return {figure.metric: figure.value for figure in report.figures}


def figures(report: Report, expected: Sequence[Place]) -> None:
    counted = [p for p in expected if p.on_hand is not None]
    stock_value = total(p.value for p in counted)
    assert cents_of(report, "stock_value") == stock_value
    assert report.figure("stock_value").rows == len(counted)
    tolerance = CENTS * len(expected)
    for part in ("safety", "cycle", "excess", "obsolete"):
        sums = [p.part_values[part] for p in counted if p.value is not None]
        close(report, f"{part}_stock_value", sum(sums) if sums else None, tolerance)
    required = [p.worth(p.safety_stock) for p in expected]
    close(report, "required_safety_stock_value", total(required), tolerance)
    year = total(p.worth(p.year_demand) for p in expected) or 0
    days = report.figure("days_inventory")
    if stock_value is None or stock_value < 0 or year <= 0:
        assert days.value is None
    else:
        assert days.value == pytest.approx(stock_value / year * 365, rel=1e-6)
    for figure in report.figures:
        assert (figure.value is None) == bool(figure.reason), figure


def cents_of(report: Report, metric: str) -> int | None:
    value = report.figure(metric).value
    return None if value is None else int(Decimal(str(value)) * 100)


def close(report: Report, metric: str, expected: Any, tolerance: float) -> None:
    found = cents_of(report, metric)
    if expected is None:
        assert found is None, metric
    else:
        assert found == pytest.approx(float(expected), abs=tolerance), metric


def bridges(report: Report, case: Case) -> None:
    """The bridge from the count before, but for what came in, has the sums by hand."""
    steps = {step.label: int(step.amount * 100) for step in report.bridge("count").steps}
    expected = since_count(case)
    if steps:
        for label, amount in expected.items():
            assert steps.get(label, 0) == pytest.approx(amount, abs=40), label
    else:
        assert not expected.get("Count before")
