"""Final promises, contract prices, approvals, paths and unlike invoices: marts of both teams' work.

Revision ID: 0006
Revises: 0005
"""

from alembic import context, op

from queries.migrations.frozen import Table, create, one_open_row

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PLACE = "supplier_id:varchar! category_id:varchar! cost_centre_id:varchar! item_id:varchar! "
BATCHES = "batch_from:integer! batch_to:integer!"

FACTS = (
    Table(
        "final_promise_flow",
        "supplier_id promised_on category_id cost_centre_id item_id counts_from counts_until "
        "full_from full_until batch_from",
        "promised_on:date! "
        + PLACE
        + "counts_from:date! counts_until:date! full_from:integer! full_until:integer! "
        "full_count:bigint! order_count:bigint! " + BATCHES,
    ),
    Table(
        "contract_price_flow",
        "supplier_id day category_id cost_centre_id item_id contract_id batch_from",
        "day:date! "
        + PLACE
        + "contract_id:varchar! amount:numeric(18,2)! contract_amount:numeric(18,2)! "
        "line_count:bigint! " + BATCHES,
    ),
    Table(
        "shared_invoice",
        "supplier_id invoice_id batch_from",
        "supplier_id:varchar! invoice_id:varchar! other_supplier_id:varchar! "
        "other_invoice_id:varchar! number:varchar! day:date! other_day:date! "
        "gross:numeric(18,2)! " + BATCHES,
    ),
    Table(
        "approval_flow",
        "supplier_id document_id step category_id cost_centre_id item_id batch_from",
        "supplier_id:varchar! document_id:varchar! step:integer! category_id:varchar! "
        "cost_centre_id:varchar! item_id:varchar! document_type:varchar! role:varchar! "
        "approver:varchar! outcome:varchar! submitted_on:date! decided_on:date! "
        "part:integer! amount:numeric(18,2)! " + BATCHES,
    ),
    Table(
        "stage_flow",
        "supplier_id stage started_on ended_on reached category_id cost_centre_id item_id "
        "batch_from",
        "stage:varchar! started_on:date! ended_on:date! reached:boolean! "
        + PLACE
        + "amount:numeric(18,2)! order_count:bigint! "
        + BATCHES,
    ),
    Table(
        "path_step_flow",
        "supplier_id source begun_on day days from_event to_event turn category_id "
        "cost_centre_id item_id batch_from",
        "source:varchar! begun_on:date! day:date! days:integer! from_event:varchar! "
        "to_event:varchar! turn:integer! "
        + PLACE
        + "amount:numeric(18,2)! step_count:bigint! "
        + BATCHES,
    ),
    Table(
        "path_flow",
        "supplier_id source begun_on from_day until_day path days reworked category_id "
        "cost_centre_id item_id batch_from",
        "source:varchar! begun_on:date! from_day:date! until_day:date! path:varchar! "
        "days:integer! reworked:boolean! "
        + PLACE
        + "amount:numeric(18,2)! order_count:bigint! "
        + BATCHES,
    ),
    Table(
        "match_exception",
        "supplier_id invoice_id line_no batch_from",
        "supplier_id:varchar! invoice_id:varchar! line_no:integer! day:date! "
        "category_id:varchar! cost_centre_id:varchar! item_id:varchar! po_id:varchar! "
        "po_line_no:integer! in_quantity:boolean! price_steps:integer! billed:numeric(18,6)! "
        "received:numeric(18,6)! invoiced:numeric(18,6)! price:numeric(18,6)! "
        "order_price:numeric(18,6)! amount:numeric(18,2)! dearer:numeric(18,2)! "
        "unreceived:numeric(18,2)! come_on:date! " + BATCHES,
    ),
    Table(
        "unnumbered_twin",
        "supplier_id invoice_id category_id cost_centre_id item_id batch_from",
        "supplier_id:varchar! invoice_id:varchar! category_id:varchar! "
        "cost_centre_id:varchar! item_id:varchar! day:date! twin_id:varchar! twin_day:date! "
        "undone_on:date gross:numeric(18,2)! line_count:bigint! " + BATCHES,
    ),
    Table(
        "invoice_twin",
        "supplier_id invoice_id batch_from",
        "supplier_id:varchar! invoice_id:varchar! twin_id:varchar! twin_supplier_id:varchar! "
        "number:varchar! twin_number:varchar! description:varchar! currency:varchar! "
        "invoice_date:date! twin_date:date! document_gross:numeric(18,2)! "
        "twin_gross:numeric(18,2)! line_count:bigint! " + BATCHES,
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
