"""Answers in the articles' words, chosen by what a scripted model writes; over real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

import pytest

from dateline.index.archive import Archive
from dateline.index.errors import QuestionError
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.events import ClaimVerified, Done
from dateline.rag.generation.answer_confidence import AnswerConfidence
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.llm_profile import HOSTED, LOCAL, LlmProfile
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import LlmStyle, Question
from dateline.rag.verification.support import WordSupport
from tests.articles import FAKE, NOW, READER, record, take_in
from tests.scripted_llm import Reply, in_turn, scripted_llm

CLOSED = "Council workers closed the bridge on Monday because its cables had rusted."
FERRIES = "Some 42 ferries carry the traffic."
BRIDGE = f"{CLOSED} {FERRIES} “We had no choice,” said Ada Lorne, the mayor. She spoke on the pier at noon."
RIVAL = "Harbor pilots say that council workers closed the bridge after a ship had struck a pillar."
WHY = "Why did council workers close the bridge?"
HOW_MANY = "How many ferries carry the traffic?"


class Ask(Protocol):
    def __call__(
        self, reply: Reply, question: str = ..., *, style: LlmStyle | None = ..., profile: LlmProfile = ...
    ) -> Answer: ...


@pytest.fixture
def ask(archive: Archive) -> Iterator[Ask]:
    """Asks an answerer with a scripted model, and checks the invariants of the style `quotes`."""
    take_in(archive, record("bridge", BRIDGE, outlet="Harbor Post"), record("rival", RIVAL, published="2021-08-06"))
    with ExitStack() as stack:

        def asking(
            reply: Reply, question: str = WHY, *, style: LlmStyle | None = "quotes", profile: LlmProfile = LOCAL
        ) -> Answer:
            server = stack.enter_context(scripted_llm(in_turn(reply)))
            writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted", timeout=30)), WordSupport(), profile=profile)
            answerer = Answerer(Searcher(archive, FAKE), READER, writer=writer)
            events = list(answerer.stream(Question(question, NOW, llm=style)))
            done = events[-1]
            assert isinstance(done, Done)
            answer = done.answer
            verified = [event.claim for event in events if isinstance(event, ClaimVerified)]
            assert verified == [replace(claim, heading=None) for claim in answer.claims]
            for claim in answer.claims:
                assert claim.support.method == "verbatim"
                for citation in claim.citations:
                    assert citation.source_span.of(archive.article(citation.article_id).article.text) == citation.quote
                assert claim.text == claim.citations[0].quote
            return answer

        yield asking


def texts(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


def test_the_sentences_that_say_what_the_model_wrote_come_first_in_its_order(ask: Ask) -> None:
    answer = ask(Reply("A ship struck a pillar. The cables rusted."))
    assert texts(answer)[:2] == [RIVAL, CLOSED]
    assert answer.answered_by == "scripted"
    assert answer.receipt.llm is not None
    assert (answer.receipt.llm.style, answer.receipt.llm.fault, answer.receipt.llm.support_check) == (
        "quotes",
        None,
        None,
    )


def test_what_no_sentence_says_is_dropped_and_nothing_made_up_is_said(ask: Ask) -> None:
    answer = ask(Reply("Vandals blew it up with dynamite. The cables rusted."))
    assert texts(answer)[0] == CLOSED
    assert "dynamite" not in answer.text
    assert ("Vandals blew it up with dynamite.", "no sentence of the articles says it") in [
        (one.text, one.reason) for one in answer.receipt.dropped
    ]


def test_the_reader_is_the_fallback_if_nothing_matches(ask: Ask) -> None:
    answer = ask(Reply("Vandals blew it up with dynamite."))
    assert answer.answered_by == "reader"
    assert answer.receipt.llm is not None
    assert answer.receipt.llm.fault == "none of its sentences passed"


def test_a_fact_has_the_words_that_the_model_points_at_as_short_answer(ask: Ask) -> None:
    answer = ask(Reply("42 ferries carry the traffic."), HOW_MANY)
    assert texts(answer)[0] == FERRIES
    assert answer.short_answer is not None
    assert answer.short_answer.text == "42"
    assert answer.short_answer.source_span.of(BRIDGE) == "42"


def test_a_sentence_follows_its_antecedents(ask: Ask) -> None:
    answer = ask(Reply("She spoke on the pier at noon."), "What happened on the pier?")
    said = texts(answer)
    assert said[said.index("She spoke on the pier at noon.") - 1].startswith("“We had no choice")


@pytest.mark.parametrize(("threshold", "status"), [(0.0, "answered"), (1.0, "refused")])
def test_a_fact_that_is_unlikely_to_be_right_is_refused(archive: Archive, threshold: float, status: str) -> None:
    take_in(archive, record("bridge", BRIDGE), record("rival", RIVAL))
    with scripted_llm(in_turn(Reply("42 ferries"))) as server:
        writer = LlmWriter(
            Llm(LlmServer(server.base_url, "scripted")),
            WordSupport(),
            profile=LOCAL,
            confidence=AnswerConfidence(threshold=threshold),
        )
        answer = Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(Question(HOW_MANY, NOW))
        asked = server.requests[0]["messages"]
    assert asked[-1]["content"].endswith("Answer with the name, number or words asked for, and nothing else.")
    assert answer.status == status
    assert answer.confidence is not None
    assert (answer.confidence >= threshold) == (status == "answered")
    if status == "refused":
        dropped = [(one.text, one.reason) for one in answer.receipt.dropped]
        assert ("42 ferries", "too unlikely to be the answer") in dropped


def test_a_question_that_an_article_asks_is_no_answer(ask: Ask, archive: Archive) -> None:
    take_in(archive, record("asks", "Is Zebulon Quux still the harbor master? Nobody at the town hall would say so."))
    answer = ask(Reply("Zebulon Quux is the harbor master."), "Who is the harbor master?")
    assert "Zebulon" not in answer.text


def test_a_sentence_does_not_follow_another_speaker_s(ask: Ask, archive: Archive) -> None:
    text = "Ada Lorne was elected mayor in spring. Bo Quist runs the harbor today. He was jailed for fraud in June."
    take_in(archive, record("people", text))
    said = texts(ask(Reply("Ada Lorne was elected mayor in spring and jailed for fraud in June."), "Who was jailed?"))
    assert said[said.index("He was jailed for fraud in June.") - 1] == "Bo Quist runs the harbor today."


def test_its_first_sentence_is_timed(ask: Ask) -> None:
    answer = ask(Reply("The cables rusted."))
    assert answer.receipt.llm is not None
    assert answer.receipt.llm.first_sentence_ms is not None


def test_a_server_that_fails_in_the_middle_leaves_what_was_pointed_at(ask: Ask) -> None:
    answer = ask(replace(Reply("A ship struck a pillar. The cables rusted."), cut_after=8))
    assert texts(answer)[0] == RIVAL
    assert answer.receipt.llm is not None
    assert answer.receipt.llm.fault == "the completion broke off"


@pytest.mark.parametrize(("profile", "style"), [(LOCAL, "quotes"), (HOSTED, "prose")])
def test_who_asks_for_no_style_gets_the_usual_one(ask: Ask, archive: Archive, profile: LlmProfile, style: str) -> None:
    with scripted_llm(in_turn(Reply(f"{CLOSED} [1]"))) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), WordSupport(), profile=profile)
        answer = Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(Question(WHY, NOW))
    assert answer.receipt.llm is not None
    assert answer.receipt.llm.style == style


def test_off_asks_no_model(archive: Archive) -> None:
    take_in(archive, record("bridge", BRIDGE))
    with scripted_llm(in_turn(Reply("x"))) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), WordSupport(), profile=LOCAL)
        answer = Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(Question(WHY, NOW, llm="off"))
        assert server.requests == []
    assert (answer.answered_by, answer.receipt.llm) == ("reader", None)


def test_a_style_without_a_model_is_an_error_that_says_what_to_set(archive: Archive) -> None:
    take_in(archive, record("bridge", BRIDGE))
    with pytest.raises(QuestionError, match="no language model is configured") as error:
        Answerer(Searcher(archive, FAKE), READER).answer(Question(WHY, NOW, llm="quotes"))
    assert error.value.hint is not None
    assert "DATELINE_LLM_MODEL" in error.value.hint
