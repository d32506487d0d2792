"""The Answer on the wire: the names that clients rely on, and that what was stored is what was sent."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from dateline.api.asking import to_json
from dateline.api.http.wire.common import AnswerRequest, FiltersIn
from tests.api.answers import ANSWER, REFUSED

CITATION = {"source", "article_id", "passage_id", "source_span", "quote"}
NAMES: dict[str, set[str]] = {
    "": {
        "id", "status", "question", "asked_at", "answered_by", "text", "short_answer", "claims", "disagreements",
        "sources", "origins", "gaps", "refusal", "understanding", "receipt",
    },
    "short_answer": {"text", "claim", "source_span"},
    "short_answer.source_span": {"start", "end"},
    "claims.0": {"id", "text", "heading", "answer_span", "citations", "speaker", "support"},
    "claims.0.answer_span": {"start", "end"},
    "claims.0.citations.0": CITATION,
    "claims.0.citations.0.source_span": {"start", "end"},
    "claims.0.support": {"label", "score", "method"},
    "disagreements.0": {"subject", "kind", "positions"},
    "disagreements.0.positions.0": {"value", "citations"},
    "disagreements.0.positions.0.citations.0": CITATION,
    "sources.0": {"number", "article_id", "title", "outlet", "url", "published", "published_basis", "story_id"},
    "understanding": {"standalone_question", "kind", "time_window"},
    "understanding.time_window": {"from", "to", "applies_to"},
    "receipt": {"index_snapshot", "encoder", "prompt_sha256", "passages", "dropped", "timings_ms"},
    "receipt.passages.0": {"passage_id", "sha256", "score"},
    "receipt.dropped.0": {"text", "reason"},
}  # fmt: skip
ADDED = {
    "": {"confidence", "conversation_id", "stored"},
    "claims.0": {"speaker_role", "event_time"},
    "claims.0.citations.0": {"page"},
    "disagreements.0.positions.0.citations.0": {"page"},
    "disagreements.0.positions.0": {"superseded"},
    "sources.0": {"copies", "corrected_by"},
    "understanding": {"language", "notes"},
    "receipt": {"reader", "llm", "rewritten"},
    "receipt.passages.0": {"source_span"},
}


def at(value: Any, path: str) -> Any:
    """The part of a JSON value at `a.0.b`."""
    for step in path.split(".") if path else []:
        value = value[int(step)] if step.isdigit() else value[step]
    return value


@pytest.mark.parametrize("path", NAMES)
def test_answer_has_the_names_of_the_design(path: str) -> None:
    found = at(json.loads(to_json(ANSWER)), path)
    assert set(found) == NAMES[path] | ADDED.get(path, set())


def test_refusal_has_the_names_of_the_design() -> None:
    refused = json.loads(to_json(REFUSED))
    assert refused["status"] == "refused"
    assert set(refused["refusal"]) == {"reason", "message", "nearest"}
    assert set(refused["refusal"]["nearest"][0]) == {"article_id", "passage_id", "quote", "published"}


def test_values_keep_their_form() -> None:
    answer = json.loads(to_json(ANSWER))
    assert answer["asked_at"] == "2021-09-01T12:00:00Z"
    assert answer["understanding"]["time_window"] == {"from": "2021-08-01T00:00:00Z", "to": None, "applies_to": "event"}
    assert answer["claims"][0]["answer_span"] == {"start": 0, "end": 49}
    assert answer["claims"][0]["event_time"] == {"from": "2021-08-02", "to": "2021-08-02"}
    assert answer["sources"][1]["published"] is None
    assert answer["refusal"] is None
    assert (answer["confidence"], answer["receipt"]["reader"]) == (0.8125, "overlap")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2021-08-05", "2021-08-05"),
        ("2021-08-05T12:00:00+02:00", "2021-08-05T12:00:00+02:00"),
        ("5 August 2021", "2021-08-05"),
    ],
)
def test_dates_are_read_as_everywhere(written: str, meant: str) -> None:
    request = FiltersIn.model_validate({"published_from": written})
    assert request.published_from is not None
    assert request.published_from.isoformat() == meant


@pytest.mark.parametrize("wrong", ["20211-01-01", "2021", "yesterday", "", 1628121600, True, "03/04/2021"])
def test_what_is_no_date_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError, match="not a full date"):
        FiltersIn.model_validate({"published_from": wrong})


def test_asked_at_is_taken_to_utc() -> None:
    from tests.api.conftest import NOW

    moment = AnswerRequest.model_validate({"question": "Who?", "asked_at": "2021-08-05T01:00:00+05:30"}).moment(NOW)
    assert moment.isoformat() == "2021-08-04T19:30:00+00:00"
    day = AnswerRequest.model_validate({"question": "Who?", "asked_at": "2021-08-05"}).moment(NOW)
    assert day.isoformat() == "2021-08-05T23:59:59+00:00"
    assert AnswerRequest(question="Who?").moment(NOW) == NOW
