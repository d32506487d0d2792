"""Finds training texts that overlap word for word with an evaluation set.

Two texts overlap where they share a run of thirteen words, as GPT-3's authors count it (Brown et al., NeurIPS 2020,
appendix C). Knows nothing of what is trained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data import read_jsonl
from training.examples import Example

RUN = 13
"""Words that two texts must share one after the other to count as overlapping."""


class MeasuredTexts:
    """All runs of words of the texts that are measured on."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs = np.unique(np.concatenate([_runs(text) for text in texts]))
        self._known: dict[str, bool] = {}

    def overlap(self, text: str) -> bool:
        """Whether `text` shares a run with any of them."""
        if text not in self._known:
            runs = _runs(text)
            at = np.minimum(np.searchsorted(self._runs, runs), len(self._runs) - 1)
            self._known[text] = bool((self._runs[at] == runs).any())
        return self._known[text]


def measured_texts(data: Path) -> Iterator[str]:
    """The texts of the development data that the reader is measured on; not those of its held-out questions."""
    for row in read_jsonl(data / "realtimeqa" / "dev-2022" / "articles.jsonl.gz"):
        yield row["text"]
    for row in read_jsonl(data / "ramdocs" / "dev.jsonl.gz"):
        for document in row["documents"]:
            yield document["text"]


def unmeasured(some: Sequence[Example], measured: MeasuredTexts) -> list[Example]:
    """The examples without passages whose text is measured on; those that then have none are left out."""
    kept = [
        replace(example, passages=tuple(p for p in example.passages if not measured.overlap(p.text.words)))
        for example in some
    ]
    return [example for example in kept if example.passages]


def _runs(text: str) -> NDArray[np.uint64]:
    """A number for each run of words, equal for equal runs: a polynomial of the words' hashes (Karp & Rabin 1987)."""
    words = np.array([hash(word) for word in re.findall(r"\w+", text.lower())], np.int64).astype(np.uint64)
    runs = np.zeros(max(0, len(words) - RUN + 1), np.uint64)
    for n in range(RUN if len(runs) else 0):
        runs = runs * _FACTOR + words[n : n + len(runs)]  # modulo 2**64
    return runs


_FACTOR = np.uint64(0x9E3779B97F4A7C15)
