"""The tables of the marts: aggregates shaped like the questions; '' is "not assigned"."""

from sqlalchemy import BigInteger, Column, Table

from queries.contract import MONEY_DAYS, TYPES, parse_column
from queries.tables import key, versioned

_KINDS = {**TYPES, "count": BigInteger(), "money_days": MONEY_DAYS}


def _mart(name: str, words: str) -> Table:
    """A mart, its columns written as the contract writes them."""
    columns = [
        key(c.name, _KINDS[c.kind])
        if c.key
        else Column(c.name, _KINDS[c.kind], nullable=not c.required)
        for c in map(parse_column, words.split())
    ]
    return versioned(name, *columns)


fiscal_calendar = _mart(
    "fiscal_calendar",
    "period* start_date!:date end_date!:date fiscal_year!:integer quarter number!:integer "
    "closed!:boolean",
)

# Invoiced money by accounting day.
spend_flow = _mart(
    "spend_flow",
    "day*:date supplier_id* category_id* cost_centre_id* item_id* unit* currency* "
    "has_quantity*:boolean amount!:amount document_amount!:amount quantity!:quantity "
    "line_count!:count",
)

# What each day changed of the balances of order lines: a position is the sum up to a day. Order
# lines are counted on the day they are first seen, so that they too sum up to a position.
order_flow = _mart(
    "order_flow",
    "day*:date promised_date*:date supplier_id* category_id* cost_centre_id* item_id* "
    "accrued!:amount committed!:amount requested!:amount line_count!:count",
)

# Each invoice with its term, whoever pays it: what the marts of payables are made from.
invoice = _mart(
    "invoice",
    "invoice_id* supplier_id! day!:date invoice_date!:date due_date:date payment_term_code! "
    "contract_term_code! master_term_code! discount_rate:share discount_date:date "
    "document_gross!:amount gross!:amount line_count!:count",
)

# What each day changed of what is owed: a position is the sum up to a day.
payable_flow = _mart(
    "payable_flow",
    "day*:date due_date*:date supplier_id* category_id* cost_centre_id* size_class*:integer "
    "open!:amount unsettled!:quantity line_count!:count",
)

# Money paid by its day and the day it was due.
payment_flow = _mart(
    "payment_flow",
    "day*:date due_date*:date supplier_id* category_id* cost_centre_id* size_class*:integer "
    "discounted*:boolean paid!:amount paid_days!:money_days discount_taken!:amount "
    "settled!:quantity line_count!:count",
)

# Gross invoiced money by accounting day and by what was agreed about its payment.
term_flow = _mart(
    "term_flow",
    "day*:date supplier_id* category_id* cost_centre_id* payment_term_code* contract_term_code* "
    "master_term_code* invoiced!:amount line_count!:count",
)

# Discounts by the day they were offered, and what became of them.
discount_flow = _mart(
    "discount_flow",
    "offered_on*:date used_on*:date first_paid_on*:date in_time*:boolean supplier_id* "
    "category_id* cost_centre_id* offered!:amount line_count!:count",
)

# Each stock count, with the one before it and the day of the next: it holds until then.
stock_position = _mart(
    "stock_position",
    "counted_on*:date item_id* site* next_count!:date previous_count:date category_id! "
    "on_hand!:quantity on_order:quantity unit_cost:price value:amount "
    "previous_on_hand:quantity previous_unit_cost:price previous_value:amount",
)

# What was received of each item by day.
receipt_flow = _mart(
    "receipt_flow",
    "day*:date item_id* category_id* unit* quantity!:quantity line_count!:count",
)

# Order lines by the day they were wholly received, and how long that took.
lead_time_flow = _mart(
    "lead_time_flow", "day*:date item_id* category_id* days*:integer order_count!:count"
)

# Invoiced money by accounting day, by whether a contract covered it and whether its category had
# one in force; and how many of its lines have an invoice number.
sourcing_flow = _mart(
    "sourcing_flow",
    "day*:date supplier_id* category_id* cost_centre_id* item_id* covered*:boolean "
    "contracted*:boolean amount!:amount numbered_count!:count line_count!:count",
)

# Order lines by the day first promised. They count from one day until before another; in full they
# are from so many days after the promise until before so many.
promise_flow = _mart(
    "promise_flow",
    "promised_on*:date supplier_id* category_id* cost_centre_id* item_id* counts_from*:date "
    "counts_until*:date full_from*:integer full_until*:integer full_count!:count "
    "order_count!:count",
)

# Order lines by the day they were ordered, and the days since they were requested.
ordering_flow = _mart(
    "ordering_flow",
    "order_date*:date supplier_id* category_id* cost_centre_id* item_id* requested*:boolean "
    "days*:integer promised*:boolean counts_until*:date order_count!:count",
)

# Invoiced money with an order, by accounting day and by how it agreed with order and receipts.
match_flow = _mart(
    "match_flow",
    "day*:date supplier_id* category_id* cost_centre_id* item_id* after_the_fact*:boolean "
    "judged*:boolean in_quantity*:boolean price_steps*:integer amount!:amount line_count!:count",
)

# Invoices that look booked twice, with the earlier one, by what their lines are of.
duplicate_invoice = _mart(
    "duplicate_invoice",
    "supplier_id* invoice_id* category_id* cost_centre_id* item_id* day!:date twin_id! "
    "twin_day!:date undone_on:date gross!:amount line_count!:count",
)

# As the mart of promises, by the date promised last.
final_promise_flow = _mart(
    "final_promise_flow",
    "promised_on*:date supplier_id* category_id* cost_centre_id* item_id* counts_from*:date "
    "counts_until*:date full_from*:integer full_until*:integer full_count!:count "
    "order_count!:count",
)

# Invoiced money of items that a contract in force has a price for, and what it comes to at that.
contract_price_flow = _mart(
    "contract_price_flow",
    "day*:date supplier_id* category_id* cost_centre_id* item_id* contract_id* amount!:amount "
    "contract_amount!:amount line_count!:count",
)

# Invoices whose number and amount another supplier group's has too, with the first of those.
shared_invoice = _mart(
    "shared_invoice",
    "supplier_id* invoice_id* other_supplier_id! other_invoice_id! number! day!:date "
    "other_day!:date gross!:amount",
)

# Steps of approval, each by what its document is of, and the money that waits with it: the parts
# of a step are numbered from 1.
approval_flow = _mart(
    "approval_flow",
    "supplier_id* document_id* step*:integer category_id* cost_centre_id* item_id* "
    "document_type! role! approver! outcome! submitted_on!:date decided_on!:date part!:integer "
    "amount!:amount",
)

# Order lines by the stages between request and payment: when each began and ended, and whether
# what the stage waits for came.
stage_flow = _mart(
    "stage_flow",
    "stage* started_on*:date ended_on*:date reached*:boolean supplier_id* category_id* "
    "cost_centre_id* item_id* amount!:amount order_count!:count",
)

# What happened to order lines, one event after another, told by the papers or by their steps.
path_step_flow = _mart(
    "path_step_flow",
    "source* begun_on*:date day*:date days*:integer from_event* to_event* turn*:integer "
    "supplier_id* category_id* cost_centre_id* item_id* amount!:amount step_count!:count",
)

# Order lines by the path that they had taken from one day until before another.
path_flow = _mart(
    "path_flow",
    "source* begun_on*:date from_day*:date until_day*:date path* days*:integer reworked*:boolean "
    "supplier_id* category_id* cost_centre_id* item_id* amount!:amount order_count!:count",
)

# Invoice lines that did not agree with their order or its receipts, and the money that is off.
match_exception = _mart(
    "match_exception",
    "supplier_id* invoice_id* line_no*:integer day!:date category_id! cost_centre_id! item_id! "
    "po_id! po_line_no!:integer in_quantity!:boolean price_steps!:integer billed!:quantity "
    "received!:quantity invoiced!:quantity price!:price order_price!:price amount!:amount "
    "dearer!:amount unreceived!:amount come_on!:date",
)

# Invoices without a number that look like an earlier one, by what their lines are of.
unnumbered_twin = _mart(
    "unnumbered_twin",
    "supplier_id* invoice_id* category_id* cost_centre_id* item_id* day!:date twin_id! "
    "twin_day!:date undone_on:date gross!:amount line_count!:count",
)

# Invoices that look booked twice, with or without a number, beside the earlier one: as both say.
invoice_twin = _mart(
    "invoice_twin",
    "supplier_id* invoice_id* twin_id! twin_supplier_id! number! twin_number! description! "
    "currency! invoice_date!:date twin_date!:date document_gross!:amount twin_gross!:amount "
    "line_count!:count",
)

marts: dict[str, Table] = {
    t.name: t
    for t in (
        fiscal_calendar, spend_flow, order_flow, invoice, payable_flow, payment_flow, term_flow,
        discount_flow, stock_position, receipt_flow, lead_time_flow, sourcing_flow, promise_flow,
        ordering_flow, match_flow, duplicate_invoice, final_promise_flow, contract_price_flow,
        shared_invoice, approval_flow, stage_flow, path_step_flow, path_flow, match_exception,
        unnumbered_twin, invoice_twin,
    )
}  # fmt: skip
