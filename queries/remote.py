"""Rows that a query brings from another database, written as CSV in chunks."""

import hashlib
import os
import re
from decimal import Decimal

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from queries.errors import ConcordError
from queries.files import Scratch, Sheet, SourceFile
from queries.records import NumberedWriter, cell_text, check_header

ROWS = 10_000


def fetch(url: str, query: str, label: str, scratch: Scratch) -> tuple[Sheet, SourceFile]:
    """Run a query elsewhere; the label is what people see, and never the URL's password."""
    try:
        engine = create_engine(expand(url, label))
        try:
            with engine.connect().execution_options(stream_results=True) as connection:
                sheet = _write(connection, query, label, scratch)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ArgumentError, ImportError) as fault:
        said = str(getattr(fault, "orig", None) or fault).strip().split("\n")[0]
        raise ConcordError(f"{label}: the query fails: {said}") from fault
    content = sheet.path.read_bytes()
    return sheet, SourceFile(label, hashlib.sha256(content).hexdigest(), len(content))


def expand(url: str, label: str) -> str:
    """Put environment variables into a URL, so that no password stands in a mapping.

    >>> expand("sqlite://", "erp")
    'sqlite://'
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            raise ConcordError(
                f"{label}: the environment variable {found[1]} of the url is not set"
            )
        return os.environ[found[1]]

    return re.sub(r"\$\{(\w+)\}", value, url)


def shown(url: str) -> str:
    """A URL without what is secret in it.

    >>> shown("postgresql+psycopg://reader:secret@erp/books?sslmode=require")
    'postgresql+psycopg://reader:***@erp/books'
    """
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except ArgumentError:
        return "a database"


def _write(connection: Connection, query: str, label: str, scratch: Scratch) -> Sheet:
    target = scratch.path(".csv")
    result = connection.execute(text(query))
    header = check_header(list(result.keys()), label)
    count = 0
    with target.open("w", encoding="utf-8", newline="") as output:
        writer = NumberedWriter(output, len(header))
        for row in result.yield_per(ROWS):
            count += 1
            writer.write(count, None, [_text(value) for value in row])
    return Sheet(label, target, header, count, numbered=True)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return cell_text(value)
