"""A ledger of N lines in the contract's form, as CSV files: the same for the same N, on any day.

2,000 suppliers, 5,000 items, 100 categories and 150 cost centres, whatever N is; three years to the
20th of October 2026. N counts the lines of orders, receipts, invoices and payments together. Orders
have three lines; each item has up to four suppliers, as items have; a fifth of invoiced money has
no order; a line in fifty is credited; receipts are split, late, or missing.
"""

from pathlib import Path

import duckdb

FIRST_DAY, DAYS = "2023-11-01", 1085
DATA_THROUGH = "2026-10-20"
PER_ORDER_LINE = 3.286  # lines of all documents for one line of an order
SUPPLIERS, ITEMS, CATEGORIES, CENTRES = 2_000, 5_000, 100, 150

# A whole number below n, drawn by what it is for and for whom: nothing depends on the order of
# work, and every engine can work out products that stay below 2^63.
DRAW = (
    "CREATE MACRO draw(i, salt, n) AS "
    "((((i * 48271 + salt * 16807) % 2147483647) * 69621 + salt) % 2147483647 * 48271 "
    "% 2147483647) % n"
)

DIMENSIONS = {
    "supplier": f"""
        SELECT format('S{{:05d}}', i) AS supplier_id, 'Supplier ' || i AS name,
            CASE WHEN i % 10 = 3 THEN format('S{{:05d}}', i - 3) END AS parent_supplier_id,
            ['DE', 'FR', 'NL', 'IT', 'PL', 'GB', 'US'][1 + draw(i, 1, 7)] AS country,
            draw(i, 2, 5) = 0 AS preferred, draw(i, 3, 3) = 0 AS small_business,
            i % 500 = 7 AS intercompany, 'T' || draw(i, 4, 4) AS payment_term_code,
            0.04 + draw(i, 5, 8) / 100.0 AS financing_rate
        FROM range({SUPPLIERS}) AS t(i)""",
    "category": f"""
        SELECT format('C{{:03d}}', i) AS category_id, 'Category ' || i AS name,
            CASE WHEN i >= 10 THEN format('C{{:03d}}', i % 10) END AS parent_category_id,
            true AS addressable, 'X' || i % 5 AS index_code, 0.5 AS pass_through
        FROM range({CATEGORIES}) AS t(i)""",
    "cost_centre": f"""
        SELECT format('K{{:03d}}', i) AS cost_centre_id, 'Cost centre ' || i AS name,
            CASE WHEN i >= 15 THEN format('K{{:03d}}', i % 15) END AS parent_cost_centre_id
        FROM range({CENTRES}) AS t(i)""",
    "item": f"""
        SELECT format('I{{:05d}}', i) AS item_id, 'Item ' || i AS name,
            format('C{{:03d}}', 10 + i % 90) AS category_id, 'pcs' AS unit,
            round(2 + draw(i, 6, 20000) / 100.0, 2) AS unit_cost,
            5 + draw(i, 7, 40) AS lead_time_days, 0.95 AS service_level, 0.2 AS holding_rate,
            40 AS order_cost
        FROM range({ITEMS}) AS t(i)""",
    "payment_term": """
        SELECT 'T' || i AS payment_term_code, 15 + 15 * i AS net_days,
            CASE WHEN i = 1 THEN 0.02 END AS discount_rate,
            CASE WHEN i = 1 THEN 10 END AS discount_days
        FROM range(4) AS t(i)""",
    "exchange_rate": f"""
        SELECT DATE '{FIRST_DAY}' - 60 + n::INTEGER AS date, currency,
            round(rate * (1 + draw(n, 8, 100) / 2000.0), 6) AS rate
        FROM range({DAYS} + 200) AS t(n), (VALUES ('USD', 0.9), ('GBP', 1.15)) AS v(currency, rate)
        """,
    "price_index": """
        SELECT 'X' || c AS index_code, (DATE '2022-01-01' + to_months(m::INTEGER))::DATE AS month,
            100 + m * (c + 1) / 10.0 AS value
        FROM range(58) AS t(m), range(5) AS u(c)""",
    "contract": """
        SELECT format('V{:04d}', i) AS contract_id, format('S{:05d}', i * 4) AS supplier_id,
            DATE '2023-11-01' + (i % 300)::INTEGER AS start_date,
            DATE '2025-06-30' + (i % 500)::INTEGER AS end_date, 'T2' AS payment_term_code
        FROM range(500) AS t(i)""",
    "contract_price": """
        SELECT format('V{:04d}', i) AS contract_id,
            format('I{:05d}', (i * 28 + j * 1250) % 5000) AS item_id,
            DATE '2023-11-01' AS valid_from, round(10 + draw(i, 9, 9000) / 100.0, 2) AS unit_price
        FROM range(500) AS t(i), range(4) AS u(j)""",
    "budget_line": f"""
        SELECT y || ' budget' AS version, make_date(y, m, 1) AS period_start,
            format('K{{:03d}}', k) AS cost_centre_id, format('C{{:03d}}', c) AS category_id,
            1000 + draw(k * 100 + c, y, 90000) AS amount
        FROM range(2024, 2027) AS t(y), range(1, 13) AS u(m), range(15, {CENTRES}) AS v(k),
            range(10, {CATEGORIES}) AS w(c)
        WHERE (k + c) % 6 = 0""",
    "stock_level": f"""
        SELECT last_day(DATE '2023-11-01' + to_months(m::INTEGER)) AS counted_on,
            format('I{{:05d}}', i) AS item_id, 'MAIN' AS site,
            draw(i * 40 + m, 10, 400) AS on_hand
        FROM range(36) AS t(m), range({ITEMS}) AS u(i)""",
    "demand": f"""
        SELECT (DATE '2023-11-01' + to_months(m::INTEGER))::DATE AS period_start,
            format('I{{:05d}}', i) AS item_id, 'MAIN' AS site,
            draw(i, 11, 100) + draw(i * 40 + m, 12, 40) AS quantity
        FROM range(36) AS t(m), range({ITEMS}) AS u(i)""",
    "ledger_balance": """
        SELECT (DATE '2023-11-01' + to_months(m::INTEGER))::DATE AS period_start, kind,
            1000000 + draw(m, 13, 500000) AS amount
        FROM range(36) AS t(m),
            (VALUES ('payables'), ('receivables'), ('revenue'), ('cost_of_sales'), ('inventory'))
            AS v(kind)""",
}  # fmt: skip

# What orders, receipts, invoices and payments are written from. A few suppliers have most.
ORDERS = f"""
    CREATE TABLE ordered AS
    SELECT i, i // 3 AS po, 1 + i % 3 AS line_no, supplier,
        (supplier * 7 + draw(i, 22, 10) * 1250 + draw(i, 23, 10) // 9 * 613) % {ITEMS} AS item,
        draw(i // 3, 24, {CENTRES} - 15) + 15 AS centre,
        DATE '{FIRST_DAY}' + ((i // 3) * {DAYS} // $orders)::INTEGER AS ordered_on,
        1 + draw(i, 25, 60) AS quantity,
        ['EUR', 'EUR', 'EUR', 'EUR', 'USD', 'GBP'][1 + supplier % 6] AS currency
    FROM (SELECT i, (pow(draw(i // 3, 21, 1000000) / 1e6, 3) * {SUPPLIERS})::BIGINT
            % {SUPPLIERS} AS supplier
        FROM range($orders * 3) AS t(i))"""
PRICES = """
    CREATE TABLE line AS
    SELECT *, round((3 + draw(item, 6, 20000) / 100.0) * (1 + draw(supplier, 26, 20) / 100.0)
        * (1 + (ordered_on - DATE '2023-11-01') / 15000.0), 2) AS price
    FROM ordered"""

DOCUMENTS = {
    "purchase_order_line": """
        SELECT format('PO{:09d}', po) AS po_id, line_no, ordered_on AS order_date,
            format('S{:05d}', supplier) AS supplier_id, quantity, price AS unit_price,
            format('I{:05d}', item) AS item_id, format('K{:03d}', centre) AS cost_centre_id,
            CASE WHEN supplier % 4 = 0 THEN format('V{:04d}', supplier // 4) END AS contract_id,
            currency, 'pcs' AS unit, ordered_on - (1 + draw(po, 27, 9))::INTEGER AS requested_on,
            CASE WHEN draw(po, 28, 300) > 0 THEN ordered_on END AS approved_on,
            ordered_on + (5 + draw(item, 7, 40))::INTEGER AS promised_date,
            CASE WHEN draw(i, 29, 200) = 0 THEN 'cancelled' END AS status,
            CASE WHEN draw(i, 29, 200) = 0 THEN ordered_on + 12 END AS status_date
        FROM line ORDER BY i""",
    "goods_receipt": """
        SELECT format('GR{:09d}-{}', i, part) AS receipt_id, format('PO{:09d}', po) AS po_id,
            line_no, ordered_on + (4 + draw(item, 7, 40) + draw(i, 30, 12) + 9 * part)::INTEGER
            AS received_on,
            CASE WHEN NOT split THEN quantity WHEN part = 0 THEN quantity // 2
                ELSE quantity - quantity // 2 END AS quantity
        FROM (SELECT *, draw(i, 31, 12) = 0 AND quantity > 1 AS split FROM line
            WHERE draw(i, 29, 200) > 0 AND draw(i, 32, 25) > 0), range(2) AS p(part)
        WHERE (part = 0 OR split)
            AND ordered_on + (4 + draw(item, 7, 40) + draw(i, 30, 12) + 9 * part)::INTEGER
                <= DATE '2026-10-20'
        ORDER BY i, part""",
    "invoice_line": """
        SELECT format('IN{:09d}', po) AS invoice_id, line_no, billed_on AS invoice_date,
            format('S{:05d}', supplier) AS supplier_id, round(quantity * paid_price, 2) AS amount,
            round(quantity * paid_price * 0.19, 2) AS tax_amount, quantity, 'pcs' AS unit,
            paid_price AS unit_price,
            CASE WHEN draw(po, 33, 6) > 0 THEN format('PO{:09d}', po) END AS po_id,
            CASE WHEN draw(po, 33, 6) > 0 THEN line_no END AS po_line_no,
            format('I{:05d}', item) AS item_id, format('K{:03d}', centre) AS cost_centre_id,
            currency, billed_on + draw(po, 35, 5)::INTEGER AS posted_on,
            format('R{:09d}', po) AS invoice_number
        FROM (SELECT *, ordered_on + (8 + draw(po, 34, 50))::INTEGER AS billed_on,
                CASE WHEN draw(i, 36, 30) = 0 THEN round(price * 1.06, 2) ELSE price END
                AS paid_price
            FROM line WHERE draw(i, 29, 200) > 0)
        WHERE billed_on + draw(po, 35, 5)::INTEGER <= DATE '2026-10-20'
        UNION ALL
        SELECT format('CN{:09d}', i), 1, ordered_on + 90, format('S{:05d}', supplier),
            -round(price, 2), -round(price * 0.19, 2), -1, 'pcs', price,
            CASE WHEN draw(po, 33, 6) > 0 THEN format('PO{:09d}', po) END,
            CASE WHEN draw(po, 33, 6) > 0 THEN line_no END,
            format('I{:05d}', item), format('K{:03d}', centre), currency, ordered_on + 90,
            format('C{:09d}', i)
        FROM line
        WHERE draw(i, 37, 50) = 0 AND draw(i, 29, 200) > 0
            AND ordered_on + 90 <= DATE '2026-10-20'""",
    "payment": """
        SELECT format('PM{:09d}', po) AS payment_id, format('IN{:09d}', po) AS invoice_id,
            billed_on + (15 + 15 * draw(supplier, 4, 4) + draw(po, 38, 40) - 12)::INTEGER
            AS paid_on, amount, currency
        FROM (SELECT po, any_value(supplier) AS supplier, any_value(currency) AS currency,
                min(ordered_on + (8 + draw(po, 34, 50))::INTEGER) AS billed_on,
                round(sum(round(quantity * paid_price, 2)
                    + round(quantity * paid_price * 0.19, 2)), 2) AS amount
            FROM (SELECT *, CASE WHEN draw(i, 36, 30) = 0 THEN round(price * 1.06, 2)
                    ELSE price END AS paid_price FROM line WHERE draw(i, 29, 200) > 0)
            WHERE ordered_on + (8 + draw(po, 34, 50))::INTEGER + draw(po, 35, 5)::INTEGER
                <= DATE '2026-10-20'
            GROUP BY po)
        WHERE billed_on + (15 + 15 * draw(supplier, 4, 4) + draw(po, 38, 40) - 12)::INTEGER
            <= DATE '2026-10-20' AND draw(po, 39, 100) > 1
        ORDER BY po""",
}  # fmt: skip


def write(lines: int, folder: Path) -> dict[str, int]:
    """Write a ledger of about so many lines into a folder; the records of each table."""
    folder.mkdir(parents=True, exist_ok=True)
    orders = max(1, round(lines / PER_ORDER_LINE / 3))
    with duckdb.connect() as engine:
        engine.execute(DRAW)
        engine.execute(ORDERS.replace("$orders", str(orders)))
        engine.execute(PRICES)
        engine.execute("DROP TABLE ordered")
        return {
            name: _file(engine, name, query, folder)
            for name, query in (DIMENSIONS | DOCUMENTS).items()
        }


def _file(engine: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path) -> int:
    target = folder / f"{name}.csv"
    written = engine.execute(f"COPY ({query}) TO '{target}' (HEADER)").fetchone()
    return int(written[0]) if written else 0
