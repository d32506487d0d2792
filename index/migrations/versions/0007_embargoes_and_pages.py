"""Articles are held back until their embargo ends; paged files say where their pages begin.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `articles.embargo` and `revisions.pages`."""
    op.add_column(
        "articles",
        sa.Column("embargo", sa.BigInteger(), nullable=True, comment="held back until then; NULL: not held back"),
    )
    op.add_column(
        "revisions",
        sa.Column(
            "pages", sa.Text(), nullable=True, comment="JSON: [[offset, page], …] of a paged file; NULL: no pages"
        ),
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_column("revisions", "pages")
    op.drop_column("articles", "embargo")
