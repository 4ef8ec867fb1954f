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
    # The headline figures that whoever wrote it saw, by metric, as JSON: should a later version
    # compute them otherwise, both can be shown.
    Column("figures", String(), nullable=False, server_default="{}"),
    Index("entry_request_id", "request_id", unique=True),  # a double click writes once
    Index("entry_kind_name", "kind", "name"),
)

# What a guest sees: the page as it was made when the link was issued. The link itself, its end and
# its revocation are entries; here is what is too long for one.
guest_page = Table(
    "guest_page",
    metadata,
    Column("token_hash", String(), primary_key=True),
    Column("html", String(), nullable=False),
)

# Every time a guest's page was opened. Not entries: a guest who looks changes nobody's figures.
guest_opening = Table(
    "guest_opening",
    metadata,
    Column("opening", String(), primary_key=True),
    Column("token_hash", String(), nullable=False, index=True),
    Column("opened_at", DateTime, nullable=False),
)
