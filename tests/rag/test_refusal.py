from datetime import date
from typing import Any

import pytest

from dateline.index.archive import Archive, StoredPassage
from dateline.index.article import Article, Span
from dateline.index.filters import Filters
from dateline.index.search import RankedPassage, Searcher
from dateline.rag.answer import NearestPassage, Refusal
from dateline.rag.question import Question
from dateline.rag.refusal import COVERED_COSINE, NEAREST, covers, not_covered, not_said, outside_window, without_window
from dateline.rag.retrieval import retrieve
from tests.articles import FAKE, NOW, news, record, take_in


def ranked(text: str, cosine: float | None, **fields: Any) -> RankedPassage:
    article = Article("a", text, **fields)
    whole = Span(0, len(text))
    return RankedPassage(StoredPassage(1, "a:1:0", article, "a", whole, (whole,)), 1.0, cosine, None)


@pytest.mark.parametrize(
    ("question", "passages", "covered"),
    [
        ("Who did it?", [], False),
        ("Who did it?", [ranked("Nobody did.", COVERED_COSINE)], True),
        ("Why did they?", [ranked("They did.", COVERED_COSINE)], True),
        ("Why did they?", [ranked("They did.", COVERED_COSINE - 0.01)], False),
        ("Why did they?", [ranked("Nobody.", 0.0), ranked("They did.", COVERED_COSINE)], True),
        # Whether a fact is there, the reader knows better than how near the passages are.
        ("Who did it?", [ranked("Nobody did.", COVERED_COSINE - 0.01)], True),
        ("Who is Ada Lorne?", [ranked("Lorne, a painter.", COVERED_COSINE - 0.01)], False),
        ("Who is Ada Lorne?", [ranked("Ada Lorne, a painter.", COVERED_COSINE - 0.01)], True),
        ("Which Pakistani town was hit?", [ranked("A town in Pakistan was hit.", 0.9)], True),
        ("Which Chad towns were hit?", [ranked("Charlie was hit.", 0.9)], False),
        # Found by words alone.
        ("Who did it?", [ranked("Niemand.", None)], True),
        ("Who is Ada Lorne?", [ranked("A painter.", 0.9)], False),
        ("Who is Ada Lorne?", [ranked("Lorne, a painter.", 0.9)], True),
        ("Who is Ada Lorne?", [ranked("A painter.", 0.9, title="Ada Lorne at 80")], True),
        ("What is Larkfield's budget?", [ranked("The budget of Larkfield.", 0.9)], True),
        ("What did Larkfield and Teal spend in 2015?", [ranked("Spending of Larkfield.", 0.9)], False),
        ("What did Larkfield spend in 2015?", [ranked("Larkfield spent it.", 0.9)], True),
        ("What was spent in 2015?", [ranked("It was spent.", 0.9, published=date(2015, 10, 14))], True),
        ("What was spent in 2015?", [ranked("It was spent.", 0.9, published=date(2021, 10, 14))], False),
    ],
)
def test_what_counts_as_covered(question: str, passages: list[RankedPassage], covered: bool) -> None:
    assert covers(question, passages) is covered


def asked(archive: Archive, text: str, **filters: Any) -> Refusal | None:
    searcher = Searcher(archive, FAKE)
    question = Question(text, NOW, Filters(**filters))
    return not_covered(question, retrieve(searcher, question).passages, searcher)


def test_an_empty_archive_covers_nothing(archive: Archive) -> None:
    refused = asked(archive, "Who closed the bridge?")
    assert refused is not None
    assert (refused.reason, refused.nearest) == ("no_coverage", ())


def test_what_is_covered_is_not_refused(archive: Archive) -> None:
    take_in(archive, record("a", "Council workers closed the bridge."))
    assert asked(archive, "Who closed the bridge?") is None


def test_nothing_about_it(archive: Archive) -> None:
    take_in(archive, record("a", "Council workers closed the bridge."))
    refused = asked(archive, "Which zoo is run by Mx Quill?")
    assert refused is not None
    assert refused.reason == "no_coverage"
    assert refused.nearest == (NearestPassage("a", "a:1:0", "Council workers closed the bridge.", "2021-08-05"),)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"published_to": date(2015, 12, 31)}, "not published up to 2015-12-31"),
        ({"published_from": date(2022, 1, 1)}, "not published from 2022-01-01"),
        ({"published_from": date(2022, 1, 1), "published_to": date(2022, 2, 1)}, "not published from 2022-01-01, published up to 2022-02-01"),
    ],
)  # fmt: skip
def test_only_outside_the_time_asked_for(archive: Archive, window: dict[str, date], words: str) -> None:
    take_in(archive, record("a", "Council workers closed the bridge."))
    refused = asked(archive, "Who closed the bridge?", **window)
    assert refused is not None
    assert refused.reason == "outside_time_window"
    assert words in refused.message
    assert [near.article_id for near in refused.nearest] == ["a"]


def test_what_came_after_as_of_is_not_shown(archive: Archive) -> None:
    take_in(archive, record("a", "Council workers closed the bridge."))
    for window in ({}, {"published_to": date(2015, 6, 1)}):
        refused = asked(archive, "Who closed the bridge?", as_of=date(2015, 12, 31), **window)
        assert refused is not None
        assert (refused.reason, refused.nearest) == ("no_coverage", ())


def test_outside_the_window_and_not_about_it_either(archive: Archive) -> None:
    take_in(archive, record("a", "Council workers closed the bridge."))
    refused = asked(archive, "Which zoo is run by Mx Quill?", published_to=date(2015, 12, 31))
    assert refused is not None
    assert (refused.reason, refused.nearest) == ("no_coverage", ())


def test_the_other_filters_hold_outside_the_window_too(archive: Archive) -> None:
    take_in(archive, record("a", "Council workers closed the bridge.", outlet="Harbor Post"))
    refused = asked(archive, "Who closed the bridge?", published_to=date(2015, 12, 31), outlets=("Nobody",))
    assert refused is not None
    assert refused.reason == "no_coverage"


@pytest.mark.parametrize(
    "window",
    [
        {"published_from": date(2015, 1, 1)},
        {"published_to": date(2015, 12, 31)},
        {"published_from": date(2015, 1, 1), "published_to": date(2015, 12, 31)},
    ],
)
def test_removing_the_window_keeps_the_other_filters(window: dict[str, date]) -> None:
    others = {
        "outlets": ("Harbor Post",),
        "languages": ("en",),
        "article_ids": ("a", "b"),
        "as_of": date(2015, 6, 1),
    }
    question = Question("Who closed the bridge?", NOW, Filters(**others, **window), "short")  # type: ignore[arg-type]
    anytime = Question("Who closed the bridge?", NOW, Filters(**others), "short")  # type: ignore[arg-type]
    assert without_window(question) == anytime


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(outlets=("Harbor Post",), article_ids=("a",), as_of=date(2015, 6, 1))]
)
def test_a_question_of_any_time_has_no_window_to_lose(filters: Filters) -> None:
    assert without_window(Question("Who closed the bridge?", NOW, filters)) is None


def test_said_only_outside_the_window() -> None:
    filters = Filters(published_from=date(2016, 1, 1), as_of=date(2016, 6, 1))
    question = Question("Who closed the bridge?", NOW, filters)
    refused = outside_window(question, [ranked(f"{n}", 0.9, published=date(2015, 3, n + 1)) for n in range(5)])
    assert refused.reason == "outside_time_window"
    assert refused.message == "The archive covers this, but not published from 2016-01-01."
    assert [(near.quote, near.published) for near in refused.nearest] == [
        ("0", "2015-03-01"),
        ("1", "2015-03-02"),
        ("2", "2015-03-03"),
    ]


def test_passages_but_no_sentence_that_answers() -> None:
    refused = not_said("Who won?", [ranked(f"{n}", COVERED_COSINE) for n in range(5)])
    assert refused.reason == "not_in_coverage"
    assert refused.message == "Articles are about this, but none of their sentences answers it."
    assert [near.quote for near in refused.nearest] == ["0", "1", "2"]
    assert not_said("Who won?", []).nearest == ()


def test_no_sentence_that_answers_and_nothing_near() -> None:
    refused = not_said("Who won?", [ranked("Nobody did.", COVERED_COSINE - 0.01)])
    assert (refused.reason, refused.message) == ("no_coverage", "No article was found that is about this.")
    assert [near.quote for near in refused.nearest] == ["Nobody did."]


def test_a_passage_with_all_names_covers_the_question() -> None:
    refused = not_said("What does Bo Quill earn?", [ranked("Bo Quill closed it.", COVERED_COSINE - 0.01)])
    assert refused.reason == "not_in_coverage"


def test_the_time_asked_for_need_not_be_named_outside_it(archive: Archive) -> None:
    take_in(archive, record("a", "Bo Quill said that the bridge is closed."))
    refused = asked(archive, "What did Bo Quill say in March 2017?", published_to=date(2017, 3, 31))
    assert refused is not None
    assert refused.reason == "outside_time_window"


def test_no_refusal_shows_more_than_the_nearest(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n)) for n in range(NEAREST + 2)))
    refused = asked(archive, "Which zoo is run by Mx Quill?")
    assert refused is not None
    assert (refused.reason, len(refused.nearest)) == ("no_coverage", NEAREST)
