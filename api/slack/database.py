"""The Slack app's tables (SQLAlchemy Core) in a database beside the archive: events, work, threads, tokens.

A separate file, so that an acknowledgement never waits for an ingest. Knows nothing of what the rows are used for.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Engine, Float, Index, Integer, LargeBinary, MetaData, Table, Text

from dateline.index.database import sqlite_engine, storage_errors

FILE_NAME = "slack.sqlite3"
WHAT = "the Slack app's database"

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True, comment="event_id, or another unique id of the delivery"),
    Column("received", Float, nullable=False, index=True, comment="seconds since 1970"),
    comment="Accepted deliveries; a repetition changes nothing.",
)

work = Table(
    "work",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True, comment="of the message, command or view that asks for it"),
    Column("version", Text, nullable=False, comment="of the message: when it was edited last, its own time at first"),
    Column("kind", Text, nullable=False, comment="ask | check"),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread_ts", Text, nullable=False, comment="where it is answered; empty until a command's thread has begun"),
    Column("user", Text, nullable=False, comment="who asks"),
    Column("state", Text, nullable=False, comment="queued | running | done | failed | deleted"),
    Column("stop", Text, comment="what a running work is to end for: stopped | edited | deleted"),
    Column("owner", Text, comment="the process that works on it, while it is running"),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False, comment="seconds since 1970"),
    Column("payload", Text, comment="JSON: what is asked; NULL once it is done with"),
    Column("posted", Text, nullable=False, comment="JSON: the times of its messages in Slack"),
    Column("created", Float, nullable=False, comment="seconds since 1970"),
    Index("work_by_state", "state", "id"),
    Index("work_by_thread", "team", "channel", "thread_ts"),
    comment="Questions and drafts, each answered once.",
    sqlite_autoincrement=True,
)

threads = Table(
    "threads",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("thread_ts", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False, comment="of Dateline's; its first question begins it"),
    Column("opener", Text, nullable=False, comment="the only person in it so far"),
    Column("crowded", Integer, nullable=False, comment="1: other people are in it, a mention is needed"),
    comment="Slack's threads that Dateline takes part in.",
)

problems = Table(
    "problems",
    metadata,
    Column("team", Text, primary_key=True),
    Column("code", Text, primary_key=True, comment="Slack's name of the error"),
    Column("detail", Text, nullable=False),
    Column("at", Float, nullable=False, comment="seconds since 1970"),
    comment="What went wrong with Slack last, for `dateline slack doctor`.",
)

installations = Table(
    "installations",
    metadata,
    Column("team", Text, primary_key=True),
    Column("installation", LargeBinary, nullable=False, comment="JSON, encrypted"),
    comment="Workspaces that installed the app by OAuth.",
)

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", Text, primary_key=True),
    Column("created", Float, nullable=False),
    comment="Installations under way.",
)


def open_slack_database(home: Path) -> Engine:
    """The engine, with all tables. Raises `StorageError` if the folder can't be written."""
    with storage_errors(WHAT):
        engine = sqlite_engine(home / FILE_NAME)
        metadata.create_all(engine)
    return engine
