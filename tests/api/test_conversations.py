"""Conversations through HTTP and the command line."""

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.asking import REMEMBERED, ask, random_conversation_id
from dateline.api.compose import Services
from dateline.index.conversations import StoredTurn, add_turn, summaries_of, turns_of
from dateline.index.filters import Filters
from dateline.index.keys import create_key
from dateline.index.saved_filters import save_filter
from dateline.rag.question import Question
from tests.api.conftest import NOW, RIVER, CommandLine


def post(client: TestClient, question: str, conversation: str | None) -> dict[str, Any]:
    sent = client.post("/v1/answers", json={"question": question, "conversation_id": conversation})
    assert sent.status_code == 200, sent.text
    answer: dict[str, Any] = sent.json()
    return answer


def test_a_follow_up_is_understood_by_the_turn_before(client: TestClient) -> None:
    first = post(client, "Who closed the Ziegel bridge?", "new")
    conversation = first["conversation_id"]
    assert re.fullmatch(r"conv_[0-9a-f]{24}", conversation)
    second = post(client, "why?", conversation)
    assert (second["question"], second["conversation_id"]) == ("why?", conversation)
    assert second["understanding"]["standalone_question"].startswith("Why ")
    assert second["understanding"]["standalone_question"].endswith("close the Ziegel bridge?")
    assert second["understanding"]["kind"] == "why"
    assert second["claims"][0]["citations"][0]["article_id"] == "bridge"
    assert client.get(f"/v1/conversations/{conversation}").json() == {
        "id": conversation,
        "turns": [
            {
                "question": answer["question"],
                "standalone_question": answer["understanding"]["standalone_question"],
                "answer_id": answer["id"],
                "asked_at": "2021-09-01T12:00:00Z",
            }
            for answer in (first, second)
        ],
    }
    stored = client.get(f"/v1/answers/{second['id']}").json()
    assert stored["conversation_id"] == conversation


def test_without_a_conversation_a_question_stands_by_itself(client: TestClient) -> None:
    post(client, "Who closed the Ziegel bridge?", "new")
    answer = post(client, "why?", None)
    assert answer["conversation_id"] is None
    assert answer["understanding"]["standalone_question"] == "why?"


def test_two_conversations_know_nothing_of_each_other(client: TestClient) -> None:
    post(client, "Who closed the Ziegel bridge?", "new")
    other = post(client, "why?", "new")
    assert other["understanding"]["standalone_question"] == "why?"


@pytest.mark.parametrize("unknown", ["conv_0", "", "NEW"])
def test_an_unknown_conversation_is_a_problem(client: TestClient, services: Services, unknown: str) -> None:
    sent = client.post("/v1/answers", json={"question": "why?", "conversation_id": unknown})
    assert (sent.status_code, sent.headers["content-type"]) == (404, "application/problem+json")
    assert sent.json()["detail"] == f"there is no conversation {unknown!r}"
    assert services.archive.counts().answers == 0
    assert client.get("/v1/conversations/conv_0").status_code == 404


def test_earlier_answers_are_no_evidence(services: Services) -> None:
    """Whatever an earlier answer said, what is found and cited is of the articles alone."""
    first = ask(
        services, Question("How far did the river Alm rise?", NOW), NOW, conversation_id="new", new_id=lambda: "c"
    )
    assert first.answer.conversation_id == "c"
    alone = ask(services, Question("How far did the river Alm rise?", NOW), NOW).answer
    again = ask(services, Question("How far did the river Alm rise?", NOW), NOW, conversation_id="c").answer
    assert (again.text, again.claims, again.sources, again.receipt.passages) == (
        alone.text,
        alone.claims,
        alone.sources,
        alone.receipt.passages,
    )
    assert len(turns_of(services.archive, "c")) == 2


def test_so_many_turns_are_remembered(services: Services) -> None:
    def asked(question: str, conversation: str) -> str:
        answer = ask(services, Question(question, NOW), NOW, conversation_id=conversation, new_id=lambda: "c").answer
        return answer.understanding.standalone_question

    asked("Who is the mayor of Larkfield?", "new")
    for _ in range(REMEMBERED - 1):
        asked("Thanks a lot!", "c")
    assert asked("and of Ziegel?", "c") == "Who is the mayor of Ziegel?"
    for _ in range(REMEMBERED):
        asked("Thanks a lot!", "c")
    assert asked("and of Alm?", "c") == "and of Alm?"


def test_ids_are_long_and_new() -> None:
    ids = {random_conversation_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"conv_[0-9a-f]{24}", each) for each in ids)


def test_command_line(dateline: CommandLine, tmp_path: Any) -> None:
    article = tmp_path / "articles" / "river.md"
    article.parent.mkdir()
    article.write_text(f"---\ntitle: Alm\npublished: 2021-08-05\n---\n{RIVER}\n", "utf-8")
    assert dateline("ingest", str(article.parent)).exit_code == 0
    first = dateline("ask", "--conversation", "new", "How far did the river Alm rise?")
    assert first.exit_code == 0, first.output
    assert "understood as" not in first.output
    found = re.search(r"continue with: dateline ask --conversation (conv_\w+)", first.output)
    assert found is not None
    second = dateline("ask", "--conversation", found[1], "when?")
    assert "when?\nunderstood as: When did the river Alm rise?\n" in second.output
    as_json = json.loads(dateline("ask", "--conversation", found[1], "--json", "and in 2015?").output)
    assert as_json["understanding"]["standalone_question"] == "When did the river Alm rise in 2015?"
    unknown = dateline("ask", "--conversation", "conv_0", "when?")
    assert unknown.exit_code == 3
    assert "there is no conversation 'conv_0'" in unknown.output
    plain = dateline("ask", "How far did the river Alm rise?")
    assert "conversation" not in plain.output


def test_some_conversations_by_their_ids(client: TestClient) -> None:
    first = post(client, "Who closed the Ziegel bridge?", "new")["conversation_id"]
    second = post(client, "Who won the chess title in nine rounds?", "new")["conversation_id"]
    post(client, "why?", first)
    listed = client.get("/v1/conversations", params={"id": [first, "conv_0", second]}).json()["conversations"]
    assert {one["id"]: (one["question"], one["turns"]) for one in listed} == {
        first: ("Who closed the Ziegel bridge?", 2),
        second: ("Who won the chess title in nine rounds?", 1),
    }
    assert client.get("/v1/conversations").status_code == 422
    assert client.get("/v1/conversations", params={"id": ["x"] * 201}).status_code == 422


def test_the_one_with_the_latest_question_comes_first(services: Services) -> None:
    archive = services.archive
    for number, (conversation, hour) in enumerate([("conv_a", 1), ("conv_b", 3), ("conv_a", 2)]):
        archive.save_answer(f"ans_{number}", NOW, "{}", cited={})
        add_turn(archive, conversation, StoredTurn(f"{number}?", f"{number}?", f"ans_{number}", NOW.replace(hour=hour)))
    found = summaries_of(archive, ["conv_a", "conv_b", "conv_c"])
    assert [(one.id, one.question, one.turns, one.latest.hour) for one in found] == [
        ("conv_b", "1?", 1, 3),
        ("conv_a", "0?", 2, 2),
    ]


def test_the_answers_of_a_conversation_page_by_page(client: TestClient) -> None:
    conversation = post(client, "Who closed the Ziegel bridge?", "new")["conversation_id"]
    for question in ("why?", "when was that?", "who said that?", "Who won the chess title in nine rounds?"):
        post(client, question, conversation)
    whole = [turn["answer_id"] for turn in client.get(f"/v1/conversations/{conversation}").json()["turns"]]
    path, cursor, pages = f"/v1/conversations/{conversation}/answers", None, []
    while True:
        page = client.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        pages.append([answer["id"] for answer in page["answers"]])
        if (cursor := page["next_cursor"]) is None:
            break
    assert pages == [whole[3:], whole[1:3], whole[:1]]
    one = client.get(path, params={"limit": 1}).json()["answers"][0]
    assert one == client.get(f"/v1/answers/{whole[4]}").json()
    assert client.get(path, params={"cursor": "bad"}).status_code == 422
    assert client.get("/v1/conversations/conv_0/answers").status_code == 404


def test_a_key_of_a_part_sees_only_conversations_within(client: TestClient, services: Services) -> None:
    question = {"question": "Who won the chess title in nine rounds?", "filters": {"outlets": ["Harbor Post"]}}
    inside = client.post("/v1/answers", json=question | {"conversation_id": "new"}).json()["conversation_id"]
    outside = post(client, "How far did the river Alm rise?", "new")["conversation_id"]
    save_filter(services.archive, "post", Filters(outlets=("Harbor Post",)), NOW)
    secret = create_key(services.archive, "post", ["ask"], NOW, saved_filter_name="post").secret
    client.headers["authorization"] = f"Bearer {secret}"
    listed = client.get("/v1/conversations", params={"id": [inside, outside]}).json()["conversations"]
    assert [one["id"] for one in listed] == [inside]
    answers = client.get(f"/v1/conversations/{inside}/answers").json()["answers"]
    assert [answer["question"] for answer in answers] == [question["question"]]
    assert client.get(f"/v1/conversations/{outside}/answers").status_code == 404
