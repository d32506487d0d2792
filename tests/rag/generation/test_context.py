"""The context that a model is shown. Tokens are counted as words."""

from collections.abc import Sequence

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences
from dateline.rag.generation.context import select_context, sentences_around, whole_passages
from dateline.rag.reading.passages import Candidate

FERRIES = "It was cold. The bridge was shut. Some 42 ferries run. Nobody was hurt. The mayor left."
HARBOR = "Pilots were warned. The harbor froze. Ships turned back."


def passage(name: str, text: str) -> StoredPassage:
    return StoredPassage(0, f"{name}:1:0", Article(name, text), name, Span(0, len(text)), tuple(split_sentences(text)))


def candidate(of: StoredPassage, at: int, score: float) -> Candidate:
    return Candidate(of, of.sentences[at], None, score, score, score)


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def shown(candidates: Sequence[Candidate], budget: int, beside: int = 1) -> list[list[str]]:
    excerpts = select_context(candidates, budget, words, header=lambda article: article.id, beside=beside)
    return [list(excerpt.runs()) for excerpt in excerpts]


def test_the_best_sentences_with_their_neighbours_in_text_order() -> None:
    ferries, harbor = passage("ferries", FERRIES), passage("harbor", HARBOR)
    best = [candidate(ferries, 2, 3.0), candidate(harbor, 1, 2.0), candidate(ferries, 0, 1.0)]
    assert shown(best, 100) == [
        ["It was cold. The bridge was shut. Some 42 ferries run. Nobody was hurt."],
        ["Pilots were warned. The harbor froze. Ships turned back."],
    ]


def test_sentences_that_are_not_adjacent_are_separate_runs() -> None:
    ferries = passage("ferries", FERRIES)
    assert shown([candidate(ferries, 4, 2.0), candidate(ferries, 0, 1.0)], 100, beside=0) == [
        ["It was cold.", "The mayor left."]
    ]


def test_what_does_not_fit_is_shown_alone_or_not_at_all() -> None:
    ferries, harbor = passage("ferries", FERRIES), passage("harbor", HARBOR)
    best = [candidate(ferries, 2, 2.0), candidate(harbor, 1, 1.0)]
    # 1 for the header and 4 + 4 + 3 for the sentences, then 1 + 3 for the harbor alone; with neighbours it takes 10.
    assert shown(best, 1 + 11 + 1 + 3) == [
        ["The bridge was shut. Some 42 ferries run. Nobody was hurt."],
        ["The harbor froze."],
    ]
    assert shown(best, 1 + 11 + 3) == [["The bridge was shut. Some 42 ferries run. Nobody was hurt."]]


def test_the_best_sentence_is_shown_however_long() -> None:
    ferries = passage("ferries", FERRIES)
    assert shown([candidate(ferries, 2, 2.0), candidate(ferries, 4, 1.0)], 1) == [
        ["The bridge was shut. Some 42 ferries run. Nobody was hurt."]
    ]
    assert shown([], 100) == []


def test_the_rest_of_the_shown_passages_follows() -> None:
    ferries = passage("ferries", FERRIES)
    excerpts = select_context([candidate(ferries, 4, 1.0)], 100, words, header=lambda _: "", beside=0)
    assert [sentence.text for sentence in sentences_around(excerpts)] == [
        "The mayor left.",
        "It was cold.",
        "The bridge was shut.",
        "Some 42 ferries run.",
        "Nobody was hurt.",
    ]


def test_whole_passages_are_an_excerpt_each() -> None:
    context = whole_passages([passage("ferries", FERRIES), passage("harbor", HARBOR)])
    assert [list(excerpt.runs()) for excerpt in context.excerpts] == [[FERRIES], [HARBOR]]
    assert context.passages == ("ferries:1:0", "harbor:1:0")
