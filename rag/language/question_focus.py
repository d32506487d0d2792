"""Question focus: the noun that a question asks for ("company" in "which company"), and its answer type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dateline.rag.language.analysis import SentenceAnalysis
from dateline.rag.language.parse import Token
from dateline.rag.language.question_words import ANSWER_NOUNS, COSTING, QUESTION_WORDS, AnswerType


@dataclass(frozen=True)
class QuestionWords:
    """A question's text with its analysis."""

    text: str
    analysis: SentenceAnalysis

    @property
    def tokens(self) -> Sequence[Token]:
        """The tokens of the analysis."""
        return self.analysis.tokens

    def lower(self, at: int) -> str:
        """A token's text in lower case; empty for an invalid index."""
        return self.tokens[at].span.of(self.text).lower().replace("’", "'") if 0 <= at < len(self.tokens) else ""

    def lemma(self, at: int) -> str:
        """A token's lemma, in lower case."""
        return self.tokens[at].lemma.lower()

    @property
    def asking(self) -> int | None:
        """The index of the first question word."""
        return next((at for at in range(len(self.tokens)) if self.lower(at) in QUESTION_WORDS), None)

    def lemmas(self) -> set[str]:
        """The lemmas of all tokens."""
        return {self.lemma(at) for at in range(len(self.tokens))}


def is_be(words: QuestionWords, at: int) -> bool:
    """Whether a token is a form of "be" that makes a question."""
    return words.lower(at) in ("is", "are", "was", "were", "'s")


def focus_of(words: QuestionWords, asking: int) -> int | None:
    """The noun that the question word asks for: "company" in "which company", "bill" in "what was the final bill"."""
    token = words.tokens[asking]
    if words.lower(asking).removesuffix("'s") in ("what", "which", "whose") and token.head > asking:
        head = words.tokens[token.head]
        if token.dep in ("det", "poss") and head.pos in ("NOUN", "PROPN"):
            return token.head
    following = asking + 1
    if words.lower(asking) in ("what", "which") and following < len(words.tokens):
        run = following
        while run < len(words.tokens) and words.tokens[run].pos in ("NOUN", "ADJ", "NUM", "PROPN"):
            run += 1
        if run > following and words.tokens[run - 1].pos in ("NOUN", "PROPN"):
            return run - 1
    if is_be(words, following) or words.lower(asking).endswith("'s"):
        start = following + is_be(words, following)
        return head_noun(words, start)
    if words.lower(following) in ("did", "do", "does"):
        return next((at for at, each in enumerate(words.tokens) if at > following and each.dep == "nsubj"), None)
    return None


def head_noun(words: QuestionWords, start: int) -> int | None:
    """The head of the noun phrase that begins at a token: the noun before "of" or a verb."""
    last = None
    for at in range(start, len(words.tokens)):
        if words.tokens[at].pos in ("NOUN", "PROPN"):
            last = at
        elif words.lower(at) in ("'s", "the", "a", "an", "-") or words.tokens[at].pos in (
            "ADJ",
            "DET",
            "NUM",
            "PART",
        ):
            continue
        else:
            break
    return last


def type_of(words: QuestionWords, focus: int) -> AnswerType | None:
    """The answer type of a noun; None if unknown."""
    lemma = words.lemma(focus)
    if lemma == "name":
        return "thing"
    for kind, nouns in ANSWER_NOUNS:
        if lemma in nouns:
            if words.lemmas() & COSTING and kind in ("count", "measure"):
                return "money"
            return kind
    return (
        "person"
        if re.search(r"(?:man|woman|ist|ian|[^s]er|or)$", lemma) and words.lower(focus - 1) in ("which", "what")
        else None
    )
