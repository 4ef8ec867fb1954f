"""The tables of the store: the data contract, the books kept about loads, and the marts.

Every fact, dimension and mart row carries ``batch_from`` and ``batch_to``: it was true from the
one load until the other. ``batch_to`` is ``OPEN`` while the row is current, so that one predicate
(``batch_from <= n and batch_to > n``) reads any table as it was after load ``n``.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
)
from sqlalchemy.types import TypeEngine

from queries.contract import (
    AMOUNT,
    CONTRACT,
    CONTRACT_COLUMNS,
    CONVERSIONS,
    MONEY_DAYS,
    QUANTITY,
    RATE,
    SHARE,
    TYPES,
)

OPEN = 2147483647
SCHEMA_VERSION = 2

facts = MetaData()


def keys(table: Table) -> tuple[str, ...]:
    """The key columns of a versioned table, without the batch it starts in."""
    return tuple(c.name for c in table.columns if c.info.get("key"))


def contents(table: Table) -> tuple[str, ...]:
    """The columns of a versioned table that are neither key nor batch."""
    return tuple(
        c.name
        for c in table.columns
        if not c.info.get("key") and c.name not in ("batch_from", "batch_to")
    )


def _versioned(name: str, *columns: Column[Any]) -> Table:
    """A table whose rows say from which load until which load they held."""
    return Table(
        name,
        facts,
        *columns,
        Column("batch_from", Integer, nullable=False),
        Column("batch_to", Integer, nullable=False),
    )


def _key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, nullable=False, info={"key": True})


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
        _key(c.name, TYPES[c.kind])
        if c.key
        else Column(c.name, TYPES[c.kind], nullable=not c.required)
        for c in CONTRACT_COLUMNS[name]
    ]
    return _versioned(name, *columns, *_derived(name))


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
ledger_balance = contract_tables["ledger_balance"]
payment_term = contract_tables["payment_term"]
contract = contract_tables["contract"]

# --- Marts: aggregates shaped like the questions; '' is "not assigned" -------------------------

fiscal_calendar = _versioned(
    "fiscal_calendar",
    _key("period", String()),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("quarter", String()),
    Column("number", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
)

# Invoiced money by accounting day.
spend_flow = _versioned(
    "spend_flow",
    _key("day", Date()),
    _key("supplier_id", String()),
    _key("category_id", String()),
    _key("cost_centre_id", String()),
    _key("item_id", String()),
    _key("unit", String()),
    _key("currency", String()),
    _key("has_quantity", Boolean()),
    Column("amount", AMOUNT, nullable=False),
    Column("document_amount", AMOUNT, nullable=False),
    Column("quantity", QUANTITY, nullable=False),
    Column("line_count", BigInteger, nullable=False),
)

# What each day changed of the balances of order lines: a position is the sum up to a day.
order_flow = _versioned(
    "order_flow",
    _key("day", Date()),
    _key("promised_date", Date()),
    _key("supplier_id", String()),
    _key("category_id", String()),
    _key("cost_centre_id", String()),
    _key("item_id", String()),
    Column("accrued", AMOUNT, nullable=False),
    Column("committed", AMOUNT, nullable=False),
    Column("requested", AMOUNT, nullable=False),
    # Order lines first seen on the day, so that they too sum up to a position.
    Column("line_count", BigInteger, nullable=False),
)

# Each invoice with its term, whoever pays it: what the marts of payables are made from.
invoice = _versioned(
    "invoice",
    _key("invoice_id", String()),
    Column("supplier_id", String(), nullable=False),
    Column("day", Date, nullable=False),
    Column("invoice_date", Date, nullable=False),
    Column("due_date", Date),
    Column("payment_term_code", String(), nullable=False),
    Column("contract_term_code", String(), nullable=False),
    Column("master_term_code", String(), nullable=False),
    Column("discount_rate", SHARE),
    Column("discount_date", Date),
    Column("document_gross", AMOUNT, nullable=False),
    Column("gross", AMOUNT, nullable=False),
    Column("line_count", BigInteger, nullable=False),
)

# What each day changed of what is owed: a position is the sum up to a day.
payable_flow = _versioned(
    "payable_flow",
    _key("day", Date()),
    _key("due_date", Date()),
    _key("supplier_id", String()),
    _key("category_id", String()),
    _key("cost_centre_id", String()),
    _key("size_class", Integer()),
    Column("open", AMOUNT, nullable=False),
    Column("unsettled", QUANTITY, nullable=False),
    Column("line_count", BigInteger, nullable=False),
)

# Money paid by its day and the day it was due.
payment_flow = _versioned(
    "payment_flow",
    _key("day", Date()),
    _key("due_date", Date()),
    _key("supplier_id", String()),
    _key("category_id", String()),
    _key("cost_centre_id", String()),
    _key("size_class", Integer()),
    _key("discounted", Boolean()),
    Column("paid", AMOUNT, nullable=False),
    Column("paid_days", MONEY_DAYS, nullable=False),
    Column("discount_taken", AMOUNT, nullable=False),
    Column("settled", QUANTITY, nullable=False),
    Column("line_count", BigInteger, nullable=False),
)

# Gross invoiced money by accounting day and by what was agreed about its payment.
term_flow = _versioned(
    "term_flow",
    _key("day", Date()),
    _key("supplier_id", String()),
    _key("category_id", String()),
    _key("cost_centre_id", String()),
    _key("payment_term_code", String()),
    _key("contract_term_code", String()),
    _key("master_term_code", String()),
    Column("invoiced", AMOUNT, nullable=False),
    Column("line_count", BigInteger, nullable=False),
)

# Discounts by the day they were offered, and what became of them.
discount_flow = _versioned(
    "discount_flow",
    _key("offered_on", Date()),
    _key("used_on", Date()),
    _key("first_paid_on", Date()),
    _key("in_time", Boolean()),
    _key("supplier_id", String()),
    _key("category_id", String()),
    _key("cost_centre_id", String()),
    Column("offered", AMOUNT, nullable=False),
    Column("line_count", BigInteger, nullable=False),
)

marts: dict[str, Table] = {
    t.name: t
    for t in (
        fiscal_calendar, spend_flow, order_flow, invoice, payable_flow, payment_flow, term_flow,
        discount_flow,
    )
}  # fmt: skip

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
