"""The first tables.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="JSON, as it went out"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("current_revision", sa.Integer(), nullable=False, comment="revisions.id"),
        sa.Column("story_id", sa.Text(), nullable=False, comment="smallest article id among its near-copies"),
        sa.Column("withdrawn", sa.Text(), nullable=True, comment="when, ISO 8601; NULL: in use"),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_articles_story_id"), "articles", ["story_id"], unique=False)
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="What holds for the whole archive: its id, its encoder.",
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the article"),
        sa.Column("fingerprint", sa.Text(), nullable=False, comment="sha256 of the record as it was read"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("updated", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False, comment="JSON: field → metadata | text | unknown"),
        sa.Column("removed", sa.Text(), nullable=False, comment="JSON: page furniture kept out of the text"),
        sa.Column("ingested", sa.Text(), nullable=False),
        sa.Column(
            "published_from", sa.BigInteger(), nullable=True, comment="earliest moment of `published`; NULL: unknown"
        ),
        sa.Column("published_to", sa.BigInteger(), nullable=True, comment="latest moment of `published`"),
        sa.Column(
            "valid_from",
            sa.BigInteger(),
            nullable=True,
            comment="in force from; NULL: unknown, never in an as-of answer",
        ),
        sa.Column("valid_to", sa.BigInteger(), nullable=True, comment="in force until (exclusive); NULL: still"),
        sa.Column("signature", sa.LargeBinary(), nullable=True, comment="MinHash, see index/stories.py"),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_revisions_fingerprint"), "revisions", ["fingerprint"], unique=False)
    op.create_index("revisions_of_article", "revisions", ["article_id", "number"], unique=True)
    op.create_table(
        "story_bands",
        sa.Column("band", sa.LargeBinary(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
        ),
        sa.PrimaryKeyConstraint("band", "article_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "changes",
        sa.Column("sequence", sa.Integer(), nullable=False, comment="grows by one a change; what the indexes follow"),
        sa.Column("kind", sa.Text(), nullable=False, comment="added | superseded | withdrawn"),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
        ),
        sa.PrimaryKeyConstraint("sequence"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="0, 1, … within the revision"),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("sentences", sa.Text(), nullable=False, comment="JSON: [[start, end], …] in the revision's text"),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passages_revision_id"), "passages", ["revision_id"], unique=False)
    op.create_table(
        "embeddings",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="float16, little-endian, unit length"),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passages.id"],
        ),
        sa.PrimaryKeyConstraint("passage_id"),
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    """Drop every table."""
    for table in ("embeddings", "passages", "changes", "story_bands", "revisions", "facts", "articles", "answers"):
        op.drop_table(table)
