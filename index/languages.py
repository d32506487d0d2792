"""Language identification, by py3langid.

Knows nothing of articles or of the encoder's languages.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Protocol, cast

SAMPLE_CHARACTERS = 1_000
"""Only so many characters of a text are used: more changes nothing and costs time."""
FEWEST_LETTERS = 40
"""Shorter texts have no language: names and numbers look like any."""
LEAST_PROBABILITY = 0.9

# Eight words in a hundred from this list settle it for English, a hundred times as fast as the model.
# No other language writes them all; "in", "is", "was", "on" and "he" are left out, which others share.
_ENGLISH = frozenset(
    (
        "the",
        "of",
        "and",
        "that",
        "with",
        "from",
        "have",
        "were",
        "which",
        "their",
        "said",
        "would",
        "they",
        "been",
        "this",
    )
)


_LOADING = Lock()


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of `text`'s language, or None when it is too short or the model is not sure."""
    sample = text[:SAMPLE_CHARACTERS]
    if sum(map(str.isalpha, sample)) < FEWEST_LETTERS:
        return None
    words = sample[:600].lower().split()
    if len(words) >= 40 and sum(word in _ENGLISH for word in words) >= 0.08 * len(words):
        return "en"
    with _LOADING:  # or each of many first threads would load it
        identifier = _identifier()
    language, probability = identifier.classify(sample)
    return language if probability >= LEAST_PROBABILITY and len(language) == 2 else None


@cache
def _identifier() -> _Identifier:
    # Loading the model takes a tenth of a second, which an ingest of tagged articles never needs to pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return cast(_Identifier, LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
