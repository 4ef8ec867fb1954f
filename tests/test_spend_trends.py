"""Trends and changes: each period, and each year, as the report of that period alone has it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from queries.selection import NOT_ASSIGNED, Selection
from queries.store import Reader, Store
from queries.window import PeriodDays, trailing
from spend import (
    budget_figures,
    budget_trend,
    stock_figures,
    stock_trend,
    terms_figures,
    terms_trend,
)
from spend.budget_book import BudgetBook
from spend.comparison import LAST_YEAR
from spend.periods import Trends
from spend.result import Figure
from spend.stock_book import StockBook
from spend.stock_reading import StockReading
from spend.terms_book import TermsBook
from tests import test_queries_marts, test_queries_payables, test_queries_stock
from tests.contract_files import Books, Tables

Row = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A subject's book, its trends, its figures of a selection, and which of them have trends."""

    book: Any
    trends: Callable[[Any, Sequence[PeriodDays]], Trends]
    figures: Callable[[Reader, Selection], tuple[Figure, ...]]
    without: tuple[str, ...]


STOCK_PARTS = (
    "cycle_stock_value", "safety_stock_value", "excess_stock_value", "obsolete_stock_value",
    "required_safety_stock_value",
)  # fmt: skip
SUBJECTS = {
    "budget": Subject(
        BudgetBook, budget_trend.trends,
        lambda reader, chosen: budget_figures.figures(BudgetBook.read(reader, chosen)),
        ("forecast_at_completion", "price_effect", "volume_effect", "mix_effect"),
    ),
    "terms": Subject(
        TermsBook, terms_trend.trends,
        lambda reader, chosen: terms_figures.figures(TermsBook.read(reader, chosen)),
        ("late_interest_exposure",),
    ),
    "stock": Subject(
        StockBook, stock_trend.trends,
        lambda reader, chosen: stock_figures.figures(StockReading.read(reader, chosen)),
        STOCK_PARTS,
    ),
}  # fmt: skip
subjects = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)


def alone(
    subject: Subject, reader: Reader, chosen: Selection, period: PeriodDays
) -> Mapping[str, Any]:
    """The figures of one period; none before it has begun."""
    name = period.period.period
    if not period.elapsed.days:
        return {}
    found = subject.figures(reader, replace(chosen, from_period=name, to_period=name))
    return {figure.metric: figure.value for figure in found}


def checked(subject: Subject, reader: Reader, chosen: Selection, count: int = 12) -> Trends:
    """The trends of a selection, held against its periods one by one."""
    book = subject.book.read(reader, chosen)
    periods = trailing(book.choices.calendar, book.window, count)
    found = subject.trends(book, periods)
    for place, period in enumerate(periods):
        expected = alone(subject, reader, chosen, period)
        for metric, values in found.items():
            assert values[place] == expected.get(metric), (metric, period.period.period)
        assert set(expected) in (set(), {*found, *subject.without})
    return found


# --- The demo ------------------------------------------------------------------------------------

TO_COME = Selection(to_period="2026-12")  # November is open, December has not begun


@subjects
def test_each_period_is_its_own_report(demo: Store, subject: Subject) -> None:
    with demo.reader() as reader:
        found = checked(subject, reader, TO_COME)
    assert {values[-1] for values in found.values()} == {None}
    assert all(None not in values[:-1] for values in found.values())


@subjects
@pytest.mark.parametrize(
    "chosen",
    [
        {"category": ("C-3210",)},
        {"supplier": ("S-0096",)},
        {"cost_centre": (NOT_ASSIGNED,), "from_period": "2024-01", "to_period": "2024-02"},
    ],
    ids=["category", "supplier", "the calendar's first months"],
)
def test_filters_narrow_each_period(demo: Store, subject: Subject, chosen: Any) -> None:
    with demo.reader() as reader:
        checked(subject, reader, replace(TO_COME, **chosen), count=3)


@subjects
def test_more_periods_take_no_more_selects(demo: Store, subject: Subject) -> None:
    asked: list[int] = []
    for count in (2, 12):
        with demo.reader() as reader:
            book = subject.book.read(reader, TO_COME)
            periods = trailing(book.choices.calendar, book.window, count)
            seen: list[str] = []

            def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
                seen.append(statement)  # noqa: B023

            engine = reader.connection.engine
            event.listen(engine, "before_cursor_execute", note)
            subject.trends(book, periods)
            event.remove(engine, "before_cursor_execute", note)
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 5


@subjects
def test_the_change_is_the_difference_of_two_reports(demo: Store, subject: Subject) -> None:
    with demo.reader() as reader:
        now = subject.figures(reader, Selection("2026-01", "2026-10"))
        then = subject.figures(reader, Selection("2025-01", "2025-10"))
    before: dict[str, Any] = {figure.metric: figure.value for figure in then}
    changes = {f.metric: c.amount for f in now for c in f.changes if c.label == LAST_YEAR}
    assert set(changes) == set(before) - UNCHANGED
    after: dict[str, Any] = {figure.metric: figure.value for figure in now}
    assert changes == {metric: after[metric] - before[metric] for metric in changes}


UNCHANGED = {metric for subject in SUBJECTS.values() for metric in subject.without}


# --- Generated companies -------------------------------------------------------------------------


def some_budget(random: Random) -> list[Row]:
    """Lines of months, and of a day within one; some months have none."""
    starts = [date(2025, month, day) for month in (1, 3, 4, 5, 6, 7) for day in (1, 1, 9)]
    return [
        {"version": "plan", "period_start": random.choice(starts), "line_no": number,
         "cost_centre_id": random.choice(["B", "a", "C1"]),
         "category_id": random.choice(["C1", "C2", "K1"]),
         "amount": Decimal(random.randint(-100, 10_000)) / 100}
        for number in range(30)
    ]  # fmt: skip


def some_company(random: Random) -> Tables:
    """What the marts, payables and stock are tested with, in one company, and a budget."""
    orders = test_queries_marts.Company.some(random).tables()
    parts = (test_queries_payables.some_company(random), test_queries_stock.some_company(random))
    keys = {"supplier": "supplier_id", "category": "category_id", "cost_centre": "cost_centre_id"}
    joined: dict[str, Any] = {**parts[0], **parts[1], "budget_line": some_budget(random)}
    for table, key in keys.items():
        rows = (row for part in (*parts, orders) for row in part.get(table, ()))
        joined[table] = list({row[key]: row for row in rows}.values())
    joined["purchase_order_line"] = orders["purchase_order_line"]
    joined["goods_receipt"] = orders["goods_receipt"]
    renamed = ({**row, "invoice_id": f"O-{row['invoice_id']}"} for row in orders["invoice_line"])
    joined["invoice_line"] = [*parts[0]["invoice_line"], *renamed]
    return joined


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A generated company, whose data end within June 2025."""
    books = Books(kept_store, tmp_path_factory.mktemp("files"))
    loaded = books.load(some_company(Random(1)), settings={"data_through": "2025-06-17"})
    assert loaded.rejected == 0
    return kept_store


@subjects
@pytest.mark.parametrize("category", [(), ("K1", "C1", NOT_ASSIGNED)], ids=["all", "some"])
def test_any_company_period_by_period(
    company: Store, subject: Subject, category: tuple[str, ...]
) -> None:
    with company.reader() as reader:
        checked(subject, reader, Selection(to_period="2025-07", category=category), count=4)
