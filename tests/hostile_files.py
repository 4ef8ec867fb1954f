"""Builders of the files that hostile cases load."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl

Build = Callable[[Path], Path]
SUPPLIER = "supplier_id,name\n"


def one_file(name: str, content: str | bytes) -> Build:
    """A folder with one file."""

    def build(folder: Path) -> Path:
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return folder

    return build


def mapped(content: str | bytes, mapping: str) -> Build:
    """A data file and a mapping of it."""

    def build(folder: Path) -> Path:
        one_file("data.csv", content)(folder)
        path = folder / "mapping.toml"
        path.write_text(mapping, encoding="utf-8")
        return path

    return build


def workbook(rows: list[list[object]], title: str = "supplier", *, formulas: bool = False) -> bytes:
    """An Excel workbook of one sheet; what begins with = is text unless ``formulas``."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if cell.data_type == "f" and not formulas:
            cell.data_type = "s"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet(query: str) -> Build:
    """A Parquet file of invoice lines."""

    def build(folder: Path) -> Path:
        path = folder / "invoice_line.parquet"
        duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return folder

    return build


def missing(folder: Path) -> Path:
    """A path that does not exist."""
    return folder / "nothing_here"


def empty_folder(folder: Path) -> Path:
    """A folder without files."""
    return folder


def two_files(folder: Path) -> Path:
    """Two files for one table."""
    one_file("supplier.csv", SUPPLIER + "S1,One\n")(folder)
    return one_file("supplier.csv.gz", gzip.compress(b"supplier_id,name\nS1,One\n"))(folder)


def folder_named_as_file(folder: Path) -> Path:
    """A folder that is called like a file."""
    (folder / "supplier.csv").mkdir()
    return folder


def gzip_bomb(folder: Path) -> Path:
    """A third of a megabyte that unpacks to 320."""
    member = gzip.compress(b"x" * (16 * 1024**2))
    (folder / "supplier.csv.gz").write_bytes(gzip.compress(SUPPLIER.encode()) + member * 20)
    return folder


def zip_bomb(folder: Path) -> Path:
    """A workbook whose sheet unpacks to 320 MB of spaces."""
    with zipfile.ZipFile(folder / "supplier.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(20):
                sheet.write(b" " * (16 * 1024**2))
    return folder


def small_dimension(folder: Path) -> Path:
    """A workbook that states a smaller size than it has, as some exports do."""
    content = workbook([["supplier_id", "name"], ["S1", "One"], ["S2", "Two"]])
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(folder / "supplier.xlsx", "w") as target,
    ):
        for member in source.namelist():
            target.writestr(member, source.read(member).replace(b'ref="A1:B3"', b'ref="A1"'))
    return folder


def xml_bomb(folder: Path) -> Path:
    """A workbook whose XML expands itself ("billion laughs")."""
    content = workbook([["supplier_id", "name"], ["S1", "One"]])
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "{"ha" * 50}">{names}]>'
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(folder / "supplier.xlsx", "w") as target,
    ):
        for member in source.namelist():
            data = source.read(member)
            if member == "xl/worksheets/sheet1.xml":
                data = doctype.encode() + data.replace(b"<t>S1</t>", b"<t>&a9;</t>")
            target.writestr(member, data)
    return folder
