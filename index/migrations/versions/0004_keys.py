"""API keys, and saved filters, which a key may be tied to.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `saved_filters` and `keys`."""
    op.create_table(
        "saved_filters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False, comment="JSON: the conditions that are set"),
        sa.Column("saved", sa.Text(), nullable=False, comment="when, ISO 8601"),
        sa.PrimaryKeyConstraint("name"),
        comment="Named parts of the archive.",
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="whose it is, for people"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the key, in hex; the key itself is nowhere"),
        sa.Column("ending", sa.Text(), nullable=False, comment="its last characters, to recognise it by"),
        sa.Column("scopes", sa.Text(), nullable=False, comment="JSON: read | ask | write | admin"),
        sa.Column("saved_filter", sa.Text(), nullable=True, comment="the part that it sees; NULL: the whole archive"),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Text(), nullable=True, comment="when, ISO 8601; NULL: in use"),
        sa.ForeignKeyConstraint(["saved_filter"], ["saved_filters.name"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
        comment="API keys; they are revoked, never deleted.",
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("keys")
    op.drop_table("saved_filters")
