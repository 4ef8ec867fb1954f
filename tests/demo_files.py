"""The demo's written files asked in SQL by hand: what a report will read from the store, from CSV.

Each invoice line inherits, converts and finds its supplier's group here on its own; nothing of the
store's code is in it.
"""

from pathlib import Path

import duckdb
import pandas as pd

from demo import company

TABLES = (
    "supplier", "category", "contract", "item", "exchange_rate", "invoice_line",
    "purchase_order_line", "savings_initiative",
)  # fmt: skip

TYPES = {"amount": "DECIMAL(18, 2)", "rate": "DECIMAL(18, 6)", "quantity": "DOUBLE"}

# The head of each supplier's group; groups of this company are two deep.
HEAD = """
CREATE VIEW head AS
SELECT d.supplier_id, coalesce(u.parent_supplier_id, d.parent_supplier_id, d.supplier_id) AS head,
    d.intercompany
FROM supplier d LEFT JOIN supplier u ON u.supplier_id = d.parent_supplier_id
"""
LINE = """
CREATE VIEW line AS
SELECT coalesce(d.item_id, o.item_id) AS item_id, h.head AS supplier_group, d.supplier_id,
    coalesce(c.category_id, o.category_id, i.category_id) AS category_id,
    coalesce(d.contract_id, o.contract_id) AS contract_id, d.currency, d.quantity,
    coalesce(o.order_date, d.invoice_date) AS ordered_on,
    coalesce(d.posted_on, d.invoice_date) AS day,
    (100 * d.amount)::BIGINT AS document_amount,
    (100 * round(d.amount * CASE WHEN d.currency = 'EUR' THEN 1 ELSE r.rate END, 2))::BIGINT
        AS amount
FROM invoice_line d
JOIN head h ON h.supplier_id = d.supplier_id AND NOT h.intercompany
LEFT JOIN purchase_order_line o ON o.po_id = d.po_id AND o.line_no = d.po_line_no
LEFT JOIN item i ON i.item_id = coalesce(d.item_id, o.item_id)
LEFT JOIN category c ON c.category_id = d.category_id
ASOF LEFT JOIN exchange_rate r ON r.currency = d.currency AND d.invoice_date >= r.date
"""


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """The demo company written into the folder, its tables, and the views ``head`` and ``line``."""
    company.write(folder)
    connection = duckdb.connect()
    for table in TABLES:
        path = (folder / f"{table}.csv").as_posix()
        header = pd.read_csv(path, nrows=0).columns
        types = {column: TYPES[column] for column in header if column in TYPES}
        chosen = f", types = {types}" if types else ""
        connection.execute(f"CREATE TABLE {table} AS FROM read_csv('{path}'{chosen})")
    connection.execute(HEAD)
    connection.execute(LINE)
    return connection
