"""The files the demo writes: each table's columns, `*` a key, `!` required."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = {
    "supplier": "supplier_id* name! parent_supplier_id country preferred small_business "
    "intercompany payment_term_code financing_rate risk_score",
    "category": "category_id* name! parent_category_id addressable index_code pass_through",
    "cost_centre": "cost_centre_id* name! parent_cost_centre_id budget_owner",
    "item": "item_id* name! category_id unit unit_cost lead_time_days review_period_days "
    "service_level holding_rate stockout_cost order_cost minimum_order critical known_since",
    "payment_term": "payment_term_code* net_days! discount_rate discount_days end_of_month",
    "contract": "contract_id* supplier_id! start_date! end_date category_id payment_term_code "
    "committed_amount currency",
    "contract_price": "contract_id* item_id* valid_from* unit_price! fixed_until currency",
    "fiscal_period": "period* start_date! end_date! fiscal_year! quarter closed",
    "exchange_rate": "date* currency* rate!",
    "budget_line": "version* period_start* cost_centre_id* category_id* line_no* amount! currency "
    "budget_rate item_id quantity",
    "purchase_order_line": "po_id* line_no* order_date! supplier_id! quantity! unit_price! item_id "
    "category_id cost_centre_id contract_id currency unit matching requested_on approved_on "
    "promised_date status status_date description",
    "goods_receipt": "receipt_id* po_id! line_no! received_on! quantity!",
    "invoice_line": "invoice_id* line_no* invoice_date! supplier_id! amount! tax_amount quantity "
    "unit unit_price po_id po_line_no item_id category_id cost_centre_id contract_id currency "
    "received_on posted_on due_date payment_term_code invoice_number description",
    "payment": "payment_id* invoice_id! paid_on! amount! discount_taken currency",
    "approval_step": "document_id* step* document_type! submitted_at! decided_at role approver "
    "outcome",
    "stock_level": "counted_on* item_id* site* on_hand! on_order unit_cost",
    "demand": "period_start* item_id* site* quantity!",
    "price_index": "index_code* month* value!",
    "ledger_balance": "period_start* kind* cost_centre_id* amount!",
    "savings_initiative": "initiative_id* name! saving_type! stage! category_id supplier_id "
    "item_id owner start_date end_date baseline_kind baseline_unit_price new_unit_price "
    "annual_quantity claimed_amount budgeted",
    "kpi_target": "metric_id* fiscal_year* finance_target procurement_target agreed_target",
}


def columns(table: str) -> list[str]:
    """The columns of a table, in order."""
    return [word.rstrip("*!") for word in COLUMNS[table].split()]


def keys(table: str) -> list[str]:
    """The columns that name a row."""
    return [word[:-1] for word in COLUMNS[table].split() if word.endswith("*")]


def required(table: str) -> list[str]:
    """The columns that every row fills: the keys, and what the contract asks for."""
    return [word[:-1] for word in COLUMNS[table].split() if word[-1] in "*!"]


def _words(column: pd.Series) -> list[str]:
    """A column as its file shows it; fifteen digits keep every cent and drop the noise."""
    kind = column.dtype.kind
    if kind == "M":
        dates = np.datetime_as_string(column.to_numpy(dtype="datetime64[D]"))
        return ["" if word == "NaT" else word for word in dates.tolist()]
    if kind == "f":
        return ["" if value != value else format(value, ".15g") for value in column.tolist()]
    if kind == "b":
        return ["true" if value else "false" for value in column.tolist()]
    if kind in "iu":
        return [str(value) for value in column.tolist()]
    return column.fillna("").astype(str).tolist()


def write_table(folder: Path, table: str, rows: pd.DataFrame) -> None:
    """Write one table; a column the demo does not know stays out of the file."""
    names = [name for name in columns(table) if name in rows.columns]
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(zip(*(_words(rows[name]) for name in names), strict=True))
