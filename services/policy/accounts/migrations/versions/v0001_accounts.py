"""Accounts, and the values by which they are found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "callcenter_accounts",
        sa.Column("business", sa.Text),
        sa.Column("customer_id", sa.Text),
        sa.Column("facts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("business", "customer_id"),
    )
    op.create_table(
        "callcenter_account_keys",
        sa.Column("business", sa.Text),
        sa.Column("fact", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("customer_id", sa.Text),
        sa.PrimaryKeyConstraint("business", "fact", "value", "customer_id"),
        sa.ForeignKeyConstraint(
            ["business", "customer_id"],
            ["callcenter_accounts.business", "callcenter_accounts.customer_id"],
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_callcenter_account_keys_customer", "callcenter_account_keys", ["business", "customer_id"])


def downgrade() -> None:
    """Remove both tables with all that is in them."""
    op.drop_table("callcenter_account_keys")
    op.drop_table("callcenter_accounts")
