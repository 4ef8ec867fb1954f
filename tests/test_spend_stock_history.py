"""The back-test of a selection: which demand is replayed, on what terms, and when it declines."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from queries.selection import Selection
from queries.store import Store
from spend import stock
from spend.policy_comparison import ItemTerms
from spend.stock_history import terms_of, usual_kind
from spend.stock_replay import StockReplay, stock_replay
from tests import small_company
from tests.made_up_stock import UNKNOWN, made_up, planned, reading, uneven

MONDAY = date(2025, 1, 6)
YEAR = Selection("2026-01", "2026-10")
SERIES = uneven(6, periods=90)


def company() -> dict[str, list[dict[str, Any]]]:
    """Six items wanted by the week, to September 2026; one by the month, and dear; one not over."""
    weeks = [
        {"period_start": MONDAY + timedelta(weeks=n), "item_id": f"W{i}", "site": "M",
         "quantity": int(q)}
        for i, row in enumerate(SERIES) for n, q in enumerate(row) if q
    ]  # fmt: skip
    months = [
        {"period_start": date(2025 + n // 12, n % 12 + 1, 1), "item_id": "MONTHLY", "site": "M",
         "quantity": 4 + n % 3}
        for n in range(21)
    ]  # fmt: skip
    last = {"period_start": date(2026, 10, 26), "item_id": "W0", "site": "M", "quantity": 999}
    terms = {"unit_cost": 4, "lead_time_days": 14, "holding_rate": "0.25", "order_cost": 20,
             "minimum_order": 10, "review_period_days": 7}  # fmt: skip
    return {
        "category": [{"category_id": "K", "name": "K"}],
        "item": [
            *({"item_id": f"W{i}", "name": f"W{i}", **terms} for i in range(6)),
            {"item_id": "MONTHLY", "name": "M", "category_id": "K", **terms, "unit_cost": 5000},
        ],
        "demand": [*weeks, *months, last],
    }  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("history")
    opened = small_company.loaded(folder / "home", folder / "files", company())
    yield opened
    opened.close()


def test_a_selection_is_replayed_on_its_own_demand(store: Store) -> None:
    """The same as the matrix it was made of; the week that is not over is left out."""
    chosen = Selection("2026-01", "2026-10", item=tuple(f"W{i}" for i in range(6)))
    found = stock.backtest(store, chosen)
    assert found.reason == ""
    quiet = np.zeros((6, 4))  # the weeks from the last demand to the one that is not over
    terms = ItemTerms(
        unit_cost=np.full(6, 4.0), order_cost=np.full(6, 20.0), holding_cost=np.full(6, 1.0),
        lead_time=np.full(6, 2.0), minimum_order=np.full(6, 10.0), review_period=1.0,
        periods_per_year=52,
    )  # fmt: skip
    series = np.hstack([SERIES, quiet])
    assert found.table.rows == stock_replay(StockReplay(series, terms, 0.95)).table.rows


def test_the_kind_with_the_most_demand_by_value_is_replayed(store: Store) -> None:
    found = stock.backtest(store, YEAR)  # a dear item, by the month: too few months
    assert found.reason.startswith("Too little history: 21 months of demand loaded")
    assert found.table.rows == ()


def test_a_selection_without_demand_declines(store: Store) -> None:
    found = stock.backtest(store, Selection("2026-01", "2026-10", supplier=("S1",)))
    assert found.reason
    assert found.table.rows == ()


def test_of_equal_value_the_kind_of_most_items() -> None:
    kinds = np.array(["month", "week", "week", "day"])
    plan = planned(uneven(4), kind=kinds, unit_cost=UNKNOWN)
    assert usual_kind(reading(plan)) == "week"


def test_terms_are_in_the_buckets_of_demand() -> None:
    items = made_up(uneven(3), lead=[28.0, 7.0, UNKNOWN], review_days=[7.0, 14.0, 14.0],
                    order_cost=[45.0, UNKNOWN, 20.0])  # fmt: skip
    weeks, months = terms_of(items, "week"), terms_of(items, "month")
    assert weeks.lead_time.tolist() == pytest.approx([4, 1, np.nan], nan_ok=True)
    assert months.lead_time.tolist() == pytest.approx([336 / 365, 84 / 365, np.nan], nan_ok=True)
    assert (weeks.review_period, weeks.periods_per_year) == (2.0, 52.0)
    assert weeks.holding_cost.tolist() == [1.0, 1.0, 1.0]
    assert terms_of(made_up(np.zeros((0, 3))), "week").review_period == 0.0
