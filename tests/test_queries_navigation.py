"""Rollups in the place of marts: every answer is the one that the mart itself gives."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Date, Select, case, cast, func, literal, or_, select

from queries import mart_tables, store
from queries.budget import intercompany
from queries.contract import AMOUNT
from queries.navigation import MOST_CUTS, navigated
from queries.rollup_tables import ROLLUPS
from queries.selection import Selection
from queries.store import Reader, Store
from queries.versions import at
from spend.reports import REPORTS
from tests.contract_files import Books, Rows, trying

FLOW = mart_tables.spend_flow
DAY, AMOUNTS = FLOW.c.day, func.sum(FLOW.c.amount)
FIRST = date(2025, 1, 1)
Asked = Callable[[Reader], Select[Any]]


def invoices(number: int = 600) -> Rows:
    """Invoice lines of half a year, some of the own group, of no category or in dollars."""
    draw = Random(9)
    return [
        {
            "invoice_id": f"I{n}",
            "line_no": 1,
            "invoice_date": FIRST + timedelta(days=draw.randrange(181)),
            "supplier_id": draw.choice(["S1", "S2", "S3", "OWN", "unknown"]),
            "category_id": draw.choice(["C1", "C2", None]),
            "cost_centre_id": draw.choice(["K1", "K2", None]),
            "item_id": draw.choice(["A", "B", None]),
            "currency": draw.choice(["EUR", "USD"]),
            "quantity": draw.choice([1, 2, None]),
            "amount": draw.randrange(-5000, 20000) / 100,
        }
        for n in range(number)
    ]


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    suppliers = [{"supplier_id": s, "name": s} for s in ("S1", "S2", "S3")]
    own = {"supplier_id": "OWN", "name": "Own", "intercompany": True}
    tables: dict[str, Rows] = {
        "supplier": [own, *suppliers],
        "category": [{"category_id": c, "name": c} for c in ("C1", "C2")],
        "cost_centre": [{"cost_centre_id": k, "name": k} for k in ("K1", "K2")],
        "item": [{"item_id": i, "name": i, "unit": "pcs"} for i in ("A", "B")],
        "exchange_rate": [{"date": FIRST, "currency": "USD", "rate": 0.9}],
        "invoice_line": invoices(),
    }
    Books(kept_store, tmp_path_factory.mktemp("files")).load(tables)
    return kept_store


@pytest.fixture
def reader(company: Store) -> Iterator[Reader]:
    with company.reader() as found:
        yield found


def stands_in(statement: Select[Any]) -> str:
    """The rollup that a select reads; '' where it reads the mart itself."""
    read = re.findall(r"FROM (\w+)", str(navigated(statement)))
    return next((one.table.name for one in ROLLUPS if one.table.name in read), "")


def alike(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two frames hold the same rows, in whatever order."""
    rows = [sorted(map(str, f.itertuples(index=False, name=None))) for f in (one, other)]
    return list(one.columns) == list(other.columns) and rows[0] == rows[1]


def both_ways(reader: Reader, statement: Select[Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return reader.frame(statement), replace(reader, navigates=False).frame(statement)


# --- Whatever is asked ---------------------------------------------------------------------------

days = st.dates(date(2024, 12, 20), date(2025, 7, 10))
names = st.sampled_from(["supplier_id", "category_id", "cost_centre_id", "item_id", "currency"])


@st.composite
def selects(draw: st.DrawFn) -> Asked:
    """A question about spend: some keys, some spans of days, a filter, with or without own."""
    keys = draw(st.lists(names, max_size=3, unique=True))
    spans = [sorted(draw(st.tuples(days, days))) for _ in range(draw(st.integers(1, 3)))]
    wanted = draw(st.sampled_from([None, "S1", "C1", "K2"]))
    filtered = {"S": FLOW.c.supplier_id, "C": FLOW.c.category_id, "K": FLOW.c.cost_centre_id}
    by_month, own, edge = draw(st.booleans()), draw(st.booleans()), draw(days)

    def asked(reader: Reader) -> Select[Any]:
        columns: list[Any] = [FLOW.c[key] for key in keys]
        if by_month:
            columns.append(cast(func.date_trunc("month", DAY), Date).label("month"))
        late = func.sum(case((edge < DAY, FLOW.c.amount), else_=0))
        sums = [cast(AMOUNTS, AMOUNT).label("amount"), cast(late, AMOUNT).label("late")]
        found = select(*columns, *sums).where(at(FLOW, reader.batch)).group_by(*columns)
        found = found.where(or_(*(DAY.between(first, last) for first, last in spans)))
        found = found if own else found.where(~intercompany(reader, FLOW))
        return found if wanted is None else found.where(filtered[wanted[0]] == wanted)

    return asked


@trying(60)
@given(asked=selects())
def test_a_rollup_answers_as_its_mart_does(company: Store, asked: Asked) -> None:
    with company.reader() as reader:
        found, plain = both_ways(reader, asked(reader))
        assert alike(found, plain)


@pytest.mark.parametrize("name", REPORTS)
def test_every_select_of_a_report_is_answered_alike(
    name: str, demo: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, compared = Reader.frame, list[bool]()

    def watched(reader: Reader, statement: Select[Any]) -> pd.DataFrame:
        frame = read(reader, statement)
        if reader.navigates and navigated(statement) is not statement:
            compared.append(alike(frame, read(replace(reader, navigates=False), statement)))
        return frame

    monkeypatch.setattr(store.Reader, "frame", watched)
    supplier = ("S-1000",) if name == "supplier" else ()
    for selection in (
        Selection("2026-01", "2026-11", supplier=supplier),
        Selection("2025-04", "2026-03", supplier=supplier, category=("C-1000",)),
    ):
        REPORTS[name](demo, selection)
    assert all(compared)
    assert compared or name in ("goals", "stock", "definitions", "data", "savings")


# --- What stands in for what ---------------------------------------------------------------------


def test_the_smallest_rollup_that_keeps_what_is_asked_stands_in() -> None:
    total = select(AMOUNTS).where(at(FLOW, 1))
    assert stands_in(total) == "spend_category_day"
    assert stands_in(total.where(FLOW.c.cost_centre_id == "K1")) == "spend_centre_day"
    assert stands_in(total.where(FLOW.c.supplier_id == "S1")) == "spend_supplier_month"
    both = total.where(FLOW.c.cost_centre_id == "K1", FLOW.c.category_id == "C1")
    assert stands_in(both) == "spend_place_month"
    assert stands_in(both.where(FLOW.c.supplier_id == "S1")) == ""


def test_months_that_a_day_cuts_are_read_from_the_mart(reader: Reader) -> None:
    by = select(FLOW.c.supplier_id, AMOUNTS.label("amount")).group_by(FLOW.c.supplier_id)
    by = by.where(at(FLOW, reader.batch))
    whole = by.where(DAY.between(date(2025, 2, 1), date(2025, 3, 31)))
    cut = by.where(DAY.between(date(2025, 2, 10), date(2025, 3, 31)))
    assert "UNION ALL" not in str(navigated(whole))
    assert "UNION ALL" in str(navigated(cut))
    assert alike(*both_ways(reader, cut))
    assert not alike(reader.frame(whole), reader.frame(cut))


def test_too_many_cut_months_are_left_to_the_mart() -> None:
    by = select(FLOW.c.supplier_id, AMOUNTS).group_by(FLOW.c.supplier_id)
    edges = [date(2025, month, 15) for month in range(1, MOST_CUTS + 2)]
    assert stands_in(by.where(or_(*(edge > DAY for edge in edges[:-1])))) == "spend_supplier_month"
    assert stands_in(by.where(or_(*(edge > DAY for edge in edges)))) == ""


@pytest.mark.parametrize(
    "statement",
    [
        select(FLOW.c.amount),
        select(func.count()).select_from(FLOW),
        select(func.max(FLOW.c.amount)),
        select(func.sum(func.abs(FLOW.c.amount))),
        select(func.sum(FLOW.c.amount * FLOW.c.quantity)),
        select(func.sum(case((FLOW.c.amount > 0, FLOW.c.amount), else_=0))),
        select(AMOUNTS).where(FLOW.c.amount > 0),
        select(func.sum(literal(1)), AMOUNTS),
        select(func.sum(case((DAY >= FIRST, 1), else_=0)), AMOUNTS),
        select(func.sum(FLOW.c.amount * 2 - 1)),
        select(func.sum(mart_tables.path_flow.c.days)),
        select(func.avg(mart_tables.path_flow.c.days)),
        select(FLOW.c.category_id, func.min(FLOW.c.batch_from)).group_by(FLOW.c.category_id),
        select(func.row_number().over(order_by=DAY), AMOUNTS).group_by(DAY),
        select(func.sum(FLOW.alias().c.amount)),
    ],
)
def test_what_asks_for_single_rows_gets_the_rows(statement: Select[Any]) -> None:
    assert navigated(statement) is statement


def test_cut_months_and_a_recursion_are_left_to_the_mart() -> None:
    """Under WITH RECURSIVE, the name of a stand-in means itself in what it reads."""
    tree = select(FLOW.c.supplier_id.label("id")).distinct().cte("tree", recursive=True)
    tree = tree.union(select(tree.c.id))
    asked = select(FLOW.c.supplier_id, AMOUNTS).group_by(FLOW.c.supplier_id)
    asked = asked.select_from(FLOW.join(tree, tree.c.id == FLOW.c.supplier_id))
    assert stands_in(asked) == "spend_supplier_month"
    assert stands_in(asked.where(date(2025, 3, 15) > DAY)) == ""


def test_whole_days_are_asked_where_days_are_more_than_compared() -> None:
    by_day = select(FLOW.c.supplier_id, DAY, AMOUNTS).group_by(FLOW.c.supplier_id, DAY)
    assert stands_in(by_day) == ""
    assert stands_in(select(DAY, AMOUNTS).group_by(DAY)) == "spend_category_day"
