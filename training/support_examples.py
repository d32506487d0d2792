"""Examples for the support check: a claim, its evidence, and the unsupported words.

People's labels are read by `training.claim_sets`; sentences of news, and true ones of RAGTruth, are changed by
`training.contrasts`. Knows nothing of models.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.verification.entailment import Label
from dateline.rag.verification.evidence_selection import select_evidence
from training.contrasts import ContrastKind, certain_names, contrast
from training.data import read_jsonl

TrueSentence = tuple[str, str, Sequence[str]]
"""The source's name, the sentence, and the sentences of the passages that support it."""


@dataclass(frozen=True, slots=True)
class SupportExample:
    """A claim with its evidence."""

    source: str
    """The document that the evidence is from."""
    kind: str
    """The set that it is of, `true` for a sentence of news, or a kind of contrast."""
    claim: str
    evidence: tuple[str, ...]
    """Sentences in the document's order, as selected for this claim."""
    label: Label
    wrong: tuple[Span, ...] = ()
    """The unsupported words of the claim; empty for an unsupported claim if they are not known."""
    group: str = ""
    """What it shares with the claims that were made of the same sentence; they are learned from together."""


def sentences_of(text: str) -> list[str]:
    """The sentences of a passage."""
    return [span.of(text) for span in split_sentences(text)]


def example(source: str, kind: str, claim: str, context: Sequence[str], label: Label, **more: Any) -> SupportExample:
    """The example with the evidence that the product would read the claim with."""
    evidence = tuple(context[i] for i in select_evidence(claim, context))
    return SupportExample(source, kind, claim, evidence, label, **more)


def contrasts(
    true: Iterable[TrueSentence], others: Sequence[str], rng: random.Random, kinds: Sequence[ContrastKind]
) -> Iterator[SupportExample]:
    """For each true sentence one contrast of each of the kinds that can be made."""
    for source, sentence, context in true:
        passage = "\n".join(context)
        for kind in kinds:
            made = contrast(kind, sentence, passage, others, rng)
            if made is not None:
                group = f"{source} {sentence}"
                yield example(source, kind, made.text, context, "contradicted", wrong=(made.changed,), group=group)


def news(data: Path, years: Sequence[str], rng: random.Random, count: int) -> Iterator[TrueSentence]:
    """True sentences of news pages, each with up to 24 other sentences of its page around it."""
    pages = [row for year in years for row in read_jsonl(data / "realtimeqa" / year / "articles.jsonl.gz")]
    rng.shuffle(pages)
    made = 0
    for page in pages:
        sentences = [s for s in sentences_of(page["text"][:12_000]) if 6 <= len(s.split()) <= 45 and s[-1] in ".”\"'’"]
        if len(sentences) < 8:
            continue
        for n in rng.sample(range(len(sentences)), 2):
            start = max(0, n - rng.randint(2, 14))
            yield f"news:{page['id']}", sentences[n], sentences[start : n + 1 + rng.randint(0, 10)]
            made += 1
            if made == count:
                return


def names_of(contexts: Iterable[str]) -> list[str]:
    """Names to put in where they are foreign."""
    return list(dict.fromkeys(name for text in contexts for name in certain_names(text)))
