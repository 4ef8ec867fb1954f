"""Engines of DuckDB files: one a file, and all of them with the statements that one compiled."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool
from sqlalchemy.util import LRUCache


@cache
def _dialect() -> Dialect:
    """The one that all files share: SQLAlchemy keeps what it compiled by dialect."""
    engine = create_engine("duckdb:///:memory:", poolclass=NullPool)
    engine.connect().close()  # makes the dialect ready
    return engine.dialect


# Every load makes a new file. To compile a statement takes longer than to read a small mart, so
# what was compiled for one file serves the next.
COMPILED: LRUCache[Any, Any] = LRUCache(1000)


def file_engine(path: Path, config: dict[str, str], read_only: bool = False) -> Engine:
    """An engine of one file, which opens it anew for every connection."""
    dialect = _dialect()

    def connect() -> Any:
        given = {"config": dict(config), "url_config": {}, "read_only": read_only}
        return dialect.connect(database=str(path), **given)

    options = {"compiled_cache": COMPILED}
    pool = NullPool(connect, dialect=dialect)
    return Engine(pool, dialect, make_url(f"duckdb:///{path}"), execution_options=options)
