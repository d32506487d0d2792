"""Commands, the shortcut, feedback, sources and asking again: what is pressed in Slack, over real HTTP."""

from __future__ import annotations

from typing import Any

from dateline.index.feedback import latest_feedback
from tests.api.slack.block_rules import words
from tests.api.slack.desk import Desk
from tests.api.slack.people import Http

CHESS = "Who won the chess title in nine rounds?"


def test_ask_begins_a_thread_with_the_question(desk: Desk) -> None:
    desk.people.command("/ask", CHESS, "C1", "U1")
    desk.settle()
    root, answer = desk.slack.own("C1")
    assert root.words == f"@U1 asks: {CHESS}\n"
    assert (root.ts, answer.thread_ts) == (root.thread_ts, root.ts)
    assert answer.words.startswith("Vera Quist won the chess title")
    assert not root.unfurls
    desk.ask("C1", "U1", "Why did the Ziegel bridge close?", thread=root.ts)
    assert len(desk.slack.own("C1", root.ts)) == 3


def test_ask_without_a_question_says_how(desk: Desk) -> None:
    desk.people.command("/ask", " ", "C1", "U1")
    assert isinstance(desk.people.way, Http)
    assert "/ask Who is the mayor?" in desk.people.way.last["text"]


def test_ask_where_the_app_is_not_answers_who_asked(desk: Desk) -> None:
    desk.slack.outside.add("C9")
    desk.people.command("/ask", CHESS, "C9", "U1")
    desk.settle()
    desk.slack.until(lambda: bool(desk.slack.responses))
    assert "not in the channel" in desk.slack.responses[0]["text"]
    assert desk.slack.responses[0]["response_type"] == "ephemeral"


def test_check_says_what_of_a_text_is_in_the_archive(desk: Desk) -> None:
    desk.people.command(
        "/check", "Vera Quist won the chess title in nine rounds. The mayor danced all night.", "C1", "U1"
    )
    desk.settle()
    root, checked = desk.slack.own("C1")
    assert root.words.startswith("@U1 has a text checked: ")
    said = checked.words
    assert "✓ Vera Quist won the chess title in nine rounds.\nSupported\n> Vera Quist won" in said
    assert "[1] Harbor Post: Quist wins, 20 Aug 2021" in said
    assert "1 supported, 1 not found in the archive" in said


def test_check_without_a_text_opens_a_modal(desk: Desk) -> None:
    desk.people.command("/check", "", "C1", "U1")
    desk.slack.until(lambda: bool(desk.slack.views))
    desk.people.submit(desk.slack.views[0], "U1", {"text": {"value": "Vera Quist won the chess title in nine rounds."}})
    desk.settle()
    assert "1 supported" in desk.slack.own("C1")[-1].words


def test_the_shortcut_checks_a_message_in_its_thread(desk: Desk) -> None:
    ts = desk.people.say("C1", "U2", "Vera Quist won the chess title in nine rounds.")
    desk.people.check("C1", ts, "U1", "Vera Quist won the chess title in nine rounds.")
    desk.settle()
    assert "1 supported" in desk.answer("C1", ts).words
    assert desk.answer("C1", ts).thread_ts == ts


def test_feedback_is_kept_like_the_pages(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", f"@Dateline {CHESS}")
    message = desk.answer("C1", ts)
    for _ in range(2):
        desk.people.press(message, "dateline_feedback", "U1", choice="positive")
    desk.people.press(message, "dateline_feedback", "U2", choice="negative")
    desk.slack.until(lambda: bool(desk.slack.views))
    view = desk.slack.views[0]
    chosen = [{"value": "outdated"}, {"value": "wrong"}]
    desk.people.submit(
        view, "U2", {"reasons": {"selected_options": chosen}, "comment": {"value": " She resigned <later>. "}}
    )
    desk.slack.until(lambda: len(desk.slack.whispers) == 3)
    kept = sorted(latest_feedback(desk.services.archive, 10), key=lambda one: one.rating)
    assert [(one.rating, one.reasons, one.comment) for one in kept] == [
        ("helpful", (), None),
        ("unhelpful", ("wrong", "outdated"), "She resigned <later>."),
    ]
    assert len({one.answer_id for one in kept}) == 1


def test_sources_are_shown_with_their_words(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", f"@Dateline {CHESS}")
    desk.people.press(desk.answer("C1", ts), "dateline_sources", "U1")
    desk.slack.until(lambda: bool(desk.slack.views))
    assert "> Vera Quist won the chess title in nine rounds." in words(desk.slack.views[0]["blocks"])


def test_asking_again_as_of_a_day_and_from_some_outlets(desk: Desk) -> None:
    ts = desk.ask("C1", "U1", "@Dateline How many metres did the river Alm rise?")
    desk.people.press(desk.answer("C1", ts), "dateline_again", "U1")
    desk.slack.until(lambda: bool(desk.slack.views))
    view = desk.slack.views[0]
    assert view["title"]["text"] == "Ask again"
    values: dict[str, dict[str, Any]] = {
        "as_of": {"selected_date": "2021-08-10"},
        "outlets": {"selected_options": [{"value": "Larkfield Gazette"}]},
    }
    desk.people.submit(view, "U1", values)
    desk.settle()
    again = desk.stage.asked[-1]
    assert (str(again.filters.as_of), again.filters.outlets) == ("2021-08-10", ("Larkfield Gazette",))
    said = desk.answer("C1", ts).words
    assert "Asked again: archive as of 10 Aug 2021; only Larkfield Gazette" in said
    desk.people.submit(view, "U1", values)
    desk.settle()
    assert len(desk.slack.own("C1", ts)) == 2  # the same modal again asks nothing


def test_an_answer_that_was_erased_is_said_to_be_gone(desk: Desk) -> None:
    from datetime import UTC, datetime

    from dateline.index.retention import erase_answers_before

    ts = desk.ask("C1", "U1", f"@Dateline {CHESS}")
    desk.people.press(desk.answer("C1", ts), "dateline_again", "U1")
    desk.slack.until(lambda: bool(desk.slack.views))
    erase_answers_before(desk.services.archive, datetime(2100, 1, 1, tzinfo=UTC))
    desk.people.submit(desk.slack.views[0], "U1", {"as_of": {"selected_date": None}})
    assert isinstance(desk.people.way, Http)
    assert desk.people.way.last["response_action"] == "errors"
    desk.ask("C1", "U1", "Why did the Ziegel bridge close?", thread=ts)
    assert desk.answer("C1", ts).words.startswith("Engineers closed the Ziegel bridge")
