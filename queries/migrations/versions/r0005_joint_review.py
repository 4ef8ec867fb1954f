"""What a joint review writes: the figures that an entry was written on, and the pages of guests.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from queries.migrations.frozen import Table, create

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MINUTES = (
    Table("guest_page", "token_hash", "token_hash:varchar! html:varchar!"),
    Table("guest_opening", "opening", "opening:varchar! token_hash:varchar! opened_at:timestamp!"),
)


def upgrade() -> None:
    """Give entries their figures, and guests their pages: minutes, wherever they are kept."""
    op.execute("ALTER TABLE entry ADD COLUMN figures varchar DEFAULT '{}' NOT NULL")
    op.execute("CREATE INDEX entry_kind_name ON entry (kind, name)")
    for table in MINUTES:
        op.execute(create(table))
    op.execute("CREATE INDEX ix_guest_opening_token_hash ON guest_opening (token_hash)")


def downgrade() -> None:
    """Drop what the upgrade made."""
    for table in reversed(MINUTES):
        op.execute(f"DROP TABLE {table.name}")
    op.execute("DROP INDEX entry_kind_name")
    op.execute("ALTER TABLE entry DROP COLUMN figures")
