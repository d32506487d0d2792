"""Real models' answers replayed through the pipeline: which sentences are sent, and which are dropped.

    python -m benchmarks.replay

RAGTruth's answers to questions and summaries of news (Niu et al. 2024, github.com/ParticleMedia/RAGTruth), in which
people labelled what the sources don't support, come from a scripted server over HTTP and go the way of every answer by
an LLM, over the passages that they were written from. Then once more without the sentences that people
marked, and with 30 % of the others altered in one thing (`training.contrasts`). They cite nothing, so each sentence is
checked by all passages.
Only answers to sources that the check was not trained on: see `benchmarks._held_out`.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks._common import print_table
from benchmarks._held_out import held_out_answers
from dateline.eval.formats.ragtruth import LabelledAnswer
from dateline.eval.intervals import share_mean
from dateline.eval.judge import passage_of
from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.rag.generation.completion_sentences import CompletionSentences
from dateline.rag.generation.context import whole_passages
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.markers import SentenceStream
from dateline.rag.generation.prompts import answer_prompt
from dateline.rag.generation.prose import Prose
from dateline.rag.generation.writer import NO_LIMIT
from dateline.rag.question import Question
from dateline.rag.verification.claim_detection import draft_sentences, why_unchecked, without_lead
from dateline.rag.verification.support import SupportCheck
from tests.scripted_llm import Reply, scripted_llm
from training.contrasts import KINDS, certain_names, contrast
from training.data import default_support, development_data

SEED = 6
ALTERED = 0.3
ASKED = Question("What do the passages say?", datetime(2024, 1, 1, tzinfo=UTC))
_PASSAGE = re.compile(r"\n*passage \d+:|\n{2,}")


class Replay:
    """A server that says what it is told, and the writer that asks it."""

    def __init__(self, support: SupportCheck) -> None:
        self.support = support
        self.completion = ""
        self.reasons: Counter[str] = Counter()
        """Why sentences were dropped, by the first words."""

    @contextmanager
    def running(self) -> Iterator[Replay]:
        """Serve."""
        with scripted_llm(lambda _request: Reply(self.completion, piece=400)) as server:
            self._llm = Llm(LlmServer(server.base_url, "scripted", timeout=600, max_tokens=100_000))
            yield self

    def let_through(self, completion: str, source: str) -> str:
        """What of the completion reaches the user, in one line."""
        self.completion = completion
        context = whole_passages(_passages(source))
        prompt = answer_prompt(ASKED, context.excerpts, form="how", words=100_000, instructions="cited")
        written = CompletionSentences(self._llm.stream(prompt), len(context.excerpts), prompt.system)
        prose = Prose(self.support, context.excerpts, 100_000, NO_LIMIT)
        said = " ".join(sentence.text for one in written if one is not None for sentence in prose.render(one))
        self.reasons.update(dropped.reason.partition(":")[0] for dropped in (*prose.dropped, *written.dropped))
        return " ".join(said.split())


def main() -> None:
    """Replay and print."""
    answers = held_out_answers(development_data())
    start = time.perf_counter()
    with Replay(default_support()).running() as replay:
        _as_written(answers, replay)
        _altered(answers, replay)
    print_table("Time", [("all of it", f"{time.perf_counter() - start:.0f} s")])


def _as_written(answers: Sequence[LabelledAnswer], replay: Replay) -> None:
    shares: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        said = replay.let_through(answer.text, answer.source)
        sentences = _sentences(answer)
        shares["answers of which something is left"].append(float(bool(said)))
        if any(marked for _, marked in sentences):
            through = any(marked and _as_said(span.of(answer.text)) in said for span, marked in sentences)
            shares[f"{answer.kind}: marked answers with a marked sentence let through"].append(float(through))
        for span, marked in sentences:
            text = span.of(answer.text)
            name = f"{answer.kind}: {'marked sentences let through' if marked else 'other sentences dropped'}"
            shares[name].append(float((_as_said(text) in said) == marked))
    _print(f"{len(answers)} answers as they were written, by {replay.support.name}", shares)
    print_table("Why sentences were dropped", [(name, str(count)) for name, count in replay.reasons.most_common(12)])


def _altered(answers: Sequence[LabelledAnswer], replay: Replay) -> None:
    rng = random.Random(SEED)
    names = list(dict.fromkeys(name for answer in answers[::6] for name in certain_names(answer.source)))
    shares: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        written: list[tuple[str, str | None]] = []
        completion, at = "", 0
        for span, marked in _sentences(answer):
            sentence, made = span.of(answer.text), None
            for kind in rng.sample(KINDS, len(KINDS)) if not marked and rng.random() < ALTERED else ():
                made = made or contrast(kind, sentence, answer.source, names, rng)
            if made and _as_said(made.text) == _as_said(sentence):  # in "(passage 1)" alone
                made = None
            text = "" if marked else made.text if made else sentence
            completion += answer.text[at : span.start] + text
            at = span.end
            if text:
                written.append((text, made.kind.replace("_", " ") if made else None))
        said = replay.let_through(completion + answer.text[at:], answer.source)
        for text, altered in written:
            through = _as_said(text) in said
            if altered is None:
                shares["true sentences lost"].append(float(not through))
            else:
                shares["altered sentences that reach the user"].append(float(through))
                shares[f"altered, {altered}: reach the user"].append(float(through))
    _print(f"{len(answers)} completions, of whose sentences {ALTERED:.0%} are altered where they can be", shares)


def _passages(source: str) -> list[StoredPassage]:
    parts = [part.strip() for part in _PASSAGE.split(source)]
    return [passage_of(number, part) for number, part in enumerate(filter(None, parts))]


def _sentences(answer: LabelledAnswer) -> list[tuple[Span, bool]]:
    """The sentences of an answer that claim something or have marked words, and whether they have."""
    sentences = [
        (span, any(mark.start < span.end and span.start < mark.end for mark in answer.unsupported))
        for span in draft_sentences(answer.text)
    ]
    return [(span, marked) for span, marked in sentences if marked or why_unchecked(answer.text, span) is None]


def _as_said(text: str) -> str:
    """A sentence as it is said if it is let through, in one line; without the end to which who says so is appended."""
    stream = SentenceStream(offered=100)
    said = " ".join(without_lead(sentence.text) for sentence in [*stream.feed(text), *stream.finish()])
    return said.rstrip(".")


def _print(title: str, shares: dict[str, list[float]]) -> None:
    print_table(
        title, [(f"{name} ({len(values)})", str(share_mean(values))) for name, values in sorted(shares.items())]
    )


if __name__ == "__main__":
    main()
