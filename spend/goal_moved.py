"""What the market has done to a proposal since it was made: its frozen prices against today's."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spend.goal_plan import GoalPlan
from spend.money import decimal
from spend.result import Cell, Table, TableColumn


@dataclass(frozen=True)
class MarketMove:
    """An index or a currency then and now, and what that adds to the plan's year, in cents."""

    code: str
    then: float
    now: float
    cost: int

    @property
    def change(self) -> float:
        """As a share of what it stood at."""
        return self.now / self.then - 1.0


def last_values(rows: pd.DataFrame) -> dict[str, float]:
    """The last known value of each code, of rows with ``code``, ``month`` and ``value``.

    >>> rows = pd.DataFrame({"code": "OIL", "month": ["2026-01", "2026-02"], "value": [80.0, 84.0]})
    >>> last_values(rows)
    {'OIL': 84.0}
    """
    if rows.empty:
        return {}
    last = rows.sort_values("month", kind="stable").groupby("code")["value"].last()
    return {str(code): float(value) for code, value in last.items()}


def market_moves(plan: GoalPlan, now: Mapping[str, float]) -> tuple[MarketMove, ...]:
    """Every code that moved since the plan was made, the dearest first.

    A code that stays where it is now costs the plan's open money of the year times its change:
    what passes it through and no contract fixes, or what is paid in the currency. Codes that are no
    longer known are left out.
    """
    moves = []
    for code, then in plan.index_values.items():
        if then > 0 and now.get(code, then) != then:
            change = now[code] / then - 1.0
            moves.append(MarketMove(code, then, now[code], round(_open(plan, code) * change)))
    return tuple(sorted(moves, key=lambda move: (-abs(move.cost), move.code)))


def _open(plan: GoalPlan, code: str) -> float:
    """The plan's money that moves with a code, in cents."""
    money = 0.0
    for line in plan.lines:
        for part in line.plan_lines:
            if line.index_code == code:
                money += float(np.sum(part.by_month() * part.open_share(plan.start)))
            if part.currency == code:
                money += part.planned
    return money


def moved_table(plan: GoalPlan, now: Mapping[str, float]) -> Table | None:
    """What moved since a proposal was made, and what it costs; none where nothing did."""
    moves = market_moves(plan, now)
    if not moves:
        return None
    rows: list[tuple[Cell, ...]] = [
        (move.code, move.then, move.now, move.change, decimal(move.cost)) for move in moves
    ]
    columns = (
        TableColumn("code", "Index or currency", "text"),
        TableColumn("then", "When it was proposed", "number"),
        TableColumn("now", "Now", "number"),
        TableColumn("change", "Change", "change"),
        TableColumn("cost", "Costs the goal", "money"),
    )
    total: tuple[Cell, ...] = ("Total", None, None, None, decimal(sum(m.cost for m in moves)))
    title = f"The market since the goal of {plan.fiscal_year} was proposed"
    return Table("goal_moved", title, columns, tuple(rows), total=total)
