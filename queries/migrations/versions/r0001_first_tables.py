"""The first tables of facts and minutes: the contract, the marts, and the books about loads.

This is the schema as it was, frozen: later revisions change it, this one never does.

Revision ID: 0001
Revises:
"""

from alembic import context, op

from queries.migrations.frozen import Table, create, one_open_row

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Where the store is spread over machines, a table's primary key starts with what spreads it.
FACTS = (
    Table(
        "approval_step",
        "document_id step batch_from",
        "document_id:varchar! step:integer! document_type:varchar! submitted_at:date! "
        "decided_at:date role:varchar approver:varchar outcome:varchar batch_from:integer! "
        "batch_to:integer!",
    ),
    Table(
        "batch",
        "batch",
        "batch:integer! source:varchar! loaded_at:timestamp! loaded_by:varchar! "
        "data_through:date! settings:varchar! seconds:numeric(12,3)!",
    ),
    Table(
        "batch_file",
        "batch file",
        "batch:integer! file:varchar! sha256:varchar! bytes:bigint!",
    ),
    Table(
        "batch_table",
        "batch table_name",
        "batch:integer! table_name:varchar! read:bigint! loaded:bigint! unchanged:bigint! "
        "superseded:bigint! rejected:bigint! closed:bigint! reconverted:bigint!",
    ),
    Table(
        "budget_line",
        "version period_start cost_centre_id category_id line_no batch_from",
        "version:varchar! period_start:date! cost_centre_id:varchar! category_id:varchar! "
        "line_no:integer! amount:numeric(18,2)! currency:varchar budget_rate:numeric(18,12) "
        "item_id:varchar quantity:numeric(18,6) reporting_rate:numeric(18,12) "
        "reporting_amount:numeric(18,2) batch_from:integer! batch_to:integer!",
    ),
    Table(
        "category",
        "category_id batch_from",
        "category_id:varchar! name:varchar! parent_category_id:varchar addressable:boolean "
        "index_code:varchar pass_through:numeric(18,6) batch_from:integer! batch_to:integer!",
    ),
    Table(
        "contract",
        "contract_id batch_from",
        "contract_id:varchar! supplier_id:varchar! start_date:date! end_date:date "
        "category_id:varchar payment_term_code:varchar committed_amount:numeric(18,2) "
        "currency:varchar batch_from:integer! batch_to:integer!",
    ),
    Table(
        "contract_price",
        "contract_id item_id valid_from batch_from",
        "contract_id:varchar! item_id:varchar! valid_from:date! unit_price:numeric(18,6)! "
        "fixed_until:date currency:varchar batch_from:integer! batch_to:integer!",
    ),
    Table(
        "cost_centre",
        "cost_centre_id batch_from",
        "cost_centre_id:varchar! name:varchar! parent_cost_centre_id:varchar "
        "budget_owner:varchar batch_from:integer! batch_to:integer!",
    ),
    Table(
        "demand",
        "period_start item_id site batch_from",
        "period_start:date! item_id:varchar! site:varchar! quantity:numeric(18,6)! "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "exchange_rate",
        "date currency batch_from",
        "date:date! currency:varchar! rate:numeric(18,12)! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "fiscal_calendar",
        "period batch_from",
        "period:varchar! start_date:date! end_date:date! fiscal_year:integer! quarter:varchar "
        "number:integer! closed:boolean! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "fiscal_period",
        "period batch_from",
        "period:varchar! start_date:date! end_date:date! fiscal_year:integer! quarter:varchar "
        "closed:boolean batch_from:integer! batch_to:integer!",
    ),
    Table(
        "goods_receipt",
        "match_key receipt_id batch_from",
        "receipt_id:varchar! po_id:varchar! line_no:integer! received_on:date! "
        "quantity:numeric(18,6)! match_key:varchar! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "invoice_line",
        "match_key invoice_id line_no batch_from",
        "invoice_id:varchar! line_no:integer! invoice_date:date! supplier_id:varchar! "
        "amount:numeric(18,2)! tax_amount:numeric(18,2) quantity:numeric(18,6) unit:varchar "
        "unit_price:numeric(18,6) po_id:varchar po_line_no:integer item_id:varchar "
        "category_id:varchar cost_centre_id:varchar contract_id:varchar currency:varchar "
        "received_on:date posted_on:date due_date:date payment_term_code:varchar "
        "invoice_number:varchar description:varchar reporting_rate:numeric(18,12) "
        "reporting_amount:numeric(18,2) reporting_tax_amount:numeric(18,2) match_key:varchar! "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "item",
        "item_id batch_from",
        "item_id:varchar! name:varchar! category_id:varchar unit:varchar "
        "unit_cost:numeric(18,6) lead_time_days:integer review_period_days:integer "
        "service_level:numeric(18,6) holding_rate:numeric(18,6) stockout_cost:numeric(18,6) "
        "order_cost:numeric(18,6) minimum_order:numeric(18,6) critical:boolean known_since:date "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "kpi_target",
        "metric_id fiscal_year batch_from",
        "metric_id:varchar! fiscal_year:integer! finance_target:numeric(18,6) "
        "procurement_target:numeric(18,6) agreed_target:numeric(18,6) batch_from:integer! "
        "batch_to:integer!",
    ),
    Table(
        "ledger_balance",
        "period_start kind cost_centre_id batch_from",
        "period_start:date! kind:varchar! cost_centre_id:varchar! amount:numeric(18,2)! "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "order_flow",
        "supplier_id day promised_date category_id cost_centre_id item_id batch_from",
        "day:date! promised_date:date! supplier_id:varchar! category_id:varchar! "
        "cost_centre_id:varchar! item_id:varchar! accrued:numeric(18,2)! "
        "committed:numeric(18,2)! requested:numeric(18,2)! line_count:bigint! "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "payment",
        "invoice_id payment_id batch_from",
        "payment_id:varchar! invoice_id:varchar! paid_on:date! amount:numeric(18,2)! "
        "discount_taken:numeric(18,2) currency:varchar reporting_rate:numeric(18,12) "
        "reporting_amount:numeric(18,2) reporting_discount_taken:numeric(18,2) "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "payment_term",
        "payment_term_code batch_from",
        "payment_term_code:varchar! net_days:integer! discount_rate:numeric(18,6) "
        "discount_days:integer end_of_month:boolean batch_from:integer! batch_to:integer!",
    ),
    Table(
        "price_index",
        "index_code month batch_from",
        "index_code:varchar! month:date! value:numeric(18,6)! batch_from:integer! "
        "batch_to:integer!",
    ),
    Table(
        "purchase_order_line",
        "match_key po_id line_no batch_from",
        "po_id:varchar! line_no:integer! order_date:date! supplier_id:varchar! "
        "quantity:numeric(18,6)! unit_price:numeric(18,6)! item_id:varchar category_id:varchar "
        "cost_centre_id:varchar contract_id:varchar currency:varchar unit:varchar "
        "matching:varchar requested_on:date approved_on:date promised_date:date status:varchar "
        "status_date:date description:varchar reporting_rate:numeric(18,12) match_key:varchar! "
        "batch_from:integer! batch_to:integer!",
    ),
    Table(
        "reject",
        "",
        "batch:integer! table_name:varchar! file:varchar record:bigint column_name:varchar "
        "value:varchar reason:varchar!",
    ),
    Table(
        "savings_initiative",
        "initiative_id batch_from",
        "initiative_id:varchar! name:varchar! saving_type:varchar! stage:varchar! "
        "category_id:varchar supplier_id:varchar item_id:varchar owner:varchar start_date:date "
        "end_date:date baseline_kind:varchar baseline_unit_price:numeric(18,6) "
        "new_unit_price:numeric(18,6) annual_quantity:numeric(18,6) "
        "claimed_amount:numeric(18,2) budgeted:boolean batch_from:integer! batch_to:integer!",
    ),
    Table(
        "spend_flow",
        "supplier_id day category_id cost_centre_id item_id unit currency has_quantity batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! cost_centre_id:varchar! "
        "item_id:varchar! unit:varchar! currency:varchar! has_quantity:boolean! "
        "amount:numeric(18,2)! document_amount:numeric(18,2)! quantity:numeric(18,6)! "
        "line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "stock_level",
        "counted_on item_id site batch_from",
        "counted_on:date! item_id:varchar! site:varchar! on_hand:numeric(18,6)! "
        "on_order:numeric(18,6) unit_cost:numeric(18,6) batch_from:integer! batch_to:integer!",
    ),
    Table(
        "store_version",
        "",
        "version:integer!",
    ),
    Table(
        "supplier",
        "supplier_id batch_from",
        "supplier_id:varchar! name:varchar! parent_supplier_id:varchar country:varchar "
        "preferred:boolean small_business:boolean intercompany:boolean "
        "payment_term_code:varchar financing_rate:numeric(18,6) risk_score:numeric(18,6) "
        "batch_from:integer! batch_to:integer!",
    ),
)

MINUTES = (
    Table(
        "setting",
        "minute",
        "minute:integer! batch:integer! name:varchar! value:varchar! recorded_at:timestamp! "
        "recorded_by:varchar!",
    ),
)


def upgrade() -> None:
    """Create what this database holds: facts and minutes on a server, minutes alone in a file."""
    tables = MINUTES if context.config.attributes.get("minutes_only") else FACTS + MINUTES
    for table in tables:
        op.execute(create(table))
        if "batch_to" in table.columns:
            op.execute(one_open_row(table))


def downgrade() -> None:
    """Drop everything: the tables of the first revision are all there is."""
    tables = MINUTES if context.config.attributes.get("minutes_only") else FACTS + MINUTES
    for table in reversed(tables):
        op.execute(f"DROP TABLE {table.name}")
