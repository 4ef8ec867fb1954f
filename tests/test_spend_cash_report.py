"""The cash to come, end to end: against a computation of its own from the contract rows."""

import doctest
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Table as Table_
from sqlalchemy import select

from queries import mart_tables, schema
from queries.cash import open_invoices
from queries.errors import ConcordError
from queries.minutes import Draft
from queries.selection import Selection
from queries.store import Store, open_store
from queries.versions import at
from spend import cash_charts, cash_cycle, cash_report, cash_table, cash_words
from spend.result import Report, Table
from tests.conftest import NOW
from tests.contract_files import Books
from tests.test_queries_cash import SETTINGS, tables
from tests.test_real_data import loaded

P = date(2026, 10, 31)  # the demo's position date, a Saturday
MONDAY = date(2026, 11, 2)
ZERO = Decimal(0)
SOURCES = ("open", "received", "ordered", "budget")


@pytest.mark.parametrize("module", [cash_charts, cash_cycle, cash_report, cash_table, cash_words])
def test_examples(module: object) -> None:
    assert not doctest.testmod(module).failed  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def report(demo: Store) -> Report:
    return cash_report.report(demo, Selection())


def column(table: Table, key: str) -> list[Any]:
    place = [c.key for c in table.columns].index(key)
    return [row[place] for row in table.rows]


def total(table: Table, key: str) -> Any:
    assert table.total is not None
    return table.total[[c.key for c in table.columns].index(key)]


# --- Another way to the same figures: pandas over the rows as they were loaded --------------------


def rows_of(store: Store, table: Table_, *columns: str) -> list[tuple[Any, ...]]:
    with store.reader() as reader:
        statement = select(*(table.c[n] for n in columns)).where(at(table, reader.batch))
        return [tuple(row) for row in reader.rows(statement)]


def frame(store: Store, name: str, *columns: str) -> pd.DataFrame:
    rows = rows_of(store, schema.contract_tables[name], *columns)
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


@pytest.fixture(scope="module")
def books(demo: Store) -> dict[str, pd.DataFrame]:
    """The rows that matter, without the own group's suppliers."""
    own = frame(demo, "supplier", "supplier_id", "intercompany", "payment_term_code")
    sisters = set(own.loc[own["intercompany"] == True, "supplier_id"])  # noqa: E712
    lines = frame(
        demo, "invoice_line", "invoice_id", "supplier_id", "invoice_date", "posted_on", "due_date",
        "amount", "tax_amount", "reporting_amount", "reporting_tax_amount", "payment_term_code",
        "contract_id", "po_id", "po_line_no",
    )  # fmt: skip
    orders = frame(demo, "purchase_order_line", "po_id", "line_no", "contract_id")
    lines = lines.merge(orders, how="left", left_on=["po_id", "po_line_no"],
                        right_on=["po_id", "line_no"], suffixes=("", "_order"))  # fmt: skip
    lines["contract_id"] = lines["contract_id"].fillna(lines["contract_id_order"])
    return {
        "lines": lines[~lines["supplier_id"].isin(sisters)],
        "payments": frame(demo, "payment", "invoice_id", "paid_on", "amount", "reporting_amount",
                          "discount_taken"),
        "suppliers": own,
        "contracts": frame(demo, "contract", "contract_id", "payment_term_code"),
        "terms": frame(demo, "payment_term", "payment_term_code", "net_days", "end_of_month"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def invoices(books: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Invoices seen by the position date, with their agreed days and due dates."""
    lines = books["lines"].copy()
    lines["gross"] = lines["reporting_amount"] + lines["reporting_tax_amount"].fillna(0)
    lines["own_gross"] = lines["amount"] + lines["tax_amount"].fillna(0)
    lines["day"] = lines["posted_on"].fillna(lines["invoice_date"])
    first = ("supplier_id", "invoice_date", "day", "due_date", "payment_term_code", "contract_id")
    sums = dict.fromkeys(("gross", "own_gross"), "sum")
    found = lines.groupby("invoice_id").agg({**dict.fromkeys(first, lowest), **sums})
    contract = books["contracts"].set_index("contract_id")["payment_term_code"]
    master = books["suppliers"].set_index("supplier_id")["payment_term_code"]
    known = set(books["terms"]["payment_term_code"])
    ladder = [found["payment_term_code"], found["contract_id"].map(contract),
              found["supplier_id"].map(master)]  # fmt: skip
    code = [next((c for c in codes if c in known), None) for codes in zip(*ladder, strict=True)]
    terms = books["terms"].set_index("payment_term_code")
    found["days"] = pd.Series(code, index=found.index).map(terms["net_days"])
    month_end = pd.Series(code, index=found.index).map(terms["end_of_month"])
    start = pd.to_datetime(found["invoice_date"])
    counted = start.where(month_end != True, start + pd.offsets.MonthEnd(0))  # noqa: E712
    due = counted + pd.to_timedelta(found["days"].astype("float"), unit="D")
    found["due"] = pd.to_datetime(found["due_date"]).fillna(due)
    return found[found["day"] <= P]


def lowest(values: "pd.Series[Any]") -> Any:
    return min(values.dropna(), default=None)


@pytest.fixture(scope="module")
def still_open(books: dict[str, pd.DataFrame], invoices: pd.DataFrame) -> pd.DataFrame:
    """What is open of each invoice at the position date, to the cent, in the reporting currency."""
    paid = books["payments"]
    paid = paid[paid["paid_on"] <= P].copy()
    paid["settled"] = paid["amount"] + paid["discount_taken"].fillna(0)
    settled = paid.groupby("invoice_id")["settled"].sum()
    found = invoices[invoices["own_gross"] > 0].copy()
    left = found["own_gross"] - settled.reindex(found.index).fillna(0)
    exact = left / found["own_gross"] * found["gross"]
    found["open"] = [x.quantize(Decimal("0.01"), ROUND_HALF_UP) for x in exact]
    return found[found["open"] != 0]


def leaves(due: date) -> date:
    """The working day that money due on a day leaves."""
    day = max(due, P + timedelta(days=1))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def week_of(due: date) -> str:
    if due < P:
        return "Overdue"
    number = (leaves(due) - MONDAY).days // 7
    return "Later" if number >= 13 else f"{MONDAY + timedelta(weeks=number):%-d %b}"


def month_of(due: date) -> str:
    return "Overdue" if due < P else f"{leaves(due):%b %Y}"


@pytest.mark.parametrize(("name", "place"), [("weeks", week_of), ("months", month_of)])
def test_open_invoices_fall_due_as_the_rows_say(
    report: Report, still_open: pd.DataFrame, name: str, place: Any
) -> None:
    where = [place(due.date()) for due in still_open["due"]]
    expected = still_open["open"].groupby(np.array(where)).sum().to_dict()
    table = report.table(name)
    found = dict(zip(column(table, "name"), column(table, "open"), strict=True))
    assert {k: v for k, v in found.items() if v} == expected


def test_the_figures_are_what_the_rows_sum_to(report: Report, still_open: pd.DataFrame) -> None:
    late = still_open["due"] < pd.Timestamp(P)
    assert report.figure("open_payables").value == still_open["open"].sum()
    assert report.figure("overdue_payables").value == still_open.loc[late, "open"].sum()


def test_suppliers_are_what_the_rows_sum_to(report: Report, still_open: pd.DataFrame) -> None:
    table = report.table("suppliers")
    expected = still_open.groupby("supplier_id")["open"].sum()
    leaves_of = [n for n, d in enumerate(table.depth)
                 if n + 1 == len(table.depth) or table.depth[n + 1] <= d]  # fmt: skip
    for n in leaves_of:
        assert column(table, "open")[n] == expected.get(table.ids[n], ZERO)
    assert total(table, "open") == expected.sum()


@pytest.fixture(scope="module")
def year(invoices: pd.DataFrame) -> pd.DataFrame:
    first = P - timedelta(days=364)
    return invoices[invoices["day"] >= first]


@pytest.fixture(scope="module")
def agreed(year: pd.DataFrame) -> dict[str, float]:
    """Each supplier's agreed days of the last 365 days, by value; '' is the company's."""
    known = year[(year["gross"] > 0) & year["days"].notna()]
    gross = known["gross"].astype(float)
    days = known["days"].astype(float)
    own = (gross * days).groupby(known["supplier_id"]).sum() / gross.groupby(
        known["supplier_id"]
    ).sum()
    found = {str(supplier): float(average) for supplier, average in own.items()}
    return {**found, "": float((gross * days).sum() / gross.sum())}


@pytest.fixture(scope="module")
def taxes(books: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Each supplier's gross ÷ net of the last 365 days; '' is the company's."""
    lines = books["lines"]
    day = lines["posted_on"].fillna(lines["invoice_date"])
    lines = lines[(day <= P) & (day >= P - timedelta(days=364))]
    net = lines["reporting_amount"].astype(float)
    tax = lines["reporting_tax_amount"].fillna(0).astype(float)
    by = lines["supplier_id"]
    own = 1 + tax.groupby(by).sum() / net.groupby(by).sum()
    found = {str(s): float(ratio) for s, ratio in own[net.groupby(by).sum() > 0].items()}
    return {**found, "": float(1 + tax.sum() / net.sum())}


def test_orders_fall_due_as_the_rows_say(
    demo: Store, report: Report, agreed: dict[str, float], taxes: dict[str, float]
) -> None:
    """From the mart of orders, which has tests of its own; terms and tax from the rows."""
    rows = rows_of(demo, mart_tables.order_flow, "day", "supplier_id", "promised_date", "accrued",
                   "committed")  # fmt: skip
    sisters = frame(demo, "supplier", "supplier_id", "intercompany")
    own = set(sisters.loc[sisters["intercompany"] == True, "supplier_id"])  # noqa: E712
    sums: dict[tuple[str, date], list[Decimal]] = {}
    for day, supplier, promised, accrued, committed in rows:
        if day <= P and supplier not in own:
            both = sums.setdefault((supplier, promised), [ZERO, ZERO])
            both[0] += accrued
            both[1] += committed
    expected: dict[tuple[str, str], Decimal] = {}
    for (supplier, promised), both in sums.items():
        days = timedelta(days=round(agreed.get(supplier, agreed[""])))
        ratio = taxes.get(supplier, taxes[""])
        for source, comes, net in (
            ("received", P, both[0]),
            ("ordered", max(P, promised), both[1]),
        ):
            gross = Decimal(round(float(net) * 100 * ratio)).scaleb(-2)
            key = (source, week_of(comes + days))
            expected[key] = expected.get(key, ZERO) + gross
    table = report.table("weeks")
    for source in ("received", "ordered"):
        for name, found in zip(column(table, "name"), column(table, source), strict=True):
            # Half cents of a ratio may fall either way in floats.
            assert abs(found - expected.get((source, name), ZERO)) <= Decimal("0.02"), (
                source,
                name,
            )


def test_the_budget_is_what_orders_leave_of_it(
    demo: Store, report: Report, taxes: dict[str, float]
) -> None:
    lines = frame(demo, "budget_line", "version", "period_start", "reporting_amount")
    lines = lines[(lines["version"] == "2026 revised") & (lines["period_start"] > P)]
    columns = ("day", "supplier_id", "promised_date", "committed")
    rows = rows_of(demo, mart_tables.order_flow, *columns)
    sisters = frame(demo, "supplier", "supplier_id", "intercompany")
    own = set(sisters.loc[sisters["intercompany"] == True, "supplier_id"])  # noqa: E712
    expected = ZERO
    for month in (11, 12):
        planned = sum(a for start, a in zip(lines["period_start"], lines["reporting_amount"],
                                            strict=True) if start.month == month)  # fmt: skip
        ordered = sum(c for day, s, promised, c in rows if day <= P and s not in own
                      and (promised.year, promised.month) == (2026, month))  # fmt: skip
        rest = max(ZERO, Decimal(planned) - Decimal(ordered))
        expected += Decimal(round(float(rest) * 100 * taxes[""])).scaleb(-2)
    assert total(report.table("months"), "budget") == expected


def test_habits_are_each_supplier_s_own(
    books: dict[str, pd.DataFrame], invoices: pd.DataFrame, still_open: pd.DataFrame, demo: Store
) -> None:
    """Open invoices of one supplier, expected by plain loops over its payments of the year."""
    supplier = "S-0021"
    paid = books["payments"].merge(
        invoices.loc[invoices["own_gross"] > 0, ["supplier_id", "due"]], left_on="invoice_id",
        right_index=True,
    )  # fmt: skip
    within = (paid["paid_on"] <= P) & (paid["paid_on"] >= P - timedelta(days=364))
    mine = paid[within & (paid["supplier_id"] == supplier) & paid["due"].notna()]
    late = (pd.to_datetime(mine["paid_on"]) - mine["due"]).dt.days
    weight = mine["reporting_amount"].astype(float)
    expected: dict[str, float] = {}
    ours = still_open[still_open["supplier_id"] == supplier]
    for due, amount in zip(ours["due"], ours["open"], strict=True):
        coming = [(d, w) for d, w in zip(late, weight, strict=True)
                  if due.date() + timedelta(days=d) > P]  # fmt: skip
        if not coming:
            where = "Overdue" if due.date() < P else week_of(P)
            expected[where] = expected.get(where, 0.0) + float(amount)
        for days, share in coming:
            where = week_of(due.date() + timedelta(days=days))
            whole = sum(w for _, w in coming)
            expected[where] = expected.get(where, 0.0) + float(amount) * share / whole
    found = cash_report.report(demo, Selection(supplier=(supplier,))).table("weeks")
    ordered = [column(found, s) for s in ("received", "ordered")]
    if any(any(amounts) for amounts in ordered):
        found = _open_only(demo, supplier)
    said = dict(zip(column(found, "name"), column(found, "habit"), strict=True))
    for name, amount in said.items():
        assert float(amount) == pytest.approx(expected.get(name, 0.0), abs=0.02), name


def _open_only(demo: Store, supplier: str) -> Table:
    """The same table of open invoices alone."""
    from spend.cash_book import CashBook
    from spend.cash_outlook import weeks
    from spend.cash_reading import read

    with demo.reader() as reader:
        book = CashBook.read(reader, Selection(supplier=(supplier,)))
        flow = book.flow.rows(book.flow.source == 0)
        (reading,) = read(flow, book.habits, (weeks(book.position),))
    return cash_table.by_time(reading, "weeks", "")


# --- Totals tie out -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(supplier=("S-0096",)),
        Selection(category=("C-1000",)),
        Selection(cost_centre=("CC-2000",)),
        Selection(item=("IT-0002",)),
        Selection(to_period="2026-11"),
        Selection("2025-01", "2025-06"),
    ],
    ids=str,
)
def test_everything_ties_out(demo: Store, selection: Selection) -> None:
    found = cash_report.report(demo, selection)
    weeks, months, suppliers = (found.table(n) for n in ("weeks", "months", "suppliers"))
    for table in (weeks, months):
        for key in (*SOURCES, "contract", "habit"):
            assert sum(column(table, key), ZERO) == total(table, key), (table.name, key)
        assert sum((total(table, s) for s in SOURCES), ZERO) == total(table, "contract")
        assert total(table, "habit") == total(table, "contract")
    calendar = found.table("calendar")
    assert column(calendar, "week") == column(weeks, "contract")[1:14]
    for row in calendar.rows:
        assert sum((v or ZERO for v in row[1:6]), ZERO) == row[6]
    if suppliers.total:
        sources = sum((total(suppliers, s) for s in SOURCES[:3]), ZERO)
        places = [c.key for c in suppliers.columns if c.key in ("overdue", "weeks", "later",
                                                                "undated")]  # fmt: skip
        assert sum((total(suppliers, key) for key in places), ZERO) == sources
        assert sources == total(weeks, "contract") - total(weeks, "budget")
        roots = [n for n, depth in enumerate(suppliers.depth) if depth == 0]
        for key in (*SOURCES[:3], *places):
            assert sum((column(suppliers, key)[n] for n in roots), ZERO) == total(suppliers, key)
    opened = found.figure("open_payables").value
    assert (ZERO if opened is None else opened) == total(weeks, "open")


def test_parts_of_the_company_sum_to_it(demo: Store, report: Report) -> None:
    """Habits and terms are the suppliers' own, whatever is looked at."""
    parts = [cash_report.report(demo, Selection(supplier=(s,)))
             for s in [s for s in report.table("suppliers").ids if s][:4]]  # fmt: skip
    table = report.table("suppliers")
    for n, part in enumerate(parts):
        assert total(part.table("weeks"), "open") == column(table, "open")[n]
        assert total(part.table("weeks"), "ordered") == column(table, "ordered")[n]


def test_the_range_holds_the_line_in_most_weeks(report: Report) -> None:
    table = report.table("weeks")
    for name in ("low", "habit", "high"):
        assert all(v is not None for v in column(table, name))
    inside = [low <= habit <= high for low, habit, high in
              zip(*(column(table, k) for k in ("low", "habit", "high")), strict=True)]  # fmt: skip
    assert sum(inside) >= 13


def test_the_same_report_twice_is_the_same(demo: Store, report: Report) -> None:
    assert cash_report.report(demo, Selection()) == report


# --- What it says ---------------------------------------------------------------------------------


def test_the_page_says_it_in_a_sentence(report: Report) -> None:
    assert report.message.startswith("€13.")
    assert "29 January 2027" in report.message
    assert "€1.14 M of it overdue" in report.message
    notes = " ".join(note.text for note in report.notes)
    assert "The budget ends on 31 December 2026" in notes
    assert "leaves on Monday" in notes
    assert "nothing is budgeted after December 2026" in report.chart("months").title


def test_the_cycle_is_the_ledger_s(demo: Store, report: Report) -> None:
    ledger = frame(demo, "ledger_balance", "kind", "period_start", "amount")
    day = pd.to_datetime(ledger["period_start"])
    last = ledger[day == pd.Timestamp("2026-10-01")].groupby("kind")["amount"].sum().astype(float)
    first, end = pd.Timestamp("2025-10-01"), pd.Timestamp("2026-10-01")
    flow = ledger[(day > first) & (day <= end)]
    year = flow.groupby("kind")["amount"].sum().astype(float)
    stock = last["inventory"] / year["cost_of_sales"] * 365
    sales = last["receivables"] / year["revenue"] * 365
    payable = last["payables"] / year["cost_of_sales"] * 365
    days = column(report.table("cycle"), "days")
    assert days == pytest.approx([stock, sales, payable])
    assert total(report.table("cycle"), "days") == pytest.approx(stock + sales - payable)
    assert report.facts[-1].value == pytest.approx(stock + sales - payable)


def test_the_cycle_is_the_whole_company_s(demo: Store) -> None:
    found = cash_report.report(demo, Selection(supplier=("S-0096",)))
    assert [t.name for t in found.tables] == ["weeks", "months", "suppliers", "calendar"]


# --- Scenarios ------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    from queries.migration import initialise

    opened = open_store("", tmp_path / "home")
    initialise(opened, {}, NOW, "test")
    Books(opened, tmp_path).load(tables(), settings=SETTINGS)
    yield opened
    opened.close()


def save(store: Store, name: str, *change: str) -> None:
    body = {"change": list(change), "cash_rate": 0.06, "pass_on": 1.0}
    store.record(Draft(f"{name}{change}", "scenario", name, body, "", "finance", "Ann"), 1, NOW)


def test_a_scenario_moves_what_is_not_invoiced_yet(small: Store) -> None:
    """S1 is agreed on 30 days; €20 is received and €30 promised for 1 December, plus 19 %."""
    save(small, "Ninety", "S1:90")
    plain = cash_report.report(small, Selection()).table("months")
    table = cash_report.report(small, Selection(), scenario="Ninety").table("scenario")
    rows = dict(zip(column(table, "name"), column(table, "change"), strict=True))
    assert column(plain, "contract") == column(table, "now")
    assert rows["Nov 2026"] == Decimal("-23.80")  # received, due 30 November
    assert rows["Jan 2027"] == Decimal("23.80")
    assert rows["Dec 2026"] == Decimal("-35.70")  # ordered, due 31 December
    assert rows["Mar 2027"] == Decimal("35.70")
    assert total(table, "change") == 0
    assert "up to €59.50 less has left by the end of Dec 2026" in table.title


def test_a_discount_is_kept_for_good(small: Store) -> None:
    save(small, "Early", "S1:10@0.02")
    table = cash_report.report(small, Selection(), scenario="Early").table("scenario")
    assert total(table, "change") == -(Decimal("0.48") + Decimal("0.71"))
    assert "discounts save €1.19" in table.title


def test_the_last_of_a_name_counts_and_names_are_listed(small: Store) -> None:
    assert cash_report.scenarios(small, Selection()) == ()
    save(small, "B", "S1:30")
    save(small, "A", "S2:60")
    save(small, "B", "S1:60")
    assert cash_report.scenarios(small, Selection()) == ("A", "B")
    table = cash_report.report(small, Selection(), scenario="B").table("scenario")
    assert any(column(table, "change"))


def test_an_unknown_or_unreadable_scenario_is_said(small: Store) -> None:
    with pytest.raises(ConcordError, match="none saved under this name"):
        cash_report.report(small, Selection(), scenario="Moon")
    save(small, "Bad", "S1:-4")
    with pytest.raises(ConcordError, match="can't be read"):
        cash_report.report(small, Selection(), scenario="Bad")


# --- Evidence -------------------------------------------------------------------------------------


def test_a_figure_opens_on_its_invoices(demo: Store, report: Report) -> None:
    for metric in ("open_payables", "overdue_payables"):
        pages = [cash_report.evidence(demo, Selection(), metric, page) for page in range(2)]
        assert pages[0].row_count > 100
        place = pages[0].columns.index("open amount")
        amounts = [abs(Decimal(str(row[place]))) for page in pages for row in page.rows]
        assert amounts == sorted(amounts, reverse=True)
        assert "select" in pages[0].sql.lower()
    with pytest.raises(ConcordError, match="not a figure of this page"):
        cash_report.evidence(demo, Selection(), "actual_spend")


def test_the_rows_behind_sum_to_the_figure(demo: Store, report: Report) -> None:
    with demo.reader() as reader:
        for metric, overdue in cash_report.OPENED.items():
            statement = open_invoices(reader, Selection(), P, overdue)
            amounts = sum((row.open_amount for row in reader.rows(statement)), ZERO)
            assert amounts == report.figure(metric).value


def test_both_engines_say_the_same(store: Store, tmp_path: Path) -> None:
    Books(store, tmp_path).load(tables(), settings=SETTINGS)
    found = cash_report.report(store, Selection())
    weeks = found.table("weeks")
    dated = {
        n: v for n, v in zip(column(weeks, "name"), column(weeks, "contract"), strict=True) if v
    }
    assert dated == {
        "Overdue": Decimal("100.00"),
        "16 Nov": Decimal("238.00"),
        "30 Nov": Decimal("23.80"),
        "28 Dec": Decimal("35.70"),
        "No date": Decimal("50.00"),
    }
    habits = dict(zip(column(weeks, "name"), column(weeks, "habit"), strict=True))
    # Nobody was paid often enough: the company's four and five days late are everybody's.
    assert habits["23 Nov"] == Decimal("238.00")
    assert habits["Overdue"] == Decimal("100.00")
    opened = cash_report.evidence(store, Selection(), "overdue_payables")
    assert [row[0] for row in opened.rows] == ["I1"]


# --- What is missing is said ----------------------------------------------------------------------


def without(tmp_path: Path, *missing: str, **more: Any) -> Report:
    from queries.migration import initialise

    store = open_store("", tmp_path / "home")
    initialise(store, {}, NOW, "test")
    parts = {name: rows for name, rows in tables().items() if name not in missing}
    Books(store, tmp_path).load({**parts, **more}, settings=SETTINGS)
    found = cash_report.report(store, Selection())
    store.close()
    return found


def said(found: Report) -> str:
    return " ".join((found.message, *found.readings.values(), *(n.text for n in found.notes)))


def test_without_payments_the_contract_stands_alone(tmp_path: Path) -> None:
    found = without(tmp_path, "payment")
    assert found.figure("open_payables").value is None
    assert "No payments are loaded" in said(found)
    assert "habit" not in [c.key for c in found.table("weeks").columns]
    assert found.facts[1].value is None


def test_without_terms_nothing_is_dated(tmp_path: Path) -> None:
    found = without(tmp_path, "payment_term", "purchase_order_line", "goods_receipt")
    assert "nothing says when it is due" in found.message
    assert "No due dates or payment terms are loaded" in said(found)
    assert "No open orders" in said(found)
    assert "No budget is loaded" in said(found)
    assert found.figure("overdue_payables").value is None
    assert found.facts[0].value is None
    assert found.chart("weeks").series == ()
    assert "calendar" not in [t.name for t in found.tables]


def test_without_receivables_payable_days_stand_alone(tmp_path: Path) -> None:
    months = pd.date_range("2025-11-01", "2026-10-01", freq="MS")
    kinds = ("payables", "cost_of_sales")
    ledger = [{"period_start": f"{m:%Y-%m-%d}", "kind": kind, "cost_centre_id": "A",
               "amount": 100} for m in months for kind in kinds]  # fmt: skip
    found = without(tmp_path, ledger_balance=ledger)
    fact = found.facts[-1]
    assert (fact.label, fact.meaning) == ("Days payable", "no receivables are loaded")
    assert fact.value == pytest.approx(100 / 1000 * 304)  # the calendar begins in January
    assert total(found.table("cycle"), "days") is None


def test_an_item_has_no_invoices(demo: Store) -> None:
    found = cash_report.report(demo, Selection(item=("IT-0002",)))
    assert found.figure("open_payables").value is None
    assert "Invoices and payments know no items" in said(found)


def test_a_company_that_owes_nothing_owes_zero(tmp_path: Path) -> None:
    paid = [{"payment_id": f"Z{n}", "invoice_id": name, "paid_on": "2026-10-30", "amount": amount}
            for n, (name, amount) in enumerate(
                {"I1": 119, "I2": 238, "I3": 50, "I4": 47.60}.items())]  # fmt: skip
    found = without(tmp_path, "payment", "purchase_order_line", "goods_receipt", payment=paid)
    assert found.figure("open_payables").value == 0
    assert found.figure("overdue_payables").value == 0
    assert found.message.startswith("Nothing is owed")


def test_a_pinned_view_keeps_its_figures(demo: Store, report: Report) -> None:
    from queries.selection import Pin

    pinned = cash_report.report(demo, Selection(as_of=Pin(1)))
    assert pinned.figures == report.figures
    assert replace(pinned, selection=report.selection).tables == report.tables


# --- Published data -------------------------------------------------------------------------------


def test_deliveries_without_terms_or_payments(shared_data: Path, tmp_path: Path) -> None:
    """Nobody knows what of the deliveries was paid, and the page says so; what is told is true."""
    real = loaded(shared_data, "scms_delivery_history", "", tmp_path)
    found = cash_report.report(real.store, Selection("2015-01", "2015-09"))
    real.store.close()
    assert found.figure("open_payables").value is None
    assert "nobody knows what is open" in found.figure("open_payables").reason
    assert "$1.09 bn is owed to suppliers of the own group" in said(found)
    assert "nobody knows whether it was paid" in said(found)
    assert found.message.startswith("Nothing is known to be owed")
