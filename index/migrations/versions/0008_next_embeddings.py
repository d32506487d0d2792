"""An archive can be re-encoded: embeddings by another encoder are made beside those in force.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `next_embeddings`."""
    op.create_table(
        "next_embeddings",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="float16, little-endian, unit length"),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"]),
        sa.PrimaryKeyConstraint("passage_id"),
        comment="By the encoder that the archive is being re-encoded with, see index/reencoding.py; else empty.",
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("next_embeddings")
