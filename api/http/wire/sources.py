"""Models of sources and their entries. Knows nothing of routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dateline.api.http.wire.common import Words
from dateline.index.sources.entries import ENTRY_STATES, Entry, EntryState
from dateline.index.sources.source import (
    DEFAULT_INTERVAL,
    LONGEST_ADDRESS,
    LONGEST_INTERVAL,
    SHORTEST_INTERVAL,
    Gone,
    Source,
    SourceKind,
    SourceSettings,
    SourceState,
)
from dateline.index.sources.subscriptions import Subscription, SubscriptionState

_EXAMPLE: dict[str, JsonValue] = {"kind": "feed", "address": "https://harborpost.example/rss", "interval_seconds": 900}


class SourceIn(BaseModel):
    """A source. A folder on the server can be added on its command line only: `dateline sources add`."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    kind: Literal["feed", "sitemap", "page"] = Field(
        default="feed", description="A feed (RSS, Atom, JSON Feed), a news sitemap, or a single page."
    )
    address: Words = Field(max_length=LONGEST_ADDRESS, description="Its URL.")
    interval_seconds: int = Field(
        default=DEFAULT_INTERVAL, ge=SHORTEST_INTERVAL, le=LONGEST_INTERVAL, description="Seconds between two runs."
    )
    gone: Gone = Field(
        default="keep",
        description="What to do with an article that the source takes down: `keep`, nothing; `flag`, mark its entry; "
        "`withdraw`, withdraw it.",
    )
    full_text: bool = Field(
        default=False, description="For feeds of teasers: whether to fetch and read the page of each entry."
    )

    def settings(self) -> SourceSettings:
        """The settings as the archive stores them."""
        return SourceSettings(self.kind, self.address, self.interval_seconds, self.gone, self.full_text)


class EntryCounts(BaseModel):
    """Counts of a source's entries by state."""

    model_config = ConfigDict(frozen=True)

    pending: int = Field(description="Listed, not ingested yet.")
    taken: int = Field(description="In the archive.")
    duplicate: int = Field(description="Pages that another source has delivered.")
    dead: int = Field(description="Dead letters: entries that can't be ingested.")
    gone: int = Field(description="Taken down by the source.")

    @classmethod
    def of(cls, counts: Mapping[EntryState, int]) -> Self:
        """From the counts of the states that occur."""
        return cls(**{state: counts.get(state, 0) for state in ENTRY_STATES})


class SubscriptionOut(BaseModel):
    """A source's subscription at its WebSub hub."""

    model_config = ConfigDict(frozen=True)

    hub: str = Field(description="Its URL.")
    topic: str = Field(description="The feed's URL, as the hub knows it.")
    state: SubscriptionState = Field(
        description="`pending`: the hub has not confirmed it yet; `active`; `denied`: the hub said no."
    )
    expires: datetime | None = Field(description="End of the lease, which is renewed before; null: never confirmed.")
    error: str | None = Field(description="Why the hub could not be asked, or what it denies.")

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """From a subscription as the archive has it."""
        hub = subscription.hub
        return cls(
            hub=hub.url,
            topic=hub.topic,
            state=subscription.state,
            expires=subscription.expires,
            error=subscription.error,
        )


class SourceOut(BaseModel):
    """A source and the result of its last run."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(examples=["harbor-post"])
    kind: SourceKind
    address: str
    interval_seconds: int
    gone: Gone
    full_text: bool
    state: SourceState = Field(description="`ended`: it is gone for good (410); `resume` tries again.")
    created: datetime
    next_run: datetime
    checked: datetime | None = Field(description="When it last ran; null: never.")
    succeeded: datetime | None = Field(description="When a run last succeeded.")
    failures: int = Field(description="Failed runs in a row; the pauses between them grow.")
    error: str | None = Field(description="Why the last run failed, or what was wrong with its entries.")
    entries: EntryCounts
    subscription: SubscriptionOut | None = Field(description="At the hub that the feed names; null: there is none.")

    @classmethod
    def of(cls, source: Source, counts: Mapping[EntryState, int], subscription: Subscription | None) -> Self:
        """From a source as the archive has it."""
        settings = source.settings
        return cls(
            name=source.name,
            kind=settings.kind,
            address=settings.address,
            interval_seconds=settings.interval,
            gone=settings.gone,
            full_text=settings.full_text,
            state=source.state,
            created=source.created,
            next_run=source.next_run,
            checked=source.checked,
            succeeded=source.succeeded,
            failures=source.failures,
            error=source.error,
            entries=EntryCounts.of(counts),
            subscription=None if subscription is None else SubscriptionOut.of(subscription),
        )


class SourceList(BaseModel):
    """All sources, by name."""

    model_config = ConfigDict(frozen=True)

    sources: list[SourceOut]

    @classmethod
    def of(
        cls,
        sources: Iterable[Source],
        counts: Mapping[str, Counter[EntryState]],
        subscriptions: Mapping[str, Subscription],
    ) -> Self:
        """From the sources as the archive has them; counts and subscriptions by their names."""
        return cls(
            sources=[SourceOut.of(one, counts.get(one.name, Counter()), subscriptions.get(one.name)) for one in sources]
        )


class EntryOut(BaseModel):
    """An entry of a source and its state."""

    model_config = ConfigDict(frozen=True)

    key: str = Field(description="The id that the source gives it, or its URL, or the file's path.")
    state: EntryState
    url: str | None = Field(description="URL of its page.")
    articles: list[str] = Field(description="Ids of its articles.")
    attempts: int = Field(description="Failed attempts in a row.")
    next_try: datetime | None = Field(description="When it is retried; null: it isn't.")
    changed: datetime = Field(description="When its state last changed.")
    error: str | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """From an entry as the archive has it."""
        return cls(
            key=entry.key,
            state=entry.state,
            url=entry.url,
            articles=list(entry.articles),
            attempts=entry.attempts,
            next_try=entry.next_try if entry.state == "pending" else None,
            changed=entry.changed,
            error=entry.error,
        )


class EntryList(BaseModel):
    """A page of a source's entries, newest first."""

    model_config = ConfigDict(frozen=True)

    entries: list[EntryOut]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null: this is the last.")
