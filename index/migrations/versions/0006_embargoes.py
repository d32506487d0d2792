"""Articles are held back until their embargo ends.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "articles",
        sa.Column("embargo", sa.BigInteger(), nullable=True, comment="held back until then; NULL: not held back"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("articles", "embargo")
