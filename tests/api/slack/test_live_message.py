"""A message on its way into Slack: streams, limits, streams that end early, connections that break, several messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from slack_sdk import WebClient

from dateline.api.slack.calls import Calls
from dateline.api.slack.errors import SlackError, SlackUnreachableError
from dateline.api.slack.live_message import LiveMessage, Recipient
from dateline.api.slack.rich_text import paragraph, words
from dateline.api.slack.work import Thread
from tests.api.slack.stand_in import TOKEN, StandIn

WHOLE = "Sentence 0.\nSentence 1.\nSentence 2.\nEnd\n"


def calls_of(slack: StandIn) -> Calls:
    client = WebClient(token=TOKEN, base_url=slack.url, retry_handlers=[])
    return Calls(client, slack.time.wait, slack.time.now)


def send(slack: StandIn, *, apart: float = 1.0, sentences: int = 3, posted: Sequence[str] = ()) -> list[list[str]]:
    """A message of some sentences, each `apart` seconds from the next; what was to be remembered, time after time."""
    saved: list[list[str]] = []
    clock = [0.0]

    def now() -> float:
        clock[0] += apart
        return clock[0]

    message = LiveMessage(
        calls_of(slack),
        Thread("T0NEWS", "C1", "1.0"),
        Recipient("T0NEWS", "U1"),
        posted=posted,
        save=lambda times: saved.append(list(times)),
        stop=threading.Event(),
        clock=now,
    )
    message.task("search", "Searching the archive", "in_progress")
    for number in range(sentences):
        message.add(paragraph(words(f"Sentence {number}.")))
    message.finish([paragraph(words("End"))], "Sentence 0.")
    return saved


def methods(slack: StandIn) -> list[str]:
    return [method for method, _ in slack.calls]


def test_sentences_are_streamed_as_they_come(slack: StandIn) -> None:
    saved = send(slack)
    (message,) = slack.own()
    assert (message.words, message.streaming, saved) == (WHOLE, False, [[message.ts]])
    assert methods(slack) == ["chat.startStream", *["chat.appendStream"] * 3, "chat.stopStream"]


def test_what_comes_at_once_goes_together(slack: StandIn) -> None:
    send(slack, apart=0.01)
    assert slack.own()[0].words == WHOLE
    assert methods(slack) == ["chat.startStream", "chat.appendStream", "chat.stopStream"]


def test_a_stream_that_expires_goes_on_by_update(slack: StandIn) -> None:
    slack.stream_life = 1
    send(slack)
    assert [one.words for one in slack.own()] == [WHOLE]
    assert methods(slack)[:3] == ["chat.startStream", "chat.appendStream", "chat.update"]


def test_where_no_stream_may_be_begun_it_is_posted(slack: StandIn) -> None:
    slack.fault("chat.startStream", "limited", value=30)
    send(slack)
    (message,) = slack.own()
    assert (message.words, message.text, message.unfurls) == (WHOLE, "Sentence 0.", False)
    assert slack.time.waits == []


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_a_limit_is_waited_out(slack: StandIn, method: str) -> None:
    slack.fault(method, "limited", value=30)
    send(slack)
    assert [one.words for one in slack.own()] == [WHOLE]
    assert slack.time.waits == [31.0]


@pytest.mark.parametrize("kind", ["down", "cut", "status"])
@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_a_connection_that_breaks_loses_and_doubles_nothing(slack: StandIn, method: str, kind: str) -> None:
    slack.fault(method, kind, value=503)
    send(slack)
    assert [(one.words, one.streaming) for one in slack.own()] == [(WHOLE, False)]


@pytest.mark.parametrize(("kind", "there"), [("down", 0), ("cut", 1), ("status", 0)])
def test_what_may_have_been_begun_is_not_begun_again(slack: StandIn, kind: str, there: int) -> None:
    slack.fault("chat.startStream", kind, value=503)
    with pytest.raises(SlackUnreachableError):
        send(slack)
    assert len(slack.own()) == there


def test_a_message_of_a_killed_process_is_written_over(slack: StandIn) -> None:
    slack.fault("chat.startStream", "cut")
    with pytest.raises(SlackUnreachableError):
        send(slack)
    (message,) = slack.own()
    assert message.streaming
    send(slack, posted=[message.ts])
    assert [(one.ts, one.words, one.streaming) for one in slack.own()] == [(message.ts, WHOLE, False)]


def test_it_is_written_over_where_the_connection_breaks_while_its_stream_is_ended(slack: StandIn) -> None:
    calls = calls_of(slack)
    begun = {"channel": "C1", "thread_ts": "1.0", "recipient_team_id": "T0NEWS", "recipient_user_id": "U1"}
    left = str(calls("chat.startStream", begun)["ts"])
    slack.fault("chat.stopStream", "cut")  # it is done, and not heard of
    send(slack, posted=[left])
    (message,) = slack.own()
    assert (message.ts, message.words, message.streaming) == (left, WHOLE, False)


def test_an_update_that_may_have_been_made_is_made_again(slack: StandIn) -> None:
    send(slack)
    (message,) = slack.own()
    slack.fault("chat.update", "cut")
    send(slack, posted=[message.ts])
    assert [one.words for one in slack.own()] == [WHOLE]


def test_a_message_that_somebody_has_deleted_is_posted_anew(slack: StandIn) -> None:
    saved = send(slack, posted=["9.9"])
    (message,) = slack.own()
    assert (message.words, saved[-1]) == (WHOLE, [message.ts])


def test_many_sentences_take_several_messages(slack: StandIn) -> None:
    saved = send(slack, sentences=120)
    said = "".join(one.words for one in slack.own())
    assert said == "".join(f"Sentence {number}.\n" for number in range(120)) + "End\n"
    assert [len(one.blocks) for one in slack.own()] == [50, 50, 20]
    assert saved[-1] == [one.ts for one in slack.own()]
    send(slack, posted=saved[-1])
    assert [one.words for one in slack.own()] == [WHOLE]


@pytest.mark.parametrize("code", ["is_archived", "token_revoked", "missing_scope"])
def test_what_slack_refuses_has_a_name(slack: StandIn, code: str) -> None:
    slack.fault("chat.postMessage", code)
    with pytest.raises(SlackError) as error:
        calls_of(slack)("chat.postMessage", {"channel": "C1", "text": "x"})
    assert error.value.code == code
    assert error.value.hint


def test_who_has_nothing_to_wait_for_does_not_wait(slack: StandIn) -> None:
    slack.fault("chat.update", "limited", value=30)
    calls = calls_of(slack)
    stop = threading.Event()
    stop.set()
    there = {"channel": "C1", "ts": "1.0", "text": "x"}
    waiting: list[Callable[[], object]] = [
        lambda: calls("chat.update", there, patient=False),
        lambda: calls("chat.update", there, stop=stop),
    ]
    for call in waiting:
        with pytest.raises(SlackError, match="ratelimited"):
            call()
    assert slack.time.waits == []
