"""The tables of the cash to come: by week, month and supplier, by day, and under a scenario."""

from datetime import timedelta

import numpy as np
import pandas as pd

from spend.cash_book import CashBook
from spend.cash_charts import OVERDUE, axis
from spend.cash_outlook import SOURCES, UNDATED, Flow, Whole, contract_places, paid_on, sums
from spend.cash_reading import Reading
from spend.money import decimal, short
from spend.result import Cell, Table, TableColumn
from spend.tree import Member, Tree

LATER, NO_DATE = "Later", "No date"
HEADINGS = {"open": "Invoiced", "received": "Received", "ordered": "Ordered", "budget": "Budget"}
CONTRACT = TableColumn("contract", "Contract", "money")
HABIT = (
    TableColumn("habit", "Habit", "money"),
    TableColumn("low", "Low", "money"),
    TableColumn("high", "High", "money"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def by_time(reading: Reading, name: str, title: str) -> Table:
    """Overdue, each bucket, what leaves later, and what has no date; the rows sum to everything.

    The contract reading comes first, then habits with their ends, then the contract's sources.
    """
    first = TableColumn("name", "Week of" if name == "weeks" else "Month", "text")
    columns, parts = [CONTRACT], [reading.contract.sum(axis=0)]
    if reading.habits is not None and reading.range is not None:
        columns += HABIT
        ends = (np.rint(end).astype(np.int64) for end in (reading.range.low, reading.range.high))
        parts += [reading.habits.sum(axis=0), *ends]
    columns += [TableColumn(s, HEADINGS[s], "money") for s in SOURCES]
    parts += list(reading.contract)
    names = (*axis(reading, name), LATER, NO_DATE)
    dated = len(names) if parts[0][-1] else len(names) - 1
    rows = tuple((names[n], *(decimal(int(p[n])) for p in parts)) for n in range(dated))
    # The ends of a range do not add up.
    total = (
        None if c.key in ("low", "high") else decimal(int(part.sum()))
        for c, part in zip(columns, parts, strict=True)
    )
    return Table(name, title, (first, *columns), rows, total=("Total", *total))


# --- By supplier ---------------------------------------------------------------------------------

MEASURES = (
    "open", "received", "ordered", "overdue", "weeks", "later", "undated", "paid", "paid_days",
)  # fmt: skip
SUPPLIER_COLUMNS = (
    TableColumn("name", "Supplier", "text"),
    TableColumn("open", "Invoiced", "money", "open_payables"),
    TableColumn("received", "Received", "money"),
    TableColumn("ordered", "Ordered", "money"),
    TableColumn("overdue", OVERDUE, "money", "overdue_payables"),
    TableColumn("weeks", "13 weeks", "money"),
    TableColumn("later", LATER, "money"),
    TableColumn("undated", NO_DATE, "money"),
    TableColumn("late", "Days late", "days"),
)


def by_supplier(book: CashBook, weeks: Reading) -> Table:
    """What each supplier is to be paid, under contract terms; the budget has no suppliers."""
    flow = book.flow.rows(book.flow.supplier >= 0)
    amounts = measures(flow, weeks, len(book.suppliers))
    paid = _paid(book)
    rows = {
        name: (*(int(a[place]) for a in amounts), *paid.get(name, (0, 0)))
        for place, name in enumerate(book.suppliers)
        if any(a[place] for a in amounts)
    }
    options = book.choices.options["supplier"].values()
    tree = Tree((Member(o.id, o.name, o.parent) for o in options), "Not assigned to a supplier")
    branches = tree.rows(rows)
    total = np.array([b.sums for b in branches if not b.depth], dtype=object).sum(axis=0)
    dated = not branches or not total[MEASURES.index("undated")]
    shown = [n for n, c in enumerate(SUPPLIER_COLUMNS) if not dated or c.key != "undated"]

    def cells(name: str, amounts: tuple[int | None, ...]) -> tuple[Cell, ...]:
        whole = (name, *_cells(amounts))
        return tuple(whole[n] for n in shown)

    return Table(
        "suppliers",
        "What suppliers are to be paid under contract terms, without the budget",
        tuple(SUPPLIER_COLUMNS[n] for n in shown),
        tuple(cells(b.name, b.sums) for b in branches),
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=cells("Total", tuple(total)) if branches else None,
    )


def measures(flow: Flow, weeks: Reading, count: int) -> list[Whole]:
    """The cents of ``MEASURES`` by supplier, up to those about payments."""
    place, buckets = contract_places(flow, weeks.buckets), weeks.buckets
    chosen = [flow.source == n for n in range(len(SOURCES) - 1)]
    chosen += [place == 0, (place > 0) & (place < buckets.later)]
    chosen += [place == buckets.later, flow.due == UNDATED]
    return [sums(flow.supplier[some], flow.cents[some], count) for some in chosen]


def _paid(book: CashBook) -> dict[str, tuple[int, int]]:
    """What each supplier was paid in the last 12 months, and the same times the days after due."""
    paid = book.paid
    frame = pd.DataFrame({
        "supplier_id": paid["supplier_id"],
        "paid": paid["paid"],
        "paid_days": paid["paid"] * paid["late_days"].astype("int64"),
    }).groupby("supplier_id").sum()  # fmt: skip
    return {str(s): (int(p), int(d)) for s, p, d in frame.itertuples()}


def _cells(amounts: tuple[int | None, ...]) -> tuple[Cell, ...]:
    *money, paid, days = (int(a or 0) for a in amounts)
    return (*(decimal(cents) for cents in money), days / paid if paid else None)


# --- By day --------------------------------------------------------------------------------------


def calendar(flow: Flow, weeks: Reading) -> Table:
    """What leaves on each working day of the weeks, under contract terms; rows sum to the weeks."""
    buckets = weeks.buckets
    monday = buckets.starts[0] - timedelta(days=buckets.starts[0].weekday())
    first = (monday - buckets.position).days
    within = flow.rows((contract_places(flow, buckets) > 0) & (flow.due != UNDATED))
    day = paid_on(within.due, buckets.position) - first
    count = len(buckets.starts)
    inside = (day >= 0) & (day < 7 * count)
    cells = sums(day[inside], within.cents[inside], 7 * count).reshape(count, 7)
    rows = []
    for number, start in enumerate(buckets.starts):
        passed = start.weekday() if number == 0 else 0
        week = [None if n < passed else int(cells[number, n]) for n in range(len(DAYS))]
        rows.append((f"{start:%-d %b}", *map(decimal, week), decimal(int(cells[number].sum()))))
    totals = (decimal(int(cells[:, n].sum())) for n in range(len(DAYS)))
    return Table(
        "calendar",
        "Cash out by day, under contract terms; what is overdue or later is not here",
        (
            TableColumn("name", "Week of", "text"),
            *(TableColumn(day.lower(), day[:3], "money") for day in DAYS),
            TableColumn("week", "Week", "money"),
        ),
        tuple(rows),
        total=("Total", *totals, decimal(int(cells.sum()))),
    )


# --- Under a saved scenario ----------------------------------------------------------------------


def scenario(name: str, today: Reading, tried: Reading, currency: str) -> Table:
    """What leaves by month under contract terms, as they are and as a scenario has them."""
    now, then = (reading.contract.sum(axis=0) for reading in (today, tried))
    names = (*axis(today, "months"), LATER, NO_DATE)
    dated = len(names) if now[-1] or then[-1] else len(names) - 1
    so_far = np.cumsum(then - now)
    rows = tuple(
        (names[n], *(decimal(int(x[n])) for x in (then - now, so_far, now, then)))
        for n in range(dated)
    )
    change, before, after = (decimal(int(x.sum())) for x in (then - now, now, then))
    title = f"With “{name}”, {_effect(names, so_far[:dated], currency)}"
    return Table("scenario", title, SCENARIO_COLUMNS, rows,
                 total=("Total", change, None, before, after))  # fmt: skip


SCENARIO_COLUMNS = (
    TableColumn("name", "Month", "text"),
    TableColumn("change", "Change", "money"),
    TableColumn("so_far", "So far", "money"),
    TableColumn("now", "Terms as they are", "money"),
    TableColumn("then", "With the scenario", "money"),
)


def _effect(names: tuple[str, ...], so_far: Whole, currency: str) -> str:
    """The largest shift of cash, when it is reached, and what a discount saves for good."""
    if not so_far.any():
        return "nothing changes: no supplier of it is owed or ordered from here"
    most = int(abs(so_far).argmax())
    side = "less" if so_far[most] < 0 else "more"
    said = f"up to {short(decimal(abs(int(so_far[most]))), currency)} {side} has left"
    said += f" by the end of {names[most]}"
    saved = -int(so_far[-1])
    return said + (f"; discounts save {short(decimal(saved), currency)}" if saved > 0 else "")
