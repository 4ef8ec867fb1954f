"""A report of an invented company, for looking at parts without a store.

Every awkward case is in it: long names, names with markup, negatives, no data, an open period.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from queries.calendar import Calendar, Period
from queries.selection import FILTERS, Choices, Option, Selection, sentence
from spend.result import (
    Bridge,
    Cell,
    Change,
    Chart,
    Evidence,
    Figure,
    Note,
    Report,
    Series,
    Step,
    Table,
    TableColumn,
    Value,
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BUDGET = (3.42, 3.42, 3.42, 3.38, 3.45, 3.45, 3.40, 3.30, 3.45, 3.47, 3.52, 3.52)
ACTUAL = (3.40, 3.50, 3.62, 3.51, 3.63, 3.72, 3.61, 3.38, 3.81, 3.66, 0.41, None)
EARLIER = (3.21, 3.30, 3.35, 3.40, 3.41, 3.52, 3.38, 3.05, 3.60, 3.68, 3.55, 3.48)
TREE = (
    ("CC100", "Works Halden", 0, None),
    ("CC110", "Press shop", 1, "CC100"),
    ("CC120", "Paint and surface treatment, line 2 (leased until 2029)", 1, "CC100"),
    ("CC130", "Assembly <b>A</b> & *final* test $", 1, "CC100"),
    ("CC200", "Logistics", 0, None),
    ("CC210", "Inbound freight", 1, "CC200"),
    ("CC220", "Outbound freight", 1, "CC200"),
    ("CC300", "Administration", 0, None),
)


def money(millions: float | None) -> Decimal | None:
    """Millions as an exact amount, with cents that do not vanish in rounding."""
    return None if millions is None else Decimal(str(millions)) * 1_000_000 + Decimal("0.37")


def amounts(millions: tuple[float | None, ...]) -> tuple[Value, ...]:
    """A row of amounts."""
    return tuple(money(m) for m in millions)


def choices() -> Choices:
    """What could be chosen: two fiscal years, a tree of cost centres, three suppliers."""
    periods = [
        Period(f"{year}-{month:02d}", date(year, month, 1), date(year, month, 28), year,
               f"Q{(month + 2) // 3}", month, (year, month) < (2026, 11))
        for year in (2025, 2026) for month in range(1, 13)
    ]  # fmt: skip
    options: dict[str, dict[str, Option]] = {one.key: {} for one in FILTERS}
    options["cost_centre"] = {key: Option(key, name, up) for key, name, _, up in TREE}
    options["category"] = {
        "STEEL": Option("STEEL", "Steel and metals"),
        "COIL": Option("COIL", "Steel coil, cold rolled", "STEEL"),
    }
    options["supplier"] = {
        "S1": Option("S1", "Brückner Stahlhandel Gesellschaft mbH & Co. KG"),
        "S2": Option("S2", "Northwind"),
        "S3": Option("S3", "Northwind"),
    }
    calendar = Calendar(tuple(periods))
    return Choices(calendar, options, ("2026 v1", "2026 v2"), 23, "2026-01", "2026-11", "2026 v2")


def report(selection: Selection, by: str = "cost_centre", bridge: str = "year") -> Report:
    """The whole budget page of one selection."""
    said = sentence(replace(selection, as_of=None), choices())
    return Report(
        name="budget",
        title="Budget and spend",
        question="How much of the budget is left, and why is spend what it is?",
        selection=selection,
        sentence=said,
        currency="EUR",
        batch=23,
        message="Spend is €0.41 M over the phased budget; dearer steel explains €0.33 M of it.",
        readings={
            "finance": "Expense is 1.2 % over plan. €1.12 M of receipts without an invoice are "
            "accrued; the year would close €0.92 M over budget at today's pace.",
            "procurement": "Prices explain €0.92 M of the rise, volume €0.61 M. Two contracts on "
            "cold rolled coil follow an index that the budget left flat.",
        },
        figures=_figures(),
        bridges=(_year(), _budget()),
        charts=(_months(), _forecast()),
        tables=(_table(by),),
        notes=(
            Note("November is open: 14 of its 30 days are compared with the same 14 days."),
            Note("Intercompany suppliers are left out: €2.31 M in this selection."),
            Note("2.1 % of spend has no item or quantity and is shown as not priced."),
        ),
    )


def _figures() -> tuple[Figure, ...]:
    over = Change("over the phased budget", money(0.41), False, 0.0116)
    earlier = Change("on last year", money(1.94), False, 0.0572)
    less = Change("since load 22", money(-0.9), False)
    trend = amounts(ACTUAL[:10])
    return (
        Figure("budget_amount", money(41.2), 412),
        Figure("actual_spend", money(35.84), 58_231, changes=(over, earlier), trend=trend),
        Figure("accrued_spend", money(1.12), 812,
               changes=(Change("on last year", money(-0.11), True, -0.09),)),
        Figure("committed_spend", money(3.06), 1_433),
        Figure("requested_spend", None, 0, "No requests are loaded."),
        Figure("available_budget", money(-0.44), 60_888, changes=(less,)),
        Figure("forecast_at_completion", money(42.11), 60_888),
    )  # fmt: skip


def _step(label: str, millions: float, favourable: bool | None, meaning: str = "") -> Step:
    return Step(label, money(millions) or Decimal(0), "item", favourable, meaning)


def _year() -> Bridge:
    steps = (
        Step("Last year", money(33.90) or Decimal(0), "end"),
        _step("Price", 0.92, False, "The same items at this year's prices."),
        _step("Volume", 0.61, False),
        _step("Mix", -0.12, True),
        _step("New items", 0.74, False),
        _step("Lost items", -0.31, True),
        _step("Currency", 0.10, False),
        _step("Not priced", 0.0, None),
        Step("This year", money(35.84) or Decimal(0), "end"),
    )
    return Bridge("year", "From last year to this year", _closed(steps))


def _budget() -> Bridge:
    steps = (
        Step("Budget", money(35.43) or Decimal(0), "end"),
        _step("Steel and metals", 0.33, False),
        _step("Freight", 0.21, False),
        _step("Maintenance", -0.17, True),
        _step("Currency", 0.04, False),
        Step("Actual", money(35.84) or Decimal(0), "end"),
    )
    return Bridge("budget", "From budget to actual", _closed(steps))


def _closed(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps with an end that the items add up to."""
    total = sum((s.amount for s in steps[:-1]), Decimal(0))
    return (*steps[:-1], replace(steps[-1], amount=total))


def _months() -> Chart:
    forecast = (*(None,) * 10, 3.71, 3.74)
    variance = tuple(
        round(a - b, 2) if a is not None and i < 10 else None
        for i, (a, b) in enumerate(zip(ACTUAL, BUDGET, strict=True))
    )
    return Chart(
        "months",
        "Spend by month, with budget, last year and forecast",
        MONTHS,
        (
            Series("Budget", "budget", amounts(BUDGET)),
            Series("Last year", "last_year", amounts(EARLIER)),
            Series("Actual", "actual", amounts(ACTUAL)),
            Series("Forecast", "forecast", amounts(forecast)),
            Series("Actual − budget", "variance", amounts(variance)),
        ),
        "money",
        description="Columns by month: actual is above budget in eight of ten closed months.",
    )


def _forecast() -> Chart:
    return Chart(
        "forecast",
        "Year end by three methods: €41.87 M to €42.94 M",
        ("Run rate", "Seasonal share", "Order book", "Budget"),
        (
            Series("Forecast", "forecast", amounts((42.94, 42.11, 41.87, None))),
            Series("Budget", "budget", amounts((None, None, None, 41.2))),
        ),
        "money",
        "structure",
        "Run rate €42.94 M, seasonal share €42.11 M, order book €41.87 M, budget €41.20 M.",
    )


def _table(by: str) -> Table:
    columns = (
        TableColumn(by, by.replace("_", " ").capitalize(), "text"),
        TableColumn("budget", "Budget", "money"),
        TableColumn("actual", "Actual", "money"),
        TableColumn("accrued", "Accrued", "money"),
        TableColumn("committed", "Committed", "money"),
        TableColumn("available", "Available", "money"),
        TableColumn("variance", "Variance", "money", "budget_variance"),
        TableColumn("variance_share", "Variance", "share", "budget_variance"),
        TableColumn("trend", "Trend", "trend"),
    )
    plan = (24.1, 14.0, 7.2, 2.9, 9.3, 4.1, 5.2, 7.8)
    spent = (21.9, 12.9, 6.9, 2.1, 8.2, 3.1, 5.1, 5.62)
    rows: list[tuple[Cell, ...]] = []
    for (_, name, _, _), budget, actual in zip(TREE, plan, spent, strict=True):
        over = round(actual - budget, 2)
        rows.append((name, money(budget), money(actual), money(0.3), money(0.7),
                     money(round(budget - actual - 1.0, 2)), money(over), over / budget,
                     "3,4,3,5,4,6,5,4,7,6"))  # fmt: skip
    rows.append(("Not assigned", None, money(0.12), Decimal(0), Decimal(0), money(-0.12),
                 money(0.12), None, "0,0,0,0,0,0,0,0,0,1"))  # fmt: skip
    total: tuple[Cell, ...] = ("Total", money(41.2), money(35.84), money(1.12), money(3.06),
                               money(1.18), money(-5.36), -0.13, None)  # fmt: skip
    ids = (*(key for key, *_ in TREE), "-")
    depth = (*(level for _, _, level, _ in TREE), 0)
    return Table("breakdown", f"Position by {by}", columns, tuple(rows), ids, depth, total)


def evidence(selection: Selection, metric: str, page: int = 0) -> Evidence:
    """Rows behind one figure, one of them hostile."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"INV-{page * 50 + n:05d}", date(2026, 3, 4).isoformat(), "=cmd()|'/c calc'!A1",
         Decimal("-12.50") if n % 7 == 0 else Decimal("1234.56"))
        for n in range(50)
    )  # fmt: skip
    filled = r"\text{€41.20 M} - \text{€35.84 M} - \text{€1.12 M} = \text{−€0.44 M}"
    sql = "SELECT sum(amount)\nFROM spend_flow\nWHERE batch_from <= 23 AND batch_to > 23"
    columns = ("invoice_id", "posted_on", "description", "amount")
    return Evidence(metric, filled, sql, 1_433, (21, 23), columns, rows, page, 50)
