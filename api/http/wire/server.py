"""Models of the server's health, readiness, status and of the caller's rights."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from dateline.api.access import Caller
from dateline.index.keys import SCOPES, Scope


class Health(BaseModel):
    """The process responds."""

    status: str = "ok"


class CountsOut(BaseModel):
    """Counts of the archive's contents."""

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
    memory_bytes: int | None = Field(description="Resident set size.")
    uptime_seconds: float | None
    starts: int = Field(description="In the last ten minutes.")


class StatusOut(BaseModel):
    """The status of the archive."""

    home: str = Field(description="Its folder on the server.")
    counts: CountsOut
    encoder: str | None = Field(description="Null: nothing has been ingested yet.")
    sequence: int = Field(description="The archive's latest change.")
    snapshot: str | None = Field(description="Snapshot of the indexes; null: they are built at the next search.")
    lag: int = Field(description="Changes that the indexes don't have yet.")
    trouble: str | None = Field(description="What is wrong with the indexes; they are rebuilt at the next search.")
    archive_bytes: int
    index_bytes: int
    cache_bytes: int
    local_model: LocalModelOut | None = Field(
        default=None, description="Null: the LLM, if there is one, runs on another server."
    )


class ServerStatusOut(StatusOut):
    """The status of the archive and of the process."""

    newest: str | None = Field(description="The date of the newest article, ISO 8601; null: none is dated.")
    llm: str | None = Field(description="The language model that is configured; null: the reader answers.")
    running: int = Field(description="Running answers, searches and checks.")
    waiting: int = Field(description="Waiting ones.")


class CallerOut(BaseModel):
    """The caller's rights, and the server's features."""

    scopes: list[Scope] = Field(description="`admin` implies the others, which are listed with it.")
    keyed: bool = Field(description="Whether a valid key was sent; false: the server has no keys.")
    whole: bool = Field(description="Whether the caller sees the whole archive; false: a part of it.")
    llm: str | None = Field(description="The language model that is configured; null: the reader answers.")
    stores_answers: bool = Field(description="Whether questions and answers are stored: permalinks, conversations.")
    retain_answers_days: int | None = Field(description="For how many days; null: without limit.")

    @classmethod
    def of(cls, caller: Caller, *, llm: str | None, stores_answers: bool, retain_answers_days: int | None) -> Self:
        """From a caller and the server's settings."""
        return cls(
            scopes=[scope for scope in SCOPES if scope in caller.scopes or "admin" in caller.scopes],
            keyed=caller.key_id is not None,
            whole=caller.part is None,
            llm=llm,
            stores_answers=stores_answers,
            retain_answers_days=retain_answers_days,
        )


class Readiness(BaseModel):
    """The archive can be read and searched."""

    status: str = "ready"
    index_snapshot: str = Field(description="The state of the archive that is searched: its id and change number.")
