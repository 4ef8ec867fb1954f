"""Hostile and merely untidy inputs: each loads exactly, is rejected with a reason, or is one line.

A case builds its files in a folder and returns the path to load. Nothing here imports pytest, so
that tests of any floor can use it.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests import hostile_files as files
from tests.hostile_files import SUPPLIER, Build, mapped, one_file, parquet, workbook

LINE = "invoice_id,line_no,invoice_date,supplier_id,amount\n"
Outcome = Literal["loads", "rejects", "error"]


@dataclass(frozen=True)
class Case:
    """An input and what must come of it.

    ``values`` maps a column to its loaded texts, in key order; ``reason`` is part of a reject's
    reason, and ``message`` part of the one error line.
    """

    name: str
    build: Build
    outcome: Outcome
    table: str = "supplier"
    values: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    loaded: int = 0
    rejected: int = 0
    reason: str = ""
    message: str = ""


def names(name: str, content: str | bytes, *loaded: str, file: str = "supplier.csv") -> Case:
    """Suppliers that load with these names."""
    build = one_file(file, content)
    return Case(name, build, "loads", values={"name": loaded}, loaded=len(loaded))


def amount(name: str, written: str, loaded: str) -> Case:
    """An amount that loads."""
    build = one_file("invoice_line.csv", f'{LINE}I1,1,2024-05-31,S1,"{written}"\n')
    return Case(name, build, "loads", "invoice_line", {"amount": (loaded,)}, 1)


def day(name: str, written: str, loaded: str) -> Case:
    """A date that loads."""
    build = one_file("invoice_line.csv", f"{LINE}I1,1,{written},S1,10\n")
    return Case(name, build, "loads", "invoice_line", {"invoice_date": (loaded,)}, 1)


def bad(name: str, table: str, content: str, reason: str) -> Case:
    """One record that is rejected."""
    build = one_file(f"{table}.csv", content)
    return Case(name, build, "rejects", table, rejected=1, reason=reason)


def bad_amount(name: str, written: str, reason: str) -> Case:
    """An amount that is rejected."""
    return bad(name, "invoice_line", f'{LINE}I1,1,2024-05-31,S1,"{written}"\n', reason)


def bad_day(name: str, written: str, reason: str) -> Case:
    """A date that is rejected."""
    return bad(name, "invoice_line", f"{LINE}I1,1,{written},S1,10\n", reason)


def bad_supplier(
    name: str, content: str | bytes, reason: str, loaded: int = 1, rejected: int = 1
) -> Case:
    """Suppliers of which some are rejected."""
    build = one_file("supplier.csv", content)
    return Case(name, build, "rejects", loaded=loaded, rejected=rejected, reason=reason)


def error(name: str, content: str | bytes, message: str, file: str = "supplier.csv") -> Case:
    """A file that is refused with one line."""
    return Case(name, one_file(file, content), "error", message=message)


def bad_mapping(name: str, mapping: str, message: str) -> Case:
    """A mapping that is refused with one line."""
    return Case(name, mapped("supplier_id,name\n", mapping), "error", message=message)


ONE = SUPPLIER + "S1,One\n"
ZOE = SUPPLIER + "S1,Zoë\n"
SHEET: list[list[object]] = [
    ["supplier_id", "name"], [1001.0, "=cmd()"], [None, None], ["S2", 0.1 + 0.2],
]  # fmt: skip
GERMAN = "invoice_id;line_no;invoice_date;supplier_id;amount\nI1;1;31.05.2024;Müller;-1.234.567,89"
GERMAN_MAPPING = """
[invoice_line]
file = "data.csv"
encoding = "latin-1"
delimiter = ";"
decimal = ","
thousands = "."
date_format = "%d.%m.%Y"
"""
GERMAN_VALUES = {
    "amount": ("-1234567.89",),
    "supplier_id": ("Müller",),
    "invoice_date": ("2024-05-31",),
}
FRACTIONS = (
    "SELECT 'I1' AS invoice_id, 1::BIGINT AS line_no, DATE '2024-05-31' AS invoice_date, "
    "'S1' AS supplier_id, 0.1::DOUBLE + 0.2::DOUBLE AS amount"
)
ESCAPING = """
[supplier]
query = "select content as supplier_id, 1 as name from read_text('/etc/passwd')"
"""

LOADS = (
    names("byte order mark", "\ufeff" + ONE, "One"),
    names("quoted header after a mark", '\ufeff"supplier_id","name"\nS1,One\n', "One"),
    names("utf-16", ZOE.encode("utf-16"), "Zoë"),
    names("utf-16 big-endian", b"\xfe\xff" + ZOE.encode("utf-16-be"), "Zoë"),
    names("html in names", SUPPLIER + "S1,<b>alert(1)</b>\n", "<b>alert(1)</b>"),
    names("script in names", SUPPLIER + "S1,<script>x()</script>\n", "<script>x()</script>"),
    names("formula in a name", SUPPLIER + "S1,=cmd()|' /C x'!A0\n", "=cmd()|' /C x'!A0"),
    names("sql in a name", SUPPLIER + "S1,'; DROP TABLE t; --\n", "'; DROP TABLE t; --"),
    names("emoji and right-to-left", SUPPLIER + "S1,مورد 🙂\n", "مورد 🙂"),
    names("windows line ends", "supplier_id,name\r\nS1,One\r\nS2,Two\r\n", "One", "Two"),
    names("old mac line ends", "supplier_id,name\rS1,One\rS2,Two\r", "One", "Two"),
    names("mixed line ends", "supplier_id,name\nS1,One\r\nS2,Two\n", "One", "Two"),
    names("line break in quotes", SUPPLIER + 'S1,"One\nmore"\nS2,Two\n', "One\nmore", "Two"),
    names("blank lines", "\n\n" + SUPPLIER + "\nS1,One\n\n  \nS2,Two\n\n", "One", "Two"),
    names("spaces around cells", " supplier_id , name\n S1 ,\u00a0One \n", "One"),
    names("trailing commas", SUPPLIER + "S1,One,,\nS2,Two,\n", "One", "Two"),
    names("no final line end", SUPPLIER + "S1,One", "One"),
    names("header only", SUPPLIER),
    names("unknown columns", "supplier_id,name,colour\nS1,One,red\n", "One"),
    names("quote inside a cell", SUPPLIER + 'S1,12" pipes\n', '12" pipes'),
    names("the word null", SUPPLIER + "S1,NULL\n", "NULL"),
    names("identical repeats", ONE + "S1,One\nS1,One\n", "One"),
    names("upper-case extension", ONE, "One", file="SUPPLIER.CSV"),
    names("gzip", gzip.compress(ONE.encode()), "One", file="supplier.csv.gz"),
    names("gzip of utf-16", gzip.compress(ZOE.encode("utf-16")), "Zoë", file="supplier.csv.gz"),
    names("workbook", workbook(SHEET, "Sheet1"), "=cmd()", "0.3", file="supplier.xlsx"),
    Case("workbook that understates its size", files.small_dimension, "loads",
         values={"name": ("One", "Two")}, loaded=2),
    amount("1e15 is exact", "1e15", "1000000000000000.00"),
    amount("the largest amount", "9999999999999999.99", "9999999999999999.99"),
    amount("trailing zeros", "-12.340000000", "-12.34"),
    amount("minus zero", "-0.00", "0.00"),
    amount("many leading zeros", "0" * 60 + "7.5", "7.50"),
    day("midnight timestamp", "2024-05-31T00:00:00", "2024-05-31"),
    day("leap day", "2024-02-29", "2024-02-29"),
    Case(
        "decimal commas, semicolons and latin-1 by mapping",
        mapped(GERMAN.encode("latin-1"), GERMAN_MAPPING),
        "loads", "invoice_line", GERMAN_VALUES, 1,
    ),
    Case(
        "parquet with binary fractions",
        parquet(FRACTIONS), "loads", "invoice_line", {"amount": ("0.30",)}, 1,
    ),
)  # fmt: skip

REJECTS = (
    bad_amount("nan", "NaN", "not a finite number"),
    bad_amount("infinity", "-inf", "not a finite number"),
    bad_amount("1e400", "1e400", "not a finite number"),
    bad_amount("1e16", "1e16", "too large"),
    bad_amount("too large", "10000000000000000", "too large"),
    bad_amount("three decimals", "1.005", "more than 2 decimals"),
    bad_amount("a hidden digit", "1.0000000000000000000000000000001", "more than 2 decimals"),
    bad_amount("a tiny exponent", "1e-50", "exponent"),
    bad_amount("decimal comma", "12,50", 'decimal = ","'),
    bad_amount("thousands separators", "1,234,567.89", 'thousands = ","'),
    bad_amount("underscores", "1_000", "not a number"),
    bad_amount("hexadecimal", "0x10", "not a number"),
    bad_amount("other digits", "１２", "not a number"),
    bad_amount("words", "Freight Included", "not a number"),
    bad_amount("empty amount", " ", "is empty"),
    bad_day("a day that is none", "2023-02-29", "not a date"),
    bad_day("american date", "5/31/2024", "date_format"),
    bad_day("infinite date", "infinity", "not a date"),
    bad_day("year 0202", "0202-05-31", "year"),
    bad_day("time of day", "2024-05-31 14:00", "time of day"),
    bad_supplier("control character in a key", ONE + '"S2\tx",Two\n', "control characters"),
    bad_supplier("nul in a name", ONE + "S2,T\0wo\n", "NUL"),
    bad_supplier("endless text", ONE + f"S2,{'x' * 10_001}\n", "10,000 characters"),
    bad_supplier("monstrous text", ONE + f"S2,{'x' * 3_000_000}\n", "longer than"),
    bad_supplier("too many cells", ONE + "S2,Two,more\n", "3 cells"),
    bad_supplier("too few cells", ONE + "S2\n", "1 cell"),
    bad_supplier("a quote never closed", SUPPLIER + 'S1,"One\nS2,Two\nS3,Three\n', "quote", 2),
    bad_supplier("text after a quote", ONE + 'S2,"Two"x\n', "quote"),
    bad_supplier("key said twice", ONE + "S2,Two\nS2,Dos\n", "same key", 1, 2),
    bad("boolean that is none", "supplier", "supplier_id,name,preferred\nS1,One,maybe\n", "true"),
    bad("rate of zero", "exchange_rate", "date,currency,rate\n2024-01-01,USD,0\n", "above 0"),
    bad("negative days", "payment_term", "payment_term_code,net_days\nN30,-30\n", "0 to 3650"),
    bad("a term of ages", "payment_term", "payment_term_code,net_days\nN30,9999\n", "0 to 3650"),
    bad("half a day", "payment_term", "payment_term_code,net_days\nN30,30.5\n", "whole number"),
    bad("discount of 2 meaning percent", "payment_term",
        "payment_term_code,net_days,discount_rate\nN30,30,2\n", "fraction"),
)  # fmt: skip

ERRORS = (
    error("duplicate headers", "supplier_id,name,name\nS1,One,Uno\n", "column name twice"),
    error("headers that differ in case", "supplier_id,name,Name\nS1,One,Uno\n", "twice"),
    error("latin-1", b"supplier_id,name\nS1,Zo\xeb\n", 'encoding = "latin-1"'),
    error("utf-16 without a mark", ONE.encode("utf-16-le"), "utf-16-le"),
    error("semicolons", "supplier_id;name\nS1;One\n", 'delimiter = ";"'),
    error("tabs", "supplier_id\tname\nS1\tOne\n", 'delimiter = "\\t"'),
    error("empty file", "", "empty"),
    error("only blank lines", "\n\n\n", "no header"),
    error("missing column", "supplier_id\nS1\n", "column name is missing"),
    error("unknown table", ONE, "did you mean supplier?", file="suppliers.csv"),
    error("unknown kind of file", "x", "not a file Concord reads", file="supplier.docx"),
    error("csv that is a workbook", workbook([["supplier_id"]]), "name it .xlsx"),
    error("csv that is parquet", b"PAR1" + b"\0" * 20, "name it .parquet"),
    error("csv that is gzip", gzip.compress(b"x"), "name it .csv.gz"),
    error("csv that is a web page", "<!DOCTYPE html><html></html>", "web page"),
    error("workbook that is text", ONE, "not an Excel workbook", file="supplier.xlsx"),
    error("locked workbook", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password", file="supplier.xlsx"),
    error("damaged workbook", workbook([["x"]])[:900], "damaged", file="supplier.xlsx"),
    error("empty workbook", workbook([]), "empty", file="supplier.xlsx"),
    error("formulas never calculated", workbook([["supplier_id"], ["=1+1"]], formulas=True),
          "never calculated", file="supplier.xlsx"),
    error("damaged parquet", b"PAR1" + b"\0" * 20 + b"PAR1", "Parquet", file="supplier.parquet"),
    error("damaged gzip", gzip.compress(ONE.encode() * 99)[:-12], "cut", file="supplier.csv.gz"),
    Case("gzip bomb", files.gzip_bomb, "error", message="times its size"),
    Case("zip bomb", files.zip_bomb, "error", message="times its size"),
    Case("xml bomb", files.xml_bomb, "error", message="damaged"),
    Case("two files for a table", files.two_files, "error", message="both hold table supplier"),
    Case("folder like a file", files.folder_named_as_file, "error", message="supplier.csv"),
    Case("empty folder", files.empty_folder, "error", message="no table"),
    Case("no such path", files.missing, "error", message="no such file"),
    bad_mapping("mapping that reads elsewhere", ESCAPING, "supplier"),
    bad_mapping("mapping that is no TOML", "[supplier\n", "TOML"),
    bad_mapping("mapping with a wrong key", '[supplier]\nfiles = "x"\n', "unknown key files"),
    bad_mapping("mapping with two statements", '[supplier]\nquery = "select 1; drop table x"\n',
                "one SELECT"),
)  # fmt: skip

CASES = (*LOADS, *REJECTS, *ERRORS)
