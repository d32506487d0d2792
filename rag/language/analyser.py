"""The analyser: sentences to analyses, with a bounded cache in front of the pipeline.

The cache is keyed by a digest of the sentence and holds spans and single words, no text. `clear` empties it, as after a
purge.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from dateline.index.article import Span
from dateline.rag.language.analysis import SentenceAnalysis
from dateline.rag.language.attributions import attributions
from dateline.rag.language.entities import named_entities
from dateline.rag.language.parse import Parse
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.predicates import predicates
from dateline.rag.language.quantities import quantities
from dateline.rag.language.quotations import Quotation, article_quotations, sentence_quotations
from dateline.rag.language.time_expressions import time_expressions

MOST_KEPT = 2_048
"""Cached analyses: some forty questions with fifty sentences each."""
LONGEST = 2_000
"""Most code points of a sentence that are analysed; the rest of a longer one is ignored."""

_Key = tuple[bytes, tuple[Quotation, ...]]


class Analyser:
    """Analyses sentences and caches the latest analyses. Thread-safe."""

    def __init__(self, parser: SpacyParser, most_kept: int = MOST_KEPT) -> None:
        self._parser = parser
        self._most_kept = most_kept
        self._kept: OrderedDict[_Key, SentenceAnalysis] = OrderedDict()
        self._cleared = 0
        self._lock = Lock()

    def analyse(self, sentence: str) -> SentenceAnalysis:
        """The analysis of a single sentence, without its context."""
        return self.analyse_all([sentence])[0]

    def analyse_all(self, sentences: Sequence[str]) -> list[SentenceAnalysis]:
        """The analyses of single sentences, without context, in order."""
        return self._analyses([(text, sentence_quotations(text[:LONGEST])) for text in sentences])

    def analyse_article(self, text: str, sentences: Sequence[Span]) -> list[SentenceAnalysis]:
        """The analyses of an article's sentences, in order; quotations may span several of them."""
        quoted = article_quotations(text, sentences)
        return self._analyses([(one.of(text), marks) for one, marks in zip(sentences, quoted, strict=True)])

    def clear(self) -> None:
        """Empty the cache; analyses in progress are not cached either."""
        with self._lock:
            self._kept.clear()
            self._cleared += 1

    def _analyses(self, sentences: Sequence[tuple[str, tuple[Quotation, ...]]]) -> list[SentenceAnalysis]:
        keys = [(_digest(text), quoted) for text, quoted in sentences]
        with self._lock:
            cleared = self._cleared
            known = {key: self._kept[key] for key in keys if key in self._kept}
            for key in known:
                self._kept.move_to_end(key)
        new = {key: text[:LONGEST] for key, (text, _) in zip(keys, sentences, strict=True) if key not in known}
        for key, parse in zip(new, self._parser.parse(list(new.values())) if new else (), strict=True):
            known[key] = analysis_of(parse, key[1])
        with self._lock:
            if cleared == self._cleared:
                self._kept.update((key, known[key]) for key in new)
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
        return [known[key] for key in keys]


def analysis_of(parse: Parse, quoted: tuple[Quotation, ...]) -> SentenceAnalysis:
    """All annotations from a parse."""
    times = time_expressions(parse)
    return SentenceAnalysis(
        parse.tokens,
        named_entities(parse),
        times,
        quantities(parse, times),
        quoted,
        attributions(parse, quoted),
        predicates(parse),
    )


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
