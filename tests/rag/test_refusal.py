from datetime import date
from typing import Any

import pytest

from index.archive import Archive, StoredPassage
from index.article import Article, Span
from index.filters import Filters
from index.search import RankedPassage, Searcher
from rag.answer import NearestPassage, Refusal
from rag.question import Question
from rag.refusal import COVERED_COSINE, covers, nothing_said, refusal
from rag.retrieval import retrieve
from tests.articles import FAKE, NOW, record, take_in


def ranked(text: str, cosine: float | None, **fields: Any) -> RankedPassage:
    article = Article("a", text, **fields)
    whole = Span(0, len(text))
    return RankedPassage(StoredPassage(1, "a:1:0", article, "a", whole, (whole,)), 1.0, cosine, None)


@pytest.mark.parametrize(
    ("question", "passages", "covered"),
    [
        ("Who did it?", [], False),
        ("Who did it?", [ranked("Nobody did.", COVERED_COSINE)], True),
        ("Who did it?", [ranked("Nobody did.", COVERED_COSINE - 0.01)], False),
        ("Who did it?", [ranked("Nobody.", 0.0), ranked("Nobody did.", COVERED_COSINE)], True),
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
    return refusal(question, retrieve(searcher, question).passages, searcher)


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
        ({"as_of": date(2015, 12, 31)}, "not as of 2015-12-31"),
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


def test_passages_but_no_sentence() -> None:
    refused = nothing_said([ranked(f"{n}", 0.9) for n in range(5)])
    assert refused.reason == "not_in_coverage"
    assert [near.quote for near in refused.nearest] == ["0", "1", "2"]
