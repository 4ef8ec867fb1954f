"""Mappings: other systems' files and queries onto the contract."""

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from queries.errors import ConcordError
from queries.extract import Extract, Extraction, extract

EXPORT = """ID;Vendor;Day;Value;Kind
1;Müller;31.05.2024;1.234,50;invoice
2;Weiß;01.06.2024;-0,50;credit
3;Müller;02.06.2024;x;invoice
4;Müller;02.06.2024;9;draft
"""
MAPPING = """
[settings]
currency = "EUR"
fiscal_year_start = 4
data_through = 2024-06-30

[invoice_line]
file = "export.csv"
encoding = "cp1252"
delimiter = ";"
decimal = ","
thousands = "."
date_format = "%d.%m.%Y"
where = "\\"Kind\\" <> 'draft'"

[invoice_line.columns]
invoice_id = "ID"
line_no = { constant = 1 }
invoice_date = "Day"
supplier_id = "Vendor"
amount = "Value"
description = { expression = "upper(\\"Kind\\") -- as the ledger writes it" }
posted_on = { constant = 2024-06-30 }
"""

Mapped = Callable[..., Extraction]


@pytest.fixture
def mapped(tmp_path: Path) -> Mapped:
    """Writes a mapping beside its files, and extracts it."""

    def run(mapping: str, **files: str | bytes) -> Extraction:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / f"{name}.csv").write_bytes(data)
        path = tmp_path / "books.toml"
        path.write_text(mapping, encoding="utf-8")
        return checked(path, tmp_path / "scratch")

    return run


def checked(path: Path, scratch: Path) -> Extraction:
    """Extract, and check that every table's counts add up."""
    extraction = extract(path, scratch, lambda _: None)
    for table in extraction.tables:
        assert table.read == len(valid(table, "record")) + table.repeated + table.rejected
        faults = rejects(table, "record, reason")
        assert all(record and reason for record, reason in faults)
    return extraction


def valid(table: Extract, columns: str) -> list[tuple[object, ...]]:
    """Columns of the valid rows, by record."""
    query = f"SELECT {columns} FROM read_parquet(?) ORDER BY record"
    return duckdb.execute(query, [str(table.valid)]).fetchall()


def rejects(table: Extract, columns: str) -> list[tuple[object, ...]]:
    """Columns of the rejects."""
    query = f"SELECT {columns} FROM read_parquet(?)"
    return duckdb.execute(query, [str(table.rejects)]).fetchall()


def named(extraction: Extraction) -> dict[str, Extract]:
    """The tables by name."""
    return {table.table: table for table in extraction.tables}


def test_columns_expressions_constants_and_formats(mapped: Mapped) -> None:
    extraction = mapped(MAPPING, export=EXPORT.encode("cp1252"))
    (table,) = extraction.tables
    assert extraction.settings == {
        "currency": "EUR",
        "fiscal_year_start": "4",
        "data_through": "2024-06-30",
    }
    assert [file.name for file in extraction.files] == ["books.toml", "export.csv"]
    columns = "invoice_id, supplier_id, amount, description, posted_on::VARCHAR, record"
    assert valid(table, columns) == [
        ("1", "Müller", Decimal("1234.50"), "INVOICE", "2024-06-30", 1),
        ("2", "Weiß", Decimal("-0.50"), "CREDIT", "2024-06-30", 2),
    ]
    assert rejects(table, "file, record, column_name, value, reason") == [
        ("export.csv", 3, "amount", "x", "is not a number")
    ]
    assert table.read == 3


def test_several_files_by_a_pattern(mapped: Mapped) -> None:
    extraction = mapped(
        '[supplier]\nfile = "part_*.csv"\n',
        part_1="supplier_id,name\nS1,One\nS2,Two\n",
        part_2="name,supplier_id\nOne,S1\nDos,S2\nThree,\n",
    )
    (table,) = extraction.tables
    assert (table.read, table.repeated, table.rejected) == (5, 1, 3)
    assert ("part_1.csv", 2, "record 2 of part_2.csv has the same key but says something else") in (
        rejects(table, "file, record, reason")
    )


def test_files_of_a_pattern_must_have_the_same_columns(mapped: Mapped) -> None:
    with pytest.raises(ConcordError, match="colour is in one alone"):
        mapped(
            '[supplier]\nfile = "part_*.csv"\n',
            part_1="supplier_id,name\nS1,One\n",
            part_2="supplier_id,name,colour\nS1,One,red\n",
        )


def test_a_query_joins_sources_and_loses_no_broken_record(mapped: Mapped) -> None:
    extraction = mapped(
        """
        [sources]
        lines = "lines.csv"
        names = { file = "names.csv", delimiter = ";" }

        [supplier]
        query = '''
        select min(l.__record) as __record, min(l.__file) as __file, id as supplier_id, name
        from lines l join names using (id) group by all -- one row each
        '''

        [cost_centre]
        query = "select 'all' as cost_centre_id, 'All' as name, 'x' as extra"
        """,
        lines="id,amount\nB,1\nA,2\nA\nA,3\n",
        names="id;name\nA;One\nB;Two\n",
    )
    suppliers, centres = (named(extraction)[name] for name in ("supplier", "cost_centre"))
    assert valid(suppliers, "supplier_id, name, record") == [("B", "Two", 1), ("A", "One", 2)]
    assert rejects(suppliers, "file, record") == [("lines.csv", 3)]
    assert valid(centres, "cost_centre_id, record") == [("all", 1)]
    assert centres.rejected == 0
    assert centres.unknown == ("extra",)


VIEWS = """
[sources]
ledger = "ledger.csv"
other = "other.csv"

[views]
paid = "select * from ledger where kind = 'paid' -- and nothing else"
late = "select * from paid where day > '2024-05-31'"
unread = "select * from other"

[supplier]
query = "select __file, __record, id as supplier_id, kind as name from late -- by day"
"""


def test_a_query_reads_views_and_views_read_views(mapped: Mapped) -> None:
    ledger = "id,kind,day\n1,paid,2024-05-01\n2,paid,2024-06-01\n3,open,2024-06-01\n4,paid\n"
    suppliers = named(mapped(VIEWS, ledger=ledger, other="x,y\n1\n"))["supplier"]
    assert valid(suppliers, "supplier_id, record") == [("2", 2)]
    assert rejects(suppliers, "file, record") == [("ledger.csv", 4)], "of what it reads, and only"


def test_a_query_to_another_database(mapped: Mapped, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "erp.db") as books:
        books.execute("CREATE TABLE vendor (id INTEGER, title TEXT, small BOOLEAN, rate REAL)")
        books.execute("INSERT INTO vendor VALUES (7, 'One\r\nor \"two\"', 1, 0.1), (8, NULL, 0, 1)")
    extraction = mapped(
        f"""
        [supplier]
        url = "sqlite:///{tmp_path / "erp.db"}"
        query = "select * from vendor order by id"
        [supplier.columns]
        supplier_id = "id"
        name = "title"
        financing_rate = "rate"
        """
    )
    (table,) = extraction.tables
    columns = "supplier_id, name, financing_rate"
    assert valid(table, columns) == [("7", 'One\r\nor "two"', Decimal("0.1"))]
    assert rejects(table, "record, column_name") == [(2, "name"), (2, "financing_rate")]
    assert len(extraction.files) == 2


def test_a_failing_database_says_so_without_its_password(
    mapped: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERP_PASSWORD", "sesame")
    with pytest.raises(ConcordError) as caught:
        mapped(
            """
            [supplier]
            url = "postgresql+psycopg://reader:${ERP_PASSWORD}@localhost:1/books"
            query = "select 1"
            """
        )
    assert "\n" not in str(caught.value)
    assert "sesame" not in str(caught.value)
    monkeypatch.delenv("ERP_PASSWORD")
    with pytest.raises(ConcordError, match="ERP_PASSWORD"):
        mapped('[supplier]\nurl = "sqlite:///${ERP_PASSWORD}"\nquery = "select 1"\n')


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("", "maps no table"),
        ("folder = 3\n", "folder must be a text"),
        ('folder = "nowhere"\n[supplier]\nfile = "x.csv"\n', "folder does not exist"),
        ("[vendors]\n", "no table is called vendors"),
        ("supplier = 3\n", "supplier must be one table"),
        ("[supplier]\n", "give file, source, query"),
        ('[supplier]\nfile = "none.csv"\n', "no file matches none.csv"),
        ('[supplier]\nfile = "/etc/*.csv"\n', "not a file pattern"),
        ('[supplier]\nsource = "x"\n', "no source is called x"),
        ('[supplier]\nurl = "sqlite://"\n', "belong together"),
        ('[supplier]\nfile = "data.csv"\nencoding = "utf-99"\n', "unknown encoding utf-99"),
        ('[supplier]\nfile = "data.csv"\nencoding = "hex"\n', "unknown encoding hex"),
        ('[supplier]\nfile = "data.csv"\ndelimiter = ";;"\n', "one character"),
        ('[supplier]\nfile = "data.csv"\ndecimal = "x"\n', "decimal must be"),
        ('[supplier]\nfile = "data.csv"\ndecimal = ","\nthousands = ","\n', "must differ"),
        ('[supplier]\nfile = "data.csv"\ndate_format = "d/m/y"\n', "date_format must be"),
        ('[supplier]\nfile = "data.csv"\ndate_format = 3\n', "date_format must be"),
        ('[supplier]\nfile = "data.csv"\nwhere = "1 +"\n', "where"),
        (
            '[supplier]\nfile = "data.csv"\nwhere = "nothing = 1"\n[supplier.columns]\n'
            'supplier_id = "a"\nname = "b"\n',
            "nothing",
        ),
        ('[supplier]\nfile = "data.csv"\n[supplier.columns]\nnaame = "b"\n', "no column naame"),
        ('[supplier]\nfile = "data.csv"\n[supplier.columns]\nname = "c"\n', "no column c"),
        (
            '[supplier]\nfile = "data.csv"\n[supplier.columns]\nname = "b"\n',
            "supplier_id is missing",
        ),
        ('[supplier]\nfile = "data.csv"\n[supplier.columns]\nname = {}\n', "give one of column"),
        (
            '[supplier]\nfile = "data.csv"\n[supplier.columns]\nname = {constant = 1, x = 2}\n',
            "unknown key x",
        ),
        (
            '[supplier]\nfile = "data.csv"\n[supplier.columns]\nsupplier_id = "a"\n'
            'name = {expression = "a::integer"}\n',
            "Could not convert",
        ),
        ('[sources]\nx__y = "data.csv"\n[supplier]\nsource = "x__y"\n', "single underscores"),
        ('[views]\nx = "drop table y"\n[supplier]\nfile = "data.csv"\n', "view x: must be one"),
        ('[views]\nx = 1\n[supplier]\nfile = "data.csv"\n', "x must be a text"),
        (
            '[sources]\nx = "data.csv"\n[views]\nx = "select 1"\n[supplier]\nsource = "x"\n',
            "a source has the same name",
        ),
        ('[settings]\ncurrency = "EURO"\n[supplier]\nfile = "data.csv"\n', "three letters"),
        ('[settings]\nfiscal_year_start = 13\n[supplier]\nfile = "data.csv"\n', "1 to 12"),
        ('[settings]\ndata_through = "May"\n[supplier]\nfile = "data.csv"\n', "YYYY-MM-DD"),
        ('[settings]\ncolour = "red"\n[supplier]\nfile = "data.csv"\n', "unknown setting colour"),
    ],
)
def test_a_wrong_mapping_is_one_clear_line(mapping: str, message: str, mapped: Mapped) -> None:
    with pytest.raises(ConcordError) as caught:
        mapped(mapping, data="a,b\nx,y\n")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
