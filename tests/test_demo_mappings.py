"""The demo's mappings: what loads of five real data sets equals what their files add up to."""

import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from queries.extract import Extract
from tests import reference_bpic2019
from tests.test_queries_mapping import checked, named, valid

MAPPINGS = Path(__file__).resolve().parent.parent / "demo" / "mappings"


def real(data: Path, name: str) -> list[dict[str, str]]:
    """The rows of a real file, read by nothing of Concord."""
    with gzip.open(data / name, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def cents(written: str) -> Decimal:
    """An amount to the cent, as a ledger rounds it."""
    return Decimal(written).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def rejected_sum(table: Extract) -> Decimal:
    """What the rejected amounts add up to, where they are numbers."""
    query = "SELECT sum(try_cast(value AS DECIMAL(18, 2))) FROM read_parquet(?)"
    query += " WHERE column_name = 'amount'"
    row = duckdb.execute(query, [str(table.rejects)]).fetchone()
    return row[0] if row and row[0] is not None else Decimal(0)


def loaded_sums(table: Extract, by: str) -> dict[str, Decimal]:
    """Loaded amounts by a column."""
    query = f"SELECT {by}, sum(amount) FROM read_parquet(?) GROUP BY ALL"
    return dict(duckdb.execute(query, [str(table.valid)]).fetchall())


def test_scms_lines_add_up_to_the_published_total(shared_data: Path, tmp_path: Path) -> None:
    rows = real(shared_data, "scms_delivery_history/scms_delivery_history.csv.gz")
    tables = named(checked(MAPPINGS / "scms_delivery_history.toml", tmp_path))
    invoices = tables["invoice_line"]
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        expected[row["Vendor"]] += Decimal(row["Line Item Value"])
    assert loaded_sums(invoices, "supplier_id") == expected
    assert sum(expected.values()) + rejected_sum(invoices) == Decimal("1627584457.29")
    assert {name: table.read for name, table in tables.items()} == {
        "supplier": 73,
        "category": 12,
        "cost_centre": 43,
        "item": 184,
        "purchase_order_line": len(rows),
        "goods_receipt": len(rows),
        "invoice_line": len(rows),
    }
    own = "SELECT supplier_id FROM read_parquet(?) WHERE intercompany"
    assert duckdb.execute(own, [str(tables["supplier"].valid)]).fetchall() == [("SCMS from RDC",)]
    quantity = "SELECT sum(quantity) FROM read_parquet(?)"
    received = duckdb.execute(quantity, [str(tables["goods_receipt"].valid)]).fetchone()
    assert received == (sum(Decimal(row["Line Item Quantity"]) for row in rows),)


def test_permits_equal_their_own_sums_unit_by_unit(shared_data: Path, tmp_path: Path) -> None:
    rows = real(shared_data, "bpic2020_permits/PermitLog_cases.csv.gz")
    tables = named(checked(MAPPINGS / "bpic2020_permits.toml", tmp_path))
    for name, column in (("budget_line", "RequestedBudget"), ("invoice_line", "TotalDeclared")):
        expected: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            expected[row["OrganizationalEntity"]] += cents(row[column])
        assert loaded_sums(tables[name], "cost_centre_id") == expected
        assert (tables[name].read, tables[name].rejected) == (len(rows), 0)


def test_permits_belong_to_the_day_of_their_first_event(shared_data: Path, tmp_path: Path) -> None:
    first: dict[str, str] = {}
    for row in real(shared_data, "bpic2020_permits/PermitLog_events.csv.gz"):
        day = row["time:timestamp"][:10]
        first[row["case_id"]] = min(day, first.get(row["case_id"], day))
    tables = named(checked(MAPPINGS / "bpic2020_permits.toml", tmp_path))
    days = valid(tables["invoice_line"], "invoice_id, invoice_date::VARCHAR")
    assert sorted(days) == sorted(first.items())
    months = valid(tables["budget_line"], "line_no, period_start::VARCHAR")
    assert {f"travelpermit{number}": month for number, month in months} == {
        permit: day[:8] + "01" for permit, day in first.items()
    }


def test_oxford_payments_add_up_to_the_published_total(shared_data: Path, tmp_path: Path) -> None:
    rows = real(shared_data, "oxford_spend/oxford_spend.csv.gz")
    extraction = checked(MAPPINGS / "oxford_spend.toml", tmp_path)
    invoices = named(extraction)["invoice_line"]
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        expected[row["organisational_unit"]] += Decimal(row["amount_gbp"])
    assert loaded_sums(invoices, "cost_centre_id") == expected
    assert sum(expected.values()) + rejected_sum(invoices) == Decimal("200630800.14")
    assert (invoices.read, invoices.rejected) == (len(rows), 0)
    assert extraction.settings["fiscal_year_start"] == "4"


def test_spare_parts_cost_what_their_file_says(shared_data: Path, tmp_path: Path) -> None:
    rows = real(shared_data, "spare_parts_man/man_items.csv.gz")
    items = named(checked(MAPPINGS / "spare_parts_man.toml", tmp_path))["item"]
    assert (items.read, items.rejected) == (3451, 0)
    columns = "item_id, unit_cost, holding_rate, order_cost, lead_time_days, minimum_order"
    loaded = {str(item): terms for item, *terms in valid(items, columns)}
    assert sorted(loaded) == sorted(row["sku"] for row in rows)
    for row in rows:
        cost, rate, order, days, minimum = loaded[row["sku"]]
        assert isinstance(cost, Decimal)
        assert isinstance(rate, Decimal)
        assert abs(cost - Decimal(row["cost_price_eur"])) < Decimal("1e-12")
        holding = Decimal(row["inventory_cost_eur_per_unit_year"])
        assert abs(rate * cost - holding) < Decimal("1e-12")
        assert order == Decimal(row["fixed_cost_per_order_eur"])
        assert days == 7 * int(row["lead_time_weeks"])
        assert minimum == millionths(row["min_order_qty"])


def millionths(written: str) -> Decimal:
    """A quantity to six decimals, half up."""
    return Decimal(written).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def test_spare_parts_are_wanted_in_the_weeks_of_their_file(
    shared_data: Path, tmp_path: Path
) -> None:
    rows = real(shared_data, "spare_parts_man/man_weekly_demand_nonzero.csv.gz")
    demand = named(checked(MAPPINGS / "spare_parts_man.toml", tmp_path))["demand"]
    assert (len(rows), demand.rejected) == (37_200, 0)
    found = {
        (str(item), str(day)): quantity
        for item, day, quantity in valid(demand, "item_id, period_start::VARCHAR, quantity")
    }
    wanted = {(row["sku"], monday(row["iso_week"])): millionths(row["demand"]) for row in rows}
    assert len(wanted) == len(rows)
    assert {key: quantity for key, quantity in found.items() if quantity} == wanted
    unwanted = {key for key, quantity in found.items() if not quantity}
    skus = {row["sku"] for row in real(shared_data, "spare_parts_man/man_items.csv.gz")}
    assert unwanted == {(sku, day) for sku in skus for day in ("2012-01-02", "2014-11-10")}


def monday(week: str) -> str:
    """The day that an ISO week such as 2012-W02 begins on."""
    return date.fromisocalendar(int(week[:4]), int(week[-2:]), 1).isoformat()


def test_the_record_of_spare_parts_ends_with_its_last_week(
    shared_data: Path, tmp_path: Path
) -> None:
    extraction = checked(MAPPINGS / "spare_parts_man.toml", tmp_path)
    assert {table.table for table in extraction.tables} == {"item", "demand"}
    last = date.fromisocalendar(2014, 46, 1)
    assert extraction.settings["data_through"] == (last + timedelta(days=6)).isoformat()


@pytest.fixture(scope="module")
def orders(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Extract]:
    """The order lines of BPI Challenge 2019 as the mapping reads them."""
    scratch = tmp_path_factory.mktemp("bpic2019")
    return named(checked(MAPPINGS / "bpic2019_3way_after_gr.toml", scratch))


@pytest.fixture(scope="module")
def told(shared_data: Path) -> dict[str, list[dict[str, object]]]:
    """The same, told event by event."""
    return reference_bpic2019.tables(shared_data / "bpic2019_3way_after_gr")


def test_every_event_and_order_line_is_read(orders: dict[str, Extract]) -> None:
    read = {name: (table.read, table.rejected) for name, table in orders.items()}
    assert read == {
        "supplier": (531, 0),
        "category": (3 + 18 + 78, 0),
        "cost_centre": (2, 0),
        "purchase_order_line": (15_182, 0),
        "goods_receipt": (75_900 + 949, 0),
        "invoice_line": (18_937 + 825, 0),
        "payment": (13_695, 88),
        "approval_step": (319_233, 0),
    }
    reasons = "SELECT DISTINCT column_name, reason FROM read_parquet(?) ORDER BY 1"
    assert duckdb.execute(reasons, [str(orders["payment"].rejects)]).fetchall() == [
        ("amount", "is empty, and is required"),
        ("invoice_id", "is empty, and is required"),
    ]


@pytest.mark.parametrize(
    "table",
    ["purchase_order_line", "goods_receipt", "invoice_line", "payment", "category", "cost_centre"],
)
def test_rows_are_those_told_event_by_event(
    table: str, orders: dict[str, Extract], told: dict[str, list[dict[str, object]]]
) -> None:
    columns = list(told[table][0])
    found = valid(orders[table], ", ".join(columns))
    expected = [tuple(row[column] for column in columns) for row in told[table]]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_every_event_is_a_step_since_the_one_before(
    orders: dict[str, Extract], shared_data: Path
) -> None:
    columns = "document_id, step, submitted_at, decided_at, outcome"
    steps = reference_bpic2019.steps(shared_data / "bpic2019_3way_after_gr")
    expected = {tuple(step.values()) for step in steps}
    assert len(expected) == 319_233
    assert set(valid(orders["approval_step"], columns)) == expected


def test_receipts_and_invoices_come_to_the_value_of_their_line(orders: dict[str, Extract]) -> None:
    """Lines whose receipts are all invoiced; what is not invoiced yet is accrued."""
    lines = added(orders["purchase_order_line"], "line_no", "quantity::integer * unit_price")
    received = added(orders["goods_receipt"], "line_no", "quantity")
    assert set(received.values()) == {-1, 0, 1}
    invoiced = added(orders["invoice_line"], "po_line_no", "amount")
    assert all(abs(amount) <= abs(lines[line]) for line, amount in invoiced.items())
    worth = {line: amount for line, amount in invoiced.items() if lines[line]}
    in_full = sum(amount == lines[line] for line, amount in worth.items())
    assert (len(worth), in_full, sum(not a for a in worth.values())) == (11_133, 10_925, 42)


def added(table: Extract, number: str, amount: str) -> dict[object, Decimal]:
    """An amount by order line."""
    query = f"SELECT (po_id, {number}), sum({amount}) FROM read_parquet(?) GROUP BY ALL"
    return dict(duckdb.execute(query, [str(table.valid)]).fetchall())


def test_every_reference_of_a_demo_mapping_finds_its_row(shared_data: Path, tmp_path: Path) -> None:
    for mapping in sorted(MAPPINGS.glob("*.toml")):
        assert (shared_data / mapping.stem).is_dir()
        tables = named(checked(mapping, tmp_path / mapping.stem))
        facts = {"purchase_order_line", "invoice_line", "demand"} & set(tables)
        assert facts
        pairs = [(f, d) for f in facts for d in ("supplier", "category", "cost_centre", "item")]
        for fact, dimension in pairs:
            key = f"{dimension}_id"
            if dimension in tables and key in tables[fact].columns:
                query = (
                    f"SELECT count(*) FROM read_parquet(?) l ANTI JOIN read_parquet(?) d "
                    f"USING ({key}) WHERE l.{key} IS NOT NULL"
                )
                paths = [str(tables[name].valid) for name in (fact, dimension)]
                assert duckdb.execute(query, paths).fetchone() == (0,), (mapping.name, key)
