"""What a question asks: its kind, the type of answer that it expects, the names and times in it; each question of two.

"Could you tell me who won?", "the winner was who?" and "winner of the chess tournament" all ask for a person. Decided
by the question word wherever it is, by the noun that it goes with, and by set phrases. Knows nothing of the archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Span
from index.sentences import split_sentences
from rag.language.analyser import Analyser
from rag.language.analysis import SentenceAnalysis
from rag.language.parse import Entity, Token
from rag.language.question_words import (
    AUXILIARIES,
    CHANGING,
    COSTING,
    HOW,
    KINDS,
    LISTING,
    NOUNS,
    QUESTION_WORDS,
    SAYING,
    SECOND,
    SMALL_TALK,
    TAGGED,
    TASK,
    WORDS,
    AnswerType,
    Kind,
    without_preamble,
)
from rag.language.time_expressions import TimeExpression


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question."""

    span: Span
    """Within the text that was asked, without what leads up to it."""
    kind: Kind
    answer: AnswerType | None
    """The type of the answer; None where any text answers: a summary, a definition, small talk."""
    focus: Span | None
    """The noun that is asked for: "company" in "which company", within the text; None where there is none."""
    entities: tuple[Entity, ...]
    """Names in it; spans are within the text."""
    times: tuple[TimeExpression, ...]
    """Time expressions in it; spans are within the text of `span`."""


def analyse_question(text: str, analyser: Analyser) -> tuple[AskedQuestion, ...]:
    """The questions that a text asks, in order; at least one. What only leads up to them is left out."""
    spans = _questions(text)
    analyses = analyser.analyse_all([span.of(text) for span in spans])
    return tuple(_asked(text, span, analysis) for span, analysis in zip(spans, analyses, strict=True))


def _questions(text: str) -> list[Span]:
    """Where the questions of a text are."""
    sentences = [span for span in split_sentences(text) if re.search(r"\w", span.of(text))]
    if TAGGED.search(text) and len(sentences) == 2:
        return [Span(sentences[0].start, sentences[1].end)]  # "I heard that …. Is that so?"
    asking = [span for span in sentences if _asks(span.of(text))] or sentences[-1:]
    found: list[Span] = []
    for span in asking:
        start = span.start
        for match in SECOND.finditer(text, span.start, span.end):
            if _asks(text[start : match.start()]):
                found.append(_trimmed(text, start, match.start()))
                start = match.end()
        found.append(_trimmed(text, start, span.end))
    return found


def _asks(sentence: str) -> bool:
    words = re.findall(r"[\w'’]+", without_preamble(sentence).lower().replace("’", "'"))
    return sentence.rstrip().endswith("?") or (bool(words) and (words[0] in QUESTION_WORDS or words[0] in AUXILIARIES))


def _trimmed(text: str, start: int, end: int) -> Span:
    rest = text[start:end]
    start += len(rest) - len(without_preamble(rest))
    while start < end and text[start] in " ,;:":
        start += 1
    return Span(start, end)


def _asked(text: str, span: Span, analysis: SentenceAnalysis) -> AskedQuestion:
    question = span.of(text)
    words = _Words(question, analysis)
    kind, answer, focus = _read(words)
    return AskedQuestion(
        span,
        kind,
        answer,
        None if focus is None else _moved(analysis.tokens[focus].span, span.start),
        tuple(Entity(_moved(one.span, span.start), one.label) for one in analysis.entities),
        analysis.times,
    )


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


@dataclass(frozen=True)
class _Words:
    """A question's words, with its tokens."""

    text: str
    analysis: SentenceAnalysis

    @property
    def tokens(self) -> Sequence[Token]:
        return self.analysis.tokens

    def lower(self, at: int) -> str:
        return self.tokens[at].span.of(self.text).lower().replace("’", "'") if 0 <= at < len(self.tokens) else ""

    def lemma(self, at: int) -> str:
        return self.tokens[at].lemma.lower()

    @property
    def asking(self) -> int | None:
        """The question word: the first."""
        return next((at for at in range(len(self.tokens)) if self.lower(at) in QUESTION_WORDS), None)

    def lemmas(self) -> set[str]:
        return {self.lemma(at) for at in range(len(self.tokens))}


_Reading = tuple[Kind, AnswerType | None, int | None]
_ANSWERS: dict[Kind, AnswerType] = {
    "why": "reason",
    "how": "manner",
    "yes_no": "yes_no",
    "list": "list",
    "quotation": "words",
}


def _read(words: _Words) -> _Reading:
    plain = words.text.strip().replace("’", "'")
    if SMALL_TALK.fullmatch(plain):
        return "small_talk", None, None
    if TASK.match(plain):
        return "task", None, None
    asking = words.asking
    starts_with_auxiliary = words.lower(0) in AUXILIARIES
    if _compares(words) and not plain.lower().startswith("how many"):
        return "comparison", None, None
    if TAGGED.search(plain):
        return "yes_no", "yes_no", None
    for kind, pattern in KINDS:
        # "Did she say why?" is answered by yes or no.
        if pattern.search(plain) and not (
            starts_with_auxiliary and kind in ("why", "definition") and words.lower(1) != "there"
        ):
            return kind, _ANSWERS.get(kind), None
    if LISTING.match(plain):
        return "list", "list", None
    if starts_with_auxiliary:
        return "yes_no", "yes_no", None
    if asking is None:
        return _without_question_word(words)
    return _by_question_word(words, asking)


def _compares(words: _Words) -> bool:
    """ "Is the new bridge longer than the old one?", "Which was larger, the first or the second?"."""
    comparatives = [at for at, token in enumerate(words.tokens) if token.tag in ("JJR", "RBR")]
    if not comparatives:
        return False
    after = {words.lower(at) for at in range(comparatives[0], len(words.tokens))}
    figure = any(token.tag == "CD" and token.dep != "pobj" for token in words.tokens[comparatives[0] :])
    return ("or" in after and not figure) or ("than" in after and words.lower(0) in AUXILIARIES and not figure)


def _by_question_word(words: _Words, asking: int) -> _Reading:
    word = words.lower(asking).removesuffix("'s")
    if word == "how":
        return _how(words, asking)
    if word == "when":
        return "fact", "date", None
    if word in ("where", "whereabouts"):
        return "fact", "place", None
    if _asks_for_words(words, asking, word):
        return "quotation", "words", None
    focus = _focus(words, asking)
    if word in ("who", "whom", "whose"):
        return _who(words, asking, focus)
    if focus is None:
        return "fact", "thing", None
    if words.tokens[focus].tag in ("NNS", "NNPS") and words.lower(focus) not in (
        "news",
        "means",
        "series",
        "headquarters",
    ):
        typed = _type_of(words, focus)
        if typed not in ("count", "money", "percent", "age", "measure") and not _is_plural_of_one(words, focus):
            return "list", "list", focus
    if _defines(words, asking, focus):
        return "definition", None, focus
    return "fact", _type_of(words, focus) or "thing", focus


def _is_plural_of_one(words: _Words, focus: int) -> bool:
    """ "What do the canals water?" has a plural subject, and asks for one thing."""
    return words.tokens[focus].dep == "nsubj" and any(words.lower(at) in ("do", "did", "does") for at in range(focus))


def _who(words: _Words, asking: int, focus: int | None) -> _Reading:
    if (
        words.lower(len(words.tokens) - 1 - (words.lower(len(words.tokens) - 1) == "?")) == "for"
        and "work" in words.lemmas()
    ):
        return "fact", "organisation", None
    if focus is not None and _is_be(words, asking + 1):
        if _defines(words, asking, focus):
            return "definition", None, focus
        if words.tokens[focus].tag == "NNS":
            return "list", "list", focus
    return "fact", "person", focus


def _is_be(words: _Words, at: int) -> bool:
    return words.lower(at) in ("is", "are", "was", "were", "'s")


def _defines(words: _Words, asking: int, focus: int) -> bool:
    """ "What is a voyage recorder?", "Who is Isla Strachan?": "be" with a name, or with a noun that "a" introduces."""
    if not _is_be(words, asking + 1) or any(
        words.lower(at) in ("of", "in", "for", "to") for at in range(asking, focus)
    ):
        return False
    rest = [at for at in range(asking + 2, len(words.tokens)) if words.tokens[at].pos != "PUNCT"]
    if not rest or any(words.tokens[at].tag.startswith("V") or words.lower(at) in ("of", "'s") for at in rest):
        return False
    named = all(words.tokens[at].pos == "PROPN" or words.lower(at) == "the" for at in rest)
    common = words.lower(rest[0]) in ("a", "an") or (words.lower(rest[0]) not in ("the", "his", "her", "its", "their"))
    entity = any(one.span.end >= words.tokens[rest[-1]].span.start for one in words.analysis.entities)
    return named or (entity and len(rest) <= 5) or (common and len(rest) <= 4)


def _focus(words: _Words, asking: int) -> int | None:
    """The noun that the question word goes with: of "which company", of "what was the final bill"."""
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
    if _is_be(words, following) or words.lower(asking).endswith("'s"):
        start = following + _is_be(words, following)
        return _head_noun(words, start)
    if words.lower(following) in ("did", "do", "does"):
        return next((at for at, each in enumerate(words.tokens) if at > following and each.dep == "nsubj"), None)
    return None


def _head_noun(words: _Words, start: int) -> int | None:
    """The head of the noun phrase that begins at a token: what precedes "of" or a verb."""
    last = None
    for at in range(start, len(words.tokens)):
        if words.tokens[at].pos in ("NOUN", "PROPN"):
            last = at
        elif words.lower(at) in ("'s", "’s", "the", "a", "an", "-") or words.tokens[at].pos in (
            "ADJ",
            "DET",
            "NUM",
            "PART",
        ):
            continue
        else:
            break
    return last


def _type_of(words: _Words, focus: int) -> AnswerType | None:
    lemma = words.lemma(focus)
    if lemma == "name":
        return "thing"
    for kind, nouns in NOUNS:
        if lemma in nouns:
            if words.lemmas() & COSTING and kind in ("count", "measure"):
                return "money"
            return kind
    return (
        "person"
        if re.search(r"(?:man|woman|ist|ian|[^s]er|or)$", lemma) and words.lower(focus - 1) in ("which", "what")
        else None
    )


def _how(words: _Words, asking: int) -> _Reading:
    following = words.lower(asking + 1)
    lemmas = words.lemmas()
    if following == "much":
        if (lemmas & CHANGING and not lemmas & COSTING) or words.lower(asking + 2) == "of":
            return "fact", "percent", None
        return "fact", "money" if lemmas & COSTING or "money" in lemmas else "measure", None
    if "share" in lemmas and following in ("big", "large", "high"):
        return "fact", "percent", None
    if following in HOW and words.tokens[asking + 1].pos in ("ADJ", "ADV", "NOUN", "PROPN", "SCONJ"):
        return "fact", HOW[following], _head_noun(words, asking + 2)
    if lemmas & {"react", "respond"}:
        return "quotation", "words", None
    return "how", "manner", None


def _asks_for_words(words: _Words, asking: int, word: str) -> bool:
    """ "What did the mayor say?", "What was Thorne's response?"."""
    if word != "what":
        return False
    for at in range(asking + 1, len(words.tokens)):
        token = words.tokens[at]
        if token.dep in ("ROOT", "ccomp", "conj") and token.pos == "VERB":
            helped = any(
                words.lower(before) in ("did", "does", "do", "has", "have", "had") for before in range(asking, at)
            )
            return helped and words.lemma(at) in SAYING
    focus = _focus(words, asking)
    return focus is not None and _is_be(words, asking + 1) and words.lemma(focus) in WORDS


def _without_question_word(words: _Words) -> _Reading:
    """Words for a search box ("mayor of port ellery", "date of the disaster") and orders ("Name the spokesman")."""
    start = 1 if words.lower(0) in ("name", "give", "tell", "find", "show") else 0
    focus = _head_noun(words, start)
    finite = any(token.tag in ("VBD", "VBZ", "VBP") and token.dep == "ROOT" for token in words.tokens)
    if words.text.rstrip().endswith("?") and (focus is None or finite):
        return "yes_no", "yes_no", None  # "So the airport is open again?"
    if focus is None:
        return "fact", "thing", None
    typed = _type_of(words, focus)
    for at in range(start, len(words.tokens)):
        if typed is None and words.tokens[at].pos in ("NOUN", "PROPN"):
            typed = _type_of(words, at)
    return "fact", typed or "thing", focus
