"""The demo company: the same bytes every time, valid under the contract, its stories exact."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from demo import __main__ as command
from demo import (
    answers,
    answers_bridge,
    answers_position,
    company,
    contract_tables,
    stories,
)
from demo.answers_books import Tables, invoices, span

Rows = list[dict[str, str]]

TARGETS = {
    "supplier": (190, 230),
    "category": (40, 55),
    "cost_centre": (13, 20),
    "item": (700, 700),
    "invoice_line": (55_000, 66_000),
    "purchase_order_line": (35_000, 55_000),
    "payment": (35_000, 60_000),
    "savings_initiative": (22, 28),
    "budget_line": (8_000, 20_000),
    "approval_step": (10_000, 30_000),
}
REFERENCES = {
    "supplier_id": "supplier",
    "parent_supplier_id": "supplier",
    "category_id": "category",
    "parent_category_id": "category",
    "cost_centre_id": "cost_centre",
    "parent_cost_centre_id": "cost_centre",
    "item_id": "item",
    "contract_id": "contract",
    "payment_term_code": "payment_term",
}
# Dates of what happened: none lies after the last booked day.
HAPPENED = (
    "order_date",
    "requested_on",
    "approved_on",
    "received_on",
    "invoice_date",
    "posted_on",
    "paid_on",
    "status_date",
    "submitted_at",
    "decided_at",
    "counted_on",
)


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Every table, generated once."""
    return company.tables()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the written files."""
    found = tmp_path_factory.mktemp("demo")
    assert command.main([str(found)]) == 0
    return found


@pytest.fixture(scope="module")
def written(folder: Path) -> dict[str, Rows]:
    """Every file as text cells."""
    found = {}
    for table in contract_tables.COLUMNS:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found[table] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    """The committed stories."""
    return tomllib.loads(stories.PATH.read_text(encoding="utf-8"))


def cells(written: dict[str, Rows], pattern: str) -> Iterator[tuple[str, str, str]]:
    """Table, column and value of every filled cell of the columns that match."""
    for table, rows in written.items():
        for column in rows[0]:
            if re.fullmatch(pattern, column):
                yield from ((table, column, row[column]) for row in rows if row[column])


def test_writing_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    company.write(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_every_contract_table_is_there_with_its_columns_only(written: dict[str, Rows]) -> None:
    assert len(written) == 21
    for table, rows in written.items():
        assert rows, table
        assert set(rows[0]) <= set(contract_tables.columns(table)), table
        assert set(contract_tables.required(table)) <= set(rows[0]), table


def test_row_counts_are_near_the_targets(written: dict[str, Rows]) -> None:
    for table, (low, high) in TARGETS.items():
        assert low <= len(written[table]) <= high, (table, len(written[table]))


def test_keys_are_unique_and_required_cells_filled(written: dict[str, Rows]) -> None:
    for table, rows in written.items():
        keys = contract_tables.keys(table)
        assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows), table
        for column in contract_tables.required(table):
            assert all(row[column] for row in rows), (table, column)


def test_amounts_have_two_decimals_and_quantities_six(written: dict[str, Rows]) -> None:
    money = re.compile(r"-?\d+(\.\d{1,2})?")
    for table, column, value in cells(written, r"(.*_)?amount|discount_taken"):
        assert money.fullmatch(value), (table, column, value)
    number = re.compile(r"-?\d+(\.\d{1,6})?")
    for table, column, value in cells(written, r".*(quantity|price|cost|rate|share|on_hand|value)"):
        assert number.fullmatch(value), (table, column, value)


def test_dates_and_booleans_are_written_as_the_contract_says(written: dict[str, Rows]) -> None:
    date = re.compile(r"\d{4}-\d{2}-\d{2}")
    for table, column, value in cells(
        written, r".*(_date|_on|_at|_start|_since|_until)|month|date"
    ):
        if column != "fiscal_year_start":
            assert date.fullmatch(value), (table, column, value)
    flags = r"preferred|small_business|intercompany|addressable|critical|closed|budgeted"
    assert {value for _, _, value in cells(written, flags)} == {"true", "false"}


def test_nothing_happened_after_the_last_booked_day(written: dict[str, Rows]) -> None:
    last = str(company.SETTINGS["data_through"])
    assert all(value <= last for _, _, value in cells(written, "|".join(HAPPENED)))


def test_references_resolve_but_for_those_in_the_stories(
    written: dict[str, Rows], told: dict[str, object]
) -> None:
    known = {
        table: {row[contract_tables.keys(table)[0]] for row in written[table]}
        for table in set(REFERENCES.values())
    }
    lost: dict[tuple[str, str, str], int] = {}
    for table, column, value in cells(written, "|".join(REFERENCES)):
        if value not in known[REFERENCES[column]]:
            lost[table, column, value] = lost.get((table, column, value), 0) + 1
    expected = told["unknown_reference"]
    assert isinstance(expected, list)
    assert lost == {(e["table"], e["column"], e["value"]): e["rows"] for e in expected}


def test_receipts_invoices_and_payments_belong_to_something(written: dict[str, Rows]) -> None:
    orders = {(row["po_id"], row["line_no"]) for row in written["purchase_order_line"]}
    assert all((row["po_id"], row["line_no"]) in orders for row in written["goods_receipt"])
    billed = [row for row in written["invoice_line"] if row["po_id"]]
    assert all((row["po_id"], row["po_line_no"]) in orders for row in billed)
    known = {row["invoice_id"] for row in written["invoice_line"]}
    assert all(row["invoice_id"] in known for row in written["payment"])


def test_words_are_those_of_the_contract(written: dict[str, Rows]) -> None:
    def words(table: str, column: str) -> set[str]:
        return {row[column] for row in written[table]}

    assert words("purchase_order_line", "status") == {
        "requested", "open", "closed", "final_invoiced", "cancelled", "rejected",
    }  # fmt: skip
    assert words("purchase_order_line", "matching") == {"", "value"}
    assert words("ledger_balance", "kind") == {
        "spend", "payables", "receivables", "revenue", "cost_of_sales", "inventory",
    }  # fmt: skip
    assert words("savings_initiative", "saving_type") == {
        "price_reduction", "cost_avoidance", "value_added", "demand_reduction", "process",
        "working_capital",
    }  # fmt: skip
    assert words("savings_initiative", "stage") == {
        "idea", "validated", "contracted", "implemented", "realised", "confirmed",
    }  # fmt: skip


def test_the_books_are_as_untidy_as_real_ones(tables: Tables) -> None:
    lines, receipts = tables["invoice_line"], tables["goods_receipt"]
    assert 0.001 < (lines["amount"] < 0).mean() < 0.01
    assert 0.04 < (lines["category_id"] == "").mean() < 0.08
    assert 0.01 < (lines["cost_centre_id"] == "").mean() < 0.06
    assert ((lines["description"] == "Freight") & lines["quantity"].isna()).sum() > 500
    assert (receipts["quantity"] < 0).sum() > 100
    ordered = tables["purchase_order_line"].set_index(["po_id", "line_no"])["quantity"]
    came = receipts.groupby(["po_id", "line_no"])["quantity"].sum()
    assert (came > ordered.reindex(came.index)).sum() > 100


def test_the_ledger_ties_to_the_invoice_lines_but_for_one_journal(tables: Tables) -> None:
    periods = tables["fiscal_period"]
    for row in periods[periods["closed"]].itertuples():
        period = span(tables, str(row.period), str(row.period), answers.THROUGH)
        found = answers_position.ledger_difference(tables, period)
        assert found["difference"] == (1250.0 if row.period == "2026-03" else 0.0), row.period


def test_stories_hold_exactly(tables: Tables, told: dict[str, object]) -> None:
    document = stories.document(tables)
    assert document == told
    assert stories.render(document) == stories.PATH.read_text(encoding="utf-8")


def test_stories_show_what_they_say(told: dict[str, object]) -> None:
    found = told["story"]
    assert isinstance(found, list)
    known = {story["name"]: story["answers"] for story in found}
    steel = known["steel"]
    effects = {name: steel["from_budget"][name] for name in answers_bridge.EFFECTS}
    assert max(effects, key=lambda name: effects[name]) == "price"
    assert sum(effects.values()) == pytest.approx(steel["from_budget"]["change"], abs=0.05)
    assert known["carrier"]["agreed_days_before"] == 30
    assert known["carrier"]["agreed_days"] == 90
    assert known["carrier"]["breakeven_uplift"] < known["carrier"]["price_rise"]
    savings = known["savings"]
    gap = savings["savings_recognised"] - savings["savings_claimed"]
    assert sum(savings["items"].values()) == pytest.approx(gap, abs=0.05)
    assert known["spare_parts"]["normal_safety_share"] > 0.5
    roles = known["approvals"]["roles"]
    assert max(roles, key=lambda role: roles[role]["median_days"]) == "finance_controller"
    assert known["discounts"]["discount_capture"] < 0.5
    assert known["off_contract"]["category"]["off_contract_share"] > 0.3
    assert known["duplicates"]["duplicate_candidates"] == 12


def test_the_position_is_near_the_budget(told: dict[str, object]) -> None:
    headline = told["headline"]
    assert isinstance(headline, dict)
    found = headline["answers"]
    assert abs(found["budget_variance"]) < 0.05 * found["budget_amount"]
    parts = ("actual_spend", "accrued_spend", "committed_spend", "requested_spend")
    left = found["budget_amount"] - sum(found[part] for part in parts)
    assert left == pytest.approx(found["available_budget"], abs=0.005)


def test_some_cost_centres_are_over_and_some_under_budget(tables: Tables) -> None:
    period = answers.period_of_stories(tables)
    lines = invoices(tables)
    lines = lines[period.holds(lines["accounted"])]
    spent: pd.Series = lines.groupby("cost_centre_id")["cents"].sum()
    plan = answers_position.budget_cents(tables, answers.VERSION, period)
    over = (spent / plan.groupby("cost_centre_id")["cents"].sum()).dropna() > 1
    assert over.any()
    assert not over.all()


def test_a_budget_version_covers_all_years(tables: Tables) -> None:
    lines = tables["budget_line"]
    for _, rows in lines.groupby("version"):
        assert set(rows["period_start"].dt.year) == {2024, 2025, 2026}
    assert company.SETTINGS["budget_version"] == lines["version"].max()


def test_bad_usage_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 2
    assert "usage" in capsys.readouterr().err
