"""Extracts: real files in, valid rows, rejects and counts out."""

import csv
import io
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.contract import CONTRACT_COLUMNS
from queries.errors import ConcordError
from queries.extract import Extract, Extraction, extract
from tests import hostile


def read(path: Path, query: str = "SELECT *") -> list[tuple[object, ...]]:
    """Rows of a Parquet file."""
    return duckdb.execute(f"{query} FROM read_parquet(?)", [str(path)]).fetchall()


def count(path: Path, what: str) -> int:
    """One whole number about a Parquet file."""
    return int(str(read(path, f"SELECT {what}")[0][0]))


def run(source: Path, scratch: Path) -> Extraction:
    """Extract, and check that every table's counts add up."""
    extraction = extract(source, scratch, lambda _: None)
    for table in extraction.tables:
        valid = count(table.valid, "count(*)")
        assert table.read == valid + table.repeated + table.rejected
        assert table.rejected == count(table.rejects, "count(DISTINCT (file, record))")
    return extraction


def only(source: Path, scratch: Path) -> Extract:
    """The one table of an extraction."""
    (table,) = run(source, scratch).tables
    return table


def folder(tmp_path: Path, **contents: str) -> Path:
    """A folder of CSV files."""
    source = tmp_path / "source"
    source.mkdir()
    for table, content in contents.items():
        (source / f"{table}.csv").write_text(content, encoding="utf-8", newline="")
    return source


@pytest.mark.parametrize("case", hostile.CASES, ids=lambda case: case.name)
def test_hostile_input_loads_exactly_or_says_why(case: hostile.Case, tmp_path: Path) -> None:
    home = tmp_path / "source"
    home.mkdir()
    source = case.build(home)
    if case.outcome == "error":
        with pytest.raises(ConcordError) as caught:
            run(source, tmp_path / "scratch")
        message = str(caught.value)
        assert case.message in message
        assert "\n" not in message
        return
    table = only(source, tmp_path / "scratch")
    assert table.table == case.table
    assert (table.read - table.repeated - table.rejected, table.rejected) == (
        case.loaded,
        case.rejected,
    )
    keys = ", ".join(c.name for c in CONTRACT_COLUMNS[case.table] if c.key)
    for column, expected in case.values.items():
        rows = duckdb.execute(
            f"SELECT {column}::VARCHAR FROM read_parquet(?) ORDER BY {keys}", [str(table.valid)]
        ).fetchall()
        assert tuple(row[0] for row in rows) == expected
    reasons = [row[0] for row in read(table.rejects, "SELECT reason")]
    if case.outcome == "rejects":
        assert all(isinstance(r, str) and case.reason in r for r in reasons), reasons


def test_there_are_enough_hostile_inputs() -> None:
    assert len({case.name for case in hostile.CASES}) == len(hostile.CASES) >= 60


def test_types_are_the_contracts(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        invoice_line=hostile.LINE.strip() + ",tax_amount,quantity,currency\n"
        "I1,1,2024-05-31,S1,10.5,0,0.000001,eur\n",
    )
    table = only(source, tmp_path / "scratch")
    described = duckdb.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(table.valid)])
    kinds = {row[0]: row[1] for row in described.fetchall()}
    assert kinds == {
        "invoice_id": "VARCHAR",
        "line_no": "INTEGER",
        "invoice_date": "DATE",
        "supplier_id": "VARCHAR",
        "amount": "DECIMAL(18,2)",
        "tax_amount": "DECIMAL(18,2)",
        "quantity": "DECIMAL(18,6)",
        "currency": "VARCHAR",
        "record": "BIGINT",
    }
    assert read(table.valid, "SELECT currency") == [("EUR",)]
    assert table.columns == tuple(kinds)[:-1]


def test_defaults_of_keys_are_filled_in(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        budget_line="version,period_start,cost_centre_id,category_id,amount\nv1,2024-01-01,a,b,1\n",
    )
    table = only(source, tmp_path / "scratch")
    assert "line_no" in table.columns
    assert read(table.valid, "SELECT line_no") == [(1,)]


def test_records_keep_their_number_around_faults(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        supplier='supplier_id,name\nS1,One\nS2\n\nS3,"Three\nlines"\nS4,"Four\nS5,Five\n,Six\n',
    )
    table = only(source, tmp_path / "scratch")
    assert read(table.valid, "SELECT record, supplier_id") == [(1, "S1"), (3, "S3"), (5, "S5")]
    assert read(table.rejects, "SELECT file, record, column_name") == [
        ("supplier.csv", 2, None),
        ("supplier.csv", 4, None),
        ("supplier.csv", 6, "supplier_id"),
    ]


def test_rejected_keys_are_kept_where_they_can_be_read(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        payment_term="payment_term_code,net_days\nN30,x\n,30\nN60\nN90,90\nN10,1\nN10,2\n",
    )
    table = only(source, tmp_path / "scratch")
    assert sorted(read(table.rejected_keys)) == [("N10",), ("N30",), ("N60",)]


def test_a_record_counts_once_however_many_reasons(tmp_path: Path) -> None:
    source = folder(tmp_path, invoice_line=hostile.LINE + "I1,x,y,,z\n")
    table = only(source, tmp_path / "scratch")
    assert table.rejected == 1
    assert read(table.rejects, "SELECT column_name, value") == [
        ("line_no", "x"),
        ("invoice_date", "y"),
        ("supplier_id", None),
        ("amount", "z"),
    ]


def test_a_long_bad_value_is_shown_in_part(tmp_path: Path) -> None:
    source = folder(tmp_path, supplier=f"supplier_id,name\nS1,{'x' * 20_000}\n")
    table = only(source, tmp_path / "scratch")
    ((value,),) = read(table.rejects, "SELECT value")
    assert value == "x" * 199 + "…"


def test_unknown_columns_are_reported(tmp_path: Path) -> None:
    source = folder(tmp_path, supplier="supplier_id,colour,name,\nS1,red,One,\n")
    assert only(source, tmp_path / "scratch").unknown == ("colour", "column 4")


def test_tables_come_in_contract_order_with_their_files(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        invoice_line=hostile.LINE,
        supplier="supplier_id,name\n",
        exchange_rate="date,currency,rate\n",
    )
    (source / "README.md").write_text("notes")
    (source / ".hidden").write_text("x")
    (source / "settings.toml").write_text('currency = "eur"\ndata_through = 2024-05-31\n')
    extraction = run(source, tmp_path / "scratch")
    assert [t.table for t in extraction.tables] == ["exchange_rate", "supplier", "invoice_line"]
    assert extraction.settings == {"currency": "EUR", "data_through": "2024-05-31"}
    assert [f.name for f in extraction.files] == [
        "exchange_rate.csv",
        "invoice_line.csv",
        "settings.toml",
        "supplier.csv",
    ]
    assert all(len(f.sha256) == 64 for f in extraction.files)
    assert extraction.source == "source"


def test_a_single_file_is_named_after_its_table(tmp_path: Path) -> None:
    source = folder(tmp_path, supplier="supplier_id,name\nS1,One\n")
    extraction = run(source / "supplier.csv", tmp_path / "scratch")
    assert [t.table for t in extraction.tables] == ["supplier"]


def test_a_workbook_may_hold_several_tables(tmp_path: Path) -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "supplier"
    sheet.append(["supplier_id", "name"])
    sheet.append([1001, "One"])
    lines = book.create_sheet("invoice_line")
    lines.append(["invoice_id", "line_no", "invoice_date", "supplier_id", "amount"])
    lines.append(["I1", 1, datetime.datetime(2024, 5, 31), 1001, 1234.56])
    lines.append([])
    lines.append(["I2", 1, datetime.datetime(2024, 5, 31, 9, 30), 1001, 0.001])
    hidden = book.create_sheet("workings")
    hidden.sheet_state = "hidden"
    path = tmp_path / "books.xlsx"
    book.save(path)
    suppliers, invoices = run(path, tmp_path / "scratch").tables
    assert read(suppliers.valid, "SELECT supplier_id") == [("1001",)]
    assert read(invoices.valid, "SELECT invoice_id, amount") == [("I1", Decimal("1234.56"))]
    assert read(invoices.rejects, "SELECT record, column_name") == [
        (3, "invoice_date"),
        (3, "amount"),
    ]


def test_a_workbook_of_unknown_sheets_is_refused(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for title in ("supplier", "Sheet2"):
        book.create_sheet(title).append(["supplier_id", "name"])
    path = tmp_path / "books.xlsx"
    book.save(path)
    with pytest.raises(ConcordError, match="no table is called sheet2"):
        run(path, tmp_path / "scratch")


FEWER = settings(max_examples=max(settings().max_examples // 8, 20), deadline=None)

ROWS = st.lists(
    st.lists(
        st.text(st.sampled_from("abnr \"',;\n\r\t\\=-"), max_size=6),
        min_size=2,
        max_size=2,
    ),
    max_size=12,
)


@FEWER
@given(rows=ROWS, ending=st.sampled_from(["\n", "\r\n"]))
def test_whatever_csv_holds_is_read_exactly(
    rows: list[list[str]], ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("csv")
    output = io.StringIO()
    writer = csv.writer(output, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["supplier_id", "name"])
    writer.writerows([[f"S{number}", "x" + b + "x"] for number, (_, b) in enumerate(rows)])
    source = folder(home, supplier=output.getvalue())
    table = only(source, home / "scratch")
    expected = {(f"S{number}", "x" + b + "x") for number, (_, b) in enumerate(rows)}
    assert set(read(table.valid, "SELECT supplier_id, name")) == expected
    assert table.rejected == 0


@FEWER
@given(content=st.text(st.sampled_from('S12,"\n\rx '), max_size=60))
def test_no_record_is_lost_in_any_text(
    content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("text")
    source = folder(home, supplier="supplier_id,name\n" + content)
    table = only(source, home / "scratch")
    try:
        rows = [row for row in csv.reader(io.StringIO(content, newline=""), strict=True) if row]
    except csv.Error:
        return
    assert table.read == len([row for row in rows if len(row) > 1 or row[0].strip()])


def _big(rows: Sequence[int]) -> str:
    lines = [f'S{n},"name, ""{n}""\nmore",GB' for n in rows]
    return "supplier_id,name,country\n" + "\n".join(lines) + "\n"


def test_many_records_with_line_breaks_keep_their_order(tmp_path: Path) -> None:
    numbers = list(range(200_000))
    random.Random(7).shuffle(numbers)
    table = only(folder(tmp_path, supplier=_big(numbers)), tmp_path / "scratch")
    rows = read(table.valid, "SELECT record, supplier_id, name")
    assert len(rows) == len(numbers)
    assert all(
        key == f"S{numbers[int(str(record)) - 1]}" and name == f'name, "{key[1:]}"\nmore'
        for record, key, name in rows
        if isinstance(key, str)
    )
