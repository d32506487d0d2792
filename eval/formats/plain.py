"""Reads predictions of any system from JSONL: `{"id": …, "text": …}` is enough, other fields are optional.

Missing fields count as not reported and are not scored. Knows nothing of gold questions.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dateline.eval.jsonl import explained, read_lines
from dateline.eval.prediction import Cited, CitedSource, Differing, Excerpt, FoundPassage, Part, Prediction, Said
from dateline.index.errors import InputError

_PART = ConfigDict(extra="forbid", frozen=True)
_Filled = Annotated[str, Field(min_length=1)]


class PlainCitation(BaseModel):
    """A citation: the article, and as much of its words as there is."""

    model_config = _PART

    article_id: _Filled
    passage_id: str = ""
    quote: str = ""
    text: str | None = None
    """The article's text around the quote."""


class PlainClaim(BaseModel):
    """A sentence of the answer."""

    model_config = _PART

    text: _Filled
    citations: tuple[PlainCitation, ...] = ()
    speaker: str = ""


class PlainDisagreement(BaseModel):
    """Values that are shown to differ."""

    model_config = _PART

    kind: str
    values: tuple[str, ...]


class PlainPassage(BaseModel):
    """A retrieved passage; best first."""

    model_config = _PART

    article_id: _Filled
    passage_id: str = ""
    text: str = ""


class PlainPrediction(BaseModel):
    """One line."""

    model_config = _PART

    id: _Filled
    """The gold question's."""
    text: str = ""
    refused: bool = False
    refusal_reason: str | None = None
    short_answer: str | None = None
    """Where it is left out, the text is the short answer."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    claims: tuple[PlainClaim, ...] | None = None
    disagreements: tuple[PlainDisagreement, ...] | None = None
    sources: tuple[_Filled, ...] | None = None
    """Ids of the articles cited."""
    passages: tuple[PlainPassage, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> PlainPrediction:
        if not self.refused and not self.text.strip():
            raise ValueError("it has neither `text` nor `refused`")
        return self


def read_plain(file: Path, known: Collection[str]) -> list[PlainPrediction]:
    """The predictions of a file, in order, for questions whose ids are `known`.

    Raises one `InputError` that names every problem with its line; a prediction for another question is one.
    """
    found: list[PlainPrediction] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    for line in read_lines(file):
        try:
            prediction = PlainPrediction.model_validate_json(line.text)
        except ValidationError as error:
            problems += [f"{file}: line {line.number}: {said}" for said in explained(error)]
            continue
        if (before := first_line.setdefault(prediction.id, line.number)) != line.number:
            problems.append(f"{file}: line {line.number}: {prediction.id!r} is answered by line {before} already")
        if prediction.id not in known:
            problems.append(
                f"{file}: line {line.number}: answers {prediction.id!r}, which is none of the gold questions"
            )
        found.append(prediction)
    if problems:
        raise InputError("\n".join(problems), hint='A line is {"id": …, "text": …}; docs/evaluation.md has the rest.')
    return found


def of_plain(plain: PlainPrediction) -> Prediction:
    """The prediction that measures read."""
    claims = plain.claims or ()
    sources = plain.sources
    if sources is None and plain.claims is not None:
        sources = tuple(dict.fromkeys(cited.article_id for claim in claims for cited in claim.citations))
    return Prediction(
        id=plain.id,
        refused=plain.refused,
        text="" if plain.refused else plain.text,
        short_answer=("" if plain.refused else plain.text) if plain.short_answer is None else plain.short_answer,
        reports=_reported(plain),
        confidence=plain.confidence,
        refusal_reason=plain.refusal_reason,
        claims=tuple(
            Said(claim.text, tuple(_cited(each) for each in claim.citations), speaker=claim.speaker) for claim in claims
        ),
        disagreements=tuple(Differing(each.kind, each.values) for each in plain.disagreements or ()),
        sources=tuple(CitedSource(article_id) for article_id in sources or ()),
        passages=tuple(FoundPassage(each.article_id, each.passage_id, each.text) for each in plain.passages or ()),
    )


def _cited(plain: PlainCitation) -> Cited:
    excerpt = None if plain.text is None else Excerpt(0, plain.text)
    return Cited(plain.article_id, plain.passage_id, plain.quote, None, excerpt)


def _reported(plain: PlainPrediction) -> frozenset[Part]:
    reported: set[Part] = set()
    if plain.claims is not None:
        reported |= {"claims", "sources"}
        if any("speaker" in claim.model_fields_set for claim in plain.claims):
            reported.add("speakers")
    if plain.sources is not None:
        reported.add("sources")
    if plain.disagreements is not None:
        reported.add("disagreements")
    if plain.passages is not None:
        reported.add("passages")
    if plain.refusal_reason is not None:
        reported.add("refusal_reason")
    if plain.confidence is not None:
        reported.add("confidence")
    return frozenset(reported)
