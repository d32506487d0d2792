"""Feedback, purged articles, uploads' jobs, and what was answered to requests with an Idempotency-Key.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `articles.purged`, `purged_texts`, `feedback`, `jobs` and `idempotency`."""
    op.add_column(
        "articles",
        sa.Column(
            "purged",
            sa.Text(),
            nullable=True,
            comment="when, ISO 8601; the row is a tombstone then, its revisions are empty",
        ),
    )
    op.create_table(
        "purged_texts",
        sa.Column("sha256", sa.Text(), nullable=False, comment="of an article's text in UTF-8"),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"]),
        sa.PrimaryKeyConstraint("sha256", "article_id"),
        comment="What must not come back under another id.",
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True, comment="of the answer; NULL: the answer as a whole"),
        sa.Column("rating", sa.Text(), nullable=False, comment="helpful | unhelpful"),
        sa.Column("reasons", sa.Text(), nullable=False, comment="JSON: [reason, …]"),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"]),
        sa.PrimaryKeyConstraint("id"),
        comment="What people thought of answers.",
    )
    op.create_index(op.f("ix_feedback_answer_id"), "feedback", ["answer_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="queued | running | interrupted | done | failed"),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("finished", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False, comment="of the upload; up to here all is dealt with"),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("kept_out", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Text(), nullable=False, comment="JSON: [[line, reason], …], the first ones"),
        sa.Column("message", sa.Text(), nullable=True, comment="why it failed"),
        sa.PrimaryKeyConstraint("id"),
        comment="Uploads of many articles, and how far each is.",
    )
    op.create_table(
        "idempotency",
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False, comment="JSON, as it went out"),
        sa.PrimaryKeyConstraint("operation", "key"),
        comment="What was answered to requests with an Idempotency-Key, so that it is answered again.",
    )
    op.create_index(op.f("ix_idempotency_created"), "idempotency", ["created"], unique=False)


def downgrade() -> None:
    """Drop what was added."""
    for table in ("idempotency", "jobs", "feedback", "purged_texts"):
        op.drop_table(table)
    op.drop_column("articles", "purged")
