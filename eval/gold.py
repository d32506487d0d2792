"""Gold questions: what a right answer must contain, read from JSONL and checked against the articles.

The form is published as `eval/gold/schema.json`. Knows nothing of answers, archives or the wire.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from dateline.eval.forms import Form, says, says_any
from dateline.eval.jsonl import Line, explained, read_lines
from dateline.index.errors import InputError
from dateline.rag.answer import RefusalReason
from dateline.rag.question import Length

GoldKind = Literal["fact", "why", "how", "what_happened", "list", "yes_no", "update", "time", "conflict"]
KINDS: tuple[GoldKind, ...] = get_args(GoldKind)
TextOf = Callable[[str], str | None]
"""The cleaned text of an article by its id; None if there is no such article."""

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


_Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]


def _filled(value: tuple[Any, ...]) -> tuple[Any, ...]:
    # pydantic's own min_length would complain a second time wherever an item can't be used.
    if not value:
        raise ValueError("is empty; leave it out instead")
    return value


_FILLED = AfterValidator(_filled)
_SOME = Field(json_schema_extra={"minItems": 1})
_Day = Annotated[date, BeforeValidator(_iso), WithJsonSchema({"type": "string", "format": "date"})]
_When = Annotated[
    date | datetime,
    BeforeValidator(_iso),
    WithJsonSchema({"type": "string", "description": "A day, or a moment with its offset, as ISO 8601 writes them."}),
]


class Nugget(BaseModel):
    """A fact that the answer should give (TREC's nuggets; Voorhees 2003)."""

    model_config = _PART

    accepted: Annotated[tuple[Form, ...], _FILLED, _SOME]
    """The forms in which it counts as given; one is enough."""
    vital: bool = True
    """Whether an answer without it fails; otherwise it is okay to have."""


class Evidence(BaseModel):
    """Where the answer stands: words of an article, as they are in its cleaned text."""

    model_config = _PART

    article_id: _Filled
    quote: _Filled


class Relevant(BaseModel):
    """An article that should be found, as qrels have it."""

    model_config = _PART

    article_id: _Filled
    grade: Annotated[int, Field(ge=1, strict=True)] = 1


class MustRefuse(BaseModel):
    """That the archive does not answer the question."""

    model_config = _PART

    reasons: Annotated[tuple[RefusalReason, ...], _FILLED, _SOME] | None = None
    """The reasons that are accepted; null: any."""


class ExpectedDisagreement(BaseModel):
    """A disagreement of this kind in which each form is found in the value of a position of its own."""

    model_config = _PART

    kind: Literal["conflict", "update"]
    values: Annotated[tuple[Form, ...], Field(min_length=2, max_length=6)]


class ExpectedSpeaker(BaseModel):
    """Who says a claim that has the form."""

    model_config = _PART

    claim: Form
    speaker: Form | None
    """Found in "name, role", or in the one of them that there is; null: the outlet says it itself."""


class ExpectedEventTime(BaseModel):
    """The days, the last one included, in which what a claim that has the form tells of happened."""

    model_config = _PART

    claim: Form
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
    """What is asked for; `update`, `time` and `conflict` say what is hard about it."""
    asked_at: _When | None = None
    """When it is asked; null: when the run is."""
    as_of: _When | None = None
    """As the archive of which day or moment it is to be answered."""
    length: Length = "medium"
    nuggets: Annotated[tuple[Nugget, ...], _FILLED, _SOME] = ()
    """What the answer should say."""
    forbidden: Annotated[tuple[Form, ...], _FILLED, _SOME] = ()
    """What it must not say."""
    must_refuse: MustRefuse | None = None
    """That it must be refused, and why."""
    evidence: Annotated[tuple[Evidence, ...], _FILLED, _SOME] = ()
    """Where the nuggets stand."""
    sources: Annotated[tuple[_Filled, ...], _FILLED, _SOME] = ()
    """Ids of articles that must be cited."""
    relevant: Annotated[tuple[Relevant, ...], _FILLED, _SOME] = ()
    """The articles that should be found; where none is named, those of `evidence` and `sources`."""
    disagreements: Annotated[tuple[ExpectedDisagreement, ...], _FILLED, _SOME] = ()
    """Disagreements that must be shown."""
    no_disagreement: bool = False
    """Whether any disagreement is wrong: the sources say the same, or tell of different events."""
    speakers: Annotated[tuple[ExpectedSpeaker, ...], _FILLED, _SOME] = ()
    """Each must hold for at least one of the claims that have its form."""
    event_times: Annotated[tuple[ExpectedEventTime, ...], _FILLED, _SOME] = ()
    """Each must hold for at least one of the claims that have its form."""
    origins: Annotated[int, Field(ge=1, strict=True)] | None = None
    """How many independent stories the sources must be."""
    headings: Annotated[tuple[Form, ...], _FILLED, _SOME] = ()
    """What the headings must have, in this order; several headings in a row may have one of them."""
    window: ExpectedWindow | None = None

    @model_validator(mode="after")
    def _asks_what_can_be_checked(self) -> GoldQuestion:
        # What is refused has none of these: they would be ignored without a word.
        if self.must_refuse:
            allowed = {"id", "question", "kind", "asked_at", "as_of", "length", "must_refuse", "window"}
            if said := sorted(self.model_fields_set - allowed):
                raise ValueError(f"a question that must be refused says nothing of its answer: {', '.join(said)}")
        if self.no_disagreement and self.disagreements:
            raise ValueError("`disagreements` and `no_disagreement` exclude each other")
        return self

    @property
    def group(self) -> str:
        """What it is tabled under: its kind, or `refuse`."""
        return "refuse" if self.must_refuse else self.kind

    @property
    def vital(self) -> tuple[Nugget, ...]:
        """The nuggets without which an answer fails."""
        return tuple(nugget for nugget in self.nuggets if nugget.vital)

    @property
    def grades(self) -> dict[str, int]:
        """The articles that should be found, each with its grade."""
        if self.relevant:
            return {each.article_id: each.grade for each in self.relevant}
        return dict.fromkeys([*(each.article_id for each in self.evidence), *self.sources], 1)


def schema() -> dict[str, Any]:
    """The JSON Schema of a line (draft 2020-12), as `eval/gold/schema.json` has it."""
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A gold question of Dateline"}
    return GoldQuestion.model_json_schema(by_alias=True) | title


def read_gold(file: Path, text_of: TextOf | None = None) -> list[GoldQuestion]:
    """The questions of a JSONL file, in order; blank lines are skipped.

    `text_of`: the articles to check the evidence against. Raises one `InputError` that names every problem of the
    file with its line, so that it can be mended at one go.
    """
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    for line in read_lines(file):
        name = _id_of(line)
        if name is not None and (before := first_line.setdefault(name, line.number)) != line.number:
            problems.append(f"line {line.number}: the id {name!r} is that of line {before} already")
        question = _question(line, problems)
        if question is None:
            continue
        if text_of is not None:
            problems += [f"line {line.number}: {wrong}" for wrong in check_evidence(question, text_of)]
        questions.append(question)
    if not questions and not problems:
        problems.append("there is no question in it")
    if problems:
        raise InputError(
            "\n".join(f"{file}: {problem}" for problem in problems),
            hint="Each line is a JSON object; `dateline eval schema` prints its form, eval/gold/samples.jsonl has "
            "examples.",
        )
    return questions


def check_evidence(gold: GoldQuestion, text_of: TextOf) -> list[str]:
    """What is wrong with a question's evidence; empty: nothing.

    Each quote must stand in its article word for word; each nugget, each value of a disagreement and each claim that
    has a speaker or a time in one of the quotes; and no article may be named that does not exist.
    """
    named = [*gold.grades, *gold.sources, *(each.article_id for each in gold.evidence)]
    texts = {article_id: text_of(article_id) for article_id in dict.fromkeys(named)}
    wrong = [f"there is no article {article_id!r}" for article_id, text in texts.items() if text is None]
    wrong += [
        f"{each.article_id!r} does not say {each.quote!r}"
        for each in gold.evidence
        if (text := texts[each.article_id]) is not None and each.quote not in text
    ]
    if gold.evidence:
        quotes = [each.quote for each in gold.evidence]
        wrong += [f"no quote has {nugget.accepted[0]!r}" for nugget in gold.nuggets if not _has(nugget, quotes)]
        forms = [value for each in gold.disagreements for value in each.values]
        forms += [each.claim for each in gold.speakers] + [each.claim for each in gold.event_times]
        wrong += [f"no quote has {form!r}" for form in forms if not says(form, quotes)]
    return wrong


def _has(nugget: Nugget, texts: Iterable[str]) -> bool:
    return says_any(nugget.accepted, texts)


def _id_of(line: Line) -> str | None:
    """The id of a line, also of one that something else is wrong with."""
    try:
        value = json.loads(line.text)
    except json.JSONDecodeError:
        return None
    name = value.get("id") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def _question(line: Line, problems: list[str]) -> GoldQuestion | None:
    try:
        return GoldQuestion.model_validate_json(line.text)
    except ValidationError as error:
        problems += [f"line {line.number}: {said}" for said in explained(error)]
        return None
