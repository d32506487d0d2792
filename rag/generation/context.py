"""What a language model is shown: the best sentences that were read, with their neighbours, article by article.

Knows nothing of prompts or servers, nor of what the model makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.rag.reading import Candidate

TokenCounter = Callable[[Sequence[str]], list[int]]
"""Texts → how many of the model's tokens each has."""

MOST_CANDIDATES = 60
"""That are looked at: behind them nothing was ever shown."""
BESIDE = 1
"""Sentences shown before one that was chosen, and after it: a fragment torn from its paragraph is misread."""


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence as the model sees it."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""

    @property
    def text(self) -> str:
        """Its words."""
        return self.span.of(self.passage.article.text)

    @property
    def place(self) -> tuple[str, Span]:
        """Its article's id and where it stands there."""
        return self.passage.article.id, self.span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of one article, in the order of its text; some may be missing between them."""

    sentences: tuple[ShownSentence, ...]

    @property
    def article(self) -> Article:
        """The article that they are of."""
        return self.sentences[0].passage.article

    @property
    def passages(self) -> tuple[StoredPassage, ...]:
        """The passages that they are of, each once, in the order of the text."""
        return tuple({sentence.passage.id: sentence.passage for sentence in self.sentences}.values())

    def runs(self) -> Iterator[str]:
        """Their words: sentences that follow one another in the article are joined by a space."""
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
    """What a model is shown."""

    excerpts: tuple[Excerpt, ...]
    shortened_to: int | None = None
    """Tokens that there was time for; None: as many as usual."""

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of the passages that something is shown of, in order."""
        return tuple(passage.id for excerpt in self.excerpts for passage in excerpt.passages)


def whole_passages(passages: Iterable[StoredPassage]) -> Context:
    """All of the passages, each an excerpt of its own."""
    excerpts = [tuple(ShownSentence(passage, span) for span in passage.sentences) for passage in passages]
    return Context(tuple(Excerpt(sentences) for sentences in excerpts if sentences))


def select_context(
    candidates: Sequence[Candidate],
    budget: int,
    count: TokenCounter,
    *,
    header: Callable[[Article], str],
    beside: int = BESIDE,
) -> tuple[Excerpt, ...]:
    """Excerpts that hold the first of `candidates` with their neighbours, in at most `budget` tokens.

    Articles stand in the order of their best candidate. A candidate that doesn't fit is shown without its neighbours,
    or not at all; the first one is always shown. `header`: what the model reads above an article's excerpt.
    `beside`: how many neighbours on each side, within the candidate's passage.
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
    """All sentences shown, in order, and behind them the others of their passages."""
    shown = [sentence for excerpt in excerpts for sentence in excerpt.sentences]
    passages = [passage for excerpt in excerpts for passage in excerpt.passages]
    everything = [ShownSentence(passage, span) for passage in passages for span in passage.sentences]
    return list({sentence.place: sentence for sentence in (*shown, *everything)}.values())


def _with_neighbours(candidate: Candidate, beside: int) -> list[ShownSentence]:
    spans = candidate.passage.sentences
    at = spans.index(candidate.span)
    return [ShownSentence(candidate.passage, span) for span in spans[max(0, at - beside) : at + beside + 1]]
