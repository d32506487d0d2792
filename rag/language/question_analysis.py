"""Question analysis: question type, expected answer type, names and times, for each question in a text.

"Could you tell me who won?", "the winner was who?" and "winner of the chess tournament" all ask for a person. Decided
by the question word, its noun, and set phrases. Knows nothing of the archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.analysis import SentenceAnalysis
from dateline.rag.language.parse import Entity
from dateline.rag.language.question_focus import QuestionWords, focus_of, head_noun, is_be, type_of
from dateline.rag.language.question_type import phrase_type
from dateline.rag.language.question_words import (
    AUXILIARIES,
    CHANGING,
    COSTING,
    HOW,
    QUESTION_WORDS,
    SECOND,
    SPEECH_NOUNS,
    SPEECH_VERBS,
    TAGGED,
    AnswerType,
    QuestionType,
    without_preamble,
)
from dateline.rag.language.time_expressions import TimeExpression


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """The analysis of one question."""

    span: Span
    """Within the text, without a preamble."""
    kind: QuestionType
    answer: AnswerType | None
    """The expected answer type; None if any text answers: a summary, a definition, small talk."""
    focus: Span | None
    """The noun asked for, within the text: "company" in "which company"; None if there is none."""
    entities: tuple[Entity, ...]
    """Its names; spans are within the text."""
    times: tuple[TimeExpression, ...]
    """Its time expressions; spans are within the text of `span`."""


def analyse_question(text: str, analyser: Analyser) -> tuple[AskedQuestion, ...]:
    """The questions in a text, in order, without preambles; at least one."""
    spans = _questions(text)
    analyses = analyser.analyse_all([span.of(text) for span in spans])
    return tuple(_asked(text, span, analysis) for span, analysis in zip(spans, analyses, strict=True))


def _questions(text: str) -> list[Span]:
    """The spans of the questions in a text."""
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
    words = QuestionWords(question, analysis)
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


_Reading = tuple[QuestionType, AnswerType | None, int | None]
_ANSWERS: dict[QuestionType, AnswerType] = {
    "why": "reason",
    "how": "manner",
    "yes_no": "yes_no",
    "list": "list",
    "quotation": "words",
}


def _read(words: QuestionWords) -> _Reading:
    plain = words.text.strip().replace("’", "'")
    kind = phrase_type(plain)
    if kind in ("small_talk", "task"):
        return kind, None, None
    if _compares(words) and not plain.lower().startswith("how many"):
        return "comparison", None, None
    if kind is not None:
        return kind, _ANSWERS.get(kind), None
    asking = words.asking
    if asking is None:
        return _without_question_word(words)
    return _by_question_word(words, asking)


def _compares(words: QuestionWords) -> bool:
    """Whether it is a comparison: "Is the new bridge longer than the old one?", "Which was larger, …?"."""
    comparatives = [at for at, token in enumerate(words.tokens) if token.tag in ("JJR", "RBR")]
    if not comparatives:
        return False
    after = {words.lower(at) for at in range(comparatives[0], len(words.tokens))}
    figure = any(token.tag == "CD" and token.dep != "pobj" for token in words.tokens[comparatives[0] :])
    return ("or" in after and not figure) or ("than" in after and words.lower(0) in AUXILIARIES and not figure)


def _by_question_word(words: QuestionWords, asking: int) -> _Reading:
    word = words.lower(asking).removesuffix("'s")
    if word == "how":
        return _how(words, asking)
    if word == "when":
        return "fact", "date", None
    if word in ("where", "whereabouts"):
        return "fact", "place", None
    if _asks_for_words(words, asking, word):
        return "quotation", "words", None
    focus = focus_of(words, asking)
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
        typed = type_of(words, focus)
        if typed not in ("count", "money", "percent", "age", "measure") and not _is_plural_of_one(words, focus):
            return "list", "list", focus
    if _defines(words, asking, focus):
        return "definition", None, focus
    return "fact", type_of(words, focus) or "thing", focus


def _is_plural_of_one(words: QuestionWords, focus: int) -> bool:
    """Whether a plural noun belongs to the subject, not to what is asked for: "What do the canals water?"."""
    return words.tokens[focus].dep == "nsubj" and any(words.lower(at) in ("do", "did", "does") for at in range(focus))


def _who(words: QuestionWords, asking: int, focus: int | None) -> _Reading:
    if (
        words.lower(len(words.tokens) - 1 - (words.lower(len(words.tokens) - 1) == "?")) == "for"
        and "work" in words.lemmas()
    ):
        return "fact", "organisation", None
    if focus is not None and is_be(words, asking + 1):
        if _defines(words, asking, focus):
            return "definition", None, focus
        if words.tokens[focus].tag == "NNS":
            return "list", "list", focus
    return "fact", "person", focus


def _defines(words: QuestionWords, asking: int, focus: int) -> bool:
    """Whether it asks for a definition: "be" with a name or an indefinite noun: "What is a voyage recorder?"."""
    if not is_be(words, asking + 1) or any(words.lower(at) in ("of", "in", "for", "to") for at in range(asking, focus)):
        return False
    rest = [at for at in range(asking + 2, len(words.tokens)) if words.tokens[at].pos != "PUNCT"]
    if not rest or any(words.tokens[at].tag.startswith("V") or words.lower(at) in ("of", "'s") for at in rest):
        return False
    named = all(words.tokens[at].pos == "PROPN" or words.lower(at) == "the" for at in rest)
    common = words.lower(rest[0]) in ("a", "an") or (words.lower(rest[0]) not in ("the", "his", "her", "its", "their"))
    entity = any(one.span.end >= words.tokens[rest[-1]].span.start for one in words.analysis.entities)
    return named or (entity and len(rest) <= 5) or (common and len(rest) <= 4)


def _how(words: QuestionWords, asking: int) -> _Reading:
    following = words.lower(asking + 1)
    lemmas = words.lemmas()
    if following == "much":
        if (lemmas & CHANGING and not lemmas & COSTING) or words.lower(asking + 2) == "of":
            return "fact", "percent", None
        return "fact", "money" if lemmas & COSTING or "money" in lemmas else "measure", None
    if "share" in lemmas and following in ("big", "large", "high"):
        return "fact", "percent", None
    if following in HOW and words.tokens[asking + 1].pos in ("ADJ", "ADV", "NOUN", "PROPN", "SCONJ"):
        return "fact", HOW[following], head_noun(words, asking + 2)
    if lemmas & {"react", "respond"}:
        return "quotation", "words", None
    return "how", "manner", None


def _asks_for_words(words: QuestionWords, asking: int, word: str) -> bool:
    """Whether it asks for someone's words: "What did the mayor say?", "What was Thorne's response?"."""
    if word != "what":
        return False
    for at in range(asking + 1, len(words.tokens)):
        token = words.tokens[at]
        if token.dep in ("ROOT", "ccomp", "conj") and token.pos == "VERB":
            helped = any(
                words.lower(before) in ("did", "does", "do", "has", "have", "had") for before in range(asking, at)
            )
            return helped and words.lemma(at) in SPEECH_VERBS
    focus = focus_of(words, asking)
    return focus is not None and is_be(words, asking + 1) and words.lemma(focus) in SPEECH_NOUNS


def _without_question_word(words: QuestionWords) -> _Reading:
    """Read keyword queries ("mayor of port ellery", "date of the disaster") and commands ("Name the spokesman")."""
    start = 1 if words.lower(0) in ("name", "give", "tell", "find", "show") else 0
    focus = head_noun(words, start)
    finite = any(token.tag in ("VBD", "VBZ", "VBP") and token.dep == "ROOT" for token in words.tokens)
    if words.text.rstrip().endswith("?") and (focus is None or finite):
        return "yes_no", "yes_no", None  # "So the airport is open again?"
    if focus is None:
        return "fact", "thing", None
    typed = type_of(words, focus)
    for at in range(start, len(words.tokens)):
        if typed is None and words.tokens[at].pos in ("NOUN", "PROPN"):
            typed = type_of(words, at)
    return "fact", typed or "thing", focus
