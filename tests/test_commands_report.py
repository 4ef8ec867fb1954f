"""`spend report`: the same figures in every format, and clear answers to what cannot be met."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from tests import slides_read
from tests.command_line import Outcome, spend, spend_apart, write_extract

SUPPLIERS = "supplier_id,name\nS1,Acme\nS2,=cmd()\n"
CENTRES = "cost_centre_id,name\nC1,=cmd()\nC2,Works\n"
BUDGET = (
    "version,period_start,cost_centre_id,category_id,amount\n"
    "2026,2026-01-01,C1,K1,100.00\n"
    "2026,2026-02-01,C2,K1,50.00\n"
)
INVOICES = (
    "invoice_id,line_no,invoice_date,supplier_id,cost_centre_id,amount\n"
    "I1,1,2026-01-05,S1,C1,10.10\n"
    "I2,1,2026-02-05,S2,C2,20.20\n"
    "I3,1,2026-02-06,S2,C2,-0.20\n"
)
YEAR = ("--from", "2026-01", "--to", "2026-02")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One small store for all these tests, which only read it."""
    folder = tmp_path_factory.mktemp("report")
    files = write_extract(
        folder / "files",
        supplier=SUPPLIERS,
        cost_centre=CENTRES,
        budget_line=BUDGET,
        invoice_line=INVOICES,
    )
    home = str(folder / "home")
    assert spend("init", CONCORD_HOME=home).code == 0
    assert spend("load", files, CONCORD_HOME=home).code == 0
    return home


def report(home: str, *words: str | Path) -> Outcome:
    return spend("report", "budget", *words, CONCORD_HOME=home)


def test_json_holds_the_figures_and_what_was_selected(home: str) -> None:
    document = report(home, *YEAR, "--cost-centre", "C2", "--format", "json").json
    assert document["batch"] == 1
    assert document["currency"] == "EUR"
    assert document["selection"]["cost_centre"] == ["C2"]
    assert document["metrics"]["actual_spend"]["value"] == 20.0
    assert document["metrics"]["actual_spend"]["unit"] == "EUR"
    assert document["metrics"]["budget_amount"]["value"] == 50.0


def test_money_is_written_with_its_two_decimals(home: str) -> None:
    assert '"value": 30.10' in report(home, *YEAR, "--format", "json").out


def test_a_repeated_option_widens_the_selection(home: str) -> None:
    both = ("--supplier", "S1", "--supplier", "S2")
    document = report(home, *YEAR, *both, "--format", "json").json
    assert document["selection"]["supplier"] == ["S1", "S2"]
    assert document["metrics"]["actual_spend"]["value"] == 30.1


def test_the_table_says_it_in_words(home: str) -> None:
    written = report(home, *YEAR).out
    assert "30.10" in written
    assert "Works" in written


def test_csv_is_safe_to_open(home: str) -> None:
    rows = list(csv.reader(io.StringIO(report(home, *YEAR, "--format", "csv").out)))
    assert len(rows) > 2
    assert any(cell == "'=cmd()" for row in rows for cell in row)


def test_a_workbook_goes_to_a_file(home: str, tmp_path: Path) -> None:
    file = tmp_path / "budget.xlsx"
    assert report(home, *YEAR, "--format", "xlsx", "--output", file).code == 0
    book = openpyxl.load_workbook(file)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=cmd()" for cell in cells)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--supplier", "S9"), "supplier “S9”: there is no such supplier"),
        (("--from", "2099-01"), "there is no such period"),
        (("--as-of", "7"), "7"),
        (("--table", "none", "--format", "csv"), "this report has:"),
    ],
)
def test_what_cannot_be_met_is_one_line(home: str, words: tuple[str, ...], complaint: str) -> None:
    outcome = report(home, *words)
    assert outcome.code == 1
    assert complaint in outcome.complaint


def test_an_unknown_control_is_bad_usage(home: str) -> None:
    assert report(home, "--set", "colour=red").code == 2


def test_a_file_that_cannot_be_written_is_one_line(home: str) -> None:
    words = ("report", "budget", "--format", "json", "--output", "no/such/folder/file")
    outcome = spend_apart(*words, CONCORD_HOME=home)
    assert outcome.code == 1
    assert "no/such/folder/file" in outcome.complaint


@pytest.mark.parametrize("format", ["xlsx", "pptx"])
def test_a_file_says_which_view_it_is_of(home: str, tmp_path: Path, format: str) -> None:
    file = tmp_path / f"budget.{format}"
    words = ("--format", format, "--set", "by=supplier", "--output", file)
    assert report(home, *YEAR, *words).code == 0
    # The periods are those that nobody needs to name; the moment always is.
    view = "budget?as_of=1.0&by=supplier"
    if format == "xlsx":
        cells = [c.value for row in openpyxl.load_workbook(file)["About"] for c in row]
        assert view in cells
    else:
        deck = slides_read.opened(file.read_bytes())
        assert f"Pinned: {view}" in slides_read.words(deck.slides[0])
        assert not slides_read.links(deck)


def test_the_table_of_a_report_waits_for_no_office_file(home: str) -> None:
    loaded = spend_apart(
        "report", "budget", *YEAR, CONCORD_HOME=home, PYTHONPROFILEIMPORTTIME="1"
    ).err
    assert "queries.store" in loaded
    assert "xlsxwriter.workbook" not in loaded
    assert "pptx.slide" not in loaded
