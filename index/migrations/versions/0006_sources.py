"""Sources: feeds, sitemaps, pages and folders that are watched, and their entries.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `sources` and `source_entries`."""
    op.create_table(
        "sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="feed | sitemap | page | folder"),
        sa.Column("address", sa.Text(), nullable=False, comment="URL, or the folder's path"),
        sa.Column("interval", sa.Integer(), nullable=False, comment="seconds between two runs"),
        sa.Column(
            "gone",
            sa.Text(),
            nullable=False,
            comment="keep | flag | withdraw: what becomes of an article that is gone there",
        ),
        sa.Column("full_text", sa.Boolean(), nullable=False, comment="whether entries' pages are fetched and read"),
        sa.Column("state", sa.Text(), nullable=False, comment="active | paused | ended"),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("next_run", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="the header, as it was sent"),
        sa.Column("checked", sa.Text(), nullable=True, comment="when it was last asked; NULL: never"),
        sa.Column("succeeded", sa.Text(), nullable=True, comment="when it last answered as it should"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("error", sa.Text(), nullable=True, comment="of the last run"),
        sa.PrimaryKeyConstraint("name"),
        comment="Where articles come from by themselves.",
    )
    op.create_index(op.f("ix_sources_next_run"), "sources", ["next_run"], unique=False)
    op.create_table(
        "source_entries",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the entry's own id there, or its URL, or the file's path"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the source, older entries first"),
        sa.Column("state", sa.Text(), nullable=False, comment="pending | taken | duplicate | dead | gone"),
        sa.Column("version", sa.Text(), nullable=False, comment="changes with what the source says of the entry"),
        sa.Column("url", sa.Text(), nullable=True, comment="of its page"),
        sa.Column("normal_url", sa.Text(), nullable=True, comment="the same without what does not change the page"),
        sa.Column("articles", sa.Text(), nullable=False, comment="JSON: [articles.id, …] that were made of it"),
        sa.Column(
            "record", sa.LargeBinary(), nullable=True, comment="what the source says of it, until it is taken in"
        ),
        sa.Column("needs_page", sa.Boolean(), nullable=False, comment="whether its page must be fetched first"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="in a row that failed"),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column(
            "missing", sa.Integer(), nullable=False, comment="complete listings in a row that should have had it"
        ),
        sa.Column("changed", sa.Text(), nullable=False, comment="when its state last changed, ISO 8601"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.name"]),
        sa.PrimaryKeyConstraint("source", "key"),
        comment="What sources have listed, and what became of it.",
    )
    op.create_index("source_entries_by_state", "source_entries", ["state", "source", "number"], unique=False)
    op.create_index("source_entries_by_url", "source_entries", ["normal_url"], unique=False)


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("source_entries")
    op.drop_table("sources")
