"""Which article one corrects, and which articles an answer cites.

Revision ID: 0002
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BATCH = 500
"""Answers read at once."""


def upgrade() -> None:
    """Add `revisions.corrects` and `cited`, and enter what the answers stored before cite."""
    op.add_column(
        "revisions",
        sa.Column(
            "corrects",
            sa.Text(),
            nullable=True,
            comment="articles.id that it says it corrects; there may be no such article",
        ),
    )
    op.create_index(op.f("ix_revisions_corrects"), "revisions", ["corrects"], unique=False)
    cited = op.create_table(
        "cited",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False, comment="articles.id"),
        sa.Column(
            "revision",
            sa.Integer(),
            nullable=True,
            comment="revisions.number that was cited; NULL: the answer does not say",
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
        ),
        sa.PrimaryKeyConstraint("answer_id", "article_id"),
        comment="Which articles an answer cites, once each.",
        sqlite_with_rowid=False,
    )
    op.create_index("cited_by_article", "cited", ["article_id", "answer_id"], unique=False)
    answers = sa.table("answers", sa.column("id", sa.Text), sa.column("answer", sa.Text))
    connection = op.get_bind()
    after = ""
    while batch := connection.execute(
        sa.select(answers).where(answers.c.id > after).order_by(answers.c.id).limit(BATCH)
    ).all():
        after = batch[-1].id
        rows = [
            {"answer_id": row.id, "article_id": article, "revision": number}
            for row in batch
            for article, number in _cited(row.answer).items()
        ]
        if rows:
            connection.execute(cited.insert(), rows)


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("cited")
    op.drop_index(op.f("ix_revisions_corrects"), "revisions")
    op.drop_column("revisions", "corrects")


def _cited(answer: str) -> dict[str, int | None]:
    """The articles that a stored answer cites, with the revisions as far as it says; none for what is no answer."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    sources = [source.get("article_id") for source in _objects(said, "sources")]
    found: dict[str, int | None] = {article: None for article in sources if isinstance(article, str)}
    positions = [position for one in _objects(said, "disagreements") for position in _objects(one, "positions")]
    for holder in (*_objects(said, "claims"), *positions):
        for citation in _objects(holder, "citations"):
            article, number = _revision(citation.get("passage_id"))
            if article in found and number is not None:
                known = found[article]
                found[article] = number if known is None else min(number, known)
    return found


def _revision(passage_id: object) -> tuple[str, int | None]:
    """Article and revision of a passage's id, `article:revision:n`; the article's own id may have colons."""
    parts = passage_id.rsplit(":", 2) if isinstance(passage_id, str) else []
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 10):
        return "", None
    return parts[0], int(parts[1])


def _objects(holder: Any, name: str) -> Iterator[dict[str, Any]]:
    """The objects in the list `name` of an object; nothing where the shape is another."""
    items = holder.get(name) if isinstance(holder, dict) else None
    yield from (item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))
