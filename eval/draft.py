"""Proposes gold questions from an archive, for a person to accept, edit or discard.

Rules make them from sentences that report what somebody said and from those that start with a count; each has its
evidence. They are a start: no rule knows what is worth asking.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dateline.eval.gold import GoldQuestion
from dateline.index.archive import Archive
from dateline.index.article import Article, Span
from dateline.index.dates import bounds
from dateline.index.filters import Filters
from dateline.index.sentences import split_sentences
from dateline.rag.speech.reported_speech import speaker_of
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in

PAGE = 500
_LENGTHS = range(40, 260)
"""Code points of a sentence that is worth a question."""
_DATELINE = re.compile(r"[A-Z][A-Z-]{3,}")
"""“KABUL — …”: where a text was written is no part of its first sentence."""
_COUNT_FIRST = re.compile(
    r"(?:(?:At least|More than|About|Some|Nearly|Almost) )?(?P<number>[\d,]+|[A-Za-z-]+) (?P<rest>[a-z].+)"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    article: Article
    span: Span

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


def draft(archive: Archive, *, limit: int, seed: int = 0) -> list[GoldQuestion]:
    """At most `limit` proposals, of different articles while there are such; the same seed, the same proposals."""
    rng = random.Random(seed)
    articles = list(_articles(archive))
    rng.shuffle(articles)
    asked: set[str] = set()
    by_article = [found for article in articles if (found := list(_proposals(article, rng, asked)))]
    # A round over the articles, then another, so that no long article fills the list.
    depth = max(map(len, by_article), default=0)
    chosen = [found[n] for n in range(depth) for found in by_article if n < len(found)][:limit]
    return [GoldQuestion.model_validate({"id": f"draft-{n:03d}", **fields}) for n, fields in enumerate(chosen, 1)]


def _articles(archive: Archive) -> Iterator[Article]:
    after: str | None = None
    while page := archive.list_articles(Filters(languages=("en",)), after=after, limit=PAGE):
        yield from (stored.article for stored in page)
        after = page[-1].article.id


def _proposals(article: Article, rng: random.Random, asked: set[str]) -> Iterator[dict[str, Any]]:
    sentences = [_Sentence(article, span) for span in split_sentences(article.text)]
    rng.shuffle(sentences)
    for sentence in sentences:
        if len(sentence.text) in _LENGTHS and not _DATELINE.match(sentence.text):
            proposal = _how_many(sentence) or _what_was_said(sentence)
            if proposal and proposal["question"] not in asked:
                asked.add(proposal["question"])
                yield proposal


def _how_many(sentence: _Sentence) -> dict[str, Any] | None:
    """ "Nine people are known to have died." → "How many people are known to have died?" """
    found, values = _COUNT_FIRST.fullmatch(sentence.text.rstrip('.”"')), values_in(sentence.text)
    if not found or not values or values[0].span.start > 0:
        return None
    return _gold(sentence, f"How many {found['rest'].split(', ')[0]}?", [found["number"]])


def _what_was_said(sentence: _Sentence) -> dict[str, Any] | None:
    speaker = speaker_of(sentence.article.text, sentence.span)
    if speaker is None or not speaker.name:
        return None
    names = [name for name, _ in names_in(sentence.text)]
    topics = [name for name in names if not any(word in speaker.name for word in name.split())]
    if not topics:
        return None
    claim = {"claim": sentence.text, "speaker": speaker.name}
    return _gold(
        sentence, f"What did {speaker.name} say about {max(topics, key=len)}?", [sentence.text], speakers=[claim]
    )


def _gold(sentence: _Sentence, question: str, forms: list[str], **fields: Any) -> dict[str, Any]:
    published = sentence.article.published
    return {
        "question": question,
        "kind": "fact" if question.startswith("How many") else "what_happened",
        **({"asked_at": bounds(published)[1].date().isoformat()} if published else {}),
        "nuggets": [{"accepted": forms}],
        "evidence": [{"article_id": sentence.article.id, "quote": sentence.text}],
        **fields,
    }
