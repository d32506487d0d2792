"""The archive's tables, as SQLAlchemy Core. `index/migrations` upgrades older archives.

A change needs a migration and a higher `SCHEMA_VERSION` (`index/database.py`). Times that are compared are UTC
microseconds since 1970; times that are shown are ISO 8601 text.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="What holds for the whole archive: id; encoder, encoder_model (its folder), next_encoder.",
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("current_revision", Integer, nullable=False, comment="revisions.id"),
    Column(
        "story_id",
        Text,
        nullable=False,
        index=True,
        comment="smallest article id among its near-copies",
    ),
    Column("withdrawn", Text, comment="when, ISO 8601; NULL: in use"),
    Column("withdrawn_reason", Text, comment="of a purged article: why it was purged"),
    Column("purged", Text, comment="when, ISO 8601; the row is a tombstone then, its revisions are empty"),
    Column("embargo", BigInteger, comment="held back until then; NULL: not held back"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="1, 2, … within the article"),
    Column(
        "fingerprint",
        Text,
        nullable=False,
        index=True,
        comment="sha256 of the record as it was read",
    ),
    Column("text", Text, nullable=False),
    Column("title", Text),
    Column("outlet", Text),
    Column("byline", Text),
    Column("url", Text),
    Column("language", Text),
    Column("published", Text),
    Column("updated", Text),
    Column("basis", Text, nullable=False, comment="JSON: field → metadata | text | unknown"),
    Column("removed", Text, nullable=False, comment="JSON: page furniture kept out of the text"),
    Column("ingested", Text, nullable=False),
    Column("published_from", BigInteger, comment="earliest moment of `published`; NULL: unknown"),
    Column("published_to", BigInteger, comment="latest moment of `published`"),
    Column("valid_from", BigInteger, comment="in force from; NULL: unknown, never in an as-of answer"),
    Column("valid_to", BigInteger, comment="in force until (exclusive); NULL: still"),
    Column("signature", LargeBinary, comment="MinHash, see index/stories.py"),
    Column("corrects", Text, index=True, comment="articles.id that it says it corrects; there may be no such article"),
    Column("pages", Text, comment="JSON: [[offset, page], …] of a paged file; NULL: no pages"),
    Index("revisions_of_article", "article_id", "number", unique=True),
)

story_bands = Table(
    "story_bands",
    metadata,
    Column("band", LargeBinary, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    sqlite_with_rowid=False,
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", Integer, ForeignKey("revisions.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False, comment="0, 1, … within the revision"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentences", Text, nullable=False, comment="JSON: [[start, end], …] in the revision's text"),
    sqlite_autoincrement=True,
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("passage_id", Integer, ForeignKey("passages.id"), primary_key=True),
    Column("vector", LargeBinary, nullable=False, comment="float16, little-endian, unit length"),
)

next_embeddings = Table(
    "next_embeddings",
    metadata,
    Column("passage_id", Integer, ForeignKey("passages.id"), primary_key=True),
    Column("vector", LargeBinary, nullable=False, comment="float16, little-endian, unit length"),
    comment="By the encoder that the archive is being re-encoded with, see index/reencoding.py; else empty.",
)

changes = Table(
    "changes",
    metadata,
    Column(
        "sequence",
        Integer,
        primary_key=True,
        comment="grows by one a change; what the indexes follow",
    ),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="added | superseded | withdrawn | reinstated | purged | held | released | reencoded",
    ),
    Column("revision_id", Integer, ForeignKey("revisions.id"), nullable=False),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created", Text, nullable=False),
    Column("answer", Text, nullable=False, comment="JSON, as it went out"),
)

cited_articles = Table(
    "cited",
    metadata,
    Column("answer_id", Text, ForeignKey("answers.id"), primary_key=True),
    Column("article_id", Text, primary_key=True, comment="articles.id"),
    Column("revision", Integer, comment="revisions.number that was cited; NULL: the answer does not say"),
    Index("cited_by_article", "article_id", "answer_id"),
    comment="Which articles an answer cites, once each.",
    sqlite_with_rowid=False,
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, comment="1, 2, … within the conversation"),
    Column("question", Text, nullable=False, comment="as it was asked"),
    Column("standalone_question", Text, nullable=False, comment="as it was understood"),
    Column("answer_id", Text, ForeignKey("answers.id"), nullable=False),
    Column("asked_at", Text, nullable=False),
    comment="The questions of conversations; a conversation is its turns.",
    sqlite_with_rowid=False,
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("filters", Text, nullable=False, comment="JSON: the conditions that are set"),
    Column("saved", Text, nullable=False, comment="when, ISO 8601"),
    comment="Named parts of the archive.",
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, comment="whose it is, for people"),
    Column("sha256", Text, nullable=False, unique=True, comment="of the key, in hex; the key itself is nowhere"),
    Column("ending", Text, nullable=False, comment="its last characters, to recognise it by"),
    Column("scopes", Text, nullable=False, comment="JSON: read | ask | write | admin"),
    Column(
        "saved_filter",
        Text,
        ForeignKey("saved_filters.name"),
        comment="the part that it sees; NULL: the whole archive",
    ),
    Column("created", Text, nullable=False),
    Column("revoked", Text, comment="when, ISO 8601; NULL: in use"),
    comment="API keys; they are revoked, never deleted.",
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("answer_id", Text, ForeignKey("answers.id"), nullable=False, index=True),
    Column("claim_id", Text, comment="of the answer; NULL: the answer as a whole"),
    Column("rating", Text, nullable=False, comment="helpful | unhelpful"),
    Column("reasons", Text, nullable=False, comment="JSON: [reason, …]"),
    Column("comment", Text),
    Column("created", Text, nullable=False),
    comment="What people thought of answers.",
)

purged_texts = Table(
    "purged_texts",
    metadata,
    Column("sha256", Text, primary_key=True, comment="of an article's text in UTF-8"),
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    comment="What must not come back under another id.",
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, comment="queued | running | interrupted | done | failed"),
    Column("created", Text, nullable=False),
    Column("finished", Text),
    Column("line", Integer, nullable=False, comment="of the upload; up to here all is dealt with"),
    Column("added", Integer, nullable=False),
    Column("revised", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("kept_out", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("errors", Text, nullable=False, comment="JSON: [[line, reason], …], the first ones"),
    Column("message", Text, comment="why it failed"),
    comment="Uploads of many articles, and how far each is.",
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("operation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_sha256", Text, nullable=False),
    Column("created", Text, nullable=False, index=True),
    Column("response", Text, nullable=False, comment="JSON, as it went out"),
    comment="What was answered to requests with an Idempotency-Key, so that it is answered again.",
)

sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="feed | sitemap | page | folder"),
    Column("address", Text, nullable=False, comment="URL, or the folder's path"),
    Column("interval", Integer, nullable=False, comment="seconds between two runs"),
    Column(
        "gone", Text, nullable=False, comment="keep | flag | withdraw: what becomes of an article that is gone there"
    ),
    Column("full_text", Boolean, nullable=False, comment="whether entries' pages are fetched and read"),
    Column("state", Text, nullable=False, comment="active | paused | ended"),
    Column("created", Text, nullable=False),
    Column("next_run", BigInteger, nullable=False, index=True),
    Column("etag", Text),
    Column("last_modified", Text, comment="the header, as it was sent"),
    Column("checked", Text, comment="when it was last asked; NULL: never"),
    Column("succeeded", Text, comment="when it last answered as it should"),
    Column("failures", Integer, nullable=False, comment="in a row"),
    Column("error", Text, comment="of the last run"),
    comment="Sources that are polled for articles.",
)

source_entries = Table(
    "source_entries",
    metadata,
    Column("source", Text, ForeignKey("sources.name"), primary_key=True),
    Column("key", Text, primary_key=True, comment="the entry's own id there, or its URL, or the file's path"),
    Column("number", Integer, nullable=False, comment="1, 2, … within the source, older entries first"),
    Column("state", Text, nullable=False, comment="pending | taken | duplicate | dead | gone"),
    Column("version", Text, nullable=False, comment="changes with what the source says of the entry"),
    Column("url", Text, comment="of its page"),
    Column("normal_url", Text, comment="the same without what does not change the page"),
    Column("articles", Text, nullable=False, comment="JSON: [articles.id, …] that were made of it"),
    Column("record", LargeBinary, comment="what the source says of it, until it is taken in"),
    Column("needs_page", Boolean, nullable=False, comment="whether its page must be fetched first"),
    Column("attempts", Integer, nullable=False, comment="in a row that failed"),
    Column("next_try", BigInteger, nullable=False),
    Column("missing", Integer, nullable=False, comment="complete listings in a row that should have had it"),
    Column("changed", Text, nullable=False, comment="when its state last changed, ISO 8601"),
    Column("error", Text),
    Index("source_entries_by_state", "state", "source", "number"),
    Index("source_entries_by_url", "normal_url"),
    comment="What sources have listed, and what became of it.",
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Text, primary_key=True, comment="random: the last part of the callback's address"),
    Column("source", Text, nullable=False, comment="sources.name; its source may have been removed"),
    Column("hub", Text, nullable=False, comment="URL"),
    Column("topic", Text, nullable=False, comment="URL of the feed, as the hub knows it"),
    Column("secret", Text, nullable=False, comment="what notifications are signed with"),
    Column("state", Text, nullable=False, comment="pending | active | denied | ending"),
    Column("expires", BigInteger, comment="end of the lease; NULL: never confirmed"),
    Column("next_try", BigInteger, nullable=False, comment="when the hub is asked next"),
    Column("callback", Text, comment="URL that the hub was last given"),
    Column("attempts", Integer, nullable=False, comment="since the hub last confirmed it"),
    Column("error", Text),
    Index("subscriptions_by_source", "source"),
    comment="Subscriptions of sources at WebSub hubs.",
)


def from_microseconds(moment: int) -> datetime:
    """The moment that `microseconds` gave, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)


def microseconds(moment: datetime) -> int:
    """An aware moment as the schema compares it: microseconds since 1970 in UTC."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
