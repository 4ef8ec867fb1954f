"""Source files made ready for the engine: hashed, unpacked, decoded and with a sound header."""

import codecs
import gzip
import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from queries.errors import ConcordError
from queries.records import Survey, repair, survey

# A real extract packs to a tenth of its size or so. What expands beyond these was made to harm.
LARGEST = 20 * 1024**3
SUSPICIOUS = 256 * 1024**2
HIGHEST_RATIO = 200

CHUNK = 1024**2
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
PARQUET = b"PAR1"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read: the name people know it by, its hash and its size."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Dialect:
    """How a text file is written, where a mapping says so."""

    encoding: str | None = None
    delimiter: str = ","


@dataclass(frozen=True)
class Sheet:
    """Records ready for the engine: UTF-8 CSV or Parquet, with the exact header.

    A ``numbered`` sheet begins each record with its number and its fault.
    """

    label: str
    path: Path
    header: tuple[str, ...]
    records: int
    delimiter: str = ","
    numbered: bool = False
    parquet: bool = False


@dataclass
class Scratch:
    """A folder for intermediate files, which hands out names."""

    folder: Path
    _count: int = field(default=0)

    def path(self, suffix: str) -> Path:
        """A path that no other part of this extraction uses."""
        self._count += 1
        return self.folder / f"source_{self._count}{suffix}"


def fingerprint(path: Path, name: str) -> SourceFile:
    """Hash a file."""
    try:
        with path.open("rb") as stream:
            return SourceFile(
                name, hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size
            )
    except OSError as fault:
        raise ConcordError(f"{name}: cannot be read: {fault.strerror}") from fault


def check_kind(path: Path, label: str) -> None:
    """Refuse a file whose first bytes contradict its extension."""
    head = _head(path)
    if not head:
        raise ConcordError(f"{label}: the file is empty; it needs at least a header")
    found, advice = _kind(head)
    suffix = path.suffix.lower()
    fits = {".gz": "gzip", ".parquet": "Parquet", ".xlsx": "zip", ".xlsm": "zip"}
    expected = fits.get(suffix, "text")
    if found != expected:
        wanted = "an Excel workbook" if expected == "zip" else expected
        raise ConcordError(f"{label}: the file is not {wanted} but {_describe(found)}; {advice}")


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(512)


def _kind(head: bytes) -> tuple[str, str]:
    """What the first bytes say a file is, and what to do with it."""
    text = head.lstrip(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith(GZIP):
        return "gzip", "name it .csv.gz"
    if head.startswith(ZIP):
        return "zip", "name it .xlsx, or unpack it"
    if head.startswith(PARQUET):
        return "Parquet", "name it .parquet"
    if head.startswith(OLD_OFFICE):
        return "old Excel", "save it as .xlsx without a password, or as CSV"
    if head.startswith(b"%PDF"):
        return "PDF", "export the table as CSV"
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page", "download the data itself"
    return "text", "name it .csv"


def _describe(found: str) -> str:
    return {"zip": "an Excel workbook or zip", "old Excel": "an old or locked Excel file"}.get(
        found, found
    )


def prepare_text(path: Path, label: str, scratch: Scratch, dialect: Dialect) -> Sheet:
    """Make a CSV file, packed or not, ready for the engine."""
    check_kind(path, label)
    plain = unpack(path, label, scratch) if path.suffix.lower() == ".gz" else path
    if not _head(plain):
        raise ConcordError(f"{label}: the file is empty; it needs at least a header")
    if plain is not path:
        found, advice = _kind(_head(plain))
        if found != "text":
            raise ConcordError(f"{label}: what is packed is not text but {found}; {advice}")
    readable = decode(plain, label, scratch, dialect)
    found_there = survey(readable, label, dialect.delimiter)
    _check_delimiter(found_there, label)
    sheet = Sheet(label, readable, found_there.header, found_there.records, dialect.delimiter)
    return sheet if found_there.whole else renumber(sheet, scratch)


def _check_delimiter(found: Survey, label: str) -> None:
    """One column whose name holds another delimiter is a file read wrongly."""
    for delimiter in (";", "\t", "|"):
        if len(found.header) == 1 and delimiter in found.header[0]:
            raise ConcordError(
                f"{label}: the columns are not separated by commas; load it by a mapping that "
                f"says delimiter = {_toml(delimiter)}"
            )


def _toml(text: str) -> str:
    return '"\\t"' if text == "\t" else f'"{text}"'


def renumber(sheet: Sheet, scratch: Scratch) -> Sheet:
    """The same sheet with each record's number and fault, for records that are not whole."""
    target = scratch.path(".csv")
    count = repair(sheet.path, target, sheet.delimiter, len(sheet.header), sheet.label)
    return Sheet(sheet.label, target, sheet.header, count, numbered=True)


def unpack(path: Path, label: str, scratch: Scratch) -> Path:
    """Unpack a gzip file, unless it expands beyond reason."""
    target = scratch.path(".csv")
    packed = path.stat().st_size
    size = 0
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as output:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                check_size(size, packed, label)
                output.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise ConcordError(f"{label}: the gzip file is damaged or cut short") from fault
    return target


def check_size(size: int, packed: int, label: str) -> None:
    """Refuse what unpacks to an unreasonable size.

    >>> check_size(1000, 100, "supplier.csv.gz")
    """
    if size > LARGEST or (size > SUSPICIOUS and size > HIGHEST_RATIO * packed):
        raise ConcordError(
            f"{label}: unpacked, the file is beyond {HIGHEST_RATIO} times its size or "
            f"{LARGEST // 1024**3} GiB; it looks damaged or made to harm, so it is not read"
        )


def decode(path: Path, label: str, scratch: Scratch, dialect: Dialect) -> Path:
    """The path of the same text in UTF-8."""
    encoding = dialect.encoding or _encoding(_head(path), label)
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii"):
        return path
    target = scratch.path(".csv")
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as output,
        ):
            while content := source.read(CHUNK):
                output.write(content)
    except UnicodeError as fault:
        raise ConcordError(
            f"{label}: the file is not {encoding} text; name its encoding in a mapping "
            '(encoding = "latin-1")'
        ) from fault
    return target


def _encoding(head: bytes, label: str) -> str:
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head.split(b"\n")[0]:
        raise ConcordError(
            f"{label}: the header holds NUL characters; save the file as UTF-8, or name its "
            'encoding in a mapping (encoding = "utf-16-le")'
        )
    return "utf-8"
