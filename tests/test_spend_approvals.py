"""Approvals: the demo's stories, a company counted by hand, and stores that know little."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo import stories
from queries import approvals as sums
from queries.selection import Selection
from queries.store import Store
from spend import approvals, table_names
from spend.approvals_book import ApprovalBook
from spend.outputs import sheet, sheet_cells
from spend.purchasing_book import PurchasingBook
from spend.reports import REPORTS
from spend.result import Report
from tests import small_company
from tests.contract_files import Tables

STORIES: dict[str, Any] = {
    story["name"]: story
    for story in tomllib.loads(stories.PATH.read_text(encoding="utf-8"))["story"]
}
TOLD = Selection("2026-01", "2026-10")
# What the stories call each role, and the page does.
ROLES = {
    "budget_owner": "Budget owner",
    "finance_controller": "Finance controller",
    "line_manager": "Line manager, purchase order",
    "plant_director": "Plant director",
}


@pytest.fixture(scope="module")
def told(demo: Store) -> Report:
    """The report that the story is of."""
    return approvals.report(demo, TOLD)


def rows(report: Report, name: str) -> dict[str, dict[str, Any]]:
    """A table's rows by what stands first in them, each by its columns."""
    table = report.table(name)
    keys = [column.key for column in table.columns]
    return {str(row[0]): dict(zip(keys, row, strict=True)) for row in table.rows}


# --- The story -----------------------------------------------------------------------------------


def test_requests_wait_for_the_finance_controller(told: Report) -> None:
    story, found = STORIES["approvals"], rows(told, "roles")
    assert story["selection"] == {"from": "2026-01", "to": "2026-10"}
    for name, stated in story["answers"]["roles"].items():
        row = found[ROLES[name]]
        assert (row["steps"], row["median"], row["waiting"]) == (
            stated["steps"], stated["median_days"], stated["waiting_at_end"],
        )  # fmt: skip
        assert round(row["mean"], 2) == stated["mean_days"]
    for name, stated in story["answers"]["roles_last_year"].items():
        row = found[ROLES[name]]
        assert (row["median_before"], row["waiting_before"]) == (
            stated["median_days"], stated["waiting_at_end"],
        )  # fmt: skip
    assert told.figure("order_cycle_days").value == story["answers"]["order_cycle_days"]
    (change,) = told.figure("order_cycle_days").changes
    before = story["answers"]["order_cycle_days_last_year"]
    assert change.amount == story["answers"]["order_cycle_days"] - before


def test_last_year_is_as_it_was_told_then(demo: Store) -> None:
    found = rows(approvals.report(demo, Selection("2025-01", "2025-10")), "roles")
    for name, stated in STORIES["approvals"]["answers"]["roles_last_year"].items():
        row = found[ROLES[name]]
        assert (row["steps"], row["median"], round(row["mean"], 2), row["waiting"]) == tuple(
            stated[key] for key in ("steps", "median_days", "mean_days", "waiting_at_end")
        )


def test_the_message_says_who_and_since_when(told: Report) -> None:
    assert told.message == (
        "Finance controller: a decision takes 7 days since February 2026, after 1 day last year; "
        "request to order rose from 5 days to 10 days. 15 steps wait for Finance controller now, "
        "worth €0.41 M."
    )
    first = told.charts[0]
    assert first.title.startswith("Finance controller: ")
    assert first.axis[3] == "2026-02"
    now = next(s for s in first.series if s.scenario == "actual")
    assert [float(v or 0) for v in now.values[:4]] == [1, 1, 1, 6]
    assert first.description.endswith("longer since February 2026.")


def test_twelve_invoices_look_booked_twice(told: Report) -> None:
    stated = STORIES["duplicates"]["answers"]
    assert told.figure("duplicate_candidates").value == stated["duplicate_candidates"]
    table = told.table("duplicates")
    keys = [column.key for column in table.columns]
    undone, invoice = keys.index("undone"), keys.index("invoice")
    names = sorted(str(row[invoice]) for row in table.rows if row[undone] is None)
    assert names == stated["invoices"]
    assert table.total is not None
    assert table.total[keys.index("gross")] == Decimal(str(stated["gross_amount"]))


def test_the_report_of_the_page_is_the_whole_ones(demo: Store, told: Report) -> None:
    """What a page shows with each of its tables is what exports and the command line hold."""
    for name in ("", *approvals.DETAILS):
        shown = approvals.shown(demo, TOLD, detail=name)
        assert (shown.message, shown.figures, shown.charts) == (
            told.message, told.figures, told.charts,
        )  # fmt: skip
        assert {t.name: t for t in shown.tables}.items() <= {t.name: t for t in told.tables}.items()
    way = approvals.way(demo, TOLD, told="", map_share="5")
    assert way.flow == told.flows[0]
    assert REPORTS["approvals"](demo, TOLD) == told


def test_tables_tie_out(told: Report) -> None:
    for name in ("roles", "stages", "after_cost_centre", "after_supplier"):
        table = told.table(name)
        assert table.total is not None
        for place, column in enumerate(table.columns):
            if column.unit not in ("money", "count") or table.total[place] is None:
                continue
            flat = [
                row[place] for n, row in enumerate(table.rows)
                if row[place] is not None and (not table.depth or table.depth[n] == 0)
            ]  # fmt: skip
            if name.startswith("after") and column.key in ("ordered", "lines"):
                assert sum(Decimal(str(v)) for v in flat) <= Decimal(str(table.total[place]))
            else:
                assert sum(Decimal(str(v)) for v in flat) == table.total[place], (name, column.key)
    waiting = [row[-1] for row in told.table("waiting").rows]
    assert sum(Decimal(str(v)) for v in waiting) == told.facts[0].value


@pytest.mark.parametrize(
    ("first", "last"), [("2024-01", "2026-10"), ("2025-06", "2025-06"), ("2025-11", "2026-11")]
)
def test_months_add_up_to_the_selection(demo: Store, first: str, last: str) -> None:
    """Steps are read by month, and a year before each: together they are those of all its days."""
    with demo.reader() as reader:
        book = ApprovalBook(PurchasingBook.read(reader, Selection(first, last)))
        spans = [span for span in (book.purchasing.span, book.purchasing.earlier_span) if span]
        frames = [sums.decided_by(reader, book.purchasing.selection, [span]) for span in spans]
        for frame, found in zip(frames, (book.decided, book.decided_before), strict=False):
            by = ["document_type", "role", "days"]
            whole = frame.groupby(by)["steps"].sum()
            assert found.groupby(by)["steps"].sum().to_dict() == whole.to_dict()
        assert len(book.decided_before) == 0 or len(spans) == 2


# --- By hand -------------------------------------------------------------------------------------


def company() -> Tables:
    """The small company with two orders on their way, their papers, and who decides."""
    tables = dict(small_company.tables())
    line = {"line_no": 1, "supplier_id": "S1", "quantity": 4, "unit_price": 10,
            "cost_centre_id": "A1", "category_id": "C1"}  # fmt: skip
    tables["purchase_order_line"] = [
        {**line, "po_id": "P1", "requested_on": "2026-09-01", "approved_on": "2026-09-11",
         "order_date": "2026-09-12"},
        {**line, "po_id": "P2", "requested_on": "2026-10-02", "order_date": "2026-10-02",
         "status": "requested"},
        {**line, "po_id": "P3", "order_date": "2026-09-20", "status": "cancelled",
         "status_date": "2026-10-05"},
    ]  # fmt: skip
    tables["goods_receipt"] = [
        {"receipt_id": "R1", "po_id": "P1", "line_no": 1, "received_on": "2026-09-20",
         "quantity": 4},
    ]  # fmt: skip
    tables["invoice_line"] = [
        *tables["invoice_line"],
        {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-09-25", "supplier_id": "S1",
         "amount": 40, "quantity": 4, "po_id": "P1", "po_line_no": 1, "cost_centre_id": "A1"},
    ]  # fmt: skip
    tables["payment"] = [
        {"payment_id": "Z1", "invoice_id": "I1", "paid_on": "2026-10-15", "amount": 40}
    ]
    step = {"document_type": "purchase_order", "outcome": "approved"}
    tables["approval_step"] = [
        {**step, "document_id": "P1", "step": 1, "role": "Manager", "approver": "Ann",
         "submitted_at": "2026-09-01", "decided_at": "2026-09-03"},
        {**step, "document_id": "P1", "step": 2, "role": "Controller", "approver": "Bo",
         "submitted_at": "2026-09-03", "decided_at": "2026-09-11"},
        {**step, "document_id": "P2", "step": 1, "role": "Manager", "approver": "Ann",
         "submitted_at": "2026-10-02", "decided_at": "2026-10-06"},
        {**step, "document_id": "P2", "step": 2, "role": "Controller", "outcome": None,
         "submitted_at": "2026-10-06"},
    ]  # fmt: skip
    return tables


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("approvals")
    store = small_company.loaded(folder / "home", folder / "files", company())
    yield store
    store.close()


def test_a_company_counted_by_hand(small: Store) -> None:
    report = approvals.report(small, Selection("2026-09", "2026-10"))
    roles = rows(report, "roles")
    assert (roles["Manager"]["steps"], roles["Manager"]["median"]) == (2, 3.0)
    assert (roles["Controller"]["steps"], roles["Controller"]["median"]) == (1, 8.0)
    assert (roles["Controller"]["waiting"], roles["Controller"]["oldest"]) == (1, 25)
    assert roles["Controller"]["money"] == Decimal(40)
    assert roles["Manager"]["waiting_before"] == 0
    stages = rows(report, "stages")
    assert {
        name: (row["lines"], row["median"], row["standing"]) for name, row in stages.items()
    } == {
        "Request → approval": (1, 10.0, 1),
        "Approval → order": (1, 1.0, 0),
        "Order → receipt": (1, 8.0, 0),
        "Receipt → invoice": (1, 5.0, 0),
        "Invoice → payment": (1, 20.0, 0),
        "From first to payment": (1, 44.0, None),
    }
    people = rows(report, "approvers")
    assert (people["Bo"]["documents"], people["Bo"]["released"]) == (1, Decimal(40))
    assert people["Ann"]["documents"] == 0
    approvers = report.table("approvers")
    keys = [column.key for column in approvers.columns]
    assert keys.index("money") < keys.index("documents")
    money = [row[keys.index("money")] or 0 for row in approvers.rows]
    assert money == sorted(money, reverse=True)
    assert dict(zip(keys, approvers.total or (), strict=True)) == {
        "approver": "Total", "role": None, "waiting": 1, "oldest": 25, "money": Decimal(40),
        "documents": 1, "released": Decimal(40), "steps": 3, "median": 4.0,
    }  # fmt: skip
    (document,) = report.table("waiting").rows
    assert document[:3] == ("P2", "purchase order", "Controller")
    assert document[-3:] == ("2026-10-06", 25, Decimal(40))


def test_every_table_has_a_name_that_fits_a_sheet(small: Store) -> None:
    report = approvals.report(small, Selection("2026-09", "2026-10"))
    names = {name: table.called for name, table in sheet.tables(report).items()}
    assert names["roles"] == "Roles"
    assert {table.name for table in report.tables} <= set(table_names.NAMES["approvals"])
    assert all(len(name) <= sheet_cells.NAME_LENGTH for name in names.values())


def test_what_is_not_yet_known_is_not_told(small: Store) -> None:
    """As at the end of September: nothing is paid, and the second order has not been heard of."""
    report = approvals.report(small, Selection("2026-09", "2026-09"))
    stages = rows(report, "stages")
    assert stages["Invoice → payment"]["standing"] == 1
    assert stages["Order → receipt"]["standing"] == 1  # it is cancelled in October
    assert "From first to payment" not in stages
    assert report.table("waiting").rows == ()
    assert report.facts[1].value is None


def test_filters_narrow_steps_and_stages(small: Store) -> None:
    about = Selection("2026-09", "2026-10", cost_centre=("B",))
    report = approvals.report(small, about)
    assert report.table("roles").rows == ()
    assert report.table("stages").rows == ()
    assert report.message == (
        "Neither approvals nor orders are in this selection: nothing tells of waits."
    )
    assert rows(approvals.report(small, replace(about, cost_centre=("A",))), "roles")


def test_a_credit_at_another_rate_and_a_closing_without_a_day(tmp_path: Path) -> None:
    """What is credited wholly waits for no payment, though its rate fell between; a line that was
    closed on nobody knows which day had come all the same."""
    line = {"line_no": 1, "supplier_id": "S1", "quantity": 4, "unit_price": 10,
            "order_date": "2026-09-01"}  # fmt: skip
    bill = {"line_no": 1, "supplier_id": "S1", "po_id": "P1", "po_line_no": 1, "currency": "USD"}
    tables = dict(small_company.tables()) | {
        "exchange_rate": [{"date": "2026-09-01", "currency": "USD", "rate": 1},
                          {"date": "2026-10-01", "currency": "USD", "rate": 0.9}],
        "purchase_order_line": [{**line, "po_id": "P1"},
                                {**line, "po_id": "P2", "status": "final_invoiced"}],
        "goods_receipt": [{"receipt_id": f"R{n}", "po_id": f"P{n}", "line_no": 1,
                           "received_on": f"2026-09-{10 * n}", "quantity": 4} for n in (1, 2)],
        "invoice_line": [
            {**bill, "invoice_id": "I1", "invoice_date": "2026-09-15", "amount": 40},
            {**bill, "invoice_id": "I2", "invoice_date": "2026-10-05", "amount": -40},
            {"invoice_id": "I3", "line_no": 1, "invoice_date": "2026-09-15", "supplier_id": "S1",
             "amount": 5},
        ],
        "payment": [{"payment_id": "Z", "invoice_id": "I3", "paid_on": "2026-09-30", "amount": 5}],
    }  # fmt: skip
    store = small_company.loaded(tmp_path / "home", tmp_path / "files", tables)
    then, now = (approvals.report(store, Selection("2026-09", to)) for to in ("2026-09", "2026-10"))
    receipt = rows(now, "stages")["Order → receipt"]
    assert (receipt["lines"], receipt["median"], receipt["standing"]) == (2, 14.0, 0)
    assert {name: row["standing"] for name, row in rows(now, "stages").items()} == {
        "Order → receipt": 0, "Receipt → invoice": 0,  # and no payment is waited for
    }  # fmt: skip
    assert rows(then, "stages")["Invoice → payment"]["standing"] == 1
    store.close()


def test_what_only_waits_is_told_too(tmp_path: Path) -> None:
    """One submitted the last day, decided after it; and before it, an order that goes nowhere."""
    line = {"line_no": 1, "supplier_id": "S1", "quantity": 4, "unit_price": 10}
    tables = {name: rows for name, rows in company().items() if name.endswith(("r", "y", "centre"))}
    tables["purchase_order_line"] = [
        {**line, "po_id": "P1", "order_date": "2026-10-31", "requested_on": "2026-10-31"},
        {**line, "po_id": "P2", "order_date": "2026-09-01"},
    ]
    tables["approval_step"] = [
        {"document_id": "P1", "step": 1, "document_type": "order", "role": "Ann",
         "submitted_at": "2026-10-31", "decided_at": "2026-11-05"},
    ]  # fmt: skip
    store = small_company.loaded(tmp_path / "home", tmp_path / "files", tables)
    said = [approvals.report(store, Selection("2026-09", to)).message
            for to in ("2026-09", "2026-10")]  # fmt: skip
    assert said == [
        "Nothing was decided in this selection, and 1 order line is under way.",
        "Nothing was decided in this selection. 1 step waits for Ann now, worth €40.00.",
    ]
    store.close()


# --- Stores that know little ---------------------------------------------------------------------


def test_a_store_without_orders_or_steps_says_so(tmp_path: Path) -> None:
    tables = {
        name: rows for name, rows in small_company.tables().items() if name != "purchase_order_line"
    }
    store = small_company.loaded(tmp_path / "home", tmp_path / "files", tables)
    report = approvals.report(store, Selection())
    assert "Neither approvals nor orders" in report.message
    assert all(figure.value is None and figure.reason for figure in report.figures)
    assert not any(chart.drawable for chart in report.charts)
    assert all(chart.reason for chart in report.charts)
    assert "nobody knows" in report.readings["both"]
    for lens in ("finance", "procurement"):
        assert report.readings[lens]
    store.close()


def test_orders_without_receipts_or_payments_stand_where_that_is_known(tmp_path: Path) -> None:
    """What nobody loads is not waited for."""
    tables = {k: v for k, v in company().items() if k not in ("goods_receipt", "payment")}
    store = small_company.loaded(tmp_path / "home", tmp_path / "files", tables)
    report = approvals.report(store, Selection("2026-09", "2026-10"))
    assert set(rows(report, "stages")) == {"Request → approval", "Approval → order"}
    said = " ".join(note.text for note in report.notes)
    assert "No receipts are loaded" in said
    assert "No payments are loaded" in said
    store.close()


def test_an_old_line_is_asked_after(told: Report) -> None:
    (note,) = [note.text for note in told.notes if "still to come" in note.text]
    assert note.startswith("The oldest order lines wait for an invoice for ")
