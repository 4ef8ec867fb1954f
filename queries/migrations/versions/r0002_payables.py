"""What is owed and paid: the marts of payment terms; and what people write down.

Revision ID: 0002
Revises: 0001
"""

from alembic import context, op

from queries.migrations.frozen import Table, create, one_open_row

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FACTS = (
    Table(
        "invoice",
        "invoice_id batch_from",
        "invoice_id:varchar! supplier_id:varchar! day:date! invoice_date:date! due_date:date "
        "payment_term_code:varchar! contract_term_code:varchar! master_term_code:varchar! "
        "discount_rate:numeric(18,6) discount_date:date document_gross:numeric(18,2)! "
        "gross:numeric(18,2)! line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "payable_flow",
        "supplier_id day due_date category_id cost_centre_id size_class batch_from",
        "day:date! due_date:date! supplier_id:varchar! category_id:varchar! "
        "cost_centre_id:varchar! size_class:integer! open:numeric(18,2)! "
        "unsettled:numeric(18,6)! line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "payment_flow",
        "supplier_id day due_date category_id cost_centre_id size_class discounted batch_from",
        "day:date! due_date:date! supplier_id:varchar! category_id:varchar! "
        "cost_centre_id:varchar! size_class:integer! discounted:boolean! paid:numeric(18,2)! "
        "paid_days:numeric(20,2)! discount_taken:numeric(18,2)! settled:numeric(18,6)! "
        "line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "term_flow",
        "supplier_id day category_id cost_centre_id payment_term_code contract_term_code "
        "master_term_code batch_from",
        "day:date! supplier_id:varchar! category_id:varchar! cost_centre_id:varchar! "
        "payment_term_code:varchar! contract_term_code:varchar! master_term_code:varchar! "
        "invoiced:numeric(18,2)! line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "discount_flow",
        "supplier_id offered_on used_on first_paid_on in_time category_id cost_centre_id "
        "batch_from",
        "offered_on:date! used_on:date! first_paid_on:date! in_time:boolean! "
        "supplier_id:varchar! category_id:varchar! cost_centre_id:varchar! "
        "offered:numeric(18,2)! line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
)

ENTRY = Table(
    "entry",
    "minute",
    "minute:integer! request_id:varchar! batch:integer! kind:varchar! name:varchar! body:varchar! "
    "link:varchar! team:varchar! recorded_at:timestamp! recorded_by:varchar!",
)


def upgrade() -> None:
    """Create the marts on a server (an embedded store's facts make their own), and the book."""
    op.execute(create(ENTRY))
    op.execute("CREATE UNIQUE INDEX entry_request_id ON entry (request_id)")
    for table in _marts():
        op.execute(create(table))
        op.execute(one_open_row(table))


def downgrade() -> None:
    """Drop the marts, which can be made again from the lines, and what people wrote down."""
    for table in reversed((ENTRY, *_marts())):
        op.execute(f"DROP TABLE {table.name}")


def _marts() -> tuple[Table, ...]:
    return () if context.config.attributes.get("minutes_only") else FACTS
