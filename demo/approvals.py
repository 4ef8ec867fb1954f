"""From request to order: who approves, how long each waits, and what is still waiting."""

import numpy as np
import pandas as pd

from demo.dates import NEVER, THROUGH, days, working_day
from demo.draws import Array, generator, pick, whole_days
from demo.markets import rates_on

# Role, value in EUR from which it approves, median and spread of its wait in days, people.
ROLES = (
    ("Line manager", 0, 0.9, 0.9, ("T. Lindqvist", "B. Okafor", "S. Weiss", "M. Duarte")),
    ("Budget owner", 2500, 1.2, 0.9, ("P. Lindholm", "M. Dvorak", "A. Mehta", "D. Osei")),
    ("Finance controller", 10000, 1.4, 0.8, ("K. Holst", "E. Marchetti")),
    ("Plant director", 60000, 2.0, 0.8, ("H. Sandberg",)),
)
SLOW_ROLE = 2
SLOW_FROM = np.datetime64("2026-02-01")  # a controller left, and was not replaced
SLOW_MEDIAN = 8.5
REQUEST_ABOVE = 15000  # production orders below this need no request


def number_orders(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of one supplier, kind and day become one order of up to eight lines."""
    order = ["start_on", "supplier_id", "kind", "category_id", "description", "quantity"]
    frame = lines.sort_values(order, ignore_index=True)
    group = frame.groupby(["start_on", "supplier_id", "kind"], sort=False)
    frame["order"] = (group.ngroup() * 100 + group.cumcount() // 8).rank(method="dense").astype(int)
    frame["line_no"] = frame.groupby("order").cumcount() + 1
    return frame


def _headers(frame: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """An order's day, kind and value in EUR."""
    euros = rates_on(rates, frame["currency"].to_numpy(dtype=object), days(frame, "start_on"))
    value = frame["quantity"] * frame["unit_price"] * euros
    group = frame.assign(value=value).groupby("order")
    return group.agg(start_on=("start_on", "first"), kind=("kind", "first"), value=("value", "sum"))


def _waits(heads: pd.DataFrame) -> Array:
    """Days at each role, a row an order; minus one where the role is not asked."""
    rng = generator("approval waits")
    start, size = days(heads, "start_on"), len(heads)
    found = np.full((size, len(ROLES)), -1)
    for place, (_, above, median, spread, _) in enumerate(ROLES):
        wait = whole_days(rng, median, spread, size)
        if place == SLOW_ROLE:
            slow = whole_days(rng, SLOW_MEDIAN, 0.6, size)
            wait = np.where(start >= SLOW_FROM, slow, wait)
        asked = (heads["value"] >= above).to_numpy()
        found[:, place] = np.where(asked, wait, -1)
    return found


def _steps(heads: pd.DataFrame, waits: Array, rejected: Array) -> pd.DataFrame:
    """One row per step that was reached by the last booked day."""
    rng = generator("approvers")
    submitted = days(heads, "start_on")
    alive = np.ones(len(heads), dtype=bool)
    parts = []
    for place, (role, _, _, _, people) in enumerate(ROLES):
        asked = (waits[:, place] >= 0) & alive & (submitted <= THROUGH)
        decided = working_day(submitted + np.maximum(0, waits[:, place]))
        last = waits[:, place + 1 :].max(axis=1, initial=-1) < 0
        refused = rejected & last
        step = pd.DataFrame(
            {
                "order": heads.index,
                "step": place + 1,
                "submitted_at": submitted,
                "decided_at": np.where(decided <= THROUGH, decided, NEVER),
                "role": role,
                "approver": pick(rng, list(people), [3.0] + [1.0] * (len(people) - 1), len(heads)),
                "outcome": np.where(refused, "rejected", "approved"),
            }
        )
        parts.append(step[asked])
        submitted = np.where(asked, decided, submitted)
        alive &= ~refused
    found = pd.concat(parts, ignore_index=True)
    found.loc[found["decided_at"].isna(), "outcome"] = ""
    return found


def approve(lines: pd.DataFrame, rates: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines with request, approval and order dates, and the approval steps."""
    rng = generator("approvals")
    heads = _headers(lines, rates)
    asked = heads["kind"].isin(["request", "blanket"]) | (heads["value"] >= REQUEST_ABOVE)
    mine = heads[asked.to_numpy()]
    rejected = rng.random(len(mine)) < 0.016
    steps = _steps(mine, _waits(mine), rejected)
    last = steps.groupby("order").agg(
        decided=("decided_at", "last"), outcome=("outcome", "last"), waiting=("outcome", "min")
    )
    frame = lines.join(last, on="order")
    return _dated(frame, rng), steps


def _dated(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Request, approval and order day; what nobody decided yet stays a request."""
    asked = frame["outcome"].notna().to_numpy()
    approved = (frame["outcome"] == "approved").to_numpy()
    start, decided = days(frame, "start_on"), days(frame, "decided")
    gap = rng.integers(0, 3, int(frame["order"].max()) + 1)[frame["order"]]
    ordered = np.minimum(working_day(decided + gap), THROUGH)
    frame["requested_on"] = np.where(asked, start, NEVER)
    frame["approved_on"] = np.where(approved, decided, NEVER)
    frame["order_date"] = np.where(approved, ordered, start)
    frame["refused_on"] = np.where((frame["outcome"] == "rejected").to_numpy(), decided, NEVER)
    frame["waits"] = asked & ~approved & (frame["outcome"] != "rejected").to_numpy()
    return frame.drop(columns=["decided", "outcome", "waiting"])
