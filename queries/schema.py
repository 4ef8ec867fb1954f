"""The tables of the store: the data contract, the books kept about loads, and the marts.

What they are made of stands in ``queries.tables``, each mart in ``queries.mart_tables``
and ``queries.rollup_tables``.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Integer,
    Numeric,
    String,
    Table,
)

from queries.contract import (
    AMOUNT,
    CONTRACT,
    CONTRACT_COLUMNS,
    CONVERSIONS,
    RATE,
    TYPES,
)
from queries.mart_tables import marts as base_marts
from queries.rollup_tables import tables as rollups
from queries.tables import OPEN as OPEN
from queries.tables import SCHEMA_VERSION as SCHEMA_VERSION
from queries.tables import contents as contents
from queries.tables import facts as facts
from queries.tables import key as key
from queries.tables import keys as keys
from queries.tables import versioned as versioned


def _derived(table: str) -> list[Column[Any]]:
    """What the load computes beside the contract's columns."""
    columns: list[Column[Any]] = []
    if conversion := CONVERSIONS.get(table):
        columns.append(Column("reporting_rate", RATE))
        columns += [Column(reporting, AMOUNT) for _, reporting in conversion.amounts]
    if table in ("purchase_order_line", "goods_receipt", "invoice_line"):
        # One order's lines, receipts and invoices live together when the store is spread.
        columns.append(Column("match_key", String(), nullable=False))
    return columns


def _contract_table(name: str) -> Table:
    columns = [
        key(c.name, TYPES[c.kind])
        if c.key
        else Column(c.name, TYPES[c.kind], nullable=not c.required)
        for c in CONTRACT_COLUMNS[name]
    ]
    return versioned(name, *columns, *_derived(name))


marts: dict[str, Table] = {**base_marts, **rollups}
contract_tables: dict[str, Table] = {name: _contract_table(name) for name in CONTRACT}

fiscal_period = contract_tables["fiscal_period"]
exchange_rate = contract_tables["exchange_rate"]
supplier = contract_tables["supplier"]
category = contract_tables["category"]
cost_centre = contract_tables["cost_centre"]
item = contract_tables["item"]
budget_line = contract_tables["budget_line"]
purchase_order_line = contract_tables["purchase_order_line"]
goods_receipt = contract_tables["goods_receipt"]
invoice_line = contract_tables["invoice_line"]
payment = contract_tables["payment"]
stock_level = contract_tables["stock_level"]
demand = contract_tables["demand"]
ledger_balance = contract_tables["ledger_balance"]
payment_term = contract_tables["payment_term"]
contract = contract_tables["contract"]
approval_step = contract_tables["approval_step"]

# --- The books kept about loads ----------------------------------------------------------------

store_version = Table("store_version", facts, Column("version", Integer, nullable=False))

batch = Table(
    "batch",
    facts,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("source", String(), nullable=False),
    Column("loaded_at", DateTime, nullable=False),
    Column("loaded_by", String(), nullable=False),
    Column("data_through", Date, nullable=False),
    Column("settings", String(), nullable=False),
    Column("seconds", Numeric(12, 3), nullable=False),
)

batch_table = Table(
    "batch_table",
    facts,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("table_name", String(), primary_key=True),
    Column("read", BigInteger, nullable=False),
    Column("loaded", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("superseded", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("closed", BigInteger, nullable=False),
    Column("reconverted", BigInteger, nullable=False),
)

batch_file = Table(
    "batch_file",
    facts,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("file", String(), primary_key=True),
    Column("sha256", String(), nullable=False),
    Column("bytes", BigInteger, nullable=False),
)

reject = Table(
    "reject",
    facts,
    Column("batch", Integer, nullable=False),
    Column("table_name", String(), nullable=False),
    Column("file", String()),
    Column("record", BigInteger),
    Column("column_name", String()),
    Column("value", String()),
    Column("reason", String(), nullable=False),
)
