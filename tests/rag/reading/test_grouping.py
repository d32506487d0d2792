from datetime import date

import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.rag.reading.grouping import by_period, headings_in_order, sentence_day
from dateline.rag.reading.passages import Candidate


def sentences(article_id: str, published: date | None, *lines: str) -> list[Candidate]:
    """The lines as one article."""
    article = Article(article_id, " ".join(lines), published=published)
    spans = []
    at = 0
    for line in lines:
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    passage = StoredPassage(1, f"{article_id}:1:0", article, article_id, Span(0, len(article.text)), tuple(spans))
    return [Candidate(passage, span, None, 1.0, 1.0, 1.0) for span in spans]


OLD = sentences("old", date(2015, 10, 4), "The mill closed.", "It lost its river.")
NEW = sentences("new", date(2021, 8, 5), "The bridge closed.", "The mill had closed in 2015.", "Ice was to blame.")
JULY = sentences("july", date(2021, 7, 20), "The ferry stopped.")
UNDATED = sentences("undated", None, "Nobody came.")


def told(*groups: list[Candidate]) -> list[tuple[str, str | None]]:
    said, headings = by_period(groups)
    return list(zip([one.text for one in said], headings, strict=True))


def day(sentence: Candidate) -> date | None:
    return sentence_day(sentence.text, sentence.passage.article)


def test_the_day_is_the_articles() -> None:
    assert day(NEW[0]) == date(2021, 8, 5)
    assert day(UNDATED[0]) is None


def test_old_events_are_ordered_by_their_own_date() -> None:
    assert day(NEW[1]) == date(2015, 12, 31)


def test_one_period_has_no_headings() -> None:
    assert told([NEW[0]], [JULY[0]]) == [("The bridge closed.", None), ("The ferry stopped.", None)]
    assert told([UNDATED[0]]) == [("Nobody came.", None)]
    assert told() == []


def test_periods_are_chronological_and_articles_in_order_of_appearance() -> None:
    assert told([NEW[0]], [OLD[0]], [JULY[0]]) == [
        ("The mill closed.", "October 2015"),
        ("The bridge closed.", "July–August 2021"),
        ("The ferry stopped.", "July–August 2021"),
    ]


def test_sentences_of_an_article_keep_their_order() -> None:
    assert [text for text, _ in told([NEW[2]], [NEW[0]])] == ["The bridge closed.", "Ice was to blame."]


def test_a_sentence_stays_with_its_antecedents() -> None:
    assert told([NEW[0]], [OLD[0], OLD[1]])[:2] == [
        ("The mill closed.", "October 2015"),
        ("It lost its river.", "October 2015"),
    ]


def test_undated_sentences_come_last() -> None:
    found = told([UNDATED[0]], [OLD[0]], [NEW[0]])
    assert [text for text, _ in found] == ["The mill closed.", "The bridge closed.", "Nobody came."]


FALL, SUMMER = date(2015, 10, 4), date(2021, 8, 5)


@pytest.mark.parametrize(
    ("claims", "headings"),
    [
        ([[SUMMER, SUMMER], [FALL], [FALL]], ["August 2021", "October 2015", "October 2015"]),
        ([[FALL], [None]], [None, None]),
        ([[FALL], [SUMMER], [None]], ["October 2015", "August 2021", "Undated"]),
        ([[FALL], [SUMMER], [FALL]], [None, None, None]),
        ([[FALL], [SUMMER, FALL], [SUMMER]], [None, None, None]),
        ([], []),
    ],
)
def test_headings_of_claims_in_a_given_order(claims: list[list[date | None]], headings: list[str | None]) -> None:
    assert headings_in_order(claims) == headings
