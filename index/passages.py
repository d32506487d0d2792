"""Splitting an article into passages: whole sentences, packed until the encoder's window is full.

The packing is that of langchain-text-splitters (`TextSplitter._merge_splits`), applied to sentences; offsets are
counted, never searched for. Knows nothing of vectors or tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from dateline.index.article import Article, Passage, Span
from dateline.index.header import TokenCounter
from dateline.index.sentences import split_sentences, trimmed


def split_passages(article: Article, count: TokenCounter, size: int) -> list[Passage]:
    """The article's passages in order, each of at most `size` tokens (header and special tokens not counted).

    Every sentence is in exactly one passage; one that is longer than `size` is first split between words. Raises
    `ValueError` if `size` is not positive.
    """
    if size < 1:
        raise ValueError(f"a passage needs room for at least one token, not {size}")
    text = article.text
    sentences = split_sentences(text, article.language)
    lengths = count([span.of(text) for span in sentences])
    pieces: list[Span] = []
    tokens: dict[str, int] = {}
    for span, length in zip(sentences, lengths, strict=True):
        parts = [span] if length <= size else _cut_long_sentence(text, span, count, size)
        pieces += parts
        if len(parts) > 1:
            lengths_of_parts = count([part.of(text) for part in parts])
            tokens.update(zip((part.of(text) for part in parts), lengths_of_parts, strict=True))
        else:
            tokens[span.of(text)] = length
    groups = _SentencePacker(size, tokens).pack([piece.of(text) for piece in pieces])
    passages = []
    first = 0
    for group in groups:
        members = tuple(pieces[first : first + group])
        whole = Span(members[0].start, members[-1].end)
        # Parts of a word can have fewer tokens apart than together.
        if _touching(members) and count([whole.of(text)])[0] > size:
            passages += [Passage(member, (member,)) for member in members]
        else:
            passages.append(Passage(whole, members))
        first += group
    return passages


def _touching(spans: Sequence[Span]) -> bool:
    return any(left.end == right.start for left, right in pairwise(spans))


class _SentencePacker(TextSplitter):
    """LangChain's packing of given pieces whose lengths are known."""

    def __init__(self, size: int, tokens: dict[str, int]) -> None:
        super().__init__(
            chunk_size=size,
            chunk_overlap=0,
            # At least 1: behind a piece of no tokens, such as a zero-width space, the packing loses its place.
            length_function=lambda piece: 0 if piece == _BETWEEN else max(1, tokens[piece]),
            strip_whitespace=False,
        )

    def split_text(self, text: str) -> list[str]:
        """Not split: this splitter only packs."""
        return [text]

    def pack(self, pieces: Sequence[str]) -> list[int]:
        """The number of pieces in each chunk."""
        if not pieces:
            return []
        chunks = self._merge_splits(pieces, separator=_BETWEEN)
        counts = [chunk.count(_BETWEEN) + 1 for chunk in chunks]
        if sum(counts) != len(pieces):
            raise RuntimeError(f"the splitter lost pieces: {len(pieces)} in, {sum(counts)} out")
        return counts


_BETWEEN = "\x1e"
"""Record separator between packed pieces, by which they are counted; cleaned articles never contain it."""


def _cut_long_sentence(text: str, span: Span, count: TokenCounter, size: int) -> list[Span]:
    """Split a sentence that is too long for a passage, at white space if there is any."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size,
        chunk_overlap=0,
        length_function=lambda part: count([part])[0],
        separators=["; ", ", ", " ", ""],
        keep_separator="end",
        strip_whitespace=False,
    )
    parts = splitter.split_text(span.of(text))
    spans = []
    start = span.start
    for part in parts:
        spans.append(trimmed(text, start, start + len(part)))
        start += len(part)
    if start != span.end:
        raise RuntimeError("the splitter lost characters of a long sentence")
    return [part for part in spans if part.end > part.start]
