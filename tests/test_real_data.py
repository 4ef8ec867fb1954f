"""Published data end to end: what reports say equals what the raw files add up to.

The files are read here by nothing of Concord, and summed in decimals.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import func, or_, select

from queries import schema
from queries.check import check
from queries.load import LoadResult, load
from queries.schema import OPEN
from queries.selection import Selection
from queries.store import Store, open_store
from queries.window import read_choices
from spend import approvals, budget, suppliers
from spend.demand_bucket import BUCKET_DAYS, PERIODS_PER_YEAR
from spend.demand_series import demand_series
from spend.money import short
from spend.policy_comparison import ItemTerms
from spend.result import Report
from spend.stock_replay import StockReplay, stock_replay
from tests.command_line import spend
from tests.conftest import ROOT
from tests.contract_files import NOW, tables
from tests.test_spend_stock_replay import as_on_the_page, headline

Sums = dict[str, Decimal]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Real:
    """A published set, loaded twice into a store of its own."""

    store: Store
    folder: Path
    first: LoadResult
    second: LoadResult

    def raw(self, name: str) -> list[dict[str, str]]:
        """The records of one of its files."""
        return records(self.folder / name)

    def whole(self, by: str = "cost_centre") -> Report:
        """The budget report over every period there is."""
        with self.store.reader() as reader:
            periods = [p.period for p in read_choices(reader).calendar.periods]
        return budget.report(self.store, Selection(periods[0], periods[-1]), by=by)


@cache
def records(path: Path) -> list[dict[str, str]]:
    """The records of a file, read by nothing of Concord."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def loaded(data: Path, name: str, url: str, home: Path) -> Real:
    """Load a demo mapping twice."""
    store = open_store(url, home)
    mapping = ROOT / "demo" / "mappings" / f"{name}.toml"
    first, second = (load(store, mapping, now=NOW, user="test") for _ in range(2))
    return Real(store, data / name, first, second)


@pytest.fixture(scope="module")
def oxford(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    real = loaded(shared_data, "oxford_spend", "", tmp_path_factory.mktemp("oxford"))
    yield real
    real.store.close()


@pytest.fixture(scope="module")
def scms(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    real = loaded(shared_data, "scms_delivery_history", "", tmp_path_factory.mktemp("scms"))
    yield real
    real.store.close()


@pytest.fixture(scope="module")
def permits(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    real = loaded(shared_data, "bpic2020_permits", "", tmp_path_factory.mktemp("permits"))
    yield real
    real.store.close()


@pytest.fixture(scope="module")
def spares(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    real = loaded(shared_data, "spare_parts_man", "", tmp_path_factory.mktemp("spares"))
    yield real
    real.store.close()


@pytest.fixture
def permits_on_server(shared_data: Path, postgresql: str, tmp_path: Path) -> Iterator[Real]:
    real = loaded(shared_data, "bpic2020_permits", postgresql, tmp_path / "home")
    yield real
    real.store.close()


# --- Loads ---------------------------------------------------------------------------------------


def accounted_for(real: Real, **read: int) -> None:
    """Every record is accounted for, and the second load changed nothing."""
    for result in (real.first, real.second):
        assert {t.table_name: t.read for t in result.tables} == read
        for count in result.tables:
            known = (count.loaded, count.unchanged, count.superseded, count.rejected)
            assert count.read == sum(known), count
    assert (real.first.batch, real.second.batch) == (1, 2)
    for once, again in zip(real.first.tables, real.second.tables, strict=True):
        assert (once.unchanged, once.superseded, once.rejected) == (0, 0, 0)
        assert (again.loaded, again.superseded, again.closed, again.reconverted) == (0, 0, 0, 0)
        assert again.rejected == once.rejected
    with real.store.reader() as reader:
        for table in tables().values():
            moved = or_(table.c.batch_from > 1, table.c.batch_to != OPEN)
            assert reader.rows(select(func.count()).select_from(table).where(moved)) == [(0,)]


def test_every_record_of_oxford_is_accounted_for(oxford: Real) -> None:
    rows = oxford.raw("oxford_spend.csv.gz")
    names = {row["supplier_id"] or row["supplier_name"] or "not published" for row in rows}
    categories = {row["expenditure_category"] for row in rows} - {""}
    units = {row["organisational_unit"] for row in rows}
    accounted_for(
        oxford, supplier=len(names), category=len(categories), cost_centre=len(units),
        invoice_line=len(rows),
    )  # fmt: skip


def test_every_record_of_scms_is_accounted_for(scms: Real) -> None:
    rows = scms.raw("scms_delivery_history.csv.gz")
    groups = {row["Product Group"] for row in rows}
    parts = {(row["Product Group"], row["Sub Classification"]) for row in rows}
    lines = dict.fromkeys(("purchase_order_line", "goods_receipt", "invoice_line"), len(rows))
    distinct = {"supplier": "Vendor", "cost_centre": "Country", "item": "Item Description"}
    dimensions = {table: len({row[name] for row in rows}) for table, name in distinct.items()}
    accounted_for(scms, category=len(groups) + len(parts), **dimensions, **lines)


def test_every_record_of_the_permits_is_accounted_for(permits: Real) -> None:
    accounted_for(permits, **permit_counts(permits))


def permit_counts(real: Real) -> dict[str, int]:
    cases, events = (real.raw(f"PermitLog_{name}.csv.gz") for name in ("cases", "events"))
    return {
        "supplier": 1,
        "category": 1 + len({case["BudgetNumber"] for case in cases}),
        "cost_centre": len({case["OrganizationalEntity"] for case in cases}),
        "budget_line": len(cases),
        "invoice_line": len(cases),
        "approval_step": len(events),
    }


def test_every_record_of_the_spare_parts_is_accounted_for(spares: Real) -> None:
    items, weeks = (spares.raw(f"man_{n}.csv.gz") for n in ("items", "weekly_demand_nonzero"))
    ends = 2 * len(items)  # the first and the last week, of every item
    accounted_for(spares, item=len(items), demand=len(weeks) + ends)
    with spares.store.reader() as reader:
        assert check(reader) == ()


# --- Permits: budget, spend and variance, unit by unit -----------------------------------------


def permit_sums(real: Real, year: str = "") -> dict[str, tuple[Decimal, Decimal]]:
    """What each unit asked for and declared, of the permits that began in a year (or in any)."""
    begun: dict[str, str] = {}
    for event in real.raw("PermitLog_events.csv.gz"):
        name, day = event["case_id"], event["time:timestamp"][:10]
        begun[name] = min(day, begun.get(name, day))
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for case in real.raw("PermitLog_cases.csv.gz"):
        if begun[case["case_id"]].startswith(year):
            unit = case["OrganizationalEntity"]
            asked, declared = sums.get(unit, (ZERO, ZERO))
            asked += cents(case["RequestedBudget"])
            sums[unit] = (asked, declared + cents(case["TotalDeclared"]))
    return sums


def cents(written: str) -> Decimal:
    """An amount to the cent, as a ledger rounds it."""
    return Decimal(written).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def positions(report: Report) -> dict[str, tuple[object, ...]]:
    """Budget, actual and variance of each row of the breakdown, by id; rows without any left out.

    None stands for no row, which the raw files don't have either.
    """
    table = report.table("breakdown")
    place = {column.key: n for n, column in enumerate(table.columns)}
    found = {
        name: tuple(row[place[key]] for key in ("budget", "actual", "variance"))
        for name, row in zip(table.ids, table.rows, strict=True)
    }
    return {name: values for name, values in found.items() if any(v is not None for v in values)}


def expected(sums: dict[str, tuple[Decimal, Decimal]]) -> dict[str, tuple[object, ...]]:
    return {unit: (asked, spent, spent - asked) for unit, (asked, spent) in sums.items()}


def adds_up(report: Report, sums: dict[str, tuple[Decimal, Decimal]]) -> None:
    """Unit by unit, in total, and from end to end of both bridges."""
    assert positions(report) == expected(sums)
    asked, spent = (sum(column, ZERO) for column in zip(*sums.values(), strict=True))
    figures = ("budget_amount", "actual_spend", "budget_variance", "available_budget")
    values = [report.figure(name).value for name in figures]
    assert values == [asked, spent, spent - asked, asked - spent]
    closes(report)
    plan = report.bridge("budget").steps
    assert (plan[0].amount, plan[-1].amount) == (asked, spent)


def closes(report: Report) -> None:
    """Both bridges close to zero, and end at what was spent."""
    for bridge in report.bridges:
        assert bridge.residual == 0
        if bridge.steps:
            assert bridge.steps[-1].amount == report.figure("actual_spend").value


def test_permits_equal_the_raw_files_unit_by_unit(permits: Real) -> None:
    adds_up(permits.whole(), permit_sums(permits))


def test_permits_open_on_the_full_year_2018(permits: Real) -> None:
    report = budget.report(permits.store, Selection())
    assert report.sentence.startswith("January to December 2018")
    assert not [note for note in report.notes if "is open" in note.text]
    adds_up(report, permit_sums(permits, "2018"))


def test_permits_equal_the_raw_files_on_a_server(permits_on_server: Real) -> None:
    accounted_for(permits_on_server, **permit_counts(permits_on_server))
    adds_up(permits_on_server.whole(), permit_sums(permits_on_server))


def test_the_command_line_prints_the_same_permits(permits: Real) -> None:
    words = ("report", "budget", "--from", "2017-01", "--to", "2018-12", "--format", "json")
    outcome = spend(*words, CONCORD_HOME=str(permits.store.home))
    assert outcome.code == 0, outcome.err
    printed: Any = json.loads(outcome.out, parse_float=Decimal)
    table = printed["tables"]["breakdown"]
    rows = {
        unit: (row["budget"], row["actual"], row["variance"])
        for unit, row in zip(table["ids"], table["rows"], strict=True)
    }
    assert rows == expected(permit_sums(permits))


# --- Oxford: what each unit of a council paid ---------------------------------------------------


def paid(real: Real, column: str) -> Sums:
    """Payments by a column of the raw file."""
    sums: Sums = defaultdict(Decimal)
    for row in real.raw("oxford_spend.csv.gz"):
        sums[row[column].strip()] += Decimal(row["amount_gbp"])
    return dict(sums)


def actuals(report: Report) -> Sums:
    """Actual spend by the breakdown's ids."""
    return {k: v[1] for k, v in positions(report).items() if isinstance(v[1], Decimal)}


def test_oxford_equals_the_raw_file_unit_by_unit(oxford: Real) -> None:
    report = oxford.whole()
    assert actuals(report) == paid(oxford, "organisational_unit")
    assert report.figure("actual_spend").value == Decimal("200630800.14")
    assert report.figure("actual_spend").rows == len(oxford.raw("oxford_spend.csv.gz"))
    closes(report)


def test_oxford_is_as_concentrated_as_its_raw_file(oxford: Real) -> None:
    """The Herfindahl index of the suppliers' shares, and the smallest that share a fifth."""
    spent: Sums = defaultdict(Decimal)
    for row in oxford.raw("oxford_spend.csv.gz"):
        name = row["supplier_id"].strip() or row["supplier_name"].strip() or "not published"
        spent[name] += Decimal(row["amount_gbp"])
    positive = sorted(amount for amount in spent.values() if amount > 0)
    whole, tail, count = sum(positive), ZERO, 0
    while tail + positive[count] <= whole / 5:
        tail, count = tail + positive[count], count + 1
    with oxford.store.reader() as reader:
        periods = [p.period for p in read_choices(reader).calendar.periods]
    report = suppliers.report(oxford.store, Selection(periods[0], periods[-1]))
    facts = {fact.label: fact.value for fact in report.facts}
    assert facts["Suppliers"] == len(positive)
    assert (facts["In the tail"], facts["Spend in the tail"]) == (count, tail)
    index = float(sum((100 * amount / whole) ** 2 for amount in positive))
    assert report.figure("supplier_concentration").value == pytest.approx(index, rel=1e-12)
    table = report.table("suppliers")
    spend = [row[1] for row in table.rows]
    assert spend[:300] == sorted(spent.values(), reverse=True)[:300]
    assert sum(a for a in spend if isinstance(a, Decimal)) == Decimal("200630800.14")


def test_oxford_shows_what_has_no_category(oxford: Real) -> None:
    assert actuals(oxford.whole("category")) == paid(oxford, "expenditure_category")


def test_oxford_equals_the_raw_file_month_by_month(oxford: Real) -> None:
    months: Sums = defaultdict(Decimal)
    for row in oxford.raw("oxford_spend.csv.gz"):
        day = datetime.strptime(row["paid_date"], "%d/%m/%Y")
        months[f"{day:%Y-%m}"] += Decimal(row["amount_gbp"])
    report = oxford.whole("month")
    assert actuals(report) == months, "a month without payments has no spend, not a spend of 0"
    closes(report)


# --- SCMS: deliveries of a supply chain, own stock apart ----------------------------------------

OWN = "SCMS from RDC"


def delivered(real: Real, column: str, own: bool) -> Sums:
    """Delivered value by a column, of own stock or of everybody else's."""
    sums: Sums = defaultdict(Decimal)
    for row in real.raw("scms_delivery_history.csv.gz"):
        if (row["Vendor"] == OWN) == own:
            sums[row[column]] += Decimal(row["Line Item Value"])
    return dict(sums)


def test_scms_lines_sum_to_the_published_total(scms: Real) -> None:
    with scms.store.reader() as reader:
        line = schema.invoice_line
        sums = select(func.sum(line.c.amount), func.sum(line.c.reporting_amount))
        total = Decimal("1627584457.29")
        assert reader.rows(sums.where(line.c.batch_to == OPEN)) == [(total, total)]


def test_scms_actual_and_own_stock_are_the_published_total(scms: Real) -> None:
    report = scms.whole()
    own = sum(delivered(scms, "Vendor", own=True).values(), ZERO)
    actual = report.figure("actual_spend").value
    assert isinstance(actual, Decimal)
    assert actual + own == Decimal("1627584457.29")
    notes = [note.text for note in report.notes if "own group" in note.text]
    assert len(notes) == 1
    assert short(own, "USD") in notes[0]
    closes(report)


@pytest.mark.parametrize(("by", "column"), [("cost_centre", "Country"), ("supplier", "Vendor")])
def test_scms_equals_the_raw_file_without_own_stock(scms: Real, by: str, column: str) -> None:
    assert actuals(scms.whole(by)) == delivered(scms, column, own=False)


def test_scms_categories_carry_what_lies_under_them(scms: Real) -> None:
    sums = delivered(scms, "Product Group", own=False)
    for row in scms.raw("scms_delivery_history.csv.gz"):
        if row["Vendor"] != OWN:
            part = f"{row['Product Group']} / {row['Sub Classification']}"
            sums[part] = sums.get(part, ZERO) + Decimal(row["Line Item Value"])
    assert actuals(scms.whole("category")) == sums


def test_scms_year_bridge_explains_the_change(scms: Real) -> None:
    years: Sums = defaultdict(Decimal)
    for row in scms.raw("scms_delivery_history.csv.gz"):
        if row["Vendor"] != OWN:
            day = datetime.strptime(row["Delivered to Client Date"], "%d-%b-%y")
            years[f"{day:%Y}"] += Decimal(row["Line Item Value"])
    for year in range(2007, 2016):
        report = budget.report(scms.store, Selection(f"{year}-01", f"{year}-12"))
        steps = report.bridge("year").steps
        assert steps[-1].amount == years[str(year)]
        assert steps[0].amount == years[str(year - 1)]
        closes(report)


# --- Spare parts: what stock policies would have given ------------------------------------------


def test_spare_parts_as_loaded_give_the_published_back_test(spares: Real) -> None:
    """Six decimals and a week's Monday lose nothing that the page on the back-test shows."""
    items, rows = (frame(spares, name) for name in ("item", "demand"))
    items = items.sort_values("item_id", ignore_index=True)
    kind, first, last = "week", date(2012, 1, 2), date(2014, 11, 10)
    series = demand_series(rows, items.assign(site=""), first, last, kind)
    assert series.matrix.shape == (3451, 150)
    assert int((series.matrix > 0).sum()) == 37_200
    assert series.below_zero.sum() == 0
    terms = ItemTerms(
        unit_cost=items["unit_cost"],
        order_cost=items["order_cost"],
        holding_cost=items["holding_rate"] * items["unit_cost"],
        lead_time=items["lead_time_days"] / BUCKET_DAYS[kind],
        minimum_order=items["minimum_order"],
        review_period=0,
        periods_per_year=PERIODS_PER_YEAR[kind],
    )
    table = stock_replay(StockReplay(series.matrix, terms, 0.95)).table
    written = headline()
    for name, *cells in table.rows:
        assert as_on_the_page(tuple(cells)) == written[str(name)], name


def frame(real: Real, name: str) -> pd.DataFrame:
    """A table of the contract as it is loaded."""
    table = schema.contract_tables[name]
    with real.store.reader() as reader:
        return reader.frame(select(table).where(table.c.batch_to == OPEN))


# --- Who decides on permits ----------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """One event of a permit: who did it, and from when until when it was waited for."""

    permit: str
    role: str
    since: date
    day: date


def decisions(real: Real) -> list[Decision]:
    """Every event waits from the one before it."""
    by_permit: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in real.raw("PermitLog_events.csv.gz"):
        by_permit[row["case_id"]].append(row)
    found = []
    for permit, rows in by_permit.items():
        rows.sort(key=lambda row: int(row["event_no"]))
        days = [date.fromisoformat(row["time:timestamp"][:10]) for row in rows]
        for row, since, day in zip(rows, [days[0], *days], days, strict=False):
            found.append(Decision(permit, row["org:role"], since, day))
    return found


def declared(real: Real) -> dict[str, Decimal]:
    """What was declared on each permit, to the cent."""
    return {
        row["case_id"]: Decimal(row["TotalDeclared"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for row in real.raw("PermitLog_cases.csv.gz")
    }


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2018, 1, 1), date(2018, 12, 31)), (date(2018, 4, 1), date(2018, 6, 30))],
)
def test_permits_wait_by_role_as_their_events_say(permits: Real, first: date, last: date) -> None:
    worth, expected = declared(permits), {}
    done, open_ = defaultdict(list), defaultdict(list)
    for one in decisions(permits):
        if first <= one.day <= last:
            done[one.role].append(max(0, (one.day - one.since).days))
        if one.since <= last < one.day:
            open_[one.role].append(one)
    for role in {*done, *open_}:
        days, waits = sorted(done[role]), open_[role]
        expected[role] = (
            len(days),
            median(days) if days else None,
            fmean(days) if days else None,
            days[-(-9 * len(days) // 10) - 1] if days else None,
            len(waits),
            max(((last - one.since).days for one in waits), default=None),
            sum((worth[one.permit] for one in waits), ZERO),
        )
    about = Selection(f"{first:%Y-%m}", f"{last:%Y-%m}")
    table = approvals.report(permits.store, about).table("roles")
    keys = [column.key for column in table.columns]
    names = ("steps", "median", "mean", "most", "waiting", "oldest", "money")
    rows = {row[0]: tuple(row[keys.index(name)] for name in names) for row in table.rows}
    found = {role: row for role, row in rows.items() if row[0] or row[4]}
    means = {role: row[2] for role, row in expected.items()}
    assert {role: row[2] for role, row in found.items()} == pytest.approx(means)
    assert {role: (*row[:2], *row[3:]) for role, row in found.items()} == {
        role: (*row[:2], *row[3:]) for role, row in expected.items()
    }
    assert len(expected) >= 6
