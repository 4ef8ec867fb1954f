"""Items, minutes and readings made up for tests of stock: nothing is read from a store."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from queries.minutes import Entry
from queries.selection import Choices, Option, Selection
from spend.demand import demand_statistics
from spend.lead_time import LeadTime
from spend.stock_items import StockItems
from spend.stock_plan import StockPlan, stock_plan
from spend.stock_reading import StockReading

UNKNOWN = np.nan


def made_up(series: ArrayLike, kind: str = "week", **changed: Any) -> StockItems:
    """One item a row of past demand; every other column a value for all, or an array of each."""
    past = demand_statistics(series)
    many = len(past.mean)
    lead, spread = (_each(changed.pop(n, d), many) for n, d in (("lead", 28.0), ("spread", 0.0)))
    planned = np.full(many, "planned")
    none = np.zeros(many)
    time = LeadTime(lead, spread, none, none + UNKNOWN, planned, none > 0, none > 0)
    words = {
        "item_id": [f"IT-{i:04}" for i in range(many)], "site": "S1", "unit": "pc",
        "name": [f"Item {i}" for i in range(many)], "category_id": "C1", "kind": kind,
        "target_source": "item",
    }  # fmt: skip
    numbers = {
        "on_hand": 10.0, "on_order": 0.0, "unit_cost": 4.0, "value": 4000, "value_known": True,
        "year_demand": past.mean * 52, "unwanted": False, "known_throughout": True,
        "critical": False, "returns": 0.0, "counts": 1.0, "empty_counts": 0.0, "review_days": 0.0,
        "service_level": 0.95, "fill_rate": UNKNOWN, "holding_rate": 0.25, "order_cost": UNKNOWN,
        "stockout_cost": 3.0, "minimum_order": 50.0,
    }  # fmt: skip
    days = {name: np.datetime64("2026-10-31") for name in ("counted_on", "last_wanted")}
    columns = {**words, **numbers, **days, **changed}
    each = {name: _each(value, many) for name, value in columns.items()}
    found: dict[str, Any] = {**each, "statistics": past, "lead_time": time}
    return StockItems(**found)


def _each(value: Any, many: int) -> Any:
    return np.array(np.broadcast_to(np.asarray(value), many))


def planned(series: ArrayLike, **changed: Any) -> StockPlan:
    """The plan of made-up items."""
    return stock_plan(made_up(series, **changed))


def uneven(many: int, seed: int = 5, periods: int = 60) -> Any:
    """Weekly demand of several classes: from a lot now and then to many orders every week."""
    rng = np.random.default_rng(seed)
    orders = rng.poisson(np.geomspace(0.1, 20, many)[:, None], (many, periods))
    sizes = rng.geometric(np.tile([0.9, 0.25], many)[:many, None], (many, periods))
    return orders * sizes * 1.0


def entry(minute: int, team: str, by: str, scope: str, body: Any) -> Entry:
    """What somebody of a team wrote down about a scope."""
    at = datetime(2026, 11, 2, 9) + timedelta(minutes=minute)
    return Entry(minute, 1, "stock_policy", scope, body, "?lens=both", team, at, by)


def signed(scope: str, body: Mapping[str, Any], minute: int = 1) -> list[Entry]:
    """The same, by one person of each team."""
    return [
        entry(minute, "finance", "Fay", scope, body),
        entry(minute + 1, "procurement", "Pat", scope, body),
    ]


def choices(parents: Mapping[str, str | None] | None = None) -> Choices:
    """Categories by their parents, named after their ids."""
    tree = {"C1": None} if parents is None else parents
    options = {"category": {c: Option(c, f"Parts {c}", p) for c, p in tree.items()}}
    return cast(Choices, SimpleNamespace(options=options))


def reading(
    plan: StockPlan, entries: Sequence[Entry] = (), selection: Selection | None = None
) -> StockReading:
    """A reading of a plan, with no store behind it."""
    book = SimpleNamespace(
        policies=list(entries),
        choices=choices(),
        selection=selection or Selection(),
        reader=SimpleNamespace(settings=SimpleNamespace(currency="EUR")),
    )
    return StockReading(cast(Any, book), plan)
