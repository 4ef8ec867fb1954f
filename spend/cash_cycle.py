"""The cash conversion cycle from the general ledger's own totals: at the last closed period.

Balances are those at the period's end; flows are those of the twelve months that end with it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from queries.calendar import Calendar
from spend.cash_conversion import cash_conversion_cycle, days_inventory, days_payable, days_sales
from spend.money import decimal
from spend.result import Cell, Table, TableColumn

COLUMNS = (
    TableColumn("name", "What", "text"),
    TableColumn("days", "Days", "days"),
    TableColumn("earlier", "Last year", "days"),
    TableColumn("balance", "Balance", "money"),
    TableColumn("flow", "Year’s flow", "money"),
)
A_YEAR = timedelta(days=366)  # a leap year's period a year before still counts as before


@dataclass(frozen=True)
class Cycle:
    """Balances and flows of the ledger, in cents, and how many days the flows are of."""

    end: date
    days: int
    amounts: dict[str, int]

    def ratio(self, balance: str, flow: str) -> tuple[int | None, int | None]:
        """Two amounts to divide; none where there is nothing to divide by."""
        held, moved = self.amounts.get(balance), self.amounts.get(flow)
        usable = held is not None and moved is not None and held >= 0 and moved > 0
        return (held, moved) if usable else (None, None)

    @property
    def payable(self) -> float | None:
        """Days that suppliers wait."""
        return number(days_payable(*self.ratio("payables", "cost_of_sales"), self.days))

    @property
    def stock(self) -> float | None:
        """Days that stock lasts."""
        return number(days_inventory(*self.ratio("inventory", "cost_of_sales"), self.days))

    @property
    def sales(self) -> float | None:
        """Days that customers take."""
        return number(days_sales(*self.ratio("receivables", "revenue"), self.days))

    @property
    def cycle(self) -> float | None:
        """Days from paying to being paid."""
        return number(cash_conversion_cycle(self.stock, self.sales, self.payable))


def number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def cycle(ledger: pd.DataFrame, calendar: Calendar, position: date) -> Cycle | None:
    """The cycle at the last period that was over by a day; ``None`` where the ledger has none."""
    found = {start.date(): calendar.of(start.date()) for start in ledger["period_start"].unique()}
    over = {s: p for s, p in found.items() if p and p.start_date == s and p.end_date <= position}
    balances = ledger[ledger["kind"] == "payables"]
    known = sorted(s for s in (d.date() for d in balances["period_start"]) if s in over)
    if not known:
        return None
    last = over[known[-1]]
    year = sorted(s for s, p in over.items() if last.end_date - A_YEAR < p.start_date <= known[-1])
    day = ledger["period_start"].dt.date
    amounts = ledger[day == known[-1]].set_index("kind")["amount"].to_dict()
    flows = ledger[day.isin(year) & ledger["kind"].isin(("cost_of_sales", "revenue"))]
    amounts |= flows.groupby("kind")["amount"].sum().to_dict()
    days = (last.end_date - year[0]).days + 1
    return Cycle(last.end_date, days, {str(kind): int(cents) for kind, cents in amounts.items()})


def table(now: Cycle, before: Cycle | None) -> Table:
    """Stock, sales and payable in days, and what they make together."""
    parts = (
        ("Stock lasts", "inventory", "cost_of_sales", "stock"),
        ("Customers take", "receivables", "revenue", "sales"),
        ("Suppliers wait", "payables", "cost_of_sales", "payable"),
    )
    rows: list[tuple[Cell, ...]] = []
    for label, balance, flow, name in parts:
        amounts = (decimal(now.amounts.get(balance)), decimal(now.amounts.get(flow)))
        rows.append((label, *_days(now, before, name), *amounts))
    total = ("From paying to being paid", *_days(now, before, "cycle"), None, None)
    title = f"Cash conversion cycle from the ledger, at {now.end:%-d %B %Y}"
    return Table("cycle", title, COLUMNS, tuple(rows), total=total)


def _days(now: Cycle, before: Cycle | None, name: str) -> tuple[Cell, Cell]:
    return getattr(now, name), getattr(before, name) if before else None
