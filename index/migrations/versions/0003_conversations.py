"""The turns of conversations.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `turns`."""
    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the conversation"),
        sa.Column("question", sa.Text(), nullable=False, comment="as it was asked"),
        sa.Column("standalone_question", sa.Text(), nullable=False, comment="as it was understood"),
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "number"),
        comment="The questions of conversations; a conversation is its turns.",
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("turns")
