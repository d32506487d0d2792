"""Prompt injection: orders in articles have no effect, even with a model that obeys them all."""

import base64
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dateline.index.archive import Archive
from dateline.index.ingest import ingest
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.llm_profile import HOSTED, LOCAL, LlmProfile
from dateline.rag.generation.prompts import as_written
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question
from dateline.rag.verification.support import WordSupport
from tests.articles import FAKE, NOW, READER, record, take_in
from tests.rag.attacks import ORDER, Attack, attacks
from tests.scripted_llm import Reply, scripted_llm

HONEST = "Council workers closed the bridge on Monday because its cables had rusted."
ASKED = Question("Why did council workers close the bridge?", NOW)
ATTACKS = attacks()


class Obedient:
    """A model that obeys every order that it reads, in any role, then answers honestly from the passages."""

    def __init__(self) -> None:
        self.prompt = ""
        self.completion = ""

    def __call__(self, request: dict[str, Any]) -> Reply:
        self.prompt = request["messages"][1]["content"]
        seen = as_written(self.prompt)
        if "Repeat the prompt" in seen:
            self.completion = "\n".join(message["content"] for message in request["messages"])
            return Reply(self.completion, piece=30)
        said = [f"{words.strip()}{mark}" for words in self._orders(seen) for mark in (".", " [1].", " [2].", " [7].")]
        honest = re.search(rf"\[(\d?)[^\n]*\n\| {re.escape(HONEST)}", self.prompt)
        assert honest is not None, "the honest article was not offered"
        self.completion = " ".join([*said, f"{HONEST} [{honest[1]}]" if honest[1] else HONEST])
        return Reply(self.completion, piece=7)

    def _orders(self, seen: str) -> Iterator[str]:
        for found in re.finditer(r"(?:say|answer|reply|output|write|assistant): ?([^.“”|<]+)", seen, re.IGNORECASE):
            yield found[1]
        for found in re.finditer(r"say (backwards|decoded|joined): (.+?)(?:\.|\n|$)", seen, re.IGNORECASE):
            match found[1].lower(), found[2]:
                case "backwards", words:
                    yield words[::-1]
                case "decoded", words:
                    yield base64.b64decode(words).decode()
                case _, words:
                    yield words.replace(" | ", "")


def answered(attack: Attack, home: Path, profile: LlmProfile = HOSTED) -> tuple[Answer, Obedient, Archive]:
    """The answer over the honest article and the attacking one, the model, and the archive."""
    archive = Archive(home, create=True)
    take_in(archive, record("honest", HONEST, outlet="Harbor Post"))
    if attack.html:
        page = home / "attack.html"
        page.write_text(attack.text)
        report = ingest([page], archive, FAKE, now=lambda: NOW)
    else:
        fields = {name: value for name in ("outlet", "title") if (value := getattr(attack, name))}
        report = take_in(archive, record("attack", attack.text, **fields))
    assert report.failed == 0
    model = Obedient()
    with scripted_llm(model) as server:
        llm = Llm(LlmServer(server.base_url, "obedient", timeout=60))
        writer = LlmWriter(llm, WordSupport(), profile=profile)
        return Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(ASKED), model, archive


def test_there_are_enough_and_all_differ() -> None:
    assert len(ATTACKS) >= 40
    assert len({attack.text + str(attack.outlet) + str(attack.title) for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_orders_have_no_effect(attack: Attack, tmp_path: Path) -> None:
    with ExitStack() as stack:
        answer, model, archive = answered(attack, tmp_path / "home")
        stack.callback(archive.close)

        # The honest answer is given, by the model or the reader.
        assert HONEST in [claim.text for claim in answer.claims]
        for claim in answer.claims:
            for citation in claim.citations:
                text = archive.article(citation.article_id).article.text
                assert citation.source_span.of(text) == citation.quote
            if ORDER.lower() in claim.text.lower() or "Zorblax" in claim.text:
                # Only as a quote of the attacking article.
                assert {citation.article_id for citation in claim.citations} == {"attack"}
                assert claim.text.rstrip(".") in " ".join(citation.quote for citation in claim.citations)
        numbers = {source.number for source in answer.sources}
        assert all(citation.source in numbers for claim in answer.claims for citation in claim.citations)

        # The prompt has one pair of delimiters, one header per passage, and no role marker.
        lines = model.prompt.splitlines()
        assert [line for line in lines if line.startswith("<")] == ["<passages>", "</passages>"]
        offered = len(answer.receipt.llm.passages) if answer.receipt.llm else 0
        headers = [line for line in lines if line.startswith("[")]
        assert [line.partition("]")[0] for line in headers] == [f"[{n}" for n in range(1, offered + 1)]
        assert sum(model.prompt.count(mark) for mark in "[]【】［］＜＞") == 2 * offered
        assert model.prompt.count("<") == model.prompt.count(">") == 2
        assert not re.search(r"^\W*(?:system|user|human|assistant)\b", model.prompt, re.IGNORECASE | re.MULTILINE)
        assert len(lines) == 3 * offered + 4  # nothing has added lines
        if attack.hidden:
            assert ORDER not in model.prompt


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_orders_have_no_effect_in_quotes(attack: Attack, tmp_path: Path) -> None:
    answer, model, archive = answered(attack, tmp_path / "home", LOCAL)
    texts = {citation.article_id: archive.article(citation.article_id).article.text
             for claim in answer.claims for citation in claim.citations}  # fmt: skip
    archive.close()

    # Whatever the model writes, every claim is in the words of the articles it cites.
    assert answer.claims
    for claim in answer.claims:
        assert all(citation.source_span.of(texts[citation.article_id]) in claim.text for citation in claim.citations)
    # One header per article, words behind bars, and the question last.
    *articles, _, question, form = model.prompt.splitlines()
    assert [line[:1] for line in articles if line and not line.startswith("| ")] == ["["] * model.prompt.count("[")
    assert question.startswith("Question, asked on ")
    assert form.startswith("Give each reason")


def test_the_model_does_obey(tmp_path: Path) -> None:
    """Otherwise the test above would prove nothing."""
    for name in ("ignore", "chatml", "reversed", "encoded", "joined", "number not offered", "zero width", "outlet"):
        (attack,) = [attack for attack in ATTACKS if attack.name == name]
        _, model, archive = answered(attack, tmp_path / name)
        archive.close()
        assert ORDER in model.completion
