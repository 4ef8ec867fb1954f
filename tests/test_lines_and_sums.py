"""A metric on lines is the metric on their sums, grouped by whatever columns one likes.

First on made-up lines, metric by metric as they are declared; then on the demo, where the sums are
the store's marts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from queries import budget as sums
from queries.balances import BALANCES, order_changes
from queries.calendar import Span
from queries.selection import Selection
from queries.spend_lines import spend_lines
from queries.store import Store
from queries.versions import rows_at
from spend import position
from spend.budget_book import BudgetBook
from spend.position import available_budget, budget_variance
from spend.registry import all_metrics
from tests.conftest import ALL, Counts

DIMENSIONS = ("supplier_id", "category_id", "cost_centre_id", "item_id", "unit", "currency", "day")
AMOUNTS = ("budget", "actual", "accrued", "before", "committed", "later", "requested")
Metric = Callable[[pd.DataFrame], int | None]


def lines_of(*columns: str) -> Callable[[Callable[..., int | None]], Metric]:
    """A metric of a frame, from its function and the columns of amounts it takes."""
    return lambda function: lambda frame: function(*(frame[c].to_numpy() for c in columns))


def totals_of(*columns: str) -> Callable[[Callable[..., int | None]], Metric]:
    """As ``lines_of``, for a metric that takes other metrics' totals."""

    def build(function: Callable[..., int | None]) -> Metric:
        return lambda frame: function(*(position.total(frame[c].to_numpy()) for c in columns))

    return build


# How each additive metric is asked of a frame; the functions are the declared ones.
TAKES: dict[str, Callable[[Callable[..., int | None]], Metric]] = {
    "budget_amount": lines_of("budget"),
    "actual_spend": lines_of("actual"),
    "accrued_spend": lines_of("accrued", "before"),
    "committed_spend": lines_of("committed"),
    "committed_later": lines_of("later"),
    "requested_spend": lines_of("requested"),
    "available_budget": totals_of("budget", "actual", "accrued", "committed", "requested"),
    "budget_variance": totals_of("actual", "budget"),
}


def asked(name: str) -> Metric:
    """A declared metric as a function of a frame of lines, or of sums of them."""
    function: Callable[..., Any] = all_metrics()[name].function
    return TAKES[name](function)


def test_every_additive_metric_of_the_position_is_here() -> None:
    metrics = all_metrics().values()
    declared = {m.id for m in metrics if m.additive and m.function.__module__ == "spend.position"}
    assert declared == set(TAKES)


# --- Made-up lines -------------------------------------------------------------------------------


def frames() -> st.SearchStrategy[pd.DataFrame]:
    """Lines with few distinct values in each dimension, so that they meet in groups."""
    line = st.fixed_dictionaries(
        {name: st.integers(0, 3) for name in DIMENSIONS}
        | {name: st.integers(-(10**13), 10**13) for name in AMOUNTS}
    )
    return st.lists(line, min_size=1, max_size=30).map(pd.DataFrame)


some_dimensions = st.lists(st.sampled_from(DIMENSIONS), unique=True)


def grouped(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sums of lines by some columns; by none, one row."""
    keys: Any = list(by) if by else (lambda _: 0)
    return frame.groupby(keys)[list(AMOUNTS)].sum()


@pytest.mark.parametrize("name", TAKES)
def test_a_metric_on_lines_is_the_metric_on_their_sums(name: str) -> None:
    metric = asked(name)

    @settings(max_examples=1000 if ALL else 25)
    @given(frame=frames(), by=some_dimensions)
    def holds(frame: pd.DataFrame, by: list[str]) -> None:
        assert metric(grouped(frame, by)) == metric(frame)

    holds()


@pytest.mark.parametrize("name", TAKES)
def test_the_parts_of_any_breakdown_sum_to_the_whole(name: str) -> None:
    metric = asked(name)

    @settings(max_examples=1000 if ALL else 25)
    @given(frame=frames(), by=some_dimensions.filter(bool))
    def holds(frame: pd.DataFrame, by: list[str]) -> None:
        parts = [metric(part) for _, part in frame.groupby(by)]
        assert sum(part or 0 for part in parts) == metric(frame)

    holds()


# --- The demo: its marts against its lines ------------------------------------------------------

SPEND = ("day", "supplier_id", "category_id", "cost_centre_id", "item_id", "unit", "currency",
         "has_quantity")  # fmt: skip
ORDER = ("promised_date", "supplier_id", "category_id", "cost_centre_id", "item_id")
BUDGET = ("period_start", "category_id", "cost_centre_id", "item_id", "unit", "currency")
MEASURES = ("accrued", "committed", "committed_later", "requested")
YEAR = Selection("2026-01", "2026-11")


@dataclass(frozen=True)
class Lines:
    """The demo's lines of 2026 as frames of cents, without suppliers of the own group."""

    spend: pd.DataFrame
    orders: pd.DataFrame
    budget: pd.DataFrame


@pytest.fixture(scope="module")
def lines(demo: Store) -> Lines:
    with demo.reader() as reader:
        book = BudgetBook.read(reader, YEAR)
        spent = spend_lines(reader.settings, rows_at(reader.batch))
        spend = reader.frame(
            select(*(spent.c[name] for name in (*SPEND, "amount", "document_amount")))
            .where(spent.c.day.between(book.actual_span.first, book.actual_span.last))
            .where(~sums.intercompany(reader, spent))
        )
        change = order_changes(rows_at(reader.batch))
        orders = reader.frame(
            select(*(change.c[name] for name in ("day", *ORDER, *BALANCES)))
            .where(change.c.day <= book.window.position)
            .where(~sums.intercompany(reader, change))
        )
        plan = sums.budget_rows(reader, str(book.version))
        periods = [p.period for p in book.window.periods]
        within = plan.c.period_start.between(periods[0].start_date, periods[-1].end_date)
        planned = reader.frame(select(*(plan.c[n] for n in (*BUDGET, "amount"))).where(within))
        first, last = pd.Timestamp(book.window.first), pd.Timestamp(book.window.last)
    return Lines(spend, _measured(orders, first, last), planned)


def _measured(orders: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """What each change of an order line adds to each measure of the selection."""
    due = orders["promised_date"] <= last
    return orders.assign(
        accrued=orders["accrued"].where(orders["day"] >= first, 0),
        committed=orders["committed"].where(due, 0),
        committed_later=orders["committed"].where(~due, 0),
    )


def same(found: pd.DataFrame, expected: pd.DataFrame, by: Sequence[str], names: list[str]) -> None:
    """The same groups with the same whole cents."""
    keys = list(by)
    frames = [
        frame.set_index(keys)[names].sort_index() if keys else frame[names].reset_index(drop=True)
        for frame in (found, expected)
    ]
    left, right = (frame.loc[(frame != 0).any(axis=1)] for frame in frames)
    pd.testing.assert_frame_equal(left, right, check_dtype=False, check_index_type=False)


def by_hand(frame: pd.DataFrame, by: Sequence[str], names: list[str]) -> pd.DataFrame:
    """Sums of lines by pandas."""
    if not by:
        return frame[names].sum().to_frame().T
    return frame.groupby(list(by), as_index=False)[names].sum()


def cents(metric: Callable[[Any], Any], amounts: "pd.Series[Any]") -> int | None:
    """A metric of whole cents."""
    found: int | None = metric(amounts.to_numpy())
    return found


def subsets(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True)


def test_the_spend_mart_is_the_sum_of_the_lines(demo: Store, lines: Lines, counts: Counts) -> None:
    @settings(max_examples=counts.load_sequences)
    @given(by=subsets(SPEND))
    def holds(by: list[str]) -> None:
        with demo.reader() as reader:
            span: Span = BudgetBook.read(reader, YEAR).actual_span
            found = sums.spend_by(reader, YEAR, [span], by)
        names = ["amount", "document_amount"]
        expected = by_hand(lines.spend, by, names)
        same(found, expected, by, names)
        assert cents(position.actual_spend, found["amount"]) == lines.spend["amount"].sum()
        assert found["line_count"].sum() == len(lines.spend)

    holds()


def test_the_order_mart_is_the_sum_of_the_lines(demo: Store, lines: Lines, counts: Counts) -> None:
    @settings(max_examples=counts.load_sequences)
    @given(by=subsets(ORDER))
    def holds(by: list[str]) -> None:
        with demo.reader() as reader:
            book = BudgetBook.read(reader, YEAR)
            found = book.orders_by(book.window.first, book.window.last, by)
        same(found, by_hand(lines.orders, by, list(MEASURES)), by, list(MEASURES))

    holds()


def test_budget_by_any_columns_is_the_sum_of_its_lines(
    demo: Store, lines: Lines, counts: Counts
) -> None:
    @settings(max_examples=counts.load_sequences)
    @given(by=subsets(BUDGET))
    def holds(by: list[str]) -> None:
        with demo.reader() as reader:
            book = BudgetBook.read(reader, YEAR)
            whole = tuple((p.period, p.period.days) for p in book.window.periods)
            found = book.budget(whole, by).rename(columns={"budget": "amount"})
        same(found, by_hand(lines.budget, by, ["amount"]), by, ["amount"])

    holds()


def test_the_report_is_the_metrics_on_the_lines(demo: Store, lines: Lines) -> None:
    with demo.reader() as reader:
        book = BudgetBook.read(reader, YEAR)
        found = book.position
        shared = cents(position.total, book.budget(book.shares, ("item_id",))["budget"])
    assert found.actual == cents(position.actual_spend, lines.spend["amount"])
    assert found.accrued == cents(position.accrued_spend, lines.orders["accrued"])
    assert found.committed == cents(position.committed_spend, lines.orders["committed"])
    later = lines.orders["committed_later"]
    assert found.committed_later == cents(position.committed_later, later)
    assert found.requested == cents(position.requested_spend, lines.orders["requested"])
    assert found.budget == shared
    assert found.variance == budget_variance(found.actual, shared)
    parts = (found.accrued, found.committed, found.requested)
    assert found.available == available_budget(shared, found.actual, *parts)
