"""The context of a language model: excerpts with the best sentences and their neighbours, article by article.

Knows nothing of prompts or servers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.rag.reading.passages import Candidate

CountTokens = Callable[[Sequence[str]], list[int]]
"""Maps texts to their numbers of tokens."""

MOST_CANDIDATES = 60
"""Most candidates considered; later ones never fit."""
BESIDE = 1
"""Neighbours shown on each side of a chosen sentence, which would be misread without them."""


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence in the context."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.span.of(self.passage.article.text)

    @property
    def place(self) -> tuple[str, Span]:
        """Its article's id and its span there."""
        return self.passage.article.id, self.span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of one article, in the order of its text, perhaps with gaps."""

    sentences: tuple[ShownSentence, ...]

    @property
    def article(self) -> Article:
        """Their article."""
        return self.sentences[0].passage.article

    @property
    def passages(self) -> tuple[StoredPassage, ...]:
        """Their passages, each once, in the order of the text."""
        return tuple({sentence.passage.id: sentence.passage for sentence in self.sentences}.values())

    def runs(self) -> Iterator[str]:
        """Their text: adjacent sentences are joined by a space."""
        run: list[str] = []
        end = -1
        for sentence in self.sentences:
            if run and self.article.text[end : sentence.span.start].strip():
                yield " ".join(run)
                run = []
            run.append(sentence.text)
            end = sentence.span.end
        if run:
            yield " ".join(run)


@dataclass(frozen=True, slots=True)
class Context:
    """The excerpts that a model is shown."""

    excerpts: tuple[Excerpt, ...]
    shortened_to: int | None = None
    """The token budget, if there was time for fewer than usual; else None."""

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of the passages shown in whole or in part, in order."""
        return tuple(passage.id for excerpt in self.excerpts for passage in excerpt.passages)


def whole_passages(passages: Iterable[StoredPassage]) -> Context:
    """The whole passages, each as an excerpt."""
    excerpts = [tuple(ShownSentence(passage, span) for span in passage.sentences) for passage in passages]
    return Context(tuple(Excerpt(sentences) for sentences in excerpts if sentences))


def select_context(
    candidates: Sequence[Candidate],
    budget: int,
    count: CountTokens,
    *,
    header: Callable[[Article], str],
    beside: int = BESIDE,
) -> tuple[Excerpt, ...]:
    """Excerpts with the first of `candidates` and their neighbours, in at most `budget` tokens.

    Articles are in the order of their best candidate. A candidate that doesn't fit is shown without its neighbours, or
    not at all; the first one is always shown. `header`: the text above an article's excerpt. `beside`: the number of
    neighbours on each side, within the candidate's passage.
    """
    windows = [_with_neighbours(candidate, beside) for candidate in candidates[:MOST_CANDIDATES]]
    headers = {candidate.passage.article.id: header(candidate.passage.article) for candidate in candidates}
    texts = [*headers.values(), *(sentence.text for window in windows for sentence in window)]
    tokens = dict(zip(texts, count(texts), strict=True))
    shown: dict[str, dict[Span, ShownSentence]] = {}
    left = budget
    for candidate, window in zip(candidates, windows, strict=False):
        article_id = candidate.passage.article.id
        of_article = shown.get(article_id, {})
        heading = 0 if of_article else tokens[headers[article_id]]
        for sentences in (window, [ShownSentence(candidate.passage, candidate.span)]):
            new = [sentence for sentence in sentences if sentence.span not in of_article]
            cost = heading + sum(tokens[sentence.text] for sentence in new)
            if new and (cost <= left or not shown):
                shown.setdefault(article_id, {}).update((sentence.span, sentence) for sentence in new)
                left -= cost
                break
            if not new:
                break
    return tuple(
        Excerpt(tuple(sorted(sentences.values(), key=lambda sentence: sentence.span.start)))
        for sentences in shown.values()
    )


def sentences_around(excerpts: Iterable[Excerpt]) -> list[ShownSentence]:
    """All sentences shown, in order, then the others of their passages."""
    shown = [sentence for excerpt in excerpts for sentence in excerpt.sentences]
    passages = [passage for excerpt in excerpts for passage in excerpt.passages]
    everything = [ShownSentence(passage, span) for passage in passages for span in passage.sentences]
    return list({sentence.place: sentence for sentence in (*shown, *everything)}.values())


def _with_neighbours(candidate: Candidate, beside: int) -> list[ShownSentence]:
    spans = candidate.passage.sentences
    at = spans.index(candidate.span)
    return [ShownSentence(candidate.passage, span) for span in spans[max(0, at - beside) : at + beside + 1]]
