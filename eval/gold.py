"""Gold questions: what a right answer must hold, read from JSONL; whether an Answer holds it.

Knows nothing of how an answer is found, of archives or of the wire.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from index.errors import InputError
from rag.answer import Answer
from rag.question import Length

GoldKind = Literal["fact", "why", "how", "what_happened", "list", "yes_no", "update", "time", "conflict", "refuse"]
_MARKER = re.compile(r" ?\[\d+\]")
_Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Evidence(BaseModel):
    """Where the answer stands: words of an article, as they are in its cleaned text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article_id: _Filled
    quote: _Filled


class GoldQuestion(BaseModel):
    """One line of a gold file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Filled
    question: _Filled
    kind: GoldKind
    """`update`, `time` and `conflict` say what is hard about the question; `refuse`: the archive does not answer it."""
    asked_at: date | datetime | None = None
    """When it is asked, ISO 8601, for a question whose answer hangs on it."""
    length: Length = "medium"
    need: tuple[_Filled, ...] = ()
    """Regular expressions, case-insensitive, each of which must be found in the answer."""
    sources: tuple[_Filled, ...] = ()
    """Ids of articles that must be cited."""
    forbid: tuple[_Filled, ...] = ()
    """Regular expressions, case-insensitive, none of which may be found."""
    evidence: tuple[Evidence, ...] = ()

    @field_validator("asked_at", mode="before")
    @classmethod
    def _iso(cls, value: Any) -> date | datetime | None:
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

    @field_validator("need", "forbid")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern, re.IGNORECASE)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return patterns

    @model_validator(mode="after")
    def _refusal_needs_nothing(self) -> GoldQuestion:
        # They would be ignored without a word.
        if self.kind == "refuse" and (self.need or self.sources or self.forbid):
            raise ValueError("a question to be refused can have none of `need`, `sources` and `forbid`")
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer passes, and every reason why it doesn't."""

    passed: bool
    reasons: tuple[str, ...]


def score(gold: GoldQuestion, answer: Answer) -> Verdict:
    """Whether an answer is what the gold question asks for.

    A `refuse` question passes when it is refused. Any other passes when it is answered, every `need` and no `forbid`
    is found in the text, in the short answer or in the values of a disagreement, and every one of `sources` is cited.
    """
    if gold.kind == "refuse":
        return _verdict([] if answer.status == "refused" else ["answered, though it should be refused"])
    if answer.status == "refused":
        return _verdict(["refused" + (f": {answer.refusal.reason}" if answer.refusal else "")])
    # A marker is no part of what is said: "[9]" must not pass for nine patients.
    said = [_MARKER.sub("", answer.text), *([answer.short_answer.text] if answer.short_answer else [])]
    said += [position.value for each in answer.disagreements for position in each.positions]
    cited = {source.article_id for source in answer.sources}
    return _verdict(
        [
            *(f"lacks {pattern!r}" for pattern in gold.need if not _found(pattern, said)),
            *(f"does not cite {article_id!r}" for article_id in gold.sources if article_id not in cited),
            *(f"holds {pattern!r}, which is forbidden" for pattern in gold.forbid if _found(pattern, said)),
        ]
    )


def check_evidence(gold: GoldQuestion, texts: Mapping[str, str]) -> list[str]:
    """What is wrong with a question's evidence, given the cleaned texts by article id; empty: nothing.

    Each quote must stand in its article word for word, each `need` in one of the quotes, and no article may be cited
    that does not exist. A `refuse` question has no evidence to show.
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
        wrong += [f"{gold.id}: no quote holds {pattern!r}" for pattern in gold.need if not _found(pattern, quotes)]
    return wrong


def _verdict(reasons: list[str]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))


def _found(pattern: str, texts: list[str]) -> bool:
    # One by one: in texts joined into one, a pattern could match across the seam.
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)


def _said(error: Any) -> str:
    """One error of pydantic in words: where in the object, and what."""
    where = ".".join(str(part) for part in error["loc"])
    what = "unknown field" if error["type"] == "extra_forbidden" else str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
