"""The data contract, as data: which tables there are, and what their columns hold.

Everything that reads, judges, converts or stores rows follows from what is declared here.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

# Eighteen digits fit a machine word in both engines. Amounts are cents; rates need the digits
# because one unit of a small currency is a small part of a euro.
AMOUNT = Numeric(18, 2)
MONEY_DAYS = Numeric(20, 2)  # amounts times days
PRICE = Numeric(18, 6)
QUANTITY = Numeric(18, 6)
SHARE = Numeric(18, 6)
RATE = Numeric(18, 12)

TYPES: dict[str, TypeEngine[Any]] = {
    "text": String(),
    "date": Date(),
    "boolean": Boolean(),
    "integer": Integer(),
    "amount": AMOUNT,
    "price": PRICE,
    "quantity": QUANTITY,
    "share": SHARE,
    "rate": RATE,
}


@dataclass(frozen=True)
class Conversion:
    """How the money columns of a table reach the reporting currency.

    ``date`` is the column that dates the rate; each pair in ``amounts`` is (document column,
    reporting column). ``fixed`` names a column whose own rate wins.
    """

    date: str
    amounts: tuple[tuple[str, str], ...] = ()
    fixed: str | None = None


# The contract (name, then columns): `*` a key, `!` required, `=…` a default; the type after the
# colon is text unless said. A key that may be unknown defaults to '' ("not assigned"). Order
# matters: rates and dimensions apply before the facts.
CONTRACT = {
    "fiscal_period": "period* start_date!:date end_date!:date fiscal_year!:integer quarter "
    "closed:boolean",
    "exchange_rate": "date*:date currency* rate!:rate",
    "payment_term": "payment_term_code* net_days!:integer discount_rate:share "
    "discount_days:integer end_of_month:boolean",
    "supplier": "supplier_id* name! parent_supplier_id country preferred:boolean "
    "small_business:boolean intercompany:boolean payment_term_code financing_rate:share "
    "risk_score:share",
    "category": "category_id* name! parent_category_id addressable:boolean index_code "
    "pass_through:share",
    "cost_centre": "cost_centre_id* name! parent_cost_centre_id budget_owner",
    "item": "item_id* name! category_id unit unit_cost:price lead_time_days:integer "
    "review_period_days:integer service_level:share holding_rate:share stockout_cost:price "
    "order_cost:price minimum_order:quantity critical:boolean known_since:date",
    "price_index": "index_code* month*:date value!:quantity",
    "kpi_target": "metric_id* fiscal_year*:integer finance_target:quantity "
    "procurement_target:quantity agreed_target:quantity",
    "contract": "contract_id* supplier_id! start_date!:date end_date:date category_id "
    "payment_term_code committed_amount:amount currency",
    "contract_price": "contract_id* item_id* valid_from*:date unit_price!:price "
    "fixed_until:date currency",
    "savings_initiative": "initiative_id* name! saving_type! stage! category_id supplier_id "
    "item_id owner start_date:date end_date:date baseline_kind baseline_unit_price:price "
    "new_unit_price:price annual_quantity:quantity claimed_amount:amount budgeted:boolean",
    "budget_line": "version* period_start*:date cost_centre_id*= category_id*= line_no*=1:integer "
    "amount!:amount currency budget_rate:rate item_id quantity:quantity",
    "purchase_order_line": "po_id* line_no*:integer order_date!:date supplier_id! "
    "quantity!:quantity unit_price!:price item_id category_id cost_centre_id contract_id currency "
    "unit matching requested_on:date approved_on:date promised_date:date status "
    "status_date:date description",
    "goods_receipt": "receipt_id* po_id! line_no!:integer received_on!:date quantity!:quantity",
    "invoice_line": "invoice_id* line_no*:integer invoice_date!:date supplier_id! amount!:amount "
    "tax_amount:amount quantity:quantity unit unit_price:price po_id po_line_no:integer item_id "
    "category_id cost_centre_id contract_id currency received_on:date posted_on:date "
    "due_date:date payment_term_code invoice_number description",
    "payment": "payment_id* invoice_id! paid_on!:date amount!:amount discount_taken:amount "
    "currency",
    "approval_step": "document_id* step*:integer document_type! submitted_at!:date "
    "decided_at:date role approver outcome",
    "stock_level": "counted_on*:date item_id* site*= on_hand!:quantity on_order:quantity "
    "unit_cost:price",
    "demand": "period_start*:date item_id* site*= quantity!:quantity",
    "ledger_balance": "period_start*:date kind* cost_centre_id*= amount!:amount",
}

# Words a column may hold, where the contract lists them.
WORDS = {
    ("purchase_order_line", "matching"): ("quantity", "value"),
    ("purchase_order_line", "status"): (
        "requested", "open", "closed", "final_invoiced", "cancelled", "rejected",
    ),
    ("ledger_balance", "kind"): (
        "spend", "payables", "receivables", "revenue", "cost_of_sales", "inventory",
    ),
    ("savings_initiative", "saving_type"): (
        "price_reduction", "cost_avoidance", "value_added", "demand_reduction", "process",
        "working_capital",
    ),
    ("savings_initiative", "stage"): (
        "idea", "validated", "contracted", "implemented", "realised", "confirmed",
    ),
}  # fmt: skip

# What points where: `spend check` lists the values that find nothing.
REFERENCES = {
    "supplier_id": "supplier",
    "parent_supplier_id": "supplier",
    "category_id": "category",
    "parent_category_id": "category",
    "cost_centre_id": "cost_centre",
    "parent_cost_centre_id": "cost_centre",
    "item_id": "item",
    "contract_id": "contract",
    "payment_term_code": "payment_term",
}

CONVERSIONS = {
    "budget_line": Conversion(
        "period_start", (("amount", "reporting_amount"),), fixed="budget_rate"
    ),
    "purchase_order_line": Conversion("order_date"),
    "invoice_line": Conversion(
        "invoice_date",
        (("amount", "reporting_amount"), ("tax_amount", "reporting_tax_amount")),
    ),
    "payment": Conversion(
        "paid_on",
        (("amount", "reporting_amount"), ("discount_taken", "reporting_discount_taken")),
    ),
}


@dataclass(frozen=True)
class ContractColumn:
    """One column of the contract: its kind of value, and whether it is key or required."""

    name: str
    kind: str
    key: bool
    required: bool
    default: str | None


def parse_column(word: str) -> ContractColumn:
    """Read one word of the contract.

    >>> parse_column("line_no*=1:integer")
    ContractColumn(name='line_no', kind='integer', key=True, required=False, default='1')
    """
    head, _, kind = word.partition(":")
    head, has_default, default = head.partition("=")
    name = head.rstrip("*!")
    key = head.endswith("*")
    required = (key or head.endswith("!")) and not has_default
    return ContractColumn(name, kind or "text", key, required, default if has_default else None)


CONTRACT_COLUMNS: dict[str, tuple[ContractColumn, ...]] = {
    table: tuple(parse_column(word) for word in words.split()) for table, words in CONTRACT.items()
}
