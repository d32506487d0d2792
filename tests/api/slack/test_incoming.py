"""Which messages are questions: mentions, threads of two, others present, bots, edits, deletions, order, duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dateline.api.slack.database import open_slack_database
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.incoming import Incoming, plain_text
from dateline.api.slack.rules import Rules, read_rules
from dateline.api.slack.work import Thread, Work
from dateline.index.errors import InputError

TEAM, BOT = "T1", "U0BOT"


class Door:
    """An inbox, and what is delivered to it."""

    def __init__(self, inbox: Inbox, rules: Rules) -> None:
        self.inbox = inbox
        self.rules = rules
        self._numbers = count(1)

    def deliver(self, event: dict[str, Any], event_id: str | None = None) -> Incoming | None:
        """An event."""
        with self.inbox.delivery(event_id or f"Ev{next(self._numbers)}") as delivery:
            if delivery is None:
                return None
            incoming = Incoming(delivery, self.rules, TEAM, BOT)
            incoming.event(event)
        return incoming

    def questions(self) -> list[str]:
        """What was asked and not taken yet, which is done now."""
        found = []
        while (work := self.inbox.take("me")) is not None:
            found.append(work.request.text)
            self.inbox.finish(work, "done")
        return found

    def take(self) -> Work:
        """The next work."""
        work = self.inbox.take("me")
        assert work is not None
        return work


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    engine = open_slack_database(tmp_path)
    yield Door(Inbox(engine, lambda: 1_000.0), Rules())
    engine.dispose()


def said(text: str, ts: str, user: str = "U1", channel: str = "C1", **more: Any) -> dict[str, Any]:
    kind = "im" if channel.startswith("D") else "channel"
    return {"type": "message", "channel": channel, "channel_type": kind, "user": user, "text": text, "ts": ts} | more


def changed(text: str, before: str, ts: str, edited: str, channel: str = "C1", **more: Any) -> dict[str, Any]:
    message = {"type": "message", "user": "U1", "text": text, "ts": ts, "edited": {"user": "U1", "ts": edited}} | more
    return said("", edited, channel=channel) | {
        "subtype": "message_changed",
        "message": message,
        "previous_message": {"user": "U1", "text": before, "ts": ts},
    }


def deleted(before: str, ts: str, channel: str = "C1") -> dict[str, Any]:
    event = said("", "9.9", channel=channel) | {"subtype": "message_deleted", "deleted_ts": ts}
    return event | {"previous_message": {"user": "U1", "text": before, "ts": ts}}


def test_a_mention_begins_a_thread_of_two_that_goes_on_without_one(door: Door) -> None:
    door.deliver(said("Who won?", "1.0"))
    assert door.questions() == []
    door.deliver(said(f"<@{BOT}> Who won?", "2.0"))
    assert door.questions() == ["Who won?"]
    door.deliver(said("And when?", "3.0", thread_ts="2.0"))
    assert door.questions() == ["And when?"]
    door.deliver(said("Elsewhere?", "4.0", thread_ts="1.0"))
    assert door.questions() == []


def test_with_others_in_the_thread_a_mention_is_needed(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who won?", "2.0"))
    door.deliver(said("I think it was Vera.", "3.0", user="U2", thread_ts="2.0"))
    door.deliver(said("Was it?", "4.0", thread_ts="2.0"))
    assert door.questions() == ["Who won?"]
    door.deliver(said(f"<@{BOT}> Was it?", "5.0", thread_ts="2.0"))
    door.deliver(said(f"Tell me, <@{BOT}>, why?", "6.0", user="U2", thread_ts="2.0"))
    assert door.questions() == ["Was it?", "Tell me, why?"]


def test_naming_somebody_else_brings_them_in(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who won?", "2.0"))
    door.deliver(said("<@U2> look at this", "3.0", thread_ts="2.0"))
    door.deliver(said("Strange.", "4.0", thread_ts="2.0"))
    assert door.questions() == ["Who won?"]


def test_in_a_thread_that_others_began_each_question_needs_a_mention(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Is that so?", "3.0", thread_ts="1.0"))
    door.deliver(said("I doubt it.", "4.0", thread_ts="1.0"))
    assert door.questions() == ["Is that so?"]


def test_with_the_app_alone_everything_is_a_question(door: Door) -> None:
    door.deliver(said("Who won?", "1.0", channel="D1"))
    door.deliver(said("And when?", "2.0", channel="D1", thread_ts="1.0"))
    assert door.questions() == ["Who won?", "And when?"]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"user": ""},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "message_replied"},
    ],
)
def test_bots_and_itself_are_not_answered(door: Door, more: dict[str, Any]) -> None:
    door.deliver(said(f"<@{BOT}> Who won?", "1.0") | more)
    door.deliver(said("Who won?", "2.0", channel="D1") | more)
    assert door.questions() == []


def test_a_mention_that_comes_as_two_events_is_one_question(door: Door) -> None:
    message = said(f"<@{BOT}> Who won?", "2.0")
    door.deliver(message | {"type": "app_mention"})
    door.deliver(message)
    assert door.questions() == ["Who won?"]
    door.deliver(message)
    assert door.questions() == []


def test_a_delivery_that_was_taken_in_changes_nothing(door: Door) -> None:
    assert door.deliver(said(f"<@{BOT}> Who won?", "2.0"), "Ev0") is not None
    assert door.deliver(said(f"<@{BOT}> Another?", "3.0"), "Ev0") is None
    assert door.questions() == ["Who won?"]


def test_a_delivery_that_fails_half_way_may_come_again(door: Door) -> None:
    def fail() -> None:
        with door.inbox.delivery("Ev0") as delivery:
            assert delivery is not None
            Incoming(delivery, door.rules, TEAM, BOT).event(said(f"<@{BOT}> Who won?", "2.0"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert door.questions() == []
    assert door.deliver(said(f"<@{BOT}> Who won?", "2.0"), "Ev0") is not None
    assert door.questions() == ["Who won?"]


def test_an_edit_asks_anew_and_a_preview_does_not(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who wun?", "2.0"))
    assert door.questions() == ["Who wun?"]
    door.deliver(changed(f"<@{BOT}> Who wun?", f"<@{BOT}> Who wun?", "2.0", "3.0"))
    assert door.questions() == []
    door.deliver(changed(f"<@{BOT}> Who won?", f"<@{BOT}> Who wun?", "2.0", "4.0"))
    assert door.questions() == ["Who won?"]


def test_an_edit_of_what_is_under_way_ends_it_and_asks_anew(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who wun?", "2.0"))
    work = door.take()
    door.inbox.save_posted(work.id, ["2.5"])
    door.deliver(changed(f"<@{BOT}> Who won?", f"<@{BOT}> Who wun?", "2.0", "3.0"))
    assert door.inbox.stops("me") == {work.id: "edited"}
    door.inbox.finish(work, "done")
    again = door.take()
    assert (again.request.text, again.posted, again.attempts) == ("Who won?", ("2.5",), 1)


def test_edits_that_come_out_of_order_end_at_the_latest(door: Door) -> None:
    door.deliver(changed(f"<@{BOT}> third", f"<@{BOT}> second", "2.0", "4.0"))
    door.deliver(said(f"<@{BOT}> first", "2.0"))
    door.deliver(changed(f"<@{BOT}> second", f"<@{BOT}> first", "2.0", "3.0"))
    assert door.questions() == ["third"]


def test_a_deletion_takes_the_answer_away_and_one_that_comes_first_prevents_it(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who won?", "2.0"))
    work = door.take()
    door.inbox.save_posted(work.id, ["2.5"])
    door.inbox.finish(work, "done")
    incoming = door.deliver(deleted(f"<@{BOT}> Who won?", "2.0"))
    assert incoming is not None
    assert incoming.gone == ("C1", ("2.5",))
    door.deliver(deleted(f"<@{BOT}> Too early?", "5.0"))
    door.deliver(said(f"<@{BOT}> Too early?", "5.0"))
    door.deliver(changed(f"<@{BOT}> Again?", f"<@{BOT}> Too early?", "5.0", "6.0"))
    assert door.questions() == []


def test_a_deletion_ends_what_is_under_way(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who won?", "2.0"))
    work = door.take()
    door.inbox.save_posted(work.id, ["2.5"])
    door.deliver(deleted(f"<@{BOT}> Who won?", "2.0"))
    assert door.inbox.stops("me") == {work.id: "deleted"}
    assert door.inbox.finish(work, "done") == ("2.5",)
    assert door.questions() == []


def test_others_deletions_leave_no_trace(door: Door) -> None:
    door.deliver(deleted("nothing to do with it", "2.0"))
    door.deliver(said(f"<@{BOT}> Who won?", "2.0"))
    assert door.questions() == ["Who won?"]


def test_stop_ends_all_of_a_thread_and_nothing_else(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> One?", "1.0"))
    door.deliver(said("Two?", "2.0", thread_ts="1.0"))
    door.deliver(said(f"<@{BOT}> Elsewhere?", "3.0"))
    work = door.take()
    door.deliver({"type": "agent_session_stopped", "channel": "C1", "thread_ts": "1.0", "user": "U1"})
    assert door.inbox.stops("me") == {work.id: "stopped"}
    elsewhere = door.take()
    assert elsewhere.request.text == "Elsewhere?"
    assert door.inbox.stops("me") == {work.id: "stopped"}
    door.inbox.finish(work, "done")
    second = door.take()
    assert door.inbox.stops("me") == {second.id: "stopped"}


def test_a_thread_is_worked_on_one_question_at_a_time_and_in_order(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> One?", "1.0"))
    door.deliver(said("Two?", "2.0", thread_ts="1.0"))
    first = door.take()
    assert door.inbox.take("me") is None
    door.inbox.finish(first, "done")
    assert door.take().request.text == "Two?"


def test_what_a_dead_process_was_at_is_queued_again(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> One?", "1.0"))
    work = door.take()
    assert door.inbox.owners() == {"me"}
    assert door.inbox.release("me") == 1
    again = door.inbox.take("another")
    assert again is not None
    assert (again.id, again.attempts) == (work.id, 2)


def test_what_was_asked_is_erased_once_it_is_answered(door: Door, tmp_path: Path) -> None:
    door.deliver(said(f"<@{BOT}> Who is the whistleblower?", "1.0"))
    assert door.questions() == ["Who is the whistleblower?"]
    with door.inbox.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in tmp_path.glob("slack.sqlite3*"):
        assert b"whistleblower" not in file.read_bytes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<@{BOT}> Who won?", "Who won?"),
        ("Did <@U2|vera> or <@U3> win?", "Did @vera or @U3 win?"),
        (
            "See <https://a.example/x?a=1&amp;b=2|the report> &amp; <https://b.example>",
            "See the report & https://b.example",
        ),
        ("In <#C2|sports> &lt;b&gt;", "In #sports <b>"),
        ("<!channel> <!subteam^S1|@desk> now", "channel @desk now"),
        ("Write to <mailto:a@b.example|a@b.example>", "Write to a@b.example"),
        ("a &amp;lt; b", "a &lt; b"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_slacks_text_as_it_was_typed(text: str, words: str) -> None:
    assert plain_text(text, without=BOT) == words


RULES = """
workspaces:
  default: {ask: nobody}
  T1:
    filter: wire
    ask: [U1]
    channels:
      C1: {filter: sports-desk, ask: everyone}
      direct: {check: nobody}
"""


def test_rules_of_channels(tmp_path: Path, door: Door) -> None:
    file = tmp_path / "slack.yaml"
    file.write_text(RULES)
    rules = read_rules(file)
    assert rules.filters() == {"wire", "sports-desk"}
    sports, other, direct = rules.of("T1", "C1"), rules.of("T1", "C2"), rules.of("T1", "D1")
    assert (sports.filter, other.filter, direct.filter) == ("sports-desk", "wire", "wire")
    assert [sports.allows("ask", "U2"), other.allows("ask", "U2"), other.allows("ask", "U1")] == [True, False, True]
    assert [direct.allows("check", "U1"), other.allows("check", "U2")] == [False, True]
    assert not rules.of("T2", "C1").allows("ask", "U1")
    assert not sports.allows("ask", "U9", guest=True)
    door.rules = rules
    incoming = door.deliver(said(f"<@{BOT}> Who won?", "1.0", user="U2", channel="C2"))
    assert incoming is not None
    assert incoming.refused is not None
    assert (incoming.refused.user, door.questions()) == ("U2", [])
    again = door.deliver(said(f"<@{BOT}> Who won?", "1.0", user="U2", channel="C2") | {"type": "app_mention"})
    assert again is not None
    assert again.refused is None  # it is said once
    door.deliver(said(f"<@{BOT}> Who won?", "2.0", user="U2", user_team="T9"))
    assert door.questions() == []
    door.deliver(said(f"<@{BOT}> Who won?", "3.0", user="U2"))
    assert door.questions() == ["Who won?"]


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("workspaces: {T1: {chanels: {}}}", "workspaces.T1.chanels"),
        ("workspaces: [", "not valid YAML"),
        ("workspaces: {T1: {ask: some}}", "workspaces.T1.ask"),
        ("- a", "the file"),
    ],
)
def test_rules_that_cannot_be_read(tmp_path: Path, text: str, said_of_it: str) -> None:
    file = tmp_path / "slack.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as error:
        read_rules(file)
    assert str(file) in error.value.message
    assert said_of_it in error.value.message


def test_a_thread_keeps_its_conversation(door: Door) -> None:
    door.deliver(said(f"<@{BOT}> Who won?", "1.0"))
    thread = Thread(TEAM, "C1", "1.0")
    first = door.inbox.conversation_of(thread)
    door.deliver(said("And when?", "2.0", thread_ts="1.0"))
    assert first is not None
    assert door.inbox.conversation_of(thread) == first
    assert door.inbox.new_conversation(thread) != first
    assert door.inbox.conversation_of(Thread(TEAM, "C1", "9.0")) is None
