"""The demo's budget position in SQL written by hand over the loaded lines, sharing no code.

It converts, inherits and judges each line itself; only the tables' names are the store's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

THROUGH = date(2026, 11, 13)
VERSION = "2026 revised"
NOW = "batch_to = 2147483647"
HALF = "1e-7"  # floating point falls short of half a cent; nothing here has so many digits


@dataclass(frozen=True)
class Chosen:
    """What is selected; an empty id chooses everything."""

    category: str = ""
    cost_centre: str = ""
    supplier: str = ""


TREES = "".join(
    f"""{table}_tree AS (
    SELECT {table}_id AS id FROM {table} WHERE {NOW} AND {table}_id = '{{{table}}}'
    UNION
    SELECT child.{table}_id FROM {table} child JOIN {table}_tree up
        ON child.parent_{table}_id = up.id WHERE child.{NOW}
), """
    for table in ("category", "cost_centre", "supplier")
)
OUTSIDE = f"SELECT supplier_id FROM supplier WHERE {NOW} AND NOT intercompany"
WANTED = """
    supplier_id IN (SELECT supplier_id FROM outside)
    AND ('{category}' = '' OR category_id IN (SELECT id FROM category_tree))
    AND ('{cost_centre}' = '' OR cost_centre_id IN (SELECT id FROM cost_centre_tree))
    AND ('{supplier}' = '' OR supplier_id IN (SELECT id FROM supplier_tree))
"""
RATE = "CASE WHEN d.currency = 'EUR' OR d.currency IS NULL THEN 1 ELSE rate END"

ACTUAL = f"""
WITH RECURSIVE {TREES}outside AS ({OUTSIDE}),
line AS (
    SELECT d.amount, d.currency, d.invoice_date, d.supplier_id,
        coalesce(d.posted_on, d.invoice_date) AS day,
        coalesce(d.category_id, o.category_id, i.category_id) AS category_id,
        coalesce(d.cost_centre_id, o.cost_centre_id) AS cost_centre_id
    FROM (SELECT * FROM invoice_line WHERE {NOW}) d
    LEFT JOIN (SELECT * FROM purchase_order_line WHERE {NOW}) o
        ON o.po_id = d.po_id AND o.line_no = d.po_line_no
    LEFT JOIN (SELECT * FROM item WHERE {NOW}) i ON i.item_id = coalesce(d.item_id, o.item_id)
)
SELECT sum(round(amount::DECIMAL(24, 2) * {RATE}, 2))
FROM line d
ASOF LEFT JOIN (SELECT date, currency, rate FROM exchange_rate WHERE {NOW}) r
    ON r.currency = d.currency AND r.date <= d.invoice_date
WHERE day BETWEEN '{{first}}' AND '{{position}}' AND {WANTED}
"""

# A period cut short counts its share of each line by days, half a cent up; in whole numbers, since
# DuckDB divides in floating point.
BUDGET = f"""
WITH RECURSIVE {TREES}priced AS (
    SELECT d.*, coalesce(d.budget_rate, CASE WHEN d.currency = 'EUR' THEN 1 END, (
        SELECT arg_max(r.rate, r.date) FROM exchange_rate r
        WHERE r.{NOW} AND r.currency = d.currency
            AND r.date <= date_trunc('year', d.period_start))) AS own_rate
    FROM budget_line d WHERE {NOW} AND version = '{VERSION}'
),
line AS (
    SELECT *, (round(amount::DECIMAL(24, 2) * own_rate, 2) * 100)::BIGINT AS cents,
        day(last_day(period_start)) AS days,
        greatest(0, least(day(last_day(period_start)),
            date_diff('day', period_start, DATE '{{position}}') + 1)) AS passed
    FROM priced
)
SELECT sum(sign(cents) * ((2 * abs(cents) * passed + days) // (2 * days)))::DECIMAL(24, 2) / 100
FROM line
WHERE period_start BETWEEN '{{first}}' AND '{{last}}'
    AND ('{{category}}' = '' OR category_id IN (SELECT id FROM category_tree))
    AND ('{{cost_centre}}' = '' OR cost_centre_id IN (SELECT id FROM cost_centre_tree))
"""

ORDERS = f"""
WITH RECURSIVE {TREES}outside AS ({OUTSIDE}),
rates AS (SELECT date, currency, rate FROM exchange_rate WHERE {NOW}),
line AS (
    SELECT d.po_id, d.line_no, d.supplier_id, d.cost_centre_id, d.promised_date, d.requested_on,
        coalesce(d.category_id, i.category_id) AS category_id, d.currency,
        coalesce(d.requested_on IS NULL OR d.approved_on <= '{{day}}', false) AS approved,
        d.quantity::DOUBLE AS quantity, d.unit_price::DOUBLE AS price, ({RATE})::DOUBLE AS rate,
        coalesce(d.matching, '') = 'value' OR d.quantity = 1 AS by_value,
        CASE WHEN d.status_date > '{{day}}' THEN 'open' ELSE coalesce(d.status, 'open') END AS stand
    FROM (SELECT * FROM purchase_order_line WHERE {NOW}) d
    ASOF LEFT JOIN rates r ON r.currency = d.currency AND r.date <= d.order_date
    LEFT JOIN (SELECT * FROM item WHERE {NOW}) i ON i.item_id = d.item_id
    WHERE least(d.order_date, coalesce(d.requested_on, d.order_date)) <= '{{day}}'
),
came AS (
    SELECT po_id, line_no, sum(quantity)::DOUBLE AS received FROM goods_receipt
    WHERE {NOW} AND received_on <= '{{day}}' GROUP BY ALL
),
billed AS (
    SELECT po_id, po_line_no AS line_no, sum(amount)::DOUBLE AS money,
        sum(CASE WHEN amount < 0 THEN -abs(quantity) ELSE quantity END)::DOUBLE AS pieces
    FROM invoice_line
    WHERE {NOW} AND coalesce(posted_on, invoice_date) <= '{{day}}' GROUP BY ALL
),
standing AS (
    SELECT line.*, CASE WHEN by_value THEN price ELSE 1 END AS unit,
        CASE WHEN by_value THEN 1 ELSE price END * rate AS worth,
        quantity * unit AS ordered, coalesce(received, 0) * unit AS got,
        CASE WHEN by_value THEN coalesce(money, 0) ELSE coalesce(pieces, 0) END AS invoiced
    FROM line LEFT JOIN came USING (po_id, line_no) LEFT JOIN billed USING (po_id, line_no)
    WHERE {WANTED}
),
balance AS (
    SELECT *,
        CASE WHEN stand IN ('cancelled', 'rejected', 'final_invoiced') THEN 0
            ELSE round(greatest(0, got - invoiced) * worth + {HALF}, 2) END AS accrued,
        CASE WHEN stand IN ('cancelled', 'rejected', 'final_invoiced', 'closed') THEN 0
            ELSE round(greatest(0, ordered - greatest(got, invoiced)) * worth + {HALF}, 2)
            END AS to_come
    FROM standing
)
SELECT round(coalesce(sum(accrued), 0), 2),
    round(coalesce(sum(to_come) FILTER (approved AND
        coalesce(promised_date, DATE '1900-01-01') <= '{{last}}'), 0), 2),
    round(coalesce(sum(to_come) FILTER (approved AND promised_date > '{{last}}'), 0), 2),
    round(coalesce(sum(to_come) FILTER (NOT approved), 0), 2)
FROM balance
"""


def position(
    connection: Connection, chosen: Chosen, start: str, end: str
) -> dict[str, Decimal | None]:
    """The position of some whole calendar months, by the ids of the metrics."""
    first, last = date.fromisoformat(f"{start}-01"), month_end(end)
    day = min(last, THROUGH)
    known: dict[str, Any] = {**vars(chosen), "first": first, "last": last, "position": day}

    def ask(query: str, on: date = day) -> list[Decimal | None]:
        row = connection.exec_driver_sql(query.format(**known, day=on)).one()
        return [None if value is None else round(Decimal(str(value)), 2) for value in row]

    (actual,) = ask(ACTUAL)
    (budget,) = ask(BUDGET) if not chosen.supplier else [None]
    accrued, committed, later, requested = (value or Decimal(0) for value in ask(ORDERS))
    accrued -= ask(ORDERS, first - timedelta(days=1))[0] or Decimal(0)
    taken = (actual or Decimal(0)) + accrued + committed + requested
    return {
        "budget_amount": budget,
        "actual_spend": actual,
        "accrued_spend": accrued,
        "committed_spend": committed,
        "committed_later": later,
        "requested_spend": requested,
        "available_budget": None if budget is None else budget - taken,
        "budget_variance": None if budget is None or actual is None else actual - budget,
    }


def month_end(month: str) -> date:
    """The last day of a month."""
    early_next = date.fromisoformat(f"{month}-28") + timedelta(days=4)
    return early_next.replace(day=1) - timedelta(days=1)
