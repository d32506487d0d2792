"""Gold questions: what a right answer must hold, read from JSONL, and checked against the articles it stands in.

Knows nothing of answers, archives or the wire.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from index.errors import InputError
from rag.answer import RefusalReason
from rag.question import Length

GoldKind = Literal["fact", "why", "how", "what_happened", "list", "yes_no", "update", "time", "conflict", "refuse"]
_PART = ConfigDict(extra="forbid", frozen=True)


def _iso(value: Any) -> Any:
    # pydantic would read a number as seconds since 1970 and "2021-08-08" as midnight.
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("must be an ISO date or datetime")
    try:
        read = date.fromisoformat(value) if len(value) <= len("2021-08-08") else datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no ISO date or datetime") from None
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return read


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


def _several(value: Any) -> Any:
    return () if value is None else (value,) if isinstance(value, str) else value


_Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]
_Pattern = Annotated[_Filled, AfterValidator(_compiles)]
"""A regular expression, searched for without regard to case."""
_Day = Annotated[date, BeforeValidator(_iso)]
_When = Annotated[date | datetime | None, BeforeValidator(_iso)]


class Evidence(BaseModel):
    """Where the answer stands: words of an article, as they are in its cleaned text."""

    model_config = _PART

    article_id: _Filled
    quote: _Filled


class ExpectedDisagreement(BaseModel):
    """A disagreement of this kind in which each pattern is found in the value of a position of its own."""

    model_config = _PART

    kind: Literal["conflict", "update"]
    values: Annotated[tuple[_Pattern, ...], Field(min_length=2, max_length=6)]


class ExpectedSpeaker(BaseModel):
    """Who says a claim that matches."""

    model_config = _PART

    claim: _Pattern
    speaker: _Pattern | None
    """Found in "name, role", or in the one of them that there is; null: the outlet says it itself."""


class ExpectedEventTime(BaseModel):
    """The days, the last one included, in which what a claim that matches tells of happened."""

    model_config = _PART

    claim: _Pattern
    start: _Day = Field(alias="from")
    end: _Day = Field(alias="to")


class ExpectedWindow(BaseModel):
    """How the time that the question asks about must be read: days in UTC, the last one included; null: open."""

    model_config = _PART

    start: _Day | None = Field(alias="from")
    end: _Day | None = Field(alias="to")
    applies_to: Literal["publication", "event"]


class GoldQuestion(BaseModel):
    """One line of a gold file."""

    model_config = _PART

    id: _Filled
    question: _Filled
    kind: GoldKind
    """`update`, `time` and `conflict` say what is hard about the question; `refuse`: the archive does not answer it."""
    asked_at: _When = None
    """When it is asked, ISO 8601, for a question whose answer hangs on it."""
    as_of: _When = None
    """As the archive of which day or moment, ISO 8601, it is to be answered."""
    length: Length = "medium"
    need: tuple[_Pattern, ...] = ()
    """Each must be found in the answer."""
    sources: tuple[_Filled, ...] = ()
    """Ids of articles that must be cited."""
    forbid: tuple[_Pattern, ...] = ()
    """None may be found."""
    evidence: tuple[Evidence, ...] = ()
    disagreement: ExpectedDisagreement | None = None
    no_disagreement: bool = False
    """Whether any disagreement is wrong: the sources say the same, or tell of different events."""
    speakers: tuple[ExpectedSpeaker, ...] = ()
    """Each must hold for at least one of the claims that match."""
    event_times: tuple[ExpectedEventTime, ...] = ()
    """Each must hold for at least one of the claims that match."""
    origins: Annotated[int, Field(ge=1, strict=True)] | None = None
    """How many independent stories the sources must be."""
    headings: tuple[_Pattern, ...] = ()
    """What the headings must match, in this order; several headings in a row may match one of them."""
    refusal: Annotated[tuple[RefusalReason, ...], BeforeValidator(_several)] = ()
    """The reasons, or the one reason, accepted for a refusal; none given: any."""
    window: ExpectedWindow | None = None

    @model_validator(mode="after")
    def _asks_what_can_be_checked(self) -> GoldQuestion:
        # What is refused has none of these, and what is answered has no reason: they would be ignored without a word.
        named = "need", "sources", "forbid", "disagreement", "no_disagreement", "speakers", "event_times", "origins"
        if self.kind == "refuse" and any(getattr(self, name) for name in (*named, "headings")):
            raise ValueError("a question to be refused says nothing of the answer but `refusal` and `window`")
        if self.kind != "refuse" and self.refusal:
            raise ValueError("only a question of kind `refuse` has a `refusal`")
        if self.no_disagreement and self.disagreement:
            raise ValueError("`disagreement` and `no_disagreement` exclude each other")
        return self


def read_gold(file: Path) -> list[GoldQuestion]:
    """The questions of a JSONL file, in order; blank lines are skipped.

    Raises one `InputError` that names every problem of the file with its line, so that it can be mended at one go.
    """
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"{file}: can't be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is not UTF-8 (byte {error.start})", hint="Save the file as UTF-8.") from None
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = GoldQuestion.model_validate_json(line)
        except ValidationError as error:
            problems += [f"line {number}: {_said(each)}" for each in error.errors(include_url=False)]
            continue
        if (before := first_line.setdefault(question.id, number)) != number:
            problems.append(f"line {number}: the id {question.id!r} is that of line {before} already")
        questions.append(question)
    if not questions and not problems:
        problems.append("there is no question in it")
    if problems:
        raise InputError(
            "\n".join(f"{file}: {problem}" for problem in problems),
            hint="Each line is a JSON object with `id`, `question` and `kind`; eval/gold/samples.jsonl has examples.",
        )
    return questions


def check_evidence(gold: GoldQuestion, texts: Mapping[str, str]) -> list[str]:
    """What is wrong with a question's evidence, given the cleaned texts by article id; empty: nothing.

    Each quote must stand in its article word for word; each `need`, each value of a disagreement and each claim that
    has a speaker or a time in one of the quotes; and no article may be cited that does not exist. A `refuse` question
    has no evidence to show.
    """
    wrong = [
        f"{gold.id}: there is no article {article_id!r}"
        for article_id in dict.fromkeys([*gold.sources, *(each.article_id for each in gold.evidence)])
        if article_id not in texts
    ]
    wrong += [
        f"{gold.id}: {each.article_id!r} does not say {each.quote!r}"
        for each in gold.evidence
        if each.article_id in texts and each.quote not in texts[each.article_id]
    ]
    if gold.evidence:
        quotes = [each.quote for each in gold.evidence]
        patterns = [*gold.need, *(gold.disagreement.values if gold.disagreement else ())]
        patterns += [each.claim for each in gold.speakers] + [each.claim for each in gold.event_times]
        wrong += [f"{gold.id}: no quote holds {pattern!r}" for pattern in patterns if not found(pattern, quotes)]
    return wrong


def found(pattern: str, texts: Sequence[str]) -> bool:
    """Whether a pattern of a gold question is found in one of the texts."""
    # One by one: in texts joined into one, a pattern could match across the seam.
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)


def _said(error: Any) -> str:
    """One error of pydantic in words: where in the object, and what."""
    where = ".".join(str(part) for part in error["loc"])
    what = "unknown field" if error["type"] == "extra_forbidden" else str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
