"""The two bridges of stock: what each step is, to the cent, and why there is none."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from queries.selection import Selection
from queries.store import Store
from spend.result import Bridge
from spend.stock_bridges import shelf, since_count
from spend.stock_reading import StockReading
from tests import small_company
from tests.made_up_stock import UNKNOWN, planned, reading

Row = dict[str, Any]
EARLIER, LATER = "2026-08-31", "2026-09-30"


def count(item: str, site: str, day: str, on_hand: object, cost: object = None) -> Row:
    return {"counted_on": day, "item_id": item, "site": site, "on_hand": on_hand,
            "unit_cost": cost}  # fmt: skip


def used(item: str, site: str, day: str, quantity: object) -> Row:
    return {"period_start": day, "item_id": item, "site": site, "quantity": quantity}


def received(item: str, number: int, quantity: object, day: str) -> tuple[Row, Row]:
    key = {"po_id": f"P{number}", "line_no": 1}
    line = {**key, "order_date": "2026-07-01", "supplier_id": "S1", "quantity": quantity,
            "unit_price": 1, "item_id": item}  # fmt: skip
    return line, {"receipt_id": f"R{number}", **key, "received_on": day, "quantity": quantity}


def company() -> dict[str, list[Row]]:
    """Two items at two sites, one that is new at a site, one without a cost before, one of late."""
    came = [
        received("A", 1, 30, "2026-09-10"), received("A", 2, 7, "2026-08-31"),
        received("NEW", 3, 5, "2026-09-10"), received("LATE", 4, 4, "2026-09-10"),
    ]  # fmt: skip
    return {
        "item": [{"item_id": name, "name": name} for name in ("A", "B", "NEW", "LATE", "LOST")],
        "stock_level": [
            count("A", "M", EARLIER, 100, 2), count("A", "M", LATER, 90, "2.5"),
            count("A", "S", EARLIER, 10, 2), count("A", "S", LATER, 40, 2),
            count("B", "M", EARLIER, "3.5", "0.33"), count("B", "M", LATER, "1.25", "0.35"),
            count("B", "S", LATER, 8, "0.35"),  # new at this site
            count("NEW", "M", LATER, 20, 4),
            count("LATE", "M", EARLIER, 6), count("LATE", "M", LATER, 9, 10),
            count("LOST", "M", EARLIER, 5, 3), count("LOST", "M", LATER, 5),
        ],
        "demand": [
            used("A", "M", "2026-08-31", 50), used("A", "M", "2026-09-01", 20),
            used("A", "M", "2026-09-30", 5), used("A", "S", "2026-09-07", 1),
            used("A", "M", "2026-10-05", 70), used("B", "M", "2026-09-07", "2.5"),
            used("B", "M", "2026-09-14", "-0.25"), used("B", "S", "2026-09-14", 3),
            used("LATE", "M", "2026-09-14", 1), used("LOST", "M", "2026-09-14", 2),
        ],
        "purchase_order_line": [line for line, _ in came],
        "goods_receipt": [receipt for _, receipt in came],
    }  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("bridges")
    opened = small_company.loaded(folder / "home", folder / "files", company())
    yield opened
    opened.close()


def counted(store: Store, *items: str) -> Bridge:
    with store.reader() as reader:
        return since_count(StockReading.read(reader, Selection("2026-01", "2026-10", item=items)))


def steps(bridge: Bridge) -> dict[str, Decimal]:
    assert bridge.residual == 0
    return {step.label: step.amount for step in bridge.steps}


def amounts(**named: str) -> dict[str, Decimal]:
    return {label.replace("_", " "): Decimal(amount) for label, amount in named.items()}


def test_what_came_went_and_was_revalued(store: Store) -> None:
    # Came after the first count: 30, at what those there cost, 305 ÷ 130; used: 25 at 2.50 and 1 at
    # 2.00; revalued: 100 at 0.50.
    assert steps(counted(store, "A")) == amounts(
        Count_before="220.00", Received="70.38", Used="-64.50", Unit_cost="50.00",
        Otherwise="29.12", Latest_count="305.00",
    )  # fmt: skip


def test_a_site_that_is_counted_for_the_first_time(store: Store) -> None:
    # 3.5 × 0.33 before, 1.25 × 0.35 after; net use 2.25 at 0.35; revalued 3.5 × 0.02; 8 are new.
    assert steps(counted(store, "B")) == amounts(
        Count_before="1.16", Used="-0.79", Unit_cost="0.07", First_counts="2.80",
        Latest_count="3.24",
    )  # fmt: skip


@pytest.mark.parametrize("item", ["NEW", "LATE"])
def test_without_a_value_before_there_is_no_bridge(store: Store, item: str) -> None:
    bridge = counted(store, item)
    assert bridge.steps == ()
    assert bridge.reason == "there is no count before this one to compare with"


def test_all_items_are_the_sum_of_each(store: Store) -> None:
    assert steps(counted(store)) == amounts(
        Count_before="236.16", Received="70.38", Used="-65.29", Unit_cost="50.07",
        First_counts="172.80", Otherwise="14.12", Latest_count="478.24",
    )  # fmt: skip


# --- From the shelf to service --------------------------------------------------------------------


def test_the_shelf_and_what_service_needs() -> None:
    hands = np.array([1.0, 9000.0, 40.0, -3.0, 8.0])
    plan = planned(
        [[18.0, 20.0, 22.0] * 5] * 5, on_hand=hands, value=(hands * 400).astype(int),
        unwanted=[False, False, True, False, False], known_throughout=True,
        lead=[28.0] * 4 + [UNKNOWN],
    )  # fmt: skip
    found = reading(plan)
    safety = int(found.required[0])
    parts = steps(shelf(found))
    assert parts["On the shelf"] == Decimal("36184.00")
    assert parts["Obsolete"] == Decimal("-160.00")
    assert parts["Count errors"] == Decimal("12.00")
    assert parts["Not assessed"] == Decimal("-32.00")
    assert parts["Missing"] == Decimal(safety - 400) / 100
    assert parts["Too much"] == -(Decimal(3_600_000 - 20_000 - safety) / 100)
    assert parts["Service needs"] == Decimal(2 * safety + 20_000) / 100
    favourable = {s.label: s.favourable for s in shelf(found).steps if s.kind == "item"}
    assert favourable == {"Obsolete": True, "Too much": True, "Not assessed": None,
                          "Count errors": None, "Missing": False}  # fmt: skip
