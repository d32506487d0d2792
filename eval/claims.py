"""Labelled sentences of drafts (supported, contradicted or not covered by an article), read from JSONL.

`eval/claims/samples.jsonl` has those about the sample articles. Knows nothing of how a sentence is checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dateline.eval.gold import TextOf
from dateline.eval.jsonl import explained, read_lines
from dateline.index.errors import InputError
from dateline.rag.answer import SupportLabel

TrueKind = Literal[
    "paraphrase",
    "passive",
    "other_name",
    "figure_in_words",
    "merged",
    "hedge_kept",
    "attribution_kept",
    "translated",
]
"""How a true sentence differs from its article's words; `translated`: the article is in another language."""
PartialKind = Literal["hedge_dropped", "attribution_dropped", "opinion_as_fact"]
"""What is left out of a sentence that its article has otherwise."""
WrongKind = Literal[
    "age",
    "antonym",
    "role_or_tense",
    "figure_elsewhere",
    "superseded",
    "exaggerated",
    "planned_as_done",
    "invented_act",
    "negation",
    "wrong_person",
    "wrong_date",
    "wrong_place",
    "swapped",
]
"""What is wrong with a false sentence. `figure_elsewhere`: a figure of the article, bound to another thing of it;
`superseded`: an earlier report that a later one updates or corrects; `swapped`: who did it to whom."""
ClaimKind = Literal[TrueKind, PartialKind, WrongKind]
Half = Literal["first", "second"]
"""`second`: written when the rules that the first half measures were done."""

TRUE_KINDS: tuple[TrueKind, ...] = get_args(TrueKind)
PARTIAL_KINDS: tuple[PartialKind, ...] = get_args(PartialKind)
WRONG_KINDS: tuple[WrongKind, ...] = get_args(WrongKind)

_Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]


class LabelledClaim(BaseModel):
    """One line of a file of claims."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Filled
    sentence: _Filled
    """As a reporter would write it in a draft."""
    label: SupportLabel
    """What the whole archive says of it. `partial`: nothing but a hedge or the name of who says or thinks it is
    missing; `unsupported`: no article supports it, and none excludes it."""
    kind: ClaimKind
    article: _Filled
    """Id of the article that decides, or whose words an unsupported sentence uses."""
    quote: str
    """Words of that article, exactly; empty: none of its words decide."""
    half: Half

    @model_validator(mode="after")
    def _label_suits_kind(self) -> LabelledClaim:
        allowed: tuple[SupportLabel, ...] = ("contradicted", "unsupported")
        if self.kind in TRUE_KINDS:
            allowed = ("supported",)
        elif self.kind in PARTIAL_KINDS:
            allowed = ("partial",)
        if self.label not in allowed:
            raise ValueError(f"{self.kind} is {' or '.join(allowed)}, not {self.label}")
        if not self.quote and self.label != "unsupported":
            raise ValueError(f"what is {self.label} needs a quote")
        return self


def read_claims(file: Path, text_of: TextOf | None = None) -> list[LabelledClaim]:
    """The claims of a JSONL file, in order.

    `text_of`: the articles in which the quotes must be. Raises one `InputError` that names every problem with its line.
    """
    claims: list[LabelledClaim] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    for line in read_lines(file):
        try:
            claim = LabelledClaim.model_validate_json(line.text)
        except ValidationError as error:
            problems += [f"line {line.number}: {said}" for said in explained(error)]
            continue
        if (before := first_line.setdefault(claim.id, line.number)) != line.number:
            problems.append(f"line {line.number}: the id {claim.id!r} is that of line {before} already")
        if text_of is not None and (wrong := _wrong_quote(claim, text_of)):
            problems.append(f"line {line.number}: {wrong}")
        claims.append(claim)
    if problems:
        raise InputError(
            "\n".join(f"{file}: {problem}" for problem in problems),
            hint="Each line is a JSON object; eval/claims/samples.jsonl has examples.",
        )
    return claims


def _wrong_quote(claim: LabelledClaim, text_of: TextOf) -> str | None:
    text = text_of(claim.article)
    if text is None:
        return f"there is no article {claim.article!r}"
    return None if claim.quote in text else f"{claim.article!r} does not say {claim.quote!r}"
