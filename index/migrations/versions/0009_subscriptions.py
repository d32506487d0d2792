"""Sources are subscribed to at WebSub hubs.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `subscriptions`."""
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Text(), nullable=False, comment="random: the last part of the callback's address"),
        sa.Column("source", sa.Text(), nullable=False, comment="sources.name; its source may have been removed"),
        sa.Column("hub", sa.Text(), nullable=False, comment="URL"),
        sa.Column("topic", sa.Text(), nullable=False, comment="URL of the feed, as the hub knows it"),
        sa.Column("secret", sa.Text(), nullable=False, comment="what notifications are signed with"),
        sa.Column("state", sa.Text(), nullable=False, comment="pending | active | denied | ending"),
        sa.Column("expires", sa.BigInteger(), nullable=True, comment="end of the lease; NULL: never confirmed"),
        sa.Column("next_try", sa.BigInteger(), nullable=False, comment="when the hub is asked next"),
        sa.Column("callback", sa.Text(), nullable=True, comment="URL that the hub was last given"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="since the hub last confirmed it"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        comment="Subscriptions of sources at WebSub hubs.",
    )
    op.create_index("subscriptions_by_source", "subscriptions", ["source"], unique=False)


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("subscriptions")
