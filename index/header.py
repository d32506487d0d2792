"""Headers of passages: the title, outlet and date under which encoder and reader see them.

Knows nothing of passages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from dateline.index.article import Article
from dateline.index.encoder import Encoder

TokenCounter = Callable[[Sequence[str]], list[int]]
"""Texts → the number of the encoder's tokens in each, without its special tokens."""

HEADER_TOKENS = 48
"""Most tokens of a header; longer titles are truncated, in the header only."""
PASSAGE_TOKENS = 256
"""Most tokens of a passage with its header, however large the encoder's window is: the reader takes no more."""
SPECIAL_TOKENS = 3
"""The special tokens of the encoder ([CLS], [SEP]), and one that joining header and passage may add."""


def header_and_room(article: Article, encoder: Encoder) -> tuple[str, int]:
    """The header of the article's passages, and the number of tokens left for a passage."""
    prompt = encoder.count_tokens([encoder.prompts.document])[0]
    window = min(encoder.max_tokens - (prompt and prompt + 1), PASSAGE_TOKENS)  # joining the prompt may cost one, too
    title = cut_header(article, encoder.count_tokens, min(HEADER_TOKENS, window // 4))
    return title, window - SPECIAL_TOKENS - encoder.count_tokens([title])[0]


def header(article: Article) -> str:
    """The header of an article's passages: title, outlet and date, as far as they are known."""
    published = article.published
    day = published.date() if isinstance(published, datetime) else published
    about = ", ".join(part for part in (article.outlet, day and f"{day:%-d %B %Y}") if part)
    return " | ".join(part for part in (article.title, about) if part)


def cut_header(article: Article, count: TokenCounter, room: int = HEADER_TOKENS) -> str:
    """`header` with words removed from the end of its title until it has at most `room` tokens.

    If no title is left, words are removed from the end of the rest.
    """
    whole = header(article)
    if count([whole])[0] <= room:
        return whole
    about = header(replace(article, title=None))
    title = (article.title or "").split()
    title = title[: _fitting(count(title), room - count([f" | {about}"])[0])]
    if title:
        return f"{' '.join(title)} | {about}" if about else " ".join(title)
    words = about.split()
    return " ".join(words[: _fitting(count(words), room)])


def _fitting(sizes: Sequence[int], room: int) -> int:
    """How many of the first `sizes` fit into `room` together."""
    kept = len(sizes)
    while kept and sum(sizes[:kept]) > room:
        kept -= 1
    return kept
