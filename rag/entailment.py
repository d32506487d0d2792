"""The shipped model of entailment: a claim and its evidence → is it borne out, and which of its words are not?

`training/support.py` makes it. Knows nothing of rules, passages or thresholds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.article import Span
from index.encoder_export import file_sha256
from index.errors import SupportError
from index.inference import compiled_model, open_tokenizer
from rag.support_input import ClaimTokens, padded_claims, tokenize_claims

SHIPPED = Path(__file__).parent / "support_model"
"""The model that comes with Dateline; `training/` makes it."""
BATCH = 8


@dataclass(frozen=True, slots=True)
class Entailment:
    """What the model makes of one claim."""

    supported: float
    """Log-odds that the evidence bears the claim out."""
    altered: float
    """Log-odds that the claim is what the evidence says with one thing changed: a name, a "not", a figure."""
    worst: float
    """Log-odds that the likeliest of its words to be so is not borne out."""
    worst_word: Span
    """That word's place in the claim."""
    whole: bool = True
    """Whether the claim was read to its end."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How what is known of a claim becomes the probability that it is supported: by held-out answers."""

    entailed: float
    """What it gains for each unit of `Entailment.supported`."""
    worst: float
    """What it gains for each unit of `Entailment.worst`; negative."""
    lacking: float
    """What it gains for each word of the claim that the passages lack; negative."""
    share: float
    """What it gains for lacking all of its words, and for lacking a part of them that part; negative."""
    nearness: float
    """What it gains for each unit of cosine to the nearest sentence; 0 where that is not asked for."""
    broken: float
    """What it gains for breaking a rule; negative."""
    intercept: float
    threshold: float
    """The probability from which a claim is supported."""
    altered: float
    """The `Entailment.altered` above which a claim is not supported, however probable it is otherwise."""


class EntailmentModel:
    """The exported model in a folder, on the CPU. Safe for threads."""

    name: str
    calibration: Calibration
    """For nearness by `encoder`."""
    calibration_without_nearness: Calibration
    encoder: str
    """The name of the encoder whose cosines the calibration counts."""

    def __init__(self, folder: Path, *, compiled: Path) -> None:
        """Raises `SupportError` if the folder is incomplete, or its weights aren't those that its `support.json` names.

        `compiled`: folder in which the form compiled for this processor is kept, for a quicker start.
        """
        try:
            about = json.loads((folder / "support.json").read_text())
            if file_sha256(folder / "support.bin") != about["sha256"]:
                raise ValueError("support.bin is not the one that support.json names")
            self.name = about["name"]
            self.encoder = about["encoder"]
            self.calibration = Calibration(**about["calibration"])
            self.calibration_without_nearness = Calibration(**about["calibration_without_nearness"])
            self._tokenizer = open_tokenizer(folder / "tokenizer.json")
            self._model = compiled_model(folder / "support.xml", compiled)
        except Exception as error:
            raise SupportError(
                f"the model of the support check in {folder} can't be loaded ({type(error).__name__}: {error})",
                hint=f"Reinstall Dateline; make sure that {compiled} can be written.",
            ) from error

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """For each (claim, evidence) pair what the model makes of it. Same input, same output."""
        tokens = tokenize_claims(self._tokenizer, pairs)
        request = self._model.create_infer_request()
        found: list[Entailment] = []
        for first in range(0, len(tokens), BATCH):
            batch = tokens[first : first + BATCH]
            scores = np.array(request.infer(padded_claims(batch))[0], np.float32)
            found += [_entailment(row, one) for row, one in zip(scores, batch, strict=True)]
        return found


def _entailment(scores: np.ndarray, tokens: ClaimTokens) -> Entailment:
    """Scores of shape (tokens, 2): see `training.support_network`."""
    words = scores[tokens.first : tokens.first + len(tokens.words), 1]
    if not len(words):
        return Entailment(float(scores[0, 0]), float(scores[0, 1]), 0.0, Span(0, 0))
    worst, place = float(words.max()), Span(*tokens.words[int(words.argmax())])
    return Entailment(float(scores[0, 0]), float(scores[0, 1]), worst, place, tokens.whole)
