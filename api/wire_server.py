"""What goes over the wire about the server: that it lives, is ready, and how its archive is."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class CountsOut(BaseModel):
    """How much the archive holds."""

    articles: int
    withdrawn: int
    passages: int
    stories: int
    answers: int


class LocalModelOut(BaseModel):
    """The process of a language model on the server's machine."""

    model: str
    state: str = Field(description="not started, loading, ready, or paused after it has ended several times.")
    pid: int | None
    memory_bytes: int | None = Field(description="Resident set.")
    uptime_seconds: float | None
    starts: int = Field(description="In the last ten minutes.")


class StatusOut(BaseModel):
    """The state of the archive as a whole."""

    home: str = Field(description="Its folder on the server.")
    counts: CountsOut
    encoder: str | None = Field(description="Null: nothing has been ingested yet.")
    sequence: int = Field(description="The archive's latest change.")
    snapshot: str | None = Field(description="Of the indexes; null: they are made at the next search.")
    lag: int = Field(description="Changes that the indexes don't have yet.")
    trouble: str | None = Field(description="What is wrong with the indexes; they are rebuilt at the next search.")
    archive_bytes: int
    index_bytes: int
    cache_bytes: int
    local_model: LocalModelOut | None = Field(
        default=None, description="Null: the LLM, if there is one, runs on another server."
    )


class Readiness(BaseModel):
    """The archive can be read and searched."""

    status: str = "ready"
    index_snapshot: str = Field(description="Which state of which archive is searched: its id, and how many changes.")
