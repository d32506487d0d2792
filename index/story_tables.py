"""The tables of stories: groups of near-copies in the archive.

index/stories.py detects near-copies. Of a revision's text only the signature is known.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from dateline.index import stories
from dateline.index.schema import articles, revisions, story_bands

_SAME_BAND = (
    select(articles.c.story_id, revisions.c.signature)
    .join(revisions, revisions.c.id == articles.c.current_revision)
    .where(
        articles.c.id != bindparam("article"),
        articles.c.id.in_(
            select(story_bands.c.article_id).where(story_bands.c.band.in_(bindparam("bands", expanding=True)))
        ),
    )
)
"""The articles that share a band with a signature; other than the one whose signature it is."""


def join_story(connection: Connection, article_id: str, old_story: str | None, signature: bytes | None) -> None:
    """Assign the article and its near-copies one story: the smallest id of their connected component.

    Stories don't depend on the order of ingestion. A revised article may leave its story, or no longer connect it: then
    the stories of all its members are computed again.
    """
    if old_story is not None:
        connection.execute(delete(story_bands).where(story_bands.c.article_id == article_id))
    near = _near_stories(connection, article_id, signature)
    if signature is not None:
        rows = [{"band": band, "article_id": article_id} for band in stories.bands(signature)]
        connection.execute(insert(story_bands), rows)
    if old_story is None and not near:
        return
    touched = near | ({old_story} if old_story else set())
    members = connection.execute(
        select(articles.c.id, revisions.c.signature)
        .join(revisions, revisions.c.id == articles.c.current_revision)
        .where(articles.c.story_id.in_(touched) | (articles.c.id == article_id))
    ).all()
    linked = stories.components({row.id: row.signature for row in members})
    changed = [{"member": member, "story": story} for member, story in linked.items()]
    connection.execute(
        update(articles).where(articles.c.id == bindparam("member")).values(story_id=bindparam("story")),
        changed,
    )


def leave_story(connection: Connection, article_id: str, story_id: str) -> None:
    """Remove an article whose text is erased from its story; those of the others are computed again."""
    join_story(connection, article_id, story_id, None)


def _near_stories(connection: Connection, article_id: str, signature: bytes | None) -> set[str]:
    """The stories of the articles that are near-copies of one with this signature."""
    if signature is None:
        return set()
    candidates = connection.execute(_SAME_BAND, {"article": article_id, "bands": stories.bands(signature)})
    return {
        row.story_id
        for row in candidates
        if row.signature is not None and stories.are_near_copies(signature, row.signature)
    }
