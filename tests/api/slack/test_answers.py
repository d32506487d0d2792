"""Questions answered in Slack, over real HTTP: streams, threads, Stop, edits, deletions, faults, long answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import update

from dateline.api.compose import Services
from dateline.api.slack.database import work
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.rich_text import MOST_CHARS
from dateline.index.feedback import latest_feedback
from dateline.index.filters import Filters
from dateline.index.saved_filters import save_filter
from tests.api.conftest import NOW
from tests.api.page.scenes import Gate, Said, answer_of
from tests.api.slack.block_rules import words
from tests.api.slack.desk import Desk
from tests.api.slack.stand_in import StandIn

CHESS = "@Dateline Who won the chess title in nine rounds?"
WON = "Vera Quist won the chess title in nine rounds. [1]"


def test_a_mention_is_answered_in_its_thread_by_a_stream(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", CHESS)
    (message,) = desk.slack.own("C1", ts)
    assert message.words.startswith(WON)
    assert not message.streaming
    assert [task["status"] for task in message.tasks.values()] == ["complete"] * 3
    assert list(message.tasks) == ["search", "read", "check"]
    assert desk.slack.sessions["C1", ts] == ["processing", "active"]
    assert desk.slack.titles["C1", ts] == "Who won the chess title in nine rounds?"
    started = desk.slack.called("chat.startStream")
    assert (started[0]["recipient_user_id"], started[0]["recipient_team_id"]) == ("U1", "T0NEWS")
    assert not desk.slack.called("chat.postMessage")


def test_a_thread_is_a_conversation(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", CHESS)
    desk.ask("C1", "U1", "Why did the Ziegel bridge close?", thread=ts)
    first, second = desk.stage.asked
    assert first.conversation is not None
    assert second.conversation is not None
    assert first.conversation.id == second.conversation.id
    assert [turn.question for turn in second.conversation.turns] == ["Who won the chess title in nine rounds?"]
    other = desk.ask("C1", "U1", CHESS)
    assert desk.stage.asked[-1].conversation != second.conversation
    assert len(desk.slack.own("C1", other)) == 1


def test_questions_are_not_kept_where_the_server_keeps_none(open_app: Callable[..., Desk], services: Services) -> None:
    desk = open_app(replace(services, store_answers=False))
    ts = desk.ask("C1", "U1", CHESS)
    assert desk.answer("C1", ts).words.startswith(WON)
    assert desk.stage.asked[0].conversation is None
    assert not any(block["type"] == "context_actions" for block in desk.answer("C1", ts).stopped_blocks)


def test_a_refusal_says_why_and_what_comes_nearest(desk: Desk) -> None:
    ts = desk.ask("D1", "U1", "Who leads the orchestra of Lindwald?")
    said = desk.answer("D1", ts).words
    assert said.startswith("No answer: ")
    assert "Nearest in the archive" in said


def test_stop_ends_the_work(desk: Desk) -> None:
    gate = Gate()
    answer = answer_of(
        desk.services.archive, "Tell me of the bridge", [Said("bridge", "Ferries carry the traffic")] * 3
    )
    desk.stage.plays[answer.question] = gate.hold(answer, after=2)
    ts = desk.people.say("C1", "U1", "@Dateline Tell me of the bridge")
    desk.slack.until(lambda: any(one.tasks.get("check") for one in desk.slack.own("C1", ts)))
    desk.people.stop("C1", ts, "U1")
    assert gate.closed_early.wait(60)
    desk.settle()
    said = desk.answer("C1", ts).words
    assert said.startswith("Ferries carry the traffic [1]\nStopped.")
    assert desk.slack.sessions["C1", ts][-1] == "active"
    assert desk.slack.called("chat.update")  # Slack had ended the stream


def test_an_edit_asks_anew_in_the_same_message(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", CHESS)
    before = desk.answer("C1", ts)
    desk.people.edit("C1", ts, "U1", "@Dateline Why did engineers close the Ziegel bridge?")
    desk.settle()
    (message,) = desk.slack.own("C1", ts)
    assert message.ts == before.ts
    assert message.words.startswith("Engineers closed the Ziegel bridge because its cables had rusted. [1]")


def test_an_edit_while_it_is_answered(desk: Desk) -> None:
    gate = Gate()
    answer = answer_of(desk.services.archive, "Tell me of the bridge", [Said("bridge", "Ferries carry the traffic")])
    desk.stage.plays[answer.question] = gate.hold(answer, after=1)
    ts = desk.people.say("C1", "U1", "@Dateline Tell me of the bridge")
    desk.slack.until(lambda: bool(desk.slack.own("C1", ts)))
    desk.people.edit("C1", ts, "U1", CHESS)
    assert gate.closed_early.wait(60)
    desk.settle()
    (message,) = desk.slack.own("C1", ts)
    assert message.words.startswith(WON)


def test_a_deletion_takes_the_answer_away(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", CHESS)
    desk.people.delete("C1", ts, "U1")
    desk.slack.until(lambda: not desk.slack.own("C1", ts))


def test_a_deletion_while_it_is_answered(desk: Desk) -> None:
    gate = Gate()
    answer = answer_of(desk.services.archive, "Tell me of the bridge", [Said("bridge", "Ferries carry the traffic")])
    desk.stage.plays[answer.question] = gate.hold(answer, after=1)
    ts = desk.people.say("C1", "U1", "@Dateline Tell me of the bridge")
    desk.slack.until(lambda: bool(desk.slack.own("C1", ts)))
    desk.people.delete("C1", ts, "U1")
    assert gate.closed_early.wait(60)
    desk.settle()
    desk.slack.until(lambda: desk.slack.own("C1", ts) == [])


def test_a_stream_that_expires_goes_on_by_update(desk: Desk) -> None:
    desk.slack.stream_life = 0
    ts = desk.ask("C1", "U1", CHESS)
    (message,) = desk.slack.own("C1", ts)
    assert message.words.startswith(WON)
    assert desk.slack.called("chat.update")


def test_where_no_stream_can_be_begun_a_message_is_posted(desk: Desk) -> None:
    desk.slack.fault("chat.startStream", "limited", value=30)
    ts = desk.ask("C1", "U1", CHESS)
    (message,) = desk.slack.own("C1", ts)
    assert message.words.startswith(WON)
    assert message.text.startswith("Vera Quist won the chess title")
    assert not message.unfurls


def test_a_limit_is_waited_for_as_long_as_slack_says(desk: Desk) -> None:
    desk.slack.fault("chat.stopStream", "limited", value=20)
    ts = desk.ask("C1", "U1", CHESS)
    assert desk.answer("C1", ts).words.startswith(WON)
    assert max(desk.slack.time.waits) >= 20


@pytest.mark.parametrize("kind", ["down", "cut"])
def test_a_connection_that_breaks_at_the_beginning_loses_and_doubles_nothing(desk: Desk, kind: str) -> None:
    desk.slack.fault("chat.startStream", kind)
    ts = desk.ask("C1", "U1", CHESS)
    (message,) = desk.slack.own("C1", ts)
    assert message.words.count("Vera Quist won the chess title in nine rounds.") == 1
    assert not message.streaming


def test_an_archived_channel_is_said_to_who_asked(desk: Desk) -> None:
    desk.slack.archived.add("C1")
    desk.ask("C1", "U1", CHESS)
    (message,) = desk.slack.own("U1")
    assert "the channel is archived" in message.text
    assert desk.app.inbox.latest_problems()[0]["code"] == "is_archived"


def test_a_revoked_token_is_remembered(desk: Desk) -> None:
    desk.slack.revoked.add("xoxb-one")
    desk.ask("C1", "U1", CHESS)
    assert "token_revoked" in [one["code"] for one in desk.app.inbox.latest_problems()]
    assert desk.slack.own() == []


def test_without_the_subscription_there_is_an_answer_all_the_same(desk: Desk) -> None:
    desk.slack.subscribed = False
    desk.slack.fault("agents.sessions.setStatus", "missing_scope", times=1)
    ts = desk.ask("C1", "U1", CHESS)
    assert desk.answer("C1", ts).words.startswith(WON)
    codes = {one["code"] for one in desk.app.inbox.latest_problems()}
    assert codes == {"session", "missing_agent_session_stopped_event_subscription"}


def test_a_long_answer_is_cut_between_sentences(desk: Desk) -> None:
    sentence = "Ferries carry the traffic instead. " + "They carry it by day and by night. " * 20
    said = [Said("bridge", "Ferries carry the traffic instead.", text=f"{number}. {sentence}") for number in range(60)]
    answer = answer_of(desk.services.archive, "Tell me everything of the bridge", said)
    desk.stage.says(answer)
    ts = desk.ask("C1", "U1", "@Dateline Tell me everything of the bridge")
    messages = desk.slack.own("C1", ts)
    assert len(messages) > 3
    for message in messages:
        assert len(words(message.blocks)) <= MOST_CHARS + 1_000
    numbers = [
        int(line.split(".")[0]) for one in messages for line in words(one.blocks).splitlines() if line[:1].isdigit()
    ]
    assert numbers == list(range(60))


def test_a_channel_sees_its_part_and_no_more(
    open_app: Callable[..., Desk], services: Services, tmp_path: object
) -> None:
    save_filter(services.archive, "gazette", Filters(outlets=("Larkfield Gazette",)), NOW)
    rules = services.archive.home / "rules.yaml"
    rules.write_text("workspaces: {T0NEWS: {channels: {C2: {filter: gazette}}}}")
    desk = open_app(rules=rules)
    everywhere = desk.ask("C1", "U1", CHESS)
    inside = desk.ask("C2", "U1", CHESS)
    assert "Quist" in desk.answer("C1", everywhere).words
    assert "Quist" not in desk.answer("C2", inside).words
    assert "No answer" in desk.answer("C2", inside).words
    desk.people.press(desk.answer("C2", inside), "dateline_again", "U1")
    desk.slack.until(lambda: bool(desk.slack.views))
    outlets = [option["value"] for option in desk.slack.views[-1]["blocks"][-1]["element"]["options"]]
    assert outlets == ["Larkfield Gazette"]


def test_who_may_not_ask_is_told_so_alone(open_app: Callable[..., Desk], services: Services) -> None:
    rules = services.archive.home / "rules.yaml"
    rules.write_text("workspaces: {T0NEWS: {ask: [U1], feedback: nobody}}")
    desk = open_app(rules=rules)
    desk.ask("C1", "U2", CHESS)
    desk.slack.until(lambda: bool(desk.slack.whispers))
    assert desk.slack.whispers == [("C1", "U2", "You may not ask Dateline questions here.")]
    ts = desk.ask("C1", "U1", CHESS)
    assert len(desk.slack.own()) == 1
    desk.people.press(desk.answer("C1", ts), "dateline_feedback", "U1", choice="positive")
    desk.slack.until(lambda: len(desk.slack.whispers) == 2)
    assert latest_feedback(services.archive, 5) == []


def place_becomes_answer(desk: Desk) -> None:
    """Of two questions the second has its place in line shown; the same message then has its answer."""
    gate = Gate()
    answer = answer_of(desk.services.archive, "Tell me of the bridge", [Said("bridge", "Ferries carry the traffic")])
    desk.stage.plays[answer.question] = gate.hold(answer, after=1)
    desk.people.say("C1", "U1", "@Dateline Tell me of the bridge")
    second = desk.people.say("C1", "U2", CHESS)
    desk.slack.until(lambda: bool(desk.slack.own("C1", second)))
    (waiting,) = desk.slack.own("C1", second)
    assert waiting.words == "In line: 1 question is before this one.\n"
    gate.event.set()
    desk.settle()
    (message,) = desk.slack.own("C1", second)
    assert message.ts == waiting.ts
    assert message.words.startswith(WON)


def test_a_place_in_line_is_shown_and_becomes_the_answer(open_app: Callable[..., Desk]) -> None:
    place_becomes_answer(open_app(workers=1))


def test_a_place_in_line_that_a_killed_process_posted_becomes_the_answer(
    open_app: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_over(inbox: Inbox, work_id: int, _posted: Sequence[str]) -> None:
        """As by another process, after one that was killed before it could note what it posted."""
        with inbox.engine.begin() as connection:
            connection.execute(update(work).where(work.c.id == work_id).values(state="queued", owner=None))

    monkeypatch.setattr(Inbox, "let_go", taken_over)
    place_becomes_answer(open_app(workers=1))


def test_a_full_queue_says_so(open_app: Callable[..., Desk]) -> None:
    desk = open_app(workers=1, queue=1)
    gate = Gate()
    answer = answer_of(desk.services.archive, "Tell me of the bridge", [Said("bridge", "Ferries carry the traffic")])
    desk.stage.plays[answer.question] = gate.hold(answer, after=1)
    desk.people.say("C1", "U1", "@Dateline Tell me of the bridge")
    desk.people.say("C1", "U2", CHESS)
    desk.slack.until(lambda: bool(desk.slack.whispers))
    assert desk.slack.whispers[0][2].startswith("Too many questions are waiting.")
    gate.event.set()
    desk.settle()


def test_suggested_prompts(desk: Desk) -> None:
    desk.people.open_home("U1", "D1")
    desk.slack.until(lambda: bool(desk.slack.prompts))
    assert desk.slack.prompts[0]["channel_id"] == "D1"


def test_a_question_that_cannot_be_one(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", "@Dateline")
    assert "the question is empty" in desk.answer("C1", ts).words
    ts = desk.ask("C1", "U1", "@Dateline " + "why " * 600)
    assert "more than 2,000" in desk.answer("C1", ts).words


def test_an_error_inside_is_said_and_not_shown(desk: Desk, slack: StandIn) -> None:
    def play(_question: object) -> object:
        raise RuntimeError("secret")

    desk.stage.plays["Tell me of the bridge"] = play  # type: ignore[assignment]
    ts = desk.ask("C1", "U1", "@Dateline Tell me of the bridge")
    assert desk.answer("C1", ts).words == "Something went wrong inside Dateline; see its log.\n"
