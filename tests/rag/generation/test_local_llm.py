"""A real local language model of 0.5 billion parameters, from `dateline models pull`; CI pulls it."""

import math
from collections.abc import Iterator
from threading import Thread

import pytest

from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.generation.llm import CompletionOptions, Llm
from dateline.rag.generation.llm_profile import LOCAL
from dateline.rag.generation.prompts import Prompt
from dateline.rag.generation.server_folder import call
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import LlmStyle, Question
from dateline.rag.verification.support import WordSupport
from tests.articles import FAKE, NOW, READER, record, take_in
from tests.rag.generation.local_models import LONG, local_llm, real_model, wait_until

pytestmark = pytest.mark.slow

SYSTEM = "You answer with one word. " + "Say nothing else. " * 8


@pytest.fixture(scope="module")
def llm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llm]:
    with local_llm(real_model(), tmp_path_factory.mktemp("real") / "llm") as llm:
        yield llm


def idle(llm: Llm) -> bool:
    """Whether the model computes nothing."""
    assert llm.local is not None
    return not any(slot["is_processing"] for slot in call(llm.local.endpoint(LONG), "GET", "/slots", timeout=LONG))


def test_it_streams_and_caches_the_beginning_of_a_prompt(llm: Llm) -> None:
    first = llm.stream(Prompt(SYSTEM, "What is the capital of France?"), options=CompletionOptions(max_tokens=8))
    pieces = [piece for piece in first if piece]
    assert "Paris" in "".join(pieces)
    second = llm.stream(Prompt(SYSTEM, "What is the capital of Italy?"), options=CompletionOptions(max_tokens=8))
    assert "Rome" in "".join(second)
    assert second.cached_tokens is not None
    assert second.prompt_tokens is not None
    assert llm.count_tokens(SYSTEM) <= second.cached_tokens < second.prompt_tokens
    assert first.timings is not None


def test_yes_or_no_with_its_probability(llm: Llm) -> None:
    grammar = CompletionOptions(max_tokens=2, top_logprobs=10, grammar='root ::= "Yes" | "No"')
    asked = llm.stream(Prompt("Answer Yes or No.", "Is Paris the capital of France?"), options=grammar)
    said = "".join(asked)  # either will do: so small a model is often wrong
    assert said in ("Yes", "No")
    assert 0 < math.exp(asked.first_token[said]) <= 1
    assert asked.first_token[said] == max(asked.first_token.get(word, -math.inf) for word in ("Yes", "No"))


@pytest.mark.parametrize("question", ["Count from 1 to 500.", "word " * 700])
def test_closing_stops_its_work(llm: Llm, question: str) -> None:
    """While it writes, and while it reads the prompt, when all pieces are empty."""
    pieces = iter(llm.stream(Prompt("", question)))
    next(pieces)
    pieces.close()
    wait_until(lambda: idle(llm))


def test_two_at_once(llm: Llm) -> None:
    said: dict[str, str] = {}

    def ask(country: str) -> None:
        prompt = Prompt(SYSTEM, f"What is the capital of {country}?")
        said[country] = "".join(llm.stream(prompt, options=CompletionOptions(max_tokens=8)))

    threads = [Thread(target=ask, args=(country,)) for country in ("France", "Italy", "Japan")]  # one waits for a slot
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "Paris" in said["France"]
    assert "Rome" in said["Italy"]
    assert "Tokyo" in said["Japan"]


def test_tokens(llm: Llm) -> None:
    assert llm.count_all(["The Taliban shifted to cities.", "<|im_end|>"]) == [6, llm.count_tokens("<|im_end|>")]
    assert llm.count_tokens("<|im_end|>") > 1  # as text, not as the token that ends a turn


def test_a_prompt_beyond_its_context(llm: Llm) -> None:
    completion = llm.stream(Prompt("", "word " * 2_000))
    with pytest.raises(Exception, match="refuses the request"):
        list(completion)


@pytest.mark.parametrize("style", ["quotes", "prose"])
def test_it_answers_from_articles_in_either_style(llm: Llm, archive: Archive, style: LlmStyle) -> None:
    """Its answers may be wrong, so small a model it is, but the invariants of every answer hold."""
    text = (
        "Council workers closed the bridge on Monday because its cables had rusted. Some 42 ferries carry the traffic."
    )
    take_in(archive, record("bridge", text, outlet="Harbor Post"))
    writer = LlmWriter(llm, WordSupport(), profile=LOCAL)
    answerer = Answerer(Searcher(archive, FAKE), READER, writer=writer)
    for question in ("Why did council workers close the bridge?", "How many ferries carry the traffic?"):
        answer = answerer.answer(Question(question, NOW, llm=style))
        use = answer.receipt.llm
        assert use is not None
        assert (use.model, use.style) == (llm.name, style)
        assert use.prompt_tokens is not None
        assert use.prompt_tokens > llm.count_tokens(text)
        assert use.cached_tokens is not None
        for claim in answer.claims:
            assert claim.support.label == "supported"
            assert all(one.source_span.of(text) == one.quote for one in claim.citations)
            assert claim.text in text or (style == "prose" and answer.answered_by == llm.name)
