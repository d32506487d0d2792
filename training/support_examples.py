"""The development data → examples for the support check: a claim, the evidence it is read with, what is wrong in it.

RAGTruth's answers are split into sentences; words that people marked are wrong ones. Its silver labels are of whole
answers: the sentences of a faithful one are supported, of an unfaithful one at least one is not. WiCE's claims have
their unsupported words marked. News sentences, and faithful ones of RAGTruth, are changed by `training.contrasts`.
Knows nothing of models.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._common import read_jsonl
from eval.formats.ragtruth import LabelledAnswer, read_labelled
from index.article import Span
from index.sentences import split_sentences
from rag.draft import sentences_of as drafted_sentences
from rag.draft import why_unchecked, without_lead
from rag.support_evidence import select_evidence
from training.contrasts import KINDS, Kind, certain_names, contrast

FOLDS = 5
MOST_FAITHFUL, MOST_UNFAITHFUL = 8, 12
"""Silver answers to one source that are taken."""
MOST_CLAIMS = 8
"""Sentences of one silver answer that are taken."""

TrueSentence = tuple[str, str, Sequence[str]]
"""The source's name, the sentence, and the sentences of the passages that bear it out."""


@dataclass(frozen=True, slots=True)
class SupportExample:
    """A claim with its evidence."""

    source: str
    """Where the passages are from, `task:id`; what is split by."""
    kind: str
    """`human`, `silver`, `wice`, `true`, or a kind of contrast."""
    claim: str
    evidence: tuple[str, ...]
    """Sentences in the passages' order, as selected for this claim."""
    supported: bool
    wrong: tuple[Span, ...] = ()
    """The words of the claim that nothing bears out."""
    answer: str | None = None
    """Of silver sentences of an unfaithful answer: which answer; at least one sentence of it is not supported."""
    original: str = field(default="", compare=False)
    """Of a contrast: the true sentence."""

    @property
    def altered(self) -> bool | None:
        """Whether one thing in it was changed; None where it is wrong in a way of its own."""
        return True if self.kind in KINDS else False if self.supported else None


def folds_of(data: Path) -> dict[str, int]:
    """For each RAGTruth source, by `source_of`, which of the five folds it is in."""
    sources = sorted({source_of(row) for row in ragtruth_rows(data)})
    random.Random(3).shuffle(sources)
    return {source: n % FOLDS for n, source in enumerate(sources)}


def answers_by_fold(data: Path) -> list[list[LabelledAnswer]]:
    """RAGTruth's answers with people's marks, a list for each fold."""
    folds = folds_of(data)
    found: list[list[LabelledAnswer]] = [[] for _ in range(FOLDS)]
    for row, answer in zip(ragtruth_rows(data), read_labelled(data / "ragtruth" / "dev.jsonl.gz"), strict=True):
        found[folds[source_of(row)]].append(answer)
    return found


def ragtruth_rows(data: Path) -> list[dict[str, Any]]:
    """The answers that people judged, as they stand in the file."""
    return list(read_jsonl(data / "ragtruth" / "dev.jsonl.gz"))


def source_of(row: dict[str, Any]) -> str:
    """The name of a RAGTruth answer's source."""
    return f"{row['task']}:{row['source_id']}"


def sentences_of(text: str) -> list[str]:
    """The sentences of a passage."""
    return [span.of(text) for span in split_sentences(text)]


def claims_of(response: str) -> Iterator[Span]:
    """The sentences of an answer that claim something, by the product's own rule, as the check reads them."""
    for span in drafted_sentences(response):
        if why_unchecked(response, span) is None:
            yield Span(span.end - len(without_lead(span.of(response))), span.end)


def example(source: str, kind: str, claim: str, context: Sequence[str], supported: bool, **more: Any) -> SupportExample:
    """The example with the evidence that the product would read the claim with."""
    evidence = tuple(context[i] for i in select_evidence(claim, context))
    return SupportExample(source, kind, claim, evidence, supported, **more)


def human(data: Path) -> list[SupportExample]:
    """RAGTruth's sentences with people's marks."""
    examples = []
    for row in ragtruth_rows(data):
        context = sentences_of(row["context"])
        for span in claims_of(row["response"]):
            marked = [
                Span(max(0, label["start"] - span.start), min(span.end, label["end"]) - span.start)
                for label in row["labels"]
                if label["start"] < span.end and label["end"] > span.start
            ]
            wrong = tuple(mark for mark in marked if mark.end - mark.start > 1)
            claim = span.of(row["response"])
            examples.append(example(source_of(row), "human", claim, context, not wrong, wrong=wrong, answer=row["id"]))
    return examples


def silver(data: Path, rng: random.Random) -> list[SupportExample]:
    """Sentences of other models' answers to the same sources."""
    contexts = {f"{r['task']}:{r['source_id']}": r["context"] for r in ragtruth_rows(data)}
    split = {source: sentences_of(text) for source, text in contexts.items()}
    rows = list(read_jsonl(data / "ragtruth" / "silver.jsonl.gz"))
    rng.shuffle(rows)
    taken: dict[tuple[str, bool], int] = {}
    examples = []
    for n, row in enumerate(rows):
        source, wrong = source_of(row), bool(row["hallucinated"])
        taken[source, wrong] = taken.get((source, wrong), 0) + 1
        if taken[source, wrong] > (MOST_UNFAITHFUL if wrong else MOST_FAITHFUL):
            continue
        answer = row["response"].replace("**", "")
        examples += [
            example(source, "silver", span.of(answer), split[source], not wrong, answer=f"s{n}" if wrong else None)
            for span in list(claims_of(answer))[:MOST_CLAIMS]
        ]
    return examples


def wice(data: Path, name: str) -> list[SupportExample]:
    """WiCE's claims; of the partly supported ones of `token_train` the words that are not."""
    examples = []
    for n, row in enumerate(read_jsonl(data / "wice" / f"{name}.jsonl.gz")):
        context = [s for s in row["evidence"] if not s.startswith("(meta data)")]
        wrong = []
        if "claim_tokens" in row:
            at = 0
            for token, bad in zip(row["claim_tokens"], row["non_supported_spans"], strict=True):
                found = row["claim"].find(token, at)
                if found < 0:
                    continue
                at = found + len(token)
                if bad:
                    wrong.append(Span(found, at))
        supported = row["label"] == "supported"
        examples.append(example(f"wice:{n}", "wice", row["claim"], context, supported, wrong=tuple(wrong)))
    return examples


def contrasts(
    true: Iterable[TrueSentence], others: Sequence[str], rng: random.Random, kinds: Sequence[Kind]
) -> Iterator[SupportExample]:
    """For each true sentence one contrast of each of the kinds that can be made."""
    for source, sentence, context in true:
        passage = "\n".join(context)
        for kind in kinds:
            made = contrast(kind, sentence, passage, others, rng)
            if made is not None:
                yield example(source, kind, made.text, context, False, wrong=(made.changed,), original=sentence)


def news(data: Path, years: Sequence[str], rng: random.Random, count: int) -> Iterator[TrueSentence]:
    """True sentences of news pages, each with some thirty sentences of its page around it."""
    pages = [row for year in years for row in read_jsonl(data / "realtimeqa" / year / "articles.jsonl.gz")]
    rng.shuffle(pages)
    made = 0
    for page in pages:
        sentences = [s for s in sentences_of(page["text"][:12_000]) if 6 <= len(s.split()) <= 45 and s[-1] in ".”\"'’"]
        if len(sentences) < 8:
            continue
        for n in rng.sample(range(len(sentences)), 2):
            start = max(0, n - rng.randint(2, 14))
            yield f"news:{page['id']}", sentences[n], sentences[start : start + rng.randint(8, 20)]
            made += 1
            if made == count:
                return


def names_of(contexts: Iterable[str]) -> list[str]:
    """Names to put in where they are foreign."""
    return list(dict.fromkeys(name for text in contexts for name in certain_names(text)))
