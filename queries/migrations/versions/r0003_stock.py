"""What is on the shelf, what was received and how long it took: the marts of stock.

Revision ID: 0003
Revises: 0002
"""

from alembic import context, op

from queries.migrations.frozen import Table, create, one_open_row

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FACTS = (
    Table(
        "stock_position",
        "item_id site counted_on batch_from",
        "counted_on:date! item_id:varchar! site:varchar! next_count:date! previous_count:date "
        "category_id:varchar! on_hand:numeric(18,6)! on_order:numeric(18,6) "
        "unit_cost:numeric(18,6) value:numeric(18,2) previous_on_hand:numeric(18,6) "
        "previous_unit_cost:numeric(18,6) previous_value:numeric(18,2) batch_from:integer! "
        "batch_to:integer!",
    ),
    Table(
        "receipt_flow",
        "item_id day category_id unit batch_from",
        "day:date! item_id:varchar! category_id:varchar! unit:varchar! quantity:numeric(18,6)! "
        "line_count:bigint! batch_from:integer! batch_to:integer!",
    ),
    Table(
        "lead_time_flow",
        "item_id day category_id days batch_from",
        "day:date! item_id:varchar! category_id:varchar! days:integer! order_count:bigint! "
        "batch_from:integer! batch_to:integer!",
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
