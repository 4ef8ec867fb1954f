"""`spend load`, `batches` and `rejects`: what people see of a load."""

from pathlib import Path

import pytest

from tests.command_line import Outcome, spend, write_extract

SUPPLIERS = "supplier_id,name\nS1,Acme\nS2,Borealis\n"
INVOICES = (
    "invoice_id,line_no,invoice_date,supplier_id,amount,colour\n"
    "I1,1,2026-01-05,S1,10.50,red\n"
    "I2,1,2026-02-05,S2,ten,blue\n"
)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    assert spend("init").code == 0
    return write_extract(tmp_path / "files", supplier=SUPPLIERS, invoice_line=INVOICES)


def counts(outcome: Outcome) -> dict[str, tuple[int, ...]]:
    names = ("read", "loaded", "unchanged", "superseded", "rejected")
    return {t["table_name"]: tuple(t[n] for n in names) for t in outcome.json["tables"]}


def test_a_load_says_what_became_of_every_record(extract: Path) -> None:
    outcome = spend("load", extract)
    assert outcome.code == 0
    assert "supplier\t2\t2\t0\t0\t0\t0\t0" in outcome.out
    assert "colour" in outcome.out
    assert "Rejected rows: 1. See why: spend rejects 1" in outcome.out


def test_json_counts_add_up_and_a_second_load_changes_nothing(extract: Path) -> None:
    first, second = spend("load", extract, "--json"), spend("load", extract, "--json")
    assert counts(first) == {"supplier": (2, 2, 0, 0, 0), "invoice_line": (2, 1, 0, 0, 1)}
    assert counts(second) == {"supplier": (2, 0, 2, 0, 0), "invoice_line": (2, 0, 1, 0, 1)}


def test_rejects_name_the_row_and_the_reason(extract: Path) -> None:
    spend("load", extract)
    (row,) = spend("rejects", "1", "--json").json
    assert (row["table_name"], row["record"], row["column_name"], row["value"]) == (
        "invoice_line",
        2,
        "amount",
        "ten",
    )
    assert row["reason"]


def test_strict_and_dry_runs_leave_the_store_as_it_was(extract: Path) -> None:
    strict = spend("load", extract, "--strict")
    assert strict.code == 1
    assert "invoice_line" in strict.complaint
    assert spend("load", extract, "--dry-run").code == 0
    assert spend("batches", "--json").json == []


def test_a_missing_column_is_one_line(extract: Path) -> None:
    (extract / "supplier.csv").write_text("supplier_id\nS1\n", encoding="utf-8")
    outcome = spend("load", extract)
    assert outcome.code == 1
    assert "supplier.csv" in outcome.complaint
    assert "name" in outcome.complaint


def test_batches_list_the_loads(extract: Path) -> None:
    spend("load", extract)
    (batch,) = spend("batches", "--json").json
    assert batch["batch"] == 1
    assert batch["data_through"]
