"""The tables of the minutes: what people write. Append-only, numbered in one sequence."""

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table

metadata = MetaData()

setting = Table(
    "setting",
    metadata,
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("batch", Integer, nullable=False),
    Column("name", String(), nullable=False),
    Column("value", String(), nullable=False),
    Column("recorded_at", DateTime, nullable=False),
    Column("recorded_by", String(), nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("request_id", String(), nullable=False),
    Column("batch", Integer, nullable=False),
    Column("kind", String(), nullable=False),
    Column("name", String(), nullable=False),
    Column("body", String(), nullable=False),
    Column("link", String(), nullable=False),
    Column("team", String(), nullable=False),
    Column("recorded_at", DateTime, nullable=False),
    Column("recorded_by", String(), nullable=False),
    Index("entry_request_id", "request_id", unique=True),  # a double click writes once
)
