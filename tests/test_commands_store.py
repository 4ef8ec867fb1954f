"""`spend init`, `check`, `changes`, `backup` and `restore`, one after the other on one store."""

from pathlib import Path

import pytest

from tests.command_line import spend, write_extract

INVOICES = "invoice_id,line_no,invoice_date,supplier_id,amount\nI1,1,2026-01-05,S1,10.50\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_extract(
        tmp_path / "files", supplier="supplier_id,name\nS1,Acme\n", invoice_line=INVOICES
    )


def test_init_says_what_the_store_reports_in() -> None:
    outcome = spend("init", "--currency", "gbp", "--fiscal-year-start", "4")
    assert "GBP" in outcome.out
    assert "month 4" in outcome.out
    assert "GBP" in spend("init").out  # again, nothing said: nothing changes


def test_changes_count_what_moved_between_two_loads(files: Path) -> None:
    spend("init")
    spend("load", files)
    write_extract(files, invoice_line=INVOICES.replace("10.50", "10.60"))
    spend("load", files)
    moved = spend("changes", "--from", "1", "--to", "2", "--json").json
    (table,) = moved["tables"]["tables"]["rows"]
    assert (table["table_name"], table["changed"]) == ("invoice_line", 1)
    figures = {row["metric"]: row["change"] for row in moved["tables"]["figures"]["rows"]}
    assert figures["actual_spend"] == 0.10
    assert "no load 9" in spend("changes", "--from", "1", "--to", "9").complaint


def test_a_sound_store_passes_its_check(files: Path) -> None:
    spend("init")
    spend("load", files)
    outcome = spend("check", "--json")
    assert outcome.code == 0
    assert [f for f in outcome.json if f["severity"] == "error"] == []


def test_a_backup_brings_everything_back(files: Path, tmp_path: Path) -> None:
    spend("init")
    spend("load", files)
    saved = tmp_path / "saved.zip"
    assert spend("backup", saved).code == 0
    write_extract(files, invoice_line=INVOICES.replace("10.50", "99"))
    spend("load", files)
    assert len(spend("batches", "--json").json) == 2
    assert spend("restore", saved).code == 0
    assert len(spend("batches", "--json").json) == 1


def test_a_file_that_is_no_backup_is_one_line(files: Path) -> None:
    spend("init")
    outcome = spend("restore", files / "supplier.csv")
    assert outcome.code == 1
    assert "supplier.csv" in outcome.complaint


@pytest.mark.parametrize("words", [("check",), ("batches",), ("report", "budget")])
def test_a_store_that_is_not_there_says_how_to_make_one(words: tuple[str, ...]) -> None:
    outcome = spend(*words)
    assert outcome.code == 1
    assert "spend init" in outcome.complaint
