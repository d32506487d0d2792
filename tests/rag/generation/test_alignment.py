"""Alignment of a model's output with sentences, and the answer span in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.article import Span
from dateline.rag.generation.alignment import covering_sentences, found_in, phrase_span, said, short_answer_span
from dateline.rag.generation.context import ShownSentence, sentences_around, whole_passages
from dateline.rag.generation.quotes import aligned_candidates
from dateline.rag.reading.passages import Candidate, Reading
from tests.rag.generation.test_context import passage

TEXT = (
    "The council met on Monday. Council workers closed the bridge because its cables had rusted. "
    "Some 42 ferries carry the traffic to Larkfield. The mayor, Ada Lorne, blamed the Chilean contractor."
)
ASKED = "Why did council workers close the bridge?"


def sentences(text: str = TEXT) -> list[ShownSentence]:
    return sentences_around(whole_passages([passage("bridge", text)]).excerpts)


def pointed(written: str, question: str = ASKED) -> list[str]:
    return [sentence.text for sentence in covering_sentences(written, question, sentences())]


def test_words_that_the_question_lacks_count_threefold() -> None:
    words, asked = frozenset({"bridge", "rusted", "cables"}), frozenset({"bridge"})
    assert said(words, asked, frozenset({"bridge"})) == 1 / (1 + 3 + 3)
    assert said(words, asked, frozenset({"rusted"})) == 3 / (1 + 3 + 3)
    assert said(frozenset(), asked, frozenset()) == 0.0


def test_the_sentence_that_says_most_of_it_is_pointed_at() -> None:
    assert pointed("They closed the bridge since the cables were rusted.") == [
        "Council workers closed the bridge because its cables had rusted."
    ]


def test_further_sentences_add_what_is_missing() -> None:
    assert pointed("The cables rusted, and 42 ferries carry the traffic.") == [
        "Some 42 ferries carry the traffic to Larkfield.",
        "Council workers closed the bridge because its cables had rusted.",
    ]


@pytest.mark.parametrize("written", ["", "Vandals blew it up with dynamite.", "Because of an earthquake in Peru."])
def test_unmatched_text_is_aligned_with_nothing(written: str) -> None:
    assert pointed(written) == []


def test_yes_is_no_word_that_an_article_must_have() -> None:
    assert pointed("Yes, the mayor blamed a contractor.", "Did the mayor blame a contractor?") == [
        "The mayor, Ada Lorne, blamed the Chilean contractor."
    ]


def test_a_country_is_found_in_its_people() -> None:
    assert found_in(frozenset({"chile", "peru"}), "The Chilean contractor left.") == {"chile"}
    assert found_in(frozenset({"ada"}), "An adagio was played.") == frozenset()  # three letters are too few


@pytest.mark.parametrize(
    ("written", "question", "answer"),
    [
        ("The mayor is Ada Lorne.", "Who is the mayor?", "Ada Lorne"),
        ("42 ferries carry the traffic.", "How many ferries carry the traffic?", "42"),
        ("The bridge was closed because its cables rusted.", ASKED, "cables had rusted"),
        ("Nothing of it.", ASKED, None),
    ],
)
def test_the_words_that_are_new_are_the_short_answer(written: str, question: str, answer: str | None) -> None:
    found = covering_sentences(written, question, sentences()) or sentences()[:1]
    span = short_answer_span(written, question, found[0])
    assert (span and span.of(TEXT)) == answer


@pytest.mark.parametrize(
    ("written", "question", "answer"),
    [
        ("Larkfield Lodge", "What near Larkfield burned?", "Larkfield Lodge"),  # all of a name, though half is asked
        ("the mayor", "Was it the mayor or the council?", "mayor"),  # nothing is new
    ],
)
def test_a_short_answer_has_all_of_a_name(written: str, question: str, answer: str) -> None:
    text = "The mayor said that Larkfield Lodge burned down."
    (sentence,) = sentences(text)
    span = short_answer_span(written, question, sentence)
    assert span is not None
    assert span.of(text) == answer


def test_a_short_answer_is_limited_in_words() -> None:
    """A part of a longer one would be a different answer."""
    text = "Fourteen bodies, many women, small children and thirty injured people were brought to hospitals nearby."
    (sentence,) = sentences(text)
    assert short_answer_span(text, "What?", sentence) is None
    assert short_answer_span("Fourteen bodies.", "What?", sentence) == Span(0, len("Fourteen bodies"))


@pytest.mark.parametrize(
    ("written", "read", "answer"),
    [
        # A model that repeats the sentence doesn't say which part of it answers; the reader does.
        ("The mayor, Ada Lorne, blamed the Chilean contractor for it.", "Chilean contractor", "Chilean contractor"),
        ("The mayor, Ada Lorne, blamed the contractor.", "Ada Lorne", "Ada Lorne"),
        # What the model didn't write, or the question says, is not its answer.
        ("Ada Lorne blamed him.", "Chilean contractor", "Ada Lorne"),
        ("Ada Lorne blamed the contractor.", "blamed", "Ada Lorne"),
    ],
)
def test_the_reader_says_which_part_of_a_sentence_answers(written: str, read: str, answer: str) -> None:
    (*_, sentence) = sentences()
    at = TEXT.index(read)
    candidate = Candidate(sentence.passage, sentence.span, Span(at, at + len(read)), 1.0, 1.0, 1.0)
    found = aligned_candidates(written, "Whom was blamed?", [sentence], Reading((candidate,), 0.9))
    assert [one.answer and one.answer.of(TEXT) for one in found] == [answer]


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("The Ada Lorne.", "The mayor, Ada Lorne, left.", "Ada Lorne"),
        ("US Steel", "It bought US-Steel on Monday.", "US-Steel"),
        ("$1.5 million", "Some $1.5 million were paid.", "$1.5 million"),
        ("1.5", "Some $1.5 million were paid.", None),  # not the same figure
        ("Lorne Ada", "The mayor, Ada Lorne, left.", None),
        ("the", "The mayor left.", None),
        ("", "The mayor left.", None),
    ],
)
def test_a_phrase_is_found_whole_or_not_at_all(written: str, text: str, found: str | None) -> None:
    span = phrase_span(written, text)
    assert (span and span.of(text)) == found


def test_of_the_sentences_with_the_phrase_the_reader_s_best_is_chosen() -> None:
    text = "Ada Lorne was born in 1960. She likes boats a lot. The bridge was closed by Ada Lorne on Monday."
    born, _, closed = sentences(text)
    scored = [Candidate(one.passage, one.span, None, n, n, n) for one, n in ((born, 0.1), (closed, 2.0))]
    (found,) = aligned_candidates("Ada Lorne", "Who closed the bridge?", [born, closed], Reading(tuple(scored), 0.9))
    assert found.text == closed.text
    assert found.answer is not None
    assert found.answer.of(text) == "Ada Lorne"
    assert found.answer.start > closed.span.start


@given(st.text(st.sampled_from("Some 42 ferries carried Ada, Lorne. $1,5%’“"), max_size=80), st.text(max_size=40))
def test_alignment_returns_only_spans_of_articles(written: str, question: str) -> None:
    for sentence in covering_sentences(written, question, sentences()):
        assert sentence in sentences()
        span = short_answer_span(written, question, sentence)
        assert span is None or sentence.span.start <= span.start < span.end <= sentence.span.end
