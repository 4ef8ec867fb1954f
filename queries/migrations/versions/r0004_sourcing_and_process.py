"""What contracts covered, and how orders and invoices went: the marts of suppliers and process.

Revision ID: 0004
Revises: 0003
"""

from alembic import context, op

from queries.migrations.frozen import Table, create, one_open_row

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLACE = "supplier_id:varchar! category_id:varchar! cost_centre_id:varchar! item_id:varchar! "
BATCHES = "batch_from:integer! batch_to:integer!"

FACTS = (
    Table(
        "sourcing_flow",
        "supplier_id day category_id cost_centre_id item_id covered contracted batch_from",
        "day:date! " + PLACE + "covered:boolean! contracted:boolean! amount:numeric(18,2)! "
        "numbered_count:bigint! line_count:bigint! " + BATCHES,
    ),
    Table(
        "promise_flow",
        "supplier_id promised_on category_id cost_centre_id item_id counts_from counts_until "
        "full_from full_until batch_from",
        "promised_on:date! " + PLACE + "counts_from:date! counts_until:date! full_from:integer! "
        "full_until:integer! full_count:bigint! order_count:bigint! " + BATCHES,
    ),
    Table(
        "ordering_flow",
        "supplier_id order_date category_id cost_centre_id item_id requested days promised "
        "counts_until batch_from",
        "order_date:date! " + PLACE + "requested:boolean! days:integer! promised:boolean! "
        "counts_until:date! order_count:bigint! " + BATCHES,
    ),
    Table(
        "match_flow",
        "supplier_id day category_id cost_centre_id item_id after_the_fact judged in_quantity "
        "price_steps batch_from",
        "day:date! " + PLACE + "after_the_fact:boolean! judged:boolean! in_quantity:boolean! "
        "price_steps:integer! amount:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "duplicate_invoice",
        "supplier_id invoice_id category_id cost_centre_id item_id batch_from",
        "supplier_id:varchar! invoice_id:varchar! category_id:varchar! cost_centre_id:varchar! "
        "item_id:varchar! day:date! twin_id:varchar! twin_day:date! undone_on:date "
        "gross:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
)


def upgrade() -> None:
    """Create the marts on a server; an embedded store's facts make their own."""
    for table in _marts():
        op.execute(create(table))
        op.execute(one_open_row(table))


def downgrade() -> None:
    """Drop the marts, which can be made again from the lines."""
    for table in reversed(_marts()):
        op.execute(f"DROP TABLE {table.name}")


def _marts() -> tuple[Table, ...]:
    return () if context.config.attributes.get("minutes_only") else FACTS
