"""A growing message in Slack: streamed if possible, else posted and updated.

After a restart or when its stream expires, it continues by `chat.update`. Knows blocks, nothing of answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dateline.api.slack.calls import Calls
from dateline.api.slack.errors import NO_STREAM, STREAM_OVER, SlackError, SlackUnreachableError
from dateline.api.slack.rich_text import MOST_BLOCKS, MOST_CHARS, Block, messages, notice, paragraph, text_of, words
from dateline.api.slack.work import Thread

APART = 0.7
"""Seconds between two calls that append to a stream: Slack allows about 100 a minute per workspace."""
TaskStatus = Literal["in_progress", "complete", "error"]
_GONE = frozenset({"message_not_found", "cant_delete_message"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """The user who asked; needed for a stream in a channel."""

    team: str
    user: str


class LiveMessage:
    """An answer in a thread, in one message or several. Not safe for threads."""

    def __init__(
        self,
        calls: Calls,
        thread: Thread,
        recipient: Recipient,
        *,
        posted: Sequence[str],
        save: Callable[[Sequence[str]], None],
        stop: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`posted`: existing messages, which are rewritten instead of streaming.

        `save`: called with the times of all messages whenever there is a new one. `stop`: once set, only the calls that
        end the message are waited for.
        """
        self._calls = calls
        self._thread = thread
        self._recipient = recipient
        self.posted = list(posted)
        self._save = save
        self._stop = stop
        self._clock = clock
        self._streaming = False
        self._may_stream = not posted
        self._flushed_at = float("-inf")
        self._pending: list[dict[str, Any]] = []
        self._body: list[Block] = []
        """All blocks so far."""
        self._streamed: list[Block] = []
        """The blocks in the streaming message."""

    def task(
        self, task_id: str, title: str, status: TaskStatus, *, output: str = "", sources: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Show progress, while streaming only. `sources`: (address, text) pairs."""
        chunk: dict[str, Any] = {"type": "task_update", "id": task_id, "title": title, "status": status}
        if output:
            chunk["output"] = output
        if listed := [{"type": "url", "url": url, "text": text} for url, text in sources]:
            chunk["sources"] = listed
        self._pending.append(chunk)
        self.flush()

    def add(self, block: Block) -> None:
        """Add a sentence."""
        self._body.append(block)
        full = len(self._streamed) >= MOST_BLOCKS or len(text_of([*self._streamed, block])) > MOST_CHARS
        if full and self._end_stream([]):
            self._streamed = []
        self._streamed.append(block)
        self._pending.append({"type": "blocks", "blocks": [block]})
        self.flush()

    def flush(self) -> None:
        """Send pending blocks, unless some were sent just now."""
        if not self._pending or self._clock() - self._flushed_at < APART:
            return
        if self._may_stream:
            self._send()
        elif any(chunk["type"] == "blocks" for chunk in self._pending):
            self._pending.clear()
            self._flushed_at = self._clock()
            self._write(self._body, [], patient=False)

    def finish(self, ending: Sequence[Block], text: str, *, body: Sequence[Block] | None = None) -> None:
        """End the message. `text`: for the notification. `body`: all sentences, if they differ from those added."""
        anew = body is not None and list(body) != self._body
        if body is not None:
            self._body = list(body)
        if self._may_stream and not anew:
            self._send(last=True)
            if self._end_stream(ending):
                return
        elif self._streaming:
            self._end_stream([])
        self._may_stream = False
        self._write(self._body, ending, text=text)

    def abandon(self) -> None:
        """Stop writing, because the message is replaced or deleted elsewhere."""
        self._pending.clear()
        if self._streaming:
            self._end_stream([])

    def _send(self, *, last: bool = False) -> None:
        """Send pending blocks to the stream, which is started if necessary; on failure clear `_may_stream`."""
        chunks = list(self._pending)
        try:
            if not self._streaming:
                self.posted.append(self._start(chunks))
                self._save(self.posted)
                self._streaming = True
            elif chunks:
                more = {"channel": self._thread.channel, "ts": self.posted[-1], "chunks": chunks}
                self._calls("chat.appendStream", more, stop=self._stop)
        except SlackError as error:
            if error.code == "ratelimited" and self._streaming and not last:
                return  # Stop was pressed while it waited; `finish` sends the rest
            if error.code not in STREAM_OVER | NO_STREAM:
                raise
            self._streaming = self._may_stream = False
        except SlackUnreachableError:
            if not self._streaming:
                raise  # there may be an unrecorded message: see `lost_messages`
            self._streaming = self._may_stream = False  # its content is unknown too, so it will be rewritten
        self._pending.clear()
        self._flushed_at = self._clock()

    def _start(self, chunks: Sequence[dict[str, Any]]) -> str:
        """Start a stream. Returns the time of its message."""
        began = self._calls(
            "chat.startStream",
            {
                "channel": self._thread.channel,
                "thread_ts": self._thread.ts,
                "recipient_team_id": self._recipient.team,
                "recipient_user_id": self._recipient.user,
                "task_display_mode": "timeline",
                "chunks": list(chunks) or None,
            },
            patient=False,
            stop=self._stop,
        )
        return str(began["ts"])

    def _end_stream(self, ending: Sequence[Block]) -> bool:
        """End the stream with `ending`. Returns whether that succeeded."""
        if self._pending:
            self._send(last=True)
        if not self._streaming:
            return False
        ended = self._stop_stream(self.posted[-1], ending)
        self._streaming = False
        self._may_stream = self._may_stream and ended
        return ended

    def _stop_stream(self, ts: str, ending: Sequence[Block] = ()) -> bool:
        """Whether this call ended the stream with `ending`; False: it had ended before."""
        try:
            ended = {"channel": self._thread.channel, "ts": ts, "blocks": list(ending) or None}
            self._calls("chat.stopStream", ended)
        except SlackError as error:
            if error.code not in STREAM_OVER:
                raise
            return False
        return True

    def _write(self, body: Sequence[Block], ending: Sequence[Block], *, text: str = "", patient: bool = True) -> None:
        """Write everything as whole messages: update existing ones, post further ones, delete the rest."""
        parts = messages([*body, *ending]) if body or ending else [[paragraph(words("…"))]]
        said = notice(text or text_of(list(body)))
        for place, part in enumerate(parts):
            message = {"channel": self._thread.channel, "blocks": part, "text": said}
            try:
                if place < len(self.posted):
                    self._update(place, message, patient=patient)
                elif patient or not self.posted:
                    self._post(message)
            except SlackError as error:
                if patient or error.code != "ratelimited":
                    raise
        if patient:
            for ts in self.posted[len(parts) :]:
                take_away(self._calls, self._thread.channel, [ts])
            if len(self.posted) > len(parts):
                del self.posted[len(parts) :]
                self._save(self.posted)

    def _update(self, place: int, message: dict[str, Any], *, patient: bool) -> None:
        there = {"channel": self._thread.channel, "ts": self.posted[place]}
        try:
            self._calls("chat.update", message | there, patient=patient)
        except SlackError as error:
            if error.code == "streaming_state_conflict":  # of a process that was killed while it streamed
                self._stop_stream(self.posted[place])
                self._calls("chat.update", message | there)
            elif error.code == "message_not_found":  # a user has deleted it
                self._post(message, place)
            else:
                raise

    def _post(self, message: dict[str, Any], place: int | None = None) -> None:
        sent = post(self._calls, self._thread, message)
        if place is None:
            self.posted.append(sent)
        else:
            self.posted[place] = sent
        self._save(self.posted)


def post(calls: Calls, thread: Thread, message: dict[str, Any], *, patient: bool = True) -> str:
    """Post a message in a thread (empty time: in the channel), without unfurling. Returns its time.

    Raises what `Calls` raises, with its `patient`.
    """
    there = {"channel": thread.channel, "thread_ts": thread.ts or None}
    sent = calls("chat.postMessage", there | message | {"unfurl_links": False, "unfurl_media": False}, patient=patient)
    return str(sent["ts"])


def take_away(calls: Calls, channel: str, times: Iterable[str]) -> None:
    """Delete messages of Dateline's own; missing ones are no error."""
    for ts in times:
        try:
            calls("chat.delete", {"channel": channel, "ts": ts})
        except SlackError as error:
            if error.code not in _GONE:
                raise
