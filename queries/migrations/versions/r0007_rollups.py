"""Rollups: marts by fewer keys and by month, which answer most questions by reading less.

Revision ID: 0007
Revises: 0006
"""

from alembic import context, op

from queries.migrations.frozen import Table, create, one_open_row

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BATCHES = "batch_from:integer! batch_to:integer!"

FACTS = (
    Table(
        "spend_category_day",
        "supplier_id day category_id batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! amount:numeric(18,2)! "
        "document_amount:numeric(18,2)! quantity:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "spend_centre_day",
        "supplier_id day cost_centre_id batch_from",
        "day:date! supplier_id:varchar! cost_centre_id:varchar! amount:numeric(18,2)! "
        "document_amount:numeric(18,2)! quantity:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "spend_supplier_month",
        "supplier_id day category_id batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! amount:numeric(18,2)! "
        "document_amount:numeric(18,2)! quantity:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "spend_place_month",
        "supplier_id day category_id cost_centre_id currency batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! cost_centre_id:varchar! "
        "currency:varchar! amount:numeric(18,2)! document_amount:numeric(18,2)! "
        "quantity:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "spend_item_month",
        "supplier_id day category_id item_id unit currency has_quantity batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! item_id:varchar! unit:varchar! "
        "currency:varchar! has_quantity:boolean! amount:numeric(18,2)! "
        "document_amount:numeric(18,2)! quantity:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "order_supplier_month",
        "supplier_id day promised_date category_id batch_from",
        "day:date! promised_date:date! supplier_id:varchar! category_id:varchar! "
        "accrued:numeric(18,2)! committed:numeric(18,2)! requested:numeric(18,2)! "
        "line_count:bigint! " + BATCHES,
    ),
    Table(
        "order_promise_month",
        "supplier_id day promised_date batch_from",
        "day:date! promised_date:date! supplier_id:varchar! accrued:numeric(18,2)! "
        "committed:numeric(18,2)! requested:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "order_place_month",
        "supplier_id day promised_date category_id cost_centre_id batch_from",
        "day:date! promised_date:date! supplier_id:varchar! category_id:varchar! "
        "cost_centre_id:varchar! accrued:numeric(18,2)! committed:numeric(18,2)! "
        "requested:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "order_item_month",
        "supplier_id day promised_date category_id item_id batch_from",
        "day:date! promised_date:date! supplier_id:varchar! category_id:varchar! "
        "item_id:varchar! accrued:numeric(18,2)! committed:numeric(18,2)! "
        "requested:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "payable_supplier_month",
        "supplier_id day due_date batch_from",
        "day:date! due_date:date! supplier_id:varchar! open:numeric(18,2)! "
        "unsettled:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "payable_place_month",
        "supplier_id day due_date category_id cost_centre_id batch_from",
        "day:date! due_date:date! supplier_id:varchar! category_id:varchar! "
        "cost_centre_id:varchar! open:numeric(18,2)! unsettled:numeric(18,6)! "
        "line_count:bigint! " + BATCHES,
    ),
    Table(
        "payable_supplier_day",
        "supplier_id day due_date size_class batch_from",
        "day:date! due_date:date! supplier_id:varchar! size_class:integer! open:numeric(18,2)! "
        "unsettled:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "payment_day",
        "supplier_id day due_date discounted batch_from",
        "day:date! due_date:date! supplier_id:varchar! discounted:boolean! paid:numeric(18,2)! "
        "paid_days:numeric(20,2)! discount_taken:numeric(18,2)! settled:numeric(18,6)! "
        "line_count:bigint! " + BATCHES,
    ),
    Table(
        "payment_supplier_day",
        "supplier_id day due_date size_class discounted batch_from",
        "day:date! due_date:date! supplier_id:varchar! size_class:integer! discounted:boolean! "
        "paid:numeric(18,2)! paid_days:numeric(20,2)! discount_taken:numeric(18,2)! "
        "settled:numeric(18,6)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "term_day",
        "supplier_id day payment_term_code contract_term_code master_term_code batch_from",
        "day:date! supplier_id:varchar! payment_term_code:varchar! contract_term_code:varchar! "
        "master_term_code:varchar! invoiced:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "term_supplier_month",
        "supplier_id day payment_term_code contract_term_code master_term_code batch_from",
        "day:date! supplier_id:varchar! payment_term_code:varchar! contract_term_code:varchar! "
        "master_term_code:varchar! invoiced:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "sourcing_supplier_month",
        "supplier_id day category_id covered contracted batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! covered:boolean! "
        "contracted:boolean! amount:numeric(18,2)! numbered_count:bigint! line_count:bigint! "
        + BATCHES,
    ),
    Table(
        "match_supplier_month",
        "supplier_id day category_id after_the_fact judged in_quantity price_steps batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! after_the_fact:boolean! "
        "judged:boolean! in_quantity:boolean! price_steps:integer! amount:numeric(18,2)! "
        "line_count:bigint! " + BATCHES,
    ),
    Table(
        "promise_month",
        "supplier_id promised_on counts_from counts_until full_from full_until batch_from",
        "promised_on:date! supplier_id:varchar! counts_from:date! counts_until:date! "
        "full_from:integer! full_until:integer! full_count:bigint! order_count:bigint! " + BATCHES,
    ),
    Table(
        "final_promise_month",
        "supplier_id promised_on counts_from counts_until full_from full_until batch_from",
        "promised_on:date! supplier_id:varchar! counts_from:date! counts_until:date! "
        "full_from:integer! full_until:integer! full_count:bigint! order_count:bigint! " + BATCHES,
    ),
    Table(
        "ordering_month",
        "supplier_id order_date requested days promised counts_until batch_from",
        "order_date:date! supplier_id:varchar! requested:boolean! days:integer! "
        "promised:boolean! counts_until:date! order_count:bigint! " + BATCHES,
    ),
    Table(
        "stage_day",
        "supplier_id stage started_on ended_on reached batch_from",
        "stage:varchar! started_on:date! ended_on:date! reached:boolean! supplier_id:varchar! "
        "amount:numeric(18,2)! order_count:bigint! " + BATCHES,
    ),
    Table(
        "path_step_month",
        "supplier_id source begun_on day days from_event to_event turn batch_from",
        "source:varchar! begun_on:date! day:date! days:integer! from_event:varchar! "
        "to_event:varchar! turn:integer! supplier_id:varchar! amount:numeric(18,2)! "
        "step_count:bigint! " + BATCHES,
    ),
    Table(
        "path_month",
        "supplier_id source begun_on from_day until_day path days reworked batch_from",
        "source:varchar! begun_on:date! from_day:date! until_day:date! path:varchar! "
        "days:integer! reworked:boolean! supplier_id:varchar! amount:numeric(18,2)! "
        "order_count:bigint! " + BATCHES,
    ),
)


def upgrade() -> None:
    """Create the rollups on a server; an embedded store's facts make their own."""
    for table in _marts():
        op.execute(create(table))
        op.execute(one_open_row(table))


def downgrade() -> None:
    """Drop the rollups, which can be made again from the marts."""
    for table in reversed(_marts()):
        op.execute(f"DROP TABLE {table.name}")


def _marts() -> tuple[Table, ...]:
    return () if context.config.attributes.get("minutes_only") else FACTS
