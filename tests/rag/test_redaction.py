import json
from dataclasses import replace

import pytest

from dateline.api.asking import to_json
from dateline.rag.redaction import as_asked, without_article, without_details
from tests.api.answers import ANSWER, REFUSED


def test_a_claim_loses_its_words_and_keeps_its_place() -> None:
    without = without_article(to_json(ANSWER), "wire")
    assert without is not None
    answer = json.loads(without)
    assert answer["text"] == "The river Alm rose by three metres on Monday. [1] [erased] [2]"
    first, second = answer["claims"]
    assert first == json.loads(to_json(ANSWER))["claims"][0]
    assert (second["text"], second["speaker"], second["speaker_role"]) == ("[erased]", None, None)
    assert [answer["text"][c["answer_span"]["start"] : c["answer_span"]["end"]] for c in answer["claims"]] == [
        "The river Alm rose by three metres on Monday. [1]",
        "[erased] [2]",
    ]
    assert second["citations"][0]["quote"] == ""
    assert answer["short_answer"] == {
        "text": "three metres", "claim": "c1", "source_span": {"start": 22, "end": 34},
    }  # fmt: skip
    (disagreement,) = answer["disagreements"]
    assert (disagreement["subject"], [p["value"] for p in disagreement["positions"]]) == (
        "[erased]",
        ["three metres", "[erased]"],
    )
    assert answer["receipt"]["dropped"] == [{"text": "[erased]", "reason": "said before"}]
    assert "two metres" not in without


def test_the_short_answer_goes_with_its_claim() -> None:
    without = without_article(to_json(ANSWER), "river")
    assert without is not None
    answer = json.loads(without)
    assert answer["short_answer"] is None
    assert answer["sources"][0]["title"] is answer["sources"][0]["published"] is None
    assert answer["claims"][0]["event_time"] is None
    for word in ("three metres", "Alm rises", "Gazette"):
        assert word not in without


def test_the_nearest_passages_of_a_refusal() -> None:
    without = without_article(to_json(REFUSED), "river")
    assert without is not None
    assert json.loads(without)["refusal"]["nearest"][0]["quote"] == ""
    assert "Alm rose" not in without


def test_answers_without_the_article_are_unchanged() -> None:
    assert without_article(to_json(ANSWER), "riv") is None
    assert without_article(to_json(ANSWER), "nobody") is None
    assert without_article("no JSON", "river") is None


def test_other_json_becomes_an_empty_answer() -> None:
    assert without_article("no JSON with river", "river") == "{}"
    assert without_article('["river"]', "river") == "{}"
    odd = '{"claims": 3, "x": "river", "sources": [1], "receipt": {"dropped": null}}'
    assert json.loads(without_article(odd, "river") or "") == json.loads(odd)
    assert as_asked("no JSON") == "no JSON"


def test_how_a_question_was_understood_may_have_its_words() -> None:
    understanding = replace(ANSWER.understanding, standalone_question="How far did the river by the wire factory rise?")
    without = json.loads(without_article(to_json(replace(ANSWER, understanding=understanding)), "wire") or "")
    assert without["understanding"]["standalone_question"] == ANSWER.question


def test_a_follow_up_as_it_was_asked() -> None:
    plain = to_json(replace(ANSWER, understanding=replace(ANSWER.understanding, notes=())))
    assert as_asked(plain) == plain
    answer = json.loads(plain)
    answer["understanding"]["standalone_question"] = "How far did the river by the wire factory rise?"
    answer["receipt"]["dropped"] = [{"text": "By the wire factory?", "reason": "is no question: by"}]
    asked = json.loads(as_asked(json.dumps(answer)))
    assert asked["receipt"]["dropped"] == [{"text": "[erased]", "reason": "is no question"}]
    answer["understanding"]["standalone_question"] = answer["question"]
    answer["receipt"]["dropped"] = asked["receipt"]["dropped"]
    assert asked == answer


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("number not in passage: 42", "number not in passage"),
        ("the rewritten question brings in something new: Ada Lorne", "the rewritten question brings in something new"),
        ("the rewritten question brings in Ada Lorne", "the rewritten question"),
        ("the rewritten question leaves out 2015", "the rewritten question"),
        ("unsupported", "unsupported"),
    ],
)
def test_a_reason_keeps_no_words_of_an_article(reason: str, kept: str) -> None:
    assert without_details(reason) == kept
